"""Warnings about a file as a whole: implausible patterns that are reported but never acted upon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.instrument import Label
from literacy.instrument.definitions import Item
from literacy.quality.answer_positions import HELD_BACK
from literacy.quality.answer_record import Evidence

ENOUGH = 100
"""Minimum number of answers at which an option chosen by nobody is reported."""
SHOWN = 5
LEAST, ERRORS = -0.1, 3.0
"""A key is doubted if the item-rest correlation is below the first limit, and this many standard errors below 0."""
_CHOICES = ("single", "true_false", "category", "scale")


def find_doubts(evidence: Evidence) -> tuple[Label, ...]:
    """Return warnings: all respondents outside every universe, keys that seem reversed, options nobody chose."""
    return (*_all_outside(evidence), *_reversed(evidence), *_unchosen(evidence))


def _all_outside(evidence: Evidence) -> list[Label]:
    n, outside = evidence.rows, evidence.outside
    if not n or outside is None or not bool((outside.cells >= 0).all()):
        return []
    columns = sorted({c.column for u in evidence.instrument.universes for c in u.all_of})
    named = ", ".join(columns)
    return [
        Label(
            f"全部 {n} 人都不属于任何调查对象范围：请核对 {named} 列的内容",
            f"all {n} people are outside every universe: look at what the columns {named} hold",
        )
    ]


def _reversed(evidence: Evidence) -> list[Label]:
    items = [i for i in evidence.asked if i.key and i.type != "multiple" and i.options]
    items = [i for i in items if i.name not in evidence.hidden]
    if len(items) < 3:
        return []
    score = np.zeros(evidence.rows)
    for item in items:
        score += _right(evidence, item)
    out = []
    for item in items:
        held = evidence.answers[item.name].due
        own = _right(evidence, item)[held].astype(np.float64)
        rest = score[held] - own
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


def _right(evidence: Evidence, item: Item) -> NDArray[np.bool_]:
    """Whether each answer to an item is right; (n,)."""
    column = evidence.answers[item.name]
    table = np.array([*(level in item.key for level in column.levels), False])
    return table[np.where(column.cells >= 0, column.cells, len(column.levels))]


def _unchosen(evidence: Evidence) -> list[Label]:
    out = []
    for item in evidence.asked:
        if item.type not in _CHOICES or item.name in evidence.hidden:
            continue
        column = evidence.answers[item.name]
        given = int(np.count_nonzero(column.cells >= HELD_BACK))
        chosen = set(column.levels)
        never = [o for o in item.options if not o.missing and o.code not in chosen]
        noteworthy = len(never) == 1 or (never and item.key)  # lists of rare categories often have several
        if noteworthy and given >= ENOUGH and chosen:
            codes = ", ".join(str(o.code) for o in never)
            out.append(
                Label(
                    f"题目 {item.name}：{given} 个回答中没有人选 {codes}，请核对选项与编码",
                    f"item {item.name}: nobody of {given} chose {codes}: are its options and codes right?",
                )
            )
    return _first(out)


def _first(found: list[Label]) -> list[Label]:
    rest = len(found) - SHOWN
    more = [Label(f"另有 {rest} 题也是如此", f"{rest} more items are like that")] if rest > 0 else []
    return [*found[:SHOWN], *more]
