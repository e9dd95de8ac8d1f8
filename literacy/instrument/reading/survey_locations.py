"""Location of surveys: packaged ones by name, others by folder, workbook or the project file."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from literacy._resources import surveys_dir
from literacy.errors import LiteracyError
from literacy.instrument.definitions import nearest
from literacy.instrument.reading.source_tables import Findings, place_of, read_toml
from literacy.instrument.workbooks.sheet_parsing import open_survey_workbook
from literacy.instrument.workbooks.survey_paths import SheetPath, SurveyPath
from literacy.messages import tell

Place = str | os.PathLike[str]
WORKBOOK = "survey.xlsx"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
HOME = "literacy.toml"
"""Name of the file that names the survey of the folder that contains it."""


def list_surveys() -> tuple[str, ...]:
    """Return the names of the surveys that come with the package.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> "erenhot" in lit.list_surveys()
    True
    """
    return tuple(sorted(p.parent.name for p in surveys_dir().glob("*/instrument.toml")))


def locate_survey(survey: Place) -> SurveyPath:
    """Return the files of a survey: a packaged one by name, or any folder or workbook by path.

    Raises
    ------
    LiteracyError
        ``survey.unknown`` naming the nearest survey; ``survey.invalid`` if a folder contains a survey twice.
    """
    text = os.fspath(survey)
    if text in list_surveys():
        return surveys_dir() / text
    path = Path(text)
    if text and path.suffix.lower() in WORKBOOKS and path.is_file():
        return _open(path)
    folder = path.parent if path.name in ("instrument.toml", HOME) else path
    for place in (folder, Path("surveys") / text) if text else ():
        found = _find_in(place)
        if found is not None:
            return found
    known = list_surveys()
    what = tell("is not a survey{}", nearest(text, known))
    if text and folder.is_dir():
        what = tell("has neither an instrument.toml nor a {}", WORKBOOK)
    elif path.suffix.lower() in WORKBOOKS:
        what = tell("the workbook does not exist")
    raise LiteracyError(
        "survey.unknown",
        where=text or "survey",
        what=what,
        fix=tell(
            "use one of: {}, or the path of your own workbook or folder: -i FOLDER (literacy survey new "
            "FOLDER creates one)",
            ", ".join(known),
        ),
    )


def _find_in(folder: Path) -> SurveyPath | None:
    """Return the survey in a folder: its workbook, its ``instrument.toml``, or the one named by ``literacy.toml``."""
    whole, books = (folder / "instrument.toml").is_file(), folder / WORKBOOK
    if whole and books.is_file():
        raise LiteracyError(
            "survey.invalid",
            where=place_of(folder),
            what=tell("contains both {} and instrument.toml: which one applies?", WORKBOOK),
            fix="keep one of them; literacy survey convert converts one into the other",
        )
    if whole:
        return folder
    if books.is_file():
        return _open(books)
    named = home_survey(folder) if (folder / HOME).is_file() else None
    return None if named is None else locate_survey(named)


def home_survey(folder: Path) -> Path | None:
    """Return the path of the survey named by ``literacy.toml`` in a folder, or None if it names none.

    Raises
    ------
    LiteracyError
        ``survey.invalid`` or ``survey.key`` if the file is malformed, ``survey.unknown`` if the survey does not exist.
    """
    if not (folder / HOME).is_file():
        return None
    findings = Findings()
    head = read_toml(folder / HOME, findings)
    findings.refuse()
    assert head is not None  # otherwise an error was raised
    name = head.text("survey", required=True)
    head.done()
    findings.refuse()
    place = folder / name
    if name in list_surveys() and not place.exists():
        return Path(name)
    if not place.exists():
        raise LiteracyError(
            "survey.unknown",
            where=tell("{}:survey", place_of(folder / HOME)),
            what=tell("'{}' is neither beside it nor a packaged survey", name),
            fix="give the name of the workbook or folder that contains the survey",
        )
    return place


def _open(path: Path) -> SheetPath:
    stat = path.stat()
    return _open_once(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _open_once(path: Path, changed: int, size: int) -> SheetPath:
    return open_survey_workbook(path)
