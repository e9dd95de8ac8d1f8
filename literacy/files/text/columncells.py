"""Dictionary encoding of text columns, with short cells compared as integers rather than texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

SHORT = 2
"""Maximum length, in bytes, of cells that are compared as 16-bit integers: codes, ages, ticks."""


def distinct_cells(
    chunks: Sequence[pa.BinaryArray],
) -> tuple[NDArray[np.uint8] | NDArray[np.int32], pa.BinaryArray]:
    """Return for each row the index of its text among the distinct texts of a column, and these texts.

    Cells of one or two bytes, which are typical of answers, are encoded as integers, so that no texts have to be
    compared. Cells must not contain NUL bytes, which are used as padding.
    """
    import pyarrow as pa

    long = any(_size(chunk) > SHORT * len(chunk) for chunk in chunks)
    whole = None if long or not chunks else _short_codes(pa.concat_arrays(chunks))
    if whole is None:
        return _by_text(chunks)
    found = np.flatnonzero(np.bincount(whole))
    places = np.zeros(
        int(found[-1]) + 1 if len(found) else 0, dtype=np.uint8 if len(found) <= 1 << 8 else np.int32
    )
    places[found] = np.arange(len(found))
    texts = [int(code).to_bytes(SHORT, "little").rstrip(b"\0") for code in found]
    return np.take(places, whole), pa.array(texts, pa.binary())


def _short_codes(chunk: pa.BinaryArray) -> NDArray[np.uint8] | NDArray[np.uint16] | None:
    """Return the bytes of each cell as an integer; None if a cell is longer than :data:`SHORT`."""
    count = len(chunk)
    _, offsets, data = chunk.buffers()
    at = np.frombuffer(offsets, dtype=np.int32)[chunk.offset : chunk.offset + count + 1]
    size = int(at[-1] - at[0]) if count else 0
    if size > SHORT * count:
        return None
    if not size:
        return np.zeros(count, dtype=np.uint8)
    length = np.diff(at)
    most = int(length.max())
    if most > SHORT:
        return None
    raw = np.frombuffer(data, dtype=np.uint8)[int(at[0]) : int(at[-1])]
    if most == 1:
        if size == count:
            return raw
        codes = np.zeros(count, dtype=np.uint8)
        codes[length > 0] = raw
        return codes
    padded = np.zeros((count, SHORT), dtype=np.uint8)
    padded[length > 0, 0] = raw[(at[:-1] - at[0])[length > 0]]
    padded[length > 1, 1] = raw[(at[1:] - at[0] - 1)[length > 1]]
    return padded.view("<u2").ravel()


def _by_text(
    chunks: Sequence[pa.BinaryArray],
) -> tuple[NDArray[np.uint8] | NDArray[np.int32], pa.BinaryArray]:
    """Return the same as :func:`distinct_cells`, for cells of any length; texts may recur across chunks."""
    import pyarrow as pa

    places, texts, before = [np.zeros(0, dtype=np.int32)], [pa.array([], pa.binary())], 0
    for chunk in chunks:
        found = chunk.dictionary_encode()
        places.append(found.indices.to_numpy(zero_copy_only=False) + np.int32(before))
        texts.append(found.dictionary)
        before += len(found.dictionary)
    positions = np.concatenate(places)
    return positions.astype(np.uint8) if before <= 1 << 8 else positions, pa.concat_arrays(texts)


def _size(chunk: pa.BinaryArray) -> int:
    """Return the number of bytes of all cells."""
    if not len(chunk):
        return 0
    at = np.frombuffer(chunk.buffers()[1], dtype=np.int32)
    return int(at[chunk.offset + len(chunk)] - at[chunk.offset])
