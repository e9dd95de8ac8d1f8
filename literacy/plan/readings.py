"""What the waves and the returns say about one indicator."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from literacy.estimation import Estimate, mean, proportion
from literacy.estimation.change.waves import compare
from literacy.instrument import Goal, Indicator, Label
from literacy.plan.measures import Bools, mark_answers
from literacy.plan.returns import Report, Returns
from literacy.plan.statuses import (
    REASONS,
    Span,
    carry_forward,
    judge_change,
    judge_count,
    judge_goal,
    judge_pace,
)
from literacy.sampling import Sample

SMALLEST = 30
"""Respondents, and effective respondents, below which a mean is not relied on (shares follow the NCHS standard)."""
PREFIX = "indicator."
NAN = math.nan


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator as it stands.

    Attributes
    ----------
    indicator : Indicator
    status, reason : str
        A key of ``STATUSES`` and one of ``REASONS``.
    value, ci_low, ci_high : float
        The latest number with its interval; counts have none. NaN where there is none.
    year : int or None
        Of the number.
    n : int
        Respondents behind it.
    reliable : bool
        Whether a survey number may be relied on.
    before : float
        The number before, of the year ``before_year``.
    change, change_low, change_high, p_value : float
        Change since then, its interval and its test.
    goal : Goal or None
        The goal it was held against.
    synthetic : bool
        Whether any number behind it is made up.
    source : str
        Files behind it.
    record : str
        The office's record a returned number is from.
    """

    indicator: Indicator
    status: str
    reason: str
    value: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    year: int | None = None
    n: int = 0
    reliable: bool = False
    before: float = NAN
    before_year: int | None = None
    change: float = NAN
    change_low: float = NAN
    change_high: float = NAN
    p_value: float = NAN
    goal: Goal | None = None
    synthetic: bool = False
    source: str = ""
    record: str = ""

    @property
    def why(self) -> Label:
        """The reason in words."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class _Wave:
    """One wave's estimate of an indicator."""

    year: int
    sample: Sample
    estimate: Estimate
    rows: Bools

    @property
    def row(self) -> dict[str, object]:
        return {str(k): v for k, v in self.estimate.table.iloc[0].items()}

    def number(self, name: str) -> float:
        """One cell of the estimate as a float."""
        return float(str(self.row[name]))

    @property
    def reliable(self) -> bool:
        """As the estimate judges shares; means need respondents, effective respondents and an interval."""
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
    shared: bool,
    level: float,
) -> dict[str, Reading]:
    """Read every indicator from the waves and returns up to *year*."""
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
            out[i.id] = _read_reports(i, returns.series(i.id), goal, year)
    return out


def _estimate_wave(
    indicators: Sequence[Indicator], year: int, sample: Sample, level: float
) -> dict[str, _Wave]:
    """Estimates of the indicators a wave asked and somebody answered."""
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
    """The same wave for another universe, with base weights: margins are the indicator's universe's.

    A sample that speaks for it already is taken as it is; a wave without such respondents gives nobody weight.
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
    indicator: Indicator, waves: Sequence[_Wave], goal: Goal | None, year: int, shared: bool, level: float
) -> Reading:
    if not waves:
        return Reading(indicator, "no_data", "not_asked", goal=goal)
    last = waves[-1]
    before = waves[-2] if len(waves) > 1 else None
    span = Span(last.number("estimate"), last.number("ci_low"), last.number("ci_high"))
    if indicator.share:  # the t interval of a mean share may pass the ends
        span = Span(span.value, max(span.low, 0.0), min(span.high, 1.0))
    change = None if before is None else _compare(before, last, shared, level)
    status, reason = _judge(indicator, last, before, change, span, goal, year, level)
    used = [last] if before is None else [before, last]
    moved = {} if change is None else {str(k): v for k, v in change.table.iloc[0].items()}
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
        change=float(moved.get("estimate", NAN)),
        change_low=float(moved.get("ci_low", NAN)),
        change_high=float(moved.get("ci_high", NAN)),
        p_value=float(moved.get("p_value", NAN)),
        goal=goal,
        synthetic=any(w.sample.origin.synthetic for w in used),
        source="; ".join(dict.fromkeys(_file(w.sample) for w in used)),
    )


def _file(sample: Sample) -> str:
    return "" if sample.source is None else sample.source.path.replace("\\", "/").rpartition("/")[2]


def _compare(before: _Wave, last: _Wave, shared: bool, level: float) -> Estimate:
    """Change between two waves: through the estimates, or through the samples where these share their units."""
    if not shared:
        return compare(before.estimate, last.estimate, level=level)
    name = last.estimate.variable
    sides = [w.sample.evolve(frame=w.sample.frame.assign(**{PREFIX: w.rows})) for w in (before, last)]
    statistic = "proportion" if last.estimate.kind == "proportion" else "mean"
    return compare(
        sides[0], sides[1], name, where={PREFIX: True}, statistic=statistic, shared=True, level=level
    )


def _judge(
    indicator: Indicator,
    last: _Wave,
    before: _Wave | None,
    change: Estimate | None,
    span: Span,
    goal: Goal | None,
    year: int,
    level: float,
) -> tuple[str, str]:
    """Rules 1 to 4 of :mod:`literacy.plan.statuses`."""
    if last.year < year:
        return "cannot_tell", "stale"
    if not last.reliable:
        return "cannot_tell", "unreliable"
    testable = (
        before is not None and before.reliable and _inside(before, indicator) and _inside(last, indicator)
    )
    if goal is not None and goal.year <= year:
        return judge_goal(span, goal, indicator.direction)
    if goal is not None and before is not None and change is not None and testable:
        row = change.table.iloc[0]
        variances = (before.number("se") ** 2, last.number("se") ** 2, float(row["se"]) ** 2)
        years, ahead = last.year - before.year, goal.year - last.year
        carried = carry_forward(
            span.value, float(row["estimate"]), variances, years, ahead, float(row["df"]), level
        )
        return judge_pace(carried, goal, indicator.direction)
    if goal is not None:
        status, reason = judge_goal(span, goal, indicator.direction)
        return (status, reason) if status == "on_course" else ("cannot_tell", "single")
    if change is None:
        return "cannot_tell", "single"
    if not testable:
        return "cannot_tell", "untestable"
    row = change.table.iloc[0]
    return judge_change(float(row["estimate"]), float(row["p_value"]), indicator.direction, 1 - level)


def _inside(wave: _Wave, indicator: Indicator) -> bool:
    """Shares of 0 and 1 have a standard error of 0, which no test may rest on."""
    return wave.number("se") > 0 and (not indicator.share or 0 < wave.number("estimate") < 1)


def _read_reports(indicator: Indicator, reports: Sequence[Report], goal: Goal | None, year: int) -> Reading:
    known = [r for r in reports if r.year <= year]
    if not known:
        return Reading(indicator, "no_data", "not_reported", goal=goal)
    last = known[-1]
    before = known[-2] if len(known) > 1 else None
    if last.year < year:
        status, reason = "cannot_tell", "stale"
    else:
        status, reason = judge_count(
            last.value,
            NAN if before is None else before.value,
            NAN if before is None else last.year - before.year,
            NAN if goal is None else goal.year - year,
            goal,
            indicator.direction,
        )
    return Reading(
        indicator=indicator,
        status=status,
        reason=reason,
        value=last.value,
        year=last.year,
        reliable=True,
        before=NAN if before is None else before.value,
        before_year=None if before is None else before.year,
        change=NAN if before is None else last.value - before.value,
        goal=goal,
        synthetic=last.synthetic or (before is not None and before.synthetic),
        source="; ".join(dict.fromkeys(r.file.rpartition("/")[2] for r in known[-2:])),
        record=known[-1].source,
    )
