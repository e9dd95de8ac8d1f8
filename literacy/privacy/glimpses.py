"""Cells of a column that decide whether it is personal, gathered block by block: the verdict is that on all rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.privacy.names import is_code
from literacy.privacy.privacy import LOOKED, NUMBERED, PERSONAL_SIZE


class Glimpses:
    """The deciding cells of several columns.

    Attributes
    ----------
    cells : dict
        Column -> at most some thousand of its filled cells, in the order of the rows: any verdict of
        :mod:`literacy.privacy` on them is that on all cells heard.
    """

    def __init__(self) -> None:
        self.cells: dict[str, pd.Series] = {}

    def hear(self, frame: pd.DataFrame, columns: Iterable[str]) -> None:
        """Add the rows of a block."""
        for name in columns:
            fresh = condense(frame[name])
            known = self.cells.get(name)
            if known is None or not len(known):
                self.cells[name] = fresh
            elif len(fresh):
                self.cells[name] = condense(pd.concat([known, fresh], ignore_index=True))


def condense(cells: pd.Series) -> pd.Series:
    """Return the filled cells that decide: the first, the first distinct ones, and one of each that may be odd.

    These are the large and extreme among numbers, and among texts the first that is not an interviewer's code.
    """
    filled = cells.dropna()
    if len(filled) <= LOOKED:
        return filled
    kept = np.zeros(len(filled), dtype=bool)
    kept[:LOOKED] = True
    kept[_first_different(filled, np.arange(len(filled)))] = True
    if pd.api.types.is_numeric_dtype(filled) and not pd.api.types.is_bool_dtype(filled):
        array = filled.to_numpy(dtype=np.float64)
        kept[[int(array.argmin()), int(array.argmax()), int((array != np.floor(array)).argmax())]] = True
        for size in (NUMBERED, PERSONAL_SIZE):
            kept[
                _first_different(filled, np.flatnonzero((np.abs(array) >= size) & (np.abs(array) < 1e19)))
            ] = True
    elif all(map(is_code, filled[kept].astype("str"))):
        odd = next((t for t in filled[~kept].unique() if not is_code(str(t))), None)
        kept[(filled == odd).to_numpy().argmax()] = True
    return filled[kept]


def _first_different(filled: pd.Series, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of the first distinct cells among those given, as many as are checked."""
    for some in (rows[: 20 * LOOKED], rows):  # a long column is read only as far as necessary
        first = some[~filled.iloc[some].duplicated().to_numpy()]
        if len(first) >= LOOKED:
            break
    return first[:LOOKED]
