"""Rows of a large file of answers, scored block by block; and detection of the type of a file's rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from literacy.messages import tell
from literacy.workflow.answerfiles import Needed, pick_survey
from literacy.workflow.streaming.streamed_rows import (
    CELLS,
    Forms,
    PlainRows,
    Rows,
    ScoredRows,
    Tally,
    limit_cells,
    look_over,
    look_over_scored,
)

if TYPE_CHECKING:
    from literacy.answers import ResponseFile
    from literacy.files import Share, TableFile
    from literacy.instrument import Instrument, Standard, Wave
    from literacy.scoring import Answered, Scored

_NOWHERE: Any = None


@dataclass(frozen=True, slots=True)
class OpenedRows:
    """Rows of answers in a file whose columns are matched to the items."""

    opened: ResponseFile

    @property
    def forms(self) -> Forms:
        """The column types determined in advance."""
        return Forms(clocks=self.opened.overview.clocks)

    @property
    def belonging(self) -> tuple[Instrument, Wave] | None:
        """The survey and the wave."""
        return self.opened.instrument, self.opened.wave

    def looks(self, file: TableFile) -> dict[str, Any]:
        """Return what was determined about the columns."""
        return file.looks(self.opened.columns)

    def alone(self) -> Self:
        """Return a copy without the open file."""
        return replace(self, opened=replace(self.opened, file=_NOWHERE))

    def processes(self, file: TableFile) -> int:
        """Return the number of processes: more than one if many cells are to be coded."""
        from literacy.workflow.streaming.processors import choose_number

        return choose_number(self.opened.overview.rows * len(self.opened.columns), len(file.shares()))

    def reading_notes(self, tally: Tally) -> tuple[str, ...]:
        """Return an empty tuple, since all notes are part of the history."""
        return ()


@dataclass(frozen=True, slots=True)
class AnswerRows(OpenedRows):
    """Rows of answers, scored block by block."""

    rule: Standard
    named: frozenset[str]
    wanted: frozenset[str] | None = None

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

    def history(self, file: TableFile, tally: Tally) -> tuple[str, ...]:
        """Return the history: assumptions made, and number of respondents scored."""
        from literacy.scoring import account, select_items

        items = len(select_items(self.opened.instrument, self.rule))
        sentences = self.opened.find_history(tally.notes)
        return (*sentences, *account(self.opened.wave, self.rule, items, tally.scored, tally.rows))


@dataclass(frozen=True, slots=True)
class KeptRows(OpenedRows):
    """Rows of answers, kept as they were given."""

    wanted: frozenset[str] | None = None

    def blocks(
        self, file: TableFile, share: Share | None = None, most: int | None = None
    ) -> Iterator[tuple[Answered, Tally]]:
        """Yield rows of answers."""
        from literacy.scoring import keep_block

        opened = replace(self.opened, file=file, share=share)
        cells = limit_cells(CELLS * (6 if file.gives_places else 3), most, len(self.opened.columns))
        for block, notes in opened.parts(wanted=self.wanted, cells=cells):
            kept = keep_block(block)
            del block
            yield kept, Tally(rows=len(kept.frame), notes=tuple(notes))
            del kept  # before the next rows are read

    def history(self, file: TableFile, tally: Tally) -> tuple[str, ...]:
        """Return the history: assumptions made, and whether the answers are synthetic."""
        made_up = (tell("synthetic data: nobody was interviewed"),) if self.opened.wave.synthetic else ()
        return (*self.opened.find_history(tally.notes), *made_up)


def open_kept_rows(
    file: TableFile, survey: str | None, wave: str | None, needed: Needed, *, say: Any
) -> Rows:
    """Return the reader of the rows of an open file, of which answers are kept as they were given.

    Parameters
    ----------
    As in :func:`literacy.workflow.answerfiles.load_kept`.
    """
    from literacy.answers import open_responses

    found = _find_rows(file, survey, wave, False, needed, ".", say)
    if isinstance(found, PlainRows | ScoredRows):
        return found
    opened = open_responses(file, found, wave, columns=needed.columns)
    return KeptRows(opened, needed.columns)


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
    from literacy.scoring import find_standard

    found = _find_rows(file, survey, wave, keep_personal, needed, decimal, say)
    if isinstance(found, PlainRows | ScoredRows):
        return found
    opened = open_responses(file, found, wave, keep_personal=keep_personal, columns=needed.columns)
    rule = find_standard(opened.instrument, standard or opened.wave.standard)
    return AnswerRows(opened, rule, needed.named, _known(opened, rule, needed))


def _find_rows(
    file: TableFile,
    survey: str | None,
    wave: str | None,
    keep_personal: bool,
    needed: Needed,
    decimal: str,
    say: Any,
) -> PlainRows | ScoredRows | Instrument:
    """Return the reader of scored rows or of a plain table, or the instrument of answers."""
    from literacy.instrument import load_wave
    from literacy.scoring import is_scored

    own = wave is not None and wave.lower().endswith(".toml")
    if is_scored(file.schema.frame):
        return look_over_scored(file, survey, str(wave) if own else None, keep_personal, needed)
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(file, survey, say)
    return look_over(file, needed, keep_personal, decimal) if instrument is None else instrument


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
