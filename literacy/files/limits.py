"""Limits on the size of input files and the errors for exceeding them (listed in docs/formats.md)."""

from __future__ import annotations

from literacy.errors import LiteracyError
from literacy.messages import mark, tell

MAX_TEXT_LINE = 1 << 24
MAX_HEADER_LINES = 1000
MAX_HELD = 500_000_000
_MARKS = (b",", b"\t", b";", b"|")
_FEWER = mark("export only the columns of the questionnaire")
_IN_PARTS = mark("save it as .csv, in parts if need be")


def over_limit(where: str, what: str, fix: str = _IN_PARTS) -> LiteracyError:
    """The error for a file larger than a stated limit."""
    return LiteracyError("io.limit", where=where, what=what, fix=fix)


def too_many(where: str, count: int, more: str = "") -> LiteracyError:
    """The error for a file with too many columns."""
    return over_limit(where, tell("{}{:,} columns; the limit is {:,}", more, count, MAX_COLUMNS), _FEWER)


def require_cells(where: str, rows: int, columns: int) -> None:
    """Raise an error, before reading, for a table of more cells than may be held in memory."""
    if rows * columns > MAX_HELD:
        what = tell(
            "{:,} rows of {:,} columns; the limit is {:,} cells held at once", rows, columns, MAX_HELD
        )
        raise over_limit(
            where, what, tell("export fewer columns or rows, or use literacy score, which reads in blocks")
        )


class LineLimit:
    """Checks a text block by block and rejects overlong lines, without decoding or storing the text.

    The length of a line is counted in bytes; line breaks within quotes also end a line.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.since: int = 0
        self.mark: dict[bytes, int] = {}
        self.first: bool = True

    def hear(self, block: bytes) -> None:
        """Check the next block."""
        last = _last_end(block)
        begin = min((i for i in map(block.find, (b"\n", b"\r")) if i >= 0), default=len(block))
        if self.first:
            line = block[:begin]
            for mark in _MARKS:
                self.mark[mark] = self.mark.get(mark, 0) + line.count(mark)
            self.since += len(line)
            if last < 0:
                return
            self._require_end()
            self.first = False
        elif self.since + begin > MAX_TEXT_LINE:
            raise _endless(self.where)
        self.since = len(block) - last - 1 if last >= 0 else self.since + len(block)
        if self.since > MAX_TEXT_LINE:
            raise _endless(self.where)

    def finish(self) -> None:
        """Check the last line, after the last block."""
        self._require_end()

    def _require_end(self) -> None:
        if self.since > MAX_TEXT_LINE:
            count = 1 + max(self.mark.values())
            raise too_many(self.where, count) if count > MAX_COLUMNS else _endless(self.where)


def _last_end(block: bytes) -> int:
    return max(block.rfind(b"\n"), block.rfind(b"\r"))


def _endless(where: str) -> LiteracyError:
    what = tell("a line of more than {} MiB; the limit is {} MiB", MAX_TEXT_LINE >> 20, MAX_TEXT_LINE >> 20)
    return over_limit(where, what, tell("export it again: line breaks or closing quotes are missing"))


def check_header(head: bytes, where: str) -> None:
    """Raise an error for a header with an unclosed quote."""
    quotes = 0
    for line in head.splitlines()[: MAX_HEADER_LINES + 1]:
        quotes += line.count(b'"')
        if quotes % 2 == 0 and line.strip():
            return
    if quotes % 2 and head.count(b"\n") + head.count(b"\r") > MAX_HEADER_LINES:
        what = tell(
            "a quote in the header is not closed within {:,} lines, which is the limit", MAX_HEADER_LINES
        )
        raise over_limit(where, what, tell("close the quote, or export the data again"))


MAX_COLUMNS = 20_000
