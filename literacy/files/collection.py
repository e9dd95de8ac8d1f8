"""Several files as one table: those in a folder, or those that match a pattern such as ``data/*.csv``."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from literacy.errors import LiteracyError
from literacy.files.table import Reader, Table, join_tables
from literacy.messages import tell

if TYPE_CHECKING:
    from collections.abc import Collection as Names

SHOWN = 5


class Part(Reader, Protocol):
    """One of the files, as read by the reader of its format."""

    def looks(self, columns: Sequence[str]) -> Mapping[str, Any]:
        """Return the type of each given column; ``|`` combines two types, ``differs`` describes a conflict."""

    def settle(self, looks: Mapping[str, Any]) -> None:
        """Set the column types to use, which are those common to all files."""


def find_parts(path: str | Path) -> list[Path] | None:
    """Return the files in a folder or matching a pattern, sorted by name; None if the path is a single file.

    Hidden files and files whose names begin with ``_`` (markers written by other programs) are ignored.

    Raises
    ------
    LiteracyError
        ``io.missing`` if there is no such file, ``io.format`` if the folder contains folders.
    """
    place = Path(path)
    try:
        folder = place.is_dir()
    except (OSError, ValueError):  # for example a name that is too long: opening the file reports the error
        return None
    if folder:
        found = sorted(place.iterdir())
        below = [p.name for p in found if p.is_dir() and not p.name.startswith((".", "_"))]
        if below:
            raise LiteracyError(
                "io.format", where=str(path), what=tell("it contains folders: {}", ", ".join(below[:5])),
                fix=tell("name all files by a pattern, such as {}/*/*.parquet", place.name),
            )  # fmt: skip
    elif not place.exists() and glob.has_magic(str(path)):
        found = [Path(name) for name in sorted(glob.glob(str(path)))]  # noqa: PTH207 - of a whole path, absolute or not
    else:
        return None
    files = [p for p in found if p.is_file() and not p.name.startswith((".", "_"))]
    if not files:
        raise LiteracyError(
            "io.missing", where=str(path), what=tell("there is no data file"),
            fix=tell("give a file, or a folder or pattern of Parquet or CSV files"),
        )  # fmt: skip
    return files


class Collection:
    """Files with the same columns, concatenated row-wise.

    Parameters
    ----------
    parts : sequence of (Path, Part)
    where : str
        The folder or pattern, for messages.

    Raises
    ------
    LiteracyError
        ``io.columns`` if the columns of a file differ from those of the first; names that file.
    """

    def __init__(self, parts: Sequence[tuple[Path, Part]], where: str) -> None:
        self.parts: Sequence[tuple[Path, Part]] = parts
        self.where: str = where
        self.fill: float = sum(part.fill for _, part in parts)
        self.large: bool = self.fill > 1
        first, names = parts[0][0], _names(parts[0][1])
        for path, part in parts[1:]:
            if set(own := _names(part)) != set(names):
                raise _other_columns(path, own, first, names)
        self._agreed: set[str] = set()
        self._joint: dict[str, Any] = {}

    @property
    def schema(self) -> Table:
        """Schema of the first file, with the notes of all files; notes common to all files appear once."""
        remarks: dict[str, list[str]] = {}
        for path, part in self.parts:
            for note in part.schema.notes:
                remarks.setdefault(note, []).append(path.name)
        notes = [tell("{} files read as one table", len(self.parts))]
        for note, files in remarks.items():
            shown = ", ".join(files[:SHOWN]) + (f" (+{len(files) - SHOWN})" if len(files) > SHOWN else "")
            notes.append(note if len(files) == len(self.parts) else f"{shown}: {note}")
        return self.parts[0][1].schema.evolve(notes=tuple(notes))

    def blocks(self, columns: Sequence[str], rows: int, placed: Names[str] = ()) -> Iterator[Table]:
        """Yield blocks file by file, skipping files without rows; one empty block if no file has any.

        *placed* are as for a Parquet file, and empty unless all files are of this format.
        """
        self._agree(columns)
        empty: Table | None = None
        filled = False
        for _, part in self.parts:
            chosen: Any = part
            for table in chosen.blocks(columns, rows, **({"placed": placed} if placed else {})):
                if len(table.frame):
                    filled = True
                    yield table.evolve(notes=self.schema.notes)
                else:
                    empty = table
        if not filled and empty is not None:
            yield empty

    def shares(self, rows: int) -> list[tuple[int, tuple[int, ...] | None]]:
        """Return units that can be read independently: the index of a file, and row groups if the format has them."""
        out: list[tuple[int, tuple[int, ...] | None]] = []
        for k, (_, part) in enumerate(self.parts):
            groups = part.shares(rows) if hasattr(part, "shares") else []
            out += [(k, g) for g in groups] or [(k, None)]
        return out

    def share(
        self,
        columns: Sequence[str],
        rows: int,
        part: int,
        groups: Sequence[int] | None,
        placed: Names[str] = (),
    ) -> Iterator[Table]:
        """Yield blocks of one file, or of some of its row groups."""
        self._agree(columns)
        chosen: Any = self.parts[part][1]
        more = {} if groups is None else {"groups": groups, "placed": placed}
        notes = None if groups is None else self.schema.notes  # those of a text file may be found late
        for table in chosen.blocks(columns, rows, **more):
            made = table.evolve(notes=self.schema.notes if notes is None else notes)
            del table
            yield made
            del made  # before the next rows are read

    def looks(self, columns: Sequence[str]) -> dict[str, Any]:
        """Return the types of the given columns, common to all files."""
        self._agree(columns)
        return {name: self._joint[name] for name in columns}

    def settle(self, looks: Mapping[str, Any]) -> None:
        """Set the types of columns in all files."""
        for _, part in self.parts:
            part.settle(looks)
        self._joint |= looks
        self._agreed |= set(looks)

    def whole(self, columns: Sequence[str]) -> Table:
        """Return all rows of the given columns."""
        self._agree(columns)
        tables = [part.whole(columns) for _, part in self.parts]
        filled = [t for t in tables if len(t.frame)] or tables[:1]
        return join_tables(filled).evolve(notes=self.schema.notes)

    def _agree(self, columns: Sequence[str]) -> None:
        """Determine the type of each column common to all files; raise an error if the types conflict."""
        asked = [c for c in columns if c not in self._agreed]
        if not asked:
            return
        joint = dict(self.parts[0][1].looks(asked))
        for path, part in self.parts[1:]:
            for name, look in part.looks(asked).items():
                if how := joint[name].differs(look):
                    raise LiteracyError(
                        "io.columns", where=tell("{}, column {}", path, name), what=how,
                        fix=tell("give the column the same type in all files, or read the files separately"),
                    )  # fmt: skip
                joint[name] |= look
        self.settle(joint)


def _names(part: Part) -> list[str]:
    return [str(c) for c in part.schema.frame.columns]


def _other_columns(path: Path, own: Sequence[str], first: Path, names: Sequence[str]) -> LiteracyError:
    lacking = [n for n in names if n not in set(own)]
    more = [n for n in own if n not in set(names)]
    remarks = [tell("it lacks {}", _listed(lacking))] if lacking else []
    remarks += [tell("it alone has {}", _listed(more))] if more else []
    return LiteracyError(
        "io.columns", where=str(path),
        what=tell("its columns differ from those of {}: {}", first.name, "; ".join(remarks)),
        fix=tell("give all files the same columns, or read them separately"),
    )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" (+{len(names) - SHOWN})" if len(names) > SHOWN else "")
