"""Files full of (invented) personal values go through every command; no output, log or error holds one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import literacy
from literacy.answers import read
from literacy.cli import main
from literacy.instrument import load_instrument
from tests.cli.conftest import Run
from tests.conftest import some
from tests.files import exports
from tests.personal import columns, flat, leaks, name, needles, open_up, phone, remarks

ROWS = 345  # every fourth of the wave
EVERY = 23
WANTED = needles(ROWS, EVERY)
SMALL = 60
FEW = needles(SMALL)


@pytest.fixture(scope="module")
def wave() -> pd.DataFrame:
    return literacy.read_table(literacy.sample_data("erenhot_2025.sav"))


@pytest.fixture(scope="module")
def large(wave: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fourth respondent of the wave as a CSV, personal columns all over it."""
    path = tmp_path_factory.mktemp("large") / "survey.csv"
    filled(wave.iloc[::4]).to_csv(path, index=False)
    return path


@pytest.fixture
def file(run: Run, large: Path) -> str:
    """The large file in the folder of the test."""
    Path("survey.csv").write_bytes(large.read_bytes())
    return "survey.csv"


def filled(wave: pd.DataFrame) -> pd.DataFrame:
    """A wave with personal columns and free answers."""
    n = len(wave)
    return pd.concat(
        [wave.reset_index(drop=True), pd.DataFrame({**columns(n), "remark": remarks(n)})], axis=1
    )


def silent(result: Result, wanted: dict[str, str], *paths: Path) -> None:
    """Nothing of the wanted values is in what a command said or wrote."""
    assert leaks(result.stdout + result.stderr, wanted) == []
    for path in paths:
        assert path.exists()
        for one in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
            if one.suffix not in (".png", ".pdf"):  # drawn from the tables beside them
                assert leaks(open_up(one), wanted) == [], one


def test_the_search_finds_what_is_there(file: str) -> None:
    """Every value searched for is in the file itself: else the tests below could not fail."""
    found = {value for _, value in leaks(open_up(Path(file)), WANTED)}
    assert found == set(WANTED)


@pytest.mark.parametrize(
    "out", some(["s.csv", "s.tsv", "s.xlsx", "s.parquet", "s.sav", "s.zsav", "s.dta", "-"], 2)
)
def test_score(run: Run, wave: pd.DataFrame, out: str) -> None:
    filled(wave.head(SMALL)).to_csv("survey.csv", index=False)
    result = run("score", "survey.csv", "-i", "erenhot", "-o", out)
    silent(result, FEW, *([] if out == "-" else [Path(out)]))
    assert result.stderr.count("left out") == 1
    assert result.stderr.count("personal data removed from") == 1


def test_score_the_whole_wave(run: Run, file: str) -> None:
    result = run("score", file, "-o", "s.csv")
    silent(result, WANTED, Path("s.csv"))
    told = next(line for line in result.stderr.splitlines() if "left out" in line)
    for column in columns(1):
        assert column in told, column


def test_nothing_else_is_lost(run: Run, wave: pd.DataFrame, file: str) -> None:
    """The scored table is that of the file without the personal columns, but for what was inside free answers."""
    wave.iloc[::4].to_csv("bare.csv", index=False)
    run("score", "bare.csv", "-o", "bare_scored.csv")
    run("score", file, "-o", "scored.csv")
    bare, scored = pd.read_csv("bare_scored.csv"), pd.read_csv("scored.csv")
    assert list(scored.drop(columns="remark").columns) == list(bare.columns)
    pd.testing.assert_frame_equal(scored.drop(columns="remark"), bare)
    kept = scored["remark"].dropna()
    assert (kept == "没有意见").sum() == ROWS // 9 + (ROWS % 9 > 7)
    assert kept.str.contains("讲座很好").any() and kept.str.contains("[…]", regex=False).any()


@pytest.mark.parametrize("form", ["table", "csv", "json", "html"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_check(run: Run, file: str, form: str, lang: str) -> None:
    saved = run("check", file, "--format", form, "--lang", lang, "-o", f"q.{form}")
    silent(saved, WANTED, Path(f"q.{form}"))


def test_check_and_exclude(run: Run, file: str) -> None:
    silent(run("score", file, "--exclude", "flagged", "-o", "s.csv"), WANTED, Path("s.csv"))


@pytest.mark.parametrize(
    "command",
    [
        ("weight", "--margins", "2025", "-o", "w.csv"),
        ("weight", "--margins", "2025", "-o", "w.xlsx"),
        ("estimate", "--share", "literate", "--by", "group"),
        ("estimate", "--share", "literate", "--by", "community", "--format", "json"),
        ("model", "--outcome", "literate", "--on", "age"),
        ("project", "--goal", "2025"),
        ("scenario", "--goal", "2030=0.2"),
    ],
    ids=lambda c: " ".join(c[:3]),
)
def test_commands_that_weigh_and_estimate(run: Run, file: str, command: tuple[str, ...]) -> None:
    result = run(command[0], file, *command[1:])
    silent(result, WANTED, *[Path(p) for p in command if p.startswith("w.")])
    if command[0] == "weight":  # the others do not even read the personal columns
        assert "left out" in result.stderr


@pytest.mark.parametrize("column", ["姓名", "q99"])
@pytest.mark.parametrize("option", ["--by", "--share", "--strata", "--weight"])
def test_a_personal_column_cannot_be_asked_for(run: Run, file: str, column: str, option: str) -> None:
    more = [] if option == "--share" else ["--share", "literate"]
    result = run("estimate", file, *more, option, column, code=1)
    silent(result, WANTED)
    assert column in result.stderr


def test_report_plan_and_their_provenance(run: Run, file: str) -> None:
    Path("宋建国的文件").mkdir()
    inside = Path("宋建国的文件") / "survey.csv"
    Path(file).rename(inside)
    wanted = WANTED | {"宋建国": "folder"}
    silent(run("report", "2025", str(inside), "-o", "report", "--lang", "zh"), wanted, Path("report"))
    for form in ("table", "csv", "json", "html"):
        result = run("plan", "status", str(inside), "--format", form, "-o", f"board.{form}")
        silent(result, wanted, Path(f"board.{form}"))


def test_match_and_the_wave_file(run: Run, file: str) -> None:
    for form in ("table", "csv", "json"):
        silent(run("survey", "match", file, "--format", form), WANTED)
    silent(run("survey", "match", file, "-o", "own.toml"), WANTED, Path("own.toml"))
    silent(run("score", file, "-w", "own.toml", "-o", "s.csv"), WANTED, Path("s.csv"))


def test_chains_of_commands(run: Run, file: str) -> None:
    run("score", file, "-o", "s.csv")
    silent(run("weight", "s.csv", "--margins", "2025", "-o", "w.csv"), WANTED, Path("w.csv"))
    silent(run("estimate", "w.csv", "--share", "literate", "--by", "group"), WANTED)


@pytest.mark.parametrize("out", ["kept.csv", "kept.sav", "kept.parquet", "kept.xlsx"])
def test_scored_files_that_kept_them_lose_them_when_read_back(run: Run, wave: pd.DataFrame, out: str) -> None:
    filled(wave.head(SMALL)).to_csv("survey.csv", index=False)
    run("score", "survey.csv", "-i", "erenhot", "--keep-personal", "-o", out)
    assert len(leaks(open_up(Path(out)), FEW)) > 0.95 * len(FEW)
    again = run("score", out, "-o", "again.csv")
    silent(again, FEW, Path("again.csv"))
    assert again.stderr.count("left out") == 1
    kept = run("score", out, "--keep-personal", "-o", "all.csv")
    assert "left out" not in kept.stderr
    assert len(leaks(open_up(Path("all.csv")), FEW)) > 0.95 * len(FEW)


# ---- tables of no survey -------------------------------------------------------------------------------------------


@pytest.fixture
def plain(run: Run) -> str:
    """A table of no survey."""
    n = SMALL
    frame = pd.DataFrame(
        {"y": np.arange(n) % 7, "w": 1.0 + np.arange(n) % 3, "h": ["a", "b", "c"] * (n // 3)}
    )
    frame = frame.assign(**columns(n), remark=remarks(n), sex=[1, 2] * (n // 2))
    frame.to_csv("plain.csv", index=False)
    Path("m.csv").write_text("table,level,total\nsex,1,50\nsex,2,50\n", encoding="utf-8")
    return "plain.csv"


@pytest.mark.parametrize("out", ["w.csv", "w.xlsx", "w.parquet", "w.sav", "-"])
def test_a_plain_table_is_weighted_without_them(run: Run, plain: str, out: str) -> None:
    result = run("weight", plain, "--weight", "w", "--margins", "m.csv", "-o", out)
    silent(result, FEW, *([] if out == "-" else [Path(out)]))
    assert result.stderr.count("left out 27 personal columns") == 1
    assert result.stderr.count("personal data removed from") == 1
    if out == "w.csv":
        kept = pd.read_csv(out)
        assert {"y", "w", "h", "sex", "remark", "weight"} <= set(kept.columns)


def test_a_plain_table_keeps_them_when_told(run: Run, plain: str) -> None:
    result = run("weight", plain, "--weight", "w", "--margins", "m.csv", "--keep-personal", "-o", "w.csv")
    assert len(leaks(open_up(Path("w.csv")), FEW)) > 0.95 * len(FEW)
    assert "left out" not in result.stderr


def test_a_plain_table_is_estimated_without_them(run: Run, plain: str) -> None:
    result = run("estimate", plain, "--mean", "y", "--weight", "w", "--by", "h")
    silent(result, FEW)  # the personal columns are not even decoded
    silent(run("estimate", plain, "--mean", "y", "--by", "姓名", code=1), FEW)
    told = run("estimate", plain, "--mean", "y", "--by", "姓名", "--keep-personal")
    assert name(11) in told.stdout


def test_python_keeps_what_it_reads(run: Run, plain: str) -> None:
    """lit.read_table is the analyst's own look at the file; keep_personal=False is what commands do."""
    assert "姓名" in literacy.read_table(plain).columns
    assert not {"姓名", "q99"} & set(literacy.read_table(plain, keep_personal=False).columns)


# ---- formats -------------------------------------------------------------------------------------------------------


def write(form: str, frame: pd.DataFrame, path: Path) -> None:
    if form == "csv":
        frame.to_csv(path, index=False)
    elif form == "xlsx":
        frame.to_excel(path, index=False)
    elif form == "parquet":
        frame.to_parquet(path, index=False)
    else:
        import pyreadstat

        safe = frame.rename(columns={"姓名": "xm", "访员姓名": "fy", "来自IP": "ip_from"})
        labels = {"xm": "姓名", "fy": "访员姓名", "ip_from": "来自IP"}
        if form == "sav":
            pyreadstat.write_sav(safe, path, column_labels=labels)
        else:
            pyreadstat.write_dta(
                safe.rename(columns={c: f"v{k}" for k, c in enumerate(safe.columns) if not c.isascii()}),
                path,
                column_labels={f"v{k}": c for k, c in enumerate(safe.columns) if not c.isascii()} | labels,
            )


@pytest.mark.parametrize("form", some(["csv", "xlsx", "sav", "dta", "parquet"], 2))
def test_every_format(run: Run, wave: pd.DataFrame, form: str) -> None:
    write(form, filled(wave.head(SMALL)), Path(f"survey.{form}"))
    silent(run("score", f"survey.{form}", "-i", "erenhot", "-o", "s.csv"), FEW, Path("s.csv"))
    silent(run("check", f"survey.{form}", "-i", "erenhot"), FEW)
    silent(run("survey", "match", f"survey.{form}", "-i", "erenhot"), FEW)


def platform(which: str) -> Path:
    """An export of a questionnaire platform with personal columns beside the answers."""
    erenhot = load_instrument("erenhot")
    whole = read(literacy.sample_data("erenhot_2025.sav"), erenhot)
    truth = whole.keep(np.arange(len(whole)) < SMALL, "the first")
    more = {**columns(SMALL), "remark": remarks(SMALL)}
    if which == "wjx":
        header, rows = exports.wjx(truth, numbers=False)
        start = len(header)
        header += [f"{60 + k}、{c}" for k, c in enumerate(more)]
        rows = [[*row, *(cells[k] for cells in more.values())] for k, row in enumerate(rows)]
        at = next(k for k, h in enumerate(header) if h.endswith("您平时从哪些渠道获得科技信息？"))
        assert at < start
        for k, row in enumerate(rows):
            if "其他渠道" in str(row[at]):
                row[at] = str(row[at]).replace("其他渠道", f"其他渠道〖{name(k + 301)}{phone(k, '158')}〗")
        path = Path("1234567_按文本_科学素质调查_60_60.xlsx")
        exports.write_xlsx(header, rows, path)
        return path
    frame = exports.kobo(truth, words=False)
    path = Path("kobo.csv")
    pd.concat([frame, pd.DataFrame(more).add_prefix("contact/")], axis=1).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("which", ["wjx", "kobo"])
def test_platforms(run: Run, which: str) -> None:
    path = platform(which)
    silent(run("score", str(path), "-i", "erenhot", "-o", "s.csv"), FEW, Path("s.csv"))
    silent(run("check", str(path), "-i", "erenhot", "--format", "html"), FEW)
    silent(run("survey", "match", str(path), "-i", "erenhot"), FEW)
    silent(run("survey", "match", str(path), "-i", "erenhot", "-o", "own.toml"), FEW, Path("own.toml"))


# ---- errors, ids, answers ------------------------------------------------------------------------------------------


PAIRS = [
    (c, i) for c in sorted(columns(1)) for i in ("k01", "age", "k46_1") if (c, i) != ("gps_latitude", "age")
]
"""A degree of latitude given as an age is a number like others: nothing tells that it is none."""


@pytest.mark.parametrize(("column", "item"), some(PAIRS))
def test_answers_that_are_no_answers(
    run: Run, wave: pd.DataFrame, tmp_path: Path, column: str, item: str
) -> None:
    """Personal values where an answer belongs: an error that does not show them, or an answer taken out."""
    frame = wave.head(20).copy()
    cells = frame[item].astype(object)
    cells.iloc[:12] = columns(12)[column]
    frame[item] = cells
    frame.to_csv("bad.csv", index=False)
    result = CliRunner().invoke(main, ["score", "bad.csv", "-i", "erenhot"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    silent(result, FEW)
    assert item.removesuffix("_1") in result.stderr


@pytest.mark.parametrize("form", ["csv", "sav"])
def test_a_telephone_typed_as_an_age(run: Run, wave: pd.DataFrame, form: str) -> None:
    frame = wave.head(SMALL).copy()
    frame.loc[[3, 5], "age"] = [13940007919.0, 99112233.0]
    write(form, frame, Path(f"bad.{form}"))
    wanted = {"13940007919": "age", "99112233": "age"}
    result = run("score", f"bad.{form}", "-i", "erenhot", "-o", "s.csv")
    silent(result, wanted, Path("s.csv"))
    assert "age: 2 numbers as long as a telephone" in result.stderr
    silent(run("check", f"bad.{form}", "-i", "erenhot", "--format", "html"), wanted)


@pytest.mark.parametrize("form", ["csv", "sav"])
def test_ids_that_are_telephones(run: Run, wave: pd.DataFrame, form: str) -> None:
    frame = wave.head(SMALL).assign(id=[float(phone(k)) for k in range(SMALL)])
    write(form, frame, Path(f"ids.{form}"))
    wanted = {phone(k): "id" for k in range(SMALL)}
    result = run("score", f"ids.{form}", "-i", "erenhot", "-o", "s.csv")
    silent(result, wanted, Path("s.csv"))
    assert "left out 1 personal column: id (phone)" in result.stderr
    silent(run("check", f"ids.{form}", "-i", "erenhot", "--format", "csv"), wanted)


def test_value_labels_and_question_texts(run: Run, wave: pd.DataFrame) -> None:
    import pyreadstat

    frame = wave.head(SMALL).assign(visitor=[1.0, 2.0] * (SMALL // 2))
    pyreadstat.write_sav(
        frame, "labels.sav", column_labels={"visitor": f"访员电话{phone(1)}"},
        variable_value_labels={"visitor": {1.0: name(1), 2.0: phone(2)}, "k01": {7.0: f"其他 {phone(3)}"}},
    )  # fmt: skip
    wanted = {phone(1): "label", phone(2): "value label", phone(3): "value label", name(1): "value label"}
    for out in ("s.csv", "s.sav", "s.xlsx"):
        silent(run("score", "labels.sav", "-i", "erenhot", "-o", out), wanted, Path(out))
    silent(run("survey", "match", "labels.sav", "-i", "erenhot"), wanted)
    silent(run("survey", "match", "labels.sav", "-i", "erenhot", "-o", "own.toml"), wanted, Path("own.toml"))


def test_what_must_stay(run: Run, wave: pd.DataFrame) -> None:
    """Codes of places and samples, weights, dates and harmless columns with suspicious names."""
    n = SMALL
    more = {
        "社区编码": [f"1525010010{k % 40:02d}" for k in range(n)],
        "家庭住址所在社区编码": [k % 9 + 1 for k in range(n)],
        "手机上网时间": [k % 5 + 0.5 for k in range(n)], "是否使用微信": ["是", "否"] * (n // 2),
        "phone_brand": ["A", "B"] * (n // 2), "serial": [20250600000 + k for k in range(n)],
        "visit_date": [f"2025-06-{k % 28 + 1:02d}" for k in range(n)], "town": ["锡林街道", "东城街道"] * (n // 2),
    }  # fmt: skip
    wave.head(n).assign(**more).to_csv("x.csv", index=False)
    result = run("score", "x.csv", "-i", "erenhot", "-o", "s.csv")
    scored = pd.read_csv("s.csv", dtype=str)
    assert "left out" not in result.stderr and "removed" not in result.stderr
    for column, cells in more.items():
        assert scored[column].map(flat).tolist() == [flat(str(c)) for c in cells], column


# ---- Python --------------------------------------------------------------------------------------------------------


def test_what_python_shows(run: Run, wave: pd.DataFrame) -> None:
    filled(wave.head(SMALL)).to_csv("survey.csv", index=False)
    responses = literacy.read("survey.csv", "erenhot")
    quality = literacy.check_quality(responses)
    scored = literacy.score(responses)
    for carrier in (responses, scored, quality):
        shown = "\n".join([str(carrier), repr(carrier), carrier._repr_html_(), carrier.to_frame().to_csv()])
        assert leaks(shown, FEW) == []
    assert leaks("\n".join([*responses.history, *scored.history, str(responses.source)]), FEW) == []
    assert leaks(responses.frame.to_csv() + scored.frame.to_csv(), FEW) == []


def test_what_an_error_in_python_says(run: Run, wave: pd.DataFrame) -> None:
    frame = wave.head(SMALL).copy()
    frame["k01"] = columns(SMALL)["姓名"]
    frame.to_csv("bad.csv", index=False)
    with pytest.raises(literacy.LiteracyError) as caught:
        literacy.read("bad.csv", "erenhot")
    assert leaks(f"{caught.value}{caught.value!r}{caught.value.args}", FEW) == []
