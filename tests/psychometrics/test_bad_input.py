"""An answer, or one error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.psychometrics import (
    fit_irt,
    irt_dif,
    item_fit,
    link_items,
    model_fit,
    person_scores,
    plausible_values,
)
from tests.conftest import some
from tests.psychometrics.conftest import data, simulate

GOOD, _ = simulate(200, [-1, -0.5, 0, 0.5, 1], seed=6)
REFUSED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("all right", pd.DataFrame(np.ones((50, 4), int)), {}, "psychometrics.data"),
    ("all wrong", pd.DataFrame(np.zeros((50, 4), int)), {}, "psychometrics.data"),
    ("one item", GOOD[["q1"]], {}, "psychometrics.data"),
    ("two items of 2pl", GOOD[["q1", "q2"]], {}, "psychometrics.data"),
    ("nobody answered", GOOD * np.nan, {}, "psychometrics.data"),
    ("no rows", GOOD.head(0), {}, "io.empty"),
    ("unknown groups", GOOD, {"groups": "wave"}, "psychometrics.option"),
    ("missing groups", GOOD.assign(g=np.nan), {"groups": "g"}, "psychometrics.option"),
    ("weights zero", GOOD, {"weights": np.zeros(200)}, "design.weight"),
    ("weights too few", GOOD, {"weights": np.ones(3)}, "psychometrics.option"),
    ("weights negative", GOOD, {"weights": -np.ones(200)}, "design.weight"),
    ("words", GOOD.assign(q6="x"), {}, "psychometrics.items"),
    ("halves", GOOD + 0.5, {}, "psychometrics.items"),
    ("a number of the person", GOOD.assign(id=range(200)), {}, "psychometrics.items"),
    ("unknown model", GOOD, {"model": "2-pl"}, "psychometrics.model"),
    ("unknown item", GOOD, {"items": ["q1", "q22"]}, "psychometrics.items"),
    ("item twice", GOOD, {"items": ["q1", "q1", "q2"]}, "psychometrics.items"),
    ("rasch of four categories", data("Science"), {"model": "rasch"}, "psychometrics.model"),
    ("models too few", GOOD, {"model": ["2pl"]}, "psychometrics.model"),
    ("coarse grid", GOOD, {"grid": (-4, 4, 5)}, "psychometrics.option"),
    ("prior without width", GOOD, {"model": "3pl", "prior": (0, 0)}, "psychometrics.option"),
    ("no data", 3, {}, "psychometrics.items"),
    ("errors unknown", GOOD, {"se": "hessian"}, "psychometrics.option"),
]


@pytest.mark.parametrize(("name", "frame", "options", "code"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(name: str, frame: Any, options: dict[str, Any], code: str) -> None:
    with pytest.raises(lit.LiteracyError) as error:
        fit_irt(frame, **options)
    assert error.value.code == code


@pytest.mark.parametrize("model", ["rasch", "2pl", "3pl", "grm"])
def test_three_respondents_get_an_honest_answer(model: str) -> None:
    fit = fit_irt(GOOD.head(3), model=model)
    assert fit.converged == (
        model == "rasch"
    )  # three patterns have a finite Rasch maximum, and no finite slopes
    assert ("do not use" in str(fit)) != fit.converged


def test_items_without_variance_are_named_and_infinite() -> None:
    fit = fit_irt(GOOD.assign(easy=1, hard=0))
    table = fit.parameters.set_index("item")
    assert fit.converged and fit.infinite == ("easy", "hard")
    assert table.loc["easy", "b"] == -np.inf and table.loc["hard", "b"] == np.inf
    assert table.index.tolist() == [*GOOD.columns, "easy", "hard"]
    np.testing.assert_allclose(table.loc[list(GOOD.columns), "d"], fit_irt(GOOD).parameters["d"])


def test_a_slope_without_end_is_named() -> None:
    fit = fit_irt(GOOD.assign(twin=GOOD["q1"]))
    assert not fit.converged and set(fit.infinite) == {"q1", "twin"}
    assert np.isinf(fit.parameters.set_index("item").loc["twin", "a"])


def test_answers_of_nobody_are_said() -> None:
    gaps = GOOD.astype(float)
    gaps.iloc[:7] = np.nan
    assert any("7 respondents" in n for n in fit_irt(gaps).notes)
    assert np.isnan(person_scores(fit_irt(gaps)).theta[:7]).all()


def test_categories_nobody_chose_are_said() -> None:
    frame = data("Science").replace({2: 1})
    assert any("nobody chose" in n for n in fit_irt(frame, model="gpcm").notes)


def test_m2_is_refused_under_weights() -> None:
    fit = fit_irt(GOOD, weights=np.linspace(1, 2, 200))
    with pytest.raises(lit.LiteracyError) as error:
        model_fit(fit)
    assert error.value.code == "psychometrics.option"
    assert item_fit(fit).table["s_x2"].isna().all()


def test_links_refuse_what_does_not_link() -> None:
    old = pd.DataFrame({"item": list("abc"), "a": 1.0, "b": [-1.0, 0, 1]})
    for new, options in (
        (old.assign(item=list("xyz")), {}),
        (old, {"anchor": ["z"]}),
        (old, {"clusters": "benchmark"}),
        (old, {"method": "guess"}),
        (old, {"theta": [0.0]}),
        (old.drop(columns="a"), {}),
        (old.assign(b=np.nan), {}),
        (old.assign(item="a"), {}),
        (3, {}),
    ):
        with pytest.raises(lit.LiteracyError):
            link_items(new, old, **options)


def test_draws_and_groups_refuse_what_is_not_there() -> None:
    fit = fit_irt(GOOD, model="rasch")
    for options in ({"background": ["age"]}, {"number": 1}):
        with pytest.raises(lit.LiteracyError):
            plausible_values(fit, **options)
    with pytest.raises(lit.LiteracyError):
        irt_dif(GOOD.assign(g=1), "g")
    with pytest.raises(lit.LiteracyError):
        person_scores(fit, "mle")


FIT = fit_irt(GOOD, model="rasch")
BANK = pd.DataFrame({"item": list("abcd"), "a": 1.0, "b": [-1.0, 0, 0.5, 1]})
SIDES = GOOD.assign(twin=GOOD["q1"], side=np.arange(200) % 2)
WRONG: dict[str, Any] = {
    **{f"no fit: {f.__name__}": (lambda f=f: f(GOOD)) for f in (
        item_fit, model_fit, person_scores, plausible_values, lit.local_dependence)},
    "no table: a bank": lambda: lit.classification([1, 2], [3]),
    "no table: ratings": lambda: lit.standard_setting([[0.5]]),
    "no table: answers": lambda: lit.item_analysis(GOOD, answers=GOOD.to_numpy(), key={"q1": 1}),
    "a column twice: answers": lambda: lit.item_analysis(
        GOOD, answers=pd.concat([GOOD, GOOD[["q1"]]], axis=1), key={"q1": 1}),
    "a column twice: a bank": lambda: lit.assemble_form(pd.concat([BANK, BANK[["a"]]], axis=1), {"length": 2}),
    "complex numbers": lambda: fit_irt(GOOD * 1j),
    "complex scores": lambda: lit.equate(np.array([1j, 2, 3]), [1, 2, 3]),
    "scores that are words": lambda: lit.equate("file.csv", [1, 2, 3]),
    "scores without end": lambda: lit.equate([1, 2, 5e12], [1, 2, 3], "mean"),
    "cuts": lambda: lit.classification(FIT, [np.nan]),
    "lengths": lambda: lit.classification(FIT, [3], lengths=[np.inf]),
    "points": lambda: lit.classification(FIT, [3], theta=[np.inf]),
    "draws": lambda: plausible_values(FIT, number=10**30),
    "seed": lambda: plausible_values(FIT, seed=-1),
    "grid": lambda: fit_irt(GOOD, grid=(1, 2)),  # type: ignore[arg-type]
    "prior": lambda: fit_irt(GOOD, model="3pl", prior=(np.nan, 1)),
    "M2 of groups": lambda: model_fit(fit_irt(SIDES.drop(columns="twin"), groups="side", model="rasch")),
    "M2 without a maximum": lambda: model_fit(fit_irt(GOOD.head(3))),
    "no maximum of both groups: likelihood ratio": lambda: irt_dif(SIDES, "side", method="likelihood_ratio"),
    "no maximum of both groups: rmsd": lambda: irt_dif(SIDES, "side", method="rmsd"),
}  # fmt: skip


RATINGS = pd.DataFrame({"judge": list("aabb"), "item": ["i1", "i2"] * 2, "rating": [0.5, 0.6, 0.4, 0.7]})
SHARES: dict[str, Any] = {
    "dif alpha": lambda v: lit.dif(SIDES, "side", items=["q1", "q2", "q3"], alpha=v),
    "dif cut": lambda v: lit.dif(SIDES, "side", items=["q1", "q2", "q3"], cut=v),
    "irt_dif alpha": lambda v: irt_dif(SIDES.drop(columns="twin"), "side", alpha=v),
    "reliability level": lambda v: lit.reliability(GOOD, level=v),
    "item_analysis easy": lambda v: lit.item_analysis(GOOD, easy=v),
    "equate weight_x": lambda v: lit.equate([1, 2, 5], [1, 2, 3], "mean", weight_x=v),
    "classification level": lambda v: lit.classification(FIT, [3], level=v),
    "standard_setting rp": lambda v: lit.standard_setting(RATINGS, rp=v),
    "assemble_form tolerance": lambda v: lit.assemble_form(BANK, {"length": 2}, tolerance=v),
    "assemble_form forms": lambda v: lit.assemble_form(BANK, {"length": 2}, forms=v),
    "assemble_form uses": lambda v: lit.assemble_form(BANK, {"length": 2}, uses=v),
    "assemble_form seconds": lambda v: lit.assemble_form(BANK, {"length": 2}, seconds=v),
    "assemble_form blueprint": lambda v: lit.assemble_form(BANK, v),
    "fit_irt max_iterations": lambda v: fit_irt(GOOD, max_iterations=v),
}


@pytest.mark.parametrize(
    "value",
    some([None, {}, -1, "x", np.nan, [], b"x", np.inf, object()], 2),
    ids=lambda v: type(v).__name__ + str(v)[:4],
)
@pytest.mark.parametrize("name", SHARES)
def test_an_option_that_is_no_such_number_is_one_error(name: str, value: Any) -> None:
    if name == "assemble_form blueprint" and value == {}:
        pytest.skip("no rule is a rule")
    with pytest.raises(lit.LiteracyError) as error:
        SHARES[name](value)
    assert error.value.code == "psychometrics.option"


def test_forms_without_end_are_refused() -> None:
    """A hundred million forms took all memory."""
    with pytest.raises(lit.LiteracyError):
        lit.assemble_form(BANK, {"length": 2}, forms=10**8)


@pytest.mark.parametrize("name", WRONG)
def test_one_error_for(name: str) -> None:
    with pytest.raises(lit.LiteracyError):
        WRONG[name]()


def test_one_number_is_a_sequence_of_one() -> None:
    assert lit.classification(FIT, 3, lengths=2).table["length"].tolist() == [2]  # type: ignore[arg-type]
