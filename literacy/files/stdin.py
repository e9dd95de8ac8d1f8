"""Standard input as a file: stored in a private temporary file while it is read."""

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
"""Name of standard input in messages, and name of the temporary file."""


@contextmanager
def spool_input() -> Iterator[Path]:
    """Store standard input in a temporary file readable only by its owner, and delete the file on exit.

    Any format can thus be read from a pipe. The file is also deleted after errors, and when the command line is
    interrupted, terminated, or loses its terminal.

    Raises
    ------
    LiteracyError
        ``io.empty`` if nothing is received, ``io.write`` if the input cannot be stored.
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
    """Return the error with the path of the temporary file replaced by the name of standard input."""

    def plain(text: str) -> str:
        return text.replace(str(place), tell(STDIN))

    return LiteracyError(error.code, where=plain(error.where), what=plain(error.what), fix=plain(error.fix))
