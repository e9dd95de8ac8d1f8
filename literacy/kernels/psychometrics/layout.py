"""Layout: which parameters a test has, where they lie in one vector, and which of them are free, tied or fixed.

The whole vector holds the items' parameters one item after the other (see :mod:`.responding`), then a mean and a log
standard deviation for every group. ``slot`` gives the free parameter at each place (-1: fixed at ``given``);
items that share a slope share its slot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from literacy.kernels.psychometrics.responding import count_parameters, log_derivative, log_probability

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of one kind and number of categories: ``items`` (m,), places of their parameters (m, p), rows (m, K)."""

    kind: str
    items: Ints
    places: Ints
    rows: Ints


@dataclass(frozen=True, slots=True)
class Layout:
    """Parameters of a test.

    Attributes
    ----------
    kinds : tuple of str
        Of the items.
    categories : (j,) int
    starts : (j + 1,) int
        Where an item's parameters begin.
    firsts : (j + 1,) int
        Where its categories begin among all categories.
    batches : tuple of Batch
    groups : int
    slot, given : (p,) int, (p,) float
        The free parameter at each place, the value of the fixed ones.
    free : int
        How many are free.
    floor_prior : (float, float) or None
        Mean and standard deviation of the normal prior of logit g.
    """

    kinds: tuple[str, ...]
    categories: Ints
    starts: Ints
    firsts: Ints
    batches: tuple[Batch, ...]
    groups: int
    slot: Ints
    given: Floats
    free: int
    floor_prior: tuple[float, float] | None

    def whole(self, values: Floats) -> Floats:
        """The whole vector (p,) of free values."""
        return np.where(self.slot >= 0, values[np.maximum(self.slot, 0)] if self.free else 0.0, self.given)

    def gather(self, whole: Floats) -> Floats:
        """Sum a gradient by place (p,), or (n, p), over the places of each free parameter."""
        live = self.slot >= 0
        out = np.zeros((*whole.shape[:-1], self.free))
        np.add.at(out.T, self.slot[live], whole[..., live].T)
        return out

    def gather_square(self, whole: Floats) -> Floats:
        """The same for a (p, p) matrix."""
        return self.gather(self.gather(whole).T)

    def group_place(self, group: int) -> int:
        """Place of a group's mean; its log standard deviation follows."""
        return int(self.starts[-1]) + 2 * group

    def nodes(self, whole: Floats, points: Floats, group: int) -> Floats:
        """The points moved to a group: mean + sd * points."""
        at = self.group_place(group)
        out: Floats = whole[at] + np.exp(whole[at + 1]) * points
        return out

    def log_table(self, whole: Floats, theta: Floats) -> Floats:
        """(categories, q) log probabilities of all categories of all items."""
        out = np.empty((self.firsts[-1], len(theta)))
        for b in self.batches:
            out[b.rows] = log_probability(b.kind, whole[b.places], theta)
        return out

    def guesses(self) -> Ints:
        """Places of logit g."""
        found = [b.places[:, 2] for b in self.batches if b.kind == "guess"]
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def with_fixed(self, places: Ints, whole: Floats) -> Layout:
        """The layout with some places fixed at their present value."""
        slot = self.slot.copy()
        slot[places] = -1
        kept = np.unique(slot[slot >= 0])
        slot[slot >= 0] = np.searchsorted(kept, slot[slot >= 0])
        given = np.where(slot < 0, whole, self.given)
        return Layout(
            self.kinds, self.categories, self.starts, self.firsts, self.batches, self.groups, slot, given,
            len(kept), self.floor_prior,
        )  # fmt: skip


def lay_out(
    kinds: list[str],
    categories: list[int],
    ties: list[str],
    groups: int = 1,
    fixed: dict[int, Floats] | None = None,
    free_first: bool = False,
    floor_prior: tuple[float, float] | None = (-1.1, 0.5),
) -> Layout:
    """Lay out the parameters of a test.

    Parameters
    ----------
    kinds, categories : lists of j
        Kind and number of categories of every item.
    ties : list of j
        Items with the same non-empty word share one slope.
    groups : int
    fixed : dict, optional
        Item number to its parameters, where they are not to be estimated.
    free_first : bool
        Whether mean and standard deviation of the first group are free (fixed items set the scale).
    floor_prior : (float, float), optional
        Normal prior of logit g.
    """
    fixed = fixed or {}
    counts = [count_parameters(k, c) for k, c in zip(kinds, categories, strict=True)]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    firsts = np.concatenate([[0], np.cumsum(categories)]).astype(np.int64)
    size = int(starts[-1]) + 2 * groups
    slot = np.full(size, -1, np.int64)
    given = np.zeros(size)
    seen: dict[str, int] = {}
    used = 0
    for j, tie in enumerate(ties):
        at = int(starts[j])
        if j in fixed:
            given[at : at + counts[j]] = fixed[j]
            continue
        if tie and tie in seen:
            slot[at] = seen[tie]
        else:
            slot[at] = used
            if tie:
                seen[tie] = used
            used += 1
        slot[at + 1 : at + counts[j]] = np.arange(used, used + counts[j] - 1)
        used += counts[j] - 1
    for g in range(groups):
        if g or free_first:
            at = int(starts[-1]) + 2 * g
            slot[at : at + 2] = (used, used + 1)
            used += 2
    batches = []
    for key in sorted(set(zip(kinds, categories, strict=True))):
        items = np.array([j for j in range(len(kinds)) if (kinds[j], categories[j]) == key], np.int64)
        places = starts[items][:, None] + np.arange(count_parameters(*key))
        batches.append(Batch(key[0], items, places, firsts[items][:, None] + np.arange(key[1])))
    return Layout(
        tuple(kinds), np.array(categories, np.int64), starts, firsts, tuple(batches), groups, slot, given, used,
        floor_prior,
    )  # fmt: skip


def complete_gradient(layout: Layout, whole: Floats, theta: Floats, counts: Floats) -> Floats:
    """Gradient (p,) of sum(counts * log probability) by place, ``counts`` (categories, q) expected at the points."""
    out = np.zeros(len(whole))
    for b in layout.batches:
        slope = log_derivative(b.kind, whole[b.places], theta)
        out[b.places] = np.einsum("mkq,mkqp->mp", counts[b.rows], slope)
    return out


def complete_information(layout: Layout, whole: Floats, theta: Floats, counts: Floats) -> Floats:
    """Expected information (p, p) of the same sum were the positions known; blocks of items."""
    out = np.zeros((len(whole), len(whole)))
    for b in layout.batches:
        slope = log_derivative(b.kind, whole[b.places], theta)
        chance = np.exp(log_probability(b.kind, whole[b.places], theta))
        chance *= counts[b.rows].sum(axis=1, keepdims=True)
        blocks = np.einsum("mkq,mkqp,mkqr->mpr", chance, slope, slope, optimize=True)
        out[b.places[:, :, None], b.places[:, None, :]] = blocks
    return out


def complete_curvature(layout: Layout, whole: Floats, theta: Floats, counts: Floats) -> Floats:
    """Minus the second derivative (p, p) of the same sum, by central differences of its gradient."""
    out = np.zeros((len(whole), len(whole)))
    for b in layout.batches:
        values = whole[b.places]
        blocks = np.empty((*values.shape, values.shape[1]))
        for r in range(values.shape[1]):
            step = 1e-4 * np.maximum(1.0, np.abs(values[:, r]))
            if b.kind == "graded":  # the order of the intercepts is to survive
                step = np.minimum(step, 1e-3 * _narrowest(values))
            sides = []
            for width in (1.0, 2.0):
                pair = []
                for sign in (1.0, -1.0):
                    moved = values.copy()
                    moved[:, r] += sign * width * step
                    slope = log_derivative(b.kind, moved, theta)
                    pair.append(np.einsum("mkq,mkqp->mp", counts[b.rows], slope))
                sides.append((pair[0] - pair[1]) / (2 * width * step)[:, None])
            blocks[:, :, r] = -(4 * sides[0] - sides[1]) / 3
        out[b.places[:, :, None], b.places[:, None, :]] = (blocks + blocks.transpose(0, 2, 1)) / 2
    return out


def _narrowest(values: Floats) -> Floats:
    gaps = -np.diff(values[:, 1:], axis=1)
    return gaps.min(axis=1) if gaps.shape[1] else np.ones(len(values))


def floor_penalty(layout: Layout, whole: Floats) -> tuple[float, Floats, Floats]:
    """Log prior of the free guessing floors (its constant left out), gradient and information (p,) by place."""
    gradient, information = np.zeros(len(whole)), np.zeros(len(whole))
    if layout.floor_prior is None:
        return 0.0, gradient, information
    mean, sd = layout.floor_prior
    at = layout.guesses()
    at = at[layout.slot[at] >= 0]
    away = (whole[at] - mean) / sd
    gradient[at] = -away / sd
    information[at] = 1 / sd**2
    return float(-0.5 * (away**2).sum()), gradient, information


def floors(layout: Layout, whole: Floats) -> Floats:
    """(j,) guessing floors; 0 where an item has none."""
    out = np.zeros(len(layout.kinds))
    for b in layout.batches:
        if b.kind == "guess":
            out[b.items] = expit(whole[b.places[:, 2]])
    return out
