"""Every command speaks one language: in Chinese no English word, in English no Chinese one; names and codes aside.

The commands are those of a year of the sample and of the invented city, over their own files; what they print and the
workbooks, pages and forms they write are read word by word.
"""

from __future__ import annotations

import html
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import literacy
from literacy.cli import main
from literacy.instrument import list_surveys
from literacy.messages import speak
from tests.messages.extraction import commands

SAMPLE = Path(literacy.sample_data("erenhot_2025.sav")).parent
METHODS = (
    "logit Woodruff Kish NCHS Holm AAPOR RR COOP REF CON CRPS Brier ARIMA Theta PL JKn alpha delta DDI "
    "Rao Scott outcomerate Mantel Haenszel Stocking Lord Haebara Haberman Tucker Levine "
    "NC NE SYNTHETIC PM DNA Kobo SVG Python Sample ISO PAGE NUMPAGES"
)
"""What has no other name in Chinese: methods, rates, standards, programs, and fields a word processor fills in."""
WORDS = "psu stratum int draw adults main background knowledge method spirit application id all e"
"""Codes that stand in a survey's workbook, a formula or a list of what may be given."""
CHINESE = """
survey list
survey show SURVEY
survey check yunwan
survey match export.xlsx
survey new mine --from export.xlsx --key key.xlsx
survey convert mine -o mine_text
survey export yunwan -o form.docx
survey export yunwan -o codebook.html
score export.xlsx -o scored.xlsx
check export.xlsx
check export.xlsx --format html -o check.html
weight export.xlsx --margins filled.csv -o weighted.csv
margins template -i yunwan -o margins.xlsx --by sex
margins show filled.csv -i yunwan
estimate export.xlsx --share literate --by sex --contrast 男-女
estimate export.xlsx --share tier --by education -o tiers.xlsx
estimate export.xlsx --total literate --by occupation --format html -o totals.html
estimate export.xlsx --quantile total@0.5 --replicates bootstrap --number 20 --seed 1
estimate export.xlsx --ratio knowledge/total --margins filled.csv
estimate export.xlsx --test independence:literate:sex
tabulate export.xlsx yw05 age --by sex --key -o answers.xlsx
compare 2023.sav 2025.sav --share literate --by sex --margins auto
model export.xlsx --outcome literate --on sex+age --family logistic
model export.xlsx --outcome total --on sex --effects
items export.xlsx -o items.html
items export.xlsx --options --by sex
dif export.xlsx --by sex
irt export.xlsx -o irt.xlsx
project --series national
project 2021.sav 2023.sav 2025.sav --goal 2025
backtest --series inner_mongolia
plan show
plan status 2025.sav --returns returns_2025.csv
plan status --returns returns_2025.csv -o plan.xlsx
plan template 2025 -o template.xlsx
sample size --share 0.12 --margin 0.02
sample size --goal 0.12 --share 0.15
sample allocate frame.xlsx -n 1500
sample select frame.xlsx -n 6 --take 20 --seed 1 --lists residents.csv -o selected.csv
sample sheets sample.csv -o sheets --seed 1
field status visits.csv --sample sample.csv --workbook field.xlsx
field close visits.csv --sample sample.csv -o closed.csv
notebooks copies
report 2026 export.xlsx -i yunwan -o year --format docx,html,xlsx --lang zh
tabulate export.xlsx yw05 --figures drawn
link items_2023.sav items_2025.sav -i erenhot
"""
LONG = {"link items_2023.sav items_2025.sav -i erenhot"}
ENGLISH = """
survey list
survey show SURVEY
score 2025.sav -o scored.xlsx
check 2025.sav
estimate 2025.sav --share literate --by group --margins 2025
tabulate 2025.sav sex --by residence
items 2025.sav -o items.html
model 2025.sav --outcome literate --on sex+education
plan show
plan status 2025.sav --returns returns_2025.csv
plan status --returns returns_2025.csv --format html -o plan.html
project --series national
sample size --share 0.12 --margin 0.02
survey export SURVEY --lang en -o form.docx
"""


def lines(block: str) -> list[Any]:
    """The commands of a block, with the shipped survey's name in them; the longest are run by ``make searches``."""
    found = block.replace("SURVEY", "erenhot").strip().splitlines()
    return [pytest.param(x, marks=pytest.mark.search) if x in LONG else x for x in found]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the files of both surveys."""
    folder = tmp_path_factory.mktemp("desk")
    for year in (2021, 2023, 2025):
        shutil.copy(SAMPLE / f"erenhot_{year}.sav", folder / f"{year}.sav")
    for name in (
        "returns_2025.csv",
        "items_2023.sav",
        "items_2025.sav",
        "yunwan/export.xlsx",
        "yunwan/key.xlsx",
    ):
        shutil.copy(SAMPLE / name, folder)
    for place in (SAMPLE / "fieldwork").glob("*.*"):
        shutil.copy(place, folder)
    (folder / "filled.csv").write_text("table,level,total\nsex,1,27107\nsex,2,25999\n", encoding="utf-8")
    yield folder


def run(line: str) -> tuple[str, list[Path]]:
    """What a command says and shows, and the files it wrote."""
    done = CliRunner().invoke(main, shlex.split(line), prog_name="literacy")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, f"{line}\n{done.stderr}"
    words = shlex.split(line)
    out = words[words.index("-o") + 1] if "-o" in words else words[-1]
    places = sorted(Path(out).rglob("*.*")) if Path(out).is_dir() else [Path(out)] if "-o" in words else []
    return done.stdout + done.stderr, [p for p in places if p.suffix in (".html", ".docx", ".xlsx")]


def shown_in(place: Path) -> str:
    """The words a file shows: of a workbook what Excel opens, its notes and the names of its sheets."""
    if place.suffix == ".html":
        page = re.sub(
            r"<(script|style|code)\b.*?</\1>|<!--.*?-->", " ", place.read_text(encoding="utf-8"), flags=re.S
        )
        return html.unescape(re.sub(r"<[^>]+>", "\n", page))
    if place.suffix == ".docx":
        with zipfile.ZipFile(place) as archive:
            parts = [
                n for n in archive.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)
            ]
            text = "\n".join(archive.read(n).decode() for n in parts)
        text = re.sub(r"<w:instrText.*?</w:instrText>", "", text)  # codes of fields, which nobody reads
        return html.unescape(re.sub(r"<[^>]+>", "", text.replace("</w:p>", "\n")))
    book = openpyxl.load_workbook(place)
    sheets = book.worksheets
    if "data" in book.sheetnames:  # names of data, for programs: its reader has the sheet that Excel opens
        assert book.active is not None and book.active.title != "data", place.name
        sheets = [s for s in sheets if s.title != "data"]
    cells = [str(c.value) for s in sheets for row in s.iter_rows() for c in row if isinstance(c.value, str)]
    return "\n".join([*(s.title for s in sheets), *cells])


DATA = ("scored.xlsx", "template.xlsx")
"""Workbooks that are read again: data of respondents, and a form to be filled in."""


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Names of data: of surveys, items, groups, commands, and what an option may be."""
    known = set(f"{METHODS} {WORDS} literacy literate total tier weight estimate wave".split())
    for survey in list_surveys():
        one = literacy.load_instrument(survey)
        known |= {survey, one.area, *one.higher, *one.standards, *one.modules, *(i.name for i in one.items)}
        known |= {thing.name for kind in (one.universes, one.groups, one.recodes) for thing in kind}
    for name, command in commands(main):
        known |= set(name.split())
        known |= {str(c) for p in command.params for c in getattr(p.type, "choices", ())}
    return {part for name in known for part in re.findall(r"[A-Za-z]+", name)} | known


ASIDE = re.compile(
    r"sha256 [0-9a-f]+|\[[a-z_.]+\]|--[a-z][a-z-]*|https?:[^\s，。]+"
    r"|[\w./|-]*\.(sav|csv|xlsx|html|toml|docx|svg|png|py|ipynb|json)\b|[a-z]+/[a-z/]+"
    r"|\b[a-z0-9]+_\w+|\b[a-z]+\d+\b|literacy( [a-z]+)*"
)
"""Codes of errors, options, addresses, files, names with a sign in them, commands."""


def english(text: str, line: str, known: set[str]) -> list[str]:
    """Latin words that are no names."""
    own = set(re.findall(r"[A-Za-z]+", line))
    found = re.findall(r"[A-Za-z]{2,}", ASIDE.sub(" ", text))
    return sorted({w for w in found if w not in known and w not in own})


@pytest.mark.parametrize("line", lines(CHINESE))
def test_no_english_word_in_chinese(
    line: str, desk: Path, names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk)
    with speak("zh"):
        said, places = run(line)
    for what, text in (("said", said), *((p.name, shown_in(p)) for p in places if p.name not in DATA)):
        found = english(text, line, names)
        told = {w: next((t for t in text.splitlines() if w in t), "")[:120] for w in found}
        assert not found, f"{what}: {told}"


@pytest.mark.parametrize("line", lines(ENGLISH))
def test_no_chinese_word_in_english(line: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    said, places = run(line)
    for what, text in (("said", said), *((p.name, shown_in(p)) for p in places if p.name not in DATA)):
        plain = re.sub(
            r"国发〔2021〕9号|内政发〔2021〕22号|合成：虚构数字，仅作示例", "", text
        )  # documents; a return's own word
        found = [t[:120] for t in plain.splitlines() if re.search("[\u4e00-\u9fff]", t)]
        assert not found, f"{what}: {found[:4]}"


def test_the_checks_would_find_a_word(names: set[str]) -> None:
    assert english("比例：具备科学素质，taylor, logit", "estimate a.sav", names) == ["taylor"]
