"""Cells of a workbook as texts, and texts as the values TOML holds; the habits of Excel do no harm."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from literacy.instrument.workbooks.sheets import FALSE, TRUE, Sheet, plain

_PROSE = re.compile(r"(zh|en|text|value|remark|source|status|[a-z]{2,3})$|.*_(zh|en|[a-z]{2,3})$")
_CODES = {"key", "code", "values", "level", "columns", "column", "min", "max", "name", "any"}


def letters(position: int) -> str:
    """Letters of a column of a sheet, counted from 0."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell_text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates as 2025-05-06, truth values as true and false."""
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
    """A cell's text; codes and numbers in plain width, words as their value in data."""
    text = cell_text(cell)
    if name in _CODES or not _PROSE.fullmatch(name):
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
    """The parts of a cell that holds several values: ``1|2``, also with the separators Chinese input gives."""
    return [p.strip() for p in re.split(r"[|｜;；\n]", text) if p.strip()]


def code(text: str) -> int | str:
    """A code as TOML holds it: a whole number where it looks like one; a text in quotes stays a text."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    plain_number = re.fullmatch(r"-?(0|[1-9]\d{0,8})", text)
    return int(text) if plain_number else text


def number(text: str) -> Any:
    """A number where the text is one (``12%`` is 0.12), else the text, for the checker to complain of."""
    bare = text.replace(",", "").replace("，", "")
    try:
        if bare.endswith("%"):
            return float(format(float(bare[:-1]) / 100, ".12g"))
        value = float(bare)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in bare and "e" not in bare.lower() else value


def flag(text: str) -> Any:
    """True or false where the text is one, else the text."""
    return {"true": True, "false": False}.get(text, text)


def day(text: str) -> Any:
    """A date where the text is one (2025-05-06, 2025/5/6, 2025.5.6, 2025年5月6日), else the text."""
    hit = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*(int(p) for p in hit.groups())) if hit else text
    except ValueError:
        return text
