"""Location of a project's survey: ``literacy.toml`` or a folder ``surveys/`` next to the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from literacy._resources import surveys_dir
from literacy.instrument.reading.survey_locations import HOME, WORKBOOK, WORKBOOKS

SHELF = "surveys"


@dataclass(frozen=True, slots=True)
class Home:
    """Surveys found next to the data.

    Attributes
    ----------
    survey : str
        The survey named by ``literacy.toml``, or the only one in ``surveys/``; empty if there is none or several.
    place : str
        The file or folder that determines it.
    others : tuple of str
        The surveys in ``surveys/`` if there are several; the content of the data file then decides.
    """

    survey: str = ""
    place: str = ""
    others: tuple[str, ...] = ()


def find_home(folders: Iterable[Path]) -> Home:
    """Return the surveys of the first of the folders that has any.

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
