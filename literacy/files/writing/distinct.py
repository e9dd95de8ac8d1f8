"""Distinct values of a column, with a fast path for small integers, which are typical of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NEAR = 1000
"""Integers up to this absolute value are looked up in a table rather than hashed."""
BYTE = 255
"""Number of positions that fit into a byte, besides that of a missing cell."""
FEW = 24
"""Maximum number of values that are searched for one by one."""
FEWER = 8
"""Maximum number of values for which comparing every cell with each is faster than looking every cell up."""


@dataclass(frozen=True, slots=True)
class Places:
    """Cells as positions in a table of values, not all of which need occur.

    Attributes
    ----------
    cells : (n,) array of integers
        Position of each cell in a table of ``size`` values; missing cells have position ``size`` or -1.
    uniques : sequence
        Values that occur, excluding missing.
    at : (len(uniques),)
        Positions of ``uniques``.
    size : int
    gaps : bool
        Whether any cell is missing.
    """

    cells: NDArray[Any]
    uniques: Any
    at: NDArray[np.intp]
    size: int
    gaps: bool


def look_up(found: Places, values: NDArray[Any], missing: Any) -> NDArray[Any]:
    """Return for each cell the value of its position: one for each of ``found.uniques``, and one for missing cells.

    Comparisons with a few values take a fraction of the time of one look-up, so they are used where most values are 0.
    """
    marked = np.flatnonzero(values)
    if found.cells.dtype != np.uint8 or len(marked) + bool(missing) > FEWER:
        table = np.full(found.size + 1, missing, dtype=values.dtype)
        table[found.at] = values
        return np.asarray(table[found.cells.astype(np.intp, copy=False)])
    wanted = [(int(found.at[i]), values[i]) for i in marked.tolist()]
    if missing and found.gaps:
        wanted.append((found.size, values.dtype.type(missing)))
    return compare_cells(found.cells, wanted, values.dtype)


def compare_cells(
    cells: NDArray[Any], wanted: Sequence[tuple[int, Any]], kind: np.dtype[Any]
) -> NDArray[Any]:
    """Return the value of each cell's position, for the positions that have a value other than 0; type of one byte."""
    out = np.zeros(len(cells), dtype=kind)
    for place, value in wanted:
        hit = (cells == place).view(kind)
        out |= hit if value == 1 else hit * value
    return out


def find_places(column: pd.Series) -> Places:
    """Return the cells of a column as positions in a table: small integers ascending, others by first occurrence."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "fi" and len(column):
        made = _count_small(column.to_numpy())
        if made is not None:
            return made
    positions, uniques = column.factorize()
    return Places(positions, uniques, np.arange(len(uniques)), len(uniques), bool((positions < 0).any()))


def find_distinct(column: pd.Series) -> tuple[NDArray[np.intp], Any]:
    """Return the position of each cell among the distinct values, -1 if missing, and these values.

    Like :meth:`pandas.Series.factorize`, except that small integers of numpy dtypes are in ascending order.

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


def find_bytes(cells: NDArray[np.uint8], low: int, width: int) -> Places:
    """Return cells that are already positions of the integers from *low*, missing ones :data:`BYTE`."""
    if width <= FEW:
        counts = [np.count_nonzero(cells == v) for v in range(width)]
        at = np.flatnonzero(counts)
        gaps = bool(sum(counts) < len(cells))
    else:
        count = np.bincount(cells, minlength=BYTE + 1)
        at = np.flatnonzero(count[:width])
        gaps = bool(count[BYTE])
    return Places(cells, at + low, at, BYTE, gaps)


def _count_small(array: NDArray[Any]) -> Places | None:
    """Return small integers as positions in a table; None if there are other values.

    Positions take one byte per cell where possible, which makes passes over all cells of a block cheap.
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
        filled = np.fmax(array, least - 1.0)  # missing cells become the minimum minus 1
        whole = filled.astype(np.int16)
        if not np.array_equal(whole, filled):
            return None
        whole -= low
        gaps = bool((whole < 0).any())
    width = high - low + 1
    if width <= BYTE:
        cells, size = whole.astype(np.uint8), BYTE  # -1 becomes 255, the position after the last
    else:
        cells, size = whole, width
    if width <= FEW:
        seen = np.array([np.count_nonzero(cells == v) > 0 for v in range(width)])
    else:
        seen = np.bincount(whole[whole >= 0] if gaps else whole, minlength=width) > 0
    at = np.flatnonzero(seen)
    return Places(cells, at + low, at, size, gaps)
