"""Survey answers, with the kinds of missing values kept apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.instrument.definitions import KINDS
from literacy.messages import tell
from literacy.provenance import Origin, Source

if TYPE_CHECKING:
    from literacy.instrument import Instrument, Wave


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Responses(Printable):
    """Answers of one wave, as codes of the instrument.

    Attributes
    ----------
    frame : DataFrame
        One row per respondent, index 0..n-1. Every item of the instrument is a column named after the item; the other
        columns of the file (design, ids) keep their names. A cell without an answer is NA. A multiple-choice answer
        holds the sorted codes joined by ``|``, for example ``1|3``.
    missing : DataFrame of int8
        One column per item: 0 valid, 1 dont_know, 2 refused, 3 skipped, 4 not_asked, 5 not_applicable.
    instrument, wave
        The questionnaire and the wave of fieldwork.
    source : Source or None
        The source file; None for data created in memory.
    history : tuple of str
        Assumptions made and steps taken, one sentence each.
    paradata : DataFrame
        Interview paradata, as far as the file has them: ``duration`` (seconds), ``submitted``, ``device`` (a number
        that only distinguishes devices) and ``interviewer``.
    unread : tuple of (column, reason)
        Columns of the file that were omitted, with the reason.
    absent : tuple of str
        Items without a column in the file.
    """

    frame: pd.DataFrame
    missing: pd.DataFrame
    instrument: Instrument
    wave: Wave
    source: Source | None = None
    history: tuple[str, ...] = ()
    paradata: pd.DataFrame = field(default_factory=pd.DataFrame)
    unread: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def origin(self) -> Origin:
        """Metadata passed on to results derived from the answers."""
        return Origin(
            wave=self.wave.name, synthetic=self.wave.synthetic, source=self.source, history=self.history
        )

    def __len__(self) -> int:
        return len(self.frame)

    def kind(self, item: str) -> pd.Series[str]:
        """Return the kind of missing value of an item for each respondent, by name (``valid`` for an answer)."""
        return pd.Series(
            np.asarray(KINDS, dtype=object)[self.missing[item].to_numpy()], name=item, dtype=object
        )

    def keep(self, rows: np.ndarray, reason: str) -> Responses:
        """Keep the rows where a boolean array is true; the reason is added to the history with the number dropped."""
        keep = np.asarray(rows, dtype=bool)
        gone = int((~keep).sum())
        return replace(
            self,
            frame=self.frame.loc[keep].reset_index(drop=True),
            missing=self.missing.loc[keep].reset_index(drop=True),
            paradata=self.paradata.loc[keep].reset_index(drop=True) if len(self.paradata) else self.paradata,
            history=(*self.history, tell("{} of {} rows left out: {}", gone, len(keep), reason)),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per item: the number of answers and of each kind of missing value."""
        kinds = self.missing.to_numpy()
        table = pd.DataFrame({"item": list(self.missing.columns)})
        for code, kind in enumerate(KINDS):
            table[kind] = (kinds == code).sum(axis=0)
        return table

    def _title(self) -> str:
        wave = f" {self.wave.name}" if self.wave.name else ""
        return tell("Responses: {}{}, {:,} respondents", self.instrument.survey, wave, len(self.frame))

    def _notes(self) -> list[str]:
        return [*([str(self.source)] if self.source else []), *self.history]
