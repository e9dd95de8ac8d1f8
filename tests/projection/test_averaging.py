"""The default model: fit, level, neighbours, far years, and the questions of a head of office."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from literacy.errors import LiteracyError
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.curves import Curves, Paths, Waves, drift, fit_curves, wander
from literacy.kernels.forecast.scales import bend, steepness, unbend
from literacy.kernels.forecast.spread import expit, logit
from literacy.messages import speak
from literacy.projection import (
    JointProjection,
    Trend,
    change_since,
    milestones,
    project,
    series_trend,
    set_goal,
    size_to_prove,
    trend_from_frame,
)


def city(percent: list[float], first: int = 2019, gap: int = 2, n: int = 1200, area: str = "x") -> Trend:
    years = [first + gap * i for i in range(len(percent))]
    return trend_from_frame(pd.DataFrame({"year": years, "percent": percent, "n": n, "deff": 1.5}), area=area)


def test_scales_are_their_own_inverse_and_slope() -> None:
    z = np.linspace(-4, 4, 9)
    for curvature in (0.0, 0.4, 0.67, 1.0):
        np.testing.assert_allclose(unbend(bend(z, curvature), curvature), z, atol=1e-9)
        step = (bend(z + 1e-6, curvature) - bend(z - 1e-6, curvature)) / 2e-6
        np.testing.assert_allclose(steepness(z, curvature), step, rtol=1e-6)
    np.testing.assert_allclose(bend(z, 1.0), 2 * (2 * expit(z) - 1), atol=1e-12)
    z = logit(np.array([0.001, 0.02, 0.1, 0.2, 0.249]))
    np.testing.assert_allclose(unbend(bend(z, -0.25), -0.25), z, atol=1e-9)
    np.testing.assert_allclose(bend(z, -0.25), np.log(expit(z) / (0.25 - expit(z))), atol=1e-9)
    step = (bend(z + 1e-7, -0.25) - bend(z - 1e-7, -0.25)) / 2e-7
    np.testing.assert_allclose(steepness(z, -0.25), step, rtol=1e-5)
    assert np.all(expit(unbend(np.array([-60.0, 0.0, 60.0]), -0.25)) <= 0.25 + 1e-12)


def test_a_blend_is_its_normals() -> None:
    one = Blend(np.array([[-2.0, -2.0]]), np.array([[0.3, 0.3]]), np.zeros(2), np.array([[0.4, 0.6]]))
    for q in (0.025, 0.5, 0.9):
        assert float(logit(one.quantile(q)[0])) == pytest.approx(-2 + 0.3 * stats.norm.ppf(q), abs=1e-7)
    assert float(one.scale[0]) == pytest.approx(0.3, abs=1e-7)
    two = Blend(
        np.array([[-2.0, -1.0]]), np.array([[0.2, 0.5]]), np.array([0.0, 0.67]), np.array([[0.5, 0.5]])
    )
    rng = np.random.default_rng(1)
    draws = np.concatenate(
        [expit(rng.normal(-2, 0.2, 200_000)), expit(unbend(rng.normal(-1, 0.5, 200_000), 0.67))]
    )
    assert float(two.sd()[0]) == pytest.approx(draws.std(), rel=0.01)
    assert float(two.cdf(0.2)[0]) == pytest.approx(np.mean(draws <= 0.2), abs=0.004)


@pytest.mark.parametrize("fade", [0.0, 0.8])
def test_one_component_is_generalised_least_squares_by_hand(fade: float) -> None:
    """Level vague, gain N(0.03, 0.1²) that may fade, level wander: the closed form of a Gaussian process."""
    t, z, v = np.array([2019.0, 2021.0, 2024.0]), np.array([-2.4, -2.1, -1.9]), np.array([0.01, 0.02, 0.015])
    one = np.ones(1)
    curves = Curves(
        curvature=0 * one, follow=0 * one, converge=0 * one, lean=0.03 * one, gain_sd=0.1 * one, level_sd=0.05 * one,
        slope_sd=0.02 * one, survey_sd=0.03 * one, inflation=one, weight=one, fade=fade * one,
    )  # fmt: skip
    waves = Waves(t[None], z[None], np.diag(v)[None], np.zeros((1, 3), dtype=bool), np.empty(0), 0.0)
    fit = fit_curves(waves, np.array([[2027.0]]), curves)
    s = np.append(t, 2027.0) - 2024
    part = np.array([1.0, 1.0, 1.0, (1 - math.exp(-3 * fade)) / (3 * fade) if fade else 1.0])
    ahead, u, w = 0.03 * part * s, s[:, None], s[None]
    k = 25 + 0.01 * part[:, None] * part * u * w + 0.0025 * wander(u, w) + 0.0004 * drift(u, w)
    a = k[:3, :3] + np.diag(v + 0.0009)
    rest = z - z.mean() - ahead[:3]
    assert fit.mean[0, 0, 0] == pytest.approx(
        z.mean() + ahead[3] + k[3, :3] @ np.linalg.solve(a, rest), abs=1e-9
    )
    assert fit.covariance[0, 0, 0, 0] == pytest.approx(
        k[3, 3] - k[3, :3] @ np.linalg.solve(a, k[:3, 3]), abs=1e-9
    )
    assert fit.loglik[0, 0] - stats.multivariate_normal(z.mean() + ahead[:3], a).logpdf(z) == pytest.approx(
        1.5 * math.log(2 * math.pi), abs=1e-6
    )


def test_growth_to_a_ceiling_follows_the_log_odds_of_the_higher_level() -> None:
    """One wave of 10 % below a ceiling of 25 %: the gain in log odds is the higher level's at first, and ends there."""
    one, ahead = np.ones(1), np.array([0.5, 5.0, 60.0])
    curves = Curves(
        curvature=-0.25 * one, follow=one, converge=0 * one, lean=0 * one, gain_sd=0 * one, level_sd=0 * one,
        slope_sd=0 * one, survey_sd=0 * one, inflation=one, weight=one, fade=0 * one,
    )  # fmt: skip
    away = np.append(0.0, ahead)
    paths = Paths(np.zeros(1), (-2 + 0.1 * away)[None, None], np.zeros((1, 1, 4, 4)), np.zeros(1))
    low = logit(np.array([[0.10]]))
    still = Waves(
        np.array([[2020.0]]), low, np.full((1, 1, 1), 1e-9), np.zeros((1, 1), bool), np.empty(0), 0.0
    )
    share = expit(unbend(fit_curves(still, 2020 + ahead[None], curves, paths).mean[0, 0], -0.25))
    slope = 0.25 * 0.9 / 0.15  # of the scale, beside the log odds
    start = math.log(0.10 / 0.15)
    np.testing.assert_allclose(share, 0.25 * expit(start + slope * 0.1 * ahead), atol=1e-6)
    assert logit(share[0]) - logit(0.10) == pytest.approx(0.05, rel=0.03)
    assert share[2] == pytest.approx(0.25, abs=1e-3)


def test_a_share_seen_near_a_ceiling_is_held_against_it_by_its_error() -> None:
    """Beyond 95 % of the ceiling the log likelihood is that of the point there, less half the squared distance."""
    one = np.ones(1)
    curves = Curves(
        curvature=-0.25 * one, follow=0 * one, converge=0 * one, lean=0 * one, gain_sd=0 * one, level_sd=0 * one,
        slope_sd=0 * one, survey_sd=0.06 * one, inflation=one, weight=one, fade=0 * one,
    )  # fmt: skip

    def loglik(share: float) -> float:
        waves = Waves(
            np.array([[2020.0]]), logit(np.array([[share]])), np.full((1, 1, 1), 0.08**2), np.zeros((1, 1), bool),
            np.empty(0), 0.0,
        )  # fmt: skip
        return float(fit_curves(waves, np.array([[2025.0]]), curves).loglik[0, 0])

    edge = 0.25 * 0.95
    assert loglik(edge - 1e-9) == pytest.approx(loglik(edge + 1e-9), abs=1e-4)
    for share in (0.24, 0.25, 0.27, 0.5):
        away = float(logit(share) - logit(edge))
        assert loglik(share) == pytest.approx(loglik(edge) - away**2 / 2 / 0.1**2)


def test_a_chance_does_not_jump_where_a_wave_passes_a_ceiling() -> None:
    """Three waves up to 20 to 38 %, a step of 0.05 points at a time: 30 or 40 % passed in five years."""
    tops, goals = np.arange(20, 38, 0.05), (set_goal(2029, 0.30), set_goal(2029, 0.40))
    found = [
        [o.probability for o in project(city([t - 6, t - 3, t], n=2000), goals).outlooks] for t in tops[::4]
    ]
    assert np.abs(np.diff(found, axis=0)).max() < 0.025
    near = [
        project(city([t - 6, t - 3, t], n=2000), goals[0]).outlooks[0].probability for t in (23.74, 23.76)
    ]
    assert abs(near[1] - near[0]) < 0.003


def test_a_place_above_a_ceiling_does_not_have_it() -> None:
    goal = set_goal(2030, 0.5)
    low, high = (project(city(p), goal).sensitivity_frame() for p in ([8, 9, 10], [30, 31, 32]))
    kinds = [set(t[t["assumption"] == "scale of growth"]["setting"]) for t in (low, high)]
    assert {k for k in kinds[0] if "ceiling" in k} == {"to a ceiling of 25%", "to a ceiling of 35%"}
    assert not [k for k in kinds[1] if "25%" in k]
    at = low.set_index("setting")
    assert at.loc["to a ceiling of 25%", "probability"] < 1e-6 < at.loc["logit", "probability"]


def test_waves_that_do_not_fit_widen_the_interval_and_it_is_said() -> None:
    goal = set_goal(2027, 0.12)
    rough, smooth = project(city([6, 14, 7, 15], n=2000), goal), project(city([6, 8, 10, 12], n=2000), goal)
    assert rough.agreement is not None and smooth.agreement is not None
    assert rough.agreement.p < 0.001 < 0.05 < smooth.agreement.p
    assert rough.agreement.widening > 1.5 > smooth.agreement.widening
    assert "LACK OF FIT" in str(rough) and "consistent with the model" in str(smooth)
    a, b = rough.outlooks[0], smooth.outlooks[0]
    assert logit(a.ci_high) - logit(a.ci_low) > 1.5 * (logit(b.ci_high) - logit(b.ci_low))


def test_growth_far_from_that_of_other_places_is_not_carried_on() -> None:
    """From 0.03 to 10.7 % in five years: a gain that stayed would make four fifths literate in five more."""
    steep = trend_from_frame(
        pd.DataFrame(
            {"year": [2016, 2018, 2020, 2021], "percent": [0.03, 0.4, 5.1, 10.7], "n": 1200, "deff": 1.5}
        ),
        area="x",
    )
    goal = set_goal(2026, 0.3)
    usual, stayed = (
        project(steep, goal, **given).outlooks[0].estimate
        for given in ({}, {"gains": ((1.0, 0.0, 0.22, 0.0, 1.0),)})
    )
    assert stayed > 0.7 and usual < 0.4


def test_the_higher_a_place_stands_the_fewer_logits_it_gains() -> None:
    gains = []
    for percent in (8.0, 25.0):
        made = project(city([percent], first=2024, n=3000), set_goal(2030, 0.5)).outlooks[0]
        gains.append(float(logit(made.estimate) - logit(percent / 100)))
    assert gains[1] < 0.9 * gains[0]


def test_far_years_say_what_they_rest_on() -> None:
    made = project(series_trend("national"), set_goal(2035, 0.25))
    told = [n for n in made.notes if "shape of growth" in n]
    assert len(told) == 1 and "arcsine" in told[0] and "2035 lies 10 years" in told[0]
    assert not any(
        "shape of growth" in n for n in project(series_trend("national"), set_goal(2027, 0.2)).notes
    )


def test_an_assumption_can_be_fixed_and_an_idle_one_is_refused() -> None:
    goal = set_goal(2027, 0.12)
    wide, narrow = (project(city([8, 9, 10]), goal, survey_sd=s).outlooks[0] for s in (0.2, 0.0))
    assert wide.ci_high - wide.ci_low > narrow.ci_high - narrow.ci_low
    with pytest.raises(LiteracyError, match="does not use scale"):
        project(city([8, 9, 10]), goal, method="local_linear", scale="probit")
    with pytest.raises(LiteracyError, match="scale"):
        project(city([8, 9, 10]), goal, scale="cubic")


def test_the_sensitivity_of_a_place_without_prior_is_told_in_the_readers_language() -> None:
    made = project(city([8, 9, 10]), set_goal(2027, 0.12))
    assert "no prior: " in str(made)
    with speak("zh"):
        lines = [line for line in str(made).splitlines() if "先验标准差" in line]
    assert len(lines) == 1 and "无先验: " in lines[0] and "no" not in lines[0]


def test_neighbours_that_are_alike_draw_a_place_to_them() -> None:
    goal = set_goal(2025, 0.15)
    shape = np.array([0.45, 0.67, 1.0])
    alike = {
        f"b{i}": city((np.array([9.5, 10.0, 10.5, 11.0])[i] * shape).tolist(), area=f"b{i}") for i in range(4)
    }
    quiet = city([9.0, 9.9, 10.0], area="quiet")
    joint = project({**alike, "quiet": quiet}, goal)
    assert isinstance(joint, JointProjection)
    assert joint["quiet"].gain[0] > project(quiet, goal).gain[0]
    assert joint.centre > 0.02 and "shrunk towards the others" in str(joint)
    frame = joint.goals_frame()
    assert sorted(frame["rank"]) == [1, 2, 3, 4, 5]
    with pytest.raises(LiteracyError, match="1 place"):
        project([quiet], goal)


def test_the_size_that_proves_a_goal() -> None:
    goal = set_goal(2025, 0.10)
    made = project(city([8, 9, 10.5]), goal)
    table = size_to_prove(made, goal, cost=80.0).to_frame()
    known = table["n"].notna()
    assert np.all(np.diff(table.loc[known, "n"]) > 0)
    np.testing.assert_allclose(table.loc[known, "cost"], 80 * table.loc[known, "n"])
    from literacy.projection.goals.outlooks import pick_rows, survey_chances

    here = pick_rows(made.spread, made.years == 2025)
    first = table.iloc[0]
    assert survey_chances(here, 0.10, float(first["n_eff"]))[1] == pytest.approx(first["chance"], abs=1e-3)
    assert size_to_prove(made, set_goal(2025, 0.4)).to_frame()["n"].isna().all()
    few = size_to_prove(made, goal, df=5).to_frame()
    assert few["n"].iloc[0] > first["n"]


@pytest.mark.parametrize(("percent", "level"), [([8, 9, 10.5], 0.13), ([12], 0.2), ([18, 20, 23], 0.27)])
def test_what_a_year_shows_changes_the_chance_of_a_later_one_as_in_draws(
    percent: list[float], level: float
) -> None:
    """Milestones rest on the chance given the share of a year; its mean over that share is the chance itself."""
    made = project(city(percent), set_goal(2028, level))
    courses, spread = made.courses, made.spread
    assert courses is not None and courses.years.max() == 2028
    end = len(courses.years) - 1
    even = (np.arange(4000) + 0.5) / 4000
    rng = np.random.default_rng(16)
    pick = rng.choice(len(courses.weight), 40_000, p=courses.weight)
    for now, year in enumerate(courses.years[:end]):
        here = np.flatnonzero(made.years == year)
        z = logit(spread.pick(here).quantile(even[:, None])[:, 0])  # type: ignore[union-attr]
        chance = courses.chance_given(z, now, float(logit(level)), end)
        assert chance.mean() == pytest.approx(made.outlooks[0].probability, abs=2e-3)
        # draws of both years: the share of those that pass, among the tenth that stand lowest in the earlier year
        pair = np.ix_([now, end], [now, end])
        root = np.array([np.linalg.cholesky(c[pair] + 1e-12 * np.eye(2)) for c in courses.covariance])
        drawn = courses.centre[:, [now, end]][pick] + np.einsum(
            "nij,nj->ni", root[pick], rng.standard_normal((40_000, 2))
        )
        seen, then = np.empty(40_000), np.empty(40_000)
        for lam in np.unique(courses.curvature):
            own = courses.curvature[pick] == lam
            seen[own], then[own] = unbend(drawn[own, 0], lam), unbend(drawn[own, 1], lam)
        for low, high in ((0.2, 0.4), (0.4, 0.6), (0.6, 0.8)):
            ends = np.quantile(z, [low, high])
            inside = (seen >= ends[0]) & (seen < ends[1])
            part = chance[(z >= ends[0]) & (z < ends[1])].mean()
            assert np.mean(then[inside] > logit(level)) == pytest.approx(part, abs=0.025)


def test_change_since_takes_the_wave_named_and_its_degrees_of_freedom() -> None:
    frame = pd.DataFrame({"year": [2023.2, 2023.8, 2025], "percent": [8, 9, 12], "n": 1200, "df": [4, 4, 4]})
    one = change_since(trend_from_frame(frame, area="x"), 2023.2).to_frame().iloc[0]
    assert one["first"] == pytest.approx(0.08)
    assert (one["ci_high"] - one["change"]) / one["se"] == pytest.approx(stats.t.ppf(0.975, 8), rel=0.01)


def test_the_size_to_prove_a_goal_is_that_of_a_survey_like_the_last() -> None:
    """At the size of the last wave the chance of proof is that of the projection, few units included."""
    frame = pd.DataFrame(
        {"year": [2022, 2025], "percent": [9, 13], "se": [0.8, 0.9], "n": 2000, "df": [5, 5]}
    )
    goal = set_goal(2027, 0.12)
    made = project(trend_from_frame(frame, area="x"), goal)
    proven = made.outlooks[0].probability_proven
    answer = size_to_prove(made, goal, chances=[proven])
    assert answer.to_frame()["n"].iloc[0] == pytest.approx(2000, rel=0.01)
    assert any("5 degrees of freedom" in n for n in answer.notes)


def test_places_projected_together_keep_their_names_chances_and_remarks() -> None:
    goal = set_goal(2028, 0.15)
    places = {"a": city([8, 9, 10.5], area="same"), "b": city([6, 14, 7], area="same")}
    made = project(places, goal)
    assert isinstance(made, JointProjection)
    assert set(made.to_frame()["area"]) == {"a", "b"}
    said = str(made)
    assert "exceeds 15 % in 2028" in said
    assert "b: LACK OF FIT" in said and "a: fit" in said
    with pytest.raises(LiteracyError, match="gains"):
        project(places, goal, gains=((1.0, 0.0, 0.02, 0.0, 1.0),))


def test_milestones_and_change_since() -> None:
    goal = set_goal(2027, 0.13)
    made = project(city([8, 9, 10.5]), goal)
    table = milestones(made, goal).to_frame()
    assert table["year"].tolist() == [2024, 2025, 2026, 2027]
    assert np.all(np.diff(table["needed"]) > 0)
    assert table["needed"].iloc[-1] == pytest.approx(0.13, abs=1e-3)
    assert table["probability"].iloc[-1] == pytest.approx(made.outlooks[0].probability, abs=1e-3)
    assert table["needed"].iloc[0] > 0.105  # more than was seen
    surer = milestones(made, goal, chance=0.8).to_frame()
    assert np.all(surer["needed"][:-1] > table["needed"][:-1]) and np.all(surer["needed"] <= 0.13)
    with pytest.raises(LiteracyError, match="each year by itself"):
        milestones(project(city([8, 9, 10.5]), goal, method="local_linear"), goal)
    change = change_since(city([8, 9, 10.5]), 2019, [city([7, 8, 9], area="y")]).to_frame()
    assert change["change"].tolist() == pytest.approx([0.025, 0.02]) and change["rank"].tolist() == [1, 2]
    with pytest.raises(LiteracyError, match="not an earlier wave"):
        change_since(city([8, 9]), 2015)
