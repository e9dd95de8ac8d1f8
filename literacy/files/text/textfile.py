"""Delimited files (.csv, .tsv) as a schema and blocks; the type of a column is determined from all of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import BinaryIO

import numpy as np
import pandas as pd

from literacy.files.text.header import read_header
from literacy.files.text.inspection import inspect_text
from literacy.files.text.keptcells import CellStore
from literacy.files.text.losses import Losses
from literacy.files.text.numbers import NOTHING, Cells, Kind, classify, convert
from literacy.files.text.rows import Rows


class TextFile:
    """An open delimited file whose header has been read.

    Attributes
    ----------
    names : tuple of str
    notes : tuple of str
        Assumptions made and, after the first pass over the rows, irregularities found.
    """

    def __init__(self, file: BinaryIO, where: str, closing: ExitStack, encoding: str | None = None) -> None:
        text = inspect_text(file, where, closing, encoding)
        header = read_header(text, where)
        self.names: tuple[str, ...] = header.names
        self.size: int = text.end - text.start
        self._rows = Rows(text, header, where, CellStore(closing))
        self._head = (*text.notes, *header.notes)
        self._losses: Losses | None = None
        self._kinds: dict[str, Kind] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """Assumptions made and irregularities found so far."""
        lost = self._losses
        loss_notes = () if lost is None else lost.notes(len(self.names), ended=self._rows.text.ended)
        kinds_noted = (n.replace("{name}", c) for c, kind in self._kinds.items() for n in kind.notes)
        return (*self._head, *loss_notes, *kinds_noted)

    @property
    def pointed(self) -> frozenset[str]:
        """Columns of numbers in which a number has a decimal point, among those whose kind is known."""
        return frozenset(c for c, kind in self._kinds.items() if kind.form == "number" and kind.fraction)

    @property
    def first_line(self) -> int:
        """Line number of the first row; 0 if skipped lines or multi-line rows make line numbers unreliable."""
        lost, first = self._losses, self._rows.header.line
        if lost is None or lost.skipped:
            return 0
        return first if lost.last_line - first in (lost.rows, lost.rows - 1) else 0

    def kinds(self, columns: Sequence[str]) -> dict[str, Kind]:
        """Return the kinds of the given columns over the whole file."""
        asked = [c for c in columns if c not in self._kinds]
        if asked or self._losses is None:
            found = dict.fromkeys(asked, NOTHING)
            losses = Losses()
            for _, cells in self._rows.read(asked, losses, keep=True):
                for name, kind in zip(asked, classify(cells), strict=True):
                    found[name] |= kind
            self._kinds |= found
            self._losses = losses
        return {c: self._kinds[c] for c in columns}

    def set_kinds(self, kinds: dict[str, Kind]) -> None:
        """Set the kinds of columns to those common to all files of a folder."""
        self._kinds |= kinds

    def whole(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return all rows of the given columns, in one pass."""
        losses = Losses()
        parts: list[list[Cells]] = []
        for _, cells in self._rows.read(columns, losses):
            parts.append(cells)
            for name, kind in zip(columns, classify(cells), strict=True):
                self._kinds[name] = self._kinds.get(name, NOTHING) | kind
        self._losses = losses
        made: dict[int, object] = {}
        for j, name in enumerate(columns):
            made[j] = convert(_join([part[j] for part in parts]), self._kinds.get(name, NOTHING))
            for part in parts:
                part[j] = None  # type: ignore[call-overload]  # its memory is wanted for the next column
        return _frame(made, columns, losses.rows)

    def blocks(self, columns: Sequence[str], rows: int) -> Iterator[pd.DataFrame]:
        """Yield frames of at most *rows* rows of the given columns."""
        kinds = self.kinds(columns)
        for count, cells in self._rows.read(columns, Losses(), keep=True):
            step = -(-count // max(1, -(-count // rows)))  # blocks of about equal size
            for first in range(0, count, max(1, step)):
                last = min(count, first + step)
                made = {
                    j: convert(Cells(one.positions[first:last], one.texts), kinds[name])
                    for j, (name, one) in enumerate(zip(columns, cells, strict=True))
                }
                yield _frame(made, columns, last - first)

    def strings(self) -> pd.DataFrame:
        """Return all cells as unconverted texts."""
        losses = Losses()
        parts = [cells for _, cells in self._rows.read(self.names, losses)]
        self._losses = losses
        made: dict[int, object] = {}
        for j in range(len(self.names)):
            cells = _join([part[j] for part in parts])
            texts = np.array([*cells.texts.to_pylist(), ""], dtype=object)
            made[j] = pd.Series(texts[cells.positions], dtype="str")
        return _frame(made, self.names, losses.rows)


def _join(parts: Sequence[Cells]) -> Cells:
    import pyarrow as pa

    if not parts:
        return Cells(np.zeros(0, dtype=np.int32), pa.array([], pa.string()))
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(len(p.texts) for p in parts[:-1])])
    positions = np.concatenate([p.positions + np.int32(b) for p, b in zip(parts, before, strict=True)])
    return Cells(positions, pa.concat_arrays([p.texts for p in parts]))


def _frame(made: dict[int, object], names: Sequence[str], rows: int) -> pd.DataFrame:
    return pd.DataFrame(made, index=pd.RangeIndex(rows), copy=False).set_axis(list(names), axis=1)
