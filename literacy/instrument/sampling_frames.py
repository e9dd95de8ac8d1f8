"""The sampling frame of a survey: communities and gachas, with the number of adults if known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from literacy.instrument.definitions import nearest
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.loader import load_instrument
from literacy.instrument.reading.source_tables import Findings, code_of, place_of, read_rows
from literacy.instrument.reading.survey_locations import locate_survey
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("unit", "code", "level", "zh", "en", "residence", "adults", "status", "source")
EXTRAS = ("parent", "parent_zh", "stratum")


def load_frame(survey: str | os.PathLike[str] | Instrument) -> pd.DataFrame:
    """Load a survey's sampling frame.

    Returns
    -------
    DataFrame
        One row per unit. ``unit`` is the code of the item ``community``; ``adults`` is missing if unknown: it must come
        from the office and is never imputed.

    Raises
    ------
    LiteracyError
        ``survey.unknown``; ``survey.invalid`` or ``survey.key``, listing all problems.
    """
    import pandas as pd

    instrument = survey if isinstance(survey, Instrument) else load_instrument(survey)
    folder = locate_survey(instrument.folder if isinstance(survey, Instrument) else survey)
    findings = Findings()
    rows = read_frame(folder / "frame.csv", findings, instrument)
    findings.refuse()
    frame = pd.DataFrame([{k: v for k, v in row.items() if k} for row in rows])
    frame["adults"] = pd.to_numeric(frame["adults"], errors="coerce").astype("Int64")
    for column in ("unit", "residence"):
        frame[column] = [code_of(cell) for cell in frame[column]]
    return frame


def read_frame(path: SurveyPath, findings: Findings, instrument: Instrument) -> list[dict[str, str]]:
    """Parse and check a frame; its units and residence must be options of the instrument."""
    rows, place = read_rows(path, COLUMNS, EXTRAS, findings), place_of(path)
    units = [row.get("unit", "") for row in rows]
    for row in rows:
        spot = row.get("unit") or f"row {row['']}"
        for column in ("unit", "code", "level", "zh", "en", "status", "source"):
            if not row.get(column):
                findings.add(place, spot, column, "is empty")
        adults = row.get("adults", "")
        if adults and not adults.isdigit():
            findings.add(
                place,
                spot,
                "adults",
                tell("'{}' is not a whole number (leave it empty where unknown)", adults),
            )
        if units.count(row.get("unit", "")) > 1:
            findings.add(place, spot, "unit", tell("the unit appears twice"))
        for column, item in (("unit", "community"), ("residence", "residence")):
            codes = [o.code for o in instrument.levels(item)]
            if codes and code_of(row.get(column, "")) not in codes:
                message = tell(
                    "'{}' is not an option of {}{}",
                    row.get(column, ""),
                    item,
                    nearest(row.get(column, ""), codes),
                )
                findings.add(place, spot, column, message)
    return rows
