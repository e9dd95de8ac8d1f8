"""All field materials, written to one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.fieldwork.progress.cases import read_sample
from literacy.fieldwork.sheets.contact_workbook import encode_workbook
from literacy.fieldwork.sheets.documents import encode_contact_sheets, encode_instructions
from literacy.fieldwork.sheets.lines import make_lines, sort_units
from literacy.fieldwork.sheets.sheet_terms import PERSONS
from literacy.fieldwork.sheets.tablet_form import encode_form
from literacy.files import make_folder, write_atomic
from literacy.messages import tell


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sheets(Printable):
    """The files written.

    Attributes
    ----------
    files : tuple of str
    lines : DataFrame
        The households with Kish table, random number, and start and step of the random walk.
    notes : tuple of str
    """

    files: tuple[str, ...]
    lines: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the lines."""
        return self.lines.copy()

    def _title(self) -> str:
        return tell("Sheets for {} households of {} units", len(self.lines), self.lines["unit"].nunique())

    def _notes(self) -> list[str]:
        return [*(tell("wrote {}", f) for f in self.files), *self.notes]


def write_sheets(
    sample: str | Path | pd.DataFrame,
    folder: str | Path,
    *,
    seed: int = 1,
    lang: str = "zh",
    survey: str | None = None,
    wave: int | str | None = None,
    greeting: str = "",
    spare: int = 0,
    order: str | Sequence[str] | None = None,
    person: str = "random",
) -> Sheets:
    """Write contact sheets (Word and Excel), visit log, Kish tables, instructions and, with a survey, a tablet form.

    Parameters
    ----------
    sample : path or DataFrame
        Output of ``literacy sample select``.
    folder : path
        Output folder.
    seed : int
        Seed of Kish tables, random starts and persons selected by tablets.
    lang : {"zh", "en"}
        Language of the materials.
    survey : str, optional
        Survey whose questions are included in ``form.xlsx``, after unit, household and result.
    wave : int or str, optional
        Wave of the questions.
    greeting : str
        A text of the office printed on every sheet, in any script (including Mongolian).
    spare : int
        Number of lines in addition to the interviews planned.
    order : str or list of str, optional
        Columns of the sample by which the sheets are sorted, for instance the number of a unit on a map, so that
        sheets, workbook and form follow the route of the interviewers. Reserve units remain last.
    person : {"random", "kish", "birthday", "none"}
        Selection of one adult per household: a seeded random number on tablets and Kish's tables on paper, Kish's
        tables on both, the last birthday; or "none" if the list consists of persons. See ``person`` of
        :func:`close_field`.

    Returns
    -------
    Sheets
        Files ``contact_sheets.docx, contact_sheets.xlsx, instructions.docx`` and ``form.xlsx``; deterministic given the
        sample and the seed.

    Raises
    ------
    LiteracyError
        ``field.visits`` if the file is not a sample; ``io.write``.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": list("abcd"), "size": [40, 10, 30, 20]})
    >>> drawn = lit.select(frame, 2, seed=1, take=2).to_frame()
    >>> made = lit.write_sheets(drawn, "sheets", lang="en")
    >>> len(made.files) > 3
    False
    """
    option("lang", lang, ("zh", "en"))
    if spare < 0:
        raise LiteracyError("estimate.option", where=f"spare={spare}", what="below 0", fix="give 0 or more")
    option("person", person, PERSONS)
    lines = make_lines(sort_units(read_sample(sample), order), seed, spare)
    made = {
        "contact_sheets.docx": encode_contact_sheets(lines, lang, greeting, person),
        "contact_sheets.xlsx": encode_workbook(lines, lang, person),
        "instructions.docx": encode_instructions(lang, greeting, person),
    }
    notes = [tell("Kish tables, starts and persons: seed {}", seed)]
    if survey:
        from literacy.instrument import load_instrument

        made["form.xlsx"] = encode_form(load_instrument(survey), lines, wave, lang=lang, person=person)
        if person == "random":
            notes.append(
                tell(
                    "form.xlsx selects the person: int(draw x adults) + 1, with each household's "
                    "draw in the form"
                )
            )
        elif person == "kish":
            notes.append(tell("form.xlsx picks the person by the household's Kish table"))
    place = Path(folder)
    make_folder(place)
    for name, data in made.items():
        write_atomic(place / name, data)
    return Sheets(tuple(str(place / name) for name in made), lines, tuple(notes))
