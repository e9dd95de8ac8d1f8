"""Large delimited files (.csv, .tsv) in blocks of rows: types are settled in a first pass over the whole file."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from literacy.files.limits import MAX_COLUMNS
from literacy.files.platforms.platforms import understand_platform
from literacy.files.table import Table
from literacy.files.text import delimited
from literacy.files.text.decoding import guess_text
from literacy.files.text.numbers import is_gap, read_numbers

HEAD = 1 << 23
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class TextFile:
    """A delimited file whose header is known.

    ``template`` is a table of its first rows, which says what the columns mean; ``numeric`` the columns that hold only
    numbers; ``skip`` the lines before the first row.
    """

    path: Path
    codec: str
    separator: str
    skip: int
    names: tuple[str, ...]
    template: Table
    numeric: frozenset[str]

    def tables(self, rows: int) -> Iterator[Table]:
        """Tables of at most *rows* rows."""
        for chunk in _chunks(self.path, self.codec, self.separator, self.skip, list(self.names), rows):
            frame = chunk.fillna("")
            columns = {n: _cast(frame[n], n in self.numeric) for n in self.names}
            yield self.template.evolve(frame=pd.DataFrame(columns, index=frame.index))


def open_text(path: Path, encoding: str | None, rows: int) -> TextFile | None:
    """Look through a delimited file; None where it has to be read whole.

    So are UTF-16, old line ends, 问卷星, and texts that are not of one encoding throughout: what is wrong with them is
    found, and said, where the whole is read.

    Raises
    ------
    LiteracyError
        As :func:`literacy.files.text.delimited.parse_text`.
    """
    codec, notes = _find_codec(path, encoding)
    if not codec:
        return None
    try:
        return _open_decoded(path, codec, notes, rows)
    except UnicodeDecodeError:
        return None


def _open_decoded(path: Path, codec: str, notes: tuple[str, ...], rows: int) -> TextFile | None:
    where = str(path)
    with path.open(encoding=codec, newline="") as file:
        head = file.read(HEAD)
    if "\n" not in head or "\0" in head[:100_000]:
        return None
    first, separator, skip = delimited.first_line(head)
    header = delimited.split_line(first, separator, where)
    if len(header) > MAX_COLUMNS or not first.strip():
        return None  # refused where it is read whole
    names, doubled = delimited.name_columns(header)
    skip += 1  # a heading of several lines is one line to the parser
    start = next(_chunks(path, codec, separator, skip, names, rows), None)
    if start is None:
        return None
    template = understand_platform(start.fillna(""), "csv", where, (*notes, *doubled))
    if template.platform == "wjx":
        return None
    numeric, short = _settle(path, codec, separator, skip, names, rows)
    said = (*template.notes, *((delimited.short_lines(short),) if short else ()))
    return TextFile(path, codec, separator, skip, tuple(names), template.evolve(notes=said), numeric)


def _find_codec(path: Path, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    """Codec of the whole file as :func:`literacy.files.text.delimited.decode_text` finds it; "" for UTF-16."""
    if encoding:
        return encoding, (f"text decoded as {encoding} (as told)",)
    with path.open("rb") as file:
        mark = file.read(4)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", ()
    if mark.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", ()
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        with path.open("rb") as file:
            codec, said = guess_text(_high_lines(file))
        return codec, (said,)
    return "utf-8", ()


def _high_lines(file: BinaryIO) -> bytes:
    """Lines that are not plain ASCII, up to 4 MiB."""
    lines: list[bytes] = []
    size = 0
    for line in file:
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > 1 << 22:
                break
    return b"".join(lines)


def _chunks(
    path: Path, codec: str, separator: str, skip: int, names: list[str], rows: int
) -> Iterator[pd.DataFrame]:
    try:
        with (
            path.open(encoding=codec, newline="") as file,
            pd.read_csv(file, chunksize=rows, **delimited.csv_options(separator, skip, names)) as reader,
        ):
            while (chunk := _next_chunk(reader)) is not None:
                yield chunk.reset_index(drop=True)
    except pd.errors.EmptyDataError:
        return
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise delimited.long_line(str(path), error) from None


def _next_chunk(reader: Iterator[pd.DataFrame]) -> pd.DataFrame | None:
    """The next rows, a line that is too long an error; None at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return next(reader, None)


def _settle(
    path: Path, codec: str, separator: str, skip: int, names: list[str], rows: int
) -> tuple[frozenset[str], int]:
    """Columns that hold only numbers, and how many lines end before the last column."""
    plain, some = set(names), set()
    short = 0
    cut = False
    for chunk in _chunks(path, codec, separator, skip, names, rows):
        last = chunk.iloc[:, -1].isna() if len(names) > 1 else pd.Series(False, index=chunk.index)
        short += int(last.sum())
        cut = bool(last.iloc[-1])
        frame = chunk.fillna("")
        for name in sorted(plain):
            values = read_numbers(frame[name].unique())
            if values is None:
                plain.discard(name)
            elif np.isfinite(values).any():
                some.add(name)
    if short == 1 and cut and not _ends_line(path):
        raise delimited.cut_line(str(path))
    return frozenset(plain & some), short


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def _cast(column: pd.Series, numeric: bool) -> pd.Series:
    positions, uniques = column.factorize()
    if numeric:
        values = read_numbers(uniques)
        assert values is not None  # every cell was looked at before
        return pd.Series(np.append(values, np.nan)[positions], index=column.index, name=column.name)
    return column.mask(np.array([*(is_gap(u) for u in uniques), True])[positions])
