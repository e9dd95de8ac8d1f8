"""Reading of Stata files (.dta), as a whole, by a child process."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.child.guard import damaged, read_guarded
from literacy.files.limits import MAX_COLUMNS, require_cells, too_many
from literacy.files.statistics.date_formats import is_stata_date, stata_dates
from literacy.files.statistics.spss import build_frame, understand
from literacy.files.table import Range, Table
from literacy.files.text.decoding import is_misread, not_of, western_bytes
from literacy.files.text.encodings import guess_encoding
from literacy.files.text.header import tell_alike
from literacy.messages import tell


def load_stata(file: BinaryIO, path: Path, encoding: str | None = None) -> Table:
    """Load a .dta file as a table; ``.`` becomes NaN, ``.a`` to ``.z`` are kept and declared missing.

    Files older than Stata 14 declare no encoding; they are read as GB18030 if their bytes are GB-encoded Chinese.
    """
    promised = _check_size(file, str(path))
    described, columns, notes = _read(file, path, encoding)
    frame = build_frame(columns, described["types"])
    values, missing = _dot_letters(frame, described)
    if promised is not None and promised != len(frame):
        raise damaged(
            str(path), tell("{:,} rows instead of the {:,} stated in the header", len(frame), promised)
        )
    dictionary = understand(described, notes)
    alike = tell_alike(list(frame.columns))
    for name, form in dictionary.formats.items():
        if name in frame.columns and frame[name].dtype == np.float64 and is_stata_date(form):
            frame[name] = stata_dates(frame[name], form)
    return Table(frame, "dta", dictionary.labels, {**dictionary.values, **values}, missing, (*notes, *alike))


def _dot_letters(
    frame: pd.DataFrame, described: dict[str, Any]
) -> tuple[dict[str, dict[float | str, str]], dict[str, tuple[Range, ...]]]:
    """Prefix extended missing values with a dot in place; return value labels and declared missing codes.

    Without the dot, the missing value ``d`` could be taken for the answer D.
    """
    values: dict[str, dict[float | str, str]] = {}
    missing: dict[str, tuple[Range, ...]] = {}
    for name in frame.columns:
        if described["types"].get(name) == "string":
            continue
        pairs = described["values"].get(name, ())
        values[name] = {f".{c}" if isinstance(c, str) else c: str(t) for c, t in pairs}
        if frame[name].dtype == object:
            cells = frame[name].map(lambda c: f".{c}" if isinstance(c, str) else c)
            frame[name] = cells
            letters = sorted({c for c in cells if isinstance(c, str)})
            missing[name] = tuple((letter, letter) for letter in letters)
    return values, missing


def _read(
    file: BinaryIO, path: Path, encoding: str | None
) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    if encoding:
        try:
            described, columns = read_guarded(path, "dta", encoding, file)
        except LiteracyError as error:
            raise (
                not_of(str(path), tell("a text of the file"), encoding) if is_misread(error) else error
            ) from None
        return described, columns, (tell("texts read as {} (as specified)", encoding),)
    try:
        described, columns = read_guarded(path, "dta", None, file)
    except LiteracyError as error:
        if not is_misread(error):
            raise
        return _retry(file, path, error)
    sample = _western(described, columns)
    guess, note = guess_encoding(sample, "") if sample else ("", "")
    if not guess:
        return described, columns, ()
    described, columns = read_guarded(path, "dta", guess, file)
    return described, columns, (note,)


def _retry(
    file: BinaryIO, path: Path, error: LiteracyError
) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    """Read a file whose texts are not in the encoding implied by its format, trying UTF-8, then GB18030."""
    for name in ("UTF-8", "GB18030"):
        try:
            described, columns = read_guarded(path, "dta", name, file)
        except LiteracyError:
            continue
        return (
            described,
            columns,
            (tell("texts read as {}: they are not in the encoding the file implies", name),),
        )
    raise error


def _western(described: dict[str, Any], columns: dict[str, Any]) -> bytes:
    """Return the original bytes of texts decoded with a Western code page; empty if they were not."""
    texts = [t for t in described["labels"].values() if not t.isascii()]
    texts += [t for pairs in described["values"].values() for _, t in pairs if not t.isascii()]
    for cells in columns.values():
        if not isinstance(cells, np.ndarray):
            texts += [c for c in cells if isinstance(c, str) and not c.isascii()]
    return western_bytes(texts)


def _check_size(file: BinaryIO, where: str) -> int | None:
    """Return the number of rows stated in the header; raise an error if rows or columns exceed the limits."""
    file.seek(0)
    head = file.read(512)
    count = 0
    if head.startswith(b"<stata_dta>"):
        order = "<" if b"<byteorder>LSF" in head else ">"
        at = head.find(b"<K>")
        form = "I" if b"<release>119" in head else "H"
        if at >= 0 and len(head) >= at + 7:
            count = struct.unpack_from(order + form, head, at + 3)[0]
    elif len(head) > 10:
        count = struct.unpack_from("<H" if head[1] == 2 else ">H", head, 4)[0]
    if count > MAX_COLUMNS:
        raise too_many(where, count)
    promised = promised_rows(head)
    rows = promised or 0
    if rows > file.seek(0, 2):
        raise damaged(where, tell("its header states {:,} rows, more than the file has bytes", rows))
    require_cells(where, rows, count)
    return promised


def promised_rows(head: bytes) -> int | None:
    """Return the number of rows stated in the first 512 bytes of a Stata file; None if unknown."""
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
