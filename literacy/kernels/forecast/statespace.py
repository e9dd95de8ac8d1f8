"""Local linear trends in continuous time: the state-space matrices, the Kalman filter and the smoother.

A tree of series forms one model. Series j has its own level and slope. The slope of its level is its own slope plus
those of its ancestors (city = nation's slope + region's departure + city's departure), so that the slopes of higher
levels act as a prior for the lower ones, and the variance of the departures determines the strength of that prior.
States are ordered level 0, slope 0, level 1, slope 1, …; every step has at most one observation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Path:
    """State estimates along k steps.

    Attributes
    ----------
    mean : (..., k, m) array
    covariance : (..., k, m, m) array
    predicted_mean, predicted_covariance : the same, before the observation of the step is used
    loglik : (...,) array, log likelihood of the observations
    """

    mean: Floats
    covariance: Floats
    predicted_mean: Floats
    predicted_covariance: Floats
    loglik: Floats


def ancestry(parents: tuple[int, ...]) -> Floats:
    """Matrix C with C[j, i] = 1 where i is j or an ancestor of j.

    Parameters
    ----------
    parents : (s,) index of each series' parent, -1 for none; a parent comes before its children

    Returns
    -------
    (s, s) array of 0 and 1
    """
    size = len(parents)
    found = np.eye(size)
    for j, parent in enumerate(parents):
        if parent >= 0:
            found[j] += found[parent]
    return found


def trend_matrices(
    gaps: Floats, parents: tuple[int, ...], level_sd: float, slope_sd: float
) -> tuple[Floats, Floats]:
    """Transition matrices and noise covariances of the tree of local linear trends over time gaps.

    The exact discretisation of dL = (sum of slopes) dt + level_sd dW, ds = slope_sd dV (Harvey 1989, ch. 9).

    Parameters
    ----------
    gaps : (k,) years since the previous step; the first is the gap since the time of the prior
    parents : (s,) as in :func:`ancestry`
    level_sd : float, logits per square root of a year
    slope_sd : float, logits per year per square root of a year

    Returns
    -------
    transition, noise : (k, 2s, 2s) arrays
    """
    climb = ancestry(parents)
    size = len(parents)
    k = len(gaps)
    transition = np.zeros((k, 2 * size, 2 * size))
    noise = np.zeros_like(transition)
    d = np.asarray(gaps, dtype=float)[:, None, None]
    eye = np.eye(size)
    transition[:, 0::2, 0::2] = eye
    transition[:, 1::2, 1::2] = eye
    transition[:, 0::2, 1::2] = d * climb
    noise[:, 0::2, 0::2] = level_sd**2 * d * eye + slope_sd**2 * d**3 / 3 * (climb @ climb.T)
    noise[:, 0::2, 1::2] = slope_sd**2 * d**2 / 2 * climb
    noise[:, 1::2, 0::2] = slope_sd**2 * d**2 / 2 * climb.T
    noise[:, 1::2, 1::2] = slope_sd**2 * d * eye
    return transition, noise


def filter_states(
    y: Floats,
    variance: Floats,
    design: Floats,
    transition: Floats,
    noise: Floats,
    mean: Floats,
    covariance: Floats,
) -> Path:
    """Kalman filter with one scalar observation per step (Kalman 1960; Durbin and Koopman 2012, ch. 4).

    Leading dimensions of ``y`` and ``variance`` are independent series, filtered in parallel.

    Parameters
    ----------
    y : (..., k) observations, NaN for steps without one
    variance : (..., k) variance of the observation error
    design : (k, m) row vector that maps the state to the observed quantity
    transition, noise : (k, m, m); those of step 0 carry the prior to step 0
    mean, covariance : (..., m) and (m, m), the prior

    Returns
    -------
    Path
    """
    y, variance = np.broadcast_arrays(np.asarray(y, dtype=float), np.asarray(variance, dtype=float))
    batch, k, m = y.shape[:-1], y.shape[-1], design.shape[-1]
    state = np.broadcast_to(np.asarray(mean, dtype=float), (*batch, m))
    spread = np.broadcast_to(np.asarray(covariance, dtype=float), (*batch, m, m))
    means, spreads = np.empty((*batch, k, m)), np.empty((*batch, k, m, m))
    means_before, spreads_before = np.empty_like(means), np.empty_like(spreads)
    loglik = np.zeros(batch)
    for i in range(k):
        state = state @ transition[i].T
        spread = transition[i] @ spread @ transition[i].T + noise[i]
        means_before[..., i, :], spreads_before[..., i, :, :] = state, spread
        seen = ~np.isnan(y[..., i])
        if np.any(seen):
            row = design[i]
            toward = spread @ row
            total = toward @ row + variance[..., i]
            surprise = np.where(seen, y[..., i] - state @ row, 0.0)
            gain = np.where(seen[..., None], toward / np.where(total > 0, total, np.inf)[..., None], 0.0)
            state = state + gain * surprise[..., None]
            rest = np.eye(m) - gain[..., :, None] * row
            spread = rest @ spread @ np.swapaxes(rest, -1, -2) + (
                variance[..., i, None, None] * gain[..., :, None] * gain[..., None, :]
            )
            term = np.log(2 * np.pi * np.where(total > 0, total, 1.0)) + surprise**2 / np.where(
                total > 0, total, 1.0
            )
            loglik = loglik - 0.5 * np.where(seen, term, 0.0)
        means[..., i, :], spreads[..., i, :, :] = state, spread
    return Path(means, spreads, means_before, spreads_before, loglik)


def _invert(covariance: Floats) -> Floats:
    """Generalised inverse of a covariance, after scaling to correlations: unobserved levels have huge variances."""
    sd = np.sqrt(np.maximum(np.einsum("...ii->...i", covariance), 0.0))
    scale = np.where(sd > 0, sd, 1.0)
    units = scale[..., :, None] * scale[..., None, :]
    return np.asarray(np.linalg.pinv(covariance / units, rcond=1e-13, hermitian=True) / units)


def smooth_states(path: Path, transition: Floats) -> Path:
    """Fixed-interval smoother: states given all observations (Rauch, Tung and Striebel 1965).

    Parameters
    ----------
    path : Path returned by :func:`filter_states`
    transition : (k, m, m), as passed to the filter

    Returns
    -------
    Path with smoothed mean and covariance; the predictions and the likelihood are unchanged.
    """
    mean, covariance = path.mean.copy(), path.covariance.copy()
    for i in range(mean.shape[-2] - 2, -1, -1):
        before = path.predicted_covariance[..., i + 1, :, :]
        inverse = _invert(before)
        gain = path.covariance[..., i, :, :] @ transition[i + 1].T @ inverse
        shift = mean[..., i + 1, :] - path.predicted_mean[..., i + 1, :]
        mean[..., i, :] = path.mean[..., i, :] + np.einsum("...ij,...j->...i", gain, shift)
        change = covariance[..., i + 1, :, :] - before
        covariance[..., i, :, :] = path.covariance[..., i, :, :] + gain @ change @ np.swapaxes(gain, -1, -2)
    return Path(mean, covariance, path.predicted_mean, path.predicted_covariance, path.loglik)
