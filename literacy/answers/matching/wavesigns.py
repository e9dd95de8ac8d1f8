"""Evidence of a file's wave: a marker or column in it, its dates, its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from literacy.answers.paradata import find_days, parse_moments
from literacy.instrument.definitions import Wave
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.files.table import Table
    from literacy.instrument import Instrument

MOST = 0.5
"""A file belongs to the wave that contains more than this share of its dates."""
_YEARS = 5
"""Number of years on either side of a wave that are told apart."""


class Days(NamedTuple):
    """The column of a file that holds the interview dates, and these dates."""

    column: str
    moments: pd.Series


def read_days(table: Table) -> Days | None:
    """Return the dates of interview or submission; None if the file has none."""
    return _first_days(_parsed_days(table))


def _parsed_days(table: Table) -> Iterator[Days]:
    """Yield the date columns that are not empty, with the dates in their filled cells, NaT if unreadable."""
    for column in find_days(table):
        filled = table.frame[column].dropna()
        if len(filled):
            yield Days(column, parse_moments(filled))


def _first_days(parsed: Iterable[Days]) -> Days | None:
    """Return the first column with a readable date, and its readable dates."""
    for days in parsed:
        moments = days.moments.dropna()
        if len(moments):
            return Days(days.column, moments)
    return None


def lies_in(moments: pd.Series, wave: Wave) -> np.ndarray:
    """Return which timestamps lie between a wave's start and end, inclusive, or in its year if it has neither."""
    if wave.start is None and wave.end is None:
        return np.asarray(moments.dt.year == wave.year)
    inside = np.ones(len(moments), dtype=bool)
    if wave.start is not None:
        inside &= (moments >= pd.Timestamp(wave.start)).to_numpy(dtype=bool)
    if wave.end is not None:
        inside &= (moments < pd.Timestamp(wave.end) + pd.Timedelta(days=1)).to_numpy(dtype=bool)
    return np.asarray(inside)


def wave_by_column(table: Table, instrument: Instrument) -> Wave | None:
    """Return the wave whose marker holds for all rows, or that a constant ``wave`` or ``year`` column names."""
    from literacy.instrument import holds

    frame = table.frame
    for wave in instrument.waves:
        marker = wave.marker
        if (
            marker is not None
            and marker.column in frame.columns
            and len(frame)
            and bool(holds(marker, frame).all())
        ):
            return wave
    by_name = {str(c).casefold(): c for c in frame.columns}
    for column in ("wave", "year", "年份", "年度"):
        if column not in by_name:
            continue
        values = frame[by_name[column]].dropna().unique()
        if len(values) != 1:
            continue
        text = str(values[0]).strip().removesuffix(".0")
        for wave in instrument.waves:
            if text in (wave.name, str(wave.year)):
                return wave
    return None


def wave_by_days(days: Days | None, waves: Sequence[Wave]) -> Wave | None:
    """Return the only wave that contains most of the dates, by its year if none does by start and end."""
    if days is None:
        return None
    holding = [w for w in waves if lies_in(days.moments, w).mean() > MOST]
    if not holding:
        holding = [w for w in waves if w.year and (days.moments.dt.year == w.year).mean() > MOST]
    return holding[0] if len(holding) == 1 else None


def unlisted_wave(days: Days | None, waves: Sequence[Wave]) -> tuple[Wave, Wave] | None:
    """Return a new wave for the year of most dates, with the survey's only wave, if that is of another year; else None.

    If the listed wave has both a start and an end date, any other year counts. If it states only its year, adjacent
    years do not, since fieldwork may extend into them. A survey with several waves is expected to list all of them.
    """
    if days is None or len(waves) != 1 or waves[0].year is None:
        return None
    years = days.moments.dt.year.value_counts(normalize=True)
    year = int(years.index[0])
    like = waves[0]
    near = abs(year - (like.year or 0)) <= (0 if like.start and like.end else 1)
    if years.iloc[0] <= MOST or near or lies_in(days.moments, like).any():
        return None
    made = replace(
        like, name=str(year), year=year, start=None, end=None, n=None, synthetic=False, marker=None, data="", note=None,
        file="",
    )  # fmt: skip
    return made, like


def wave_by_name(name: str, waves: Sequence[Wave]) -> Wave | None:
    """Return the only wave whose name or year appears in a file's name as a separate word."""
    stem = re.split(r"[\\/]", name)[-1]

    def stands(word: str) -> bool:
        return (
            bool(word) and re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", stem) is not None
        )

    def year(wave: Wave) -> bool:
        return wave.year is not None and re.search(rf"(?<!\d){wave.year}(?!\d)", stem) is not None

    named = [w for w in waves if stands(w.name) or year(w)]
    return named[0] if len(named) == 1 else None


class DayColumns:
    """The columns that decide on a file's dates: the first that is not empty, and the first with a readable date."""

    def __init__(self) -> None:
        self._filled: set[str] = set()
        self._readable: set[str] = set()

    def hear(self, table: Table) -> None:
        """Add a block of rows; columns after one that is known to be readable are not parsed."""
        for column in find_days(table):
            if column in self._readable:
                break
            filled = table.frame[column].dropna()
            if len(filled):
                self._filled.add(column)
                if parse_moments(filled).notna().any():
                    self._readable.add(column)

    def pick(self, table: Table) -> tuple[str, str]:
        """Return both columns, given a table with the names of all columns ("" for none)."""
        names = find_days(table)
        first, readable = ([n for n in names if n in some] for some in (self._filled, self._readable))
        return next(iter(first), ""), next(iter(readable), "")


def days_outside(table: Table, wave: Wave, columns: tuple[str, str] | None = None) -> list[tuple[str, int]]:
    """Return notes on dates that cannot be read or lie outside a wave, with their number, one sentence per year.

    *columns* are those of :meth:`DayColumns.pick` for the whole file, if the table is a block of it.
    """
    if not (wave.start or wave.end or wave.year):
        return []
    if columns is None:
        heard = DayColumns()
        heard.hear(table)
        columns = heard.pick(table)
    parsed = {c: Days(c, parse_moments(table.frame[c].dropna())) for c in dict.fromkeys(columns) if c}
    unread = [
        (tell("{{n}} cells of {} are no dates that can be read (write 2025-05-03)", column), count)
        for column, count in _count_unread(parsed[c] for c in columns[:1] if c)
    ]
    days = _first_days(parsed[c] for c in columns[1:] if c)
    if days is None:
        return unread
    years = days.moments[~lies_in(days.moments, wave)].dt.year
    near = _find_years(wave)
    named = years[years.isin(near)].value_counts()
    far = int((~years.isin(near)).sum())
    rest = tell(
        "{{n}} dates of {} in other years lie outside wave {} ({})", days.column, wave.name, _span(wave)
    )
    return (
        unread
        + [
            (
                tell(
                    "{{n}} dates of {} in {} lie outside wave {} ({})",
                    year,
                    days.column,
                    wave.name,
                    _span(wave),
                ),
                int(count),
            )
            for year, count in sorted(named.items())
        ]
        + ([(rest, far)] if far else [])
    )


def _find_years(wave: Wave) -> range:
    """Return the years of a wave and a few around it, which have a sentence each; the others have one together."""
    known = [y for y in (wave.year, wave.start and wave.start.year, wave.end and wave.end.year) if y]
    return range(min(known) - _YEARS, max(known) + _YEARS + 1)


def count_unread(table: Table) -> list[tuple[str, int]]:
    """Return the first non-empty date column with its number of unreadable dates (25/5/3 is ambiguous)."""
    return _count_unread(islice(_parsed_days(table), 1))


def _count_unread(parsed: Iterable[Days]) -> list[tuple[str, int]]:
    counts = [(days.column, int(days.moments.isna().sum())) for days in parsed]
    return [(column, count) for column, count in counts if count]


def _span(wave: Wave) -> str:
    if wave.start is None and wave.end is None:
        return str(wave.year)
    return tell("{} to {}", wave.start or "…", wave.end or "…")
