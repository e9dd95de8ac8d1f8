"""Any data file as a table, before any instrument."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy.files.recognition import NAMES, check_path, recognise
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Table
from literacy.files.text.encodings import check_encoding
from literacy.files.text.numbers import infer_numbers, whole_numbers
from literacy.provenance import trace

if TYPE_CHECKING:
    from literacy.provenance import Source


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
    encoding = check_encoding(encoding) if encoding else None
    if str(path) == "-":
        with spool_input() as kept:
            return load_table(kept, encoding=encoding)
    place = check_path(path)
    kind = recognise(place)
    table = _load(place, kind, encoding)
    if encoding and kind in ("xlsx", "xls", "ods", "parquet"):
        unused = f"encoding {encoding} was not used: {NAMES[kind]} says itself how its texts are written"
        return table.evolve(notes=(*table.notes, unused))
    return table


def _load(place: Path, kind: str, encoding: str | None) -> Table:
    if kind == "sav":
        from literacy.files.statistics.spss import load_spss

        return load_spss(place, encoding)
    if kind == "dta":
        from literacy.files.statistics.stata import load_stata

        return load_stata(place, encoding)
    if kind == "por":
        from literacy.files.statistics.portable import load_portable

        return load_portable(place, encoding)
    if kind in ("xlsx", "xls", "ods"):
        from literacy.files.sheets.workbook import load_workbook

        return load_workbook(place)
    if kind == "parquet":
        from literacy.files.sheets.parquet import load_parquet

        return load_parquet(place)
    from literacy.files.text.delimited import load_text_file

    return load_text_file(place, encoding)


def plain_frame(table: Table, left_out: Iterable[str] = ()) -> pd.DataFrame:
    """The cells of a table, declared missing codes as NaN, without some columns."""
    gone = set(left_out)
    columns = {}
    for name in table.frame.columns:
        if name not in gone:
            columns[name] = whole_numbers(table.frame[name].mask(table.declared_missing(name)))
    return pd.DataFrame(columns, index=table.frame.index)


def find_source(path: str | Path, rows: int) -> Source:
    """Source of a file; of one kept from standard input, under that name."""
    source = trace(path, rows)
    return replace(source, path=STDIN) if Path(path).name == STDIN else source


def read_columns(path: str | Path, *, encoding: str | None = None) -> list[str]:
    """Names of a file's columns; of an SPSS file only the top is read."""
    if str(path) != "-" and recognise(check_path(path)) == "sav":
        from literacy.files.statistics.spss import iterate_spss

        encoding = check_encoding(encoding) if encoding else None
        with closing(iterate_spss(Path(path), encoding, rows=1000)) as parts:
            return [str(c) for c in next(parts).frame.columns]
    return [str(c) for c in load_table(path, encoding=encoding).frame.columns]


def read_text(text: str, where: str = "memory") -> pd.DataFrame:
    """A CSV text as a data frame, by the rules of :func:`read_table`."""
    from literacy.files.text.delimited import parse_text

    frame, _ = parse_text(text, where)
    return frame.apply(infer_numbers).apply(whole_numbers)
