"""Distributions by domain of rows that are read block by block, and the values looked for in them.

A summary of each domain, with bounds of every rank, tells between which values a quantile surely lies. A further pass
looks only at the values in that window, until those left are few enough to be held with their weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.domains import By, Layer, Where, find_domains
from literacy.estimation.core.sample_columns import read_numbers
from literacy.estimation.core.totals import MANY_DOMAINS
from literacy.kernels.design.rank_summaries import (
    Distribution,
    Ranks,
    bracket,
    distribute,
    find_exactly,
    find_nearly,
    find_outside,
    rank_rows,
)
from literacy.messages import tell
from literacy.sampling import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[Any, ...]
Aim = tuple[Key, int]
"""A value looked for: a domain, and which of its values."""
Window = tuple[float, float]
LOW, HIGH = 0, 1
"""The lower and the upper limit of a domain; its quantile, which is looked for before, has the number of the lower."""


@dataclass(frozen=True, slots=True, eq=False)
class DomainRanks:
    """Distributions of a variable by domain, which can be added over blocks.

    Attributes
    ----------
    keys : the D domains.
    ranks : their distributions.
    below : (D,) weight of the rows below those of the distribution.
    """

    keys: tuple[Key, ...]
    ranks: Distribution
    below: Floats

    def __add__(self, other: DomainRanks) -> DomainRanks:
        """Return the distributions over the rows of both."""
        if self.keys == other.keys:
            return DomainRanks(self.keys, self.ranks.merge(other.ranks), self.below + other.below)
        index = {k: i for i, k in enumerate(self.keys)}
        place = np.array([index.setdefault(k, len(index)) for k in other.keys], np.int64)
        if len(index) > 2 * MANY_DOMAINS:  # two windows of each domain
            raise refuse_domains(len(index))
        own = np.arange(len(self.keys))
        below = np.zeros(len(index))
        below[own] = self.below
        below[place] += other.below
        merged = self.ranks.place(own, len(index)).merge(other.ranks.place(place, len(index)))
        return DomainRanks(tuple(index), merged, below)


@dataclass(frozen=True, slots=True)
class RankRows:
    """The distribution of a variable in every domain: the first pass."""

    variable: str
    by: By
    where: Where

    def partial(self, block: Sample) -> DomainRanks:
        """Return the distributions of a block."""
        x = read_numbers(block, self.variable)
        found: DomainRanks | None = None
        for layer in find_domains(block, self.by, self.where, block=True).layers:
            ranks = distribute(rank_rows(layer.cell, len(layer.keys), x, block.weight))
            one = DomainRanks(layer.keys, ranks, np.zeros(len(layer.keys)))
            found = one if found is None else found + one
        assert found is not None  # there is a layer, possibly without domains
        return found


@dataclass(frozen=True, slots=True, eq=False)
class NarrowRows:
    """The distribution of the values in windows (a, b] of each domain, and the weight at or below a."""

    asked: RankRows
    windows: Mapping[Aim, Window]

    def partial(self, block: Sample) -> DomainRanks:
        """Return the distributions of a block within the windows."""
        x = read_numbers(block, self.asked.variable)
        domains = find_domains(block, self.asked.by, self.asked.where, block=True)
        none = np.zeros(0, np.int64)
        found = DomainRanks((), distribute(rank_rows(none, 0, np.zeros(0), np.zeros(0))), np.zeros(0))
        for layer in domains.layers:
            for slot in (LOW, HIGH):
                found += self._look(layer, slot, x, block.weight)
        return found

    def _look(self, layer: Layer, slot: int, x: Floats, weight: Floats) -> DomainRanks:
        """Return the distributions of the domains of a layer in one window of each."""
        some = [d for d, key in enumerate(layer.keys) if (key, slot) in self.windows]
        keys = tuple((layer.keys[d], slot) for d in some)
        place = np.full(len(layer.keys) + 1, -1)
        place[some] = np.arange(len(some))
        cell = place[layer.cell]
        windows = np.array([*(self.windows[k] for k in keys), (np.nan, np.nan)])
        a, b = windows[cell].T
        short = x <= a
        below = np.asarray(np.bincount(cell[short], weight[short], len(keys)), np.float64)
        inside = np.where((x > a) & (x <= b), cell, -1)
        return DomainRanks(keys, distribute(rank_rows(inside, len(keys), x, weight)), below)


def refuse_domains(count: int) -> LiteracyError:
    """Return the error for more domains than a table may have."""
    return LiteracyError(
        "estimate.domain", where="by", what=tell("{} domains", count),
        fix=tell("at most {} are allowed: group the values, or restrict with where=", MANY_DOMAINS),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Hunt:
    """Values looked for in the distributions of the first pass, and as far as need be in further ones.

    Attributes
    ----------
    keys : the D domains.
    whole : their distributions.
    ends : (D + 1,) index of the first entry of each domain.
    aims : probability of each value looked for.
    windows : values (a, b] between which those lie that are not yet found.
    found : the values found; NaN if there is none.
    errors : bounds of the errors of the ranks of approximate values.
    """

    keys: tuple[Key, ...]
    whole: Ranks
    ends: Ints
    aims: Mapping[Aim, float] = field(default_factory=dict)
    windows: Mapping[Aim, Window] = field(default_factory=dict)
    found: Mapping[Aim, float] = field(default_factory=dict)
    errors: Mapping[Key, float] = field(default_factory=dict)

    def seek(self, aims: Mapping[Aim, float]) -> Hunt:
        """Find the quantiles of other probabilities, or the windows in which to look for them."""
        found, windows = dict.fromkeys(aims, np.nan), {}
        for d, aim, p in self._possible(aims):
            rows = slice(self.ends[d], self.ends[d + 1])
            if self.whole.exact[d]:
                found[aim] = self._find_exactly(rows, d, p)
            else:
                windows[aim] = bracket(self.whole, rows, 0.0, float(self.whole.total[d]), p)
        return replace(self, aims=aims, windows=windows, found=found)

    def guess(self, aims: Mapping[Aim, float]) -> Hunt:
        """Find values near the quantiles of other probabilities, with bounds of the errors of their ranks."""
        found, errors = dict.fromkeys(aims, np.nan), {}
        for d, aim, p in self._possible(aims):
            rows = slice(self.ends[d], self.ends[d + 1])
            if self.whole.exact[d]:
                found[aim] = self._find_exactly(rows, d, p)
            else:
                value, error = find_nearly(self.whole, rows, np.array([p]))
                found[aim], errors[aim[0]] = float(value[0]), float(error[0])
        return replace(self, aims=aims, windows={}, found=found, errors=errors)

    def enclose(self, aims: Mapping[Aim, float]) -> Hunt:
        """Find values at or beyond the quantiles of other probabilities: below for a lower limit, otherwise above."""
        found = dict.fromkeys(aims, np.nan)
        for d, aim, p in self._possible(aims):
            rows = slice(self.ends[d], self.ends[d + 1])
            if self.whole.exact[d]:
                found[aim] = self._find_exactly(rows, d, p)
            else:
                found[aim] = float(find_outside(self.whole, rows, np.array([p]), upper=aim[1] == HIGH)[0])
        return replace(self, aims=aims, windows={}, found=found)

    def narrow(self, seen: DomainRanks) -> Hunt:
        """Find the values, or narrower windows, given the distributions in the windows."""
        inside = seen.ranks.whole()
        ends, place = inside.ends(), {k: i for i, k in enumerate(seen.keys)}
        total = dict(zip(self.keys, self.whole.total.tolist(), strict=True))
        found, windows = dict(self.found), {}
        for aim, window in self.windows.items():
            i, p = place[aim], np.array([self.aims[aim]])
            rows, before = slice(ends[i], ends[i + 1]), float(seen.below[i])
            if not inside.exact[i]:
                a, b = bracket(inside, rows, before, total[aim[0]], float(p[0]))
                closer = max(a, window[0]), min(b, window[1])
                if closer != window:
                    windows[aim] = closer
                    continue
                # the values left differ by less than the error of sums of weights
            found[aim] = float(find_exactly(inside.x[rows], inside.w[rows], before, total[aim[0]], p)[0])
        return replace(self, windows=windows, found=found)

    def _possible(self, aims: Mapping[Aim, float]) -> list[tuple[int, Aim, float]]:
        """Return domain, aim and probability of the values that exist."""
        index = {k: i for i, k in enumerate(self.keys)}
        every = ((index[aim[0]], aim, p) for aim, p in aims.items())
        return [(d, aim, p) for d, aim, p in every if 0 <= p <= 1 and self.ends[d + 1] > self.ends[d]]

    def _find_exactly(self, rows: slice, d: int, p: float) -> float:
        total = float(self.whole.total[d])
        return float(find_exactly(self.whole.x[rows], self.whole.w[rows], 0.0, total, np.array([p]))[0])


def begin_hunt(seen: DomainRanks) -> Hunt:
    """Return the distributions of the first pass, in which nothing is looked for yet."""
    whole = seen.ranks.whole()
    return Hunt(seen.keys, whole, whole.ends())
