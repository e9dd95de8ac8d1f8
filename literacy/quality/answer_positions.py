"""A column as positions among its distinct values, in as few bytes as these need; columns of blocks of rows add up."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.instrument import KINDS

Integers = NDArray[np.signedinteger[Any]]


def code_kind(kind: str) -> int:
    """Return the negative code of a kind of missing value."""
    return -1 - KINDS.index(kind)


HELD_BACK = -1
"""Code of an answer whose value is not held, such as a text; elsewhere, of a cell without a value."""
UNKNOWN, REFUSED, SKIPPED, NOT_ASKED = (
    code_kind(k) for k in ("dont_know", "refused", "skipped", "not_asked")
)


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """A column as positions.

    Attributes
    ----------
    cells : (n,) array of int8, int16 or int32
        Position of each cell in ``levels``, or a negative code: :data:`HELD_BACK`, or that of a kind of missing value.
        One more position than there are levels fits into the type.
    levels : tuple
        Distinct values.
    """

    cells: Integers
    levels: tuple[Any, ...]

    def __add__(self, other: Positions) -> Positions:
        """Return the rows of both, one below the other."""
        known = {level: place for place, level in enumerate(self.levels)}
        table = [known.setdefault(level, len(known)) for level in other.levels]
        size = choose_type(len(known))
        second = relabel(other.cells, table, size)
        return Positions(np.concatenate([self.cells.astype(size, copy=False), second]), tuple(known))

    @property
    def due(self) -> NDArray[np.bool_]:
        """Boolean array (n,): cells of an item that was due, whether answered or not."""
        return self.cells > NOT_ASKED

    def count(self, code: int) -> int:
        """Return the number of cells with a negative code."""
        return int(np.count_nonzero(self.cells == code))

    def settle(self) -> Positions:
        """Return the same with the values that occur only, in ascending order, and all of one type.

        Texts if any value is a text; otherwise integers if all are, else floats.
        """
        form: Any = None
        if any(isinstance(level, str) for level in self.levels):
            form = str
        elif not all(isinstance(level, int) for level in self.levels):
            form = float
        named = [level if form is None else form(level) for level in self.levels]
        counts = np.bincount(self.cells[self.cells >= 0], minlength=len(named)).tolist()
        occurring = {level for level, count in zip(named, counts, strict=True) if count}
        place = {level: k for k, level in enumerate(sorted(occurring))}
        table = [place.get(level, HELD_BACK) for level in named]
        return Positions(relabel(self.cells, table, choose_type(len(place))), tuple(place))

    def answers(self) -> Integers:
        """Positions of the answers, don't know counted as one more; negative otherwise; (n,)."""
        cells = self.cells.copy()
        cells[cells == UNKNOWN] = len(self.levels)
        return cells


def choose_type(levels: int) -> Any:
    """Return the smallest type that holds the positions of a number of levels, and one more."""
    return next(t for t in (np.int8, np.int16, np.int32) if levels < np.iinfo(t).max)


def relabel(cells: Integers, table: Sequence[int], size: Any) -> Integers:
    """Return the entry of a table for each position; negative codes remain."""
    if list(table) == list(range(len(table))):
        return cells.astype(size, copy=False)
    # negative codes index the table from its end, where they stand themselves
    codes = range(-1 - len(KINDS), 0)
    return np.array([*table, *codes], dtype=size)[cells]


def place_cells(positions: NDArray[Any], levels: Sequence[Hashable]) -> Positions:
    """Return positions in a list of values as a column; None among the values, and -1, is a cell without a value."""
    known: dict[Hashable, int] = {}
    table = [HELD_BACK if v is None else known.setdefault(v, len(known)) for v in levels]
    size = choose_type(len(known))
    return Positions(np.array([*table, HELD_BACK], dtype=size)[positions], tuple(known))


def mark_missing(column: Positions, kinds: NDArray[np.int8]) -> Positions:
    """Return a column with the codes of the kinds of missing values in place of positions."""
    return Positions(np.where(kinds == 0, column.cells, -1 - kinds), column.levels)
