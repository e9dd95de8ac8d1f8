"""A folder of results takes its place whole: made elsewhere first, then moved in."""

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
        Where to write; its sub-folders are its rooms.
    rooms : sequence of str
        Sub-folders in which an earlier run may have left something.
    removed : list of str
        Afterwards: files of an earlier run that are gone, as ``room/name``.
    """

    fresh: Path
    rooms: Sequence[str] = ()
    removed: list[str] = field(default_factory=list)


@contextmanager
def fill_folder(out: str | Path, stale: Stale, rooms: Sequence[str] = ()) -> Iterator[Filling]:
    """Fill a fresh folder; when that ends well, it takes the place of *out*, else *out* stays as it was.

    Parameters
    ----------
    out : str or Path
        A folder that may be there already. Its own files stay, but for those that are rewritten and those that
        are stale.
    stale : callable
        Whether a file ``(room, name)`` of the old folder, not written now, is of an earlier run and has to go; the
        folder itself is the room ``""``.
    rooms : sequence of str
        Sub-folders to look in beside those that are written.

    Raises
    ------
    LiteracyError
        ``io.write`` naming *out*, before any work is done where nothing can be written there.
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
    """See that a folder can be written: an error now rather than after the work.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    with _told(out), _open(Path(os.path.realpath(out))):
        pass


def _open(place: Path) -> contextlib.AbstractContextManager[Path]:
    """A fresh folder inside the one that is there, or beside the place of the one that is not."""
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(20, tell("is not a folder"))
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
    return hold_folder(name_beside(place / "new" if place.is_dir() else place))


@contextmanager
def _told(out: str | Path) -> Iterator[None]:
    """What the system refuses, as the one error."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        fix = tell("check the folder, its permissions and free space, or give another: -o FOLDER")
        raise write_error(out, tell("cannot be written ({})", reason), fix) from None


def _exchange(filling: Filling, place: Path, stale: Stale) -> None:
    """Put the rooms of the fresh folder where the old ones were; what is foreign in these goes along."""
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
