"""Straight lines through the numbers of several years: the change since the first, and where the line leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.intervals import symmetric_interval
from literacy.kernels.design.multiplicity import t_probability

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A weighted sum of the numbers of several years, with its interval and its test against none."""

    value: float
    low: float
    high: float
    p_value: float


def weigh_change(years: Sequence[int]) -> Floats:
    """Weights of the least-squares line's change from the first year to the last; of two years, minus one and one."""
    t = np.array(years, dtype=np.float64) - np.mean(years)
    return np.asarray(t / (t @ t) * (years[-1] - years[0]), dtype=np.float64)


def weigh_carried(years: Sequence[int], target: int) -> Floats:
    """Weights of the least-squares line's height in another year."""
    t = np.array(years, dtype=np.float64)
    middle = t.mean()
    return np.asarray(1 / len(t) + (t - middle) * (target - middle) / ((t - middle) @ (t - middle)))


def weigh_numbers(
    weights: Floats, values: Floats, covariance: Floats, df: Floats, level: float, *, shared: bool = False
) -> Contrast:
    """Weigh numbers that have errors.

    Parameters
    ----------
    weights, values : (k,)
    covariance : (k, k)
        Of the values; diagonal where the waves are independent.
    df : (k,)
        Degrees of freedom of each variance: Satterthwaite's for independent waves, the smallest of shared units.
    level : float
        Confidence level.
    shared : bool

    Returns
    -------
    Contrast
    """
    value = float(weights @ values)
    variance = float(weights @ covariance @ weights)
    parts = weights**2 * np.diag(covariance)
    used = parts > 0
    pull = float(np.sum(parts[used] ** 2 / df[used]))
    if not variance > 0:
        return Contrast(value, math.nan, math.nan, math.nan)
    freedom = float(np.min(df[used])) if shared else float(parts.sum() ** 2 / pull if pull > 0 else math.inf)
    se = math.sqrt(variance)
    low, high = symmetric_interval(np.array(value), np.array(se), np.array(freedom), level)
    return Contrast(value, float(low), float(high), float(t_probability(value, se, freedom)))


def count_covariance(values: Floats) -> Floats:
    """Covariance of counts by their own variation: of a Poisson count, the count itself."""
    return np.diag(values)
