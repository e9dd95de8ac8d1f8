"""Exports of questionnaire platforms: 问卷星 (by text and by number), Kobo/ODK, LimeSurvey.

No platform describes its export officially; the shapes below come from files of their users (docs/formats.md).
"""

from __future__ import annotations

import re
from pathlib import PurePath

import pandas as pd

from literacy.io.delimited import infer_numbers
from literacy.io.table import Table
from literacy.io.words import last_bracket, squeeze

LEADING = frozenset(
    {
        "序号",
        "用户id",
        "提交答卷时间",
        "所用时间",
        "来源",
        "来源详情",
        "来自ip",
        "总分",
        "答题时长",
        "作答时长",
        "开始答题时间",
    }
)
_WJX_NUMBER = re.compile(
    r"^\s*(?:第\s*(\d+)\s*题|(\d+)\s*(?=[、.．：:(（\s]))\s*[、.．：:]?\s*(.*)$", re.DOTALL
)
_WJX_OPTION = re.compile(r"^\s*(?:第\s*(\d+)\s*题|(\d+))\s*[(（](.*)[)）]\s*$", re.DOTALL)
_WJX_WORDS = {
    "(跳过)": "not_applicable", "（跳过）": "not_applicable", "-3": "not_applicable",
    "(空)": "skipped", "（空）": "skipped", "-2": "skipped",
}  # fmt: skip
_ODK = frozenset(
    {"_id", "_uuid", "_submission_time", "__version__", "_index", "_validation_status", "_status", "_submitted_by",
     "meta/instanceid", "instanceid", "meta-instanceid", "key", "submissiondate", "formhub/uuid", "_xform_id_string",
     "_version_", "_tags", "_notes"}
)  # fmt: skip
_LIME = frozenset(
    {
        "id",
        "submitdate",
        "lastpage",
        "startlanguage",
        "seed",
        "startdate",
        "datestamp",
        "ipaddr",
        "refurl",
        "token",
    }
)
_LIME_LONG = re.compile(
    r"^(response id|date submitted|last page|start language|seed|date started|date last action)$"
    r"|^(答复 id|提交日期|最后一页|起始语言)$"
)


def understand_platform(frame: pd.DataFrame, form: str, where: str, notes: tuple[str, ...] = ()) -> Table:
    """A table of text cells with what its platform's habits say about its columns.

    Parameters
    ----------
    frame : DataFrame of str
    form : str
        The file format (csv, xlsx).
    where : str
        File name; 问卷星 writes 按文本 or 按序号 into it.
    notes : tuple of str
    """
    names = [str(c) for c in frame.columns]
    low = {squeeze(n) for n in names}
    if _is_wjx(names, low):
        return _read_wjx(frame, names, form, where, notes)
    typed = frame.apply(infer_numbers) if len(frame.columns) else frame
    if len(low & _ODK) >= 2:
        split = _splits(names, re.compile(r"^(.+)/([^/]+)$"))
        return Table(
            typed, form, notes=(*notes, "read as an export of Kobo or ODK"), ticks=split, platform="odk"
        )
    if len(low & _LIME) >= 4 or sum(1 for n in low if _LIME_LONG.match(n)) >= 3:
        split = _splits(names, re.compile(r"^(.+?)\s*\[(.+)\]\s*$", re.DOTALL))
        words = {"N/A": "not_applicable", "n/a": "not_applicable"}
        return Table(
            typed,
            form,
            notes=(*notes, "read as an export of LimeSurvey"),
            ticks=split,
            words=words,
            platform="limesurvey",
        )
    split = _splits(names, re.compile(r"^(.+)/([^/]+)$")) | _splits(
        names, re.compile(r"^(.+?)\s*\[(.+)\]\s*$", re.DOTALL)
    )
    return Table(typed, form, notes=notes, ticks=split)


def _splits(names: list[str], pattern: re.Pattern[str]) -> dict[str, tuple[str, str]]:
    """Columns that share a stem and differ by an option."""
    found = {n: hit.groups() for n in names if (hit := pattern.match(n))}
    stems = [stem for stem, _ in found.values()]
    return {n: (stem, option) for n, (stem, option) in found.items() if stems.count(stem) >= 2}


def _is_wjx(names: list[str], low: set[str]) -> bool:
    numbered = sum(1 for n in names if _WJX_NUMBER.match(n))
    leading = len(low & LEADING)
    return (leading >= 1 and numbered >= 1) or (numbered >= 3 and numbered >= 0.6 * len(names))


def _read_wjx(frame: pd.DataFrame, names: list[str], form: str, where: str, notes: tuple[str, ...]) -> Table:
    ticks = _wjx_ticks(frame, names)
    labels = {}
    for name in names:
        hit = _WJX_NUMBER.match(name)
        if hit and name not in ticks and hit.group(3).strip():
            labels[name] = hit.group(3).strip()
    positions = _by_number(frame, [n for n in names if _WJX_NUMBER.match(n)], ticks, where)
    mode = "by number" if positions else "by text"
    typed = frame.apply(infer_numbers) if len(frame.columns) else frame
    said = (*notes, f"read as an export of 问卷星 {mode} ({'按序号' if positions else '按文本'})")
    return Table(
        typed,
        form,
        labels=labels,
        notes=said,
        words=dict(_WJX_WORDS),
        ticks=ticks,
        positions=positions,
        platform="wjx",
    )


def _wjx_ticks(frame: pd.DataFrame, names: list[str]) -> dict[str, tuple[str, str]]:
    """One column an option: ``4. 题干(智能手机)``, then ``4 (平板电脑)``, ``4(其他：)``."""
    ticks: dict[str, tuple[str, str]] = {}
    at = 0
    while at < len(names):
        hit = _WJX_NUMBER.match(names[at])
        group = [at]
        if hit:
            number = hit.group(1) or hit.group(2)
            after = at + 1
            while after < len(names):
                option = _WJX_OPTION.match(
                    names[after].split("#")[0] if names[after].endswith("#2") else names[after]
                )
                if not option or (option.group(1) or option.group(2)) != number:
                    break
                group.append(after)
                after += 1
        if len(group) > 1 and hit:
            stem, first = last_bracket(hit.group(3))
            if first and all(_is_tick(frame.iloc[:, g]) for g in group):
                ticks[names[at]] = (stem, first)
                for g in group[1:]:
                    option = _WJX_OPTION.match(names[g])
                    ticks[names[g]] = (stem, option.group(3).strip() if option else names[g])
        at = group[-1] + 1
    return ticks


def _is_tick(cells: pd.Series) -> bool:
    seen = {squeeze(c) for c in cells.unique()}
    numbers = {c for c in seen if re.fullmatch(r"[+-]?\d+(\.0)?", c)}
    return {c.removesuffix(".0") for c in numbers} <= {"0", "1", "-2", "-3"}


def _by_number(
    frame: pd.DataFrame, questions: list[str], ticks: dict[str, tuple[str, str]], where: str
) -> bool:
    name = PurePath(where).name
    if "按序号" in name or "按文本" in name:
        return "按序号" in name
    if ticks:
        return True
    whole = filled = 0
    for question in questions:
        for cell in frame[question].head(200).unique():
            text = squeeze(cell)
            if text and text not in _WJX_WORDS:
                filled += 1
                whole += bool(re.fullmatch(r"-?\d{1,3}", text))
            if "┋" in text or "(跳过)" in text or "(空)" in text:
                return False
    return filled > 0 and whole >= 0.8 * filled
