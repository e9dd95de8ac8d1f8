"""Any data file in blocks of rows that can be gone through again and again; small files are one block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from literacy.files.loading import load_table
from literacy.files.recognition import check_path, recognise
from literacy.files.table import Table, join_tables
from literacy.files.text.encodings import check_encoding

ROWS = 25_000
"""Most rows of a block, unless told otherwise."""
SMALL = 32 << 20
"""Files of other formats than SPSS are read whole up to this size."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The tables of a file, one after the other; ``first`` is the first of them.

    ``many`` is false where the first is all, and held in memory.
    """

    tables: Callable[[], Iterator[Table]]
    first: Table
    many: bool


def _whole(table: Table) -> Blocks:
    return Blocks(lambda: iter([table]), table, many=False)


def _several(tables: Callable[[], Iterator[Table]]) -> Blocks:
    return Blocks(tables, next(tables()), many=True)


def open_blocks(path: str | Path, encoding: str | None = None, rows: int | None = None) -> Blocks:
    """Open a data file for reading block by block.

    Parameters
    ----------
    path : str or Path
    encoding : str, optional
        For files that declare a wrong encoding or none.
    rows : int, optional
        Most rows of a block; default :data:`ROWS`.

    Notes
    -----
    SPSS files, .csv and .tsv, and Parquet are read in blocks where they are large; the other formats are
    read whole (.xlsx and .xls hold at most a million rows).
    """
    encoding = check_encoding(encoding) if encoding else None
    rows = ROWS if rows is None else rows
    path = check_path(path)
    kind = recognise(path)
    if kind == "sav":
        from literacy.files.statistics.spss import iterate_opened, open_spss

        opened = open_spss(path, encoding)
        if opened.in_blocks and not 0 <= opened.layout.rows <= rows:
            return _several(lambda: iterate_opened(opened, rows))
        return _whole(join_tables(list(iterate_opened(opened))))
    if path.stat().st_size > SMALL:
        if kind == "parquet":
            from literacy.files.sheets.parquet import iterate_parquet

            return _several(lambda: iterate_parquet(path, rows))
        if kind == "csv":
            from literacy.files.text.textblocks import open_text

            text = open_text(path, encoding, rows)
            if text is not None:
                return _several(lambda: text.tables(rows))
    return _whole(load_table(path, encoding=encoding))
