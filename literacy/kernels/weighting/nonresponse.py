"""Response propensities and the variance of adjusting for nonresponse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.residuals import sum_cells

Floats = NDArray[np.float64]
MOST = 15.0  # log odds beyond which a propensity counts as 0 or 1


@dataclass(frozen=True, slots=True)
class Propensity:
    """Weighted logistic regression of response.

    Attributes
    ----------
    coefficients : (k,)
    propensity : (C,) estimated response propensity of each cell
    iterations : number of Newton steps
    converged : whether the score equations hold
    """

    coefficients: Floats
    propensity: Floats
    iterations: int
    converged: bool


def fit_propensity(
    x: Floats, weight: Floats, responded: Floats, *, tolerance: float = 1e-12, max_iterations: int = 50
) -> Propensity:
    """Fit response propensities by weighted logistic regression.

    Parameters
    ----------
    x : (C, k) model matrix including the constant, of full rank
    weight : (C,) summed weights of all sampled persons in a cell
    responded : (C,) summed weights of the respondents
    tolerance : largest score, relative to the summed weights
    max_iterations : maximum number of Newton steps

    Returns
    -------
    Propensity; ``converged`` is False if propensities tend to 0 or 1.

    References
    ----------
    Little (1986), "Survey nonresponse adjustments for estimates of means", Int. Statistical Review 54: 139-157.
    """
    beta = np.zeros(x.shape[1])
    scale = np.maximum(np.abs(x).T @ weight, 1e-300)
    chance = np.full(len(weight), 0.5)
    steps = 0
    score = x.T @ (responded - weight * chance)
    best = _deviance(x @ beta, weight, responded)
    while steps < max_iterations and np.abs(score / scale).max() > tolerance:
        hessian = (x * (weight * chance * (1.0 - chance))[:, None]).T @ x
        direction = np.linalg.lstsq(hessian, score, rcond=1e-14)[0]
        size = 1.0
        while size > 1e-8:
            trial = _deviance(x @ (beta + size * direction), weight, responded)
            if trial <= best * (1.0 + 1e-12):
                break
            size /= 2
        beta = beta + size * direction
        best = trial
        chance = _logistic(x @ beta)
        score = x.T @ (responded - weight * chance)
        steps += 1
    done = bool(np.abs(score / scale).max() <= tolerance and np.abs(x @ beta).max(initial=0.0) < MOST)
    return Propensity(beta, chance, steps, done)


def _logistic(z: Floats) -> Floats:
    out: Floats = 1.0 / (1.0 + np.exp(-np.clip(z, -700.0, 700.0)))
    return out


def _deviance(z: Floats, weight: Floats, responded: Floats) -> float:
    return float(weight @ np.logaddexp(0.0, z) - responded @ z)


def propensity_classes(propensity: Floats, rows: NDArray[np.int64], classes: int) -> NDArray[np.intp]:
    """Form classes of cells with similar propensities and roughly equal numbers of sampled persons.

    Parameters
    ----------
    propensity : (C,) response propensity
    rows : (C,) sampled persons in each cell
    classes : number of classes wanted; equal propensities are never split, so there may be fewer

    Returns
    -------
    (C,) class, 0 for the lowest propensities.
    """
    _, inverse = np.unique(np.round(propensity, 12), return_inverse=True)
    counts = np.bincount(inverse, rows)
    middle = (np.cumsum(counts) - counts / 2.0) / counts.sum()
    label = np.minimum((middle * classes).astype(np.intp), classes - 1)
    dense = np.unique(label, return_inverse=True)[1]
    return np.asarray(dense[inverse], dtype=np.intp)


def response_residuals(
    x: Floats, before: Floats, after: Floats, cell: NDArray[np.integer], cells: int
) -> Floats:
    """Weighted scores including the sampling error of the response rates, for adjustment by classes.

    The adjusted total ``sum(N_c * mean_c)`` over classes estimates both ``N_c`` (from all sampled persons) and
    ``mean_c`` (from the respondents). In linearised form, every sampled person contributes the class mean, and
    respondents additionally their residual.

    Parameters
    ----------
    x : (n, K) weighted scores, zero for nonrespondents
    before : (n,) weights before the adjustment, of all sampled persons
    after : (n,) weights after it, zero for nonrespondents
    cell : (n,) class, 0..cells-1
    cells : number of classes

    Returns
    -------
    (n, K) weighted scores of all sampled persons.

    References
    ----------
    Särndal, Swensson & Wretman (1992), section 15.6 (response homogeneity groups).
    """
    size = np.bincount(cell, after, minlength=cells)[:, None]
    mean = np.divide(sum_cells(x, cell, cells), size, out=np.zeros((cells, x.shape[1])), where=size > 0)
    return np.asarray(x + (before - after)[:, None] * mean[cell])


def propensity_residuals(
    x: Floats, before: Floats, responded: NDArray[np.bool_], chance: Floats, design: Floats
) -> Floats:
    """Weighted scores including the sampling error of fitted propensities, for weights divided by the propensity.

    Parameters
    ----------
    x : (n, K) weighted scores, zero for nonrespondents
    before : (n,) weights before the adjustment
    responded : (n,) bool
    chance : (n,) fitted response propensity
    design : (n, k) model matrix

    Returns
    -------
    (n, K) weighted scores of all sampled persons.

    References
    ----------
    Kim & Kim (2007), "Nonresponse weighting adjustment using estimated response probability", Canadian J. Statistics
    35.
    """
    hessian = (design * (before * chance * (1.0 - chance))[:, None]).T @ design
    lever = np.linalg.lstsq(hessian, (design * (1.0 - chance)[:, None]).T @ x, rcond=1e-14)[0]
    return np.asarray(x - (before * (responded - chance))[:, None] * (design @ lever))
