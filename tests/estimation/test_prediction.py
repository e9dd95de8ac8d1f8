"""Adjusted means and marginal effects: R survey, finite differences, replicates."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.models.prediction import _predict, marginal_effects, marginal_means
from literacy.estimation.models.regression import regress
from literacy.sampling import Replicates, Sample
from tests.estimation.peers import close, people, reference, sample


@pytest.mark.reference
@pytest.mark.parametrize("design", ["two", "post", "grown", "wr"])
def test_adjusted_means_as_in_r(design: str) -> None:
    frame = people()
    known = frame.edu.notna()
    logistic = regress(
        sample(design), "literate ~ age + sex + edu", family="logistic", where=known.to_numpy()
    )
    linear = regress(sample(design), "visits ~ age + sex + edu", where=known.to_numpy())
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


def _infinitesimal(step: float = 1e-4) -> Sample:
    """Replicates that move the weights of one unit by so little that they are the linearisation."""
    one = sample("wr")
    stage = one.codes.stages[0]
    same = (stage.stratum[:, None] == stage.stratum[None, :]) / 5
    factors = 1 + step * (np.eye(stage.units) - same)
    rscales = np.full(stage.units, 5 / 4)
    return one.evolve(
        replicates=Replicates(factors, stage.unit, one.weight, step**-2, rscales, True, 16.0, "infinitesimal")
    )


@pytest.mark.parametrize(("family", "formula"), FAMILIES)
def test_linearised_is_the_infinitesimal_jackknife(family: str, formula: str) -> None:
    a, b = (regress(s, formula, family=family) for s in (sample("wr"), _infinitesimal()))
    close(b.covariance, a.covariance, 1e-3)
    close(marginal_means(b, "edu").se, marginal_means(a, "edu", variance="linearized").se, 1e-3)
    close(marginal_effects(b).se, marginal_effects(a, variance="linearized").se, 1e-3)


@pytest.mark.parametrize(("family", "formula"), FAMILIES)
def test_slope_is_the_finite_difference(family: str, formula: str) -> None:
    model = regress(sample("wr"), formula, family=family)

    def mean_outcome(by: float) -> np.ndarray:
        moved = Sample(people().assign(age=people().age + by), sample("wr").design)
        X, weight = regress(moved, formula, family=family).data.X, model.data.weight
        fits = _predict(model.fitted, X, None, model.coefficients, None)
        return np.asarray(weight / weight.sum() @ fits)

    effects = marginal_effects(model, "age")
    close(effects.estimate, (mean_outcome(1e-4) - mean_outcome(-1e-4)) / 2e-4, 1e-6)


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
