"""Smooth functions of weighted totals, with their linearisation.

A statistic reads ``q`` totals of each domain. ``point`` maps totals (..., D, q) to estimates (..., D, k), so one call
serves the full sample (D, q) and all replicates (R, D, q). ``jacobian`` (D, q, k) carries the totals of any part of
the sample (a row, a sampling unit) to its part of the linearised estimate: Taylor linearisation (Woodruff 1971,
JASA 66: 411-414). The first total of every statistic but the category ones is the sum of the weights.

An empty domain gives NaN, on purpose.
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
    """What the engine needs to know of a statistic."""

    def point(self, t: Floats) -> Floats:
        """Estimates (..., D, k) from totals (..., D, q)."""

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives (D, q, k) of the estimates with respect to the totals (D, q)."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Totals of weight times (1, y - centre): the mean of y. ``centre`` keeps digits where y is far from 0."""

    centre: float = 0.0

    def point(self, t: Floats) -> Floats:
        """Mean of each domain."""
        return divide(t[..., 1:], t[..., :1]) + self.centre

    def jacobian(self, t: Floats) -> Floats:
        """(-mean, 1) over the weight."""
        mean = divide(t[:, 1:], t[:, :1])
        return divide(np.stack([-mean, np.ones_like(mean)], axis=1), t[:, :1, None])


@dataclass(frozen=True, slots=True)
class Shares:
    """Totals of the weights of each level: the share of each level."""

    def point(self, t: Floats) -> Floats:
        """Share of each level."""
        return divide(t, t.sum(axis=-1, keepdims=True))

    def jacobian(self, t: Floats) -> Floats:
        """(1 - share) over the weight for the own level, -share over the weight for the others."""
        share = self.point(t)
        return divide(np.eye(t.shape[1])[None] - share[:, None, :], t.sum(axis=1)[:, None, None])


@dataclass(frozen=True, slots=True)
class Total:
    """Totals of weight times (1, y - centre): the total of y. See :class:`Mean` for ``centre``."""

    centre: float = 0.0

    def point(self, t: Floats) -> Floats:
        """Total of each domain."""
        return np.asarray(t[..., 1:] + self.centre * t[..., :1])

    def jacobian(self, t: Floats) -> Floats:
        """(centre, 1)."""
        return np.repeat(np.array([[[self.centre], [1.0]]]), len(t), axis=0)


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals of the weights of each level: the people of each level."""

    def point(self, t: Floats) -> Floats:
        """The totals."""
        return t

    def jacobian(self, t: Floats) -> Floats:
        """Ones on the diagonal."""
        return np.repeat(np.eye(t.shape[1])[None], len(t), axis=0)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Totals of weight times (1, y - a, x - b): the ratio y / x, with ``centre`` (a, b). See :class:`Mean`."""

    centre: tuple[float, float] = (0.0, 0.0)

    def _sums(self, t: Floats) -> tuple[Floats, Floats]:
        a, b = self.centre
        return t[..., 1:2] + a * t[..., :1], t[..., 2:] + b * t[..., :1]

    def point(self, t: Floats) -> Floats:
        """Ratio of each domain."""
        return divide(*self._sums(t))

    def jacobian(self, t: Floats) -> Floats:
        """(a - ratio b, 1, -ratio) over the denominator."""
        ratio = self.point(t)
        one = np.ones_like(ratio)
        a, b = self.centre
        return divide(np.stack([a - ratio * b, one, -ratio], axis=1), self._sums(t)[1][:, :, None])


@dataclass(frozen=True, slots=True)
class Variance:
    """Totals of weight times (1, y - c, (y - c)^2): the population variance, with n/(n-1) as in R's ``svyvar``.

    ``n`` (D,) is the number of respondents of each domain. The error of the mean has no first-order part.
    """

    n: Floats

    def _factor(self) -> Floats:
        return divide(self.n, self.n - 1)[:, None]

    def point(self, t: Floats) -> Floats:
        """Variance of each domain."""
        mean = divide(t[..., 1:2], t[..., :1])
        return np.asarray((divide(t[..., 2:], t[..., :1]) - mean**2) * self._factor())

    def jacobian(self, t: Floats) -> Floats:
        """Derivatives about the mean."""
        mean, factor = divide(t[:, 1:2], t[:, :1]), self._factor()
        parts = [mean**2 * factor - self.point(t), -2 * mean * factor, factor]
        return divide(np.stack(parts, axis=1), t[:, :1, None])


def make_statistic(kind: str, centre: tuple[float, ...], n: Floats) -> Smooth:
    """The statistic of a name: "mean", "total", "ratio", "variance", and of categories "shares" and "counts".

    Parameters
    ----------
    kind : str
    centre : what was subtracted from each column of numbers
    n : (D,) respondents of each domain
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
    """Matrix (q, q) that carries totals about one centre to totals about another."""
    q = {"mean": 2, "total": 2, "ratio": 3, "variance": 3}[kind]
    out = np.eye(q)
    if kind == "variance":
        d = old[0] - new[0]
        out[1, 0], out[2, 0], out[2, 1] = d, d * d, 2 * d
        return out
    for j, (a, b) in enumerate(zip(old, new, strict=True), 1):
        out[j, 0] = a - b
    return out
