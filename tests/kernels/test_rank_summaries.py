"""Summaries of distributions: their bounds hold for the rows, however these are divided, merged and pruned."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from literacy.kernels.design import rank_summaries
from literacy.kernels.design.quantiles import sorted_quantiles
from literacy.kernels.design.rank_summaries import (
    Distribution,
    bracket,
    distribute,
    find_capacity,
    find_exactly,
    find_nearly,
    find_outside,
    rank_rows,
)

Floats = NDArray[np.float64]
N = 3000
P = np.array([0.0, 1e-9, 0.01, 0.25, 0.5, 0.77, 0.999, 1.0])


def _sorted(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return np.sort(rng.normal(size=N)), rng.uniform(1, 2, N)


def _descending(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return -np.sort(rng.normal(size=N)), np.ones(N)


def _constant(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return np.full(N, 7.0), rng.uniform(1, 2, N)


def _ties(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return np.where(rng.random(N) < 0.7, 3.0, rng.normal(3, 1, N)), np.ones(N)


def _huge_weights(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return rng.normal(size=N), np.where(rng.random(N) < 0.002, 1e9, rng.uniform(1e-6, 1, N))


def _extremes(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return np.sign(rng.normal(size=N)) * 10.0 ** rng.uniform(-300, 300, N), rng.gamma(0.1, 1, N) + 1e-300


NASTY: dict[str, Callable[[np.random.Generator], tuple[Floats, Floats]]] = {
    f.__name__.strip("_"): f for f in (_sorted, _descending, _constant, _ties, _huge_weights, _extremes)
}


@pytest.fixture(params=[16, 64])
def capacity(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Few entries, so that nearly all are left out."""
    monkeypatch.setattr(rank_summaries, "LEAST", request.param)
    monkeypatch.setattr(rank_summaries, "MOST", request.param)
    return int(request.param)


def add(x: Floats, w: Floats, cell: NDArray[np.int64], domains: int, step: int) -> Distribution:
    blocks = [distribute(rank_rows(cell[a:b], domains, x[a:b], w[a:b])) for a, b in
              pairwise([*range(0, len(x), step), len(x)])]  # fmt: skip
    made = blocks[0]
    for one in blocks[1:]:
        made = made.merge(one)
    return made


@pytest.mark.parametrize("step", [7, 170, N])
@pytest.mark.parametrize("kind", NASTY)
def test_the_bounds_hold_for_the_rows(kind: str, step: int, capacity: int) -> None:
    rng = np.random.default_rng(11)
    x, w = NASTY[kind](rng)
    cell = rng.integers(-1, 2, N)
    r = add(x, w, cell, 2, step).whole()
    ends = r.ends()
    for d in range(2):
        rows = slice(ends[d], ends[d + 1])
        own = cell == d
        order = np.argsort(x[own], kind="stable")
        v, sums = x[own][order], np.cumsum(w[own][order])
        total = sums[-1]
        below = np.append(0.0, sums)[np.searchsorted(v, r.x[rows], "left")]
        upto = np.append(0.0, sums)[np.searchsorted(v, r.x[rows], "right")]
        slack = 1e-11 * total
        assert (r.low[rows] <= below + slack).all() and (r.high[rows] >= upto - slack).all()
        assert (r.w[rows] <= upto - below + slack).all()
        assert r.total[d] == pytest.approx(total, rel=1e-12)
        assert (r.x[rows][0], r.x[rows][-1]) == (v[0], v[-1])
        want = sorted_quantiles(v, w[own][order], P, "math")
        near, error = find_nearly(r, rows, P)
        lowest = np.append(0.0, sums)[np.searchsorted(v, near, "left")] / total
        highest = np.append(0.0, sums)[np.searchsorted(v, near, "right")] / total
        true = np.maximum(np.maximum(lowest - P, P - highest), 0)
        assert (true <= error + 1e-11).all()
        assert (find_outside(r, rows, P, upper=False) <= want).all()
        assert (find_outside(r, rows, P, upper=True) >= want).all()
        for p, q in zip(P, want, strict=True):
            a, b = bracket(r, rows, 0.0, float(r.total[d]), float(p))
            assert a < q <= b
            inside = own & (x > a) & (x <= b)
            left = rank_rows(np.where(inside, 0, -1), 1, x, w)
            before = float(w[own & (x <= a)].sum())
            assert find_exactly(left.x, left.w, before, float(total), np.array([p]))[0] == q


@pytest.mark.parametrize("kind", ["sorted", "ties", "huge_weights"])
def test_the_stated_error_is_small(kind: str, capacity: int) -> None:
    """Each row is pruned about log2(blocks) times, each time by about one part in the capacity."""
    x, w = NASTY[kind](np.random.default_rng(3))
    r = add(x, w, np.zeros(N, np.int64), 1, 100).whole()
    _, error = find_nearly(r, slice(0, len(r.x)), P)
    assert error.max() <= (np.log2(N / 100) + 1) / capacity
    held = sum(len(one.x) for _, one in add(x, w, np.zeros(N, np.int64), 1, 100).levels)
    assert held <= capacity * (np.log2(N / 100) + 2)


def test_few_values_are_held_exactly(capacity: int) -> None:
    rng = np.random.default_rng(4)
    x, w = rng.integers(0, 12, N).astype(float), rng.uniform(0.5, 2, N)
    r = add(x, w, np.zeros(N, np.int64), 1, 41).whole()
    assert r.exact.all() and len(r.x) == 12
    np.testing.assert_allclose(r.w, np.bincount(x.astype(int), w), rtol=1e-12)
    np.testing.assert_allclose(r.high, np.cumsum(r.w), rtol=1e-12)


def test_the_number_of_entries_is_limited_for_all_domains_together() -> None:
    assert [find_capacity(d) for d in (0, 1, 64, 128, 3000)] == [8192, 8192, 8192, 4096, 256]
