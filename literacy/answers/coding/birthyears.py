"""Years of birth given in answer to a question on age, counted over the blocks of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from literacy.answers.coding.coded import Coded
from literacy.errors import LiteracyError
from literacy.instrument.definitions import Item
from literacy.messages import tell

_AGE = re.compile(r"(?:\b|_)age(?:\b|_)|年龄|年纪|周岁|岁数|多大|how old|нас", re.IGNORECASE)
_SHARE = 0.5
"""Share of the answers from which on years are years of birth rather than odd ages."""


@dataclass(frozen=True, slots=True)
class BirthYears:
    """Answers to an age item that have the form of a year.

    Attributes
    ----------
    item, column : str
    answers : int
        Number of all answers.
    years : mapping
        Year -> number of answers.
    """

    item: str
    column: str
    answers: int
    years: Mapping[int, int]

    def __add__(self, other: BirthYears) -> BirthYears:
        years = {y: self.years.get(y, 0) + other.years.get(y, 0) for y in (*self.years, *other.years)}
        return BirthYears(self.item, self.column, self.answers + other.answers, years)

    @property
    def count(self) -> int:
        """Number of answers that are years."""
        return sum(self.years.values())

    @property
    def prevail(self) -> bool:
        """Whether at least half of the answers are years."""
        return self.count > 0 and self.count >= _SHARE * self.answers


def count_years(coded: Coded, item: Item, column: str) -> list[BirthYears]:
    """Return the years among the answers to an age item; empty for any other item."""
    if item.type != "number" or item.max is None or not 60 <= item.max <= 130:
        return []
    if not _AGE.search(f"{item.name} {item.label.zh} {item.label.en}"):
        return []
    values = (
        coded.values.to_numpy(dtype=np.float64, na_value=np.nan) if coded.numbers is None else coded.numbers
    )
    found = values[(values >= 1900) & (values <= 2100) & (values == np.floor(values))]
    years, counts = np.unique(found, return_counts=True)
    held = dict(zip(years.astype(int).tolist(), counts.tolist(), strict=True))
    return [BirthYears(item.name, column, int(np.isfinite(values).sum()), held)]


def refuse_years(found: Iterable[BirthYears], where: str) -> None:
    """Raise an error if most answers to an age item are years of birth.

    Parameters
    ----------
    found : iterable of BirthYears
        Those of all blocks of a file.
    where : str
        Name of the file.

    Raises
    ------
    LiteracyError
        ``responses.code`` for the first such item.
    """
    sums: dict[str, BirthYears] = {}
    for one in found:
        sums[one.item] = sums[one.item] + one if one.item in sums else one
    for one in sums.values():
        if one.prevail:
            named = one.item if one.item == one.column else tell("{} (column {})", one.item, one.column)
            example = tell(" such as {:.0f}", np.median(np.repeat(list(one.years), list(one.years.values()))))
            raise LiteracyError(
                "responses.code",
                where=where,
                what=tell(
                    "{}: {:,} values{} look like years of birth rather than ages", named, one.count, example
                ),
                fix="enter the age: year of interview minus year of birth",
            )
