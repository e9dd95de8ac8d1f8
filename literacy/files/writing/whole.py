"""Atomic writing of files; symbolic links are followed, and streams are written directly."""

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
    """Let *write* create a temporary file next to *path* that then replaces it atomically.

    Symbolic links are followed and preserved. Anything but a regular file (a pipe, a device, an open descriptor such as
    ``/dev/stdout``) is written to rather than replaced, once the output is complete. The temporary file is hidden,
    accessible to its owner only, synced to disk before it replaces *path*, and removed on failure.

    Parameters
    ----------
    path : str or Path
        ``-`` stands for standard output.
    write : callable
        Takes the temporary path and writes the file.
    refused : tuple of exception types
        Exceptions raised by the writer if it cannot write the data.

    Raises
    ------
    LiteracyError
        ``io.write`` if the file cannot be written.
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
    """Raise an error if an output would overwrite one of its inputs, be it under another name or through a link.

    Raises
    ------
    LiteracyError
        ``io.write`` if *path* is one of *inputs*.
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
    """Return the files denoted by a path: the contents of a folder, the matches of a pattern, or the path itself."""
    with contextlib.suppress(OSError, ValueError):
        if Path(path).is_dir():
            return list(Path(path).iterdir())
        if not Path(path).exists() and glob.has_magic(str(path)):
            return list(glob.glob(str(path)))  # noqa: PTH207 - of a whole path
    return [path]


def make_folder(path: Path) -> None:
    """Create a folder and its parents unless they exist.

    Raises
    ------
    LiteracyError
        ``io.write`` if the folder cannot be created.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = tell("the folder cannot be created ({})", error.strerror or error)
        raise write_error(path, what, tell("choose another location")) from None


def write_atomic(path: str | Path, data: bytes) -> None:
    """Write bytes to a file atomically: to a temporary file that then replaces it.

    Raises
    ------
    LiteracyError
        ``io.write`` if the folder is missing or not writable; an existing file is then left unchanged.
    """
    replace_file(path, lambda temporary: _dump(temporary, data))


def write_stdout(data: bytes) -> None:
    """Write bytes to standard output and flush it.

    Raises
    ------
    LiteracyError
        ``io.write`` if it is closed or full.
    BrokenPipeError
        If the reading program has ended.
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
    """The error for a failed write to standard output."""
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
    """Return whether a path is a pipe, device, socket or open descriptor, to be written to rather than replaced."""
    try:
        kind = Path(path).stat().st_mode
    except OSError:
        return _find_handle(path) is not None
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)) or _find_handle(path) is not None


def _find_handle(path: str | Path) -> tuple[int, int] | None:
    """Return process ID and number of the descriptor to which a path such as ``/dev/stdout`` links; else None."""
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
    """Flush a file or a folder's entries to disk; failures are ignored."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _dump(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _usual_mode(place: Path) -> int:
    """Return the permissions of the file to be replaced, or the default ones for a new file."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
