"""What each re-weighting step does to the variance: the Adjustments a Sample carries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.residuals import (
    group_effect,
    group_residuals,
    linear_effect,
    linear_residuals,
    raking_effect,
    raking_residuals,
)
from literacy.kernels.weighting.nonresponse import propensity_residuals, response_residuals
from literacy.sampling import Adjustment

Floats = NDArray[np.float64]
Cell = NDArray[np.int32]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class GroupAdjustment:
    """Post-stratification: residuals on the weighted means of the post-strata."""

    name: str
    weights: Floats
    cell: Cell
    cells: int

    def project(self, weighted_scores: Floats) -> Floats:
        """Take from weighted scores (n, k) what the known totals explain."""
        return group_residuals(weighted_scores, self.weights, self.cell, self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class RakingAdjustment:
    """Raking as R's ``rake``: ten sweeps of unweighted group means over the margins."""

    name: str
    weights: Floats
    cell: Cell
    margins: tuple[Codes, ...]

    def project(self, weighted_scores: Floats) -> Floats:
        """Take from weighted scores (n, k) what the known totals explain."""
        return raking_residuals(weighted_scores, self.weights, self.cell, self.margins)


@dataclass(frozen=True, slots=True, eq=False)
class LinearAdjustment:
    """Calibration: residuals of the weighted regression on the auxiliary variables."""

    name: str
    base: Floats
    cell: Cell
    ratio: Floats
    auxiliary: Floats
    sigma2: Floats | None = None

    def project(self, weighted_scores: Floats) -> Floats:
        """Take from weighted scores (n, k) what the known totals explain."""
        return linear_residuals(
            weighted_scores, self.ratio[self.cell], self.base, self.cell, self.auxiliary, self.sigma2
        )


@dataclass(frozen=True, slots=True, eq=False)
class CellEffect:
    """What post-stratification, raking or calibration explains, from sums by cell.

    Attributes
    ----------
    kind : "group", "rake" or "linear".
    size : (C,) weights, rows or base weights of the cells.
    margins : level of each cell in every margin, for "rake".
    auxiliary, sigma2 : of the cells, for "linear".
    """

    kind: str
    size: Floats
    margins: tuple[Codes, ...] = ()
    auxiliary: Floats | None = None
    sigma2: Floats | None = None

    def explain(self, sums: Floats) -> Floats:
        """What is explained in every row of a cell (C, k)."""
        if self.kind == "group":
            return group_effect(sums, self.size)
        if self.kind == "rake":
            return raking_effect(sums, self.size, self.margins)
        assert self.auxiliary is not None
        return linear_effect(sums, self.size, self.auxiliary, self.sigma2)


@dataclass(frozen=True, slots=True, eq=False)
class ResponseAdjustment:
    """Nonresponse cells or classes: everyone sampled carries the mean of the class."""

    name: str
    before: Floats
    after: Floats
    cell: Cell
    cells: int

    def project(self, weighted_scores: Floats) -> Floats:
        """Add to weighted scores (n, k) the part of those who did not respond."""
        return response_residuals(weighted_scores, self.before, self.after, self.cell, self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class PropensityAdjustment:
    """Weights divided by a fitted propensity: the error of the fit belongs to the variance."""

    name: str
    before: Floats
    responded: NDArray[np.bool_]
    cell: Cell
    chance: Floats
    design: Floats

    def project(self, weighted_scores: Floats) -> Floats:
        """Add to weighted scores (n, k) the part of those who did not respond."""
        chance, design = self.chance[self.cell], self.design[self.cell]
        return propensity_residuals(weighted_scores, self.before, self.responded, chance, design)


def append_adjustment(adjustments: tuple[Adjustment, ...], new: Adjustment) -> tuple[Adjustment, ...]:
    """Put a step where the variance needs it.

    Linearisation undoes steps from the last to the first. Steps to known totals that follow one another stay in the
    order they were made, as in R (there it makes no difference to first order); a step for nonresponse divides what
    was done after it, which comes before it here, from what was done before it.
    """
    response = (ResponseAdjustment, PropensityAdjustment)
    if isinstance(new, response):
        return (new, *adjustments)
    first = next((i for i, a in enumerate(adjustments) if isinstance(a, response)), len(adjustments))
    return (*adjustments[:first], new, *adjustments[first:])
