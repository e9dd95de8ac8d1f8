"""p values of single t tests, and their adjustment for multiple testing.

References
----------
Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6: 65-70.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def t_probability(estimate: Floats | float, se: Floats | float, df: Floats | float) -> Floats:
    """Two-sided p value of a t test against 0.

    Parameters
    ----------
    estimate, se, df : (k,) or float
        Estimates, their standard errors and degrees of freedom (``inf`` gives the normal distribution).

    Returns
    -------
    (k,) float; NaN where the standard error is 0 or missing, or there are no degrees of freedom.
    """
    from scipy.special import ndtr, stdtr

    x, s, d = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (estimate, se, df)))
    with np.errstate(invalid="ignore", divide="ignore"):
        t = -np.abs(x / s)
        p = np.where(np.isposinf(d), 2 * ndtr(t), 2 * stdtr(np.where(d > 0, d, 1.0), t))
    return np.asarray(np.where((s > 0) & (d > 0) & np.isfinite(x), p, np.nan), np.float64)


def adjust_holm(p: Floats) -> Floats:
    """Holm-adjusted p values, which control the family-wise error rate.

    Parameters
    ----------
    p : (k,) float
        p values; NaN for hypotheses that could not be tested, which do not count as members of the family.

    Returns
    -------
    (k,) float, adjusted p values in the order of ``p``, each at least as large as the original; NaN stays NaN.

    Examples
    --------
    >>> adjust_holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p, np.float64)
    out = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * np.arange(len(order), 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(scaled), 1.0) if len(order) else scaled
    return out
