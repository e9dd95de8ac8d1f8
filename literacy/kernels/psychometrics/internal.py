"""Internal consistency from the covariance or correlation matrix of items.

References
----------
.. [F] Feldt, Woodruff, Salih (1987). Statistical inference for coefficient alpha. Applied Psychological
   Measurement 11, 93-103.
.. [G] Guttman (1945). A basis for analyzing test-retest reliability. Psychometrika 10, 255-282.
.. [H] Harman, Jones (1966). Factor analysis by minimizing residuals (minres). Psychometrika 31, 351-368.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import f

Floats = NDArray[np.float64]

MOST_SPLITS = 17
"""Largest number of items for which all split halves are examined."""


def weighted_covariance(x: Floats, weight: Floats) -> Floats:
    """Weighted covariance (k, k), with denominator n - 1 where n is the number of respondents."""
    n = int((weight > 0).sum())
    mean = weight @ x / weight.sum()
    away = x - mean
    out: Floats = (away * weight[:, None]).T @ away / weight.sum() * n / (n - 1)
    return out


def correlate(covariance: Floats) -> Floats:
    """The correlation matrix."""
    sd = np.sqrt(np.diag(covariance))
    out: Floats = covariance / np.outer(sd, sd)
    return out


def find_alpha(covariance: Floats) -> float:
    """Cronbach's alpha."""
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def feldt_limits(alpha: float, n: int, k: int, level: float) -> tuple[float, float]:
    """Feldt's interval of alpha for n respondents of a simple random sample and k items. [F]_"""
    tail = (1 - level) / 2
    low = 1 - (1 - alpha) * float(f.ppf(1 - tail, n - 1, (n - 1) * (k - 1)))
    high = 1 - (1 - alpha) * float(f.ppf(tail, n - 1, (n - 1) * (k - 1)))
    return low, high


def alpha_influence(x: Floats, weight: Floats) -> Floats:
    """Linearised values (n,) of alpha: the variance of their weighted sum is that of alpha."""
    k, total = x.shape[1], weight.sum()
    away = x - weight @ x / total
    parts = (away**2).sum(axis=1)
    whole = away.sum(axis=1) ** 2
    spread = float(weight @ whole / total)
    ratio = float(weight @ parts / total) / spread
    out: Floats = -k / (k - 1) * (parts - ratio * whole) / (spread * total)
    return out


def guttman_lambdas(correlation: Floats) -> tuple[Floats, bool]:
    """Guttman's six lower bounds, and whether the fourth was maximised over all split halves. [G]_"""
    k, total = len(correlation), float(correlation.sum())
    off = correlation - np.diag(np.diag(correlation))
    squares = off**2
    first = 1 - np.trace(correlation) / total
    second = first + np.sqrt(k / (k - 1) * squares.sum()) / total
    fifth = first + 2 * np.sqrt(squares.sum(axis=0).max()) / total
    unique = 1 / np.diag(np.linalg.pinv(correlation, hermitian=True))
    best, every = _best_split(correlation)
    return np.array([first, second, first * k / (k - 1), best, fifth, 1 - float(unique.sum()) / total]), every


def _best_split(correlation: Floats) -> tuple[float, bool]:
    """Largest 2 (1 - (var A + var B) / var) over split halves; for more than MOST_SPLITS items by pairwise swaps."""
    k, total = len(correlation), float(correlation.sum())
    if k <= MOST_SPLITS:
        best = -np.inf
        for half in combinations(range(k), k // 2):
            side = -np.ones(k)
            side[list(half)] = 1
            best = max(best, total - float(side @ correlation @ side))
        return best / total, True
    best = -np.inf
    rng = np.random.default_rng(4)
    for start in range(20):
        side = np.where(np.arange(k) % 2 == 0, 1.0, -1.0)
        side = rng.permutation(side) if start else side
        value = float(side @ correlation @ side)
        while True:
            pull = correlation @ side
            up, down = np.flatnonzero(side > 0), np.flatnonzero(side < 0)
            change = (
                -4 * pull[up][:, None] + 4 * pull[down][None, :]
                + 4 * (np.diag(correlation)[up][:, None] + np.diag(correlation)[down][None, :])
                - 8 * correlation[np.ix_(up, down)]
            )  # fmt: skip
            i, j = np.unravel_index(int(change.argmin()), change.shape)
            if change[i, j] > -1e-12:
                break
            side[up[i]], side[down[j]] = -1.0, 1.0
            value += float(change[i, j])
        best = max(best, total - value)
    return best / total, False


def minres_loadings(correlation: Floats) -> Floats | None:
    """One-factor loadings that minimise the squared residual correlations; None without convergence. [H]_"""
    k = len(correlation)
    off = ~np.eye(k, dtype=bool)

    def lack(a: Floats) -> tuple[float, Floats]:
        rest = np.where(off, correlation - np.outer(a, a), 0.0)
        return 0.5 * float((rest**2).sum()), -2 * rest @ a

    values, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    first *= 1 if first.sum() >= 0 else -1
    found = minimize(lack, first, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    loadings: Floats = found.x
    if not np.isfinite(loadings).all() or float(np.abs(lack(loadings)[1]).max()) > 1e-5:
        return None
    return loadings


def omega_total(correlation: Floats, loadings: Floats) -> float:
    """Share of the variance of the sum of standardised items that is due to the common factor."""
    return float(1 - (1 - loadings**2).sum() / correlation.sum())
