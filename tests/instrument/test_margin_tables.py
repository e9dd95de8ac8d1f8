"""Population totals as people write them: workbooks and CSV, codes and labels, counts, shares and percent."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.instrument import Instrument, load_instrument, load_margins

Sheets = dict[str, list[list[object]]]


@pytest.fixture(scope="module")
def erenhot() -> Instrument:
    return load_instrument("erenhot")


def write(path: Path, sheets: Sheets) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    return path


def totals(margins: object, table: str) -> dict[object, float]:
    made = margins.table(table)  # type: ignore[attr-defined]
    return {lv[0] if len(lv) == 1 else lv: v for lv, v in made.totals}


SEX = {1: 27107.0, 2: 25999.0}
WRITTEN: dict[str, Sheets] = {
    "one sheet a table, labels": {"性别": [["类别", "人数"], ["男", 27107], ["女", 25999]]},
    "codes as numbers": {"sex": [["代码", "类别", "人数"], [1, "男", 27107], [2.0, "女", 25999]]},
    "English labels, no heading": {"Sex": [["Male", 27107], ["Female", 25999]]},
    "long": {"Sheet1": [["表", "类别", "人数"], ["性别", "男", 27107], ["", "女", "25,999"]]},
    "a line of sums": {"sex 性别": [["类别", "人口数"], ["男", 27107], ["女", 25999], ["合计", 53106]]},
    "full width": {"sex": [["level", "total"], ["１", "２７１０７"], ["２", 25999]]},
}


@pytest.mark.parametrize("how", WRITTEN)
def test_every_way_of_writing_gives_the_same_margins(how: str, tmp_path: Path, erenhot: Instrument) -> None:
    made = load_margins(write(tmp_path / "m.xlsx", WRITTEN[how]), instrument=erenhot)
    assert totals(made, "sex") == SEX


PRINTED: dict[str, Sheets] = {
    "a title, a unit and notes": {
        "性别": [["表1 分性别常住人口"], ["单位：人"], ["性别", "人数"], ["男", "27,107"], ["女", 25999], ["合计", 53106],
               ["注：2020 年"], ["资料来源：普查公报"]]
    },
    "ten thousands in the head": {"性别": [["性别", "人口（万人）"], ["男", 2.7107], ["女", 2.5999], ["合计", 5.31]]},
    "ten thousands above": {"sex": [["单位：万人"], ["性别", "人数"], ["男", 2.7107], ["女", 2.5999]]},
    "ten thousands in the cells": {"sex": [["性别", "人数"], ["男", "2.7107万"], ["女", "2.5999 万人"]]},
    "a sheet without a name": {"Sheet1": [["性别", "人数"], [" 男", "27107人"], ["女 ", "２５９９９"]]},
}  # fmt: skip


@pytest.mark.parametrize("how", PRINTED)
def test_printed_tables_are_read_as_they_stand(how: str, tmp_path: Path, erenhot: Instrument) -> None:
    made = load_margins(write(tmp_path / "m.xlsx", PRINTED[how]), instrument=erenhot)
    assert totals(made, "sex") == SEX
    if how == "a title, a unit and notes":
        assert made.tables[0].source == "普查公报" and "2020" in " ".join(made.notes)
    if "ten thousands" in how and "cells" not in how:
        assert "10,000" in " ".join(made.notes)


def test_heads_in_two_lines_and_a_wrong_sum_of_ten_thousands(tmp_path: Path, erenhot: Instrument) -> None:
    rows: list[list[object]] = [
        ["表2"], ["居住地", "性别", "", "合计"], ["", "男", "女", ""], ["城区", 10, 200, 210], ["苏木（嘎查）", 2, 3, 5],
        ["合计", 12, 203, 215],
    ]  # fmt: skip
    made = load_margins(write(tmp_path / "m.xlsx", {"residence|sex": rows}), instrument=erenhot)
    assert totals(made, "residence_sex") == {(1, 1): 10, (1, 2): 200, (2, 1): 2, (2, 2): 3}
    wrong: Sheets = {"sex": [["性别", "万人"], ["男", 2.7], ["女", 2.6], ["合计", 5.9]]}
    with pytest.raises(LiteracyError) as refused:
        load_margins(write(tmp_path / "w.xlsx", wrong), instrument=erenhot)
    assert "59,000" in str(refused.value) and "53,000" in str(refused.value)


def test_a_cross_table_as_statistics_offices_print_it(tmp_path: Path, erenhot: Instrument) -> None:
    head: list[object] = ["性别 × 居住地", "城区", "苏木（嘎查）", "合计"]
    rows: list[list[object]] = [head, ["男", 10, 2, 12], ["女", 200, 3, 203], ["合计", 210, 5, 215]]
    made = load_margins(write(tmp_path / "m.xlsx", {"sex|residence": rows}), instrument=erenhot)
    assert totals(made, "sex_residence") == {(1, 1): 10, (1, 2): 2, (2, 1): 200, (2, 2): 3}
    rows[1][3] = 99
    with pytest.raises(LiteracyError, match=r"D2.*99.*add up to 12"):
        load_margins(write(tmp_path / "m.xlsx", {"sex|residence": rows}), instrument=erenhot)


@pytest.mark.parametrize(("one", "two"), [(0.506, 0.494), (50.6, 49.4), (51, 49), (0.51, 0.49)])
def test_shares_and_percent_meet_the_population_of_the_other_tables(
    one: float, two: float, tmp_path: Path, erenhot: Instrument
) -> None:
    sheets: Sheets = {
        "sex": [["类别", "比例"], ["男", one], ["女", two]],
        "residence": [["城区", 9000], ["苏木（嘎查）", 1000]],
    }
    made = load_margins(write(tmp_path / "m.xlsx", sheets), instrument=erenhot)
    assert sum(totals(made, "sex").values()) == pytest.approx(10_000)
    assert totals(made, "sex")[1] == pytest.approx(10_000 * one / (one + two))
    assert any("10,000" in note for note in str(made).splitlines() if note.startswith("·"))


@pytest.mark.parametrize(
    "values", [(0.506, 0.464), (50.6, 46.4), (51, 46), (0.5, 0.6), (1.2, 0.2), (60.5, 88.1)]
)
def test_a_sum_that_is_none_is_refused_with_the_sum(values: tuple[float, float], tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f"table,level,total\nsex,1,{values[0]}\nsex,2,{values[1]}\n")
    with pytest.raises(LiteracyError) as caught:
        load_margins(path)
    assert "sex" in caught.value.where and f"{sum(values):g}" in caught.value.what


@pytest.mark.parametrize(
    "values", [(60, 50, 40), (10, 10, 130), (333, 333, 334), (0.333, 0.333, 0.333), (33, 33, 33)]
)
def test_ordinary_sums_are_taken(values: tuple[float, ...], tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("table,level,total\n" + "".join(f"a,{n},{v}\n" for n, v in enumerate(values, start=1)))
    made = load_margins(path)
    assert made.total == pytest.approx(sum(values) if sum(values) > 101 else 1 if sum(values) < 2 else 100)


def test_a_label_nobody_knows_is_named(tmp_path: Path, erenhot: Instrument) -> None:
    path = tmp_path / "m.xlsx"
    with pytest.raises(LiteracyError, match="男人"):
        load_margins(write(path, {"性别": [["男人", 27107], ["女", 25999]]}), instrument=erenhot)
    with pytest.raises(LiteracyError, match="B3"):
        load_margins(
            write(path, {"sex": [["类别", "人数"], ["男", 500], ["女", "很多"]]}), instrument=erenhot
        )


def test_the_form_is_filled_in_and_used(tmp_path: Path) -> None:
    from python_calamine import load_workbook

    form = tmp_path / "m.xlsx"
    asked = ["margins", "template", "-i", "erenhot", "-o", str(form), "--by", "sex", "--by", "sex|residence"]
    run = CliRunner().invoke(main, asked)
    assert run.exit_code == 0, run.output
    book = load_workbook(str(form))
    sheets: Sheets = {n: [list(r) for r in book.get_sheet_by_name(n).to_python()] for n in book.sheet_names}
    for number, row in enumerate(sheets["sex 性别"][1:]):
        row[2] = [600, 400][number]
    sheets["sex|residence"] = [sheets["sex|residence"][0], ["男", 500, 100], ["女", 350, 50]]
    shown = CliRunner().invoke(main, ["margins", "show", str(write(form, sheets)), "-i", "erenhot"])
    assert shown.exit_code == 0 and "1,000" in shown.output, shown.output
    out = tmp_path / "w.csv"
    wave = str(lit.sample_data("erenhot_2025.sav"))
    done = CliRunner().invoke(
        main, ["weight", wave, "--margins", str(form), "--lonely-psu", "adjust", "-o", str(out)]
    )
    assert done.exit_code == 0, done.output
    made = lit.read_table(out)
    adults = made[made["universe"] == "adults"]
    assert adults.groupby("sex")["weight"].sum().to_dict() == pytest.approx({1: 600, 2: 400}, rel=1e-5)


def test_an_empty_form_is_refused(tmp_path: Path) -> None:
    lit.write_margins_form("erenhot", tmp_path / "m.xlsx", by=["sex"])
    with pytest.raises(LiteracyError, match="C2"):
        load_margins(tmp_path / "m.xlsx")
    with pytest.raises(LiteracyError, match="did you mean 'sex'"):
        lit.write_margins_form("erenhot", tmp_path / "n.xlsx", by=["sexx"])
