"""Cells: distinct combinations of the values of some columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.kernels.weighting.cells import cross_codes, renumber, sum_rows
from literacy.weighting.coded_columns import Numbered

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
MAX_TABLE = 1 << 20  # number of combinations counted in a table; beyond it they are looked up


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Combinations with positive weight.

    Attributes
    ----------
    cell : (n,) cell of each row, 0..C-1; arbitrary for rows without weight.
    base : (C,) summed weights, all positive.
    positions : one (C,) array per column, the index in the column's ``values``.
    columns : the columns, the range of each checked.
    """

    cell: NDArray[np.int32]
    base: Floats
    positions: tuple[Codes, ...]
    columns: tuple[Numbered, ...]


def cross_columns(columns: Sequence[Numbered], weight: Floats) -> Cells:
    """Return the cells of rows (n,) by the values of all columns; ``weight`` (n,) must be nonnegative."""
    most = max(MAX_TABLE, len(weight))
    crossed = _cross_few(columns, weight) if _combinations(columns) <= most else None
    if crossed is None:  # an assumed range was too small, or there are too many combinations
        columns = [c.read_whole() for c in columns]
        crossed = _cross_few(columns, weight) if _combinations(columns) <= most else None
    if crossed is None:
        cell, sums, keys = _cross_many(columns, weight)
    else:
        cell, sums = crossed
        keys = np.arange(len(sums))
    present = np.flatnonzero(sums > 0)
    if len(present) < len(sums):
        place = np.zeros(len(sums), dtype=np.int32)
        place[present] = np.arange(len(present), dtype=np.int32)
        renumber(cell, place)
    rest = keys[present]
    positions = []
    for span in reversed([len(c.values) for c in columns]):
        positions.append((rest % span).astype(np.intp))
        rest = rest // span
    return Cells(cell, sums[present], tuple(reversed(positions)), tuple(columns))


def _combinations(columns: Sequence[Numbered]) -> int:
    return math.prod(len(c.values) for c in columns)


def _cross_few(columns: Sequence[Numbered], weight: Floats) -> tuple[NDArray[np.int32], Floats] | None:
    """Number all combinations; None if an assumed range was too small."""
    return cross_codes(
        [c.codes for c in columns],
        [c.low for c in columns],
        [len(c.values) for c in columns],
        weight,
        [c.assumed for c in columns],
    )


def _cross_many(
    columns: Sequence[Numbered], weight: Floats
) -> tuple[NDArray[np.int32], Floats, NDArray[np.int64]]:
    """Number the combinations that occur, column by column; uses Python integers where 64 bits do not suffice."""
    codes = np.zeros(len(weight), dtype=np.int64)
    keys: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
    wide = math.prod(len(c.values) for c in columns) >= 2**62
    for column in columns:
        span = len(column.values)
        joint = codes * span + (column.codes.astype(np.int64) - column.low)
        codes, found = pd.factorize(joint, sort=True)
        above = keys.astype(object) if wide else keys
        keys = above[found // span] * span + found % span
    return codes.astype(np.int32), sum_rows(codes, weight, len(keys)), keys
