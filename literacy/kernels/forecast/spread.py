"""Predictive distribution of a share: normal or Student t on the share, log or logit scale.

``location`` and ``scale`` have one shape; shares and probabilities passed to the methods are broadcast against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LINKS = ("identity", "log", "logit")


def logit(share: Floats | float) -> Floats:
    """Log odds of a share in [0, 1]; -inf and inf at the ends."""
    p = np.asarray(share, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(p) - np.log1p(-p))


def expit(x: Floats | float) -> Floats:
    """Inverse logit: the share with log odds ``x``."""
    x = np.asarray(x, dtype=float)
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1.0 + small))


def empirical_logit(share: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Log odds and their sampling variance from a share and its effective sample size.

    Half a success and half a failure are added (Cox and Snell 1989, sec. 2.1), which removes the first-order bias of
    the plain log odds and keeps 0 and 1 finite; for large samples this is the delta method.

    Parameters
    ----------
    share : (k,) array in [0, 1]
    size : (k,) array of effective sizes, share (1 - share) / se²; inf for a share known exactly

    Returns
    -------
    value, variance : (k,) arrays
    """
    share, size = np.asarray(share, dtype=float), np.asarray(size, dtype=float)
    exact = np.isinf(size)
    m = np.where(exact, 1.0, size)
    hits, misses = m * share + 0.5, m * (1 - share) + 0.5
    value = np.where(exact, logit(np.where(exact, share, 0.5)), np.log(hits) - np.log(misses))
    return value, np.where(exact, 0.0, 1 / hits + 1 / misses)


def df_factor(df: Floats) -> Floats:
    """Width of a 95 % interval with ``df`` degrees of freedom relative to one with a known standard error.

    Parameters
    ----------
    df : array; not finite or not positive where the standard error is treated as known (factor 1)
    """
    from scipy import special

    df = np.asarray(df, dtype=float)
    known = np.isfinite(df) & (df > 0)
    wide = special.stdtrit(np.where(known, df, 1.0), 0.975) / special.ndtri(0.975)
    return np.asarray(np.where(known, wide, 1.0))


@dataclass(frozen=True, slots=True)
class Spread:
    """Distribution of a share: ``link(share) = location + scale · T``.

    Attributes
    ----------
    location, scale : arrays of one shape; scale 0 is a point forecast without uncertainty
    df : float, degrees of freedom of T, inf for the normal
    link : str, one of :data:`LINKS`; on the log scale a share stops at 1
    """

    location: Floats
    scale: Floats
    df: float = np.inf
    link: str = "logit"

    @property
    def point(self) -> bool:
        """True where the scale is negligible, so that the forecast is a point."""
        return bool(np.all(self.scale == 0))

    def quantile(self, probability: Floats | float) -> Floats:
        """Quantiles of the share (probabilities are broadcast against the location)."""
        from scipy import special

        tau = np.asarray(probability, dtype=float)
        unit = special.ndtri(tau) if np.isinf(self.df) else special.stdtrit(self.df, tau)
        return self._back(self.location + self.scale * unit)

    def cdf(self, share: Floats | float) -> Floats:
        """Probability that the share is at most the given value."""
        from scipy import special

        x = self._forth(np.asarray(share, dtype=float))
        scale = np.where(self.scale > 0, self.scale, 1.0)
        z = (x - self.location) / scale
        smooth = special.ndtr(z) if np.isinf(self.df) else special.stdtr(self.df, z)
        return np.where(self.scale > 0, smooth, (x >= self.location).astype(float))

    def median(self) -> Floats:
        """Median of the share."""
        return self._back(np.asarray(self.location, dtype=float))

    def sd(self) -> Floats:
        """Standard deviation of the share, by 64-point Gauss-Hermite quadrature (a t is treated as normal)."""
        node, weight = np.polynomial.hermite_e.hermegauss(64)
        values = self._back(np.asarray(self.location)[..., None] + np.asarray(self.scale)[..., None] * node)
        share = weight / weight.sum()
        mean = values @ share
        return np.asarray(np.sqrt(np.maximum(((values - mean[..., None]) ** 2) @ share, 0.0)))

    def _forth(self, share: Floats) -> Floats:
        if self.link == "logit":
            return logit(np.clip(share, 0.0, 1.0))
        if self.link == "log":
            with np.errstate(divide="ignore"):
                return np.log(np.maximum(share, 0.0))
        return share

    def _back(self, x: Floats) -> Floats:
        if self.link == "logit":
            return expit(x)
        return np.exp(np.minimum(x, 0.0)) if self.link == "log" else x
