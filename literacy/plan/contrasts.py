"""Linear contrasts of the numbers of several years: change along a straight line, and extrapolation."""

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
    """A linear combination of the numbers of several years, with its interval and p value against zero."""

    value: float
    low: float
    high: float
    p_value: float


def weigh_change(years: Sequence[int]) -> Floats:
    """Weights (k,) of the change along the least-squares line from the first to the last year; -1, 1 for two."""
    t = np.array(years, dtype=np.float64) - np.mean(years)
    return np.asarray(t / (t @ t) * (years[-1] - years[0]), dtype=np.float64)


def weigh_carried(years: Sequence[int], target: int) -> Floats:
    """Weights (k,) of the value of the least-squares line in another year."""
    t = np.array(years, dtype=np.float64)
    middle = t.mean()
    return np.asarray(1 / len(t) + (t - middle) * (target - middle) / ((t - middle) @ (t - middle)))


def weigh_numbers(
    weights: Floats, values: Floats, covariance: Floats, df: Floats, level: float, *, shared: bool = False
) -> Contrast:
    """Estimate a linear combination of numbers with errors.

    Parameters
    ----------
    weights, values : (k,) coefficients and numbers
    covariance : (k, k)
        Covariance of the values; diagonal for independent waves.
    df : (k,)
        Degrees of freedom of each variance: combined by Satterthwaite for independent waves, the smallest if shared.
    level : float
        Confidence level.
    shared : bool
        Whether the waves share sampling units.

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
    """Covariance of counts as Poisson variables: the variance equals the count."""
    return np.diag(values)
