"""Cells: respondents who agree in every margin are one cell, and most of weighting needs only the cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
MAX_TABLE = 1 << 22


@dataclass(frozen=True, slots=True)
class Cells:
    """Distinct combinations of several codes.

    Attributes
    ----------
    cell : (n,) cell of each row, 0..C-1 (int32).
    margins : one (C,) array a code: the level of each cell.
    """

    cell: NDArray[np.int32]
    margins: tuple[Codes, ...]

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.margins[0]) if self.margins else 1


def cross_codes(first: Cells, codes: NDArray[np.integer], levels: int) -> Cells:
    """Cross cells with one more code.

    Parameters
    ----------
    first : the cells so far; with no margins, everyone is in cell 0
    codes : (n,) level of each row, 0..levels-1
    levels : number of levels

    Returns
    -------
    Cells that occur, in the order of the levels.
    """
    cells = first.count
    wide = np.dtype(np.int64 if cells * levels > np.iinfo(np.int32).max else np.int32)
    joint = first.cell.astype(wide)
    joint *= levels
    joint += codes.astype(wide, copy=False)
    if cells * levels <= max(MAX_TABLE, len(joint)):
        seen = np.zeros(cells * levels, dtype=bool)
        seen[joint] = True
        present = np.flatnonzero(seen)
        if len(present) == len(seen):
            cell = joint.astype(np.int32, copy=False)
        else:
            place = np.zeros(len(seen), dtype=np.int32)
            place[present] = np.arange(len(present), dtype=np.int32)
            cell = place[joint]
    else:
        present, inverse = np.unique(joint, return_inverse=True)
        cell = inverse.astype(np.int32)
    margins = tuple(m[present // levels] for m in first.margins)
    return Cells(cell, (*margins, (present % levels).astype(np.intp)))


def sum_rows(cell: NDArray[np.integer], values: NDArray[np.generic], cells: int) -> Floats:
    """Sum numbers (n,) by cell: (cells,)."""
    return np.asarray(np.bincount(cell, values, minlength=cells), dtype=np.float64)


def no_cells(rows: int) -> Cells:
    """Everyone in one cell."""
    return Cells(np.zeros(rows, dtype=np.int32), ())
