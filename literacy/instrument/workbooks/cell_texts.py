"""Conversion of workbook cells to texts, and of texts to TOML values, tolerant of Excel's formatting."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from literacy.instrument.workbooks.sheets import FALSE, TRUE, Sheet, plain

_PROSE = re.compile(r"(zh|en|text|value|remark|source|status|[a-z]{2,3})$|.*_(zh|en|[a-z]{2,3})$")
_CODES = {"key", "code", "values", "level", "columns", "column", "min", "max", "name", "any"}


def letters(position: int) -> str:
    """Letters of a sheet's column, counted from 0."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell_text(cell: object) -> str:
    """Text of a cell: whole numbers without decimal point, dates as 2025-05-06, booleans as true and false."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if not (cell.hour or cell.minute or cell.second) else cell.isoformat(" ")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\r\n", "\n").replace("_x000D_", "").strip()


def clean_cell(name: str, cell: object, sheet: Sheet) -> str:
    """Text of a cell with full-width characters of codes and numbers normalised and translated words replaced."""
    text = cell_text(cell)
    heading = sheet.name == "columns" and name == "column"  # of a data file: as it is written there
    if not heading and (name in _CODES or not _PROSE.fullmatch(name)):
        text = unicodedata.normalize("NFKC", text).strip()
    column = next((c for c in sheet.columns if c.name == name), None)
    if column is None or not column.words:
        return text
    bare = plain(text)
    for value, zh in column.words.items():
        if bare in {plain(value), plain(zh)}:
            return value
    if "true" in column.words:
        return "true" if bare in TRUE else "false" if bare in FALSE and text else text
    return text


def split(text: str) -> list[str]:
    """Split a cell that holds several values: ``1|2``, or with the separators of Chinese input methods."""
    return [p.strip() for p in re.split(r"[|｜;；\n]", text) if p.strip()]


def code(text: str) -> int | str:
    """Convert a text to a TOML code: a whole number if it looks like one; quoted text remains text."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    plain_number = re.fullmatch(r"-?(0|[1-9]\d{0,8})", text)
    return int(text) if plain_number else text


def number(text: str) -> Any:
    """Convert a text to a number (``12%`` is 0.12); other texts are returned for the checker to report."""
    bare = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    try:
        if bare.endswith("%"):
            return float(format(float(bare[:-1]) / 100, ".12g"))
        value = float(bare)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in bare and "e" not in bare.lower() else value


def whole_year(text: str) -> Any:
    """A year where the text is one (``2030年`` is 2030), else the text."""
    bare = unicodedata.normalize("NFKC", text).strip().removesuffix("度").removesuffix("年")
    return number(bare) if bare.isdigit() else number(text)


def flag(text: str) -> Any:
    """Convert a text to True or False; other texts are returned for the checker to report."""
    return {"true": True, "false": False}.get(text, text)


def day(text: str) -> Any:
    """Convert a text to a date (2025-05-06, 2025/5/6, 2025.5.6, 2025年5月6日); other texts are returned."""
    hit = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*(int(p) for p in hit.groups())) if hit else text
    except ValueError:
        return text
