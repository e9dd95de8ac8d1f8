"""Where a project keeps its survey: ``literacy.toml`` or a folder ``surveys/`` beside the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from literacy._resources import surveys_dir
from literacy.instrument.reading.loader import HOME, WORKBOOK, WORKBOOKS

SHELF = "surveys"


@dataclass(frozen=True, slots=True)
class Home:
    """Surveys beside the data.

    Attributes
    ----------
    survey : str
        The one a ``literacy.toml`` names, or the only one of ``surveys/``; empty where there is none, or several.
    place : str
        The file or folder that specifies it.
    others : tuple of str
        Those of ``surveys/``, where there are several: what a file holds decides.
    """

    survey: str = ""
    place: str = ""
    others: tuple[str, ...] = ()


def find_home(folders: Iterable[Path]) -> Home:
    """The surveys of the first of some folders that has any.

    Examples
    --------
    >>> find_home([])
    Home(survey='', place='', others=())
    """
    for folder in dict.fromkeys(folders):
        if (folder / HOME).is_file():
            return Home(str(folder), str(folder / HOME))
        if (folder / SHELF).resolve() == surveys_dir().resolve():
            continue
        kept = tuple(sorted(str(p) for p in (folder / SHELF).glob("*") if _is_survey(p)))
        if len(kept) == 1:
            return Home(kept[0], str(folder / SHELF))
        if kept:
            return Home(others=kept)
    return Home()


def _is_survey(place: Path) -> bool:
    if place.is_dir():
        return any((place / name).is_file() for name in ("instrument.toml", WORKBOOK, HOME))
    return place.suffix.lower() in WORKBOOKS and not place.name.startswith(("~$", "."))
