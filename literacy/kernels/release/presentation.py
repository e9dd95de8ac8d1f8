"""Reliability of proportions: the presentation standard of the US National Center for Health Statistics.

Parker, Talih, Malec et al. (2017), "National Center for Health Statistics Data Presentation Standards for Proportions",
Vital and Health Statistics 2(175).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.intervals import beta_interval, effective_size

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SMALLEST_SAMPLE = 30
WIDE = 0.30
NARROW = 0.05
RELATIVE = 1.30
FEW_DF = 8


def korn_graubard(
    p: Floats, se: Floats, df: Floats, n: Floats, n_kish: Floats, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Korn-Graubard limits as the presentation standard defines them, with the effective sample size they use.

    The effective size is adjusted for the degrees of freedom and truncated at n; for estimates of 0 or 1, or without
    variance, it is Kish's.
    """
    flat = (p <= 0) | (p >= 1) | (se <= 1e-12)
    known = np.isfinite(p) & np.isfinite(se) & (df > 0)
    safe = np.where(known & ~flat, p, 0.5)
    size = effective_size(safe, np.where(known & ~flat, se, 0.5), np.maximum(n, 2), np.maximum(df, 1), level)
    size = np.where(flat, n_kish, np.minimum(size, n))
    low, high = beta_interval(np.clip(np.where(np.isfinite(p), p, 0.5), 0, 1), np.maximum(size, 1e-9), level)
    return np.where(known, low, np.nan), np.where(known, high, np.nan), np.where(known, size, np.nan)


def judge_proportions(
    p: Floats, se: Floats, df: Floats, n: Floats, n_eff: Floats, n_kish: Floats
) -> tuple[Bools, Bools]:
    """Apply the presentation standard to proportions.

    Parameters
    ----------
    p, se, df, n, n_eff, n_kish : (k,)
        Proportions (0-1), standard errors, degrees of freedom, respondents, effective respondents.

    Returns
    -------
    reliable : (k,) bool
        n and effective n at least 30; 95 % Korn-Graubard interval narrower than 0.30; and either not wider than 0.05
        or not wider than 130 % of the proportion.
    review : (k,) bool
        Reliable, but to be reviewed by a statistician: fewer than 8 degrees of freedom, or a proportion of 0 or 1.
    """
    low, high, _ = korn_graubard(p, se, df, n, n_kish)
    width = high - low
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(p > 0, width / p, np.inf)
    enough = (n >= SMALLEST_SAMPLE) & (n_eff >= SMALLEST_SAMPLE)
    tight = (width < WIDE) & ((width <= NARROW) | (relative <= RELATIVE))
    reliable = np.asarray(enough & tight & np.isfinite(width))
    return reliable, np.asarray(reliable & ((df < FEW_DF) | (p <= 0) | (p >= 1)))
