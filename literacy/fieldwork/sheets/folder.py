"""Everything the field needs, into one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.fieldwork.progress.cases import read_sample
from literacy.fieldwork.sheets.documents import encode_contact_sheets, encode_instructions
from literacy.fieldwork.sheets.forms import encode_form
from literacy.fieldwork.sheets.lines import make_lines
from literacy.fieldwork.sheets.workbooks import encode_workbook
from literacy.files import write_atomic
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
    lines = make_lines(read_sample(sample), seed, spare)
    made = {
        "contact_sheets.docx": encode_contact_sheets(lines, lang, greeting),
        "contact_sheets.xlsx": encode_workbook(lines, lang),
        "instructions.docx": encode_instructions(lang, greeting),
    }
    notes = [tell("Kish tables, starts and persons: seed {}", seed)]
    if survey:
        from literacy.instrument import load_instrument

        made["form.xlsx"] = encode_form(load_instrument(survey), lines, wave, lang=lang)
        notes.append(
            tell(
                "form.xlsx picks the person: int(draw x adults) + 1, the draw of each household "
                "being in the form"
            )
        )
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LiteracyError(
            "io.write", where=str(folder), what=tell("no folder ({})", error.strerror), fix="name another"
        ) from None
    for name, data in made.items():
        write_atomic(place / name, data)
    return Sheets(tuple(str(place / name) for name in made), lines, tuple(notes))
