"""Estimation from blocks of rows: the totals of each block, and the estimate from their sum."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy._merging import merge_tree
from literacy.errors import LiteracyError, option
from literacy.estimation.core.code_labels import find_labels
from literacy.estimation.core.column_names import RESERVED, refuse_names
from literacy.estimation.core.domains import By, Domains, Where, find_domains
from literacy.estimation.core.engine import Job, sum_rows
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.core.finishing import finish_numbers, part_degrees, take_binary
from literacy.estimation.core.results import finish_estimate
from literacy.estimation.core.totals import Part, Task, Totals, name_units
from literacy.estimation.statistics.association import STATISTICS, WALD, Crossed, test_table
from literacy.estimation.statistics.crossing import SHARES, arrange_table
from literacy.estimation.statistics.hypothesis import Test
from literacy.estimation.statistics.summed_variables import (
    Names,
    category_job,
    check_options,
    counts_as_number,
    known_to,
    list_variables,
    no_value,
    number_jobs,
    ratio_job,
    share_jobs,
)
from literacy.kernels.design.elements import Groups
from literacy.kernels.design.intervals import METHODS
from literacy.messages import tell
from literacy.sampling import BlockAdjustment, Design, Sample

Floats = NDArray[np.float64]
STATISTIC = ("mean", "total", "proportion", "ratio", "population_variance", "crosstab", "independence")
ROWS = "(rows)"


def partial(
    data: Any,
    statistic: str,
    variable: Names,
    *,
    design: Design | None = None,
    universe: str | Mapping[str, Any] | None = None,
    by: By = None,
    where: Where = None,
    ci: str = "logit",
    level: float = 0.95,
    deff: str = "wr",
    df: float | None = None,
    missing: str = "each",
    share: str = "row",
    test: str = "F",
) -> Totals:
    """Compute the contribution of a block of rows to an estimate.

    A table too large for memory, or distributed over machines, is read block by block: ``partial`` for each block,
    summed in any order, and :func:`finish` of the sum give the same estimate as all rows at once (up to rounding).
    Units, strata, domains and levels are identified by their labels, so blocks may divide them. Totals can be pickled.

    Parameters
    ----------
    data : Sample, table or Dask DataFrame
        The block. A table requires `design`; it may have no rows in the universe. For a Dask DataFrame every partition
        is a block; they are processed and summed by the workers, and the sum is returned.
    statistic : str
        "mean", "total", "proportion", "ratio" (two variables), "population_variance", "crosstab" or "independence"
        (two variables: row and column).
    variable : str or list of str
        As in the function of that name.
    design, universe
        As in :class:`Sample`, for a table. Every block must have its weights: without a weight column they would depend
        on the size of the whole.
    by, where, ci, level, deff, df, missing, share
        As in the function of that name.
    test : str
        For "independence": ``statistic`` of :func:`test_independence`.

    Returns
    -------
    Totals

    Raises
    ------
    LiteracyError
        ``estimate.option`` if design or weights cannot be determined from a block: weights derived from fpc, joint
        probabilities, weights adjusted to totals of all rows.

    Examples
    --------
    >>> import literacy as lit
    >>> design = lit.Design(weight="w", strata="h", psu="village")
    >>> blocks = [
    ...     {"w": [1, 2], "h": ["a", "a"], "village": [1, 2], "y": [3.0, 5.0]},
    ...     {"w": [2, 1], "h": ["b", "b"], "village": [1, 2], "y": [4.0, 6.0]},
    ... ]
    >>> lit.finish(sum(lit.partial(b, "mean", "y", design=design) for b in blocks)).estimate.round(4)
    array([4.5])
    """
    option("statistic", statistic, STATISTIC)
    check_options(level, deff, missing)
    option("ci", ci, METHODS)
    if hasattr(data, "to_delayed") and hasattr(data, "npartitions"):
        asked = {
            "design": design, "universe": universe, "by": by, "where": where, "ci": ci, "level": level,
            "deff": deff, "df": df, "missing": missing, "share": share, "test": test,
        }  # fmt: skip
        return _add_partitions(data, statistic, variable, asked)
    sample = data if isinstance(data, Sample) else Sample(data, design, universe, block=True)
    _refuse_whole(sample)
    names = list_variables(variable)
    if statistic in ("crosstab", "independence"):
        _two(names, statistic)
        option("share", share, SHARES)
        option("test", test, STATISTICS)
        totals = _cross(sample, names, where, statistic, ci, level, (("share", share), ("test", test)))
    else:
        domains = find_domains(sample, by, where, block=True)
        jobs = _jobs(sample, statistic, names, domains, missing)
        task = Task(
            statistic, tuple(names), domains.by, ci if statistic == "proportion" else "mean", level, deff, df,
            (("missing", missing), ("where", repr(where) if isinstance(where, str | Mapping | list) else "rows")),
        )  # fmt: skip
        totals = sum_rows(sample, domains, jobs, task, merge=True)
        labels = find_labels(sample, domains.by, domains.order, [j.name for j in jobs])
        totals = replace(totals, origin=totals.origin.evolve(labels=labels))
    return replace(totals, units=name_units(totals))


def _add_partitions(data: Any, statistic: str, variable: Names, asked: dict[str, Any]) -> Totals:
    """Return the sum over the partitions of a Dask DataFrame, computed by its workers."""
    from importlib import import_module

    delayed: Any = import_module("dask").delayed
    count = int(data.npartitions)
    parts = [
        delayed(_partial_of)(one, (k + 1, count), statistic, variable, asked)
        for k, one in enumerate(data.to_delayed())
    ]
    totals: Totals = merge_tree(parts, delayed(operator.add)).compute()
    return totals


def _partial_of(
    data: Any, place: tuple[int, int], statistic: str, variable: Names, asked: dict[str, Any]
) -> Totals:
    """Return the Totals of a partition; errors name the partition."""
    try:
        return partial(data, statistic, variable, **asked)
    except LiteracyError as error:
        where = tell("partition {} of {}: {}", *place, error.where)
        raise LiteracyError(error.code, where=where, what=error.what, fix=error.fix) from None


def finish(totals: Totals) -> Estimate | Test:
    """Compute the estimate (or test) from Totals.

    Parameters
    ----------
    totals : Totals
        Totals of one block, or the sum of several.

    Returns
    -------
    Estimate, or Test for "independence"

    Raises
    ------
    LiteracyError
        ``estimate.domain``: no row in any block; ``design.…``: errors of the design that can only be detected once all
        units are known.

    Examples
    --------
    >>> block = {"y": [1, 0, 1], "village": [1, 2, 2], "w": [9, 9, 8]}
    >>> totals = lit.partial(block, "mean", "y", design=lit.Design(weight="w", psu="village"))
    >>> lit.finish(totals).estimate.round(4)
    array([0.6538])
    """
    if totals.task.kind == "proportion":
        totals = take_binary(totals)
    _require_values(totals)
    if not any(_has_rows(totals, p) for p in totals.parts):
        raise LiteracyError(
            "estimate.domain", where="finish", what="no row of any block belongs to a domain",
            fix="choose another domain or universe",
        )  # fmt: skip
    origin = totals.origin.evolve(variance="taylor" if totals.spread is None else totals.spread.method)
    if totals.blocks > 1:
        origin = origin.add_step(tell("totals of {} rows in {} blocks", totals.rows, totals.blocks))
    totals = replace(totals, origin=origin)
    kind = totals.task.kind
    if kind == "independence":
        return _finish_independence(totals)
    if kind == "crosstab":
        return _finish_crosstab(totals)
    return finish_estimate(totals, totals.origin)


def _require_values(totals: Totals) -> None:
    """Raise an error for a category without a value, although rows belong to a domain."""
    held = {p.name for p in totals.parts if not p.category or p.n.any()}
    for p in totals.parts:
        if p.name not in held and totals.missing.get(p.name, 0):
            raise no_value(p.name)


def _has_rows(totals: Totals, p: Part) -> bool:
    """Whether a row belongs to a domain, if only without a number."""
    gaps = not p.category and totals.missing.get(p.name, 0)
    return bool(len(p.keys) and (p.n.sum() or gaps))


def _refuse_whole(sample: Sample) -> None:
    """Raise an error for options that cannot be determined from a block."""
    design = sample.design
    reasons = {
        tell("weights derived from fpc require the sizes of all strata"): bool(
            design.fpc and not design.weight
        ),
        tell("joint probabilities refer to all units"): design.pps == "joint",
        tell("the weights were adjusted to totals of all rows"): any(
            not isinstance(a, BlockAdjustment) for a in sample.adjustments
        ),
        tell("the replicates were made from the units of these rows"): sample.replicates is not None
        and len(sample.replicates.factors) != len(sample),
    }
    for what, holds in reasons.items():
        if holds:
            raise LiteracyError(
                "estimate.option",
                where="partial",
                what=what,
                fix="name a column of final weights (and replicate weights as columns), or estimate from all rows",
            )


def _two(names: tuple[str, ...], statistic: str) -> None:
    if len(names) != 2:
        raise LiteracyError(
            "estimate.variable",
            where="variable",
            what=tell("{} columns", len(names)),
            fix=tell("{} requires two", statistic),
        )


def _jobs(
    sample: Sample, statistic: str, names: tuple[str, ...], domains: Domains, missing: str
) -> tuple[Job, ...]:
    if statistic == "ratio":
        _two(names, statistic)
        return (ratio_job(sample, *names),)
    if statistic == "proportion":
        return share_jobs(sample, names, domains, missing, known_to(sample, names), block=True)
    if statistic == "total" and not all(counts_as_number(sample, n) for n in names):
        return tuple(category_job(sample, n, domains, "counts", block=True) for n in names)
    kind = "variance" if statistic == "population_variance" else statistic
    return number_jobs(sample, names, kind, missing, block=True)


def _cross(
    sample: Sample, names: tuple[str, ...], where: Where, kind: str, ci: str, level: float, extra: Any
) -> Totals:
    """Return the Totals of the cells of a table, and of all rows of its domain."""
    refuse_names(names, (*RESERVED, "count"), "row or column")
    task = Task(kind, names, (), ci, level, extra=extra)
    cells = sum_rows(
        sample, find_domains(sample, names, where, block=True), (Job("", "mean", (), (None,)),), task, True
    )
    rows = sum_rows(
        sample, find_domains(sample, None, where, block=True), (Job(ROWS, "mean", (), (None,)),), task, True
    )
    labels = find_labels(sample, names, cells.order, ())
    return replace(cells, parts=cells.parts + rows.parts, lost={}, origin=cells.origin.evolve(labels=labels))


def _as_category(p: Part, index: NDArray[np.int64], keys: Any, levels: tuple[Any, ...], name: str) -> Part:
    """Convert cells to levels (D, L) of domains; ``index`` is the position of each cell, -1 for empty ones."""
    cells, width = index.shape
    held = index >= 0

    def take(x: Floats, axis: int) -> Floats:
        out = np.take(x, np.where(held, index, 0).reshape(-1), axis=axis)
        shape = (*x.shape[:axis], cells, width, *x.shape[axis + 1 :])
        mask = held.reshape((1,) * axis + (cells, width) + (1,) * (x.ndim - axis - 1))
        return np.asarray(np.where(mask, out.reshape(shape), 0.0))

    groups = p.groups
    if groups is not None:
        groups = Groups(take(groups.count, 1), take(groups.mean, 1), take(groups.spread, 1))
    return replace(
        p,
        name=name,
        statistic="shares",
        keys=keys,
        levels=levels,
        centre=(),
        moments=None,
        t=take(p.t[:, 0], 0),
        n=take(p.n, 0).sum(axis=1),
        squares=take(p.squares, 0).sum(axis=1),
        z=tuple(take(z[..., 0], 1) for z in p.z),
        counts=None if p.counts is None else take(p.counts, 1).sum(axis=2),
        groups=groups,
        theta=None if p.theta is None else take(p.theta[..., 0], 1),
        inner=None if p.inner is None else take(p.inner[..., 0], 1),
        gram=None if p.gram is None else take(p.gram, 0).sum(axis=1),
    )


def _cells_of(totals: Totals) -> tuple[Part, Part, list[Any], list[Any], NDArray[np.int64]]:
    """Return the cells, all rows, the observed levels of both variables, and the position (r, c) of each cell."""
    cells = next(p for p in totals.parts if p.name != ROWS)
    every = next(p for p in totals.parts if p.name == ROWS)
    held = {k for k, n in zip(cells.keys, cells.n, strict=True) if n}
    rows = [v for v in totals.order[0] if any(k[0] == v for k in held)]
    columns = [v for v in totals.order[1] if any(k[1] == v for k in held)]
    place = {k: i for i, k in enumerate(cells.keys)}
    index = np.array([[place.get((a, b), -1) for b in columns] for a in rows], np.int64)
    return cells, every, rows, columns, index.reshape(len(rows), len(columns))


def _finish_independence(totals: Totals) -> Test:
    cells, every, rows, columns, index = _cells_of(totals)
    row, column = totals.task.variables
    for name, levels in ((row, rows), (column, columns)):
        if len(levels) < 2:
            raise LiteracyError(
                "estimate.variable",
                where=repr(name),
                what=tell("{} level{} among the respondents tested", len(levels), "s" * (len(levels) != 1)),
                fix="a table needs at least two levels of each variable",
            )
    statistic = str(dict(totals.task.extra)["test"])
    flat = index.T.reshape(1, -1)  # column-major order
    part = _as_category(cells, flat, ((),), tuple(range(flat.size)), "table")
    part = replace(part, statistic="counts" if statistic in WALD else "shares")
    result = finish_numbers(replace(totals, parts=(part,), order=(), scales=()))
    nu = float(part_degrees(totals, every)[0])
    missing = int(every.n.sum() - part.n.sum())
    notes = [tell("{} respondents with a missing value left out", missing)] if missing else []
    empty = int((part.t == 0).sum())
    notes += [tell("{} of {} cells are empty", empty, flat.size)] if empty else []
    if totals.spread is not None:
        notes.append(tell("covariance from {} replicates", len(totals.spread.rscales)))
    table = Crossed(
        row, column, len(rows), len(columns), part.t[0], result.covariance, int(part.n.sum()), int(every.n.sum()), nu,
        [*notes, *result.notes],
    )  # fmt: skip
    return test_table(table, statistic, replicated=totals.spread is not None)


def _finish_crosstab(totals: Totals) -> Estimate:
    cells, _, rows, columns, index = _cells_of(totals)
    row, column = totals.task.variables
    share = str(dict(totals.task.extra)["share"])
    by: tuple[str, ...] = ()
    order: tuple[tuple[Any, ...], ...] = ()
    if share == "all":
        part = _as_category(cells, index.reshape(1, -1), ((),), tuple(range(index.size)), "(cells)")
    else:
        turned, inner, outer, outer_levels, inner_levels = (
            (index, column, row, rows, columns) if share == "row" else (index.T, row, column, columns, rows)
        )
        keys = tuple((v,) for v in outer_levels)
        part = _as_category(cells, turned, keys, tuple(inner_levels), inner)
        by, order = (outer,), (tuple(outer_levels),)
    task = replace(totals.task, kind="proportion", by=by)
    labels = {k: v for k, v in totals.origin.labels.items() if share != "all" or k not in (row, column)}
    made = finish_estimate(
        replace(totals, parts=(part,), order=order, scales=((),) * len(order), task=task),
        totals.origin.evolve(labels=labels),
    )
    count = np.where(index >= 0, np.append(cells.n, 0.0)[index], 0.0).astype(np.int64)
    test: Test | LiteracyError
    try:
        test = _finish_independence(replace(totals, task=replace(totals.task, extra=(("test", "F"),))))
    except LiteracyError as error:
        test = error
    return arrange_table(made, row, column, rows, columns, count, share, test)
