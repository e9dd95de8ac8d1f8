"""DIF by score, against difR 5.1 (difR_verbal.json)."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.errors import LiteracyError
from literacy.psychometrics import IrtDif, dif
from literacy.psychometrics.classical.fairness import classify_delta
from tests.psychometrics.conftest import data, reference, simulate


def run(method: str, **more: object) -> object:
    frame = data("difR_verbal").drop(columns="Anger")
    return dif(frame, "Gender", method, reference=0, focal=1, **more)


def flagged(table: object) -> list[int]:
    return (np.flatnonzero(table["flagged"]) + 1).tolist()


@pytest.mark.parametrize("purify", [False, True])
def test_mantel_haenszel_is_that_of_difr(purify: bool) -> None:
    meant = reference("difR_verbal")["MH_purified" if purify else "MH"]
    table = run("mantel_haenszel", purify=purify).table
    np.testing.assert_allclose(table["statistic"], meant["chisq"], rtol=1e-9)
    np.testing.assert_allclose(table["alpha"], meant["alphaMH"], rtol=1e-9)
    np.testing.assert_allclose(table["se"] ** 2, meant["varLambda"], rtol=1e-9)
    assert flagged(table) == meant["DIF"]


@pytest.mark.parametrize("method, name", [("logistic", "both"), ("logistic_uniform", "udif")])
def test_logistic_is_that_of_difr(method: str, name: str) -> None:
    meant = reference("difR_verbal")[f"logistic_{name}"]
    table = run(method).table
    np.testing.assert_allclose(table["statistic"], meant["stat"], rtol=1e-6)
    np.testing.assert_allclose(table["effect"], meant["R2"], rtol=1e-6)
    assert flagged(table) == meant["DIF"]


def test_standardisation_is_that_of_difr() -> None:
    meant = reference("difR_verbal")["Std"]
    table = run("standardisation").table
    np.testing.assert_allclose(table["effect"], meant["PDIF"], atol=1e-10)
    assert flagged(table) == meant["DIF"]


def test_equal_weights_change_no_estimate_and_units_the_error() -> None:
    frame = data("difR_verbal").drop(columns="Anger")
    plain = dif(frame, "Gender", reference=0, focal=1).table
    made = dif(frame, "Gender", weights=np.full(len(frame), 7.0), reference=0, focal=1).table
    np.testing.assert_allclose(made["alpha"], plain["alpha"])
    np.testing.assert_allclose(made["se"], plain["se"], rtol=0.15)
    for method in ("logistic", "standardisation"):
        one = run(method).table
        other = dif(frame, "Gender", method, weights=np.full(len(frame), 7.0), reference=0, focal=1).table
        np.testing.assert_allclose(other["effect"], one["effect"], rtol=1e-6)
    np.testing.assert_allclose(
        dif(frame, "Gender", "logistic", weights=np.full(len(frame), 7.0)).table["statistic"],
        run("logistic").table["statistic"], rtol=0.35, atol=0.4,
    )  # fmt: skip


def test_class_c_is_tested_against_one() -> None:
    assert classify_delta(1.6, 0.5, 0.001, 0.05) == "B"  # far from 0, but not above 1
    assert classify_delta(-1.6, 0.2, 0.001, 0.05) == "C"
    assert classify_delta(2.5, 1.4, 0.07, 0.05) == "A" == classify_delta(0.9, 0.1, 0.001, 0.05)


def test_planted_item_rates_and_road_by_model() -> None:
    frame, _ = simulate(1600, np.linspace(-1, 1, 10), seed=4)
    side = np.arange(1600) % 2
    other, _ = simulate(1600, np.linspace(-1, 1, 10) + np.eye(10)[2] * 1.2, seed=4)
    frame[side == 1] = other[side == 1]
    frame = frame.assign(side=side)
    made = dif(frame, "side", purify=True, adjust="bh")
    assert made.table.query("flagged")["item"].tolist() == ["q3"]
    assert made.table.set_index("item").loc["q3", "class"] == "C"
    rates = made.rates.set_index("group")
    gain = rates["rate_without"] - rates["rate"]
    assert gain.iloc[1] > gain.iloc[0] and "80 %" in str(made)
    assert isinstance(dif(frame, "side", "rmsd", items=["q1", "q2", "q3", "q4"], model="rasch"), IrtDif)


def test_bad_input() -> None:
    frame, _ = simulate(40, [0, 0, 0], seed=1)
    for bad in (frame.assign(g=0), frame.assign(g=[1] + [0] * 39), frame.assign(g=0, q1=range(40))):
        with pytest.raises(LiteracyError):
            dif(bad, "g")
    table = dif(frame.assign(g=np.arange(40) % 2, q1=1), "g").table
    assert table["p_value"].isna().iloc[0] and not table["flagged"].iloc[0]


def test_several_groups_are_each_compared_with_the_largest() -> None:
    frame, _ = simulate(400, [0, 0.5, -0.5, 0.2], seed=1)
    group = np.repeat(["a", "b", "c", "d"], [200, 100, 90, 10])
    made = dif(frame.assign(g=group), "g")
    assert made.reference == "a" and made.table["focal"].tolist() == ["b"] * 4 + ["c"] * 4
    assert any("g d: 10 respondents" in n for n in made.notes)
    alone = dif(frame.assign(g=group), "g", reference="a", focal="c").table
    np.testing.assert_allclose(made.table["statistic"][4:], alone["statistic"])
    assert dif(frame.assign(g=group), "g", reference="b").reference == "b"
