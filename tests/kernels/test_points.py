"""Scoring kernels against sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from literacy.kernels.scoring import scoring_points as points

NAN = np.nan


def test_points_are_shared_over_the_items_that_count() -> None:
    marks = np.array([[1, 1, 0, 1], [1, 2, 0, 1], [2, 2, 2, 0]], dtype=np.uint8).T
    dimension = np.array([0, 0, 0, 1])
    got = points.dimension_points(marks, dimension, np.array([40.0, 20.0]))
    np.testing.assert_allclose(got, [[40 * 2 / 3, 20], [40 * 1 / 2, 20], [NAN, 0]])


def test_seven_tenths_reach_seventy() -> None:
    score = np.array([0.7 * 100, 7 / 10 * 100, 69.9999, NAN, 70.0 - 1e-12])
    np.testing.assert_array_equal(points.reach(score, 70.0), [1, 1, 0, NAN, 1])


def test_tiers_are_half_open() -> None:
    got = points.tier_index(np.array([54.999, 55, 69.99, 70, 85, 100, NAN]), np.array([55.0, 70.0, 85.0]))
    np.testing.assert_array_equal(got, [0, 1, 1, 2, 3, 3, -1])


def test_joint_needs_every_dimension() -> None:
    shares = np.array([[0.7, 0.6], [0.7, 0.5], [0.9, NAN]])
    np.testing.assert_array_equal(points.joint_pass(shares, np.array([0.7, 0.6])), [1, 0, NAN])


@given(arrays(np.int8, st.tuples(st.integers(1, 20), st.integers(1, 12)), elements=st.integers(-1, 1)))
def test_share_lies_between_zero_and_one_and_ignores_what_does_not_count(cells: np.ndarray) -> None:
    marks = np.where(cells < 0, points.NOT_COUNTED, cells).astype(np.uint8)
    share = points.share_correct(marks.T)
    correct = points.mark_values(marks)
    for row, value in zip(correct, share, strict=True):
        asked = row[~np.isnan(row)]
        assert np.isnan(value) if len(asked) == 0 else value == pytest.approx(asked.mean())
