"""Kernels of the scoring rules: from right and wrong answers to points.

Marks have shape (k, n) and type uint8, for k items and n respondents. A cell is RIGHT, WRONG or NOT_COUNTED.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Marks = NDArray[np.uint8]
WRONG, RIGHT, NOT_COUNTED = np.uint8(0), np.uint8(1), np.uint8(2)
FEW = 255
"""Maximum number of items whose count fits the type of the marks."""


def share_correct(marks: Marks, items: Sequence[int] | None = None) -> Floats:
    """Share of right answers among the items that count for each respondent.

    Parameters
    ----------
    marks : (k, n) of RIGHT, WRONG, NOT_COUNTED
    items : indices of the items to use; default all

    Returns
    -------
    (n,) array in 0-1; NaN where no item counts.
    """
    chosen = range(len(marks)) if items is None else items
    count = len(chosen)
    kind = np.uint8 if count <= FEW else np.int64
    asked: NDArray[Any] = np.full(marks.shape[1], count, dtype=kind)
    right: NDArray[Any] = np.zeros(marks.shape[1], dtype=kind)
    for k in chosen:
        right += (marks[k] == RIGHT).view(np.uint8)
        asked -= (marks[k] == NOT_COUNTED).view(np.uint8)
    if count and int(asked.min(initial=count)) == count:
        return np.asarray(right / count)
    return np.asarray(np.divide(right, asked, out=np.full(marks.shape[1], np.nan), where=asked > 0))


def dimension_points(marks: Marks, dimension: NDArray[np.int64], points: Floats) -> Floats:
    """Points per dimension, distributed equally over the items that count for the respondent.

    Parameters
    ----------
    marks : (k, n) of RIGHT, WRONG, NOT_COUNTED
    dimension : (k,) index of each item's dimension, 0..d-1
    points : (d,) maximum points of each dimension

    Returns
    -------
    (n, d) points, each dimension contiguous; NaN if no item of the dimension counts for the respondent.
    """
    out = np.empty((len(points), marks.shape[1]))
    for j, most in enumerate(points):
        np.multiply(share_correct(marks, np.flatnonzero(dimension == j).tolist()), most, out=out[j])
    return out.T


def mark_values(marks: Marks) -> Floats:
    """Convert marks to 1.0 right, 0.0 wrong, NaN not counted; same shape."""
    return np.asarray(np.array([0.0, 1.0, np.nan])[marks])


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
    reached = (np.round(score, 9) >= cut).astype(np.float64)
    gone = np.isnan(score)
    if gone.any():
        reached[gone] = np.nan
    return reached


def tier_index(score: Floats, cuts: Floats) -> NDArray[np.int64]:
    """Number of ascending cuts at or below a score; -1 where there is no score."""
    index = np.searchsorted(cuts, np.round(score, 9), side="right")
    return np.where(np.isnan(score), -1, index).astype(np.int64)
