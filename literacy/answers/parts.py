"""A questionnaire file read part by part: the same answers as :func:`literacy.read`, in memory that does not grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from literacy.answers.coding.assembly import Part, assemble_part, personal_columns, refuse_codes, remarks
from literacy.answers.matching.matching import Match
from literacy.answers.matching.wavesigns import wave_by_column
from literacy.answers.overview import Note, Overview, Unknown, add_unknown, look_over
from literacy.answers.reading import meet, own_wave, pick_instrument
from literacy.answers.responses import Responses
from literacy.errors import LiteracyError
from literacy.files.blocks import Blocks, open_blocks
from literacy.files.loading import find_source
from literacy.files.table import Table, join_tables

if TYPE_CHECKING:
    from literacy.instrument import Instrument, Wave
    from literacy.provenance import Source

Progress = Callable[[float], None]
"""Is told from time to time which share of the work is done."""
LOOKED = 0.25
"""Share of the work that looking over the file takes."""


@dataclass(frozen=True, slots=True)
class ResponseFile:
    """A questionnaire file whose columns have met the items and whose rows are still to be read.

    Attributes
    ----------
    match : Match
    overview : Overview
        What was seen of the whole file: its number of rows, personal columns, types.
    source : Source
    history : tuple of str
        What was assumed before any answer was coded.
    """

    where: str
    blocks: Blocks
    match: Match
    overview: Overview
    source: Source
    history: tuple[str, ...]

    @property
    def instrument(self) -> Instrument:
        """What was asked."""
        return self.match.instrument

    @property
    def wave(self) -> Wave:
        """Which fieldwork."""
        return self.match.wave

    def parts(self, progress: Progress | None = None) -> Iterator[tuple[Responses, tuple[Note, ...]]]:
        """Answers of some rows after the other, and what was noticed in them.

        Raises
        ------
        LiteracyError
            ``responses.code`` at the end of the file, naming every code nobody knows with its count in the whole file;
            no part is given out from the first such code on.
        """
        unknown: list[Unknown] = []
        done = 0
        for table in self.blocks.tables():
            part = assemble_part(table, self.match, self.overview)
            unknown += part.unknown
            if not unknown:
                yield self._responses(part), part.notes
            done += len(table.frame)
            if progress is not None:
                progress(LOOKED + (1 - LOOKED) * done / max(1, self.overview.rows))
        if unknown:
            raise refuse_codes(add_unknown(unknown), self.blocks.first, self.where)

    def _responses(self, part: Part) -> Responses:
        return Responses(
            part.frame, part.missing, self.instrument, self.wave, self.source, self.history,
            unread=tuple(self.overview.personal.items()), absent=self.match.absent,
        )  # fmt: skip


def open_responses(
    path: str | Path,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    encoding: str | None = None,
    keep_personal: bool = False,
    rows: int | None = None,
    blocks: Blocks | None = None,
    progress: Progress | None = None,
) -> ResponseFile:
    """Open a questionnaire file for reading part by part; parameters and errors as of :func:`literacy.read`.

    Parameters
    ----------
    path, instrument, wave, encoding, keep_personal
        As of :func:`literacy.read`.
    rows : int, optional
        Most rows of a part.
    blocks : Blocks, optional
        The file, where it was opened before.
    progress : callable, optional
        Is told which share of all work is done while the file is looked over.
    """
    where = str(path)
    blocks = open_blocks(path, encoding, rows) if blocks is None else blocks
    if not len(blocks.first.frame):
        raise LiteracyError("io.empty", where=where, what="the file has no rows", fix="check the export")
    named, wanted = own_wave(instrument, wave)
    chosen, found = pick_instrument(blocks.first, named, where)
    match, notes = meet(blocks.first, chosen, wanted, where)
    personal: dict[str, str] = {}
    said = list(blocks.first.notes)

    def looked() -> Iterator[Table]:
        done = 0
        for table in blocks.tables():
            if blocks.many and wave_by_column(table, chosen) not in (None, match.wave):
                raise _MixedError
            if not keep_personal:
                personal.update(personal_columns(table, match))
            said.extend(note for note in table.notes if note not in said)  # an encoding may show late
            done += len(table.frame)
            yield table

    try:
        overview = look_over(looked(), match, {}, keep_personal)
    except _MixedError:
        whole = join_tables(list(blocks.tables()))
        held = Blocks(lambda: iter([whole]), whole, many=False)
        return open_responses(
            path, instrument, wave, encoding=encoding, keep_personal=keep_personal, blocks=held
        )
    overview = replace(
        overview, personal={c: personal[c] for c in blocks.first.frame.columns if c in personal}
    )
    if progress is not None:
        progress(LOOKED)
    history = (*found, *said, *notes, *remarks(match, overview.personal))
    source = find_source(path, overview.rows)
    return ResponseFile(where, blocks, match, overview, source, tuple(dict.fromkeys(history)))


class _MixedError(Exception):
    """Parts of the file say they are of different waves: only the whole can decide."""
