"""Quantiles of rows that are read block by block, in a few passes over them.

The first pass summarises the distribution of each domain; further ones narrow the quantile down, unless the domain has
few values. The sums of the share at or below it give Woodruff's limits of that share, which are converted to values in
the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.estimation.core.code_labels import find_labels
from literacy.estimation.core.domains import By, Layer, Where, find_domains
from literacy.estimation.core.engine import sum_rows
from literacy.estimation.core.estimate import Estimate, check_level, make_estimate
from literacy.estimation.core.finishing import Result, finish_numbers
from literacy.estimation.core.sample_columns import read_numbers
from literacy.estimation.core.totals import MANY_DOMAINS, Task, Totals, name_units
from literacy.estimation.statistics.block_ranks import (
    HIGH,
    LOW,
    Hunt,
    Key,
    NarrowRows,
    RankRows,
    begin_hunt,
    refuse_domains,
)
from literacy.estimation.statistics.quantiles import (
    METHODS,
    describe_quantiles,
    limit_shares,
    read_probabilities,
    share_job,
)
from literacy.kernels.design.quantiles import TIE
from literacy.messages import tell
from literacy.sampling import Sample

Floats = NDArray[np.float64]
Complete = Callable[[Totals], Totals]
"""Function that adds to the sums of all blocks the history of the rows and, if there are any, replicates."""


@dataclass(frozen=True, slots=True, eq=False)
class ShareRows:
    """The sums of the share at or below a value of each domain."""

    asked: RankRows
    p: float
    level: float
    points: Mapping[Key, float]

    def partial(self, block: Sample) -> Totals:
        """Return the Totals of a block."""
        x = read_numbers(block, self.asked.variable)
        domains = find_domains(block, self.asked.by, self.asked.where, block=True)

        def limits(layer: Layer) -> Floats:
            return np.array([self.points[key] for key in layer.keys])

        job = share_job(self.asked.variable, x, self.p, limits)
        task = Task("quantile", (self.asked.variable,), domains.by, level=self.level)
        totals = sum_rows(block, domains, (job,), task, merge=True)
        labels = find_labels(block, domains.by, domains.order, [job.name])
        origin = totals.origin.evolve(labels=labels)
        return replace(totals, units=name_units(totals), origin=origin)


@dataclass(frozen=True, slots=True, eq=False)
class QuantileSearch:
    """A quantile of rows in blocks: what the next pass over them collects, and what follows from it.

    Attributes
    ----------
    task : RankRows, NarrowRows or ShareRows
        What the next pass collects: ``task.partial(block)`` gives sums that can be added.
    asked, p, ci, level, df : the question.
    approximate : whether the summaries of the first pass are enough.
    hunt : the values looked for; None before the first pass.
    points : the quantiles by domain, once they are known.
    totals, result : the sums of the shares at or below them, and those shares, once they are known.
    """

    task: RankRows | NarrowRows | ShareRows
    asked: RankRows
    p: float
    ci: str
    level: float
    df: float | None
    approximate: bool
    hunt: Hunt | None = None
    points: Mapping[Key, float] | None = None
    totals: Totals | None = None
    result: Result | None = None

    @property
    def tasks(self) -> tuple[RankRows | NarrowRows | ShareRows]:
        """What the next pass collects of every block."""
        return (self.task,)

    def proceed(self, found: Sequence[Any], complete: Complete) -> QuantileSearch | Estimate:
        """Return the search for the next pass, or the estimate, given the sums of all blocks.

        Raises
        ------
        LiteracyError
            ``estimate.domain``: no row in any block, or more domains than a table may have.
        """
        (seen,) = found
        if isinstance(seen, Totals):
            return self._seek_limits(complete(seen))
        if self.hunt is not None:
            return self._continue(self.hunt.narrow(seen))
        if len(seen.keys) > MANY_DOMAINS:
            raise refuse_domains(len(seen.keys))
        hunt = begin_hunt(seen)
        aims = {(key, LOW): self.p for key in hunt.keys}
        return self._continue(hunt.guess(aims) if self.approximate else hunt.seek(aims))

    def _continue(self, hunt: Hunt) -> QuantileSearch | Estimate:
        """Look closer at what is not yet found; then ask for the shares, or finish."""
        if hunt.windows:
            return replace(self, task=NarrowRows(self.asked, hunt.windows), hunt=hunt)
        if self.result is not None:
            return self._finish(hunt, self.result)
        points = {key: hunt.found[key, LOW] for key in hunt.keys}
        task = ShareRows(self.asked, self.p, self.level, points)
        return replace(self, task=task, hunt=hunt, points=points)

    def _seek_limits(self, totals: Totals) -> QuantileSearch | Estimate:
        """Look for the values at Woodruff's limits of the shares."""
        assert self.hunt is not None
        if not any(p.n.sum() for p in totals.parts) and not any(totals.missing.values()):
            raise LiteracyError(
                "estimate.domain", where="finish", what="no row of any block belongs to a domain",
                fix="choose another domain or universe",
            )  # fmt: skip
        r = finish_numbers(totals)
        low, high = limit_shares(r, self._degrees(r), self.level, self.ci)
        if self.approximate:
            low, high = self._widen(self.hunt, r, low, high)
        aims = {(k, LOW): float(v) for k, v in zip(r.keys, low, strict=True)}
        aims |= {(k, HIGH): float(v) for k, v in zip(r.keys, high, strict=True)}
        search = replace(self, totals=totals, result=r)
        return search._continue(self.hunt.enclose(aims) if self.approximate else self.hunt.seek(aims))

    def _widen(self, hunt: Hunt, r: Result, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Return limits moved outwards where the share of an approximate value is not the probability asked for."""
        inexact = np.array([hunt.errors.get(key, 0.0) > 0 for key in r.keys], bool)
        down = np.where(inexact, np.maximum(r.estimate - self.p, 0.0), 0.0)
        up = np.where(inexact, np.maximum(self.p - r.estimate, 0.0), 0.0)
        return np.where(low >= 0, np.maximum(low - down, 0.0), low), np.where(
            high <= 1, np.minimum(high + up, 1.0), high
        )

    def _degrees(self, r: Result) -> Floats:
        return r.df if self.df is None else np.full(len(r.df), float(self.df))

    def _finish(self, hunt: Hunt, r: Result) -> Estimate:
        totals, points = self.totals, self.points
        assert totals is not None and points is not None
        low, high = (np.array([hunt.found[key, side] for key in r.keys]) for side in (LOW, HIGH))
        numbers = describe_quantiles(
            totals, r, np.array([self.p]), np.array([points[key] for key in r.keys]), (low, high),
            self._degrees(r), self.ci, "math", notes=self._describe(hunt),
        )  # fmt: skip
        origin = totals.origin.evolve(variance="taylor" if totals.spread is None else totals.spread.method)
        if totals.blocks > 1:
            origin = origin.add_step(tell("totals of {} rows in {} blocks", totals.rows, totals.blocks))
        return make_estimate(numbers, origin)

    def _describe(self, hunt: Hunt) -> tuple[str, ...]:
        """Return the notes on the error of approximate quantiles."""
        if not self.approximate:
            return ()
        variable = self.asked.variable
        if bool(hunt.whole.exact.all()):
            return (tell("no approximation was needed: the quantiles of {} are exact", variable),)
        error = max(hunt.errors.values(), default=0.0)
        return (
            tell(
                "approximate: each value of {} is the quantile of a probability at most {} percentage points from {}",
                variable, round_up(error), self.p,
            )
            if error > TIE
            else tell(
                "approximate, but the rank of no value of {} is off: the share below it is at most {}, the share at or "
                "below it at least that",
                variable, self.p,
            ),
            tell(
                "se and interval are those of the share at or below the value found, from the sums of sampling units; "
                "limits are moved outwards by the error of their ranks"
            ),
        )  # fmt: skip


def round_up(share: float) -> str:
    """Return a share above 0 in percentage points, to two significant digits: a bound is never rounded to nothing."""
    points = 100.0 * share
    digits = max(1 - math.floor(math.log10(points)), 0)
    return f"{math.ceil(points * 10.0**digits) / 10.0**digits:.{digits}f}"


def search_quantile(
    variable: str, p: float, *, by: By = None, where: Where = None, ci: str = "mean", level: float = 0.95,
    df: float | None = None, approximate: bool = False,
) -> QuantileSearch:  # fmt: skip
    """Return the search for a quantile, by rule "math", of rows in blocks. Arguments as in :func:`literacy.quantile`.

    Parameters
    ----------
    variable, p, by, where, level, df
        As in :func:`literacy.quantile`.
    ci : str
        "mean", "logit", "beta" or "arcsine".
    approximate : bool
        Whether values near the quantiles are enough, which the first pass finds.
    """
    check_level(level)
    option("ci", ci, tuple(m for m in METHODS if m != "replicates"))
    (wanted,) = read_probabilities(p)
    asked = RankRows(str(variable), by, where)
    return QuantileSearch(asked, asked, float(wanted), ci, level, df, approximate)
