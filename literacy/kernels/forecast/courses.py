"""Mixtures of Gaussian courses: the joint distribution of a share in several years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.scales import bend, steepness
from literacy.kernels.forecast.spread import logit

Floats = NDArray[np.float64]


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
