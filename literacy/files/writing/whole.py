"""A file is written whole or not at all; links are followed, and streams are written through."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from literacy.errors import LiteracyError
from literacy.files.leftovers import hold_file, hold_folder
from literacy.messages import tell

STDOUT = "standard output"
_HANDLE = re.compile(r"/proc/(\d+)(?:/task/\d+)?/fd/(\d+)")
_HOPS = 40


def write_error(path: str | Path, what: str, fix: str) -> LiteracyError:
    """The error for a result that cannot be written."""
    return LiteracyError("io.write", where=str(path), what=what, fix=fix)


def replace_file(
    path: str | Path, write: Callable[[Path], None], refused: tuple[type[Exception], ...] = ()
) -> None:
    """Let *write* make a file beside *path*, then put it in its place; an older file stays whole until then.

    A link is followed and stays. What is no file (a pipe, a device, a handle of this process such as ``/dev/stdout``)
    is written through, never replaced, and gets nothing before all is there. The file made beside it is its owner's
    alone, has a name that begins with a dot, and is gone afterwards; its bytes are on the disk before it takes the
    place.

    Parameters
    ----------
    path : str or Path
        ``-`` is standard output.
    write : callable
        Takes the temporary path and writes the file.
    refused : tuple of exception types
        What the writer raises when it will not write.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    caught: tuple[type[Exception], ...] = (OSError, *refused)
    try:
        if str(path) == "-" or is_stream(path):
            with hold_folder() as folder:
                temporary = folder / f"out{Path(path).suffix}"
                write(temporary)
                with temporary.open("rb") as file:
                    _pour(file, path)
            return
        place = Path(os.path.realpath(path))
        if place.is_dir() or str(path).endswith(("/", os.sep)):
            raise IsADirectoryError(21, tell("is a folder"))
        if place.is_symlink():
            raise OSError(40, tell("a link that leads back to itself"))
        mode = _usual_mode(place)
        with hold_file(place) as temporary:
            write(temporary)
            _sync(temporary)
            temporary.replace(place)
        place.chmod(mode)
        _sync(place.parent)
    except BrokenPipeError:
        raise
    except caught as error:
        reason = getattr(error, "strerror", None) or str(error)
        fix = tell("check the folder, its permissions and free space")
        raise write_error(path, tell("cannot be written ({})", reason), fix) from None


def refuse_inputs(path: str | Path, inputs: Iterable[str | Path]) -> None:
    """Nothing is written over what it is made from: not under another name, nor through a link.

    Raises
    ------
    LiteracyError
        ``io.write`` where *path* is one of *inputs*.
    """
    if str(path) == "-":
        return
    try:
        own = Path(path).stat()
    except OSError:
        return
    if not stat.S_ISREG(own.st_mode):
        return
    for name in (file for one in inputs for file in _files_of(one)):
        with contextlib.suppress(OSError):
            if os.path.samestat(own, Path(name).stat()):
                raise write_error(
                    path,
                    tell("is one of the input files ({})", name),
                    tell("write the result to another file"),
                )


def _files_of(path: str | Path) -> list[str | Path]:
    """A file; all that lies in a folder, or that a pattern names."""
    with contextlib.suppress(OSError, ValueError):
        if Path(path).is_dir():
            return list(Path(path).iterdir())
        if not Path(path).exists() and glob.has_magic(str(path)):
            return list(glob.glob(str(path)))  # noqa: PTH207 - of a whole path
    return [path]


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = tell("the folder cannot be created ({})", error.strerror or error)
        raise write_error(path, what, tell("choose another location")) from None


def write_atomic(path: str | Path, data: bytes) -> None:
    """Bytes to a file, whole or not at all: written beside it first, then put in its place.

    Raises
    ------
    LiteracyError
        ``io.write`` where the folder is missing or cannot be written; an older file of that name is left as it was.
    """
    replace_file(path, lambda temporary: _dump(temporary, data))


def write_stdout(data: bytes) -> None:
    """Bytes to standard output, sent off at once.

    Raises
    ------
    LiteracyError
        ``io.write`` where it is closed or full.
    BrokenPipeError
        Where the program that read it has gone.
    """
    try:
        buffer = getattr(_stdout(), "buffer", None)
        if buffer is None:  # a notebook
            sys.stdout.write(data.decode("utf-8", "replace"))
        else:
            buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise stdout_error(getattr(error, "strerror", None) or str(error)) from None


def stdout_error(reason: str) -> LiteracyError:
    """The error for standard output that takes nothing."""
    return write_error(
        STDOUT, tell("cannot be written ({})", reason), tell("check the destination, or give a file: -o FILE")
    )


def _stdout() -> IO[str]:
    if sys.stdout is None or sys.stdout.closed:
        raise write_error(
            STDOUT,
            tell("is closed, so the result cannot be written"),
            tell("open it, or give a file: -o FILE"),
        )
    return sys.stdout


def is_stream(path: str | Path) -> bool:
    """Whether a path is a pipe, a device, a socket or an open handle: something to write to, not to replace."""
    try:
        kind = Path(path).stat().st_mode
    except OSError:
        return _find_handle(path) is not None
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)) or _find_handle(path) is not None


def _find_handle(path: str | Path) -> tuple[int, int] | None:
    """Process and number of the open handle that a path leads to by its links, as ``/dev/stdout`` does."""
    here = os.path.abspath(path)  # noqa: PTH100  # links stay
    for _ in range(_HOPS):
        folder, name = os.path.split(here)
        here = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
        if found := _HANDLE.fullmatch(here):
            return int(found[1]), int(found[2])
        try:
            here = os.path.join(os.path.dirname(here), os.readlink(here))  # noqa: PTH115, PTH118, PTH120
        except OSError:
            return None
    return None


def _pour(file: IO[bytes], path: str | Path) -> None:
    """Copy a finished file into a stream."""
    if str(path) == "-":
        while data := file.read(1 << 20):
            write_stdout(data)
        return
    found = _find_handle(path)
    if found is not None and found[0] == os.getpid():
        if found[1] == 1:
            _stdout().flush()
        handle = os.dup(found[1])
    else:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "wb") as stream:
        shutil.copyfileobj(file, stream, 1 << 20)


def _sync(path: Path) -> None:
    """See that a file (or a folder's list of names) is on the disk; what cannot be synced is left."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _dump(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _usual_mode(place: Path) -> int:
    """Permissions of the file it replaces, or those a new file gets."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
