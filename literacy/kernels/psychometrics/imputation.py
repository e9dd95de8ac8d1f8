"""Plausible values: latent regression on background variables, posterior draws and Rubin's rules.

References
----------
.. [M] Mislevy, R. J. (1991). Randomization-based inference about latent variables from complex samples.
   Psychometrika 56, 177-196.
.. [R] Rubin, D. B. (1987). Multiple Imputation for Nonresponse in Surveys; Barnard, J., Rubin, D. B. (1999).
   Biometrika 86, 948-955.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class LatentRegression:
    """theta ~ N(Z beta, sd^2): ``beta`` (p,), its covariance (p, p), ``sd``, number of iterations, convergence."""

    beta: Floats
    covariance: Floats
    sd: float
    iterations: int
    converged: bool


def _posterior(line: Floats, points: Floats, mean: Floats, sd: float) -> Floats:
    """Posterior (n, q) of log likelihoods ``line`` under each row's own normal prior."""
    out: Floats = line - 0.5 * ((points - mean[:, None]) / sd) ** 2
    out -= out.max(axis=1, keepdims=True)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)
    return out


def regress_latent(line: Floats, points: Floats, z: Floats, weight: Floats) -> LatentRegression:
    """Fit the latent regression by EM with known item parameters.

    Parameters
    ----------
    line : (n, q)
        Log likelihood of every row at the points of the scale.
    points : (q,)
    z : (n, p)
        Background variables, of full rank.
    weight : (n,)
    """
    cross = np.linalg.inv((z * weight[:, None]).T @ z)
    beta, sd = np.zeros(z.shape[1]), 1.0
    total = weight.sum()
    used, done = 0, False
    while used < ROUNDS and not done:
        used += 1
        chance = _posterior(line, points, z @ beta, sd)
        mean = chance @ points
        spread = chance @ points**2 - mean**2
        moved = cross @ (z.T @ (weight * mean))
        rest = mean - z @ moved
        new = float(np.sqrt(weight @ (rest**2 + spread) / total))
        done = max(float(np.abs(moved - beta).max()), abs(new - sd)) < 1e-8
        beta, sd = moved, new
    # the weighted cross-product of the scores of beta estimates its information
    chance = _posterior(line, points, z @ beta, sd)
    score = z * ((chance @ points - z @ beta) / sd**2)[:, None]
    bread = np.linalg.pinv((score * weight[:, None]).T @ score)
    meat = (score * weight[:, None] ** 2).T @ score
    return LatentRegression(beta, bread @ meat @ bread, sd, used, done)


def draw_positions(
    line: Floats, points: Floats, mean: Floats, sd: float, random: np.random.Generator
) -> Floats:
    """One draw (n,) from each row's posterior: a grid point by its probability, then uniform within its cell."""
    chance = np.cumsum(_posterior(line, points, mean, sd), axis=1)
    pick = (random.random(len(line))[:, None] > chance).sum(axis=1)
    width = points[1] - points[0]
    out: Floats = points[np.minimum(pick, len(points) - 1)] + width * (random.random(len(line)) - 0.5)
    return out


@dataclass(frozen=True, slots=True)
class Combined:
    """Estimates combined by Rubin's rules: (k,), covariance (k, k), df (k,), fraction of missing information (k,)."""

    estimate: Floats
    covariance: Floats
    df: Floats
    missing: Floats


def combine_draws(estimates: Floats, covariances: Floats, df: Floats) -> Combined:
    """Combine m estimates (m, k) with covariances (m, k, k); ``df`` (k,) are of complete data (Barnard, Rubin)."""
    m = len(estimates)
    within = covariances.mean(axis=0)
    away = estimates - estimates.mean(axis=0)
    between = away.T @ away / (m - 1)
    total = within + (1 + 1 / m) * between
    extra = (1 + 1 / m) * np.diag(between)
    spread = np.diag(total)
    share = np.divide(extra, spread, out=np.zeros_like(extra), where=spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        many = np.where(share > 0, (m - 1) / share**2, np.inf)
        observed = (df + 1) / (df + 3) * df * (1 - share)
        joined = np.where(np.isinf(many), observed, 1 / (1 / many + 1 / observed))
    return Combined(estimates.mean(axis=0), total, np.where(np.isfinite(df), joined, many), share)
