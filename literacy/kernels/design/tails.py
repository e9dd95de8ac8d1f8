"""Upper tail of a weighted sum of chi-square variables, as Rao-Scott tests need it.

Under the null hypothesis a Pearson or likelihood-ratio statistic of a complex sample behaves like
``sum_j lambda_j Z_j**2`` with independent standard normal ``Z_j``. Dividing by an independent
``chi2(ddf)/ddf`` allows for the estimated covariance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WHOLE = 1e-9


def satterthwaite(weights: Floats) -> tuple[float, float]:
    """Scale and degrees of freedom of the matching chi-square (Satterthwaite 1946).

    Parameters
    ----------
    weights : (k,) array
        The eigenvalues lambda.

    Returns
    -------
    tuple of float
        ``scale`` and ``df`` with ``scale * chi2(df)`` of the same mean and variance. Both are NaN where
        all weights are zero.
    """
    total, squares = float(weights.sum()), float((weights**2).sum())
    if total == 0 or squares == 0:
        return float("nan"), float("nan")
    return squares / total, total**2 / squares


def tail_satterthwaite(x: float, weights: Floats, ddf: float = np.inf) -> float:
    """``P(sum lambda Z^2 > x)`` by matching two moments; F in place of chi-square for finite `ddf`."""
    from scipy import stats

    scale, df = satterthwaite(weights)
    if np.isinf(ddf):
        return float(stats.chi2.sf(x / scale, df))
    return float(stats.f.sf(x / df / scale, df, ddf))


def _expand(x: float, weights: Floats, ddf: float) -> tuple[Floats, Floats, float]:
    """Weights, their multiplicities and the point at which the tail is asked for, scaled to max 1."""
    if np.isinf(ddf):
        lam, mult, point = weights, np.ones_like(weights), x
    else:
        lam = np.append(weights, -x / ddf)
        mult, point = np.append(np.ones_like(weights), ddf), 0.0
    keep = lam != 0
    top = float(lam.max())
    return lam[keep] / top, mult[keep], point / top


def _saddle(lam: Floats, mult: Floats, point: float) -> float:
    """Root of K'(s) = point, where K is the cumulant function; s lies between the two poles."""
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

    Unlike ``scipy.optimize.brentq`` it follows the stopping rule that R's ``uniroot`` has: the saddlepoint
    probability depends on the root to first order, so two programs agree only if they stop alike.
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
            if a == c:  # two points: secant
                ratio = fb / fa
                p, q = 2 * half * ratio, 1.0 - ratio
            else:  # three points: inverse quadratic
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
    """Saddlepoint approximation of the upper tail (Kuonen 1999), with the numbers of R survey.

    Parameters
    ----------
    x : float
        The statistic, above zero.
    weights : (k,) array
        Eigenvalues; at least one is positive.
    ddf : float
        Denominator degrees of freedom (their whole part counts, as in R; a number within 1e-9 of a whole one is that
        one: under simple random sampling they are whole but for rounding); infinite for the chi-square form.

    Returns
    -------
    float
        The probability. Close to the mean, where the approximation is singular (saddle within 1e-4 of
        zero), the Satterthwaite value stands in, as in R survey.
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

    if slope(low) * slope(high) > 0:  # so far out that the saddle lies at the pole
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
    """Upper tail by integrating the moment generating function along a path through the saddle.

    The inversion integral of Rice (1980) is summed by the trapezoidal rule on
    ``s(t) = c + i h sinh(t) + g h (cosh(t) - 1)``; the path bends to the right where only positive weights
    occur, so that the integrand falls off exponentially. Accurate to `accuracy` relative, also far out in
    the tail, where a quadrature around the origin (Imhof, Davies) has lost all its digits.

    Parameters
    ----------
    x, weights, ddf
        As in :func:`tail_saddlepoint`.
    accuracy : float
        Relative change between two step sizes at which the sum is taken as final.

    Returns
    -------
    float
        ``P(sum lambda Z^2 > x)`` or, with finite `ddf`, ``P(sum lambda Z^2 / (chi2(ddf)/ddf) > x)``.
    """
    lam, mult, point = _expand(x, weights, ddf)
    s = _saddle(lam, mult, point)
    spread = np.sqrt(2 * float((mult * lam**2 / (1 - 2 * s * lam) ** 2).sum()))
    upper = float((0.5 / lam[lam > 0]).min())
    centre = s if abs(s) * spread > 0.1 else min(0.5 * upper, 0.5 / spread)  # stay off the pole at zero
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
