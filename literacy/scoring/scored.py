"""Scored: one row a respondent, with points, tier and the verdict of one standard."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from literacy._display import Printable
from literacy.instrument import Instrument, Standard, Wave
from literacy.provenance import Source

GROUP_PREFIX = "group_"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scored(Printable):
    """Respondents scored by one standard.

    Attributes
    ----------
    frame : DataFrame
        One row a respondent: what the file held besides the scored items, recodes, ``<item>_correct`` (1 right,
        0 wrong, NA not held against the person), the points of each dimension, ``total``, ``tier``, ``literate``
        (1.0, 0.0, NaN not scored), ``group_<name>`` (0/1; groups overlap), ``universe``, counts of the kinds of
        missing, and the constants ``survey``, ``wave``, ``standard``.
    instrument, wave, standard
        What the answers were scored against.
    source : Source or None
        The file.
    history : tuple of str
        One sentence a step.
    """

    frame: pd.DataFrame
    instrument: Instrument
    wave: Wave
    standard: Standard
    source: Source | None
    history: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a respondent (a copy)."""
        return self.frame.copy()

    def _title(self) -> str:
        wave = f" {self.wave.name}" if self.wave.name else ""
        synthetic = " (synthetic data)" if self.wave.synthetic else ""
        return (
            f"Scored {self.instrument.survey}{wave} by {self.standard.id}{synthetic}: {len(self.frame)} rows"
        )

    def _summary(self) -> pd.DataFrame:
        """Unweighted: how many scored and literate in each universe (never a respondent's row)."""
        rows = [
            {
                "universe": name,
                "n": len(part),
                "scored": int(part["literate"].count()),
                "literate_share": float(part["literate"].mean()),
                "mean_total": float(part["total"].mean()),
            }
            for name, part in self.frame.groupby("universe", sort=True)
        ]
        return pd.DataFrame(rows)

    def _notes(self) -> list[str]:
        notes = ["unweighted counts; population figures come from weight and estimate"]
        if self.instrument.demonstration:
            notes.append("a demonstration form, not the official test")
        return notes + list(self.history)
