"""What if migration or ageing changes the groups' shares: by closed forms, brute force, simulation and refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from literacy.errors import LiteracyError
from literacy.kernels.forecast.spread import Spread, expit, logit
from literacy.projection import (
    GroupProjection,
    group_trends,
    join_groups,
    project_groups,
    set_goal,
    what_if,
)
from tests.projection.test_groups import published, sample

GOALS = [set_goal(2027, 0.2), set_goal(2030, 0.25)]


@pytest.fixture(scope="module")
def overlapping() -> GroupProjection:
    """Groups a and b with people in both, and others."""
    return project_groups(group_trends({y: sample(y) for y in (2021, 2023)}), GOALS)


@pytest.fixture(scope="module")
def disjoint() -> GroupProjection:
    city = published([0.10, 0.12], "city")
    groups = {"a": published([0.05, 0.06], "a"), "b": published([0.20, 0.24], "b")}
    return project_groups(join_groups(groups, {"a": 0.3, "b": 0.2}, city), GOALS)


def shares_of(projection: GroupProjection) -> dict[str, float]:
    return dict(zip(projection.groups.names, projection.groups.shares.tolist(), strict=True))


def test_the_shares_of_today_change_nothing(overlapping: GroupProjection, disjoint: GroupProjection) -> None:
    for p in (overlapping, disjoint):
        s = what_if(p, shares=shares_of(p))
        np.testing.assert_allclose(s.table["effect"], 0, atol=1e-12)
        np.testing.assert_allclose(s.chances["scenario"], s.chances["probability"], atol=1e-12)
        np.testing.assert_allclose(s.groups["share_assumed"], s.groups["share"], atol=1e-12)
        np.testing.assert_allclose(s.groups["scenario"], s.groups["estimate"], atol=1e-12)


def test_disjoint_groups_by_the_closed_form(disjoint: GroupProjection) -> None:
    """The named groups get their shares, whoever is left shares the rest as before, and the years lie on a line."""
    s = what_if(disjoint, shares={"a": 0.1, "b": 0.4})
    cells, years = disjoint.cell_shares[disjoint.start + 1 :], s.table["year"].to_numpy(dtype=float)
    weight = np.array([0.3, 0.2, 0.5]) + ((years - 2023) / 7)[:, None] * np.array([-0.2, 0.2, 0.0])
    np.testing.assert_allclose(s.table["scenario"], np.sum(weight * cells, axis=1), atol=1e-12)
    one = what_if(disjoint, shares={"a": 0.65}).groups.set_index("group")["share_assumed"]
    assert one.to_dict() == pytest.approx({"a": 0.65, "b": 0.2 / 2, "others": 0.5 / 2})


def test_overlapping_groups_by_brute_force(overlapping: GroupProjection) -> None:
    """No other weights with those shares are nearer to today's."""
    groups, wanted = overlapping.groups, {"a": 0.2, "b": 0.45}
    now, member = groups.weight, groups.member[[groups.names.index(n) for n in wanted]]
    best = optimize.minimize(
        lambda w: float(np.sum(w * np.log(w / now))),
        now,
        jac=lambda w: np.log(w / now) + 1,
        bounds=[(1e-9, 1)] * len(now),
        constraints=[
            {"type": "eq", "fun": lambda w: member @ w - list(wanted.values())},
            {"type": "eq", "fun": lambda w: w.sum() - 1},
        ],
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    s = what_if(overlapping, shares=wanted)
    assert s.table["scenario"].iloc[-1] == pytest.approx(overlapping.cell_shares[-1] @ best.x, abs=1e-6)
    assumed = s.groups.set_index("group")["share_assumed"]
    np.testing.assert_allclose(assumed, groups.member @ best.x, atol=1e-5)
    assert assumed[["a", "b"]].tolist() == pytest.approx([0.2, 0.45], abs=1e-11)


@pytest.mark.parametrize("wanted", [{"a": 0.1, "b": 0.7}, {"a": 0.8, "b": 0.1}, {"a": 0.05, "b": 0.05}])
def test_the_spread_is_that_of_cells_weighted_anew(
    disjoint: GroupProjection, wanted: dict[str, float]
) -> None:
    """Cells drawn from their joint distribution pass the goal as often as the scenario says, where all are normal."""
    city = disjoint.city
    normal = replace(city, spread=Spread(city.spread.location, np.asarray(city.spread.scale)))
    s = what_if(replace(disjoint, city=normal), shares=wanted)
    at, weight = disjoint.at(2030), np.array([*wanted.values(), 1 - sum(wanted.values())])
    drawn = np.random.default_rng(3).multivariate_normal(
        disjoint.location[at], disjoint.covariance[at], 200_000
    )
    city_drawn = expit(drawn) @ weight
    chance = float(s.chances["scenario"].to_numpy(dtype=float)[1])
    assert chance == pytest.approx(float(np.mean(city_drawn > 0.25)), abs=0.012)
    distance = logit(0.25) - logit(float(s.table["scenario"].to_numpy(dtype=float)[-1]))
    used, today = distance / special.ndtri(1 - chance), float(np.asarray(city.spread.scale)[at])
    drawn_sd = float(np.std(logit(city_drawn)))
    assert used == pytest.approx(drawn_sd, rel=0.015) and today != pytest.approx(drawn_sd, rel=0.015)


def test_a_composition_applies_to_the_cells_that_a_pace_has_moved(disjoint: GroupProjection) -> None:
    s = what_if(disjoint, {"b": 0.03}, extra={"a": 0.01}, shares={"a": 0.1, "b": 0.4})
    start, last = disjoint.cell_shares[disjoint.start], disjoint.cell_shares[-1]
    moved = [last[0] + 7 * 0.01, start[1] + 7 * 0.03, last[2]]
    assert s.table["scenario"].iloc[-1] == pytest.approx(np.dot([0.1, 0.4, 0.5], moved), abs=1e-12)
    np.testing.assert_allclose(s.groups["scenario"], moved, atol=1e-12)
    alone, same = (what_if(disjoint, {"b": 0.03}, shares=x) for x in (None, shares_of(disjoint)))
    pd.testing.assert_frame_equal(alone.table, same.table, rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(alone.chances, same.chances, rtol=0, atol=1e-12)


def test_the_result_says_what_was_assumed_and_what_moves_along(disjoint: GroupProjection) -> None:
    text = str(what_if(disjoint, shares={"a": 0.1}))
    assert "a come to 10.0 % of the population by 2030 (30.0 % now)" in text
    assert "b 20.0 → 25.7 %, other residents 50.0 → 64.3 %" in text
    assert "stays as projected" in text
    assert "stays as projected" not in str(what_if(disjoint, {"a": 0.01}))


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"herders": 0.2}, "'herders' is unknown"),
        ({"a": 25}, "25 is not a share of the population"),
        ({"a": 0}, "0 is not a share"),
        ({"a": 1.0}, r"1\.0 is not a share"),
        ({"a": float("nan")}, "nan is not a share"),
        ({"a": "25%"}, "25% is not a share"),
        ({"a": True}, "True is not a share"),
        ({"a": 0.6, "b": 0.5}, r"no population has these shares at once: a 60\.0 %, b 50\.0 %"),
        ({"a": 0.5, "b": 0.5}, "none may become empty"),
        ({"a": 0.5, "b": 0.5 - 1e-7}, "do not converge"),
    ],
)
def test_shares_that_cannot_be(disjoint: GroupProjection, shares: dict[str, Any], said: str) -> None:
    with pytest.raises(LiteracyError, match=said):
        what_if(disjoint, shares=shares)


def test_shares_that_the_overlap_rules_out(overlapping: GroupProjection) -> None:
    """Half and half is possible where people can be in both; others cannot grow beyond what the groups leave."""
    assert what_if(overlapping, shares={"a": 0.6, "b": 0.6}).table["scenario"].between(0, 1).all()
    with pytest.raises(LiteracyError, match=r"at once: a 60\.0 %, others 50\.0 %") as caught:
        what_if(overlapping, shares={"b": 0.3, "a": 0.6, "others": 0.5})
    assert caught.value.where == "what_if: a, others"


def test_a_group_of_nobody_or_of_everybody_has_no_other_share(disjoint: GroupProjection) -> None:
    groups = replace(disjoint.groups, weight=np.array([0.0, 0.4, 0.6]))
    with pytest.raises(LiteracyError, match="0 % of the population today"):
        what_if(replace(disjoint, groups=groups), shares={"a": 0.2})
    groups = replace(
        disjoint.groups, member=np.array([[True] * 3, [False, True, False], [False, False, True]])
    )
    with pytest.raises(LiteracyError, match="100 % of the population today"):
        what_if(replace(disjoint, groups=groups), shares={"a": 0.2})


@pytest.mark.parametrize("value", ["two", True, None])
def test_a_gain_is_a_number(disjoint: GroupProjection, value: Any) -> None:
    with pytest.raises(LiteracyError, match="is not a gain as a share per year"):
        what_if(disjoint, {"a": value})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), named=st.sets(st.integers(0, 3), min_size=1))
def test_shares_are_met_in_the_last_year(overlapping: GroupProjection, seed: int, named: set[int]) -> None:
    """Shares of some population with these combinations of groups can be met, and are."""
    groups = overlapping.groups
    some = np.random.default_rng(seed).dirichlet(np.full(len(groups.weight), 2.0))
    assume(some.min() > 0.005)
    chosen = sorted(named & set(range(len(groups.names)))) or [0]
    wanted = {groups.names[j]: float(groups.member[j] @ some) for j in chosen}
    s = what_if(overlapping, shares=wanted)
    got = s.groups.set_index("group")["share_assumed"]
    for name, share in wanted.items():
        assert got[name] == pytest.approx(share, abs=1e-10)
    assert s.table["scenario"].between(0, 1).all() and s.chances["scenario"].between(0, 1).all()
