"""No text that came from a respondent runs as a formula in a spreadsheet; numbers stay numbers."""

from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from literacy._texts import disarm
from literacy.answers import read_table, write_table

HARMFUL = [
    "=1+1", "+1+1", "-1+1", "@SUM(1+1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", " -1+1",
    "\u3000=1+1",
    "＝1+1", "＋1+1", "－1+1", "＠SUM(1+1)", '=HYPERLINK("http://x.invalid","点")', "-2+3+cmd|' /C calc'!A0",
    "\ufeff=1+1", "=1+1;2", '"=1+1"=2', "+86 138", "--1", "=", "-",
]  # fmt: skip
HARMLESS = [
    "-5",
    "+5",
    "-0.5e3",
    "5%",
    " -5",
    "a=b",
    "张三",
    "1-2",
    "",
    " 5",
    "(=1)",
    "2025-06-01",
    "'=1",
    "a@b.cn",
]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "  =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.invalid","点")',
]


@pytest.mark.parametrize("text", [t for t in HARMFUL if t != '"=1+1"=2'])
def test_an_apostrophe_disarms(text: str) -> None:
    assert disarm(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_cannot_run_stays(text: str) -> None:
    assert disarm(text) == text


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"=2+3": [-1.5, 2.0] * 4, "note": FORMULAS, "n": range(-8, 0), "level": pd.Categorical(FORMULAS)}
    )


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_cells_and_heads_of_text_tables(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    write_table(table(), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file, delimiter="\t" if ending == "tsv" else ","))
    assert head == ["'=2+3", "note", "n", "level"]
    assert [r[1] for r in rows] == [r[3] for r in rows] == [f"'{t}" for t in FORMULAS]
    assert [float(r[0]) for r in rows] == [-1.5, 2.0] * 4 and [r[2] for r in rows] == [
        str(k) for k in range(-8, 0)
    ]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
def test_read_back_the_apostrophe_stays_and_numbers_are_numbers(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    write_table(table(), path)
    again = read_table(path)
    assert again["note"].tolist() == [f"'{t}" for t in FORMULAS]
    assert again["n"].tolist() == list(range(-8, 0)) and again["'=2+3"].tolist() == [-1.5, 2.0] * 4


def test_a_workbook_holds_no_formula(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        parts = {n: archive.read(n).decode("utf-8") for n in archive.namelist() if n.endswith(".xml")}
    assert not any("<f>" in text or "<f " in text or "hyperlink" in text for text in parts.values())


@pytest.mark.search
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_libreoffice_evaluates_nothing(ending: str, tmp_path: Path) -> None:
    """Opened and saved again: the texts are as written. An unguarded file shows that the test would see it."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    write_table(table(), tmp_path / f"x.{ending}")
    head, *rows = opened(tmp_path / f"x.{ending}", tmp_path)
    assert head[0].lstrip("'") == "=2+3"
    assert [r[1].lstrip("'") for r in rows] == FORMULAS
    assert [float(r[0]) for r in rows] == [-1.5, 2.0] * 4 and [float(r[2]) for r in rows] == list(
        range(-8, 0)
    )
    bare = tmp_path / "bare.csv"
    table().to_csv(bare, index=False)
    assert "2" in [r[1] for r in opened(bare, tmp_path)]


def opened(path: Path, folder: Path) -> list[list[str]]:
    """What LibreOffice shows, formulas evaluated as a user who opens the file would have it."""
    out = folder / f"out_{path.suffix[1:]}"
    filters = (
        ["--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"] if path.suffix == ".csv" else []
    )
    to = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", *filters,
         "--convert-to", to, "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    with next(out.glob("*.csv")).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    shutil.rmtree(out)
    return rows
