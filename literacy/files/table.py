"""Content of a data file: cells, labels and declared missing codes, independent of any instrument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd

from literacy.files.writing.distinct import Places

Range = tuple[float | str, float | str]


@dataclass(frozen=True, slots=True)
class Table:
    """The content of a data file.

    Attributes
    ----------
    frame : DataFrame
        Cells as in the file; user-missing codes are kept, system-missing is NaN, text columns hold str or NaN.
    labels : mapping
        Column -> column label or question text.
    value_labels : mapping
        Column -> {code: label}.
    user_missing : mapping
        Column -> closed intervals declared missing in the file.
    format : str
        Name of the format, as in docs/formats.md.
    notes : tuple of str
        Assumptions made while reading.
    words : mapping
        Cell text -> kind of missing value, where the format defines such texts (questionnaire platforms).
    ticks : mapping
        Column -> (stem, option text or code), for columns that hold a single option of a multiple-choice question.
    positions : bool
        Whether integers denote the position of an option in the form (1 = first) rather than its code.
    numbered : bool
        Whether ``positions`` is certain from the file name, the platform's columns or its missing codes.
    platform : str
        Questionnaire platform that produced the file ("" for none).
    weight : str
        Weight variable declared in the file ("" for none).
    pointed : frozenset of str
        Numeric columns of a text table in which a number has a decimal point.
    places : mapping
        Columns of small integers given as positions; they are not columns of the frame.
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
    pointed: frozenset[str] = frozenset()
    places: Mapping[str, Places] = field(default_factory=dict)

    def evolve(self, **changes: object) -> Table:
        """Return a table with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]  # field names are checked by dataclasses

    def declared_missing(self, column: str) -> np.ndarray:
        """Return a boolean array that marks the cells of a column with codes declared missing in the file."""
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
    """Return a frame with the given columns and no rows."""
    columns = list(names)
    return pd.DataFrame(np.empty((0, len(columns)), dtype=object), columns=columns)


def join_tables(tables: Sequence[Table]) -> Table:
    """Concatenate the rows of several parts of a file into one table."""
    if len(tables) == 1:
        return tables[0]
    return tables[0].evolve(frame=pd.concat([t.frame for t in tables], ignore_index=True))


NAMELESS = "?"
"""Prefix to the number of a question whose columns contain option texts but no stem."""


class Reader(Protocol):
    """Reader of one format: provides a table without rows, and the rows, which can be read repeatedly."""

    @property
    def schema(self) -> Table:
        """Table without rows: names, labels and notes."""

    @property
    def large(self) -> bool:
        """Whether the file is large and therefore read in blocks rather than held in memory."""

    @property
    def fill(self) -> float:
        """Size of the file, relative to the largest that is held in memory."""

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Yield tables of at most *rows* rows of the given columns; at least one, which may be empty."""

    def whole(self, columns: Sequence[str]) -> Table:
        """Return all rows of the given columns."""
