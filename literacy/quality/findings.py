"""The quality checks, each returning the rows it flags, with reasons in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.instrument.definitions import Item
from literacy.messages import tell
from literacy.quality import response_patterns
from literacy.quality.answer_positions import REFUSED, SKIPPED, Positions
from literacy.quality.answer_record import Evidence
from literacy.quality.checks import Limits

LONG = 6
"""Maximum number of digits of a number that is shown."""


class Found(NamedTuple):
    """Rows flagged by a check (from 0), and a function that gives the reason for the k-th of them: Chinese, English.

    Reasons are made when they are written: texts of all rows of a large file would take more memory than its answers.
    """

    rows: NDArray[np.intp]
    reason: Callable[[int], tuple[str, str]]


def find_speed(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag interviews much shorter than the median."""
    known = evidence.duration[np.isfinite(evidence.duration) & (evidence.duration > 0)]
    if not len(known):
        return None
    median = float(np.median(known))
    rows = np.flatnonzero(response_patterns.find_speeders(evidence.duration, limits.speed))

    def reason(k: int) -> tuple[str, str]:
        took = evidence.duration[rows[k]]
        return (
            f"用时 {took:.0f} 秒，中位数为 {median:.0f} 秒",
            f"took {took:.0f} s; the median is {median:.0f} s",
        )

    return Found(rows, reason)


def find_straight(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag identical answers, or answers in the same position, throughout a block; don't know is not counted."""
    blocks: dict[tuple[object, ...], list[Item]] = {}
    for item in evidence.asked:
        if item.type in ("number", "text", "multiple") or not item.options:
            continue
        alike = item.type if item.key and item.type == "single" else tuple(o.code for o in item.options)
        blocks.setdefault((item.module, item.type, alike), []).append(item)
    long = [items for items in blocks.values() if len(items) >= limits.block]
    if not long:
        return None
    where = np.full(evidence.rows, -1, dtype=np.int32)  # the first block in which each row is found
    for number, items in enumerate(long):
        block = [_find_options(evidence.answers[i.name], i) for i in items]
        found = response_patterns.find_straight(block, limits.pattern)
        where[found & (where < 0)] = number
    rows = np.flatnonzero(where >= 0)

    def reason(k: int) -> tuple[str, str]:
        items = long[where[rows[k]]]
        first, last, count = items[0].name, items[-1].name, len(items)
        return (
            f"{first} 至 {last} 共 {count} 题，凡作答的都选同一选项",
            f"one and the same option wherever answered in {first} … {last} ({count} items)",
        )

    return Found(rows, reason)


def _find_options(column: Positions, item: Item) -> NDArray[Any]:
    """Position of the answer in the item's list of options; negative for none."""
    answers = {str(o.code): place for place, o in enumerate(item.answers)}
    table = np.array([*(answers.get(str(u), -1) for u in column.levels), -1], dtype=np.int16)
    return table[np.where(column.cells >= 0, column.cells, len(column.levels))]


def find_doubles(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag rows with the same id, or nearly the same answers, as an earlier row."""
    origin = _find_same_id(evidence.ids, evidence.rows)
    same = np.flatnonzero(origin >= 0)
    answered = response_patterns.count_answers(evidence.each_answers(), evidence.rows)

    def of_id(k: int) -> tuple[str, str]:
        other = origin[same[k]] + 1
        return f"编号与第 {other} 行相同", f"the id of row {other}"

    if answered.max(initial=0) < limits.common:
        return Found(same, of_id) if len(same) else None
    share, partner = response_patterns.match_answers(evidence.each_answers, evidence.rows, limits.common)
    own = response_patterns.count_devices(evidence.device)[1] >= limits.own_device
    beside = own & (evidence.device > 0) & (evidence.device == evidence.device[partner])
    least = np.where(beside, limits.same_device, limits.same)
    alike = np.flatnonzero((origin < 0) & (partner >= 0) & (share >= least))

    def of_answers(k: int) -> tuple[str, str]:
        row = alike[k]
        other, together = partner[row] + 1, bool(beside[row])
        zh = f"{share[row]:.0%} 的答案与第 {other} 行相同" + ("，且来自同一设备或地址" if together else "")
        en = f"{share[row]:.0%} of the answers are those of row {other}"
        return zh, en + (tell(", from the same device or address") if together else "")

    first = len(same)
    return Found(np.concatenate([same, alike]), lambda k: of_id(k) if k < first else of_answers(k - first))


def _find_same_id(ids: pd.Series | None, rows: int) -> NDArray[np.intp]:
    """Return for each row the first with the same id, -1 if there is none before; (n,)."""
    origin = np.full(rows, -1, dtype=np.intp)
    if ids is None:
        return origin
    codes, uniques = pd.factorize(ids)
    if 2 * len(uniques) < (codes >= 0).sum():
        return origin  # the id of a household or place, not of a person
    firsts = np.flatnonzero(codes > np.concatenate([[-1], np.maximum.accumulate(codes)[:-1]]))
    again = codes >= 0
    again[firsts] = False
    origin[again] = firsts[codes[again]]
    return origin


def find_devices(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag many questionnaires from one device or address, in self-administered surveys."""
    shared, own = response_patterns.count_devices(evidence.device)
    if own < limits.own_device:
        return None
    rows = np.flatnonzero(shared >= limits.device)

    def reason(k: int) -> tuple[str, str]:
        count = shared[rows[k]]
        return (
            f"同一设备或地址共有 {count} 份答卷",
            f"{count} questionnaires came from one device or address",
        )

    return Found(rows, reason)


def find_values(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag numbers outside the range of the item, such as an age of 150."""
    bounded = [i for i in evidence.asked if i.name in evidence.impossible]
    if not bounded:
        return None
    found = [evidence.impossible[i.name] for i in bounded]
    ends = np.cumsum([len(rows) for rows, _ in found])
    values = np.concatenate([values for _, values in found])

    def reason(k: int) -> tuple[str, str]:
        item = bounded[int(np.searchsorted(ends, k, side="right"))]
        low = -np.inf if item.min is None else item.min
        high = np.inf if item.max is None else item.max
        shown_zh, shown = _show(float(values[k]))
        return (
            f"{item.heading.zh}为{shown_zh}，应在 {low:g} 至 {high:g} 之间",
            f"{item.name} is {shown}, outside {low:g} to {high:g}",
        )

    return Found(np.concatenate([rows for rows, _ in found]), reason)


def _show(value: float) -> tuple[str, str]:
    """Format a number in both languages; of long ones, which may be telephone or card numbers, only the length."""
    digits = len(f"{abs(value):.0f}")
    if digits > LONG:
        return f"一个 {digits} 位数", f"a number of {digits} digits"
    return f" {value:g}", f"{value:g}"


def find_outsiders(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag respondents in no universe of the survey, or whose universe cannot be determined."""
    outside = evidence.outside
    if outside is None:
        return None
    rows = np.flatnonzero(outside.cells >= 0)
    universes = evidence.instrument.universes
    known = {i.name: i.heading.zh for i in evidence.asked}
    reasons = [
        (
            f"缺少{'、'.join(known.get(c, c) for c in gone)}，无法判断属于哪个范围",
            f"cannot be determined, as {', '.join(gone)} is missing",
        )
        if gone
        else (
            f"不属于：{'、'.join(u.label.zh for u in universes)}",
            f"in none of: {', '.join(u.label.en for u in universes)}",
        )
        for gone in outside.levels
    ]
    return Found(rows, lambda k: reasons[outside.cells[rows[k]]])


def find_left_out(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag respondents who refused or skipped most of the items they were asked."""
    due, gone = count_missing(evidence)
    rows = np.flatnonzero((due > 0) & (gone > limits.missing * due))

    def reason(k: int) -> tuple[str, str]:
        asked, left = due[rows[k]], gone[rows[k]]
        return f"应答 {asked} 题，其中 {left} 题拒答或漏答", f"{left} of {asked} items refused or skipped"

    return Found(rows, reason)


def count_missing(evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of items due to each respondent, and of those refused or skipped; both (n,)."""
    due = np.zeros(evidence.rows, dtype=np.int64)
    gone = np.zeros(evidence.rows, dtype=np.int64)
    for column in evidence.answers.values():
        due += column.due
        gone += (column.cells == REFUSED) | (column.cells == SKIPPED)
    return due, gone


def find_random(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag answers that agree with common response patterns no better than random ones."""
    n = evidence.rows
    if response_patterns.count_answers(evidence.each_answers(), n).max(initial=0) < response_patterns.ENOUGH:
        return None
    usual = response_patterns.score_likelihood(evidence.each_answers(), n)
    rows = np.flatnonzero(usual < limits.unlikely)

    def reason(k: int) -> tuple[str, str]:
        z = usual[rows[k]]
        return (
            f"答案远不如常人常见（稳健 z 为 {z:.1f}）",
            f"answers far less usual than people's (robust z {z:.1f})",
        )

    return Found(rows, reason)


def find_bursts(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag several submissions within a minute from one device; needs the time of day."""
    known = np.isfinite(evidence.moment) & (evidence.device > 0)
    if not known.any() or np.mean(evidence.moment[known] % 86_400 != 0) < 0.5:
        return None
    zh = f"同一设备或地址一分钟内提交 {limits.burst} 份以上"
    en = f"{limits.burst} or more submissions within a minute from one device or address"
    found = response_patterns.find_bursts(evidence.device, evidence.moment, limits.burst)
    return Found(np.flatnonzero(found), lambda k: (zh, en))


def find_clockwork(evidence: Evidence, limits: Limits) -> Found | None:
    """Flag a run of submissions at equal intervals; needs times to the second."""
    known = evidence.moment[np.isfinite(evidence.moment)]
    if len(known) < limits.run or len(np.unique(known % 60)) < min(10, len(known)):
        return None
    zh = f"{limits.run} 份以上答卷按相同间隔提交（相差不超过 2 秒）"
    en = f"one of {limits.run} or more submissions at equal intervals (to 2 s)"
    found = response_patterns.find_clockwork(evidence.moment, limits.run)
    return Found(np.flatnonzero(found), lambda k: (zh, en))


FINDERS = {
    "speed": find_speed,
    "straight": find_straight,
    "double": find_doubles,
    "device": find_devices,
    "value": find_values,
    "outside": find_outsiders,
    "missing": find_left_out,
    "random": find_random,
    "burst": find_bursts,
    "clockwork": find_clockwork,
}
"""Check -> function; it returns None if the file lacks the data that the check needs."""
