"""Adaptation of names and texts to the rules of statistical packages; every change of a name is reported."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from literacy.messages import tell

_SPSS_WORDS = ("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH")
_STATA_WORDS = (
    *("_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "_se"),
    *("byte", "double", "float", "if", "in", "int", "long", "strL", "using", "with"),
)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of a program: maximum lengths of names and labels, in bytes or characters; invalid characters and names.

    Programs with ``caseless`` treat ``q1`` and ``Q1`` as the same name.
    """

    program: str
    name: int
    in_bytes: bool
    caseless: bool
    strange: re.Pattern[str]
    reserved: re.Pattern[str]
    label: int
    value_label: int

    def size(self, text: str) -> int:
        """Return the length of a text in the unit of the program."""
        return len(text.encode("utf-8")) if self.in_bytes else len(text)

    def key(self, name: str) -> str:
        """Return a key that is equal for names the program treats as the same."""
        return name.casefold() if self.caseless else name

    def cut(self, text: str, limit: int, mark: str = "…") -> str:
        """Truncate a text to at most *limit*, never within a character, and append *mark* if it was truncated."""
        if self.size(text) <= limit:
            return text
        room = limit - self.size(mark)
        short = text.encode("utf-8")[:room].decode("utf-8", "ignore") if self.in_bytes else text[:room]
        return short + mark


def _words(words: Collection[str], more: str = "", flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words))) + more, flags)


SPSS = Rules(
    "SPSS", 64, True, True, re.compile(r"[^\w.$#@]"), _words(_SPSS_WORDS, "", re.IGNORECASE), 256, 120
)
STATA = Rules("Stata", 32, False, False, re.compile(r"\W"), _words(_STATA_WORDS, r"|str\d+"), 80, 8_000)


def fit_names(
    columns: Sequence[object], rules: Rules, shorter: Collection[object] = ()
) -> tuple[list[str], tuple[str, ...]]:
    """Return a valid name for each column, unique under the rules of the program, and a note on changes.

    Names of ``shorter`` columns are limited to five characters less, because the library derives the names of their
    value label sets from them by appending a number.
    """
    given: list[str] = []
    limits = [rules.name - 5 * (c in shorter) for c in columns]
    first = [_fit_one(str(c), rules, limit) for c, limit in zip(columns, limits, strict=True)]
    kept = {rules.key(name) for c, name in zip(columns, first, strict=True) if name == str(c)}
    taken = set(kept)
    changed = []
    for column, base, limit in zip(columns, first, limits, strict=True):
        name = base
        keeps = name == str(column) and rules.key(name) in kept
        number = 2
        while not keeps and rules.key(name) in taken:
            tail = f"_{number}"
            name = rules.cut(base, limit - len(tail), "") + tail
            number += 1
        kept.discard(rules.key(name))
        taken.add(rules.key(name))
        given.append(name)
        if name != str(column):
            changed.append(f"{column} -> {name}")
    return given, ((tell("columns renamed: {}", listed(changed, "; ")),) if changed else ())


def _fit_one(text: str, rules: Rules, limit: int) -> str:
    name = rules.strange.sub("_", text).rstrip(".")
    may_be_low = rules is STATA and text.startswith("_") and name.strip("_")
    if not name or not (name[0].isalpha() or may_be_low):
        name = f"v_{name.lstrip('_')}" if name.strip("_") else "v"
    name = rules.cut(name, limit, "").rstrip(".")
    return name + "_" if rules.reserved.fullmatch(name) else name


def listed(parts: Sequence[str], separator: str = ", ") -> str:
    """Join the first parts of a list, and add the number of the remaining ones."""
    more = len(parts) - SHOWN
    return separator.join(parts[:SHOWN]) + (tell("{}and {} more", separator, more) if more > 0 else "")


def clean(text: str) -> str:
    """Remove NUL characters from a text and replace unpaired surrogates, neither of which can be stored."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
