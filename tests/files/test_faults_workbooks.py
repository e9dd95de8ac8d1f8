"""Workbooks: cells without a value, hidden sheets, passwords, OpenDocument, zeros in names; JSON and HTML."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.files import load_table, open_table
from literacy.files.child import guard
from literacy.files.sheets.cellflaws import FORMULA, _flaws, blocks_of, name_cell

FAULTS = Path(__file__).parent / "faults"


def book(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    made.save(path)
    return path


def notes(path: Path) -> str:
    return "\n".join(load_table(path).notes)


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_error_cells_are_named(tmp_path: Path, error: str) -> None:
    path = book(tmp_path / "x.xlsx", {"a": [["id", "y"], [1, 2], [2, error], [3, 4]]})
    assert f"y: 1 error cell (B3 {error}) read as missing" in notes(path)
    assert load_table(path).frame["y"].isna().tolist() == [False, True, False]


def test_errors_above_the_header_and_in_other_sheets_are_not_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [["#N/A", None], ["id", "y"], [1, 2], [2, 3]]
    path = book(tmp_path / "x.xlsx", {"a": rows, "b": [["id", "y"], [1, "#N/A"]]})
    assert "error" not in notes(path)


def test_formulas_never_calculated_are_named(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "y", "z"], *([k, f"=A{k + 1}*2", k] for k in range(1, 7))]
    path = book(tmp_path / "x.xlsx", {"a": rows})
    assert "y: 6 formulas (B2, B3, B4 …) without a saved value" in notes(path)
    assert "z:" not in notes(path)


@pytest.mark.parametrize(
    ("cell", "flaw"),
    [
        (b'<c r="B4"><f>A1</f><v></v></c>', "formula"),
        (b'<c r="B4"><f>A1</f><v/></c>', "formula"),
        (b'<c r="B4" s="3"><f t="shared" si="0"/></c>', "formula"),
        (b'<x:c s="1" r="B4"><x:f>IF(A1&gt;2,1,2)</x:f></x:c>', "formula"),
        (b'<c r="B4"><f>A1</f><v>3</v></c>', ""),
        (b'<c r="B4" t="str"><f>A1</f><v></v></c>', ""),  # the result is an empty text
        (b'<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c t="e" r="B4"><v>#N/A</v></c>', "#N/A"),
        (b'<c r="B4" t="inlineStr"><is><t>t="e" &lt;f&gt;</t></is></c>', ""),
        (b'<c r="A4"/><c r="B4" t="s"><v>1</v></c>', ""),
    ],
)
def test_what_a_cell_lacks(cell: bytes, flaw: str) -> None:
    found = list(_flaws(b'<row r="4">' + cell + b"</row>"))
    assert [(f.row, f.column, f.what) for f in found] == ([(3, 1, flaw)] if flaw else [])


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_cells_cut_by_a_block_are_still_seen(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from literacy.files.sheets import cellflaws

    text = b"".join(b'<row r="%d"><c r="AB%d" t="e"><v>#N/A</v></c></row>' % (k, k) for k in range(1, 60))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("s.xml", text)
    monkeypatch.setattr(cellflaws, "_BLOCK", max(64, size))
    with zipfile.ZipFile(held) as archive:
        found = [f for part in blocks_of(archive, "s.xml") for f in _flaws(part)]
    assert [f.row for f in found] == list(range(59))
    assert {name_cell(f.row, f.column)[:2] for f in found} == {"AB"}
    assert FORMULA not in {f.what for f in found}


def test_a_hidden_sheet_is_never_the_default(tmp_path: Path) -> None:
    old: list[list[object]] = [["id", "y"], [1, 100]]
    path = book(tmp_path / "x.xlsx", {"old": old, "new": [["id", "y"], [1, 2]], "more": old}, ("old",))
    assert load_table(path).frame["y"].tolist() == [2]
    assert "sheet 'new' read; the workbook also has: more, old (hidden)" in notes(path)
    with open_table(path, sheet="old") as file:
        assert file.table().frame["y"].tolist() == [100]
    with pytest.raises(LiteracyError) as refused:
        open_table(path, sheet="neu")
    assert "'new'" in refused.value.fix


def test_only_hidden_sheets_hold_a_table(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"old": [["id", "y"], [1, 100]], "front": []}, ("old",))
    with pytest.raises(LiteracyError) as refused:
        load_table(path)
    assert refused.value.code == "io.empty"
    assert "old" in refused.value.what


def test_long_numbers_in_number_cells_are_told(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"a": [["unit", "y"], [152501001001000017, 1], [152501001001000018, 2]]})
    assert "unit: 2 numbers of more than 15 digits" in notes(path)
    texts = book(
        tmp_path / "t.xlsx", {"a": [["unit", "y"], ["152501001001000017", 1], ["152501001001000018", 2]]}
    )
    assert not notes(texts)


def opendocument(path: Path, cells: str, manifest: str = "") -> Path:
    head = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="S">'
    )
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest or "<manifest/>")
        archive.writestr("content.xml", head + cells + tail)
    return path


def text_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def number_cell(value: float, more: str = "") -> str:
    head = f'<table:table-cell office:value-type="float" office:value="{value}" {more}>'
    return f"{head}<text:p>{value}</text:p></table:table-cell>"


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


@pytest.mark.parametrize("name", ["x.ods", "x.xlsx", "x", "x.csv"])
def test_an_opendocument_workbook_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    rows = row(text_cell("id"), text_cell("省份"), text_cell("y")) + row(
        number_cell(1), text_cell("007"), number_cell(2.5)
    )
    table = load_table(
        opendocument(tmp_path / name, rows + row(number_cell(2), text_cell("012"), number_cell(4)))
    )
    assert table.format == "ods"
    assert table.frame["省份"].tolist() == ["007", "012"]
    assert table.frame["y"].tolist() == [2.5, 4.0]


def test_flaws_of_an_opendocument_workbook_are_named(tmp_path: Path) -> None:
    bad = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    unsaved = '<table:table-cell table:formula="of:=[.A2]"/>'
    head = row(text_cell("id"), text_cell("y"), text_cell("z"))
    path = opendocument(
        tmp_path / "x.ods",
        head + row(number_cell(1), bad, unsaved) + row(number_cell(2), number_cell(3), number_cell(5)),
    )
    said = notes(path)
    assert "y: 1 error cell (B2 #DIV/0!)" in said
    assert "z: 1 formula (C2) without a saved value" in said


def test_a_protected_opendocument_workbook_is_said_to_be_one(tmp_path: Path) -> None:
    path = opendocument(tmp_path / "x.ods", "", "<manifest><encryption-data/></manifest>")
    with pytest.raises(LiteracyError) as refused:
        load_table(path)
    assert "password" in refused.value.what


@pytest.mark.parametrize("name", ["p.xlsx", "p.xls", "p", "p.sav"])
def test_a_protected_workbook_is_said_to_be_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((FAULTS / "password_protected.xlsx").read_bytes())
    with pytest.raises(LiteracyError) as refused:
        load_table(path)
    assert "protected by a password" in refused.value.what
    assert "damaged" not in str(refused.value)


def test_zeros_between_letters_of_old_workbooks_are_no_letters() -> None:
    assert list(load_table(FAULTS / "nul_in_column_names.xls").frame.columns) == ["mpg", "cyl"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"id": 1, "y": 2}\n{"id": 2, "y": 3}\n', "JSON lines"),
        ('["id", "y"]\n[1, 2]\n', "JSON lines"),
        ('[{"id": 1}, {"id": 2}]', "JSON"),
        ('[\n  {\n "id": 1}]', "JSON"),
        ('\ufeff{\n "rows": [1, 2]}', "JSON"),
        ('{"type": "FeatureCollection", "features": []}', "GeoJSON"),
        ("[[1, 2], [3, 4]]", "JSON"),
        ("{}", "JSON"),
        ("<html><body><table></table></body></html>", "web page or XML"),
        ("\n<!-- made by x --><table><tr><td>1</td></tr></table>", "web page or XML"),
        ('<meta charset="utf-8"><table></table>', "web page or XML"),
        ('<?xml version="1.0"?><Workbook></Workbook>', "web page or XML"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["x.csv", "x.xls", "x.json", "x"])
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, text: str, what: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LiteracyError) as refused:
        load_table(path)
    assert refused.value.code == "io.format"
    assert what in refused.value.what


@pytest.mark.parametrize(
    "text", ["[id],[y]\n1,2\n", "{id},y\n1,2\n", "id,y\n1,{}\n", '"{a}",y\n1,2\n', "[1]\n2\n"]
)
def test_a_table_with_brackets_is_no_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert len(load_table(path).frame) == 1


def test_text_named_as_an_old_workbook_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_text("id\ty\n1\t2\n2\t3\n", encoding="utf-8")
    assert load_table(path).frame["y"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("words", "module"),
    [
        ("raise ImportError('libxyz.so: no such file')", "pyreadstat"),
        ("__version__ = '1.2.7'", "pyreadstat"),
        ("import nowhere_to_be_found", "python_calamine"),
    ],
)
def test_a_library_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, module: str
) -> None:
    (tmp_path / f"{module}.py").write_text(words + "\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = tmp_path / "x.sav" if module == "pyreadstat" else FAULTS / "hidden_first_sheet.xlsx"
    if module == "pyreadstat":
        path.write_bytes((FAULTS / "weight_by_is_on.sav").read_bytes())
    with pytest.raises(LiteracyError) as refused:
        load_table(path)
    assert refused.value.code == "io.reader"
    assert module in refused.value.what
    assert "damaged" not in str(refused.value)


def test_the_last_words_of_a_reader_that_cannot_start_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyreadstat.py").write_text(
        "import os, sys\nsys.stderr.write('no room for tables\\n')\nos._exit(3)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = FAULTS / "weight_by_is_on.sav"
    with path.open("rb") as file, pytest.raises(LiteracyError) as refused:
        guard.describe_file(path, "sav", None, file)
    assert refused.value.code == "io.reader"
    assert "no room for tables" in refused.value.what


@pytest.mark.parametrize("rows", [5, 400])
def test_error_cells_of_an_old_workbook_are_named(tmp_path: Path, rows: int) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    book.add_sheet("说明").write(0, 0, "如何填写")
    sheet = book.add_sheet("数据")
    for j, name in enumerate(("id", "visits")):
        sheet.write(0, j, name)
        for i in range(1, rows):
            sheet.write(i, j, i)
    sheet.row(rows).set_cell_error(1, 0x2A)
    sheet.row(rows + 1).set_cell_error(1, 0x07)
    sheet.write(rows + 1, 0, 1)
    path = tmp_path / "e.xls"
    book.save(str(path))
    said = load_table(path).notes
    assert f"visits: 2 error cells (B{rows + 1} #N/A, B{rows + 2} #DIV/0!) read as missing" in said


def test_hidden_rows_and_columns_and_totals_are_said(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "a", "b"], [1, 1, 5], [2, 0, 6], ["合计：", 1, 11]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    with open_table(tmp_path / "hidden.xlsx") as file:
        said = " | ".join(file.table().notes)
        assert file.first_line == 2 and len(file.table().frame) == 3
    assert "1 hidden row" in said and "(row 3)" in said and "1 hidden column" in said and ": a" in said
    assert "row 4 of the sheet begins with '合计'" in said


def test_the_row_of_the_sheet_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["title"], [], ["weight", "y"], ["1.5", 1], ["2,5", 0], ["1.1", 1]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    done = CliRunner().invoke(
        main, ["estimate", str(tmp_path / "x.xlsx"), "--share", "y", "--weight", "weight"]
    )
    assert done.exit_code == 1 and "row 2, line 5" in done.stderr


def test_hidden_rows_and_columns_of_an_old_workbook_are_said(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("answers")
    for row, cells in enumerate([["id", "visits", "age"], [1, 2, 30], [2, 3, 40], [3, 4, 50]]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    sheet.row(2).hidden = True
    sheet.col(1).hidden = True
    book.save(str(tmp_path / "x.xls"))
    said = notes(tmp_path / "x.xls")
    assert "1 hidden row of the sheet read like the others (row 3)" in said
    assert "1 hidden column of the sheet read like the others: visits" in said
