"""Mixture forecasts: a share whose log odds are normal on several transformed scales."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.scales import bend, unbend
from literacy.kernels.forecast.spread import expit, logit

Floats = NDArray[np.float64]

LOWEST, HIGHEST = -40.0, 40.0
REACH95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Blend:
    """Distribution of a share: component c has weight w_c and ``bend(log odds, curvature_c)`` normal.

    Attributes
    ----------
    centre, width : (t, c) means and standard deviations of the components on their scales
    curvature : (c,) curvature of each component's scale (see :mod:`literacy.kernels.forecast.scales`)
    weight : (t, c) weights of the components; rows sum to 1
    """

    centre: Floats
    width: Floats
    curvature: Floats
    weight: Floats

    df: ClassVar[float] = np.inf
    link: ClassVar[str] = "logit"

    @property
    def point(self) -> bool:
        """False: a mixture always has a spread."""
        return False

    @property
    def location(self) -> Floats:
        """Log odds of the median, (t,)."""
        return self.level(0.5)

    @property
    def scale(self) -> Floats:
        """Half the width of the 95 % interval in log odds divided by 1.96, (t,): the sd of an equally wide normal."""
        return np.asarray((self.level(0.975) - self.level(0.025)) / (2 * REACH95))

    def pick(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Blend:
        """Restrict to the selected rows."""
        return Blend(self.centre[keep], self.width[keep], self.curvature, self.weight[keep])

    def chance_below(self, z: Floats) -> Floats:
        """Probability that the log odds are at most ``z`` (broadcast against the t rows)."""
        from scipy import special

        z = np.asarray(z, dtype=float)
        total = np.zeros(np.broadcast_shapes(z.shape, self.centre.shape[:1]))
        for lam in dict.fromkeys(self.curvature.tolist()):
            own = self.curvature == lam
            x = bend(z, float(lam))[..., None]
            width = self.width[:, own]
            far = (x - self.centre[:, own]) / np.where(width > 0, width, 1.0)
            below = np.where(width > 0, special.ndtr(far), (far >= 0).astype(float))
            total = total + np.sum(self.weight[:, own] * below, axis=-1)
        return np.clip(total, 0.0, 1.0)  # weights that sum to 1 but for rounding

    def level(self, probability: Floats | float) -> Floats:
        """Quantiles of the log odds (probabilities broadcast against the t rows), accurate to 1e-12."""
        tau = np.asarray(probability, dtype=float)
        shape = np.broadcast_shapes(tau.shape, self.centre.shape[:1])
        grid = np.concatenate([[LOWEST], np.linspace(-9.0, 9.0, 61), [HIGHEST]])
        table = self.chance_below(np.broadcast_to(grid[:, None], (len(grid), len(self.centre))))
        at = np.sum(table < np.asarray(tau)[..., None, :] if tau.ndim else table < tau, axis=-2)
        at = np.broadcast_to(np.clip(at, 1, len(grid) - 1), shape)
        return find_crossings(lambda z: self.chance_below(z) - tau, grid[at - 1], grid[at])

    def cdf(self, share: Floats | float) -> Floats:
        """Probability that the share is at most the given value."""
        return self.chance_below(logit(np.clip(np.asarray(share, dtype=float), 0.0, 1.0)))

    def quantile(self, probability: Floats | float) -> Floats:
        """Quantiles of the share."""
        return expit(self.level(probability))

    def median(self) -> Floats:
        """Median of the share."""
        return self.quantile(0.5)

    def sd(self) -> Floats:
        """Standard deviation of the share, by 32-point Gauss-Hermite quadrature within each component."""
        node, weight = np.polynomial.hermite_e.hermegauss(32)
        share = np.empty((*self.centre.shape, len(node)))
        for lam in np.unique(self.curvature):
            own = self.curvature == lam
            x = self.centre[:, own, None] + self.width[:, own, None] * node
            share[:, own] = expit(unbend(x, float(lam)))
        joint = self.weight[:, :, None] * weight / weight.sum()
        mean = np.sum(joint * share, axis=(1, 2))
        return np.asarray(np.sqrt(np.sum(joint * (share - mean[:, None, None]) ** 2, axis=(1, 2))))


def find_crossings(rise: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Roots of increasing functions, computed in parallel, between ``low`` and ``high``.

    Inverse quadratic interpolation where it is safe, else bisection (Chandrupatla 1997). Where the sign does not
    change, the end at which the function is nearer to zero is returned.
    """
    a, b = np.array(low, dtype=float), np.array(high, dtype=float)
    at_a, at_b = rise(a), rise(b)
    edge = np.where(at_a >= 0, a, np.where(at_b < 0, b, np.nan))
    step: Floats | float = 0.5
    for _ in range(90):
        x = a + step * (b - a)
        at_x = rise(x)
        same = (at_x < 0) == (at_a < 0)
        c, at_c = np.where(same, a, b), np.where(same, at_a, at_b)
        b, at_b = np.where(same, b, a), np.where(same, at_b, at_a)
        a, at_a = x, at_x
        best = np.where(np.abs(at_a) < np.abs(at_b), a, b)
        with np.errstate(divide="ignore", invalid="ignore"):
            least = (1e-13 + 4e-16 * np.abs(best)) / np.abs(b - a)
            if np.all((least > 0.5) | (at_x == 0) | ~np.isnan(edge)):
                break
            part, rest = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
            smooth = (rest**2 < part) & ((1 - rest) ** 2 < 1 - part)
            step = np.where(
                smooth,
                at_a / (at_b - at_a) * at_c / (at_b - at_c)
                + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b),
                0.5,
            )
        step = np.clip(step, np.minimum(least, 0.5), np.maximum(1 - least, 0.5))
    return np.asarray(np.where(np.isnan(edge), best, edge))
