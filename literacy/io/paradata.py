"""What a file says about the interview itself: how long it took, when, on which device, by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from literacy.io.words import skeleton

if TYPE_CHECKING:
    from literacy.io.matching import Match
    from literacy.io.table import Table

_DURATION = (
    "所用时间",
    "答题时长",
    "作答时长",
    "用时",
    "时长",
    "duration",
    "durationseconds",
    "durations",
    "interviewtime",
    "totaltime",
    "durationinseconds",
    "_duration",
)
_SUBMITTED = (
    "提交答卷时间",
    "提交时间",
    "submissiontime",
    "submitdate",
    "datesubmitted",
    "submissiondate",
    "end",
    "endtime",
    "enddate",
    "interviewdate",
    "submitted",
)
_STARTED = ("开始时间", "开始答题时间", "start", "starttime", "startdate")
_INTERVIEWER = (
    "调查员",
    "调查员编号",
    "访员",
    "访员编号",
    "访问员",
    "调查员姓名",
    "访员姓名",
    "访问员姓名",
    "interviewername",
    "enumeratorname",
    "interviewer",
    "interviewerid",
    "enumerator",
    "enumeratorid",
    "surveyor",
)
_DEVICE = ("IP address", "device", "WeChat")
_CODE = re.compile(
    r"(?:访员|调查员|访问员|督导|interviewer|enumerator)?[\s#_-]*[A-Za-z]{0,3}[\s_-]?\d{1,6}(?:\.0)?",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|m|min))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒|s|sec)?)?",
    re.IGNORECASE,
)


def parse_duration(cell: object) -> float:
    """Seconds of ``123秒``, ``2分3秒``, ``1小时2分``, ``00:12:05`` or a plain number; NaN for anything else."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return float("nan")
    if isinstance(cell, (int, float, np.integer, np.floating)):
        return float(cell)
    text = str(cell).strip()
    clock = re.fullmatch(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)", text)
    if clock:
        hours, minutes, seconds = (float(p or 0) for p in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = _CHINESE.fullmatch(text)
    if not text or not parts or not any(parts.groups()):
        return float("nan")
    hours, minutes, seconds = (float(p or 0) for p in parts.groups())
    return hours * 3600 + minutes * 60 + seconds


def is_code(text: str) -> bool:
    """True for what an office calls its interviewers by (``12``, ``A07``, ``访员3``), false for a name or a phone."""
    return _CODE.fullmatch(text.strip()) is not None


def names_interviewers(column: str, label: str, cells: pd.Series) -> bool:
    """True for a column of interviewers that holds their names, not their codes."""
    known = {skeleton(w) for w in _INTERVIEWER}
    if not {skeleton(column), skeleton(label) or "-"} & known:
        return False
    return not all(is_code(str(c)) for c in cells.dropna().unique())


def gather_paradata(table: Table, match: Match, personal: Mapping[str, str]) -> pd.DataFrame:
    """Columns ``duration``, ``submitted``, ``device``, ``interviewer`` of a file, those it has.

    ``device`` numbers devices (or addresses, or accounts) in the order they appear: it tells apart, it does not name.
    """
    found: dict[str, pd.Series] = {}
    index = pd.RangeIndex(len(table.frame))

    def column(words: tuple[str, ...]) -> str | None:
        known = {skeleton(w) for w in words}
        for name in (*match.other, *personal):
            if {skeleton(name), skeleton(table.labels.get(name, "")) or "-"} & known:
                return name
        return None

    name = column(_DURATION)
    if name is not None:
        found["duration"] = pd.Series(
            [parse_duration(c) for c in table.frame[name]], index=index, dtype=float
        )
    moments = {}
    for role, words in (("started", _STARTED), ("submitted", _SUBMITTED)):
        name = column(words)
        if name is not None:
            moments[role] = parse_moments(table.frame[name]).set_axis(index)
    if "submitted" in moments:
        found["submitted"] = moments["submitted"]
        if "duration" not in found and "started" in moments:
            found["duration"] = (moments["submitted"] - moments["started"]).dt.total_seconds()
    devices = [c for c, what in personal.items() if what in _DEVICE and c in table.frame.columns]
    devices += [c for c in match.other if skeleton(c) in {"deviceid", "ip", "来自ip", "ipaddress"}]
    if devices:
        positions, _ = table.frame[devices[0]].factorize()
        numbers = pd.Series(positions + 1, index=index).astype("Int64")
        found["device"] = numbers.mask(numbers == 0)
    name = column(_INTERVIEWER)
    if name is not None:
        positions, uniques = table.frame[name].factorize()
        labels = pd.Series(np.array([*(str(u) for u in uniques), None], dtype=object)[positions], index=index)
        found["interviewer"] = labels.astype("str")
    return pd.DataFrame(found, index=index)


def parse_moments(cells: pd.Series) -> pd.Series:
    """Dates and times in the spellings of the platforms; NaT for anything else."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
    if pd.api.types.is_numeric_dtype(cells):
        return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns]")
    texts = cells.astype("str").str.strip().str.replace("/", "-", regex=False)
    moments = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)
    rest = moments.isna()
    if rest.any():
        moments = moments.where(
            ~rest, pd.to_datetime(texts, errors="coerce", format="%Y-%m-%d %H:%M:%S", utc=True)
        )
    return moments.dt.tz_localize(None)
