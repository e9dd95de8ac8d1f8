"""Summaries of weighted distributions by domain, which can be merged and pruned and state bounds of every rank.

An entry is a value that occurs, with a lower bound of the weight below it, an upper bound of the weight up to and
including it, and a lower bound of its own weight. Bounds add when summaries of different rows are merged, and remain
valid whichever entries are left out, so that a summary states its own error; nothing is random.

References
----------
Greenwald & Khanna (2001), "Space-efficient online computation of quantile summaries", SIGMOD; with weights: Chen &
Guestrin (2016), "XGBoost: a scalable tree boosting system", KDD, appendix (summaries that are merged and pruned).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.quantiles import TIE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BUDGET = 1 << 19
"""Number of entries kept for all domains together, within the limits of :data:`LEAST` and :data:`MOST` for each."""
LEAST, MOST = 256, 8192
ROUNDING = 1e-12  # relative to the total weight: error of sums of weights


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Summary of the values of D domains.

    Attributes
    ----------
    cell : (E,) domain of each entry, ascending.
    x : (E,) values, ascending within each domain.
    low : (E,) lower bounds of the weight below each value.
    high : (E,) upper bounds of the weight at or below each value.
    w : (E,) lower bounds of the weight at each value.
    total : (D,) weight of each domain.
    exact : (D,) whether no entry of the domain was left out, so that all bounds are the numbers themselves.
    """

    cell: Ints
    x: Floats
    low: Floats
    high: Floats
    w: Floats
    total: Floats
    exact: Bools

    def ends(self) -> Ints:
        """Return the index (D + 1,) of the first entry of each domain, and the number of entries."""
        return np.searchsorted(self.cell, np.arange(len(self.total) + 1))

    def place(self, cell: Ints, domains: int) -> Ranks:
        """Return the summary with its domains at the places *cell* (D,) among so many."""
        moved = cell[self.cell]
        order = np.argsort(moved, kind="stable")
        total, exact = np.zeros(domains), np.ones(domains, bool)
        total[cell], exact[cell] = self.total, self.exact
        return Ranks(
            moved[order], self.x[order], self.low[order], self.high[order], self.w[order], total, exact
        )


def rank_rows(cell: Ints, domains: int, x: Floats, weight: Floats) -> Ranks:
    """Return the exact summary of rows.

    Parameters
    ----------
    cell : (n,) domain of each row; rows with -1 belong to none
    domains : int
    x : (n,) values; rows without a value belong to no domain
    weight : (n,) weights; rows without weight belong to no domain
    """
    rows = np.flatnonzero((cell >= 0) & ~np.isnan(x) & (weight > 0))
    order = rows[np.argsort(x[rows], kind="stable")]
    if domains > 1:
        narrow = cell[order].astype(np.int16 if domains < 1 << 15 else np.int64)
        order = order[np.argsort(narrow, kind="stable")]
    c, v = cell[order], x[order] + 0.0
    first = np.flatnonzero(np.r_[True, (c[1:] != c[:-1]) | (v[1:] != v[:-1])]) if len(order) else order
    w = np.add.reduceat(weight[order], first) if len(first) else np.zeros(0)
    return _rank_entries(c[first], v[first], w, domains)


def _rank_entries(cell: Ints, x: Floats, w: Floats, domains: int) -> Ranks:
    """Return the exact summary of distinct values, sorted by domain and value."""
    low = np.zeros(len(w))
    total = np.zeros(domains)
    ends = np.searchsorted(cell, np.arange(domains + 1))
    for d in np.flatnonzero(np.diff(ends)):
        sums = np.cumsum(w[ends[d] : ends[d + 1]])
        low[ends[d] + 1 : ends[d + 1]] = sums[:-1]
        total[d] = sums[-1]
    return Ranks(cell, x, low, low + w, w, total, np.ones(domains, bool))


def merge_ranks(a: Ranks, b: Ranks) -> Ranks:
    """Return the summary of the rows of both summaries, which have the same domains."""
    cell, x = np.concatenate([a.cell, b.cell]), np.concatenate([a.x, b.x])
    order = np.lexsort((x, cell))
    c, v = cell[order], x[order]
    new = np.r_[True, (c[1:] != c[:-1]) | (v[1:] != v[:-1])] if len(c) else np.zeros(0, bool)
    group = np.empty(len(c), np.int64)
    group[order] = np.cumsum(new) - 1
    cell, x = c[new], v[new]
    one = _bound(a, group[: len(a.x)], cell)
    two = _bound(b, group[len(a.x) :], cell)
    low, high, w = (p + q for p, q in zip(one, two, strict=True))
    exact = a.exact & b.exact
    if bool(exact.all()):
        return _rank_entries(cell, x, w, len(a.total))
    return Ranks(cell, x, low, high, w, a.total + b.total, exact)


def _bound(r: Ranks, group: Ints, cell: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the bounds by a summary of values of which those at the places *group* are its own entries."""
    own = np.zeros(len(cell), bool)
    own[group] = True
    before = np.cumsum(own) - 1  # the entry at or before each value
    after = before + np.where(own, 0, 1)
    padded = np.append(r.cell, -1)
    has_before = (before >= 0) & (padded[np.maximum(before, -1)] == cell)
    has_after = padded[np.minimum(after, len(r.cell))] == cell
    at_or_below, below = np.append(r.low + r.w, 0.0), np.append(r.high - r.w, 0.0)
    low = np.where(has_before, at_or_below[np.maximum(before, -1)], 0.0)
    high = np.where(has_after, below[np.minimum(after, len(r.cell))], r.total[cell] if len(cell) else 0.0)
    w = np.zeros(len(cell))
    low[group], high[group], w[group] = r.low, r.high, r.w
    return low, high, w


def find_capacity(domains: int) -> int:
    """Return the number of entries kept for each of so many domains."""
    return int(np.clip(BUDGET // max(domains, 1), LEAST, MOST))


def prune_ranks(r: Ranks, capacity: int) -> Ranks:
    """Return a summary of at most *capacity* entries in each domain, near evenly spaced ranks.

    The smallest and largest value of each domain are kept. The bounds remain those of the rows.
    """
    ends = r.ends()
    size = np.diff(ends)
    full = np.flatnonzero(size > capacity)
    if not len(full):
        return r
    keep = np.ones(len(r.x), bool)
    for d in full:
        rows = slice(ends[d], ends[d + 1])
        middle = (r.low[rows] + r.high[rows]) / 2
        wanted = np.linspace(middle[0], middle[-1], capacity)
        up = np.clip(np.searchsorted(middle, wanted), 1, size[d] - 1)
        nearest = np.where(wanted - middle[up - 1] <= middle[up] - wanted, up - 1, up)
        held = np.zeros(size[d], bool)
        held[nearest] = held[0] = held[-1] = True
        keep[rows] = held
    exact = r.exact.copy()
    exact[full] = False
    return Ranks(r.cell[keep], r.x[keep], r.low[keep], r.high[keep], r.w[keep], r.total, exact)


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Summaries of rows that are added block by block: those of equal level are merged, and then pruned.

    Pruning costs rank, so that each row is pruned about log2(blocks) times only.

    Attributes
    ----------
    domains : number of domains.
    levels : level -> summary; level 0 was never pruned.
    """

    domains: int
    levels: tuple[tuple[int, Ranks], ...]

    def place(self, cell: Ints, domains: int) -> Distribution:
        """Return the distribution with its domains at the places *cell* (D,) among so many."""
        return Distribution(domains, tuple((n, r.place(cell, domains)) for n, r in self.levels))

    def merge(self, other: Distribution) -> Distribution:
        """Return the distribution of the rows of both, which have the same domains."""
        held = dict(self.levels)
        for level, ranks in other.levels:
            _insert(held, level, ranks)
        return Distribution(self.domains, tuple(sorted(held.items())))

    def whole(self) -> Ranks:
        """Return one summary of all rows."""
        made: Ranks | None = None
        for _, ranks in self.levels:
            made = ranks if made is None else merge_ranks(made, ranks)
        assert made is not None
        return made


def _insert(held: dict[int, Ranks], level: int, ranks: Ranks) -> None:
    while True:
        if level in held:
            ranks = merge_ranks(held.pop(level), ranks)
        kept = prune_ranks(ranks, find_capacity(len(ranks.total)))
        level += kept is not ranks
        ranks = kept
        if level not in held:
            held[level] = ranks
            return


def distribute(ranks: Ranks) -> Distribution:
    """Return the distribution of a block."""
    held: dict[int, Ranks] = {}
    _insert(held, 0, ranks)
    return Distribution(len(ranks.total), tuple(held.items()))


def find_exactly(x: Floats, w: Floats, before: float, total: float, p: Floats) -> Floats:
    """Quantiles (rule "math") from distinct values and their weights, *before* being the weight below them.

    As :func:`literacy.kernels.design.quantiles.sorted_quantiles` of the rows.
    """
    share = (before + np.cumsum(w)) / total
    return np.asarray(x[np.minimum(np.searchsorted(share, p - TIE), len(x) - 1)])


def find_nearly(r: Ranks, rows: slice, p: Floats) -> tuple[Floats, Floats]:
    """Quantiles of one domain from its summary, with bounds of the error of their ranks.

    Returns
    -------
    (r,) values that occur, and (r,) bounds of the distance between the probability and the ranks of the value: the
    shares below it, and at or below it.
    """
    total = float(r.total[r.cell[rows.start]])
    target = p[:, None] * total
    over = r.high[rows] - r.w[rows] - target
    under = target - (r.low[rows] + r.w[rows])
    error = np.maximum(np.maximum(over, under), 0.0)
    best = np.argmin(error, axis=1)
    return r.x[rows][best], error[np.arange(len(p)), best] / total


def find_outside(r: Ranks, rows: slice, p: Floats, *, upper: bool) -> Floats:
    """Values of one domain that lie at or beyond its quantiles, upwards or downwards; NaN for p outside [0, 1]."""
    target = (p - TIE) * float(r.total[r.cell[rows.start]])
    x = r.x[rows]
    if upper:
        at = np.minimum(np.searchsorted(r.low[rows] + r.w[rows], target), len(x) - 1)
    else:  # the last value whose largest possible rank falls short is surely below the quantile
        at = np.maximum(np.searchsorted(r.high[rows], target) - 1, 0)
    return np.where((p >= 0) & (p <= 1), x[at], np.nan)


def bracket(r: Ranks, rows: slice, before: float, total: float, p: float) -> tuple[float, float]:
    """Values (a, b] between which a quantile of one domain lies, from a summary of values above *before* in weight.

    The first is -inf if the quantile may be the smallest value of the summary.
    """
    target = (p - TIE) * total
    short = np.flatnonzero(before + r.high[rows] < target - ROUNDING * total)
    enough = np.flatnonzero(before + r.low[rows] + r.w[rows] >= target + ROUNDING * total)
    x = r.x[rows]
    return (
        float(x[short[-1]]) if len(short) else -np.inf,
        float(x[enough[0]]) if len(enough) else float(x[-1]),
    )
