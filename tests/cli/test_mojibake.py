"""Files in a wrong encoding, through the command line: the output is Chinese, one line says what was assumed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result

import literacy
from tests.cli.conftest import Run
from tests.conftest import some
from tests.files.mojibake import write_sav

ASSUMED = ("texts read as", "text decoded", "texts read")
WORDS = {"zzzzzzzz": "二连浩特", "yyyyyyyyyyyy": "您住在哪个镇", "xxxx": "正确", "wwww": "嘎查"}


@pytest.fixture(scope="module")
def wave() -> pd.DataFrame:
    return literacy.read_table(literacy.sample_data("erenhot_2025.sav")).head(1200)


def assumed(result: Result) -> list[str]:
    """Lines on stderr that say how texts were read."""
    return [line for line in result.stderr.splitlines() if any(word in line for word in ASSUMED)]


def gbk_sav(
    path: Path, wave: pd.DataFrame, *, places: tuple[int, ...] = (0, 1, 2), labels: bool = True,
    names: bool = False, codec: str = "gbk", **more: object,
) -> None:  # fmt: skip
    """Cells in some rows, variable and value labels, and, if asked, the name of a variable."""
    town = ["zzzzzzzz" if row in places else "elsewher" for row in range(len(wave))]
    frame = wave.assign(town=town, **({"wwww": 1.0} if names else {}))
    texts = {k: v for k, v in WORDS.items() if k == "zzzzzzzz" and places}
    if labels:
        texts |= {k: WORDS[k] for k in ("yyyyyyyyyyyy", "xxxx")}
        more |= {"column_labels": {"town": "yyyyyyyyyyyy"}, "variable_value_labels": {"k01": {1.0: "xxxx"}}}
    if names:
        texts["wwww"] = WORDS["wwww"]
    write_sav(path, frame, texts, codec, **more)  # type: ignore[arg-type]  # passed on


DECLARED = [
    (1252, None, True), (2, None, True), (0, None, True), (65001, "UTF-8", True), (1252, "windows-1252", True),
    (936, "GBK", False), (936, "EUC-CN", False), (936, "GB18030", False), (936, "CP936", False), (936, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("charset", "record", "told"), some(DECLARED))
def test_every_declaration(
    run: Run, wave: pd.DataFrame, charset: int, record: str | None, told: bool
) -> None:
    gbk_sav(Path("old.sav"), wave.head(40), charset=charset, record=record)
    result = run("score", "old.sav", "-i", "erenhot")
    assert result.stdout.count("二连浩特") == 3
    assert len(assumed(result)) == told, result.stderr


@pytest.mark.parametrize(("charset", "record"), [(1252, None), (0, None), (65001, "UTF-8")])
@pytest.mark.parametrize("row", some([1100, 0, 250]))
@pytest.mark.parametrize("compress", [False, True])
def test_chinese_only_in_one_cell(
    run: Run, wave: pd.DataFrame, charset: int, record: str | None, row: int, compress: bool
) -> None:
    gbk_sav(
        Path("deep.sav"), wave, places=(row,), labels=False, charset=charset, record=record, compress=compress
    )
    result = run("score", "deep.sav", "-i", "erenhot")
    assert result.stdout.count("二连浩特") == 1
    assert len(assumed(result)) == 1, result.stderr


def test_chinese_only_in_value_labels_or_in_names(run: Run, wave: pd.DataFrame) -> None:
    gbk_sav(Path("labels.sav"), wave.head(40), places=(), charset=1252)
    assert len(assumed(run("score", "labels.sav", "-i", "erenhot"))) == 1
    gbk_sav(Path("names.sav"), wave.head(40), places=(), labels=False, names=True, charset=1252)
    result = run("score", "names.sav", "-i", "erenhot")
    assert "嘎查" in result.stdout.splitlines()[0]
    assert len(assumed(result)) == 1


def test_western_names_stay_western(run: Run, wave: pd.DataFrame) -> None:
    town = {"zzzzzz": "Müller", "yyyyyyyyy": "José Ñuñ", "xxxxx": "größe"}
    texts = {k[: len(v)]: v for k, v in town.items()}
    frame = wave.head(30).assign(town=[list(texts)[row % 3] for row in range(30)])
    write_sav(Path("west.sav"), frame, texts, "cp1252", charset=1252)
    result = run("score", "west.sav", "-i", "erenhot")
    assert result.stdout.count("Müller") == 10 and "José Ñuñ" in result.stdout
    assert assumed(result) == []


def test_cells_of_two_encodings(run: Run, wave: pd.DataFrame) -> None:
    frame = wave.head(30).assign(town=["zzzzzzzz", *["yyyyyy"] * 29])
    write_sav(Path("two.sav"), frame, {"zzzzzzzz": "二连浩特"}, "gbk", charset=1252)
    data = Path("two.sav").read_bytes()
    Path("two.sav").write_bytes(data.replace(b"yyyyyy", "Müller".encode("cp1252"), 1))
    result = run("score", "two.sav", "-i", "erenhot")
    assert "二连浩特" in result.stdout and "Müller" in result.stdout
    assert len(assumed(result)) == 1, result.stderr


def csv(wave: pd.DataFrame, name: str = "town", cell: str = "二连浩特") -> str:
    return wave.head(300).assign(**{name: ["elsewhere"] * 250 + [cell] * 50}).to_csv(index=False)


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("gbk", 1), ("gb18030", 1), ("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("utf-16-le", 1), ("big5", 1),
    ],
)  # fmt: skip
def test_csv_in_every_encoding(run: Run, wave: pd.DataFrame, codec: str, told: int) -> None:
    cell = "二連浩特的城市居民不知道" if codec == "big5" else "二连浩特"
    Path("x.csv").write_bytes(csv(wave, cell=cell).encode(codec))
    result = run("score", "x.csv", "-i", "erenhot")
    assert result.stdout.count(cell) == 50
    assert len(assumed(result)) == told, result.stderr


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_a_western_csv_is_no_chinese(run: Run, wave: pd.DataFrame, codec: str) -> None:
    Path("x.csv").write_bytes(csv(wave, cell="Müller, Straße").encode(codec))
    result = run("score", "x.csv", "-i", "erenhot")
    assert result.stdout.count("Müller, Straße") == 50
    assert len(assumed(result)) == 1 and "windows-1252" in assumed(result)[0]


def test_a_mongolian_csv_in_cyrillic_is_no_chinese(run: Run, wave: pd.DataFrame) -> None:
    Path("x.csv").write_bytes(csv(wave, cell="УЛААНБААТАР хот").encode("cp1251"))
    result = run("score", "x.csv", "-i", "erenhot")
    assert result.stdout.count("УЛААНБААТАР хот") == 50
    assert len(assumed(result)) == 1


def test_a_csv_of_two_encodings(run: Run, wave: pd.DataFrame) -> None:
    lines = csv(wave, name="地区", cell="二连浩特").splitlines(keepends=True)
    raw = b"".join(line.encode("utf-8" if row % 2 == 0 else "gbk") for row, line in enumerate(lines))
    Path("x.csv").write_bytes(raw)
    result = run("score", "x.csv", "-i", "erenhot")
    assert "地区" in result.stdout.splitlines()[0] and result.stdout.count("二连浩特") == 50
    assert len(assumed(result)) == 1 and "line by line" in assumed(result)[0]


@pytest.mark.parametrize("row", [0, 250])
@pytest.mark.parametrize("version", some([8, 12, 15]))
def test_stata_files(run: Run, wave: pd.DataFrame, row: int, version: int) -> None:
    """GBK bytes in a .dta: old ones name no encoding, new ones are UTF-8 by their format."""
    import pyreadstat

    frame = wave.head(300).assign(town=["zzzzzzzz" if k == row else "elsewher" for k in range(300)])
    frame = frame[["id", "age", "base_weight", "town"]]
    pyreadstat.write_dta(frame.rename(columns={"base_weight": "weight"}), "old.dta", version=version)
    data = Path("old.dta").read_bytes()
    assert b"zzzzzzzz" in data
    Path("old.dta").write_bytes(data.replace(b"zzzzzzzz", "二连浩特".encode("gbk")))
    table = run("estimate", "old.dta", "--share", "town", "--weight", "weight")
    assert "二连浩特" in table.stdout
    assert len(assumed(table)) == 1, table.stderr


def test_a_portable_file(run: Run, wave: pd.DataFrame) -> None:
    import pyreadstat

    frame = wave.head(300)[["id", "age", "base_weight"]].assign(
        town=["zzzzzzzz" if k == 250 else "elsewher" for k in range(300)]
    )
    pyreadstat.write_por(frame.rename(columns=lambda c: c[:8].upper()), "old.por")
    data = Path("old.por").read_bytes()
    joined = data.replace(b"\r\n", b"")
    assert b"zzzzzzzz" in joined
    joined = joined.replace(b"zzzzzzzz", "二连浩特".encode("gbk"))
    lines = [joined[k : k + 80] for k in range(0, len(joined), 80)]
    Path("old.por").write_bytes(b"\r\n".join(lines) + b"\r\n")
    result = run("estimate", "old.por", "--share", "TOWN", "--weight", "BASE_WEI")
    assert "二连浩特" in result.stdout
    assert len(assumed(result)) == 1


COMMANDS = [
    ("score",), ("check", "--format", "csv"), ("weight", "--margins", "2025"), ("estimate", "--share", "town"),
    ("model", "--outcome", "literate", "--on", "age"), ("survey", "match"),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_the_encoding_can_be_told_to_every_command(
    run: Run, wave: pd.DataFrame, command: tuple[str, ...]
) -> None:
    gbk_sav(Path("old.sav"), wave, charset=1252)
    head = command[:2] if command[0] == "survey" else command[:1]
    rest = command[len(head) :]
    result = run(*head, "old.sav", "-i", "erenhot", *rest, "--encoding", "gbk")
    assert len([line for line in result.stderr.splitlines() if "(as specified)" in line]) == 1 or (
        command[0] == "survey" and "(as specified)" in result.stdout
    )
    wrong = run(*head, "old.sav", "-i", "erenhot", *rest, "--encoding", "gbk2312x", code=1)
    assert "did you mean" in wrong.stderr and "GB2312" in wrong.stderr and "fix:" in wrong.stderr


@pytest.mark.parametrize("command", ["compare", "project", "scenario", "plan status", "report"])
def test_commands_of_several_waves_know_it(run: Run, command: str) -> None:
    result = run(
        *command.split(), *(["2025"] if command == "report" else []), "--encoding", "nix", "x", code=1
    )
    assert "there is no encoding with that name" in result.stderr


@pytest.mark.parametrize("name", ["old.sav", "old.csv", "old.dta"])
def test_a_wrong_encoding_told_is_one_error(run: Run, wave: pd.DataFrame, name: str) -> None:
    if name == "old.sav":
        gbk_sav(Path(name), wave.head(30), charset=936, labels=False)
    elif name == "old.csv":
        Path(name).write_bytes(csv(wave).encode("gbk"))
    else:
        import pyreadstat

        pyreadstat.write_dta(wave.head(30).assign(town="zzzzzzzz"), name, version=15)
        Path(name).write_bytes(Path(name).read_bytes().replace(b"zzzzzzzz", "二连浩特".encode("gbk")))
    result = run("score", name, "-i", "erenhot", "--encoding", "utf-8", code=1)
    assert "io.encoding" in result.stderr and result.stderr.count("fix:") == 1


def test_a_workbook_needs_no_encoding_and_says_so(run: Run, wave: pd.DataFrame) -> None:
    wave.head(30).assign(town="二连浩特").to_excel("x.xlsx", index=False)
    result = run("score", "x.xlsx", "-i", "erenhot", "--encoding", "gbk")
    assert result.stdout.count("二连浩特") == 30
    assert result.stderr.count("was not used") == 1


def test_python_reads_the_same(wave: pd.DataFrame, tmp_path: Path) -> None:
    gbk_sav(tmp_path / "old.sav", wave.head(30), charset=1252)
    one = literacy.read(tmp_path / "old.sav", "erenhot")
    two = literacy.read(tmp_path / "old.sav", "erenhot", encoding="GB18030")
    assert one.frame.equals(two.frame) and "二连浩特" in set(one.frame["town"])
    assert literacy.read_table(tmp_path / "old.sav")["town"][0] == "二连浩特"


def test_the_commands_run_as_a_process_too(wave: pd.DataFrame, tmp_path: Path) -> None:
    """Standard output is UTF-8 whatever the terminal is."""
    import os
    import sys

    gbk_sav(tmp_path / "old.sav", wave.head(30), charset=1252)
    done = subprocess.run(
        [sys.executable, "-m", "literacy", "score", str(tmp_path / "old.sav"), "-i", "erenhot"],
        capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )  # fmt: skip
    assert done.stdout.decode("utf-8").count("二连浩特") == 3
