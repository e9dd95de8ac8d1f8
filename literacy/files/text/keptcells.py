"""Compact temporary storage of parsed cells between passes over the rows, as parsing takes most of the time."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from literacy.files.text.numbers import Cells

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 2 << 30
"""Maximum number of bytes stored; the remaining rows are parsed in each pass."""
_ROW_BY_ROW = -1
_WHOLE = 0


@dataclass(frozen=True, slots=True)
class KeptCells:
    """Location and encoding of a stored column of some rows.

    Attributes
    ----------
    place : int
        Offset in the store.
    rows, texts : int
        Numbers of rows and of distinct texts.
    bits : int
        Bits per position: 2 or 4 if packed, 0 if unpacked, -1 if positions are omitted as row i holds text i.
    width : str
        Data type of the stored positions.
    sizes : tuple of int
        Sizes in bytes of the positions, of the offsets of the texts and of the texts.
    """

    place: int
    rows: int
    texts: int
    bits: int
    width: str
    sizes: tuple[int, ...]


class CellStore:
    """Stores columns of cells in an anonymous temporary file; :meth:`get` retrieves what :meth:`put` stored."""

    def __init__(self, closing: ExitStack) -> None:
        self._closing = closing.enter_context(ExitStack())  # files opened later are closed with the table
        self._file: io.FileIO | None = None
        self._end = 0

    def put(self, columns: Mapping[str, Cells]) -> dict[str, KeptCells]:
        """Store columns of some rows and return their locations.

        Raises
        ------
        OSError
            If there is no room for them; columns stored earlier remain available.
        """
        if self._end >= MOST:
            raise OSError
        kept, parts, place = {}, [], self._end
        for name, cells in columns.items():
            bits, positions = _pack(cells)
            some = (positions, *_buffers(cells.texts))
            sizes = tuple(part.nbytes for part in some)
            rows, texts = len(cells.positions), len(cells.texts)
            kept[name] = KeptCells(place, rows, texts, bits, positions.dtype.str, sizes)
            place += sum(sizes)
            parts += [part.tobytes() for part in some]
        self._write(b"".join(parts))
        self._end = place
        return kept

    def _write(self, data: bytes) -> None:
        if self._file is None:
            self._file = self._closing.enter_context(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115
        self._file.seek(self._end)
        rest = memoryview(data)
        while rest:
            written = self._file.write(rest)
            if not written:
                raise OSError
            rest = rest[written:]

    def get(self, kept: KeptCells) -> Cells:
        """Return a stored column."""
        import pyarrow as pa

        size = sum(kept.sizes)
        raw = b""
        if self._file is not None and size:
            self._file.seek(kept.place)
            raw = self._file.read(size) or b""
        if len(raw) != size:
            raise OSError(5, "a temporary file was cut off")
        first, second, _ = np.cumsum(kept.sizes)
        positions = _unpack(np.frombuffer(raw[:first], dtype=kept.width), kept)
        buffers = [None, pa.py_buffer(raw[first:second]), pa.py_buffer(raw[second:])]
        return Cells(positions, pa.StringArray.from_buffers(kept.texts, buffers[1], buffers[2]))


def _buffers(texts: pa.StringArray) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return the offsets of the texts, including the end of the last, and their bytes."""
    _, offsets, data = texts.buffers()
    if not len(texts):
        return np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    at = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    whole = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return np.ascontiguousarray(at - at[0]), whole[at[0] : at[-1]]


def _pack(cells: Cells) -> tuple[int, NDArray[np.uint8] | NDArray[np.int32] | NDArray[np.int64]]:
    """Return the number of bits per position (see :class:`KeptCells`) and the packed positions."""
    rows, different, positions = len(cells.positions), len(cells.texts), cells.positions
    if different == rows and bool((positions == np.arange(rows)).all()):
        return _ROW_BY_ROW, np.zeros(0, dtype=np.uint8)
    if different > 1 << 4:
        return _WHOLE, positions
    bits = 2 if different <= 1 << 2 else 4
    each = 8 // bits
    padded = np.zeros((-(-rows // each), each), dtype=np.uint8)
    padded.reshape(-1)[:rows] = positions
    packed: NDArray[np.uint8] = padded[:, 0].copy()
    for k in range(1, each):
        packed |= padded[:, k] << np.uint8(k * bits)
    return bits, packed


def _unpack(
    stored: NDArray[np.uint8] | NDArray[np.int32] | NDArray[np.int64], kept: KeptCells
) -> NDArray[np.uint8] | NDArray[np.int32] | NDArray[np.int64]:
    if kept.bits == _ROW_BY_ROW:
        return np.arange(kept.rows, dtype=np.int32)
    if kept.bits == _WHOLE:
        return stored
    each = 8 // kept.bits
    out = np.empty((len(stored), each), dtype=np.uint8)
    for k in range(each):
        out[:, k] = (stored >> (k * kept.bits)) & ((1 << kept.bits) - 1)
    return out.ravel()[: kept.rows]
