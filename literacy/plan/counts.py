"""Returned indicators: counts judged by Poisson variation, amounts as reported."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from literacy.instrument import Goal, Indicator
from literacy.instrument.indicators import WHOLE
from literacy.plan.contrasts import Contrast, count_covariance, weigh_carried, weigh_change, weigh_numbers
from literacy.plan.returns import Report
from literacy.plan.standings import NAN, Reading
from literacy.plan.statuses import Span, judge_booked, judge_change, judge_met, judge_pace


def read_reports(
    indicator: Indicator, reports: Sequence[Report], goal: Goal | None, year: int, level: float
) -> Reading:
    """Return the reading of one returned indicator up to *year*."""
    known = [r for r in reports if r.year <= year]
    if not known:
        return Reading(indicator, "no_data", "not_reported", goal=goal)
    last = known[-1]
    before = known[-2] if len(known) > 1 else None
    counted = indicator.returned in WHOLE
    step = _change(known[-2:], level) if before is not None else None
    since = _change(known, level) if before is not None else None
    if last.year < year:
        status, reason = "cannot_tell", "stale"
    elif goal is not None and (goal.year <= year or before is None):
        status, reason = judge_met(last.value, goal, indicator.direction)
        if goal.year > year and status == "behind":
            status, reason = "cannot_tell", "single"
    elif before is None or step is None or since is None:
        status, reason = "cannot_tell", "single"
    elif goal is not None:
        carried = _carry(known if counted else known[-2:], goal.year, level, counted)
        status, reason = judge_pace(carried, goal, indicator.direction)
        if not counted:
            reason = reason.replace("pace", "amount")  # an amount has no interval
        elif not any(r.value for r in known):
            status, reason = "cannot_tell", "equal"
    elif counted and all(r.value == last.value for r in known):
        status, reason = "cannot_tell", "equal"
    elif counted:
        p_since = 1.0 if math.isnan(since.p_value) and since.value == 0 else since.p_value
        status, reason = judge_change(
            since.value, p_since, step.value, step.p_value, indicator.direction, 1 - level
        )
    else:
        status, reason = judge_booked(last.value, before.value, indicator.direction)
    tested = counted and step is not None and since is not None
    used = known if counted else known[-2:]
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
        change_low=step.low if tested and step else NAN,
        change_high=step.high if tested and step else NAN,
        p_value=step.p_value if tested and step else NAN,
        start=known[0].value if since is not None else NAN,
        start_year=known[0].year if since is not None else None,
        since=since.value if since is not None else NAN,
        since_low=since.low if tested and since else NAN,
        since_high=since.high if tested and since else NAN,
        since_p=since.p_value if tested and since else NAN,
        line=tuple(r.year for r in known) if since is not None else (),
        last_year=next((r.value for r in known if r.year == last.year - 1), NAN),
        goal=goal,
        synthetic=any(r.synthetic for r in used),
        source="; ".join(dict.fromkeys(r.file.rpartition("/")[2] for r in used)),
        record=last.source,
        office=last.office,
    )


def _change(reports: Sequence[Report], level: float) -> Contrast:
    """Change along the line through Poisson counts; for two counts, z = (b - a) / sqrt(a + b)."""
    values = np.array([r.value for r in reports])
    weights = weigh_change([r.year for r in reports])
    return weigh_numbers(weights, values, count_covariance(values), np.full(len(values), np.inf), level)


def _carry(reports: Sequence[Report], year: int, level: float, counted: bool) -> Span:
    """Value of the line in the goal's year; without an interval for amounts."""
    values = np.array([r.value for r in reports])
    weights = weigh_carried([r.year for r in reports], year)
    made = weigh_numbers(weights, values, count_covariance(values), np.full(len(values), np.inf), level)
    return Span(made.value, made.low, made.high) if counted else Span(made.value, made.value, made.value)
