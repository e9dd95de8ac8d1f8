"""Facts about goals, the projection, the levels above, and the plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from literacy.instrument import Label
from literacy.plan import Scoreboard
from literacy.projection import Projection, Trend
from literacy.report.facts.record import NAN, Fact

_STATUS = {
    "on_course": Label("进展正常", "on course"),
    "behind": Label("滞后", "behind"),
    "cannot_tell": Label("尚难判断", "cannot be told"),
    "no_data": Label("无数据", "no data"),
}


def list_goals(projection: Projection | None) -> Iterator[Fact]:
    """Every goal: its level, the verdict where its year was surveyed, else the chance of passing it."""
    for o in projection.outlooks if projection is not None else ():
        if o.goal.value is None:
            continue
        year, mark = str(o.goal.year), "over" if o.goal.strict else "at_least"
        yield Fact(
            f"goal|{year}", "projection", "goal", "share", o.goal.value, wave=year, level=mark,
            verdict="" if o.verdict is None else o.verdict.outcome, label=o.goal.label,
        )  # fmt: skip
        if o.verdict is not None:
            yield Fact(
                f"goal_share|{year}", "projection", "goal_share", "share", o.verdict.estimate, wave=year,
                ci_low=o.verdict.ci_low, ci_high=o.verdict.ci_high, se=o.verdict.se, n=o.verdict.n,
                confidence=o.verdict.confidence, verdict=o.verdict.outcome, label=o.goal.label,
            )  # fmt: skip
            if math.isfinite(o.verdict.n_needed):
                yield Fact(
                    f"goal_needed|{year}", "projection", "goal_needed", "count", o.verdict.n_needed, wave=year,
                    label=Label("可判定所需的样本量", "respondents needed to tell"),
                )  # fmt: skip
            continue
        told = (
            ("chance", o.probability),
            ("chance_shown", o.probability_shown),
            ("chance_proven", o.probability_proven),
        )
        for name, p in told:
            if math.isfinite(p):
                yield Fact(
                    f"goal_{name}|{year}", "projection", f"goal_{name}", "probability", p, wave=year, label=o.goal.label
                )  # fmt: skip
        for name, value in (("needed", o.pace_needed), ("projected", o.pace_projected)):
            if math.isfinite(value):
                yield Fact(
                    f"pace_{name}|{year}", "projection", f"pace_{name}", "points", value, wave=year, label=o.goal.label
                )  # fmt: skip


def list_projection(projection: Projection | None) -> Iterator[Fact]:
    """The fan from the last survey on: median and 95 % interval of each year."""
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
    """Published values of the levels above, as published."""
    for one in levels:
        frame = one.to_frame()
        for row in frame[frame["year"] >= since].to_dict("records"):
            year = f"{row['year']:g}"
            yield Fact(
                f"published|{one.area}|{year}", "levels", "published", "share", float(row["estimate"]), wave=year,
                by="area", level=one.area, method=str(row["standard"]), label=one.label,
            )  # fmt: skip


def list_plan(board: Scoreboard | None) -> Iterator[Fact]:
    """The leading number of every line of the plan's board, and how many tasks stand where."""
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
