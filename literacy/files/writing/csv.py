"""Encoding of tables as delimited text, by column; each distinct value is formatted only once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._texts import disarm, encode_utf8
from literacy.files.writing.distinct import find_distinct

WIDE = 1 << 25
"""Maximum number of bytes of padded cells held in memory at a time."""
_QUOTED = re.compile(r'["\r\n]')


def has_clock(column: pd.Series) -> bool:
    """Return whether any datetime in a column has a time of day other than midnight."""
    moments = column.dropna()
    return bool(len(moments)) and bool((moments != moments.dt.normalize()).any())


def format_number(value: float) -> str:
    """Format a number with all its digits; integral values have no decimal point, whatever the column type."""
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def encode_rows(
    frame: pd.DataFrame,
    separator: str,
    spell: Callable[[str], str],
    clocks: Collection[str] | None = None,
) -> bytes:
    """Encode the rows of a frame as UTF-8 text with minimal quoting and Unix line ends, without a header.

    Parameters
    ----------
    frame : DataFrame (n, k)
    separator : str
        One character.
    spell : callable
        Transformation applied to each text before quoting.
    clocks : collection of str, optional
        Datetime columns written with the time of day; by default those with any time other than midnight.
    """
    n, k = frame.shape
    if not n or not k:
        return b"\n" * n
    columns = []
    for j, name in enumerate(frame.columns):
        column = frame.iloc[:, j]
        clock = None if clocks is None else str(name) in clocks
        end = separator if j < k - 1 else "\n"
        positions, texts = _words(column, separator, spell, clock)
        if k == 1:
            texts = [t or '""' for t in texts]  # an empty line would not be read as a row
        columns.append(_Padded(positions, [encode_utf8(t + end) for t in texts]))
    width = sum(c.width for c in columns)
    step = max(1, WIDE // max(1, width))
    return b"".join(_join(columns, first, min(n, first + step)) for first in range(0, n, step))


class _Padded:
    """One column: for each row the index of its text in a table of NUL-padded texts."""

    def __init__(self, positions: NDArray[np.intp], texts: list[bytes]) -> None:
        self.positions = positions
        clean = [t.replace(b"\0", b"") for t in texts]
        self.width = max(len(t) for t in clean)
        self.table = np.array(clean, dtype=f"S{self.width}")


def _join(columns: list[_Padded], first: int, last: int) -> bytes:
    """Concatenate the padded cells of each row, then remove the padding."""
    padded = np.empty(last - first, dtype=[(f"c{j}", column.table.dtype) for j, column in enumerate(columns)])
    for j, column in enumerate(columns):
        padded[f"c{j}"] = column.table[column.positions[first:last]]
    flat = padded.view(np.uint8)
    text: bytes = flat[flat != 0].tobytes()
    return text


def _words(
    column: pd.Series, separator: str, spell: Callable[[str], str], clock: bool | None
) -> tuple[NDArray[np.intp], list[str]]:
    """Return the index of each cell's text, and the texts, the last of which stands for missing cells."""
    positions, uniques = find_distinct(column)
    put = _speller(column, separator, spell, clock)
    return positions, [*(put(u) for u in uniques), ""]


def _speller(
    column: pd.Series, separator: str, spell: Callable[[str], str], clock: bool | None
) -> Callable[[Any], str]:
    kind = column.dtype
    if pd.api.types.is_datetime64_any_dtype(kind):
        whole = not (has_clock(column) if clock is None else clock)
        return (lambda u: u.strftime("%Y-%m-%d")) if whole else str
    if pd.api.types.is_bool_dtype(kind):
        return str
    if pd.api.types.is_float_dtype(kind):
        return format_number
    if pd.api.types.is_integer_dtype(kind):
        return lambda u: str(int(u))

    def quote(cell: object) -> str:
        if isinstance(cell, (float, np.floating)):
            return format_number(float(cell))
        text = spell(cell) if isinstance(cell, str) else str(cell)
        if separator in text or _QUOTED.search(text):
            return '"' + text.replace('"', '""') + '"'
        return text

    return quote


def encode_csv(
    frame: pd.DataFrame,
    *,
    excel: bool = False,
    separator: str = ",",
    clocks: Collection[str] | None = None,
    head: bool = True,
) -> bytes:
    """Encode a frame as CSV with full precision, Unix line ends and neutralised formulas.

    Parameters
    ----------
    frame : DataFrame
    excel : bool
        Begin with a byte order mark, without which Excel garbles Chinese.
    separator : str
    clocks : collection of str, optional
        As in :func:`literacy.files.writing.csv.encode_rows`.
    head : bool
        Write the header line; False to encode rows that are appended to others.
    """
    rows = encode_rows(frame, separator, disarm, clocks)
    if not head:
        return rows
    names = pd.DataFrame([[str(c) for c in frame.columns]], columns=range(len(frame.columns)), dtype="str")
    return (codecs.BOM_UTF8 if excel else b"") + encode_rows(names, separator, disarm) + rows
