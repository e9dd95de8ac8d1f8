"""Delimited text (.csv, .tsv): encodings, separators, and numbers with all their digits."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.limits import MAX_COLUMNS
from literacy.files.table import Table
from literacy.files.text.decoding import decode_lines, guess_text
from literacy.files.text.numbers import _NUMERIC

LINE = 1_000_000
"""Characters of a line that may be a title, or of one below it that is looked at."""
_SEPARATORS = (",", "\t", ";", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_text(data: bytes, where: str, encoding: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Bytes as text: a byte order mark decides, else strict UTF-8, else GB18030; (text, notes)."""
    if encoding:
        try:
            return data.decode(encoding), (f"text decoded as {encoding} (as told)",)
        except (UnicodeDecodeError, LookupError) as error:
            raise LiteracyError(
                "io.encoding",
                where=where,
                what=f"the text is not {encoding} ({error})",
                fix="leave the encoding out, or name another",
            ) from None
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strict(data, name, where), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        codec, said = guess_text(data)
    try:
        return (data.decode(codec) if codec else decode_lines(data)), (said,)
    except UnicodeDecodeError:
        return _strict(data, "gb18030", where), (said,)


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LiteracyError(
            "io.encoding",
            where=where,
            what=f"the text is neither UTF-8 nor {encoding.upper()} (byte {error.start})",
            fix="save the file as UTF-8, or name its encoding with --encoding",
        ) from None


def load_delimited(data: bytes, where: str, encoding: str | None = None) -> Table:
    """A delimited text as a table; every column that holds only numbers becomes numbers, others stay text."""
    text, notes = decode_text(data, where, encoding)
    from literacy.files.platforms.platforms import understand_platform

    frame, more = parse_text(text, where)
    return understand_platform(frame, "csv", where, (*notes, *more))


def parse_text(text: str, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows of a delimited text as strings; header checked, short and long lines told."""
    if "\0" in text[:100_000]:
        raise LiteracyError(
            "io.format",
            where=where,
            what="binary content, no text table",
            fix="give the file its source wrote, not a renamed one",
        )
    if "\n" not in text:
        text = text.replace("\r", "\n")
    first, separator, skip = first_line(text)
    if not first.strip():
        raise LiteracyError(
            "io.empty", where=where, what="the file has no header line", fix="export the data again"
        )
    header = split_line(first, separator, where)
    if len(header) > MAX_COLUMNS:
        raise LiteracyError(
            "io.limit",
            where=where,
            what=f"{len(header):,} columns; the limit is {MAX_COLUMNS:,}",
            fix="export only the columns of the questionnaire",
        )
    names, notes = name_columns(header)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(io.StringIO(text), **csv_options(separator, skip + 1, names))
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame({n: pd.Series(dtype="str") for n in names})
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise long_line(where, error) from None
    short = frame.iloc[:, -1].isna() if len(frame.columns) > 1 else pd.Series(dtype=bool)
    count = int(short.sum())
    if count:
        if count == 1 and bool(short.iloc[-1]) and not text.endswith(("\n", "\r")):
            raise cut_line(where)
        notes = (*notes, short_lines(count))
    return frame.fillna(""), notes


def csv_options(separator: str, skip: int, names: list[str]) -> dict[str, Any]:
    """How rows are parsed: every cell as the text it is."""
    return {
        "sep": separator, "header": None, "skiprows": skip, "names": names, "dtype": str, "keep_default_na": False,
        "na_values": [], "index_col": False, "on_bad_lines": "error", "skip_blank_lines": True, "engine": "c",
    }  # fmt: skip


def long_line(where: str, error: Exception) -> LiteracyError:
    """The error for a line with more cells than the header."""
    return LiteracyError(
        "io.damaged",
        where=where,
        what=f"a line has more cells than the header ({' '.join(str(error).split())[:120]})",
        fix="quote cells that hold the separator, or export the data again",
    )


def cut_line(where: str) -> LiteracyError:
    """The error for a file that ends inside a line."""
    return LiteracyError(
        "io.damaged", where=where, what="the last line is cut off", fix="get the file again from its source"
    )


def short_lines(count: int) -> str:
    """What is said of lines that end before the last column."""
    return f"{count} lines end before the last column; the cells they lack are empty"


def split_line(line: str, separator: str, where: str) -> list[str]:
    """Cells of the header line."""
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise LiteracyError(
            "io.damaged",
            where=where,
            what=f"the header line cannot be read ({error})",
            fix="export the data again",
        ) from None


def first_line(text: str) -> tuple[str, str, int]:
    """Header line (quotes may span lines), its separator, and how many lines come before it.

    A line is one even where quotes span several. Lines with a title alone are passed over.
    """
    lines = _lines(text)
    skip = next((k for k, line in enumerate(lines) if line.strip()), len(lines) - 1)
    said = re.fullmatch(r"sep=(.)", lines[skip].strip("\ufeff"))
    if said:
        skip += 1
        return lines[skip] if skip < len(lines) else "", said.group(1), skip
    while skip + 1 < len(lines) and len(lines[skip]) < LINE and _is_title(lines[skip], lines[skip + 1 :]):
        skip += 1
    return lines[skip], _separator(lines[skip]), skip


def _lines(text: str, most: int = 12) -> list[str]:
    """The first lines of a text, line ends off."""
    lines: list[str] = []
    rest = text
    while len(lines) < most:
        line, found, rest = rest.partition("\n")
        while line.count('"') % 2 and found and len(line) < 5_000_000:
            more, found, rest = rest.partition("\n")
            line += "\n" + more
        lines.append(line.rstrip("\r"))
        if not found:
            break
    return lines


def _separator(line: str) -> str:
    bare = re.sub(r"&#?\w{1,10};", "", re.sub(r'"[^"]*"', "", line))
    return max(_SEPARATORS, key=lambda s: (bare.count(s), -_SEPARATORS.index(s)))


def _is_title(line: str, below: list[str]) -> bool:
    """Whether a line holds a title, and one below it the names of columns: padded to their number, or without any."""
    if not line.strip():
        return any(b.strip() for b in below)
    below = [b for b in below if len(b) < LINE] or [""]
    separator = max((_separator(b) for b in below), key=lambda s: max(b.count(s) for b in below))
    tables = [_cells(b, separator) for b in below]
    cells = _cells(line, separator)
    filled = sum(1 for cell in cells if cell)
    if len(cells) > 2 and not cells[-1]:
        widest = max(sum(1 for c in t if c) if len(t) == len(cells) else 0 for t in tables)
        return filled <= 3 and 2 * filled < widest
    names = next((t for t in tables if any(t)), [])
    texts = [n for n in names if n and not _NUMERIC.fullmatch(n)]
    lone = len(cells) == 1 and all(s not in line for s in _SEPARATORS)
    return lone and len(names) >= 3 and 2 * len(texts) > len(names) and len(set(names)) == len(names)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def name_columns(header: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Column names without stray blanks; empty and double ones get a name of their own, and a note."""
    names: list[str] = []
    seen: set[str] = set()
    doubled = []
    for place, cell in enumerate(header, start=1):
        name = cell.replace("\ufeff", "").strip() or f"column{place}"
        if name in seen:
            doubled.append(name)
            copy = 2
            while f"{name}#{copy}" in seen:
                copy += 1
            name = f"{name}#{copy}"
        seen.add(name)
        names.append(name)
    shown = ", ".join(sorted(set(doubled))[:5])
    return names, ((f"columns that occur twice were numbered: {shown}",) if doubled else ())


def load_text_file(path: Path, encoding: str | None = None) -> Table:
    """A .csv or .tsv file as a table."""
    return load_delimited(path.read_bytes(), str(path), encoding)
