"""Parsing of the top of a text table: lines above the header, the separator, the column names."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from literacy.errors import LiteracyError
from literacy.files.limits import MAX_COLUMNS, MAX_TEXT_LINE, check_header, too_many
from literacy.files.text.decoding import decode_bytes, decode_lines
from literacy.files.text.inspection import Text
from literacy.files.text.numbers import NUMBER
from literacy.files.text.oddrows import BELOW, LOOKED, count_below, is_fuller, name_below, tell_below
from literacy.files.text.spelling import is_disguised, narrow, squeeze
from literacy.messages import mark, tell

LINE = 1_000_000
"""Maximum length, in characters, of a title line and of the lines below it that are inspected."""
HEAD = 1 << 20
_BELOW_BYTES = 1 << 18
"""Number of bytes after the header that are searched for lines explaining it."""
_SEPARATORS = (",", "\t", ";", "|")
_ODD_SEPARATORS: dict[str | None, str] = {
    None: mark("blanks"), "，": mark("full-width commas"), "；": mark("full-width semicolons"),
    "、": mark("enumeration commas"), "｜": mark("full-width bars"), "~": "~", "^": "^", "¦": "¦",
}  # fmt: skip
"""Separators that are recognised but not supported; None stands for runs of blanks."""
LOOKED_SEPARATOR = 50
"""Number of lines whose separators are compared."""
_NUMBER = re.compile(NUMBER)


@dataclass(frozen=True, slots=True)
class Header:
    """Column names, the separator, and the byte offset and line number at which the rows begin."""

    names: tuple[str, ...]
    separator: str
    start: int
    line: int
    notes: tuple[str, ...] = ()
    raw: bytes = b""
    codec: str = "utf-8"

    def beginnings(self, most: int) -> frozenset[bytes]:
        """Return the possible beginnings, of at most *most* bytes, of a line that repeats the header."""
        mark = self.separator.encode("ascii", "replace")
        first, _, rest = self.raw.replace(b'"', b"").partition(mark)
        bare = first.strip() or mark + rest.partition(mark)[0].strip()
        forms = {bare, b'"' + bare}
        if not self.codec:  # each line is UTF-8 or GB18030
            text = decode_lines(bare)
            forms |= {text.encode("utf-8"), text.encode("gb18030", "replace")}
        return frozenset(form[:most] for form in forms if form)

    def is_repeated(self, cells: Sequence[str]) -> bool:
        """Return whether the cells of a row, decoded as Latin-1, equal those of the header."""
        if len(cells) < 2 or len(cells) != len(self.names):
            return False
        own = _raw_cells(self.raw, self.separator)
        if [c.strip() for c in cells] == own:
            return True
        texts = (decode_bytes(c.encode("latin-1"), self.codec).strip() for c in cells)
        return all(
            one == decode_bytes(other.encode("latin-1"), self.codec)
            for one, other in zip(texts, own, strict=True)
        )


@lru_cache(maxsize=8)
def _raw_cells(line: bytes, separator: str) -> list[str]:
    """Return the cells of the header line, decoded as Latin-1."""
    return [c.strip() for c in next(csv.reader([line.decode("latin-1")], delimiter=separator), [])]


def read_header(text: Text, where: str) -> Header:
    """Find the header line of a text table.

    Raises
    ------
    LiteracyError
        ``io.empty`` if there is none, ``io.limit`` for too many columns, ``io.damaged`` if it cannot be parsed.
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
    size, lines = _extent(head, skip + 1)
    raw = head[_extent(head, skip)[0] : size].rstrip(b"\r\n")
    above = lines - (1 + first.count("\n"))
    rows = _rows_below(head, size, separator, text.codec)
    below = count_below(len(cells), rows)
    if below and is_fuller(cells, rows[below - 1]):  # a row of group titles above the row of column names
        cells = rows[below - 1][: len(cells)]
        last, _ = _extent(head, below - 1, size)
        size, more = _extent(head, below, size)
        lines, above, below, raw = lines + more, above + below, 0, head[last:size].rstrip(b"\r\n")
    if len(cells) == 1:
        _refuse_separator(first, _decoded(head[size:], text.codec), where)
    names, notes = name_columns(
        [c if c.strip() else name_below(j, rows[:below]) for j, c in enumerate(cells)]
    )
    if above:
        notes += (tell("{} line{} above the header skipped", above, "s" if above > 1 else ""),)
    if below:
        notes += (tell_below(rows[0], lines + 1, below),)
        size, more = _extent(head, below, size)
        lines += more
    return Header(tuple(names), separator, text.start + size, lines + 1, notes, raw, text.codec)


def _refuse_separator(first: str, below: str, where: str) -> None:
    """Raise an error for a table whose columns are separated by blanks or another character that is not supported."""
    rows = [line for line in below.splitlines()[:LOOKED_SEPARATOR] if line.strip()]
    for sign, name in _ODD_SEPARATORS.items():
        parts = [[p.strip() for p in line.strip().split(sign)] for line in (first, *rows)]
        width = len(parts[0])
        if width < 2 or len(rows) < 2 or any(len(p) != width or not all(p) for p in parts):
            continue
        numbers = [all(_NUMBER.fullmatch(p[j]) for p in parts[1:]) for j in range(width)]
        if any(numbers) and not (sign is None and width == 2 and not numbers[1]):
            raise LiteracyError(
                "io.format",
                where=where,
                what=tell("the columns seem to be separated by {}, which is not supported", tell(name)),
                fix="save the table as .xlsx, or as text separated by commas or tabs",
            )


def _rows_below(head: bytes, at: int, separator: str, codec: str) -> list[list[str]]:
    """Return rows after the header, to check whether the first ones explain it; none if a line is very long."""
    end, _ = _extent(head, BELOW + LOOKED, at)
    some = head[at : min(end, at + _BELOW_BYTES)]
    if end > at + _BELOW_BYTES or end == len(head):
        some = some[: some.rfind(b"\n") + 1] or (some if end == len(head) else b"")
    try:
        return [
            r
            for r in csv.reader(io.StringIO(decode_bytes(some, codec), newline=""), delimiter=separator)
            if r
        ]
    except csv.Error:
        return []


def _decoded(head: bytes, codec: str) -> str:
    """Decode the top of the file, whose last character may be incomplete."""
    return decode_bytes(head if codec else head[: head.rfind(b"\n") + 1] or head, codec)


def _extent(head: bytes, count: int, at: int = 0) -> tuple[int, int]:
    """Return the end of *count* logical lines from an offset, and the number of physical lines they span."""
    lines = 0
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
    """Return the header line, its separator, and the number of lines before it.

    A quoted cell that spans several physical lines counts as one line. Title lines are skipped.
    """
    lines = _lines(text)
    skip = next((k for k, line in enumerate(lines) if line.strip()), len(lines) - 1)
    numbered = re.fullmatch(r"sep=(.)", lines[skip].strip("\ufeff"))
    if numbered:
        skip += 1
        return lines[skip] if skip < len(lines) else "", numbered.group(1), skip
    while skip + 1 < len(lines) and len(lines[skip]) < LINE and _is_title(lines[skip], lines[skip + 1 :]):
        skip += 1
    return lines[skip], _separator(lines[skip]), skip


def _lines(text: str, most: int = 12) -> list[str]:
    """Return the first lines of a text, without line ends."""
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
    """Return whether a line is a title above the column names: one padded with separators, or one without any."""
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
    names = next((t for t in tables if sum(1 for cell in t if cell) > 1), [])  # there may be several
    texts = [n for n in names if n and not _NUMBER.fullmatch(n)]
    lone = len(cells) == 1 and all(s not in line for s in _SEPARATORS)
    return lone and len(names) >= 3 and 2 * len(texts) > len(names) and len(set(names)) == len(names)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def split_line(line: str, separator: str, where: str) -> list[str]:
    """Split the header line into cells."""
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    except csv.Error as error:
        raise LiteracyError(
            "io.damaged",
            where=where,
            what=tell("the header line cannot be read ({})", error),
            fix="export the data again",
        ) from None


def name_columns(header: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return stripped column names and notes; empty and duplicate names are replaced by unique ones."""
    names: list[str] = []
    seen: set[str] = set()
    doubled = []
    bare = [plain_name(cell) for cell in header]
    once = Counter(bare)
    respelled = []
    for place, cell in enumerate(header, start=1):
        name = cell.replace("\ufeff", "").strip() or f"column{place}"
        if bare[place - 1] != name and bare[place - 1] and once[bare[place - 1]] == 1:
            name = bare[place - 1]
            respelled.append(name)
        if name in seen:
            doubled.append(name)
            copy = 2
            while f"{name}#{copy}" in seen:
                copy += 1
            name = f"{name}#{copy}"
        seen.add(name)
        names.append(name)
    shown = ", ".join(sorted(set(doubled))[:5])
    numbered: tuple[str, ...] = (
        (tell("columns with the same name were numbered: {}", shown),) if doubled else ()
    )
    nameless = [n for n, cell in zip(names, header, strict=True) if not cell.replace("\ufeff", "").strip()]
    if nameless:
        more = tell(" and {:,} more", len(nameless) - 5) if len(nameless) > 5 else ""
        numbered += (tell("columns without a name were called: {}{}", ", ".join(nameless[:5]), more),)
    listed = ", ".join(respelled[:5]) + (
        tell(" and {:,} more", len(respelled) - 5) if len(respelled) > 5 else ""
    )
    spelled = (
        (tell("column names written in full width or with invisible characters read as: {}", listed),)
        if respelled
        else ()
    )
    return names, (*numbered, *spelled, *tell_alike(names))


def plain_name(name: str) -> str:
    """Return a column name in ASCII, if it differs from that only by full width, odd blanks and invisible characters.

    >>> plain_name("ｑ１\u200b"), plain_name("问题１")
    ('q1', '问题１')
    """
    text = name.strip()
    if text.isascii() or not is_disguised(text):
        return text
    return " ".join(narrow(text).split())


def tell_alike(names: Sequence[str]) -> tuple[str, ...]:
    """Return a note on names that differ only by case, width or blanks and are easily mistaken for one another.

    >>> tell_alike(["x", "y", "x "])
    ("names that differ only by case, width or blanks are separate columns: 'x' / 'x '",)
    """
    spelled: dict[str, list[str]] = {}
    for name in names:
        spelled.setdefault(squeeze(name), []).append(name)
    groups = [" / ".join(f"'{n}'" for n in group[:3]) for group in spelled.values() if len(group) > 1]
    if not groups:
        return ()
    more = tell(" and {:,} more", len(groups) - 5) if len(groups) > 5 else ""
    return (
        tell(
            "names that differ only by case, width or blanks are separate columns: {}{}",
            "; ".join(groups[:5]),
            more,
        ),
    )
