"""Tables out: whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pandas as pd

from literacy.errors import LiteracyError


def write_atomic(path: str | Path, data: bytes) -> None:
    """Bytes to a file, whole or not at all: written beside it first, then put in its place.

    Raises
    ------
    LiteracyError
        ``io.write`` where the folder is missing or cannot be written; an older file of that name is left as it was.
    """
    place = Path(path)
    temporary = ""
    try:
        if place.is_dir():
            raise IsADirectoryError(21, "is a folder")
        handle, temporary = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        _usual_mode(temporary, place)
        Path(temporary).replace(place)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise LiteracyError(
            "io.write",
            where=str(path),
            what=f"cannot be written ({reason})",
            mend="check the folder, its permissions and free space",
        ) from None


def _usual_mode(temporary: str, place: Path) -> None:
    """Permissions of the file it replaces, or those a new file gets."""
    if place.exists():
        mode = place.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)


def encode_csv(frame: pd.DataFrame, *, excel: bool) -> bytes:
    """A frame as CSV bytes: all digits, Unix line ends; ``excel`` puts the byte order mark that shows Chinese."""
    text = str(frame.to_csv(index=False, lineterminator="\n"))
    return text.encode("utf-8-sig" if excel else "utf-8")


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a frame to a .csv file (UTF-8 with a byte order mark, so that Excel shows Chinese) or to ``-``.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    if str(path) == "-":
        sys.stdout.buffer.write(encode_csv(frame, excel=False))
        sys.stdout.buffer.flush()
        return
    write_atomic(path, encode_csv(frame, excel=Path(path).suffix.lower() == ".csv"))
