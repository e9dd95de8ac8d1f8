"""Kernels of estimation: totals, linearisation, stages, pairs, half samples."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from literacy.kernels.design.aggregation import (
    BLOCK,
    sum_category,
    sum_columns,
    unit_cell_totals,
    unit_level_totals,
)
from literacy.kernels.design.likelihood_limits import fmm_spline
from literacy.kernels.design.linearization import Counts, Mean, Ratio, Shares, Smooth, Total, Variance
from literacy.kernels.design.replication import (
    balanced,
    count_rank,
    count_ranks,
    jackknife,
    make_hadamard,
    pair_units,
    resample_population,
    resample_with_replacement,
)
from literacy.kernels.design.variance import Stage, stage_covariance
from literacy.kernels.models.pairwise import approximate_pairs, joint_pairs, pair_covariance


def test_totals_are_sums_over_blocks() -> None:
    rng = np.random.default_rng(0)
    n, units, cells = BLOCK + 777, 13, 4
    unit, cell = rng.integers(0, units, n), rng.integers(-1, cells, n)
    w, y = rng.uniform(0, 2, n), rng.normal(size=n)
    y[cell < 0] = np.nan  # never read
    got = unit_cell_totals(unit, units, cell, cells, w, (None, y))
    level = rng.integers(0, 3, n)
    levels = unit_level_totals(unit, units, cell, cells, w, level, 3)
    once = sum_columns(unit, units, cell, cells, w, (None, y), binary=False)
    each = sum_category(unit, units, cell, cells, w, level, 3)
    assert_allclose(once.totals, got)
    assert once.moments is not None
    assert_allclose(each.totals, levels)
    for c in range(cells):
        inside = cell == c
        assert_allclose(once.counts[:, c], np.bincount(unit[inside], minlength=units))
        assert_allclose(once.squares[c], (w[inside] ** 2).sum())
        assert_allclose(each.counts, once.counts)
        assert_allclose(each.squares, once.squares)
        assert_allclose(once.moments[c], [[w[inside].sum(), (w * y)[inside].sum()],
                                     [(w * y)[inside].sum(), (w * y * y)[inside].sum()]])  # fmt: skip
        for u in (0, 7):
            here = inside & (unit == u)
            assert_allclose(got[u, c], [w[here].sum(), (w * y)[here].sum()])
            assert_allclose(levels[u, c], np.bincount(level[here], w[here], minlength=3))


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.float64])
def test_zeros_and_ones_need_no_squares(kind: type) -> None:
    rng = np.random.default_rng(2)
    n = BLOCK + 5
    unit, cell, w = rng.integers(0, 9, n), rng.integers(-1, 3, n), rng.uniform(0, 2, n)
    y = rng.integers(0, 2, n).astype(kind)
    short = sum_columns(unit, 9, cell, 3, w, (None, y), binary=True)
    long = sum_columns(unit, 9, cell, 3, w, (None, y.astype(float)), binary=False)
    assert short.moments is not None
    for name in ("moments", "totals", "whole", "counts", "squares"):
        assert_allclose(getattr(short, name), getattr(long, name), err_msg=name)


@pytest.mark.parametrize("binary", [True, False])
def test_rows_known_to_lie_in_a_domain_need_no_look(binary: bool) -> None:
    rng = np.random.default_rng(4)
    n = 2 * BLOCK + 3
    unit, cell, w = rng.integers(0, 9, n), rng.integers(0, 3, n), rng.uniform(0, 2, n)
    y = rng.integers(0, 2, n)
    known, looked = (
        sum_columns(unit, 9, cell, 3, w, (None, y), binary=binary, complete=complete)
        for complete in (True, False)
    )
    for name in ("moments", "totals", "whole", "counts", "squares"):
        assert (getattr(known, name) == getattr(looked, name)).all(), name


def test_products_of_several_columns() -> None:
    rng = np.random.default_rng(3)
    cell, w, y, x = (
        rng.integers(-1, 3, 500),
        rng.uniform(0, 2, 500),
        rng.normal(size=500),
        rng.normal(size=500),
    )
    got = sum_columns(np.zeros(500, int), 1, cell, 3, w, (None, y, x), binary=False)
    values = np.stack([np.ones(500), y, x])
    by_hand = [(values[:, cell == c] * w[cell == c]) @ values[:, cell == c].T for c in range(3)]
    assert got.moments is not None
    assert_allclose(got.moments, by_hand)


def test_rank_is_that_of_the_singular_values() -> None:
    rng = np.random.default_rng(4)
    tall, low = rng.normal(size=(300, 40)), rng.normal(size=(300, 7)) @ rng.normal(size=(7, 40))
    late = np.zeros((300, 40))
    late[1:4] = rng.normal(size=(3, 40))  # lines that the first look misses
    noisy = low + 1e-9 * rng.normal(size=(300, 40))
    for lines, rank in ((tall, 40), (tall[:30], 30), (low, 7), (late, 3), (noisy, 7), (tall[:0], 0)):
        assert count_rank(lines) == rank
    assert count_rank(1e-6 * tall) == 40


def test_totals_of_nobody() -> None:
    none = np.full(5, -1)
    assert (unit_cell_totals(np.zeros(5, int), 2, none, 3, np.ones(5), (None,)) == 0).all()
    assert (unit_level_totals(np.zeros(5, int), 2, none, 3, np.ones(5), np.zeros(5, int), 2) == 0).all()
    assert (sum_columns(np.zeros(5, int), 2, none, 3, np.ones(5), (None,), binary=False).counts == 0).all()
    assert (sum_category(np.zeros(5, int), 2, none, 3, np.ones(5), np.zeros(5, int), 2).totals == 0).all()


@pytest.mark.parametrize(
    ("statistic", "q"),
    [
        (Mean(3.0), 2),
        (Shares(), 3),
        (Total(3.0), 2),
        (Counts(), 3),
        (Ratio(), 3),
        (Variance(np.array([9.0, 30])), 3),
    ],
    ids=lambda x: type(x).__name__ if not isinstance(x, int) else str(x),
)
def test_jacobians_are_derivatives(statistic: Smooth, q: int) -> None:
    rng = np.random.default_rng(1)
    t = rng.uniform(2, 4, (2, q)) + np.array([0.0, 0.0, 9.0])[:q]
    j = statistic.jacobian(t)
    for a in range(q):
        step = np.zeros((2, q))
        step[:, a] = 1e-6
        slope = (statistic.point(t + step) - statistic.point(t - step)) / 2e-6
        if isinstance(statistic, Variance) and a < 2:
            continue  # the mean's own error has no first-order part by construction: checked below
        assert_allclose(j[:, a], slope, rtol=1e-6, atol=1e-8)


def test_the_variance_is_linearised_about_the_mean() -> None:
    rng = np.random.default_rng(2)
    y, w = rng.normal(5, 2, 40), rng.uniform(1, 3, 40)
    z = np.stack([w, w * y, w * y * y], axis=1)
    s = Variance(np.array([40.0]))
    t = z.sum(axis=0)[None]
    mean = (w * y).sum() / w.sum()
    v = (w * (y - mean) ** 2).sum() / w.sum() * 40 / 39
    assert_allclose(s.point(t), [[v]])
    assert_allclose(z @ s.jacobian(t)[0, :, 0], w * ((y - mean) ** 2 * 40 / 39 - v) / w.sum())


def simple(stratum: list[int], left: float = 1.0) -> Stage:
    s = np.array(stratum)
    size = np.bincount(s)
    return Stage(
        np.arange(len(s)), s, np.zeros(len(size), int), size, np.full(len(s), left), np.ones(len(size))
    )


def test_one_stage_is_the_textbook_formula() -> None:
    """Cochran (1977), 5.12: v = sum_h n_h (1 - f_h) s_h^2 of the weighted values."""
    rng = np.random.default_rng(3)
    z = rng.normal(size=(12, 2))
    stage = simple([0] * 5 + [1] * 7, 0.8)
    want = sum(0.8 * len(z[a:b]) * np.cov(z[a:b].T) for a, b in ((0, 5), (5, 12)))
    assert_allclose(stage_covariance(z, stage, "fail"), want)


def test_rules_for_a_single_unit() -> None:
    z = np.array([[1.0], [3.0], [10.0]])
    stage = simple([0, 0, 1])
    v = {
        rule: stage_covariance(z, stage, rule)[0, 0] for rule in ("certainty", "remove", "average", "adjust")
    }
    assert v["certainty"] == v["remove"] == pytest.approx(4.0)
    assert v["average"] == pytest.approx(8.0)
    assert v["adjust"] == pytest.approx(4.0 + (10 - 14 / 3) ** 2)
    taken = Stage(stage.unit, stage.stratum, stage.parent, stage.size, np.array([1.0, 1.0, 0.0]), stage.share)
    assert not taken.lonely.any()  # taken with certainty: nothing to say about it
    assert stage_covariance(z, taken, "average")[0, 0] == pytest.approx(4.0)


def test_pairs_of_a_simple_random_sample() -> None:
    """With equal probabilities both approximations and the exact joint probabilities give the usual variance."""
    n, whole = 6, 20
    rng = np.random.default_rng(4)
    y = rng.normal(size=(n, 1))
    z = y * whole / n
    want = whole**2 * (1 - n / whole) * y.var(ddof=1) / n
    joint = np.full((n, n), n * (n - 1) / (whole * (whole - 1)))
    np.fill_diagonal(joint, n / whole)
    exact = joint_pairs(joint, tolerance=0.0)
    assert_allclose(pair_covariance(z, exact, "ht"), [[want]])
    assert_allclose(pair_covariance(z, exact, "yg"), [[want]])
    overton = approximate_pairs(np.full(n, n / whole), np.zeros(n, int), "overton")
    assert_allclose(pair_covariance(z, overton, "ht"), [[want]])


@pytest.mark.parametrize("least", [1, 2, 3, 5, 9, 13, 17, 21, 25, 29, 33, 61, 100, 201])
def test_hadamard_matrices_are_orthogonal(least: int) -> None:
    h = make_hadamard(least)
    assert len(h) >= least
    assert (h @ h.T == len(h) * np.eye(len(h))).all()
    assert (h[0] == 1).all() and (h[:, 0] == 1).all()


def test_half_samples_balance() -> None:
    """Balanced half samples give the exact variance of a total; every unit is in half of them."""
    stratum = np.repeat(np.arange(11), 2)
    made = balanced(stratum)
    assert_allclose(made.factors.mean(axis=1), 1.0)
    z = np.random.default_rng(5).normal(size=22)
    thetas = made.factors.T @ z
    assert_allclose(made.scale * ((thetas - z.sum()) ** 2).sum(), ((z[::2] - z[1::2]) ** 2).sum())
    fay = balanced(stratum, rho=0.4)
    assert_allclose(fay.scale * ((fay.factors.T @ z - z.sum()) ** 2).sum(), ((z[::2] - z[1::2]) ** 2).sum())
    assert pair_units(np.array([1, 0, 1, 1, 0, 1])).tolist() == [[0, 2], [3, 5], [1, 4]]


def test_jackknife_of_a_total_is_exact() -> None:
    stratum = np.array([0, 0, 0, 1, 1, 2])
    z = np.random.default_rng(6).normal(size=6)
    made = jackknife(stratum, np.array([0.7, 1.0, 0.0]))
    assert made.factors.shape == (6, 5)  # the third stratum was taken entirely
    v = made.scale * (made.rscales * (made.factors.T @ z - z.sum()) ** 2).sum()
    assert v == pytest.approx(0.7 * 3 * z[:3].var(ddof=1) + 2 * z[3:5].var(ddof=1))


def test_a_bootstrap_of_everybody_has_no_spread() -> None:
    made = resample_population(np.zeros(5, int), np.array([5.0]), 50, np.random.default_rng(7))
    assert (made.factors == 1).all()


def test_the_spline_reproduces_cubics() -> None:
    x = np.array([0.0, 0.5, 1.3, 2.0, 3.1, 4.0])
    at = np.linspace(0, 4, 17)
    assert_allclose(fmm_spline(x, 2 * x**3 - x + 1, at), 2 * at**3 - at + 1, atol=1e-12)


def test_ranks_of_several_choices_are_those_of_each() -> None:
    rng = np.random.default_rng(8)
    lines = rng.multinomial(4, np.full(5, 0.2), size=(20, 24)).transpose(1, 2, 0).reshape(120, 20) * 1.25
    lines[:, 7] = lines[:, 3]  # not of full rank
    full = np.delete(lines, 7, axis=1)
    seen = rng.random((120, 6)) < np.array([0.05, 0.3, 0.5, 0.6, 0.8, 1.0])
    seen[:, 0] = False
    for matrix in (lines, full):
        each = [count_rank(matrix[seen[:, d]]) for d in range(6)]
        assert count_ranks(matrix, seen).tolist() == each
        exact = [np.linalg.matrix_rank(matrix[seen[:, d]]) if seen[:, d].any() else 0 for d in range(6)]
        assert each == exact


@pytest.mark.parametrize("sorted_", [True, False])
def test_strata_are_summed_alike_in_any_order_of_the_units(sorted_: bool) -> None:
    rng = np.random.default_rng(9)
    stratum = np.repeat(np.arange(7), rng.integers(1, 6, 7))
    stratum = stratum if sorted_ else rng.permutation(stratum)
    stage = Stage(
        np.arange(len(stratum)),
        stratum,
        np.zeros(7, np.int64),
        np.bincount(stratum),
        np.ones(len(stratum)),
        np.ones(7),
    )
    assert (len(stage.first) > 0) == sorted_
    x = rng.random((len(stratum), 3))
    expected = np.array([x[stratum == h].sum(axis=0) for h in range(7)])
    np.testing.assert_allclose(stage.sum_strata(x), expected, rtol=1e-14)
    counts = rng.integers(0, 2, (len(stratum), 3)).astype(float)
    held = np.array([(counts[stratum == h] > 0).any(axis=0) for h in range(7)])
    assert stage.count_df(counts).tolist() == ((counts > 0).sum(axis=0) - held.sum(axis=0)).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_drawing_strata_together_draws_the_same_numbers(seed: int) -> None:
    stratum = np.random.default_rng(seed).permutation(np.repeat(np.arange(9), [3, 3, 3, 1, 5, 5, 0, 2, 4]))
    got = resample_with_replacement(stratum, 6, np.random.default_rng(seed)).factors
    rng, expected = np.random.default_rng(seed), np.ones((len(stratum), 6))
    for h, n in enumerate(np.bincount(stratum)):
        if n > 1:
            expected[stratum == h] = rng.multinomial(n - 1, np.full(n, 1 / n), size=6).T * (n / (n - 1))
    np.testing.assert_array_equal(got, expected)
