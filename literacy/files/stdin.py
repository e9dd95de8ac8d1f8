"""Standard input as a file: kept privately while it is read, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from literacy.errors import LiteracyError

STDIN = "standard input"
"""What messages call it, and the name of the file it is kept in."""


@contextmanager
def spool_input() -> Iterator[Path]:
    """Keep what comes in by standard input in a file that nobody else may read; it is deleted at the end.

    Any format can then be read from a pipe by the same door. The file goes away on errors too, and where the process
    is interrupted, told to end, or loses its terminal.

    Raises
    ------
    LiteracyError
        ``io.empty`` where nothing comes in, ``io.write`` where there is no room for it.
    """
    with _ends_in_order():
        folder = Path(tempfile.mkdtemp(prefix="literacy-"))  # mode 0700
        place = folder / STDIN
        try:
            _fill(place)
            yield place
        except LiteracyError as error:
            raise call_input(error, place) from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _fill(place: Path) -> None:
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        size = place.stat().st_size
    except OSError as error:
        raise LiteracyError(
            "io.write",
            where=STDIN,
            what=f"cannot be kept in {place.parent.parent} while it is read ({error.strerror or error})",
            fix="free some space there, or name the file instead of -",
        ) from None
    if not size:
        raise LiteracyError(
            "io.empty", where=STDIN, what="nothing came in", fix="pipe a data file into it, or name a file"
        )


def call_input(error: LiteracyError, place: Path) -> LiteracyError:
    """The error, with the place of the file called standard input."""

    def plain(text: str) -> str:
        return text.replace(str(place), STDIN)

    return LiteracyError(error.code, where=plain(error.where), what=plain(error.what), fix=plain(error.fix))


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """Let a request to end run the clean-up first; as it was afterwards, and only where nobody handles it already."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    names = [n for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)]
    numbers = [s for s in (getattr(signal, n) for n in names) if signal.getsignal(s) == signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
