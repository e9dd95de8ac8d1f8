"""Write a document as a workbook: cover, contents, notes, one sheet per table, and a sheet of native charts."""

from __future__ import annotations

import datetime
import io
import math
import re
from typing import Any

from literacy.report.documents.document import ChartBlock, Document, TableBlock, Text
from literacy.report.documents.document_terms import word
from literacy.report.documents.word.charts import fill_chart
from literacy.report.facts.formatting import ABSENT, HIDDEN, NOTHING

_FORMATS = {
    "share": "0.0", "points": "+0.0;−0.0;0.0", "growth": "0.0", "count": "#,##0", "people": "#,##0", "number": "0.00",
    "score": "0.0", "p": "0.000",
}  # fmt: skip
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
FONT = {"zh": "微软雅黑", "en": "Arial"}
LONGEST_CELL = 32_000
LINE = 16.5
"""Height of a line of text in points; row heights are written because some programs do not compute them on opening."""


def write_workbook(outline: Document) -> bytes:
    """Return a document as the bytes of an xlsx file: numeric cells, no merged cells, no text read as a formula."""
    import xlsxwriter

    out = io.BytesIO()
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, plain)
    book.set_properties(
        {
            "title": outline.cover.title[:250],
            "author": outline.cover.office[:250],
            "created": datetime.datetime(1980, 1, 1),
        }
    )
    _Book(book, outline).fill()
    book.close()
    return out.getvalue()


class _Book:
    """Writer of the sheets of a workbook."""

    def __init__(self, book: Any, outline: Document) -> None:
        self.book, self.outline, self.lang = book, outline, outline.lang
        font = FONT[outline.lang]
        self.text = book.add_format({"font_name": font, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"font_name": font, "bold": True, "font_size": 16})
        self.large = book.add_format({"font_name": font, "bold": True, "font_size": 16, "text_wrap": True})
        self.bold = book.add_format({"font_name": font, "bold": True})
        self.wrapped = book.add_format({"font_name": font, "bold": True, "text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {"font_name": font, "bold": True, "text_wrap": True, "bottom": 1, "top": 2, "valign": "bottom"}
        )
        self.sign = book.add_format({"font_name": font, "align": "right"})
        self.indent = book.add_format({"font_name": font, "indent": 1, "text_wrap": True})
        self.formats = {k: book.add_format({"font_name": font, "num_format": v}) for k, v in _FORMATS.items()}
        self.names: dict[str, str] = {}

    def fill(self) -> None:
        tables = [b for b in self.outline.blocks() if isinstance(b, TableBlock)]
        charts = [b for b in self.outline.blocks() if isinstance(b, ChartBlock)]
        for block in tables:
            name = _FORBIDDEN.sub("", f"{self.outline.numbers[block.id]}")[:31]
            self.names[block.id] = name
        self._cover()
        self._contents(tables, bool(charts))
        self._notes()
        for block in tables:
            self._table(block)
        if charts:
            self._charts(charts)

    def _write(self, sheet: Any, row: int, column: int, text: str, form: Any = None) -> None:
        sheet.write_string(row, column, text[:LONGEST_CELL], form or self.text)

    def _long(self, sheet: Any, row: int, column: int, text: str, wide: int, form: Any = None) -> None:
        """Write text to a cell *wide* characters wide, and set the row height to fit."""
        self._write(sheet, row, column, text, form)
        length = sum(2 if ord(c) > 0x2E80 else 1 for c in text)
        sheet.set_row(row, LINE * max(1, math.ceil(length * 1.1 / wide)))

    @staticmethod
    def _one_page_wide(sheet: Any) -> None:
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _cover(self) -> None:
        sheet = self.book.add_worksheet(word("sheet.cover", self.lang))
        sheet.set_column(0, 0, 100)
        sheet.hide_gridlines(2)
        cover = self.outline.cover
        self._long(sheet, 0, 0, cover.title, 60, self.large)
        self._one_page_wide(sheet)
        lines = [t for t in (cover.subtitle, cover.mark, cover.office, cover.date) if t]
        summary = next((p for p in self.outline.parts if p.name == "summary"), None)
        paragraphs = [b.plain for b in summary.blocks if isinstance(b, Text)] if summary else []
        for i, text in enumerate([*lines, "", *paragraphs], 1):
            if text:
                self._long(sheet, i, 0, text, 100)

    def _contents(self, tables: list[TableBlock], charts: bool) -> None:
        sheet = self.book.add_worksheet(word("sheet.contents", self.lang))
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 90)
        self._write(sheet, 0, 0, word("sheet.contents", self.lang), self.title)
        self._one_page_wide(sheet)
        row = 2
        for block in tables:
            name = self.names[block.id]
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
            self._long(sheet, row, 1, block.caption, 90)
            row += 1
        if charts:
            name = word("sheet.charts", self.lang)
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)

    def _notes(self) -> None:
        sheet = self.book.add_worksheet(word("sheet.notes", self.lang))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 100)
        self._write(sheet, 0, 0, word("sheet.notes", self.lang), self.title)
        self._one_page_wide(sheet)
        self._write(sheet, 2, 0, word("sheet.sign", self.lang), self.bold)
        self._write(sheet, 2, 1, word("sheet.meaning", self.lang), self.bold)
        signs = ((NOTHING, "zero"), (ABSENT, "absent"), (HIDDEN, "hidden"), ("*", "star"))
        for i, (sign, key) in enumerate(signs, 3):
            self._write(sheet, i, 0, sign)
            self._write(sheet, i, 1, word(f"sign.{key}", self.lang))
        row = 8
        for part in self.outline.parts:
            if part.name in ("summary", "tables"):
                continue
            texts = [b.plain for b in part.blocks if isinstance(b, Text) and len(b.runs) == 1]
            if texts:
                self._write(sheet, row, 0, part.title, self.wrapped)
                for i, text in enumerate(texts):
                    self._long(sheet, row + i, 1, text, 100)
                row += len(texts) + 1

    def _table(self, block: TableBlock) -> None:
        sheet = self.book.add_worksheet(self.names[block.id])
        self._write(sheet, 0, 0, f"{self.outline.numbers[block.id]} {block.caption}", self.title)
        first = 1 + len(block.notes)
        for i, note in enumerate(block.notes, 1):
            sheet.write_string(i, 0, note)
        marked = any(cell.text.endswith("*") for row in block.rows for cell in row)
        for j, column in enumerate(block.columns):
            sheet.set_column(j, j, min(60, 11 * column.width))
            self._write(sheet, first, j, column.head, self.head)
        flag = len(block.columns)
        if marked:
            self._write(sheet, first, flag, "*", self.head)
        for i, row in enumerate(block.rows, first + 1):
            for j, (cell, column) in enumerate(zip(row, block.columns, strict=True)):
                if cell.number is not None and column.unit in self.formats:
                    sheet.write_number(i, j, cell.number, self.formats[column.unit])
                elif cell.text:
                    form = self.indent if cell.indent else self.sign if column.numeric else self.text
                    self._write(sheet, i, j, cell.text, form)
            if marked and any(cell.text.endswith("*") for cell in row):
                self._write(sheet, i, flag, "*")
        sheet.freeze_panes(first + 1, 1)
        if block.wide:
            sheet.set_landscape()
        self._one_page_wide(sheet)
        sheet.repeat_rows(first)

    def _charts(self, charts: list[ChartBlock]) -> None:
        name = word("sheet.charts", self.lang)
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 40)
        row = 0
        for block in charts:
            self._write(sheet, row, 0, f"{self.outline.numbers[block.id]} {block.caption}", self.bold)
            chart = fill_chart(self.book, sheet, name, block, row + 1, FONT[self.lang])
            chart.set_size({"width": 640, "height": max(220, 60 + 26 * len(block.categories))})
            sheet.insert_chart(row + 1, 6, chart, {"description": block.alt})
            row += max(len(block.categories) + 4, 14 + len(block.categories))
