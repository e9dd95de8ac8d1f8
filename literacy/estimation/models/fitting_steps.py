"""Steps of fitting a model: what each pass adds up over the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from literacy.estimation.core.domains import Domains, Layer
from literacy.estimation.core.engine import Job, sum_rows
from literacy.estimation.core.finishing import compile_units, linear_covariance, part_degrees
from literacy.estimation.core.sample_columns import Bools, Floats
from literacy.estimation.core.totals import SCORES, Task, Totals, name_units
from literacy.estimation.models.equations import Data
from literacy.kernels.models import glm, ordinal, separation
from literacy.sampling import Sample


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """Sums of the first pass over model matrices: ``a + b`` are those of both blocks.

    Attributes
    ----------
    factor : triangular factor of the unweighted model matrix, in which collinear columns show.
    start : sums at the starting values; None for an ordinal model.
    counts : (q + 1,) weight of each category of an ordinal model; otherwise empty.
    """

    factor: Floats
    start: glm.GlmSums | None
    counts: Floats

    def __add__(self, other: Opening) -> Opening:
        """Return the sums of both blocks."""
        start = None if self.start is None or other.start is None else self.start + other.start
        factor = glm.triangle(np.vstack([self.factor, other.factor]))
        return Opening(factor, start, self.counts + other.counts)


@dataclass(frozen=True, slots=True)
class OpenFit:
    """The first pass: ``unit`` is the weight of one respondent, ``q`` the number of cut points of an ordinal model."""

    family: str
    unit: float
    q: int = 0

    def take(self, block: Sample, data: Data) -> Opening:
        """Return the sums of a block."""
        X = data.X
        if self.family == "ordinal":
            full = np.column_stack([np.ones(len(X)), X])
            counts = np.bincount(data.codes, data.weight, minlength=self.q + 1)
            return Opening(glm.triangle(full), None, np.asarray(counts, np.float64))
        start = glm.sum_glm(X, data.y, data.weight / self.unit, self.family, data.offset)
        return Opening(glm.triangle(X), start, np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class Iterate:
    """An iteration: the sums at given coefficients; of some columns of the model matrix only, if so stated."""

    family: str
    unit: float
    coefficients: Floats | None
    q: int = 0
    columns: tuple[int, ...] | None = None

    def take(self, block: Sample, data: Data) -> glm.GlmSums | ordinal.OrdinalSums:
        """Return the sums of a block."""
        X = data.X if self.columns is None else data.X[:, list(self.columns)]
        weight = data.weight / self.unit
        if self.family == "ordinal":
            assert self.coefficients is not None
            return ordinal.sum_ordinal(X, data.codes, weight, self.q, self.coefficients, data.offset)
        return glm.sum_glm(X, data.y, weight, self.family, data.offset, self.coefficients)


@dataclass(frozen=True, slots=True, eq=False)
class Separate:
    """A pass in search of separation; see :func:`literacy.kernels.models.separation.find_direction`."""

    family: str
    direction: Floats | None
    q: int = 0

    def take(self, block: Sample, data: Data) -> separation.ConeRows:
        """Return the rows of a block to be considered."""
        if self.family == "ordinal":
            inside, fixed = separation.split_ordinal(data.X, data.codes, self.q)
        else:
            inside, fixed = separation.split_rows(data.X, data.y, self.family)
        return separation.find_rows(inside, fixed, self.direction)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreSums:
    """Scores by sampling unit and deviance: ``a + b`` are those of both blocks."""

    totals: Totals
    deviance: float

    def __add__(self, other: ScoreSums) -> ScoreSums:
        """Return the sums of both blocks."""
        return ScoreSums(self.totals + other.totals, self.deviance + other.deviance)


@dataclass(frozen=True, slots=True, eq=False)
class SumScores:
    """The last pass: influence on the coefficients, summed by sampling unit; `block` if others follow."""

    family: str
    fit: glm.GlmFit | ordinal.OrdinalFit
    block: bool
    q: int = 0

    def take(self, block: Sample, data: Data) -> ScoreSums:
        """Return the sums of a block."""
        influence, deviance = influence_of(self.family, self.fit, data, self.q)
        return ScoreSums(score_totals(block, influence, data.rows, self.block), deviance)


def influence_of(
    family: str, fit: glm.GlmFit | ordinal.OrdinalFit, data: Data, q: int = 0
) -> tuple[Floats, float]:
    """Return the influence (m, k) of the rows used on the coefficients, before weighting, and their deviance."""
    if isinstance(fit, ordinal.OrdinalFit):
        return ordinal.ordinal_influence(data.X, data.codes, q, fit, data.offset), 0.0
    eta = data.X @ fit.coefficients + (0.0 if data.offset is None else data.offset)
    deviance = glm.deviance_of(data.y, glm.mean_of(eta, family), data.weight, family)
    return glm.glm_influence(data.X, data.y, fit, family, data.offset), deviance


def score_totals(sample: Sample, scores: Floats, rows: Bools, block: bool) -> Totals:
    """Return scores (m, k) of some rows (n,), summed by sampling unit; `block` if others are to be added."""
    columns = np.zeros((scores.shape[1], len(sample)))
    columns[:, rows] = scores.T
    job = Job(SCORES, SCORES, (), (None, *columns), bare=True)
    layer = Layer(np.where(rows, 0, -1), ((),))
    totals = sum_rows(sample, Domains((), (), (layer,), {}), (job,), Task(SCORES, ()), block)
    return replace(totals, units=name_units(totals)) if block else totals


def score_covariance(totals: Totals) -> tuple[Floats, float]:
    """Return the design covariance (k, k) of scores summed by sampling unit, and the degrees of freedom."""
    (part,) = totals.parts
    k = part.t.shape[1] - 1
    slope = np.vstack([np.zeros((1, k)), np.eye(k)])[None]
    covariance = linear_covariance(totals, compile_units(totals), (slope,))
    return covariance, float(part_degrees(totals, part)[0])
