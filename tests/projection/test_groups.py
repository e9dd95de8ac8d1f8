"""Groups that add up to the city; contributions, scenarios, least effort."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import proportion
from literacy.instrument import load_goal
from literacy.kernels.forecast.spread import expit, logit
from literacy.projection import (
    GroupProjection,
    GroupTrends,
    Trend,
    find_contributions,
    group_trends,
    join_groups,
    least_effort,
    project,
    project_groups,
    set_goal,
    trend_from_frame,
    what_if,
)
from literacy.sampling import Design, Sample

GOALS = [set_goal(2025, 0.12), set_goal(2030, 0.2)]
TRUTH = {"a": (-2.6, 0.10), "b": (-1.0, 0.15)}
"""Synthetic groups: log odds in 2021 and gain; ``a`` and ``b`` overlap, people in both add both departures."""


def sample(year: int, size: int = 6000, seed: int = 1) -> Sample:
    """A synthetic simple random sample: a third in a, a quarter in b, some in both."""
    rng = np.random.default_rng([seed, year])
    a, b = rng.random(size) < 0.33, rng.random(size) < 0.25
    base = -2.0 + 0.11 * (year - 2021)
    own = {g: v[0] + v[1] * (year - 2021) - base for g, v in TRUTH.items()}
    hit = rng.random(size) < expit(base + a * own["a"] + b * own["b"])
    frame = pd.DataFrame(
        {"group_a": a.astype(int), "group_b": b.astype(int), "literate": hit.astype(float), "w": 1.0}
    )
    return Sample(frame, Design(weight="w"))


@pytest.fixture(scope="module")
def trends() -> GroupTrends:
    return group_trends({y: sample(y) for y in (2021, 2023)}, area="somewhere")


@pytest.fixture(scope="module")
def projected(trends: GroupTrends) -> GroupProjection:
    return project_groups(trends, GOALS)


def test_cells_are_disjoint_and_make_up_everybody(trends: GroupTrends) -> None:
    assert {c.area for c in trends.cells} == {"others", "a", "b", "a+b"}
    assert trends.weight.sum() == pytest.approx(1)
    assert trends.names == ("a", "b", "others")
    np.testing.assert_allclose(trends.shares, [0.33, 0.25, 0.67 * 0.75], atol=0.02)
    direct = proportion(sample(2023), "literate", where={"group_a": 1}).to_frame()["estimate"].iloc[0]
    assert trends.groups[0].estimate[1] == pytest.approx(direct)
    for i, year in enumerate((2021, 2023)):
        whole = sample(year).frame["literate"].mean()
        assert trends.city.estimate[i] == pytest.approx(whole)


def test_central_shares_add_up_to_the_city_in_every_year(projected: GroupProjection) -> None:
    city = projected.city.spread.median()
    np.testing.assert_allclose(projected.cell_shares @ projected.groups.weight, city, rtol=0, atol=1e-12)
    frame = projected.to_frame()
    ours = frame[frame["group"] == "others"].set_index("year")["estimate"]
    both = projected.groups.member @ projected.groups.weight
    assert both.sum() > 1  # the groups overlap, so their shares do not simply add
    assert ours.index.tolist() == list(range(2021, 2031))


def test_city_is_that_of_project(projected: GroupProjection, trends: GroupTrends) -> None:
    alone = project(trends.city, GOALS)
    assert projected.city.outlooks == alone.outlooks


def test_group_intervals_hold_the_truth_and_large_groups_stay_near_their_surveys(
    projected: GroupProjection,
) -> None:
    frame = projected.to_frame().set_index(["group", "year"])
    row = frame.loc[("a", 2023)]
    assert abs(row["estimate"] - row["observed"]) < 0.01
    # truth of group a in 2023, over people outside and inside b
    own_b = TRUTH["b"][0] + 0.3 - (-2.0 + 0.22)
    truth = 0.75 * expit(-2.6 + 0.2) + 0.25 * expit(-2.6 + 0.2 + own_b)
    assert row["ci_low"] < truth < row["ci_high"]


def test_the_first_wave_counts_for_the_groups() -> None:
    """A group far above the others in the first wave only: its smoothed share then must be far above too."""
    city = published([0.10, 0.11], "city")
    p = project_groups(join_groups({"g": published([0.30, 0.12], "g", n=3000)}, {"g": 0.2}, city), GOALS)
    frame = p.to_frame().set_index(["group", "year"])
    assert frame.loc[("g", 2021), "estimate"] > 0.2


def test_a_small_group_is_drawn_towards_the_others_by_its_size() -> None:
    def small(n: float) -> float:
        city = published([0.10, 0.11], "city")
        other = {str(i): published([0.1 + i / 100, 0.11 + i / 100], str(i), n=2000) for i in range(3)}
        groups = {**other, "odd": published([0.3, 0.3], "odd", n=n)}
        made = join_groups(groups, {"0": 0.3, "1": 0.3, "2": 0.2, "odd": 0.01}, city)
        frame = project_groups(made, GOALS, group_sd=0.3).to_frame().set_index(["group", "year"])
        return float(frame.loc[("odd", 2023), "estimate"])

    assert small(8) < small(40) < small(400) < 0.31
    assert small(8) < 0.22 and small(4000) > 0.28


def test_correlation_with_the_city_shows_in_the_groups_spread(projected: GroupProjection) -> None:
    slope = projected.groups.weight * projected.cell_shares * (1 - projected.cell_shares)
    implied = np.sqrt(np.einsum("ti,tij,tj->t", slope, projected.covariance, slope))
    city = projected.city.spread
    np.testing.assert_allclose(implied, city.median() * (1 - city.median()) * city.scale, rtol=1e-9)


# ---- published groups ------------------------------------------------------------


def published(shares: list[float], area: str, n: float = 1200) -> Trend:
    frame = pd.DataFrame({"year": [2021, 2023][: len(shares)], "estimate": shares, "n": n})
    return trend_from_frame(frame, area=area, level="city" if area == "city" else "group")


def test_who_is_in_no_group_is_worked_out() -> None:
    made = join_groups({"g": published([0.2, 0.25], "g")}, {"g": 0.4}, published([0.10, 0.13], "city"))
    rest = made.groups[1]
    assert rest.area == "others"
    np.testing.assert_allclose(0.4 * np.array([0.2, 0.25]) + 0.6 * rest.estimate, [0.10, 0.13])
    assert rest.se[0] == pytest.approx(math.hypot(made.city.se[0], 0.4 * made.groups[0].se[0]) / 0.6)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"g": 0.7, "h": 0.5}, "so they overlap"),
        ({"g": 0.3}, "no population share"),
        ({"g": 0.9, "h": 0.05}, "is impossible"),
    ],
)
def test_impossible_shares(shares: dict[str, float], said: str) -> None:
    groups = {"g": published([0.2, 0.25], "g"), "h": published([0.3, 0.3], "h")}
    with pytest.raises(LiteracyError, match=said):
        join_groups(groups, shares, published([0.10, 0.13], "city"))


# ---- what would have to change ------------------------------------------------------------


def test_contributions_add_up(projected: GroupProjection) -> None:
    made = find_contributions(projected, GOALS[1])
    assert made.table["gap"].sum() == pytest.approx(made.gap, abs=1e-12)
    assert made.table["gain"].sum() == pytest.approx(made.gain, abs=1e-12)
    at = projected.at(2030)
    assert made.gap == pytest.approx(0.2 - projected.city.spread.median()[at])
    alone = made.table.set_index("group").loc["others"]
    assert alone["gap"] == pytest.approx(alone["share"] * alone["gap_own"])  # in no other group: counts whole


def test_a_scenario_equals_the_direct_calculation(projected: GroupProjection) -> None:
    s = what_if(projected, extra={"a": 0.01})
    share = projected.groups.shares[0]
    np.testing.assert_allclose(s.table["effect"], share * 0.01 * (s.table["year"] - 2023), atol=1e-12)
    at = projected.at(2030)
    middle = projected.city.spread.median()[at]
    shift = logit(middle + share * 0.07) - logit(middle)
    moved = expit(logit(0.2) - shift)
    chance = s.chances.set_index("year").loc[2030, "scenario"]
    assert chance == pytest.approx(1 - float(projected.city.spread.cdf(moved)[at]), abs=1e-12)
    assert s.chances.set_index("year").loc[2030, "probability"] == pytest.approx(
        projected.city.outlooks[1].probability
    )


def test_a_pace_replaces_the_projected_one(projected: GroupProjection) -> None:
    s = what_if(projected, {"b": 0.02, "a": 0.0})
    frame = projected.to_frame().set_index(["group", "year"])["estimate"]
    got = s.groups.set_index("group")["scenario"]
    assert got["b"] == pytest.approx(frame[("b", 2023)] + 7 * 0.02)
    assert got["a"] == pytest.approx(frame[("a", 2023)])
    assert got["others"] == pytest.approx(frame[("others", 2030)])
    assert "b gain +2.00 points per year" in str(s)


def test_the_projected_pace_as_scenario_changes_nothing_at_the_end(projected: GroupProjection) -> None:
    frame = projected.to_frame().set_index(["group", "year"])["estimate"]
    pace = (frame[("a", 2030)] - frame[("a", 2023)]) / 7
    assert what_if(projected, {"a": float(pace)}).table["effect"].iloc[-1] == pytest.approx(0, abs=1e-12)


def test_least_effort_reaches_the_goal_and_nothing_cheaper_does(projected: GroupProjection) -> None:
    goal = set_goal(2030, 0.45)
    made = least_effort(projected, goal, limit=math.inf)
    assert made.reached == pytest.approx(0.45, abs=1e-7)
    table = made.table.set_index("group")
    assert (table["extra"] > 0).all() and list(table.index) == ["a", "b"]
    cells, member = projected.location[projected.at(2030)], projected.groups.member[:2]
    price = projected.groups.shares[:2]
    best = math.inf
    for first in np.linspace(
        0, 3, 301
    ):  # search by hand: for every push of a, the push of b that just reaches 45 %
        low, high = 0.0, 8.0
        for _ in range(60):
            middle = (low + high) / 2
            total = expit(cells + np.array([first, middle]) @ member) @ projected.groups.weight
            low, high = (low, middle) if total >= 0.45 else (middle, high)
        best = min(best, float(price @ np.array([first, high]) ** 2))
    assert made.total == pytest.approx(best, rel=2e-4)
    assert made.total <= best + 1e-9


def test_least_effort_for_a_larger_chance_costs_more_and_costs_shift_it(projected: GroupProjection) -> None:
    goal = set_goal(2030, 0.45)
    even, sure = (least_effort(projected, goal, probability=p, limit=math.inf) for p in (0.5, 0.9))
    assert sure.total > even.total and sure.reached > even.reached
    dear = least_effort(projected, goal, cost={"a": 10, "b": 1}, limit=math.inf).table.set_index("group")[
        "extra"
    ]
    assert dear["a"] < even.table.set_index("group")["extra"]["a"]
    capped = least_effort(projected, goal, limit={"a": math.inf, "b": 0.05}).table.set_index("group")
    assert capped.loc["b", "gain_per_year"] == pytest.approx(0.05, abs=1e-8)


def test_no_effort_where_the_chance_is_there_already(projected: GroupProjection) -> None:
    made = least_effort(projected, set_goal(2030, 0.02))
    assert made.total == 0 and (made.table["extra"] == 0).all() and "no extra effort" in str(made)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda p: what_if(p), "no group is given"),
        (lambda p: what_if(p, {"herders": 0.01}), "'herders' is unknown"),
        (lambda p: what_if(p, {"a": 2.0}), "not a gain as a share per year"),
        (lambda p: what_if(p, {"a": 0.01}, extra={"a": 0.01}), "has both a pace and an extra gain"),
        (lambda p: what_if(p, {"a": 0.3}), "would come to"),
        (lambda p: find_contributions(p, set_goal(2050, 0.5)), "project with horizon=2050"),
        (lambda p: least_effort(p, set_goal(2022, 0.5)), "no time"),
        (lambda p: least_effort(p, GOALS[1], cost={"a": 1}, limit={"b": 0.01}), "a limit but no cost"),
        (lambda p: least_effort(p, GOALS[1], probability=90), "probability between 0 and 1"),
        (lambda p: least_effort(p, GOALS[1], cost={"a": -1}), "number above 0"),
    ],
)
def test_one_clear_error(projected: GroupProjection, call: Callable[[Any], object], said: str) -> None:
    with pytest.raises(LiteracyError, match=said):
        call(projected)


def test_a_column_of_disjoint_groups_and_unknown_members() -> None:
    def with_column(year: int) -> Sample:
        s = sample(year, 1500)
        names = np.where(s.frame["group_a"] == 1, "a", "b").astype(object)
        names[:7] = None
        return s.evolve(frame=s.frame.drop(columns=["group_a", "group_b"]).assign(kind=names))

    made = group_trends({2021: with_column(2021), 2023: with_column(2023)}, by="kind")
    assert made.names == ("a", "b", "others")
    assert "7 in 2021" in str(made)
    with pytest.raises(LiteracyError, match="no such column and no column with that prefix"):
        group_trends({2021: with_column(2021)}, by="village")
    with pytest.raises(LiteracyError, match="no wave is given"):
        group_trends({})


# ---- the sample waves (synthetic) ------------------------------------------------------------


def test_sample_waves_beside_their_known_truth(root: Any) -> None:
    """From 2021 and 2023 project 2025; the truth of the synthetic population is written in truth.csv."""
    from literacy import load_instrument, rake, read, sample_data, score
    from literacy.instrument import load_margins

    instrument = load_instrument("erenhot")
    design = Design(weight="base_weight", strata="stratum", psu="psu")
    samples = {}
    for year in (2021, 2023):
        scored = score(read(sample_data(f"erenhot_{year}.sav"), instrument))
        samples[year] = rake(Sample(scored, design), load_margins("erenhot", year))
    goal = load_goal("erenhot", 2025)
    p = project_groups(group_trends(samples, area="erenhot"), goal)
    truth = pd.read_csv(root / "data" / "sample" / "truth.csv")
    truth = truth[(truth["standard"] == "cast100") & (truth["year" if "year" in truth else "wave"] == 2025)]
    truth = truth.set_index("group")["truth"]
    outlook = p.city.outlooks[0]
    assert outlook.ci_low < truth["all"] < outlook.ci_high
    assert (outlook.probability > 0.5) == (truth["all"] > 0.12)
    rows = p.to_frame().set_index(["group", "year"])
    inside = [
        rows.loc[(g, 2025), "ci_low"] < truth[g] < rows.loc[(g, 2025), "ci_high"]
        for g in p.groups.names
        if g in truth
    ]
    assert len(inside) == 5 and sum(inside) >= 4
    np.testing.assert_allclose(p.cell_shares @ p.groups.weight, p.city.spread.median(), atol=1e-12)
