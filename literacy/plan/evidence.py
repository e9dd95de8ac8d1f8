"""Numbers of the board in words, in both languages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from literacy.instrument import Goal, Indicator, Label
from literacy.plan.standings import Reading
from literacy.plan.statuses import STATUSES

DASH = "–"


def amount(value: float, indicator: Indicator, lang: str, *, unit: bool = True) -> str:
    """A number with its unit: shares in percent, counts whole."""
    if not math.isfinite(value):
        return DASH
    if indicator.share:
        return f"{100 * value:.1f}%" if lang == "zh" else f"{100 * value:.1f} %"
    text = f"{value:,.0f}" if indicator.measure is None and value == math.floor(value) else f"{value:,.1f}"
    return f"{text} {indicator.unit.get(lang)}" if unit else text


def interval(reading: Reading, lang: str) -> str:
    """The interval in brackets; empty where there is none."""
    if not math.isfinite(reading.ci_low) or not math.isfinite(reading.ci_high):
        return ""
    factor = 100 if reading.indicator.share else 1
    low, high = factor * reading.ci_low, factor * reading.ci_high
    return f"（{low:.1f}—{high:.1f}）" if lang == "zh" else f"({low:.1f}–{high:.1f})"


def movement(reading: Reading, lang: str) -> str:
    """The change with its sign: shares in points."""
    value = reading.change
    if not math.isfinite(value):
        return DASH
    if reading.indicator.share:
        return f"{_signed(100 * value, 1)}" + (" 个百分点" if lang == "zh" else " points")
    whole = reading.indicator.measure is None and value == math.floor(value)
    return _signed(value, 0 if whole else 1)


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    if not float(text.replace(",", "")):
        return text
    return ("+" if value > 0 else "−") + text


def goal_words(goal: Goal | None, indicator: Indicator, lang: str) -> str:
    """The goal with its sign and year."""
    if goal is None or goal.value is None:
        return DASH
    signs = {("higher", True): ">", ("higher", False): "≥", ("lower", True): "<", ("lower", False): "≤"}
    text = signs[indicator.direction, goal.strict] + amount(goal.value, indicator, lang, unit=False)
    return f"{text}（{goal.year}）" if lang == "zh" else f"{text} ({goal.year})"


def describe(reading: Reading) -> Label:
    """One reading: the indicator, where it comes from, how many answered, what came before, and why the status."""
    return Label(_describe(reading, "zh"), _describe(reading, "en"))


def _describe(r: Reading, lang: str) -> str:
    zh = lang == "zh"
    indicator, why = r.indicator, r.why.get(lang)
    name = indicator.label.get(lang)
    if r.status == "no_data":
        return f"{name}：{why}" if zh else f"{name}: {why}"
    value = amount(r.value, indicator, lang) + (interval(r, lang) if zh else f" {interval(r, lang)}".rstrip())
    if indicator.measure is None:
        record = (f"，出处：{r.record}" if zh else f", from: {r.record}") if r.record else ""
        origin = (f"{r.year} 年填报" if zh else f"return of {r.year}") + record
    else:
        items = ", ".join(indicator.measure.columns)
        origin = f"{r.year} 年调查 {items}，n={r.n}" if zh else f"survey of {r.year}, {items}, n {r.n}"
    parts = [f"{name} {value}（{origin}）" if zh else f"{name} {value} ({origin})"]
    if r.before_year is not None:
        earlier = amount(r.before, indicator, lang)
        moved = f"{r.before_year} 年为 {earlier}" if zh else f"{earlier} in {r.before_year}"
        if math.isfinite(r.p_value):
            test = "<0.001" if r.p_value < 0.001 else f"={r.p_value:.3f}"
            moved += (
                f"，变化 {movement(r, lang)}，p{test}" if zh else f", change {movement(r, lang)}, p{test}"
            )
        parts.append(moved)
    if r.goal is not None:
        goal = goal_words(r.goal, indicator, lang)
        parts.append(f"目标 {goal}" if zh else f"goal {goal}")
    if indicator.note is not None:
        why += f"（{indicator.note.zh.rstrip('。')}）" if zh else f" ({indicator.note.en.rstrip('.')})"
    return ("，".join([*parts, why])) if zh else ", ".join([*parts, why])


def tell_tasks(statuses: Sequence[str]) -> Label:
    """How the tasks of a part stand."""
    counts = Counter(statuses)
    told = [(label, counts[s]) for s, label in STATUSES.items() if counts[s]]
    return Label(
        "所属任务：" + "，".join(f"{label.zh} {n} 项" for label, n in told),
        "its tasks: " + ", ".join(f"{n} {label.en}" for label, n in told),
    )
