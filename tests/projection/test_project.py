"""project: the model, its choices, and every awkward case."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from literacy.errors import LiteracyError
from literacy.instrument import load_goal
from literacy.kernels.forecast.spread import empirical_logit, expit, logit
from literacy.projection import METHODS, Trend, project, series_trend, set_goal, trend, trend_from_frame
from literacy.projection.models.methods import MODELS


def city(*shares: float, first: int = 2021, gap: int = 2, n: int = 1200, **more: object) -> Trend:
    years = [first + gap * i for i in range(len(shares))]
    frame = pd.DataFrame({"year": years, "estimate": shares, "n": float(n), "deff": 1.8})
    return trend_from_frame(frame, area="erenhot", **more)  # type: ignore[arg-type]


GOAL = set_goal(2025, 0.12)


def test_two_waves_by_hand_without_noise_or_higher_level() -> None:
    """No process noise, no prior: the level in 2025 is a linear combination of two independent log odds."""
    t = city(0.085, 0.10)
    p = project(t, GOAL, higher=(), method="local_linear", level_sd=0, slope_sd=0, break_sd=0)
    z, v = empirical_logit(np.array([0.085, 0.10]), np.array([1200 / 1.8] * 2))
    x = np.array([[1.0, -4.0], [1.0, -2.0]])
    precision = x.T @ np.diag(1 / v) @ x + np.diag([0.0, 1 / 9])  # the slope's vague prior, N(0, 3²)
    mean = np.linalg.solve(precision, x.T @ (z / v))[0]
    sd = math.sqrt(np.linalg.inv(precision)[0, 0])
    assert mean == pytest.approx(2 * z[1] - z[0], abs=0.003)  # nearly the straight line through both
    o = p.outlooks[0]
    assert o.estimate == pytest.approx(float(expit(mean)), abs=1e-6)
    assert o.probability == pytest.approx(stats.norm.sf((logit(0.12) - mean) / sd), abs=1e-5)


def test_one_wave_with_an_exact_nation_by_hand() -> None:
    """The nation's gain is known to be 0.1; the city's is N(0.1, 0.07²): closed form in 2025."""
    years = [2001.0, 2011.0, 2021.0, 2023.0]
    nation = trend_from_frame(
        pd.DataFrame({"year": years, "estimate": expit(-4 + 0.1 * (np.array(years) - 2001)), "n_eff": 1e12}),
        level="nation",
        area="n",
    )
    p = project(city(0.10, first=2023), GOAL, higher=(nation,), method="local_linear", level_sd=0, slope_sd=0)
    z, v = empirical_logit(np.array([0.10]), np.array([1200 / 1.8]))
    mean, sd = z[0] + 0.2, math.sqrt(v[0] + 4 * 0.07**2)
    row = p.to_frame().set_index("year").loc[2025]
    assert row["estimate"] == pytest.approx(float(expit(mean)), abs=1e-6)
    assert row["ci_low"] == pytest.approx(float(expit(mean - stats.norm.ppf(0.975) * sd)), abs=1e-6)
    assert p.outlooks[0].probability == pytest.approx(
        float(stats.norm.sf((logit(0.12) - mean) / sd)), abs=1e-5
    )
    assert p.gain == (pytest.approx(0.1, abs=1e-5), pytest.approx(0.07, abs=1e-5))


def test_fan_is_nested_and_widens() -> None:
    f = project(city(0.085, 0.10), set_goal(2030, 0.2)).to_frame()
    order = f[["ci_low", "low_80", "low_50", "estimate", "high_50", "high_80", "ci_high"]].to_numpy()
    assert np.all(np.diff(order, axis=1) > 0)
    ahead = f[f["kind"] == "projected"]
    assert np.all(np.diff(ahead["se"]) > 0)
    assert list(f["year"]) == list(range(2021, 2031))
    assert f["observed"].notna().sum() == 2


def test_probability_falls_with_the_goal_and_is_read_off_the_fan() -> None:
    goals = [set_goal(2025, g) for g in (0.08, 0.10, 0.12, 0.15)]
    p = project(city(0.085, 0.10), goals)
    chances = [o.probability for o in p.outlooks]
    assert chances == sorted(chances, reverse=True)
    at = p.to_frame().set_index("year").loc[2025, "estimate"]
    assert project(city(0.085, 0.10), set_goal(2025, float(at))).outlooks[0].probability == pytest.approx(
        0.5, abs=1e-9
    )


def test_paces_and_first_year() -> None:
    p = project(city(0.08, 0.10), [set_goal(2025, 0.12), set_goal(2030, 0.2)])
    first, second = p.outlooks
    assert first.pace_needed == pytest.approx(0.01)
    assert first.pace_seen == pytest.approx(0.01)
    assert first.pace_seen_se == pytest.approx(math.hypot(p.trend.se[0], p.trend.se[1]) / 2)
    frame = p.to_frame()
    passing = frame.loc[(frame["estimate"] > 0.2), "year"]
    assert second.first_year == (passing.min() if len(passing) else second.first_year)
    assert project(city(0.08, 0.10), set_goal(2025, 0.12), horizon=2040).outlooks[0] == first


def test_the_higher_level_pulls_the_gain_by_the_strength_chosen() -> None:
    nation = (series_trend(),)
    national = project(nation[0], horizon=2026, method="local_linear").gain[0]
    falling = city(0.10, 0.085)
    gains = [
        project(falling, GOAL, higher=nation, prior_sd=s, method="local_linear").gain[0]
        for s in (0.01, 0.07, 0.3, math.inf)
    ]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] == pytest.approx(national, abs=0.03)
    assert gains[-1] == pytest.approx(
        project(falling, GOAL, higher=(), method="local_linear").gain[0], abs=0.003
    )


def test_sensitivity_shows_every_strength_and_the_chosen_one() -> None:
    p = project(city(0.085, 0.10), GOAL, prior_sd=0.05)
    frame = p.sensitivity_frame()
    assert frame["chosen"].sum() == 1
    assert frame.loc[frame["chosen"], "probability"].iloc[0] == pytest.approx(
        p.outlooks[0].probability, abs=1e-9
    )
    assert set(frame["assumption"]) >= {"as projected", "yearly wander", "scale of growth"}
    free = project(city(0.085, 0.10), GOAL)
    assert math.isinf(free.sensitivity_frame()["prior_sd"].max())
    assert "by prior sd: 0.02:" in str(free)
    alone = project(city(0.085, 0.10), GOAL, higher=()).sensitivity_frame()
    assert "prior sd" not in set(alone["assumption"])


def test_the_nation_is_the_default_higher_level_and_it_is_said() -> None:
    given = project(city(0.085, 0.10), GOAL, higher=[series_trend()])
    default = project(city(0.085, 0.10), GOAL)
    assert default.outlooks[0].probability == given.outlooks[0].probability
    assert "no higher level was given" in str(default) and "no higher level was given" not in str(given)


def test_the_national_series_is_not_the_prior_of_another_standard() -> None:
    frame = pd.DataFrame(
        {"year": [2021, 2023], "estimate": [0.2, 0.22], "n": 1200.0, "standard": "benchmark2016"}
    )
    p = project(trend_from_frame(frame, area="x"), GOAL)
    assert p.higher == () and "is not based on benchmark2016" in str(p)


def test_a_province_of_the_published_series_takes_the_nation() -> None:
    p = project(series_trend("inner_mongolia"), set_goal(2025, 0.10))
    assert [b.trend.area for b in p.higher] == ["national"]


def test_several_higher_levels_in_any_order() -> None:
    levels = [series_trend("inner_mongolia"), series_trend(), series_trend("west")]
    p = project(city(0.085, 0.10), GOAL, higher=levels)
    assert [b.trend.level for b in p.higher] == ["nation", "region", "province"]
    frame = p.levels_frame()
    assert list(dict.fromkeys(frame["area"])) == ["national", "west", "inner_mongolia", "erenhot"]
    assert frame.groupby("area")["year"].max().eq(2025).all()
    again = project(city(0.085, 0.10), GOAL, higher=levels[::-1])
    assert again.outlooks[0].probability == pytest.approx(p.outlooks[0].probability, abs=1e-9)


def test_waves_that_share_respondents() -> None:
    """Positively correlated waves show the change more exactly: the gain has a smaller error."""
    plain = city(0.085, 0.10)
    joint = plain.covariance.copy()
    joint[0, 1] = joint[1, 0] = 0.7 * plain.se[0] * plain.se[1]
    together = replace(plain, covariance=joint)
    a = project(plain, GOAL, higher=())
    b = project(together, GOAL, higher=())
    assert b.gain[1] < a.gain[1]
    zero = replace(plain, covariance=np.diag(np.diag(joint)))
    assert project(zero, GOAL, higher=()).outlooks[0] == a.outlooks[0]


def test_correlated_waves_equal_generalised_least_squares() -> None:
    plain = city(0.07, 0.09, 0.10)
    joint = plain.covariance + 0.5 * np.outer(plain.se, plain.se) * (1 - np.eye(3))
    p = project(
        replace(plain, covariance=joint),
        set_goal(2029, 0.2),
        higher=(),
        method="local_linear",
        level_sd=0,
        slope_sd=0,
        break_sd=0,
    )
    z, v = replace(plain, covariance=joint).log_odds()
    x = np.column_stack([np.ones(3), plain.years - 2029])
    w = np.linalg.inv(v)
    precision = x.T @ w @ x + np.diag([0.0, 1 / 9])  # the slope's vague prior, N(0, 3²)
    value = np.linalg.solve(precision, x.T @ w @ z)[0]
    sd = math.sqrt(np.linalg.inv(precision)[0, 0])
    assert float(p.spread.location[-1]) == pytest.approx(value, abs=1e-5)
    assert float(p.spread.scale[-1]) == pytest.approx(sd, abs=1e-5)


def test_a_break_widens_what_follows() -> None:
    frame = pd.DataFrame(
        {"year": [2018, 2020, 2022], "estimate": [0.08, 0.1, 0.12], "n": 2000.0, "standard": ["a", "a", "b"]}
    )
    t = trend_from_frame(frame, area="x", splice="stated")
    with_break = project(t, set_goal(2026, 0.15), higher=())
    without = project(t, set_goal(2026, 0.15), higher=(), break_sd=0)
    assert with_break.gain[1] > without.gain[1]
    assert "joined across changes of the standard at 2022" in str(with_break)


# ---- no survey, one survey ------------------------------------------------------------


def test_no_survey_needs_a_named_proxy() -> None:
    empty = trend({}, area="erenhot")
    with pytest.raises(LiteracyError, match="never surveyed and no proxy"):
        project(empty, GOAL)
    with pytest.raises(LiteracyError, match="the proxy has no wave"):
        project(empty, GOAL, proxy=trend({}, area="y", level="province"))


def test_a_proxy_shows_in_every_output() -> None:
    p = project(trend({}, area="erenhot"), load_goal("erenhot", 2025), proxy=series_trend("inner_mongolia"))
    text = str(p)
    assert "by proxy of Inner Mongolia" in text.splitlines()[0]
    assert "PROXY: there is no survey of erenhot" in text and "PROXY" in p._repr_html_()
    assert set(p.to_frame()["proxy"]) == {"inner_mongolia"}
    assert set(p.goals_frame()["proxy"]) == {"inner_mongolia"}
    assert p.to_frame()["observed"].isna().all()
    o = p.outlooks[0]
    assert 0 < o.probability < 1 and math.isnan(o.pace_seen) and o.pace_needed > 0
    narrow = project(trend({}, area="erenhot"), GOAL, proxy=series_trend("inner_mongolia"), proxy_sd=0.05)
    assert narrow.to_frame()["se"].iloc[-1] < p.to_frame()["se"].iloc[-1]


def test_a_proxys_level_is_that_of_the_proxy() -> None:
    proxy = series_trend("inner_mongolia")
    p = project(trend({}, area="erenhot"), GOAL, proxy=proxy)
    same = p.levels_frame()
    own = same[(same["area"] == "erenhot")].set_index("year")["estimate"]
    other = same[(same["area"] == "inner_mongolia")].set_index("year")["estimate"]
    np.testing.assert_allclose(own, other.loc[own.index], atol=5e-4)


def test_a_proxy_for_a_surveyed_place_is_refused() -> None:
    with pytest.raises(LiteracyError, match="survey\\(s\\) of the place itself"):
        project(city(0.1), GOAL, proxy=series_trend("inner_mongolia"))


def test_one_wave_needs_a_higher_level() -> None:
    assert 0 < project(city(0.10, first=2023), GOAL).outlooks[0].probability < 1
    for options in ({"higher": ()}, {"prior_sd": math.inf}):
        with pytest.raises(LiteracyError, match="cannot determine a pace"):
            project(city(0.10, first=2023), GOAL, **options)  # type: ignore[arg-type]


# ---- years ------------------------------------------------------------


def test_a_goal_between_waves_is_read_off_the_smoothed_path() -> None:
    p = project(series_trend(), set_goal(2019, 0.10))
    o = p.outlooks[0]
    assert o.verdict is None and math.isnan(o.pace_needed) and o.probability < 0.1
    assert o.estimate == pytest.approx(p.to_frame().set_index("year").loc[2019, "estimate"])


def test_a_goal_before_the_first_wave_is_left_open() -> None:
    o = project(city(0.085, 0.10), set_goal(2015, 0.05)).outlooks[0]
    assert math.isnan(o.probability) and o.verdict is None


def test_a_goal_passed_already_needs_no_pace() -> None:
    o = project(series_trend().until(2024), set_goal(2025, 0.15)).outlooks[0]
    assert o.probability > 0.99 and o.pace_needed < 0 and o.first_year == 2024


def test_irregular_and_fractional_years() -> None:
    frame = pd.DataFrame({"year": [2019.5, 2022, 2022.5], "estimate": [0.07, 0.09, 0.1], "n": 1000.0})
    p = project(trend_from_frame(frame, area="x"), GOAL)
    years = p.to_frame()["year"].tolist()
    assert years == [2019, 2020, 2021, 2022, 2023, 2024, 2025]  # 2019.5 and 2022.5 are 2019 and 2022
    assert p.trend.n.tolist() == [1000.0, 2000.0] and "2 surveys of 2022" in str(p)
    spring = trend_from_frame(frame.assign(year=[2019.5, 2022.2, 2022.5]), area="x")
    assert 2022.2 in project(spring, GOAL).to_frame()["year"].tolist()


def test_a_goal_that_never_comes_has_no_first_year() -> None:
    falling = city(0.15, 0.10, 0.07)
    p = project(falling, set_goal(2027, 0.5), higher=())
    assert p.outlooks[0].first_year is None
    assert "within sixty years: no" in str(p)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_0_or_1_is_projected_with_its_uncertainty(share: float) -> None:
    p = project(city(0.05 if share == 0 else 0.95, share, n=60), GOAL)
    assert np.isfinite(p.to_frame()[["estimate", "se", "ci_low", "ci_high"]].to_numpy()).all()
    assert "half a respondent" in str(p)


def test_large_values_do_not_break_the_arithmetic() -> None:
    exact = trend_from_frame(
        pd.DataFrame({"year": [2020, 2021, 2022], "estimate": [0.1, 0.11, 0.12], "se": 0.0})
    )
    p = project(exact, GOAL, higher=(), method="local_linear")
    np.testing.assert_allclose(p.to_frame()["estimate"].iloc[:3], [0.1, 0.11, 0.12], atol=1e-8)


# ---- wrong use ------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: project(city(0.1, 0.11), set_goal(2025, 12.0)), "not a share between 0 and 1"),
        (lambda: project(city(0.1, 0.11), GOAL, method="magic"), "'magic' is unknown"),
        (lambda: project(city(0.1, 0.11), GOAL, prior_sd=-1), "cannot be a standard deviation"),
        (lambda: project(city(0.1, 0.11), GOAL, level_sd=math.nan), "cannot be a standard deviation"),
        (lambda: project(city(0.1, 0.11), 0.12), "0.12 is not a goal"),  # type: ignore[arg-type]
        (lambda: project(city(0.1, 0.11), "2025"), "'2025' is not a goal"),  # type: ignore[arg-type]
        (lambda: project(city(0.1, 0.11), replace(GOAL, value=12.0)), "12 is not a share"),
        (lambda: set_goal(25, 0.12), "25 is not a year"),
        (lambda: project(city(0.1, 0.11), horizon=20250), "too far ahead"),
        (lambda: project(city(0.1, 0.11), horizon=2019), "before the last wave"),
        (lambda: project(city(0.1, 0.11), GOAL, higher=[city(0.1)]), "not above a city"),
        (
            lambda: project(city(0.1, 0.11), GOAL, higher=[series_trend("east"), series_trend("west")]),
            "given twice",
        ),
        (lambda: project(city(0.1), GOAL, method="linear"), "requires 2 waves"),
        (lambda: project(city(0.1, 0.0), GOAL, method="compound"), "has no logarithm"),
        (
            lambda: project(trend({}, area="x"), GOAL, method="linear", proxy=series_trend("west")),
            "never surveyed",
        ),
    ],
)
def test_one_clear_error(call: Callable[[], object], said: str) -> None:
    with pytest.raises(LiteracyError, match=said):
        call()


def test_a_goal_nobody_knows_is_not_guessed() -> None:
    from literacy.instrument import load_goals

    unknown = next(g for g in load_goals("erenhot") if g.area == "xilingol")
    with pytest.raises(LiteracyError) as caught:
        project(city(0.085, 0.10), unknown)
    assert caught.value.code == "goal.missing"


def test_the_place_takes_the_goals_label_and_a_foreign_goal_is_said() -> None:
    goal = load_goal("erenhot", 2025)
    assert project(city(0.085, 0.10), goal).trend.label.zh == "二连浩特市"
    other = set_goal(2025, 0.14, area="ordos")
    assert "the goal is that of ordos" in str(project(city(0.085, 0.10), other))


# ---- baselines ------------------------------------------------------------


@pytest.mark.parametrize("method", [m for m in METHODS if m not in MODELS])
def test_every_baseline_has_the_same_interface(method: str) -> None:
    p = project(series_trend().until(2024), [set_goal(2020, 0.10), set_goal(2026, 0.15)], method=method)
    frame = p.to_frame()
    assert list(frame["year"]) == [2025, 2026] and (frame["kind"] == "projected").all()
    assert p.outlooks[0].verdict is not None and p.outlooks[0].verdict.outcome == "passed"
    if METHODS[method].interval:
        assert np.all(frame["ci_low"] < frame["estimate"]) and 0 <= p.outlooks[1].probability <= 1
    else:
        assert frame["ci_low"].isna().all() and math.isnan(p.outlooks[1].probability)
        assert "states no uncertainty" in str(p)
    assert str(p) and p._repr_html_()


def test_two_waves_leave_a_regression_without_an_interval() -> None:
    p = project(city(0.08, 0.10), GOAL, method="linear")
    assert math.isnan(p.outlooks[0].probability)
    assert p.to_frame()["estimate"].iloc[-1] == pytest.approx(0.12)
