"""Rows of totals below, or between, the rows of data: nobody answered them, but they look like rows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING

from literacy.files.text.spelling import skeleton
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.files.text.inspection import Text

_TAIL = 1 << 16
WORDS = frozenset(
    {"合计", "总计", "小计", "总和", "求和", "平均", "平均值", "平均分", "合計", "總計", "total", "totals",
     "grandtotal", "subtotal", "sum", "average", "mean"}
)  # fmt: skip
"""What the first filled cell of such a row says, in the spelling of :func:`skeleton`."""


def is_total(row: Sequence[str]) -> bool:
    """Whether the first filled cell of a row says that it is a total."""
    first = next((cell for cell in row if cell.strip()), "")
    return len(first) <= 24 and skeleton(first) in WORDS


def tell_totals(found: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The sentence on such rows of a sheet, from their numbers there and their first filled cells."""
    if not found:
        return ()
    number, word = found[0]
    more = tell(" and {:,} more", len(found) - 1) if len(found) > 1 else ""
    return (
        tell(
            "row {} of the sheet begins with '{}'{}: it is read like the others; delete it if it is a total",
            number,
            word.strip(),
            more,
        ),
    )


def tell_last(text: Text, separator: str) -> tuple[str, ...]:
    """The sentence on the last row of a text table, where it is a total."""
    tail = text.read(max(text.start, text.end - _TAIL), _TAIL).rstrip(b"\r\n\0 ")
    line = tail[tail.rfind(b"\n") + 1 :].decode(text.codec or "utf-8", "replace")
    row = next(csv.reader([line], delimiter=separator), [])
    if text.end - text.start <= len(line) or not is_total(row):
        return ()
    word = next(cell for cell in row if cell.strip())
    return (
        tell(
            "the last row begins with '{}': it is read as a row like the others; delete it if it is a total",
            word.strip(),
        ),
    )
