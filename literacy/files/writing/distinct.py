"""The different values of a column, quickly where they are few whole numbers, as answers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NEAR = 1000
"""Whole numbers up to this size are looked up in a table instead of hashed."""
BYTE = 255
"""Places that fit a byte, besides that of an empty cell."""
FEW = 24
"""Values that are looked for one by one."""


@dataclass(frozen=True, slots=True)
class Places:
    """Cells as places in a table of values, of which not all need occur.

    Attributes
    ----------
    cells : (n,) of whole numbers
        Place of each cell in a table of ``size`` values and one more, the last, for an empty cell (or -1).
    uniques : sequence
        The values that occur, without empty cells.
    at : (len(uniques),)
        Their places.
    size : int
    gaps : bool
        Whether a cell is empty.
    """

    cells: NDArray[Any]
    uniques: Any
    at: NDArray[np.intp]
    size: int
    gaps: bool


def find_places(column: pd.Series) -> Places:
    """Cells of a column as places in a table: small whole numbers in ascending order, others as they first occur."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "fi" and len(column):
        made = _count_small(column.to_numpy())
        if made is not None:
            return made
    positions, uniques = column.factorize()
    return Places(positions, uniques, np.arange(len(uniques)), len(uniques), bool((positions < 0).any()))


def find_distinct(column: pd.Series) -> tuple[NDArray[np.intp], Any]:
    """Place of each cell among the different values, -1 where it is missing; and those values.

    As :meth:`pandas.Series.factorize`, but small whole numbers of numpy's number types come in ascending order.

    Returns
    -------
    (positions, uniques) : (n,) array, sequence
    """
    found = find_places(column)
    if len(found.at) == found.size and not (found.gaps and found.cells.dtype.kind == "u"):
        return found.cells.astype(np.intp, copy=False), found.uniques
    place = np.full(found.size + 1, -1, dtype=np.intp)
    place[found.at] = np.arange(len(found.at))
    return place[found.cells.astype(np.intp, copy=False)], found.uniques


def _count_small(array: NDArray[Any]) -> Places | None:
    """Small whole numbers as places in a table; None where they are others.

    Of a byte a cell where they fit: what looks at all cells of a block costs little then.
    """
    if array.dtype.kind == "i":
        low, high = int(array.min()), int(array.max())
        if low < -NEAR or high > NEAR:
            return None
        whole: NDArray[Any] = np.subtract(array, low, dtype=np.int16, casting="unsafe")
        gaps = False
    else:
        least, most = np.fmin.reduce(array), np.fmax.reduce(array)
        if not (least >= -NEAR and most <= NEAR):
            return None
        low, high = int(least), int(most)
        filled = np.fmax(array, least - 1.0)  # empty cells become the number before the least
        whole = filled.astype(np.int16)
        if not np.array_equal(whole, filled):
            return None
        whole -= low
        gaps = bool((whole < 0).any())
    width = high - low + 1
    if width <= BYTE:
        cells, size = whole.astype(np.uint8), BYTE  # -1 becomes 255, the place past the last
    else:
        cells, size = whole, width
    if width <= FEW:
        seen = np.array([np.count_nonzero(cells == v) > 0 for v in range(width)])
    else:
        seen = np.bincount(whole[whole >= 0] if gaps else whole, minlength=width) > 0
    at = np.flatnonzero(seen)
    return Places(cells, at + low, at, size, gaps)
