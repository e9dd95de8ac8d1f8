"""Cells that add up."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.kernels.forecast.reconciliation import reconcile, spread_shift, union
from literacy.kernels.forecast.spread import expit, logit

RNG = np.random.default_rng(8)
WEIGHT = np.array([0.5, 0.3, 0.15, 0.05])


def cells(years: int = 3) -> tuple[np.ndarray, np.ndarray]:
    root = RNG.normal(size=(years, 4, 4)) * 0.2
    return RNG.normal(-2, 0.7, (years, 4)), root @ np.swapaxes(root, 1, 2) + 0.01 * np.eye(4)


def test_shares_add_up_exactly_and_the_total_keeps_its_error() -> None:
    location, covariance = cells()
    total, sd = np.array([0.05, 0.15, 0.4]), np.array([0.1, 0.2, 0.05])
    moved, changed = reconcile(location, covariance, WEIGHT, total, sd)
    np.testing.assert_allclose(expit(moved) @ WEIGHT, total, rtol=0, atol=1e-13)
    slope = WEIGHT * expit(moved) * (1 - expit(moved))
    implied = np.sqrt(np.einsum("ti,tij,tj->t", slope, changed, slope)) / (total * (1 - total))
    np.testing.assert_allclose(implied, sd, rtol=1e-9)
    assert np.all(np.linalg.eigvalsh(changed) > -1e-12)


def test_certain_cells_stay_and_uncertain_ones_move() -> None:
    location = np.full((1, 4), -2.0)
    covariance = np.diag([1e-8, 0.04, 0.04, 0.16])[None]
    moved, _ = reconcile(location, covariance, WEIGHT, np.array([0.14]), np.array([0.1]))
    shift = moved[0] - location[0]
    assert shift[0] < 1e-6 and 0 < shift[2] < shift[1]  # equal errors: the larger share moves more


def test_agreeing_cells_do_not_move() -> None:
    location, covariance = cells()
    total = expit(location) @ WEIGHT
    moved, _ = reconcile(location, covariance, WEIGHT, total, np.full(3, 0.1))
    np.testing.assert_allclose(moved, location, atol=1e-12)


def test_union_by_simulation() -> None:
    location, covariance = np.array([[-2.0, -1.0, 0.0, -3.0]]), np.diag([0.01, 0.02, 0.015, 0.01])[None]
    member = np.array([[True, True, False, False], [False, True, True, True], [True, True, True, True]])
    value, sd = union(location, covariance, WEIGHT, member)
    draws = expit(RNG.multivariate_normal(location[0], covariance[0], 200_000))
    part = member * WEIGHT
    shares = draws @ (part / part.sum(axis=1, keepdims=True)).T
    np.testing.assert_allclose(sd[0], np.std(logit(shares), axis=0), rtol=0.03)
    np.testing.assert_allclose(expit(value[0]), np.mean(shares, axis=0), rtol=0.01)


def test_overlapping_groups_move_by_exactly_their_shift() -> None:
    member = np.array([[True, True, False, False], [False, True, True, False]])
    shift = np.array([[0.02, 0.01], [0.0, -0.03]])
    moved = spread_shift(shift, WEIGHT, member)
    part = member * WEIGHT
    np.testing.assert_allclose(moved @ (part / part.sum(axis=1, keepdims=True)).T, shift, atol=1e-14)
    assert np.all(moved[:, 3] == 0)
    with pytest.raises(np.linalg.LinAlgError):
        spread_shift(shift, WEIGHT, np.array([[True, True, False, False]] * 2))
