"""Three-line tables: header row repeated on each page, rows not split across pages, decimal points aligned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from literacy.report.documents.document import Cell, Column, TableBlock
from literacy.report.documents.word.word_markup import element, set_border

FIGURE, POINT = "\u2007", "\u2008"
THICK, THIN = 12, 6


def line_up(cells: Sequence[Cell], column: Column) -> list[str]:
    """Return the texts of a column, with numbers padded by figure spaces so that decimal points are aligned."""
    texts = [c.text for c in cells]
    if not column.numeric or column.unit == "text":
        return texts
    stars = any(t.endswith("*") for t in texts)
    decimals = max((len(t.rstrip("*").partition(".")[2]) for t in texts), default=0)
    out = []
    for text in texts:
        digits = len(text.rstrip("*").partition(".")[2])
        gap = (POINT if decimals and not digits else "") + FIGURE * (decimals - digits)
        out.append(text + gap + (FIGURE if stars and not text.endswith("*") else "") if text else "")
    return out


TOGETHER = 4
"""Number of rows at the top of a table that are kept on one page; the last two rows are kept together as well."""
WHOLE = 9
"""Maximum number of rows, including the header, of a table that is kept on one page."""


def add_table(document: Any, block: TableBlock, width: int) -> Any:
    """Add a three-line table of a given ``width`` (EMU) to a document and return it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = document.add_table(rows=1 + len(block.rows), cols=len(block.columns))
    table.autofit = False
    properties = table._tbl.tblPr
    _clear(properties)
    set_border(properties, "tblBorders", top=THICK, left=0, bottom=THICK, right=0, insideH=0, insideV=0)
    margins = element("tblCellMar")
    for edge, size in (("top", 30), ("left", 60), ("bottom", 30), ("right", 60)):
        margins.append(element(edge, w=size, type="dxa"))
    properties.append(margins)
    whole = sum(c.width for c in block.columns)
    widths = [int(width * c.width / whole) for c in block.columns]
    _grid(table, widths)
    texts = [line_up([row[j] for row in block.rows], c) for j, c in enumerate(block.columns)]
    style = document.styles["Table Text"]
    rows = list(table._tbl.tr_lst)
    for i, row in enumerate(rows):
        _row(row, head=i == 0)
        for j, cell in enumerate(row.tc_lst):
            column = block.columns[j]
            paragraph = _paragraph(cell, widths[j], style, table)
            text = column.head if i == 0 else texts[j][i - 1]
            if text:
                paragraph.add_run(text)
            if column.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            elif i and block.rows[i - 1][j].indent:
                from docx.shared import Pt

                paragraph.paragraph_format.left_indent = Pt(10)
            if i < len(rows) - 1 and (i < TOGETHER or i == len(rows) - 2 or len(rows) <= WHOLE):
                paragraph.paragraph_format.keep_with_next = True
            if i == 0:
                set_border(cell.get_or_add_tcPr(), "tcBorders", bottom=THIN)
    return table


def _clear(properties: Any) -> None:
    from docx.oxml.ns import qn

    for tag in ("tblStyle", "tblLook", "tblBorders"):
        for old in properties.findall(qn(f"w:{tag}")):
            properties.remove(old)


def _grid(table: Any, widths: list[int]) -> None:
    from docx.oxml.ns import qn

    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(width // 635))


def _row(row: Any, *, head: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))


def _paragraph(cell: Any, width: int, style: Any, parent: Any) -> Any:
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    properties = cell.get_or_add_tcPr()
    for old in properties.findall(qn("w:tcW")):
        properties.remove(old)
    properties.insert(0, element("tcW", w=width // 635, type="dxa"))
    paragraph = Paragraph(cell.p_lst[0], parent)
    paragraph._p.get_or_add_pPr().style = style.style_id
    return paragraph
