"""Mixtures of Gaussian courses: the joint distribution of a share in several years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.scales import bend, steepness, unbend
from literacy.kernels.forecast.spread import logit

Floats = NDArray[np.float64]

NODES = 12
"""Nodes in each of two years."""


@dataclass(frozen=True, slots=True)
class Courses:
    """Joint distribution of a share in t years: in component c, ``bend(log odds, curvature_c)`` is normal.

    Attributes
    ----------
    years : (t,) times
    centre : (c, t) means of the components on their scales
    covariance : (c, t, t) covariances between the years
    curvature, weight : (c,) curvature of each component's scale, and its weight
    """

    years: Floats
    centre: Floats
    covariance: Floats
    curvature: Floats
    weight: Floats

    def log_odds(self, now: int, end: int) -> tuple[Floats, Floats, Floats]:
        """Pairs of log odds in two years, with weights that sum to 1: :data:`NODES`² nodes of every component.

        Parameters
        ----------
        now, end : int, indices of the years

        Returns
        -------
        (m,) log odds in the first year, (m,) in the second, (m,) weights

        Notes
        -----
        Gauss-Hermite quadrature, exact for polynomials of the joint normal distribution on the components' scales.
        """
        node, weight = np.polynomial.hermite_e.hermegauss(NODES)
        x, y = (a.ravel() for a in np.meshgrid(node, node, indexing="ij"))
        whole = np.outer(weight, weight).ravel() / weight.sum() ** 2
        spread = self.covariance
        sd = np.sqrt(np.maximum(spread[:, now, now], 1e-24))
        pull = spread[:, now, end] / sd
        left = np.sqrt(np.maximum(spread[:, end, end] - pull**2, 0.0))
        first = self.centre[:, now, None] + sd[:, None] * x
        later = self.centre[:, end, None] + pull[:, None] * x + left[:, None] * y
        for lam in np.unique(self.curvature):
            own = self.curvature == lam
            first[own], later[own] = unbend(first[own], float(lam)), unbend(later[own], float(lam))
        return first.ravel(), later.ravel(), (self.weight[:, None] * whole).ravel()

    def chance_given(self, seen: Floats, now: int, level: float, end: int) -> Floats:
        """Probability that the log odds in one year exceed a level, if those of an earlier year are known.

        Parameters
        ----------
        seen : (m,) log odds in the year with index ``now``
        level : float, log odds in the year with index ``end``

        Returns
        -------
        (m,) array; NaN where no component can have the log odds seen

        Notes
        -----
        Conditional normal distributions of the components, weighted by how well each explains what is seen.
        """
        from scipy import special

        m, c = len(seen), len(self.weight)
        score, chance = np.full((m, c), -np.inf), np.zeros((m, c))
        for lam in np.unique(self.curvature):
            own, lam = np.flatnonzero(self.curvature == lam), float(lam)
            below = seen < logit(-lam) if lam < 0 else np.ones(m, dtype=bool)
            centre, spread = self.centre[own], self.covariance[own]
            sd = np.sqrt(np.maximum(spread[:, now, now], 1e-24))
            away = (bend(seen[below], lam)[:, None] - centre[:, now]) / sd
            slope = np.log(steepness(seen[below], lam))[:, None]
            score[np.ix_(below, own)] = np.log(self.weight[own]) - 0.5 * away**2 - np.log(sd) + slope
            if lam < 0 and level >= logit(-lam):
                continue  # a ceiling below the level: never
            pull = spread[:, now, end] / sd
            left = np.sqrt(np.maximum(spread[:, end, end] - pull**2, 1e-24))
            ahead = centre[:, end] + pull * away
            chance[np.ix_(below, own)] = special.ndtr((ahead - float(bend(np.array(level), lam))) / left)
        top = score.max(axis=1, keepdims=True)
        share = np.exp(score - np.where(np.isfinite(top), top, 0.0))
        with np.errstate(invalid="ignore"):
            return np.asarray((share * chance).sum(axis=1) / share.sum(axis=1))
