"""Smooth functions of weighted totals and their linearisation.

A statistic is computed from ``q`` totals per domain. ``point`` maps totals (..., D, q) to estimates (..., D, k), so
that one call serves the full sample (D, q) and all replicates (R, D, q). ``jacobian`` (D, q, k) maps the totals of any
subset of the sample (a row, a sampling unit) to its contribution to the linearised estimate: Taylor linearisation
(Woodruff 1971, JASA 66: 411-414). The first total of every statistic, except those of categories, is the sum of the
weights.

Estimates of an empty domain are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def divide(a: Floats, b: Floats) -> Floats:
    """``a / b``, NaN where b is 0."""
    out = np.full(a.shape if a.shape == b.shape else np.broadcast_shapes(a.shape, b.shape), np.nan)
    return np.asarray(np.divide(a, b, out=out, where=b != 0))


class Smooth(Protocol):
    """Interface of a statistic, as the estimation engine uses it."""

    def point(self, t: Floats) -> Floats:
        """Estimates (..., D, k) from totals (..., D, q)."""

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives (D, q, k) of the estimates with respect to the totals (D, q)."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of y, from the totals of weight times (1, y - centre); ``centre`` avoids cancellation where y is large."""

    centre: float = 0.0

    def point(self, t: Floats) -> Floats:
        """Mean of each domain."""
        return divide(t[..., 1:], t[..., :1]) + self.centre

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives (-mean, 1) / weight."""
        mean = divide(t[:, 1:], t[:, :1])
        return divide(np.stack([-mean, np.ones_like(mean)], axis=1), t[:, :1, None])


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of each level, from the total weights of the levels."""

    def point(self, t: Floats) -> Floats:
        """Share of each level."""
        return divide(t, t.sum(axis=-1, keepdims=True))

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives (1 - share) / weight for the level itself, -share / weight for the others."""
        share = self.point(t)
        return divide(np.eye(t.shape[1])[None] - share[:, None, :], t.sum(axis=1)[:, None, None])


@dataclass(frozen=True, slots=True)
class Total:
    """Total of y, from the totals of weight times (1, y - centre). See :class:`Mean` for ``centre``."""

    centre: float = 0.0

    def point(self, t: Floats) -> Floats:
        """Total of each domain."""
        return np.asarray(t[..., 1:] + self.centre * t[..., :1])

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives (centre, 1)."""
        return np.repeat(np.array([[[self.centre], [1.0]]]), len(t), axis=0)


@dataclass(frozen=True, slots=True)
class Counts:
    """Population count of each level, from the total weights of the levels."""

    def point(self, t: Floats) -> Floats:
        """The totals themselves."""
        return t

    def jacobian(self, t: Floats) -> Floats:
        """The identity matrix for each domain."""
        return np.repeat(np.eye(t.shape[1])[None], len(t), axis=0)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ratio y / x, from the totals of weight times (1, y - a, x - b), ``centre`` being (a, b). See :class:`Mean`."""

    centre: tuple[float, float] = (0.0, 0.0)

    def _sums(self, t: Floats) -> tuple[Floats, Floats]:
        a, b = self.centre
        return t[..., 1:2] + a * t[..., :1], t[..., 2:] + b * t[..., :1]

    def point(self, t: Floats) -> Floats:
        """Ratio of each domain."""
        return divide(*self._sums(t))

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives (a - ratio b, 1, -ratio) / denominator."""
        ratio = self.point(t)
        one = np.ones_like(ratio)
        a, b = self.centre
        return divide(np.stack([a - ratio * b, one, -ratio], axis=1), self._sums(t)[1][:, :, None])


@dataclass(frozen=True, slots=True)
class Variance:
    """Population variance of y, with the factor n/(n-1) of R's ``svyvar``.

    Computed from the totals of weight times (1, y - c, (y - c)^2). ``n`` (D,) is the number of respondents of each
    domain. The estimated mean has no first-order effect on the variance.
    """

    n: Floats

    def _factor(self) -> Floats:
        return divide(self.n, self.n - 1)[:, None]

    def point(self, t: Floats) -> Floats:
        """Variance of each domain."""
        mean = divide(t[..., 1:2], t[..., :1])
        return np.asarray((divide(t[..., 2:], t[..., :1]) - mean**2) * self._factor())

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives of the variance, with y centred at its mean."""
        mean, factor = divide(t[:, 1:2], t[:, :1]), self._factor()
        parts = [mean**2 * factor - self.point(t), -2 * mean * factor, factor]
        return divide(np.stack(parts, axis=1), t[:, :1, None])


def make_statistic(kind: str, centre: tuple[float, ...], n: Floats) -> Smooth:
    """Return the statistic named *kind*.

    Parameters
    ----------
    kind : "mean", "total", "ratio" or "variance"; for categories "shares" or "counts"
    centre : constants that were subtracted from the numeric columns
    n : (D,) number of respondents of each domain
    """
    first = centre[0] if centre else 0.0
    if kind == "mean":
        return Mean(first)
    if kind == "total":
        return Total(first)
    if kind == "ratio":
        return Ratio((first, centre[1]))
    if kind == "variance":
        return Variance(n)
    return Shares() if kind == "shares" else Counts()


def shift_columns(kind: str, old: tuple[float, ...], new: tuple[float, ...]) -> Floats:
    """Matrix (q, q) that converts totals of columns centred at *old* to totals of columns centred at *new*."""
    q = {"mean": 2, "total": 2, "ratio": 3, "variance": 3}[kind]
    out = np.eye(q)
    if kind == "variance":
        d = old[0] - new[0]
        out[1, 0], out[2, 0], out[2, 1] = d, d * d, 2 * d
        return out
    for j, (a, b) in enumerate(zip(old, new, strict=True), 1):
        out[j, 0] = a - b
    return out
