"""Merged cells, days and day numbers, letters for missing, open ranges, files that change while they are read."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.answers.reading import read_plain
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.files import load_table, open_table, readers
from literacy.files.sheets.mergedcells import find_merged
from literacy.files.text.written_numbers import tell_days
from tests.files.test_faults_workbooks import opendocument, text_cell

FAULTS = Path(__file__).parent / "faults"


def notes(path: Path) -> str:
    return " ".join(read_plain(path)[1])


def workbook(path: Path, rows: list[list[object]], *merged: str) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for place in merged:
        book.active.merge_cells(place)
    book.save(path)
    return path


STREETS = [["street", "id", "y"], *([f"街{k // 3}" if k % 3 == 0 else None, k, k % 2] for k in range(9))]
SIX = "street: 6 cells below the first of merged ones are empty (A2:A4, A5:A7, A8:A10)"


def test_cells_merged_downwards_are_said(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", STREETS, "A2:A4", "A5:A7", "A8:A10")
    assert SIX in notes(path)
    assert load_table(path).frame["street"].notna().sum() == 3
    one = workbook(tmp_path / "y.xlsx", STREETS, "A2:B3", "A5:A7", "A8:A8")
    assert "street: 3 cells" in notes(one) and "id: 1 cells" in notes(one)


def test_cells_merged_in_titles_or_across_are_none_of_the_data(tmp_path: Path) -> None:
    rows = [["survey of 2025", None, None], *STREETS]
    assert "merged" not in notes(workbook(tmp_path / "x.xlsx", rows, "A1:C1"))


def test_merged_cells_of_old_and_open_workbooks(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("answers")
    for row, cells in enumerate(STREETS):
        for column, cell in enumerate(cells):
            if column:
                sheet.write(row, column, cell)
    sheet.write(0, 0, "street")
    for top in (1, 4, 7):
        sheet.write_merge(top, top + 2, 0, 0, "街")
    book.save(str(tmp_path / "x.xls"))
    assert SIX in notes(tmp_path / "x.xls")


def test_merged_cells_of_an_open_document(tmp_path: Path) -> None:
    lines = []
    for k, cells in enumerate(STREETS):
        spanned = 'table:number-rows-spanned="3"' if k else ""
        first = f'<table:table-cell {spanned} office:value-type="string"><text:p>{cells[0]}</text:p></table:table-cell>'
        first = first if cells[0] is not None else "<table:covered-table-cell/>"
        rest = text_cell(str(cells[1])) + text_cell(str(cells[2]))
        lines.append(f"<table:table-row>{first}{rest}</table:table-row>")
    assert SIX in notes(opendocument(tmp_path / "x.ods", "".join(lines)))


def test_a_damaged_list_of_merged_cells_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with path.open("rb") as file:
        assert find_merged(file, "a") == []


@pytest.mark.parametrize("write", ["xlsx", "csv"])
def test_titles_above_the_names_are_no_names(write: str, tmp_path: Path) -> None:
    rows = [
        ["基本信息", None, "得分", None],
        ["id", "年龄", "x", "y"],
        *([k, 20 + k, k % 3, k % 2] for k in range(9)),
    ]
    path = tmp_path / f"x.{write}"
    if write == "xlsx":
        workbook(path, rows, "A1:B1", "C1:D1")
    else:
        pd.DataFrame(rows).to_csv(path, index=False, header=False)
    frame, said = read_plain(path)
    assert list(frame.columns) == ["id", "年龄", "x", "y"] and frame["x"].tolist() == [
        k % 3 for k in range(9)
    ]
    assert "1 line above the header skipped" in said


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([datetime.date(2025, 5, 2), 45778, "2025-05-04"], "day numbers of a spreadsheet such as 45778"),
        ([datetime.date(2025, 5, 2), "45778.5"], "day numbers of a spreadsheet such as 45778.5"),
        (["5-9", datetime.date(2025, 3, 4)], "ranges such as 5-9"),
        (["5-9", "3月4日"], "ranges such as 5-9"),
        (["10-14", "4-Mar"], "ranges such as 10-14"),
        ([datetime.date(2025, 5, 2), datetime.date(2025, 5, 3)], ""),
        (["5-9", "10-14"], ""),
        ([45778, 45779], ""),
        (["2025-05-02", "unknown"], ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("small", [1 << 23, 0])
def test_days_among_numbers_and_ranges_are_said(
    cells: list[object], said: str, small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "SMALL", small)
    rows = [["id", "g"], *([k, cell] for k, cell in enumerate(cells * 2))]
    pd.DataFrame(rows).to_csv(tmp_path / "x.csv", index=False, header=False)
    for path in (workbook(tmp_path / "x.xlsx", rows), tmp_path / "x.csv"):
        done = CliRunner().invoke(main, ["estimate", str(path), "--mean", "id", "--by", "g"])
        assert not done.exit_code, done.output
        assert (f"g: days beside {said}" in done.output) if said else "days beside" not in done.output


def test_a_text_that_contains_a_day_is_none() -> None:
    assert not tell_days("g", ["came on 2025-05-02", "5-9"])


def test_letters_of_missing_in_a_stata_file_are_no_numbers(tmp_path: Path) -> None:
    """Extended missing values .a to .z: means are taken over numbers, shares and domains are without the letters."""
    frame = pd.DataFrame({"id": range(9), "x": [1.0, "a", 3.0, "z", None, 2.0, "d", 4.0, 0.0]}, dtype=object)
    frame["g"] = [0, 1, "r", 1, 0, 1, 0, 1, 0]
    path = tmp_path / "x.dta"
    tagged = {"x": ["a", "z", "d"], "g": ["r"]}
    labels = {"x": {"a": "refused", "d": "don't know"}, "g": {0: "no", 1: "yes"}}
    pyreadstat.write_dta(frame, str(path), missing_user_values=tagged, variable_value_labels=labels)
    plain = lit.read_table(path)
    assert plain["x"].dtype == float and plain["x"].dropna().tolist() == [1, 3, 2, 4, 0]
    assert plain["g"].dropna().tolist() == [0, 1, 1, 0, 1, 0, 1, 0]
    for ask, n in (["--mean", "x"], "5"), (["--share", "g"], "8"), (["--mean", "id", "--by", "g"], "4"):
        done = CliRunner().invoke(main, ["estimate", str(path), *ask])
        assert not done.exit_code and f" {n} " in done.output, done.output


@pytest.mark.parametrize(
    ("ranges", "kept"),
    [
        ([{"lo": -np.inf, "hi": -1}], [0, 5, 97, 1e9]),
        ([{"lo": 97, "hi": np.inf}], [-99, -1, 0, 5]),
        ([{"lo": -np.inf, "hi": -1}, 5], [0, 97, 1e9]),
        ([{"lo": 97, "hi": np.inf}, 0], [-99, -1, 5]),
        ([{"lo": -99, "hi": -1}], [0, 5, 97, 1e9]),
        ([5, 97, 0], [-99, -1, 1e9]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_open_ranges_of_missing_in_spss_files(
    ranges: list[object], kept: list[float], ending: str, tmp_path: Path
) -> None:
    """LO THRU -1, 97 THRU HI, with a single code besides."""
    path = tmp_path / f"x.{ending}"
    frame = pd.DataFrame({"x": [-99.0, -1.0, 0.0, 5.0, 97.0, 1e9]})
    pyreadstat.write_sav(frame, str(path), missing_ranges={"x": ranges}, compress=ending == "zsav")
    assert lit.read_table(path)["x"].dropna().tolist() == kept
    with open_table(path, rows=2) as file:
        blocks = [b.frame["x"].mask(b.declared_missing("x")) for b in file.blocks()]
    assert pd.concat(blocks).dropna().tolist() == kept


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"99,1,1\n")


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _again(path: Path) -> None:
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))


@pytest.mark.parametrize("change", [_grow, _cut, _again])
@pytest.mark.parametrize("small", [1 << 23, 0])
def test_a_file_that_changes_while_it_is_read_is_refused(
    change: Callable[[Path], None], small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,g,y\n" + "".join(f"{k},{k % 2},{k % 3}\n" for k in range(500)), encoding="utf-8")
    monkeypatch.setattr(readers, "SMALL", small)
    before = readers.TextReader.__init__

    def opened(self: readers.TextReader, *given: object) -> None:
        before(self, *given)  # type: ignore[arg-type]
        change(path)

    monkeypatch.setattr(readers.TextReader, "__init__", opened)
    done = CliRunner().invoke(main, ["estimate", str(path), "--mean", "y", "--by", "g"])
    assert (
        done.exit_code == 1
        and "the file changed while it was read" in done.output
        and "[io.changed]" in done.output
    )
    with pytest.raises(LiteracyError, match="changed"), open_table(path) as file:
        file.table()


def test_a_questionnaire_that_changes_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "x.csv", tmp_path / "o.csv"
    shutil.copy(FAULTS / "answers_of_2026.csv", path)
    before = readers.TextReader.__init__

    def opened(self: readers.TextReader, *given: object) -> None:
        before(self, *given)  # type: ignore[arg-type]
        _grow(path)

    monkeypatch.setattr(readers.TextReader, "__init__", opened)
    done = CliRunner().invoke(main, ["score", str(path), "-i", str(FAULTS / "two_waves"), "-o", str(out)])
    assert done.exit_code == 1 and "changed while it was read" in done.output
    assert not out.exists()
