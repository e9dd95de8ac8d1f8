"""Response patterns: answers as category codes, with identical rows counted once and items not asked left out.

Cells are coded so that log likelihoods are a single matrix product: one column for every category except the first of
items that were asked of everyone, and one column for every category of the other items.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.psychometrics.layout import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NOT_ASKED = 255
BLOCK = 1024
"""Number of rows processed at a time."""
MANY = 2000
"""Number of sum scores (by set of items asked) above which their rows are summed column by column."""
SAMPLE = 4096
"""Number of rows examined to decide whether counting identical rows pays."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct rows with their weights, sorted by group.

    Attributes
    ----------
    cells : (n, c)
        Zeros and ones, or shares where rows with equal sum score are averaged.
    rows, bases : (c,) int
        Category of each column, and the category it is contrasted with (-1: none).
    always : int array
        First categories of the items asked of everyone.
    weight : (n,) float
    bounds : (g + 1,) int
        Index of the first row of each group.
    """

    cells: NDArray[np.generic]
    rows: Ints
    bases: Ints
    always: Ints
    weight: Floats
    bounds: Ints

    def contrasts(self, table: Floats) -> Floats:
        """Rows of a (categories, …) table for the columns of ``cells``, each less its base category."""
        out: Floats = table[self.rows]
        based = self.bases >= 0
        out[based] -= table[self.bases[based]]
        return out

    def expand(self, counts: Floats, persons: Floats, size: int) -> Floats:
        """Counts (categories, q) from counts of the columns (c, q) and of all persons (q,)."""
        out = np.zeros((size, counts.shape[1]))
        out[self.rows] = counts
        out[self.always] = persons
        based = self.bases >= 0
        np.subtract.at(out, self.bases[based], counts[based])
        return out


def compress_rows(codes: Bytes, group: Ints, weight: Floats) -> tuple[Bytes, Ints, Floats, Ints]:
    """Combine identical rows within a group where this pays.

    Parameters
    ----------
    codes : (n, j) uint8
        Category of every answer, or :data:`NOT_ASKED`.
    group : (n,) int
    weight : (n,) float

    Returns
    -------
    codes (u, j), group (u,), summed weight (u,), and the index (n,) of each row among them
    """
    step = max(1, len(codes) // SAMPLE)
    some = np.column_stack([group[::step].astype(np.uint8), codes[::step]])
    if len(codes) > SAMPLE and len(np.unique(_keys(some))) > 0.8 * len(some):
        order = np.argsort(group, kind="stable")
        place = np.empty(len(codes), np.int64)
        place[order] = np.arange(len(codes))
        if np.array_equal(order, np.arange(len(codes))):
            return codes, group, weight, place
        return codes[order], group[order], weight[order], place
    keyed = np.column_stack([group.astype(np.uint8), codes])
    _, first, place = np.unique(_keys(keyed), return_index=True, return_inverse=True)
    place = place.astype(np.int64).ravel()
    summed = np.bincount(place, weight, len(first)).astype(np.float64)
    return codes[first], group[first], summed, place


def _keys(table: Bytes) -> NDArray[np.void]:
    """One sortable key per row; bytes sort in the order of the rows, so groups stay together."""
    return np.ascontiguousarray(table).view(np.dtype((np.void, table.shape[1]))).ravel()


def make_patterns(codes: Bytes, group: Ints, weight: Floats, layout: Layout) -> Patterns:
    """Code rows, sorted by group, as :class:`Patterns`."""
    asked = codes != NOT_ASKED
    full = asked.all(axis=0)
    rows, bases, columns, wanted = [], [], [], []
    for j, k in enumerate(layout.categories):
        for c in range(1 if full[j] else 0, k):
            rows.append(layout.firsts[j] + c)
            bases.append(layout.firsts[j] if full[j] else -1)
            columns.append(j)
            wanted.append(c)
    if all(w == 1 for w in wanted) and full.all():
        cells = codes
    else:
        cells = (codes[:, columns] == np.array(wanted, np.uint8)).astype(np.uint8)
    return Patterns(
        cells, np.array(rows, np.int64), np.array(bases, np.int64), layout.firsts[:-1][full], weight,
        np.searchsorted(group, np.arange(layout.groups + 1)),
    )  # fmt: skip


def sum_patterns(codes: Bytes, group: Ints, weight: Floats, layout: Layout) -> Patterns:
    """Average rows with the same sum score and items asked, which suffices for Rasch and partial credit models.

    Their likelihood depends only on the sum score and on how often each category was chosen, so the average row of a
    sum score gives the same likelihood, derivatives and information as the rows themselves (Andersen 1977).
    """
    full = codes.max(initial=0) != NOT_ASKED
    if full:
        design = np.zeros(1, np.int64)
        score = _sums(codes)
    else:
        asked = codes != NOT_ASKED
        design = np.unique(_keys(np.packbits(asked, axis=1)), return_inverse=True)[1].astype(np.int64).ravel()
        score = _sums(np.where(asked, codes, np.uint8(0)))
    high = int(score.max(initial=0)) + 1
    key = (group * (int(design.max(initial=0)) + 1) + design) * high + score
    if int(key.max(initial=0)) < 2**16:  # numpy sorts small integers by counting
        key = key.astype(np.uint16)
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    ends = np.append(first[1:], len(key))
    weight = weight[order]
    total = np.add.reduceat(weight, first)
    plain = make_patterns(codes[order[first]], group[order[first]], total, layout)
    items = np.searchsorted(layout.firsts, plain.rows, side="right") - 1
    wanted = (plain.rows - layout.firsts[items]).astype(np.uint8)
    binary = bool(full and (layout.categories == 2).all())
    cells: Floats = np.empty((len(first), len(items)))
    if len(first) > MANY:
        for c, (j, k) in enumerate(zip(items, wanted, strict=True)):
            cells[:, c] = np.add.reduceat(np.where(codes[order, j] == k, weight, 0.0), first) / total
        return Patterns(cells, plain.rows, plain.bases, plain.always, total, plain.bounds)
    even = bool(len(weight) and (weight == weight[0]).all())
    for r, (low, end) in enumerate(zip(first, ends, strict=True)):
        out = np.zeros(len(items))
        for start in range(low, end, 16 * BLOCK):
            rows = slice(start, min(start + 16 * BLOCK, end))
            block = codes[order[rows]]
            if not binary:
                block = (block[:, items] == wanted).view(np.uint8)
            if even:
                out += weight[0] * block.sum(axis=0, dtype=np.uint16)
            else:
                out += weight[rows] @ block.astype(np.float64)
        cells[r] = out / total[r]
    return Patterns(cells, plain.rows, plain.bases, plain.always, total, plain.bounds)


def _sums(codes: Bytes) -> Ints:
    """Sum score of every row; items not asked are already 0."""
    kind = np.uint8 if codes.shape[1] * int(codes.max(initial=0)) < NOT_ASKED else np.int64
    out: Ints = codes.sum(axis=1, dtype=kind).astype(np.int64)
    return out


def unpack(codes: Bytes, layout: Layout) -> Patterns:
    """Every row as its own pattern, in one group and with weight 1, for scoring."""
    return make_patterns(codes, np.zeros(len(codes), np.int64), np.ones(len(codes)), layout)
