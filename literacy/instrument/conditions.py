"""Evaluation of the conditions of groups, universes and filters, and computation of recoded columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from literacy.errors import LiteracyError
from literacy.instrument.definitions import Code, Condition, nearest
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from literacy.instrument.questionnaire import Instrument

FEW = 8
"""Maximum number of values with which each cell is compared one by one."""
Conditions = Condition | Sequence[Condition] | Sequence[Sequence[Condition]]


def holds(conditions: Conditions, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Evaluate conditions row by row.

    Parameters
    ----------
    conditions : Condition, or a sequence of them, or a sequence of sequences
        A sequence holds if all its conditions hold; a sequence of sequences if any of its sequences holds. An empty
        sequence holds everywhere.
    frame : DataFrame
        Must contain the columns that the conditions name.

    Returns
    -------
    ndarray of bool, shape (n,)
        False where the cell is missing.

    Raises
    ------
    LiteracyError
        ``io.columns`` if a column is not in the frame.
    """
    if isinstance(conditions, Condition):
        return _satisfy(conditions.column, conditions.min, conditions.max, conditions.values, frame)
    if not conditions:
        return np.ones(len(frame), dtype=bool)
    parts = [holds(c, frame) for c in conditions]
    some = not isinstance(conditions[0], Condition)
    result: NDArray[np.bool_] = np.any(parts, axis=0) if some else np.all(parts, axis=0)
    return result


def add_recodes(
    frame: pd.DataFrame, instrument: Instrument, wanted: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the frame with the instrument's recoded columns added, in the order of their definition.

    A recode is skipped if its source column is absent, a column with its name exists, or it is not wanted. Cells that
    match no level are missing. Text levels give a text column, whole-number levels a nullable integer column.
    """
    import pandas as pd

    made: dict[str, Any] = {}
    for recode in instrument.recodes:
        if recode.column not in frame.columns or recode.name in frame.columns:
            continue
        if wanted is not None and recode.name not in wanted:
            continue
        place = np.full(len(frame), len(recode.levels), dtype=np.intp)
        for j, level in enumerate(recode.levels):
            place[_satisfy(recode.column, level.min, level.max, level.values, frame)] = j
        whole = all(isinstance(level.code, int) for level in recode.levels)
        levels: Any = [*(level.code for level in recode.levels), None]
        codes = pd.Series(levels, dtype="Int64" if whole else "str")
        made[recode.name] = codes.take(place).set_axis(frame.index)
    return frame.assign(**made) if made else frame


def _satisfy(
    column: str, low: float | None, high: float | None, values: tuple[Code, ...], frame: pd.DataFrame
) -> NDArray[np.bool_]:
    import pandas as pd

    if column not in frame.columns:
        raise LiteracyError(
            "io.columns",
            where=column,
            what=tell(
                "a condition requires this column, which is not in the data{}", nearest(column, frame.columns)
            ),
            fix="add the column, or map it in the wave's [columns]",
        )
    cells = frame[column]
    if pd.api.types.is_numeric_dtype(cells):
        return _satisfy_numbers(cells.to_numpy(dtype=float, na_value=np.nan), low, high, values)
    ok = np.array(cells.notna(), dtype=bool)
    if low is not None or high is not None:
        number = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        with np.errstate(invalid="ignore"):
            if low is not None:
                ok &= number >= low
            if high is not None:
                ok &= number <= high
    if values:
        ok &= _among(cells, values)
    return ok


def _satisfy_numbers(
    numbers: NDArray[np.float64], low: float | None, high: float | None, values: tuple[Code, ...]
) -> NDArray[np.bool_]:
    ok = np.ones(len(numbers), dtype=bool)
    with np.errstate(invalid="ignore"):
        if low is not None:
            ok &= numbers >= low
        if high is not None:
            ok &= numbers <= high
    if values:
        wanted = [number for v in values if (number := _as_number(v)) is not None]
        ok &= (
            np.any([numbers == v for v in wanted], axis=0)
            if 0 < len(wanted) <= FEW
            else np.isin(numbers, wanted)
        )
    elif low is None and high is None:
        ok &= ~np.isnan(numbers)
    return ok


def _among(cells: pd.Series[Any], values: tuple[Code, ...]) -> NDArray[np.bool_]:
    """Whether each cell is one of the codes; a multiple-choice cell ("1|3") matches if any code ticked does."""
    import pandas as pd

    texts = {_as_text(v) for v in values}
    seen: dict[str, bool] = {}
    out = np.zeros(len(cells), dtype=bool)
    for row, cell in enumerate(cells.array):
        if pd.isna(cell):
            continue
        text = _as_text(cell)
        if text not in seen:
            seen[text] = not texts.isdisjoint(text.split("|"))
        out[row] = seen[text]
    return out


def _as_number(code: Code) -> float | None:
    try:
        return float(code)
    except ValueError:
        return None


def _as_text(code: object) -> str:
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)
