"""Consistency check of a survey's files, which reports all problems at once (``literacy survey check``)."""

from __future__ import annotations

import os

from literacy._resources import surveys_dir
from literacy.instrument.consistency import levels_of
from literacy.instrument.definitions import nearest
from literacy.instrument.goals import read_goals
from literacy.instrument.margins import check_levels
from literacy.instrument.plans import read_plan
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.loader import read_instrument
from literacy.instrument.reading.margin_tables import read_margins, resolve_labels
from literacy.instrument.reading.source_tables import Finding, Findings, place_of
from literacy.instrument.reading.standard_files import list_standards, read_standard
from literacy.instrument.reading.survey_locations import list_surveys, locate_survey
from literacy.instrument.reference import list_references, read_reference
from literacy.instrument.sampling_frames import read_frame
from literacy.instrument.workbooks.survey_paths import SurveyPath, children
from literacy.messages import tell

_KNOWN = (
    "instrument.toml",
    "items.csv",
    "options.csv",
    "goals.toml",
    "frame.csv",
    "plan.toml",
    "report.toml",
)
_FOLDERS = ("waves", "margins", "standards", "returns")


def check_survey(survey: str | os.PathLike[str]) -> list[Finding]:
    """Check every file of a survey's folder and the standards it uses.

    Parameters
    ----------
    survey : str or path
        Name of a packaged survey, or the path of a survey's folder.

    Returns
    -------
    list of Finding
        Empty if there are no problems; each finding prints as ``file:table:key: message``.

    Raises
    ------
    LiteracyError
        ``survey.unknown`` if there is no such survey.

    Examples
    --------
    >>> lit.check_survey("erenhot")
    []
    """
    folder, findings = locate_survey(survey), Findings()
    instrument = read_instrument(folder, findings)
    _check_files(folder, findings)
    _check_margins(folder, instrument, findings)
    if (folder / "goals.toml").is_file():
        read_goals(folder / "goals.toml", findings)
    if (folder / "plan.toml").is_file():
        read_plan(folder / "plan.toml", findings, instrument)
    if (folder / "frame.csv").is_file() and instrument is not None:
        read_frame(folder / "frame.csv", findings, instrument)
    return findings.found


def check_surveys() -> list[Finding]:
    """Check everything that comes with the package: all surveys, standards and published series.

    Returns
    -------
    list of Finding
        Empty if there are no problems.

    Examples
    --------
    >>> lit.check_surveys()
    []
    """
    findings = Findings()
    for name in list_standards():
        read_standard(surveys_dir() / "standards" / f"{name}.toml", findings)
    for name in list_references():
        read_reference(name, findings)
    for name in list_surveys():
        for finding in check_survey(name):
            if finding not in findings.found:
                findings.found.append(finding)
    return findings.found


def _check_files(folder: SurveyPath, findings: Findings) -> None:
    """Report files that no part of the program reads, such as files with a misspelt name."""
    for path in children(folder):
        known = _FOLDERS if path.is_dir() else _KNOWN
        if path.name not in known and not path.name.startswith((".", "~", "README")):
            message = tell(
                "is not a {} of a survey{}",
                tell("folder") if path.is_dir() else tell("file"),
                nearest(path.name, known),
            )
            findings.add(place_of(path), "", "", message, "survey.key")
    for path in [p for name in _FOLDERS for p in children(folder / name)]:
        kinds = {"standards": (".toml", ".csv"), "returns": (".csv",)}.get(path.parent.name, (".toml",))
        if path.suffix not in kinds and not path.name.startswith((".", "~", "README")):
            findings.add(
                place_of(path), "", "", tell("is ignored: files here must end in {}", kinds[0]), "survey.key"
            )


def _check_margins(folder: SurveyPath, instrument: Instrument | None, findings: Findings) -> None:
    for path in children(folder / "margins", "*.toml"):
        margins = read_margins(path, findings)
        if margins is None or instrument is None:
            continue
        place = place_of(path)
        margins = resolve_labels(margins, instrument)
        check_levels(margins, levels_of(instrument), findings)
        if margins.survey and margins.survey != instrument.survey:
            findings.add(place, "", "survey", tell("'{}' is not '{}'", margins.survey, instrument.survey))
        universes = [u.name for u in instrument.universes]
        if margins.universe not in universes:
            message = tell("'{}' is not a universe{}", margins.universe, nearest(margins.universe, universes))
            findings.add(place, "", "universe", message)
        waves = [w.name for w in instrument.waves]
        if path.stem not in waves:
            findings.add(
                place, "", "year", tell("there is no wave {}{}", path.stem, nearest(path.stem, waves))
            )
        elif margins.year != instrument.wave(path.stem).year:
            findings.add(place, "", "year", tell("{} differs from the year of the wave", margins.year))
