"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.child.guard import damaged
from literacy.files.limits import MAX_COLUMNS, over_limit, too_many
from literacy.files.table import Table, join_tables

MAX_FOOTER = 1 << 26
MAX_UNPACKED = 4 << 30
BATCH = 65_536


def load_parquet(path: Path) -> Table:
    """A .parquet file as a table: numbers as float64, categories as their texts, booleans as 0 and 1."""
    parts: list[Table] = []
    held = 0
    for part in iterate_parquet(path, BATCH):
        held += int(part.frame.memory_usage(deep=True).sum())
        if held > MAX_UNPACKED:
            raise _unpacks(path)
        parts.append(part)
    return join_tables(parts)


def iterate_parquet(path: Path, rows: int = 1 << 31) -> Iterator[Table]:
    """A .parquet file in tables of at most *rows* rows; one empty table where it has none."""
    import pyarrow
    import pyarrow.parquet

    try:
        _check_footer(path)
        described = pyarrow.parquet.read_metadata(path)
        if described.num_columns > MAX_COLUMNS:
            raise too_many(str(path), described.num_columns)
        columns = [described.schema.column(j) for j in range(described.num_columns)]
        texts = [c.path for c in columns if c.physical_type == "BYTE_ARRAY"]
        content = pyarrow.parquet.ParquetFile(path, metadata=described, read_dictionary=texts)
        batches = content.iter_batches(batch_size=rows) if content.metadata.num_rows else iter(())
        yielded = False
        for batch in batches:
            yielded = True
            _require_small(batch, path)
            yield _table(batch.to_pandas(strings_to_categorical=False))
        if not yielded:
            yield _table(content.schema_arrow.empty_table().to_pandas())
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise damaged(str(path), str(error)) from None


def _table(frame: pd.DataFrame) -> Table:
    frame = frame.reset_index(drop=True)
    frame.columns = [str(c) for c in frame.columns]
    return Table(frame.apply(plain_column), "parquet")


def _require_small(batch: Any, path: Path) -> None:
    """Refuse texts that are kept once in the file but would fill the memory in every row."""
    import pyarrow
    import pyarrow.compute

    size = 0
    for column in batch.columns:
        if pyarrow.types.is_dictionary(column.type) and str(column.type.value_type).endswith(
            ("string", "binary")
        ):
            lengths = pyarrow.compute.binary_length(column.dictionary)
            size += pyarrow.compute.sum(lengths.take(column.indices)).as_py() or 0
    if size > MAX_UNPACKED:
        raise _unpacks(path)


def _unpacks(path: Path) -> LiteracyError:
    what = f"it unpacks to more than {MAX_UNPACKED >> 20:,} MiB, which is the limit"
    return over_limit(str(path), what, "export fewer columns or rows")


def _check_footer(path: Path) -> None:
    """Refuse a file whose description alone is too large: it is taken apart whole, before anything can be asked."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        size = int.from_bytes(file.read(4), "little")
    if size > MAX_FOOTER:
        what = f"a description of columns of {size / 2**20:,.0f} MiB; the limit is {MAX_FOOTER >> 20} MiB"
        raise over_limit(str(path), what, "export only the columns of the questionnaire")


def plain_column(column: pd.Series) -> pd.Series:
    """A column of any library's type as float64, datetime or str."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        numeric = pd.api.types.is_numeric_dtype(column.cat.categories.dtype)
        column = column.astype(np.float64 if numeric else column.cat.categories.dtype)
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return pd.Series(
            column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index, name=column.name
        )
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    texts = column.map(str, na_action="ignore").astype("str")
    return texts.mask(texts.str.strip() == "")
