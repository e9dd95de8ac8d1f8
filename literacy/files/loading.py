"""Any data file as a whole table, before any instrument."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from literacy.files.table import Table
from literacy.files.tablefile import open_table
from literacy.files.text.numbers import whole_numbers


def load_table(path: str | Path, *, encoding: str | None = None) -> Table:
    """A data file as it stands: cells, labels and declared missing codes.

    Parameters
    ----------
    path : str or Path
        ``-`` is standard input, a file of any format.
    encoding : str, optional
        For files that declare a wrong encoding or none.

    Raises
    ------
    LiteracyError
        ``io.*``: the file is missing, empty, damaged, too large, or of no known format.
    """
    with open_table(path, encoding=encoding) as file:
        return file.table()


def plain_frame(table: Table, left_out: Iterable[str] = ()) -> pd.DataFrame:
    """The cells of a table, declared missing codes as NaN, without some columns."""
    gone = set(left_out)
    columns = {}
    for name in table.frame.columns:
        if name not in gone:
            cells = table.frame[name]
            if name in table.user_missing:
                cells = cells.mask(table.declared_missing(name))
                if cells.dtype == object:  # letters of Stata among numbers
                    cells = cells.infer_objects()
            columns[name] = whole_numbers(cells)
    return pd.DataFrame(columns, index=table.frame.index, copy=False)
