"""Complementary suppression of table cells.

Cells hidden for their own sake can be worked out where they stand alone in a line whose total is known. The kernel
hides the cheapest other cell of such a line, and again, until no line has exactly one hidden cell (Hundepool et al.
2012, "Statistical Disclosure Control", chapter 4). Safe against subtraction within a line, not against equations that
combine several lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def protect_cells(hidden: Bools, cost: Floats, lines: Sequence[Ints]) -> Bools:
    """Hide further cells until no line has a single hidden one.

    Parameters
    ----------
    hidden : (k,) bool
        Cells hidden for their own sake.
    cost : (k,) float
        What hiding a cell costs: its respondents.
    lines : sequence of (k,) int
        For each axis the line a cell lies on. A line of one cell has no total to protect.

    Returns
    -------
    (k,) bool
    """
    out = hidden.copy()
    changed = True
    while changed:
        changed = False
        for line in lines:
            size = np.bincount(line)
            count = np.bincount(line, out, minlength=len(size))
            for single in np.flatnonzero((count == 1) & (size > 1)):
                free = np.flatnonzero((line == single) & ~out)
                out[free[np.argmin(cost[free])]] = True
                changed = True
    return out
