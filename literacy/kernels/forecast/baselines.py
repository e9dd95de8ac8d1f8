"""Simple forecasts of a series of shares: baselines against which other methods are compared.

Every function takes years (k,), shares (k,) in 0-1 and target years (t,), and returns a :class:`Spread` of shape (t,).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.spread import Spread, logit

Floats = NDArray[np.float64]


def fit_line(x: Floats, y: Floats, target: Floats, weight: Floats) -> tuple[Floats, Floats, float]:
    """Weighted least-squares line with its prediction error.

    Parameters
    ----------
    x, y, weight : (k,) arrays, k >= 2
    target : (t,) array

    Returns
    -------
    value, scale : (t,) fitted values and standard errors of a new observation with the weight of the last one; the
        scale is 0 if k = 2, as there are no residuals
    df : float, k - 2
    """
    middle = np.sum(weight * x) / np.sum(weight)
    centred = x - middle
    width = np.sum(weight * centred**2)
    slope = np.sum(weight * centred * y) / width
    level = np.sum(weight * y) / np.sum(weight)
    residual = y - level - slope * centred
    df = float(len(x) - 2)
    value = level + slope * (target - middle)
    if df <= 0:
        return value, np.zeros_like(value), np.inf
    variance = np.sum(weight * residual**2) / df
    lever = 1 / weight[-1] + 1 / np.sum(weight) + (target - middle) ** 2 / width
    return value, np.sqrt(variance * lever), df


def last_value(years: Floats, shares: Floats, target: Floats) -> Spread:
    """No change from the last wave; the spread is that of a random walk with steps as large as the observed ones."""
    gap = np.diff(years)
    scale = np.zeros(len(target))
    df = np.inf
    if len(gap):
        steps = np.diff(shares) / np.sqrt(gap)
        scale = np.sqrt(np.mean(steps**2) * np.maximum(target - years[-1], 0.0))
        df = float(len(gap))
    return Spread(np.full(len(target), shares[-1]), scale, df, "identity")


def last_two(years: Floats, shares: Floats, target: Floats) -> Spread:
    """Line through the last two waves on the logit scale; a point forecast without uncertainty."""
    value = logit(shares[-2:])
    slope = (value[1] - value[0]) / (years[-1] - years[-2])
    return Spread(value[1] + slope * (target - years[-1]), np.zeros(len(target)), np.inf, "logit")


def linear(years: Floats, shares: Floats, target: Floats) -> Spread:
    """Least-squares line of the shares on time."""
    return Spread(*fit_line(years, shares, target, np.ones(len(years))), "identity")


def time_weighted(years: Floats, shares: Floats, target: Floats) -> Spread:
    """Line with weights that increase with time, as UN-ESCAP projects the SDG indicators.

    The first wave of the series has weight 1 / (span + 1), the last weight 1.
    """
    weight = (years - years[0] + 1) / (years[-1] - years[0] + 1)
    return Spread(*fit_line(years, shares, target, weight), "identity")


def compound(years: Floats, shares: Floats, target: Floats) -> Spread:
    """Constant growth rate: least-squares line of the logarithms of the shares."""
    return Spread(*fit_line(years, np.log(shares), target, np.ones(len(years))), "log")


def compound_ends(years: Floats, shares: Floats, target: Floats) -> Spread:
    """Growth rate between the first and the last wave; a point forecast without uncertainty."""
    rate = np.log(shares[-1] / shares[0]) / (years[-1] - years[0])
    return Spread(np.log(shares[-1]) + rate * (target - years[-1]), np.zeros(len(target)), np.inf, "log")


def logit_line(years: Floats, shares: Floats, target: Floats) -> Spread:
    """Least-squares line of the log odds: a logistic curve with limit 1."""
    return Spread(*fit_line(years, logit(shares), target, np.ones(len(years))), "logit")


def own_line(years: Floats, shares: Floats, target: Floats, se: Floats) -> Spread:
    """Line through the shares whose uncertainty is due to the waves' sampling errors alone.

    Parameters
    ----------
    se : (k,) standard errors of the shares
    """
    middle = years.mean()
    centred = years - middle
    share_of = 1 / len(years) + np.outer(target - middle, centred) / np.sum(centred**2)
    return Spread(share_of @ shares, np.sqrt(share_of**2 @ se**2), np.inf, "identity")
