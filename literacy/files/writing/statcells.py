"""Conversion of columns to the types of SPSS and Stata: doubles, texts and datetimes; changes are reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.files.writing.statnames import SPSS, STATA, Rules, clean
from literacy.files.writing.whole import write_error
from literacy.messages import tell

MAX_TEXT = {SPSS: 32_767, STATA: 2_000_000}
_LARGEST = {SPSS: np.nextafter(np.finfo(np.float64).max, 0), STATA: 8.988465674311578e307}
_FIRST_DAY = {SPSS: "1582-10-15", STATA: "0001-01-01"}
_EXACT = 2**53


def plain_cells(column: pd.Series, name: str, path: Path, rules: Rules, notes: list[str]) -> pd.Series:
    """Convert a column to a type the writer accepts: float64, naive datetime64, or object of str ("" if missing).

    Notes on changes are appended to *notes*.

    Raises
    ------
    LiteracyError
        ``io.write`` if a text exceeds the maximum length of the program.
    """
    column = column.reset_index(drop=True)
    if isinstance(column.dtype, pd.CategoricalDtype):
        numeric = pd.api.types.is_numeric_dtype(column.cat.categories.dtype) and len(column.cat.categories)
        column = column.astype(np.float64 if numeric else object)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        notes.append(
            tell("{}: times written as they read on the clock of {}, without the zone", name, column.dtype.tz)
        )
        column = column.dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(column):
        return _times(column, name, rules, notes)
    if pd.api.types.is_complex_dtype(column):
        column = column.astype(str)
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        if not _is_exact(column):
            notes.append(
                tell("{}: whole numbers beyond 2^53 written as text, so that no digit is lost", name)
            )
            return _texts(column, name, path, rules, notes)
        return _numbers(column, name, rules, notes)
    return _texts(column, name, path, rules, notes)


def _is_exact(column: pd.Series) -> bool:
    """Return whether doubles represent all integers of a column exactly."""
    if not pd.api.types.is_integer_dtype(column):
        return True
    present = column.dropna()
    return not len(present) or (int(present.max()) <= _EXACT and int(present.min()) >= -_EXACT)


def _numbers(column: pd.Series, name: str, rules: Rules, notes: list[str]) -> pd.Series:
    values = column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    out = np.abs(values) > _LARGEST[rules]
    if out.any():
        notes.append(
            tell(
                "{}: {} infinite or too large numbers are written as missing in {}",
                name,
                int(out.sum()),
                rules.program,
            )
        )
        values[out] = np.nan
    return pd.Series(values)


def _times(column: pd.Series, name: str, rules: Rules, notes: list[str]) -> pd.Series:
    early = (column < pd.Timestamp(_FIRST_DAY[rules]).as_unit("s")).to_numpy(dtype=bool)
    if early.any():
        notes.append(
            tell(
                "{}: {} times before {} are written as missing in {}",
                name,
                int(early.sum()),
                _FIRST_DAY[rules],
                rules.program,
            )
        )
        column = column.mask(early)
    return column


def _texts(column: pd.Series, name: str, path: Path, rules: Rules, notes: list[str]) -> pd.Series:
    given = column.astype(object).tolist()
    texts = ["" if _is_empty(cell) else str(cell) for cell in given]
    safe: pd.Series[Any] = pd.Series([clean(t) for t in texts], dtype=object)
    if changed := sum(one != other for one, other in zip(texts, safe, strict=True)):
        notes.append(
            tell(
                "{}: {} texts contained characters that cannot be stored (NUL, unpaired surrogates)",
                name,
                changed,
            )
        )
    longest = longest_text(safe)
    if longest > MAX_TEXT[rules]:
        what = tell(
            "a text of {} has {:,} bytes; {} allows {:,}", name, longest, rules.program, MAX_TEXT[rules]
        )
        raise write_error(path, what, tell("write .csv or .parquet"))
    if rules is SPSS and (padded := sum(t.endswith(" ") for t in safe)):
        notes.append(tell("{}: {} texts end in blanks, which SPSS does not preserve", name, padded))
    return safe


def _is_empty(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell))


def longest_text(texts: pd.Series) -> int:
    """Return the length in bytes of the longest text in a column."""
    return max((len(t.encode("utf-8")) for t in texts), default=0)


def is_number(column: pd.Series) -> bool:
    """Return whether a column was converted to numbers (not datetimes)."""
    return column.dtype == np.float64


def is_whole(column: pd.Series) -> bool:
    """Return whether all numbers in a column are integral and below 1e10, so that no decimals need be displayed."""
    values = column.to_numpy(dtype=np.float64)
    values = values[~np.isnan(values)]
    return bool((np.abs(values) < 1e10).all() and (values == np.round(values)).all())
