"""When a number of the plan is on course: the rules, apart from any data.

A status is one of

``no_data``      nobody asked, answered or reported;
``cannot_tell``  there is a number, and it does not decide;
``behind``       the evidence is against it;
``on_course``    the evidence is for it. Nothing is on course without data.

*Survey* numbers carry sampling error, so that only intervals and tests decide, at the level of the board (95 %):

1. A number that is not reliable, or whose latest wave is older than the board's year, cannot tell.
2. With a goal whose year has come: on course where the whole interval meets the goal, behind where the whole
   interval misses it, else it cannot be told.
3. With a goal still ahead and two waves: the same, of the number carried to the goal's year by the pace of the last
   two waves, with the error of both (see :func:`carry_forward`). With one wave: on course where the whole interval
   meets the goal already, else it cannot be told.
4. Without a goal: the change since the wave before, tested against none (t test, independent waves or shared
   units). On course where it is significant and for the better, behind where significant and for the worse, else it
   cannot be told. That two intervals overlap, or do not, is no test and plays no part.

*Returned* numbers are counts without sampling error: the goal is met or missed, by the number itself (year come) or
by the straight line through the last two returns (year ahead); without a goal a change for the better is on course,
one for the worse behind, none or no earlier return cannot tell. A return older than the board's year cannot tell.

*Several indicators* make one status of a plan, part or task (:func:`combine`): the first named is the lead. Behind
where any is behind; else the lead's status; a lead without data is never on course.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from literacy.instrument import Goal, Label
from literacy.kernels.design.intervals import symmetric_interval

STATUSES: dict[str, Label] = {
    "on_course": Label("进展正常", "on course"),
    "behind": Label("滞后", "behind"),
    "cannot_tell": Label("尚难判断", "cannot be told"),
    "no_data": Label("无数据", "no data"),
}

REASONS: dict[str, Label] = {
    "not_asked": Label("历次调查均无可用回答", "no wave holds usable answers"),
    "not_reported": Label("尚未填报", "not reported"),
    "stale": Label("本年无数，显示的是较早年份的数", "nothing for this year; the number shown is of an earlier one"),
    "unreliable": Label("样本太少或误差太大，不足为据", "too few respondents or too wide an interval to rely on"),
    "goal_met": Label("整个区间达到目标", "the whole interval meets the goal"),
    "goal_missed": Label("整个区间未达目标", "the whole interval misses the goal"),
    "goal_open": Label("目标落在区间之内", "the goal lies within the interval"),
    "count_met": Label("已达目标", "the goal is met"),
    "count_missed": Label("未达目标", "the goal is missed"),
    "pace_met": Label("按最近两次的步子，到期达标", "at the pace of the last two, the goal is met in its year"),
    "pace_missed": Label("按最近两次的步子，到期不达标", "at the pace of the last two, the goal is missed in its year"),
    "pace_open": Label(
        "按最近两次的步子，到期能否达标在误差之内",
        "at the pace of the last two, the goal lies within the error in its year",
    ),
    "single": Label("只有一次，无从比较", "one year only: no change to judge"),
    "improved": Label("较上次显著改善", "significantly better than the wave before"),
    "worsened": Label("较上次显著变差", "significantly worse than the wave before"),
    "unchanged": Label("较上次的变化不显著", "the change since the wave before is not significant"),
    "untestable": Label("上次的数不可靠或为 0、100%，变化无法检验",
                        "the change cannot be tested: the wave before is unreliable, or a share is 0 or 1"),
    "rose": Label("较上次填报改善", "better than the return before"),
    "fell": Label("较上次填报变差", "worse than the return before"),
    "same": Label("与上次填报相同", "the same as the return before"),
}  # fmt: skip
Verdict = tuple[str, str]
"""A status and the key of its reason."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval; a count is a span without width."""

    value: float
    low: float
    high: float


def meets(value: float, goal: Goal, direction: str) -> bool:
    """Whether one number meets a goal: beyond it, or on it where the goal is not strict."""
    assert goal.value is not None
    ahead = value - goal.value if direction == "higher" else goal.value - value
    return ahead > 0 or (ahead == 0 and not goal.strict)


def judge_goal(span: Span, goal: Goal, direction: str) -> Verdict:
    """Hold an interval against a goal whose year has come."""
    passed = [meets(end, goal, direction) for end in (span.low, span.high)]
    if not math.isfinite(span.low) or not math.isfinite(span.high):
        return "cannot_tell", "unreliable"
    if all(passed):
        return "on_course", "goal_met"
    return ("cannot_tell", "goal_open") if any(passed) else ("behind", "goal_missed")


def judge_pace(span: Span, goal: Goal, direction: str) -> Verdict:
    """Hold the number carried to the goal's year against a goal still ahead."""
    status, reason = judge_goal(span, goal, direction)
    return status, reason.replace("goal", "pace")


def judge_change(change: float, p_value: float, direction: str, alpha: float) -> Verdict:
    """Judge a tested change."""
    if not (math.isfinite(change) and math.isfinite(p_value)):
        return "cannot_tell", "untestable"
    if p_value >= alpha or change == 0:
        return "cannot_tell", "unchanged"
    better = (change > 0) == (direction == "higher")
    return ("on_course", "improved") if better else ("behind", "worsened")


def judge_count(
    value: float, before: float, years: float, ahead: float, goal: Goal | None, direction: str
) -> Verdict:
    """Judge a returned number.

    Parameters
    ----------
    value, before : float
        This year's and the last return before it (NaN where there is none).
    years : float
        Years between the two.
    ahead : float
        Years from now to the goal's.
    goal : Goal, optional
    direction : str
    """
    first = not math.isfinite(before)
    if goal is not None and ahead <= 0:
        met = meets(value, goal, direction)
        return ("on_course", "count_met") if met else ("behind", "count_missed")
    if goal is not None:
        if first:
            met = meets(value, goal, direction)
            return ("on_course", "count_met") if met else ("cannot_tell", "single")
        carried = value + (value - before) * ahead / years
        met = meets(carried, goal, direction)
        return ("on_course", "pace_met") if met else ("behind", "pace_missed")
    if first:
        return "cannot_tell", "single"
    if value == before:
        return "cannot_tell", "same"
    better = (value > before) == (direction == "higher")
    return ("on_course", "rose") if better else ("behind", "fell")


def carry_forward(
    value: float,
    change: float,
    variances: tuple[float, float, float],
    years: float,
    ahead: float,
    df: float,
    level: float,
) -> Span:
    """Carry a number forward by its pace: ``x2 + (x2 - x1) * ahead / years``, a linear contrast of two waves.

    Parameters
    ----------
    value, change : float
        The latest number and its change since the wave before.
    variances : tuple of float
        Of the wave before, the latest, and the change; they imply the covariance of the waves.
    years, ahead : float
        Years between the waves, and from the latest to the goal.
    df : float
        Degrees of freedom of the change.
    level : float
        Confidence level.
    """
    before, latest, moved = variances
    share = ahead / years
    cross = (before + latest - moved) / 2
    variance = (1 + share) ** 2 * latest + share**2 * before - 2 * share * (1 + share) * cross
    at = value + share * change
    low, high = symmetric_interval(np.array(at), np.array(math.sqrt(max(variance, 0.0))), df, level)
    return Span(at, float(low), float(high))


def combine(statuses: Sequence[str]) -> str:
    """One status of several, the lead's first.

    Behind where any is behind; nothing where none has data; on course only where the lead is on course.
    """
    if not statuses or all(s == "no_data" for s in statuses):
        return "no_data"
    if "behind" in statuses:
        return "behind"
    return "on_course" if statuses[0] == "on_course" else "cannot_tell"
