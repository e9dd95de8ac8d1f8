"""Writing of Parquet files in parts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from literacy.files.writing.whole import replace_file


def write_parquet(parts: Iterable[pd.DataFrame], path: Path) -> None:
    """Write parts with equal columns as one Parquet file, atomically."""
    import pyarrow
    import pyarrow.parquet

    def write(temporary: Path) -> None:
        writer = None
        try:
            for part in parts:
                named = part.set_axis([str(c) for c in part.columns], axis=1)
                table = pyarrow.Table.from_pandas(
                    named, schema=writer.schema if writer else None, preserve_index=False
                )
                writer = writer or pyarrow.parquet.ParquetWriter(temporary, table.schema)
                writer.write_table(table)
        finally:
            if writer is not None:
                writer.close()

    replace_file(path, write, (pyarrow.ArrowException, ValueError))
