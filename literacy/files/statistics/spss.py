"""Reading of SPSS system files (.sav, .zsav)."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.files.child.guard import damaged, describe_file, read_guarded
from literacy.files.limits import over_limit, require_cells
from literacy.files.statistics.date_formats import spss_dates
from literacy.files.statistics.savfile import (
    Layout,
    LayoutError,
    LayoutLimitError,
    iterate_cells,
    numbers,
    raw_cells,
    raw_texts,
    walk_layout,
)
from literacy.files.table import Range, Table
from literacy.files.text.decoding import CellDecoder, is_misread, not_of, western_bytes
from literacy.files.text.encodings import guess_encoding, is_single_byte, python_codec
from literacy.messages import tell

_DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "YMDHMS", "MOYR", "QYR", "WKYR")
"""Formats of dates and datetimes; TIME, DTIME and MTIME are durations, WKDAY and MONTH are small integer codes."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Names, labels and declared missing codes of an SPSS file; ``encoding`` is the encoding of its texts."""

    names: tuple[str, ...]
    labels: dict[str, str]
    values: dict[str, dict[float | str, str]]
    ranges: dict[str, tuple[Range, ...]]
    formats: dict[str, str]
    types: dict[str, str]
    encoding: str
    notes: tuple[str, ...] = ()
    weight: str = ""

    def table(self, frame: pd.DataFrame, form: str) -> Table:
        """Return a table with these labels and the given cells; date columns of *frame* are converted in place."""
        for name in frame.columns:
            shown = self.formats.get(name, "").upper()
            if shown.startswith(_DATES) and frame[name].dtype == np.float64:
                frame[name] = spss_dates(frame[name], shown)
        notes = (*self.notes, weighted_by(self.weight)) if self.weight else self.notes
        return Table(frame, form, self.labels, self.values, self.ranges, notes, weight=self.weight)


def weighted_by(name: str) -> str:
    """Return a note on a file to which SPSS applies a weight whenever it is opened."""
    return tell(
        "SPSS weights this file by {} (WEIGHT BY); here that weight is used only where "
        "requested: --weight {}",
        name,
        name,
    )


def understand(described: dict[str, Any], notes: tuple[str, ...] = (), weight: str = "") -> Dictionary:
    """Convert the description received from a child process to a :class:`Dictionary`."""
    return Dictionary(
        tuple(described["names"]),
        {n: str(t) for n, t in described["labels"].items()},
        {n: {code: str(t) for code, t in pairs} for n, pairs in described["values"].items()},
        {n: tuple((lo, hi) for lo, hi in pairs) for n, pairs in described["ranges"].items()},
        described["formats"],
        described["types"],
        described["encoding"] or "UTF-8",
        notes,
        weight,
    )


def load_opened(opened: Opened, columns: Sequence[str] | None = None) -> Table:
    """Return all rows of an opened file, with all or the given columns; user-missing codes are kept."""
    parts: list[Table] = []
    rows = 0
    for part in iterate_opened(opened, columns=columns):
        rows += len(part.frame)
        require_cells(str(opened.path), rows, len(part.frame.columns))
        parts.append(part)
    if len(parts) == 1:
        return parts[0]
    frame = pd.concat([p.frame for p in parts], ignore_index=True)
    return parts[-1].evolve(frame=frame)  # the last part has the notes accumulated over all parts


@dataclass(frozen=True, slots=True)
class Opened:
    """An SPSS file whose dictionary has been read; its rows can be read repeatedly."""

    path: Path
    layout: Layout
    dictionary: Dictionary
    encoding: str | None
    stated: bool
    file: BinaryIO

    @property
    def declared(self) -> str:
        """Encoding of the texts as declared by the file."""
        return self.layout.declared or charset_name(self.layout.charset)

    @property
    def in_blocks(self) -> bool:
        """Whether rows can be extracted in blocks; otherwise the library reads the whole file (texts > 255 bytes)."""
        return _fits(self.layout, self.dictionary)


def open_spss(path: Path, encoding: str | None, file: BinaryIO) -> Opened:
    """Open a .sav or .zsav file: parse its layout, and read its dictionary by a child process."""
    try:
        layout = walk_layout(file)
    except LayoutError as error:
        raise _unfit(path, error) from None
    described, found, notes = open_dictionary(path, file, layout, encoding)
    weight = _weight(layout, described["names"])
    return Opened(path, layout, understand(described, notes, weight), found, bool(encoding), file)


def _weight(layout: Layout, names: list[str]) -> str:
    """Return the weight variable of a file ("" for none), which the header identifies by its first segment."""
    if layout.weight - 1 not in layout.offsets or len(layout.offsets) != len(names):
        return ""  # the library joins the segments of very long texts, so that offsets and names do not correspond
    place = layout.offsets.index(layout.weight - 1)
    return str(names[place]) if layout.widths[place] == 0 else ""


def iterate_opened(
    opened: Opened, rows: int = 1 << 62, columns: Sequence[str] | None = None
) -> Generator[Table]:
    """Yield tables of at most *rows* rows, with all or the given columns; one empty table if there are no rows."""
    layout, dictionary, where = opened.layout, opened.dictionary, str(opened.path)
    if not opened.in_blocks:
        for part in _by_library(opened, rows):
            yield part if columns is None else part.evolve(frame=part.frame[list(columns)])
        return
    wanted = frozenset(dictionary.names if columns is None else columns)
    decoder = CellDecoder(
        dictionary.encoding, opened.declared, settled=opened.encoding is not None, strict=opened.stated
    )

    def table(block: NDArray[np.float64]) -> Table:
        made = dictionary.table(_cut(block, layout, dictionary, decoder, where, wanted), "sav")
        return made.evolve(notes=(*made.notes, *decoder.notes)) if decoder.notes else made

    yielded = False
    try:
        for block in iterate_cells(opened.file, layout, min(rows, max(1, (1 << 24) // layout.segments))):
            yielded = True
            yield table(block)
    except LayoutError as error:
        raise _unfit(opened.path, error) from None
    if not yielded:
        yield table(np.zeros((0, layout.segments)))


def _unfit(path: Path, error: LayoutError) -> LiteracyError:
    if isinstance(error, LayoutLimitError):
        return over_limit(str(path), str(error), "export only the columns of the questionnaire")
    return damaged(str(path), str(error))


def open_dictionary(
    path: Path, file: BinaryIO, layout: Layout, encoding: str | None
) -> tuple[dict[str, Any], str | None, tuple[str, ...]]:
    """Return the dictionary of a file, the encoding used (None if as declared), and notes on it.

    The declared encoding is used unless the bytes contradict it: old programs wrote Chinese text under a Western
    character set, or under none.
    """
    if encoding:
        try:
            return (
                describe_file(path, "sav", encoding, file),
                encoding,
                (tell("texts read as {} (as specified)", encoding),),
            )
        except LiteracyError as error:
            raise (
                not_of(str(path), tell("a text of the file"), encoding) if is_misread(error) else error
            ) from None
    declared = layout.declared or charset_name(layout.charset)
    try:
        sample = layout.sample + raw_texts(file, layout)
    except LayoutError as error:
        raise _unfit(path, error) from None
    guess, note = guess_encoding(sample, declared)
    if guess:
        return describe_file(path, "sav", guess, file), guess, (note,)
    return describe_file(path, "sav", None, file), None, ()


def charset_name(code: int) -> str:
    """Return the name of the character set that an SPSS header gives as a Windows code page ("" for none)."""
    known = {
        2: "us-ascii",
        3: "iso-8859-1",
        65001: "UTF-8",
        936: "gbk",
        54936: "gb18030",
        20936: "gb2312",
        950: "big5",
    }
    return known.get(code, f"cp{code}" if code > 100 else "")


def _fits(layout: Layout, dictionary: Dictionary) -> bool:
    """Return whether cells can be extracted here: plain layout, matching variables, encoding known to Python."""
    if not layout.plain or len(layout.widths) != len(dictionary.names):
        return False
    kinds = tuple(dictionary.types.get(n) == "string" for n in dictionary.names)
    if kinds != tuple(w > 0 for w in layout.widths):
        return False
    return bool(python_codec(dictionary.encoding)) or not any(kinds)


def _cut(
    block: NDArray[np.float64], layout: Layout, dictionary: Dictionary, decoder: CellDecoder, where: str,
    wanted: Collection[str],
) -> pd.DataFrame:  # fmt: skip
    columns: dict[str, Any] = {}
    places = [p for p in zip(dictionary.names, layout.offsets, layout.widths, strict=True) if p[0] in wanted]
    raw = {name: raw_cells(block, segment, width) for name, segment, width in places if width}
    decoder.look(cell for cells, _ in raw.values() for cell in cells)
    for name, segment, width in places:
        if width == 0:
            columns[name] = numbers(block, segment)
            continue
        try:
            decoded = [decoder(cell) or None for cell in raw[name][0]]
        except UnicodeDecodeError:
            raise not_of(where, tell("a text of {}", name), decoder.codec) from None
        columns[name] = pd.Series([decoded[p] for p in raw[name][1]], dtype="str")
    return pd.DataFrame(columns, index=pd.RangeIndex(len(block)), copy=False)


def _by_library(opened: Opened, rows: int) -> Iterator[Table]:
    where = str(opened.path)
    described, columns, notes = _read_long(opened)
    dictionary = understand(described, notes, opened.dictionary.weight)
    frame = build_frame(columns, dictionary.types)
    if 0 <= opened.layout.rows != len(frame):
        promised = opened.layout.rows
        raise damaged(where, tell("{:,} rows instead of the {:,} stated in the header", len(frame), promised))
    table = dictionary.table(frame, "sav")
    for first in range(0, max(1, len(frame)), min(rows, max(1, len(frame)))):
        part = frame.iloc[first : first + rows].reset_index(drop=True)
        yield table.evolve(frame=part)


def _read_long(opened: Opened) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    """Return dictionary and columns read by the library; reread if the cells are not in the declared encoding."""
    notes = opened.dictionary.notes
    try:
        described, columns = read_guarded(opened.path, "sav", opened.encoding, opened.file)
    except LiteracyError as error:
        if not is_misread(error) or opened.encoding is not None:
            raise
        described, columns = read_guarded(opened.path, "sav", "GB18030", opened.file)
        return (
            described,
            columns,
            (*notes, tell("texts read as GB18030: they are not {}", opened.declared or "UTF-8")),
        )
    if opened.encoding is not None or not is_single_byte(opened.declared):
        return described, columns, notes
    cells = (c for part in columns.values() if not isinstance(part, np.ndarray) for c in part)
    sample = western_bytes(c for c in cells if isinstance(c, str) and not c.isascii())
    guess, note = guess_encoding(sample, opened.declared)
    if not guess:
        return described, columns, notes
    described, columns = read_guarded(opened.path, "sav", guess, opened.file)
    return described, columns, (*notes, note)


def build_frame(columns: dict[str, Any], types: dict[str, str]) -> pd.DataFrame:
    """Build a frame from the columns received from a child process: numbers as float64, texts as str."""
    frame: dict[str, Any] = {}
    for name, cells in columns.items():
        if isinstance(cells, np.ndarray) and types.get(name) != "string":
            frame[name] = cells
        elif types.get(name) == "string":
            stripped = [c.rstrip() if isinstance(c, str) else None for c in cells]
            frame[name] = pd.Series([c or None for c in stripped], dtype="str")
        else:
            frame[name] = pd.Series(list(cells), dtype=object)
    return pd.DataFrame(frame)
