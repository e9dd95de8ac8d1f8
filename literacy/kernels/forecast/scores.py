"""Proper scores of forecasts: CRPS, Brier, coverage, calibration (Gneiting and Raftery 2007)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.spread import Spread, expit

Floats = NDArray[np.float64]


def crps(forecast: Spread | Blend, truth: Floats, nodes: int = 2000) -> Floats:
    """Continuous ranked probability score, computed as the mean quantile loss over ``nodes`` levels.

    Parameters
    ----------
    forecast : Spread or Blend with location of shape (n,)
    truth : (n,) observed shares
    nodes : int, number of equally spaced levels

    Returns
    -------
    (n,) array, in units of the share; the absolute error for a point forecast
    """
    truth = np.asarray(truth, dtype=float)
    if forecast.point:
        return np.abs(forecast.median() - truth)
    if isinstance(
        forecast, Blend
    ):  # integral of the squared distance between the predictive distribution and the step at the outcome
        z = np.linspace(-12.0, 12.0, nodes)
        share = expit(z)
        below = forecast.chance_below(np.broadcast_to(z[:, None], (nodes, len(truth))))
        return np.asarray(np.trapezoid((below - (share[:, None] >= truth)) ** 2, share, axis=0))
    tau = (np.arange(nodes) + 0.5) / nodes
    wide = Spread(
        np.asarray(forecast.location)[..., None],
        np.asarray(forecast.scale)[..., None],
        forecast.df,
        forecast.link,
    )
    miss = wide.quantile(tau) - truth[..., None]
    return np.asarray(2 * np.mean(np.where(miss > 0, (1 - tau) * miss, -tau * miss), axis=-1))


def brier(probability: Floats, came: Floats) -> float:
    """Brier score: mean squared difference between probabilities and 0/1 outcomes (Brier 1950)."""
    return float(np.mean((np.asarray(probability) - np.asarray(came)) ** 2))


def covered(forecast: Spread | Blend, truth: Floats, level: float = 0.9) -> NDArray[np.bool_]:
    """Whether the central interval of that level contains the outcome; (n,) bool."""
    low, high = forecast.quantile((1 - level) / 2), forecast.quantile((1 + level) / 2)
    return (low <= truth) & (truth <= high)


def reliability(probability: Floats, came: Floats, edges: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Mean stated probability and observed frequency by class of probability.

    Parameters
    ----------
    probability, came : (n,) stated probabilities and 0/1 outcomes
    edges : (b + 1,) increasing class limits; a class includes its lower limit, the last one also its upper

    Returns
    -------
    stated, came : (b,) means of both, NaN for an empty class
    n : (b,) counts
    """
    probability, came = np.asarray(probability, dtype=float), np.asarray(came, dtype=float)
    place = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    n = np.bincount(place, minlength=len(edges) - 1)
    with np.errstate(invalid="ignore"):
        stated = np.bincount(place, weights=probability, minlength=len(n)) / n
        share = np.bincount(place, weights=came, minlength=len(n)) / n
    return stated, share, n
