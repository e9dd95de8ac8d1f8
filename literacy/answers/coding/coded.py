"""A coded column, stored as positions in a table of codes, so that work is done once per code, not once per row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.instrument.definitions import Code, Item, MissingRule

BLANK, UNKNOWN = -1, -2
MANY = 256
"""Maximum number of distinct values of a column whose reading is kept for the next block."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Declared:
    """Declarations of the file and the instrument about the codes of one column.

    ``numbers`` states what a bare number is: ``codes``, ``places`` (positions of options in the form), or ``agree`` if
    both are possible, in which case a number is accepted only if both give the same option.
    """

    value_labels: Mapping[float | str, str] = field(default_factory=dict)
    user_missing: tuple[tuple[float | str, float | str], ...] = ()
    rules: tuple[MissingRule, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    numbers: str = "codes"

    def is_missing(self, value: float | str) -> bool:
        """Return whether the file declares the value missing."""
        if isinstance(value, str):
            return any(value == low for low, _ in self.user_missing if isinstance(low, str))
        ranges = (
            (lo, hi) for lo, hi in self.user_missing if not isinstance(lo, str) and not isinstance(hi, str)
        )
        return any(lo <= value <= hi for lo, hi in ranges)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as codes; ``unknown`` holds the unknown values with their counts.

    Attributes
    ----------
    item : Item
    kinds : (n,) int8
        Kind of missing value, 0 for an answer; BLANK (-1) for empty cells whose kind the caller decides.
    positions : (n,) of whole numbers
        Position of each cell in ``codes``; past the end (or -1) for an empty cell.
    codes : tuple
        Codes, not all of which need occur; None for a value that is not an answer.
    numbers : (n,) float64, optional
        Values of a numeric item, NaN without an answer; used in place of positions.
    unknown, notes, counts
        Unknown values with counts; notes; notes with a count that replaces ``{n}`` in them.
    blank : bool
        Whether any kind is BLANK.
    """

    item: Item
    kinds: NDArray[np.int8]
    positions: NDArray[Any] = field(default_factory=lambda: np.empty(0, np.intp))
    codes: tuple[Code | None, ...] = ()
    numbers: NDArray[np.float64] | None = None
    unknown: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    blank: bool = True

    @property
    def values(self) -> pd.Series:
        """The codes by row, NA where there is no answer."""
        if self.numbers is not None:
            return _series(self.numbers, self.item)
        return _take(self.codes, self.positions, self.item)

    @property
    def levels(self) -> pd.Series:
        """NA, for an empty cell, followed by the codes by position."""
        return _take(self.codes, np.arange(-1, len(self.codes)), self.item)


class Memory:
    """Cache of the readings of columns' distinct values, kept from one block of a file to the next."""

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[Declared, dict[Hashable, Any]]] = {}

    def recall(
        self, name: Hashable, declared: Declared, uniques: Any, read: Callable[..., T], *more: Any
    ) -> T:
        """Return the cached reading of these values of a column, or compute it as ``read(uniques, *more)``."""
        if len(uniques) > MANY:
            return read(uniques, *more)
        known = self._held.get(name)
        if known is None or known[0] != declared:
            known = self._held[name] = (declared, {})
        key = (getattr(uniques, "dtype", None), tuple(uniques))
        if key not in known[1]:
            if len(known[1]) >= MANY:
                known[1].clear()
            known[1][key] = read(uniques, *more)
        made: T = known[1][key]
        return made


def is_worded(item: Item) -> bool:
    """Return whether the answers to an item are texts, whichever of them occur in a file or a block of it."""
    return item.type in ("multiple", "text") or any(
        isinstance(o.code, str) and not o.missing for o in item.options
    )


def _take(codes: tuple[Code | None, ...], positions: NDArray[Any], item: Item) -> pd.Series:
    """Return codes by position as a column of the appropriate type."""
    if is_worded(item):
        texts = np.array([None if c is None else str(c) for c in codes] + [None], dtype=object)
        return pd.Series(texts[positions], name=item.name, dtype="str")
    numbers = [c for c in codes if isinstance(c, (int, float))]
    if numbers and item.type != "number" and all(isinstance(c, int) for c in numbers):
        whole = np.array([0 if c is None else c for c in codes] + [0], dtype=np.int64)
        gone = np.array([c is None for c in codes] + [True])
        places = positions.astype(np.intp, copy=False)
        return pd.Series(pd.arrays.IntegerArray(whole[places], gone[places]), name=item.name)
    lookup = np.array([np.nan if c is None else float(c) for c in codes] + [np.nan], dtype=np.float64)
    return _series(lookup[positions], item)


def _series(array: NDArray[np.float64], item: Item) -> pd.Series:
    """Return numbers as Int64 if all are whole, else as Float64; NaN becomes NA."""
    mask = np.isnan(array)
    filled = np.where(mask, 0.0, array)
    if item.type != "number" or np.array_equal(filled, np.floor(filled)):
        whole = filled.astype(np.int64)
        if np.array_equal(whole, filled):
            return pd.Series(pd.arrays.IntegerArray(whole, mask), name=item.name)
    return pd.Series(pd.arrays.FloatingArray(filled, mask), name=item.name)
