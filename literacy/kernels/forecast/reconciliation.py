"""Reconciliation: shares of cells adjusted to agree with the share of the whole population."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.spread import expit

Floats = NDArray[np.float64]
ROUNDS = 50


def reconcile(
    location: Floats, covariance: Floats, weight: Floats, total: Floats, total_sd: Floats
) -> tuple[Floats, Floats]:
    """Shift the cells' log odds, in proportion to their uncertainty, until the weighted shares sum to the total.

    Minimum-trace reconciliation (Wickramasuriya, Athanasopoulos and Hyndman 2019) on the logit scale, iterated until
    the shares sum exactly. The covariance is adjusted so that, to first order, the total has the given standard
    deviation.

    Parameters
    ----------
    location : (t, c) log odds of the cells
    covariance : (t, c, c) covariance of the log odds
    weight : (c,) population shares, sum 1
    total : (t,) share in the whole population
    total_sd : (t,) standard deviation of the total on the logit scale

    Returns
    -------
    location, covariance : (t, c), (t, c, c) after reconciliation
    """
    moved = location.copy()
    pull = np.zeros_like(location)
    variance = np.ones(len(total))
    for _ in range(ROUNDS):
        share = expit(moved)
        slope = weight * share * (1 - share)
        pull = np.einsum("tij,tj->ti", covariance, slope)
        variance = np.einsum("ti,ti->t", slope, pull)
        miss = total - share @ weight
        if np.all(np.abs(miss) < 1e-14):
            break
        step = pull * (miss / variance)[:, None]
        largest = np.max(np.abs(step), axis=1, keepdims=True)
        moved = moved + step * np.minimum(1.0, 2.0 / np.maximum(largest, 1e-300))
    wanted = (total * (1 - total) * total_sd) ** 2
    factor = (variance - wanted) / variance**2
    return moved, covariance - factor[:, None, None] * pull[:, :, None] * pull[:, None, :]


def union(
    location: Floats, covariance: Floats, weight: Floats, member: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Log odds and standard deviations (delta method) of groups that are unions of cells.

    Parameters
    ----------
    location, covariance, weight : as in :func:`reconcile`
    member : (g, c) bool, membership of cells in groups

    Returns
    -------
    location, sd : (t, g)
    """
    part = member * weight
    part = part / part.sum(axis=1, keepdims=True)
    share = expit(location)
    value = share @ part.T
    slope = part[None] * (share * (1 - share))[:, None, :]
    spread = np.sqrt(np.maximum(np.einsum("tgi,tij,tgj->tg", slope, covariance, slope), 0.0))
    return np.log(value) - np.log1p(-value), spread / (value * (1 - value))


def spread_shift(shift: Floats, weight: Floats, member: NDArray[np.bool_]) -> Floats:
    """Shifts of cell shares that move the mean of each group by a given amount.

    All cells of a group receive the same shift; a cell in two groups receives the sum of both. The shifts are solved
    for, so that the mean of every group moves exactly as required.

    Parameters
    ----------
    shift : (t, g) required shifts of the group shares
    weight : (c,) population shares of the cells
    member : (g, c) bool, membership of cells in groups

    Returns
    -------
    (t, c) shifts of the cells; numpy's LinAlgError if two groups consist of the same people
    """
    part = member * weight
    system = (part / part.sum(axis=1, keepdims=True)) @ member.T.astype(float)
    return np.linalg.solve(system, shift.T).T @ member
