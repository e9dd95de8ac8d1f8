"""The different texts of a column, and which of them each row holds: short cells are told apart by their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

SHORT = 2
"""Most bytes of a cell that is told apart by its bytes, as a number of 16 bits: codes, ages, ticks."""


def distinct_cells(
    chunks: Sequence[pa.BinaryArray],
) -> tuple[NDArray[np.uint8] | NDArray[np.int32], pa.BinaryArray]:
    """Place of each row's text among the different texts of a column, and these.

    Columns of answers hold a letter or two: each is a number already, so that no text has to be compared with another.
    No cell holds a NUL byte, which stands for "no letter" here.
    """
    import pyarrow as pa

    codes = [_short_codes(chunk) for chunk in chunks]
    if any(code is None for code in codes):
        return _by_text(chunks)
    whole = np.concatenate([c for c in codes if c is not None]) if codes else np.zeros(0, dtype=np.uint8)
    found = np.flatnonzero(np.bincount(whole))
    places = np.zeros(
        int(found[-1]) + 1 if len(found) else 0, dtype=np.uint8 if len(found) <= 1 << 8 else np.int32
    )
    places[found] = np.arange(len(found))
    texts = [int(code).to_bytes(SHORT, "little").rstrip(b"\0") for code in found]
    return np.take(places, whole), pa.array(texts, pa.binary())


def _short_codes(chunk: pa.BinaryArray) -> NDArray[np.uint8] | NDArray[np.uint16] | None:
    """The bytes of each cell as a number; None where a cell has more than :data:`SHORT`."""
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
    """The same of cells of any length."""
    import pyarrow as pa

    places, texts, before = [], [], 0
    for chunk in chunks:
        found = chunk.dictionary_encode()
        places.append(found.indices.to_numpy(zero_copy_only=False) + np.int32(before))
        texts.append(found.dictionary)
        before += len(found.dictionary)
    positions = np.concatenate(places)
    return positions.astype(np.uint8) if before <= 1 << 8 else positions, pa.concat_arrays(texts)
