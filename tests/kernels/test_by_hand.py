"""Kernels against numbers worked out by hand: the tests that the mutation check (docs/mutations.md) relies on."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.kernels.design.chisquare import correct_pearson
from literacy.kernels.design.elements import element_covariance, group_rows
from literacy.kernels.design.intervals import t_quantile
from literacy.kernels.design.linearization import Mean, Ratio, Variance
from literacy.kernels.design.replication import jackknife
from literacy.kernels.design.residuals import group_residuals
from literacy.kernels.design.variance import Stage, stage_covariance
from literacy.kernels.models.glm import fit_glm, glm_influence
from literacy.kernels.weighting.raking import rake_cells


def two_strata() -> Stage:
    """Two strata of two units; half and a fifth of the population were sampled."""
    return Stage(
        unit=np.arange(4),
        stratum=np.array([0, 0, 1, 1]),
        parent=np.zeros(2, np.int64),
        size=np.array([2, 2]),
        unsampled=np.array([0.5, 0.5, 0.8, 0.8]),
        share=np.ones(2),
    )


def test_variance_of_a_total_divides_by_one_unit_less() -> None:
    # 2/(2-1) * ((1-2)^2 + (3-2)^2) * 0.5 + 2 * (3^2 + 3^2) * 0.8
    found = stage_covariance(np.array([[1.0], [3.0], [2.0], [8.0]]), two_strata(), "fail")
    assert found[0, 0] == pytest.approx(2 * 2 * 0.5 + 2 * 18 * 0.8)


def test_what_was_not_sampled_scales_the_variance() -> None:
    whole = np.array([[1.0], [3.0], [0.0], [0.0]])
    assert stage_covariance(whole, two_strata(), "fail")[0, 0] == pytest.approx(2.0)


def test_the_mean_loses_what_the_weights_gain() -> None:
    slope = Mean().jacobian(np.array([[4.0, 8.0]]))[0, :, 0]
    assert slope == pytest.approx([-0.5, 0.25])


def test_the_ratio_about_a_centre_is_the_ratio() -> None:
    plain, moved = Ratio(), Ratio((1.0, 2.0))
    t, c = np.array([[4.0, 12.0, 8.0]]), np.array([[4.0, 8.0, 0.0]])
    assert moved.point(c) == pytest.approx(plain.point(t))
    carry = np.array([[1.0, -1.0, -2.0], [0, 1, 0], [0, 0, 1]])  # rows: d(own totals) of w, y, x
    assert (carry @ moved.jacobian(c)[0])[:, 0] == pytest.approx(plain.jacobian(t)[0][:, 0])


def test_the_population_variance_divides_by_one_less() -> None:
    # values 1 and 3, weights 1: about the mean 2, (1 + 1) / 2 * 2 / 1
    assert Variance(np.array([2.0])).point(np.array([[2.0, 4.0, 10.0]]))[0, 0] == pytest.approx(2.0)


def test_single_people_outside_the_domain_count_as_zeros() -> None:
    weight, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 1.0, 2.0, 7.0])
    cell = np.array([0, -1, 0, -1])
    groups = group_rows(cell, 1, weight, (None, y))
    shaped = type(groups)(groups.count[None], groups.mean[None], groups.spread[None])
    slope = np.array([[[0.0], [1.0]]])  # the total of y
    found = element_covariance(shaped, slope, np.array([4]), np.array([1.0]), "fail", category=False)
    scores = np.where(cell == 0, weight * y, 0.0)  # 5, 0, 6, 0
    assert found[0, 0] == pytest.approx(4 / 3 * ((scores - scores.mean()) ** 2).sum())


def test_the_jackknife_scales_by_units_and_by_what_is_left() -> None:
    made = jackknife(np.array([0, 0, 0]), np.array([0.9]))
    assert made.rscales == pytest.approx([0.9 * 2 / 3] * 3)
    assert sorted(made.factors[0]) == pytest.approx([0.0, 1.5, 1.5])


def test_simple_random_sampling_has_design_effects_of_one() -> None:
    shares, n = np.array([0.1, 0.2, 0.3, 0.15, 0.15, 0.1]), 100
    shares = np.outer([0.4, 0.6], [0.5, 0.3, 0.2]).T.ravel()  # independent: rows fastest
    covariance = (np.diag(shares) - np.outer(shares, shares)) / n
    fit = correct_pearson(shares, covariance, n, 2, 3)
    assert fit.effects == pytest.approx([1.0, 1.0])
    assert fit.df == pytest.approx(2.0) and fit.pearson == pytest.approx(0.0, abs=1e-12)
    wide = correct_pearson(shares, 3 * covariance, n, 2, 3)  # the same design effect everywhere moves no df
    assert wide.effects == pytest.approx([3.0, 3.0]) and wide.df == pytest.approx(2.0)


def test_post_strata_take_their_weighted_mean() -> None:
    x, weight = np.array([[2.0], [6.0], [5.0]]), np.array([1.0, 3.0, 1.0])
    # the mean of x over the weight is 8 / 4 = 2: what is left is 2 - 2, 6 - 6, and nothing of the third
    assert group_residuals(x, weight, np.array([0, 0, 1]), 2)[:, 0] == pytest.approx([0.0, 0.0, 0.0])


def test_raking_multiplies_the_weights_of_a_level() -> None:
    rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    made = rake_cells((rows, columns), np.ones(4), (np.array([3.0, 1.0]), np.array([2.0, 2.0])))
    assert made.converged and made.weights == pytest.approx([1.5, 1.5, 0.5, 0.5])


def test_quantiles_are_two_sided() -> None:
    assert t_quantile(np.inf, 0.95) == pytest.approx(1.959963984540054)
    assert t_quantile(4.0, 0.95) == pytest.approx(2.7764451051977987)


def test_influence_is_the_slope_of_the_coefficients() -> None:
    rng = np.random.default_rng(1)
    X, weight = np.column_stack([np.ones(30), rng.normal(size=30)]), rng.uniform(1, 2, 30)
    y = X @ [1.0, 2.0] + rng.normal(size=30)
    fit = fit_glm(X, y, weight, "linear")
    step = 1e-6
    more = weight.copy()
    more[4] += step
    moved = (fit_glm(X, y, more, "linear").coefficients - fit.coefficients) / step
    assert glm_influence(X, y, fit, "linear")[4] == pytest.approx(moved, rel=1e-4)
