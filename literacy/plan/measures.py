"""From answers to an indicator: one number a respondent."""

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
    """A measure held against the rows of one wave.

    Attributes
    ----------
    values : (n,) float
        The respondent's number, 0 or 1 for a plain share; NaN where there is no answer.
    rows : (n,) bool
        The domain: group and ``where``.
    binary : bool
        Whether the values are zeros and ones, so that an interval of shares fits.
    """

    values: Floats
    rows: Bools
    binary: bool


def mark_answers(measure: Measure, frame: pd.DataFrame, instrument: Instrument) -> Marks | None:
    """Hold a measure against the answers of a wave; None where the wave did not ask one of its columns.

    Of several columns a respondent must have answered at least half, or is left out; the mean, or the share of
    columns in which the condition is met, is taken over those answered. Respondents who meet all of ``failing``
    count as 0 whatever they were asked.
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
    """One column: its numbers, or 1 where the condition is met and 0 where not; None where it is absent."""
    chosen = _choices(measure, column, frame, instrument)
    if chosen is not None:
        return chosen
    if column not in frame.columns:
        return None
    cells: pd.Series[Any] = frame[column]
    if not measure.condition:
        return cells.to_numpy(dtype=np.float64, na_value=np.nan)
    met = holds(Condition(column, measure.min, measure.max, measure.values), frame)
    return np.where(cells.notna().to_numpy(dtype=bool), met.astype(np.float64), np.nan)


def _choices(measure: Measure, column: str, frame: pd.DataFrame, instrument: Instrument) -> Floats | None:
    """A multiple-choice item in its 0/1 columns: 1 where any of the values was ticked."""
    names = [f"{column}_{value}" for value in measure.values]
    multiple = any(i.name == column and i.type == "multiple" for i in instrument.items)
    if not multiple or column in frame.columns or any(name not in frame.columns for name in names):
        return None
    ticks = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(ticks).any(axis=1), np.nan, ticks.max(axis=1))


def _join(block: Floats, measure: Measure) -> Floats:
    """Several columns (n, k) into one (n,)."""
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
