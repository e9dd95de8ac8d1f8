"""A file is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from literacy.errors import LiteracyError


def write_error(path: str | Path, what: str, fix: str) -> LiteracyError:
    """The error for a result that cannot be written."""
    return LiteracyError("io.write", where=str(path), what=what, fix=fix)


def replace_file(
    path: str | Path, write: Callable[[Path], None], refused: tuple[type[Exception], ...] = ()
) -> None:
    """Let *write* make a file beside *path*, then put it in its place; an older file stays whole until then.

    Parameters
    ----------
    path : str or Path
    write : callable
        Takes the temporary path and writes the file.
    refused : tuple of exception types
        What the writer raises when it will not write.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    place = Path(path)
    caught: tuple[type[Exception], ...] = (OSError, *refused)
    temporary: Path | None = None
    try:
        if place.is_dir():
            raise IsADirectoryError(21, "is a folder")
        if place.exists() and not place.is_file():
            write(place)  # a pipe or device is written to, never replaced
            return
        handle, name = tempfile.mkstemp(prefix=f".{place.stem}.", suffix=place.suffix, dir=place.parent)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        temporary.chmod(_usual_mode(place))
        temporary.replace(place)
        temporary = None
    except caught as error:
        reason = getattr(error, "strerror", None) or str(error)
        fix = "check the folder, its permissions and free space"
        raise write_error(path, f"cannot be written ({reason})", fix) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def write_atomic(path: str | Path, data: bytes) -> None:
    """Bytes to a file, whole or not at all: written beside it first, then put in its place.

    Raises
    ------
    LiteracyError
        ``io.write`` where the folder is missing or cannot be written; an older file of that name is left as it was.
    """
    replace_file(path, lambda temporary: _dump(temporary, data))


def _dump(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _usual_mode(place: Path) -> int:
    """Permissions of the file it replaces, or those a new file gets."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
