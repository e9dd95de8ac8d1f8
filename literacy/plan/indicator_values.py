"""Readings of an indicator from the waves and the returns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from literacy.estimation import Estimate, mean, proportion
from literacy.estimation.change.paired import share_units
from literacy.estimation.change.wave_change import compare
from literacy.instrument import Goal, Indicator
from literacy.plan.contrasts import Contrast, Floats, weigh_carried, weigh_change, weigh_numbers
from literacy.plan.counts import read_reports
from literacy.plan.measures import Bools, mark_answers
from literacy.plan.returns import Returns
from literacy.plan.standings import NAN, Reading
from literacy.plan.statuses import Span, judge_chance, judge_change, judge_goal, judge_pace
from literacy.sampling import Sample

if TYPE_CHECKING:
    from literacy.projection import Trend

SMALLEST = 30
"""Minimum respondents, and effective respondents, of a reliable mean (shares follow the NCHS standard)."""
PREFIX = "indicator."
Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    """The estimate of an indicator in one wave."""

    year: int
    sample: Sample
    estimate: Estimate
    rows: Bools

    @property
    def row(self) -> dict[str, object]:
        return {str(k): v for k, v in self.estimate.table.iloc[0].items()}

    def number(self, name: str) -> float:
        """Return a cell of the estimate as a float."""
        return float(str(self.row[name]))

    def testable(self, indicator: Indicator) -> bool:
        """Whether a test can be based on it: shares of 0 and 1 have standard error 0."""
        return self.number("se") > 0 and (not indicator.share or 0 < self.number("estimate") < 1)

    @property
    def reliable(self) -> bool:
        """Reliability as judged for shares; means need respondents, effective respondents and an interval."""
        if not (math.isfinite(self.number("ci_low")) and math.isfinite(self.number("ci_high"))):
            return False
        if self.estimate.kind == "proportion":
            return bool(self.row["reliable"])
        n_eff = self.number("n_eff")
        return self.number("n") >= SMALLEST and (n_eff >= SMALLEST or math.isnan(n_eff))


def read_indicators(
    indicators: Sequence[Indicator],
    samples: Mapping[int, Sample],
    returns: Returns,
    goals: Mapping[str, Goal],
    year: int,
    *,
    shared: Pairs,
    level: float,
) -> dict[str, Reading]:
    """Return the reading of every indicator up to *year*; ``shared`` are the pairs of waves with common units."""
    surveyed = [i for i in indicators if i.origin == "survey"]
    waves: dict[str, list[_Wave]] = {i.id: [] for i in surveyed}
    for when, sample in sorted(samples.items()):
        if when <= year:
            for name, wave in _estimate_wave(surveyed, when, sample, level).items():
                waves[name].append(wave)
    out = {}
    for i in indicators:
        goal = goals.get(i.id, i.goal)
        goal = None if goal is None or goal.value is None else goal
        if i.origin == "survey":
            out[i.id] = _read_waves(i, waves[i.id], goal, year, shared, level)
        else:
            out[i.id] = read_reports(i, returns.series(i.id), goal, year, level)
    return out


def _estimate_wave(
    indicators: Sequence[Indicator], year: int, sample: Sample, level: float
) -> dict[str, _Wave]:
    """Return the estimates of the indicators for which a wave has answers."""
    bases = {"": sample}
    marked, binary = {}, {}
    columns: dict[str, object] = {}
    for i in indicators:
        assert i.measure is not None
        marks = mark_answers(i.measure, sample.frame, sample.survey()[0])
        if marks is not None:
            marked[i.id], binary[i.id] = marks.rows, marks.binary
            columns[PREFIX + i.id] = marks.values
    extra = pd.DataFrame(columns, index=sample.frame.index)
    out: dict[str, _Wave] = {}
    for i in indicators:
        if i.id not in marked or i.measure is None:
            continue
        universe = i.measure.universe
        if universe not in bases:
            bases[universe] = _other_universe(sample, universe)
        base = bases[universe]
        answered = extra[PREFIX + i.id].notna().to_numpy() & marked[i.id]
        if not (answered & (base.weight != 0)).any():
            continue
        widened = base.evolve(frame=pd.concat([base.frame, extra[[PREFIX + i.id]]], axis=1))
        estimator = proportion if binary[i.id] else mean
        made = estimator(widened, PREFIX + i.id, where=marked[i.id], level=level)
        out[i.id] = _Wave(year, widened, made, marked[i.id])
    return out


def _other_universe(sample: Sample, universe: str) -> Sample:
    """Return the sample of a wave for another universe, with base weights: margins are those of the indicator's.

    A sample of that universe is returned unchanged; in a wave without such respondents all weights are 0.
    """
    frame = sample.frame
    inside = (frame["universe"] == universe).fillna(False).to_numpy(dtype=bool)
    if inside.any() and bool(inside[sample.weight != 0].all()):
        return sample
    if not inside.any():
        return sample.evolve(weight=sample.weight * 0.0)
    other = Sample(frame, sample.design, universe=universe)
    return other.evolve(
        instrument=sample.instrument, wave=sample.wave, standard=sample.standard, source=sample.source
    )


def _read_waves(
    indicator: Indicator, waves: Sequence[_Wave], goal: Goal | None, year: int, shared: Pairs, level: float
) -> Reading:
    if not waves:
        return Reading(indicator, "no_data", "not_asked", goal=goal)
    last = waves[-1]
    before = waves[-2] if len(waves) > 1 else None
    span = Span(last.number("estimate"), last.number("ci_low"), last.number("ci_high"))
    if indicator.share:  # the t interval of a mean share may exceed 0 or 1
        span = Span(span.value, max(span.low, 0.0), min(span.high, 1.0))
    line = _line(waves, indicator)
    spread = _covariance(waves, shared, level)
    step = None if before is None else _weigh([before, last], waves, spread, shared, level)
    since = None if len(line) < 2 else _weigh(line, waves, spread, shared, level)
    chance = math.nan
    if last.year < year:
        status, reason = "cannot_tell", "stale"
    elif not last.reliable:
        status, reason = "cannot_tell", "unreliable"
    elif goal is not None and goal.year < waves[0].year:
        status, reason = "cannot_tell", "early"
    elif goal is not None and goal.year <= year and not _unseen(waves, goal):
        status, reason = judge_goal(_judged(indicator, waves, goal, span, level), goal, indicator.direction)
    elif (
        goal is not None
        and last.estimate.kind == "proportion"
        and math.isfinite(chance := _chance(indicator, waves, spread, goal, since is not None))
    ):
        status, reason = judge_chance(chance, level)
    elif goal is not None and since is not None:
        carried = _weigh(line, waves, spread, shared, level, goal.year)
        status, reason = judge_pace(Span(carried.value, carried.low, carried.high), goal, indicator.direction)
    elif goal is not None:
        status, reason = judge_goal(span, goal, indicator.direction)
        if status != "on_course":
            status, reason = "cannot_tell", "single"
    elif before is None:
        status, reason = "cannot_tell", "single"
    elif since is None:
        status, reason = "cannot_tell", "untestable"
    else:
        p_step = NAN if step is None or not before.testable(indicator) else step.p_value
        change = NAN if step is None else step.value
        status, reason = judge_change(
            since.value, since.p_value, change, p_step, indicator.direction, 1 - level
        )
    used = [w for w in waves if w in line or w in (before, last)]
    return Reading(
        indicator=indicator,
        status=status,
        reason=reason,
        value=span.value,
        ci_low=span.low,
        ci_high=span.high,
        year=last.year,
        n=int(last.number("n")),
        reliable=last.reliable,
        before=NAN if before is None else before.number("estimate"),
        before_year=None if before is None else before.year,
        **_changes(step, since),
        start=NAN if since is None else line[0].number("estimate"),
        start_year=None if since is None else line[0].year,
        line=tuple(w.year for w in line),
        chance=chance,
        last_year=next((w.number("estimate") for w in waves if w.year == last.year - 1), NAN),
        goal=goal,
        synthetic=any(w.sample.origin.synthetic for w in used),
        source="; ".join(dict.fromkeys(_file(w.sample) for w in used)),
    )


def _changes(step: Contrast | None, since: Contrast | None) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for one, names in (
        (step, ("change", "change_low", "change_high", "p_value")),
        (since, ("since", "since_low", "since_high", "since_p")),
    ):
        if one is not None:
            out |= dict(zip(names, (one.value, one.low, one.high, one.p_value), strict=True))
    return out


def _file(sample: Sample) -> str:
    return "" if sample.source is None else sample.source.path.replace("\\", "/").rpartition("/")[2]


def _line(waves: Sequence[_Wave], indicator: Indicator) -> list[_Wave]:
    """Return the waves through which the line is fitted: from the first reliable one on, those suitable for a test."""
    first = next((i for i, w in enumerate(waves) if w.reliable and w.testable(indicator)), len(waves))
    line = [w for w in waves[first:] if w.testable(indicator)]
    return line if line and line[-1] is waves[-1] else []


def _covariance(waves: Sequence[_Wave], shared: Pairs, level: float) -> Floats:
    """Return the sampling covariance of the waves: of independent samples, or of samples of the same units."""
    out = np.diag([w.number("se") ** 2 for w in waves])
    for i, j in combinations(range(len(waves)), 2):
        one, other = waves[i], waves[j]
        if (one.year, other.year) in shared and share_units(one.sample, other.sample, (one.rows, other.rows)):
            moved = float(_compare(waves[i], waves[j], level).table["se"].iloc[0]) ** 2
            out[i, j] = out[j, i] = (out[i, i] + out[j, j] - moved) / 2
    return out


def _weigh(
    line: Sequence[_Wave], waves: Sequence[_Wave], spread: Floats, shared: Pairs, level: float, at: int | None = None
) -> Contrast:  # fmt: skip
    """Return the change along the line through some waves, or its value in a year."""
    years, keep = [w.year for w in line], [i for i, w in enumerate(waves) if w in line]
    weights = weigh_change(years) if at is None else weigh_carried(years, at)
    values, df = (np.array([w.number(k) for w in line]) for k in ("estimate", "df"))
    return weigh_numbers(
        weights,
        values,
        spread[np.ix_(keep, keep)],
        df,
        level,
        shared=bool(shared & set(combinations(years, 2))),
    )


def _compare(before: _Wave, last: _Wave, level: float) -> Estimate:
    """Estimate the change between two samples of the same units."""
    name = last.estimate.variable
    sides = [w.sample.evolve(frame=w.sample.frame.assign(**{PREFIX: w.rows})) for w in (before, last)]
    statistic = "proportion" if last.estimate.kind == "proportion" else "mean"
    return compare(
        sides[0], sides[1], name, where={PREFIX: True}, statistic=statistic, shared=True, level=level
    )


def _trend(waves: Sequence[_Wave], spread: Floats | None) -> Trend:
    """Return the waves as a trend, as used in ``literacy project``."""
    from literacy.projection import trend

    instrument = waves[-1].sample.survey()[0]
    return trend({w.year: w.estimate for w in waves}, area=instrument.area, covariance=spread)


def _unseen(waves: Sequence[_Wave], goal: Goal) -> bool:
    """Whether a goal is one of a share in a year without a wave, which only the projection reaches."""
    return waves[-1].estimate.kind == "proportion" and all(w.year != goal.year for w in waves)


def _judged(indicator: Indicator, waves: Sequence[_Wave], goal: Goal, span: Span, level: float) -> Span:
    """Return the interval against which a goal whose year has come is judged."""
    if indicator.share and waves[-1].estimate.kind == "proportion":
        from literacy.projection import judge

        made = judge(_trend(waves, None), goal, confidence=level)
        return Span(made.estimate, made.ci_low, made.ci_high)
    return span


def _chance(indicator: Indicator, waves: Sequence[_Wave], spread: Floats, goal: Goal, several: bool) -> float:
    """Probability of reaching a goal: the city's literacy is projected below the nation, other shares alone.

    NaN if the waves cannot be projected: without several, a share alone, or a city scored by another standard than the
    national series.
    """
    from literacy.projection import project, series_trend

    measure = indicator.measure
    assert measure is not None
    city = measure.columns == ("literate",) and not (measure.group or measure.universe or measure.where)
    shared = spread if np.count_nonzero(spread - np.diag(np.diag(spread))) else None
    line = _trend(waves, shared)
    below = city and {s for s in line.standards if s} <= set(series_trend("national").standards)
    if not (several or below):
        return NAN
    chance = project(line, goal, higher=None if city else ()).outlooks[0].probability
    return chance if indicator.direction == "higher" else 1 - chance
