"""Facts about goals, the projection, higher levels and the plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from literacy.instrument import Goal, Label
from literacy.plan import Scoreboard
from literacy.projection import Outlook, Projection, Trend, Verdict
from literacy.report.facts.record import NAN, Fact

_STATUS = {
    "on_course": Label("进展正常", "on course"),
    "behind": Label("滞后", "behind"),
    "cannot_tell": Label("尚难判断", "undecided"),
    "no_data": Label("无数据", "no data"),
}


@dataclass(frozen=True, slots=True)
class Pace:
    """Source of the pace (annual rate of change) of a projection.

    Attributes
    ----------
    kind : str
        "borrowed" if there is only one wave and the pace is that of a higher level, "shrunk" if the waves and a higher
        level determine it jointly, "own" if no higher level is used.
    source : Label
        Label of the higher level; empty for "own".
    """

    kind: str
    source: Label


def read_pace(projection: Projection) -> Pace | None:
    """Return the source of the pace, or None for a place without surveys, whose projection relies on a proxy."""
    if projection.proxy is not None or not len(projection.trend):
        return None
    if not projection.higher:
        return Pace("own", Label("", ""))
    above = projection.higher[-1].trend
    source = Label(above.label.zh or above.area, above.label.en or above.area)
    return Pace("borrowed" if len(projection.trend) == 1 else "shrunk", source)


def list_goals(goals: Sequence[tuple[Goal, Outlook | Verdict]]) -> Iterator[Fact]:
    """Yield every goal with its target and either the verdict of a survey in its year or the projected outlook.

    Parameters
    ----------
    goals : sequence of (Goal, Outlook or Verdict)
        Goals with their outlooks; a Verdict if no projection is available and the goal's year was surveyed.
    """
    for goal, seen in goals:
        if goal.value is None:
            continue
        verdict = seen if isinstance(seen, Verdict) else seen.verdict
        year, mark = str(goal.year), "over" if goal.strict else "at_least"
        yield Fact(
            f"goal|{year}", "projection", "goal", "share", goal.value, wave=year, level=mark,
            verdict="" if verdict is None else verdict.outcome, label=goal.label,
        )  # fmt: skip
        if verdict is not None:
            yield Fact(
                f"goal_share|{year}", "projection", "goal_share", "share", verdict.estimate, wave=year,
                ci_low=verdict.ci_low, ci_high=verdict.ci_high, se=verdict.se, n=verdict.n,
                confidence=verdict.confidence, verdict=verdict.outcome, label=goal.label,
            )  # fmt: skip
            if math.isfinite(verdict.n_needed):
                yield Fact(
                    f"goal_needed|{year}", "projection", "goal_needed", "count", verdict.n_needed, wave=year,
                    label=Label("可判定所需的样本量", "respondents needed to tell"),
                )  # fmt: skip
        if verdict is not None or isinstance(seen, Verdict):
            continue
        o = seen
        chances = (
            ("chance", o.probability),
            ("chance_shown", o.probability_shown),
            ("chance_proven", o.probability_proven),
        )
        for name, p in chances:
            if math.isfinite(p):
                yield Fact(
                    f"goal_{name}|{year}", "projection", f"goal_{name}", "probability", p, wave=year, label=goal.label
                )  # fmt: skip
        for name, value in (("needed", o.pace_needed), ("projected", o.pace_projected)):
            if math.isfinite(value):
                yield Fact(
                    f"pace_{name}|{year}", "projection", f"pace_{name}", "points", value, wave=year, label=goal.label
                )  # fmt: skip


def list_projection(projection: Projection | None) -> Iterator[Fact]:
    """Yield the median and 95 % interval of the projection for each year from the last survey on."""
    if projection is None:
        return
    frame = projection.to_frame()
    last = float(projection.trend.years[-1]) if len(projection.trend) else -math.inf
    for row in frame.to_dict("records"):
        if row["year"] >= last and float(row["year"]).is_integer():
            year = f"{row['year']:.0f}"
            yield Fact(
                f"projected|{year}", "projection", "projected", "share", float(row["estimate"]), wave=year,
                ci_low=float(row["ci_low"]), ci_high=float(row["ci_high"]), confidence=0.95, method=projection.method,
            )  # fmt: skip


def list_levels(levels: Sequence[Trend], since: float = -math.inf) -> Iterator[Fact]:
    """Yield the published values of higher levels, unchanged."""
    for one in levels:
        frame = one.to_frame()
        for row in frame[frame["year"] >= since].to_dict("records"):
            year = f"{row['year']:g}"
            yield Fact(
                f"published|{one.area}|{year}", "levels", "published", "share", float(row["estimate"]), wave=year,
                by="area", level=one.area, method=str(row["standard"]), label=one.label,
            )  # fmt: skip


def list_plan(board: Scoreboard | None) -> Iterator[Fact]:
    """Yield the leading indicator of every row of the scoreboard, and the number of tasks by status."""
    if board is None:
        return
    frame = board.to_frame()
    for row in frame.to_dict("records"):
        share = str(row["unit"]) == "share"
        number = float(row["value"]) if pd.notna(row["value"]) else NAN
        unit = "share" if share else "count" if number.is_integer() else "number"
        yield Fact(
            f"plan|{row['code']}", "scoreboard", "plan", unit, number, wave=str(board.year), by=str(row["kind"]),
            level=str(row["code"]), ci_low=_plain(row["ci_low"]), ci_high=_plain(row["ci_high"]),
            verdict=str(row["status"]), label=Label(str(row["zh"]), str(row["en"])),
        )  # fmt: skip
    tasks = frame[frame["kind"] == "task"]
    yield Fact("plan_tasks", "scoreboard", "plan_tasks", "count", float(len(tasks)), wave=str(board.year))
    for status, label in _STATUS.items():
        yield Fact(
            f"plan_count|{status}", "scoreboard", "plan_count", "count", float((tasks["status"] == status).sum()),
            wave=str(board.year), level=status, label=label,
        )  # fmt: skip


def _plain(value: Any) -> float:
    return float(value) if pd.notna(value) else NAN
