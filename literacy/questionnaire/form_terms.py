"""Texts that forms and codebooks add to those of an instrument, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from literacy.instrument import Code, Condition, FrozenMap, Instrument, Label
from literacy.questionnaire.form_outline import Outline, Question

KIND_LABELS: FrozenMap[Label] = FrozenMap(
    {
        "": Label("有效回答", "answer"),
        "dont_know": Label("不知道", "don't know"),
        "refused": Label("拒答", "refused"),
        "skipped": Label("漏答", "skipped"),
        "not_asked": Label("未问", "not asked"),
        "not_applicable": Label("不适用", "not applicable"),
    }
)
TYPE_LABELS: FrozenMap[Label] = FrozenMap(
    {
        "true_false": Label("判断题", "true or false"),
        "single": Label("单选题", "single choice"),
        "multiple": Label("多选题", "multiple choice"),
        "category": Label("单选题（分类）", "category"),
        "scale": Label("量表题", "scale"),
        "number": Label("填数题", "number"),
        "text": Label("文字题", "text"),
    }
)
LANGS = ("zh", "en")


def quote(text: str, lang: str) -> str:
    """Put a text into the quotation marks of a language."""
    return f"“{text}”" if lang == "zh" else f'"{text}"'


def describe_conditions(
    outline: Outline, conditions: Sequence[Condition], lang: str, *, numbered: bool = True
) -> str:
    """Describe conditions in words, such as ``第 1 题“年龄”为 60 及以上``; empty for none."""
    parts = [_condition(outline, c, lang, numbered) for c in conditions]
    return ("，且" if lang == "zh" else " and ").join(parts)


def describe_filter(
    outline: Outline,
    conditions: Sequence[Condition],
    after: Question | None,
    lang: str,
    *,
    skips: bool = True,
    numbered: bool = True,
) -> str:
    """Describe who is asked, and where others continue: at question *after*, or at the end if None."""
    if not conditions:
        return ""
    joined = describe_conditions(outline, conditions, lang, numbered=numbered)
    if lang == "zh":
        onward = f"其他人请跳到第 {after.number} 题。" if after else "其他人到此结束。"
        return f"只问符合以下条件的人：{joined}。" + (onward if skips else "")
    onward = f" All others go to question {after.number}." if after else " For all others the form ends here."
    return f"Ask only if {joined}." + (onward if skips else "")


def _condition(outline: Outline, condition: Condition, lang: str, numbered: bool) -> str:
    name = _name(outline, condition.column, lang, numbered)
    zh = lang == "zh"
    parts = []
    options = outline.instrument.levels(condition.column)
    if options and (condition.min is not None or condition.max is not None):
        codes = tuple(o.code for o in options if _within(o.code, condition))
        return f"{name}{'选' if zh else ' is '}{_options(outline.instrument, condition.column, codes, lang)}"
    low, high = condition.min, condition.max
    if low is not None and high is not None:
        parts.append(f"{name}为 {low:g}—{high:g}" if zh else f"{name} is {low:g} to {high:g}")
    elif low is not None:
        parts.append(f"{name}为 {low:g} 及以上" if zh else f"{name} is {low:g} or over")
    elif high is not None:
        parts.append(f"{name}为 {high:g} 及以下" if zh else f"{name} is {high:g} or under")
    if condition.values:
        listed = _options(outline.instrument, condition.column, condition.values, lang)
        parts.append(f"{name}选{listed}" if zh else f"{name} is {listed}")
    return ("，且" if zh else " and ").join(parts)


def _within(code: Code, condition: Condition) -> bool:
    """Whether a code satisfies the condition."""
    if condition.values and code not in condition.values:
        return False
    if condition.min is None and condition.max is None:
        return True
    try:
        number = float(code)
    except ValueError:
        return False
    return not (
        (condition.min is not None and number < condition.min)
        or (condition.max is not None and number > condition.max)
    )


def _name(outline: Outline, column: str, lang: str, numbered: bool) -> str:
    label = outline.instrument.label_of(column, lang)
    number = outline.numbers.get(column)
    if number is None or not numbered:
        return quote(label, lang)
    return f"第 {number} 题“{label}”" if lang == "zh" else f"question {number} ({label})"


def _options(instrument: Instrument, column: str, codes: Sequence[Code], lang: str) -> str:
    labels = {o.code: o.label.get(lang) for o in instrument.levels(column)}
    joined = [quote(labels.get(code, str(code)), lang) for code in codes]
    return ("或" if lang == "zh" else " or ").join(joined)
