"""Kernels of weighting: calibration, feasibility, trimming, cells."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.kernels.weighting.calibration import calibrate_cells, independent_columns
from literacy.kernels.weighting.cells import cross_codes, multiply_cells, renumber
from literacy.kernels.weighting.feasibility import Bounds, is_feasible, smallest_conflict
from literacy.kernels.weighting.nonresponse import fit_propensity, propensity_classes
from literacy.kernels.weighting.raking import rake_cells
from literacy.kernels.weighting.trimming import kish, sum_weights, trim_weights


def test_linear_calibration_is_the_regression_estimator() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(50), rng.normal(size=50)])
    base = rng.gamma(3, 2, 50)
    totals = base @ x * [1.1, 1.3]
    ratio = 1 + x @ np.linalg.solve((x * base[:, None]).T @ x, totals - base @ x)
    done = calibrate_cells(x, base, totals)
    np.testing.assert_allclose(done.ratio, ratio, rtol=1e-12)
    np.testing.assert_allclose(1 + x @ done.eta, ratio, rtol=1e-12)


def test_columns_that_repeat_one_another_are_left_out() -> None:
    x = np.column_stack([np.eye(3), np.ones(3)])[[0, 1, 2, 0, 1]]
    assert len(independent_columns(x, np.ones(5))) == 3


def test_raking_all_columns_at_once_is_raking_each() -> None:
    rng = np.random.default_rng(2)
    margins = (np.arange(12) % 3, np.arange(12) % 4)
    base = rng.gamma(3, 2, (12, 5))
    targets = (np.array([10.0, 20.0, 30.0]), np.array([12.0, 18.0, 20.0, 10.0]))
    together = rake_cells(margins, base, targets)
    assert together.converged and together.error.shape == (5,)
    for r in range(5):
        alone = rake_cells(margins, base[:, r], targets)
        np.testing.assert_allclose(together.weights[:, r], alone.weights, rtol=1e-9)


def test_the_linear_programme_and_the_smallest_conflict() -> None:
    a = np.array([[10.0, 10, 0, 0], [0, 0, 10, 10], [10, 0, 10, 0], [0, 10, 0, 10]])
    totals = np.array([25.0, 15, 39, 1])
    assert is_feasible(a, np.array([25.0, 15, 20, 20]), Bounds(0.0, 3.0))
    assert not is_feasible(a, totals, Bounds(0.2, 3.0))

    def feasible(rows: np.ndarray) -> bool:
        return is_feasible(a[rows], totals[rows], Bounds(0.2, 3.0))

    assert smallest_conflict([np.array([0, 1]), np.array([2, 3])], feasible) == ([1], [3])


def test_a_closed_bound_is_met_where_an_open_one_is_not() -> None:
    a, totals = np.array([[10.0, 10.0], [10.0, 0.0]]), np.array([10.0, 10.0])
    assert is_feasible(a, totals, Bounds(0.0, np.inf))
    assert not is_feasible(a, totals, Bounds(0.0, np.inf, open_lower=True))


def test_trimming_where_every_weight_lies_outside() -> None:
    done = trim_weights(np.array([1.0, 100.0]), 20.0, 60.0, strict=True)
    assert done.weights.sum() == pytest.approx(101)
    assert done.weights.min() >= 20 and done.weights.max() <= 60


def test_kish() -> None:
    assert kish(np.array([1.0, 1, 1, 0])) == pytest.approx((1.0, 3.0))
    assert kish(np.array([1.0, 3.0]))[0] == pytest.approx(1.25)


def test_crossed_codes() -> None:
    first, second = np.array([5, 6, 5, 7]), np.array([-1, 0, 0, -1])
    crossed = cross_codes([first, second], [5, -1], [3, 2], np.array([1.0, 2, 3, 4]), [True, False])
    assert crossed is not None
    joint, sums = crossed
    assert joint.tolist() == [0, 3, 1, 4]
    assert sums.tolist() == [1, 3, 0, 2, 4, 0]
    renumber(joint, np.array([0, 1, 9, 2, 3, 9], dtype=np.int32))
    assert joint.tolist() == [0, 2, 1, 3]
    weight, added = multiply_cells(np.ones(4), np.array([1.0, 2, 3, 4]), joint)
    assert weight.tolist() == [1, 3, 2, 4]
    assert added == sum_weights(weight) == (4, 10, 30, 1)


@pytest.mark.parametrize("low, span", [(5, 2), (6, 2)])
def test_a_code_outside_an_assumed_range_is_seen(low: int, span: int) -> None:
    codes = [np.array([5, 6, 5, 7])]
    assert cross_codes(codes, [low], [span], np.ones(4), [True]) is None


def test_propensity_of_cells_is_their_response_rate() -> None:
    fit = fit_propensity(np.eye(3), np.array([10.0, 20, 30]), np.array([5.0, 15, 6]))
    assert fit.converged
    np.testing.assert_allclose(fit.propensity, [0.5, 0.75, 0.2], rtol=1e-9)
    assert not fit_propensity(np.eye(2), np.array([10.0, 20]), np.array([10.0, 5])).converged
    assert propensity_classes(np.array([0.1, 0.9, 0.5, 0.9]), np.array([5, 5, 5, 5]), 2).tolist() == [
        0,
        1,
        0,
        1,
    ]
