"""Post-processing of written files: a fixed creation time, and Stata's extended missing values.

The library writes the current time into every header, and mistakes columns of numbers and extended missing values for
texts if the first hundred cells look like it. Format: Stata manual, "dta: file formats", release 118.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FIRST = 0x7FE0_0000_0000_0000  # bit pattern of Stata's "."; .a to .z follow at steps of _STEP
_STEP = 0x0000_0100_0000_0000
_SIZES = {65526: 8, 65527: 4, 65528: 4, 65529: 2, 65530: 1, 32768: 8}
SPSS_MOMENT = b"01 Jan 0000:00:00"
STATA_MOMENT = b"01 Jan 2000 00:00"


def stamp_spss(path: Path) -> None:
    """Set the creation time in the header of a .sav or .zsav file to 1 January 2000."""
    _overwrite(path, 92, SPSS_MOMENT)


def stamp_stata(path: Path) -> None:
    """Set the creation time in the header of a .dta file to 1 January 2000."""
    mark = b"<timestamp>\x11"
    with path.open("rb") as file:
        at = file.read(4096).index(mark) + len(mark)
    _overwrite(path, at, STATA_MOMENT)


def _overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def put_missing(path: Path, places: Mapping[int, Mapping[str, NDArray[np.bool_]]]) -> None:
    """Replace cells of a .dta file by extended missing values.

    Parameters
    ----------
    path : Path
        A file of release 118, as written by the library.
    places : mapping
        Column index -> letter -> boolean mask of rows. The columns must be of type double.
    """
    if not places:
        return
    with path.open("rb") as file:
        offsets = _section_offsets(file.read(4096))
        file.seek(offsets[2])
        types = file.read(offsets[3] - offsets[2])
    widths = _widths(types[len(b"<variable_types>") : -len(b"</variable_types>")])
    starts = np.concatenate([[0], np.cumsum(widths)])
    rows = len(next(iter(next(iter(places.values())).values())))
    data = np.memmap(
        path, dtype=np.uint8, mode="r+", offset=offsets[9] + len(b"<data>"), shape=(rows, int(starts[-1]))
    )
    for column, letters in places.items():
        cells = data[:, starts[column] : starts[column] + 8]
        for letter, mask in letters.items():
            number = _FIRST + _STEP * (ord(letter) - ord("a") + 1)
            cells[mask] = np.frombuffer(struct.pack("<Q", number), dtype=np.uint8)
    data.flush()


def _section_offsets(head: bytes) -> Sequence[int]:
    at = head.index(b"<map>") + len(b"<map>")
    return struct.unpack_from("<14q", head, at)


def _widths(types: bytes) -> list[int]:
    codes = np.frombuffer(types, dtype="<u2").tolist()
    return [_SIZES.get(code, code) for code in codes]
