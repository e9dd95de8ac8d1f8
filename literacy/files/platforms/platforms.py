"""Exports of questionnaire platforms: 问卷星 (by text and by number), Kobo/ODK, LimeSurvey.

No platform documents its export officially; the patterns below were derived from users' files (docs/formats.md).
"""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from literacy.files.platforms.wenjuanxing import is_wjx, read_wjx
from literacy.files.table import Table
from literacy.files.text.numbers import infer_numbers
from literacy.files.text.spelling import squeeze, tidy
from literacy.messages import tell

_ODK = frozenset(
    {"_id", "_uuid", "_submission_time", "__version__", "_index", "_validation_status", "_status", "_submitted_by",
     "meta/instanceid", "instanceid", "meta-instanceid", "meta.instanceid", "key", "submissiondate", "formhub/uuid",
     "_xform_id_string", "_version_", "_tags", "_notes", "submitterid", "submittername", "reviewstate", "formversion"}
)  # fmt: skip
_LIME = frozenset(
    {"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token"}
)  # fmt: skip
_LIME_LONG = re.compile(
    r"^(response id|date submitted|last page|start language|seed|date started|date last action)$"
    r"|^(答复 id|提交日期|最后一页|起始语言)$"
)
_SLASH = re.compile(r"^(.+)/([^/]+)$", re.DOTALL)
_COPY = re.compile(r"#\d+$")
_SQUARE = re.compile(r"^(.+?)\s*\[(.+)\]\s*$", re.DOTALL)


def understand_platform(frame: pd.DataFrame, form: str, where: str, notes: tuple[str, ...] = ()) -> Table:
    """Return a table of text cells with the column metadata implied by its platform's export conventions.

    Parameters
    ----------
    frame : DataFrame of str
    form : str
        The file format (csv, xlsx).
    where : str
        File name; in exports of 问卷星 it contains 按文本 or 按序号.
    notes : tuple of str
    """
    frame, more = join_copies(frame)
    notes = (*notes, *more)
    names = [str(c) for c in frame.columns]
    if is_wjx(names):
        return read_wjx(frame, form, where, notes)
    table = describe_platform(infer_numbers(frame), form, notes)
    if table.platform == "limesurvey":
        return table.evolve(notes=(*table.notes, *_unfinished(frame, names)))
    return table


def describe_platform(typed: pd.DataFrame, form: str, notes: tuple[str, ...] = ()) -> Table:
    """Return a table with the metadata implied by its column names, as an export of Kobo/ODK, LimeSurvey or neither."""
    names = [str(c) for c in typed.columns]
    if _is_odk(names):
        return Table(
            typed, form, notes=(*notes, tell("read as an export of Kobo or ODK")), ticks=_splits(names, _SLASH),
            platform="odk",
        )  # fmt: skip
    if _is_lime(names):
        words = {"N/A": "not_applicable", "n/a": "not_applicable"}
        all_notes = (*notes, tell("read as an export of LimeSurvey"))
        return Table(
            typed, form, notes=all_notes, ticks=_splits(names, _SQUARE), words=words, platform="limesurvey"
        )
    return Table(typed, form, notes=notes, ticks=_splits(names, _SLASH) | _splits(names, _SQUARE))


def needs_cells(names: list[str]) -> bool:
    """Return whether the cells must be inspected because the names alone do not determine the columns."""
    known = set(names)
    copied = any(first != n and first in known for n in names for first in [_COPY.sub("", n)])
    return copied or is_wjx(names) or (_is_lime(names) and not _is_odk(names))


def _is_odk(names: list[str]) -> bool:
    return len(_low(names) & _ODK) >= 2


def _is_lime(names: list[str]) -> bool:
    low = _low(names)
    return len(low & _LIME) >= 4 or sum(1 for n in low if _LIME_LONG.match(n)) >= 3


def _low(names: list[str]) -> set[str]:
    return {squeeze(tidy(n)) for n in names}


def _splits(names: list[str], pattern: re.Pattern[str]) -> dict[str, tuple[str, str]]:
    """Map each column that shares its stem with another to its (stem, option)."""
    found = {n: hit.groups() for n in names if (hit := pattern.match(tidy(n)))}
    stems = Counter(stem for stem, _ in found.values())
    return {n: (stem, option) for n, (stem, option) in found.items() if stems[stem] >= 2}


def _unfinished(frame: pd.DataFrame, names: list[str]) -> tuple[str, ...]:
    """Return a note if some responses were never submitted: LimeSurvey exports these with an empty date."""
    dates = [n for n in names if squeeze(tidy(n)) in ("submitdate", "date submitted", "提交日期")]
    if not dates or not frame[dates[0]].map(squeeze).isin(["", "n/a", "1980-01-01 00:00:00"]).any():
        return ()
    return (tell("some responses were not submitted (no {}); they are kept", dates[0]),)


def join_copies(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Merge columns of the same name unless a row has conflicting values in them (forms of several versions)."""
    joined: dict[str, pd.Series] = {}
    gone: list[str] = []
    names = set(map(str, frame.columns))
    for column in map(str, frame.columns):
        first = re.sub(r"#\d+$", "", column)
        if first == column or first not in names or first in gone:
            continue
        one = joined.get(first, frame[first])
        other = frame[column]
        blank = one.map(str.strip) == ""
        if not one.equals(other) and bool((blank | (other.map(str.strip) == "") | (one == other)).all()):
            joined[first] = one.where(~blank, other)
            gone.append(column)
    if not gone:
        return frame, ()
    shown = ", ".join(list(joined)[:5])
    return frame.assign(**joined).drop(columns=gone), (
        tell("columns with the same name and the same contents were merged: {}", shown),
    )
