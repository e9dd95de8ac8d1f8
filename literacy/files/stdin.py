"""Standard input as a file: kept privately while it is read, gone afterwards."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from literacy.errors import LiteracyError
from literacy.files.leftovers import hold_folder
from literacy.messages import mark, tell

STDIN = mark("standard input")
"""What messages call it, and the name of the file it is kept in."""


@contextmanager
def spool_input() -> Iterator[Path]:
    """Keep what comes in by standard input in a file that nobody else may read; it is deleted at the end.

    Any format can then be read from a pipe by the same door. The file goes away on errors too, and where the command
    line is interrupted, terminated, or loses its terminal.

    Raises
    ------
    LiteracyError
        ``io.empty`` where nothing comes in, ``io.write`` where there is no room for it.
    """
    with hold_folder() as folder:
        place = folder / STDIN
        try:
            _fill(place)
            yield place
        except LiteracyError as error:
            raise call_input(error, place) from None


def _fill(place: Path) -> None:
    if sys.stdin is None:
        raise LiteracyError(
            "io.empty", where=STDIN, what="is closed", fix="pipe a data file into it, or give a file"
        )
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        size = place.stat().st_size
    except OSError as error:
        raise LiteracyError(
            "io.write",
            where=STDIN,
            what=tell(
                "cannot be stored in {} while it is read ({})", place.parent.parent, error.strerror or error
            ),
            fix="free some space there, or give the file instead of -",
        ) from None
    if not size:
        raise LiteracyError(
            "io.empty",
            where=STDIN,
            what="nothing was received",
            fix="pipe a data file into it, or give a file",
        )


def call_input(error: LiteracyError, place: Path) -> LiteracyError:
    """The error, with the place of the file called standard input."""

    def plain(text: str) -> str:
        return text.replace(str(place), tell(STDIN))

    return LiteracyError(error.code, where=plain(error.where), what=plain(error.what), fix=plain(error.fix))
