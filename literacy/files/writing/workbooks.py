"""Tables out as Excel workbooks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.files.writing.csv import disarm
from literacy.files.writing.labels import Description
from literacy.files.writing.whole import replace_file, write_error

MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 1_048_575, 16_384, 32_767
_EPOCH = datetime(2000, 1, 1)


def write_workbook(frame: pd.DataFrame, path: Path, described: Description) -> tuple[str, ...]:
    """Write an .xlsx file: the data, and a second sheet that explains the columns; returns what had to be changed.

    The same table gives the same bytes.

    Raises
    ------
    LiteracyError
        ``io.write`` where the table or a text is larger than a sheet holds.
    """
    import xlsxwriter

    if len(frame) > MAX_ROWS or len(frame.columns) > MAX_COLUMNS:
        size = f"{len(frame):,} rows of {len(frame.columns):,} columns"
        raise write_error(
            path, f"{size} do not fit a sheet ({MAX_ROWS:,} × {MAX_COLUMNS:,})", "write .csv or .parquet"
        )

    def write(temporary: Path) -> None:
        book = xlsxwriter.Workbook(
            str(temporary), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        book.set_properties({"created": _EPOCH})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        _fill(sheet, frame, path, bold)
        if described.labels:
            _fill(book.add_worksheet("columns"), explain(frame, described), path, bold)
        book.close()

    replace_file(path, write, (xlsxwriter.exceptions.XlsxWriterException,))
    return ()


def explain(frame: pd.DataFrame, described: Description) -> pd.DataFrame:
    """One row a column: what it means in Chinese and English, and its codes."""
    rows = []
    for column in map(str, frame.columns):
        label = described.labels.get(column)
        options = described.options.get(column, ())
        rows.append(
            {
                "column": column,
                "zh": label.zh if label else "",
                "en": label.en if label else "",
                "codes": "; ".join(f"{o.code} {o.label.zh} / {o.label.en}" for o in options),
            }
        )
    return pd.DataFrame(rows, columns=["column", "zh", "en", "codes"])


def _fill(sheet: Any, frame: pd.DataFrame, path: Path, bold: Any) -> None:
    for j, name in enumerate(frame.columns):
        sheet.write_string(0, j, disarm(str(name)), bold)
    columns = [frame[c].astype(object).to_numpy() for c in frame.columns]
    for i in range(len(frame)):
        for j, column in enumerate(columns):
            _write(sheet, i + 1, j, column[i], path)


def _write(sheet: Any, row: int, at: int, cell: Any, path: Path) -> None:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return
    if isinstance(cell, (bool, np.bool_)):
        sheet.write_number(row, at, int(cell))
    elif isinstance(cell, (int, float, np.integer, np.floating)):
        number = float(cell)
        if np.isfinite(number) and abs(number) < 1e15:
            sheet.write_number(row, at, number)
        elif not np.isnan(number):
            sheet.write_string(row, at, str(cell))
    else:
        text = disarm(str(cell))
        if len(text) > MAX_TEXT:
            raise write_error(
                path,
                f"a text has {len(text):,} characters; a cell holds {MAX_TEXT:,}",
                "write .csv or .parquet",
            )
        sheet.write_string(row, at, text)
