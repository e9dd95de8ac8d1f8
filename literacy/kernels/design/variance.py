"""Variance of weighted totals under stratified multi-stage designs.

A linearised statistic is a sum of weighted scores. Its variance depends only on the totals of those scores by sampling
unit at each stage. All functions here therefore take unit totals ``(m, k)`` and arrays that describe the units.

References
----------
Särndal, Swensson & Wretman (1992), "Model Assisted Survey Sampling", sections 3.7 and 4.3.
Wolter (2007), "Introduction to Variance Estimation", chapter 6.
R survey 4.4-2, ``svyrecvar`` (behaviour with single sampling units and in domains).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOTHING_LEFT = 1e-7  # a stratum whose unsampled fraction is below this counts as completely enumerated


@dataclass(frozen=True, slots=True)
class Stage:
    """Sampling units of one stage.

    Attributes
    ----------
    unit : (n,) int
        Unit of each row, 0..m-1.
    stratum : (m,) int
        Stratum of each unit, 0..H-1. Strata of a later stage are nested within units of the previous stage.
    parent : (H,) int
        Unit of the previous stage that contains the stratum; zeros at the first stage.
    size : (H,) int
        Number of units sampled in the stratum.
    unsampled : (m,) float
        Fraction of the stratum's population that was not sampled: 1 - n/N, or 1 - inclusion probability (PPS); 1 if the
        population is treated as infinite.
    share : (H,) float
        Product of the sampling fractions of the containing units, by which this stage's variance is multiplied.
    """

    unit: Ints
    stratum: Ints
    parent: Ints
    size: Ints
    unsampled: Floats
    share: Floats
    _kept: dict[str, NDArray[np.generic]] = field(default_factory=dict, init=False, repr=False)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.stratum)

    @property
    def open_strata(self) -> Bools:
        """Mask (H,) of strata that are not completely enumerated; only these contribute variance."""
        if "open" not in self._kept:
            most = np.zeros(len(self.size))
            np.maximum.at(most, self.stratum, self.unsampled)
            self._kept["open"] = most >= NOTHING_LEFT
        return np.asarray(self._kept["open"], bool)

    @property
    def lonely(self) -> Bools:
        """Mask (H,) of strata with one sampled unit out of several in the population."""
        return np.asarray((self.size == 1) & self.open_strata)

    @property
    def first(self) -> Ints:
        """Index (H,) of the first unit of each stratum if units are sorted by stratum; empty otherwise."""
        if "first" not in self._kept:
            step = np.diff(self.stratum)
            sorted_ = self.units > 0 and self.stratum[0] == 0 and step.min(initial=0) >= 0
            starts = np.append(0, np.flatnonzero(step) + 1) if sorted_ else np.zeros(0, np.int64)
            self._kept["first"] = starts if len(starts) == len(self.size) else np.zeros(0, np.int64)
        return np.asarray(self._kept["first"], np.int64)

    def sum_strata(self, x: Floats) -> Floats:
        """Sum values of the units (m, k) by stratum: (H, k)."""
        first = self.first
        if len(first):
            return np.asarray(np.add.reduceat(x, first, axis=0), np.float64)
        return sum_units(x, self.stratum, len(self.size))

    def count_df(self, counts: Floats) -> Floats:
        """Design df (D,) from counts of rows by unit and domain (m, D): units less strata, among those with rows."""
        alive = counts > 0
        if len(self.first):
            held = np.logical_or.reduceat(alive, self.first, axis=0)
        else:
            held = sum_units(alive.astype(np.float64), self.stratum, len(self.size)) > 0
        return count_lines(alive) - count_lines(held)


def count_lines(x: Bools | Floats) -> Floats:
    """Sum whole numbers or booleans (m, k) over the rows: (k,); exact in any order of summation."""
    return np.asarray(np.ones(len(x)) @ x.astype(np.float64, copy=False))


def sum_units(x: Floats, unit: Ints, units: int) -> Floats:
    """Sum the rows of ``x`` (n, k) by unit: (units, k)."""
    out = np.empty((units, x.shape[1]))
    for j in range(x.shape[1]):
        out[:, j] = np.bincount(unit, x[:, j], minlength=units)
    return out


def stage_covariance(
    totals: Floats, stage: Stage, lonely_psu: str, present: Bools | None = None
) -> NDArray[np.float64]:
    """Covariance contributed by one stage of sampling.

    Parameters
    ----------
    totals : (m, k)
        Weighted scores summed by unit.
    stage : Stage
        Description of the units.
    lonely_psu : str
        Contribution of a stratum with one unit: none ("certainty", "remove"; also "fail", which the caller enforces),
        its squared distance from the mean unit of all strata ("adjust"), or that of the average stratum ("average").
    present : (H, k) bool, optional
        Strata in which each column's domain has rows; other strata are left out of the mean of "adjust" and of the
        average of "average". Default: all.

    Returns
    -------
    (k, k) covariance matrix.
    """
    size = stage.size.astype(np.float64)
    mean = stage.sum_strata(totals) / size[:, None]
    factor = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0) * stage.share * stage.open_strata
    special = lonely_psu in ("adjust", "average") and bool(stage.lonely.any())
    if special:
        lonely, strata = stage.lonely, len(stage.size)
        seen = np.ones((strata, totals.shape[1]), bool) if present is None else present
        if lonely_psu == "adjust":
            mean[lonely] = _mean_unit(mean, size, stage.parent, seen)[lonely]
    centred = totals - mean.take(stage.stratum, axis=0)
    if special and lonely_psu == "adjust":
        centred *= (seen | ~lonely[:, None])[stage.stratum]
    centred *= np.sqrt(factor[stage.stratum] * stage.unsampled)[:, None]
    if special and lonely_psu == "average":
        centred *= np.sqrt(_average_factor(lonely, stage.parent, seen))[stage.stratum]
    return np.asarray(centred.T @ centred)


def _mean_unit(mean: Floats, size: Floats, parent: Ints, seen: Bools) -> Floats:
    """Mean total (H, k) of all units with the same parent, over the strata in which the domain has rows."""
    parents = int(parent.max()) + 1 if len(parent) else 0
    total = sum_units(mean * size[:, None], parent, parents)
    count = sum_units(size[:, None] * seen, parent, parents)
    grand = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return np.asarray(grand[parent])


def _average_factor(lonely: Bools, parent: Ints, seen: Bools) -> Floats:
    """Ratio (H, k) of strata with rows to strata whose variance can be estimated, within each parent.

    A parent without an estimable stratum gets the average ratio of the other parents, or NaN if there is none.
    """
    parents = int(parent.max()) + 1 if len(parent) else 0
    all_ = sum_units(seen.astype(np.float64), parent, parents)
    able = sum_units((seen & ~lonely[:, None]).astype(np.float64), parent, parents)
    inside = np.divide(all_, able, out=np.zeros_like(all_), where=able > 0)
    live = (all_ > 0).sum(axis=0)
    speak = ((all_ > 0) & (able > 0)).sum(axis=0)
    across = np.divide(live, speak, out=np.full(len(live), np.nan), where=speak > 0)
    across = np.where(live == 0, 1.0, across)
    return np.asarray((inside * across)[parent])


def design_covariance(
    totals: tuple[Floats, ...],
    stages: tuple[Stage, ...],
    lonely_psu: str,
    present: tuple[Bools, ...] | None = None,
) -> Floats:
    """Covariance of weighted totals over all stages.

    Parameters
    ----------
    totals : tuple of (m_s, k)
        Weighted scores summed by unit, for each stage.
    stages : tuple of Stage
        Units of each stage.
    lonely_psu : str
        See :func:`stage_covariance`.
    present : tuple of (H_s, k) bool, optional
        See :func:`stage_covariance`.

    Returns
    -------
    (k, k) covariance matrix.
    """
    k = totals[0].shape[1]
    out = np.zeros((k, k))
    for s, (total, stage) in enumerate(zip(totals, stages, strict=True)):
        out += stage_covariance(total, stage, lonely_psu, None if present is None else present[s])
    return out
