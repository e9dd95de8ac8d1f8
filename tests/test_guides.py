"""The guides are run, not only read: every command and every Python block, page by page; links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import literacy
from literacy.cli import main
from tests.cli.firsthour import KEYS, write_cell, write_export
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = [
    DOCS / "first_hour.md",
    *sorted(p for p in DOCS.glob("guides/*.md") if not p.name.endswith(".zh.md")),
]
SAMPLE = Path(literacy.sample_data("erenhot_2025.sav")).parent


def blocks(page: Path, language: str) -> list[str]:
    """Fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def commands(page: Path) -> list[list[str]]:
    """The commands a page has run, in their order."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("literacy ")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the files the guides speak of."""
    folder = tmp_path_factory.mktemp("desk")
    for year in (2021, 2023, 2025):
        shutil.copy(SAMPLE / f"erenhot_{year}.sav", folder / f"{year}.sav")
    for name in (
        "returns_2025.csv",
        *(f"fieldwork/{n}" for n in ("frame.xlsx", "residents.csv", "sample.csv")),
    ):
        shutil.copy(SAMPLE / name, folder)
    for name in ("visits.csv", "answers.csv"):
        shutil.copy(SAMPLE / "fieldwork" / name, folder)
    (folder / "filled.csv").write_text("table,level,total\nsex,1,27107\nsex,2,25999\n", encoding="utf-8")
    write_export(folder / "export.xlsx", 200)
    yield folder


def type_what_the_page_says(folder: Path, words: list[str]) -> None:
    """What an office types into its workbooks after a command."""
    if words[:2] == ["survey", "new"]:
        book = folder / "mycity" / "survey.xlsx"
        for row, key in zip(range(7, 10), KEYS, strict=True):
            write_cell(book, "题目", row, "正确答案", 1 if key == "对" else 2)
        write_cell(book, "标准", 2, "标准", "oxford")
        write_cell(book, "标准", 2, "达标线", 2)
    if words[:2] == ["margins", "template"] and "mycity" in words:
        sheet = openpyxl.load_workbook(folder / "margins.xlsx").sheetnames[-1]
        for row, total in ((2, 25999), (3, 27107)):
            write_cell(folder / "margins.xlsx", sheet, row, "人数", total)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_commands_of_a_guide_run(page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    for words in commands(page):
        made = (desk / "mycity").is_dir() or words[1] == "new"
        if words[0] == "report" or ("mycity" in words and not made):
            continue  # reports are drawn by tests/report; the first hour makes the survey
        monkeypatch.setenv("LITERACY_LANG", "zh" if page.stem == "first_hour" else "en")
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, f"literacy {shlex.join(words)}\n{done.output}"
        type_what_the_page_says(desk, words)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.stem)
def test_python_of_a_guide_runs(
    page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(desk)
    for code in blocks(page, "python"):
        exec(compile(code, page.name, "exec"), {})
    assert capsys.readouterr().out


@pytest.mark.parametrize("page", [DOCS / "index.md", DOCS / "measured.md", *PAGES], ids=lambda p: p.stem)
def test_a_page_and_its_twin_show_the_same(page: Path) -> None:
    twin = page.with_name(f"{page.stem}.zh.md")
    assert commands(page) == commands(twin)
    assert blocks(page, "python") == blocks(twin, "python")
    assert blocks(page, "{toctree}") == blocks(twin, "{toctree}")
    heads = [len(re.findall("^#+ ", p.read_text(encoding="utf-8"), re.MULTILINE)) for p in (page, twin)]
    assert heads[0] == heads[1]


def test_every_guide_is_listed_and_links_lead_somewhere() -> None:
    made = re.compile(r"(.*/)?(errors|(commands|reference|notebooks)/index)\.md")  # from the code
    for page in [*DOCS.glob("*.md"), *DOCS.glob("guides/*.md")]:
        for target in re.findall(r"\]\(([^)\s#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http") and not made.fullmatch(target):
                assert (page.parent / target).is_file(), f"{page.name}: {target}"
    guides = {p.stem for p in DOCS.glob("guides/*.md") if "." not in p.stem} - {"index"}
    assert guides == set(blocks(DOCS / "guides" / "index.md", "{toctree}")[0].split()[1:]) - {
        "../survey_of_your_own"
    }
