"""Quantiles of a weighted sample.

References
----------
Hyndman & Fan (1996), "Sample quantiles in statistical packages", The American Statistician 50: 361-365. R survey 4.4-2,
``svyquantile``: its rules "math" (type 1), "school" (type 2) and "hf3" to "hf9". Woodruff (1952), JASA 47: 635-646.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RULES = ("math", "school", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")
TIE = 1e-11  # relative to the total weight: differences below this are ties between the distribution function and p


def weighted_quantiles(x: Floats, weight: Floats, p: Floats, rule: str) -> Floats:
    """Quantiles of a weighted sample.

    Parameters
    ----------
    x : (n,) values, none missing
    weight : (n,) positive weights
    p : (r,) probabilities; NaN or outside [0, 1] gives NaN
    rule : one of :data:`RULES`

    Returns
    -------
    (r,) quantiles; NaN if there are no values.

    Notes
    -----
    Ties (the distribution function equals p) are decided as in exact arithmetic; R compares rounded sums and may return
    the next value. For p below the weight of the smallest value the discrete rules return that value (R returns the
    second), and "hf4" extrapolates its first segment (as R does). "hf3" follows R: at a tie, the value of even rank.
    """
    p = np.atleast_1d(np.asarray(p, np.float64))
    out = np.full(p.shape, np.nan)
    keep = weight > 0
    x, weight = x[keep], weight[keep]
    known = (p >= 0) & (p <= 1)
    if not len(x) or not known.any():
        return out
    order = np.argsort(x, kind="stable")
    out[known] = sorted_quantiles(x[order], weight[order], p[known], rule)
    return out


def sorted_quantiles(x: Floats, weight: Floats, p: Floats, rule: str) -> Floats:
    """Quantiles as in :func:`weighted_quantiles`, for sorted ``x``, positive weights and probabilities in [0, 1]."""
    if rule == "hf3":
        values, place = np.unique(x, return_inverse=True)
        x, weight = np.asarray(values, np.float64), np.asarray(np.bincount(place, weight), np.float64)
    sums = np.cumsum(weight)
    total = sums[-1]
    if rule in ("math", "hf1", "school", "hf2", "hf3", "hf4"):
        return _discrete(x, sums / total, p, rule)
    n = len(x)
    if n == 1:
        return np.full(p.shape, x[0])
    before = np.r_[0.0, sums[:-1]]
    if rule == "hf5":
        at = (sums - weight / 2) / total
    elif rule == "hf6":
        at = sums / (total + weight[-1])
    elif rule == "hf7":
        at = before / sums[-2]
    elif rule == "hf8":
        at = (before / 3 + sums * 2 / 3) / (total + weight[-1] / 3)
    else:
        at = (before * 3 / 8 + sums * 5 / 8) / (total + weight[-1] / 4)
    return np.asarray(np.interp(p, at, x))


def _discrete(x: Floats, cdf: Floats, p: Floats, rule: str) -> Floats:
    """Quantiles by the discrete rules, and by linear interpolation of the distribution function ("hf4")."""
    last = len(x) - 1
    up = np.minimum(np.searchsorted(cdf, p - TIE, side="left"), last)  # index of the first value with F >= p
    tie = (np.abs(cdf[up] - p) <= TIE) & (up < last)
    above = np.minimum(up + 1, last)
    if rule in ("math", "hf1"):
        return np.asarray(x[up])
    if rule in ("school", "hf2"):
        return np.asarray(np.where(tie, (x[up] + x[above]) / 2, x[up]))
    if rule == "hf3":
        odd = (up + 1) % 2 == 1
        return np.asarray(np.where(tie & odd, x[above], x[up]))
    up = np.minimum(np.maximum(up, 1), last)
    low = np.maximum(up - 1, 0)
    width = cdf[up] - cdf[low]
    part = np.divide(p - cdf[low], width, out=np.ones(p.shape), where=width > 0)
    return np.asarray(x[low] + part * (x[up] - x[low]))
