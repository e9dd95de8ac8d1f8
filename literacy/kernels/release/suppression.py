"""Cell suppression in published tables, so that small cells cannot be derived from the others.

A cell withheld because it is small (primary suppression) can be found by subtraction if it is the only gap in a row or
column with a published total. Further cells are therefore withheld (complementary suppression) until the published
numbers leave a sufficiently wide range of possible values for every cell withheld as small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Result of cell suppression.

    Attributes
    ----------
    primary : (r, c) bool
        Cells withheld because they are small.
    complementary : (r, c) bool
        Cells withheld to protect others.
    low, high : (r, c) arrays
        Range of possible values of each withheld cell, given the published cells and totals; both equal the cell where
        it is published.
    """

    primary: Bools
    complementary: Bools
    low: Floats
    high: Floats

    @property
    def withheld(self) -> Bools:
        """Mask (r, c) of all withheld cells."""
        return self.primary | self.complementary


def infer_cells(counts: Floats, withheld: Bools) -> tuple[Floats, Floats]:
    """Range of possible values of every withheld cell, by two linear programmes per cell.

    Parameters
    ----------
    counts : (r, c) array
        Cell counts, nonnegative.
    withheld : (r, c) bool
        Cells that are not published; all others and the row and column totals are.

    Returns
    -------
    low, high : (r, c) arrays, smallest and largest possible value
    """
    from scipy import optimize

    low, high = counts.astype(np.float64).copy(), counts.astype(np.float64).copy()
    places = np.argwhere(withheld)
    if not len(places):
        return low, high
    rows = np.unique(places[:, 0])
    columns = np.unique(places[:, 1])
    A = np.zeros((len(rows) + len(columns), len(places)))
    A[np.searchsorted(rows, places[:, 0]), np.arange(len(places))] = 1
    A[len(rows) + np.searchsorted(columns, places[:, 1]), np.arange(len(places))] = 1
    b = A @ counts[withheld]
    for j, (r, c) in enumerate(places):
        cost = np.zeros(len(places))
        cost[j] = 1.0
        least = optimize.linprog(cost, A_eq=A, b_eq=b, method="highs")
        most = optimize.linprog(-cost, A_eq=A, b_eq=b, method="highs")
        low[r, c], high[r, c] = least.fun, -most.fun
    return np.maximum(low, 0.0), high


def suppress_cells(
    counts: Floats, small: Bools, width: Floats | float, cost: Floats | None = None
) -> Suppression:
    """Choose the cells to withhold in a table whose row and column totals are published.

    Cells are added greedily: for each exposed cell the cheapest rectangle through other cells is withheld, then the
    ranges are recomputed.

    Parameters
    ----------
    counts : (r, c) array
        Cell counts, nonnegative.
    small : (r, c) bool
        Cells that must not be disclosed.
    width : float or (r, c) array
        Minimum width of the range of possible values of a small cell.
    cost : (r, c) array, optional
        Cost of withholding a cell; default is its count plus 1, so that small cells are preferred.

    Returns
    -------
    Suppression
        Where no choice protects a cell (a table with one row), all reachable cells are withheld and the range is the
        one that remains.

    References
    ----------
    Cox (1980), "Suppression methodology and statistical disclosure control", JASA 75: 377-385.
    Hundepool et al. (2012), "Statistical Disclosure Control", chapter 4.
    """
    counts = np.asarray(counts, np.float64)
    wide = np.broadcast_to(np.asarray(width, np.float64), counts.shape)
    price = counts + 1.0 if cost is None else cost
    withheld = small.copy()
    while True:
        low, high = infer_cells(counts, withheld)
        exposed = np.argwhere(small & (high - low < wide - 1e-9))
        if not len(exposed):
            break
        added = False
        for r, c in exposed:
            more = _cheapest_rectangle(counts, withheld, price, int(r), int(c), float(wide[r, c]))
            if more is not None and (more & ~withheld).any():
                withheld = withheld | more
                added = True
                break
        if added:
            continue
        everything = withheld.copy()
        for r, c in exposed:
            everything[r, :] = True
            everything[:, c] = True
        if (everything == withheld).all():
            break
        withheld = everything
    return Suppression(small.copy(), withheld & ~small, low, high)


def _cheapest_rectangle(
    counts: Floats, withheld: Bools, price: Floats, r: int, c: int, width: float
) -> Bools | None:
    """Cheapest rectangle with a corner at (r, c) whose other corners allow the cell to vary by `width`."""
    best, chosen = np.inf, None
    for i in range(counts.shape[0]):
        for j in range(counts.shape[1]):
            if i == r or j == c:
                continue
            corners = [(i, c), (r, j), (i, j)]
            # counts can shift along the rectangle: down by the smaller of one diagonal, up by that of the other
            room = min(counts[r, c], counts[i, j]) + min(counts[i, c], counts[r, j])
            if all(withheld[x] for x in corners) or room < min(width, 1e-9):
                continue
            loss = sum(price[x] for x in corners if not withheld[x]) + (1e6 if room < width else 0.0)
            if loss < best:
                best, chosen = loss, corners
    if chosen is None:
        return None
    out = np.zeros_like(withheld)
    for x in chosen:
        out[x] = True
    return out


def protect_lines(hidden: Bools, small: Bools, cost: Floats, lines: Sequence[Ints]) -> Bools:
    """Withhold further cells until no small cell is the only withheld cell of a line.

    For tables with any number of dimensions. Protects against subtraction within a line, but not against equations that
    combine lines, as :func:`suppress_cells` does for two dimensions.

    Parameters
    ----------
    hidden : (k,) bool
        Cells already withheld.
    small : (k,) bool
        Those that must not be disclosed. A cell withheld here to protect another is treated as small as well.
    cost : (k,) float
        Cost of withholding a cell: its number of respondents.
    lines : sequence of (k,) int
        For each dimension, the line to which a cell belongs. A line of one cell has no total to protect.

    Returns
    -------
    (k,) bool, all withheld cells
    """
    out, guarded = hidden.copy(), small.copy()
    changed = True
    while changed:
        changed = False
        for line in lines:
            size = np.bincount(line)
            count = np.bincount(line, out, minlength=len(size))
            risk = np.bincount(line, guarded, minlength=len(size)) > 0
            for single in np.flatnonzero((count == 1) & risk & (size > 1)):
                free = np.flatnonzero((line == single) & ~out)
                chosen = free[np.argmin(cost[free])]
                out[chosen] = guarded[chosen] = True
                changed = True
    return out
