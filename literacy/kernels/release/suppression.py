"""Which cells of a published table to withhold, so that none of the small ones can be worked out.

A cell that is withheld for being small (primary suppression) can be found by subtraction wherever it is the only gap
of a row or column with a published total. Further cells are then withheld (complementary suppression) until the
published numbers leave every withheld cell an interval of possible values that is wide enough.
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
    """Withheld cells.

    Attributes
    ----------
    primary : (r, c) bool
        Cells withheld for themselves.
    complementary : (r, c) bool
        Cells withheld to protect the others.
    low, high : (r, c) arrays
        What a reader can work out of each withheld cell from the rest and the totals; both are the cell itself where
        it is published.
    """

    primary: Bools
    complementary: Bools
    low: Floats
    high: Floats

    @property
    def withheld(self) -> Bools:
        """All withheld cells."""
        return self.primary | self.complementary


def infer_cells(counts: Floats, withheld: Bools) -> tuple[Floats, Floats]:
    """Range of every withheld cell, given the other cells, row totals and column totals (two linear programmes a cell).

    Parameters
    ----------
    counts : (r, c) array
        Cells, 0 or more.
    withheld : (r, c) bool

    Returns
    -------
    low, high : (r, c) arrays
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
    """Choose cells to withhold in a table whose row and column totals are published.

    Cells are added greedily: for each exposed cell the cheapest rectangle through other cells is withheld, then the
    ranges are recomputed.

    Parameters
    ----------
    counts : (r, c) array
        Cells, 0 or more.
    small : (r, c) bool
        Cells that must not be seen.
    width : float or (r, c) array
        Least width of the range that a reader may work out of a small cell.
    cost : (r, c) array, optional
        Loss from withholding a cell; default its count plus 1, so that small cells go first.

    Returns
    -------
    Suppression
        Where no choice can protect a cell (a table of one row), everything in reach is withheld and the range is what
        remains.

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
    """The cheapest rectangle with a corner at (r, c) whose other corners leave room to move by `width`."""
    best, chosen = np.inf, None
    for i in range(counts.shape[0]):
        for j in range(counts.shape[1]):
            if i == r or j == c:
                continue
            corners = [(i, c), (r, j), (i, j)]
            # mass moves along the rectangle: down by the smaller of one diagonal, up by that of the other
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
    """Hide further cells until no small one is the single hidden cell of a line.

    For tables of any number of axes: safe against subtraction within a line, not against equations that combine lines,
    as :func:`suppress_cells` is for two axes.

    Parameters
    ----------
    hidden : (k,) bool
        Cells hidden already.
    small : (k,) bool
        Those of them that must not be worked out. A cell hidden here to protect another counts as one.
    cost : (k,) float
        What hiding a cell costs: its respondents.
    lines : sequence of (k,) int
        For each axis the line a cell lies on. A line of one cell has no total to protect.

    Returns
    -------
    (k,) bool
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
