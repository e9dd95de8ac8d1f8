"""Stata files (.dta), read whole by a child process."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.io.encodings import guess_encoding
from literacy.io.guard import damaged, read_guarded
from literacy.io.spss import build_frame, spss_dates, understand
from literacy.io.table import Table

_DAYS, _MOMENTS = ("%td", "%d"), ("%tc", "%tC")


def load_stata(path: Path, encoding: str | None = None) -> Table:
    """A .dta file as a table; extended missing values stay as their letter (``a`` to ``z``), ``.`` becomes NaN.

    Files older than Stata 14 name no encoding: where their bytes are Chinese of the GB family they are read so.
    """
    described, columns, notes = _read(path, encoding)
    frame = build_frame(columns, described["types"])
    promised = promised_rows(path)
    if promised is not None and promised != len(frame):
        raise damaged(str(path), f"{len(frame):,} rows instead of the {promised:,} the header promises")
    dictionary = understand(described, notes)
    for name, form in dictionary.formats.items():
        if name in frame.columns and frame[name].dtype == np.float64:
            if form.startswith(_DAYS):
                frame[name] = stata_dates(frame[name], 86_400.0)
            elif form.startswith(_MOMENTS):
                frame[name] = stata_dates(frame[name], 0.001)
    return Table(frame, "dta", dictionary.labels, dictionary.values, dictionary.ranges, notes)


def _read(path: Path, encoding: str | None) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    if encoding:
        described, columns = read_guarded(path, "dta", encoding)
        return described, columns, (f"texts read as {encoding} (as told)",)
    try:
        described, columns = read_guarded(path, "dta", None)
    except LiteracyError as error:
        if "requested encoding" not in error.what:
            raise
        return _retry(path, error)
    sample = _western(described, columns)
    guess, said = guess_encoding(sample, "") if sample else ("", "")
    if not guess:
        return described, columns, ()
    described, columns = read_guarded(path, "dta", guess)
    return described, columns, (said,)


def _retry(path: Path, error: LiteracyError) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    """Read texts that are not of the encoding the format implies."""
    for name in ("UTF-8", "GB18030"):
        try:
            described, columns = read_guarded(path, "dta", name)
        except LiteracyError:
            continue
        return described, columns, (f"texts read as {name}: they are not of the encoding the file implies",)
    raise error


def _western(described: dict[str, Any], columns: dict[str, Any]) -> bytes:
    """Texts that came out as western letters, turned back into the bytes they were; empty where they are others."""
    texts = [t for t in described["labels"].values() if not t.isascii()]
    texts += [t for pairs in described["values"].values() for _, t in pairs if not t.isascii()]
    for cells in columns.values():
        if not isinstance(cells, np.ndarray):
            texts += [c for c in cells[:200] if isinstance(c, str) and not c.isascii()]
    out = bytearray()
    for text in texts:
        try:
            out += text.encode("cp1252") + b"\n"
        except UnicodeEncodeError:
            try:
                out += text.encode("latin-1") + b"\n"
            except UnicodeEncodeError:
                return b""
    return bytes(out[: 1 << 16])


def promised_rows(path: Path) -> int | None:
    """Number of rows a Stata header states; None where it cannot be told."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"<stata_dta>"):
        order = "<" if b"<byteorder>LSF" in head else ">"
        at = head.find(b"<N>")
        if at < 0:
            return None
        wide = b"<release>117" not in head
        size = 8 if wide else 4
        if len(head) < at + 3 + size:
            return None
        return int(struct.unpack_from(order + ("Q" if wide else "I"), head, at + 3)[0])
    if len(head) > 10:
        return int(struct.unpack_from("<i" if head[1] == 2 else ">i", head, 6)[0])
    return None


def stata_dates(cells: pd.Series, unit: float) -> pd.Series:
    """Days or milliseconds since 1960 as dates."""
    epoch = 11_903_760_000.0  # seconds from 14 October 1582 to 1 January 1960
    return spss_dates(cells * unit + epoch)
