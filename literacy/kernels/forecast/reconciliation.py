"""Parts that add up to a whole: shares of cells made to agree with the share of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.spread import expit

Floats = NDArray[np.float64]
ROUNDS = 50


def reconcile(
    location: Floats, covariance: Floats, weight: Floats, total: Floats, total_sd: Floats
) -> tuple[Floats, Floats]:
    """Move the cells' log odds, each by its own uncertainty, until the weighted shares make the total.

    The minimum-trace reconciliation of Wickramasuriya, Athanasopoulos and Hyndman (2019) on the logit scale,
    iterated so that the shares add up exactly; the covariance is changed so that, to first order, the total's
    standard deviation is the given one.

    Parameters
    ----------
    location : (t, c) log odds of the cells
    covariance : (t, c, c) their covariance
    weight : (c,) population shares, sum 1
    total : (t,) share of all
    total_sd : (t,) its standard deviation on the logit scale

    Returns
    -------
    location, covariance : (t, c), (t, c, c)
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
    """Log odds and standard deviation (delta method) of groups made of cells.

    Parameters
    ----------
    location, covariance, weight : as in :func:`reconcile`
    member : (g, c) which cells make up which group

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
    """Shifts of cells that move the mean of each group by a given amount, the same for all cells of a group.

    A cell in two groups gets the sum of their parts; the parts are solved for, so that every group's mean moves by
    exactly its shift.

    Parameters
    ----------
    shift : (t, g) wanted shift of the groups' shares
    weight : (c,)
    member : (g, c)

    Returns
    -------
    (t, c) shifts of the cells; numpy's LinAlgError where two groups are the same people
    """
    part = member * weight
    system = (part / part.sum(axis=1, keepdims=True)) @ member.T.astype(float)
    return np.linalg.solve(system, shift.T).T @ member
