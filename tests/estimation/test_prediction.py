"""Adjusted means and marginal effects: R survey, finite differences, replicates."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.prediction import marginal_effects, marginal_means
from literacy.estimation.regression import regress
from literacy.sampling import Sample
from tests.estimation.peers import close, people, reference, sample


@pytest.mark.reference
@pytest.mark.parametrize("design", ["two", "post", "grown", "wr"])
def test_adjusted_means_as_in_r(design: str) -> None:
    frame = people()
    known = frame.edu.notna()
    logistic = regress(
        sample(design), "literate ~ age + sex + edu", family="logistic", where=known.to_numpy()
    )
    linear = regress(
        sample(design), "score ~ age + sex + edu", where=(known & frame.score.notna()).to_numpy()
    )
    for model, name in ((logistic, "margins"), (linear, "margins_linear")):
        wanted = reference()[design][name]
        found = marginal_means(model, "edu")
        order = [list(found.table.edu).index(v) for v in wanted["names"]]
        close(found.estimate[order], wanted["estimate"])
        close(found.covariance[np.ix_(order, order)], wanted["vcov"])
    fixed = marginal_means(logistic, "edu", variance="fixed")
    wanted = reference()[design]["margins"]
    order = [list(fixed.table.edu).index(v) for v in wanted["names"]]
    close(fixed.covariance[np.ix_(order, order)], wanted["added"])


FAMILIES = [
    ("linear", "score ~ age*sex + edu"),
    ("logistic", "literate ~ age*sex + edu"),
    ("poisson", "visits ~ age*sex + edu"),
    ("ordinal", "view ~ age*sex + edu"),
]


@pytest.mark.parametrize(("family", "formula"), FAMILIES)
def test_linearised_and_jackknife_agree(family: str, formula: str) -> None:
    a, b = (regress(sample(d), formula, family=family) for d in ("wr", "jkn"))
    for statistic in (lambda m: marginal_means(m, "edu", variance="linearized"), lambda m: marginal_effects(m, variance="linearized")):  # fmt: skip
        x, y = statistic(a), statistic(b)
        close(y.estimate, x.estimate)
        assert list(y.se) == pytest.approx(list(x.se), rel=0.25)
        assert np.median(np.abs(y.se / x.se - 1)) < 0.08


@pytest.mark.parametrize(("family", "formula"), FAMILIES)
def test_slope_is_the_finite_difference(family: str, formula: str) -> None:
    def shifted(by: float) -> np.ndarray:
        frame = people().assign(age=people().age + by)
        base = regress(Sample(frame, sample("wr").design), formula, family=family)
        # the coefficients of the unshifted model on shifted data
        model = regress(sample("wr"), formula, family=family)
        moved = type(model)(**{f: getattr(model, f) for f in model.__slots__ if f != "data"}, data=base.data)
        groups = marginal_means(moved, "sex")
        weights = np.array([model.weight[people().sex[model.data.rows] == s].sum() for s in ("f", "m")])
        del groups
        from literacy.estimation.prediction import _predict

        X = moved.matrix()
        fit = _predict(moved, X, None, model.coefficients)
        assert weights.sum() > 0
        return np.asarray((model.weight / model.weight.sum()) @ fit)

    model = regress(sample("wr"), formula, family=family)
    effects = marginal_effects(model, "age")
    close(effects.estimate, (shifted(1e-4) - shifted(-1e-4)) / 2e-4, 1e-6)


def test_linear_margins_are_what_one_expects() -> None:
    model = regress(sample("two"), "score ~ age + edu")
    effects = marginal_effects(model)
    close(effects.estimate, model.coefficients[1:])
    close(effects.covariance, model.covariance[1:, 1:])
    means = marginal_means(model, "edu")
    close(np.diff(means.estimate)[:1], model.coefficients[2:3])
    assert means.contrast("low", "high").estimate[0] == pytest.approx(model.coefficients[2])


def test_ordinal_margins_add_up_to_one() -> None:
    model = regress(sample("two"), "view ~ age + edu", family="ordinal")
    means = marginal_means(model, "edu")
    assert means.table.groupby("edu")["estimate"].sum().tolist() == pytest.approx([1.0] * 3)
    effects = marginal_effects(model)
    assert effects.table.groupby(["variable", "level"])["estimate"].sum().abs().max() < 1e-12
    assert list(means.table.level[:4]) == ["1", "2", "3", "4"]


def test_mistakes_are_told() -> None:
    model = regress(sample("wr"), "score ~ age + edu")
    with pytest.raises(LiteracyError, match=r"factor\(x\)"):
        marginal_means(model, "age")
    with pytest.raises(LiteracyError, match="predictors: age, edu"):
        marginal_effects(model, "sex")
    with pytest.raises(LiteracyError, match="added"):
        marginal_means(model, "edu", variance="add")
