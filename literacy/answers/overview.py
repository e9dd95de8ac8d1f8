"""What must be known of a whole file before any of its rows is coded: types that need every cell, personal columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from literacy.files.text.numbers import is_integral
from literacy.files.writing.csv import has_clock
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.answers.matching.matching import Match
    from literacy.files.table import Table


Note = tuple[str, int]
"""A sentence, and a count that stands where it says ``{n}``: parts of a file add theirs up."""


ANSWERED = "\0"
"""Begins what is counted and not said: alone the rows, before the name of an item its cells that are not skipped."""
FEW = 10
"""Rows from which on an item that nobody answers is said."""
SHOWN = 8


class Unknown(NamedTuple):
    """A code nobody knows: the item, its column, the code, how often."""

    item: str
    column: str
    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A file as a whole.

    Attributes
    ----------
    rows : int
    integral : frozenset of str
        Columns of numbers whose present cells are all whole.
    whole : frozenset of str
        Those of them in which no cell is missing.
    clocks : frozenset of str
        Columns of moments that have a time of day.
    personal : mapping
        Column -> what it holds, for those left out.
    keep_personal : bool
        Free answers are left as they are.
    repeated : int
        Rows whose number another row has before them.
    """

    rows: int
    integral: frozenset[str]
    whole: frozenset[str]
    clocks: frozenset[str]
    personal: Mapping[str, str]
    keep_personal: bool = False
    repeated: int = 0


class _Numbers:
    """Hears the numbers of respondents, eight bytes each: how many rows bear one that another row has too."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def hear(self, cells: pd.Series) -> None:
        """Those of some rows; empty ones are none."""
        present = cells.dropna()
        if pd.api.types.is_integer_dtype(present):
            self.seen.append(present.to_numpy(dtype=np.int64))
        elif pd.api.types.is_float_dtype(present):
            self.seen.append(present.to_numpy(dtype=np.float64).view(np.int64))
        else:
            texts = present.astype("str").to_numpy(dtype=object)
            self.seen.append(pd.util.hash_array(texts, categorize=False).view(np.int64))

    def repeated(self) -> int:
        """Rows less different numbers."""
        if not self.seen:
            return 0
        whole = np.concatenate(self.seen)
        return int(len(whole) - len(np.unique(whole)))


def look_over(
    tables: Iterable[Table], match: Match, personal: Mapping[str, str], keep_personal: bool = False
) -> Overview:
    """Look at the columns whose type depends on every cell: those that hold no item, and measured numbers."""
    numbers = {
        match.places[i.name].columns[0]
        for i in match.instrument.items
        if i.type == "number" and i.name in match.places
    }
    looked = [c for c in (*match.other, *sorted(numbers)) if c not in personal]
    fractional: set[str] = set()
    gaps: set[str] = set()
    clocks: set[str] = set()
    rows = 0
    numbered = match.instrument.id_column
    ids = _Numbers()
    for table in tables:
        rows += len(table.frame)
        if numbered in looked and numbered in table.frame:
            ids.hear(table.frame[numbered])
        for column in looked:
            cells = table.frame[column]
            if pd.api.types.is_datetime64_any_dtype(cells):
                fractional.add(column)  # a moment is no whole number
                if column not in clocks and has_clock(cells):
                    clocks.add(column)
            elif pd.api.types.is_integer_dtype(cells):
                if column not in gaps and (
                    bool(table.declared_missing(column).any())
                    if column in table.user_missing
                    else bool(cells.hasnans)
                ):
                    gaps.add(column)
            elif cells.dtype != np.float64:
                fractional.add(column)
            elif column not in fractional or (column not in gaps and column not in numbers):
                array = cells.to_numpy()
                if column in table.user_missing:
                    array = np.where(table.declared_missing(column), np.nan, array)
                if not is_integral(array):
                    fractional.add(column)
                if np.isnan(array).any():
                    gaps.add(column)
    integral = frozenset(looked) - fractional - clocks
    integral -= {c for c in integral if c not in numbers and not rows}
    return Overview(
        rows,
        integral,
        integral - gaps - numbers,
        frozenset(clocks),
        dict(personal),
        keep_personal,
        ids.repeated(),
    )


def render_notes(notes: Iterable[Note]) -> tuple[str, ...]:
    """Sentences with the sum of their counts, each once, in the order of their first appearance."""
    sums: dict[str, int] = {}
    for text, count in notes:
        sums[text] = sums.get(text, 0) + count
    rows = sums.pop(ANSWERED, 0)
    items = {text: count for text, count in sums.items() if text.startswith(ANSWERED)}
    empty = [text.removeprefix(ANSWERED) for text, count in items.items() if not count and rows >= FEW]
    remarks = [text.replace("{n}", f"{count:,}") for text, count in sums.items() if text not in items]
    if empty:
        more = tell(" and {:,} more", len(empty) - SHOWN) if len(empty) > SHOWN else ""
        remarks.append(
            tell(
                "items without an answer in any row count as skipped (is the export complete?): {}{}",
                ", ".join(empty[:SHOWN]),
                more,
            )
        )
    return tuple(remarks)


def count_answers(kinds: Mapping[str, np.ndarray | None], skipped: int, rows: int) -> list[Note]:
    """How many rows there are, and of each item how many cells are not skipped (None: all).

    An item no row answers is said at the end, by :func:`render_notes`.
    """
    counts = {c: rows if k is None else int(np.count_nonzero(k != skipped)) for c, k in kinds.items()}
    return [(ANSWERED, rows), *((f"{ANSWERED}{name}", count) for name, count in counts.items())]


def add_unknown(found: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Unknown codes of several parts of a file, each once with the sum of its counts."""
    sums: dict[tuple[str, str, str], int] = {}
    for one in found:
        sums[one[:3]] = sums.get(one[:3], 0) + one.times
    return tuple(Unknown(*key, count) for key, count in sums.items())
