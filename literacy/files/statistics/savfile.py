"""Decoding of the data part of an SPSS system file with numpy, in one pass and in constant memory.

The dictionary (names, labels, encodings) is read by pyreadstat in a child process; this module parses only the
layout needed to extract the cells. Format: PSPP Developers Guide, "System File Format".
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from literacy.messages import tell

SYSMIS = -np.finfo(np.float64).max
PIECE = 1 << 19
MAX_VARIABLES = 20_000
MAX_SEGMENTS = 32 * MAX_VARIABLES
MAX_LABELS = 1_000_000
MAX_DICTIONARY = 1 << 27
MAX_BLOCK = 1 << 26
SAMPLE = 1 << 16
_SPACES = np.frombuffer(b" " * 8, dtype="<f8")[0]


class LayoutError(ValueError):
    """The file violates the system file format; the message describes where."""


class LayoutLimitError(LayoutError):
    """The file exceeds the size limits."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Layout of the data in the file.

    ``widths`` holds one entry per variable in file order: 0 for a number, w for a text of w bytes. ``rows`` is the
    number of rows in the header, -1 if absent. ``plain`` is false if only the library can read the data (very long
    texts, big-endian byte order). ``weight`` is the 1-based segment of the weight variable; 0 for none.
    """

    widths: tuple[int, ...]
    segments: int
    rows: int
    compression: int
    bias: float
    start: int
    plain: bool
    declared: str = ""
    charset: int = 0
    sample: bytes = b""
    weight: int = 0

    @property
    def offsets(self) -> tuple[int, ...]:
        """Index of the first 8-byte segment of each variable in a row."""
        out, at = [], 0
        for width in self.widths:
            out.append(at)
            at += max(1, -(-width // 8))
        return tuple(out)


def _take(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise LayoutError(tell("it ends inside the dictionary"))
    return data


def walk_layout(file: BinaryIO) -> Layout:
    """Parse the layout from the header and dictionary of a .sav or .zsav file.

    Raises
    ------
    LayoutError
        If the file is truncated or a record is invalid.
    """
    file.seek(0)
    size = file.seek(0, 2)
    file.seek(0)
    head = _take(file, 176)
    if head[:4] not in (b"$FL2", b"$FL3"):
        raise LayoutError(tell("it has no SPSS header"))
    little = struct.unpack_from("<i", head, 64)[0] in (2, 3)
    order = "<" if little else ">"
    if not little and struct.unpack_from(">i", head, 64)[0] not in (2, 3):
        raise LayoutError(tell("its header has an unknown layout"))
    compression, weight, rows, bias = struct.unpack_from(order + "iiid", head, 72)
    if compression not in (0, 1, 2) or (compression == 2) != (head[:4] == b"$FL3"):
        raise LayoutError(tell("its header names an unknown compression"))
    claimed = struct.unpack_from(order + "i", head, 68)[0]
    if claimed > MAX_SEGMENTS:
        raise LayoutLimitError(
            tell(
                "a header that states {:,} cells a row; the limit is {:,} ({:,} columns)",
                claimed,
                MAX_SEGMENTS,
                MAX_VARIABLES,
            )
        )
    widths: list[int] = []
    expected = 0
    notice = _Notice(rows)
    while True:
        kind = struct.unpack(order + "i", _take(file, 4))[0]
        if kind == 2:
            width = _variable(file, order, notice)
            if width >= 0:
                if expected:
                    raise LayoutError(tell("a text variable lacks its continuation"))
                widths.append(width)
                expected = max(1, -(-width // 8)) - 1
            elif expected:
                expected -= 1
            else:
                raise LayoutError(tell("a continuation without its variable"))
            if len(widths) > MAX_VARIABLES:
                raise LayoutLimitError(
                    tell("more than {:,} columns; the limit is {:,}", MAX_VARIABLES, MAX_VARIABLES)
                )
        elif kind == 999:
            _take(file, 4)
            break
        else:
            _other_record(file, order, kind, size, notice)
        if file.tell() > MAX_DICTIONARY:
            raise LayoutLimitError(
                tell(
                    "a dictionary of more than {} MiB; the limit is {} MiB",
                    MAX_DICTIONARY >> 20,
                    MAX_DICTIONARY >> 20,
                )
            )
    if expected or not widths:
        raise LayoutError(tell("its variables are incomplete"))
    segments = sum(max(1, -(-w // 8)) for w in widths)
    return Layout(
        tuple(widths),
        segments,
        notice.rows,
        compression,
        bias,
        file.tell(),
        little and not notice.long_texts,
        notice.declared,
        notice.charset,
        bytes(notice.sample),
        weight,
    )


class _Notice:
    """Information collected while the dictionary is parsed."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.long_texts = False
        self.declared = ""
        self.charset = 0
        self.labels = 0
        self.sample = bytearray()

    def hear(self, text: bytes) -> None:
        """Collect a sample of non-ASCII texts, from which the encoding is determined."""
        if len(self.sample) < SAMPLE and not text.isascii():
            self.sample += text + b"\n"


def _variable(file: BinaryIO, order: str, notice: _Notice) -> int:
    width, labelled, missing, _, _ = struct.unpack(order + "5i", _take(file, 20))
    notice.hear(_take(file, 8).rstrip())
    if not -1 <= width <= 255:
        raise LayoutError(tell("a variable has an impossible width"))
    if labelled == 1:
        length = struct.unpack(order + "i", _take(file, 4))[0]
        if not 0 <= length <= 65_535:
            raise LayoutError(tell("a variable label has an impossible length"))
        notice.hear(_take(file, -(-length // 4) * 4)[:length])
    elif labelled:
        raise LayoutError(tell("a variable record is broken"))
    if not -3 <= missing <= 3:
        raise LayoutError(tell("a variable has an impossible number of missing values"))
    _take(file, 8 * abs(missing))
    return int(width)


def _other_record(file: BinaryIO, order: str, kind: int, size: int, notice: _Notice) -> None:
    def skip(length: int) -> None:
        if length < 0 or file.tell() + length > size:
            raise LayoutError(tell("it ends inside the dictionary"))
        file.seek(length, 1)

    if kind == 3:
        count = struct.unpack(order + "i", _take(file, 4))[0]
        notice.labels += max(0, count)
        if notice.labels > MAX_LABELS:
            raise LayoutLimitError(tell("{:,} value labels; the limit is {:,}", notice.labels, MAX_LABELS))
        if not 0 <= count <= size // 16:
            raise LayoutError(tell("a set of value labels has an impossible length"))
        for _ in range(count):
            length = _take(file, 9)[8]
            notice.hear(_take(file, -(-(length + 1) // 8) * 8 - 1)[:length])
    elif kind == 4:
        skip(4 * struct.unpack(order + "i", _take(file, 4))[0])
    elif kind == 6:
        skip(80 * struct.unpack(order + "i", _take(file, 4))[0])
    elif kind == 7:
        subtype, width, count = struct.unpack(order + "3i", _take(file, 12))
        if width < 0 or count < 0:
            raise LayoutError(tell("an extension record has an impossible length"))
        if subtype == 16 and width == 8 and count == 2:
            counted = struct.unpack(order + "2q", _take(file, 16))[1]
            if 0 <= notice.rows != counted:
                raise LayoutError(tell("the number of rows in the header contradicts the dictionary"))
            notice.rows = counted
        elif subtype == 3 and width == 4 and count == 8:
            notice.charset = struct.unpack(order + "8i", _take(file, 32))[7]
        elif subtype == 13 and width == 1 and 0 <= count <= size - file.tell():
            notice.hear(_take(file, count).replace(b"\t", b"\n"))
        elif subtype == 20 and width == 1 and count < 64:
            notice.declared = _take(file, count).decode("ascii", "replace").strip("\0 ")
        else:
            skip(width * count)
        notice.long_texts = notice.long_texts or (subtype == 14 and width * count > 0)
    else:
        raise LayoutError(tell("a record of unknown type {}", kind))


def iterate_cells(file: BinaryIO, layout: Layout, rows: int) -> Iterator[NDArray[np.float64]]:
    """Yield blocks of whole rows as (n, segments) float64 arrays of raw 8-byte segments, at most *rows* rows each.

    Raises
    ------
    LayoutError
        If the data end within a row, or the number of rows differs from that in the header.
    """
    width = layout.segments
    rest = np.zeros(0)
    done = 0
    file.seek(0)
    size = file.seek(0, 2)
    file.seek(layout.start)
    stream = _raw(file) if layout.compression != 2 else _inflate(file, size)
    cells = _plain_cells(stream) if layout.compression == 0 else _unpack(stream, layout.bias)
    held: list[NDArray[np.float64]] = []
    count = 0
    for piece in cells:
        held.append(piece)
        count += len(piece)
        if count < rows * width:
            continue
        flat = np.concatenate(held)
        whole = count // width
        for first in range(0, whole - whole % rows, rows):
            block = flat[first * width : (first + rows) * width].reshape(rows, width)
            done += rows
            yield block
        rest = flat[(whole - whole % rows) * width :]
        held, count = [rest.copy()], len(rest)
        if 0 <= layout.rows < done:
            break
    flat = np.concatenate(held) if held else rest
    if len(flat) % width:
        raise LayoutError(tell("the data end inside a row"))
    done += len(flat) // width
    if layout.rows >= 0 and done != layout.rows:
        more = "more" if done > layout.rows else "fewer"
        raise LayoutError(
            tell("the data contain {} rows than the {:,} stated in the header", more, layout.rows)
        )
    if len(flat):
        yield flat.reshape(-1, width)


def _raw(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _inflate(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the decompressed zlib blocks of a .zsav file, each checked against the size stated in the trailer."""
    try:
        _, trailer, length = struct.unpack("<3q", _take(file, 24))
        if not 24 <= length <= 24 + 24 * 1_000_000 or not 0 < trailer <= size - length:
            raise LayoutError(tell("the index of its compressed blocks is broken"))
        file.seek(trailer)
        index = _take(file, length)
        count = struct.unpack_from("<i", index, 20)[0]
        if count < 0 or 24 + 24 * count != length:
            raise LayoutError(tell("the index of its compressed blocks is broken"))
        blocks = [struct.unpack_from("<qqii", index, 24 + 24 * i) for i in range(count)]
    except struct.error:
        raise LayoutError(tell("the index of its compressed blocks is broken")) from None
    end = 0
    for _, start, plain, packed in blocks:
        if plain > MAX_BLOCK:
            raise LayoutLimitError(tell("a block of {:,} bytes; the limit is {} MiB", plain, MAX_BLOCK >> 20))
        if not end <= start <= size - packed or plain < 0 or packed < 0:
            raise LayoutError(tell("a compressed block lies outside the file, or overlaps another"))
        end = start + packed
        file.seek(start)
        engine = zlib.decompressobj()
        try:
            data = engine.decompress(_take(file, packed), plain + 1)
        except zlib.error:
            raise LayoutError(tell("a compressed block is broken")) from None
        if len(data) != plain or not engine.eof:
            raise LayoutError(tell("a compressed block does not have the size stated in the index"))
        yield data


def _plain_cells(stream: Iterator[bytes]) -> Iterator[NDArray[np.float64]]:
    rest = b""
    for piece in stream:
        data = rest + piece if rest else piece
        cut = len(data) - len(data) % 8
        yield np.frombuffer(data, dtype="<f8", count=cut // 8)
        rest = data[cut:]
    if rest:
        raise LayoutError(tell("the data end inside a cell"))


def _unpack(stream: Iterator[bytes], bias: float) -> Iterator[NDArray[np.float64]]:
    """Undo the bytecode compression: 8 command bytes, followed by one 8-byte cell for each command 253.

    Commands 1-251 denote the number command - bias, 252 the end of data, 253 an uncompressed cell, 254 eight blanks,
    255 system-missing and 0 no cell. Blocks are located by inspecting only the words that contain a 253.
    """
    table = np.arange(256, dtype=np.float64) - bias
    table[254], table[255] = _SPACES, SYSMIS
    rest = b""
    ended = False
    for piece in stream:
        data = rest + piece if rest else piece
        if ended:
            break
        words = np.frombuffer(data, dtype=np.uint8, count=len(data) - len(data) % 8).reshape(-1, 8)
        used, cells, ended = _unpack_words(words, table)
        rest = data[used * 8 :]
        if len(cells):
            yield cells
    if not ended and rest.strip(b"\0"):
        raise LayoutError(tell("the data end inside a compressed block"))


def _unpack_words(
    words: NDArray[np.uint8], table: NDArray[np.float64]
) -> tuple[int, NDArray[np.float64], bool]:
    """Return the number of words consumed, the cells, and whether the end command was encountered."""
    total = len(words)
    counts = (words == 253).sum(axis=1)
    heads, limit = _find_blocks(np.flatnonzero(counts), counts, total)
    is_block = np.ones(limit, dtype=bool)
    literals = np.zeros(0, dtype=np.intp)
    if len(heads):
        sizes = counts[heads]
        ends = np.cumsum(sizes)
        literals = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes) + np.repeat(heads + 1, sizes)
        is_block[literals] = False
    commands = words[:limit][is_block].ravel()
    cells = table[commands]
    if len(literals):
        cells[commands == 253] = words[literals].reshape(-1).view("<f8")
    ended = False
    odd = np.flatnonzero((commands == 0) | (commands == 252))
    if len(odd):
        stop = odd[commands[odd] == 252]
        if len(stop):
            ended = True
            commands, cells = commands[: stop[0]], cells[: stop[0]]
        cells = cells[commands != 0]
    return limit, cells, ended


def _find_blocks(
    marked: NDArray[np.intp], counts: NDArray[np.intp], total: int
) -> tuple[NDArray[np.intp], int]:
    """Return which of the words containing a 253 are command words rather than cells, and the number of usable words.

    A word at or after the end of every block that could have begun before it is certainly a command word; only the
    others are inspected one by one. Words from an incomplete last block on are not usable.
    """
    ends = marked + 1 + counts[marked]
    is_head = np.ones(len(marked), dtype=bool)
    is_head[1:] = marked[1:] >= np.maximum.accumulate(ends)[:-1]
    free = 0
    for j in np.flatnonzero(~is_head).tolist():
        if is_head[j - 1]:
            free = int(ends[j - 1])
        is_head[j] = marked[j] >= free
    heads = marked[is_head]
    open_end = np.flatnonzero(ends[is_head] > total)
    if len(open_end):
        return heads[: open_end[0]], int(heads[open_end[0]])
    return heads, total


def numbers(block: NDArray[np.float64], segment: int) -> NDArray[np.float64]:
    """Return one numeric variable of a block; system-missing values become NaN."""
    column = np.array(block[:, segment], dtype=np.float64)
    column[column == SYSMIS] = np.nan
    return column


def raw_cells(block: NDArray[np.float64], segment: int, width: int) -> tuple[list[bytes], list[int]]:
    """Return the distinct texts of a text variable in a block, as bytes, and for each row the index of its text."""
    span = max(1, -(-width // 8))
    raw = (
        np.ascontiguousarray(block[:, segment : segment + span]).view(np.uint8).reshape(len(block), 8 * span)
    )
    cells = np.ascontiguousarray(raw[:, :width]).view(f"S{width}").ravel()
    uniques, positions = np.unique(cells, return_inverse=True)
    return [u.rstrip(b" \0") for u in uniques.tolist()], positions.ravel().tolist()


def raw_texts(file: BinaryIO, layout: Layout) -> bytes:
    """Return non-ASCII text cells from the first rows, as bytes, from which the encoding is determined."""
    places = [(s, w) for s, w in zip(layout.offsets, layout.widths, strict=True) if w > 1]
    if not places or not layout.plain:
        return b""
    block = next(iterate_cells(file, layout, 200), None)
    if block is None:
        return b""
    out = bytearray()
    for segment, width in places:
        span = max(1, -(-width // 8))
        raw = (
            np.ascontiguousarray(block[:200, segment : segment + span])
            .view(np.uint8)
            .reshape(len(block), 8 * span)
        )
        for cell in np.ascontiguousarray(raw[:, :width]).view(f"S{width}").ravel().tolist():
            text = cell.rstrip(b" \0")
            if not text.isascii() and len(out) < SAMPLE:
                out += text + b"\n"
    return bytes(out)
