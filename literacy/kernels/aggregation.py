"""Weighted totals by sampling unit and domain, in one pass and little memory.

Every smooth statistic is a function of weighted totals, and its linearised unit totals are a linear function of the
units' totals. So the rows are read once, block by block, and everything after works on (units, domains, columns).

Throughout, ``cell`` (n,) holds a row's domain 0..cells-1, or -1 for a row in none, whose values are never read; a
column is an array (n,) or None for ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Column = Floats | None
T = TypeVar("T", np.float64, np.int64)
BLOCK = 1 << 16


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK)]


def _keep(cell: Ints) -> NDArray[np.bool_] | None:
    """Rows that lie in a domain; None if all do."""
    keep = cell >= 0
    return None if keep.all() else keep


def _take(x: NDArray[T], rows: slice, keep: NDArray[np.bool_] | None) -> NDArray[T]:
    return x[rows] if keep is None else x[rows][keep]


def _add(out: Floats, key: Ints, values: Floats) -> None:
    """Add values to ``out`` at ``key``, touching only the range of the keys."""
    if len(key):
        low = int(key.min())
        sums = np.bincount(key - low, values)
        out[low : low + len(sums)] += sums


def unit_cell_totals(
    unit: Ints, units: int, cell: Ints, cells: int, weight: Floats, columns: Sequence[Column]
) -> Floats:
    """Sum ``weight * column`` by sampling unit and domain: (units, cells, q)."""
    out = np.zeros((len(columns), units * cells))
    for rows in _blocks(len(weight)):
        keep = _keep(cell[rows])
        key = _take(unit, rows, keep) * cells + _take(cell, rows, keep)
        w = _take(weight, rows, keep)
        for j, column in enumerate(columns):
            _add(out[j], key, w if column is None else w * _take(column, rows, keep))
    return np.moveaxis(out.reshape(len(columns), units, cells), 0, 2)


def unit_level_totals(
    unit: Ints, units: int, cell: Ints, cells: int, weight: Floats, level: Ints, levels: int
) -> Floats:
    """Sum weights by sampling unit, domain and level of a category: (units, cells, levels)."""
    out = np.zeros(units * cells * levels)
    for rows in _blocks(len(weight)):
        keep = _keep(cell[rows])
        key = (_take(unit, rows, keep) * cells + _take(cell, rows, keep)) * levels + _take(level, rows, keep)
        _add(out, key, _take(weight, rows, keep))
    return out.reshape(units, cells, levels)


def cell_counts(cell: Ints, cells: int) -> Floats:
    """Rows in each domain: (cells,)."""
    out = np.zeros(cells + 1)
    for rows in _blocks(len(cell)):
        out += np.bincount(cell[rows] + 1, minlength=cells + 1)
    return out[1:]


def cell_moments(cell: Ints, cells: int, weight: Floats, columns: Sequence[Column]) -> Floats:
    """Sum ``weight * column_a * column_b`` by domain: (cells, q, q)."""
    q = len(columns)
    out = np.zeros((q, q, cells))
    for rows in _blocks(len(weight)):
        keep = _keep(cell[rows])
        key = _take(cell, rows, keep)
        w = _take(weight, rows, keep)
        values = [w if c is None else w * _take(c, rows, keep) for c in columns]
        for a, first in enumerate(columns):
            for b in range(a, q):
                product = values[b] if first is None else values[b] * _take(first, rows, keep)
                out[a, b] += np.bincount(key, product, minlength=cells)
    lower = np.tril_indices(q, -1)
    out[lower] = out[lower[1], lower[0]]
    return np.moveaxis(out, 2, 0)
