"""How the cells of a column are written, as far as all of them decide: in letters, as prefixed codes, or in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from literacy.answers.coding.coded import BLANK, UNKNOWN
from literacy.answers.coding.optiontexts import Found, option_texts
from literacy.files.text.spelling import squeeze
from literacy.instrument.definitions import KINDS, Code, Item

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_KIND = {name: code for code, name in enumerate(KINDS)}
_PREFIXED = re.compile(r"[A-Z]{1,3}0*(\d+)")


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """What holds of all texts of a column; the forms of several blocks are combined by ``&``.

    Attributes
    ----------
    some : bool
        Whether there is any text.
    all_letters : bool
        Whether every text consists of the letters of options (A, or ABD for multiple choice).
    all_prefixed : bool
        Whether every text is a code after letters, such as A1.
    placed : bool
        Whether the number of every such code is also the position of an option in the form.
    words : bool
        Whether any text is that of an option, where the text of an option may be the code of another.
    """

    some: bool = False
    all_letters: bool = True
    all_prefixed: bool = True
    placed: bool = True
    words: bool = False

    def __and__(self, other: ColumnForm) -> ColumnForm:
        return ColumnForm(
            self.some or other.some,
            self.all_letters and other.all_letters,
            self.all_prefixed and other.all_prefixed,
            self.placed and other.placed,
            self.words or other.words,
        )

    @property
    def letters(self) -> bool:
        """Whether the texts are read as letters."""
        return self.some and self.all_letters

    @property
    def prefixed(self) -> bool:
        """Whether the texts are read as prefixed codes."""
        return self.some and self.all_prefixed


def find_form(cells: Iterable[object], item: Item) -> ColumnForm:
    """Return what holds of the texts among some cells of an item's column."""
    texts = [value for value in cells if isinstance(value, str)]
    capitals = list(_capitals(texts))
    codes = {str(o.code) for o in item.options}
    hits = [_PREFIXED.fullmatch(t) for t in capitals]
    apt = item.type not in ("number", "text", "multiple")
    places = option_places(item)
    options = option_texts(item)
    return ColumnForm(
        some=bool(capitals),
        all_letters=_all_letters(capitals, item),
        all_prefixed=apt and all(h is not None and h.group(1) in codes for h in hits),
        placed=all(h.group(1) in places for h in hits if h),
        words=options.ambiguous
        and any(not NUMBER.fullmatch(squeeze(t)) and options.find(t) is not None for t in texts),
    )


def _capitals(cells: Iterable[object]) -> Iterator[str]:
    """Yield the texts among the cells, in capitals and without blanks; empty ones are left out."""
    return (text.upper() for value in cells if isinstance(value, str) and (text := squeeze(value)))


def _all_letters(texts: list[str], item: Item) -> bool:
    if item.type not in ("single", "multiple", "category"):
        return False
    pattern = re.compile("[A-Z]+" if item.type == "multiple" else "[A-Z]")
    count = len(item.answers)
    known = {str(o.code).upper() for o in item.options}
    return all(
        pattern.fullmatch(t) and max(map(ord, t)) - 65 < count and t not in known and len(set(t)) == len(t)
        for t in texts
    )


def read_letters(cells: Iterable[object], item: Item) -> dict[str, tuple[Code | None, int]]:
    """Read the cells of a column whose texts are all letters of options."""
    answers = [o.code for o in item.answers]
    table: dict[str, tuple[Code | None, int]] = {"": (None, BLANK)}
    for text in _capitals(cells):
        chosen = [answers[ord(c) - 65] for c in text]
        table[text] = (join_codes(chosen) if item.type == "multiple" else chosen[0], 0)
    return table


def read_prefixed(cells: Iterable[object], item: Item, *, placed: bool) -> dict[str, tuple[Code | None, int]]:
    """Read the cells of a column whose texts are all answer codes such as A1, A2 (LimeSurvey).

    If all numbers can also be positions in the form (*placed*), those that would then mean another option are unknown.
    """
    known = {str(o.code): o for o in item.options}
    places = option_places(item)
    table: dict[str, tuple[Code | None, int]] = {"": (None, BLANK)}
    for text in _capitals(cells):
        hit = _PREFIXED.fullmatch(text)
        assert hit is not None  # all of them are
        option = known[hit.group(1)]
        unsure = placed and places[hit.group(1)] != (option.code, option.missing)
        table[text] = (None, UNKNOWN) if unsure else settle(option.code, option.missing)
    return table


def option_places(item: Item) -> dict[str, Found]:
    """Map positions in the form to options: those shown to respondents, in the instrument's order."""
    if item.type in ("number", "text"):
        return {}
    shown = [o for o in item.options if o.missing not in ("skipped", "not_asked")]
    return {str(place): (o.code, o.missing) for place, o in enumerate(shown, start=1)}


def settle(code: Code, missing: str) -> tuple[Code | None, int]:
    """Return the code and kind of an option."""
    return (None, _KIND[missing]) if missing else (code, 0)


def join_codes(codes: list[Code]) -> str:
    """Return the canonical multiple-choice cell: each code once, in order, joined by ``|``."""
    once = set(codes)
    if all(not isinstance(c, str) for c in once):
        return "|".join(str(c) for c in sorted(once))
    return "|".join(sorted(map(str, once)))
