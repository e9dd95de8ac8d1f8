"""Computation of an indicator from answers: one value per respondent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.instrument import Condition, Instrument, Measure, holds

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Marks:
    """A measure evaluated on the rows of one wave.

    Attributes
    ----------
    values : (n,) float
        Value of each respondent, 0 or 1 for a plain share; NaN without an answer.
    rows : (n,) bool
        The domain: members of the group for whom ``where`` holds.
    binary : bool
        Whether all values are 0 or 1, so that an interval for proportions applies.
    """

    values: Floats
    rows: Bools
    binary: bool


def mark_answers(measure: Measure, frame: pd.DataFrame, instrument: Instrument) -> Marks | None:
    """Evaluate a measure on the answers of a wave; None if the wave lacks one of its columns.

    Respondents must have answered at least half of several columns, or are excluded; the mean, or the share of columns
    in which the condition is met, is taken over those answered. Respondents who meet all of ``failing`` count as 0
    regardless.
    """
    needed = [c.column for c in (*measure.where, *measure.failing)]
    if any(column not in frame.columns for column in needed):
        return None
    columns = [_read(measure, column, frame, instrument) for column in measure.columns]
    parts = [c for c in columns if c is not None]
    if len(parts) < len(columns):
        return None
    values = _join(np.column_stack(parts), measure)
    if measure.failing:
        values[holds(measure.failing, frame)] = 0.0
    rows = holds(measure.where, frame)
    if measure.group:
        rows = rows & _members(frame, instrument, measure.group)
    binary = measure.statistic == "share" and measure.join != "average"
    return Marks(values, rows, binary)


def _members(frame: pd.DataFrame, instrument: Instrument, group: str) -> Bools:
    name = f"group_{group}"
    if name in frame.columns:
        return np.asarray(frame[name].eq(1).fillna(False), dtype=bool)
    return holds(instrument.group(group).any_of, frame)


def _read(measure: Measure, column: str, frame: pd.DataFrame, instrument: Instrument) -> Floats | None:
    """Return one column: its numbers, or 1 and 0 by whether the condition is met; None if it is absent."""
    chosen = _choices(measure, column, frame, instrument)
    if chosen is not None:
        return chosen
    if column not in frame.columns:
        return None
    cells: pd.Series[Any] = frame[column]
    if not measure.condition:
        return cells.to_numpy(dtype=np.float64, na_value=np.nan)
    satisfied = holds(Condition(column, measure.min, measure.max, measure.values), frame)
    return np.where(cells.notna().to_numpy(dtype=bool), satisfied.astype(np.float64), np.nan)


def _choices(measure: Measure, column: str, frame: pd.DataFrame, instrument: Instrument) -> Floats | None:
    """Return a multiple-choice item from its 0/1 columns: 1 if any of the values was ticked."""
    names = [f"{column}_{value}" for value in measure.values]
    multiple = any(i.name == column and i.type == "multiple" for i in instrument.items)
    if not multiple or column in frame.columns or any(name not in frame.columns for name in names):
        return None
    ticks = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(ticks).any(axis=1), np.nan, ticks.max(axis=1))


def _join(block: Floats, measure: Measure) -> Floats:
    """Combine several columns (n, k) to one (n,)."""
    answered = ~np.isnan(block)
    count = answered.sum(axis=1)
    enough = 2 * count >= block.shape[1]
    total = np.where(answered, block, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        average = total / count
    if measure.statistic == "share" and measure.join == "any":
        joined = (total > 0).astype(np.float64)
    elif measure.statistic == "share" and measure.join == "all":
        joined = (total == count).astype(np.float64)
    else:
        joined = average
    return np.where(enough & (count > 0), joined, np.nan)
