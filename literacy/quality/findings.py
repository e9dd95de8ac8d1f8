"""The quality checks, each returning its findings with reasons in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.instrument import KINDS, holds
from literacy.instrument.definitions import Item
from literacy.messages import tell
from literacy.quality import response_patterns
from literacy.quality.checks import Limits

if TYPE_CHECKING:
    from literacy.answers.responses import Responses

UNKNOWN, REFUSED, SKIPPED = (KINDS.index(k) for k in ("dont_know", "refused", "skipped"))
DUE = KINDS.index("not_asked")
"""Kinds of missing below this code are responses to items that were due."""

LONG = 6
"""Maximum number of digits of a number that is shown."""


class Finding(NamedTuple):
    """A flag: the row (from 0), the check, and the reason."""

    row: int
    check: str
    zh: str
    en: str


class Evidence(NamedTuple):
    """Data of a file in the form the checks use.

    Attributes
    ----------
    responses : Responses
    asked : list of Item
        Items asked of at least one respondent.
    answers : (n, k) array of int32
        Answers as positions, with don't know counted as an answer; -1 otherwise.
    duration : (n,) array
        Interview duration in seconds, NaN if not known.
    device : (n,) array of int64
        Number of the device, 0 if not known.
    moment : (n,) array
        Time of submission in seconds, NaN if not known.
    """

    responses: Responses
    asked: list[Item]
    answers: NDArray[np.int32]
    duration: NDArray[np.float64]
    device: NDArray[np.int64]
    moment: NDArray[np.float64]


def gather_evidence(responses: Responses) -> Evidence:
    """Extract the arrays that the checks need from responses."""
    n = len(responses.frame)
    asked = [i for i in responses.instrument.items if bool((responses.missing[i.name] < DUE).any())]
    device = _number(responses.paradata, "device", n)
    moment = np.full(n, np.nan)
    if "submitted" in responses.paradata.columns:
        moment = _seconds(responses.paradata["submitted"])
    return Evidence(
        responses,
        asked,
        _positions(responses, asked),
        _number(responses.paradata, "duration", n),
        np.where(np.isfinite(device), device, 0).astype(np.int64),
        moment,
    )


def _number(paradata: pd.DataFrame, name: str, n: int) -> NDArray[np.float64]:
    if name not in paradata.columns:
        return np.full(n, np.nan)
    return np.asarray(paradata[name].to_numpy(dtype=float, na_value=np.nan))


def _seconds(moments: pd.Series) -> NDArray[np.float64]:
    values = moments.to_numpy(dtype="datetime64[s]")
    seconds = values.astype(np.int64).astype(np.float64)
    seconds[np.isnat(values)] = np.nan
    return seconds


def _positions(responses: Responses, asked: list[Item]) -> NDArray[np.int32]:
    n = len(responses.frame)
    out = np.full((n, len(asked)), -1, dtype=np.int32)
    for at, item in enumerate(asked):
        if item.type == "text" or item.name not in responses.frame.columns:
            continue
        kinds = responses.missing[item.name].to_numpy()
        positions = pd.factorize(responses.frame[item.name], sort=True)[0].astype(np.int32)
        top = int(positions.max(initial=-1)) + 1
        out[:, at] = np.where(kinds == UNKNOWN, np.int32(top), np.where(kinds == 0, positions, np.int32(-1)))
    return out


def find_speed(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag interviews much shorter than the median."""
    known = evidence.duration[np.isfinite(evidence.duration) & (evidence.duration > 0)]
    if not len(known):
        return None
    median = float(np.median(known))
    return [
        Finding(
            row,
            "speed",
            f"用时 {evidence.duration[row]:.0f} 秒，中位数为 {median:.0f} 秒",
            f"took {evidence.duration[row]:.0f} s; the median is {median:.0f} s",
        )
        for row in np.flatnonzero(response_patterns.find_speeders(evidence.duration, limits.speed)).tolist()
    ]


def find_straight(evidence: Evidence, limits: Limits) -> list[Finding] | None:
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
    found: dict[int, Finding] = {}
    for items in long:
        block = np.column_stack([_places(evidence.responses, i) for i in items])
        for row in np.flatnonzero(response_patterns.find_straight(block, limits.pattern)).tolist():
            first, last, k = items[0].name, items[-1].name, len(items)
            zh = f"{first} 至 {last} 共 {k} 题，凡作答的都选同一选项"
            en = f"one and the same option wherever answered in {first} … {last} ({k} items)"
            found.setdefault(row, Finding(row, "straight", zh, en))
    return list(found.values())


def _places(responses: Responses, item: Item) -> NDArray[np.int32]:
    """Position of the answer in the item's list of options; -1 for none."""
    answers = {str(o.code): place for place, o in enumerate(item.answers)}
    codes, uniques = pd.factorize(responses.frame[item.name])
    table = np.array([*(answers.get(str(u), -1) for u in uniques), -1], dtype=np.int32)
    return np.where(responses.missing[item.name].to_numpy() == 0, table[codes], np.int32(-1))


def find_doubles(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag rows with the same id, or nearly the same answers, as an earlier row."""
    found = {f.row: f for f in _same_id(evidence.responses)}
    if (evidence.answers >= 0).sum(axis=1).max(initial=0) < limits.common:
        return list(found.values()) or None
    share, partner = response_patterns.match_answers(evidence.answers, limits.common)
    own = response_patterns.count_devices(evidence.device)[1] >= limits.own_device
    for row in np.flatnonzero(partner >= 0).tolist():
        other = int(partner[row])
        together = own and evidence.device[row] > 0 and evidence.device[row] == evidence.device[other]
        if row not in found and share[row] >= (limits.same_device if together else limits.same):
            zh = f"{share[row]:.0%} 的答案与第 {other + 1} 行相同" + (
                "，且来自同一设备或地址" if together else ""
            )
            en = f"{share[row]:.0%} of the answers are those of row {other + 1}"
            en += tell(", from the same device or address") if together else ""
            found[row] = Finding(row, "double", zh, en)
    return list(found.values())


def _same_id(responses: Responses) -> list[Finding]:
    name = responses.instrument.id_column
    if not name or name not in responses.frame.columns:
        return []
    codes, ids = pd.factorize(responses.frame[name])
    if 2 * len(ids) < (codes >= 0).sum():
        return []  # the id of a household or place, not of a person
    first: dict[int, int] = {}
    found = []
    for row, code in enumerate(codes.tolist()):
        origin = first.setdefault(code, row)
        if code >= 0 and origin != row:
            zh, en = f"编号与第 {origin + 1} 行相同", f"the id of row {origin + 1}"
            found.append(Finding(row, "double", zh, en))
    return found


def find_devices(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag many questionnaires from one device or address, in self-administered surveys."""
    shared, own = response_patterns.count_devices(evidence.device)
    if own < limits.own_device:
        return None
    return [
        Finding(
            row,
            "device",
            f"同一设备或地址共有 {shared[row]} 份答卷",
            f"{shared[row]} questionnaires came from one device or address",
        )
        for row in np.flatnonzero(shared >= limits.device).tolist()
    ]


def find_values(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag numbers outside the range of the item, such as an age of 150."""
    bounded = [
        i for i in evidence.asked if i.type == "number" and not (i.min is None and i.max is None)
        and i.name in evidence.responses.frame.columns
    ]  # fmt: skip
    found = []
    for item in bounded:
        values = evidence.responses.frame[item.name].to_numpy(dtype=float, na_value=np.nan)
        low = -np.inf if item.min is None else item.min
        high = np.inf if item.max is None else item.max
        with np.errstate(invalid="ignore"):
            wrong = np.flatnonzero((values < low) | (values > high))
        for row in wrong.tolist():
            shown_zh, shown = _show(float(values[row]))
            zh = f"{item.heading.zh}为{shown_zh}，应在 {low:g} 至 {high:g} 之间"
            en = f"{item.name} is {shown}, outside {low:g} to {high:g}"
            found.append(Finding(row, "value", zh, en))
    return found if bounded else None


def _show(value: float) -> tuple[str, str]:
    """Format a number in both languages; of long ones, which may be telephone or card numbers, only the length."""
    digits = len(f"{abs(value):.0f}")
    if digits > LONG:
        return f"一个 {digits} 位数", f"a number of {digits} digits"
    return f" {value:g}", f"{value:g}"


def find_outsiders(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag respondents in no universe of the survey, or whose universe cannot be determined."""
    frame, universes = evidence.responses.frame, evidence.responses.instrument.universes
    if not universes:
        return None
    inside = np.zeros(len(frame), dtype=bool)
    for universe in universes:
        inside |= holds(universe.all_of, frame)
    columns = sorted({c.column for u in universes for c in u.all_of if c.column in frame.columns})
    unknown = frame[columns].isna().any(axis=1).to_numpy() if columns else np.zeros(len(frame), dtype=bool)
    found = []
    for row in np.flatnonzero(~inside).tolist():
        if unknown[row]:
            gone = [c for c in columns if bool(pd.isna(frame[c].iloc[row]))]
            known = {i.name: i.heading.zh for i in evidence.asked}
            zh = f"缺少{'、'.join(known.get(c, c) for c in gone)}，无法判断属于哪个范围"
            en = f"cannot be determined, as {', '.join(gone)} is missing"
        else:
            zh = f"不属于：{'、'.join(u.label.zh for u in universes)}"
            en = f"in none of: {', '.join(u.label.en for u in universes)}"
        found.append(Finding(row, "outside", zh, en))
    return found


def find_left_out(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag respondents who refused or skipped most of the items they were asked."""
    due, gone = count_missing(evidence)
    return [
        Finding(
            row,
            "missing",
            f"应答 {due[row]} 题，其中 {gone[row]} 题拒答或漏答",
            f"{gone[row]} of {due[row]} items refused or skipped",
        )
        for row in np.flatnonzero((due > 0) & (gone > limits.missing * due)).tolist()
    ]


def count_missing(evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of items due to each respondent, and of those refused or skipped; both (n,)."""
    kinds = evidence.responses.missing[[i.name for i in evidence.asked]].to_numpy()
    gone = (kinds == REFUSED) | (kinds == SKIPPED)
    return (kinds < DUE).sum(axis=1).astype(np.int64), gone.sum(axis=1).astype(np.int64)


def find_random(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag answers that agree with common response patterns no better than random ones."""
    if (evidence.answers >= 0).sum(axis=1).max(initial=0) < response_patterns.ENOUGH:
        return None
    usual = response_patterns.score_likelihood(evidence.answers)
    return [
        Finding(
            row,
            "random",
            f"答案远不如常人常见（稳健 z 为 {usual[row]:.1f}）",
            f"answers far less usual than people's (robust z {usual[row]:.1f})",
        )
        for row in np.flatnonzero(usual < limits.unlikely).tolist()
    ]


def find_bursts(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag several submissions within a minute from one device; needs the time of day."""
    known = np.isfinite(evidence.moment) & (evidence.device > 0)
    if not known.any() or np.mean(evidence.moment[known] % 86_400 != 0) < 0.5:
        return None
    zh = f"同一设备或地址一分钟内提交 {limits.burst} 份以上"
    en = f"{limits.burst} or more submissions within a minute from one device or address"
    rows = np.flatnonzero(
        response_patterns.find_bursts(evidence.device, evidence.moment, limits.burst)
    ).tolist()
    return [Finding(row, "burst", zh, en) for row in rows]


def find_clockwork(evidence: Evidence, limits: Limits) -> list[Finding] | None:
    """Flag a run of submissions at equal intervals; needs times to the second."""
    known = evidence.moment[np.isfinite(evidence.moment)]
    if len(known) < limits.run or len(np.unique(known % 60)) < min(10, len(known)):
        return None
    zh = f"{limits.run} 份以上答卷按相同间隔提交（相差不超过 2 秒）"
    en = f"one of {limits.run} or more submissions at equal intervals (to 2 s)"
    rows = np.flatnonzero(response_patterns.find_clockwork(evidence.moment, limits.run)).tolist()
    return [Finding(row, "clockwork", zh, en) for row in rows]


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
