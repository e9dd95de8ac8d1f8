"""The different values of a column, quickly where they are few whole numbers, as answers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NEAR = 1000
"""Whole numbers up to this size are looked up in a table instead of hashed."""


def find_distinct(column: pd.Series) -> tuple[NDArray[np.intp], Any]:
    """Place of each cell among the different values, -1 where it is missing; and those values.

    As :meth:`pandas.Series.factorize`, but small whole numbers of float64 columns come in ascending order.

    Returns
    -------
    (positions, uniques) : (n,) array, sequence
    """
    if column.dtype != np.float64 or not len(column):
        return column.factorize()
    array = column.to_numpy()
    gaps = np.isnan(array)
    filled = np.where(gaps, 0.0, array)
    low, high = filled.min(), filled.max()
    if not (low >= -NEAR and high <= NEAR):
        return column.factorize()
    whole = filled.astype(np.intp)
    if not np.array_equal(whole, filled):
        return column.factorize()
    whole -= int(low)
    whole[gaps] = int(high - low) + 1
    seen = np.zeros(int(high - low) + 2, dtype=bool)
    seen[whole] = True
    seen[-1] = False
    place = np.cumsum(seen) - 1
    place[-1] = -1
    return place[whole], np.flatnonzero(seen) + low
