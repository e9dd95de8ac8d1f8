"""Writing of tables, in the format given by the file name, and of answers with the codes of their instrument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy.files.writing.csv import encode_csv
from literacy.files.writing.json_writer import encode_json
from literacy.files.writing.output_formats import DATA, choose_form
from literacy.files.writing.parquet_writer import write_parquet
from literacy.files.writing.whole import is_stream, replace_file, write_atomic

if TYPE_CHECKING:
    from literacy.answers.responses import Responses
    from literacy.instrument import Instrument


def write_table(
    frame: pd.DataFrame,
    path: str | Path,
    instrument: Instrument | None = None,
    *,
    lang: str = "zh",
    form: str | None = None,
    notes: Sequence[str] = (),
    shown: pd.DataFrame | None = None,
) -> tuple[str, ...]:
    """Write a table in the format given by its file name, completely or not at all.

    Parameters
    ----------
    frame : DataFrame
    path : str or Path
        ``.csv`` and ``.tsv`` (UTF-8 with a byte order mark, so that Excel shows Chinese), ``.json``, ``.xlsx``,
        ``.parquet``, ``.sav``, ``.zsav``, ``.dta``; ``-`` is standard output, plain UTF-8 CSV. Symbolic links are
        followed; pipes and devices are written to directly.
    instrument : Instrument, optional
        Source of labels, value labels and missing codes, in formats that can store them.
    lang : str
        Language of the labels.
    form : str, optional
        Format of standard output and of file names without a known extension, such as ``"json"``.
    notes : sequence of str
        Written to a separate sheet in .xlsx.
    shown : DataFrame, optional
        The table formatted for readers, for .xlsx: a second sheet, the one that Excel opens.

    Returns
    -------
    tuple of str
        Contents that the format could not store unchanged, one sentence each.

    Raises
    ------
    LiteracyError
        ``io.write`` if the table cannot be written; nothing is written in that case, and an existing file is left
        unchanged.

    Examples
    --------
    >>> lit.write_table(pd.DataFrame({"a": [1, 2]}), "a.xlsx")
    ()
    """
    from literacy.answers.description import describe_columns
    from literacy.files.writing.format_labels import Description

    place = Path(path)
    chosen = choose_form(path, form, DATA, "csv")
    described = describe_columns(frame, instrument) if instrument is not None else Description()
    if chosen in ("csv", "tsv"):
        write_atomic(place, encode_csv(frame, excel=_marked(path), separator=_separator(chosen)))
        return ()
    if chosen == "json":
        write_atomic(place, encode_json(frame))
        return ()
    if chosen == "xlsx":
        from literacy.files.writing.excel_writer import write_workbook

        return write_workbook(frame, place, described, notes, shown)
    if chosen in ("sav", "zsav"):
        from literacy.files.writing.statfiles import write_spss

        return write_spss(frame, place, described, lang, packed=chosen == "zsav")
    if chosen == "dta":
        from literacy.files.writing.statfiles import write_stata

        return write_stata(frame, place, described, lang)
    write_parquet([frame], place)
    return ()


def _separator(form: str) -> str:
    return "\t" if form == "tsv" else ","


def _marked(path: str | Path) -> bool:
    """Return whether a byte order mark is written, so that Excel shows Chinese: in files, not in streams."""
    return str(path) != "-" and not is_stream(path)


def write_parts(
    parts: Iterable[pd.DataFrame],
    path: str | Path,
    instrument: Instrument | None = None,
    *,
    clocks: Collection[str] = (),
    lang: str = "zh",
    form: str | None = None,
) -> tuple[str, ...]:
    """Write a table given in parts with the same columns, completely or not at all.

    Text formats and Parquet are written part by part in constant memory; for the other formats the parts are first
    concatenated in memory.

    Parameters
    ----------
    parts : iterable of DataFrame
        At least one.
    path, instrument, lang, form
        As in :func:`write_table`. Nothing is written to standard output before the last part is available.
    clocks : collection of str
        Date columns that are written with their time of day.

    Returns
    -------
    tuple of str
        Contents that the format could not store unchanged, one sentence each.
    """
    chosen = choose_form(path, form, DATA, "csv")
    if chosen == "parquet":
        write_parquet(parts, Path(path))
        return ()
    if chosen not in ("csv", "tsv"):
        frame = pd.concat(list(parts), ignore_index=True)
        return write_table(frame, path, instrument, lang=lang, form=form)
    marked, separator = _marked(path), _separator(chosen)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            for number, part in enumerate(parts):
                file.write(
                    encode_csv(part, excel=marked, separator=separator, clocks=clocks, head=number == 0)
                )

    replace_file(path, write)
    return ()


def write_responses(responses: Responses, path: str | Path, *, lang: str = "zh") -> tuple[str, ...]:
    """Write answers with the instrument's codes, including missing codes, in the format given by the file name.

    Parameters
    ----------
    responses : Responses
    path : str or Path
        As in :func:`write_table`.
    lang : str
        Language of the labels.

    Returns
    -------
    tuple of str
        Contents that the format could not store unchanged, one sentence each.

    Examples
    --------
    >>> lit.write_responses(responses, "answers.csv")
    ()
    """
    from literacy.answers.description import restore_codes

    return write_table(restore_codes(responses), path, responses.instrument, lang=lang)
