"""Upper tail probabilities of weighted sums of chi-square variables, for Rao-Scott tests.

Under the null hypothesis a Pearson or likelihood-ratio statistic of a complex sample is distributed approximately as
``sum_j lambda_j Z_j**2`` with independent standard normal ``Z_j``. Dividing by an independent ``chi2(ddf)/ddf``
accounts for the estimation of the covariance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WHOLE = 1e-9


def satterthwaite(weights: Floats) -> tuple[float, float]:
    """Scale and degrees of freedom of the chi-square variable with the same mean and variance (Satterthwaite 1946).

    Parameters
    ----------
    weights : (k,) array
        Eigenvalues lambda.

    Returns
    -------
    tuple of float
        ``scale`` and ``df`` such that ``scale * chi2(df)`` has the same mean and variance. Both are NaN if all weights
        are zero.
    """
    total, squares = float(weights.sum()), float((weights**2).sum())
    if total == 0 or squares == 0:
        return float("nan"), float("nan")
    return squares / total, total**2 / squares


def tail_satterthwaite(x: float, weights: Floats, ddf: float = np.inf) -> float:
    """``P(sum lambda Z^2 > x)`` by matching two moments; uses F in place of chi-square for finite `ddf`."""
    from scipy import stats

    scale, df = satterthwaite(weights)
    if np.isinf(ddf):
        return float(stats.chi2.sf(x / scale, df))
    return float(stats.f.sf(x / df / scale, df, ddf))


def _expand(x: float, weights: Floats, ddf: float) -> tuple[Floats, Floats, float]:
    """Distinct weights, their multiplicities and the evaluation point, rescaled so that the largest weight is 1."""
    if np.isinf(ddf):
        lam, mult, point = weights, np.ones_like(weights), x
    else:
        lam = np.append(weights, -x / ddf)
        mult, point = np.append(np.ones_like(weights), ddf), 0.0
    keep = lam != 0
    top = float(lam.max())
    return lam[keep] / top, mult[keep], point / top


def _saddle(lam: Floats, mult: Floats, point: float) -> float:
    """Root of K'(s) = point between the two poles, K being the cumulant generating function."""
    from scipy import optimize

    edge = 1 - 1e-12
    high = float((0.5 / lam[lam > 0]).min()) * edge
    if (lam < 0).any():
        low = float((0.5 / lam[lam < 0]).max()) * edge
    else:
        low = -float(mult.sum()) / (2 * point) - 1.0

    def slope(s: float) -> float:
        return float((mult * lam / (1 - 2 * s * lam)).sum() - point)

    return float(optimize.brentq(slope, low, high, xtol=1e-15, rtol=8.9e-16, maxiter=500))


def _zero(f: Callable[[float], float], a: float, b: float, tolerance: float) -> float:
    """Root of `f` between `a` and `b` after Brent (1973, section 4.6), stopped at `tolerance`.

    Unlike ``scipy.optimize.brentq`` it uses the stopping rule of R's ``uniroot``. The saddlepoint probability depends
    on the root to first order, so two programs agree only if they stop at the same place.
    """
    fa, fb = f(a), f(b)
    c, fc = a, fa
    eps = float(np.finfo(float).eps)
    for _ in range(1000):
        before = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        close = 2 * eps * abs(b) + tolerance / 2
        half = (c - b) / 2
        if abs(half) <= close or fb == 0:
            break
        step = half
        if abs(before) >= close and abs(fa) > abs(fb):
            if a == c:  # two points: secant step
                ratio = fb / fa
                p, q = 2 * half * ratio, 1.0 - ratio
            else:  # three points: inverse quadratic interpolation
                first, second, third = fa / fc, fb / fc, fb / fa
                p = third * (2 * half * first * (first - second) - (b - a) * (second - 1))
                q = (first - 1) * (second - 1) * (third - 1)
            p, q = (p, -q) if p > 0 else (-p, q)
            if p < 1.5 * half * q - abs(close * q) / 2 and p < abs(before * q / 2):
                step = p / q
        if abs(step) < close:
            step = close if step > 0 else -close
        a, fa = b, fb
        b += step
        fb = f(b)
        if (fb > 0) == (fc > 0):
            c, fc = a, fa
    return b


def tail_saddlepoint(x: float, weights: Floats, ddf: float = np.inf) -> float:
    """Saddlepoint approximation of the upper tail (Kuonen 1999), numerically equal to that of R survey.

    Parameters
    ----------
    x : float
        Value of the statistic, positive.
    weights : (k,) array
        Eigenvalues lambda; at least one is positive.
    ddf : float
        Denominator degrees of freedom, truncated to an integer as in R; a value within 1e-9 of an integer is first
        rounded to it, because under simple random sampling it differs from an integer only by rounding error. Infinite
        for the chi-square form.

    Returns
    -------
    float
        Upper tail probability. Close to the mean, where the approximation is singular (saddlepoint within 1e-4 of
        zero), the Satterthwaite value is returned instead, as in R survey.
    """
    from scipy import stats

    lam, mult, point = _expand(x, weights, ddf)
    mult = np.floor(mult + WHOLE)
    edge = 0.99999
    high = float((0.5 / lam[lam > 0]).min()) * edge
    if (lam < 0).any():
        low = float((0.5 / lam[lam < 0]).max()) * edge
    else:
        low = -0.01 if point > lam.sum() else -len(lam) / (2 * point)

    def slope(s: float) -> float:
        return float((mult * lam / (1 - 2 * s * lam)).sum() - point)

    if slope(low) * slope(high) > 0:  # in the far tail the saddlepoint lies at the pole
        s = _saddle(lam, mult, point)
    else:
        s = _zero(slope, low, high, 1e-8)
    if abs(s) < 1e-4:
        return tail_satterthwaite(x, weights, ddf)
    cumulant = -0.5 * float((mult * np.log(1 - 2 * s * lam)).sum())
    w = np.sign(s) * np.sqrt(2 * (s * point - cumulant))
    v = s * np.sqrt(2 * float((mult * lam**2 / (1 - 2 * s * lam) ** 2).sum()))
    return float(stats.norm.sf(w + np.log(v / w) / w))


def tail_exact(x: float, weights: Floats, ddf: float = np.inf, accuracy: float = 1e-12) -> float:
    """Upper tail by numerical integration of the moment generating function along a path through the saddlepoint.

    The inversion integral of Rice (1980) is evaluated by the trapezoidal rule on
    ``s(t) = c + i h sinh(t) + g h (cosh(t) - 1)``. If all weights are positive the path bends to the right, so that the
    integrand decays exponentially. The relative accuracy holds far out in the tail, where quadrature around the origin
    (Imhof, Davies) loses all digits.

    Parameters
    ----------
    x, weights, ddf
        As in :func:`tail_saddlepoint`.
    accuracy : float
        Relative change between successive step sizes at which the sum is accepted.

    Returns
    -------
    float
        ``P(sum lambda Z^2 > x)`` or, with finite `ddf`, ``P(sum lambda Z^2 / (chi2(ddf)/ddf) > x)``.
    """
    lam, mult, point = _expand(x, weights, ddf)
    s = _saddle(lam, mult, point)
    spread = np.sqrt(2 * float((mult * lam**2 / (1 - 2 * s * lam) ** 2).sum()))
    upper = float((0.5 / lam[lam > 0]).min())
    centre = s if abs(s) * spread > 0.1 else min(0.5 * upper, 0.5 / spread)  # keep away from the pole at zero
    width = 1.0 / spread
    bend = 0.5 if np.isinf(ddf) else 0.0

    def trapezoid(step: float) -> float:
        t = np.arange(-40.0 / step, 40.0 / step + 1) * step
        grow = np.clip(t, -300, 300)
        path: NDArray[Any] = centre + 1j * width * np.sinh(grow) + bend * width * (np.cosh(grow) - 1)
        speed: NDArray[Any] = 1j * width * np.cosh(grow) + bend * width * np.sinh(grow)
        exponent = -0.5 * (mult[:, None] * np.log(1 - 2 * path * lam[:, None])).sum(axis=0) - path * point
        value = np.exp(exponent) / path * speed
        return float((value.sum() * step / (2j * np.pi)).real)

    step = 0.2
    last = trapezoid(step)
    for _ in range(8):
        step /= 2
        new = trapezoid(step)
        if abs(new - last) <= accuracy * abs(new):
            break
        last = new
    return new if centre > 0 else 1.0 + new
