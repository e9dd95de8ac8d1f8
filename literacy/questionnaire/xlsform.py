"""The questionnaire as an XLSForm, the workbook format of KoboToolbox, ODK and related platforms."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from literacy.errors import LiteracyError
from literacy.instrument import Code, Condition, Instrument, Item, Label, Level, Option
from literacy.questionnaire.form_outline import Outline, Question, Section, make_outline

_EPOCH = datetime(2000, 1, 1)
_FURTHER = {"mn": "Mongolian"}
_TONGUES = {"zh": "中文 (zh)", "en": "English (en)"}
Row = dict[str, str]


def encode_xlsform(instrument: Instrument, wave: int | str | None = None, *, lang: str = "zh") -> bytes:
    """Return an XLSForm (.xlsx) in Chinese and English as bytes; deterministic.

    Parameters
    ----------
    instrument : Instrument
    wave : int or str, optional
        Restricts the form to the items of that wave.
    lang : {"zh", "en"}
        The language a device displays first.

    Raises
    ------
    LiteracyError
        ``io.write`` for codes that an XLSForm cannot represent.

    Notes
    -----
    Questions are named after items and choices after option codes, so that the answers can be read by
    :func:`literacy.read`. Keys and everything else related to scoring are omitted.
    """
    import xlsxwriter

    sheets = make_sheets(make_outline(instrument, wave), lang)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in sheets.items():
        _fill(book.add_worksheet(name), rows, bold, wrap)
    book.close()
    return stream.getvalue()


def make_sheets(outline: Outline, lang: str = "zh") -> dict[str, list[list[str]]]:
    """Return the three sheets ``survey``, ``choices`` and ``settings``, each a header and rows of texts."""
    headings = _languages(outline)
    survey, choices = _survey(outline, headings), _choices(outline, headings)
    digest = hashlib.sha256(repr((survey, choices)).encode()).hexdigest()
    parts = [outline.instrument.survey, outline.wave.name if outline.wave else ""]
    settings = {
        "form_title": outline.title.get(lang),
        "form_id": re.sub(r"[^A-Za-z0-9_.-]+", "_", "_".join(p for p in parts if p)),
        "version": str(int(digest[:12], 16)),
        "default_language": headings.get(lang) or next(iter(headings.values())),
    }
    return {
        "survey": _grid(survey, ["type", "name", *_texts("label", headings)]),
        "choices": _grid(choices, ["list_name", "name", *_texts("label", headings)]),
        "settings": _grid([settings], []),
    }


# ---- sheets ----------------------------------------------------------------------------------------------------------


def _languages(outline: Outline) -> dict[str, str]:
    """Return language codes of the form's texts and their headings."""
    spoken = outline.instrument.languages
    found = {code: name for code, name in _TONGUES.items() if code in spoken or not spoken}
    for label in (outline.title, *(q.item.label for q in outline.questions)):
        for code, _ in label.others:
            found.setdefault(code, f"{_FURTHER.get(code, code)} ({code})")
    return found


def _texts(name: str, headings: dict[str, str]) -> list[str]:
    return [f"{name}::{language}" for language in headings.values()]


def _in_languages(name: str, label: Label | None, headings: dict[str, str]) -> Row:
    if label is None:
        return {}
    return {f"{name}::{language}": label.get(code) for code, language in headings.items()}


def _survey(outline: Outline, headings: dict[str, str]) -> list[Row]:
    taken = set(outline.numbers)
    lists = _lists(outline.questions)
    lost = set(outline.unresolved_conditions())
    rows: list[Row] = []
    if outline.introduction is not None:
        name = _fresh("introduction", taken)
        rows.append({"type": "note", "name": name, **_in_languages("label", outline.introduction, headings)})
    for section in outline.sections:
        rows.append(
            {
                "type": "begin_group",
                "name": _fresh(section.name, taken),
                **_in_languages("label", section.label, headings),
            }
        )
        whole = bool(section.asked) and not any(q.item.name in lost for q in section.questions)
        if whole:
            rows[-1]["relevant"] = relevance(outline.instrument, section.asked)
        for question in section.questions:
            own = _rest(question, section) if whole else question.item.asked
            row = _question(question, lists, headings)
            if own and question.item.name not in lost:
                row["relevant"] = relevance(outline.instrument, own)
            rows.append(row)
        rows.append({"type": "end_group"})
    return rows


def _rest(question: Question, section: Section) -> tuple[Condition, ...]:
    return tuple(c for c in question.item.asked if c not in section.asked)


def _question(question: Question, lists: dict[tuple[Option, ...], str], headings: dict[str, str]) -> Row:
    item = question.item
    row: Row = {"name": item.name, **_in_languages("label", item.label, headings)}
    hint = item.hint
    if item.type == "number":
        row["type"] = "integer" if question.whole else "decimal"
        hint = _joined_notes(hint, _missing_note(question))
    elif item.type == "text":
        row["type"] = "text"
    else:
        row["type"] = f"select_{'multiple' if item.type == 'multiple' else 'one'} {lists[question.options]}"
    row |= _in_languages("hint", hint, headings)
    if question.refusable:
        row["required"] = "yes"
    constraint, message = _constraint(question)
    if constraint:
        row["constraint"] = constraint
        row |= _in_languages("constraint_message", message, headings)
    return row


def _choices(outline: Outline, headings: dict[str, str]) -> list[Row]:
    rows = []
    for options, name in _lists(outline.questions).items():
        for option in options:
            code = str(option.code)
            if not code or re.search(r"\s", code):
                raise LiteracyError(
                    "io.write",
                    where=f"option '{code}'",
                    what="an XLSForm cannot contain a code that is empty or has blanks in it",
                    fix="give the option another code in options.csv",
                )
            rows.append({"list_name": name, "name": code, **_in_languages("label", option.label, headings)})
    return rows


def _lists(questions: Iterable[Question]) -> dict[tuple[Option, ...], str]:
    """Return each distinct set of options, named after the first item that uses it."""
    lists: dict[tuple[Option, ...], str] = {}
    for question in questions:
        if question.item.type not in ("number", "text"):
            lists.setdefault(question.options, f"{question.item.name}_options")
    return lists


def _fresh(name: str, taken: set[str]) -> str:
    """Return a name that is not yet used in the form."""
    candidate, k = name, 1
    while candidate in taken:
        k += 1
        candidate = f"{name}_{k}"
    taken.add(candidate)
    return candidate


def _grid(rows: Sequence[Row], first: list[str]) -> list[list[str]]:
    order = [
        "type",
        "list_name",
        "name",
        "label",
        "hint",
        "required",
        "relevant",
        "constraint",
        "constraint_message",
    ]
    names = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    if first:
        names.sort(key=lambda n: order.index(n.split("::")[0]))
    return [names, *([row.get(n, "") for n in names] for row in rows)]


def _fill(sheet: Any, rows: list[list[str]], bold: Any, wrap: Any) -> None:
    sheet.freeze_panes(1, 0)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            if text:
                sheet.write_string(i, j, text, wrap if i else bold)
    for j, name in enumerate(rows[0]):
        sheet.set_column(j, j, 44 if "::" in name or name in ("relevant", "form_title") else 22)


# ---- expressions -----------------------------------------------------------------------------------------------------


def relevance(instrument: Instrument, conditions: Sequence[Condition]) -> str:
    """Convert conditions to an XPath expression over the form; a missing answer never satisfies one.

    Missing codes (999 for a refused age) are outside every range, and recodes are expressed by their source items.
    """
    return " and ".join(_expression(instrument, c) for c in conditions)


def _expression(instrument: Instrument, condition: Condition) -> str:
    recode = next((r for r in instrument.recodes if r.name == condition.column), None)
    if recode is None:
        return _item_expression(instrument.item(condition.column), condition)
    parts = []
    for level in recode.levels:
        if _within(level.code, condition):
            parts.append(f"({_level_expression(instrument.item(recode.column), level)})")
    return _any(parts)


def _level_expression(item: Item, level: Level) -> str:
    return _item_expression(item, Condition(item.name, level.min, level.max, level.values))


def _item_expression(item: Item, condition: Condition) -> str:
    cell = f"${{{item.name}}}"
    if item.type in ("number", "text"):
        parts = []
        if condition.min is not None:
            parts.append(f"{cell} >= {condition.min:g}")
        if condition.max is not None:
            parts.append(f"{cell} <= {condition.max:g}")
        if condition.values:
            parts.append(_any([f"{cell} = {_literal(v, item)}" for v in condition.values]))
        parts += [f"{cell} != {code}" for code in item.missing_codes if _within(code, condition)]
        return " and ".join(parts) or "true()"
    met = [o.code for o in item.answers if _within(o.code, condition)]
    if item.type == "multiple":
        return _any([f"selected({cell}, '{code}')" for code in met])
    return _any([f"{cell} = '{code}'" for code in met])


def _any(parts: Sequence[str]) -> str:
    if not parts:
        return "false()"
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def _literal(value: Code, item: Item) -> str:
    return f"'{value}'" if item.type == "text" else str(value)


def _within(code: Code, condition: Condition) -> bool:
    if condition.values and str(code) not in {str(v) for v in condition.values}:
        return False
    if condition.min is None and condition.max is None:
        return True
    try:
        number = float(code)
    except ValueError:
        return False
    low, high = condition.min, condition.max
    return (low is None or number >= low) and (high is None or number <= high)


def _constraint(question: Question) -> tuple[str, Label | None]:
    item = question.item
    if item.type == "number":
        return _number_constraint(question)
    if item.type != "multiple":
        return "", None
    alone = [o for o in question.options if o.missing]
    if not alone:
        return "", None
    listed = _any([f"selected(., '{o.code}')" for o in alone])
    zh, en = "".join(f"“{o.label.zh}”" for o in alone), ", ".join(f'"{o.label.en}"' for o in alone)
    message = Label(f"{zh}不能与其他选项同时选。", f"{en}: cannot be chosen together with other options.")
    return f"not({listed}) or count-selected(.) = 1", message


def _number_constraint(question: Question) -> tuple[str, Label | None]:
    item = question.item
    bounds, zh, en = [], "", ""
    if item.min is not None and item.max is not None:
        zh, en = (
            f"请填 {item.min:g} 至 {item.max:g} 之间的数",
            f"Enter a number from {item.min:g} to {item.max:g}",
        )
    elif item.min is not None:
        zh, en = f"请填不小于 {item.min:g} 的数", f"Enter a number of at least {item.min:g}"
    elif item.max is not None:
        zh, en = f"请填不大于 {item.max:g} 的数", f"Enter a number of at most {item.max:g}"
    if item.min is not None:
        bounds.append(f". >= {item.min:g}")
    if item.max is not None:
        bounds.append(f". <= {item.max:g}")
    if not bounds:
        return "", None
    inside = " and ".join(bounds)
    codes = [o for o in question.options if o.missing]
    constraint = " or ".join([f"({inside})" if codes else inside, *(f". = {o.code}" for o in codes)])
    note = _missing_note(question)
    return constraint, Label(
        f"{zh}{f'；{note.zh}' if note else ''}。", f"{en}{f'; {note.en}' if note else ''}."
    )


def _missing_note(question: Question) -> Label | None:
    codes = [o for o in question.options if o.missing]
    if not codes:
        return None
    return Label(
        "，".join(f"{o.code} 表示{o.label.zh}" for o in codes),
        ", ".join(f"{o.code} = {o.label.en.lower()}" for o in codes),
    )


def _joined_notes(one: Label | None, other: Label | None) -> Label | None:
    if one is None or other is None:
        return one or other
    return Label(f"{one.zh}{other.zh}。", f"{one.en} {other.en}.")
