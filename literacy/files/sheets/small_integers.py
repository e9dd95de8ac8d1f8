"""Columns of small integers, read from Parquet as one byte per cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.files.child.guard import damaged
from literacy.files.writing.distinct import BYTE, Places, find_bytes

_WHOLE = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"})


class ByteColumn:
    """A column of integers between *low* and *high*, at most :data:`BYTE` apart, taken a number of rows at a time.

    Parameters
    ----------
    batches : iterator of Arrow record batches
        They hold this column alone and may be of any length.
    low, high : int
        Smallest and largest value according to the file.
    where : str
        Name of the file, for messages.
    """

    def __init__(self, batches: Iterator[Any], low: int, high: int, where: str) -> None:
        self._batches = batches
        self._low, self._high = low, high
        self._where = where
        self._left: NDArray[np.uint8] = np.empty(0, np.uint8)

    def take(self, rows: int) -> Places:
        """Return the next *rows* cells."""
        cells = self._left[:rows]
        self._left = self._left[rows:]
        if len(cells) < rows:
            parts, held = [cells], len(cells)
            while held < rows:
                batch = next(self._batches, None)
                if batch is None:
                    raise damaged(self._where, "its columns hold other numbers of rows than it states")
                parts.append(self._read(batch.column(0)))
                held += len(parts[-1])
            joined = parts[1] if len(parts) == 2 and not len(cells) else np.concatenate(parts)
            cells, self._left = joined[:rows], joined[rows:]
        return find_bytes(cells, self._low, self._high - self._low + 1)

    def _read(self, column: Any) -> NDArray[np.uint8]:
        """Return the cells less *low*, missing cells as :data:`BYTE`."""
        import pyarrow
        import pyarrow.compute

        if str(column.type) not in _WHOLE:
            column = pyarrow.compute.cast(column, pyarrow.int64())
        valid, held = column.buffers()
        begin, end = column.offset, column.offset + len(column)
        if column.null_count == len(column) or held is None:
            return np.full(len(column), BYTE, np.uint8)
        values = np.frombuffer(held, dtype=str(column.type))[begin:end]
        if int(values.max()) > self._high or int(values.min()) < self._low:
            # the value of a missing cell is arbitrary
            ends = pyarrow.compute.min_max(column)
            if ends["min"].as_py() < self._low or ends["max"].as_py() > self._high:
                raise damaged(self._where, "its statistics do not fit its cells")
        cells = values.astype(np.uint8)
        if self._low:
            cells -= np.uint8(self._low % 256)
        if column.null_count:
            bits = np.unpackbits(np.frombuffer(valid, np.uint8), count=end, bitorder="little")[begin:]
            bits -= 1  # all ones where missing
            cells |= bits
        return cells
