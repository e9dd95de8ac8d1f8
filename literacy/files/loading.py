"""Load a data file of any supported format as one table, without an instrument."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from literacy.files.table import Table
from literacy.files.tablefile import open_table
from literacy.files.text.numbers import whole_numbers


def load_table(path: str | Path, *, encoding: str | None = None) -> Table:
    """Load a data file as a table of cells, labels and declared missing codes.

    Parameters
    ----------
    path : str or Path
        ``-`` stands for standard input, which may be a file of any supported format.
    encoding : str, optional
        Encoding of the texts, for files that declare none or a wrong one.

    Raises
    ------
    LiteracyError
        ``io.*``: the file is missing, empty, damaged, too large, or of unknown format.
    """
    with open_table(path, encoding=encoding) as file:
        return file.table()


def plain_frame(table: Table, left_out: Iterable[str] = ()) -> pd.DataFrame:
    """Return the cells of a table as a DataFrame, with declared missing codes as NaN and without *left_out*."""
    gone = set(left_out)
    columns = {}
    for name in table.frame.columns:
        if name not in gone:
            cells = table.frame[name]
            if name in table.user_missing:
                cells = cells.mask(table.declared_missing(name))
                if cells.dtype == object:  # Stata's extended missing values (letters) among numbers
                    cells = cells.infer_objects()
            columns[name] = whole_numbers(cells)
    return pd.DataFrame(columns, index=table.frame.index, copy=False)
