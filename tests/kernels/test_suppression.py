"""Complementary suppression: no small cell can be worked out, and no more is withheld than needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from literacy.kernels.release.suppression import infer_cells, suppress_cells


def test_a_single_gap_is_found_by_subtraction() -> None:
    counts = np.array([[3.0, 40, 50], [20, 30, 60], [70, 10, 25]])
    gap = counts < 5
    low, high = infer_cells(counts, gap)
    assert low[0, 0] == pytest.approx(3) and high[0, 0] == pytest.approx(3)


def test_a_rectangle_protects_it() -> None:
    counts = np.array([[3.0, 40, 50], [20, 30, 60], [70, 10, 25]])
    found = suppress_cells(counts, counts < 5, 5.0)
    assert found.withheld.sum() == 4 and found.primary.sum() == 1
    assert found.high[0, 0] - found.low[0, 0] >= 5
    rows, columns = np.where(found.withheld)
    assert len(set(rows)) == 2 and len(set(columns)) == 2
    # the cheapest rectangle with room: through 40 and 30, or through 10
    loss = counts[found.complementary].sum()
    others = [
        counts[i, 0] + counts[0, j] + counts[i, j]
        for i in (1, 2)
        for j in (1, 2)
        if min(3, counts[i, j]) + min(counts[i, 0], counts[0, j]) >= 5
    ]
    assert loss == min(others)


def test_nothing_small_nothing_withheld() -> None:
    found = suppress_cells(np.full((3, 3), 50.0), np.zeros((3, 3), bool), 5.0)
    assert not found.withheld.any()


def test_one_row_withholds_what_is_in_reach() -> None:
    counts = np.array([[2.0, 30, 40]])
    found = suppress_cells(counts, counts < 5, 5.0)
    assert found.withheld.all()
    # the column totals give it away: the caller must drop them
    assert found.high[0, 0] - found.low[0, 0] == pytest.approx(0)


@settings(max_examples=40, deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(0, 60)))
def test_small_cells_stay_hidden(counts: np.ndarray) -> None:
    table = counts.astype(float)
    small = (table > 0) & (table < 5)
    found = suppress_cells(table, small, 3.0)
    low, high = infer_cells(table, found.withheld)
    room = found.withheld.all() | ((high - low)[small] >= 3.0 - 1e-6).all()
    everything_around = all(
        found.withheld[r].all() or found.withheld[:, c].all() for r, c in np.argwhere(small)
    )
    assert room or everything_around
    assert ((low <= table + 1e-6) & (table <= high + 1e-6)).all()
