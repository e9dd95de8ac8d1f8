"""The report on every item: a line and a picture each, as a page and as a workbook, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from tests.psychometrics.conftest import simulate

SOME = [w for k in (35, 36, 37) for w in ("--item", f"k{k}")]


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_has_a_line_and_a_picture_an_item(tmp_path: Path, lang: str) -> None:
    file = str(lit.sample_data("items_2025.sav"))
    made = [tmp_path / f"{k}.html" for k in (1, 2)]
    for path in made:
        run("items", file, "-i", "erenhot", "-w", "2025", *SOME, "--lang", lang, "-o", str(path))
    page = made[0].read_text(encoding="utf-8")
    rows = re.findall(r"<tr>.*?</tr>", page.split("<tbody>")[1])
    assert len(rows) == 3 and all("data:image/png;base64," in r for r in rows)
    assert len({re.search('base64,([^"]*)', r).group(1) for r in rows}) == 3  # type: ignore[union-attr]
    inst = lit.load_instrument("erenhot")
    text = next(i for i in inst.items if i.name == "k35").label.get(lang)
    assert text in page and ("合成数据" if lang == "zh" else "synthetic data") in page
    assert "http" not in page.replace("http-equiv", "") and made[0].read_bytes() == made[1].read_bytes()


def test_a_workbook_has_numbers_and_pictures(tmp_path: Path) -> None:
    file, path = str(lit.sample_data("items_2025.sav")), tmp_path / "items.xlsx"
    run(
        "items",
        file,
        "-i",
        "erenhot",
        "-w",
        "2025",
        *SOME,
        "--by",
        "language",
        "--lang",
        "zh",
        "-o",
        str(path),
    )
    book = openpyxl.load_workbook(path)
    sheet = book[book.sheetnames[0]]
    assert (
        sheet.max_row == 13 and len(sheet._images) == 3
    )  # four languages; a picture for the first line of an item
    head = [c.value for c in sheet[1]]
    assert "题干" in head and isinstance(sheet.cell(2, head.index("难度") + 1).value, float)
    table = pd.read_excel(path, engine="openpyxl")
    run(
        "items", file, "-i", "erenhot", "-w", "2025", *SOME, "--by", "language", "-o", str(tmp_path / "i.csv")
    )
    np.testing.assert_allclose(table["难度"], pd.read_csv(tmp_path / "i.csv")["difficulty"])


def test_right_and_wrong_alone_have_pictures_too(tmp_path: Path) -> None:
    frame, _ = simulate(300, [-1, 0, 1], seed=1)
    frame.to_csv(tmp_path / "t.csv", index=False)
    made = lit.item_analysis(frame).curves
    top = made[(made["item"] == "q1") & made["right"]].sort_values("band")
    assert set(made["option"]) == {0.0, 1.0} and top["share"].iloc[-1] > top["share"].iloc[0]
    run("items", str(tmp_path / "t.csv"), "-o", str(tmp_path / "t.html"))
    assert (tmp_path / "t.html").read_text(encoding="utf-8").count("data:image/png") == 3
