"""Kernels of the scoring rules: from right and wrong answers to points.

Arrays have shape (n, k) for n respondents and k items. A cell is 1.0 for right, 0.0 for wrong, NaN for not counted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def share_correct(correct: Floats) -> Floats:
    """Share of right answers among the items that count for each respondent.

    Parameters
    ----------
    correct : (n, k) array of 1, 0, NaN

    Returns
    -------
    (n,) array in 0-1; NaN where no item counts.
    """
    counted = ~np.isnan(correct)
    asked = counted.sum(axis=1)
    right = np.where(counted, correct, 0.0).sum(axis=1)
    return np.asarray(np.divide(right, asked, out=np.full(len(correct), np.nan), where=asked > 0))


def dimension_points(correct: Floats, dimension: NDArray[np.int64], points: Floats) -> Floats:
    """Points per dimension, distributed equally over the items that count for the respondent.

    Parameters
    ----------
    correct : (n, k) array of 1, 0, NaN
    dimension : (k,) index of each item's dimension, 0..d-1
    points : (d,) maximum points of each dimension

    Returns
    -------
    (n, d) points; NaN if no item of the dimension counts for the respondent.
    """
    parts = [share_correct(correct[:, dimension == j]) * p for j, p in enumerate(points)]
    return np.column_stack(parts) if parts else np.empty((len(correct), 0))


def joint_pass(shares: Floats, pass_shares: Floats) -> Floats:
    """Conjunctive rule (Miller 1983): 1 if every dimension is passed, else 0; NaN if a dimension has no item.

    Parameters
    ----------
    shares : (n, d) share of right answers by dimension
    pass_shares : (d,) share required in each dimension
    """
    passed = np.where((np.round(shares, 9) >= pass_shares).all(axis=1), 1.0, 0.0)
    return np.where(np.isnan(shares).any(axis=1), np.nan, passed)


def reach(score: Floats, cut: float) -> Floats:
    """1.0 where a score is at or above a cut score, 0.0 where below, NaN where there is no score.

    Scores are first rounded to nine decimals, so that 7/10 of 100 points reaches a cut of 70.
    """
    reached = np.where(np.round(score, 9) >= cut, 1.0, 0.0)
    return np.where(np.isnan(score), np.nan, reached)


def tier_index(score: Floats, cuts: Floats) -> NDArray[np.int64]:
    """Number of ascending cuts at or below a score; -1 where there is no score."""
    index = np.searchsorted(cuts, np.round(score, 9), side="right")
    return np.where(np.isnan(score), -1, index).astype(np.int64)
