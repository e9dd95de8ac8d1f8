"""Lookup of options by their texts: the labels of an item in all languages, with additions made by platforms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from literacy.files.text.spelling import is_circled, skeleton, squeeze, strip_prefix, tidy
from literacy.files.text.vocabulary import FALSE_WORDS, TRUE_WORDS, is_other, missing_kind
from literacy.instrument.definitions import Code, Item

Found = tuple[Code, str]
"""An option: its code, and its kind of missing value ("" for an answer)."""

_FILLED = re.compile(r"〖[^〗]*(?:〗|$)")
_POINTS = re.compile(
    r"\s*[(（\[【]\s*[+-]?\d+(?:\.\d+)?\s*(?:分|points?|pts?)\s*[)）\]】]\s*$", re.IGNORECASE
)
_SENT = re.compile(
    r"\s*[(（\[【]\s*(?:请|跳|转|→|->|go to|skip to|please)[^()（）\[\]【】]*[)）\]】]\s*$", re.IGNORECASE
)
_TAIL = re.compile(r"[【(（\[:：_＿].*$|\s{2,}.*$", re.DOTALL)


@lru_cache(maxsize=4096)
def option_texts(item: Item) -> OptionTexts:
    """Return the texts of an item's options; cached."""
    return OptionTexts(item)


def drop_filled(text: str) -> str:
    """Remove the respondent's own text beside an option, which the platform 问卷星 puts in 〖〗."""
    return _FILLED.sub("", text) if "〖" in text else text


class OptionTexts:
    """Lookup of the option a text denotes; a text that fits two options equally well denotes neither.

    Parameters
    ----------
    item : Item

    Attributes
    ----------
    ambiguous : bool
        Whether the text of some option is the code of another.
    """

    def __init__(self, item: Item) -> None:
        spoken = [
            (text, (option.code, option.missing))
            for option in item.options
            for text in (option.label.zh, option.label.en, *(t for _, t in option.label.others))
            if text
        ]
        self._same = _unique((squeeze(tidy(t)), o) for t, o in spoken)
        self._letters = _unique((skeleton(tidy(t)), o) for t, o in spoken)
        listed = all(strip_prefix(tidy(t)) != tidy(t) for t, o in spoken if not o[1])
        self._bare = _unique((skeleton(strip_prefix(tidy(t))), o) for t, o in spoken if listed)
        self.ambiguous: bool = any(
            self._same.get(str(o.code).casefold(), (o.code, o.missing)) != (o.code, o.missing)
            for o in item.options
        )
        self._others = [option for text, option in spoken if is_other(text)]
        self._stems = _unique((skeleton(_TAIL.sub("", t)), o) for t, o in spoken if is_other(t))
        self._words = self._yes_and_no(item)

    def _yes_and_no(self, item: Item) -> dict[str, Found]:
        """Return the options denoted by 对, √, true, yes …, for an item with two such answers."""
        english = {skeleton(o.label.en) for o in item.answers}
        if item.type != "true_false" and english not in ({"true", "false"}, {"yes", "no"}):
            return {}
        found: dict[str, Found] = {}
        for words in (TRUE_WORDS, FALSE_WORDS):
            options = {self._letters[skeleton(w)] for w in words if self._letters.get(skeleton(w))}
            options.discard(None)
            if len(options) == 1:
                (option,) = options
                if option is not None:
                    found |= {skeleton(word): option for word in words}
        return found

    @property
    def other(self) -> Found | None:
        """The only option that asks for a free text; None if there is none or more than one."""
        options = set(self._others)
        return next(iter(options)) if len(options) == 1 else None

    def exact(self, text: str) -> Found | None:
        """Return the option whose label equals the text, ignoring blanks and character width."""
        return self._same.get(squeeze(tidy(text)))

    def find(self, text: str, filled: bool = True) -> Found | None:
        """Return the option whose label the text is, also with a leading letter or with additions made by a platform.

        With ``filled``, ``其他：…`` is also read as the option that asks for a free text.
        """
        plain = strip_prefix(tidy(text)) if is_circled(text) else tidy(text)
        option = self._plain(plain)
        if option is not None:
            return option
        for form in _shorter(plain):
            option = self._plain(form)
            if option is not None:
                return option
        return self._filled_in(plain) if filled else None

    def _plain(self, text: str) -> Found | None:
        """Look a text up with and without its leading letter or number; None if these give two different options."""
        exact = self._same.get(squeeze(text))
        if exact is not None:
            return exact
        bare = strip_prefix(text)
        whole, part = self._near(text), self._near(bare) if bare != text else None
        if whole is not None and part is not None and whole != part:
            return None
        return whole or part

    def _near(self, text: str) -> Found | None:
        form = skeleton(text)
        for table in (self._letters, self._bare):
            if form in table:
                return table[form]
        return self._words.get(form)

    def _filled_in(self, text: str) -> Found | None:
        """Read ``其他：…`` or ``其他（…）`` as the option that asks for a free text."""
        stem = _TAIL.sub("", drop_filled(text))
        if not self._others or not stem.strip() or missing_kind(stem):
            return None
        option = self._plain(stem) or self._stems.get(skeleton(strip_prefix(stem)))
        return option if option in self._others else None


def _shorter(text: str) -> list[str]:
    """Return a text without what platforms append: a free text, points, a skip instruction."""
    forms = []
    last = text
    for _ in range(3):
        bare = drop_filled(last)
        bare = _SENT.sub("", _POINTS.sub("", bare)).strip()
        if bare == last or not bare:
            break
        forms.append(bare)
        last = bare
    return forms


def _unique(pairs: Iterable[tuple[str, Found]]) -> dict[str, Found | None]:
    """Map texts to options; None for a text that two options share."""
    table: dict[str, Found | None] = {}
    for text, option in pairs:
        if text:
            table[text] = option if table.get(text, option) == option else None
    return table


def labelled_alike(labels: Mapping[float | str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the labels shared by several codes, with these codes; labels of missing values may be shared."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for value, label in labels.items():
        if not missing_kind(label):
            alike.setdefault(skeleton(tidy(label)), []).append(
                (label, str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
            )
    return [(found[0][0], tuple(key for _, key in found)) for found in alike.values() if len(found) > 1]
