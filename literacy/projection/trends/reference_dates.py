"""Reference dates: the convention for the time to which waves, goals and published yearly figures refer.

A year without a fraction means the middle of that year. Internally, time is measured on the scale of whole years, on
which 2023 is the middle of 2023, and spring 2023, written as 2023.2, is 2022.7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def to_times(years: Floats) -> Floats:
    """Convert dates to times: a year without a fraction is its own middle, 2023.2 is 0.3 before the middle of 2023.

    Examples
    --------
    >>> to_times(np.array([2023.0, 2023.2, 2023.5])).round(3).tolist()
    [2023.0, 2022.7, 2023.0]
    """
    years = np.asarray(years, dtype=float)
    return np.where(years == np.floor(years), years, years - 0.5)


def to_years(times: Floats) -> Floats:
    """Inverse of :func:`to_times`; the middle of a year is returned as a whole number."""
    times = np.asarray(times, dtype=float)
    return np.where(times == np.floor(times), times, times + 0.5)


def whole_years(years: Floats) -> Floats | NDArray[np.int64]:
    """Convert years to integers if all of them are whole."""
    return years.astype(np.int64) if np.all(years == np.floor(years)) else years


def label_years(times: Floats) -> Floats | NDArray[np.int64]:
    """Convert times to years for display, as integers if all of them are whole."""
    return whole_years(to_years(times).round(6))
