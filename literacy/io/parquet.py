"""Parquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.io.delimited import MAX_COLUMNS
from literacy.io.extras import require
from literacy.io.guard import damaged
from literacy.io.table import Table


def load_parquet(path: Path) -> Table:
    """A .parquet file as a table: numbers as float64, categories as their texts, booleans as 0 and 1."""
    require("pyarrow", "Parquet files")
    import pyarrow
    import pyarrow.parquet

    try:
        content = pyarrow.parquet.ParquetFile(path)
        if content.metadata.num_columns > MAX_COLUMNS:
            raise LiteracyError(
                "io.limit",
                where=str(path),
                what=f"{content.metadata.num_columns:,} columns; the limit is {MAX_COLUMNS:,}",
                mend="export only the columns of the questionnaire",
            )
        frame = content.read().to_pandas(strings_to_categorical=False).reset_index(drop=True)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise damaged(str(path), str(error)) from None
    frame.columns = [str(c) for c in frame.columns]
    return Table(frame.apply(plain_column), "parquet")


def plain_column(column: pd.Series) -> pd.Series:
    """A column of any library's type as float64, datetime or str."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return pd.Series(
            column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index, name=column.name
        )
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    texts = column.map(str, na_action="ignore").astype("str")
    return texts.mask(texts.str.strip() == "")
