"""Before the field: sizes, allocation, selection."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from literacy.errors import LiteracyError
from literacy.estimation import total
from literacy.fieldwork import allocate, plan_size, select
from literacy.kernels.fieldwork.apportionment import share_out
from literacy.kernels.fieldwork.draws import draw_systematic
from literacy.kernels.fieldwork.inclusion import certain_units, inclusion_probabilities, whole_sizes
from literacy.sampling import Design, Sample

FRAME = pd.DataFrame(
    {
        "area": ["sumu"] * 5 + ["city"] * 8,
        "people": [300, 450, 250, 500, 400, 4000, 6000, 3500, 5200, 8000, 2800, 4700, 5100],
        "sd": [0.2] * 5 + [0.4] * 8,
    }
)


def test_size_for_a_margin() -> None:
    assert plan_size(0.5, 0.03) == 1068  # 1067.07 in every textbook
    assert plan_size(0.12, 0.02, deff=1.5) == 1522
    assert plan_size(0.5, 0.03, population=2000) == 696
    assert plan_size(0.5, 0.03, response=0.5) == 2135
    with pytest.raises(LiteracyError, match="share=12"):
        plan_size(12, 0.02)


@pytest.mark.parametrize("rule", ["proportional", "equal", "power", "neyman"])
def test_allocations_add_up(rule: str) -> None:
    a = allocate(FRAME, 1200, "area", measure="people", rule=rule, spread="sd")
    t = a.to_frame().set_index("area")
    assert t["n"].sum() == 1200
    assert t["population"].to_dict() == {"city": 39300, "sumu": 1900}
    assert (t["weight"] * t["n"]).sum() == pytest.approx(41200)
    assert a.deff_kish >= 1
    ratio = t.loc["city", "n"] / t.loc["sumu", "n"]
    want = {"proportional": 20.7, "equal": 1.0, "power": 4.55, "neyman": 41.4}[rule]
    assert ratio == pytest.approx(want, rel=0.03)
    assert "deff" not in t and "margin" in t and "Allocation of 1200" in str(a)


def test_a_stratum_gives_no_more_than_it_has_and_no_less_than_the_minimum() -> None:
    small = pd.DataFrame({"s": ["a", "b", "c"], "people": [10, 1000, 100_000]})
    t = allocate(small, 600, "s", measure="people", rule="equal").to_frame()
    assert t["n"].tolist() == [10, 295, 295]
    t = allocate(small, 100, "s", measure="people", minimum=5).to_frame()
    assert t["n"].tolist() == [5, 5, 90]
    with pytest.raises(LiteracyError, match="3 strata need 6"):
        allocate(small, 4, "s", measure="people")


def test_what_is_unknown_is_asked_for() -> None:
    unknown = FRAME.assign(people=FRAME["people"].where(FRAME["area"] == "city"))
    with pytest.raises(LiteracyError, match="5 of 13 units"):
        allocate(unknown, 100, "area", measure="people")
    with pytest.raises(LiteracyError, match="spread="):
        allocate(FRAME, 100, "area", measure="people", rule="neyman")
    with pytest.raises(LiteracyError, match="measure="):
        select(FRAME, 3, seed=1, strata="area")
    with pytest.raises(LiteracyError, match="9 to be drawn of 5"):
        select(FRAME, {"sumu": 9, "city": 2}, seed=1, strata="area", measure="people")
    with pytest.raises(LiteracyError, match="no number given"):
        select(FRAME, {"sumu": 2}, seed=1, strata="area", measure="people")
    with pytest.raises(LiteracyError, match="more interviews than residents"):
        select(FRAME, {"sumu": 5, "city": 2}, seed=1, strata="area", measure="people", take=400)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12), st.integers(0, 10_000), st.data())
def test_numbers_shared_out_stay_within_bounds(claims: list[float], seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    claim = np.array(claims)
    least = rng.integers(0, 5, len(claim))
    most = least + rng.integers(0, 40, len(claim))
    size = data.draw(st.integers(int(least.sum()), int(most.sum())))
    n = share_out(size, claim, least, most)
    assert n.sum() == size and (n >= least).all() and (n <= most).all()


@example(sizes=[3.0, 3.0, 1.0, 1.0, 1.0, 3.0, 3.0], n=5, start=0)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.01, 1e4), min_size=2, max_size=30), st.integers(1, 30), st.integers(0, 2**53 - 1))
def test_systematic_draws_keep_their_promise(sizes: list[float], n: int, start: int) -> None:
    n = min(n, len(sizes))
    pi = inclusion_probabilities(sizes, n)
    assert pi.sum() == pytest.approx(n) and (pi > 0).all() and (pi <= 1).all()
    whole = whole_sizes(sizes)
    certain = certain_units(whole, n, [False] * n + [False] * (len(sizes) - n))
    assert (pi[np.array(certain)] == 1).all() and (pi[~np.array(certain)] < 1).all()
    rest = [s for s, c in zip(whole, certain, strict=True) if not c]
    drawn = draw_systematic(rest, n - sum(certain), start) if rest else []
    assert len(drawn) + sum(certain) == n and len(set(drawn)) == len(drawn)


def test_equal_takes_make_equal_weights_and_weights_meet_the_population() -> None:
    drawn = select(FRAME, {"sumu": 3, "city": 4}, seed=2, strata="area", measure="people", take=20)
    t = drawn.to_frame()
    assert t.groupby("area")["base_weight"].agg(lambda w: w.max() / w.min()).max() == pytest.approx(1.0)
    assert (t["base_weight"] * t["take"]).sum() == pytest.approx(41_200)
    assert t["units"].tolist() == [8] * 4 + [5] * 3
    again = select(FRAME, {"sumu": 3, "city": 4}, seed=2, strata="area", measure="people", take=20)
    assert drawn.to_frame().equals(again.to_frame())
    assert "seed 2" in str(drawn)


@pytest.mark.parametrize("method", ["pps", "simple", "systematic"])
def test_estimates_from_selections_are_unbiased(method: str) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"people": rng.integers(50, 500, 40)})
    frame["literate"] = rng.binomial(frame["people"], 0.2)
    truth, got = frame["literate"].sum(), []
    for seed in range(100):
        drawn = select(frame, 8, seed=seed, measure="people", method=method).to_frame()
        got.append(total(Sample(drawn, Design("base_weight")), "literate").estimate[0])
    error = np.std(got) / np.sqrt(100)
    assert abs(np.mean(got) - truth) < 4 * error
