"""Outline of a form: sections, numbered questions, options offered and filters. The basis of all export formats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from literacy.errors import LiteracyError
from literacy.instrument import Condition, FrozenMap, Instrument, Item, Label, Option, Wave

OFFERED = ("", "dont_know", "refused", "not_applicable")
"""Kinds of options offered to respondents; *skipped* and *not asked* occur in data only."""
GRID_TYPES = ("true_false", "scale", "category")
GRID_MIN, GRID_MAX_OPTIONS = 3, 8


@dataclass(frozen=True, slots=True)
class Question:
    """An item with its number in the form and the options offered to respondents."""

    number: int
    item: Item
    options: tuple[Option, ...]

    @property
    def whole(self) -> bool:
        """Whether a number is integer: both bounds are stated and whole."""
        bounds = (self.item.min, self.item.max)
        return all(b is not None and float(b).is_integer() for b in bounds)

    @property
    def refusable(self) -> bool:
        """Whether one of the options is a refusal, so that the question can be passed."""
        return any(o.missing == "refused" for o in self.options)


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive questions; ``grid`` if they share options and form the rows of a table."""

    questions: tuple[Question, ...]
    grid: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive questions of one module; ``asked`` are the conditions common to all of them."""

    name: str
    label: Label
    asked: tuple[Condition, ...]
    questions: tuple[Question, ...]

    def blocks(self, types: Sequence[str] = GRID_TYPES) -> tuple[Block, ...]:
        """Return the questions as blocks; neighbours with the same options, conditions and type form grids."""
        blocks: list[Block] = []
        for _, run in groupby(self.questions, key=_alike):
            same = tuple(run)
            first = same[0]
            grid = (
                len(same) >= GRID_MIN
                and first.item.type in types
                and 2 <= len(first.options) <= GRID_MAX_OPTIONS
            )
            blocks += [Block(same, True)] if grid else [Block((q,), False) for q in same]
        return tuple(blocks)


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a whole form."""

    instrument: Instrument
    wave: Wave | None
    sections: tuple[Section, ...]
    numbers: FrozenMap[int]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(q for s in self.sections for q in s.questions)

    @property
    def title(self) -> Label:
        """Label of the survey, with the name of the wave if one was requested."""
        label = self.instrument.label
        if self.wave is None or not self.wave.name:
            return label
        others = tuple((language, f"{text}, {self.wave.name}") for language, text in label.others)
        return Label(f"{label.zh}（{self.wave.name}）", f"{label.en}, {self.wave.name}", others)

    @property
    def introduction(self) -> Label | None:
        """Information shown before the first question, such as that the form is a demonstration."""
        return self.instrument.note if self.instrument.demonstration else None

    def following(self, question: Question) -> Question | None:
        """Return the next question that is not subject to the conditions of this one."""
        shared = question.item.asked
        rest = self.questions[question.number :]
        return next((q for q in rest if not set(shared) <= set(q.item.asked)), None)

    def unresolved_conditions(self) -> tuple[str, ...]:
        """Items whose conditions refer to something that is not in this form."""
        names = set(self.numbers) | {r.name for r in self.instrument.recodes if r.column in self.numbers}
        return tuple(q.item.name for q in self.questions if any(c.column not in names for c in q.item.asked))


def make_outline(instrument: Instrument, wave: int | str | None = None) -> Outline:
    """Number the questions of a form and group them into sections.

    Parameters
    ----------
    instrument : Instrument
    wave : int or str, optional
        Restricts the form to the items of that wave; default is all items.

    Raises
    ------
    LiteracyError
        ``survey.wave`` for an unknown wave; ``survey.invalid`` if no question remains.
    """
    chosen = instrument.wave(wave) if wave not in (None, "") else None
    absent = set(chosen.absent) if chosen is not None else set[str]()
    items = [i for i in instrument.items if i.name not in absent]
    if not items:
        raise LiteracyError(
            "survey.invalid", where=instrument.survey, what="has no questions", fix="fill its items.csv"
        )
    questions = [
        Question(number, item, tuple(o for o in item.options if o.missing in OFFERED))
        for number, item in enumerate(items, start=1)
    ]
    sections = []
    for module, run in groupby(questions, key=lambda q: q.item.module):
        own = tuple(run)
        sections.append(Section(module, _label(instrument, module), _shared(q.item for q in own), own))
    return Outline(instrument, chosen, tuple(sections), FrozenMap((q.item.name, q.number) for q in questions))


def _label(instrument: Instrument, module: str) -> Label:
    return instrument.modules.get(module, Label(module, module))


def _shared(items: Iterable[Item]) -> tuple[Condition, ...]:
    asked = [i.asked for i in items]
    return tuple(c for c in asked[0] if all(c in other for other in asked))


def _alike(question: Question) -> tuple[object, ...]:
    item = question.item
    alone = () if item.type in GRID_TYPES else (item.name,)
    return (item.type, question.options, item.asked, alone)
