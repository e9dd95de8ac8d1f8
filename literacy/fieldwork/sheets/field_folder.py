"""Everything the field needs, into one folder."""

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
    """What was written.

    Attributes
    ----------
    files : tuple of str
    lines : DataFrame
        The households with Kish table, random number, and the walk's start and step.
    notes : tuple of str
    """

    files: tuple[str, ...]
    lines: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """The lines (a copy)."""
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
    """Contact sheets (Word and Excel), visit log, Kish tables, instructions and, with a survey, the tablets' form.

    Parameters
    ----------
    sample : path or DataFrame
        What ``literacy sample select`` wrote.
    folder : path
    seed : int
        For Kish tables, random starts and the persons picked by tablets.
    lang : {"zh", "en"}
    survey : str, optional
        Its questions go into ``form.xlsx`` behind unit, household and result.
    wave : int or str, optional
    greeting : str
        A text of the office on every sheet, in any script (Mongolian too).
    spare : int
        Lines more than interviews planned.
    order : str or list of str, optional
        Columns of the sample to sort the sheets by, for instance the number of a unit on the office's map: sheets,
        workbook and form then follow the round the interviewers walk. Reserve units stay last.
    person : {"random", "kish", "birthday", "none"}
        How one adult of a household is chosen: tablets draw a seeded number (paper has Kish's tables), both use Kish's
        tables, the last birthday; or the list is one of persons already. See ``person`` of :func:`close_field`.

    Returns
    -------
    Sheets
        Files ``contact_sheets.docx, contact_sheets.xlsx, instructions.docx`` and ``form.xlsx``; the same
        sample and seed give the same bytes.

    Raises
    ------
    LiteracyError
        ``field.visits`` for a file that is no sample; ``io.write``.

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
