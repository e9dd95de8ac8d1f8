"""Weighted totals by sampling unit and domain, computed in one pass over the rows.

Every smooth statistic is a function of weighted totals, and its linearised values summed by sampling unit are a linear
function of the unit totals. The rows are therefore read once, in blocks, and all later work is on arrays of shape
(units, cells, columns).

Throughout, ``cell`` (n,) is the domain of each row, 0..cells-1, or -1 for a row outside all domains, whose values are
never read; ``complete`` states that there is no such row; a column is an array (n,), or None for a column of ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Column = Floats | NDArray[np.integer[Any]] | None
T = TypeVar("T", bound=np.generic)
BLOCK = 1 << 15  # rows per block, so that intermediate arrays stay in the processor's cache


def _blocks(n: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK)]


def _keep(cell: Ints) -> NDArray[np.bool_] | None:
    """Mask of the rows that belong to a domain; None if all rows do."""
    return None if cell.min(initial=0) >= 0 else cell >= 0


def _take(x: NDArray[T], rows: slice, keep: NDArray[np.bool_] | None) -> NDArray[T]:
    return x[rows] if keep is None else x[rows][keep]


def _add(out: Floats, key: Ints, values: Floats) -> None:
    """Add ``values`` to ``out`` at the indices ``key`` (in place), touching only the range that occurs in ``key``."""
    if len(key):
        low = int(key.min())
        sums = np.bincount(key - low, values)
        out[low : low + len(sums)] += sums


@dataclass(frozen=True, slots=True)
class Sums:
    """Weighted sums of one variable, from which all its estimates are computed.

    Attributes
    ----------
    totals : (units, cells, q) weighted sums of the columns, or of the indicators of the levels of a category
    whole : (cells, q) sums of ``totals`` over the units
    counts : (units, cells) number of rows
    squares : (cells,) sums of the squared weights
    moments : (cells, q, q) weighted sums of products of the columns; None for a category
    """

    totals: Floats
    whole: Floats
    counts: Floats
    squares: Floats
    moments: Floats | None


def sum_columns(
    unit: Ints,
    units: int,
    cell: Ints,
    cells: int,
    weight: Floats,
    columns: Sequence[Column],
    binary: bool,
    complete: bool = False,
) -> Sums:
    """Weighted sums of columns, computed in one pass over the rows.

    ``binary`` states that the columns contain only 0 and 1, so that their squares need not be summed separately.
    """
    q = len(columns)
    if binary and q == 2 and columns[0] is None and columns[1] is not None:
        return _sum_answers(unit, units, cell, cells, weight, columns[1], complete)
    totals, counts = np.zeros((q, units * cells)), np.zeros(units * cells)
    squares, products = np.zeros(cells), np.zeros((q, q, cells))
    pairs = [(a, b) for a in range(q) for b in range(a, q) if columns[a] is not None]
    pairs = [(a, b) for a, b in pairs if columns[b] is not None and not (binary and a == b)]
    for rows in _blocks(len(weight)):
        keep = None if complete else _keep(cell[rows])
        place, w = _take(cell, rows, keep), _take(weight, rows, keep)
        if not len(w):
            continue
        key = _take(unit, rows, keep) * cells
        key += place
        low = int(key.min())
        key -= low
        counted = np.bincount(key)
        span = slice(low, low + len(counted))
        counts[span] += counted
        squares += np.bincount(place, w * w, minlength=cells)
        values: list[Any] = [None if c is None else _take(c, rows, keep) for c in columns]
        weighted = [w if v is None else w * v for v in values]
        for j, value in enumerate(weighted):
            totals[j, span] += np.bincount(key, value)
        for a, b in pairs:
            products[a, b] += np.bincount(place, weighted[b] * values[a], minlength=cells)
    out = totals.reshape(q, units, cells).transpose(1, 2, 0)
    plain = out.sum(axis=0)
    moments = products.transpose(2, 0, 1)
    for j, column in enumerate(columns):
        if column is None:
            moments[:, j, :] = moments[:, :, j] = plain
        elif binary:
            moments[:, j, j] = plain[:, j]
    for a in range(q):
        for b in range(a):
            moments[:, a, b] = moments[:, b, a]
    return Sums(out, plain, counts.reshape(units, cells), squares, moments)


def _sum_answers(
    unit: Ints,
    units: int,
    cell: Ints,
    cells: int,
    weight: Floats,
    answer: Floats | NDArray[np.integer[Any]],
    complete: bool,
) -> Sums:
    """Sums of a column of ones and a 0/1 column, tabulated as two levels so that one index serves all three tables."""
    made = np.zeros((3, units * cells * 2))  # rows, weights, squared weights
    rooms = np.empty(min(len(weight), BLOCK), np.int64), np.empty(min(len(weight), BLOCK))
    for rows in _blocks(len(weight)):
        keep = None if complete else _keep(cell[rows])
        w = _take(weight, rows, keep)
        if not len(w):
            continue
        key, square = rooms[0][: len(w)], rooms[1][: len(w)]
        np.multiply(_take(unit, rows, keep), cells, out=key)
        key += _take(cell, rows, keep)
        key *= 2
        np.add(key, _take(answer, rows, keep), out=key, casting="unsafe")
        low = int(key.min())
        key -= low
        counted = np.bincount(key)
        span = slice(low, low + len(counted))
        made[0, span] += counted
        made[1, span] += np.bincount(key, w)
        made[2, span] += np.bincount(key, np.multiply(w, w, out=square))
    levels = made.reshape(3, units, cells, 2)
    counts, sums, squares = levels[..., 0] + levels[..., 1]  # a sum over an axis of two is slow
    totals = np.stack([sums, levels[1, :, :, 1]], axis=2)
    whole = totals.sum(axis=0)
    moments = np.repeat(whole[:, None, 1:], 2, axis=1).repeat(2, axis=2)
    moments[:, 0, 0] = whole[:, 0]
    return Sums(totals, whole, counts, squares.sum(axis=0), moments)


def sum_category(
    unit: Ints, units: int, cell: Ints, cells: int, weight: Floats, level: Ints, levels: int
) -> Sums:
    """Weighted sums of the levels of a category, computed in one pass over the rows."""
    totals, counts, squares = np.zeros(units * cells * levels), np.zeros(units * cells), np.zeros(cells)
    for rows in _blocks(len(weight)):
        keep = _keep(cell[rows])
        place, w = _take(cell, rows, keep), _take(weight, rows, keep)
        if not len(w):
            continue
        key = _take(unit, rows, keep) * cells + place
        _add(totals, key * levels + _take(level, rows, keep), w)
        low = int(key.min())
        key -= low
        counted = np.bincount(key)
        counts[low : low + len(counted)] += counted
        squares += np.bincount(place, w * w, minlength=cells)
    out = totals.reshape(units, cells, levels)
    return Sums(out, out.sum(axis=0), counts.reshape(units, cells), squares, None)


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
