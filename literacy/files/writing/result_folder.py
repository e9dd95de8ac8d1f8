"""Atomic writing of a folder of results, which is filled at a temporary place and then moved into position."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from literacy.files.leftovers import hold_folder, name_beside, stay_undivided
from literacy.files.writing.whole import write_error
from literacy.messages import tell

Stale = Callable[[str, str], bool]


@dataclass(slots=True)
class Filling:
    """A folder being filled.

    Attributes
    ----------
    fresh : Path
        Temporary folder to write to; its sub-folders are its rooms.
    rooms : sequence of str
        Sub-folders that may contain files of an earlier run.
    removed : list of str
        On completion, the removed files of an earlier run, as ``room/name``.
    """

    fresh: Path
    rooms: Sequence[str] = ()
    removed: list[str] = field(default_factory=list)


@contextmanager
def fill_folder(out: str | Path, stale: Stale, rooms: Sequence[str] = ()) -> Iterator[Filling]:
    """Fill a temporary folder that replaces *out* on success; on failure *out* is left unchanged.

    Parameters
    ----------
    out : str or Path
        Output folder, which may already exist; its files are kept, except for those that are rewritten or stale.
    stale : callable
        Returns whether a file ``(room, name)`` of the old folder that is not rewritten stems from an earlier run and
        must be removed; the room of the folder itself is ``""``.
    rooms : sequence of str
        Sub-folders to check for stale files in addition to those that are written.

    Raises
    ------
    LiteracyError
        ``io.write`` if *out* cannot be written; if possible, this is detected before any work is done.
    """
    place = Path(os.path.realpath(out))
    with contextlib.ExitStack() as stack:
        with _told(out):
            filling = Filling(stack.enter_context(_open(place)), rooms)
        yield filling
        with _told(out), stay_undivided():
            if place.is_dir():
                _exchange(filling, place, stale)
            else:
                filling.fresh.chmod(0o777 & ~_mask())
                filling.fresh.rename(place)


def try_folder(out: str | Path) -> None:
    """Check in advance that a folder can be written.

    Raises
    ------
    LiteracyError
        ``io.write`` if it cannot.
    """
    with _told(out), _open(Path(os.path.realpath(out))):
        pass


def _open(place: Path) -> contextlib.AbstractContextManager[Path]:
    """Create a temporary folder inside an existing output folder, or next to where a new one will be."""
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(20, tell("is not a folder"))
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
    return hold_folder(name_beside(place / "new" if place.is_dir() else place))


@contextmanager
def _told(out: str | Path) -> Iterator[None]:
    """Convert operating system errors to a write error for *out*."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        fix = tell("check the folder, its permissions and free space, or give another: -o FOLDER")
        raise write_error(out, tell("cannot be written ({})", reason), fix) from None


def _exchange(filling: Filling, place: Path, stale: Stale) -> None:
    """Replace the old rooms by those of the fresh folder, keep unrelated files in them, and remove stale ones."""
    rooms = sorted(p for p in filling.fresh.iterdir() if p.is_dir())
    for room in rooms:
        old = place / room.name
        if old.is_symlink():
            raise OSError(0, tell("{} in it is a link", room.name))
        for entry in sorted(old.iterdir()) if old.is_dir() else ():
            if (room / entry.name).exists():
                continue
            if entry.is_file() and stale(room.name, entry.name):
                filling.removed.append(f"{room.name}/{entry.name}")
            elif entry.is_dir() and not entry.is_symlink():
                shutil.copytree(entry, room / entry.name, symlinks=True)
            else:
                shutil.copy2(entry, room / entry.name, follow_symlinks=False)
    written = {room.name for room in rooms}
    moved: list[tuple[Path, Path]] = []
    try:
        for room in rooms:
            old, aside = place / room.name, filling.fresh / f".old.{room.name}"
            if old.exists():
                room.chmod(old.stat().st_mode & 0o777)
                old.rename(aside)
                moved.append((aside, old))
            room.rename(old)
            moved.append((old, room))
    except OSError:
        for now, before in reversed(moved):
            now.rename(before)
        raise
    for file in sorted(p for p in filling.fresh.iterdir() if p.is_file()):
        file.replace(place / file.name)
        written.add(file.name)
    for name in ("", *(r for r in filling.rooms if r not in written)):
        old = place / name
        names = sorted(p.name for p in old.iterdir()) if old.is_dir() else []
        gone = [n for n in names if stale(name, n) and not (name == "" and n in written)]
        for one in gone:
            (old / one).unlink()
        filling.removed += [f"{name}/{n}".lstrip("/") for n in gone]
        if name and gone and gone == names:
            old.rmdir()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
