"""Where results go: the form of the ending, never over an input, links followed, formulas and controls disarmed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import literacy
from literacy.cli import options
from literacy.files.writing import output_formats as forms
from tests.cli.conftest import Run
from tests.cli.test_errors import refused

posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes of POSIX")
BOM = b"\xef\xbb\xbf"
MAGIC = {
    "csv": BOM + b"g,", "tsv": BOM + b"g\t", "json": b"[\n", "html": b"<!DOCTYPE html>", "htm": b"<!DOCTYPE html>",
    "md": b"**Mean", "txt": b"Mean of", "xlsx": b"PK", "parquet": b"PAR1", "sav": b"$FL2", "zsav": b"$FL3",
    "dta": b"<stata_dta>",
}  # fmt: skip


@pytest.fixture
def small(run: Run, tmp_path: Path) -> str:
    """Eight rows of two groups, one of which has a formula for a name."""
    frame = pd.DataFrame({"g": ["甲", "=1+1"] * 4, "y": range(8), "w": 1.0, "@z": 1})
    frame.to_csv(tmp_path / "small.csv", index=False)
    return "small.csv"


def test_the_forms_of_the_options_are_those_that_are_written() -> None:
    assert options.DATA == forms.DATA and options.RESULT == forms.RESULT


@pytest.mark.parametrize("ending", MAGIC)
def test_a_result_is_written_as_its_ending_says(run: Run, small: str, ending: str) -> None:
    run("estimate", small, "--mean", "y", "--by", "g", "-o", f"x.{ending}")
    assert Path(f"x.{ending}").read_bytes().startswith(MAGIC[ending])
    run("estimate", small, "--mean", "y", "--by", "g", "-o", f"X.{ending.upper()}")
    assert Path(f"X.{ending.upper()}").read_bytes() == Path(f"x.{ending}").read_bytes()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_table_for_readers_has_its_title_and_notes(run: Run, small: str, lang: str) -> None:
    command = ("estimate", small, "--mean", "y", "--weight", "w", "--lang", lang)
    title, table, notes = {"en": ("Mean of y", "Standard error", "t interval"),
                           "zh": ("均值：y", "标准误", "95% 置信区间")}[lang]  # fmt: skip
    shown = run(*command).stdout
    assert shown.index(title) < shown.index(table) < shown.index(notes)
    page = run(*command, "--format", "md").stdout
    assert [line[2:] for line in shown.splitlines() if line.startswith("· ")] == [
        line[2:] for line in page.splitlines() if line.startswith("- ")
    ]


@pytest.mark.parametrize("lang", [(), ("--lang", "en"), ("--lang", "zh")])
def test_levels_are_not_rounded(run: Run, lang: tuple[str, ...]) -> None:
    """Rows are told apart by them: probabilities of quantiles, and levels that are numbers."""
    pd.DataFrame({"f": [0.00001, 0.00002] * 4, "y": range(8)}).to_csv("t.csv", index=False)
    quantile = run("estimate", "t.csv", "--quantile", "y@0.00001", "--quantile", "y@0.99999", *lang).stdout
    share = run("estimate", "t.csv", "--share", "f", *lang).stdout
    assert {"1e-05", "0.99999"} <= set(quantile.replace("−", "-").split())
    assert {"1e-05", "2e-05"} <= set(share.replace("−", "-").split())


def cells(name: str, sheet: int = 0) -> list[list[object]]:
    """Cells of a workbook."""
    return CalamineWorkbook.from_path(name).get_sheet_by_index(sheet).to_python()


def test_every_form_holds_the_same_numbers(run: Run, small: str) -> None:
    call = ("estimate", small, "--mean", "y", "--by", "g")
    truth = json.loads(run(*call, "--format", "json").stdout)
    assert [row["estimate"] for row in truth] == [4.0, 3.0]
    for ending in ("csv", "tsv", "json", "xlsx", "parquet", "sav", "dta"):
        run(*call, "-o", f"x.{ending}")
    frames = {
        "csv": pd.read_csv("x.csv"), "tsv": pd.read_csv("x.tsv", sep="\t"), "json": pd.read_json("x.json"),
        "parquet": pd.read_parquet("x.parquet"),
        "xlsx": pd.DataFrame(cells("x.xlsx")[1:], columns=cells("x.xlsx")[0]),
        "sav": literacy.read_table("x.sav"), "dta": literacy.read_table("x.dta"),
    }  # fmt: skip
    for ending, frame in frames.items():
        assert frame["estimate"].tolist() == [4.0, 3.0], ending
        assert frame["se"].tolist() == pytest.approx([row["se"] for row in truth], abs=1e-12), ending
    assert ["notes"] in cells("x.xlsx", 1)


COMMANDS: dict[str, tuple[str, ...]] = {
    "score": ("score", "survey.sav"),
    "weight": ("weight", "survey.sav", "--margins", "2025"),
    "check": ("check", "survey.sav"),
    "estimate": ("estimate", "survey.sav", "--share", "literate", "--by", "group"),
    "estimate several": ("estimate", "survey.sav", "--share", "literate", "--mean", "total"),
    "model": ("model", "survey.sav", "--outcome", "literate", "--on", "age"),
    "project": ("project", "--series", "national", "--goal", "2035=0.25"),
    "scenario": ("scenario", "survey.sav", "--goal", "2030=0.2"),
    "backtest": ("backtest", "--series", "national", "--method", "linear"),
    "plan show": ("plan", "show"),
    "plan template": ("plan", "template", "2025"),
    "plan status": ("plan", "status", "survey.sav"),
    "survey list": ("survey", "list"),
    "survey show": ("survey", "show", "gss-science"),
    "survey check": ("survey", "check", "gss-science"),
    "survey match": ("survey", "match", "survey.sav"),
    "survey export": ("survey", "export", "gss-science"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_writes_a_workbook(run: Run, survey: str, name: str) -> None:
    run(*COMMANDS[name], "-o", "x.xlsx")
    assert cells("x.xlsx")[0], name


def test_compare_writes_a_workbook(run: Run, survey: str) -> None:
    shutil.copy(literacy.sample_data("erenhot_2023.sav"), "old.sav")
    run("compare", "old.sav", survey, "--share", "literate", "-o", "x.xlsx")
    assert "estimate" in cells("x.xlsx")[0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--format", "json", "-o", "out.csv"), ("--format json", "extension .csv")),
        (("--format", "csv", "-o", "out.xlsx"), ("--format csv", ".xlsx means xlsx")),
        (("--format", "csv", "-o", "out.xls"), (".xls cannot be written", ".xlsx")),
        (("-o", "out.docx"), (".docx cannot be written", ".html")),
        (("-o", "out.xlxs"), (".xlxs cannot be written", "did you mean '.xlsx'?")),
        (("-o", "no/such/folder/out.csv"), ("cannot be written", "No such file")),
    ],
)
def test_what_cannot_be_written_is_one_error(
    run: Run, small: str, tmp_path: Path, more: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = run("estimate", small, "--mean", "y", *more, code=1)
    refused(done, tmp_path, *words)
    assert done.stdout == ""


@pytest.mark.parametrize("name", ["score", "weight", "plan template"])
def test_data_make_no_page(run: Run, survey: str, tmp_path: Path, name: str) -> None:
    refused(run(*COMMANDS[name], "-o", "out.html", code=1), tmp_path, ".html cannot be written", ".sav")


def test_an_ending_nobody_knows_needs_a_form(run: Run, small: str) -> None:
    run("estimate", small, "--mean", "y", "-o", "x.2025", "--format", "csv")
    assert Path("x.2025").read_bytes().startswith(BOM)
    run("estimate", small, "--mean", "y", "-o", "plain", "--format", "xlsx")
    assert Path("plain").read_bytes().startswith(b"PK")
    run("estimate", small, "--mean", "y", "-o", "words")
    assert "Mean of y" in Path("words").read_text("utf-8")


def test_a_workbook_goes_through_a_pipe(run: Run, small: str) -> None:
    done = run("estimate", small, "--mean", "y", "--format", "xlsx")
    assert done.stdout_bytes.startswith(b"PK")


# ---- never over an input


def hard(source: str, link: str) -> None:
    """A hard link."""
    os.link(source, link)


def soft(source: str, link: str) -> None:
    """A symbolic link."""
    Path(link).symlink_to(source)


def two(source: str, link: str) -> None:
    """A link to a link."""
    Path("middle").symlink_to(source)
    Path(link).symlink_to("middle")


@posix
@pytest.mark.parametrize("make", [None, hard, soft, two])
def test_never_over_the_input(
    run: Run, small: str, tmp_path: Path, make: Callable[[str, str], None] | None
) -> None:
    before = Path(small).read_bytes()
    target = small
    if make is not None:
        target = "other.csv"
        make(small, target)
    done = run("estimate", small, "--mean", "y", "-o", target, code=1)
    refused(done, tmp_path, target, "input files")
    assert Path(small).read_bytes() == before and done.stdout == ""


def test_every_input_is_meant(run: Run, survey: str, tmp_path: Path) -> None:
    margins = Path(literacy.instrument.locate_survey("erenhot")) / "margins"
    shutil.copytree(margins.parent, "mine")
    for source, call in {
        "m.toml": ("weight", survey, "--margins", "m.toml"),
        "w.toml": ("survey", "match", survey, "-w", "w.toml"),
        "mine/items.csv": ("score", survey, "-i", "mine"),
        "figures.csv": ("project", "--estimates", "figures.csv", "--goal", "2030=0.2"),
        "series.csv": ("project", "--series", "national", "--higher", "series.csv"),
        "returns.csv": ("plan", "status", survey, "--returns", "returns.csv"),
        survey: ("compare", survey, survey, "--share", "literate"),
    }.items():
        if not Path(source).exists():
            Path(source).write_text("x", encoding="utf-8")
        before = Path(source).read_bytes()
        target = source if source.endswith((".csv", ".sav")) else f"{source}.json"
        if target != source:
            Path(target).hardlink_to(source)
        refused(run(*call, "-o", target, code=1), tmp_path, target, "input files")
        assert Path(source).read_bytes() == before, source


def test_a_file_scored_in_python_is_not_overwritten(run: Run, survey: str) -> None:
    before = Path(survey).read_bytes()
    with pytest.raises(literacy.LiteracyError, match="input files"):
        literacy.score_file(survey, survey)
    assert Path(survey).read_bytes() == before


# ---- links, pipes, modes


@posix
def test_links_are_followed_and_stay(run: Run, small: str) -> None:
    Path("far").mkdir()
    Path("far/real.csv").write_text("old", encoding="utf-8")
    Path("far/real.csv").chmod(0o640)
    Path("link.csv").symlink_to("far/real.csv")
    Path("first.csv").symlink_to("link.csv")
    Path("dangling.csv").symlink_to("far/new.csv")
    Path("place").symlink_to("far")
    for name in ("first.csv", "dangling.csv", "place/third.csv"):
        run("estimate", small, "--mean", "y", "-o", name)
    assert (
        Path("first.csv").is_symlink() and Path("link.csv").is_symlink() and Path("dangling.csv").is_symlink()
    )
    for name in ("real", "new", "third"):
        assert Path(f"far/{name}.csv").read_bytes().startswith(BOM), name
    assert stat.S_IMODE(Path("far/real.csv").stat().st_mode) == 0o640
    assert sorted(p.name for p in Path("far").iterdir()) == ["new.csv", "real.csv", "third.csv"]


@posix
def test_a_link_to_itself_and_a_folder_that_is_not_there_are_refused(run: Run, small: str) -> None:
    Path("loop.csv").symlink_to("loop.csv")
    for name in ("loop.csv", "new/"):
        assert "[io.write]" in run("estimate", small, "--mean", "y", "-o", name, code=1).stderr
    assert Path("loop.csv").is_symlink() and not Path("new").exists()


@posix
@pytest.mark.parametrize("command", ["estimate", "score"])
def test_a_pipe_is_written_through(run: Run, small: str, survey: str, command: str) -> None:
    call = (
        ("estimate", small, "--mean", "y", "--format", "csv") if command == "estimate" else ("score", survey)
    )
    os.mkfifo("pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(Path("pipe").read_bytes()))
    reader.start()
    run(*call, "-o", "pipe")
    reader.join(30)
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
    assert got == [run(*call).stdout_bytes]


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_an_open_handle_is_written_through(run: Run, small: str) -> None:
    with Path("got").open("wb") as file:
        file.write(b"head\n")
        file.flush()
        Path("so").symlink_to(f"/proc/self/fd/{file.fileno()}")
        Path("further").symlink_to("so")
        run("estimate", small, "--mean", "y", "--format", "csv", "-o", "further")
    assert Path("so").is_symlink() and Path("further").is_symlink()
    assert Path("got").read_bytes().startswith(b"head\nvariable,")


@posix
def test_a_full_device_is_one_error(run: Run, small: str, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    Path("full.csv").symlink_to("/dev/full")
    refused(run("estimate", small, "--mean", "y", "-o", "full.csv", code=1), tmp_path, "No space left")
    assert Path("full.csv").is_symlink()


# ---- formulas and control characters


BAD = ["=1+1", "+cmd", "-x", "@SUM(1)", "＝1", " =2", "\t=3"]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "html"])
def test_no_cell_and_no_name_is_a_formula(run: Run, tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame({"=g": [b for b in BAD for _ in range(3)], "y": range(3 * len(BAD))})
    frame.to_csv("bad.csv", index=False)
    run("estimate", "bad.csv", "--mean", "y", "--by", "=g", "-o", f"x.{ending}")
    if ending == "html":
        text = Path("x.html").read_text("utf-8")
        assert text.count(">&#x27;") == len(BAD)  # the head, and all but the tab, which is spelt out
        for sign in BAD[:5]:
            assert f">{sign}<" not in text
    elif ending == "xlsx":
        found = [str(c) for row in cells("x.xlsx") for c in row if isinstance(c, str)]
        assert "'=g" in found and not [c for c in found if c.strip()[:1] in tuple("=+-@＝")]
    else:
        sep = "," if ending == "csv" else "\t"
        read = pd.read_csv(f"x.{ending}", sep=sep)
        assert read.columns[0] == "'=g" and all(str(v).startswith("'") for v in read["'=g"])


HARM = ["\x1b[31mred", "\x9b2Jc1", "a\u202eb", "\x07bell", "line\u2028end", "del\x7f"]


def harmless(text: str) -> bool:
    """Nothing in a text that a terminal obeys."""
    return not any(
        (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or c in "\u202e\u2028\u2066" for c in text
    )


@pytest.mark.parametrize("form", ["table", "md", "html", "json"])
def test_control_characters_do_not_reach_the_terminal(run: Run, form: str) -> None:
    frame = pd.DataFrame({"g": [h for h in HARM for _ in range(3)], "y": range(3 * len(HARM))})
    frame.to_parquet("harm.parquet")
    done = run("estimate", "harm.parquet", "--mean", "y", "--by", "g", "--format", form)
    assert harmless(done.stdout) and harmless(done.stderr)
    if form == "json":
        assert [row["g"] for row in json.loads(done.stdout)] == sorted(HARM)


def test_nor_in_errors_notes_and_names(run: Run, small: str) -> None:
    for call in (
        ("estimate", small, "--mean", "\x1b[2Jy"),
        ("estimate", "no\x1b[2J.csv", "--mean", "y"),
        ("estimate", small, "--mean", "y", "-o", "no\x9b/x.csv"),
        ("survey", "show", "ere\u202enhot"),
    ):
        done = run(*call, code=1)
        assert harmless(done.stdout) and harmless(done.stderr) and "fix:" in done.stderr
    shutil.copy(small, "odd\x1b[2J.csv")
    done = run("survey", "match", "odd\x1b[2J.csv", "-i", "gss-science")
    assert harmless(done.stdout) and harmless(done.stderr)
    done = run("estimate", small, "--mean", "y", "-o", "new\x1b.csv")
    assert "new\\x1b.csv" in done.stderr and Path("new\x1b.csv").exists()


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_names_that_are_not_utf8(run: Run, survey: str) -> None:
    odd = os.fsdecode(b"\xc4\xea.sav")
    shutil.copy(survey, odd)
    for call in (
        ("check", odd, "-o", "x.html"),
        ("check", odd),
        ("score", odd, "-o", "x.csv"),
        ("weight", odd, "--margins", "2025", "-o", "x.xlsx"),
        ("estimate", odd, "--share", "literate", "-o", "x.json"),
        ("survey", "match", odd, "-o", "x.toml"),
        ("plan", "status", odd, "-o", "y.html"),
        ("estimate", survey, "--share", "literate", "-o", os.fsdecode(b"\xc4\xea.csv")),
    ):
        done = run(*call)
        assert "\udcc4" not in done.stdout + done.stderr
    there = [os.fsencode(p) for p in Path().iterdir()]
    assert b"x.html" in there and b"\xc4\xea.csv" in there
    assert "\\xc4\\xea.csv" in done.stderr
    done = run("weight", survey, "--margins", os.fsdecode(b"\xc4\xea.toml"), code=1)
    assert "\\xc4\\xea.toml" in done.stderr and "fix:" in done.stderr


# ---- no traceback


@pytest.mark.parametrize(
    "error", [MemoryError(), RecursionError("maximum"), OSError(5, "Input/output error")]
)
def test_what_the_machine_refuses_is_one_message(
    run: Run, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("literacy.answers.read_plain", fail)
    refused(run("estimate", small, "--mean", "y", "-o", "out.csv", code=1), tmp_path)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("a = " + "[" * 5000 + "]" * 5000, ("weight", "survey.sav", "--margins", "deep.toml")),
        ("a = " + "{a=" * 4000 + "1" + "}" * 4000, ("survey", "match", "survey.sav", "-w", "deep.toml")),
        ("a = " + "[" * 5000, ("plan", "show", "-i", "deep.toml")),
    ],
)
def test_toml_nested_too_deep(
    run: Run, survey: str, tmp_path: Path, text: str, call: tuple[str, ...]
) -> None:
    Path("deep.toml").write_text(text, encoding="utf-8")
    refused(run(*call, code=1), tmp_path, "deep.toml")
