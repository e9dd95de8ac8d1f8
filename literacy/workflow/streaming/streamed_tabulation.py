"""Distributions of answers from a file: block by block if it is large, otherwise from all rows."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from literacy.workflow.answerfiles import Needed, Say
from literacy.workflow.samples import DesignOptions, need
from literacy.workflow.streaming.streamed_estimates import answer_file
from literacy.workflow.streaming.streamed_samples import OwnPasses

if TYPE_CHECKING:
    from literacy.estimation import Tabulation
    from literacy.files import TableFile
    from literacy.sampling import Sample
    from literacy.workflow.streaming.streamed_samples import BlockSample


@dataclass(frozen=True, slots=True)
class AskedAnswers(OwnPasses):
    """Questions whose answers are to be tabulated, and the other arguments of :func:`literacy.tabulate`."""

    questions: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: Mapping[str, Any] | None = None
    of: str = "asked"
    key: bool = False
    ci: str = "logit"
    level: float = 0.95

    @property
    def statistic(self) -> str:
        """Name of the statistic."""
        return "tabulation"

    def answer(self, sample: Sample) -> Tabulation:
        """Tabulate a sample of all rows."""
        from literacy.estimation import tabulate

        return tabulate(
            sample, *self.questions, by=list(self.by) or None, where=self.where, of=self.of, key=self.key,
            ci=self.ci, level=self.level,
        )  # fmt: skip

    def in_blocks(self, rows: BlockSample) -> tuple[list[Tabulation], tuple[str, ...], tuple[str, ...]]:
        """Tabulate the rows of a file in passes over its blocks."""
        from literacy.estimation.statistics.block_tabulation import Base, search_answers
        from literacy.estimation.statistics.tabulation import arrange_answers, expand_questions

        first = next(rows.samples())[0]
        names = expand_questions(self.questions, first)
        base = Base(list(self.by) or None, self.where, self.of, self.ci, self.level)
        found, history, remarks = rows.answer([search_answers(first, name, base) for name in names])
        made = arrange_answers(first, names, found, of=self.of, key=self.key, level=self.level)
        return [made], history, remarks


def tabulate_file(
    file: TableFile, asked: AskedAnswers, options: DesignOptions, survey: str | None, wave: str | None, *,
    say: Say, workers: int | None = None, address: str = "",
) -> tuple[tuple[str, ...], Tabulation]:  # fmt: skip
    """Tabulate the answers in an open file, as they were given, and return the history of the rows with the table."""
    needed = _find_needed(file, asked, options, survey, wave)
    answers = answer_file(
        file, [asked], options, survey, wave, ("",), False, needed, ".", say=say, workers=workers,
        address=address, kept=True, in_blocks=asked.in_blocks,
    )  # fmt: skip
    ((_, history, (made,)),) = tuple(answers)
    return history, made


def _find_needed(
    file: TableFile, asked: AskedAnswers, options: DesignOptions, survey: str | None, wave: str | None
) -> Needed:
    """Return the columns needed for the questions; all if some question is not known by its name."""
    known = list(dict.fromkeys((*file.columns, *_list_items(file, survey, wave))))
    named = [_match(text, known) for text in asked.questions]
    names = [name for some in named for name in some]
    found = need(options, (*names, *asked.by, *(asked.where or ())))
    return found if all(named) else Needed(None, found.numbers, found.named)


def _match(pattern: str, known: Iterable[str]) -> list[str]:
    """Return the names that a pattern stands for, or whose options it does."""
    return [n for n in known if fnmatch.fnmatchcase(n, pattern) or fnmatch.fnmatchcase(n, f"{pattern}_*")]


def _list_items(file: TableFile, survey: str | None, wave: str | None) -> Sequence[str]:
    """Return the names of items, recodes and groups of the survey to which a file of answers belongs."""
    from literacy.instrument import load_wave
    from literacy.scoring import is_scored
    from literacy.workflow.answerfiles import pick_survey

    if is_scored(file.schema.frame):
        return ()
    own = wave is not None and wave.lower().endswith(".toml")
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(file, survey, lambda *lines: None)
    return (
        ()
        if instrument is None
        else (*(i.name for i in instrument.items), *(r.name for r in instrument.recodes))
    )
