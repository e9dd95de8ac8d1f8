"""Reading of data files, with or without an instrument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from literacy.answers.coding.assembly import personal_columns
from literacy.answers.coding.coded import Declared
from literacy.answers.paradata import names_interviewers
from literacy.answers.parts import meet_file, open_responses
from literacy.files import Table, TableFile, opened, plain_frame, read_certain, tell_points
from literacy.files.text.vocabulary import missing_kind
from literacy.messages import tell
from literacy.privacy.privacy import clean_column, find_personal, name_personal, note_cleaned, redact

SHOWN = 5
"""Number of codes that a note lists."""

if TYPE_CHECKING:
    from literacy.answers.matching.matching import Match
    from literacy.answers.responses import Responses
    from literacy.instrument import Instrument, Wave


def read(
    path: str | Path | TableFile,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    keep_personal: bool = False,
    columns: Collection[str] | None = None,
) -> Responses:
    """Read a questionnaire file as answers of an instrument.

    Parameters
    ----------
    path : str, Path or TableFile
        The file; its format is recognised by its content. ``-`` is standard input. A folder or a pattern such as
        ``data/*.parquet`` is read as one table; a file that is already open is read as it is.
    instrument : Instrument, str or None
        The survey or its name; None selects the only survey whose items all match.
    wave : str, int, path or Wave, optional
        The wave, or the user's own wave file (``.toml``); default: determined from the file.
    encoding : str, optional
        Encoding of the texts, if the file declares none or a wrong one.
    sheet : str, optional
        Sheet of a workbook; default: the first visible sheet that holds a table.
    keep_personal : bool
        Whether to keep columns that identify people; they are omitted by default.
    columns : collection of str, optional
        Columns to keep, besides the design, among those that hold no item; default all.

    Returns
    -------
    Responses

    Raises
    ------
    LiteracyError
        ``io.*`` for a file that cannot be read or does not fit, ``responses.code`` for unknown codes.

    Examples
    --------
    >>> import literacy as lit
    >>> resp = lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot")  # doctest: +SKIP
    """
    with opened(path, encoding, sheet) as file:
        return open_responses(file, instrument, wave, keep_personal=keep_personal, columns=columns).whole()


def match_file(
    path: str | Path | TableFile,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Match:
    """Match the columns of a file to the items of an instrument; missing items do not raise an error.

    Parameters
    ----------
    path : str, Path or TableFile
    instrument : Instrument or str, optional
        The survey or its name; default: the survey that fits the file best.
    wave : str, int, path or Wave, optional
        The wave; default: determined from the file.
    encoding, sheet : str, optional
        As in :func:`read`.

    Returns
    -------
    Match

    Examples
    --------
    >>> found = lit.match_file(lit.sample_data("erenhot_2025.sav"), "erenhot")
    >>> found.wave.name if found.wave else ""
    '2025'
    """
    with opened(path, encoding, sheet) as file:
        match, _, notes = meet_file(file, instrument, wave, any_=True)
        personal = personal_columns(dict(file.head.frame.items()), file.head.labels, match)
        return replace(match, personal=personal, notes=(*file.head.notes, *notes, *match.notes))


def read_table(
    path: str | Path | TableFile,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    keep_personal: bool = True,
    columns: Collection[str] | None = None,
    decimal: str = ".",
) -> pd.DataFrame:
    """Read a data file into a data frame, without an instrument.

    Declared missing codes become NaN, labelled values remain codes, numbers are float64 (int64 if all are whole and
    none is missing, Int64 if only 64-bit integers can represent them exactly), and texts are ``str``. Unambiguous cells
    of text tables are converted: ``TRUE`` and ``FALSE`` become 1 and 0, ``45%`` becomes 0.45, ``1,200`` becomes 1200.

    Parameters
    ----------
    path : str, Path or TableFile
        ``-`` is standard input; a folder or a pattern such as ``data/*.csv`` is read as one table.
    encoding : str, optional
        Encoding of the texts, if the file declares none or a wrong one.
    sheet : str, optional
        Sheet of a workbook; default: the first visible sheet that holds a table.
    keep_personal : bool
        Whether to keep columns that identify people. They are kept by default here, because the table does not leave
        the analyst's session; every command omits them by default.
    columns : collection of str, optional
        Columns to read; default all.
    decimal : str
        Decimal mark of numbers in texts: ``.`` or ``,``.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> import literacy as lit
    >>> lit.read_table(lit.sample_data("erenhot_2025.sav"), columns=["age"]).shape
    (1380, 1)
    """
    return read_plain(path, encoding=encoding, keep_personal=keep_personal, columns=columns, decimal=decimal)[
        0
    ]


def read_plain(
    path: str | Path | TableFile,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    keep_personal: bool = False,
    columns: Collection[str] | None = None,
    decimal: str = ".",
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a table as :func:`read_table` does, without personal columns, and return it with notes.

    Parameters
    ----------
    path, encoding, sheet, keep_personal, columns, decimal
        As in :func:`read_table`, but personal columns are omitted by default.

    Returns
    -------
    table : DataFrame
    notes : tuple of str
        Assumptions made and columns omitted, one sentence each.

    Examples
    --------
    >>> pd.DataFrame({"age": [20, 31], "score": [70, 55]}).to_csv("t.csv", index=False)
    >>> table, notes = read_plain("t.csv")
    >>> table["score"].tolist()
    [70, 55]
    """
    with opened(path, encoding, sheet) as file:
        names = file.columns
        table = file.table() if columns is None else file.table([c for c in names if c in set(columns)])
        line = file.first_line
    personal = {} if keep_personal else plain_personal(table)
    frame, certain = read_certain(plain_frame(table, personal), table, decimal, line)
    certain += (*tell_points(table, frame.columns, decimal), *tell_undeclared(table, frame.columns))
    if keep_personal:
        return frame, (*table.notes, *certain)
    frame, cleaning = clean_frame(frame)
    return frame, (*table.notes, *certain, *name_personal(personal), *cleaning)


def tell_undeclared(table: Table, columns: Iterable[str]) -> tuple[str, ...]:
    """Return a note on codes with the value label of a missing value that the file does not declare missing."""
    found = []
    for column in columns:
        for code, label in table.value_labels.get(column, {}).items():
            if isinstance(code, str) or not missing_kind(label):
                continue
            if not Declared(user_missing=tuple(table.user_missing.get(column, ()))).is_missing(code):
                found.append(f"{column} {code:g} ({redact(label)[:20]})")
    if not found:
        return ()
    more = tell(" and {:,} more", len(found) - SHOWN) if len(found) > SHOWN else ""
    return (
        tell(
            "codes labelled as missing, but not declared missing in the file, count as values: {}{}",
            ", ".join(found[:SHOWN]),
            more,
        ),
    )


def clean_frame(frame: pd.DataFrame, skip: Iterable[str] = ()) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Remove telephone numbers, card numbers and the like from the columns of a table; return it with a note."""
    known = set(skip)
    cleaned = {c: (frame[c], 0) if c in known else clean_column(frame[c]) for c in frame.columns}
    whole = pd.DataFrame({c: cells for c, (cells, _) in cleaned.items()}, index=frame.index, copy=False)
    return whole, note_cleaned(sum(count for _, count in cleaned.values()))


def plain_personal(table: Table, skip: Iterable[str] = ()) -> dict[str, str]:
    """Return the columns that identify people in a table without an instrument, and the kind of data in each."""
    return judge_columns(dict(table.frame.items()), table.labels, skip)


def judge_columns(
    cells: Mapping[Any, pd.Series], labels: Mapping[str, str], skip: Iterable[str] = ()
) -> dict[str, str]:
    """Return the columns that identify people, given the cells of each that decide, and the kind of data in each."""
    known = set(skip)
    found = find_personal(cells, dict(labels), skip=known)
    for column, some in cells.items():
        if column not in known and names_interviewers(str(column), labels.get(column, ""), some):
            found.setdefault(column, "interviewers' names")
    return {column: found[column] for column in cells if column in found}
