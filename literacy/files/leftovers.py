"""Removal of temporary files and folders when the work that uses them ends or the program is terminated.

The signal handler (in the command line) calls :func:`clear_leftovers` before it ends the program. A name is registered
before its file is created, so that no file can exist without being registered for removal.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NOTED: dict[int, Callable[[], None]] = {}
_BUSY: list[bool] = []
_AWAITED: list[Callable[[], None]] = []
LONGEST = 255
"""Maximum length of a file name, in bytes."""


@contextmanager
def hold_leftover(clear: Callable[[], None]) -> Iterator[None]:
    """Call *clear* on exit from the context, normal or not, and from :func:`clear_leftovers` until then."""
    key = max(_NOTED, default=0) + 1
    _NOTED[key] = clear
    try:
        yield
    finally:
        clear()
        _NOTED.pop(key, None)


@contextmanager
def stay_undivided() -> Iterator[None]:
    """Delay termination signals until the enclosed step, which must not be left half done, has finished."""
    _BUSY.append(True)
    try:
        yield
    finally:
        _BUSY.pop()
        while _AWAITED and not _BUSY:
            _AWAITED.pop()()


def end_later(end: Callable[[], None]) -> bool:
    """Return whether an uninterruptible step is in progress; if so, *end* is called after it."""
    if _BUSY:
        _AWAITED.append(end)
    return bool(_BUSY)


def clear_leftovers() -> None:
    """Remove everything currently registered, newest first."""
    for key in sorted(_NOTED, reverse=True):
        with contextlib.suppress(OSError):
            _NOTED[key]()


@contextmanager
def hold_file(beside: Path) -> Iterator[Path]:
    """Create an empty hidden file next to a path, readable by its owner only; removed on exit."""
    place = name_beside(beside)
    with hold_leftover(lambda: place.unlink(missing_ok=True)):
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600))
        yield place


@contextmanager
def hold_folder(place: Path | None = None) -> Iterator[Path]:
    """Create a folder (by default a temporary one), accessible to its owner only; removed on exit."""
    made = place or Path(tempfile.gettempdir()) / f"literacy-{secrets.token_hex(8)}"
    with hold_leftover(lambda: shutil.rmtree(made, ignore_errors=True)):
        made.mkdir(mode=0o700)
        yield made


def name_beside(place: Path) -> Path:
    """Return a name in the same folder: a dot, the stem, a dot, eight random hexadecimal digits, the extension."""
    word = secrets.token_hex(4)
    room = LONGEST - len(os.fsencode(f"..{word}{place.suffix}"))
    stem = os.fsencode(place.stem)[: max(room, 0)]
    short = os.fsdecode(stem) if len(stem) < len(os.fsencode(place.stem)) else place.stem
    return place.with_name(f".{short}.{word}{place.suffix}")
