"""Two roads to one number, and what must not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy.errors import LiteracyError
from literacy.sampling import Design, Sample
from literacy.weighting import adjust_nonresponse, calibrate, poststratify, rake, trim
from tests.weighting.statistics import describe, jackknife

SIZES = {"a": 2, "b": 3, "c": 4}


def survey(seed: int, n: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"w": rng.gamma(3, 8, n), "h": np.arange(n) % 4, "u": np.arange(n) % 24})
    for name, size in SIZES.items():
        frame[name] = rng.integers(0, size, n)
        frame.loc[: size - 1, name] = np.arange(size)
    frame["x"] = rng.normal(50, 10, n)
    frame["g"] = rng.integers(0, 2, n)
    frame["api00"] = 40 + 5 * frame["a"] - 3 * frame["c"] + rng.normal(0, 8, n)
    frame["meals"] = rng.gamma(2, 3, n)
    frame["stype"] = frame["b"].astype(str)
    return frame


def totals(frame: pd.DataFrame, seed: int, much: float = 0.3) -> dict[str, dict[int, float]]:
    rng = np.random.default_rng(seed + 1)
    out = {}
    for name in SIZES:
        now = frame.groupby(name)["w"].sum()
        new = now * np.exp(rng.uniform(-much, much, len(now)))
        out[name] = (new * frame["w"].sum() / new.sum()).to_dict()
    return out


DESIGN = Design(weight="w", strata="h", psu="u")
seeds = st.integers(0, 10_000)


@pytest.mark.search
@settings(max_examples=40, deadline=None)
@given(seeds)
def test_fitting_proportions_is_calibration_with_raking_distance(seed: int) -> None:
    frame = survey(seed)
    sample, goal = Sample(frame, DESIGN), totals(frame, seed)
    one, two = rake(sample, goal), calibrate(sample, goal, distance="raking")
    capped = rake(sample, goal, max_ratio=50)
    np.testing.assert_allclose(one.weight, two.weight, rtol=1e-8)
    np.testing.assert_allclose(one.weight, capped.weight, rtol=1e-8)
    swapped = (
        rake(sample, goal, variance="calibrate"),
        calibrate(sample, goal, distance="raking", variance="rake"),
    )
    for left, right in ((one, swapped[1]), (two, swapped[0])):
        for name, value in describe(left).items():
            np.testing.assert_allclose(value, describe(right)[name], rtol=1e-7)


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from(["linear", "raking", "logit"]))
def test_weights_do_not_depend_on_scale_or_order(seed: int, distance: str) -> None:
    frame = survey(seed)
    goal = {**totals(frame, seed, 0.1), "x": float((frame["w"] * frame["x"]).sum() * 1.01)}
    bounds = (0.2, 4) if distance != "raking" else None
    first = calibrate(Sample(frame, DESIGN), goal, distance=distance, bounds=bounds)
    order = np.random.default_rng(seed).permutation(len(frame))
    shuffled = calibrate(Sample(frame.iloc[order], DESIGN), goal, distance=distance, bounds=bounds)
    np.testing.assert_allclose(shuffled.weight, first.weight[order], rtol=1e-8)
    renamed = frame.assign(b=frame["b"].map({0: "z", 1: "m", 2: "a"}))
    other = goal | {"b": {"m": goal["b"][1], "a": goal["b"][2], "z": goal["b"][0]}}  # type: ignore[index]  # a table
    again = calibrate(
        Sample(renamed, DESIGN), dict(reversed(other.items())), distance=distance, bounds=bounds
    )
    np.testing.assert_allclose(again.weight, first.weight, rtol=1e-8)
    if distance == "raking":
        scaled = calibrate(Sample(frame.assign(w=frame["w"] * 3.7), DESIGN), goal, distance=distance)
        np.testing.assert_allclose(scaled.weight, first.weight, rtol=1e-8)


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from(["linear", "raking", "logit"]), st.floats(0.3, 0.95), st.floats(1.05, 3))
def test_within_bounds_or_named_conflict(seed: int, distance: str, low: float, high: float) -> None:
    frame = survey(seed)
    goal = totals(frame, seed, 0.5)
    sample = Sample(frame, DESIGN)
    try:
        done = calibrate(sample, goal, distance=distance, bounds=(low, high))
    except LiteracyError as error:
        assert error.code == "weighting.infeasible"
        return
    ratio = done.weight / sample.weight
    assert ratio.min() >= low - 1e-12 and ratio.max() <= high + 1e-12
    table = done.weighting.to_frame()  # type: ignore[union-attr]  # a Weighting
    assert table["error"].max() <= 1e-10


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_every_replicate_meets_the_margins(seed: int) -> None:
    frame = survey(seed)
    sample, goal = jackknife(Sample(frame, DESIGN), "JKn"), totals(frame, seed, 0.2)
    number = {**goal, "x": float((frame["w"] * frame["x"]).sum())}
    for done in (
        rake(sample, goal),
        rake(sample, goal, max_ratio=4),
        calibrate(sample, number, distance="raking"),
        calibrate(poststratify(sample, {"a": goal["a"]}), number, bounds=(0.2, 5)),
    ):
        assert done.replicates is not None
        weights = done.replicates.weights()
        for name, table in goal.items():
            for level, total in table.items():
                np.testing.assert_allclose(
                    weights[(frame[name] == level).to_numpy()].sum(axis=0), total, rtol=1e-8
                )


@pytest.mark.parametrize("seed", [0, 1])
def test_linearisation_and_jackknife_agree_after_weighting(seed: int) -> None:
    frame = survey(seed, 1600).assign(u=np.arange(1600) % 160)
    frame["responded"] = np.random.default_rng(seed).random(1600) < 0.4 + 0.1 * frame["b"] + 0.1 * frame["a"]
    goal = totals(frame, seed)
    x = float((frame["w"] * frame["x"]).sum() * 1.02)
    steps = (
        lambda s: rake(s, goal),
        lambda s: calibrate(s, {**goal, "x": x}),
        lambda s: calibrate(s, {**goal, "x": x}, distance="logit", bounds=(0.3, 3)),
        lambda s: adjust_nonresponse(s, "responded", by=["a", "b"]),
        lambda s: adjust_nonresponse(s, "responded", propensity=["a", "b", "x"], classes=None),
        lambda s: rake(adjust_nonresponse(s, "responded", by=["a", "b"]), goal),
        lambda s: adjust_nonresponse(poststratify(s, {"a": goal["a"]}), "responded", by="b"),
    )
    for step in steps:
        plain, replicated = step(Sample(frame, DESIGN)), step(jackknife(Sample(frame, DESIGN), "JKn"))
        np.testing.assert_allclose(plain.weight, replicated.weight)
        one, two = describe(plain), describe(replicated)
        for name in ("mean", "total", "ratio"):
            assert one[name][1] == pytest.approx(two[name][1], rel=0.04)
        np.testing.assert_allclose(one["by_se"], two["by_se"], rtol=0.04)


def test_weights_that_fit_already_stay_and_known_totals_have_no_error() -> None:
    frame = survey(5)
    sample = Sample(frame, DESIGN)
    now = {name: frame.groupby(name)["w"].sum().to_dict() for name in SIZES}
    done = rake(sample, now)
    np.testing.assert_allclose(done.weight, sample.weight, rtol=1e-12)
    for name, size in SIZES.items():
        for level in range(size):
            score = (frame[name] == level).to_numpy(float)
            assert done.covariance(score)[0, 0] <= 1e-18 * sample.covariance(score)[0, 0] + 1e-9
            assert calibrate(sample, now).covariance(score)[0, 0] <= 1e-9


def test_trimming_keeps_the_sum_and_recalibration_the_margins() -> None:
    frame = survey(7)
    goal = totals(frame, 7)
    raked = rake(Sample(frame, DESIGN), goal)
    limits = {"upper": 2.5, "lower": 0.2, "unit": "mean"}
    mean = raked.weight.mean()
    for strict in (True, False):
        done = trim(raked, strict=strict, **limits)
        assert done.weight.sum() == pytest.approx(raked.weight.sum(), rel=1e-12)
        if strict:
            assert done.weight.max() <= 2.5 * mean * (1 + 1e-12)
            assert done.weight.min() >= 0.2 * mean * (1 - 1e-12)
    again = trim(raked, strict=True, margins=goal, **limits)
    assert again.weight.max() <= 2.5 * mean * (1 + 1e-9)
    for name, table in goal.items():
        for level, total in table.items():
            assert again.weight[(frame[name] == level).to_numpy()].sum() == pytest.approx(total, rel=1e-9)


def test_a_level_first_seen_after_many_rows_counts() -> None:
    """The range of a margin's codes is assumed from the first rows and checked in the rest."""
    n = 50_000
    frame = pd.DataFrame({"w": np.ones(n), "a": np.arange(n) % 2, "b": np.arange(n) % 3 + 10})
    frame.loc[n - 1, "a"], frame.loc[n - 2, "b"] = 2, 7
    margins = {"a": {0: 400.0, 1: 500, 2: 100}, "b": {7: 50.0, 10: 300, 11: 350, 12: 300}}
    done = rake(Sample(frame, Design(weight="w")), margins)
    turned = rake(Sample(frame[::-1].reset_index(drop=True), Design(weight="w")), margins)  # seen at once
    np.testing.assert_allclose(done.weight, turned.weight[::-1], rtol=1e-12)
    for name, totals_of in margins.items():
        reached = pd.Series(done.weight).groupby(frame[name]).sum()
        assert reached.to_dict() == pytest.approx(totals_of)
