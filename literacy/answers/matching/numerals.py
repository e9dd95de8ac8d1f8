"""Determination of whether bare numbers in a file are codes of options or positions in the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from literacy.answers.coding.coding import plain
from literacy.answers.coding.columnforms import option_places
from literacy.answers.coding.optiontexts import Found, option_texts
from literacy.errors import LiteracyError
from literacy.files.text.spelling import squeeze
from literacy.instrument.definitions import Item
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.answers.matching.column_rules import Place
    from literacy.files.table import Table

SHOWN = 5
_POINTS = re.compile(r"量表")
_CHOICE = re.compile(r"单选")


class Numerals(NamedTuple):
    """Meaning of numbers (``codes``, ``places``, ``agree``; "" if undetermined), with an explanation."""

    kind: str
    explanation: str = ""


class _Seen(NamedTuple):
    """The numbers in one column, with their meanings as positions and as codes."""

    item: Item
    heading: str
    numbers: frozenset[str]
    places: Mapping[str, Found]
    codes: Mapping[str, Found]

    @property
    def only_places(self) -> bool:
        return any(n in self.places and n not in self.codes for n in self.numbers)

    @property
    def only_codes(self) -> bool:
        return any(n in self.codes and n not in self.places for n in self.numbers)

    @property
    def differ(self) -> bool:
        """Whether some number denotes one option as a position and another as a code."""
        both = (n for n in self.numbers if n in self.places and n in self.codes)
        return any(self.places[n] != self.codes[n] for n in both)


def tell_numerals(table: Table, items: Sequence[Item], places: Mapping[str, Place]) -> Numerals:
    """Determine what the numbers in a file mean, from its own declaration and from numbers with only one meaning.

    Parameters
    ----------
    table : Table
    items : sequence of Item
    places : mapping
        Columns of each item.
    """
    if table.platform != "wjx":
        return Numerals("codes")
    seen = [_look(table, item, places[item.name]) for item in items if item.name in places]
    columns = [s for s in seen if s is not None and s.numbers]
    if not table.positions:
        unsure = [s for s in columns if s.differ or s.only_places]
        return Numerals("", tell("{} in answers by text", _named(unsure))) if unsure else Numerals("agree")
    as_places = [s for s in columns if s.only_places]
    as_codes = [s for s in columns if s.only_codes]
    if as_places and as_codes:
        return Numerals(
            "", tell("{} can only be codes, {} only positions", _named(as_codes), _named(as_places))
        )
    if as_codes:
        return Numerals(
            "codes",
            tell(
                "numbers read as the survey's codes, not as positions in the form: {} cannot be positions",
                _named(as_codes),
            ),
        )
    differing = [s for s in columns if s.differ]
    if differing and not as_places and not table.numbered:
        return Numerals("", tell("{}, and nothing else in the file decides it", _named(differing)))
    unsure = [s for s in differing if _is_scale(s)]
    turned = [s for s in unsure if _codes_are_places(s)]
    if turned:
        return Numerals("", tell("{}, scale questions, may hold positions or points", _named(turned)))
    names = ", ".join(s.item.name for s in unsure[:SHOWN])
    more = tell(" and {} more", len(unsure) - SHOWN) if len(unsure) > SHOWN else ""
    explanation = (
        tell("numbers of {}{} read as positions (1 = the first option), not as points", names, more)
        if unsure
        else ""
    )
    return Numerals("places", explanation)


def refuse_numerals(explanation: str, where: str) -> LiteracyError:
    """Return the error for a file whose numbers are ambiguous."""
    return LiteracyError(
        "responses.code",
        where=where,
        what=tell(
            "it is unclear whether numbers are codes, positions in the form or points: {}", explanation
        ),
        fix="export the answers by text (按文本), or with the survey's own codes under the items' names",
    )


def _look(table: Table, item: Item, place: Place) -> _Seen | None:
    places = option_places(item)
    if len(place.columns) > 1 or not places:
        return None
    numbers: set[str] = set()
    for cell in table.frame[place.columns[0]].dropna().unique():
        parts = [
            _number(p) for p in (re.split(r"[┋|,;、\s]+", squeeze(cell)) if isinstance(cell, str) else [cell])
        ]
        numbers |= set(parts) if "" not in parts else set()
    if not table.positions:
        texts = option_texts(item)
        numbers = {n for n in numbers if texts.exact(n) is None}
    codes = {str(o.code): (o.code, o.missing) for o in item.options}
    label = table.labels.get(place.columns[0], "") + " " + place.columns[0]
    return _Seen(item, label, frozenset(numbers - {""} - set(table.words)), places, codes)


def _number(cell: object) -> str:
    """Return a whole number as the text of its code, "" for anything else."""
    text = squeeze(plain(cell))
    found = re.fullmatch(r"([+-]?\d{1,6})(?:\.0*)?", text)
    return str(int(found.group(1))) if found else ""


def _is_scale(seen: _Seen) -> bool:
    """Return whether the column may hold points: it is a scale question, unless its heading states otherwise."""
    if _POINTS.search(seen.heading):
        return True
    return seen.item.type == "scale" and not _CHOICE.search(seen.heading)


def _codes_are_places(seen: _Seen) -> bool:
    """Return whether the codes of the answers are exactly 1 … k, in any order."""
    answers = [str(o.code) for o in seen.item.answers]
    return set(answers) == {str(k) for k in range(1, len(answers) + 1)}


def _named(columns: Sequence[_Seen]) -> str:
    """List items with the numbers found in their columns."""
    shown = [f"{s.item.name} ({', '.join(sorted(s.numbers, key=int)[:12])})" for s in columns[:SHOWN]]
    more = tell(" and {} more", len(columns) - SHOWN) if len(columns) > SHOWN else ""
    return ", ".join(shown) + more
