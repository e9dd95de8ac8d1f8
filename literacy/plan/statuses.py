"""Status rules of the plan, independent of data.

A status is one of

``no_data``      nothing was asked, answered or reported;
``cannot_tell``  there is a number, but it does not decide;
``behind``       the evidence is against the goal;
``on_course``    the evidence is in favour. Nothing is on course without data.

*Survey* estimates have sampling error, so only intervals and tests decide, at the level of the board (95 %):

1. An estimate that is not reliable, or whose latest wave is older than the board's year, is undecided.
2. With a goal whose year has come: on course if the whole interval meets the goal, behind if the whole interval misses
   it, otherwise undecided. For a share the wave of the goal's year decides, as in
   :func:`literacy.projection.judge`; for a mean the latest wave does. A goal before the first wave is undecided.
3. With a future goal, or one of a past year without a wave, a share is projected by
   :func:`literacy.projection.project`, and is on course if the probability of meeting the goal is at least 97.5 % (at
   a level of 95 %), behind if it is at most 2.5 %. The literacy of the city is projected below the nation, as in
   ``literacy project``, from its first wave on; any other share from its own waves, of which it needs two. A mean is
   extrapolated to the goal's year along the straight line through its waves, with the error of all; the whole interval
   decides. Where one wave cannot be projected: on course if the whole interval already meets the goal, otherwise
   undecided.
4. Without a goal: the change since the start, along the straight line through all waves from the first reliable one
   on, is tested against zero (t test, for independent waves or shared units). On course if it is significant and for
   the better, behind if significant and for the worse, otherwise undecided; also undecided if the last change is
   significant in the other direction. With two waves it is the change between them. Whether two intervals overlap is
   not a test and is not used.

*Returned* numbers have no sampling error. A goal whose year has come is met or missed by the number itself. Changes of
counts are judged by Poisson variation: *b* differs from a previous *a* if (b - a) / sqrt(a + b) exceeds the normal
limit, and the line through several returns is judged likewise; a future goal is met or missed by that line with its
interval. An amount of money has no such variation: it is used as reported, and the change between the last two
decides. Counts that are equal in every return show no change; if all are 0, the line has no variation either, and a
future goal is undecided. A return older than the board's year is undecided.

*Several indicators* are combined to one status of a plan, part or task (:func:`combine`): the first is the lead.
Behind if any is behind; otherwise the status of the lead; a lead without data is never on course.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from literacy.instrument import Goal, Label

STATUSES: dict[str, Label] = {
    "on_course": Label("进展正常", "on course"),
    "behind": Label("滞后", "behind"),
    "cannot_tell": Label("尚难判断", "undecided"),
    "no_data": Label("无数据", "no data"),
}

REASONS: dict[str, Label] = {
    "not_asked": Label("历次调查均无可用回答", "no wave holds usable answers"),
    "not_reported": Label("尚未填报", "not reported"),
    "stale": Label("本年无数，显示的是较早年份的数", "nothing for this year; the number shown is of an earlier one"),
    "unreliable": Label("样本太少或误差太大，不足为据", "too few respondents or too wide an interval to rely on"),
    "early": Label("目标年份早于首次调查，无从判断", "the year of the goal lies before the first wave"),
    "goal_met": Label("整个区间达到目标", "the whole interval meets the goal"),
    "goal_missed": Label("整个区间未达目标", "the whole interval misses the goal"),
    "goal_open": Label("目标落在区间之内", "the goal lies within the interval"),
    "count_met": Label("已达目标", "the goal is met"),
    "count_missed": Label("未达目标", "the goal is missed"),
    "pace_met": Label("照此趋势，目标年份整个区间达标",
                      "on the line so far the whole interval meets the goal in its year"),
    "pace_missed": Label("照此趋势，目标年份整个区间未达标",
                         "on the line so far the whole interval misses the goal in its year"),
    "pace_open": Label("照此趋势，目标落在目标年份的区间之内",
                       "on the line so far the goal lies within the interval in its year"),
    "chance_met": Label("预测几乎可以肯定达标", "the projection is all but sure that the goal is met"),
    "chance_missed": Label("预测几乎可以肯定不达标", "the projection is all but sure that the goal is missed"),
    "chance_open": Label("预测尚不能断定是否达标", "the projection does not decide whether the goal is met"),
    "single": Label("只有一次，无从比较", "one year only, so there is no change to judge"),
    "improved": Label("自起点以来显著改善", "significantly better since the start"),
    "worsened": Label("自起点以来显著变差", "significantly worse since the start"),
    "unchanged": Label("自起点以来的变化不显著", "the change since the start is not significant"),
    "equal": Label("历次填报的数相同，没有变化可检验",
                   "the same number in every return, so there is no change to test"),
    "amount_met": Label("照最近两次的走势，目标年份可以达标",
                        "on the line through the last two returns the goal is met in its year"),
    "amount_missed": Label("照最近两次的走势，目标年份不能达标",
                           "on the line through the last two returns the goal is missed in its year"),
    "turned": Label("自起点以来的变化显著，但最近一次显著转向",
                    "significant since the start, but the last step is significant the other way"),
    "untestable": Label("此前的数不可靠或为 0、100%，变化无法检验",
                        "the change cannot be tested: earlier waves are unreliable, or a share is 0 or 1"),
    "booked_better": Label("金额较上次改善", "the amount is better than in the return before"),
    "booked_worse": Label("金额较上次变差", "the amount is worse than in the return before"),
    "booked_same": Label("金额与上次相同", "the amount is the same as in the return before"),
}  # fmt: skip
Verdict = tuple[str, str]
"""A status and the key of its reason."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval; counts have an interval of width zero."""

    value: float
    low: float
    high: float


def meets_goal(value: float, goal: Goal, direction: str) -> bool:
    """Whether a number meets a goal: beyond it, or equal to it if the goal is not strict."""
    assert goal.value is not None
    ahead = value - goal.value if direction == "higher" else goal.value - value
    return ahead > 0 or (ahead == 0 and not goal.strict)


def judge_goal(span: Span, goal: Goal, direction: str) -> Verdict:
    """Judge a goal whose year has come by an interval."""
    passed = [meets_goal(end, goal, direction) for end in (span.low, span.high)]
    if not math.isfinite(span.low) or not math.isfinite(span.high):
        return "cannot_tell", "unreliable"
    if all(passed):
        return "on_course", "goal_met"
    return ("cannot_tell", "goal_open") if any(passed) else ("behind", "goal_missed")


def judge_pace(span: Span, goal: Goal, direction: str) -> Verdict:
    """Judge a future goal by the number extrapolated to its year."""
    status, reason = judge_goal(span, goal, direction)
    return status, reason.replace("goal", "pace")


def judge_chance(chance: float, level: float) -> Verdict:
    """Judge a future goal by the probability of reaching it: high, low, or neither."""
    tail = (1 - level) / 2
    if not math.isfinite(chance):
        return "cannot_tell", "untestable"
    if chance >= 1 - tail:
        return "on_course", "chance_met"
    return ("behind", "chance_missed") if chance <= tail else ("cannot_tell", "chance_open")


def judge_change(
    since: float, p_since: float, step: float, p_step: float, direction: str, alpha: float
) -> Verdict:
    """Judge the tested change since the start, taking the last change into account."""
    if not (math.isfinite(since) and math.isfinite(p_since)):
        return "cannot_tell", "untestable"
    if p_since >= alpha or since == 0:
        return "cannot_tell", "unchanged"
    if p_step < alpha and (step > 0) != (since > 0):
        return "cannot_tell", "turned"
    better = (since > 0) == (direction == "higher")
    return ("on_course", "improved") if better else ("behind", "worsened")


def judge_met(value: float, goal: Goal, direction: str) -> Verdict:
    """Judge a goal whose year has come by a returned number."""
    return ("on_course", "count_met") if meets_goal(value, goal, direction) else ("behind", "count_missed")


def judge_booked(value: float, before: float, direction: str) -> Verdict:
    """Judge an amount of money by the previous amount."""
    if value == before:
        return "cannot_tell", "booked_same"
    better = (value > before) == (direction == "higher")
    return ("on_course", "booked_better") if better else ("behind", "booked_worse")


def combine(statuses: Sequence[str]) -> str:
    """Combine several statuses to one, the lead's first.

    Behind if any is behind; no data if none has data; on course only if the lead is on course.
    """
    if not statuses or all(s == "no_data" for s in statuses):
        return "no_data"
    if "behind" in statuses:
        return "behind"
    return "on_course" if statuses[0] == "on_course" else "cannot_tell"
