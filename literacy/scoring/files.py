"""Scoring of files of any size, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import Printable
from literacy.answers import open_responses, write_parts
from literacy.files import opened, refuse_inputs
from literacy.scoring.marking import KeyTables, select_items
from literacy.scoring.respondents import account, find_standard, score_block
from literacy.scoring.scored import count_universes, entitle, remark, summarise

if TYPE_CHECKING:
    from literacy.answers import Note, Progress, ResponseFile
    from literacy.files import TableFile
    from literacy.instrument import Instrument, Standard, Wave
    from literacy.provenance import Source


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScoredFile(Printable):
    """Result of scoring into a file.

    Attributes
    ----------
    path : str
        The output file.
    instrument, wave, standard
        What the answers were scored by.
    source : Source
        The input file.
    summary : DataFrame
        One row per universe, unweighted: n, scored, literate_share, mean_total.
    history : tuple of str
        One sentence per step.
    changed : tuple of str
        Contents that the output format could not represent unchanged.
    """

    path: str
    instrument: Instrument
    wave: Wave
    standard: Standard
    source: Source
    summary: pd.DataFrame
    history: tuple[str, ...]
    changed: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the summary."""
        return self.summary.copy()

    def _title(self) -> str:
        return entitle(self.instrument, self.wave, self.standard, int(self.summary["n"].sum()))

    def _notes(self) -> list[str]:
        return remark(self.instrument, self.history)


def score_file(
    path: str | Path | TableFile,
    out: str | Path,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    standard: str = "",
    *,
    encoding: str | None = None,
    keep_personal: bool = False,
    form: str | None = None,
    progress: Progress | None = None,
) -> ScoredFile:
    """Score a questionnaire file into another file; equivalent to ``score(read(path))``.

    Large .sav, .zsav, .csv, .tsv and .parquet files are read in blocks, and .csv, .tsv and .parquet are written in
    blocks, so that memory does not grow with the number of rows. Other formats are held in memory as a whole.

    Parameters
    ----------
    path, instrument, wave, encoding, keep_personal
        As in :func:`literacy.read`.
    out : str or Path
        Output file; its suffix determines the format, as in :func:`literacy.write_table`; ``-`` is standard output.
    standard : str
        As in :func:`literacy.score`.
    form : str, optional
        Format of standard output, and of file names without a known suffix.
    progress : callable, optional
        Called repeatedly with the fraction of work done, 0-1.

    Returns
    -------
    ScoredFile

    Raises
    ------
    LiteracyError
        As :func:`literacy.read`, :func:`literacy.score` and :func:`literacy.write_table`; nothing is then written.

    Examples
    --------
    >>> import literacy as lit
    >>> done = lit.score_file("survey.sav", "scored.csv")  # doctest: +SKIP
    """
    with opened(path, encoding) as table:
        refuse_inputs(out, [table.where])
        file = open_responses(table, instrument, wave, keep_personal=keep_personal, progress=progress)
        return score_opened(file, out, standard, form, progress)


def score_opened(
    file: ResponseFile,
    out: str | Path,
    standard: str = "",
    form: str | None = None,
    progress: Progress | None = None,
) -> ScoredFile:
    """Score the rows of an open file, as far as they are kept, into another file; see :func:`score_file`."""
    rule = find_standard(file.instrument, standard or file.wave.standard)
    sums: list[pd.DataFrame] = []
    notes: list[Note] = []

    def scored() -> Iterator[pd.DataFrame]:
        keys = KeyTables()
        for block, noticed in file.parts(progress):
            notes.extend(noticed)
            frame = score_block(block, rule, keys=keys).frame
            sums.append(count_universes(frame))
            yield frame

    changed = write_parts(scored(), out, file.instrument, clocks=file.overview.clocks, form=form)
    summary = summarise(sums)
    items = len(select_items(file.instrument, rule))
    judged, rows = int(summary["scored"].sum()), int(summary["n"].sum())
    history = (*file.find_history(notes), *account(file.wave, rule, items, judged, rows))
    return ScoredFile(str(out), file.instrument, file.wave, rule, file.source, summary, history, changed)
