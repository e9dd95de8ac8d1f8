"""Generalised and ordinal models: closed forms, derivatives, separation, many weightings at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from literacy.kernels.models.decomposition import satterthwaite_df, split_products
from literacy.kernels.models.glm import (
    find_collinear,
    find_separation,
    fit_glm,
    fit_replicates,
    glm_influence,
)
from literacy.kernels.models.ordinal import (
    find_ordinal_separation,
    fit_ordinal,
    ordinal_influence,
    ordinal_shares,
)


def data(n: int = 400, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.integers(0, 2, n)])
    return X, rng.uniform(0.5, 3.0, n), rng


OUTCOMES = {
    "linear": lambda eta, rng: eta + rng.normal(size=len(eta)),
    "logistic": lambda eta, rng: (rng.random(len(eta)) < 1 / (1 + np.exp(-eta))).astype(float),
    "poisson": lambda eta, rng: rng.poisson(np.exp(eta)).astype(float),
}


@pytest.mark.parametrize("family", OUTCOMES)
def test_score_is_zero_and_replicates_agree(family: str) -> None:
    X, w, rng = data()
    shift = rng.normal(size=len(w)) * 0.2
    y = OUTCOMES[family](X @ [0.2, 0.5, -0.4] + shift, rng)
    fit = fit_glm(X, y, w, family, shift)
    assert fit.converged
    assert np.abs(X.T @ (w * (y - fit.mu))).max() < 1e-9 * w.sum()
    assert np.abs(w @ glm_influence(X, y, fit, family)).max() < 1e-10
    W = w[:, None] * rng.choice([0.0, 1.0, 2.0], (len(w), 7))
    many = fit_replicates(X, y, W, family, fit.coefficients, shift)
    for r in range(7):
        live = W[:, r] > 0
        one = fit_glm(X[live], y[live], W[live, r], family, shift[live]).coefficients
        assert many[:, r] == pytest.approx(one, rel=1e-8, abs=1e-10)


def test_replicate_without_solution_is_nan() -> None:
    X, w, rng = data(60)
    y = OUTCOMES["logistic"](X @ [0.0, 0.5, 0.3], rng)
    W = np.column_stack([w, w * y])  # the second sees successes only
    many = fit_replicates(X, y, W, "logistic", fit_glm(X, y, w, "logistic").coefficients)
    assert np.isfinite(many[:, 0]).all() and not np.isfinite(many[:, 1]).any()


def test_influence_is_the_derivative_by_the_weight() -> None:
    X, w, rng = data(150)
    y = OUTCOMES["logistic"](X @ [0.2, 0.5, -0.4], rng)
    u = glm_influence(X, y, fit_glm(X, y, w, "logistic"), "logistic")
    for i in (0, 77):
        more = w.copy()
        more[i] += 1e-4
        less = w.copy()
        less[i] -= 1e-4
        slope = (
            fit_glm(X, y, more, "logistic").coefficients - fit_glm(X, y, less, "logistic").coefficients
        ) / 2e-4
        assert slope == pytest.approx(u[i], rel=1e-4, abs=1e-8)


def test_separation_is_found_and_only_then() -> None:
    X, _, rng = data(80)
    y = OUTCOMES["logistic"](X @ [0.2, 0.5, -0.4], rng)
    assert find_separation(X, y, "logistic") is None
    apart = np.column_stack([X, y * 2 - rng.random(80)])
    found = find_separation(apart, y, "logistic")
    assert found is not None and ((apart @ found) * (2 * y - 1) >= -1e-9).all()
    quasi = np.column_stack([X, np.where(y == 1, rng.integers(0, 2, 80), 0.0)])  # a level without failures
    assert find_separation(quasi, y, "logistic") is not None
    counts = rng.poisson(1.0, 80).astype(float)
    assert find_separation(X, counts, "poisson") is None
    none = np.column_stack([X, (counts == 0) & (X[:, 2] == 1)]).astype(float)
    assert find_separation(none, counts, "poisson") is not None


def test_collinear_columns_are_named() -> None:
    X, _, _ = data(50)
    assert find_collinear(X) == []
    assert find_collinear(np.column_stack([X, 1 - X[:, 2]])) == [(3, [0, 2])]
    assert find_collinear(np.column_stack([X, np.zeros(50)])) == [(3, [])]
    assert find_collinear(np.column_stack([X * [1, 1e8, 1e-8], X[:, 1] + 1e-3 * X[:, 2] ** 2 + 5e-4])) == [
        (3, [0, 1, 2])
    ]


def ordinal_data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    X, w, rng = data(300)
    y = np.digitize(X[:, 1:] @ [0.7, -0.5] + rng.logistic(size=300), [-1.0, 0.3, 1.5])
    return X[:, 1:], y.astype(np.int64), w


def test_ordinal_maximises_the_likelihood() -> None:
    X, y, w = ordinal_data()
    fit = fit_ordinal(X, y, w, 3)

    def loss(theta: np.ndarray) -> float:
        return float(-(w * np.log(ordinal_shares(X, theta, 3)[np.arange(len(y)), y])).sum())

    assert fit.deviance == pytest.approx(2 * loss(fit.coefficients))
    numeric = optimize.approx_fprime(fit.coefficients, loss, 1e-6)
    assert np.abs(numeric).max() < 1e-3 * w.sum() / 100
    for j in range(5):
        for step in (-1e-3, 1e-3):
            other = fit.coefficients.copy()
            other[j] += step
            assert loss(other) > loss(fit.coefficients)
    assert np.abs(w @ ordinal_influence(X, y, 3, fit)).max() < 1e-9
    again = fit_ordinal(X, y, w, 3, start=fit.coefficients + 0.1)
    assert again.coefficients == pytest.approx(fit.coefficients, rel=1e-9)


def test_ordinal_with_two_categories_is_logistic() -> None:
    X, y, w = ordinal_data()
    two = (y > 1).astype(np.int64)
    a = fit_ordinal(X, two, w, 1)
    b = fit_glm(np.column_stack([np.ones(len(y)), X]), two.astype(float), w, "logistic")
    assert a.coefficients == pytest.approx([*b.coefficients[1:], -b.coefficients[0]], rel=1e-9)


def test_ordinal_separation() -> None:
    X, y, _ = ordinal_data()
    assert find_ordinal_separation(X, y, 3) is None
    assert find_ordinal_separation(np.column_stack([X, y]), y, 3) is not None


def test_split_adds_up_and_its_derivatives_are_right() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.random(6), rng.random(6)
    split = split_products(first[:3], first[3:], second[:3], second[3:], 0.3)
    assert split.composition.sum() + split.rate.sum() == pytest.approx(
        second[:3] @ second[3:] - first[:3] @ first[3:]
    )

    def parts(theta: np.ndarray) -> np.ndarray:
        s = split_products(theta[:3], theta[3:6], theta[6:9], theta[9:], 0.3)
        return np.concatenate([s.composition, s.rate])

    point = np.concatenate([first, second])
    numeric = optimize.approx_fprime(point, parts, 1e-7)
    assert np.hstack([split.by_first, split.by_second]) == pytest.approx(numeric, abs=1e-5)


def test_degrees_of_freedom_lie_between() -> None:
    df = satterthwaite_df(
        np.array([1.0, 1.0, 0.0, 1.0]),
        np.array([1.0, 0.0, 0.0, 1.0]),
        np.full(4, 10.0),
        np.array([10.0, 5, 5, 0]),
    )
    assert df.tolist() == [20.0, 10.0, 5.0, 0.0]
