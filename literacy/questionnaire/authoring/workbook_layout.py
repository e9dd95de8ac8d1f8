"""A survey as an Excel workbook for editing, with drop-down lists, validated cells and hints."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from literacy.instrument import list_standards
from literacy.instrument.workbooks.sheets import ABOUT_KEYS, BLANK, FLAGS, Column, Sheet
from literacy.questionnaire.authoring.workbook_rows import encode_sheets

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

_CHECKED = 2000
"""Number of rows of a sheet that have drop-down lists."""
_MADE = datetime(2000, 1, 1)
_NUMBERS = frozenset({"min", "max", "year", "n", "total", "literate", "benchmark"})

README = {
    "zh": (
        "这是一份公民科学素质调查的定义。改好以后保存，程序直接读取这个文件：literacy score 数据.xlsx -i survey.xlsx",
        "检查是否有错：literacy survey check survey.xlsx（一次列出全部问题，写明表名和单元格）",
        "背景：调查的名称、地区、语言、设计列。",
        "题目、选项：问卷上的题和选项；测试题要填“正确答案”（选项代码）和“维度”。",
        "人群：结果代表谁（总体，恰有一个计入指标）和要分别报告的人群；同一编号的几行是须同时满足的条件。",
        "归并：由题目合并而来的变量，如年龄段。",
        "模块：题目所属的部分，以及问谁。",
        "标准：按哪个标准计分。",
        "波次：每次调查一行；数据文件的列名与题目编号不同时，在“列名”里对应。",
        "总体：加权用的人口数，可写人数，也可写比例；类别写代码或名称。",
        "目标：到哪一年要达到的水平。",
        "其他：少用的设置，一般不必改。",
        "带下拉箭头的单元格请从列表中选；鼠标停在列标题上可看到该列的填写说明。",
    ),
    "en": (
        "This workbook defines a survey of scientific literacy. Save it and the program reads it: literacy score data.xlsx -i survey.xlsx",
        "To check it: literacy survey check survey.xlsx (all mistakes at once, by sheet and cell)",
        "About: the survey's name, place, languages and design columns.",
        "Items, Options: the questions and their options; test items need a key (the code of the right option) and a dimension.",
        "Groups: whom results speak for (universes, exactly one for the indicator) and the groups reported apart; rows of one name must all hold.",
        "Recodes: variables made from items, such as age bands.",
        "Modules: parts of the form, and who is asked them.",
        "Standards: the scoring rules.",
        "Waves: one row a fieldwork; where the data name a column differently, say so in sheet Columns.",
        "Margins: population totals for weighting, as counts or shares; levels as codes or labels.",
        "Goals: the level to reach by a year.",
        "More: settings that are rarely needed.",
        "Cells with an arrow offer a list; a note at each heading says what belongs there.",
    ),
}


def format_workbook(files: Mapping[str, str], *, lang: str = "zh") -> bytes:
    """Return the workbook of a survey as bytes; deterministic.

    Parameters
    ----------
    files : mapping
        Path within the survey's folder -> text.
    lang : {"zh", "en"}
        Language of sheet titles, headings and translated values.
    """
    import xlsxwriter

    sheets, rows, tables = encode_sheets(files)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _MADE, "author": ""})
    style = _Style(book)
    for sheet in sheets:
        if sheet.name == "notes":
            _readme(book, sheet, lang, style)
        elif sheet.name == "more" and not rows["more"]:
            continue
        else:
            _sheet(book, sheet, rows, lang, style)
    for name, lines in sorted(tables.items()):
        page = book.add_worksheet(name.replace("/", "·"))
        page.freeze_panes(1, 0)
        for number, line in enumerate(lines):
            for position, cell in enumerate(line):
                page.write_string(number, position, cell, style.head if number == 0 else style.text)
    book.close()
    return out.getvalue()


class _Style:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head: Format = book.add_format(
            {"bold": True, "bg_color": "#D9E2EF", "border": 1, "valign": "top"}
        )
        self.hint: Format = book.add_format(
            {"italic": True, "font_color": "#808080", "text_wrap": True, "valign": "top"}
        )
        self.text: Format = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.number: Format = book.add_format({"num_format": "General", "valign": "top"})
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})


def _readme(book: xlsxwriter.Workbook, sheet: Sheet, lang: str, style: _Style) -> None:
    page = book.add_worksheet(sheet.title(lang))
    page.set_column(0, 0, 110, style.text)
    page.write_string(0, 0, sheet.columns[0].heading(lang), style.head)
    for number, line in enumerate(README["zh" if lang == "zh" else "en"], start=1):
        page.write_string(number, 0, line, style.text)


def _sheet(
    book: xlsxwriter.Workbook, sheet: Sheet, rows: dict[str, list[dict[str, Any]]], lang: str, style: _Style
) -> None:
    page = book.add_worksheet(sheet.title(lang))
    page.freeze_panes(1, 2 if sheet.name in ("items", "options") else 1)
    for position, column in enumerate(sheet.columns):
        page.set_column(
            position, position, column.width, style.number if column.name in _NUMBERS else style.text
        )
        page.write_string(0, position, column.heading(lang), style.head)
        if column.hint(lang):
            page.write_comment(0, position, column.hint(lang), {"author": "", "visible": False})
        _offer(page, position, sheet, column, rows, lang)
    for number, row in enumerate(rows[sheet.name], start=1):
        if sheet.name == "about":
            row = _about_row(row, lang)
            if row["choices"]:
                page.data_validation(number, 1, number, 1, {"validate": "list", "source": row.pop("choices")})
        for position, column in enumerate(sheet.columns):
            _write(page, number, position, column, row.get(column.name, ""), lang, style)


def _about_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    key, zh, en, hint_zh, hint_en = next(k for k in ABOUT_KEYS if k[0] == row["key"])
    value = str(row["value"])
    choices: list[str] = []
    if key in FLAGS:
        choices = ["是", "否"] if lang == "zh" else ["yes", "no"]
        value = {"true": choices[0], "false": choices[1]}.get(value, value)
    elif key == "blank":
        choices = list(BLANK.values()) if lang == "zh" else list(BLANK)
        value = BLANK.get(value, value) if lang == "zh" else value
    shown = {"key": zh, "remark": hint_zh} if lang == "zh" else {"key": en, "remark": hint_en}
    return {**shown, "value": value, "choices": choices}


def _offer(
    page: Any, position: int, sheet: Sheet, column: Column, rows: dict[str, list[dict[str, Any]]], lang: str
) -> None:
    """Add a drop-down list where the values are known; other values give a warning only, as new ones may be needed."""
    choices: list[str] = []
    if column.words:
        choices = [_shown(v, column, lang) for v in column.words]
    elif (sheet.name, column.name) == ("standards", "id"):
        choices = list(list_standards())
    elif (sheet.name, column.name) == ("items", "module"):
        choices = [r["name"] for r in rows["modules"] if r.get("kind") == "module"]
    elif column.date:
        page.data_validation(1, position, _CHECKED, position, {
            "validate": "date", "criteria": ">", "value": date(1990, 1, 1), "error_type": "warning",
            "error_title": column.heading(lang), "error_message": "2025-05-06",
        })  # fmt: skip
    choices = list(dict.fromkeys(c for c in choices if c))
    if choices and len(",".join(choices)) <= 255:
        page.data_validation(
            1, position, _CHECKED, position, {"validate": "list", "source": choices, "error_type": "warning"}
        )


def _shown(value: str, column: Column, lang: str) -> str:
    if lang == "zh":
        return column.words.get(value, value)
    return {"true": "yes", "false": "no"}.get(value, value)


def _write(
    page: Any, number: int, position: int, column: Column, value: Any, lang: str, style: _Style
) -> None:
    if isinstance(value, date):
        page.write_datetime(number, position, datetime(value.year, value.month, value.day), style.day)
        return
    text = str(value)
    if not text:
        return
    if column.words and text in column.words:
        text = _shown(text, column, lang)
    if column.name in _NUMBERS or (column.name in ("code", "value") and _is_plain(text)):
        try:
            page.write_number(number, position, float(text), style.number)
            return
        except ValueError:
            pass
    page.write_string(number, position, text, style.text)


def _is_plain(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10 and (digits == "0" or digits[0] != "0")
