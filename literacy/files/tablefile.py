"""A data file, opened once: its schema, and its rows in blocks of the columns that are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from literacy.errors import LiteracyError
from literacy.files.collection import Collection, find_parts
from literacy.files.readers import ROWS, Held, ParquetReader, Reader, TextReader, read_file, read_parts
from literacy.files.recognition import OpenFile, changed_error, check_path, watch_file
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Table, join_tables
from literacy.files.text.encodings import check_encoding
from literacy.provenance import Source

SHARE = 1 << 20
"""Least rows of a share, where a file is divided."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a file that is read apart: which of its files, and of Parquet which groups of rows (None: all)."""

    part: int = 0
    groups: tuple[int, ...] | None = None


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
        """Refuse a file that was written to since it was opened; so does leaving it.

        Raises
        ------
        LiteracyError
            ``io.changed``.
        """
        for one in self._files:
            if one.changed:
                raise changed_error(one.name)

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
        return self.reader.first_line if isinstance(self.reader, (TextReader, Held)) else 0

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
        if isinstance(self.reader, ParquetReader):
            return [Share(0, groups) for groups in self.reader.shares(rows)] or [Share()]
        return [Share()]

    def looks(self, columns: Sequence[str]) -> dict[str, Any]:
        """What columns are in all rows, for other processes that read a share of them."""
        if isinstance(self.reader, Collection):
            return self.reader.looks(columns)
        if isinstance(self.reader, (TextReader, ParquetReader)):
            return dict(self.reader.looks(columns))
        return {}

    def settle(self, looks: Mapping[str, Any]) -> None:
        """Read columns as another process found them to be in all rows."""
        if looks and isinstance(self.reader, (TextReader, ParquetReader, Collection)):
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
        elif share is not None and isinstance(self.reader, ParquetReader) and share.groups is not None:
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
            reader, files = read_parts(parts, str(path), stack, encoding, sheet)
        else:
            file = stack.enter_context(check_path(path))
            files = [watch_file(file, path)]
            reader = read_file(file, Path(path), stack, encoding, sheet)
        opened = TableFile(reader, str(path), files, rows, stack.pop_all())
        opened.asked = {"encoding": encoding, "rows": rows, "sheet": sheet}
    return opened
