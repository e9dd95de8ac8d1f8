"""Formatting of facts, used by all text, tables, charts and documents."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from literacy.report.facts.record import Fact
from literacy.report.figures.figure_terms import chance, chance_words, number, percent, plain_percent, signed

DIGITS = 1
NOTHING, ABSENT, HIDDEN = "0", "—", "…"
"""Symbols used in statistical yearbooks: exact zero, no figure, figure withheld or not available."""
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]+"
)
_POINTS = {"zh": "{}个百分点", "en": "{} percentage points"}
_PEOPLE = {"zh": "{}人", "en": "{}"}
_RANGE = {"zh": "{}—{}", "en": "{} to {}"}


def plain(text: object) -> str:
    """Return a label on one line, without control, zero-width or bidirectional formatting characters."""
    return " ".join(_CONTROL.sub(" ", str(text)).split())


def _number(value: float, unit: str) -> str:
    """Format a number without the words of its unit."""
    if unit in ("share", "growth"):
        return percent(value, DIGITS)
    if unit == "points":
        return number(100 * value, DIGITS)
    if unit in ("people", "count"):
        return number(value, 0)
    if unit == "probability":
        return chance(value)
    if unit == "score":
        return number(value, DIGITS)
    return number(value, 2)


def _worded(text: str, unit: str, lang: str) -> str:
    return {"points": _POINTS, "people": _PEOPLE}.get(unit, {"zh": "{}", "en": "{}"})[lang].format(text)


def _interval(fact: Fact, lang: str) -> str:
    low, high = (_number(v, fact.unit) for v in (fact.ci_low, fact.ci_high))
    if fact.unit == "points" and lang == "zh":
        return _worded(f"{low}至{high}", fact.unit, lang)
    return _worded(_RANGE[lang].format(low, high), fact.unit, lang)


def _signed(fact: Fact, lang: str) -> str:
    return _worded(signed(100 * fact.value, DIGITS), fact.unit, lang)


def _value(fact: Fact, lang: str) -> str:
    if fact.unit == "probability":
        return chance_words(fact.value, lang)
    return _worded(_number(fact.value, fact.unit), fact.unit, lang)


_ROLES: dict[str, Callable[[Fact, str], str]] = {
    "value": _value,
    "size": lambda f, lang: _worded(_number(abs(f.value), f.unit), f.unit, lang),
    "signed": _signed,
    "interval": _interval,
    "goal": lambda f, lang: plain_percent(f.value),
    "n": lambda f, lang: number(f.n, 0),
    "level": lambda f, lang: f"{100 * f.confidence:g}",
    "p": lambda f, lang: print_p(f.p_adjusted),
}
ROLES = tuple(_ROLES)


def show(fact: Fact, lang: str, role: str = "value") -> str:
    """Format a fact for display.

    Parameters
    ----------
    fact : Fact
        The fact to format.
    lang : str
        Language, ``zh`` or ``en``.
    role : str
        Form of the fact: value; size (absolute value); signed; interval; goal (no trailing zeros); n; level (confidence
        level in percent); p (adjusted p-value).
    """
    return _ROLES[role](fact, lang)


def print_p(p: float) -> str:
    """Format a p-value to three decimals."""
    return ABSENT if math.isnan(p) else "<0.001" if p < 0.001 else f"{p:.3f}"


def cell(fact: Fact | None, name: str = "value") -> str:
    """Format a fact for a table cell, without its unit and with the symbols of statistical yearbooks.

    ``name`` is one of value, signed, ci_low, ci_high, interval, n, deff and p_adjusted.
    """
    if fact is None:
        return ABSENT
    if fact.status == "suppressed":
        return HIDDEN
    if name == "interval":
        if not (math.isfinite(fact.ci_low) and math.isfinite(fact.ci_high)):
            return ABSENT
        return f"[{bare(fact.ci_low, fact.unit)}, {bare(fact.ci_high, fact.unit)}]"
    if name == "p_adjusted":
        return print_p(fact.p_adjusted)
    value = float(getattr(fact, "value" if name == "signed" else name))
    if not math.isfinite(value):
        return ABSENT
    if name == "signed":
        return signed(100 * value, DIGITS)
    if name == "n":
        return number(value, 0)
    if name == "deff":
        return number(value, 2)
    return bare(value, fact.unit) + ("*" if fact.status == "unreliable" and name == "value" else "")


def bare(value: float, unit: str) -> str:
    """Format a number for a column whose heading states the unit; an exact zero is printed as ``0``."""
    if value == 0 and unit in ("share", "points", "growth", "people", "count"):
        return NOTHING
    return _number(value, unit).removesuffix("%")


def scaled(value: float, unit: str) -> float:
    """Return the number to store in a spreadsheet or chart: fractions as percentages, other numbers unchanged."""
    return 100.0 * value if unit in ("share", "points", "growth", "probability") else value


def rounds_off(before: Fact, after: Fact, change: Fact) -> bool:
    """Return whether, because of rounding, the printed difference does not equal that of the printed shares."""
    b, a, d = (round(100 * f.value, DIGITS) for f in (before, after, change))
    return abs((a - b) - d) > 1e-6
