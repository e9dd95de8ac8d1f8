"""Which texts are numbers, and which cells are empty."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def whole_numbers(column: pd.Series) -> pd.Series:
    """A float column whose cells are all present and whole as int64; any other column unchanged."""
    if column.dtype != np.float64 or not len(column):
        return column
    array = column.to_numpy()
    return column.astype(np.int64) if not np.isnan(array).any() and is_integral(array) else column


_NUMERIC = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


_EMPTY = frozenset({"", "NA", "NaN", "nan", "<NA>", "."})


def infer_numbers(column: pd.Series) -> pd.Series:
    """A text column as float64 where every filled cell is a plain number, else text with NaN for empty cells.

    A cell such as ``007`` makes the column text: it is a label, not a number.
    """
    positions, uniques = column.factorize()
    values = read_numbers(uniques)
    if values is not None and np.isfinite(values).any():
        return pd.Series(np.append(values, np.nan)[positions], index=column.index, name=column.name)
    return column.mask(np.array([*(is_gap(u) for u in uniques), True])[positions])


def read_numbers(uniques: Iterable[object]) -> NDArray[np.float64] | None:
    """Numbers of different cells, NaN for empty ones; None where one is no plain number."""
    values = []
    for raw in uniques:
        cell = str(raw).strip()
        if cell in _EMPTY:
            values.append(np.nan)
        elif any(c.isdigit() for c in cell) and _NUMERIC.fullmatch(cell):
            values.append(float(cell))
        else:
            return None
    return np.array(values, dtype=np.float64)


def is_gap(cell: object) -> bool:
    """Whether a cell of a text column is empty."""
    return str(cell).strip() in ("", "NA", "<NA>")


EXACT = 2**53
"""Beyond this, float64 does not tell whole numbers apart."""


def is_integral(array: np.ndarray) -> bool:
    """Whether every present number is whole, and small enough to be told from the next one."""
    with np.errstate(invalid="ignore"):
        odd = (array != np.floor(array)) | (np.abs(array) >= EXACT)
    return not bool((odd & ~np.isnan(array)).any())
