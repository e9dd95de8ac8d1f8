"""Access to an open data file: its schema, and its rows in blocks of the requested columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError
from literacy.files.collection import Collection, find_parts
from literacy.files.readers import ROWS, Held, ParquetReader, TextReader, read_file, read_parts
from literacy.files.recognition import OpenFile, changed_error, check_path, watch_file
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Reader, Table, join_tables
from literacy.files.text.encodings import check_encoding
from literacy.provenance import Source

if TYPE_CHECKING:
    from collections.abc import Collection as Names

SHARE = 1 << 20
"""Minimum number of rows in a share when a file is divided."""


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the data read independently: index of the file and, for Parquet, its row groups (None for all)."""

    part: int = 0
    groups: tuple[int, ...] | None = None


class TableFile:
    """An open data file.

    Attributes
    ----------
    where : str
        Name of the file in messages.
    schema : Table
        Table without rows: column names, labels and declared missing codes.
    asked : dict
        Arguments of :func:`open_table` with which another process can open the same file.

    Notes
    -----
    The file is opened once, on construction, and closed with :meth:`close`; its rows can be iterated over repeatedly.
    The whole table equals the concatenated blocks.
    """

    def __init__(
        self, reader: Reader, where: str, files: Sequence[OpenFile] = (), rows: int | None = None,
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
        changed = [one.name for one in self._files if one.changed]
        ended = self._closing.__exit__(kind, error, trace)
        if changed and (kind is None or issubclass(kind, LiteracyError)):
            raise changed_error(changed[0])
        return ended

    def close(self) -> None:
        """Close the file."""
        self._closing.close()

    def require_unchanged(self) -> None:
        """Raise an error if a file was modified since it was opened; leaving the context checks this as well.

        Raises
        ------
        LiteracyError
            ``io.changed`` if a file was modified.
        """
        for one in self._files:
            if one.changed:
                raise changed_error(one.name)

    @property
    def schema(self) -> Table:
        """Table without rows: column names, labels and declared missing codes."""
        return self.reader.schema

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(str(c) for c in self.schema.frame.columns)

    @property
    def first_line(self) -> int:
        """Line number of the first row in a text file or sheet; 0 if rows do not correspond to lines."""
        return self.reader.first_line if isinstance(self.reader, (TextReader, Held)) else 0

    @property
    def head(self) -> Table:
        """First rows with all columns, about :data:`ROWS`; the whole table if the file is not read in blocks."""
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
        """Read the whole table, keep it in memory from now on, and return it."""
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
        """Return parts that can be read independently, by several processes or machines, in row order.

        The division is by the files of a folder and the row groups of Parquet files; otherwise there is a single share.
        """
        rows = SHARE if self.rows == ROWS else self.rows
        if isinstance(self.reader, Collection):
            return [Share(k, groups) for k, groups in self.reader.shares(rows)]
        if isinstance(self.reader, ParquetReader):
            return [Share(0, groups) for groups in self.reader.shares(rows)] or [Share()]
        return [Share()]

    def looks(self, columns: Sequence[str]) -> dict[str, Any]:
        """Return the types of the given columns over all rows, for other processes that read shares of them."""
        if isinstance(self.reader, Collection):
            return self.reader.looks(columns)
        if isinstance(self.reader, (TextReader, ParquetReader)):
            return dict(self.reader.looks(columns))
        return {}

    def list_wide(self, columns: Sequence[str]) -> list[str]:
        """Return the columns that may hold numbers of eight digits or more; all, where the format does not tell."""
        looks = self.looks(columns)
        return [c for c in columns if c not in looks or looks[c].wide]

    def settle(self, looks: Mapping[str, Any]) -> None:
        """Set column types that another process determined over all rows."""
        if looks and isinstance(self.reader, (TextReader, ParquetReader, Collection)):
            self.reader.settle(looks)

    @property
    def gives_places(self) -> bool:
        """Whether small integers can be read as positions, which is so for Parquet read in blocks."""
        reader = self.reader
        parts = [p for _, p in reader.parts] if isinstance(reader, Collection) else [reader]
        return self.in_blocks and all(isinstance(part, ParquetReader) for part in parts)

    def blocks(
        self, columns: Sequence[str] | None = None, cells: int = 0, share: Share | None = None,
        placed: Names[str] = (),
    ) -> Iterator[Table]:  # fmt: skip
        """Yield tables of at most the number of rows set on opening; a single table if the file is not read in blocks.

        *cells* raises the default number of rows so that a block of few columns holds about that many cells; *share*
        is one of :meth:`shares`, by default the whole table. Columns among *placed* that hold small integers are in
        ``Table.places``, if the file :attr:`gives_places`.
        """
        if not self.in_blocks:
            yield self.table(columns)
            return
        names = self.columns if columns is None else columns
        rows = self.rows
        if cells and rows == ROWS:
            rows = max(rows, cells // max(len(names), 1))
        reader = self.reader
        if not self.gives_places:
            placed = ()
        if share is not None and isinstance(reader, Collection):
            yield from reader.share(names, rows, share.part, share.groups, placed)
        elif isinstance(reader, ParquetReader):
            yield from reader.blocks(names, rows, None if share is None else share.groups, placed)
        elif isinstance(reader, Collection):
            yield from reader.blocks(names, rows, placed)
        else:
            yield from reader.blocks(names, rows)

    def table(self, columns: Sequence[str] | None = None) -> Table:
        """Return the whole table, or only the given columns."""
        if self.in_blocks and self.rows < ROWS:
            return join_tables(list(self.blocks(columns)))
        if columns is None:
            if self.in_blocks:
                return self.reader.whole(self.columns)
            return self.head
        return self.reader.whole(columns)

    def count_cells(self) -> int:
        """Return the number of cells: that of the table for Parquet, else about half the number of bytes."""
        reader = self.reader
        parts = [p for _, p in reader.parts] if isinstance(reader, Collection) else [reader]
        packed = [p for p in parts if isinstance(p, ParquetReader)]
        if len(packed) == len(parts):
            return sum(p.file.rows for p in packed) * len(self.columns)
        return sum(one.file.seek(0, 2) for one in self._files) // 2

    def find_source(self, rows: int) -> Source:
        """Return the source of results: the file name, the SHA-256 digest of the bytes and the number of rows."""
        if not self._print:
            digest = hashlib.sha256()
            for file in (one.file for one in self._files):
                file.seek(0)
                while block := file.read(1 << 20):
                    digest.update(block)
            self._print = digest.hexdigest()
        return Source(STDIN if Path(self.where).name == STDIN else self.where, self._print, rows)


@contextmanager
def opened(
    path: str | Path | TableFile, encoding: str | None = None, sheet: str | None = None
) -> Iterator[TableFile]:
    """Open a data file and close it on exit; a file that is already open is passed through and left open."""
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
        ``-`` stands for standard input, which may be a file of any supported format. A folder of Parquet or CSV files,
        or a pattern such as ``data/*.parquet`` that matches them, is read as one table.
    encoding : str, optional
        Encoding of the texts, for files that declare none or a wrong one.
    rows : int, optional
        Maximum number of rows in a block; by default, files that are not large form a single block.
    sheet : str, optional
        Sheet of a workbook; by default the first visible one that holds a table.

    Raises
    ------
    LiteracyError
        ``io.*``: the file is missing, empty, damaged, too large, or of unknown format.

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
            reader, files = read_parts(parts, str(path), stack, encoding, sheet)
        else:
            file = stack.enter_context(check_path(path))
            files = [watch_file(file, path)]
            reader = read_file(file, Path(path), stack, encoding, sheet)
        opened = TableFile(reader, str(path), files, rows, stack.pop_all())
        opened.asked = {"encoding": encoding, "rows": rows, "sheet": sheet}
    return opened
