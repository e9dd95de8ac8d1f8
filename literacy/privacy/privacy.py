"""Detection of columns that identify people, by their headers and by their content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.files.text.spelling import skeleton, squeeze
from literacy.files.text.vocabulary import TICKED, UNTICKED
from literacy.messages import mark, tell, tell_value
from literacy.privacy.headers import personal_header
from literacy.privacy.identifiers import identify, redact
from literacy.privacy.names import is_mongol, is_name

__all__ = [
    "CLEANED",
    "clean_column",
    "find_personal",
    "has_personal_numbers",
    "name_personal",
    "note_cleaned",
    "personal_content",
    "personal_header",
    "redact",
]  # fmt: skip
_YES_NO = {*TICKED, *UNTICKED, "有", "没有", "无", "会", "不会", "同意", "不同意", "愿意", "不愿意", "2"}
SHARE = 0.3
"""Minimum share of filled cells that look like one kind of personal data for a column to be personal by content."""
_SERIAL = ("phone", "device")
NAMES = 0.6
"""The share for names; many words look like names, so a larger share is required and the cells must be distinct."""
SURE = 0.9
"""The share for names that may repeat, such as first names in a long file."""
_FEW = 10
LOOKED = 400
"""Maximum number of distinct cells of a column that are checked."""
NUMBERED, PERSONAL_SIZE = 1e9, 1.3e10
"""Smallest numbers that may identify people: as most cells of a column, and as single cells (telephone numbers)."""
_HEX = re.compile(r"(?=.*[a-f])(?=.*\d)(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{64})")
"""Device identifiers assigned by a telephone's operating system; see also :data:`ROW_NAMES`."""
ROW_NAMES = re.compile(
    r"uuid|guid|instanceid|formversion|versionid|responseid|submissionid|recordid|rowid|caseid|^_?id$|^key$"
)
"""Headers (without punctuation) of columns that number records, not people; their cells resemble device identifiers."""
_DAY = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00(?::00)?)?"
)
_FIRST_DAY = 19_000_101
_BORN, _SPREAD = (1900, 2012), 15
"""Dates are dates of birth if most of them lie in these years and they spread over at least so many years."""


def _is_coded(cells: pd.Series, what: str) -> bool:
    """Return whether cells are codes or words of a closed question about what a header names, not the data itself."""
    filled = cells.dropna()
    if filled.empty:
        return False
    if pd.api.types.is_bool_dtype(filled):
        return True
    if pd.api.types.is_numeric_dtype(filled):
        array = filled.to_numpy(dtype=np.float64)
        small = bool((np.abs(array) < 1000).all() and (array == np.floor(array)).all())
        return small and filled.nunique() <= 12
    texts = {squeeze(t) for t in filled.astype("str").unique()[:LOOKED].tolist()}
    if texts <= _YES_NO or all(re.fullmatch(r"\d{1,2}", t) for t in texts):
        return True
    return what == "position" and len(texts) <= 12 and not any(c.isdigit() for t in texts for c in t)


def personal_content(cells: pd.Series) -> str:
    """Return the kind of personal data a column's cells resemble ("" for none); checks up to 400 distinct cells."""
    if pd.api.types.is_bool_dtype(cells):
        return ""
    filled = cells.dropna()
    if pd.api.types.is_datetime64_any_dtype(cells):
        return "birth date" if are_birthdays(filled) else ""
    if pd.api.types.is_numeric_dtype(cells):
        low, high = (float(filled.min()), float(filled.max())) if len(filled) else (0.0, 0.0)
        if low > -1e9 and high < _FIRST_DAY:
            return ""
        if are_birthdays(filled):
            return "birth date"
        total = len(_different(filled))
        filled = filled[(filled.abs() >= NUMBERED) & (filled.abs() < 1e19)]
        if filled.empty:
            return ""
        raw = [f"{value:.0f}" for value in _different(filled)]
    else:
        raw = [" ".join(str(v).split()) for v in _different(filled)]
        total = len(raw)
    texts = [t for t in (squeeze(v).removesuffix(".0") for v in raw) if t]
    if not texts:
        return ""
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(identify(text), []).append(text)
    for what, hits in found.items():
        if what and len(hits) >= SHARE * total and not (what in _SERIAL and _is_series(hits)):
            return what
    differ = len(texts) >= 5 and len(texts) >= 0.5 * min(len(filled), LOOKED)
    named = sum(is_name(v) for v in raw)
    if differ and named >= NAMES * total:
        return "name"
    if total >= _FEW and (
        named >= SURE * total >= 2 * _FEW * SURE or sum(map(is_mongol, raw)) >= SURE * total
    ):
        return "name"
    if are_birthdays(filled):
        return "birth date"
    return "device" if differ and len([t for t in texts if _HEX.fullmatch(t)]) >= SURE * total else ""


def _different(cells: pd.Series) -> pd.Series:
    """Return the first distinct cells, as many as are checked; a long column is read only as far as necessary."""
    first = cells.iloc[: 20 * LOOKED].drop_duplicates()
    return (first if len(first) >= LOOKED else cells.drop_duplicates()).head(LOOKED)


def are_birthdays(filled: pd.Series) -> bool:
    """Return whether dates are dates of birth rather than of interviews: long ago and many years apart."""
    days = _different(filled)
    if len(days) < 5:
        return False
    if pd.api.types.is_datetime64_any_dtype(days):
        if bool((days != days.dt.normalize()).any()):
            return False
        years = days.dt.year.to_numpy(dtype=np.float64)
        firsts = float(((days.dt.day == 1).to_numpy()).mean())
    else:
        if pd.api.types.is_numeric_dtype(days):
            if not bool(days.between(_FIRST_DAY, 20_991_231).mean() >= SURE):
                return False
            texts = [f"{v:.0f}" for v in days]
        else:
            texts = [squeeze(v) for v in days]
        found = [m for t in texts if (m := _DAY.fullmatch(t)) and _is_day(m)]
        if len(found) < SURE * len(days):
            return False
        years = np.array([float(m[1]) for m in found])
        firsts = float(np.mean([int(m[3] or m[5] or m[7]) == 1 for m in found]))
    inside = float(((years >= _BORN[0]) & (years <= _BORN[1])).mean())
    spread = float(np.quantile(years, 0.9) - np.quantile(years, 0.1))
    return inside >= SURE and spread >= _SPREAD and firsts < SURE


def _is_day(found: re.Match[str]) -> bool:
    month, day = int(found[2] or found[4] or found[6]), int(found[3] or found[5] or found[7])
    return 1 <= month <= 12 and 1 <= day <= 31


def _is_series(texts: list[str]) -> bool:
    """Return whether ten or more numbers are likely codes of units rather than those of people.

    Codes run on, or they begin with the same six digits (a county) and at least two of their other places hold three
    different digits at most. Telephone numbers of one range begin alike too, but end in any four digits.
    """
    if len(texts) < 10 or not all(t.isdigit() for t in texts) or len({len(t) for t in texts}) > 1:
        return False
    numbers = {int(t) for t in texts}
    if max(numbers) - min(numbers) < 4 * len(numbers):
        return True
    few = sum(len(set(place)) <= 3 for place in zip(*(t[6:] for t in texts), strict=True))
    return few >= 2 and len({t[:6] for t in texts}) == 1


def find_personal(
    frame: pd.DataFrame | Mapping[Any, pd.Series],
    labels: Mapping[str, str],
    named: Iterable[str] = (),
    skip: Iterable[str] = (),
) -> dict[str, str]:
    """Return the personal columns of a file and the kind of data in each.

    Parameters
    ----------
    frame : DataFrame, or dict
        The columns, or the cells of each that decide (:class:`~literacy.privacy.glimpses.Glimpses`).
    labels : dict
        Column labels, checked in the same way as headers.
    named : iterable of str
        Columns that the survey itself declares personal.
    skip : iterable of str
        Columns known to be harmless (items, design columns).
    """
    own = {n.casefold() for n in named}
    known = set(skip)
    found: dict[str, str] = {}
    columns: Mapping[Any, pd.Series] = dict(frame.items())
    for column, cells in columns.items():
        if str(column).casefold() in own:
            found[column] = "named by the survey"
        elif column not in known:
            what = personal_header(str(column), labels.get(column, ""))
            if what and _is_coded(cells, what):
                what = ""
            what = what or personal_content(cells)
            if what == "device" and not personal_header(str(column)) and ROW_NAMES.search(skeleton(column)):
                what = ""
            if what:
                found[column] = what
    return found


def name_personal(found: Mapping[str, str]) -> tuple[str, ...]:
    """Return the note that names the omitted columns; empty if there are none."""
    if not found:
        return ()
    listed = ", ".join(f"{redact(str(column))} ({tell_value(what)})" for column, what in found.items())
    return (tell("left out {} personal column{}: {}", len(found), "s" if len(found) > 1 else "", listed),)


def _find_large(cells: pd.Series) -> NDArray[np.int64]:
    """Return the rows of numbers as long as those of telephones and cards."""
    if not len(cells) or not (cells.max() >= PERSONAL_SIZE or cells.min() <= -PERSONAL_SIZE):
        return np.zeros(0, np.int64)
    array = cells.to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((np.abs(array) >= PERSONAL_SIZE) & (np.abs(array) < 1e19))


def has_personal_numbers(cells: pd.Series) -> bool:
    """Return whether the large numbers of a column are likely personal data, such as telephone numbers, not amounts."""
    if not _holds_numbers(cells):
        return False
    large = _find_large(cells)
    return bool(len(large)) and personal_content(cells.iloc[large]) != ""


def _holds_numbers(cells: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)


def clean_column(cells: pd.Series, numbers: bool | None = None) -> tuple[pd.Series, int]:
    """Remove personal data from a column of texts or numbers; return it with the number of cells changed.

    *numbers* is :func:`has_personal_numbers` of the whole column, if the cells are only a block of it.
    """
    if pd.api.types.is_bool_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return cells, 0
    if _holds_numbers(cells):
        if not (has_personal_numbers(cells) if numbers is None else numbers):
            return cells, 0
        large = _find_large(cells)
        array = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        hit = np.zeros(len(array), dtype=bool)
        hit[large] = [bool(identify(f"{array[k]:.0f}")) for k in large.tolist()]
        return cells.mask(hit), int(hit.sum())
    positions, uniques = cells.factorize()
    cleaned = [redact(u) if isinstance(u, str) else u for u in uniques]
    changed = np.array([c is not u and c != u for c, u in zip(cleaned, uniques, strict=True)] + [False])
    touched = int(changed[positions].sum())
    if not touched:
        return cells, 0
    lookup = np.array([*cleaned, None], dtype=object)
    return pd.Series(lookup[positions], index=cells.index, name=cells.name).astype(cells.dtype), touched


CLEANED = mark("personal data removed from {n} open-ended answers")
"""Note on the open-ended answers that were changed, with their number."""


def note_cleaned(count: int) -> tuple[str, ...]:
    """Return the note on how many open-ended answers were changed; empty if none were."""
    return (tell(CLEANED).replace("{n}", f"{count:,}"),) if count else ()
