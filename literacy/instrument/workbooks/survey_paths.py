"""Paths of the files of a survey, in a folder on disk or inside a workbook."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Cells:
    """Location in a workbook of the parts of one file.

    ``sheet`` is the title of the sheet; ``rows`` maps a table of the file (``row 5``, ``groups.youth``, an item's name)
    to the row of the sheet; ``columns`` maps a key to the letters of the column.
    """

    sheet: str
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    def find(self, table: str, key: str) -> str:
        """Return the cell of a key, as ``题目!E5``; the row or the sheet if the cell is not known."""
        row = self.rows.get(table) or self.rows.get(f"{table}.{key}" if table else key)
        parts = [p for p in (table, key) if p]
        name = ".".join(parts)
        while row is None and "." in name:
            name = name.rpartition(".")[0]
            row = self.rows.get(name)
        stem = key.rpartition(".")[2]
        column = (
            self.columns.get(key) or self.columns.get(stem) or (self.columns.get("value", "") if row else "")
        )
        if row is None:
            return f"{self.sheet}!{column}1" if column and not table else self.sheet
        return f"{self.sheet}!{column}{row}" if column else f"{self.sheet}!{row}:{row}"


@dataclass(frozen=True, slots=True)
class Workbook:
    """A survey's workbook: the text of each file it contains, and where the parts of each are located."""

    path: Path
    files: dict[str, str]
    cells: dict[str, tuple[Cells, ...]]


@dataclass(frozen=True, slots=True)
class SheetPath:
    """A file or folder inside a workbook, used like a :class:`pathlib.Path`."""

    book: Workbook
    inside: PurePosixPath = field(default_factory=PurePosixPath)

    def __truediv__(self, name: str) -> SheetPath:
        return SheetPath(self.book, self.inside / name)

    def __str__(self) -> str:
        return self.as_posix()

    def __lt__(self, other: SheetPath) -> bool:
        return str(self) < str(other)

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.inside.name or self.book.path.name

    @property
    def stem(self) -> str:
        """Name without its suffix."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """Suffix of the name."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> SheetPath:
        """The containing folder."""
        return SheetPath(self.book, self.inside.parent)

    def as_posix(self) -> str:
        """Path of the workbook followed by the path inside it."""
        inside = self.inside.as_posix()
        return self.book.path.as_posix() + ("" if inside == "." else f"/{inside}")

    def is_file(self) -> bool:
        """Whether the workbook contains this file."""
        return self.inside.as_posix() in self.book.files

    def is_dir(self) -> bool:
        """Whether the workbook contains files below this path."""
        top = self.inside.as_posix()
        return top == "." or any(name.startswith(f"{top}/") for name in self.book.files)

    def iterdir(self) -> Iterator[SheetPath]:
        """Yield the files and folders directly below."""
        depth = len(self.inside.parts)
        seen = dict.fromkeys(
            PurePosixPath(*PurePosixPath(name).parts[: depth + 1])
            for name in self.book.files
            if PurePosixPath(name).parts[:depth] == self.inside.parts
            and len(PurePosixPath(name).parts) > depth
        )
        yield from (SheetPath(self.book, inside) for inside in seen)

    def glob(self, pattern: str) -> Iterator[SheetPath]:
        """Yield the files and folders directly below whose names match a pattern."""
        yield from (p for p in self.iterdir() if fnmatch.fnmatchcase(p.name, pattern))

    def read_bytes(self) -> bytes:
        """Return the file's text, encoded in UTF-8."""
        return self.book.files[self.inside.as_posix()].encode()

    def size(self) -> int:
        """Length in bytes."""
        return len(self.read_bytes())


SurveyPath = Path | SheetPath
"""A file or folder of a survey."""


def size_of(path: SurveyPath) -> int:
    """Return the size of a file in bytes."""
    return path.size() if isinstance(path, SheetPath) else path.stat().st_size


def locate(path: SurveyPath, table: str, key: str) -> tuple[str, str, str]:
    """Return the location of a finding as ``file``, ``table``, ``key``; for a workbook its path and the cell."""
    if not isinstance(path, SheetPath):
        return "", table, key
    parts = path.book.cells.get(path.inside.as_posix(), ())
    if not parts:
        return path.book.path.as_posix(), path.inside.as_posix(), key
    name = f"{table}.{key}" if table and key else table or key
    best = next((c for c in parts if _knows(c, table, name)), parts[0])
    return path.book.path.as_posix(), best.find(table, key), ""


def _knows(cells: Cells, table: str, name: str) -> bool:
    return table in cells.rows or any(name == k or name.startswith(f"{k}.") for k in cells.rows)


def children(folder: SurveyPath, pattern: str = "*") -> list[SurveyPath]:
    """Return the files and folders directly below a folder whose names match a pattern, sorted by name."""
    found: list[SurveyPath] = [*folder.glob(pattern)] if folder.is_dir() else []
    return sorted(found, key=lambda p: p.name)
