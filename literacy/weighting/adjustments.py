"""Effect of each weighting step on the variance: the adjustments stored with a Sample."""

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
    """Post-stratification: residuals from the weighted means of the post-strata."""

    name: str
    weights: Floats
    cell: Cell
    cells: int

    def project(self, weighted_scores: Floats) -> Floats:
        """Project weighted scores (n, k): remove what the known totals explain."""
        return group_residuals(weighted_scores, self.weights, self.cell, self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class RakingAdjustment:
    """Raking as in R's ``rake``: ten sweeps of unweighted group means over the margins."""

    name: str
    weights: Floats
    cell: Cell
    margins: tuple[Codes, ...]

    def project(self, weighted_scores: Floats) -> Floats:
        """Project weighted scores (n, k): remove what the known totals explain."""
        return raking_residuals(weighted_scores, self.weights, self.cell, self.margins)


@dataclass(frozen=True, slots=True, eq=False)
class LinearAdjustment:
    """Calibration: residuals of a weighted regression on the auxiliary variables."""

    name: str
    base: Floats
    cell: Cell
    ratio: Floats
    auxiliary: Floats
    sigma2: Floats | None = None

    def project(self, weighted_scores: Floats) -> Floats:
        """Project weighted scores (n, k): remove what the known totals explain."""
        return linear_residuals(
            weighted_scores, self.ratio[self.cell], self.base, self.cell, self.auxiliary, self.sigma2
        )


@dataclass(frozen=True, slots=True, eq=False)
class CellEffect:
    """The part of scores explained by post-stratification, raking or calibration, from sums by cell.

    Attributes
    ----------
    kind : "group", "rake" or "linear".
    size : (C,) weights, numbers of rows, or base weights of the cells.
    margins : (C,) level of each cell in every margin, for "rake".
    auxiliary, sigma2 : (C, k) and (C,) values of the cells, for "linear".
    """

    kind: str
    size: Floats
    margins: tuple[Codes, ...] = ()
    auxiliary: Floats | None = None
    sigma2: Floats | None = None

    def explain(self, sums: Floats) -> Floats:
        """Return the explained part (C, k) for every row of a cell."""
        if self.kind == "group":
            return group_effect(sums, self.size)
        if self.kind == "rake":
            return raking_effect(sums, self.size, self.margins)
        assert self.auxiliary is not None
        return linear_effect(sums, self.size, self.auxiliary, self.sigma2)


@dataclass(frozen=True, slots=True, eq=False)
class ResponseAdjustment:
    """Nonresponse cells or classes: every sampled person contributes the mean of the class."""

    name: str
    before: Floats
    after: Floats
    cell: Cell
    cells: int

    def project(self, weighted_scores: Floats) -> Floats:
        """Add to weighted scores (n, k) the contribution of nonrespondents."""
        return response_residuals(weighted_scores, self.before, self.after, self.cell, self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class PropensityAdjustment:
    """Weights divided by a fitted propensity, including the sampling error of the fit."""

    name: str
    before: Floats
    responded: NDArray[np.bool_]
    cell: Cell
    chance: Floats
    design: Floats

    def project(self, weighted_scores: Floats) -> Floats:
        """Add to weighted scores (n, k) the contribution of nonrespondents."""
        chance, design = self.chance[self.cell], self.design[self.cell]
        return propensity_residuals(weighted_scores, self.before, self.responded, chance, design)


def append_adjustment(adjustments: tuple[Adjustment, ...], new: Adjustment) -> tuple[Adjustment, ...]:
    """Insert an adjustment at the position the variance requires.

    Linearisation reverses the steps from last to first. Consecutive steps to known totals stay in the order in which
    they were made, as in R (their order does not matter to first order). A nonresponse step separates the steps made
    after it, which precede it here, from those made before it.
    """
    response = (ResponseAdjustment, PropensityAdjustment)
    if isinstance(new, response):
        return (new, *adjustments)
    first = next((i for i, a in enumerate(adjustments) if isinstance(a, response)), len(adjustments))
    return (*adjustments[:first], new, *adjustments[first:])
