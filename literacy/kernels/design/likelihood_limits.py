"""Profile likelihood limits of a proportion, by the algorithm of R's ``svyciprop(method="likelihood")``.

The limits are the proportions at which the binomial deviance, scaled by the design effect (Rao & Scott 1984, Annals of
Statistics 12: 46-60), equals the squared t quantile. R does not solve this equation: it profiles the logit on a grid,
fits a cubic spline to the signed roots (end conditions of Forsythe, Malcolm & Moler 1977, section 4.4) and
interpolates. The same steps are taken here, so that the limits agree with R's up to rounding; the exact solution
differs by less than 0.2 % of the limit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 9
DIVISIONS = 5


def profile_limits(p: float, se: float, t: float, n: float) -> tuple[float, float]:
    """Lower and upper profile likelihood limit of one proportion.

    Parameters
    ----------
    p, se : proportion strictly between 0 and 1, and its design-based standard error (> 0)
    t : quantile that belongs to the confidence level
    n : respondents (at least 2)

    Returns
    -------
    lower and upper limit; found by bisection where R's grid does not reach (R returns NA)
    """
    from scipy.special import ndtr, stdtrit

    spread = n * se**2 / (p * (1 - p))  # design variance of the logit, relative to simple random sampling
    reach = t * np.sqrt(spread)
    top = -float(stdtrit(n - 1, ndtr(-reach) / 4))
    dispersion = n / (n - 1)
    step = top / DIVISIONS * se / (p * (1 - p))
    centre = np.log(p / (1 - p))

    def root(logit: float) -> float:
        gain = p * (np.log(p) + np.logaddexp(0, -logit)) + (1 - p) * (np.log(1 - p) + np.logaddexp(0, logit))
        deviance = 2 * n * gain
        return float(np.sqrt(max(deviance / dispersion, 0.0)))

    logits, roots = [centre], [0.0]
    for sign in (-1, 1):
        for i in range(1, STEPS + 1):
            logits.append(centre + sign * i * step)
            roots.append(sign * root(logits[-1]))
            if abs(roots[-1]) >= top:
                break
    order = np.argsort(roots)
    x, z = np.array(logits)[order], np.array(roots)[order]
    grid = np.linspace(x[0], x[-1], 3 * len(x))
    fitted = fmm_spline(x, z, grid)
    limits = np.interp([-reach, reach], fitted, grid, left=np.nan, right=np.nan)
    for j, sign in enumerate((-1, 1)):
        if np.isnan(limits[j]):
            limits[j] = _solve(root, centre, sign, reach)
    low, high = 1 / (1 + np.exp(-limits))
    return float(low), float(high)


def _solve(root: Callable[[float], float], centre: float, sign: int, reach: float) -> float:
    """Logit on one side at which the signed root equals ``reach``, by bisection; the search bound if none."""
    near, far = centre, centre + sign * 700.0
    for _ in range(200):
        middle = (near + far) / 2
        near, far = (middle, far) if root(middle) < reach else (near, middle)
    return near


def fmm_spline(x: Floats, y: Floats, at: Floats) -> Floats:
    """Interpolate by a cubic spline whose ends follow the cubic through the four outermost points.

    Parameters
    ----------
    x : (m,) increasing knots, m >= 4
    y : (m,) values
    at : (r,) points between the outermost knots

    Returns
    -------
    (r,) values of the spline.
    """
    d = np.diff(x)
    slope = np.diff(y) / d
    bend = np.diff(slope)
    matrix = np.diag(np.r_[-d[0], 2 * (d[:-1] + d[1:]), -d[-1]]) + np.diag(d, 1) + np.diag(d, -1)
    first = (bend[1] / (x[3] - x[1]) - bend[0] / (x[2] - x[0])) * d[0] ** 2 / (x[3] - x[0])
    last = (bend[-1] / (x[-1] - x[-3]) - bend[-2] / (x[-2] - x[-4])) * d[-1] ** 2 / (x[-1] - x[-4])
    c = np.linalg.solve(matrix, np.r_[first, bend, -last])
    place = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(d) - 1)
    h = at - x[place]
    b = slope - d * (c[1:] + 2 * c[:-1])
    cubic = (c[1:] - c[:-1]) / d
    return np.asarray(y[place] + h * (b[place] + h * (3 * c[place] + h * cubic[place])))
