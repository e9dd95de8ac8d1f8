"""DIF of an item between two groups matched on score: Mantel-Haenszel, standardisation, logistic regression.

Throughout, ``right`` is 0 or 1, ``focal`` is true in the focal group, and ``stratum`` is the index of the score group.

References
----------
.. [D] Dorans, Kulick (1986). Demonstrating the utility of the standardization approach. J. Educ. Measurement 23.
.. [H] Holland, Thayer (1988). Differential item performance and the Mantel-Haenszel procedure.
.. [P] Phillips, Holland (1987). Estimators of the variance of the Mantel-Haenszel log-odds-ratio estimate.
   Biometrics 43, 425-431.
.. [S] Swaminathan, Rogers (1990). Detecting DIF using logistic regression procedures. J. Educ. Measurement 27.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PASSES = 60


@dataclass(frozen=True, slots=True)
class Odds:
    """Mantel-Haenszel common odds ratio of a right answer, reference relative to focal group.

    Attributes
    ----------
    ratio, variance : float
        Common odds ratio, and the variance of its logarithm by Phillips and Holland for a simple random sample.
    chi2 : float
        Mantel-Haenszel statistic with continuity correction.
    influence : (n,)
        Linearised values of the log odds ratio.
    """

    ratio: float
    variance: float
    chi2: float
    influence: Floats


def match_odds(right: Floats, focal: Bools, stratum: Ints, weight: Floats) -> Odds:
    """Mantel and Haenszel's common odds ratio over score groups. [H]_"""
    number = int(stratum.max(initial=0)) + 1
    cell = 2 * focal + (right < 0.5)
    table = np.bincount(4 * stratum + cell, weight, minlength=4 * number).reshape(number, 4)
    people = np.bincount(stratum[weight > 0], minlength=number)
    table = np.where((people > 1)[:, None], table, 0.0)
    a, b, c, d = table.T
    n = table.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(n > 0, 1 / n, 0.0)
        above, below = a * d * inverse, b * c * inverse
        top, bottom = above.sum(), below.sum()
        ratio = top / bottom
        spread = (inverse**2 * (a * d + ratio * b * c) * (a + d + ratio * (b + c))).sum() / (2 * top**2)
        expected = (a + b) * (a + c) * inverse
        wide = (a + b) * (c + d) * (a + c) * (b + d) * inverse**2 / np.where(n > 1, n - 1, np.inf)
        gap = abs(float((a - expected).sum())) - 0.5
        chi2 = gap**2 / wide.sum() if wide.sum() > 0 else np.nan
        shift = -(above / top - below / bottom) * inverse
        pull = np.stack(
            [
                d * inverse / top + shift, -c * inverse / bottom + shift,
                -b * inverse / bottom + shift, a * inverse / top + shift,
            ], axis=1,
        )  # fmt: skip
    influence = pull[stratum, cell] if np.isfinite(pull).all() else np.full(len(right), np.nan)
    return Odds(float(ratio), float(spread), float(chi2), influence)


def delete_units(
    right: Floats, focal: Bools, stratum: Ints, weight: Floats, unit: Ints, block: Ints, size: Floats
) -> Floats:
    """Logarithm of the odds ratio without each sampling unit; NaN where it has none.

    Parameters
    ----------
    right, focal, stratum, weight : (n,)
    unit : (n,)
        Number of each person's sampling unit.
    block, size : (u,)
        Design stratum of each unit, and the units in it: those that stay count size/(size - 1) times.
    """
    number, units = int(stratum.max(initial=0)) + 1, len(block)
    cell = 4 * stratum + 2 * focal + (right < 0.5)
    each = np.bincount(4 * number * unit + cell, weight, minlength=4 * number * units)
    each = each.reshape(units, 4 * number)
    blocks, place = np.unique(block, return_inverse=True)
    of_block = np.zeros((len(blocks), 4 * number))
    np.add.at(of_block, place, each)
    people = np.bincount(stratum[weight > 0], minlength=number) > 1
    with np.errstate(divide="ignore", invalid="ignore"):
        left = each.sum(axis=0) - each + (of_block[place] - each) / (size - 1)[:, None]
        a, b, c, d = np.moveaxis(np.maximum(left, 0.0).reshape(units, number, 4), 2, 0)
        inverse = np.where(people & (a + b + c + d > 0), 1 / (a + b + c + d), 0.0)
        out = np.log((a * d * inverse).sum(axis=1) / (b * c * inverse).sum(axis=1))
    return np.where(np.isfinite(out), out, np.nan)


def match_shares(right: Floats, focal: Bools, stratum: Ints, weight: Floats) -> tuple[float, Floats]:
    """Standardised difference in the share right, focal less reference group, and its linearised values. [D]_

    Score groups are weighted by their size in the focal group; those without members of both groups are left out.
    """
    number = int(stratum.max(initial=0)) + 1
    size = np.bincount(2 * stratum + focal, weight, minlength=2 * number).reshape(number, 2)
    hits = np.bincount(2 * stratum + focal, weight * right, minlength=2 * number).reshape(number, 2)
    both = (size[:, 0] > 0) & (size[:, 1] > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / size
        gap = np.where(both, share[:, 1] - share[:, 0], 0.0)
        total = size[both, 1].sum()
        value = float((size[:, 1] * gap).sum() / total)
        own = (right - share[stratum, 1]) / total + (gap[stratum] - value) / total
        other = -(size[stratum, 1] / size[stratum, 0]) * (right - share[stratum, 0]) / total
    influence = np.where(both[stratum], np.where(focal, own, other), 0.0)
    return value, influence


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic regression.

    Attributes
    ----------
    beta : (p,)
    loglik : float
        Weighted log likelihood.
    inverse : (p, p)
        Inverse of the information matrix.
    scores : (n, p)
        Derivatives of each respondent's log likelihood, unweighted.
    found : bool
        Whether a finite maximum was found.
    """

    beta: Floats
    loglik: float
    inverse: Floats
    scores: Floats
    found: bool


def regress_logistic(x: Floats, right: Floats, weight: Floats) -> Logistic:
    """Logistic regression by Newton's method with halved steps. [S]_"""
    beta = np.zeros(x.shape[1])
    sign = np.where(right > 0.5, 1.0, -1.0)

    def likelihood(b: Floats) -> float:
        return float(weight @ log_expit(sign * (x @ b)))

    value = likelihood(beta)
    found = False
    inverse = np.full((len(beta), len(beta)), np.nan)
    for _ in range(PASSES):
        chance = expit(x @ beta)
        slope = x.T @ (weight * (right - chance))
        bend = (x * (weight * chance * (1 - chance))[:, None]).T @ x
        inverse = np.linalg.pinv(bend, hermitian=True)
        step = inverse @ slope
        length = 1.0
        while (new := likelihood(beta + length * step)) < value - 1e-12 * abs(value) and length > 1e-6:
            length /= 2
        beta = beta + length * step
        found = bool(
            abs(new - value) <= 1e-13 * (abs(value) + 1)
            and float(np.abs(slope @ step)) < 1e-12 * (1 + abs(value))
        )
        value = new
        if found:
            break
    found = found and bool(np.linalg.cond(bend) < 1e14)
    return Logistic(beta, value, inverse, x * (right - expit(x @ beta))[:, None], found)


def step_without(
    x: Floats, right: Floats, weight: Floats, fit: Logistic, unit: Ints, block: Ints, size: Floats
) -> Floats:
    """Coefficients (u, p) without each sampling unit, by one step of Newton's method; units as in :func:`delete_units`.

    References
    ----------
    .. [B] Bell, McCaffrey (2002). Bias reduction in standard errors for linear regression with multi-stage samples.
       Survey Methodology 28, 169-181.
    """
    units, p = len(block), x.shape[1]
    chance = expit(x @ fit.beta)
    gradient = np.stack([np.bincount(unit, weight * s, units) for s in fit.scores.T], axis=1)
    spread = weight * chance * (1 - chance)
    bend = np.empty((units, p, p))
    for i in range(p):
        for j in range(i, p):
            bend[:, i, j] = bend[:, j, i] = np.bincount(unit, spread * x[:, i] * x[:, j], units)
    blocks, place = np.unique(block, return_inverse=True)
    slopes, bends = np.zeros((len(blocks), p)), np.zeros((len(blocks), p, p))
    np.add.at(slopes, place, gradient)
    np.add.at(bends, place, bend)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1 / (size - 1)
        down = -gradient + (slopes[place] - gradient) * share[:, None]
        curve = bend.sum(axis=0) - bend + (bends[place] - bend) * share[:, None, None]
    out = np.full((units, p), np.nan)
    good = np.isfinite(curve).all(axis=(1, 2)) & np.isfinite(down).all(axis=1)
    good[good] = np.linalg.cond(curve[good]) < 1e12
    out[good] = fit.beta + np.linalg.solve(curve[good], down[good][:, :, None])[:, :, 0]
    return out


def nagelkerke(loglik: float, none: float, n: float) -> float:
    """Nagelkerke's R squared."""
    return float((1 - np.exp(2 * (none - loglik) / n)) / (1 - np.exp(2 * none / n)))
