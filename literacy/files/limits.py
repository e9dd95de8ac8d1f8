"""Stated limits of what is read, and the error that names one of them (docs/formats.md lists them)."""

from __future__ import annotations

from typing import BinaryIO

from literacy.errors import LiteracyError

MAX_TEXT_LINE = 1 << 24
MAX_HEADER_LINES = 1000
MAX_HELD = 500_000_000
_BLOCK = 1 << 20
_FEWER = "export only the columns of the questionnaire"


def over_limit(where: str, what: str, fix: str = "save it as .csv, in parts if need be") -> LiteracyError:
    """The error for a file larger than a stated limit."""
    return LiteracyError("io.limit", where=where, what=what, fix=fix)


def too_many(where: str, count: int, more: str = "") -> LiteracyError:
    """The error for a file of too many columns."""
    return over_limit(where, f"{more}{count:,} columns; the limit is {MAX_COLUMNS:,}", _FEWER)


def require_cells(where: str, rows: int, columns: int) -> None:
    """Refuse a table of more cells than are held at a time, before they are read."""
    if rows * columns > MAX_HELD:
        what = f"{rows:,} rows of {columns:,} columns; the limit is {MAX_HELD:,} cells held at a time"
        raise over_limit(where, what, "export fewer columns or rows, or score it, which reads in parts")


def check_lines(file: BinaryIO, where: str) -> None:
    """Refuse a text whose lines have no end, or whose header has none: nothing is decoded, one block is held at a time.

    A line is counted by its bytes, quoted or not.
    """
    head = file.read(MAX_TEXT_LINE + 1)
    if len(head) > MAX_TEXT_LINE and _last_end(head) < 0:
        raise _endless_header(head, file, where)
    _check_header(head, where)
    since = len(head) - _last_end(head) - 1
    while block := file.read(_BLOCK):
        last = _last_end(block)
        since = len(block) - last - 1 if last >= 0 else since + len(block)
        if since > MAX_TEXT_LINE:
            raise _endless(where)


def _last_end(block: bytes) -> int:
    return max(block.rfind(b"\n"), block.rfind(b"\r"))


def _endless(where: str) -> LiteracyError:
    what = f"a line of more than {MAX_TEXT_LINE >> 20} MiB; the limit is {MAX_TEXT_LINE >> 20} MiB"
    return over_limit(where, what, "export it again: line ends or closing quotes are missing")


def _endless_header(head: bytes, file: BinaryIO, where: str) -> LiteracyError:
    """How many columns a first line of more than the limit has, if it has columns."""
    mark = max((b",", b"\t", b";", b"|"), key=head.count)
    count, block = 1, head
    while block:
        line = block.splitlines()[0] if _last_end(block) >= 0 else block
        count += line.count(mark)
        block = file.read(_BLOCK) if line is block else b""
    return too_many(where, count) if count > MAX_COLUMNS else _endless(where)


def _check_header(head: bytes, where: str) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # of two bytes a letter: a quote's byte may be half of another letter
    quotes = 0
    for line in head.splitlines()[: MAX_HEADER_LINES + 1]:
        quotes += line.count(b'"')
        if quotes % 2 == 0 and line.strip():
            return
    if quotes % 2 and head.count(b"\n") + head.count(b"\r") > MAX_HEADER_LINES:
        what = f"a quote in the header is not closed within {MAX_HEADER_LINES:,} lines, which is the limit"
        raise over_limit(where, what, "close the quote, or export the data again")


MAX_COLUMNS = 20_000
