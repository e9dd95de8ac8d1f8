"""Faults of office exports that nobody sees: lost characters, shortened codes, nameless columns, undeclared codes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from literacy.answers.reading import read_plain
from literacy.errors import LiteracyError
from literacy.files import load_table, open_table
from literacy.workflow.answerfiles import Needed
from literacy.workflow.streaming.streamed_rows import look_over


def notes_of(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return " | ".join(read_plain(path, keep_personal=True)[1])


@pytest.mark.parametrize("cell", ["\ufffd\ufffd京", "北\ufffd", "??", "????", "\ufffd"])
def test_lost_characters_are_said(tmp_path: Path, cell: str) -> None:
    assert "t: cells hold \ufffd or ?? in place" in notes_of(tmp_path / "x.csv", f"id,t\n1,上海\n2,{cell}\n")


@pytest.mark.parametrize("cell", ["?", "好??", "真的？？", "a?b", ""])
def test_question_marks_in_texts_are_nothing(tmp_path: Path, cell: str) -> None:
    assert not notes_of(tmp_path / "x.csv", f"id,t\n1,上海\n2,{cell}\n")


@pytest.mark.parametrize("cell", ["1.50105E+17", "1.5e+17", "1E+11", "1.38001E+11", "4.2E12"])
def test_codes_shortened_by_a_spreadsheet_are_said(tmp_path: Path, cell: str) -> None:
    assert "id: numbers such as 1.5E+17 were shortened" in notes_of(
        tmp_path / "x.csv", f"id,x\n{cell},1\n5,2\n"
    )


@pytest.mark.parametrize("cell", ["1E5", "2.5E+10", "1.2345678E+12", "150105199001011234", "1e-17"])
def test_other_numbers_are_not_called_shortened(tmp_path: Path, cell: str) -> None:
    assert "shortened" not in notes_of(tmp_path / "x.csv", f"id,x\n{cell},1\n5,2\n")


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("id,,x", "column2"),
        (",id,x", "column1"),
        ("id,x,", "column3"),
        ("id,\u00a0,\ufeff", "column2, column3"),
    ],
)
def test_columns_without_a_name_are_said(tmp_path: Path, header: str, named: str) -> None:
    assert f"columns without a name were called: {named}" in notes_of(
        tmp_path / "x.csv", f"{header}\n1,2,3\n4,5,6\n"
    )
    sheet = openpyxl.Workbook()
    for row in (header.split(","), [1, 2, 3], [4, 5, 6]):
        sheet.active.append(row)
    sheet.save(tmp_path / "x.xlsx")
    assert any(f"were called: {named}" in n for n in load_table(tmp_path / "x.xlsx").notes)


@pytest.mark.parametrize(
    "cells", [["2²", "3²"], ["①", "②"], ["1½", "2"], ["Ⅳ", "5"], ["٤٥", "3"], ["㎡1", "2"]]
)
def test_signs_that_are_no_digits_make_no_number(tmp_path: Path, cells: list[str]) -> None:
    (tmp_path / "x.csv").write_text("id,x\n1," + cells[0] + "\n2," + cells[1] + "\n", encoding="utf-8")
    frame, notes = read_plain(tmp_path / "x.csv")
    assert frame["x"].tolist() == cells
    assert not notes


@pytest.mark.parametrize(
    ("rows", "blank"), [([1, 0, 2], 1), ([1, 0, 0, 2, 0, 3], 3), ([1, 2], 0), ([1, 2, 0, 0], 0)]
)
def test_blank_rows_between_rows_of_a_sheet_are_said(tmp_path: Path, rows: list[int], blank: int) -> None:
    sheet = openpyxl.Workbook()
    sheet.active.append(["id", "x"])
    for row in rows:
        sheet.active.append([row, row] if row else [])
    sheet.save(tmp_path / "x.xlsx")
    table = load_table(tmp_path / "x.xlsx")
    read = sum(1 for r in rows if r)
    told = [n for n in table.notes if "blank row" in n]
    assert len(table.frame) == read
    note = f"{read + blank} rows in the file, {read} read: {blank} blank row{'s' * (blank > 1)} skipped"
    assert told == [note] * (blank > 0)


@pytest.mark.parametrize(
    ("label", "declared", "said"),
    [
        ("缺失", None, True), ("不知道", None, True), ("拒答", None, True), ("Refused", None, True),
        ("缺失", [9], False), ("缺失", [{"lo": 8, "hi": 99}], False), ("中立", None, False),
    ],
)  # fmt: skip
def test_codes_labelled_missing_but_not_declared_are_said(
    tmp_path: Path, label: str, declared: list[object] | None, said: bool
) -> None:
    path = tmp_path / "x.sav"
    frame = pd.DataFrame({"x": [1.0, 2.0, 9.0], "y": [1.0, 2.0, 3.0]})
    ranges = {"missing_ranges": {"x": declared}} if declared else {}
    pyreadstat.write_sav(
        frame, str(path), variable_value_labels={"x": {1: "是", 2: "否", 9: label}}, **ranges
    )
    told = [n for n in read_plain(path)[1] if "labelled as missing" in n]
    note = f"codes labelled as missing, but not declared missing in the file, count as values: x 9 ({label})"
    assert told == [note] * said
    assert not [n for n in read_plain(path, columns=["y"])[1] if "labelled as missing" in n]
    with open_table(path, rows=1) as file:
        rows = look_over(file, Needed(frozenset({"x"}), ("x",)), False, ".")
        assert [n for n in rows.notes if "labelled" in n] == told


def test_a_mark_of_another_encoding_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xef\xbb\xbf" + "id,名\n1,中\n".encode("gbk"))
    with pytest.raises(LiteracyError, match="begins with the mark of UTF-8"):
        load_table(tmp_path / "x.csv")


@pytest.mark.parametrize("cell", ["1.200", "1.000", "2.5", "1.0"])
def test_a_point_beside_decimal_commas_is_said(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"id;x;z\n1;{cell};1,5\n2;3;2,5\n", encoding="utf-8")
    told = [n for n in read_plain(path, decimal=",")[1] if "have a point" in n]
    assert told == ["x: numbers such as 1.200 have a point, which was read as the decimal mark (1.2)"]
    assert not [n for n in read_plain(path)[1] if "have a point" in n]
    with open_table(path, rows=1) as file:
        rows = look_over(file, Needed(frozenset({"x"}), ("x",)), False, ",")
        assert [n for n in rows.notes if "have a point" in n] == told
