"""Numbers written with a unit, in answers to a numeric item."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from literacy.instrument.definitions import Item

_AMOUNT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*([^\W\d_]{1,7})")
LIKE_AMOUNT = re.compile(
    r"(?:大?约|近|超过|不到|不足|[<>≤≥~])?\s*\d{1,4}(?:[.,．，]\d{1,3})?(?:\s*[-~—–至到]\s*\d{1,4})?"
    r"\s*(?:左右|上下|以上|以下|多|余|[%％+?？]|[^\W\d_]{1,2})?"
)
"""Matches numbers with a sign, word or unit beside them, which messages may show."""
_CELLS = {
    name: re.compile(words)
    for name, words in {
        "year": "岁|周岁|年|years?|yrs?", "month": "月|个月|months?", "week": "周|星期|礼拜|weeks?",
        "day": "天|日|days?", "hour": "小时|个小时|钟头|hours?|hrs?|h", "minute": "分钟|minutes?|mins?",
        "second": "秒|秒钟|seconds?|secs?",
        "yuan": "元|块|块钱|yuan", "thousand": "千元|千", "wan": "万元|万",
        "count": "人|口|口人|次|个|户|名|times|people|persons?",
    }.items()
}  # fmt: skip
"""Units as cells write them."""
_ASKED = {
    name: re.compile(words)
    for name, words in {
        "year": r"岁|年龄|年纪|多大|(?:几|多少|[(（])年|年限|年数|\b(?:years?|yrs?|age|old)\b",
        "month": r"(?:几|多少|[(（])个?月|月数|\bmonths?\b", "day": r"(?:几|多少|[(（])[天日]|天数|\bdays?\b",
        "week": r"(?:几|多少|[(（])个?(?:周(?!岁)|星期|礼拜)|周数|\bweeks?\b", "hour": r"小时|钟头|\b(?:hours?|hrs?)\b",
        "minute": r"分钟|\b(?:minutes?|mins?)\b", "second": r"秒|\bseconds?\b",
        "yuan": r"(?<![万千百])元(?!旦|素)|块钱|\b(?:yuan|rmb)\b", "thousand": r"千元|\bthousand\b",
        "wan": r"万元|\b10,?000\b",
        "count": r"(?:几|多少|[(（])[人口次个户名]|[人次]数|\btimes\b|\bhow many (?:people|persons)\b",
    }.items()
}  # fmt: skip
"""Units as questions name them."""
_FAMILIES = (
    ({"year", "month", "week", "day", "hour", "minute", "second"}, "year"),
    ({"yuan", "thousand", "wan"}, "yuan"),
)
"""Units that differ by a factor, and the one meant where a question names none."""
_PERIOD = re.compile(
    r"\b(?:per|each|every|this|last|past|an?)\s+(?:[0-9]+\s+)?(?:days?|weeks?|months?|years?)\b"
)
"""Matches the period a question is about, which is not the unit of its answer."""


class Amount(NamedTuple):
    """A number, and its unit as written."""

    number: float
    unit: str


def read_amount(text: str, item: Item) -> Amount | None:
    """Read a number with a unit, if this is certainly the unit in which the item counts; else return None.

    That is the only one of its family which the question names. If it names none, years, yuan and counts are accepted,
    whereas other units of time and multiples of a yuan are not.

    Parameters
    ----------
    text : str
        Cell, normalised by :func:`literacy.files.text.spelling.squeeze`.
    item : Item
    """
    found = _AMOUNT.fullmatch(text)
    unit = next((name for name, form in _CELLS.items() if found and form.fullmatch(found.group(2))), "")
    if found is None or not unit:
        return None
    named = _asked_units(f"{item.label.zh}\n{item.label.en}\n{item.unit}".lower())
    family, usual = next((f for f in _FAMILIES if unit in f[0]), ({"count"}, "count"))
    fits = named & family == {unit} or (not named and unit == usual)
    return Amount(float(found.group(1)), found.group(2)) if fits else None


@lru_cache(maxsize=256)
def _asked_units(question: str) -> frozenset[str]:
    """Return the units that a question names."""
    bare = _PERIOD.sub(" ", question)
    return frozenset(name for name, form in _ASKED.items() if form.search(bare))
