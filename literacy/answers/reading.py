"""The one door in: any data file, with an instrument or without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy.answers.coding.assembly import assemble, personal_columns
from literacy.answers.matching.matching import (
    choose_wave,
    find_survey,
    match_columns,
    rank_surveys,
    require_match,
)
from literacy.answers.paradata import interview_year, names_interviewers
from literacy.errors import LiteracyError
from literacy.files.loading import find_source, load_table, plain_frame
from literacy.files.stdin import spool_input
from literacy.files.table import Table
from literacy.instrument import load_instrument, load_wave
from literacy.privacy.privacy import clean_column, find_personal, name_personal, told_cleaned

if TYPE_CHECKING:
    from literacy.answers.matching.matching import Match
    from literacy.answers.responses import Responses
    from literacy.instrument import Instrument, Wave


FITS = 0.5
"""Share of a survey's items a file must have to be matched with it unasked."""


def read(
    path: str | Path,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    encoding: str | None = None,
    keep_personal: bool = False,
) -> Responses:
    """Read a questionnaire file as answers of an instrument.

    Parameters
    ----------
    path : str or Path
        The file; its format is recognised by its content. ``-`` is standard input.
    instrument : Instrument, str or None
        The survey or its name; None takes the only survey whose items all match.
    wave : str, int, path or Wave, optional
        The wave, or a wave file of one's own (``.toml``); default the one the file shows.
    encoding : str, optional
        Encoding of the texts, where the file declares none or a wrong one.
    keep_personal : bool
        Keep columns that identify people; they are left out by default.

    Returns
    -------
    Responses

    Raises
    ------
    LiteracyError
        ``io.*`` for a file that cannot be read or does not fit, ``responses.code`` for codes nobody knows.

    Examples
    --------
    >>> import literacy as lit
    >>> resp = lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot")  # doctest: +SKIP
    """
    if str(path) == "-":
        with spool_input() as kept:
            return read(kept, instrument, wave, encoding=encoding, keep_personal=keep_personal)
    table = load_table(path, encoding=encoding)
    where = str(path)
    if not len(table.frame):
        raise LiteracyError("io.empty", where=where, what="the file has no rows", fix="check the export")
    instrument, wave = own_wave(instrument, wave)
    chosen, found = pick_instrument(table, instrument, where)
    match, notes = meet(table, chosen, wave, where)
    source = find_source(path, len(table.frame))
    head = (*found, *table.notes, *notes)
    return assemble(table, match, where=where, source=source, notes=head, keep_personal=keep_personal)


def own_wave(
    instrument: Instrument | str | None, wave: str | int | Path | Wave | None
) -> tuple[Instrument | str | None, str | int | Wave | None]:
    """Survey and wave as they are, or as a wave file of one's own says."""
    if isinstance(wave, Path) or (isinstance(wave, str) and wave.lower().endswith(".toml")):
        return load_wave(wave, instrument)
    return instrument, wave


def pick_instrument(
    table: Table, instrument: Instrument | str | None, where: str
) -> tuple[Instrument, tuple[str, ...]]:
    """The instrument named, or the only one whose items all match; and the sentence that says so."""
    if isinstance(instrument, str):
        return load_instrument(instrument), ()
    if instrument is not None:
        return instrument, ()
    name = find_survey(table)
    if not name:
        ranked = rank_surveys(table)
        best = f"; the nearest is {ranked[0][0]} ({ranked[0][1]:.0%} of its items)" if ranked else ""
        raise LiteracyError(
            "io.match",
            where=where,
            what=f"no survey has all its items in this file{best}",
            fix="name the survey with -i SURVEY (literacy survey list shows them)",
        )
    return load_instrument(name), (f"survey {name}: all its items are in the file",)


def meet(
    table: Table, instrument: Instrument, wave: str | int | Wave | None, where: str
) -> tuple[Match, tuple[str, ...]]:
    """The match of columns with the items of the wave, refused where items are missing; and how the wave was found."""
    chosen, notes = choose_wave(table, instrument, wave, where)
    match = match_columns(table, instrument, chosen)
    require_match(match, table, where)
    year = interview_year(table, match)
    if year is None or chosen.year is None or _holds_year(chosen, year):
        return match, notes
    if wave not in (None, "") or any("the file says so" in n for n in notes):
        told = f"most interviews are dated {year}, the wave {chosen.name} is of {chosen.year}"
        return match, (*notes, told)
    other = next((w for w in instrument.waves if _holds_year(w, year)), None)
    if other is None:
        raise LiteracyError(
            "io.match",
            where=where,
            what=f"most interviews are dated {year}; the survey has no wave of that year (latest: {chosen.name})",
            fix=f"add a wave of {year} to the survey, or name the wave they belong to with wave= (--wave NAME)",
        )
    match = match_columns(table, instrument, other)
    require_match(match, table, where)
    return match, (f"wave {other.name} (most interviews are dated {year})",)


def _holds_year(wave: Wave, year: int) -> bool:
    """Whether a wave was in the field in that year."""
    first = wave.start.year if wave.start else wave.year
    last = wave.end.year if wave.end else wave.year
    return wave.year == year or (first is not None and last is not None and first <= year <= last)


def match_file(
    path: str | Path,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    encoding: str | None = None,
) -> Match:
    """Show how the columns of a file meet the items of an instrument (nothing is refused for a missing item)."""
    if str(path) == "-":
        with spool_input() as kept:
            return match_file(kept, instrument, wave, encoding=encoding)
    table = load_table(path, encoding=encoding)
    instrument, wave = own_wave(instrument, wave)
    if instrument is None:
        ranked = rank_surveys(table)
        if not ranked:
            raise LiteracyError(
                "survey.unknown",
                where=str(path),
                what="there is no survey to match",
                fix="add one under surveys/",
            )
        instrument, share = ranked[0]
        if share < FITS:
            raise _fits_none(table, str(path), instrument)
    chosen = load_instrument(instrument) if isinstance(instrument, str) else instrument
    picked, notes = choose_wave(table, chosen, wave, str(path))
    match = match_columns(table, chosen, picked)
    return replace(match, personal=personal_columns(table, match), notes=(*table.notes, *notes, *match.notes))


def _fits_none(table: Table, where: str, nearest: str) -> LiteracyError:
    """The error for a file that has hardly an item of any survey."""
    if not len(table.frame):
        return LiteracyError("io.empty", where=where, what="the file has no rows", fix="check the export")
    instrument = load_instrument(nearest)
    met = max(
        len(match_columns(table, instrument, w).places) for w in instrument.waves or (instrument.wave(),)
    )
    return LiteracyError(
        "io.match",
        where=where,
        what=f"no survey fits: of the nearest, {nearest}, {met} of {len(instrument.items)} items are in the file",
        fix=f"name the survey with -i (-i {nearest} shows how its items meet; literacy survey list shows all)",
    )


def read_table(path: str | Path, *, encoding: str | None = None, keep_personal: bool = True) -> pd.DataFrame:
    """Any data file as a data frame, without an instrument.

    Declared missing codes become NaN, value labels stay codes, numbers are float64 (int64 where all are whole and
    present), texts ``str``.

    Parameters
    ----------
    path : str or Path
        ``-`` is standard input.
    encoding : str, optional
        Encoding of the texts, where the file declares none or a wrong one.
    keep_personal : bool
        Keep columns that identify people. They are kept by default here, where the table goes no further than the
        analyst's session; every command leaves them out by default.
    """
    return read_plain(path, encoding=encoding, keep_personal=keep_personal)[0]


def read_plain(
    path: str | Path, *, encoding: str | None = None, keep_personal: bool = False
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A table as :func:`read_table` gives it, personal columns left out, and what was assumed or left out."""
    table = load_table(path, encoding=encoding)
    if keep_personal:
        return plain_frame(table), table.notes
    personal = plain_personal(table)
    frame, said = clean_frame(plain_frame(table, personal))
    return frame, (*table.notes, *name_personal(personal), *said)


def clean_frame(frame: pd.DataFrame, skip: Iterable[str] = ()) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A table without the telephones, cards and the like inside the texts of its columns, and the line that says so."""
    known = set(skip)
    cleaned = {c: (frame[c], 0) if c in known else clean_column(frame[c]) for c in frame.columns}
    whole = pd.DataFrame({c: cells for c, (cells, _) in cleaned.items()}, index=frame.index)
    return whole, told_cleaned(sum(count for _, count in cleaned.values()))


def plain_personal(table: Table, skip: Iterable[str] = ()) -> dict[str, str]:
    """Columns of a table of no survey that identify people, and what each holds."""
    known = set(skip)
    found = find_personal(table.frame, dict(table.labels), skip=known)
    for column in table.frame.columns:
        label = table.labels.get(column, "")
        if column not in known and names_interviewers(str(column), label, table.frame[column]):
            found.setdefault(column, "interviewers' names")
    return found
