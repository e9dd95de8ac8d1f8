"""The least effort within what a group can gain: the limits, what they rest on, and that nothing cheaper does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from literacy.errors import LiteracyError
from literacy.instrument import load_reference
from literacy.kernels.forecast.pushes import least_pushes, moved_cells
from literacy.kernels.forecast.spread import expit, logit
from literacy.messages import speak
from literacy.projection import (
    GroupProjection,
    group_trends,
    join_groups,
    least_effort,
    project_groups,
    set_goal,
)
from literacy.projection.goals import efforts, fastest_gains
from tests.projection.test_groups import published, sample

GOAL = set_goal(2028, 0.30)
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def overlapping() -> GroupProjection:
    """Groups a and b with people in both, and others."""
    return project_groups(group_trends({y: sample(y) for y in (2021, 2023)}), [GOAL])


@pytest.fixture(scope="module")
def disjoint() -> GroupProjection:
    city = published([0.10, 0.12], "city")
    groups = {"a": published([0.05, 0.06], "a"), "b": published([0.20, 0.24], "b")}
    return project_groups(join_groups(groups, {"a": 0.3, "b": 0.2}, city), [GOAL])


# ---- the kernel, against every push on a grid ------------------------------------------------------------


def by_hand(
    cells: np.ndarray, weight: np.ndarray, member: np.ndarray, price: np.ndarray, room: np.ndarray, wanted: float
) -> float:  # fmt: skip
    """The least cost of two pushes: for many of the first, the second that just reaches the level."""

    def share(first: float, second: float) -> float:
        return float(expit(moved_cells(cells, member, room, np.array([first, second]))) @ weight)

    top, best = np.max(member * room, axis=1), math.inf
    for first in top[0] * np.linspace(0, 1, 800) ** 3:  # denser where the answer of small problems is
        if share(first, top[1]) < wanted:
            continue
        low, high = 0.0, float(top[1])
        for _ in range(45):
            middle = (low + high) / 2
            low, high = (low, middle) if share(first, middle) >= wanted else (middle, high)
        best = min(best, float(price @ np.array([first, high]) ** 2))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_nothing_cheaper_is_found_on_a_grid(seed: int) -> None:
    rng = np.random.default_rng([7, seed])
    cells, weight = rng.normal(-2, 1, 4), rng.dirichlet(np.ones(4))
    member = np.array([[1.0, 0, 1, 0], [0, 1, 1, 0]])
    price, room = member @ weight * rng.uniform(0.3, 3, 2), rng.uniform(0, 1, 4)
    room[seed % 4] *= seed % 3 > 0  # in some problems a cell has no room at all
    floor, top = (float(expit(cells + r) @ weight) for r in (np.zeros(4), room * member.any(axis=0)))
    wanted = floor + rng.uniform(0.05, 0.97) * (top - floor)
    push = least_pushes(cells, weight, member, price, room, wanted)
    assert float(expit(moved_cells(cells, member, room, push)) @ weight) == pytest.approx(wanted, abs=1e-10)
    best = by_hand(cells, weight, member, price, room, wanted)
    assert best * (1 - 2e-2) <= price @ push**2 <= best * (1 + 1e-7)


def test_out_of_reach_all_room_is_used_and_no_more() -> None:
    member, room = np.array([[1.0, 0, 1], [0, 1, 1]]), np.array([0.2, 0.3, 0.4])
    cells, weight, price = np.array([-2.0, -1, 0]), np.array([0.3, 0.3, 0.4]), np.ones(2)
    push = least_pushes(cells, weight, member, price, room, 0.9)
    np.testing.assert_allclose(moved_cells(cells, member, room, push), cells + room, atol=1e-9)
    # x >= 0.2, y >= 0.3, x + y >= 0.4: the first two imply the third
    np.testing.assert_allclose(push, [0.2, 0.3], atol=1e-7)
    assert least_pushes(cells, weight, member, price, np.zeros(3), 0.9).tolist() == [0, 0]
    assert least_pushes(cells, weight, member, price, room, 0.01).tolist() == [0, 0]


# ---- what the limit rests on ------------------------------------------------------------


def test_the_largest_published_gain_is_that_of_the_table() -> None:
    """Rural China 2015 to 2020, worked out here from the table: size and design effect as assumed, one marked break."""
    found = fastest_gains.fastest_published(0.05)
    table = load_reference("national_breakdown")
    rows = table[(table["category"] == "rural") & table["year"].isin([2015, 2020])].sort_values("year")
    size = 10_000 / 2
    hits = size * rows["share"].to_numpy() + 0.5
    misses = size * (1 - rows["share"].to_numpy()) + 0.5
    pace = float(np.diff(np.log(hits / misses))[0]) / 5
    se = math.sqrt(float(np.sum(1 / hits + 1 / misses)) + 0.05**2) / 5
    assert (found.label.en, found.first, found.last) == ("China, rural", 2015, 2020)
    assert found.pace == pytest.approx(pace) and found.se == pytest.approx(se)
    assert found.shown == pytest.approx(pace - 1.96 * se, abs=1e-5)


def test_no_gain_of_the_tables_is_left_out_or_beaten() -> None:
    """Every pair of years of every place and part of the population counts, and none shows more than the one taken."""
    from literacy._resources import surveys_dir

    gains = fastest_gains._published_gains(surveys_dir(), 0.05)
    assert max(g.shown for g in gains) == fastest_gains.fastest_published(0.05).shown
    assert {"Inner Mongolia", "Lanzhou", "China", "China, rural", "China, 60-69"} <= {
        g.label.en for g in gains
    }
    provinces = load_reference("provinces")
    for area, rows in provinces.groupby("area"):
        name = str(area).replace("_", " ").title()
        waves = int((rows["standard"] != "").sum())
        assert sum(g.label.en == name for g in gains) == waves * (waves - 1) // 2, name


@pytest.mark.parametrize("status", ["doubtful", "not found"])
def test_a_doubtful_figure_carries_nothing(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    def marked(name: str) -> pd.DataFrame:
        table = load_reference(name)
        if name == "national_breakdown":
            table.loc[table["category"] == "rural", "status"] = status
        return table

    monkeypatch.setattr(fastest_gains, "load_reference", marked)
    fastest_gains._published_gains.cache_clear()
    try:
        assert fastest_gains.fastest_published(0.05).label.en != "China, rural"
    finally:
        fastest_gains._published_gains.cache_clear()


def test_a_wider_break_shows_less() -> None:
    assert fastest_gains.fastest_published(0.2).shown < fastest_gains.fastest_published(0.05).shown


def test_gains_of_the_city_count_if_they_show_more(disjoint: GroupProjection) -> None:
    def doubling(n: float) -> GroupProjection:
        city = published([0.10, 0.16], "city", n=n)
        groups = {"a": published([0.05, 0.12], "a", n=n)}
        return project_groups(join_groups(groups, {"a": 0.3}, city), [GOAL])

    sure, unsure = least_effort(doubling(50_000), GOAL), least_effort(doubling(300), GOAL)
    assert sure.basis is not None and sure.basis.label.en == "a"
    assert sure.basis.shown < (logit(0.12) - logit(0.05)) / 2
    assert unsure.basis is not None and unsure.basis.label.en == "China, rural"
    other = least_effort(disjoint, GOAL).basis
    assert other is not None and other.label.en == "China, rural"


def test_waves_of_other_standards_are_no_gain(disjoint: GroupProjection) -> None:
    groups = disjoint.groups
    mixed = tuple(replace(g, standards=("cast100", "miller")) for g in groups.groups)
    city = replace(groups.city, standards=("cast100", "miller"))
    assert fastest_gains.fastest_surveyed(groups) is not None
    assert fastest_gains.fastest_surveyed(replace(groups, groups=mixed, city=city)) is None


# ---- the limits ------------------------------------------------------------


def test_the_default_limit_in_points_follows_the_level(disjoint: GroupProjection) -> None:
    made = least_effort(disjoint, GOAL)
    assert made.basis is not None
    start = disjoint.cell_shares[disjoint.start][:2]
    risen = expit(logit(start) + 5 * made.basis.shown)
    np.testing.assert_allclose(made.table["limit_per_year"], (risen - start) / 5, atol=1e-12)
    assert made.table["limit_per_year"][0] < made.table["limit_per_year"][1]  # fewer are literate in a


def test_out_of_reach_is_a_result_with_what_can_be_reached(disjoint: GroupProjection) -> None:
    goal = set_goal(2028, 0.5)
    made = least_effort(disjoint, goal, probability=0.8)
    assert not made.feasible and made.total == math.inf and bool(made.table["at_limit"].all())
    at, groups = disjoint.at(2028), disjoint.groups
    cells = disjoint.cell_shares[at].copy()
    cells[:2] = np.maximum(
        cells[:2], disjoint.cell_shares[disjoint.start][:2] + 5 * made.table["limit_per_year"]
    )
    most = float(cells @ groups.weight)
    assert made.reached == pytest.approx(most, abs=1e-9)
    spread = disjoint.city.spread
    shift = logit(most) - logit(float(spread.median()[at]))
    chance = 1 - float(np.asarray(spread.cdf(expit(logit(0.5) - shift)))[at])
    assert made.chance == pytest.approx(chance, abs=1e-9) and made.chance < 0.8 and made.required > 0.5
    text = str(made)
    assert "Out of reach" in text and "what can be changed" in text and f"{100 * most:.2f} %" in text


def test_just_within_the_limits_is_reached(disjoint: GroupProjection) -> None:
    most = least_effort(disjoint, set_goal(2028, 0.5)).reached
    within, beyond = (least_effort(disjoint, set_goal(2028, most + d)) for d in (-1e-6, 1e-6))
    assert within.feasible and not beyond.feasible
    assert within.reached == pytest.approx(most, abs=2e-6) and math.isfinite(within.total)


def test_a_chance_that_is_there_needs_nothing_even_beyond_the_limit(disjoint: GroupProjection) -> None:
    made = least_effort(disjoint, set_goal(2028, 0.02), limit=0.0001)
    assert made.feasible and made.total == 0 and made.chance > 0.9 and (made.table["extra"] == 0).all()
    assert "no extra effort" in str(made) and "at their limit" in str(made)


def test_limits_of_ones_own(disjoint: GroupProjection) -> None:
    free = least_effort(disjoint, GOAL, limit=math.inf)
    assert free.basis is None and free.given == () and not free.table["at_limit"].any()
    assert "no limit on the gain of a group" in str(free) and "largest gain per year of any group" in str(
        free
    )
    one = least_effort(disjoint, GOAL, limit={"a": 0.05, "b": math.inf})
    assert one.given == ("a",) and one.basis is None and one.feasible
    table = one.table.set_index("group")
    assert table.loc["a", "limit_per_year"] == 0.05 and table.loc["b", "limit_per_year"] == math.inf
    assert "given by the user: a" in str(one) and "without a limit: b" in str(one)
    all_of_them = least_effort(disjoint, GOAL, limit=0.02)
    assert all_of_them.table["limit_per_year"].tolist() == [0.02, 0.02] and not all_of_them.feasible
    part = least_effort(disjoint, GOAL, limit={"a": 0.05})
    assert part.basis is not None and "basis" in str(part)


@pytest.mark.parametrize("tight", ["a", "b"])
def test_people_in_two_groups_are_held_by_the_lower_limit(overlapping: GroupProjection, tight: str) -> None:
    free = least_effort(overlapping, set_goal(2028, 0.45), limit=math.inf).table.set_index("group")
    most = float(free.loc[tight, "gain_per_year"]) - 0.01
    made = least_effort(overlapping, set_goal(2028, 0.45), limit={"a": math.inf, "b": math.inf, tight: most})
    table = made.table.set_index("group")
    assert made.feasible and most - 0.01 < table.loc[tight, "gain_per_year"] <= most + 1e-9
    assert made.total > least_effort(overlapping, set_goal(2028, 0.45), limit=math.inf).total


def test_what_is_projected_beyond_a_limit_stays(disjoint: GroupProjection) -> None:
    made = least_effort(disjoint, GOAL, limit={"a": math.inf, "b": 0.001}, cost={"a": 1, "b": 1})
    row = made.table.set_index("group").loc["b"]
    assert row["extra"] == 0 and row["effort"] == 0 and row["gain_per_year"] > 0.001 and bool(row["at_limit"])
    assert "projected to gain more than their limit already" in str(made)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda p: least_effort(p, GOAL, limit=2), "2 is not a gain as a share per year"),
        (lambda p: least_effort(p, GOAL, limit=0), "0 is not a gain"),
        (lambda p: least_effort(p, GOAL, limit=-math.inf), "-inf is not a gain"),
        (lambda p: least_effort(p, GOAL, limit={"a": math.nan}), "nan is not a gain"),
        (lambda p: least_effort(p, GOAL, limit={"a": "2%"}), "2% is not a gain"),
        (lambda p: least_effort(p, GOAL, limit={"c": 0.02}), "'c' is unknown"),
        (lambda p: least_effort(p, GOAL, cost={"c": 1}), "'c' is unknown"),
        (lambda p: least_effort(p, GOAL, cost={"a": "much"}), "number above 0"),
        (lambda p: least_effort(p, GOAL, cost={"a": 1}, limit={"b": 0.01}), "a limit but no cost"),
        (lambda p: least_effort(p, GOAL, cost={}), "no group has a cost"),
        (lambda p: least_effort(p, GOAL, probability="half"), "between 0 and 1"),
    ],
)
def test_one_clear_error(disjoint: GroupProjection, call: Callable[[Any], object], said: str) -> None:
    with pytest.raises(LiteracyError, match=said):
        call(disjoint)


def test_with_one_wave_there_is_no_gain_of_the_city() -> None:
    once = project_groups(
        join_groups({"a": published([0.1], "a")}, {"a": 0.4}, published([0.2], "city")), [GOAL]
    )
    made = least_effort(once, GOAL)
    assert made.basis is not None and made.basis.label.en == "China, rural"
    assert "no group has two waves" in str(least_effort(once, GOAL, limit=math.inf))


def test_the_chinese_text_is_chinese(overlapping: GroupProjection) -> None:
    import re

    with speak("zh"):
        for made in (
            least_effort(overlapping, GOAL),
            least_effort(overlapping, set_goal(2028, 0.6)),
            least_effort(overlapping, GOAL, limit={"a": 0.03}),
            least_effort(overlapping, set_goal(2028, 0.02)),
            least_effort(overlapping, GOAL, limit=math.inf),
        ):
            left = set(re.findall(r"[A-Za-z]{3,}", str(made))) - {"logit", "cost", "limit"}
            assert not left, str(made)


# ---- properties ------------------------------------------------------------


@FEW
@given(
    seed=st.integers(0, 10_000), goal=st.floats(0.12, 0.6), probability=st.floats(0.2, 0.9),
    limit=st.one_of(st.none(), st.floats(0.002, 0.08)), other=st.lists(st.floats(0, 1), min_size=2, max_size=2),
)  # fmt: skip
def test_no_group_gains_beyond_its_limit_and_no_other_effort_is_smaller(
    seed: int, goal: float, probability: float, limit: float | None, other: list[float]
) -> None:
    p = project_groups(group_trends({y: sample(y, 700, seed) for y in (2021, 2023)}), [GOAL])
    made = least_effort(p, set_goal(2028, goal), probability=probability, limit=limit)
    table, groups = made.table, p.groups
    projected = (table["estimate"] - (table["needed"] - table["gain_per_year"] * 5)) / 5
    assert (table["gain_per_year"] <= np.maximum(table["limit_per_year"], projected) + 1e-9).all()
    assert (table["extra"] >= -1e-12).all() and made.feasible == (made.chance >= probability - 1e-6)
    assert made.feasible == (made.reached >= made.required - 1e-9) == math.isfinite(made.total)
    # any other pushes that keep all groups within their limits
    member, price = groups.member[:2].astype(float), groups.shares[:2]
    cells = p.location[p.at(2028)]
    mix = groups.member[:2] * groups.weight
    mix = mix / mix.sum(axis=1, keepdims=True)
    first = p.location[p.start]
    room = np.full(len(cells), efforts.PUSH)
    for j in range(2):
        inside = member[j] > 0
        most = float(mix[j] @ expit(first) + table["limit_per_year"][j] * 5)
        room[inside] = np.minimum(
            room[inside], efforts._find_room(cells[inside], first[inside], mix[j, inside], most)
        )
    push = np.array(other) * np.max(member * room, axis=1)
    share = float(expit(moved_cells(cells, member, room, push)) @ groups.weight)
    if share >= made.required:
        assert made.feasible and made.total <= price @ push**2 + 1e-12
