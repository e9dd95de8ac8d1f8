"""The frozen objects that make up an instrument: items, conditions, groups, universes, recodes and waves.

Nothing here reads files; see :mod:`literacy.instrument.reading.loader`. Every object read from a file keeps the name of
that file in ``file`` (relative to ``surveys/`` for packaged data).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from literacy._nearest import nearest_words
from literacy.messages import language, tell

Code = int | float | str
V = TypeVar("V")

KINDS: tuple[str, ...] = ("valid", "dont_know", "refused", "skipped", "not_asked", "not_applicable")
"""Kinds of missing; the index is the code stored in ``Responses.missing`` (0 is a valid answer)."""

ITEM_TYPES: tuple[str, ...] = (
    "true_false", "single", "multiple", "category", "scale", "number", "text",
)  # fmt: skip
RULES: tuple[str, ...] = ("points", "benchmarks", "joint", "count")


def nearest(word: object, known: Iterable[object]) -> str:
    """Return `` (did you mean 'x'?)`` for the known name nearest to *word*, or an empty string."""
    found = nearest_words(word, known, cutoff=0.5)
    return tell(" (did you mean '{}'?)", found[0]) if found else ""


class FrozenMap(Mapping[str, V], Generic[V]):
    """A small read-only, hashable and picklable mapping with text keys, in insertion order."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Mapping[str, V] | Iterable[tuple[str, V]] = ()) -> None:
        self._pairs: dict[str, V] = dict(pairs)

    def __getitem__(self, key: str) -> V:
        return self._pairs[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(tuple(self._pairs.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._pairs!r})"


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Chinese and English, and optionally in further languages."""

    zh: str
    en: str
    others: tuple[tuple[str, str], ...] = ()

    def get(self, lang: str = "en") -> str:
        """Return the text in *lang*, or in English if there is none."""
        if lang == "zh":
            return self.zh
        return dict(self.others).get(lang, self.en)

    @property
    def localized(self) -> str:
        """The text in the language of the messages (``literacy.messages.language``)."""
        return self.get(language())

    def __str__(self) -> str:
        return self.localized


@dataclass(frozen=True, slots=True)
class Option:
    """A response option. ``missing`` is "" for an answer, otherwise one of ``KINDS[1:]``."""

    code: Code
    label: Label
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one column: a closed range, a set of codes, or both. Missing cells never satisfy it."""

    column: str
    min: float | None = None
    max: float | None = None
    values: tuple[Code, ...] = ()

    def __str__(self) -> str:
        low = "" if self.min is None or self.max is None else f"{self.min:g} <= "
        high = (
            f" <= {self.max:g}" if self.max is not None else "" if self.min is None else f" >= {self.min:g}"
        )
        values = f" = {' | '.join(map(str, self.values))}" if self.values else ""
        return f"{low}{self.column}{high}{values}"


@dataclass(frozen=True, slots=True)
class Item:
    """A question. A scored item has a ``key``: the code of the right answer, or all right codes for multiple choice.

    ``asked`` are the conditions under which the question is asked (all must hold; empty means of everyone).
    ``optional`` items may be absent from a data file. ``short`` is the label in tables. ``hint`` is an instruction to
    the respondent, printed in forms; ``note`` is for analysts and is never printed. Items of type ``number`` use
    ``min`` and ``max`` and list only missing codes.
    """

    name: str
    type: str
    label: Label
    module: str
    options: tuple[Option, ...] = ()
    key: tuple[Code, ...] = ()
    dimension: str = ""
    benchmark: int | None = None
    asked: tuple[Condition, ...] = ()
    personal: bool = False
    min: float | None = None
    max: float | None = None
    unit: str = ""
    short: Label | None = None
    note: Label | None = None
    optional: bool = False
    hint: Label | None = None

    @property
    def heading(self) -> Label:
        """The short label for tables and figures, or the question itself if there is none."""
        return self.short or self.label

    @property
    def scored(self) -> bool:
        """True if the item has a right answer."""
        return bool(self.key)

    @property
    def answers(self) -> tuple[Option, ...]:
        """The options that are answers, as opposed to kinds of missing."""
        return tuple(o for o in self.options if not o.missing)

    @property
    def missing_codes(self) -> dict[Code, str]:
        """Code -> kind of missing, for the options that are not answers."""
        return {o.code: o.missing for o in self.options if o.missing}

    def option(self, code: Code) -> Option | None:
        """Return the option with the given code, or None."""
        return next((o for o in self.options if o.code == code), None)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a recode: a range or a set of codes of its source column."""

    code: Code
    label: Label
    min: float | None = None
    max: float | None = None
    values: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Recode:
    """A column derived from another by ranges or sets of codes (age -> age_band); missing where no level matches."""

    name: str
    label: Label
    column: str
    levels: tuple[Level, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        """The levels as options, so that recodes are labelled in the same way as items."""
        return tuple(Option(level.code, level.label) for level in self.levels)


@dataclass(frozen=True, slots=True)
class Group:
    """A target group, defined by one or more lists of conditions of which any suffices. Groups may overlap."""

    name: str
    label: Label
    any_of: tuple[tuple[Condition, ...], ...]
    universe: str
    proxy: Label | None = None


@dataclass(frozen=True, slots=True)
class Universe:
    """The population an indicator refers to; ``indicator`` marks the one universe of the headline rate."""

    name: str
    label: Label
    all_of: tuple[Condition, ...]
    indicator: bool


@dataclass(frozen=True, slots=True)
class MissingRule:
    """Classification of missing codes that no option set lists: by code, SAS/Stata tag, or value label."""

    kind: str
    codes: tuple[Code, ...] = ()
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveDesign:
    """Names of the design columns of a data file; empty if the file has none.

    ``candidates`` lists alternative names for "weight", "strata", "psu" and "fpc" in order of preference.
    """

    weight: str = ""
    strata: str = ""
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    candidates: FrozenMap[tuple[str, ...]] = field(default_factory=FrozenMap)

    def resolve(self, columns: Iterable[str]) -> WaveDesign:
        """Return the design with the names found among *columns* (case-insensitive); absent names are empty."""
        present: dict[str, str] = {}
        for name in columns:
            present.setdefault(str(name).casefold(), str(name))

        def pick(role: str, own: tuple[str, ...]) -> tuple[str, ...]:
            found = tuple(present[c.casefold()] for c in own if c.casefold() in present)
            if found and len(found) == len(own):
                return found
            rest = (c.casefold() for c in self.candidates.get(role, ()))
            first = next((present[c] for c in rest if c in present), None)
            return (first,) if first is not None else ()

        weight = pick("weight", (self.weight,) if self.weight else ())
        strata = pick("strata", (self.strata,) if self.strata else ())
        return WaveDesign(
            weight=weight[0] if weight else "",
            strata=strata[0] if strata else "",
            psu=pick("psu", self.psu),
            fpc=pick("fpc", self.fpc),
        )


@dataclass(frozen=True, slots=True)
class Wave:
    """One fieldwork of a survey. ``columns`` maps items to columns of the file where the names differ.

    ``absent`` lists items that were not on the wave's form. ``marker`` is the condition by which a file is recognised
    as belonging to the wave.
    """

    name: str
    year: int | None
    columns: FrozenMap[str] = field(default_factory=FrozenMap)
    design: WaveDesign = field(default_factory=WaveDesign)
    start: date | None = None
    end: date | None = None
    mode: str = ""
    n: int | None = None
    standard: str = ""
    synthetic: bool = False
    absent: tuple[str, ...] = ()
    marker: Condition | None = None
    data: str = ""
    note: Label | None = None
    file: str = ""

    def column(self, item: str) -> str:
        """Return the name of *item* in the wave's file."""
        return self.columns.get(item, item)
