"""Exports of 问卷星: identify question columns, columns of single options, and answers given as texts or numbers."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple

import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.table import NAMELESS, Table
from literacy.files.text.numbers import infer_numbers
from literacy.files.text.spelling import last_bracket, skeleton, squeeze, tidy
from literacy.files.text.vocabulary import is_other
from literacy.messages import tell

LEADING = frozenset(
    {"序号", "用户id", "提交答卷时间", "所用时间", "来源", "来源详情", "来自ip", "总分", "答题时长", "作答时长",
     "开始答题时间", "答卷编号", "答题序号", "用户来源", "提交时间", "答题时间", "填写时间", "完成时间"}
)  # fmt: skip
_OWN = LEADING - {"序号", "总分", "来源", "提交时间"}
"""Leading columns that occur only in exports of 问卷星."""
_NUMBER = re.compile(
    r"^\s*[*＊]?\s*(?:第\s*(\d+)\s*题|(\d+)\s*(?=[、.．：:(（\s*＊]))\s*[、.．：:]?\s*(.*)$", re.DOTALL
)
_COPY = re.compile(r"#\d+$")
_WORDS = {
    "(跳过)": "not_applicable", "（跳过）": "not_applicable", "跳过": "not_applicable", "-3": "not_applicable",
    "(空)": "skipped", "（空）": "skipped", "空": "skipped", "-2": "skipped",
}  # fmt: skip
_MISSING = frozenset({"-3", "-2"})


class _Question(NamedTuple):
    """One column of a question: the question number and the text after it."""

    column: str
    number: str
    rest: str


def is_wjx(names: list[str]) -> bool:
    """Return whether the column names are those of a 问卷星 export."""
    numbered = sum(1 for n in names if _NUMBER.match(tidy(n)))
    leading = len({squeeze(tidy(n)) for n in names} & LEADING)
    return (leading >= 1 and numbered >= 1) or (numbered >= 3 and numbered >= 0.6 * len(names))


def read_wjx(frame: pd.DataFrame, form: str, where: str, notes: tuple[str, ...]) -> Table:
    """Interpret a table of text cells as an export of 问卷星.

    Raises
    ------
    LiteracyError
        ``io.format`` for an export by points (按分数), which contains no answers.
    """
    names = [str(c) for c in frame.columns]
    name = PurePath(where).name
    if "按分数" in name or "按选项分数" in name:
        raise LiteracyError(
            "io.format",
            where=where,
            what="an export of 问卷星 by points (按分数): it contains points, not answers",
            fix="download it by text (按文本)",
        )
    questions = [q for n in names if (q := _question(n)) is not None]
    frame, more = _drop_rows_without_answers(frame, names, questions)
    ticks = find_ticks(frame, names)
    labels = {q.column: q.rest.strip() for q in questions if q.column not in ticks and q.rest.strip()}
    positions, numbered = _by_number(frame, questions, ticks, name)
    mode = tell("by number (按序号)") if positions else tell("by text (按文本)")
    typed = infer_numbers(frame)
    return Table(
        typed, form, labels=labels, notes=(*notes, *more, tell("read as an export of 问卷星 {}", mode)),
        words=dict(_WORDS), ticks=ticks, positions=positions, numbered=numbered, platform="wjx",
    )  # fmt: skip


def _question(column: str) -> _Question | None:
    hit = _NUMBER.match(tidy(_COPY.sub("", column)))
    return _Question(column, str(int(hit.group(1) or hit.group(2))), hit.group(3)) if hit else None


def _drop_rows_without_answers(
    frame: pd.DataFrame, names: list[str], questions: list[_Question]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Drop rows without answers, such as totals or remarks: the platform marks a missing answer by (空) or (跳过)."""
    if not questions:
        return frame, ()
    asked = [q.column for q in questions]
    moments = [n for n in names if squeeze(tidy(n)) in ("提交答卷时间", "所用时间", "来自ip")]
    empty = (frame[[*asked, *moments]].map(str.strip) == "").all(axis=1)
    if not empty.any():
        return frame, ()
    count = int(empty.sum())
    line = tell("1 line holds") if count == 1 else tell("{} lines hold", count)
    return frame[~empty].reset_index(drop=True), (
        tell("{} no answers and {} not counted as a respondent", line, "is" if count == 1 else "are"),
    )


def find_ticks(frame: pd.DataFrame, names: list[str]) -> dict[str, tuple[str, str]]:
    """Find single-option columns: ``4. 题干(智能手机)`` then ``4 (平板电脑)``; ``4、题干—电视``; ``第4题(电视)``."""
    ticks: dict[str, tuple[str, str]] = {}
    for group in _runs(names):
        found = _options(group)
        if found and _all_ticks(frame, found):
            stem = next((s for s, _ in found.values() if s), f"{NAMELESS}{group[0].number}")
            ticks |= {column: (stem, option) for column, (_, option) in found.items()}
    return ticks


def _runs(names: list[str]) -> list[list[_Question]]:
    """Return runs of two or more adjacent columns with the same question number."""
    runs: list[list[_Question]] = []
    for name in names:
        question = _question(name)
        if question is None:
            runs.append([])
        elif runs and runs[-1] and runs[-1][-1].number == question.number:
            runs[-1].append(question)
        else:
            runs.append([question])
    return [run for run in runs if len(run) >= 2]


def _options(group: list[_Question]) -> dict[str, tuple[str, str]]:
    """Map each column to (stem, option), using the first way of splitting that yields a single common stem."""
    for split in (_in_brackets, _after_dash):
        found = {q.column: split(q.rest) for q in group}
        stems = {skeleton(stem) for stem, option in found.values() if stem}
        if len(stems) <= 1 and all(option for _, option in found.values()):
            return found
    return {}


def _in_brackets(rest: str) -> tuple[str, str]:
    stem, option = last_bracket(rest)
    inside = None if option else re.fullmatch(r"\s*[(（](.*)[)）]\s*", rest, re.DOTALL)
    return ("", inside.group(1).strip()) if inside else (stem, option)


def _after_dash(rest: str) -> tuple[str, str]:
    inside = re.fullmatch(r"\s*[(（](.*)[)）]\s*", rest, re.DOTALL)
    if inside:
        return "", inside.group(1).strip()
    stem, dash, option = re.sub(r"—+|--+|→|–", "—", rest).partition("—")
    return (stem.strip(), option.strip()) if dash else ("", "")


def _all_ticks(frame: pd.DataFrame, found: dict[str, tuple[str, str]]) -> bool:
    """Return whether the columns hold 0 and 1, with at least one 0; an open-ended option may also hold texts."""
    zero = False
    for column, (_, option) in found.items():
        cells = {squeeze(c).removesuffix(".0") for c in frame[column].unique()} - {""}
        cells -= set(_WORDS)
        zero = zero or "0" in cells
        rest = cells - {"0", "1"}
        if rest and not (is_other(option) and not any(re.fullmatch(r"[+-]?\d+", c) for c in rest)):
            return False
    return zero


def _by_number(
    frame: pd.DataFrame, questions: list[_Question], ticks: dict[str, tuple[str, str]], name: str
) -> tuple[bool, bool]:
    """Return whether answers are positions of options, and whether the file leaves no doubt about it."""
    if "按文本" in name and "按序号" not in name:
        return False, True
    named = "按序号" in name
    leading = {squeeze(tidy(str(c))) for c in frame.columns} & _OWN
    looks = [_looks(frame[q.column]) for q in questions]
    whole = sum(1 for look in looks if look == "numbers")
    worded = sum(1 for look in looks if look == "words")
    coded = any(bool(frame[q.column].map(squeeze).isin(_MISSING).any()) for q in questions)
    sure = named or coded or bool(ticks) or len(leading) >= 2
    return named or bool(ticks) or (whole > 0 and whole >= worded), sure


def _looks(cells: pd.Series) -> str:
    """Return ``numbers`` for a column of small integers, ``words`` for any other, "" for one without answers."""
    filled = {squeeze(c).removesuffix(".0") for c in cells.unique()} - {""} - set(_WORDS)
    if not filled:
        return ""
    return "numbers" if all(re.fullmatch(r"-?\d{1,3}(?:[┋|,;]\d{1,3})*", c) for c in filled) else "words"
