"""A data file as it stands: cells, labels and declared missing codes, before any instrument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

Range = tuple[float | str, float | str]


@dataclass(frozen=True, slots=True)
class Table:
    """The content of a data file.

    Attributes
    ----------
    frame : DataFrame
        Cells as in the file; user-missing codes are still there, system-missing is NaN, text columns hold str or NaN.
    labels : mapping
        Column -> column label or question text.
    value_labels : mapping
        Column -> {code: label}.
    user_missing : mapping
        Column -> closed ranges declared missing in the file.
    format : str
        Name of the format, as in docs/formats.md.
    notes : tuple of str
        What was assumed while reading.
    words : mapping
        Text of a cell -> kind of missing, where the format itself defines such texts (questionnaire platforms).
    ticks : mapping
        (stem, option text or code) of columns that hold one option each of a multiple-choice question.
    positions : bool
        Whole numbers stand for the place of an option in the form (1 = the first), not for its code.
    numbered : bool
        The file itself says so: by its name, by the platform's columns or by the platform's codes for missing.
    platform : str
        Questionnaire platform the file comes from ("" for none).
    weight : str
        Column by which the file's own program weights it ("" for none).
    """

    frame: pd.DataFrame
    format: str
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[float | str, str]] = field(default_factory=dict)
    user_missing: Mapping[str, tuple[Range, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    ticks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    positions: bool = False
    numbered: bool = False
    platform: str = ""
    weight: str = ""

    def evolve(self, **changes: object) -> Table:
        """Return a table with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]  # field names are checked by dataclasses

    def declared_missing(self, column: str) -> np.ndarray:
        """Boolean array: cells the file itself declares missing by code."""
        values = self.frame[column]
        mask = np.zeros(len(values), dtype=bool)
        for low, high in self.user_missing.get(column, ()):
            if isinstance(low, str) or isinstance(high, str):
                mask |= (values == low).to_numpy(dtype=bool, na_value=False)
            elif pd.api.types.is_numeric_dtype(values):
                array = values.to_numpy(dtype=float, na_value=np.nan)
                mask |= (array >= low) & (array <= high)
        return mask


def empty_frame(names: Iterable[str]) -> pd.DataFrame:
    """A frame of these columns and no rows."""
    columns = list(names)
    return pd.DataFrame(np.empty((0, len(columns)), dtype=object), columns=columns)


def join_tables(tables: Sequence[Table]) -> Table:
    """One table of the rows of several parts of a file."""
    if len(tables) == 1:
        return tables[0]
    return tables[0].evolve(frame=pd.concat([t.frame for t in tables], ignore_index=True))


NAMELESS = "?"
"""Before the number of a question whose columns name options only."""
