"""What a weighting says about itself, and every way of writing margins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.instrument import Margins
from literacy.instrument.definitions import Label
from literacy.instrument.margins import Margin
from literacy.sampling import Design, Sample
from literacy.weighting import Weighting, adjust_nonresponse, calibrate, poststratify, rake, trim

SEX = {1: 400.0, 2: 800.0}
PLACE = {"sumu": 500.0, "urban": 700.0}


def people(n: int = 120) -> pd.DataFrame:
    i = np.arange(n)
    return pd.DataFrame(
        {
            "w": 10.0 * 120 / n,
            "sex": np.where(i % 3 == 0, 1, 2),
            "place": np.where(i % 5 < 2, "sumu", "urban"),
            "youth": i % 4 == 0,
            "group_workers": (i % 7 < 3).astype(int),
            "age": 18.0 + i % 52,
            "responded": i % 6 != 0,
        }
    )


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample(people(), Design(weight="w"))


def weighting(sample: Sample) -> Weighting:
    assert isinstance(sample.weighting, Weighting)
    return sample.weighting


def test_a_step_states_what_was_reached(sample: Sample) -> None:
    done = rake(sample, {"sex": SEX, "place": PLACE})
    said = weighting(done)
    step = said.steps[0]
    assert said.converged and step.iterations > 1 and said.max_error <= 1e-10
    w = done.weight
    assert said.deff_kish == pytest.approx(1 + np.var(w) / np.mean(w) ** 2)
    assert said.n_eff == pytest.approx(w.sum() ** 2 / (w @ w))
    ratio = w / sample.weight
    assert (step.min_ratio, step.max_ratio) == pytest.approx((ratio.min(), ratio.max()))
    assert (said.min_ratio, said.max_ratio) == pytest.approx((ratio.min(), ratio.max()))
    assert step.before is sample.weight and done.base_weight is sample.base_weight
    frame = said.to_frame()
    assert list(frame) == ["step", "method", "margin", "level", "population", "before", "after", "error"]
    np.testing.assert_allclose(frame["after"], [400, 800, 500, 700])
    np.testing.assert_allclose(frame["before"], [400, 800, 480, 720])
    assert len(done.history) == len(sample.history) + 1
    assert done.history[-1].startswith("raked to sex, place (converged after")
    text = str(said)
    assert "Weighting: rake" in text and "deff_kish" in text and "0x" not in text
    assert sample.weighting is None


def test_steps_are_kept_one_after_another(sample: Sample) -> None:
    one = adjust_nonresponse(sample, "responded", by="sex")
    two = rake(one, {"sex": SEX, "place": PLACE})
    three = trim(two, upper=1.2, unit="mean", strict=True)
    said = weighting(three)
    assert list(said.steps_frame()["method"]) == ["nonresponse", "rake", "trim"]
    np.testing.assert_array_equal(said.steps[1].before, one.weight)
    np.testing.assert_array_equal(said.steps[2].before, two.weight)
    assert said.steps_frame()["converged"].all()
    assert set(said.to_frame()["method"]) == {"nonresponse", "rake"}
    assert len(three.history) == len(sample.history) + 3


def test_distribution_of_the_weights_tells_nothing_of_persons(sample: Sample) -> None:
    said = weighting(rake(sample, {"sex": SEX, "place": PLACE}))
    frame = said.weights_frame(bins=8)
    assert list(frame) == ["weights", "low", "high", "n", "share"]
    assert frame.groupby("weights")["n"].sum().tolist() == [120, 120]
    assert len(frame) == 16
    assert said.quantiles_frame()["ratio"].is_monotonic_increasing


def margin_forms() -> dict[str, Any]:
    tables = (
        Margin("sex", ("sex",), (((1,), 400.0), ((2,), 800.0)), proxy=Label("替代", "stands in")),
        Margin("place", ("place",), ((("sumu",), 500.0), (("urban",), 700.0))),
    )
    return {
        "Margins": Margins("erenhot", 2025, "", tables),
        "mapping": {"sex": SEX, "place": PLACE},
        "text levels": {"sex": {"1": 400.0, "2": 800.0}, "place": PLACE},
        "Series in a mapping": {"sex": pd.Series(SEX), "place": pd.Series(PLACE)},
        "list of Series": [pd.Series(SEX, name="sex"), pd.Series(PLACE).rename_axis("place")],
        "DataFrames": [
            pd.DataFrame({"sex": [1, 2], "Freq": [400, 800]}),
            pd.DataFrame({"place": ["urban", "sumu"], "n": [700, 500]}),
        ],
        "a level of nobody with total 0": {"sex": {**SEX, 9: 0.0}, "place": PLACE},
        "numpy numbers": {"sex": {np.int64(1): np.float64(400), np.float64(2): 800}, "place": PLACE},
    }


@pytest.mark.parametrize("form", margin_forms())
def test_every_form_of_margins_gives_the_same_weights(sample: Sample, form: str) -> None:
    done = rake(sample, margin_forms()[form])
    np.testing.assert_allclose(done.weight, rake(sample, {"sex": SEX, "place": PLACE}).weight, rtol=1e-12)
    if form == "Margins":
        assert "proxies: sex" in done.history[-1]


def test_crossed_margins_in_three_forms(sample: Sample) -> None:
    pairs = {(1, "sumu"): 150.0, (1, "urban"): 250.0, (2, "sumu"): 350.0, (2, "urban"): 450.0}
    nested = {1: {"sumu": 150.0, "urban": 250.0}, 2: {"sumu": 350.0, "urban": 450.0}}
    series = pd.Series(pairs).rename_axis(["sex", "place"])
    first = poststratify(sample, {("sex", "place"): pairs})
    for other in (
        {("sex", "place"): nested},
        series,
        {("sex", "place"): series},
        series.rename("n").reset_index(),
    ):
        np.testing.assert_allclose(poststratify(sample, other).weight, first.weight)


@pytest.mark.parametrize(
    "make",
    [
        lambda f: f["sex"].astype(float),
        lambda f: f["sex"].astype("Int64"),
        lambda f: f["sex"].astype("category"),
        lambda f: f["sex"].astype(str),
        lambda f: f["sex"].astype(object),
        lambda f: f["sex"] == 1,
    ],
)
def test_every_kind_of_column(make: Any) -> None:
    frame = people()
    frame["sex"] = make(frame)
    levels = {True: 400.0, False: 800.0} if frame["sex"].dtype == bool else SEX
    done = rake(Sample(frame, Design(weight="w")), {"sex": levels, "place": PLACE})
    plain = rake(Sample(people(), Design(weight="w")), {"sex": SEX, "place": PLACE})
    np.testing.assert_allclose(done.weight, plain.weight, rtol=1e-12)


def test_overlapping_groups(sample: Sample) -> None:
    goal = {"sex": SEX, "group": {"youth": 360.0, "workers": 480.0}}
    raked, calibrated = rake(sample, goal), calibrate(sample, goal, distance="raking")
    np.testing.assert_allclose(raked.weight, calibrated.weight, rtol=1e-8)
    frame = people()
    assert raked.weight[frame["youth"]].sum() == pytest.approx(360)
    assert raked.weight[frame["group_workers"] == 1].sum() == pytest.approx(480)
    sized = rake(sample, {"(population)": 1200.0, "group": {"youth": 360.0, "workers": 480.0}})
    assert sized.weight.sum() == pytest.approx(1200)


def test_many_cells_and_high_cardinality() -> None:
    rng = np.random.default_rng(3)
    n = 4000
    frame = pd.DataFrame(
        {f"c{j}": rng.integers(0, 40, n) * 10**6 for j in range(12)} | {"x": rng.normal(10, 2, n)}
    )
    sample = Sample(frame, Design())
    goal = {f"c{j}": frame[f"c{j}"].value_counts().mul(1.0).to_dict() for j in range(12)}
    assert np.allclose(rake(sample, goal).weight, 1)
    done = calibrate(sample, {"c0": goal["c0"], "x": 41_000.0}, distance="raking")
    assert done.weight @ frame["x"].to_numpy() == pytest.approx(41_000)


def test_max_ratio_caps_and_says_so(sample: Sample) -> None:
    goal = {"sex": {1: 600.0, 2: 600.0}, "place": {"sumu": 650.0, "urban": 550.0}}
    free, capped = rake(sample, goal), rake(sample, goal, max_ratio=1.9)
    assert (free.weight / sample.weight).max() > 1.9
    assert (capped.weight / sample.weight).max() <= 1.9 * (1 + 1e-12)
    assert weighting(capped).steps[0].options["max_ratio"] == 1.9
    assert "with ratios up to 1.9" in capped.history[-1]


def test_nonresponse_cells_and_classes(sample: Sample) -> None:
    frame = people()
    answered = frame["responded"].to_numpy()
    cells = adjust_nonresponse(sample, "responded", by=["sex"])
    for level in (1, 2):
        rows = (frame["sex"] == level).to_numpy()
        assert cells.weight[rows].sum() == pytest.approx(sample.weight[rows].sum())
    assert (cells.weight[~answered] == 0).all() and (cells.weight[answered] > 0).all()
    whole = adjust_nonresponse(sample, answered)
    assert np.unique(whole.weight[answered]) == pytest.approx([12.0])
    rng = np.random.default_rng(8)
    large = people(3000).assign(age=lambda f: rng.integers(18, 70, len(f)))
    large["responded"] = rng.random(3000) < 1 / (1 + np.exp(-(large["age"] - 45) / 15))
    big = Sample(large, Design(weight="w"))
    classed = adjust_nonresponse(big, "responded", propensity=["age", "place"], classes=5)
    direct = adjust_nonresponse(big, "responded", propensity=["age", "place"], classes=None)
    truth = large["age"].mean()
    naive = large.loc[large["responded"], "age"].mean()
    for done in (classed, direct):
        mean = np.average(large["age"], weights=done.weight)
        assert abs(mean - truth) < 0.2 * abs(naive - truth)
    assert len(weighting(classed).margins) == 5
    assert any("response propensities" in note for note in weighting(classed).steps[0].notes)


def test_weights_of_another_scale_are_rescaled_and_it_is_said() -> None:
    frame = people().assign(w=1.0)
    done = rake(Sample(frame, Design(weight="w")), {"sex": {1: 40_000.0, 2: 80_000.0}}, max_ratio=1.5)
    assert done.weight.sum() == pytest.approx(120_000)
    assert any("multiplied by 1000" in note for note in weighting(done).steps[0].notes)
