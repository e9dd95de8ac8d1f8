"""Properties of a whole file that coding requires: types that depend on every cell, and personal columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from literacy.files.text.numbers import is_integral
from literacy.files.writing.csv import has_clock
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.answers.coding.columnforms import ColumnForm
    from literacy.answers.matching.matching import Match
    from literacy.answers.paradata import Spans
    from literacy.files.table import Table


class Note(NamedTuple):
    """A sentence, the count that replaces ``{n}`` in it, and its place among the notes.

    Counts are summed over the blocks of a file.
    """

    text: str
    times: int
    place: int = 0


ANSWERED = "\0"
"""Prefix of internal counts: alone for the rows, before an item's name for its cells that are not skipped."""
FEW = 10
"""Minimum number of rows for items without any answer to be reported."""
SHOWN = 8
MANY = 1 << 23
"""Maximum number of respondent numbers kept to find those that repeat, besides consecutive ones."""


class Unknown(NamedTuple):
    """A code unknown to the instrument: item, column, code and frequency."""

    item: str
    column: str
    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Properties of a file as a whole.

    Attributes
    ----------
    rows : int
    integral : frozenset of str
        Numeric columns whose non-missing cells are all whole numbers.
    whole : frozenset of str
        Columns of *integral* that hold no item and have no missing cell.
    clocks : frozenset of str
        Date columns with a time of day.
    personal : mapping
        Column -> kind of personal data, for the omitted columns.
    keep_personal : bool
        Whether open-ended answers are left unchanged.
    repeated : int
        Number of rows that repeat the respondent number of an earlier row.
    all_numbers : bool
        Whether all respondent numbers were compared; otherwise only the first :data:`MANY`.
    spans : Spans or None
        Ranges of the numbers in the columns of durations and times, if the paradata are to be read in blocks.
    personal_numbers : frozenset of str
        Columns of numbers some of which are personal data.
    written : mapping
        Column of an item -> how all of its cells are written, where the blocks of a file may differ in that.
    days : tuple of str, optional
        The first column of dates that is not empty, and the first with a readable date, if the file is read in blocks.
    """

    rows: int
    integral: frozenset[str]
    whole: frozenset[str]
    clocks: frozenset[str]
    personal: Mapping[str, str]
    keep_personal: bool = False
    repeated: int = 0
    all_numbers: bool = True
    spans: Spans | None = None
    personal_numbers: frozenset[str] = frozenset()
    written: Mapping[str, ColumnForm] = field(default_factory=dict)
    days: tuple[str, str] | None = None


class RespondentNumbers:
    """Collector of respondent numbers that counts the rows with a repeated number.

    Consecutive ascending numbers are kept as runs, whatever their count; others take eight bytes each, and only the
    first :data:`MANY` of them are kept.
    """

    def __init__(self) -> None:
        self.runs: list[tuple[float, float]] = []
        self.seen: list[np.ndarray] = []
        self.rows: int = 0
        self.whole: bool = True

    def hear(self, cells: pd.Series) -> None:
        """Add the numbers of a block of rows; empty cells are ignored."""
        present = cells.dropna()
        if not len(present):
            return
        if pd.api.types.is_integer_dtype(present) or pd.api.types.is_float_dtype(present):
            numbers = present.to_numpy(
                dtype=np.int64 if pd.api.types.is_integer_dtype(present) else np.float64
            )
            if len(numbers) > 1 and bool((numbers[1:] - numbers[:-1] == 1).all()) and numbers[0] % 1 == 0:
                self.rows += len(numbers)
                self._add_run(numbers[0].item(), numbers[-1].item())
                return
        else:
            numbers = pd.util.hash_array(present.astype("str").to_numpy(dtype=object), categorize=False)
        left = MANY - sum(len(one) for one in self.seen)
        self.whole &= len(numbers) <= left
        self.rows += min(len(numbers), left)
        self.seen.append(numbers[:left])

    def _add_run(self, first: float, last: float) -> None:
        if self.runs and self.runs[-1][1] + 1 == first:
            self.runs[-1] = (self.runs[-1][0], last)
        else:
            self.runs.append((first, last))

    def repeated(self) -> int:
        """Return the number of rows minus the number of distinct values."""
        joined: list[tuple[float, float]] = []
        for first, last in sorted(self.runs):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        distinct = int(sum(last - first + 1 for first, last in joined))
        if self.seen:
            others = np.sort(np.concatenate(self.seen))
            others = others[np.concatenate([[True], others[1:] != others[:-1]])]
            if joined:
                ends = np.array(joined, dtype=others.dtype)
                at = np.searchsorted(ends[:, 0], others, side="right") - 1
                inside = (at >= 0) & (others <= ends[np.maximum(at, 0), 1]) & (others % 1 == 0)
                others = others[~inside]
            distinct += len(others)
        return self.rows - distinct


def look_over(
    tables: Iterable[Table], match: Match, personal: Mapping[str, str], keep_personal: bool = False
) -> Overview:
    """Inspect the columns whose type depends on every cell: those without an item, and numeric items."""
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
    ids = RespondentNumbers()
    for table in tables:
        rows += len(table.frame)
        if numbered in looked and numbered in table.frame:
            ids.hear(table.frame[numbered])
        for column in looked:
            cells = table.frame[column]
            if pd.api.types.is_datetime64_any_dtype(cells):
                fractional.add(column)  # a timestamp is not a whole number
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
        ids.whole,
    )


def add_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return each note once, with the sum of its counts, in an order that does not depend on the blocks of the file."""
    sums: dict[str, Note] = {}
    for note in notes:
        known = sums.get(note.text, Note(note.text, 0, note.place))
        sums[note.text] = Note(note.text, known.times + note.times, min(known.place, note.place))
    return tuple(sorted(sums.values(), key=lambda note: (note.place, note.text)))


def render_notes(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return each sentence once, with the sum of its counts, in the order of :func:`add_notes`."""
    sums = {note.text: note.times for note in add_notes(notes)}
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


def count_answers(kinds: Mapping[str, np.ndarray], skipped: int, rows: int) -> list[Note]:
    """Count the rows and, for each item, the cells that are not skipped.

    Items without any answer are reported at the end by :func:`render_notes`.
    """
    counts = {c: int(np.count_nonzero(k != skipped)) for c, k in kinds.items()}
    return [
        Note(ANSWERED, rows),
        *(Note(f"{ANSWERED}{name}", count, place) for place, (name, count) in enumerate(counts.items())),
    ]


def add_unknown(found: Iterable[Unknown], items: Sequence[str]) -> tuple[Unknown, ...]:
    """Merge the unknown codes of several blocks of a file: each once, in the order of the items, with its count."""
    sums: dict[tuple[str, str, str], int] = {}
    for one in found:
        sums[one[:3]] = sums.get(one[:3], 0) + one.times
    place = {name: i for i, name in enumerate(items)}
    ordered = sorted(sums.items(), key=lambda one: place[one[0][0]])
    return tuple(Unknown(*key, count) for key, count in ordered)
