"""The engine: smooth statistics of many domains with their joint covariance.

Rows are read once a variable: sums by sampling unit and domain. What follows (linearisation, stages, replicates) works
on those sums. Only re-weighting that must be projected row by row (calibration) makes row-level scores, a few columns
at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.estimation.core.domains import Domains, Layer
from literacy.estimation.core.unclustered import element_covariance, element_sample
from literacy.kernels.design.aggregation import (
    Column,
    Sums,
    sum_category,
    sum_columns,
    unit_cell_totals,
    unit_level_totals,
)
from literacy.kernels.design.linearization import Smooth
from literacy.kernels.design.replication import count_rank
from literacy.kernels.design.variance import sum_units
from literacy.sampling import Replicates, Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BLOCK = 8  # columns of row-level scores held at once
NOISE = 1e-20  # a variance this small beside that of simple random sampling is rounding


@dataclass(frozen=True, slots=True)
class Job:
    """One variable to be estimated in every domain.

    Attributes
    ----------
    name : the variable as the table names it.
    levels : levels of a category, one estimate each; empty for one estimate.
    columns : numbers whose totals are read, the first None (ones); empty for a category.
    code : (n,) level of each row, for a category.
    valid : (n,) bool, rows with a value; None = all.
    make : from the respondents of each domain (D,) to the statistic.
    adapt : the job as it is in one layer, where its numbers depend on the domain.
    binary : the columns hold zeros and ones.
    """

    name: str
    levels: tuple[object, ...]
    columns: tuple[Column, ...]
    code: Ints | None
    valid: Bools | None
    make: Callable[[Floats], Smooth]
    adapt: Callable[[Layer], Job] | None = None
    binary: bool = False

    @property
    def width(self) -> int:
        """Estimates in each domain."""
        return max(len(self.levels), 1)

    def sums(self, unit: Ints, units: int, cell: Ints, cells: int, weight: Floats) -> Sums:
        """All that is read from the rows, by unit."""
        if self.code is not None:
            return sum_category(unit, units, cell, cells, weight, self.code, len(self.levels))
        return sum_columns(unit, units, cell, cells, weight, self.columns, self.binary)

    def totals(self, unit: Ints, units: int, cell: Ints, cells: int, weight: Floats) -> Floats:
        """Totals (units, cells, q)."""
        if self.code is not None:
            return unit_level_totals(unit, units, cell, cells, weight, self.code, len(self.levels))
        return unit_cell_totals(unit, units, cell, cells, weight, self.columns)

    def values(self, rows: Ints) -> Floats:
        """The numbers whose weighted sums are the totals: (rows, q)."""
        if self.code is not None:
            return np.asarray(np.eye(len(self.levels))[self.code[rows]])
        return np.column_stack([np.ones(len(rows)) if c is None else c[rows] for c in self.columns])


@dataclass(frozen=True, slots=True)
class Result:
    """Estimates, domain by domain; arrays (K,) but ``covariance`` (K, K).

    ``srs`` is the variance the statistic would have in a simple random sample of n with replacement, ``kish`` Kish's
    effective number of respondents, ``population`` the sum of the weights.
    """

    keys: tuple[tuple[object, ...], ...]
    variables: tuple[str, ...]
    levels: tuple[object, ...]
    estimate: Floats
    covariance: Floats
    n: Floats
    df: Floats
    srs: Floats
    kish: Floats
    population: Floats


@dataclass(frozen=True, slots=True)
class _Block:
    """One variable in the domains of one layer: totals ``t`` (D, q), by unit ``z`` (m, D, q) a stage.

    ``squares`` (D,) are the sums of squared weights, ``moments`` (D, q, q) those of products of columns.
    """

    layer: Layer
    cell: Ints
    job: Job
    statistic: Smooth
    jacobian: Floats
    t: Floats
    n: Floats
    df: Floats
    z: tuple[Floats, ...]
    squares: Floats
    moments: Floats | None

    def part(self, z: Floats) -> Floats:
        """Weights in totals: (..., D)."""
        return np.asarray(z.sum(axis=-1) if self.job.code is not None else z[..., 0])


def run(sample: Sample, domains: Domains, jobs: tuple[Job, ...]) -> Result:
    """Estimate every job in every domain, with the covariance of all of them."""
    linear = sample.replicates is None and not sample.adjustments
    alone = len(domains.layers) == 1 and len(jobs) == 1
    short = linear and alone and element_sample(sample)
    blocks = [_measure(sample, layer, job, linear and not short) for layer in domains.layers for job in jobs]
    estimate = np.concatenate([b.statistic.point(b.t).reshape(-1) for b in blocks])
    if sample.replicates is not None:
        covariance = sample.replicates.covariance(_replicate(sample.replicates, blocks), estimate)
    elif sample.adjustments:
        covariance = sample.total_covariance(_project(sample, blocks))
    elif short:
        b = blocks[0]
        jacobian = np.nan_to_num(b.jacobian)
        quick = element_covariance(sample, b.cell, jacobian, b.job.columns, b.job.code)
        covariance = (
            quick if quick is not None else _linearize(sample, [_measure(sample, b.layer, b.job, True)])
        )
    else:
        covariance = _linearize(sample, blocks)
    return _assemble(domains, blocks, estimate, covariance)


def _measure(sample: Sample, layer: Layer, job: Job, by_unit: bool) -> _Block:
    """Totals of one variable in one layer; by unit of every stage where the variance needs them."""
    job = job if job.adapt is None else job.adapt(layer)
    cell = layer.cell if job.valid is None else np.where(job.valid, layer.cell, -1)
    cells = len(layer.keys)
    first, *later = sample.codes.stages
    z: tuple[Floats, ...] = ()
    if by_unit:
        sums = job.sums(first.unit, first.units, cell, cells, sample.weight)
        z = (sums.totals, *(job.totals(s.unit, s.units, cell, cells, sample.weight) for s in later))
    else:
        one = np.broadcast_to(np.zeros(1, np.int64), len(sample))
        sums = job.sums(one, 1, cell, cells, sample.weight)
    t, n = sums.totals.sum(axis=0), sums.counts.sum(axis=0)
    if sample.replicates is not None:
        df = _replicate_df(sample.replicates, cell, cells)
    elif by_unit:
        df = _count_df(sample, sums.counts)
    else:
        df = _design_df(sample, cell, cells, n)
    statistic = job.make(n)
    return _Block(layer, cell, job, statistic, statistic.jacobian(t), t, n, df, z, sums.squares, sums.moments)


def _design_df(sample: Sample, cell: Ints, cells: int, n: Floats) -> Floats:
    """Sampling units less strata of each domain (D,)."""
    first = sample.codes.stages[0]
    ones = np.broadcast_to(np.ones(1), len(cell))
    if not sample.design.psu:
        strata = unit_cell_totals(first.stratum, len(first.size), cell, cells, ones, (None,))[..., 0] > 0
        return np.asarray(n - strata.sum(axis=0))
    return _count_df(sample, unit_cell_totals(first.unit, first.units, cell, cells, ones, (None,))[..., 0])


def _count_df(sample: Sample, counts: Floats) -> Floats:
    """As :func:`_design_df`, from the rows of each unit and domain (m, D)."""
    first = sample.codes.stages[0]
    alive = counts > 0
    strata = sum_units(alive.astype(np.float64), first.stratum, len(first.size)) > 0
    return np.asarray(alive.sum(axis=0) - strata.sum(axis=0), np.float64)


def _linearize(sample: Sample, blocks: list[_Block]) -> Floats:
    """Taylor covariance from the units' totals."""
    totals, counts = [], []
    for s, stage in enumerate(sample.codes.stages):
        parts = [
            np.einsum("mdq,dqk->mdk", b.z[s], np.nan_to_num(b.jacobian)).reshape(stage.units, -1)
            for b in blocks
        ]
        totals.append(np.concatenate(parts, axis=1))
        seen = [np.repeat(b.part(b.z[s]) != 0, b.job.width, axis=1) for b in blocks]
        counts.append(np.concatenate(seen, axis=1).astype(np.float64))
    return sample.total_covariance(tuple(totals), tuple(counts))


def _project(sample: Sample, blocks: list[_Block]) -> tuple[Floats, ...]:
    """Unit totals of each stage after the adjustments took their part of the row-level scores."""
    stages = sample.codes.stages
    parts: list[list[Floats]] = [[] for _ in stages]
    pending: list[Floats] = []

    def flush() -> None:
        weighted = np.column_stack(pending)
        pending.clear()
        for adjustment in sample.adjustments:
            weighted = adjustment.project(weighted)
        for s, stage in enumerate(stages):
            parts[s].append(sum_units(weighted, stage.unit, stage.units))

    for b in blocks:
        for d in range(len(b.layer.keys)):
            rows = np.flatnonzero(b.cell == d)
            scores = b.job.values(rows) @ np.nan_to_num(b.jacobian[d]) * sample.weight[rows, None]
            for j in range(b.job.width):
                column = np.zeros(len(sample))
                column[rows] = scores[:, j]
                pending.append(column)
                if len(pending) == BLOCK:
                    flush()
    if pending:
        flush()
    return tuple(np.concatenate(p, axis=1) for p in parts)


def _replicate(replicates: Replicates, blocks: list[_Block]) -> Floats:
    """Estimates (R, K) with each replicate's weights."""
    out = []
    for b in blocks:
        cells, levels = len(b.layer.keys), len(b.job.levels)
        if b.job.code is None:
            t = replicates.totals(b.cell, cells, b.job.columns)
        else:
            crossed = np.where(b.cell >= 0, b.cell * levels + b.job.code, -1)
            t = replicates.totals(crossed, cells * levels, (None,)).reshape(-1, cells, levels)
        out.append(b.statistic.point(t).reshape(replicates.count, -1))
    return np.concatenate(out, axis=1)


def _replicate_df(replicates: Replicates, cell: Ints, cells: int) -> Floats:
    """Degrees of freedom of each domain (D,): the rank of the factors of its groups less one, at most those of all."""
    groups = len(replicates.factors)
    ones = np.broadcast_to(np.ones(1), len(cell))
    seen = unit_cell_totals(replicates.index, groups, cell, cells, ones, (None,))[..., 0] > 0
    out = np.full(cells, float(replicates.df))
    for d in np.flatnonzero(~seen.all(axis=0)):
        out[d] = min(out[d], count_rank(replicates.factors[seen[:, d]]) - 1.0)
    return out


def _srs(b: _Block) -> Floats:
    """Variance (D, k) under simple random sampling with replacement of the n respondents of a domain."""
    moments = b.t[:, :, None] * np.eye(b.t.shape[1]) if b.moments is None else b.moments
    j, whole, n = b.jacobian, b.part(b.t)[:, None], b.n[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = b.t / whole
        spread = moments / whole[..., None] - mean[:, :, None] * mean[:, None, :]
        if b.job.code is None:
            spread[:, 0, :] = spread[:, :, 0] = 0.0  # the column of ones
        square = np.einsum("dqk,dqr,drk->dk", j, spread, j)
        return np.asarray(np.maximum(square, 0.0) / (n - 1) * whole**2)


def _assemble(domains: Domains, blocks: list[_Block], estimate: Floats, covariance: Floats) -> Result:
    """Put the blocks in the order of the table."""
    keys, variables, levels, place = [], [], [], []
    rank = [{v: i for i, v in enumerate(values)} for values in domains.order]
    for j, b in enumerate(blocks):
        for key in b.layer.keys:
            position = tuple(r[v] for r, v in zip(rank, key, strict=True))
            for i, level in enumerate(b.job.levels or (None,)):
                keys.append(key)
                variables.append(b.job.name)
                levels.append(level)
                place.append((position, j, i))
    order = np.array(sorted(range(len(place)), key=place.__getitem__), dtype=np.int64)

    def spread(values: list[Floats]) -> Floats:
        wide = [
            np.repeat(v, b.job.width) if v.ndim == 1 else v.reshape(-1)
            for v, b in zip(values, blocks, strict=True)
        ]
        return np.concatenate(wide)[order]

    srs = spread([_srs(b) for b in blocks])
    covariance = covariance[np.ix_(order, order)]
    noise = np.diag(covariance) <= NOISE * srs
    covariance[noise, :] = 0.0
    covariance[:, noise] = 0.0
    population = spread([b.part(b.t) for b in blocks])
    squares = spread([b.squares for b in blocks])
    with np.errstate(divide="ignore", invalid="ignore"):
        kish = population**2 / squares
    return Result(
        tuple(keys[i] for i in order),
        tuple(variables[i] for i in order),
        tuple(levels[i] for i in order),
        estimate[order],
        covariance,
        spread([b.n for b in blocks]),
        spread([b.df for b in blocks]),
        srs,
        kish,
        population,
    )
