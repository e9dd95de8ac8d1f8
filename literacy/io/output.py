"""Tables out: whole or not at all, readable where they are opened, and harmless there."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy.errors import LiteracyError
from literacy.io.csvrows import encode_rows

if TYPE_CHECKING:
    from literacy.instrument import Instrument
    from literacy.io.responses import Responses

ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet", ".sav", ".zsav", ".dta")
TEXTS = ("", ".csv", ".tsv", ".txt")
_FORMULA = re.compile(r"^[\t\r\n]|^[\s\ufeff\u200b]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"^[ ]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?[ ]*$")


def write_error(path: str | Path, what: str, fix: str) -> LiteracyError:
    """The error for a result that cannot be written."""
    return LiteracyError("io.write", where=str(path), what=what, fix=fix)


def replace_file(
    path: str | Path, write: Callable[[Path], None], refused: tuple[type[Exception], ...] = ()
) -> None:
    """Let *write* make a file beside *path*, then put it in its place; an older file stays whole until then.

    Parameters
    ----------
    path : str or Path
    write : callable
        Takes the temporary path and writes the file.
    refused : tuple of exception types
        What the writer raises when it will not write.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    place = Path(path)
    caught: tuple[type[Exception], ...] = (OSError, *refused)
    temporary: Path | None = None
    try:
        if place.is_dir():
            raise IsADirectoryError(21, "is a folder")
        if place.exists() and not place.is_file():
            write(place)  # a pipe or device is written to, never replaced
            return
        handle, name = tempfile.mkstemp(prefix=f".{place.stem}.", suffix=place.suffix, dir=place.parent)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        temporary.chmod(_usual_mode(place))
        temporary.replace(place)
        temporary = None
    except caught as error:
        reason = getattr(error, "strerror", None) or str(error)
        fix = "check the folder, its permissions and free space"
        raise write_error(path, f"cannot be written ({reason})", fix) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def write_atomic(path: str | Path, data: bytes) -> None:
    """Bytes to a file, whole or not at all: written beside it first, then put in its place.

    Raises
    ------
    LiteracyError
        ``io.write`` where the folder is missing or cannot be written; an older file of that name is left as it was.
    """
    replace_file(path, lambda temporary: _dump(temporary, data))


def _dump(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _usual_mode(place: Path) -> int:
    """Permissions of the file it replaces, or those a new file gets."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def disarm(text: str) -> str:
    """A text a spreadsheet will not run as a formula: an apostrophe before ``=``, ``+``, ``-``, ``@``; numbers stay.

    Blanks before the sign, and signs of full width, which Chinese input gives, do not help it.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def encode_csv(
    frame: pd.DataFrame,
    *,
    excel: bool = False,
    separator: str = ",",
    clocks: Collection[str] | None = None,
    head: bool = True,
) -> bytes:
    """A frame as CSV bytes: all digits, Unix line ends, no formulas.

    Parameters
    ----------
    frame : DataFrame
    excel : bool
        Begin with the mark by which Excel shows Chinese.
    separator : str
    clocks : collection of str, optional
        As in :func:`literacy.io.csvrows.encode_rows`.
    head : bool
        Write the header line; without it only rows, to go after others.
    """
    rows = encode_rows(frame, separator, disarm, clocks)
    if not head:
        return rows
    names = pd.DataFrame([[str(c) for c in frame.columns]], columns=range(len(frame.columns)), dtype="str")
    return (codecs.BOM_UTF8 if excel else b"") + encode_rows(names, separator, disarm) + rows


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
    from literacy.io.description import Description, describe_columns

    place = Path(path)
    ending = place.suffix.lower()
    described = describe_columns(frame, instrument) if instrument is not None else Description()
    if ending in TEXTS:
        write_atomic(place, _encode(frame, ending, None))
        return ()
    if ending == ".xlsx":
        from literacy.io.sheets import write_workbook

        return write_workbook(frame, place, described)
    if ending in (".sav", ".zsav"):
        from literacy.io.statfiles import write_spss

        return write_spss(frame, place, described, lang)
    if ending == ".dta":
        from literacy.io.statfiles import write_stata

        return write_stata(frame, place, described, lang)
    if ending == ".parquet":
        _parquet_parts([frame], place)
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
        _parquet_parts(parts, Path(path))
        return ()
    if ending not in TEXTS:
        return write_table(pd.concat(list(parts), ignore_index=True), path, instrument, lang=lang)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            for number, part in enumerate(parts):
                file.write(_encode(part, ending, clocks, head=number == 0))

    if str(path) != "-":
        replace_file(path, write)
        return ()
    with tempfile.TemporaryDirectory(prefix="literacy-") as folder:
        write(Path(folder) / "rows")
        with (Path(folder) / "rows").open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
        sys.stdout.buffer.flush()
    return ()


def _encode(frame: pd.DataFrame, ending: str, clocks: Collection[str] | None, *, head: bool = True) -> bytes:
    separator = "\t" if ending == ".tsv" else ","
    return encode_csv(frame, excel=ending in (".csv", ".tsv"), separator=separator, clocks=clocks, head=head)


def _parquet_parts(parts: Iterable[pd.DataFrame], path: Path) -> None:
    from literacy.io.extras import require

    require("pyarrow", "writing Parquet files")
    import pyarrow
    import pyarrow.parquet

    def write(temporary: Path) -> None:
        writer = None
        try:
            for part in parts:
                named = part.set_axis([str(c) for c in part.columns], axis=1)
                table = pyarrow.Table.from_pandas(
                    named, schema=writer.schema if writer else None, preserve_index=False
                )
                writer = writer or pyarrow.parquet.ParquetWriter(temporary, table.schema)
                writer.write_table(table)
        finally:
            if writer is not None:
                writer.close()

    replace_file(path, write, (pyarrow.ArrowException, ValueError))


def write_responses(responses: Responses, path: str | Path, *, lang: str = "zh") -> tuple[str, ...]:
    """Write answers with the instrument's codes, missing ones included, in the format the name asks for."""
    from literacy.io.description import restore_codes

    return write_table(restore_codes(responses), path, responses.instrument, lang=lang)
