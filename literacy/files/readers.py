"""Readers of the file formats: each provides a table without rows, and blocks of rows of the requested columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from literacy.errors import LiteracyError
from literacy.files.collection import Collection, Part
from literacy.files.platforms.platforms import describe_platform, needs_cells, understand_platform
from literacy.files.recognition import NAMES, OpenFile, check_path, recognise, watch_file
from literacy.files.table import Reader, Table, empty_frame
from literacy.messages import tell

if TYPE_CHECKING:
    from collections.abc import Collection as Names

    from literacy.files.sheets.parquet import Extent, ParquetFile
    from literacy.files.statistics.spss import Opened
    from literacy.files.text.numbers import Kind
    from literacy.files.text.textfile import TextFile

ROWS = 25_000
"""Default maximum number of rows in a block."""
SMALL = 8 << 20
"""Largest size of a file that is kept in memory once read: bytes, or cells for Parquet, which is compressed."""


class Held:
    """A table in memory, for formats that are read as a whole."""

    large: bool = False
    fill: float = 0.0

    def __init__(self, table: Table, first_line: int = 0) -> None:
        self.table = table
        self.first_line = first_line
        self.schema: Table = table.evolve(frame=table.frame.iloc[:0])

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Yield slices of the table with the given columns."""
        whole = self.whole(columns)
        for first in range(0, max(1, len(whole.frame)), rows):
            yield whole.evolve(frame=whole.frame.iloc[first : first + rows].reset_index(drop=True))

    def whole(self, columns: Sequence[str]) -> Table:
        """Return the table, restricted to the given columns."""
        if list(columns) == list(self.table.frame.columns):
            return self.table
        return self.table.evolve(frame=self.table.frame[list(columns)])


class TextReader:
    """Reader of text tables; columns that hold only numbers become numeric."""

    def __init__(self, file: BinaryIO, where: str, closing: ExitStack, encoding: str | None) -> None:
        from literacy.files.text.textfile import TextFile

        self.file: TextFile = TextFile(file, where, closing, encoding)
        self.fill: float = self.file.size / max(SMALL, 1)
        self.large: bool = self.fill > 1
        self._described = describe_platform(empty_frame(self.file.names), "csv")

    @property
    def schema(self) -> Table:
        """Table without rows: names, labels and notes."""
        return self._described.evolve(
            notes=(*self.file.notes, *self._described.notes), pointed=self.file.pointed
        )

    @property
    def first_line(self) -> int:
        """Line number of the first row; 0 if unknown."""
        return self.file.first_line

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Yield tables of at most *rows* rows of the given columns."""
        empty = True
        self.file.kinds(columns)
        schema = self.schema
        for frame in self.file.blocks(columns, rows):
            empty = False
            yield schema.evolve(frame=frame)
        if empty:
            yield self.whole(columns)  # no rows, but with the types common to the files of a folder

    def whole(self, columns: Sequence[str]) -> Table:
        """Return all rows of the given columns."""
        frame = self.file.whole(columns)
        return self.schema.evolve(frame=frame)

    def looks(self, columns: Sequence[str]) -> Mapping[str, Kind]:
        """Return the types of the given columns over all rows."""
        return self.file.kinds(columns)

    def settle(self, looks: Mapping[str, Kind]) -> None:
        """Set the types of columns."""
        self.file.set_kinds(dict(looks))


class ParquetReader:
    """Reader of Parquet files."""

    def __init__(self, file: BinaryIO, where: str, size: int) -> None:
        from literacy.files.sheets.parquet import ParquetFile

        self.file: ParquetFile = ParquetFile(file, where)
        self.fill: float = max(size, self.file.rows * len(self.file.names)) / max(SMALL, 1)
        self.large: bool = self.fill > 1
        self._described = Table(empty_frame(self.file.names), "parquet")

    @property
    def schema(self) -> Table:
        """Table without rows: names, labels and notes."""
        return self._described.evolve(notes=self.file.notes)

    def blocks(
        self, columns: Sequence[str], rows: int, groups: Sequence[int] | None = None, placed: Names[str] = ()
    ) -> Iterator[Table]:
        """Yield tables of at most *rows* rows of the given columns, small integers among *placed* as positions."""
        if not self.file.rows:
            yield self.whole(columns)
        # the packed columns of a row group are held in memory in addition to the rows
        most = rows if rows > ROWS else min(rows, ROWS * 3 // 5)
        self.file.forms(columns)
        schema = self.schema
        for frame, places in self.file.blocks(columns, most, groups, placed):
            table = schema.evolve(frame=frame, places=places)
            del frame, places
            yield table
            del table  # before the next rows are read

    def shares(self, rows: int) -> list[tuple[int, ...]]:
        """Return bundles of row groups that can be read independently."""
        return self.file.bundles(rows)

    def whole(self, columns: Sequence[str]) -> Table:
        """Return all rows of the given columns."""
        frame = self.file.whole(columns)
        return self.schema.evolve(frame=frame)

    def looks(self, columns: Sequence[str]) -> Mapping[str, Extent]:
        """Return the types of the given columns over all rows."""
        return self.file.extents(columns)

    def settle(self, looks: Mapping[str, Extent]) -> None:
        """Set the types of columns."""
        self.file.settle(looks)


class SpssReader:
    """Reader of SPSS system files."""

    def __init__(self, file: BinaryIO, path: Path, encoding: str | None) -> None:
        from literacy.files.statistics.spss import open_spss

        self.opened: Opened = open_spss(path, encoding, file)
        rows = self.opened.layout.rows
        self.fill: float = rows / ROWS if rows >= 0 else math.inf
        self.large: bool = self.fill > 1
        self.schema: Table = self.opened.dictionary.table(empty_frame(self.opened.dictionary.names), "sav")

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Yield tables of at most *rows* rows of the given columns."""
        from literacy.files.statistics.spss import iterate_opened

        yield from iterate_opened(self.opened, rows, columns)

    def whole(self, columns: Sequence[str]) -> Table:
        """Return all rows of the given columns."""
        from literacy.files.statistics.spss import load_opened

        return load_opened(self.opened, columns)


def read_parts(
    parts: Sequence[Path], where: str, closing: ExitStack, encoding: str | None, sheet: str | None
) -> tuple[Reader, list[OpenFile]]:
    """Open the files of a folder or pattern as one table; return its reader and the open files."""
    read: list[tuple[Path, Part]] = []
    files = []
    for path in parts:
        file = closing.enter_context(check_path(path))
        files.append(watch_file(file, path))
        kind = recognise(file, path)
        if kind not in ("csv", "parquet"):
            raise LiteracyError(
                "io.format", where=str(path),
                what=tell("is {}; only Parquet or CSV files are read as one table", tell(NAMES[kind])),
                fix=tell("give that file alone, or take it out of the folder or pattern {}", where),
            )  # fmt: skip
        reader = read_file(file, path, closing, encoding, sheet)
        if not isinstance(reader, (TextReader, ParquetReader)) or (
            read and type(reader) is not type(read[0][1])
        ):
            raise LiteracyError(
                "io.format", where=str(path), what=tell("cannot be read as one table with the other files"),
                fix=tell("give that file alone, or take it out of the folder or pattern {}", where),
            )  # fmt: skip
        read.append((path, reader))
    return Collection(read, where), files


def read_file(
    file: BinaryIO, path: Path, closing: ExitStack, encoding: str | None, sheet: str | None
) -> Reader:
    """Return the reader for an open file, whose format is recognised by its content.

    Raises
    ------
    LiteracyError
        ``io.*``: the file is empty, damaged, too large, or of unknown format.
    """
    kind = recognise(file, path)
    if sheet is not None and kind not in ("xlsx", "xls", "ods"):
        raise LiteracyError(
            "io.format", where=tell("{}: sheet {}", path, sheet), what=tell("{} has no sheets", tell(NAMES[kind])),
            fix="omit the sheet, or give the workbook",
        )  # fmt: skip
    if kind == "csv":
        return _read_text(file, str(path), closing, encoding)
    if kind == "sav":
        return SpssReader(file, path, encoding)
    if kind == "parquet":
        reader: Reader = ParquetReader(file, str(path), file.seek(0, 2))
    elif kind == "dta":
        from literacy.files.statistics.stata import load_stata

        return Held(load_stata(file, path, encoding))
    elif kind == "por":
        from literacy.files.statistics.portable import load_portable

        return Held(load_portable(file, path, encoding))
    else:
        from literacy.files.sheets.workbook import load_workbook

        reader = Held(*load_workbook(file, path, sheet))
    if encoding:
        unused = tell(
            "encoding {} was not used: {} files state the encoding of their texts",
            encoding,
            tell(NAMES[kind]),
        )
        return NotedReader(reader, (unused,))
    return reader


class NotedReader:
    """A reader with additional notes on its table."""

    def __init__(self, reader: Reader, notes: tuple[str, ...]) -> None:
        self.reader = reader
        self.notes = notes
        self.fill: float = reader.fill
        self.large: bool = reader.large

    @property
    def schema(self) -> Table:
        """Table without rows: names, labels and notes."""
        return self._with(self.reader.schema)

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Yield tables of at most *rows* rows of the given columns."""
        return map(self._with, self.reader.blocks(columns, rows))

    def whole(self, columns: Sequence[str]) -> Table:
        """Return all rows of the given columns."""
        return self._with(self.reader.whole(columns))

    def _with(self, table: Table) -> Table:
        return replace(table, notes=(*table.notes, *self.notes))


def _read_text(file: BinaryIO, where: str, closing: ExitStack, encoding: str | None) -> Reader:
    """Return the reader for a text table; read it as a whole if its platform can be identified only by the cells."""
    reader = TextReader(file, where, closing, encoding)
    if not needs_cells(list(reader.file.names)):
        return reader
    strings = reader.file.strings()
    return Held(understand_platform(strings, "csv", where, reader.file.notes))
