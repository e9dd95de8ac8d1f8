"""The estimation engine: from rows to Totals, from which estimates and their joint covariance are computed.

Rows are read once per variable to obtain sums by sampling unit and domain. All further steps (linearisation, stages,
replicates) use those sums. Only adjustments that must be projected row by row (calibration) require row-level scores,
which are computed a few columns at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.estimation.core.domains import Domains, Layer
from literacy.estimation.core.totals import Part, Spread, Task, Totals
from literacy.kernels.design.aggregation import (
    Column,
    Sums,
    sum_category,
    sum_columns,
    unit_cell_totals,
    unit_level_totals,
)
from literacy.kernels.design.elements import Groups, group_rows
from literacy.kernels.design.replication import count_ranks
from literacy.kernels.design.variance import count_lines, sum_units
from literacy.sampling import BlockAdjustment, Replicates, Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BLOCK = 8  # number of columns of row-level scores computed at a time
LARGE = 1 << 22  # maximum number of elements of a table by stratum and domain


@dataclass(frozen=True, slots=True)
class Job:
    """One variable, to be estimated in every domain.

    Attributes
    ----------
    name : name of the variable in the table.
    statistic : statistic computed from the totals; see :class:`literacy.estimation.core.totals.Part`.
    levels, scale : levels of a category, each with its own estimate, and their natural order.
    columns : numeric columns to be summed, the first None (ones); empty for a category.
    centre : constants subtracted from the other columns.
    code : (n,) level of each row, for a category.
    valid : (n,) bool, rows with a value; None means all.
    adapt : function returning the job for one layer, if its columns depend on the domain.
    binary : whether the columns are 0/1.
    numeric : whether the levels are numbers or booleans.
    others : whether any row, in a domain or not, has a number other than 0 and 1.
    bare : whether the totals alone are needed, without squares and moments.
    """

    name: str
    statistic: str
    levels: tuple[object, ...]
    columns: tuple[Column, ...]
    centre: tuple[float, ...] = ()
    code: Ints | None = None
    valid: Bools | None = None
    adapt: Callable[[Layer], Job] | None = None
    binary: bool = False
    scale: tuple[object, ...] = ()
    numeric: bool = False
    bare: bool = False
    others: bool = False

    @property
    def width(self) -> int:
        """Number of estimates in each domain."""
        return max(len(self.levels), 1)

    def sums(
        self, unit: Ints, units: int, cell: Ints, cells: int, weight: Floats, complete: bool = False
    ) -> Sums:
        """Return all sums by unit needed for the estimate; ``complete``: every row belongs to a domain."""
        if self.code is not None:
            return sum_category(unit, units, cell, cells, weight, self.code, len(self.levels))
        if self.bare:
            totals = unit_cell_totals(unit, units, cell, cells, weight, self.columns)
            ones = np.broadcast_to(np.ones(1), len(weight))
            counts = unit_cell_totals(unit, units, cell, cells, ones, (None,))[..., 0]
            return Sums(totals, totals.sum(axis=0), counts, np.zeros(cells), None)
        return sum_columns(unit, units, cell, cells, weight, self.columns, self.binary, complete)

    def totals(self, unit: Ints, units: int, cell: Ints, cells: int, weight: Floats) -> Floats:
        """Return the totals (units, cells, q)."""
        if self.code is not None:
            return unit_level_totals(unit, units, cell, cells, weight, self.code, len(self.levels))
        return unit_cell_totals(unit, units, cell, cells, weight, self.columns)

    def groups(self, stratum: Ints, strata: int, cell: Ints, cells: int, weight: Floats) -> Groups:
        """Return the moments by stratum and domain, (H, D), or for a category also by level, (H, D, L)."""
        key = np.where(cell >= 0, stratum * cells + cell, -1)
        if self.code is None:
            made = group_rows(key, strata * cells, weight, self.columns)
            shape: tuple[int, ...] = (strata, cells)
        else:
            levels = len(self.levels)
            key = np.where(key >= 0, key * levels + self.code, -1)
            made = group_rows(key, strata * cells * levels, weight, (None,))
            shape = (strata, cells, levels)
        q = made.mean.shape[1]
        return Groups(
            made.count.reshape(shape), made.mean.reshape(*shape, q), made.spread.reshape(*shape, q, q)
        )

    def values(self, rows: Ints) -> Floats:
        """Return the values (rows, q) whose weighted sums are the totals."""
        if self.code is not None:
            return np.asarray(np.eye(len(self.levels))[self.code[rows]])
        return np.column_stack([np.ones(len(rows)) if c is None else c[rows] for c in self.columns])


def sum_rows(
    sample: Sample, domains: Domains, jobs: Sequence[Job], task: Task, merge: bool = False
) -> Totals:
    """Compute the Totals of the rows of a sample.

    Parameters
    ----------
    sample : Sample
    domains : Domains
    jobs : the variables
    task : description of the estimate
    merge : bool
        Whether the result will be added to that of other blocks; units are then kept by label.
    """
    method = _choose_method(sample, domains, jobs, merge)
    pairs = [
        (layer, job if job.adapt is None else job.adapt(layer)) for layer in domains.layers for job in jobs
    ]
    measured = [(*_measure(sample, layer, job, method, merge), job) for layer, job in pairs]
    replicates = sample.replicates
    spread = None
    if replicates is not None:
        r = replicates
        gram = _gram(r, np.arange(len(sample))[sample.weight != 0]) if merge else None
        spread = Spread(r.method, r.scale, r.rscales, r.mse, r.df, gram)

    def project(slopes: Sequence[Floats]) -> tuple[Floats, ...]:
        return _project(sample, [(cell, job) for _, cell, job in measured], slopes)

    return Totals(
        task=task,
        design=sample.design,
        units=sample.codes,
        parts=tuple(part for part, _, _ in measured),
        order=domains.order,
        scales=domains.scales,
        overlapping=domains.overlapping,
        lost=dict(domains.lost),
        missing=_count_missing(domains, jobs),
        spread=spread,
        origin=sample.origin,
        rows=len(sample),
        live=sample.weight_sums.live,
        mass=sample.weight_sums.total,
        project=project if method == "rows" else None,
        **_explain(sample, method),
    )


def _explain(sample: Sample, method: str) -> dict[str, Any]:
    """Return the weights by unit of every stage and cell of the adjustment, and its effect by cell."""
    if method != "cells":
        return {}
    adjustment = sample.adjustments[0]
    assert isinstance(adjustment, BlockAdjustment)
    spans = tuple(
        unit_cell_totals(s.unit, s.units, adjustment.cell, adjustment.cells, sample.weight, (None,))[..., 0]
        for s in sample.codes.stages
    )
    return {"spans": spans, "effect": adjustment.effect}


def _count_missing(domains: Domains, jobs: Sequence[Job]) -> dict[str, int]:
    """Count the rows of the domains without a value, by variable."""
    out: dict[str, int] = {}
    if any(j.valid is not None for j in jobs):
        inside = np.any([layer.cell >= 0 for layer in domains.layers], axis=0)
        for job in jobs:
            if job.valid is not None:
                out[job.name] = int((inside & ~job.valid).sum())
    return out


def _choose_method(sample: Sample, domains: Domains, jobs: Sequence[Job], merge: bool) -> str:
    """Choose the sums from which the variance is computed.

    "replicates", "rows" (scores projected by adjustments), "cells" (by unit and cell of an adjustment), "people" (rows
    as units) or "units".
    """
    if sample.replicates is not None:
        return "replicates"
    if sample.adjustments:
        return "cells" if isinstance(sample.adjustments[0], BlockAdjustment) else "rows"
    design, first = sample.design, sample.codes.stages[0]
    if design.psu or design.pps or len(domains.layers) * len(jobs) != 1:
        return "units"
    strata, cells = len(first.size), len(domains.layers[0].keys)
    width = len(jobs[0].levels) or len(jobs[0].columns)
    small = strata * max(cells, 1) * width * max(width, cells) <= LARGE
    return "people" if small and (merge or strata * 4 < len(sample)) else "units"


def _measure(sample: Sample, layer: Layer, job: Job, method: str, merge: bool) -> tuple[Part, Ints]:
    """Compute the totals of one variable in one layer, and return them with the domain of each row."""
    cell = layer.cell if job.valid is None else np.where(job.valid, layer.cell, -1)
    cells = len(layer.keys)
    first, *later = sample.codes.stages
    z: tuple[Floats, ...] = ()
    counts = groups = theta = gram = df = inner = None
    if method == "cells":
        adjustment = sample.adjustments[0]
        assert isinstance(adjustment, BlockAdjustment)
        inner = job.totals(adjustment.cell, adjustment.cells, cell, cells, adjustment.share)
    if method in ("units", "cells"):
        complete = layer.complete and job.valid is None
        sums = job.sums(first.unit, first.units, cell, cells, sample.weight, complete)
        z = (sums.totals, *(job.totals(s.unit, s.units, cell, cells, sample.weight) for s in later))
        counts = sums.counts
    else:
        one = np.broadcast_to(np.zeros(1, np.int64), len(sample))
        sums = job.sums(one, 1, cell, cells, sample.weight)
    n = count_lines(sums.counts)
    if method == "people":
        groups = job.groups(first.stratum, len(first.size), cell, cells, sample.weight)
    elif method == "rows":
        df = _design_df(sample, cell, cells, n)
    elif method == "replicates":
        assert sample.replicates is not None
        theta = _replicate(sample.replicates, job, cell, cells)
        if merge:
            gram = (
                np.stack([_gram(sample.replicates, np.flatnonzero(cell == d)) for d in range(cells)])
                if cells
                else (np.zeros((0, sample.replicates.count, sample.replicates.count)))
            )
        else:
            df = _replicate_df(sample.replicates, cell, cells)
    part = Part(
        name=job.name,
        statistic=job.statistic,
        keys=layer.keys,
        layer=layer.name,
        levels=job.levels,
        scale=job.scale,
        numeric=job.numeric,
        others=job.others,
        centre=job.centre,
        t=sums.whole,
        n=n,
        squares=sums.squares,
        moments=sums.moments,
        z=z,
        counts=counts,
        groups=groups,
        theta=theta,
        gram=gram,
        df=df,
        inner=inner,
    )
    return part, cell


def _design_df(sample: Sample, cell: Ints, cells: int, n: Floats) -> Floats:
    """Design degrees of freedom of each domain (D,): sampling units less strata."""
    first = sample.codes.stages[0]
    ones = np.broadcast_to(np.ones(1), len(cell))
    if not sample.design.psu:
        strata = unit_cell_totals(first.stratum, len(first.size), cell, cells, ones, (None,))[..., 0] > 0
        return np.asarray(n - strata.sum(axis=0))
    seen = unit_cell_totals(first.unit, first.units, cell, cells, ones, (None,))[..., 0]
    return first.count_df(seen)


def _project(
    sample: Sample, parts: Sequence[tuple[Ints, Job]], slopes: Sequence[Floats]
) -> tuple[Floats, ...]:
    """Compute unit totals of each stage from row-level scores projected by the adjustments."""
    stages = sample.codes.stages
    out: list[list[Floats]] = [[] for _ in stages]
    pending: list[Floats] = []

    def flush() -> None:
        weighted = np.column_stack(pending)
        pending.clear()
        for adjustment in sample.adjustments:
            weighted = adjustment.project(weighted)
        for s, stage in enumerate(stages):
            out[s].append(sum_units(weighted, stage.unit, stage.units))

    for (cell, job), slope in zip(parts, slopes, strict=True):
        for d in range(len(slope)):
            rows = np.flatnonzero(cell == d)
            scores = job.values(rows) @ slope[d] * sample.weight[rows, None]
            for j in range(scores.shape[1]):
                column = np.zeros(len(sample))
                column[rows] = scores[:, j]
                pending.append(column)
                if len(pending) == BLOCK:
                    flush()
    if pending:
        flush()
    return tuple(np.concatenate(p, axis=1) for p in out)


def _replicate(replicates: Replicates, job: Job, cell: Ints, cells: int) -> Floats:
    """Compute the totals (R, D, q) under the weights of each replicate."""
    if job.code is None:
        return replicates.totals(cell, cells, job.columns)
    levels = len(job.levels)
    crossed = np.where(cell >= 0, cell * levels + job.code, -1)
    return replicates.totals(crossed, cells * levels, (None,)).reshape(-1, cells, levels)


def _replicate_df(replicates: Replicates, cell: Ints, cells: int) -> Floats:
    """Degrees of freedom of each domain (D,): rank of the factors of its groups less one, at most the overall df."""
    groups = len(replicates.factors)
    ones = np.broadcast_to(np.ones(1), len(cell))
    seen = unit_cell_totals(replicates.index, groups, cell, cells, ones, (None,))[..., 0] > 0
    out = np.full(cells, float(replicates.df))
    some = np.flatnonzero(~seen.all(axis=0))
    out[some] = np.minimum(out[some], count_ranks(replicates.factors, seen[:, some]) - 1.0)
    return out


def _gram(replicates: Replicates, rows: Ints) -> Floats:
    """Cross-products (R, R) of the replicate factors of the groups to which some rows belong."""
    lines = replicates.factors[np.unique(replicates.index[rows])]
    return np.asarray(lines.T @ lines)
