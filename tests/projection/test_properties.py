"""Properties that hold for any groups: sums, scenarios by direct calculation, the least effort."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from literacy.kernels.forecast.spread import expit, logit
from literacy.projection import (
    GroupProjection,
    Trend,
    find_contributions,
    join_groups,
    least_effort,
    project_groups,
    set_goal,
    trend_from_frame,
    what_if,
)
from literacy.projection.goals.outlooks import pick_rows
from literacy.sampling import Design, Sample

pytestmark = pytest.mark.search

FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
GOAL = set_goal(2028, 0.30)
FINE = (np.arange(200) + 0.5) / 200  # the forecast as so many equally likely shares


@dataclass(frozen=True)
class Made:
    """Made-up disjoint groups and what is projected from them."""

    projected: GroupProjection
    weight: np.ndarray


def line(shares: np.ndarray, years: list[int], area: str, n: float) -> Trend:
    frame = pd.DataFrame({"year": years, "estimate": shares, "n": n})
    return trend_from_frame(frame, area=area, level="city" if area == "city" else "group", deff=1.5)


@st.composite
def cities(draw: st.DrawFn) -> Made:
    """Two to five groups (the last are the others) in one to four waves of irregular years."""
    count = draw(st.integers(2, 5))
    waves = draw(st.integers(1, 4))
    years = sorted(draw(st.sets(st.integers(2014, 2023), min_size=waves, max_size=waves)))
    parts = draw(st.lists(st.floats(0.05, 1), min_size=count, max_size=count))
    weight = np.array(parts) / sum(parts)
    level = np.array(draw(st.lists(st.floats(-3.5, 0.0), min_size=count, max_size=count)))
    gain = np.array(draw(st.lists(st.floats(-0.1, 0.2), min_size=count, max_size=count)))
    share = expit(level[:, None] + gain[:, None] * (np.array(years) - 2020))
    size = draw(st.floats(300, 5000))
    groups = {f"g{i}": line(share[i], years, f"g{i}", size * weight[i]) for i in range(count - 1)}
    whole = line(weight @ share, years, "city", size)
    trends = join_groups(groups, {f"g{i}": float(weight[i]) for i in range(count - 1)}, whole)
    return Made(project_groups(trends, GOAL), weight)


@FEW
@given(cities())
def test_groups_add_up_to_the_city_in_every_year(made: Made) -> None:
    p = made.projected
    np.testing.assert_allclose(p.groups.weight, made.weight, atol=1e-9)
    np.testing.assert_allclose(p.cell_shares @ p.groups.weight, p.city.spread.median(), rtol=0, atol=1e-10)
    frame = p.to_frame()
    total = (
        (frame["estimate"] * frame["group"].map(dict(zip(p.groups.names, made.weight, strict=True))))
        .groupby(frame["year"])
        .sum()
    )
    np.testing.assert_allclose(total, p.city.spread.median()[p.years >= frame["year"].min()], atol=1e-10)
    parts = find_contributions(p, GOAL)
    assert parts.table["gap"].sum() == pytest.approx(parts.gap, abs=1e-10)
    np.testing.assert_allclose(
        parts.table["gap"], made.weight * (0.30 - frame.loc[frame["year"] == 2028, "estimate"]), atol=1e-10
    )


@FEW
@given(cities(), st.floats(-0.002, 0.02))
def test_a_scenario_is_the_direct_calculation(made: Made, extra: float) -> None:
    """So much more a year in one group: the city gains the group's share of it, and its chance moves with it."""
    p = made.projected
    last, at = float(p.groups.city.years[-1]), p.at(2028)
    s = what_if(p, extra={"g0": extra})
    years = s.table["year"].to_numpy(dtype=float)
    np.testing.assert_allclose(s.table["effect"], made.weight[0] * extra * (years - last), rtol=0, atol=1e-10)
    middle = p.city.spread.median()[at]
    moved = middle + made.weight[0] * extra * (2028 - last)
    then = pick_rows(p.city.spread, np.arange(len(p.years)) == at)
    draws = expit(logit(then.quantile(FINE[:, None])[:, 0]) + logit(moved) - logit(middle))
    assert s.chances["scenario"].iloc[0] == pytest.approx(np.mean(draws > 0.30), abs=1.5 / len(FINE))


@FEW
@given(cities(), st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_no_other_effort_that_reaches_the_goal_is_smaller(made: Made, towards: list[float]) -> None:
    p = made.projected
    best = least_effort(p, GOAL, limit=math.inf)
    weight, cells = p.groups.weight, p.location[p.at(2028)]
    assert weight[:-1].sum() == pytest.approx(1 - weight[-1])
    if best.total == 0:
        assert p.city.spread.median()[p.at(2028)] >= 0.30 - 1e-9
        return
    assert best.reached == pytest.approx(0.30, abs=1e-6)
    way = np.append(np.array(towards[: len(weight) - 1]), 0.0)
    low, high = 0.0, 4000.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if expit(cells + middle * way) @ weight >= 0.30 else (middle, high)
    assert best.total <= weight @ (high * way) ** 2 * (1 + 1e-6)


@FEW
@given(st.integers(0, 10_000), st.floats(0.1, 0.6), st.floats(0.1, 0.6))
def test_overlapping_groups_add_up_too(seed: int, first: float, second: float) -> None:
    from literacy.projection import group_trends

    def wave(year: int) -> Sample:
        rng = np.random.default_rng([seed, year])
        a, b = rng.random(900) < first, rng.random(900) < second
        hit = rng.random(900) < expit(-2.2 + 0.1 * (year - 2020) + 0.5 * a - 0.4 * b)
        weight = rng.uniform(0.5, 2.0, 900)
        columns = {
            "group_a": a.astype(int),
            "group_b": b.astype(int),
            "literate": hit.astype(float),
            "w": weight,
        }
        return Sample(pd.DataFrame(columns), Design(weight="w"))

    p = project_groups(group_trends({y: wave(y) for y in (2020, 2023)}, area="somewhere"), GOAL)
    np.testing.assert_allclose(p.cell_shares @ p.groups.weight, p.city.spread.median(), rtol=0, atol=1e-10)
    member = p.groups.member
    shares = (p.cell_shares[p.at(2028)] * p.groups.weight) @ member.T / (member @ p.groups.weight)
    frame = p.to_frame().query("year == 2028").set_index("group")["estimate"]
    np.testing.assert_allclose(frame.loc[list(p.groups.names)], shares, atol=1e-10)
    s = what_if(p, extra={"a": 0.004})
    np.testing.assert_allclose(
        s.table["effect"], p.groups.shares[0] * 0.004 * (s.table["year"] - 2023), rtol=0, atol=1e-10
    )
