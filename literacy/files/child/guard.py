"""Read files in a child process, so that a malformed file can crash the child but never the analyst's session."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from literacy.errors import LiteracyError
from literacy.files.limits import MAX_COLUMNS, too_many
from literacy.messages import tell

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 15.0
"""Processor time, in seconds, allowed to a child in addition to the allowance per byte of the file."""
BUSY = 5.0
"""Ratio of the wall-clock limit to the processor-time limit, to allow for other load on the machine."""
BYTES_PER_SECOND = 500_000
MAX_LINE = 1 << 28
MAX_CELLS = 150_000_000
MAX_MEMORY = 8 << 30
Listener = Callable[[IO[bytes], Path], Iterator[dict[str, Any]]]


def damaged(where: str, reason: str) -> LiteracyError:
    """The error for a file that cannot be read to its end."""
    short = " ".join(reason.split())[:160]
    return LiteracyError(
        "io.damaged",
        where=where,
        what=tell("the file is truncated or damaged ({})", short),
        fix="get the file again from its source, or save it again in the program that wrote it",
    )


def protected(where: str) -> LiteracyError:
    """The error for a workbook protected by a password."""
    return LiteracyError(
        "io.format",
        where=where,
        what="the workbook is protected by a password",
        fix="open it with the password and save it without one (File, Info, Protect Workbook), or as .csv",
    )


def _no_sheet(path: Path, names: list[str]) -> LiteracyError:
    shown = ", ".join(f"'{n}'" for n in names[:12])
    return LiteracyError(
        "io.missing",
        where=str(path),
        what="the workbook has no sheet of that name",
        fix=tell("its sheets are {}", shown),
    )


def _memory(kind: str) -> int:
    """Address space allowed to a child: 90 % of the machine's memory, and at most 8 GiB for statistics files."""
    try:
        machine = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 0.9)
    except (AttributeError, ValueError, OSError):
        return 0  # memory size unavailable on this system: no limit
    return machine if kind == "grid" else min(machine, MAX_MEMORY)


def describe_file(path: Path, kind: str, encoding: str | None, file: BinaryIO) -> dict[str, Any]:
    """Return the dictionary of a file (names, labels, value labels, missing ranges), read by a child process."""
    asked = {"kind": kind, "encoding": encoding, "metadata_only": True}
    messages = list(_ask(path, file, asked, _listen_once))
    return _named(messages[0], path)


def _named(described: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the description unchanged if every column has a unique name; raise an error otherwise."""
    names = described["names"]
    if not all(isinstance(n, str) and n for n in names):
        raise damaged(str(path), tell("a column has no name"))
    if len(set(names)) < len(names):
        raise damaged(
            str(path), tell("{} columns have the same name as another", len(names) - len(set(names)))
        )
    return described


def read_guarded(
    path: Path, kind: str, encoding: str | None, file: BinaryIO
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the dictionary and the columns of a file, read by a child process.

    Returns
    -------
    (description, columns) ; each column is a float64 array or a list of str, float and None.
    """
    messages = _ask(path, file, {"kind": kind, "encoding": encoding, "metadata_only": False}, _listen)
    described = _named(next(messages), path)
    parts: dict[str, list[Any]] = {name: [] for name in described["names"]}
    for message in messages:
        for name, part in message.items():
            parts[name].append(part)
    columns: dict[str, Any] = {}
    for name, pieces in parts.items():
        if all(isinstance(p, np.ndarray) for p in pieces):
            columns[name] = np.concatenate(pieces) if pieces else np.zeros(0)
        else:
            columns[name] = [cell for piece in pieces for cell in list(piece)]
    return described, columns


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a workbook: its cells as text, the names of the other sheets, and counts of truncated numbers.

    ``long`` counts, for each column, the integers of more than 15 digits; a spreadsheet stores only 15 of them.
    """

    sheet: str
    others: tuple[str, ...]
    hidden: tuple[str, ...]
    rows: list[list[str]]
    long: Mapping[int, int]


def read_grid(path: Path, file: BinaryIO, sheet: str | None = None, cells: int = MAX_CELLS) -> Grid:
    """Return the named sheet, or else the first visible one that looks like a table, read by a child process."""
    asked = {"kind": "grid", "cells": cells, "columns": MAX_COLUMNS, "sheet": sheet}
    messages = _ask(path, file, asked, _listen_grid)
    head = next(messages)
    rows: list[list[str]] = []
    long: dict[int, int] = {}
    for message in messages:
        rows += message.get("rows", ())
        long |= {int(j): int(n) for j, n in message.get("long", ())}
    return Grid(head["sheet"], tuple(head["others"]), tuple(head["hidden"]), rows, long)


def _listen_grid(out: IO[bytes], path: Path) -> Iterator[dict[str, Any]]:
    yield _message(out, path)
    while True:
        message = _message(out, path)
        if "end" in message:
            yield {"long": message["long"]}
            return
        yield {"rows": json.loads(_exactly(out, message["size"]))}


def _ask(path: Path, file: BinaryIO, asked: dict[str, Any], listen: Listener) -> Iterator[dict[str, Any]]:
    """Start a child, pass it the open file and a request, and yield its messages; *path* names the file in errors.

    On systems that cannot pass on open file descriptors (Windows), the child opens the path itself.
    """
    patience = PATIENCE + os.fstat(file.fileno()).st_size / BYTES_PER_SECOND
    handles = (file.fileno(),) if hasattr(os, "pread") else ()
    request = {
        "path": str(path), "handle": handles[0] if handles else None, "memory": _memory(asked["kind"]),
        "seconds": patience, **asked,
    }  # fmt: skip
    words = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end, and gone then
    try:
        child = _start(path, words, handles)
    except LiteracyError:
        words.close()
        raise
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(BUSY * patience, stop)
    timer.daemon = True
    timer.start()
    finished = False
    try:
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(request).encode("utf-8"))
            child.stdin.close()
        except OSError:
            pass  # the child died at once; this is reported below
        yield from listen(child.stdout, path)
        finished = True
    except _SilenceError:
        child.wait()
        if late.is_set() or child.returncode == -getattr(signal, "SIGXCPU", 0):
            raise damaged(str(path), tell("reading it did not finish within {:.0f} s", patience)) from None
        raise _broken_off(path, child.returncode, _last_words(words)) from None
    finally:
        timer.cancel()
        if not finished:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()
        words.close()


def _last_words(words: IO[bytes]) -> str:
    """Return the last line a child wrote to its standard error."""
    words.seek(0, 2)
    words.seek(max(0, words.tell() - 4000))
    lines = words.read().decode("utf-8", "replace").strip().splitlines()
    return " ".join(lines[-1].split())[:200] if lines else ""


def _start(path: Path, words: IO[bytes], handles: tuple[int, ...]) -> subprocess.Popen[bytes]:
    """Start the child; it inherits only its pipes and the open file from this process."""
    command = [sys.executable or "", "-P", "-X", "utf8", str(WORKER)]
    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, pass_fds=handles
        )
    except OSError as error:
        raise LiteracyError(
            "io.reader",
            where=str(path),
            what=tell(
                "the process to read it cannot be started ({}: {})",
                error.strerror,
                command[0] or tell("no Python"),
            ),
            fix="run it with an ordinary Python whose sys.executable exists; or save the file as .csv",
        ) from None


def _vanished(path: Path, error: OSError) -> LiteracyError:
    return LiteracyError(
        "io.missing",
        where=str(path),
        what=tell("it existed and is no longer there ({})", error.strerror),
        fix="check the path; close programs that are writing to it",
    )


def _no_library(path: Path, words: str) -> LiteracyError:
    """The error for a library that cannot be used; the file itself may be intact."""
    library = words.split(":", 1)[0].replace("python_calamine", "python-calamine")
    return LiteracyError(
        "io.reader",
        where=str(path),
        what=tell("the library that reads it cannot be used here ({})", words),
        fix=tell("reinstall {}, in a version this program allows; or save the file as .csv", library),
    )


def _broken_off(path: Path, status: int, words: str = "") -> LiteracyError:
    """Return the error for a child that ended without a complete answer."""
    if not path.exists():
        return _vanished(path, FileNotFoundError(2, tell("it was deleted while being read")))
    if status == -9:  # SIGKILL comes from the system, usually for lack of memory, never from the file
        return LiteracyError(
            "io.reader",
            where=str(path),
            what="the process reading it was killed (signal 9), as happens when memory runs out",
            fix="close other programs, or read it on a machine with more memory",
        )
    if (
        status > 0 and words
    ):  # a file that crashes the library ends the child by a signal; a positive status means a failed start
        return LiteracyError(
            "io.reader",
            where=str(path),
            what=tell("the process reading it ended with status {} ({})", status, words),
            fix="repair this Python installation; or save the file as .csv",
        )
    return damaged(str(path), tell("the reader stopped with status {}", status))


class _SilenceError(Exception):
    """The child's output ended too early."""


def _listen_once(out: IO[bytes], path: Path) -> Iterator[dict[str, Any]]:
    yield _message(out, path)


def _listen(out: IO[bytes], path: Path) -> Iterator[dict[str, Any]]:
    described = _message(out, path)
    yield described
    names = described["names"]
    while True:
        message = _message(out, path)
        if "end" in message:
            return
        rows = message["chunk"]
        columns: dict[str, Any] = {}
        for name, plan in zip(names, message["plan"], strict=True):
            if plan == "f8":
                columns[name] = np.frombuffer(_exactly(out, 8 * rows), dtype=np.float64)
            else:
                columns[name] = json.loads(_exactly(out, plan))
        yield columns


def _message(out: IO[bytes], path: Path) -> dict[str, Any]:
    line = out.readline(MAX_LINE)
    if not line.endswith(b"\n"):
        raise _SilenceError
    try:
        message: dict[str, Any] = json.loads(line)
    except ValueError:
        raise _SilenceError from None
    if str(message.get("error", "")).startswith("LibraryError: "):
        raise _no_library(path, message["error"][14:])
    if str(message.get("error", "")).startswith("PasswordError"):
        raise protected(str(path))
    if str(message.get("error", "")).startswith("SheetError: "):
        raise _no_sheet(path, json.loads(message["error"][12:]))
    if str(message.get("error", "")).startswith("LimitError"):
        raise LiteracyError(
            "io.limit",
            where=str(path),
            what=tell(
                "the sheet has {}, most of them empty; the limit is {:,} cells, and 100 per byte of the file",
                message["error"][12:],
                MAX_CELLS,
            ),
            fix="delete empty rows and columns, or save the sheet as .csv",
        )
    if str(message.get("error", "")).startswith("ColumnsError"):
        raise too_many(str(path), int(message["error"][14:]))
    if str(message.get("error", "")).startswith("MemoryError"):
        raise LiteracyError(
            "io.limit",
            where=str(path),
            what=tell(
                "reading it requires more memory than the limit of {:.1f} GiB", _memory(kind="sav") / 2**30
            ),
            fix="export only the columns of the questionnaire, or save it as .csv",
        )
    if "error" in message:
        if not path.exists():
            raise _vanished(path, FileNotFoundError(2, tell("it was deleted while being read")))
        raise damaged(str(path), message["error"])
    return message


def _exactly(out: IO[bytes], size: int) -> bytes:
    data = out.read(size)
    if len(data) < size:
        raise _SilenceError
    return data
