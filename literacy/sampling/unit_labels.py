"""Labels of strata and sampling units: merging of spelling variants.

Labels that differ only in surrounding blanks, full-width characters or a trailing .0 denote the same unit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.messages import tell

Ints = NDArray[np.int64]
_WHOLE = re.compile(r"([+-]?\d+)\.0+")
_ODD = re.compile(r"(?:^|\n)\s|\s(?:\n|$)|\.0+(?:\n|$)|[^\S\n]{2}")


def plain_label(value: Any) -> str:
    """Normalise a label: Unicode NFKC, no surrounding blanks, single inner blanks, 1.0 as 1."""
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) is int:  # what most labels are, and already plain
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ".join(unicodedata.normalize("NFKC", str(value)).split())
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def plain_labels(column: pd.Series[Any]) -> pd.Series[Any]:
    """Normalise a column of labels by :func:`plain_label`; missing ones remain missing."""
    codes, uniques = pd.factorize(column)
    texts = np.array([*(plain_label(v) for v in uniques), None], dtype=object)
    return pd.Series(texts[codes], index=column.index, dtype="string")


@dataclass(frozen=True, slots=True, eq=False)
class Spellings:
    """Labels of a design column as they are written, in order of first occurrence; ``a + b`` are those of both blocks.

    Attributes
    ----------
    where : role and name of the column, for the notes.
    labels : (k,) values of the column.
    """

    where: str
    labels: NDArray[Any]

    def __add__(self, other: Spellings) -> Spellings:
        """Return the labels of both blocks."""
        mine, others = self.labels.tolist(), other.labels.tolist()
        if mine == others:  # as in most blocks of a file
            return self
        both = list(dict.fromkeys((*mine, *others)))
        labels = np.empty(len(both), dtype=object)
        labels[:] = both
        return Spellings(self.where, labels)

    @property
    def notes(self) -> list[str]:
        """Notes on labels that are treated as the same, or as different although they hardly differ."""
        return join_spellings(np.zeros(0, np.int64), self.labels, self.where)[2]


def merge_spellings(a: Sequence[Spellings], b: Sequence[Spellings]) -> tuple[Spellings, ...]:
    """Return the spellings of all design columns of both blocks."""
    found = {one.where: one for one in a}
    for one in b:
        found[one.where] = found[one.where] + one if one.where in found else one
    return tuple(found.values())


def note_spellings(spellings: Sequence[Spellings]) -> tuple[str, ...]:
    """Return the notes on the spellings of all design columns."""
    return tuple(note for one in spellings for note in one.notes)


def join_spellings(codes: Ints, labels: NDArray[Any], where: str) -> tuple[Ints, NDArray[Any], list[str]]:
    """Merge the codes of labels that differ only in surrounding blanks, width or a trailing .0.

    Parameters
    ----------
    codes : (n,) 0..k-1, -1 where missing
    labels : (k,) values of the column
    where : role and name of the column, for the note

    Returns
    -------
    codes, labels, and a note if any were merged (or differ only in inner blanks and were not merged).
    """
    if _tidy(labels):
        return codes, labels, []
    texts = [plain_label(v) for v in labels]
    first: dict[str, int] = {}
    place = np.array([first.setdefault(t, len(first)) for t in texts], dtype=np.int64)
    notes = []
    if len(first) < len(texts):
        joined = len(texts) - len(first)
        counts = np.bincount(place)
        example = texts[int(np.flatnonzero(counts[place] > 1)[0])]
        notes.append(
            tell(
                "{}: {} labels differ from another only in blanks, character width or a trailing "
                ".0 and are treated as the same, for example {!r}",
                where,
                joined,
                example,
            )
        )
        kept = np.empty(len(first), dtype=object)
        kept[place[::-1]] = labels[::-1]
        codes, labels = np.append(place, -1)[codes], kept
    bare = len({t.replace(" ", "") for t in first})
    if bare < len(first):
        notes.append(
            tell(
                "{}: {} labels differ from another only in an internal blank and are treated as different",
                where,
                len(first) - bare,
            )
        )
    return codes, labels, notes


def _tidy(labels: Sequence[Any] | NDArray[Any]) -> bool:
    """Whether labels cannot have variants: plain numbers, or ASCII text without surrounding blanks."""
    try:
        text = "\n".join(labels)
    except TypeError:
        kinds = {type(v) for v in labels}
        return len(kinds) == 1 and issubclass(kinds.pop(), int | float | np.number | np.bool_)
    return text.isascii() and " " not in text and not _ODD.search(text)
