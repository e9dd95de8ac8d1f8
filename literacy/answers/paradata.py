"""Paradata of the interviews in a file: duration, time, device and interviewer."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.files.text.spelling import skeleton
from literacy.privacy import is_code

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
Span = tuple[float, float]
"""Smallest and largest number of a column."""
_NONE: Span = (np.inf, -np.inf)
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


def parse_durations(cells: pd.Series, span: Span | None = None) -> list[float]:
    """Return the durations of a column in seconds; fractions of a day, as stored by spreadsheets, are converted.

    *span* holds the range of the numbers in the whole column; default: that of the cells given.
    """
    seconds = [parse_duration(c) for c in cells]
    if pd.api.types.is_numeric_dtype(cells):
        low, high = span or _span(_present(cells, zeros=False))
        if 0 < low <= high < 1:
            return [round(s * 86_400, 3) for s in seconds]
    return seconds


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


class Devices:
    """Numbers of devices in order of appearance; what identifies a device is kept as a digest only.

    Attributes
    ----------
    digests : (k,) array of 16 bytes each, sorted
    numbers : (k,) array
        The number of each, from 1.
    """

    def __init__(self) -> None:
        self.digests: NDArray[np.bytes_] = np.empty(0, dtype="S16")
        self.numbers: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def number(self, cells: pd.Series) -> pd.Series:
        """Return the number of each cell's device; NA for an empty cell."""
        positions, uniques = cells.factorize()
        digests = np.array([_digest(u) for u in uniques.tolist()], dtype="S16")
        at = np.searchsorted(self.digests, digests)
        known = np.zeros(len(digests), dtype=bool)
        inside = at < len(self.digests)
        known[inside] = self.digests[at[inside]] == digests[inside]
        found = np.zeros(len(digests) + 1, dtype=np.int64)
        found[:-1][known] = self.numbers[at[known]]
        fresh = np.flatnonzero(~known)
        found[fresh] = len(self.numbers) + 1 + np.arange(len(fresh))
        if len(fresh):
            order = fresh[np.argsort(digests[fresh])]
            self.numbers = np.insert(self.numbers, at[order], found[order])
            self.digests = np.insert(self.digests, at[order], digests[order])
        numbers = pd.Series(found[positions], index=pd.RangeIndex(len(cells))).astype("Int64")
        return numbers.mask(numbers == 0)


def _digest(value: object) -> bytes:
    """Return 16 bytes that are equal for equal values; numbers and texts never agree."""
    if isinstance(value, (bool, int, float)):
        text = f"n{int(value)}" if float(value).is_integer() else f"n{value!r}"
    else:
        text = f"t{value}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Spans:
    """Ranges of the numbers in the columns of durations and times, which decide how a spreadsheet wrote them."""

    def __init__(self) -> None:
        self._held: dict[str, Span] = {}

    def hear(self, table: Table) -> None:
        """Add the numbers of a block of rows."""
        for name in map(str, table.frame.columns):
            timed = _is_named(name, table, _DURATION)
            if not timed and not _is_named(name, table, (*_STARTED, *_SUBMITTED)):
                continue
            cells = table.frame[name]
            if timed and not pd.api.types.is_numeric_dtype(cells):
                continue
            if pd.api.types.is_datetime64_any_dtype(cells):
                continue
            low, high = _span(_present(cells, zeros=not timed))
            before = self._held.get(name, _NONE)
            self._held[name] = (min(before[0], low), max(before[1], high))

    def of(self, column: str) -> Span:
        """Return the range of the numbers in a column; an empty one if it has none."""
        return self._held.get(column, _NONE)


def _present(cells: pd.Series, *, zeros: bool) -> NDArray[np.float64]:
    """Return the numbers among the cells, which may be written as texts."""
    if not pd.api.types.is_numeric_dtype(cells):
        cells = pd.to_numeric(pd.Series(cells.dropna().unique()), errors="coerce")
    numbers = np.asarray(cells.to_numpy(dtype=float, na_value=np.nan))
    kept = ~np.isnan(numbers) & (zeros | (numbers != 0))
    return np.asarray(numbers[kept])


def _span(numbers: NDArray[np.float64]) -> Span:
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else _NONE


def _is_named(name: str, table: Table, words: Iterable[str]) -> bool:
    known = {skeleton(w) for w in words}
    return not {skeleton(name), skeleton(table.labels.get(name, "")) or "-"}.isdisjoint(known)


def gather_paradata(
    table: Table,
    match: Match,
    personal: Mapping[str, str],
    spans: Spans | None = None,
    devices: Devices | None = None,
) -> pd.DataFrame:
    """Return the columns ``duration``, ``submitted``, ``device`` and ``interviewer``, as far as the file has them.

    ``device`` numbers the devices (or addresses, or accounts) in order of appearance and does not identify anyone. For
    a block of a file, *spans* are those of all its rows, and *devices* the numbers given in earlier blocks.
    """
    if spans is None:
        spans = Spans()
        spans.hear(table)
    found: dict[str, pd.Series] = {}
    index = pd.RangeIndex(len(table.frame))

    def column(words: tuple[str, ...]) -> str | None:
        return next((n for n in (*match.other, *personal) if _is_named(n, table, words)), None)

    name = column(_DURATION)
    if name is not None:
        seconds = parse_durations(table.frame[name], spans.of(name))
        found["duration"] = pd.Series(seconds, index=index, dtype=float)
    moments = {}
    for role, words in (("started", _STARTED), ("submitted", _SUBMITTED)):
        name = column(words)
        if name is not None:
            moments[role] = parse_moments(table.frame[name], spans.of(name)).set_axis(index)
    if "submitted" in moments:
        found["submitted"] = moments["submitted"]
        if "duration" not in found and "started" in moments:
            found["duration"] = (moments["submitted"] - moments["started"]).dt.total_seconds()
    own = [c for c, what in personal.items() if what in _DEVICE and c in table.frame.columns]
    own += [c for c in match.other if skeleton(c) in {"deviceid", "ip", "来自ip", "ipaddress"}]
    if own:
        found["device"] = (devices or Devices()).number(table.frame[own[0]])
    name = column(_INTERVIEWER)
    if name is not None:
        positions, uniques = table.frame[name].factorize()
        labels = pd.Series(np.array([*(str(u) for u in uniques), None], dtype=object)[positions], index=index)
        found["interviewer"] = labels.astype("str")
    return pd.DataFrame(found, index=index)


def _serials(cells: pd.Series, span: Span | None = None) -> pd.Series:
    """Convert spreadsheet serial dates to timestamps, if all cells can be dates from 2000 to 2099; otherwise NaT."""
    days = cells.to_numpy(dtype=float, na_value=np.nan)
    low, high = span or _span(days[~np.isnan(days)])
    if low > high or low < 36_526 or high > 73_050:
        return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns]")
    moments = pd.to_datetime(days, unit="D", origin="1899-12-30").round("s").astype("datetime64[ns]")
    return pd.Series(moments, index=cells.index)


def parse_moments(cells: pd.Series, span: Span | None = None) -> pd.Series:
    """Parse dates and times in the formats of the survey platforms; NaT for anything else.

    *span* holds the range of the numbers in the whole column; default: that of the cells given.
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
    if pd.api.types.is_numeric_dtype(cells):
        return _serials(cells, span)
    positions, uniques = cells.factorize()
    moments = _parse_texts(pd.Series(uniques), span).reindex(positions).set_axis(cells.index)
    moments.name = cells.name
    return moments


def _parse_texts(cells: pd.Series, span: Span | None) -> pd.Series:
    """Parse dates and times written as texts."""
    numbers = pd.to_numeric(cells, errors="coerce")
    serials = _serials(numbers, span)
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
