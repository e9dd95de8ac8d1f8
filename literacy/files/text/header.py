"""The top of a text table: lines above the header, the separator, the names of the columns."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from literacy.errors import LiteracyError
from literacy.files.limits import MAX_COLUMNS, MAX_TEXT_LINE, check_header, too_many
from literacy.files.text.decoding import decode_lines
from literacy.files.text.inspection import Text
from literacy.files.text.numbers import NUMBER
from literacy.messages import tell

LINE = 1_000_000
"""Characters of a line that may be a title, or of one below it that is looked at."""
HEAD = 1 << 20
_SEPARATORS = (",", "\t", ";", "|")
_NUMBER = re.compile(NUMBER)


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns, the separator, the byte at which rows begin, and the number of the line they begin in."""

    names: tuple[str, ...]
    separator: str
    start: int
    line: int
    notes: tuple[str, ...] = ()


def read_header(text: Text, where: str) -> Header:
    """Find the header line of a text table.

    Raises
    ------
    LiteracyError
        ``io.empty`` without one, ``io.limit`` for too many columns, ``io.damaged`` where it cannot be taken apart.
    """
    head = text.read(text.start, HEAD)
    if head.count(b"\n") < 50:  # long lines
        head = text.read(text.start, MAX_TEXT_LINE + HEAD)
    check_header(head, where)
    first, separator, skip = first_line(_decoded(head, text.codec))
    if not first.strip():
        raise LiteracyError(
            "io.empty", where=where, what="the file has no header line", fix="export the data again"
        )
    cells = split_line(first, separator, where)
    if len(cells) > MAX_COLUMNS:
        raise too_many(where, len(cells))
    names, notes = name_columns(cells)
    size, lines = _extent(head, skip + 1)
    above = lines - (1 + first.count("\n"))
    if above:
        notes += (tell("{} line{} above the header skipped", above, "s" if above > 1 else ""),)
    return Header(tuple(names), separator, text.start + size, lines + 1, notes)


def _decoded(head: bytes, codec: str) -> str:
    """The top as text; its last letter may be cut."""
    return head.decode(codec, "replace") if codec else decode_lines(head[: head.rfind(b"\n") + 1] or head)


def _extent(head: bytes, count: int) -> tuple[int, int]:
    """Bytes and lines of the first *count* lines, of which one may span several where a quote is open."""
    at = lines = 0
    for _ in range(count):
        quotes = 0
        while True:
            end = head.find(b"\n", at)
            line = head[at : end if end >= 0 else len(head)]
            at = end + 1 if end >= 0 else len(head)
            lines += 1
            quotes += line.count(b'"')
            if quotes % 2 == 0 or end < 0:
                break
    return at, lines


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
    texts = [n for n in names if n and not _NUMBER.fullmatch(n)]
    lone = len(cells) == 1 and all(s not in line for s in _SEPARATORS)
    return lone and len(names) >= 3 and 2 * len(texts) > len(names) and len(set(names)) == len(names)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def split_line(line: str, separator: str, where: str) -> list[str]:
    """Cells of the header line."""
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise LiteracyError(
            "io.damaged",
            where=where,
            what=tell("the header line cannot be read ({})", error),
            fix="export the data again",
        ) from None


def name_columns(header: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Column names without stray blanks; empty and duplicate ones get a unique name, and a note."""
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
    return names, ((tell("columns with the same name were numbered: {}", shown),) if doubled else ())
