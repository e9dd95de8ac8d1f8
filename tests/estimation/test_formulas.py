"""Formulas as statsmodels users write them: the same columns, coefficients and robust errors as statsmodels gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import marginal_effects, regress
from literacy.sampling import Design, Sample

N = 240


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"a": rng.choice(list("xyz"), N), "b": rng.choice(list("uv"), N), "c": rng.integers(1, 4, N),
         "x": rng.normal(size=N), "z": rng.gamma(2, 1, N) + 0.1, "w": rng.gamma(3, 1, N)}
    )  # fmt: skip
    table["my col"] = table.x * 2 + rng.normal(size=N)
    table["性别"] = table.b
    table["y"] = table.x + (table.a == "y") * 0.5 + rng.normal(size=N) + table.z**0.5
    return table.assign(two=(table.y > 1) * 1)


FORMULAS = (
    "x + C(c) * a", "a:b", "a + a:b", "a * b * C(c)", "x:a", "x + x:a", "(a + b + x)**2", "(a + b)**2 - a:b", "a / b",
    "np.log(z) + I(x**2) + x", "I(x**2):a + a", "C(c, Treatment(2)) * x", "C(a, Treatment(reference='z'))", "x:z",
    "Q('my col') + 性别", "np.sqrt(z) * b", "a:b + C(c)", "x + I(z / (1 + x**2))",
)  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_as_statsmodels(formula: str, people: pd.DataFrame) -> None:
    """Independent rows and weights: the design's errors are White's (HC0) times n / (n - 1)."""
    import statsmodels.formula.api as smf

    model = regress(Sample(people, Design(weight="w")), f"y ~ {formula}")
    other = smf.wls(f"y ~ {formula}", people, weights=people.w).fit(cov_type="HC0")
    assert len(model.coefficients) == len(other.params)
    np.testing.assert_allclose(model.data.X @ model.coefficients, other.fittedvalues, atol=1e-9)
    np.testing.assert_allclose(np.sort(model.coefficients), np.sort(other.params), atol=1e-8)
    ours, theirs = np.sqrt(np.diag(model.covariance)), other.bse * np.sqrt(N / (N - 1))
    np.testing.assert_allclose(np.sort(ours), np.sort(theirs), rtol=1e-7)


@pytest.mark.parametrize("family", ["logistic", "poisson"])
def test_other_families_as_statsmodels(family: str, people: pd.DataFrame) -> None:
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    law = {"logistic": sm.families.Binomial(), "poisson": sm.families.Poisson()}[family]
    formula = "two ~ np.log(z) + x * a"
    model = regress(Sample(people, Design(weight="w")), formula, family=family)
    other = smf.glm(formula, people, family=law, var_weights=people.w).fit()
    np.testing.assert_allclose(np.sort(model.coefficients), np.sort(other.params), atol=1e-7)
    assert model.deviance == pytest.approx(other.deviance, rel=1e-9)


def test_effects_go_through_every_expression(people: pd.DataFrame) -> None:
    """The effect of x is the slope through x, x squared and its products, by numerical differences."""
    model = regress(Sample(people, Design(weight="w")), "two ~ np.log(z) + I(x**2) + x*a", family="logistic")
    found = dict(zip(marginal_effects(model).names, marginal_effects(model).estimate, strict=True))
    terms, beta, step = model.terms, model.coefficients, 1e-6

    def mean(**moved: pd.Series) -> float:
        table = people.assign(**moved)
        again = regress(
            Sample(table, Design(weight="w")), "two ~ np.log(z) + I(x**2) + x*a", family="logistic"
        )
        eta = terms.matrix(again.data.values, N) @ beta
        return float(np.average(1 / (1 + np.exp(-eta)), weights=people.w))

    for name in ("x", "z"):
        slope = (mean(**{name: people[name] + step}) - mean(**{name: people[name] - step})) / (2 * step)
        assert found[f"{name}:"] == pytest.approx(slope, rel=1e-6)


def test_a_column_named_like_a_formula_is_a_column(people: pd.DataFrame) -> None:
    table = people.rename(columns={"x": "a*b"})
    model = regress(Sample(table, Design(weight="w")), "y", ["a*b", "z"])
    assert model.table["variable"].tolist() == ["(intercept)", "a*b", "z"]


def test_nothing_is_executed(people: pd.DataFrame) -> None:
    for text in (
        "__import__('os').getcwd()",
        "np.load('x')",
        "x.__class__",
        "(lambda: 1)()",
        "x if z else a",
    ):
        with pytest.raises(LiteracyError) as found:
            regress(Sample(people), f"y ~ {text}")
        assert found.value.code == "estimate.variable", text
