"""The README is run, not only read: every Python block and every command in it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import literacy
from literacy.cli import main
from literacy.cli.group import COMMANDS
from tests.conftest import ROOT

READMES = ("README.md", "README.zh.md")


def blocks(name: str, language: str) -> list[str]:
    """Fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


def commands(name: str) -> list[list[str]]:
    """The ``literacy`` commands a README shows."""
    lines = [line for block in blocks(name, "console") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("literacy ")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files the README speaks of."""
    for year in (2021, 2023, 2025):
        shutil.copy(literacy.sample_data(f"erenhot_{year}.sav"), tmp_path / f"{year}.sav")
    shutil.copy(tmp_path / "2025.sav", tmp_path / "survey.sav")
    rows = [f"{500 + 7 * i},{40 + i % 3},{'EHM'[i % 3]},{(4421, 755, 1018)[i % 3]}" for i in range(60)]
    (tmp_path / "schools.csv").write_text("api00,pw,stype,fpc\n" + "\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_run(desk: Path) -> None:
    """Those of the English page; the Chinese one shows the same (a test below)."""
    shown = commands(READMES[0])
    assert {c[0] for c in shown} >= {"survey", "score", "estimate", "project", "report", "demo"}
    for arguments in shown:
        if arguments[0] == "demo":
            continue  # tests/cli runs it
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, f"literacy {' '.join(arguments)}\n{result.stderr}"


def test_python_runs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = READMES[0]
    (code,) = blocks(name, "python")
    exec(compile(code, name, "exec"), {})
    assert "farmers_herders" in capsys.readouterr().out


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_come_first(name: str) -> None:
    first = blocks(name, "console")[0]
    assert first.splitlines()[0].startswith("make demo") and first.splitlines()[1].startswith("make test")


def test_both_readmes_show_the_same_commands_and_code() -> None:
    english, chinese = (commands(n) for n in READMES)
    assert english == chinese
    strip = [re.sub(r"#.*", "", blocks(n, "python")[0]).split() for n in READMES]
    assert strip[0] == strip[1]


def test_make_targets_named_anywhere_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"`make ([a-z-]+)`", path.read_text(encoding="utf-8")):
            assert target in targets, f"{path.name}: make {target}"
    undocumented = [t for t in targets if not re.search(rf"^{t}:.*## ", makefile, re.MULTILINE)]
    assert undocumented == []


def test_commands_named_in_documents_exist() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for command in re.findall(r"`literacy ([a-z]+)", path.read_text(encoding="utf-8")):
            assert command in COMMANDS, f"{path.name}: literacy {command}"
