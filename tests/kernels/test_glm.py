"""Generalised and ordinal models: closed forms, derivatives, separation, many weightings at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from literacy.kernels.models.decomposition import satterthwaite_df, split_products
from literacy.kernels.models.glm import (
    find_collinear,
    fit_glm,
    fit_replicates,
    glm_influence,
    iterate_glm,
    mean_of,
    sum_glm,
)
from literacy.kernels.models.ordinal import fit_ordinal, ordinal_influence, ordinal_shares
from literacy.kernels.models.separation import find_direction, find_rows, split_ordinal, split_rows


def data(n: int = 400, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.integers(0, 2, n)])
    return X, rng.uniform(0.5, 3.0, n), rng


def find_separation(X: np.ndarray, y: np.ndarray, family: str, parts: int = 1) -> np.ndarray | None:
    """Search among rows divided into some parts; the number of cut points stands for an ordinal family."""
    pairs = [
        split_ordinal(X[rows], y[rows], int(family))
        if family.isdigit()
        else split_rows(X[rows], y[rows], family)
        for rows in np.array_split(np.arange(len(y)), parts)
    ]

    def search(direction: np.ndarray | None) -> object:
        first, *others = (find_rows(*pair, direction) for pair in pairs)
        for other in others:
            first += other
        return first

    return find_direction(search)  # type: ignore[arg-type]


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
    mu = mean_of(X @ fit.coefficients + shift, family)
    assert np.abs(X.T @ (w * (y - mu))).max() < 1e-9 * w.sum()
    assert np.abs(w @ glm_influence(X, y, fit, family, shift)).max() < 1e-10
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
    for parts in (1, 40):
        assert find_separation(X, y, "3", parts) is None
        assert find_separation(np.column_stack([X, y]), y, "3", parts) is not None


def test_rows_in_parts_have_the_separation_of_the_whole() -> None:
    """Also where it lies in a few rows of thousands, or nearly does."""
    rng = np.random.default_rng(7)
    X = np.column_stack(
        [np.ones(3000), rng.normal(size=3000), rng.random(3000) < 0.002, rng.random(3000) < 0.5]
    )
    y = OUTCOMES["logistic"](X[:, :2] @ [0.2, 0.5], rng)
    y[X[:, 2] == 1] = 1.0
    for parts in (1, 7, 300):
        found = find_separation(X, y, "logistic", parts)
        assert found is not None and found[2] > 0.1 and np.abs(found[[0, 1, 3]]).max() < 1e-9
    y[np.flatnonzero(X[:, 2])[0]] = 0.0
    for parts in (1, 7, 300):
        assert find_separation(X, y, "logistic", parts) is None
    x = np.sort(rng.normal(size=500))
    for flip, apart in ((0, True), (2, False)):
        y = (x > 0.1).astype(float)
        if flip:
            cut = int(np.flatnonzero(y)[0])
            y[cut - 1], y[cut] = 1.0, 0.0
        both = np.column_stack([np.ones(500), x])
        assert all((find_separation(both, y, "logistic", p) is not None) == apart for p in (1, 9))


def test_sums_of_parts_are_those_of_the_whole() -> None:
    """Also with a column far from 0, whose normal equations would have no digits left."""
    X, w, rng = data(300)
    X[:, 1] += 1e7
    for family in OUTCOMES:
        y = OUTCOMES[family]((X - [0, 1e7, 0]) @ [0.2, 0.5, -0.4], rng)
        unit = float(w.mean())
        whole = fit_glm(X, y, w, family)

        def sums(
            beta: np.ndarray | None, y: np.ndarray = y, family: str = family, unit: float = unit
        ) -> object:
            first, *others = (
                sum_glm(X[rows], y[rows], w[rows] / unit, family, None, beta)
                for rows in np.array_split(np.arange(300), 320)  # of one row, and of none
            )
            for other in others:
                first += other
            return first

        parts = iterate_glm(sums, family, unit)  # type: ignore[arg-type]
        centred = fit_glm(X - [0, 1e7, 0], y, w, family)
        for fit in (parts, whole):
            assert fit.coefficients[1:] == pytest.approx(centred.coefficients[1:], rel=1e-8)
            assert fit.inverse[1:, 1:] == pytest.approx(centred.inverse[1:, 1:], rel=1e-7)


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
