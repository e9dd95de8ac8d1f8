"""SPSS system files (.sav, .zsav)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.io.encodings import guess_encoding, python_codec
from literacy.io.guard import damaged, describe_file, read_guarded
from literacy.io.savfile import (
    Layout,
    LayoutError,
    LayoutLimitError,
    iterate_cells,
    numbers,
    raw_texts,
    texts,
    walk_layout,
)
from literacy.io.table import Range, Table

_DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "YMDHMS")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Names, labels and declared missing codes of an SPSS file; ``encoding`` is that of its texts."""

    names: tuple[str, ...]
    labels: dict[str, str]
    values: dict[str, dict[float | str, str]]
    ranges: dict[str, tuple[Range, ...]]
    formats: dict[str, str]
    types: dict[str, str]
    encoding: str
    notes: tuple[str, ...] = ()

    def table(self, frame: pd.DataFrame, form: str) -> Table:
        """A table of these labels and the given cells."""
        for name in frame.columns:
            if self.formats.get(name, "").upper().startswith(_DATES) and frame[name].dtype == np.float64:
                frame[name] = spss_dates(frame[name])
        return Table(frame, form, self.labels, self.values, self.ranges, self.notes)


def understand(described: dict[str, Any], notes: tuple[str, ...] = ()) -> Dictionary:
    """The description a child process gave, in the shapes of this room."""
    return Dictionary(
        tuple(described["names"]),
        {n: str(t) for n, t in described["labels"].items()},
        {n: {code: str(t) for code, t in pairs} for n, pairs in described["values"].items()},
        {n: tuple((lo, hi) for lo, hi in pairs) for n, pairs in described["ranges"].items()},
        described["formats"],
        described["types"],
        described["encoding"] or "UTF-8",
        notes,
    )


def load_spss(path: Path, encoding: str | None = None) -> Table:
    """A .sav or .zsav file as a table, user-missing codes kept."""
    parts = list(iterate_spss(path, encoding))
    if len(parts) == 1:
        return parts[0]
    frame = pd.concat([p.frame for p in parts], ignore_index=True)
    return parts[0].evolve(frame=frame)


def iterate_spss(path: Path, encoding: str | None = None, rows: int = 1 << 62) -> Generator[Table]:
    """A .sav or .zsav file in tables of at most *rows* rows; one empty table where it has none."""
    try:
        layout = walk_layout(path)
    except LayoutLimitError as error:
        raise LiteracyError(
            "io.limit", where=str(path), what=str(error), mend="export only the columns of the questionnaire"
        ) from None
    except LayoutError as error:
        raise damaged(str(path), str(error)) from None
    described, encoding, notes = open_dictionary(path, layout, encoding)
    dictionary = understand(described, notes)
    if not _fits(layout, dictionary):
        yield from _by_library(path, layout, encoding, notes, rows)
        return
    yielded = False
    try:
        for block in iterate_cells(path, layout, min(rows, max(1, (1 << 24) // layout.segments))):
            yielded = True
            yield dictionary.table(_cut(block, layout, dictionary, str(path)), "sav")
    except LayoutError as error:
        raise damaged(str(path), str(error)) from None
    if not yielded:
        yield dictionary.table(_cut(np.zeros((0, layout.segments)), layout, dictionary, str(path)), "sav")


def open_dictionary(
    path: Path, layout: Layout, encoding: str | None
) -> tuple[dict[str, Any], str | None, tuple[str, ...]]:
    """Dictionary of a file, the encoding it was read with (None = as declared), and the sentence that says so.

    A declaration stands unless the bytes contradict it: old programs wrote Chinese under a western charset, or none.
    """
    if encoding:
        return describe_file(path, "sav", encoding), encoding, (f"texts read as {encoding} (as told)",)
    declared = layout.declared or charset_name(layout.charset)
    try:
        sample = layout.sample + raw_texts(path, layout)
    except LayoutError as error:
        raise damaged(str(path), str(error)) from None
    guess, said = guess_encoding(sample, declared)
    if guess:
        return describe_file(path, "sav", guess), guess, (said,)
    return describe_file(path, "sav", None), None, ()


def charset_name(code: int) -> str:
    """Name of the character set an SPSS header gives as a Windows code page ("" for none)."""
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
    """Whether the cells can be cut out here: plain layout, the same variables, an encoding Python knows."""
    if not layout.plain or len(layout.widths) != len(dictionary.names):
        return False
    kinds = tuple(dictionary.types.get(n) == "string" for n in dictionary.names)
    if kinds != tuple(w > 0 for w in layout.widths):
        return False
    return bool(python_codec(dictionary.encoding)) or not any(kinds)


def _cut(block: NDArray[np.float64], layout: Layout, dictionary: Dictionary, where: str) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name, segment, width in zip(dictionary.names, layout.offsets, layout.widths, strict=True):
        if width == 0:
            columns[name] = numbers(block, segment)
            continue
        try:
            cells = texts(block, segment, width, python_codec(dictionary.encoding))
        except UnicodeDecodeError:
            raise damaged(
                where, f"text of {name} is not {dictionary.encoding}; try another encoding"
            ) from None
        columns[name] = pd.Series(cells, dtype="str")
    return pd.DataFrame(columns)


def _by_library(
    path: Path, layout: Layout, encoding: str | None, notes: tuple[str, ...], rows: int
) -> Iterator[Table]:
    described, columns = read_guarded(path, "sav", encoding)
    dictionary = understand(described, notes)
    frame = build_frame(columns, dictionary.types)
    if 0 <= layout.rows != len(frame):
        raise damaged(str(path), f"{len(frame):,} rows instead of the {layout.rows:,} the header promises")
    table = dictionary.table(frame, "sav")
    for first in range(0, max(1, len(frame)), min(rows, max(1, len(frame)))):
        part = frame.iloc[first : first + rows].reset_index(drop=True)
        yield table.evolve(frame=part)


def build_frame(columns: dict[str, Any], types: dict[str, str]) -> pd.DataFrame:
    """Columns as a child process sent them: numbers as float64, texts as str."""
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


def spss_dates(seconds: pd.Series) -> pd.Series:
    """Seconds since 14 October 1582 as dates; what no calendar holds becomes missing."""
    shifted = seconds.to_numpy(dtype=np.float64) - 12_219_379_200.0
    bad = ~np.isfinite(shifted) | (np.abs(shifted) > 9e9)
    whole = np.where(bad, 0, np.round(np.where(bad, 0, shifted))).astype(np.int64)
    stamps = whole.astype("datetime64[s]")
    stamps[bad] = np.datetime64("NaT")
    return pd.Series(stamps, index=seconds.index, name=seconds.name)
