"""Writing of tables as Excel workbooks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy._texts import disarm, encode_utf8
from literacy.files.leftovers import hold_folder
from literacy.files.writing.format_labels import Description
from literacy.files.writing.whole import replace_file, write_error
from literacy.messages import tell

MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 1_048_575, 16_384, 32_767
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FIGURE = re.compile(r"(−?\d{1,15}(\.\d+)?)(%?)")
_EPOCH = datetime(2000, 1, 1)


def write_workbook(
    frame: pd.DataFrame, path: Path, described: Description, notes: Sequence[str] = (),
    shown: pd.DataFrame | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Write an .xlsx file with sheets of data, column descriptions and notes; return notes on changes (always none).

    *shown* is the table as formatted for readers; it is written to a sheet of its own, after the data, which is the
    active sheet when the workbook is opened.

    The output is reproducible: the same table yields the same bytes.

    Raises
    ------
    LiteracyError
        ``io.write`` if the table or a text exceeds the limits of a sheet, or the file cannot be written.
    """
    import xlsxwriter

    if len(frame) > MAX_ROWS or len(frame.columns) > MAX_COLUMNS:
        size = tell("{:,} rows of {:,} columns", len(frame), len(frame.columns))
        raise write_error(
            path,
            tell("{} do not fit on a sheet ({:,} × {:,})", size, MAX_ROWS, MAX_COLUMNS),
            tell("write .csv or .parquet"),
        )

    def write(temporary: Path) -> None:
        with hold_folder() as folder:  # for the library's temporary files
            book = xlsxwriter.Workbook(str(temporary), {**OPTIONS, "tmpdir": str(folder)})
            book.set_properties({"created": _EPOCH})
            bold = book.add_format({"bold": True})
            sheet = book.add_worksheet("data")
            sheet.freeze_panes(1, 0)
            _fill(sheet, frame, path, bold)
            if shown is not None:
                readers = book.add_worksheet(tell("table"))
                readers.freeze_panes(1, 0)
                _fill_readers(book, readers, shown, bold)
                readers.activate()
            if described.labels:
                _fill(book.add_worksheet("columns"), explain(frame, described), path, bold)
            if notes:
                _fill(
                    book.add_worksheet(tell("notes")), pd.DataFrame({tell("notes"): list(notes)}), path, bold
                )
            book.close()

    replace_file(path, write, (xlsxwriter.exceptions.XlsxWriterException,))
    return ()


def _fill_readers(book: Any, sheet: Any, shown: pd.DataFrame, bold: Any) -> None:
    """Write a table of formatted texts; numeric columns are written as numbers with the same decimals and % signs.

    Row by row: the library keeps one row in memory, and drops what is written to an earlier one.
    """
    names = list(map(str, shown.columns))
    columns = [[str(t) for t in shown.iloc[:, j]] for j in range(len(names))]
    numeric = []
    for j, (name, texts) in enumerate(zip(names, columns, strict=True)):
        sheet.set_column(j, j, min(max(map(_width, (name, *texts))) + 2, 60))
        figures = [bool(_FIGURE.fullmatch(t)) for t in texts]
        numeric.append(any(figures) and all(f or t == "–" for f, t in zip(figures, texts, strict=True)))
    for j, name in enumerate(names):
        sheet.write_string(0, j, _safe(name), bold)
    forms: dict[str, Any] = {}
    for i, row in enumerate(zip(*columns, strict=True), start=1):
        for j, text in enumerate(row):
            figure = _FIGURE.fullmatch(text) if numeric[j] else None
            if figure is None:
                sheet.write_string(i, j, _safe(text))
                continue
            percent = bool(figure[3])
            value = float(figure[1].replace("−", "-")) / (100 if percent else 1)
            digits = len(figure[2] or ".") - 1
            form = f"0{'.' * (digits > 0)}{'0' * digits}{'%' * percent}"
            if form not in forms:
                forms[form] = book.add_format({"num_format": form})
            sheet.write_number(i, j, value, forms[form])


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2000 else 1 for c in text)


def explain(frame: pd.DataFrame, described: Description) -> pd.DataFrame:
    """Return a frame with one row per column: its label in Chinese and English, and its codes."""
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


def _safe(text: str) -> str:
    """Return a text that a workbook can store and does not execute as a formula."""
    return disarm(text if text.isascii() else encode_utf8(text).decode("utf-8"))


def _fill(sheet: Any, frame: pd.DataFrame, path: Path, bold: Any) -> None:
    for j, name in enumerate(frame.columns):
        sheet.write_string(0, j, _safe(str(name)), bold)
    columns = [frame.iloc[:, j].astype(object).to_numpy() for j in range(frame.shape[1])]
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
        text = _safe(str(cell))
        if len(text) > MAX_TEXT:
            raise write_error(
                path,
                tell("a text has {:,} characters; a cell allows {:,}", len(text), MAX_TEXT),
                tell("write .csv or .parquet"),
            )
        sheet.write_string(row, at, text)
