"""Confidence intervals for means and proportions under complex designs.

All arguments are scalars or arrays of one shape. ``se`` is the design-based standard error, ``df`` the design degrees
of freedom (``inf`` gives normal quantiles), ``n`` the number of respondents, and ``n_kish`` that number divided by
Kish's design effect of unequal weights, which is used only where the estimated variance is zero.

References
----------
Korn & Graubard (1998), "Confidence intervals for proportions with small expected number of positive counts", Survey
Methodology 24: 193-201.
Rao & Scott (1984), Annals of Statistics 12: 46-60 (scaled likelihood ratio). Wilson (1927), JASA 22: 209-212.
Kish (1965), "Survey Sampling", section 11.7. R survey 4.4-2, ``svyciprop``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.likelihood_limits import profile_limits

Floats = NDArray[np.float64]
EDGE = 1e-12
NO_ERROR = 1e-12
METHODS = ("logit", "beta", "wilson", "likelihood", "arcsine", "mean", "xlogit")


def t_quantile(df: Floats | float, level: float) -> Floats:
    """Two-sided t quantile; NaN for ``df <= 0``, the normal quantile for infinite ``df``."""
    from scipy.special import ndtri, stdtrit

    df = np.asarray(df, np.float64)
    tail = 0.5 + level / 2
    finite = np.isfinite(df) & (df > 0)
    value = stdtrit(np.where(finite, df, 1.0), tail)
    return np.asarray(np.where(finite, value, np.where(df == np.inf, ndtri(tail), np.nan)))


def symmetric_interval(
    estimate: Floats, se: Floats, df: Floats | float, level: float
) -> tuple[Floats, Floats]:
    """Limits ``estimate - t * se`` and ``estimate + t * se``."""
    half = t_quantile(df, level) * se
    return estimate - half, estimate + half


def proportion_interval(
    p: Floats, se: Floats, df: Floats | float, level: float, method: str, n: Floats, n_kish: Floats
) -> tuple[Floats, Floats]:
    """Confidence limits of proportions.

    Parameters
    ----------
    p, se, df, n, n_kish : (k,)
        See the module docstring.
    level : float
        Confidence level.
    method : str
        One of :data:`METHODS`. "logit" and "xlogit" are one method: the t interval on the logit scale.

    Returns
    -------
    (k,), (k,)
        Lower and upper limits. Where the estimate is 0 or 1, every method except "mean" gives the exact binomial
        (Clopper-Pearson) limits with ``n_kish`` respondents. Where a proportion strictly between 0 and 1 has standard
        error 0, the design or the calibration fixes it, and both limits equal the proportion.
    """
    p, se, n, n_kish, df = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (p, se, n, n_kish, df)))
    if method == "mean":
        return symmetric_interval(p, se, df, level)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    edge = (p <= EDGE) | (p >= 1 - EDGE)
    known = np.isfinite(p) & np.isfinite(se) & (df > 0)
    exact, sure, inner = known & edge, known & ~edge & (se <= NO_ERROR), known & ~edge & (se > NO_ERROR)
    low[sure] = high[sure] = p[sure]
    if exact.any():
        low[exact], high[exact] = beta_interval(np.clip(p[exact], 0, 1), n_kish[exact], level)
    if not inner.any():
        return low, high
    q, s, d = p[inner], se[inner], df[inner]
    t = t_quantile(d, level)
    if method in ("logit", "xlogit"):
        centre, half = np.log(q / (1 - q)), t * s / (q * (1 - q))
        lo, hi = expit(centre - half), expit(centre + half)
    elif method == "arcsine":
        centre, half = np.arcsin(np.sqrt(q)), t * s / (2 * np.sqrt(q * (1 - q)))
        lo, hi = _arcsine(centre - half, centre + half, q)
    elif method == "beta":
        lo, hi = beta_interval(q, effective_size(q, s, n[inner], d, level), level)
    elif method == "wilson":
        lo, hi = _wilson(q, effective_size(q, s, n[inner], np.full(q.shape, np.inf), level), t)
    else:
        lo, hi = _likelihood(q, s, t, n[inner])
    low[inner], high[inner] = lo, hi
    return low, high


def _arcsine(low: Floats, high: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Transform limits back from the arcsine scale.

    Outside [0, pi/2] R reflects the limit; so do we, unless the reflected limit would pass the estimate.
    """
    lo, hi = np.sin(low) ** 2, np.sin(high) ** 2
    return np.where((low < 0) & (lo > p), 0.0, lo), np.where((high > np.pi / 2) & (hi < p), 1.0, hi)


def expit(x: Floats) -> Floats:
    """Inverse logit."""
    from scipy.special import expit as inverse

    return np.asarray(inverse(x))


def effective_size(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Floats:
    """Korn and Graubard's effective sample size, adjusted for the degrees of freedom where these are finite."""
    size = p * (1 - p) / se**2
    adjust = (t_quantile(n - 1, level) / t_quantile(df, level)) ** 2
    return np.asarray(size * np.where(np.isfinite(df), adjust, 1.0))


def beta_interval(p: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """Clopper-Pearson limits with a real-valued number of trials."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    x = n * p
    low = np.where(x <= 0, 0.0, betaincinv(np.maximum(x, 1e-300), n - x + 1, tail))
    high = np.where(n - x <= 0, 1.0, betaincinv(x + 1, np.maximum(n - x, 1e-300), 1 - tail))
    return low, high


def _wilson(p: Floats, n: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Score interval with ``n`` effective respondents."""
    z = t**2 / n
    centre = (p + z / 2) / (1 + z)
    half = np.sqrt(z * (p * (1 - p) + z / 4)) / (1 + z)
    return centre - half, centre + half


def _likelihood(p: Floats, se: Floats, t: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Profile likelihood limits, one proportion at a time."""
    limits = [profile_limits(*map(float, x)) for x in zip(p, se, t, np.maximum(n, 2), strict=True)]
    return np.array([x[0] for x in limits]), np.array([x[1] for x in limits])
