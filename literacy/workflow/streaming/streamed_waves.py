"""Estimates from several files, one per wave; each is computed separately, in blocks if the file is large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from literacy.messages import tell
from literacy.workflow.answerfiles import Needed, Say
from literacy.workflow.samples import DesignOptions, find_year, refuse_twice, split_wave, use_own_margins
from literacy.workflow.streaming.streamed_estimates import Asked, Belonging, answer_file

if TYPE_CHECKING:
    from literacy.instrument import Instrument


@dataclass(frozen=True, slots=True)
class WaveAnswer:
    """The result of a statistic for one wave.

    Attributes
    ----------
    file, standard : str
    year : int, optional
        None for a plain table.
    instrument : Instrument, optional
    answer : the result
    """

    file: str
    year: int | None
    instrument: Instrument | None
    standard: str
    answer: Any


def answer_wave(
    given: str, asked: Asked, survey: str | None, standard: str, options: DesignOptions, encoding: str | None,
    needed: Needed, *, sheet: str | None = None, say: Say,
) -> WaveAnswer:  # fmt: skip
    """Compute a statistic from a file, whose name may be prefixed by its wave: ``2026=FILE``."""
    from literacy.files import opened

    wave, file = split_wave(given)
    found: list[Belonging] = []

    def own(belonging: Belonging, common: DesignOptions) -> DesignOptions:
        found.append(belonging)
        return common if belonging is None else use_own_margins(common, *belonging, say)

    with opened(file, encoding, sheet) as table:
        answers = answer_file(
            table, (asked,), options, survey, wave, (standard,), False, needed, ".", say=say, own=own
        )
        ((_, history, (answer,)),) = tuple(answers)
    belonging = found[0]
    year = None if belonging is None else belonging[1].year
    if belonging is not None:
        say(*(f"· {year or file}: {sentence}" for sentence in history))
    instrument = None if belonging is None else belonging[0]
    return WaveAnswer(file, year, instrument, answer.origin.standard, answer)


def answer_pair(files: tuple[str, str], ask: Callable[[str], WaveAnswer]) -> tuple[WaveAnswer, WaveAnswer]:
    """Return the results of two waves in the order of their years, or of two plain tables in the order given.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for two files of the same year.
    """
    one, two = (ask(file) for file in files)
    if one.year is not None and one.year == two.year:
        raise refuse_twice(files[1], one.year)
    later = one.year is not None and two.year is not None and one.year > two.year
    return (two, one) if later else (one, two)


def answer_waves(
    files: Sequence[str], ask: Callable[[str], WaveAnswer], begin: Callable[[str], None] = lambda name: None
) -> dict[int, WaveAnswer]:
    """Return year -> result, one per file.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for a file without a year, or two files of the same year.
    """
    from pathlib import Path

    from literacy.workflow.answerfiles import refuse_plain

    found: dict[int, WaveAnswer] = {}
    for given in files:
        file = split_wave(given)[1]
        begin(tell("reading {}", Path(file).name))
        answered = ask(given)
        if answered.instrument is None:
            raise refuse_plain(file)
        found[find_year(answered.year, found, file)] = answered
    return dict(sorted(found.items()))
