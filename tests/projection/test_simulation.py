"""Simulated cities: the arrays of the simulation are the package's model, and the promises hold roughly in small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from literacy.projection import project, set_goal, trend_from_frame
from tests.simulation.candidates import origins, pick
from tests.simulation.cities import AHEAD, national_paths, project_cities, simple_rivals
from tests.simulation.joint_places import LEAGUES, chances, learn
from tests.simulation.second_set import read_series
from tests.simulation.worlds import WORLDS, draw

PATHS = national_paths()


def test_a_simulated_city_is_projected_as_project_does() -> None:
    cities = draw(WORLDS["as the nation"], 6, np.random.default_rng(3))
    ours = project_cities(cities, PATHS)
    for i in range(0, 6, 2):
        seen = cities.seen[i]
        frame = pd.DataFrame(
            {
                "year": cities.time[i, seen],
                "estimate": cities.share[i, seen],
                "n": cities.size[i],
                "deff": 1.0,
            }
        )
        year = int(cities.last[i]) + AHEAD[1]
        made = project(trend_from_frame(frame, area="x"), set_goal(year, float(cities.goal[i])))
        chance = 1 - float(ours[1].cdf(cities.goal)[i])
        assert made.outlooks[0].probability == pytest.approx(chance, abs=1e-6)


@pytest.mark.parametrize("name", ["alike, slow", "uneven, sd 0.10"])
def test_a_simulated_league_is_projected_as_project_does(name: str) -> None:
    cities = draw(LEAGUES[name][1], 5, np.random.default_rng(4))
    joint, single = chances(learn(cities, PATHS))
    trends = {}
    for i, seen in enumerate(cities.seen):
        frame = pd.DataFrame(
            {
                "year": cities.time[i, seen],
                "estimate": cities.share[i, seen],
                "n": cities.size[i],
                "deff": 1.0,
            }
        )
        trends[f"b{i}"] = trend_from_frame(frame, area=f"b{i}")
    year = int(cities.last[0]) + AHEAD[1]
    made = project(trends, set_goal(year, float(cities.goal[0])))
    assert made["b0"].outlooks[0].probability == pytest.approx(joint[0], abs=1e-6)
    alone = project(trends["b0"], set_goal(year, float(cities.goal[0])))
    assert alone.outlooks[0].probability == pytest.approx(single[0], abs=1e-6)


def test_places_with_nothing_in_common_are_projected_almost_as_if_alone() -> None:
    """The mean difference of the chances is 0.016 if that is thought unlikely (0.3), and 0.035 if it is excluded."""
    apart = []
    for seed in range(8, 12):
        cities = draw(LEAGUES["uneven, sd 0.10"][1], 12, np.random.default_rng(seed))
        cities = replace(cities, size=np.full(12, 200_000))
        joint, alone = chances(learn(cities, PATHS))
        apart += np.abs(joint - alone).tolist()
    assert np.mean(apart) < 0.012


def test_the_second_set_is_as_it_was_fixed() -> None:
    series = read_series()
    assert len(series) == 65 and sum(len(t) for t in series.values()) == 880
    assert min(len(t) for t in series.values()) == 8


@pytest.mark.parametrize("name", ["as the nation, wandering", "survey error 0.12", "regime: any"])
def test_coverage_and_brier_in_small(name: str) -> None:
    """250 cities, so margins are wider than the issue's; docs/projection.md has the full table."""
    cities = draw(WORLDS[name], 250, np.random.default_rng([11, 3]))
    ours = project_cities(cities, PATHS)
    below = ours[1].cdf(cities.truth[:, 1])
    assert 0.82 <= np.mean((below > 0.05) & (below < 0.95)) <= 0.99
    several = cities.seen.sum(axis=1) > 1
    came = cities.truth[:, 1] > cities.goal
    brier = np.mean((1 - ours[1].cdf(cities.goal) - came)[several] ** 2)
    rivals = simple_rivals(cities)
    assert brier <= 1.15 * min(
        np.mean((1 - made[1].cdf(cities.goal) - came)[several] ** 2) for made in rivals.values()
    )


def test_a_world_draws_what_it_says() -> None:
    cities = draw(WORLDS["as the nation"], 2000, np.random.default_rng(1))
    assert set(cities.seen.sum(axis=1)) == {1, 2, 3, 4}
    assert cities.last.min() == 2017 and cities.last.max() == 2024
    growth = np.log(cities.truth[:, 1] / (1 - cities.truth[:, 1])) - np.log(
        cities.truth[:, 0] / (1 - cities.truth[:, 0])
    )
    assert growth.mean() == pytest.approx(0.11, abs=0.005) and growth.std() == pytest.approx(0.05, abs=0.005)


def test_candidates_are_judged_on_what_was_not_known() -> None:
    some = pick(draw(WORLDS["no gain"], 40, np.random.default_rng(1)))
    assert np.all(some.seen.sum(axis=1) > 1) and len(some.truth) == len(some.goal) == len(some.size)
    count: dict[str, int] = {}
    for kind, known, above, years, truth in origins():
        count[kind] = count.get(kind, 0) + len(years)
        assert known.times[-1] < years.min() and len(years) == len(truth)
        assert all(one.times[-1] <= known.times[-1] for one in above if kind != "second set")
    assert count["provinces"] == 28 and count["second set"] == 1665
