"""From engine results to an Estimate: design effects, reliability, labels and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.estimation.core.code_labels import find_labels
from literacy.estimation.core.domains import Domains, describe_domains
from literacy.estimation.core.engine import Job, sum_rows
from literacy.estimation.core.estimate import Estimate, Numbers, make_estimate
from literacy.estimation.core.finishing import Result, finish_numbers
from literacy.estimation.core.totals import Task, Totals
from literacy.kernels.design.intervals import proportion_interval
from literacy.kernels.release.presentation import judge_proportions
from literacy.messages import mark, tell
from literacy.provenance import Origin
from literacy.sampling import Sample

Floats = NDArray[np.float64]
RELATIVE = 0.01  # weights with a mean within this distance of 1 are taken to be scaled to the sample size
WITHOUT = mark(
    "no without-replacement design effect: the weights sum to the sample size, not to a population"
)


def weights_are_relative(totals: Totals) -> bool:
    """Whether weights contain no population size: there is no fpc, and they sum to about the number of rows."""
    if totals.design.fpc:
        return False
    return bool(abs(totals.mass / max(totals.live, 1) - 1) <= RELATIVE)


def design_effects(r: Result, deff: str, relative: bool) -> tuple[Floats, Floats, list[str]]:
    """Return the design effect against the given reference, n_eff, and a note if the reference does not exist.

    n_eff = n / deff with deff against sampling with replacement, whichever reference is shown; Kish's if the variance
    is 0.
    """
    var = np.diag(r.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        with_replacement = np.where(r.srs > 0, var / r.srs, np.nan)
        n_eff = np.where(var > 0, r.n / with_replacement, r.kish)
        if deff == "wr":
            return with_replacement, n_eff, []
        if relative:
            return np.full(len(var), np.nan), n_eff, [tell(WITHOUT)]
        left = (r.population - r.n) / r.population
        value = np.where(left > 0, with_replacement / left, np.nan)
    return value, n_eff, [tell(WITHOUT)] if bool((left <= 0).any()) else []


def estimate_rows(
    sample: Sample, domains: Domains, jobs: Sequence[Job], task: Task, notes: tuple[str, ...] = ()
) -> Estimate:
    """Return the Estimate of all rows of a sample, computed as a single block."""
    totals = sum_rows(sample, domains, jobs, task)
    labels = find_labels(sample, domains.by, domains.order, [j.name for j in jobs])
    return finish_estimate(totals, sample.origin.evolve(labels=labels), notes)


def finish_estimate(totals: Totals, origin: Origin, notes: tuple[str, ...] = ()) -> Estimate:
    """Return the Estimate of Totals.

    Parameters
    ----------
    totals : Totals
    origin : Origin
        Provenance of the rows, with labels.
    notes : tuple of str
        Notes that precede the others.
    """
    task, r = totals.task, finish_numbers(totals)
    relative = task.deff == "wor" and weights_are_relative(totals)
    effect, n_eff, extra = design_effects(r, task.deff, relative)
    share = task.kind == "proportion"
    df = r.df if task.df is None else np.full(len(r.df), float(task.df))
    se = np.sqrt(np.maximum(np.diag(r.covariance), 0.0))
    se = np.where(np.isfinite(r.estimate) & np.isfinite(np.diag(r.covariance)), se, np.nan)
    labels: dict[str, Sequence[Any]] = {name: [k[i] for k in r.keys] for i, name in enumerate(task.by)}
    labels["variable"] = r.variables
    if any(x is not None for x in r.levels):
        labels["level"] = r.levels
    limits = reliable = None
    if share:
        limits = proportion_interval(r.estimate, se, df, task.level, task.ci, r.n, r.kish)
        reliable, review = judge_proportions(r.estimate, se, df, r.n, n_eff, r.kish)
        extra += describe_reliability(reliable, review)
    if (df <= 0).any():
        extra.append(tell("no interval where fewer than two sampling units contain the domain (df 0)"))
    numbers = Numbers(
        kind=task.kind,
        labels=labels,
        estimate=r.estimate,
        covariance=r.covariance,
        df=df,
        n=r.n,
        level=task.level,
        by=task.by,
        overlapping=totals.overlapping,
        ci=task.ci,
        limits=limits,
        se=se,
        n_eff=n_eff,
        deff=effect,
        reliable=reliable,
        against=task.deff,
        method=task.ci if share else "",
        notes=(
            *notes,
            *totals.notes,
            *describe_missing(totals),
            *describe_domains(totals.lost, totals.overlapping),
            *r.notes,
            *extra,
        ),
    )
    return make_estimate(numbers, origin)


def estimate_from(sample: Sample, numbers: Numbers, step: str = "") -> Estimate:
    """Return an Estimate of numbers computed otherwise from a sample, with the labels of its instrument."""
    order = [list(dict.fromkeys(numbers.labels[name])) for name in numbers.by]
    labels = find_labels(sample, numbers.by, order, numbers.labels["variable"])
    return make_estimate(numbers, sample.origin.evolve(labels=labels).add_step(step))


def describe_missing(totals: Totals) -> list[str]:
    """Return notes on rows of the domains without a value, one per variable."""
    return [
        tell("{} rows without {} lie outside its domain", count, name)
        for name, count in totals.missing.items()
        if count
    ]


def describe_reliability(reliable: NDArray[np.bool_], review: NDArray[np.bool_]) -> list[str]:
    """Return notes on shares that should not be published, or only after review."""
    out = []
    if (~reliable).any():
        out.append(
            tell("{} of {} not reliable by the NCHS 2017 standards", int((~reliable).sum()), len(reliable))
        )
    if review.any():
        out.append(
            tell(
                "{} reliable, but to be reviewed by a statistician (df below 8, or a share of 0 or 1)",
                int(review.sum()),
            )
        )
    return out
