"""The one door in: any data file, with an instrument or without."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.instrument import load_instrument, load_wave
from literacy.io.assembly import assemble, personal_columns
from literacy.io.delimited import infer_numbers, load_delimited
from literacy.io.formats import check_path, recognise
from literacy.io.matching import choose_wave, find_survey, match_columns, rank_surveys, require_match
from literacy.io.table import Table
from literacy.provenance import trace

if TYPE_CHECKING:
    from literacy.instrument import Instrument, Wave
    from literacy.io.matching import Match
    from literacy.io.responses import Responses


def load_table(path: str | Path, *, encoding: str | None = None) -> Table:
    """A data file as it stands: cells, labels and declared missing codes.

    Parameters
    ----------
    path : str or Path
        ``-`` reads a text table from standard input.
    encoding : str, optional
        For files that declare a wrong encoding or none.

    Raises
    ------
    LiteracyError
        ``io.*``: the file is missing, empty, damaged, too large, or of no known format.
    """
    if str(path) == "-":
        data = sys.stdin.buffer.read()
        if not data:
            raise LiteracyError(
                "io.empty", where="standard input", what="nothing came in", mend="pipe a CSV into it"
            )
        return load_delimited(data, "standard input", encoding)
    place = check_path(path)
    kind = recognise(place)
    if kind == "sav":
        from literacy.io.spss import load_spss

        return load_spss(place, encoding)
    if kind == "dta":
        from literacy.io.stata import load_stata

        return load_stata(place, encoding)
    if kind == "por":
        from literacy.io.portable import load_portable

        return load_portable(place, encoding)
    if kind in ("xlsx", "xls"):
        from literacy.io.workbook import load_workbook

        return load_workbook(place)
    if kind == "parquet":
        from literacy.io.parquet import load_parquet

        return load_parquet(place)
    from literacy.io.delimited import load_text_file

    return load_text_file(place, encoding)


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
        The file; its format is recognised by its content.
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
    table = load_table(path, encoding=encoding)
    where = str(path)
    if not len(table.frame):
        raise LiteracyError("io.empty", where=where, what="the file has no rows", mend="check the export")
    instrument, wave = own_wave(instrument, wave)
    chosen, found = _instrument(table, instrument, where)
    match, notes = _match(table, chosen, wave, where)
    source = None if where == "-" else trace(path, len(table.frame))
    head = (*found, *table.notes, *notes)
    return assemble(table, match, where=where, source=source, notes=head, keep_personal=keep_personal)


def own_wave(
    instrument: Instrument | str | None, wave: str | int | Path | Wave | None
) -> tuple[Instrument | str | None, str | int | Wave | None]:
    """Survey and wave as they are, or as a wave file of one's own says."""
    if isinstance(wave, Path) or (isinstance(wave, str) and wave.lower().endswith(".toml")):
        return load_wave(wave, instrument)
    return instrument, wave


def _instrument(
    table: Table, instrument: Instrument | str | None, where: str
) -> tuple[Instrument, tuple[str, ...]]:
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
            mend="name the survey with -i SURVEY (literacy survey list shows them)",
        )
    return load_instrument(name), (f"survey {name}: all its items are in the file",)


def _match(
    table: Table, instrument: Instrument, wave: str | int | Wave | None, where: str
) -> tuple[Match, tuple[str, ...]]:
    chosen, notes = choose_wave(table, instrument, wave)
    match = match_columns(table, instrument, chosen)
    require_match(match, table, where)
    return match, notes


def match_file(
    path: str | Path,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    encoding: str | None = None,
) -> Match:
    """Show how the columns of a file meet the items of an instrument (nothing is refused for a missing item)."""
    table = load_table(path, encoding=encoding)
    instrument, wave = own_wave(instrument, wave)
    if instrument is None:
        ranked = rank_surveys(table)
        if not ranked:
            raise LiteracyError(
                "survey.unknown",
                where=str(path),
                what="there is no survey to match",
                mend="add one under surveys/",
            )
        instrument = ranked[0][0]
    chosen = load_instrument(instrument) if isinstance(instrument, str) else instrument
    picked, notes = choose_wave(table, chosen, wave)
    match = match_columns(table, chosen, picked)
    return replace(match, personal=personal_columns(table, match), notes=(*table.notes, *notes, *match.notes))


def read_table(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Any data file as a data frame, without an instrument.

    Declared missing codes become NaN, value labels stay codes, numbers are float64 (int64 where all are whole and
    present), texts ``str``.
    """
    table = load_table(path, encoding=encoding)
    columns = {}
    for name in table.frame.columns:
        columns[name] = whole_numbers(table.frame[name].mask(table.declared_missing(name)))
    return pd.DataFrame(columns, index=table.frame.index)


def read_columns(path: str | Path, *, encoding: str | None = None) -> list[str]:
    """Names of a file's columns; of an SPSS file only the top is read."""
    if str(path) != "-" and recognise(check_path(path)) == "sav":
        from literacy.io.spss import iterate_spss

        with closing(iterate_spss(Path(path), encoding, rows=1000)) as parts:
            return [str(c) for c in next(parts).frame.columns]
    return [str(c) for c in load_table(path, encoding=encoding).frame.columns]


def whole_numbers(column: pd.Series) -> pd.Series:
    """A float column whose cells are all present and whole as int64; any other column unchanged."""
    if column.dtype != np.float64 or not len(column):
        return column
    array = column.to_numpy()
    if np.isfinite(array).all() and (np.abs(array) < 2**53).all() and np.array_equal(array, np.floor(array)):
        return column.astype(np.int64)
    return column


def read_text(text: str, where: str = "memory") -> pd.DataFrame:
    """A CSV text as a data frame, by the rules of :func:`read_table`."""
    from literacy.io.delimited import parse_text

    frame, _ = parse_text(text, where)
    return frame.apply(infer_numbers).apply(whole_numbers)
