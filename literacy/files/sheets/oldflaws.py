"""Features of old Excel workbooks (.xls) that the reading library does not report: error, hidden and merged cells.

The container format is [MS-CFB]; the records are those of [MS-XLS]: BoundSheet8, BoolErr, Formula with its
FormulaValue, Row, ColInfo and MergeCells.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_END = 0xFFFFFFFA
"""Numbers from here on do not denote data sectors: end of chain, free sectors, sectors of the allocation table."""
_SMALL = 4096
"""Streams smaller than this are stored in the mini stream of the root entry."""
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_EOF, _SHEET, _ERROR, _FORMULA = 0x000A, 0x0085, 0x0205, 0x0006
_ROW, _COLUMNS, _MERGED = 0x0208, 0x007D, 0x00E5


class OldFlaw(NamedTuple):
    """A cell that holds an error: its 0-based row and column, and the error as displayed by Excel."""

    row: int
    column: int
    what: str


def find_errors(data: bytes, sheet: str) -> list[OldFlaw]:
    """Return the error cells of a sheet in file order; empty if the workbook cannot be parsed.

    Parameters
    ----------
    data : bytes
        The whole file.
    sheet : str
        Name of the sheet.
    """
    try:
        return list(_errors(*_find_sheet(data, sheet)))
    except (struct.error, IndexError, ValueError, StopIteration):
        return []


def find_unseen(data: bytes, sheet: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the hidden rows and ranges of hidden columns (first, last) of a sheet, 0-based; empty if unparsable.

    Parameters
    ----------
    data, sheet
        As in :func:`find_errors`.
    """
    rows: list[int] = []
    columns: list[tuple[int, int]] = []
    try:
        for kind, record in _records(*_find_sheet(data, sheet)):
            if kind == _ROW and record[12] & 0x20:
                rows.append(struct.unpack_from("<H", record)[0])
            elif kind == _COLUMNS and record[8] & 1:
                columns.append(struct.unpack_from("<HH", record))
    except (struct.error, IndexError, ValueError, StopIteration):
        return [], []
    return rows, columns


def find_merged_old(data: bytes, sheet: str) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges of a sheet (first row, first column, last row, last column); empty if unparsable.

    Parameters
    ----------
    data, sheet
        As in :func:`find_errors`.
    """
    found = []
    try:
        for kind, record in _records(*_find_sheet(data, sheet)):
            if kind == _MERGED:
                for k in range(struct.unpack_from("<H", record)[0]):
                    top, bottom, left, right = struct.unpack_from("<4H", record, 2 + 8 * k)
                    found.append((top, left, bottom, right))
    except (struct.error, IndexError, ValueError, StopIteration):
        return []
    return found


def _find_sheet(data: bytes, sheet: str) -> tuple[bytes, int]:
    """Return the workbook stream and the offset in it at which the records of a sheet begin."""
    book = _workbook(data)
    return book, next(at for at, name in _sheets(book) if name == sheet)


def _workbook(data: bytes) -> bytes:
    """Return the workbook stream."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    tables = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    while more < _END and len(tables) < len(data) // size + 109:
        block = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        tables += block[:-1]
        more = block[-1]
    chain: list[int] = []
    for sector in tables:
        if sector < _END:
            chain += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)

    def stream(first: int) -> bytes:
        return b"".join(data[(s + 1) * size : (s + 2) * size] for s in _follow(first, chain))

    folder = stream(struct.unpack_from("<I", data, 48)[0])
    entries = [folder[at : at + 128] for at in range(0, len(folder) - 127, 128)]
    root, book = entries[0], next(e for e in entries if _name(e) in ("Workbook", "Book"))
    first, length = struct.unpack_from("<I", book, 116)[0], struct.unpack_from("<I", book, 120)[0]
    if length >= _SMALL:
        return stream(first)[:length]
    short = 1 << struct.unpack_from("<H", data, 32)[0]
    held = stream(struct.unpack_from("<I", root, 116)[0])
    places = stream(struct.unpack_from("<I", data, 60)[0])
    steps = list(struct.unpack_from(f"<{len(places) // 4}I", places))
    return b"".join(held[s * short : (s + 1) * short] for s in _follow(first, steps))[:length]


def _follow(first: int, chain: list[int]) -> Iterator[int]:
    """Yield the sectors of a chain; the iteration stops if the chain is cyclic."""
    seen = 0
    while first < _END and seen <= len(chain):
        yield first
        first = chain[first]
        seen += 1


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(64, length) - 2)].decode("utf-16-le", "replace")


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _EOF:
            return


def _sheets(book: bytes) -> Iterator[tuple[int, str]]:
    """Yield the offset and the name of each sheet."""
    for kind, record in _records(book, 0):
        if kind == _SHEET:
            count, wide = record[6], record[7] & 1
            text = record[8 : 8 + count * (1 + wide)]
            yield struct.unpack_from("<I", record)[0], text.decode("utf-16-le" if wide else "latin-1")


def _errors(book: bytes, begin: int) -> Iterator[OldFlaw]:
    for kind, record in _records(book, begin):
        if kind == _ERROR and record[7] == 1:
            code = record[6]
        elif kind == _FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2:
            code = record[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", record)
        yield OldFlaw(row, column, _ERRORS.get(code, "error"))
