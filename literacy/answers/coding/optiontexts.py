"""Which option a text means: the labels of an item in all languages, and what platforms add to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from literacy.files.text.spelling import is_circled, skeleton, squeeze, strip_prefix, tidy
from literacy.files.text.vocabulary import FALSE_WORDS, TRUE_WORDS, is_other, missing_kind
from literacy.instrument.definitions import Code, Item

Found = tuple[Code, str]
"""An option: its code, and its kind of missing ("" for an answer)."""

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
    """The texts of an item's options, put together once."""
    return OptionTexts(item)


def drop_filled(text: str) -> str:
    """A text without what a person wrote beside an option, which 问卷星 puts in 〖〗."""
    return _FILLED.sub("", text) if "〖" in text else text


class OptionTexts:
    """Finds the option a text means; a text that fits two options equally well means neither.

    Parameters
    ----------
    item : Item

    Attributes
    ----------
    ambiguous : bool
        Whether the text of an option is the code of another.
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
        """对, √, true, yes … for an item of two such answers."""
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
        """The one option that asks for a text of the person's own."""
        options = set(self._others)
        return next(iter(options)) if len(options) == 1 else None

    def exact(self, text: str) -> Found | None:
        """The option whose label is the text, blanks and width aside."""
        return self._same.get(squeeze(tidy(text)))

    def find(self, text: str, filled: bool = True) -> Found | None:
        """The option a text means: its label, with or without a letter before it and what a platform puts after it.

        ``filled`` also takes ``其他：…`` for the option that asks for a text.
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
        """By the whole text, or without a letter or number before it; where these are two options, by neither."""
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
        """``其他：…``, ``其他（…）``: only for an option that asks for a text."""
        stem = _TAIL.sub("", drop_filled(text))
        if not self._others or not stem.strip() or missing_kind(stem):
            return None
        option = self._plain(stem) or self._stems.get(skeleton(strip_prefix(stem)))
        return option if option in self._others else None


def _shorter(text: str) -> list[str]:
    """A text without what platforms append: a filled-in text, points, an instruction where to go on."""
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
    """Text -> option; None for a text of two options."""
    table: dict[str, Found | None] = {}
    for text, option in pairs:
        if text:
            table[text] = option if table.get(text, option) == option else None
    return table


def labelled_alike(labels: Mapping[float | str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Labels that stand at several codes, with those codes; what names a kind of missing may well do so."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for value, label in labels.items():
        if not missing_kind(label):
            alike.setdefault(skeleton(tidy(label)), []).append(
                (label, str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
            )
    return [(found[0][0], tuple(key for _, key in found)) for found in alike.values() if len(found) > 1]
