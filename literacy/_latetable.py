"""A table that is built on first access, since often only a few columns of a small result are needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class LateTable:
    """Columns of a table, each with one value per row or one for all rows, converted to a DataFrame on first access.

    Parameters
    ----------
    columns : mapping of names to columns
        The arrays must not be modified afterwards.
    """

    __slots__ = ("_columns", "_frame")

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns: dict[str, Any] = dict(columns)
        self._frame: pd.DataFrame | None = None

    @classmethod
    def of(cls, frame: pd.DataFrame) -> LateTable:
        """Wrap an existing DataFrame."""
        new = cls({})
        new._frame = frame
        return new

    @property
    def frame(self) -> pd.DataFrame:
        """The table; the same object on every access."""
        if self._frame is None:
            import pandas as pd

            frame = pd.DataFrame(dict(enumerate(self._columns.values())))
            frame.columns = _name_columns(tuple(self._columns)).view()
            self._frame, self._columns = frame, {}
        return self._frame

    def numbers(self, name: str) -> Any:
        """Return a numeric column as floats of shape (k,); the array must not be modified."""
        import numpy as np

        if self._frame is not None:
            return self._frame[name].to_numpy(np.float64)
        values = np.asarray(self._columns[name], np.float64).view()
        values.flags.writeable = False
        return values


@lru_cache(maxsize=256)
def _name_columns(names: tuple[str, ...]) -> pd.Index[Any]:
    """Return the names as a pandas index; cached because all tables of a kind have the same names."""
    import pandas as pd

    return pd.Index(names, dtype="str")
