"""Regression against R survey, separation, collinearity, and two roads to one number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.models.coefficients import Model
from literacy.estimation.models.regression import regress
from literacy.estimation.models.termtest import test_term as wald
from literacy.kernels.models.ordinal import ordinal_shares
from literacy.sampling import Design, Replicates, Sample
from tests.estimation.peers import DESIGNS, close, people, reference, sample
from tests.estimation.test_association import _design

MODELS: dict[str, tuple[dict[str, Any], str]] = {
    "linear": ({"outcome": "score ~ age + edu"}, "edu"),
    "linear_product": ({"outcome": "score ~ age*sex + edu"}, "age:sex"),
    "logistic": ({"outcome": "literate ~ age + edu + sex", "family": "logistic"}, "edu"),
    "logistic_domain": (
        {"outcome": "literate ~ age + score", "family": "logistic", "where": "sex=m"},
        "age",
    ),
    "poisson": ({"outcome": "visits ~ sex + edu", "family": "poisson", "offset": "log_years"}, "edu"),
}


def _order(model: Model, names: list[str]) -> list[int]:
    """Place of R's coefficients among ours."""
    columns = zip(model.table.variable, model.table.level, strict=True)
    ours = ["(Intercept)" if v == "(intercept)" else _r_name(v, k) for v, k in columns]
    return [ours.index(name) for name in names]


def _r_name(variable: str, level: str) -> str:
    if variable == "(cut)":
        return level
    levels = level.split(":") if level else []
    parts = variable.split(":")
    out = []
    for part in parts:
        numeric = part in ("age", "score")
        out.append(part if numeric else part + levels.pop(0))
    return ":".join(out)


@pytest.mark.reference
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("design", DESIGNS)
def test_models_as_in_r(design: str, name: str) -> None:
    arguments, term = MODELS[name]
    model, wanted = regress(sample(design), **arguments), reference()[design][name]
    order = _order(model, wanted["names"])
    table = model.table.iloc[order]
    close(table.estimate, wanted["coef"])
    # R refits every replicate to its default tolerance only
    near = 1e-8 if design not in ("boot", "jkn") or model.family == "linear" else 1e-5
    close(model.covariance[np.ix_(order, order)], wanted["vcov"], near)
    assert model.df == wanted["df"]
    close(table.p_value, wanted["p"], near * 10)
    close(table[["ci_low", "ci_high"]], wanted["ci"], near)
    test = wald(model, term)
    close([test.statistic, *test.df, test.p_value], list(wanted["wald"].values()), near * 10)
    test = wald(model, term, "WorkingWald")
    close(
        [test.statistic, test.p_value],
        [wanted["working"][k] for k in ("statistic", "p")],
        max(near * 10, 1e-7),
    )


@pytest.mark.reference
@pytest.mark.parametrize("design", ["two", "post", "wr"])
def test_ordinal_as_in_r(design: str) -> None:
    second = "sex" if design == "post" else "edu"
    model, wanted = (
        regress(sample(design), "view", ["age", second], family="ordinal"),
        reference()["ordinal"][design],
    )
    close(model.coefficients, wanted["coef"])
    close(model.covariance, wanted["vcov"])
    assert model.df == wanted["df"]
    close(model.coefficients, wanted["default"], 1e-3)  # where svyolr's optimiser stops by itself


@pytest.mark.reference
def test_cases_of_the_api_samples(r_survey: Path) -> None:
    folder = r_survey
    cases = json.loads((folder / "06_glm.json").read_text(encoding="utf-8"))["cases"]
    calls: dict[str, dict[str, Any]] = {
        "gaussian": {"outcome": "api00 ~ ell + meals + mobility"},
        "gaussian_factor": {"outcome": "api00 ~ ell + stype"},
        "logit": {
            "outcome": "sch.wide=Yes",
            "predictors": ["ell", "meals", "mobility"],
            "family": "logistic",
        },
        # the case calls itself sch.wide within comp.imp; its numbers are these
        "logit_domain": {"outcome": "high ~ ell + meals", "family": "logistic", "where": "stype=E"},
        "poisson": {"outcome": "api.stu ~ ell + meals", "family": "poisson", "offset": "log_enroll"},
        "olr": {"outcome": "mealcat ~ avg.ed + mobility + stype", "family": "ordinal"},
    }
    for case in cases:
        frame = pd.read_csv(folder / "data" / f"{case['data']}.csv", encoding="utf-8")
        frame["log_enroll"], frame["high"] = np.log(frame.enroll), (frame.api00 > 650).astype(float)
        frame["mealcat"] = pd.cut(frame.meals, [0, 25, 50, 75, 100])
        kind = case["id"].split("/")[1]
        model = regress(Sample(frame, _design(case["design"])), **calls[kind])
        ordinal = kind == "olr"  # R stops its optimiser at a relative 1e-8 of the deviance: five digits
        close(model.coefficients, case["coef"], 2e-5 if ordinal else 1e-8)
        close(model.covariance, case["vcov"], 1e-3 if ordinal else 1e-8)
        if ordinal:  # and ours is the higher likelihood
            X, y, w = model.data.X, model.data.codes, model.data.weight
            loss = [
                -2 * float(w @ np.log(ordinal_shares(X, np.array(b), 3)[np.arange(model.n), y]))
                for b in (model.coefficients, case["coef"])
            ]
            assert loss[0] < loss[1] and model.deviance == pytest.approx(loss[0])
        else:
            close(model.table.p_value, case["p"])
            close(model.table[["ci_low", "ci_high"]], case["ci95"])
            assert model.df == case["df_resid"]
        if "wald_F" in case:
            test = wald(model, "stype")
            close(
                [test.statistic, *test.df, test.p_value], [case[f"wald_{k}"] for k in ("F", "df", "ddf", "p")]
            )
    assert len(cases) == 18


def test_ordinal_replicates_are_near_linearisation() -> None:
    a = regress(sample("wr"), "view", ["age"], family="ordinal")
    b = regress(sample("jkn"), "view", ["age"], family="ordinal")
    close(b.coefficients, a.coefficients)
    assert list(b.table.se) == pytest.approx(list(a.table.se), rel=0.1)


def test_an_empty_model_is_the_proportion() -> None:
    one = sample("two")
    model = regress(one, "literate", [], family="logistic")
    share = float((one.weight * people().literate).sum() / one.weight.sum())
    assert model.coefficients[0] == pytest.approx(np.log(share / (1 - share)))
    linear = regress(one, "literate", [])
    assert model.table.se[0] == pytest.approx(linear.table.se[0] / (share * (1 - share)))


def test_categories_give_the_differences_of_means() -> None:
    one = sample("two")
    model = regress(one, "score ~ factor(view)")
    frame = people()
    known = frame.score.notna().to_numpy()
    means = [
        np.average(frame.score[known & (frame.view == v)], weights=one.weight[known & (frame.view == v)])
        for v in (1, 2, 3, 4)
    ]
    assert model.table.estimate[1:].tolist() == pytest.approx([m - means[0] for m in means[1:]])


def test_reference_level_turns_the_sign() -> None:
    one = sample("wr")
    a = regress(one, "literate ~ sex", family="logistic")
    b = regress(one, "literate ~ sex", family="logistic", reference={"sex": "m"})
    assert b.table.estimate[1] == pytest.approx(-a.table.estimate[1])
    assert b.table.ratio[1] == pytest.approx(1 / a.table.ratio[1])
    assert "reference: sex=m" in str(b)


def test_the_second_stage_is_in_the_covariance() -> None:
    both = regress(sample("two"), "score ~ age").table.se[1]
    first = Design(weight="weight", strata="stratum", psu="unit", fpc="units")
    only = regress(Sample(people(), first), "score ~ age").table.se[1]
    assert both > 1.01 * only


def test_replicates_of_weight_one_have_no_spread() -> None:
    one = sample("wr")
    same = Replicates(
        np.ones((1, 8)), np.zeros(len(one), np.int64), one.weight, 0.1, np.ones(8), False, 7.0, "same"
    )
    model = regress(one.evolve(replicates=same), "literate ~ age + edu", family="logistic")
    assert np.abs(model.covariance).max() < 1e-20 and model.df == 4


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ({"outcome": "literate ~ luck", "family": "logistic"}, "estimate.separation", "luck"),
        ({"outcome": "literate ~ age + kind", "family": "logistic"}, "estimate.separation", "kind=c"),
        ({"outcome": "rare ~ kind", "family": "poisson"}, "estimate.separation", "kind=c"),
        ({"outcome": "view ~ clear", "family": "ordinal"}, "estimate.separation", "clear"),
        ({"outcome": "one ~ age", "family": "logistic"}, "estimate.separation", "all rows"),
        ({"outcome": "score ~ age + twice"}, "estimate.variable", "determined by"),
        ({"outcome": "score ~ sex + woman"}, "estimate.variable", "sex=m"),
        ({"outcome": "score ~ flat"}, "estimate.variable", r"\(intercept\)"),
        ({"outcome": "score ~ age + score"}, "estimate.variable", "is the outcome itself"),
        ({"outcome": "score ~ agee"}, "estimate.variable", "did you mean 'age'"),
        ({"outcome": "score ~ poly(age)"}, "estimate.variable", "cannot be read|no column name|not a column"),
        ({"outcome": "score ~ log(luck - 1)"}, "estimate.variable", "is not a number in"),
        ({"outcome": "score ~ C(edu, Sum)"}, "estimate.variable", "no other coding"),
        ({"outcome": "score ~ age - 1"}, "estimate.option", "without an intercept"),
        ({"outcome": "score ~ 0 + age"}, "estimate.option", "without an intercept"),
        ({"outcome": "score ~ age +"}, "estimate.option", "empty predictor"),
        ({"outcome": "score ~ (age"}, "estimate.variable", "quote unusual names"),
        ({"outcome": "score ~ __import__('os').getcwd()"}, "estimate.variable", "quote unusual names"),
        ({"outcome": "score ~ 0 + age"}, "estimate.option", "intercept"),
        ({"outcome": "score ~ age", "predictors": ["sex"]}, "estimate.option", "formula"),
        ({"outcome": "score ~ age", "family": "logit"}, "estimate.option", "logistic"),
        ({"outcome": "score ~ age", "family": "logistic"}, "estimate.variable", "values from"),
        ({"outcome": "edu ~ age", "family": "ordinal"}, "estimate.variable", "levels="),
        ({"outcome": "sex ~ age", "family": "ordinal", "levels": ["m", "f"]}, "estimate.variable", "three"),
        ({"outcome": "score ~ sex", "reference": {"sex": "x"}}, "estimate.option", "'f', 'm'"),
        ({"outcome": "score ~ sex", "where": "sex=f"}, "estimate.variable", "only one level"),
        ({"outcome": "score ~ name"}, "estimate.variable", r"102 different non-numeric values.*\n.*factor\(name\)"),
        ({"outcome": "sex=x ~ age"}, "estimate.variable", "known: 'f', 'm'"),
    ],
)  # fmt: skip
def test_mistakes_are_told(arguments: dict[str, Any], code: str, word: str) -> None:
    frame = people()
    frame = frame.assign(
        luck=frame.literate * 3 + 1,
        kind=np.where(frame.literate.eq(1) & frame.age.lt(40), "c", np.where(frame.age > 50, "a", "b")),
        clear=frame.view * 2,
        one=1,
        twice=frame.age * 2 + 3,
        woman=(frame.sex == "f") * 1,
        flat=5,
        name=[f"p{i}" for i in range(len(frame))],
    )
    frame["rare"] = np.where(frame.kind == "c", 0, frame.visits)
    with pytest.raises(LiteracyError, match=word) as found:
        regress(Sample(frame, sample("wr").design), **arguments)
    assert found.value.code == code


def test_given_levels_order_an_outcome() -> None:
    a = regress(sample("wr"), "edu ~ age", family="ordinal", levels=["low", "middle", "high"])
    b = regress(sample("wr"), "edu ~ age", family="ordinal", levels=["high", "middle", "low"])
    assert a.coefficients[0] == pytest.approx(-b.coefficients[0])
    assert a.categories == ("low", "middle", "high")
    assert list(a.table.level)[1:] == ["low|middle", "middle|high"]


def test_rows_and_weights_scale_do_not_matter() -> None:
    a = regress(sample("two"), "literate ~ age + edu", family="logistic")
    frame = people().assign(weight=people().weight * 1e-4).sample(frac=1, random_state=1)
    b = regress(Sample(frame, sample("two").design), "literate ~ age + edu", family="logistic")
    close(b.coefficients, a.coefficients)
    close(b.covariance, a.covariance)
