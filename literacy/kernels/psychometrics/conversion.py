"""Equating of the scores of two forms: linear and equipercentile methods.

The data of a form are cells: a total score and an anchor score with the share of respondents who have both.

References
----------
.. [H] Holland, Thayer (2000). Univariate and bivariate loglinear models for discrete test score distributions.
   J. Educ. Behav. Statistics 25, 133-183.
.. [K] Kolen, Brennan (2014). Test Equating, Scaling, and Linking, 3rd ed., chapters 2 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PASSES = 200
DIGITS = 10
"""Digits to which percentile ranks are rounded before conversion, as in R equate."""
SPAN = 1e-7
"""Step in a cell's share for numerical derivatives."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Total and anchor score of each cell, the share of respondents in it, and the number of respondents."""

    total: Floats
    anchor: Floats
    share: Floats
    n: int


@dataclass(frozen=True, slots=True)
class Moments:
    """Means, variances (denominator n - 1) and covariance of total and anchor score."""

    mean: float
    variance: float
    anchor_mean: float
    anchor_variance: float
    covariance: float


def take_moments(cells: Cells, share: Floats) -> Moments:
    """Moments when the cells have shares *share*."""
    p = share / share.sum()
    one = cells.n / (cells.n - 1)
    mean, other = float(p @ cells.total), float(p @ cells.anchor)
    x, v = cells.total - mean, cells.anchor - other
    return Moments(mean, one * float(p @ x**2), other, one * float(p @ v**2), one * float(p @ (x * v)))


def mean_line(x: Moments, y: Moments) -> tuple[float, float]:
    """Slope and intercept of mean equating."""
    return 1.0, y.mean - x.mean


def linear_line(x: Moments, y: Moments) -> tuple[float, float]:
    """Slope and intercept of linear equating."""
    slope = float(np.sqrt(y.variance / x.variance))
    return slope, y.mean - slope * x.mean


def synthetic_line(x: Moments, y: Moments, slope_x: float, slope_y: float, w: float) -> tuple[float, float]:
    """Slope and intercept of linear equating in the synthetic population, from the slopes of total on anchor. [K]_"""
    gap, spread = x.anchor_mean - y.anchor_mean, x.anchor_variance - y.anchor_variance
    both = w * (1 - w) * gap**2
    mean_x, mean_y = x.mean - (1 - w) * slope_x * gap, y.mean + w * slope_y * gap
    var_x = x.variance - (1 - w) * slope_x**2 * spread + slope_x**2 * both
    var_y = y.variance + w * slope_y**2 * spread + slope_y**2 * both
    slope = float(np.sqrt(var_y / var_x)) if var_x > 0 and var_y >= 0 else float("nan")
    return slope, mean_y - slope * mean_x


def tucker_slope(m: Moments) -> float:
    """Slope of the regression of total on anchor (Tucker)."""
    return m.covariance / m.anchor_variance


def levine_slope(m: Moments, internal: bool) -> float:
    """Ratio of true-score standard deviations in a congeneric model, for an internal or external anchor (Levine)."""
    if internal:
        return m.variance / m.covariance
    return (m.variance + m.covariance) / (m.anchor_variance + m.covariance)


def chained_line(x: Moments, y: Moments) -> tuple[float, float]:
    """Slope and intercept of chained linear equating: to the anchor in one group, from the anchor in the other."""
    first = float(np.sqrt(x.anchor_variance / x.variance))
    second = float(np.sqrt(y.variance / y.anchor_variance))
    return second * first, y.mean + second * (x.anchor_mean - y.anchor_mean - first * x.mean)


def spread_shares(values: Floats, share: Floats, highest: int) -> Floats:
    """Share of each whole score, (highest + 1,)."""
    p = np.bincount(values.astype(np.int64), share, minlength=highest + 1)
    out: Floats = p / p.sum()
    return out


def equipercentile(points: Floats, f: Floats, g: Floats, digits: int | None = None) -> Floats:
    """Equipercentile equivalents: scores of the second form with the percentile ranks of *points* in the first. [K]_

    Scores are treated as uniform within half a point on each side.

    Parameters
    ----------
    points : (s,)
        Scores of the first form.
    f, g : (k,)
        Score distributions of the first and second form, scores from 0.
    digits : int, optional
        Digits to which ranks are rounded. A rank that falls on a range of scores with frequency 0 is then mapped to its
        midpoint, as in [K]_, irrespective of rounding errors. R equate rounds to 10.
    """
    at = np.clip(np.floor(points + 0.5).astype(np.int64), 0, len(f) - 1)
    below = np.concatenate([[0.0], np.cumsum(f)])
    rank = np.clip(below[at] + (points - at + 0.5) * f[at], 0.0, 1.0)
    above = np.cumsum(g)
    if digits is not None:
        rank, above = np.round(rank, digits), np.round(above, digits)
    edges = np.concatenate([[0.0], above])
    sides: list[Floats] = []
    for side in ("left", "right"):
        place = np.searchsorted(above, rank, side=side)
        place = np.minimum(place, len(g) - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            sides.append(place - 0.5 + (rank - edges[place]) / (edges[place + 1] - edges[place]))
    out: Floats = (sides[0] + sides[1]) / 2
    out = np.where(rank <= 0, -0.5, out)
    return np.where(rank >= 1 - 1e-14, len(g) - 0.5, out)


def estimate_frequencies(x: Cells, y: Cells, p: Floats, q: Floats, w: float, highs: tuple[int, int, int]) -> tuple[
    Floats, Floats]:  # fmt: skip
    """Distributions of both forms in the synthetic population, by total given anchor. [K]_"""
    table_x = _table(x, p, highs[0], highs[2])
    table_y = _table(y, q, highs[1], highs[2])
    f = w * table_x.sum(axis=1) + (1 - w) * _given(table_x) @ table_y.sum(axis=0)
    g = w * _given(table_y) @ table_x.sum(axis=0) + (1 - w) * table_y.sum(axis=1)
    return f / f.sum(), g / g.sum()


def _table(cells: Cells, share: Floats, high: int, high_anchor: int) -> Floats:
    place = cells.total.astype(np.int64) * (high_anchor + 1) + cells.anchor.astype(np.int64)
    shares: Floats = np.bincount(place, share / share.sum(), (high + 1) * (high_anchor + 1)).astype(
        np.float64
    )
    return shares.reshape(high + 1, high_anchor + 1)


def _given(table: Floats) -> Floats:
    column = table.sum(axis=0)
    out: Floats = table / np.where(column > 0, column, np.inf)
    return out


def smooth_shares(share: Floats, columns: Floats, n: int) -> tuple[Floats, Floats] | None:
    """Shares smoothed by a loglinear model that preserves the moments in *columns*, with their derivatives. [H]_

    Parameters
    ----------
    share : (c,)
    columns : (c, p)
        Functions of the score whose means are preserved, without the constant.
    n : int
        Number of respondents.

    Returns
    -------
    (c,) smoothed shares and (c, c) their derivatives with respect to the observed ones; None without convergence.
    """
    basis, _ = np.linalg.qr(np.column_stack([np.ones(len(share)), columns]))
    basis = basis[:, 1:]
    meant = share @ basis
    # starting values from a loglinear fit to strictly positive shares
    start = np.log((share * n + 0.5) / (n + 0.5 * len(share)))
    beta = basis.T @ start

    def fit(b: Floats) -> tuple[Floats, float]:
        line = basis @ b
        top = line.max()
        raised = np.exp(line - top)
        return raised / raised.sum(), float(meant @ b - top - np.log(raised.sum()))

    p, value = fit(beta)
    for _ in range(PASSES):
        slope = meant - p @ basis
        bend = (basis * p[:, None]).T @ basis - np.outer(p @ basis, p @ basis)
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        length = 1.0
        while True:
            new, reached = fit(beta + length * step)
            if reached >= value - 1e-14 or length < 1e-8:
                break
            length /= 2
        beta, p, value = beta + length * step, new, reached
        if float(np.abs(meant - p @ basis).max()) < 1e-14:
            break
    if float(np.abs(meant - p @ basis).max()) > 1e-9:
        return None
    away = p[:, None] * (basis - p @ basis)
    bend = basis.T @ away
    return p, away @ np.linalg.pinv(bend, hermitian=True) @ basis.T
