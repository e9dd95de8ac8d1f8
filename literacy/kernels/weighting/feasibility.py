"""Feasibility of calibration totals, by linear programming, and the constraints in conflict.

The unknowns are the ratios of new to base weight of the cells. A minimal infeasible set of constraints (one that
becomes feasible when any member is dropped) is found by a deletion filter: Chinneck (2008), "Feasibility and
Infeasibility in Optimization", chapter 6. Here whole margins are tried first, smallest sets first, so that the set
reported is the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
MAX_PROGRAMMES = 400


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of a ratio: ``lower <= ratio <= upper``, strict where ``open_lower`` or ``open_upper`` is set."""

    lower: Floats | float
    upper: Floats | float
    open_lower: bool = False
    open_upper: bool = False


def is_feasible(a: Floats, totals: Floats, bounds: Bounds, slack: float = 1e-9) -> bool:
    """Whether some ratios within the bounds reproduce the totals.

    Parameters
    ----------
    a : (k, C) contribution of each cell to each total at ratio 1: auxiliary value times base weight
    totals : (k,) population totals
    bounds : bounds of the ratios; for open bounds, all cells must be able to keep a distance above ``slack`` at once
    slack : smallest distance from an open bound that counts

    Returns
    -------
    bool; True also if the solver cannot decide (the calibration itself then decides).

    References
    ----------
    Solved by HiGHS: Huangfu & Hall (2018), Mathematical Programming Computation 10: 119-142.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack

    rows, cells = a.shape
    if rows == 0:
        return True
    scale = np.maximum(np.abs(totals), 1e-9 * np.abs(a).sum(axis=1))
    left = csr_array(a / np.where(scale > 0, scale, 1.0)[:, None])
    right = totals / np.where(scale > 0, scale, 1.0)
    lower = np.broadcast_to(np.asarray(bounds.lower, dtype=np.float64), (cells,))
    upper = np.broadcast_to(np.asarray(bounds.upper, dtype=np.float64), (cells,))
    # unknowns: y = ratio - start (- t at an open lower bound), and t, the distance from open bounds, which is maximised
    bounded = np.isfinite(lower)
    start = np.where(bounded, lower, 0.0)
    opens = float(bounds.open_lower) + float(bounds.open_upper)
    push = left @ np.where(bounded, float(bounds.open_lower), 0.0)
    limits = np.column_stack([np.where(bounded, 0.0, -np.inf), upper - start])
    capped = np.flatnonzero(np.isfinite(upper)) if opens else np.empty(0, dtype=np.intp)
    done = linprog(
        np.append(np.zeros(cells), -1.0),
        A_ub=hstack([eye_array(cells, format="csr")[capped], csr_array(np.full((len(capped), 1), opens))])
        if capped.size
        else None,
        b_ub=(upper - start)[capped] if capped.size else None,
        A_eq=hstack([left, csr_array(push[:, None])], format="csr"),
        b_eq=right - left @ start,
        bounds=np.vstack([limits, [0.0, 1.0 if opens else 0.0]]),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10},
    )
    if done.status == 2:
        return False
    return not (opens and done.status == 0 and done.x[-1] <= slack)


def smallest_conflict(
    blocks: Sequence[Index], feasible: Callable[[Index], bool]
) -> tuple[list[int], list[int]]:
    """Smallest set of margins that cannot hold together, and a minimal set of conflicting constraints within it.

    Parameters
    ----------
    blocks : constraints (row numbers) of each margin
    feasible : function that decides whether a set of row numbers can hold together

    Returns
    -------
    list of int, list of int
        Margins in conflict (the smallest set as long as the number of linear programmes stays reasonable; otherwise a
        set from which none can be dropped), and a set of their rows from which none can be dropped.

    References
    ----------
    Chinneck (2008), section 6.2.1 (deletion filter).
    """
    count = len(blocks)
    chosen: list[int] | None = None
    spent = 0
    for size in range(1, count):
        sets = list(combinations(range(count), size))
        if spent + len(sets) > MAX_PROGRAMMES:
            break
        spent += len(sets)
        chosen = next((list(s) for s in sets if not feasible(_join(blocks, s))), None)
        if chosen is not None:
            break
    if chosen is None:
        chosen = _filter(list(range(count)), lambda kept: feasible(_join(blocks, kept)))
    rows = _join(blocks, chosen)
    if len(rows) > MAX_PROGRAMMES:
        return chosen, [int(r) for r in rows]
    return chosen, _filter([int(r) for r in rows], lambda kept: feasible(np.array(kept, dtype=np.intp)))


def _join(blocks: Sequence[Index], chosen: Sequence[int]) -> Index:
    return np.concatenate([blocks[i] for i in chosen])


def _filter(items: list[int], feasible: Callable[[list[int]], bool]) -> list[int]:
    """Drop every item that is not needed for the conflict."""
    for item in list(items):
        rest = [i for i in items if i != item]
        if rest and not feasible(rest):
            items = rest
    return items
