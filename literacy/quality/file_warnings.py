"""Warnings about a file as a whole: implausible patterns that are reported but never acted upon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.instrument import Label
from literacy.instrument.definitions import Item
from literacy.quality.findings import DUE, Evidence, Finding

ENOUGH = 100
"""Minimum number of answers at which an option chosen by nobody is reported."""
SHOWN = 5
LEAST, ERRORS = -0.1, 3.0
"""A key is doubted if the item-rest correlation is below the first limit, and this many standard errors below 0."""
_CHOICES = ("single", "true_false", "category", "scale")


def find_doubts(evidence: Evidence, outside: list[Finding] | None) -> tuple[Label, ...]:
    """Return warnings: all respondents outside every universe, keys that seem reversed, options nobody chose."""
    return (*_all_outside(evidence, outside), *_reversed(evidence), *_unchosen(evidence))


def _all_outside(evidence: Evidence, outside: list[Finding] | None) -> list[Label]:
    n = len(evidence.responses.frame)
    if not n or len({f.row for f in outside or ()}) < n:
        return []
    columns = sorted({c.column for u in evidence.responses.instrument.universes for c in u.all_of})
    named = ", ".join(columns)
    return [
        Label(
            f"全部 {n} 人都不属于任何调查对象范围：请核对 {named} 列的内容",
            f"all {n} people are outside every universe: look at what the columns {named} hold",
        )
    ]


def _reversed(evidence: Evidence) -> list[Label]:
    items = [i for i in evidence.asked if i.key and i.type != "multiple" and i.options]
    if len(items) < 3:
        return []
    right = np.column_stack([_right(evidence, i) for i in items])
    score = np.nansum(right, axis=1)
    out = []
    for at, item in enumerate(items):
        held = np.isfinite(right[:, at])
        own, rest = right[held, at], score[held] - right[held, at]
        if len(own) < ENOUGH or own.std() == 0 or rest.std() == 0:
            continue
        r = float(np.corrcoef(own, rest)[0, 1])
        if r < min(LEAST, -ERRORS / np.sqrt(len(own))):
            out.append(
                Label(
                    f"题目 {item.name}：其他题答得好的人反而答错（相关系数 {r:.2f}），请核对正确答案是否写反",
                    f"item {item.name}: those who do well on the others get it wrong (r = {r:.2f}): is its key right?",
                )
            )
    return _first(out)


def _right(evidence: Evidence, item: Item) -> NDArray[np.float64]:
    """Marks of an item: 1 right, 0 wrong, NaN where the item was not due."""
    responses = evidence.responses
    due = responses.missing[item.name].to_numpy() < DUE
    right = responses.frame[item.name].isin(list(item.key)).to_numpy(dtype=bool)
    return np.where(due, right.astype(np.float64), np.nan)


def _unchosen(evidence: Evidence) -> list[Label]:
    out = []
    responses = evidence.responses
    for item in evidence.asked:
        if item.type not in _CHOICES or item.name not in responses.frame.columns:
            continue
        given = responses.frame[item.name][responses.missing[item.name].to_numpy() == 0]
        chosen = set(given.dropna().unique().tolist())
        never = [o for o in item.options if not o.missing and o.code not in chosen]
        noteworthy = len(never) == 1 or (never and item.key)  # lists of rare categories often have several
        if noteworthy and len(given) >= ENOUGH and chosen:
            codes = ", ".join(str(o.code) for o in never)
            out.append(
                Label(
                    f"题目 {item.name}：{len(given)} 个回答中没有人选 {codes}，请核对选项与编码",
                    f"item {item.name}: nobody of {len(given)} chose {codes}: are its options and codes right?",
                )
            )
    return _first(out)


def _first(found: list[Label]) -> list[Label]:
    rest = len(found) - SHOWN
    more = [Label(f"另有 {rest} 题也是如此", f"{rest} more items are like that")] if rest > 0 else []
    return [*found[:SHOWN], *more]
