"""Paradata of the interviews in a file: duration, time, device and interviewer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from literacy.files.text.spelling import skeleton

if TYPE_CHECKING:
    from literacy.answers.matching.matching import Match
    from literacy.files.table import Table

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
_DAYS = (
    "调查日期", "访问日期", "访问时间", "调查时间", "填写日期", "填写时间", "答题日期", "答题时间", "完成时间", "日期",
    "interviewday", "surveydate", "datestamp", "date", "dateofinterview",
)  # fmt: skip
"""Further headers of the interview date."""
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
_CLOCK = re.compile(r"(?:(\d+) days? )?(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")
_SPELLED = re.compile(
    r"(?:(\d+)\s*(?:天|日|d|days?))?\s*(?:(\d+)\s*(?:个?小时|时|h|hours?))?"
    r"\s*(?:(\d+)\s*(?:分钟|分|min|m|minutes?|['’′]))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒钟?|seconds?|sec|s|[\"”″]|''|′′)?)?",
    re.IGNORECASE,
)


def parse_duration(cell: object) -> float:
    """Return the number of seconds in a duration, or NaN if it cannot be parsed.

    Forms: ``123秒``, ``2分3秒``, ``1小时2分``, ``2'3"``, ``00:12:05``, ``0 days 00:12:05`` or a plain number.
    """
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return float("nan")
    if isinstance(cell, (int, float, np.integer, np.floating)):
        return float(cell)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    parts = _CLOCK.fullmatch(text) or _SPELLED.fullmatch(text)
    if not text or not parts or not any(parts.groups()):
        return float("nan")
    days, hours, minutes, seconds = (float(p or 0) for p in parts.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def parse_durations(cells: pd.Series) -> list[float]:
    """Return the durations of a column in seconds; fractions of a day, as stored by spreadsheets, are converted."""
    seconds = [parse_duration(c) for c in cells]
    if pd.api.types.is_numeric_dtype(cells):
        present = [s for s in seconds if s == s and s != 0]
        if present and all(0 < s < 1 for s in present):
            return [round(s * 86_400, 3) for s in seconds]
    return seconds


def is_code(text: str) -> bool:
    """Return True for an interviewer code (``12``, ``A07``, ``访员3``), False for a name or a telephone number."""
    return _CODE.fullmatch(text.strip()) is not None


def names_interviewers(column: str, label: str, cells: pd.Series) -> bool:
    """Return True for a column of interviewers that holds their names rather than codes."""
    known = {skeleton(w) for w in _INTERVIEWER}
    if not {skeleton(column), skeleton(label) or "-"} & known:
        return False
    return not all(is_code(str(c)) for c in cells.dropna().unique())


def find_days(table: Table) -> list[str]:
    """Return the columns that hold the interview date, the date of submission first."""
    known = [skeleton(w) for w in (*_SUBMITTED, *_DAYS, *_STARTED)]
    found: list[tuple[int, str]] = []
    for name in map(str, table.frame.columns):
        for text in (name, table.labels.get(name, "")):
            if text and skeleton(text) in known:
                found.append((known.index(skeleton(text)), name))
                break
    return [name for _, name in sorted(found, key=lambda pair: pair[0])]


def gather_paradata(table: Table, match: Match, personal: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns ``duration``, ``submitted``, ``device`` and ``interviewer``, as far as the file has them.

    ``device`` numbers the devices (or addresses, or accounts) in order of appearance and does not identify anyone.
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
        found["duration"] = pd.Series(parse_durations(table.frame[name]), index=index, dtype=float)
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


def _serials(cells: pd.Series) -> pd.Series:
    """Convert spreadsheet serial dates to timestamps, if all cells can be dates from 2000 to 2099; otherwise NaT."""
    days = cells.to_numpy(dtype=float, na_value=np.nan)
    present = days[~np.isnan(days)]
    if not len(present) or present.min() < 36_526 or present.max() > 73_050:
        return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns]")
    moments = pd.to_datetime(days, unit="D", origin="1899-12-30").round("s").astype("datetime64[ns]")
    return pd.Series(moments, index=cells.index)


def parse_moments(cells: pd.Series) -> pd.Series:
    """Parse dates and times in the formats of the survey platforms; NaT for anything else."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
    if pd.api.types.is_numeric_dtype(cells):
        return _serials(cells)
    positions, uniques = cells.factorize()
    moments = _parse_texts(pd.Series(uniques)).reindex(positions).set_axis(cells.index)
    moments.name = cells.name
    return moments


def _parse_texts(cells: pd.Series) -> pd.Series:
    """Parse dates and times written as texts."""
    numbers = pd.to_numeric(cells, errors="coerce")
    serials = _serials(numbers)
    texts = cells.astype("str").str.strip().str.replace("[/年月.](?=\\d{1,2}\\D|\\d{1,2}$)", "-", regex=True)
    texts = texts.str.replace("日", "", regex=False)
    moments = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)
    rest = moments.isna()
    if rest.any():
        moments = moments.where(
            ~rest, pd.to_datetime(texts, errors="coerce", format="%Y-%m-%d %H:%M:%S", utc=True)
        )
    moments = moments.dt.tz_localize(None)
    return moments if serials.isna().all() else moments.mask(numbers.notna(), serials)
