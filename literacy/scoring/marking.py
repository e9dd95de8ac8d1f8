"""Marking of answers against the keys: right, wrong, or not counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.instrument import KINDS, Instrument, Item, Standard
from literacy.kernels.scoring.scoring_points import Floats
from literacy.messages import tell


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


def mark_item(answers: pd.Series, item: Item) -> Floats:
    """Mark the answers to one item, (n,): 1.0 if equal to the key (all codes for multiple choice), otherwise 0.0."""
    if item.type == "multiple":
        wanted = {str(code) for code in item.key}
        codes, cells = pd.factorize(answers)
        right = np.array([set(str(cell).split("|")) == wanted for cell in cells], dtype=np.float64)
        return np.where(codes >= 0, right[codes] if len(right) else 0.0, 0.0)
    if pd.api.types.is_numeric_dtype(answers):
        codes = answers.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.isin(codes, [float(c) for c in item.key if not isinstance(c, str)]).astype(np.float64)
    return np.asarray(answers.isin(list(item.key)), dtype=np.float64)


def mark(frame: pd.DataFrame, missing: pd.DataFrame, items: tuple[Item, ...], standard: Standard) -> Floats:
    """Mark the answers to all items of a standard: right, wrong or not counted.

    Returns
    -------
    (n, k) array of 1.0, 0.0 and NaN; ``standard.treat`` determines how each kind of missing counts.
    """
    excluded = np.array([k != "valid" and standard.treat.get(k, "excluded") == "excluded" for k in KINDS])
    columns = []
    for item in items:
        correct = mark_item(frame[item.name], item)
        kind = missing[item.name].to_numpy()
        correct[kind > 0] = 0.0
        correct[excluded[kind]] = np.nan
        columns.append(correct)
    return np.column_stack(columns)
