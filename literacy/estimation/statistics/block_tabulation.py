"""Distributions of answers of rows that are read block by block: what every question collects, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from literacy.estimation.core.code_labels import known_items
from literacy.estimation.core.domains import By, Where
from literacy.estimation.core.sample_columns import find_column
from literacy.estimation.core.totals import Part, Totals
from literacy.estimation.statistics.block_quantiles import QuantileSearch, search_quantile
from literacy.estimation.statistics.partials import finish, partial
from literacy.estimation.statistics.tabulation import (
    FEW_NUMBERS,
    NO_ANSWER,
    QUARTILES,
    Row,
    code_answers,
    find_kinds,
    is_coded,
    list_options,
    mark_option,
    name_quartile,
)
from literacy.instrument import Item
from literacy.kernels.design.elements import Groups
from literacy.sampling import Sample

Complete = Callable[[Totals], Totals]


@dataclass(frozen=True, slots=True)
class Base:
    """What is common to all questions: the arguments of :func:`literacy.tabulate`."""

    by: By
    where: Where
    of: str
    ci: str
    level: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What occurs in a column: kinds of no answer, and numbers up to one more than are levels of their own."""

    kinds: frozenset[str]
    numbers: frozenset[float]

    def __add__(self, other: Seen) -> Seen:
        """Return what occurs in either block."""
        return Seen(self.kinds | other.kinds, _first(self.numbers | other.numbers))

    @property
    def measured(self) -> bool:
        """Whether the column has too many different numbers for levels."""
        return len(self.numbers) > FEW_NUMBERS


def _first(numbers: frozenset[float]) -> frozenset[float]:
    return frozenset(sorted(numbers)[: FEW_NUMBERS + 1])


@dataclass(frozen=True, slots=True)
class SeeRows:
    """What occurs in the column of a question."""

    name: str

    def partial(self, block: Sample) -> Seen:
        """Return what occurs in a block."""
        kinds = frozenset(find_kinds(block, self.name))
        column = find_column(block, self.name)
        if not pd.api.types.is_numeric_dtype(column):
            return Seen(kinds, frozenset())
        values = np.unique(column.dropna().to_numpy(np.float64))
        return Seen(kinds, _first(frozenset(values[: FEW_NUMBERS + 1].tolist())))


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """The sums of the answers to a question, as levels."""

    name: str
    base: Base

    def partial(self, block: Sample) -> Totals:
        """Return the Totals of a block."""
        if is_coded(known_items(block).get(self.name)):
            block = code_answers(block, self.name, self.base.of, NO_ANSWER)
        return _partial(block, "proportion", self.name, self.base, ci=self.base.ci)


@dataclass(frozen=True, slots=True)
class OptionRows:
    """The sums of who chose an option of a multiple-choice question."""

    name: str
    code: str
    base: Base

    def partial(self, block: Sample) -> Totals:
        """Return the Totals of a block."""
        item = known_items(block)[self.name]
        assert isinstance(item, Item)
        marked = mark_option(block, item, self.code, self.base.of)
        return _partial(marked, "proportion", f"{self.name}_{self.code}", self.base, ci=self.base.ci)


@dataclass(frozen=True, slots=True)
class MeanRows:
    """The sums of a number."""

    name: str
    base: Base

    def partial(self, block: Sample) -> Totals:
        """Return the Totals of a block."""
        return _partial(block, "mean", self.name, self.base)


def _partial(block: Sample, statistic: str, name: str, base: Base, **more: Any) -> Totals:
    return partial(block, statistic, name, by=base.by, where=base.where, level=base.level, **more)


@dataclass(frozen=True, slots=True, eq=False)
class AnswerSearch:
    """A question put to rows in blocks: what the next pass over them collects, and what follows from it.

    Attributes
    ----------
    name, base : the question.
    sums : tasks whose sums give an estimate each, with the level of each estimate.
    looks : the task that tells what occurs in the column, if the estimates depend on it.
    quartiles : searches of quartiles, with the level of each.
    rows : estimates so far.
    """

    name: str
    base: Base
    sums: tuple[tuple[Any, str], ...] = ()
    looks: SeeRows | None = None
    quartiles: tuple[tuple[QuantileSearch, str], ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def tasks(self) -> tuple[Any, ...]:
        """What the next pass collects of every block."""
        looks = () if self.looks is None else (self.looks,)
        quartiles = tuple(task for search, _ in self.quartiles for task in search.tasks)
        return (*looks, *(task for task, _ in self.sums), *quartiles)

    def proceed(self, found: Sequence[Any], complete: Complete) -> AnswerSearch | tuple[Row, ...]:
        """Return the question of the next pass, or its estimates, given the sums of all blocks."""
        seen: Seen | None = None
        if self.looks is not None:
            seen, *found = found
            if not self.sums:
                return self._choose(seen)
        totals, rest = found[: len(self.sums)], found[len(self.sums) :]
        rows = list(self.rows)
        for one, (_, level) in zip(totals, self.sums, strict=True):
            if seen is not None:
                one = drop_levels(one, [k for k in NO_ANSWER if k not in seen.kinds])
            estimate: Any = finish(complete(one))
            rows.append((estimate, level))
        steps = [
            (search.proceed([one], complete), level)
            for one, (search, level) in zip(rest, self.quartiles, strict=True)
        ]
        open_ = tuple((step, level) for step, level in steps if isinstance(step, QuantileSearch))
        rows += [(step, level) for step, level in steps if not isinstance(step, QuantileSearch)]
        if open_:
            return replace(self, sums=(), looks=None, quartiles=open_, rows=tuple(rows))
        order = ["mean", *map(name_quartile, QUARTILES)]
        return tuple(sorted(rows, key=lambda r: order.index(r[1]))) if self.quartiles else tuple(rows)

    def _choose(self, seen: Seen) -> AnswerSearch:
        """Return the question about a column of numbers, which are levels if they are few."""
        if not seen.measured:
            return replace(self, looks=None, sums=((AnswerRows(self.name, self.base), ""),))
        quartiles = tuple(
            (
                search_quantile(self.name, p, by=self.base.by, where=self.base.where, level=self.base.level),
                name_quartile(p),
            )
            for p in QUARTILES
        )
        return replace(
            self, looks=None, sums=((MeanRows(self.name, self.base), "mean"),), quartiles=quartiles
        )


def search_answers(block: Sample, name: str, base: Base) -> AnswerSearch:
    """Return the search for the distribution of a question, whose type is the same in every block."""
    item = known_items(block).get(name)
    if isinstance(item, Item) and item.type == "multiple":
        sums = tuple((OptionRows(name, code, base), code) for code in list_options(block, item))
        return AnswerSearch(name, base, sums)
    if is_coded(item):
        return AnswerSearch(name, base, ((AnswerRows(name, base), ""),), SeeRows(name))
    if pd.api.types.is_numeric_dtype(find_column(block, name)):
        return AnswerSearch(name, base, (), SeeRows(name))
    return AnswerSearch(name, base, ((AnswerRows(name, base), ""),))


def drop_levels(totals: Totals, gone: Sequence[str]) -> Totals:
    """Return the Totals of a category without levels that nobody has."""
    return replace(totals, parts=tuple(_drop(p, gone) for p in totals.parts))


def _drop(p: Part, gone: Sequence[str]) -> Part:
    keep = [i for i, level in enumerate(p.levels) if level not in gone]
    if not p.category or len(keep) == len(p.levels):
        return p
    groups = p.groups
    if groups is not None:
        groups = Groups(groups.count[:, :, keep], groups.mean[:, :, keep], groups.spread[:, :, keep])
    return replace(
        p,
        levels=tuple(p.levels[i] for i in keep),
        t=p.t[..., keep],
        z=tuple(z[..., keep] for z in p.z),
        groups=groups,
        theta=None if p.theta is None else p.theta[..., keep],
        inner=None if p.inner is None else p.inner[..., keep],
    )
