"""Tables out in the format a name asks for; answers with the codes of their instrument."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy.files.writing.csv import TEXTS, encode_csv, encode_text
from literacy.files.writing.parquet import write_parquet
from literacy.files.writing.whole import replace_file, write_atomic, write_error

if TYPE_CHECKING:
    from literacy.answers.responses import Responses
    from literacy.instrument import Instrument


ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet", ".sav", ".zsav", ".dta")


def write_table(
    frame: pd.DataFrame, path: str | Path, instrument: Instrument | None = None, *, lang: str = "zh"
) -> tuple[str, ...]:
    """Write a table in the format its name asks for.

    Parameters
    ----------
    frame : DataFrame
    path : str or Path
        ``.csv`` and ``.tsv`` (UTF-8 with the mark by which Excel shows Chinese), ``.xlsx``, ``.parquet``, ``.sav``,
        ``.zsav``, ``.dta``; ``-`` is standard output, plain UTF-8 CSV.
    instrument : Instrument, optional
        Gives labels, value labels and missing codes where the format holds them.
    lang : str
        Language of the labels.

    Returns
    -------
    tuple of str
        What the format could not hold as it was, a sentence each.

    Raises
    ------
    LiteracyError
        ``io.write``; nothing is written then, and an older file is left as it was.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(encode_csv(frame))
        sys.stdout.buffer.flush()
        return ()
    from literacy.answers.description import describe_columns
    from literacy.files.writing.labels import Description

    place = Path(path)
    ending = place.suffix.lower()
    described = describe_columns(frame, instrument) if instrument is not None else Description()
    if ending in TEXTS:
        write_atomic(place, encode_text(frame, ending, None))
        return ()
    if ending == ".xlsx":
        from literacy.files.writing.workbooks import write_workbook

        return write_workbook(frame, place, described)
    if ending in (".sav", ".zsav"):
        from literacy.files.writing.statfiles import write_spss

        return write_spss(frame, place, described, lang)
    if ending == ".dta":
        from literacy.files.writing.statfiles import write_stata

        return write_stata(frame, place, described, lang)
    if ending == ".parquet":
        write_parquet([frame], place)
        return ()
    raise write_error(
        path, f"no format is known for the ending '{ending}'", f"use one of: {', '.join(ENDINGS)}"
    )


def write_parts(
    parts: Iterable[pd.DataFrame],
    path: str | Path,
    instrument: Instrument | None = None,
    *,
    clocks: Collection[str] = (),
    lang: str = "zh",
) -> tuple[str, ...]:
    """Write a table that comes in parts of equal columns, whole or not at all.

    Text formats and Parquet are written part by part in constant memory; the other formats are gathered first.

    Parameters
    ----------
    parts : iterable of DataFrame
        At least one.
    path, instrument, lang
        As of :func:`write_table`. Standard output gets nothing until the last part is there.
    clocks : collection of str
        Columns of moments that are written with their time of day.

    Returns
    -------
    tuple of str
        What the format could not hold as it was, a sentence each.
    """
    ending = "" if str(path) == "-" else Path(path).suffix.lower()
    if ending == ".parquet":
        write_parquet(parts, Path(path))
        return ()
    if ending not in TEXTS:
        return write_table(pd.concat(list(parts), ignore_index=True), path, instrument, lang=lang)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            for number, part in enumerate(parts):
                file.write(encode_text(part, ending, clocks, head=number == 0))

    if str(path) != "-":
        replace_file(path, write)
        return ()
    with tempfile.TemporaryDirectory(prefix="literacy-") as folder:
        write(Path(folder) / "rows")
        with (Path(folder) / "rows").open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
        sys.stdout.buffer.flush()
    return ()


def write_responses(responses: Responses, path: str | Path, *, lang: str = "zh") -> tuple[str, ...]:
    """Write answers with the instrument's codes, missing ones included, in the format the name asks for."""
    from literacy.answers.description import restore_codes

    return write_table(restore_codes(responses), path, responses.instrument, lang=lang)
