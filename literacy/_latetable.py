"""A table that is built when it is first looked at: small results are often asked for two columns only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class LateTable:
    """Columns of a table, one value a row or one for all, that become a DataFrame when one is wanted.

    Parameters
    ----------
    columns : mapping of names to columns
        Arrays are not to be changed by whoever made them.
    """

    __slots__ = ("_columns", "_frame")

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns: dict[str, Any] = dict(columns)
        self._frame: pd.DataFrame | None = None

    @classmethod
    def of(cls, frame: pd.DataFrame) -> LateTable:
        """A table that is there already."""
        new = cls({})
        new._frame = frame
        return new

    @property
    def frame(self) -> pd.DataFrame:
        """The table; the same each time."""
        if self._frame is None:
            import pandas as pd

            frame = pd.DataFrame(dict(enumerate(self._columns.values())))
            frame.columns = _name_columns(tuple(self._columns)).view()
            self._frame, self._columns = frame, {}
        return self._frame

    def numbers(self, name: str) -> Any:
        """A column of numbers as floats (k,), not to be written to."""
        import numpy as np

        if self._frame is not None:
            return self._frame[name].to_numpy(np.float64)
        values = np.asarray(self._columns[name], np.float64).view()
        values.flags.writeable = False
        return values


@lru_cache(maxsize=256)
def _name_columns(names: tuple[str, ...]) -> pd.Index[Any]:
    """Names as pandas holds them: made once, since every table of a kind has the same."""
    import pandas as pd

    return pd.Index(names, dtype="str")
