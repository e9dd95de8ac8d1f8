"""What must not stay behind: temporary files and folders go when their work ends, or when the program is ended.

Whoever handles signals (the command line) calls :func:`clear_leftovers` before it ends the program. A name is noted
before its file is made, so that there is no moment in which a file has no one to remove it.
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
"""Bytes a file's name may have."""


@contextmanager
def hold_leftover(clear: Callable[[], None]) -> Iterator[None]:
    """Call *clear* when the work within ends, however it ends."""
    key = max(_NOTED, default=0) + 1
    _NOTED[key] = clear
    try:
        yield
    finally:
        clear()
        _NOTED.pop(key, None)


@contextmanager
def stay_undivided() -> Iterator[None]:
    """Delay termination signals until the step within, which must not be half done, has finished."""
    _BUSY.append(True)
    try:
        yield
    finally:
        _BUSY.pop()
        while _AWAITED and not _BUSY:
            _AWAITED.pop()()


def end_later(end: Callable[[], None]) -> bool:
    """Whether an undivided step is going on; *end* is called after it then."""
    if _BUSY:
        _AWAITED.append(end)
    return bool(_BUSY)


def clear_leftovers() -> None:
    """Remove all that is noted now, the newest first."""
    for key in sorted(_NOTED, reverse=True):
        with contextlib.suppress(OSError):
            _NOTED[key]()


@contextmanager
def hold_file(beside: Path) -> Iterator[Path]:
    """An empty file beside a place, for its owner alone, under a name that begins with a dot; gone at the end."""
    place = name_beside(beside)
    with hold_leftover(lambda: place.unlink(missing_ok=True)):
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600))
        yield place


@contextmanager
def hold_folder(place: Path | None = None) -> Iterator[Path]:
    """A folder of that name (default: among the system's temporary ones) for its owner alone; gone at the end."""
    made = place or Path(tempfile.gettempdir()) / f"literacy-{secrets.token_hex(8)}"
    with hold_leftover(lambda: shutil.rmtree(made, ignore_errors=True)):
        made.mkdir(mode=0o700)
        yield made


def name_beside(place: Path) -> Path:
    """A free name in the same folder: a dot, the stem, a random word, the ending."""
    word = secrets.token_hex(4)
    room = LONGEST - len(os.fsencode(f"..{word}{place.suffix}"))
    stem = os.fsencode(place.stem)[: max(room, 0)]
    short = os.fsdecode(stem) if len(stem) < len(os.fsencode(place.stem)) else place.stem
    return place.with_name(f".{short}.{word}{place.suffix}")
