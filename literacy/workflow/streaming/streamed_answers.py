"""Rows of a large file of answers, scored block by block; and detection of the type of a file's rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from literacy.workflow.answerfiles import Needed, pick_survey
from literacy.workflow.streaming.streamed_rows import (
    CELLS,
    Forms,
    Rows,
    Tally,
    limit_cells,
    look_over,
    look_over_scored,
)

if TYPE_CHECKING:
    from literacy.answers import ResponseFile
    from literacy.files import Share, TableFile
    from literacy.instrument import Instrument, Standard, Wave
    from literacy.scoring import Scored

_NOWHERE: Any = None


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """Rows of answers, scored block by block."""

    opened: ResponseFile
    rule: Standard
    named: frozenset[str]
    wanted: frozenset[str] | None = None

    @property
    def forms(self) -> Forms:
        """The column types determined in advance."""
        return Forms(clocks=self.opened.overview.clocks)

    def blocks(
        self, file: TableFile, share: Share | None = None, most: int | None = None
    ) -> Iterator[tuple[Scored, Tally]]:
        """Yield scored rows."""
        from literacy.scoring import KeyTables, score_block

        keys = KeyTables()
        opened = replace(self.opened, file=file, share=share)
        cells = CELLS * (6 if file.gives_places else 3)  # answers take one byte each, or eight
        cells = limit_cells(cells, most, len(self.opened.columns))
        for block, notes in opened.parts(wanted=self.wanted, cells=cells):
            scored = score_block(block, self.rule, self.named, keys)
            del block
            scored_rows = int(scored.frame["literate"].notna().sum())
            yield scored, Tally(rows=len(scored.frame), scored=scored_rows, notes=tuple(notes))
            del scored  # before the next rows are read

    @property
    def belonging(self) -> tuple[Instrument, Wave] | None:
        """The survey and the wave."""
        return self.opened.instrument, self.opened.wave

    def looks(self, file: TableFile) -> dict[str, Any]:
        """Return what was determined about the columns."""
        return file.looks(self.opened.columns)

    def alone(self) -> Rows:
        """Return a copy without the open file."""
        return replace(self, opened=replace(self.opened, file=_NOWHERE))

    def processes(self, file: TableFile) -> int:
        """Return the number of processes: more than one if many cells are to be scored."""
        from literacy.workflow.streaming.processors import choose_number

        return choose_number(self.opened.overview.rows * len(self.opened.columns), len(file.shares()))

    def history(self, file: TableFile, tally: Tally) -> tuple[str, ...]:
        """Return the history: assumptions made, and number of respondents scored."""
        from literacy.answers import render_notes
        from literacy.scoring import account, select_items

        items = len(select_items(self.opened.instrument, self.rule))
        sentences = dict.fromkeys((*self.opened.history, *render_notes(tally.notes)))
        return (*sentences, *account(self.opened.wave, self.rule, items, tally.scored, tally.rows))

    def reading_notes(self, tally: Tally) -> tuple[str, ...]:
        """Return an empty tuple, since all notes are part of the history."""
        return ()


def open_rows(
    file: TableFile, survey: str | None, wave: str | None, standard: str, keep_personal: bool, needed: Needed,
    decimal: str, *, say: Any,
) -> Rows:  # fmt: skip
    """Return the reader of the rows of an open file, according to their type: answers, scored rows or a plain table.

    Parameters
    ----------
    As in :func:`literacy.workflow.answerfiles.load_standards`.
    """
    from literacy.answers import open_responses
    from literacy.instrument import load_wave
    from literacy.scoring import find_standard, is_scored

    own = wave is not None and wave.lower().endswith(".toml")
    if is_scored(file.schema.frame):
        return look_over_scored(file, survey, str(wave) if own else None, keep_personal, needed)
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(file, survey, say)
    if instrument is None:
        return look_over(file, needed, keep_personal, decimal)
    opened = open_responses(file, instrument, wave, keep_personal=keep_personal, columns=needed.columns)
    rule = find_standard(opened.instrument, standard or opened.wave.standard)
    return AnswerRows(opened, rule, needed.named, _known(opened, rule, needed))


def _known(opened: ResponseFile, rule: Standard, needed: Needed) -> frozenset[str] | None:
    """Return the columns computed from answers; None (all) if a requested column may not exist."""
    from literacy.scoring import GROUP_PREFIX

    wanted = needed.columns
    if wanted is None:
        return None
    instrument = opened.instrument
    names = {*opened.columns, "group", "universe", "survey", "wave", "standard", "total", "tier", "literate"}
    names |= {*instrument.columns, *(d.name for d in rule.dimensions)}
    names |= {GROUP_PREFIX + g.name for g in instrument.groups}
    names |= {f"{i.name}_correct" for i in instrument.scored_items}
    names |= {f"{i.name}_{o.code}" for i in instrument.items if i.type == "multiple" for o in i.answers}
    return wanted if wanted <= names else None
