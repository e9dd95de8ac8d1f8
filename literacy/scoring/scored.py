"""Scored: points, tier and verdict of every respondent by one standard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.instrument import Instrument, Standard, Wave
from literacy.messages import tell
from literacy.provenance import Origin, Source

GROUP_PREFIX = "group_"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scored(Printable):
    """Respondents scored by one standard.

    Attributes
    ----------
    frame : DataFrame
        One row per respondent: the columns of the file other than scored items, recodes, ``<item>_correct`` (1 right,
        0 wrong, NA not counted), the points of each dimension, ``total``, ``tier``, ``literate`` (1.0, 0.0, NaN not
        scored), ``group_<name>`` (0/1; groups overlap), ``universe``, counts of the kinds of missing, and the constants
        ``survey``, ``wave``, ``standard``.
    instrument, wave, standard
        What the answers were scored by.
    source : Source or None
        The input file.
    history : tuple of str
        One sentence per step.
    """

    frame: pd.DataFrame
    instrument: Instrument
    wave: Wave
    standard: Standard
    source: Source | None
    history: tuple[str, ...]

    @property
    def origin(self) -> Origin:
        """Provenance that results computed from the scores inherit."""
        return Origin(
            standard=self.standard.id,
            wave=self.wave.name,
            synthetic=self.wave.synthetic,
            source=self.source,
            history=self.history,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per respondent (a copy)."""
        return self.frame.copy()

    def _own(self) -> set[str]:
        return set(map(str, self.frame.columns))

    def _title(self) -> str:
        return entitle(self.instrument, self.wave, self.standard, len(self.frame))

    def _summary(self) -> pd.DataFrame:
        """Return unweighted counts of scored and literate by universe (never a respondent's row)."""
        return summarise([count_universes(self.frame)])

    def _notes(self) -> list[str]:
        return remark(self.instrument, self.history)


def entitle(instrument: Instrument, wave: Wave, standard: Standard, rows: int) -> str:
    """Return a title: whose scores, by which standard, and how many."""
    named = f" {wave.name}" if wave.name else ""
    synthetic = tell(" (synthetic data)") if wave.synthetic else ""
    return tell("Scored {}{} by {}{}: {} rows", instrument.survey, named, standard.id, synthetic, rows)


def count_universes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return sums by universe that can be added over blocks: n, scored, literate, total."""
    grouped = frame.groupby("universe", sort=True)
    return pd.DataFrame(
        {
            "n": grouped.size(),
            "scored": grouped["literate"].count(),
            "literate": grouped["literate"].sum(),
            "counted": grouped["total"].count(),
            "total": grouped["total"].sum(),
        }
    )


def summarise(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return one row per universe, unweighted, from :func:`count_universes`: n, scored, share literate, mean total."""
    sums = pd.concat(parts).groupby(level=0, sort=True).sum()
    with np.errstate(invalid="ignore"):
        shares = np.divide(sums["literate"].to_numpy(float), sums["scored"].to_numpy(float))
        means = np.divide(sums["total"].to_numpy(float), sums["counted"].to_numpy(float))
    return pd.DataFrame(
        {
            "universe": sums.index.astype("str"),
            "n": sums["n"].to_numpy(),
            "scored": sums["scored"].to_numpy(),
            "literate_share": shares,
            "mean_total": means,
        }
    )


def remark(instrument: Instrument, history: tuple[str, ...]) -> list[str]:
    """Return the notes printed under a table of scores."""
    notes = [tell("unweighted counts; for population figures use weight and estimate")]
    if instrument.demonstration:
        notes.append(tell("a demonstration form, not the official test"))
    return notes + list(history)
