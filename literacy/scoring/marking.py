"""Marking of answers against the keys: right, wrong, or not counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.files.writing.distinct import FEWER, compare_cells
from literacy.instrument import KINDS, Instrument, Item, Standard
from literacy.kernels.scoring.scoring_points import NOT_COUNTED, RIGHT, Marks
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.answers.coding.coded import Coded
    from literacy.instrument.definitions import Code

MOST = 2000
"""Columns of codes whose marks are cached."""


def select_items(instrument: Instrument, standard: Standard) -> tuple[Item, ...]:
    """Return the items that count under a standard, in the order of the instrument.

    Raises
    ------
    LiteracyError
        ``scoring.items`` if the instrument has none of them, or lacks one that the standard names.
    """
    scored = instrument.scored_items
    if standard.items:
        known = {i.name for i in scored}
        lacking = [n for n in standard.items if n not in known]
        if lacking:
            raise LiteracyError(
                "scoring.items",
                where=instrument.file or instrument.survey,
                what=tell(
                    "standard {} includes items that have no key here: {}", standard.id, ", ".join(lacking)
                ),
                fix="give those items a key in items.csv, or remove them from the items of the standard",
            )
        return tuple(i for i in scored if i.name in standard.items)
    if standard.rule in ("points", "joint"):
        names = {d.name for d in standard.dimensions}
        chosen = tuple(i for i in scored if i.dimension in names)
    elif standard.rule == "benchmarks":
        chosen = tuple(i for i in scored if i.benchmark is not None)
    else:
        chosen = scored
    if not chosen:
        raise LiteracyError(
            "scoring.items",
            where=instrument.file or instrument.survey,
            what=tell("no item of the instrument can be scored by {}", standard.id),
            fix="assign the scored items to the dimensions or benchmarks of the standard, or "
            "score by another standard",
        )
    return chosen


def mark_item(answers: pd.Series, item: Item) -> Marks:
    """Mark the answers to one item, (n,): 1.0 if equal to the key (all codes for multiple choice), otherwise 0.0."""
    if item.type == "multiple":
        wanted = {str(code) for code in item.key}
        codes, cells = pd.factorize(answers)
        right = np.array([set(str(cell).split("|")) == wanted for cell in cells] + [False], dtype=np.uint8)
        return right[codes]
    if pd.api.types.is_numeric_dtype(answers):
        codes = answers.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.isin(codes, [float(c) for c in item.key if not isinstance(c, str)]).astype(np.uint8)
    return np.asarray(answers.isin(list(item.key)), dtype=np.uint8)


def mark(
    answers: Callable[[Item], Marks],
    kinds: Sequence[NDArray[np.int8]],
    items: tuple[Item, ...],
    standard: Standard,
) -> Marks:
    """Mark the answers to all items of a standard: right, wrong or not counted.

    Parameters
    ----------
    answers : callable
        Function that returns for an item (n,) marks: RIGHT if the answer equals the key, otherwise WRONG.
    kinds : k arrays (n,) of int8
        Kind of missing by item; ``standard.treat`` determines how each kind counts.
    """
    marks = np.empty((len(kinds), len(kinds[0])), dtype=np.uint8)
    for row, item in zip(marks, items, strict=True):
        row[:] = answers(item)
    excluded = [c for c, kind in enumerate(KINDS) if c and standard.treat.get(kind, "excluded") == "excluded"]
    for row, kind in zip(marks, kinds, strict=True):
        if not kind.any():
            continue
        row *= kind == 0
        for code in excluded:
            row |= (kind == code).view(np.uint8) * NOT_COUNTED
    return marks


class KeyTables:
    """Marks of the codes of coded columns, cached between the blocks of a file."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, tuple[Code | None, ...]], Marks] = {}

    def mark(self, coded: Coded) -> Marks:
        """Return RIGHT where an answer equals the key, otherwise WRONG; (n,)."""
        if coded.numbers is not None:
            return mark_item(coded.values, coded.item)
        key = (coded.item.name, coded.codes)
        if key not in self._held:
            if len(self._held) > MOST:
                self._held.clear()
            self._held[key] = np.roll(mark_item(coded.levels, coded.item), -1)
        table = self._held[key]
        right = np.flatnonzero(table).tolist()
        if coded.positions.dtype == np.uint8 and len(right) <= FEWER:
            return compare_cells(coded.positions, [(place, RIGHT) for place in right], table.dtype)
        return np.asarray(table[coded.positions.astype(np.intp, copy=False)])
