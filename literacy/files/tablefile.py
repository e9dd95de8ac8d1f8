"""A data file, opened once: its schema, and its rows in blocks of the columns that are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from literacy.errors import LiteracyError
from literacy.files.collection import Collection, Part, find_parts
from literacy.files.platforms.platforms import describe_platform, needs_cells, understand_platform
from literacy.files.recognition import NAMES, check_path, recognise
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Table, empty_frame, join_tables
from literacy.files.text.encodings import check_encoding
from literacy.messages import tell
from literacy.provenance import Source

if TYPE_CHECKING:
    from literacy.files.sheets.parquet import Extent
    from literacy.files.text.numbers import Kind

ROWS = 25_000
"""Default maximum number of rows in a block."""
SHARE = 1 << 20
"""Least rows of a share, where a file is divided."""
SMALL = 8 << 20
"""Files of up to so many bytes, or (Parquet, which packs them) cells, are held once they were read whole."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a file that is read apart: which of its files, and of Parquet which groups of rows (None: all)."""

    part: int = 0
    groups: tuple[int, ...] | None = None


class Reader(Protocol):
    """What a format gives: a table without rows, and the rows, as often as they are asked for."""

    @property
    def schema(self) -> Table:
        """Names, labels and notes; no rows."""

    @property
    def large(self) -> bool:
        """Whether its rows are many: they are read block by block, and never held."""

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Tables of at most *rows* rows of some columns; at least one, which may be empty."""

    def whole(self, columns: Sequence[str]) -> Table:
        """All rows of some columns."""


class Held:
    """A table in memory, as the formats give it that are read whole."""

    large = False

    def __init__(self, table: Table, first_line: int = 0) -> None:
        self.table, self.first_line = table, first_line
        self.schema: Table = table.evolve(frame=table.frame.iloc[:0])

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """Slices of it."""
        whole = self.whole(columns)
        for first in range(0, max(1, len(whole.frame)), rows):
            yield whole.evolve(frame=whole.frame.iloc[first : first + rows].reset_index(drop=True))

    def whole(self, columns: Sequence[str]) -> Table:
        """The table, or some columns of it."""
        if list(columns) == list(self.table.frame.columns):
            return self.table
        return self.table.evolve(frame=self.table.frame[list(columns)])


class _Text:
    """Text tables: cells become numbers where the whole column holds only numbers."""

    def __init__(self, file: BinaryIO, where: str, closing: ExitStack, encoding: str | None) -> None:
        from literacy.files.text.textfile import TextFile

        self.file = TextFile(file, where, closing, encoding)
        self.large = self.file.size > SMALL
        self._described = describe_platform(empty_frame(self.file.names), "csv")

    @property
    def schema(self) -> Table:
        return self._described.evolve(notes=(*self.file.notes, *self._described.notes))

    @property
    def first_line(self) -> int:
        return self.file.first_line

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        empty = True
        self.file.kinds(columns)
        schema = self.schema
        for frame in self.file.blocks(columns, rows):
            empty = False
            yield schema.evolve(frame=frame)
        if empty:
            yield self.whole(columns)  # without rows, but numbers where other files of a folder have numbers

    def whole(self, columns: Sequence[str]) -> Table:
        frame = self.file.whole(columns)
        return self.schema.evolve(frame=frame)

    def looks(self, columns: Sequence[str]) -> Mapping[str, Kind]:
        return self.file.kinds(columns)

    def settle(self, looks: Mapping[str, Kind]) -> None:
        self.file.set_kinds(dict(looks))


class _Parquet:
    """Parquet files."""

    def __init__(self, file: BinaryIO, where: str, size: int) -> None:
        from literacy.files.sheets.parquet import ParquetFile

        self.file = ParquetFile(file, where)
        self.large = max(size, self.file.rows * len(self.file.names)) > SMALL
        self._described = Table(empty_frame(self.file.names), "parquet")

    @property
    def schema(self) -> Table:
        return self._described.evolve(notes=self.file.notes)

    def blocks(
        self, columns: Sequence[str], rows: int, groups: Sequence[int] | None = None
    ) -> Iterator[Table]:
        if not self.file.rows:
            yield self.whole(columns)
        # beside the rows, the packed columns of a group of rows are held
        most = rows if rows > ROWS else min(rows, ROWS * 3 // 5)
        self.file.forms(columns)
        schema = self.schema
        for frame in self.file.blocks(columns, most, groups):
            yield schema.evolve(frame=frame)

    def shares(self, rows: int) -> list[tuple[int, ...]]:
        return self.file.bundles(rows)

    def whole(self, columns: Sequence[str]) -> Table:
        frame = self.file.whole(columns)
        return self.schema.evolve(frame=frame)

    def looks(self, columns: Sequence[str]) -> Mapping[str, Extent]:
        return self.file.extents(columns)

    def settle(self, looks: Mapping[str, Extent]) -> None:
        self.file.settle(looks)


class _Spss:
    """SPSS system files."""

    def __init__(self, file: BinaryIO, path: Path, encoding: str | None) -> None:
        from literacy.files.statistics.spss import open_spss

        self.opened = open_spss(path, encoding, file)
        self.large = not 0 <= self.opened.layout.rows <= ROWS
        self.schema = self.opened.dictionary.table(empty_frame(self.opened.dictionary.names), "sav")

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        from literacy.files.statistics.spss import iterate_opened

        yield from iterate_opened(self.opened, rows, columns)

    def whole(self, columns: Sequence[str]) -> Table:
        from literacy.files.statistics.spss import load_opened

        return load_opened(self.opened, columns)


class TableFile:
    """An open data file.

    Attributes
    ----------
    where : str
        Its name in messages.
    schema : Table
        Names of columns, labels, declared missing codes; no rows.
    asked : dict
        Arguments of :func:`open_table` with which another process opens the same.

    Notes
    -----
    The file is opened once, when this is made, and closed with :meth:`close`; its rows can be gone through again and
    again. The whole is the blocks joined.
    """

    def __init__(
        self, reader: Reader, where: str, files: Sequence[BinaryIO] = (), rows: int | None = None,
        closing: ExitStack | None = None,
    ) -> None:  # fmt: skip
        self.where = where
        self.reader: Reader = reader
        self.rows: int = ROWS if rows is None else rows
        self.in_blocks: bool = not isinstance(reader, Held) and (reader.large or rows is not None)
        self._files = files
        self._closing = closing or ExitStack()
        self.asked: dict[str, Any] = {}
        self._head: Table | None = None
        self._print = ""

    def __enter__(self) -> TableFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._closing.__exit__(kind, error, trace)

    def close(self) -> None:
        """Close the file."""
        self._closing.close()

    @property
    def schema(self) -> Table:
        """The table without its rows."""
        return self.reader.schema

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(str(c) for c in self.schema.frame.columns)

    @property
    def first_line(self) -> int:
        """Line of the first row in a text file or sheet; 0 where rows and lines do not go together, or are none."""
        return self.reader.first_line if isinstance(self.reader, (_Text, Held)) else 0

    @property
    def head(self) -> Table:
        """The first rows, at most :data:`ROWS`, with all columns; the whole where the file is not large."""
        if self._head is None:
            if self.in_blocks:
                parts, count = [], 0
                for table in self.reader.blocks(self.columns, min(ROWS, self.rows)):
                    parts.append(table)
                    count += len(table.frame)
                    if count >= ROWS:
                        break
                self._head = join_tables(parts)
            else:
                self._head = self.hold()
        return self._head

    def hold(self) -> Table:
        """Keep the whole in memory from now on."""
        if not isinstance(self.reader, Held):
            whole, first = (
                self.table() if self.in_blocks else self.reader.whole(self.columns),
                self.first_line,
            )
            self.reader = Held(whole, first)
            self.in_blocks = False
        self._head = self.reader.table
        return self._head

    def shares(self) -> list[Share]:
        """Parts of the file that can be read apart, by several processes or machines, in the order of the rows.

        They follow from the file alone: files of a folder, groups of rows of Parquet; one where it has neither.
        """
        rows = SHARE if self.rows == ROWS else self.rows
        if isinstance(self.reader, Collection):
            return [Share(k, groups) for k, groups in self.reader.shares(rows)]
        if isinstance(self.reader, _Parquet):
            return [Share(0, groups) for groups in self.reader.shares(rows)] or [Share()]
        return [Share()]

    def looks(self, columns: Sequence[str]) -> dict[str, Any]:
        """What columns are in all rows, for other processes that read a share of them."""
        if isinstance(self.reader, Collection):
            return self.reader.looks(columns)
        if isinstance(self.reader, (_Text, _Parquet)):
            return dict(self.reader.looks(columns))
        return {}

    def settle(self, looks: Mapping[str, Any]) -> None:
        """Read columns as another process found them to be in all rows."""
        if looks and isinstance(self.reader, (_Text, _Parquet, Collection)):
            self.reader.settle(looks)

    def blocks(
        self, columns: Sequence[str] | None = None, cells: int = 0, share: Share | None = None
    ) -> Iterator[Table]:
        """Tables of at most so many rows as the file was opened for; one, of all rows, where it is not large.

        *cells* allows so many rows more that a block of few columns holds about as many cells; *share* is one of
        :meth:`shares`, by default all of them.
        """
        if not self.in_blocks:
            yield self.table(columns)
            return
        names = self.columns if columns is None else columns
        rows = self.rows
        if cells and rows == ROWS:
            rows = max(rows, cells // max(len(names), 1))
        if share is not None and isinstance(self.reader, Collection):
            yield from self.reader.share(names, rows, share.part, share.groups)
        elif share is not None and isinstance(self.reader, _Parquet) and share.groups is not None:
            yield from self.reader.blocks(names, rows, share.groups)
        else:
            yield from self.reader.blocks(names, rows)

    def table(self, columns: Sequence[str] | None = None) -> Table:
        """The whole, or some columns of it."""
        if self.in_blocks and self.rows < ROWS:
            return join_tables(list(self.blocks(columns)))
        if columns is None:
            if self.in_blocks:
                return self.reader.whole(self.columns)
            return self.head
        return self.reader.whole(columns)

    def find_source(self, rows: int) -> Source:
        """Where results come from: the name, and the fingerprint of the bytes."""
        if not self._print:
            digest = hashlib.sha256()
            for file in self._files:
                file.seek(0)
                while block := file.read(1 << 20):
                    digest.update(block)
            self._print = digest.hexdigest()
        return Source(STDIN if Path(self.where).name == STDIN else self.where, self._print, rows)


@contextmanager
def opened(
    path: str | Path | TableFile, encoding: str | None = None, sheet: str | None = None
) -> Iterator[TableFile]:
    """A data file, open: by its path, and closed afterwards, or as somebody else opened it."""
    if isinstance(path, TableFile):
        yield path
        return
    with open_table(path, encoding=encoding, sheet=sheet) as file:
        yield file


def open_table(
    path: str | Path, *, encoding: str | None = None, rows: int | None = None, sheet: str | None = None
) -> TableFile:
    """Open a data file; its format is recognised by its content.

    Parameters
    ----------
    path : str or Path
        ``-`` is standard input, a file of any format. A folder, or a pattern such as ``data/*.parquet``, of Parquet or
        of CSV files is one table.
    encoding : str, optional
        For files that declare a wrong encoding or none.
    rows : int, optional
        Most rows of a block; by default files that are not large are one block.
    sheet : str, optional
        Of a workbook; default the first one that is shown and holds a table.

    Raises
    ------
    LiteracyError
        ``io.*``: the file is missing, empty, damaged, too large, or of no known format.

    Examples
    --------
    >>> from literacy import sample_data
    >>> with open_table(sample_data("erenhot_2025.sav")) as file:
    ...     file.columns[:2], len(file.table(["age"]).frame)
    (('id', 'wave'), 1380)
    """
    encoding = check_encoding(encoding) if encoding else None
    with ExitStack() as stack:
        if str(path) == "-":
            path = stack.enter_context(spool_input())
        parts = find_parts(path)
        if parts is not None:
            reader, files = _read_parts(parts, str(path), stack, encoding, sheet)
        else:
            file = stack.enter_context(check_path(path))
            reader, files = _read(file, Path(path), stack, encoding, sheet), [file]
        opened = TableFile(reader, str(path), files, rows, stack.pop_all())
        opened.asked = {"encoding": encoding, "rows": rows, "sheet": sheet}
    return opened


def _read_parts(
    parts: Sequence[Path], where: str, closing: ExitStack, encoding: str | None, sheet: str | None
) -> tuple[Reader, list[BinaryIO]]:
    """The files of a folder or pattern as one table."""
    read: list[tuple[Path, Part]] = []
    files = []
    for path in parts:
        file = closing.enter_context(check_path(path))
        kind = recognise(file, path)
        if kind not in ("csv", "parquet"):
            raise LiteracyError(
                "io.format", where=str(path),
                what=tell("is {}; only Parquet or CSV files are read as one table", tell(NAMES[kind])),
                fix=tell("give that file alone, or take it out of the folder or pattern {}", where),
            )  # fmt: skip
        reader = _read(file, path, closing, encoding, sheet)
        if not isinstance(reader, (_Text, _Parquet)) or (read and type(reader) is not type(read[0][1])):
            raise LiteracyError(
                "io.format", where=str(path), what=tell("cannot be read as one table with the other files"),
                fix=tell("give that file alone, or take it out of the folder or pattern {}", where),
            )  # fmt: skip
        read.append((path, reader))
        files.append(file)
    return Collection(read, where), files


def _read(file: BinaryIO, path: Path, closing: ExitStack, encoding: str | None, sheet: str | None) -> Reader:
    kind = recognise(file, path)
    if sheet is not None and kind not in ("xlsx", "xls", "ods"):
        raise LiteracyError(
            "io.format", where=tell("{}: sheet {}", path, sheet), what=tell("{} has no sheets", tell(NAMES[kind])),
            fix="omit the sheet, or give the workbook",
        )  # fmt: skip
    if kind == "csv":
        return _read_text(file, str(path), closing, encoding)
    if kind == "sav":
        return _Spss(file, path, encoding)
    if kind == "parquet":
        reader: Reader = _Parquet(file, str(path), file.seek(0, 2))
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
        return _Noted(reader, (unused,))
    return reader


class _Noted:
    """A reader, and a note on it."""

    def __init__(self, reader: Reader, notes: tuple[str, ...]) -> None:
        self.reader, self.notes = reader, notes
        self.large = reader.large

    @property
    def schema(self) -> Table:
        return self._with(self.reader.schema)

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        return map(self._with, self.reader.blocks(columns, rows))

    def whole(self, columns: Sequence[str]) -> Table:
        return self._with(self.reader.whole(columns))

    def _with(self, table: Table) -> Table:
        return replace(table, notes=(*table.notes, *self.notes))


def _read_text(file: BinaryIO, where: str, closing: ExitStack, encoding: str | None) -> Reader:
    """A text table; one of a platform whose habits show in its cells only is read whole."""
    reader = _Text(file, where, closing, encoding)
    if not needs_cells(list(reader.file.names)):
        return reader
    strings = reader.file.strings()
    return Held(understand_platform(strings, "csv", where, reader.file.notes))
