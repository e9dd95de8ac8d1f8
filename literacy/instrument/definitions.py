"""The frozen objects an instrument is made of: what was asked, of whom, and how it counts.

Nothing here reads a file; see :mod:`literacy.instrument.reading.loader`. Every object that came from a file keeps
that file's name in ``file`` (relative to ``surveys/`` for packaged data).
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
"""Kinds of missing; the position is the code kept in ``Responses.missing`` (0 = a valid answer)."""

ITEM_TYPES: tuple[str, ...] = (
    "true_false", "single", "multiple", "category", "scale", "number", "text",
)  # fmt: skip
RULES: tuple[str, ...] = ("points", "benchmarks", "joint", "count")


def nearest(word: object, known: Iterable[object]) -> str:
    """Return `` (did you mean 'x'?)`` for the known word nearest to *word*, or an empty string."""
    found = nearest_words(word, known, cutoff=0.5)
    return tell(" (did you mean '{}'?)", found[0]) if found else ""


class FrozenMap(Mapping[str, V], Generic[V]):
    """A small read-only, hashable and picklable mapping with text keys, in the order given."""

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
    """One text in Chinese and English, and in further languages where given."""

    zh: str
    en: str
    others: tuple[tuple[str, str], ...] = ()

    def get(self, lang: str = "en") -> str:
        """Return the text in *lang*; English where that language has none."""
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
    """One response option. ``missing`` is "" for an answer, else one of ``KINDS[1:]``."""

    code: Code
    label: Label
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one column: a closed range, a set of codes, or both. A missing cell never satisfies it."""

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
    """One question. A scored item has a ``key``: the code of the right answer, all codes for multiple choice.

    ``asked`` holds the conditions under which a person is asked at all (all must hold; empty = everyone).
    ``optional`` items may be absent from a data file. ``short`` names the item in tables. ``hint`` tells the person
    how to answer and is printed in forms; ``note`` is for those who work with the data and never is. ``number`` items
    use ``min``/``max`` and list only missing codes.
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
        """A few words for tables and figures; the question itself where nothing shorter is given."""
        return self.short or self.label

    @property
    def scored(self) -> bool:
        """True where the item has a right answer."""
        return bool(self.key)

    @property
    def answers(self) -> tuple[Option, ...]:
        """The options that are answers (not don't know, refused or other kinds of missing)."""
        return tuple(o for o in self.options if not o.missing)

    @property
    def missing_codes(self) -> dict[Code, str]:
        """Code -> kind of missing, for the options that are not answers."""
        return {o.code: o.missing for o in self.options if o.missing}

    def option(self, code: Code) -> Option | None:
        """Return the option with that code, or None."""
        return next((o for o in self.options if o.code == code), None)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a recode: a range or a set of codes of the column it is made from."""

    code: Code
    label: Label
    min: float | None = None
    max: float | None = None
    values: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Recode:
    """A column made from another one by ranges or sets of codes (age -> age_band); no matching level = missing."""

    name: str
    label: Label
    column: str
    levels: tuple[Level, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        """The levels as options, so that tables and figures label a recode as they label an item."""
        return tuple(Option(level.code, level.label) for level in self.levels)


@dataclass(frozen=True, slots=True)
class Group:
    """A target group: any one list of conditions suffices. Groups may overlap; they are domains."""

    name: str
    label: Label
    any_of: tuple[tuple[Condition, ...], ...]
    universe: str
    proxy: Label | None = None


@dataclass(frozen=True, slots=True)
class Universe:
    """The population an indicator refers to. ``indicator`` is true for the one universe the headline rate covers."""

    name: str
    label: Label
    all_of: tuple[Condition, ...]
    indicator: bool


@dataclass(frozen=True, slots=True)
class MissingRule:
    """How missing codes that no option set lists are classified: by code, SAS/Stata tag, or value label."""

    kind: str
    codes: tuple[Code, ...] = ()
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveDesign:
    """Names of the design columns of a data file. Empty = the file has none.

    ``candidates`` lists, for "weight", "strata", "psu" and "fpc", names to try in order of preference.
    """

    weight: str = ""
    strata: str = ""
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    candidates: FrozenMap[tuple[str, ...]] = field(default_factory=FrozenMap)

    def resolve(self, columns: Iterable[str]) -> WaveDesign:
        """Return the design as it stands in a file with *columns* (case ignored; absent names empty)."""
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
    """One fieldwork. ``columns`` maps an item to its column in the file where the two names differ.

    ``absent`` items were not part of that wave's form. ``marker`` is the condition by which a file shows
    its wave.
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
        """Return the name *item* has in the wave's file."""
        return self.columns.get(item, item)
