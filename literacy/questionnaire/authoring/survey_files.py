"""Creation and conversion of surveys, as in ``literacy survey new`` and ``literacy survey convert``."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path

from literacy.errors import LiteracyError
from literacy.files import fill_folder, load_table, make_folder, write_atomic
from literacy.instrument import locate_survey
from literacy.instrument.reading.survey_locations import HOME, WORKBOOK, WORKBOOKS
from literacy.instrument.workbooks.survey_paths import SheetPath, SurveyPath, children
from literacy.messages import tell
from literacy.questionnaire.authoring.answer_keys import fill_keys
from literacy.questionnaire.authoring.drafts import Files, draft_like, draft_survey
from literacy.questionnaire.authoring.question_recognition import KEYS, draft_from_table, draft_from_xlsform
from literacy.questionnaire.authoring.workbook_layout import format_workbook

_READ = (".toml", ".csv")


def new_survey(
    folder: str | os.PathLike[str],
    *,
    source: str | os.PathLike[str] | None = None,
    key: str | os.PathLike[str] | None = None,
    like: str | os.PathLike[str] | None = None,
    lang: str = "zh",
    year: int | None = None,
) -> tuple[str, ...]:
    """Create a survey: a workbook ``survey.xlsx`` for editing, and ``literacy.toml``, by which commands find it.

    Parameters
    ----------
    folder : str or path
        A new folder, or one without a survey; its name becomes the name of the survey.
    source : str or path, optional
        Start from a file of answers (an export of 问卷星, an SPSS file, ...) or from an XLSForm.
    key : str or path, optional
        Answer key of the test items; requires *source*. A table with the columns 题目 (number, name or text of the
        question), 正确答案 (code, letter or text) and, for standards with dimensions, 维度.
    like : str or path, optional
        Start from the structure of this survey, without its plan, waves, margins, goals and notes.
    lang : {"zh", "en"}
        Language of the sheets of the workbook; with "en" the example survey has texts in both languages.
    year : int, optional
        Year of the first wave; default is that of the answers, otherwise the current year.

    Returns
    -------
    tuple of str
        Notes on what was recognised and what remains to be done.

    Raises
    ------
    LiteracyError
        ``survey.invalid`` if the folder already contains a survey; ``cli.usage`` for *source* together with *like*, or
        *key* without *source*; ``io.write`` if the files cannot be written. Nothing is written in these cases.

    Examples
    --------
    >>> import literacy as lit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     notes = lit.new_survey(f"{folder}/mycity", year=2026)
    ...     len(lit.load_instrument(f"{folder}/mycity").items), lit.check_survey(f"{folder}/mycity")
    (9, [])
    """
    place = Path(folder)
    for name in (WORKBOOK, "instrument.toml", HOME):
        if (place / name).exists():
            raise LiteracyError(
                "survey.invalid",
                where=str(place),
                what=tell("already contains a survey ({})", name),
                fix="give another folder, or remove the old files",
            )
    if source is not None and like is not None:
        raise LiteracyError(
            "cli.usage", where="--from, --like", what="both were given", fix="start from one of them"
        )
    if key is not None and source is None:
        raise LiteracyError(
            "cli.usage",
            where="--key",
            what="was given without --from",
            fix="say which answers it is the key of",
        )
    name = survey_name(place.resolve().name)
    notes: tuple[str, ...] = ()
    now = year or datetime.date.today().year
    if source is not None:
        files, notes = _from(Path(source), name)
        if key is not None:
            files, filled = fill_keys(files, key)
            notes = (*(n for n in notes if n != tell(KEYS)), filled)
        if year is not None and not any(k == f"waves/{year}.toml" for k in files):
            files = {k: v for k, v in files.items() if not k.startswith("waves/")}
            files[f"waves/{year}.toml"] = f'name = "{year}"\nyear = {year}\n'
        elif not any(k.startswith("waves/") for k in files):
            files[f"waves/{now}.toml"] = f'name = "{now}"\nyear = {now}\n'
            notes = (*notes, tell("no column shows the date of response: the wave is named {}", now))
    elif like is not None:
        files = draft_like(read_files(locate_survey(like)), name, now)
        notes = (tell("plan, waves, margins, goals and notes were not copied"),)
    else:
        files = draft_survey(name, now, lang)
    title = place.resolve().name
    if re.fullmatch(
        r"[\w（）—-]*[\u4e00-\u9fff][\w（）—-]*", title
    ):  # the name must be ASCII, the title need not be
        definition = files["instrument.toml"].replace(f"{name} 公民科学素质调查", f"{title}公民科学素质调查")
        files = {**files, "instrument.toml": definition}
    data = format_workbook(files, lang=lang)
    make_folder(place)
    write_atomic(place / WORKBOOK, data)
    write_atomic(place / HOME, f'survey = "{WORKBOOK}"\n'.encode())
    return notes


def survey_name(text: str) -> str:
    """Return a valid survey name derived from the name of a folder."""
    bare = re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-")
    return bare if re.match(r"[a-z]", bare) else f"survey_{bare}".strip("_")


def _from(path: Path, name: str) -> tuple[Files, tuple[str, ...]]:
    if path.suffix.lower() in WORKBOOKS and path.is_file():
        from literacy.instrument.workbooks.sheet_rows import open_tables

        if {"survey", "choices"} <= set(open_tables(path)):
            return draft_from_xlsform(path, name)
    table = load_table(path)
    files, notes = draft_from_table(table, name, str(path))
    return files, (*table.notes, *notes)


def read_files(survey: SurveyPath) -> Files:
    """Return the texts of a survey's files, by their path within its folder."""
    if isinstance(survey, SheetPath):
        return dict(survey.book.files)
    out: Files = {}
    for path in children(survey):
        for below in children(path) if path.is_dir() else [path]:
            if below.suffix in _READ and below.is_file() and below.name != HOME:
                name = below.name if below is path else f"{path.name}/{below.name}"
                raw = below.read_bytes()
                try:
                    out[name] = raw.decode("utf-8-sig")
                except UnicodeDecodeError:
                    out[name] = raw.decode("gb18030")
    return out


def convert_survey(
    survey: str | os.PathLike[str], out: str | os.PathLike[str], *, lang: str = "zh"
) -> tuple[str, ...]:
    """Convert a survey between a workbook (``.xlsx``) and a folder of CSV and TOML files, without loss of content.

    Parameters
    ----------
    survey : str or path
        Name, folder or workbook of a survey.
    out : str or path
        A new file with suffix ``.xlsx``, or a new folder.
    lang : {"zh", "en"}
        Language of the sheets of a workbook.

    Returns
    -------
    tuple of str
        Notes on what is not preserved: comments in TOML files.

    Raises
    ------
    LiteracyError
        ``survey.unknown``; ``io.write`` if *out* exists already or cannot be written.

    Examples
    --------
    >>> import literacy as lit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = lit.convert_survey("erenhot", f"{folder}/erenhot.xlsx")
    ...     len(lit.load_instrument(f"{folder}/erenhot.xlsx").items)
    121
    """
    source, place = locate_survey(survey), Path(out)
    files = read_files(source)
    if place.suffix.lower() == ".xlsx":
        write_atomic(place, format_workbook(files, lang=lang))
        comments = sum(
            "#" in line for k, v in files.items() if k.endswith(".toml") for line in v.splitlines()
        )
        return (tell("{} comment lines cannot be kept in a workbook", comments),) if comments else ()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise LiteracyError(
            "io.write",
            where=str(place),
            what="exists already",
            fix="give a new folder, or a file name that ends in .xlsx",
        )
    make_folder(place.resolve().parent)
    _write_folder(files, place)
    return ()


def _write_folder(files: Files, place: Path) -> None:
    """Write a folder of files atomically: all or none."""
    with fill_folder(place, lambda room, name: False) as filling:
        for name, text in files.items():
            make_folder((filling.fresh / name).parent)
            write_atomic(filling.fresh / name, text.encode("utf-8"))
