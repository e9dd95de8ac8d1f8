"""Conversion of the date and time values of statistical packages to datetimes of the years 1 to 9999."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_EPOCH_SPSS = 12_219_379_200.0
"""Seconds from 14 October 1582 to 1 January 1970."""
_EPOCH_STATA = 315_619_200.0
"""Seconds from 1 January 1960 to 1 January 1970."""
_FIRST, _LAST = (
    float(np.datetime64(day, "s").astype(np.int64)) for day in ("0001-01-01", "9999-12-31T23:59:59")
)
_STATA = re.compile(r"%-?(?:t([cCdwmqh])|(d))")


def _moments(seconds: NDArray[np.float64], cells: pd.Series) -> pd.Series:
    """Convert seconds since 1970 to datetimes in milliseconds; values outside the years 1 to 9999 become missing."""
    bad = ~((seconds >= _FIRST) & (seconds <= _LAST))
    stamps = np.round(np.where(bad, 0, seconds) * 1000).astype(np.int64).astype("datetime64[ms]")
    stamps[bad] = np.datetime64("NaT")
    return pd.Series(stamps, index=cells.index, name=cells.name)


def spss_dates(seconds: pd.Series, form: str = "DATE") -> pd.Series:
    """Convert seconds since 14 October 1582 to datetimes; values outside the years 1 to 9999 become missing.

    Formats of months, quarters and weeks (MOYR, QYR, WKYR) yield the first day of the period, because they display
    nothing finer. SPSS weeks are seven-day periods counted from 1 January (PSPP manual, "Date and Time Formats").
    """
    moments = _moments(seconds.to_numpy(dtype=np.float64) - _EPOCH_SPSS, seconds)
    period = form.upper().rstrip("0123456789.")
    if period not in ("MOYR", "QYR", "WKYR"):
        return moments
    stamps = moments.to_numpy()
    months = stamps.astype("datetime64[M]")
    if period == "WKYR":
        years = stamps.astype("datetime64[Y]").astype("datetime64[D]")
        first = years + (stamps.astype("datetime64[D]") - years) // np.timedelta64(7, "D") * np.timedelta64(
            7, "D"
        )
    elif period == "QYR":
        first = stamps.astype("datetime64[Y]").astype("datetime64[M]")
        first = first + (months - first) // np.timedelta64(3, "M") * np.timedelta64(3, "M")
    else:
        first = months
    return pd.Series(first.astype("datetime64[ms]"), index=seconds.index, name=seconds.name)


def is_stata_date(form: str) -> bool:
    """Return whether a Stata display format is that of a datetime, day, week, month, quarter or half-year."""
    return _STATA.match(form) is not None


def stata_dates(cells: pd.Series, form: str) -> pd.Series:
    """Convert counts since 1960, in the unit of the format, to datetimes; longer periods yield their first day.

    Stata weeks begin on 1 January and every seven days thereafter; week 52 has eight or nine days ([D] Datetime).
    """
    found = _STATA.match(form)
    unit = (found[1] or found[2]) if found else "d"
    count = cells.to_numpy(dtype=np.float64)
    if unit in ("c", "C"):
        return _moments(count / 1000 - _EPOCH_STATA, cells)
    if unit == "d":
        return _moments(count * 86_400.0 - _EPOCH_STATA, cells)
    return _moments(_PERIODS[unit](count), cells)


def _month_starts(months: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the starts, in seconds since 1970, of months counted since January 1960; NaN for implausible counts."""
    bad = ~(np.abs(months) < 200_000)
    whole = np.floor(np.where(bad, 0, months)).astype(np.int64) - 120
    starts = np.asarray(
        whole.astype("datetime64[M]").astype("datetime64[s]").astype(np.int64), dtype=np.float64
    )
    starts[bad] = np.nan
    return starts


def _week_starts(weeks: NDArray[np.float64]) -> NDArray[np.float64]:
    years = np.floor(weeks / 52)
    return np.asarray(_month_starts(12 * years) + (weeks - 52 * years) * 7 * 86_400.0)


_PERIODS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "w": _week_starts,
    "m": _month_starts,
    "q": lambda quarters: _month_starts(3 * quarters),
    "h": lambda halves: _month_starts(6 * halves),
}
