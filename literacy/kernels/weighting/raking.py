"""Raking: iterative proportional fitting of cells to the totals of several margins.

Deming and Stephan (1940), "On a least squares adjustment of a sampled frequency table", Ann. Math. Stat. 11: 427-444.
Each margin in turn rescales the weights of its levels to their totals; sweeps are repeated until convergence.
Respondents who agree in every margin get the same factor, so the computation is done on cells. Columns of ``base`` are
replicates, which are raked together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Raked:
    """Result of raking.

    Attributes
    ----------
    weights : (C,) or (C, R) raked weights of the cells.
    iterations : number of sweeps over all margins.
    error : (R,) largest relative error of any level's total, by replicate (R = 1 without replicates).
    converged : whether every error is within the tolerance.
    """

    weights: Floats
    iterations: int
    error: Floats
    converged: bool


def level_sums(codes: Codes, levels: int) -> Callable[[Floats], Floats]:
    """Return a function that sums weights (C,) or (C, R) by level of one margin: (levels,) or (levels, R)."""
    made: list[Any] = []

    def add(weights: Floats) -> Floats:
        if weights.ndim == 1:
            return np.asarray(np.bincount(codes, weights, minlength=levels), dtype=np.float64)
        if not made:
            from scipy.sparse import csr_array

            place = (codes, np.arange(len(codes)))
            made.append(csr_array((np.ones(len(codes)), place), shape=(levels, len(codes))))
        return np.asarray(made[0] @ weights)

    return add


def rake_cells(
    margins: tuple[Codes, ...],
    base: Floats,
    targets: tuple[Floats, ...],
    *,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
) -> Raked:
    """Rake the weights of cells to margins.

    Parameters
    ----------
    margins : one (C,) array per margin, the level of each cell
    base : (C,) or (C, R) base weights of the cells; every level must have positive weight in every column
    targets : one array per margin, the positive population total of each level
    tolerance : largest relative error of a level's total
    max_iterations : maximum number of sweeps

    Returns
    -------
    Raked

    References
    ----------
    Deming & Stephan (1940); convergence: Ireland & Kullback (1968), Biometrika 55: 179-188.
    """
    weights = np.array(base, dtype=np.float64, order="C")
    sums = [level_sums(codes, len(target)) for codes, target in zip(margins, targets, strict=True)]
    goals = [target if base.ndim == 1 else target[:, None] for target in targets]
    sweeps = 0
    moved = np.inf
    while moved > tolerance / 10 and sweeps < max_iterations:
        moved = 0.0
        for codes, goal, add in zip(margins, goals, sums, strict=True):
            factor = goal / add(weights)
            moved = max(moved, float(np.abs(factor - 1.0).max()))
            weights *= factor[codes]
        sweeps += 1
    errors = [np.abs(add(weights) / goal - 1.0).max(axis=0) for goal, add in zip(goals, sums, strict=True)]
    error = np.atleast_1d(np.max(errors, axis=0))
    return Raked(weights, sweeps, error, bool((error <= tolerance).all()))
