"""Variance of weighted totals under stratified multi-stage designs.

A linearised statistic is a sum of weighted scores. Its variance needs only the sums of those scores over the
sampling units of each stage, so every function here takes unit totals ``(m, k)`` and short arrays that describe
the units, never the rows.

References
----------
Särndal, Swensson & Wretman (1992), "Model Assisted Survey Sampling", sections 3.7 and 4.3.
Wolter (2007), "Introduction to Variance Estimation", chapter 6.
R survey 4.4-2, ``svyrecvar`` (behaviour with single sampling units and in domains).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOTHING_LEFT = 1e-7  # a stratum whose unsampled part is below this was taken entirely


@dataclass(frozen=True, slots=True)
class Stage:
    """Sampling units of one stage.

    Attributes
    ----------
    unit : (n,) int
        Each row's unit, 0..m-1.
    stratum : (m,) int
        Each unit's stratum, 0..H-1. Strata of a later stage lie within one unit of the stage before.
    parent : (H,) int
        Unit of the stage before in which a stratum lies; zeros at the first stage.
    size : (H,) int
        Units sampled in the stratum.
    unsampled : (m,) float
        Part of the stratum's population that was not sampled: 1 - n/N, or 1 - inclusion probability (PPS); 1 where
        the population counts as infinite.
    share : (H,) float
        Product of the sampling fractions of the units above: the weight of this stage's variance.
    """

    unit: Ints
    stratum: Ints
    parent: Ints
    size: Ints
    unsampled: Floats
    share: Floats

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.stratum)

    @property
    def open_strata(self) -> Bools:
        """(H,) strata that were not taken entirely; the others add no variance."""
        most = np.zeros(len(self.size))
        np.maximum.at(most, self.stratum, self.unsampled)
        return np.asarray(most >= NOTHING_LEFT)

    @property
    def lonely(self) -> Bools:
        """(H,) strata with one unit of several in the population."""
        return np.asarray((self.size == 1) & self.open_strata)


def sum_units(x: Floats, unit: Ints, units: int) -> Floats:
    """Sum the rows of ``x`` (n, k) by unit: (units, k)."""
    out = np.empty((units, x.shape[1]))
    for j in range(x.shape[1]):
        out[:, j] = np.bincount(unit, x[:, j], minlength=units)
    return out


def stage_covariance(
    totals: Floats, stage: Stage, lonely_psu: str, present: Bools | None = None
) -> NDArray[np.float64]:
    """Covariance that one stage adds.

    Parameters
    ----------
    totals : (m, k)
        Sums of the weighted scores over the units.
    stage : Stage
        The units.
    lonely_psu : str
        What a stratum with one unit adds: nothing ("certainty", "remove"; also "fail", which the caller enforces), its
        squared distance from the mean unit of all strata ("adjust"), or as much as the average stratum ("average").
    present : (H, k) bool, optional
        Strata in which each column's domain has rows; the others count neither towards the mean of "adjust" nor
        towards the average of "average". Default: all.

    Returns
    -------
    (k, k) covariance matrix.
    """
    lonely = stage.lonely
    strata = len(stage.size)
    size = stage.size.astype(np.float64)
    mean = sum_units(totals, stage.stratum, strata) / size[:, None]
    factor = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0) * stage.share * stage.open_strata
    special = bool(lonely.any()) and lonely_psu in ("adjust", "average")
    if special:
        seen = np.ones((strata, totals.shape[1]), bool) if present is None else present
        if lonely_psu == "adjust":
            mean[lonely] = _mean_unit(mean, size, stage.parent, seen)[lonely]
    centred = totals - mean[stage.stratum]
    if special and lonely_psu == "adjust":
        centred *= (seen | ~lonely[:, None])[stage.stratum]
    centred *= np.sqrt(factor[stage.stratum] * stage.unsampled)[:, None]
    if special and lonely_psu == "average":
        centred *= np.sqrt(_average_factor(lonely, stage.parent, seen))[stage.stratum]
    return np.asarray(centred.T @ centred)


def _mean_unit(mean: Floats, size: Floats, parent: Ints, seen: Bools) -> Floats:
    """(H, k) mean total of all units with the same parent, over the strata a domain is seen in."""
    parents = int(parent.max()) + 1 if len(parent) else 0
    total = sum_units(mean * size[:, None], parent, parents)
    count = sum_units(size[:, None] * seen, parent, parents)
    grand = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return np.asarray(grand[parent])


def _average_factor(lonely: Bools, parent: Ints, seen: Bools) -> Floats:
    """(H, k) strata seen over strata that can speak, within each parent.

    A parent none of whose strata can speak is given the average of the other parents; if there is none, NaN.
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
        Unit totals of each stage.
    stages : tuple of Stage
        The design.
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
