"""Layout of the parameters of a test: their position in one vector, and which are free, tied or fixed.

The whole vector contains the parameters of one item after another (see :mod:`.responding`), then the mean and the log
standard deviation of every group. ``slot`` is the index of the free parameter at each position (-1: fixed at
``given``); items with a common slope share its slot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.psychometrics.responding import count_parameters, log_derivative, log_probability

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of one kind and number of categories: ``items`` (m,), parameter positions (m, p), category rows (m, K)."""

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
        Kind of each item.
    categories : (j,) int
    starts : (j + 1,) int
        Position of each item's first parameter.
    firsts : (j + 1,) int
        Index of each item's first category among all categories.
    batches : tuple of Batch
    groups : int
    slot, given : (p,) int, (p,) float
        Index of the free parameter at each position, and the values of the fixed parameters.
    free : int
        Number of free parameters.
    floor_prior : (float, float) or None
        Mean and standard deviation of the normal prior of logit g (the guessing parameter).
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
        """The whole vector (p,) that belongs to the free values."""
        return np.where(self.slot >= 0, values[np.maximum(self.slot, 0)] if self.free else 0.0, self.given)

    def gather(self, whole: Floats) -> Floats:
        """Sum a gradient by position, (p,) or (n, p), over the positions of each free parameter."""
        live = self.slot >= 0
        out = np.zeros((*whole.shape[:-1], self.free))
        np.add.at(out.T, self.slot[live], whole[..., live].T)
        return out

    def gather_square(self, whole: Floats) -> Floats:
        """The same for a (p, p) matrix."""
        return self.gather(self.gather(whole).T)

    def group_place(self, group: int) -> int:
        """Position of a group's mean; its log standard deviation follows."""
        return int(self.starts[-1]) + 2 * group

    def nodes(self, whole: Floats, points: Floats, group: int) -> Floats:
        """The points of a group's distribution: mean + sd * points."""
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
        """Positions of logit g."""
        found = [b.places[:, 2] for b in self.batches if b.kind == "guess"]
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def with_fixed(self, places: Ints, whole: Floats) -> Layout:
        """Copy of the layout with some positions fixed at their current values."""
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
        Items with the same nonempty label share one slope.
    groups : int
    fixed : dict, optional
        Fixed item parameters, by item number.
    free_first : bool
        Whether mean and standard deviation of the first group are free (if fixed items determine the scale).
    floor_prior : (float, float), optional
        Mean and standard deviation of the normal prior of logit g.
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
    """Gradient (p,) by position of sum(counts * log probability), ``counts`` (categories, q) being expected counts."""
    out = np.zeros(len(whole))
    for b in layout.batches:
        slope = log_derivative(b.kind, whole[b.places], theta)
        out[b.places] = np.einsum("mkq,mkqp->mp", counts[b.rows], slope)
    return out


def complete_information(layout: Layout, whole: Floats, theta: Floats, counts: Floats) -> Floats:
    """Expected information (p, p) of the same sum if abilities were known; block diagonal by item."""
    out = np.zeros((len(whole), len(whole)))
    for b in layout.batches:
        slope = log_derivative(b.kind, whole[b.places], theta)
        chance = np.exp(log_probability(b.kind, whole[b.places], theta))
        chance *= counts[b.rows].sum(axis=1, keepdims=True)
        blocks = np.einsum("mkq,mkqp,mkqr->mpr", chance, slope, slope, optimize=True)
        out[b.places[:, :, None], b.places[:, None, :]] = blocks
    return out


def complete_curvature(layout: Layout, whole: Floats, theta: Floats, counts: Floats) -> Floats:
    """Negative second derivative (p, p) of the same sum, by central differences of its gradient."""
    out = np.zeros((len(whole), len(whole)))
    for b in layout.batches:
        values = whole[b.places]
        blocks = np.empty((*values.shape, values.shape[1]))
        for r in range(values.shape[1]):
            step = 1e-4 * np.maximum(1.0, np.abs(values[:, r]))
            if b.kind == "graded":  # steps must preserve the order of the intercepts
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
    """Log prior of the free guessing parameters (without its constant), gradient and information (p,) by position."""
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
