"""Texts derived from column headings: questions without numbers, marks and hints, and rows of matrix questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from literacy.files.text.spelling import skeleton, strip_prefix, tidy
from literacy.instrument.definitions import Item

if TYPE_CHECKING:
    from literacy.files.table import Table

Columns = Mapping[str, Sequence[str]]
_NUMBERED = re.compile(
    r"^\s*[*＊]?\s*(?:第\s*\d+\s*[题问]|[(（]?(?:[A-Za-z]{0,2}\d+(?:[-_.]\d+)?|[一二三四五六七八九十]{1,3})\s*[.、．:：)）\s])"
    r"\s*[、.．:：]?\s*[*＊]?\s*"
)
_MARKS = re.compile(
    r"[\[【(（〔]\s*(?:矩阵)?(?:单选|多选|判断|填空|量表|排序|简答|下拉|问答|必答|必填|选填|选做|可多选|不定项|单项选择|多项选择|评分)"
    r"[^\[\]【】()（）〔〕]{0,12}[\])】）〕]"
)
_BRACKET_END = re.compile(r"[)）\]】〕〗}]\s*[?？。.:：*＊]*\s*$")
_CUT = re.compile(r"\s*(?:…+|\.{3,})\s*$")
_WORD = re.compile(r"\w+", re.ASCII)
"""A plain name, without a separate mark, number or bracket."""
_COPY = re.compile(r"#\d+$")
SHORTEST = 6
"""Minimum number of letters left in a truncated heading."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Columns by the texts of their headings, from the most to the least reliable."""

    texts: Columns = field(default_factory=dict)
    loose: Columns = field(default_factory=dict)
    rows: Columns = field(default_factory=dict)
    cut: Columns = field(default_factory=dict)


def bare_question(text: str) -> str:
    """Return a question's text without its number and without marks such as ``[单选题]`` or ``*``."""
    text = _MARKS.sub("", _NUMBERED.sub("", tidy(text), count=1))
    return strip_prefix(text).strip(" *＊")


def spellings(item: Item) -> list[str]:
    """Return an item's text in all its languages, with and without its hint."""
    texts = [t for t in (item.label.zh, item.label.en, *(t for _, t in item.label.others)) if t]
    if item.hint is not None:
        texts += [f"{item.label.zh}{item.hint.zh}", f"{item.label.en} {item.hint.en}"]
    return texts


def question_forms(text: str) -> set[str]:
    """Return the skeletons of a heading: as it is, without marks, and without one to three leading numbers."""
    if _WORD.fullmatch(text):
        return {skeleton(text)}
    plain = _MARKS.sub("", tidy(text))
    forms = {skeleton(tidy(text)), skeleton(plain), skeleton(bare_question(text))}
    for _ in range(3):
        shorter = _NUMBERED.sub("", plain, count=1)
        if shorter == plain:
            break
        plain = shorter
        forms |= {skeleton(plain), skeleton(strip_prefix(plain))}
    return {f for f in forms if f}


def without_brackets(text: str) -> list[str]:
    """Return forms of a text without its trailing brackets (one, two, … of them) and without its leading bracket."""
    if _WORD.fullmatch(text):
        return []
    found = []
    last = tidy(text).strip(" *＊")
    for _ in range(4):
        shorter = _drop_bracket(last)
        if not skeleton(shorter) or shorter == last:
            break
        found.append(shorter)
        last = shorter
    begin = re.sub(r"^\s*[\[【(（〔][^\[\]【】()（）〔〕]*[\])】）〕]\s*", "", tidy(text))
    return [*found, begin] if begin and begin != tidy(text) else found


def _drop_bracket(text: str) -> str:
    return end_bracket(text)[0] or text


def end_bracket(text: str) -> tuple[str, str]:
    """Return the text before and inside the bracket that ends a text; ("", "") if none does."""
    if not _BRACKET_END.search(text):
        return "", ""
    depth = 0
    end = max(text.rfind(c) for c in ")）]】〕〗}")
    for at in range(end, -1, -1):
        depth += text[at] in ")）]】〕〗}"
        depth -= text[at] in "(（[【〔〖{"
        if depth == 0:
            return text[:at].rstrip(" *＊"), text[at + 1 : end].strip()
    return "", ""


def read_headings(columns: Sequence[str], table: Table) -> Headings:
    """Collect the texts of the headings and labels of a table's columns."""
    texts: dict[str, list[str]] = {}
    loose: dict[str, list[str]] = {}
    rows: dict[str, list[str]] = {}
    cut: dict[str, list[str]] = {}
    known = frozenset(columns)
    spoken = {c: _spoken(c, known, table) for c in columns}
    full = _cut_length(spoken.values())
    for column in columns:
        label = table.labels.get(column, "")
        for row in matrix_rows(label or column):
            _add(rows, {skeleton(row)}, column)
        if table.ticks.get(column) and table.platform != "odk":
            continue
        exact = set().union(*(question_forms(t) for t in spoken[column]))
        _add(texts, exact, column)
        if not full and all(_WORD.fullmatch(t) for t in spoken[column]):
            continue  # a word has no brackets, path or end that was cut off
        tails = [t for text in spoken[column] for t in (*without_brackets(text), *_tails(text, table))]
        _add(loose, set().union(*(question_forms(t) for t in tails)) - exact, column)
        for text in spoken[column]:
            if _CUT.search(text) or (full and len(text) == full):
                _add(cut, question_forms(_CUT.sub("", text)), column)
    return Headings(texts, loose, rows, cut)


def _add(table: dict[str, list[str]], forms: Iterable[str], column: str) -> None:
    for form in sorted(set(forms) - {""}):
        found = table.setdefault(form, [])
        if column not in found:
            found.append(column)


def _spoken(column: str, columns: frozenset[str], table: Table) -> list[str]:
    """Return a column's heading and label, without the number added to a duplicate heading."""
    name = _COPY.sub("", column)
    label = table.labels.get(column, "")
    return [
        t
        for t in (name if name in columns else column, _COPY.sub("", label) if name in columns else label)
        if t
    ]


def _tails(text: str, table: Table) -> list[str]:
    """Return the parts of a path ``group/question`` that follow its groups (ODK only)."""
    if table.platform != "odk":
        return []
    parts = text.split("/")
    return ["/".join(parts[k:]) for k in range(1, len(parts))]


def _cut_length(spoken: Iterable[list[str]]) -> int:
    """Return the length at which headings were truncated: the maximum, if three or more headings have it; else 0."""
    lengths = [len(texts[0]) for texts in spoken if texts]
    longest = max(lengths, default=0)
    return longest if longest >= 2 * SHORTEST and lengths.count(longest) >= 3 else 0


def matrix_rows(text: str) -> list[str]:
    """Return the parts of a matrix question's heading that may be the text of the row."""
    if _WORD.fullmatch(text):
        return []
    text = tidy(text)
    rows = [part for part in re.split(r"—+|--+|–|[-－](?=\S)|[:：]\s*|→", text)[1:] if part.strip()]
    inside = end_bracket(text)[1]
    if inside:
        rows.append(inside)
    return list(dict.fromkeys(form for r in rows for form in (r, strip_prefix(r)) if form))


def starts_with(found: Columns, text: str) -> list[str]:
    """Return the columns with whose truncated headings a text begins."""
    whole = skeleton(tidy(text))
    return sorted(
        {c for form, cs in found.items() if len(form) >= SHORTEST and whole.startswith(form) for c in cs}
    )
