"""Quantiles with intervals by inversion of the distribution function (Woodruff) or from replicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.estimation.core.domains import By, Domains, Layer, Where, describe_domains, find_domains
from literacy.estimation.core.engine import Job, sum_rows
from literacy.estimation.core.estimate import Estimate, Numbers, check_level
from literacy.estimation.core.finishing import Result, finish_numbers
from literacy.estimation.core.results import describe_missing, design_effects, estimate_from
from literacy.estimation.core.sample_columns import read_numbers
from literacy.estimation.core.totals import Task, Totals
from literacy.kernels.design.intervals import proportion_interval, symmetric_interval, t_quantile
from literacy.kernels.design.quantiles import RULES, sorted_quantiles, weighted_quantiles
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.sampling.replication import describe_lost

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
METHODS = ("mean", "logit", "beta", "arcsine", "replicates")


def quantile(
    sample: Sample, variable: str, p: float | Sequence[float] = 0.5, *, by: By = None, where: Where = None,
    rule: str = "math", ci: str = "mean", level: float = 0.95, df: float | None = None,
) -> Estimate:  # fmt: skip
    """Estimate population quantiles.

    Parameters
    ----------
    sample : Sample
    variable : str
        A numeric column.
    p : float or list of float
        Probabilities: 0.5 is the median.
    by, where, level, df
        As in :func:`literacy.estimation.mean`.
    rule : str
        "math" (smallest value at which the distribution function reaches p; default), "school" (mean of two values at a
        tie), or "hf1" to "hf9" (Hyndman and Fan's types). Ties are determined exactly.
    ci : str
        Woodruff's interval: limits of the share at or below the quantile, converted back to values; the limits are
        "mean" (symmetric), "logit", "beta" or "arcsine". "replicates": from the variance of the quantile over replicate
        weights (not for jackknife methods).

    Returns
    -------
    Estimate
        ``level`` is the probability. The standard error is the width of the interval divided by twice the t quantile.

    Examples
    --------
    >>> lit.quantile(sample, "total", [0.25, 0.5, 0.75]).estimate
    array([34., 46., 60.])
    """
    check_level(level)
    option("rule", rule, RULES)
    option("ci", ci, METHODS)
    wanted = read_probabilities(p)
    if ci == "replicates" and (sample.replicates is None or sample.replicates.method in ("jk1", "jkn")):
        raise LiteracyError(
            "estimate.option",
            where="ci='replicates'",
            what="the sample has no replicates suitable for a quantile",
            fix="create bootstrap or half-sample replicates, or use ci='mean'",
        )
    variable = str(variable)
    domains = find_domains(sample, by, where)
    x = read_numbers(sample, variable)
    parts = {id(layer): _sort_cells(layer, x, sample.weight) for layer in domains.layers}
    points = {k: np.stack([_evaluate(*c, wanted, rule) for c in cells]) for k, cells in parts.items()}

    def place(i: int, layer: Layer) -> Floats:
        return points[id(layer)][:, i]

    jobs = tuple(share_job(variable, x, float(q), partial(place, i)) for i, q in enumerate(wanted))
    totals = sum_rows(sample, domains, jobs, Task("quantile", (variable,), domains.by, level=level))
    result = finish_numbers(totals)
    estimate = _spread(domains, points, len(wanted))
    degrees = result.df if df is None else np.full(len(estimate), float(df))
    if ci == "replicates":
        lost: list[str] = []
        covariance = _replicate(sample, domains, x, wanted, rule, estimate, lost)
        limits = symmetric_interval(estimate, np.sqrt(np.diag(covariance)), degrees, level)
        notes: tuple[str, ...] = tuple(lost)
    else:
        shares = limit_shares(result, degrees, level, ci)
        limits = _invert(domains, parts, shares, rule, len(wanted))
        covariance, notes = None, ()
    numbers = describe_quantiles(
        totals, result, wanted, estimate, limits, degrees, ci, rule, covariance=covariance, notes=notes
    )
    return estimate_from(sample, numbers)


def read_probabilities(p: float | Sequence[float]) -> Floats:
    """Return probabilities (P,), which must lie between 0 and 1."""
    wanted = np.atleast_1d(np.asarray(p, np.float64))
    if wanted.ndim != 1 or not ((wanted > 0) & (wanted < 1)).all():
        raise LiteracyError(
            "estimate.option",
            where=f"p={p}",
            what="not between 0 and 1",
            fix="for example 0.5, or [0.25, 0.5, 0.75]",
        )
    return wanted


def limit_shares(r: Result, df: Floats, level: float, ci: str) -> tuple[Floats, Floats]:
    """Return the limits (K,) of the shares at or below the quantiles, by Woodruff's method."""
    se = np.sqrt(np.diag(r.covariance))
    if ci == "mean":
        return symmetric_interval(r.estimate, se, df, level)
    return proportion_interval(r.estimate, se, df, level, ci, r.n, r.kish)


def describe_quantiles(
    totals: Totals, r: Result, p: Floats, estimate: Floats, limits: tuple[Floats, Floats], df: Floats, ci: str,
    rule: str, *, covariance: Floats | None = None, notes: tuple[str, ...] = (),
) -> Numbers:  # fmt: skip
    """Return quantiles (K,), by domain and probability, with their uncertainty.

    Parameters
    ----------
    totals, r : sums of the shares at or below the quantiles, and the result from them
    p : probabilities
    estimate, limits, df : (K,) quantiles, their limits and degrees of freedom
    ci, rule : as in :func:`quantile`
    covariance : (K, K), from replicates; default: from the width of the intervals
    notes : notes that precede the others
    """
    task = totals.task
    low, high = limits
    if covariance is None:
        se = (high - low) / (2 * t_quantile(df, task.level))
        covariance = _covariance(r, se)
        notes = (*notes, tell("se is the width of the interval divided by twice the t quantile"))
    else:
        se = np.sqrt(np.diag(covariance))
    notes = (*notes, *describe_missing(totals))
    if np.isnan(low).any() or np.isnan(high).any():
        notes = (*notes, tell("no limit where the interval of the share extends beyond 0 to 1"))
    effect, n_eff, _ = design_effects(r, "wr", relative=False)
    return Numbers(
        kind="quantile",
        labels={
            **{name: [k[i] for k in r.keys] for i, name in enumerate(task.by)},
            "variable": [*task.variables] * len(estimate),
            "level": np.tile(p, len(r.keys) // len(p)).tolist(),
        },
        estimate=estimate,
        covariance=covariance,
        df=df,
        n=r.n,
        level=task.level,
        by=task.by,
        overlapping=totals.overlapping,
        ci=tell("replicate t") if ci == "replicates" else tell("Woodruff {}", ci),
        limits=limits,
        se=se,
        n_eff=n_eff,
        deff=effect,
        unit="number",
        method=f"{'woodruff ' if ci != 'replicates' else ''}{ci}, {rule}",
        notes=(
            *notes,
            tell("deff and n_eff refer to the share below the quantile"),
            *describe_domains(totals.lost, totals.overlapping),
            *r.notes,
        ),
    )


def _evaluate(x: Floats, weight: Floats, p: Floats, rule: str) -> Floats:
    return sorted_quantiles(x, weight, p, rule) if len(x) else np.full(len(p), np.nan)


def _sort_cells(layer: Layer, x: Floats, weight: Floats) -> list[tuple[Floats, Floats]]:
    """Return the sorted values and weights of each domain."""
    rows = np.flatnonzero((layer.cell >= 0) & ~np.isnan(x) & (weight > 0))
    rows = rows[np.lexsort((x[rows], layer.cell[rows]))]
    ends = np.searchsorted(layer.cell[rows], np.arange(len(layer.keys) + 1))
    return [(x[rows[a:b]], weight[rows[a:b]]) for a, b in pairwise(ends)]


def share_job(variable: str, x: Floats, p: float, limits: Callable[[Layer], Floats]) -> Job:
    """Return the job of the share at or below a value of each domain; ``limits`` are those values, by layer."""
    valid = ~np.isnan(x)
    mask = None if valid.all() else valid
    plain = Job(variable, "mean", (p,), (), (0.0,), valid=mask, binary=True)

    def adapt(layer: Layer) -> Job:
        limit = np.append(limits(layer), np.nan)[layer.cell]
        below = np.asarray(np.nan_to_num(x) <= limit, np.int8)
        return replace(plain, columns=(None, below), adapt=None)

    return replace(plain, adapt=adapt)


def _spread(domains: Domains, points: dict[int, Floats], count: int) -> Floats:
    """Return the quantiles in the order of the engine's result: by domain, then probability."""
    flat = {
        (i, d): points[id(layer)][d] for i, layer in enumerate(domains.layers) for d in range(len(layer.keys))
    }
    return np.concatenate([flat[k] for k in _order(domains)]) if count else np.zeros(0)


def _order(domains: Domains) -> list[tuple[int, int]]:
    """Return (layer, domain) in the order of the table."""
    rank = [{v: i for i, v in enumerate(values)} for values in domains.order]
    places = [
        (tuple(r[v] for r, v in zip(rank, key, strict=True)), i, d)
        for i, layer in enumerate(domains.layers)
        for d, key in enumerate(layer.keys)
    ]
    return [(i, d) for _, i, d in sorted(places)]


def _invert(
    domains: Domains, parts: dict[int, list[tuple[Floats, Floats]]], shares: tuple[Floats, Floats], rule: str,
    count: int,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return Woodruff's limits: limits of the share below each quantile, converted to values."""
    low, high = np.full(len(shares[0]), np.nan), np.full(len(shares[1]), np.nan)
    for j, (i, d) in enumerate(_order(domains)):
        x, w = parts[id(domains.layers[i])][d]
        rows = slice(j * count, (j + 1) * count)
        for out, limit in zip((low, high), shares, strict=True):
            out[rows] = weighted_quantiles(x, w, limit[rows], rule)
    return low, high


def _covariance(r: Result, se: Floats) -> Floats:
    """Covariance of the quantiles: correlations of the shares below them, and the standard errors of the quantiles."""
    scale = np.sqrt(np.diag(r.covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(np.outer(scale, scale) > 0, r.covariance / np.outer(scale, scale), 0.0)
    return np.asarray(correlation * np.outer(se, se))


def _replicate(
    sample: Sample, domains: Domains, x: Floats, p: Floats, rule: str, estimate: Floats,
    notes: list[str],
) -> Floats:  # fmt: skip
    """Covariance of the quantiles over the replicates."""
    replicates = sample.replicates
    assert replicates is not None
    thetas = []
    for i, d in _order(domains):
        rows = np.flatnonzero((domains.layers[i].cell == d) & ~np.isnan(x))
        rows = rows[np.argsort(x[rows], kind="stable")]
        weights = replicates.weights(rows)
        values = x[rows]
        each = [weighted_quantiles(values, weights[:, j], p, rule) for j in range(replicates.count)]
        thetas.append(np.stack(each))
    joint = np.concatenate(thetas, axis=1)
    notes += describe_lost(int(replicates.lost(joint, estimate).sum()), replicates.count)
    return replicates.covariance(joint, estimate)
