"""Texts of the scoreboard in both languages: numbers, goals and reasons."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from literacy.instrument import Goal, Indicator, Label
from literacy.plan.standings import Reading
from literacy.plan.statuses import REASONS, STATUSES

DASH = "–"


def amount(value: float, indicator: Indicator, lang: str, *, unit: bool = True) -> str:
    """Format a number with its unit: shares in percent, counts as whole numbers."""
    if not math.isfinite(value):
        return DASH
    if indicator.share:
        return f"{100 * value:.1f}%" if lang == "zh" else f"{100 * value:.1f} %"
    text = f"{value:,.1f}" if indicator.measure is not None else _returned(value)
    return f"{text} {indicator.unit.get(lang)}" if unit else text


def _returned(value: float) -> str:
    """Format a returned number as it was reported: rounded, two amounts that differ could read alike."""
    return f"{value:,.0f}" if value == math.floor(value) else f"{value:,.4f}".rstrip("0")


def interval(reading: Reading, lang: str) -> str:
    """Format the interval in brackets; empty if there is none."""
    if not math.isfinite(reading.ci_low) or not math.isfinite(reading.ci_high):
        return ""
    factor = 100 if reading.indicator.share else 1
    low, high = factor * reading.ci_low, factor * reading.ci_high
    return f"（{low:.1f}—{high:.1f}）" if lang == "zh" else f"({low:.1f}–{high:.1f})"


def movement(reading: Reading, lang: str, since: bool = False) -> str:
    """Format the last change with its sign, or the change *since* the start; shares in percentage points."""
    value = reading.since if since else reading.change
    if not math.isfinite(value):
        return DASH
    if reading.indicator.share:
        return f"{_signed(100 * value, 1)}" + (" 个百分点" if lang == "zh" else " points")
    if reading.indicator.measure is not None or (since and len(reading.line) > 2):
        return _signed(value, 0 if reading.indicator.measure is None and value == math.floor(value) else 1)
    return _signed(value, len(_returned(round(value, 4)).partition(".")[2]))


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    if not float(text.replace(",", "")):
        return text
    return ("+" if value > 0 else "−") + text


def format_goal(goal: Goal | None, indicator: Indicator, lang: str) -> str:
    """Format the goal with its sign and year."""
    if goal is None or goal.value is None:
        return DASH
    signs = {("higher", True): ">", ("higher", False): "≥", ("lower", True): "<", ("lower", False): "≤"}
    text = signs[indicator.direction, goal.strict] + amount(goal.value, indicator, lang, unit=False)
    return f"{text}（{goal.year}）" if lang == "zh" else f"{text} ({goal.year})"


def describe(reading: Reading) -> Label:
    """Describe a reading: indicator, source, respondents, previous number, and the reason for the status."""
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
    if len(r.line) > 2:
        parts.append(_moved(r, lang, since=True))
    if r.goal is not None:
        goal = format_goal(r.goal, indicator, lang)
        parts.append(f"目标 {goal}" if zh else f"goal {goal}")
    if indicator.note is not None:
        why += f"（{indicator.note.zh.rstrip('。')}）" if zh else f" ({indicator.note.en.rstrip('.')})"
    return ("，".join([*parts, why])) if zh else ", ".join([*parts, why])


def explain_status(reading: Reading) -> Label:
    """Explain the status of an indicator in one sentence."""
    return Label(_explain(reading, "zh") + "。", _explain(reading, "en") + ".")


def _explain(r: Reading, lang: str) -> str:
    zh = lang == "zh"
    colon = "：" if zh else ": "
    head = f"{STATUSES[r.status].get(lang)}{colon}"
    name, why = r.indicator.label.get(lang), _reason(r, lang)
    if not zh:
        head = head[:1].upper() + head[1:]
    if r.status == "no_data":
        return f"{head}{name}{colon}{why}"
    value = amount(r.value, r.indicator, lang)
    return f"{head}{name} {r.year} 年为 {value}，{why}" if zh else f"{head}{name}, {value} in {r.year}: {why}"


def _reason(r: Reading, lang: str) -> str:
    """Return the reason for the status with the numbers on which it is based."""
    zh = lang == "zh"
    why, facts = r.why.get(lang), []
    if r.reason in ("improved", "worsened", "unchanged", "turned"):
        facts.append(_moved(r, lang, since=True))
        if r.reason == "turned":
            facts.append(_moved(r, lang, since=False))
    elif r.reason.startswith("booked") and r.before_year is not None:
        earlier = amount(r.before, r.indicator, lang)
        facts.append(f"{r.before_year} 年为 {earlier}" if zh else f"{earlier} in {r.before_year}")
    elif r.reason == "equal" and r.goal is None:
        facts.append(f"{r.start_year} 年以来" if zh else f"since {r.start_year}")
    elif r.goal is not None:
        goal = format_goal(r.goal, r.indicator, lang)
        facts.append(f"目标 {goal}" if zh else f"goal {goal}")
        if math.isfinite(r.chance):
            chance = format_chance(r.chance, lang)
            facts.append(f"达标可能性 {chance}" if zh else f"chance {chance}")
    if not facts:
        return why
    return f"{why}（{'，'.join(facts)}）" if zh else f"{why} ({', '.join(facts)})"


def _moved(r: Reading, lang: str, *, since: bool) -> str:
    p, year = (r.since_p, r.start_year) if since else (r.p_value, r.before_year)
    test = "" if math.isnan(p) else ("，" if lang == "zh" else ", ") + _tested(p, lang)
    change = movement(r, lang, since)
    if lang == "zh":
        return f"{year} 年以来 {change}{test}"
    return f"{change} since {year}{test}"


def _tested(p: float, lang: str) -> str:
    test = "<0.001" if p < 0.001 else f"={p:.3f}"
    return f"p{test}" if lang == "zh" else f"p {test[0]} {test[1:]}"


def format_chance(chance: float, lang: str) -> str:
    """Format a probability in whole percents, never as 0 or 100 %."""
    zh = lang == "zh"
    if chance < 0.005:
        return "不到 1%" if zh else "below 1 %"
    if chance > 0.995:
        return "99% 以上" if zh else "above 99 %"
    return f"{100 * chance:.0f}%" if zh else f"{100 * chance:.0f} %"


def explain_line(status: str, shown: Reading, lead: Reading) -> Label:
    """Explain the status of a line in one sentence: by the deciding indicator, or by the lead's lack of data."""
    if shown is lead or status == "behind":
        return explain_status(shown)
    head, why = STATUSES[status], REASONS[lead.reason]
    zh, en = (shown.indicator.label.get(k) for k in ("zh", "en"))
    return Label(
        f"{head.zh}：首要指标“{lead.indicator.label.zh}”{why.zh}，仅凭“{zh}”不作判断。",
        f"{head.en[:1].upper()}{head.en[1:]}: the lead indicator, {lead.indicator.label.en}, has no number ({why.en}), "
        f"and {en} alone decides nothing.",
    )


def describe_tasks(statuses: Sequence[str]) -> Label:
    """Summarise the statuses of the tasks of a part."""
    counts = Counter(statuses)
    counted = [(label, counts[s]) for s, label in STATUSES.items() if counts[s]]
    return Label(
        "所属任务：" + "，".join(f"{label.zh} {n} 项" for label, n in counted),
        "its tasks: " + ", ".join(f"{n} {label.en}" for label, n in counted),
    )
