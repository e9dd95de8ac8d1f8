"""What people answered, with every kind of missing kept apart."""

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
        One row a respondent, index 0..n-1. Every item of the instrument is a column under the item's name; the other
        columns of the file (design, ids) keep their names. A cell that is not an answer is NA. Multiple choice is the
        sorted codes joined by ``|``, for example ``1|3``.
    missing : DataFrame of int8
        One column an item: 0 valid, 1 dont_know, 2 refused, 3 skipped, 4 not_asked, 5 not_applicable.
    instrument, wave
        What was asked, and which fieldwork.
    source : Source or None
        The file; None for data made in memory.
    history : tuple of str
        What was assumed or done, a sentence each.
    paradata : DataFrame
        Recorded of the interview: ``duration`` (seconds), ``submitted``, ``device`` (a number to distinguish
        devices apart and nothing else), ``interviewer``; only those the file has.
    unread : tuple of (column, reason)
        Columns of the file that were left out, and why.
    absent : tuple of str
        Items the file has no column for; nothing is known about them.
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
        """What is handed on to whatever is made of the answers."""
        return Origin(
            wave=self.wave.name, synthetic=self.wave.synthetic, source=self.source, history=self.history
        )

    def __len__(self) -> int:
        return len(self.frame)

    def kind(self, item: str) -> pd.Series[str]:
        """Kind of missing of each respondent's answer to an item, by name (``valid`` for an answer)."""
        return pd.Series(
            np.asarray(KINDS, dtype=object)[self.missing[item].to_numpy()], name=item, dtype=object
        )

    def keep(self, rows: np.ndarray, reason: str) -> Responses:
        """Return the rows where a boolean array is true; the reason goes into the history with the count."""
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
        """One row an item: how many answers, and how many of each kind of missing."""
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
