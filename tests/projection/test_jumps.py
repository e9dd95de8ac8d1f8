"""What a jump is worth, by other roads: the projections themselves, a line, and drawn courses."""

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.kernels.forecast.spread import expit
from literacy.projection import assess_jump, project, series_trend, set_goal, trend_from_frame
from literacy.projection.models.averaging import Assumptions, fit_place

GOAL = set_goal(2028, 0.15)


def city(percent: list[float], years: tuple[int, ...] = (2021, 2023, 2025), n: int = 1200):  # type: ignore[no-untyped-def]
    frame = pd.DataFrame({"year": years[: len(percent)], "percent": percent, "n": n, "deff": 1.5})
    return trend_from_frame(frame, area="x")


def test_readings_are_the_projections_and_the_line() -> None:
    whole = city([8, 9.5, 13.5])
    table = assess_jump(project(whole, GOAL), GOAL).to_frame().set_index("assumption")
    for name, trend in (("no lasting effect", whole.until(2023)), ("as projected", whole)):
        outlook = project(trend, GOAL, higher=[series_trend("national")]).outlooks[0]
        row = table.loc[name]
        for column, value in (
            ("estimate", outlook.estimate),
            ("ci_low", outlook.ci_low),
            ("ci_high", outlook.ci_high),
            ("probability", outlook.probability),
        ):
            assert row[column] == pytest.approx(value, abs=1e-9)
    line = project(city([9.5, 13.5], (2023, 2025)), GOAL, method="logit_line").outlooks[0]
    assert table.loc["a new pace", "estimate"] == pytest.approx(line.estimate, abs=2e-4)
    value, covariance = whole.observations()
    drawn = np.random.default_rng(3).multivariate_normal(value[-2:], covariance[-2:, -2:], 100_000)
    _, ends = np.polyfit([-5.0, -3.0], drawn.T, 1)  # years from the goal
    assert table.loc["a new pace", "probability"] == pytest.approx((expit(ends) > 0.15).mean(), abs=0.004)
    assert table["worth"].tolist() == pytest.approx((table["estimate"] - table["estimate"].iloc[0]).tolist())
    assert table.loc["a lasting step", "last"] == pytest.approx(0.135)


def test_a_lasting_step_as_drawn() -> None:
    """Courses drawn from the components of the fit to the earlier waves, not by quadrature."""
    whole, rng = city([8, 9.5, 13.5]), np.random.default_rng(7)
    made = fit_place(whole.until(2023), [series_trend("national")], np.array([2025.0, 2028.0]), Assumptions())
    courses = made.courses(np.ones(2, dtype=bool))
    which = rng.choice(len(courses.weight), 200_000, p=courses.weight)
    gain = np.empty(len(which))
    from literacy.kernels.forecast.scales import unbend

    for c in np.unique(which):
        own = which == c
        pair = rng.multivariate_normal(courses.centre[c], courses.covariance[c], own.sum(), method="eigh")
        z = unbend(pair, float(courses.curvature[c]))
        gain[own] = z[:, 1] - z[:, 0]
    value, covariance = whole.observations()
    ends = expit(value[-1] + gain + rng.normal(size=len(gain)) * covariance[-1, -1] ** 0.5)
    row = assess_jump(project(whole, GOAL), GOAL).to_frame().set_index("assumption").loc["a lasting step"]
    assert row["probability"] == pytest.approx((ends > 0.15).mean(), abs=0.004)
    expected = np.quantile(ends, [0.5, 0.025, 0.975])
    assert row[["estimate", "ci_low", "ci_high"]].to_numpy(float) == pytest.approx(expected, rel=0.006)


def test_a_jump_that_was_expected_is_worth_little() -> None:
    calm = assess_jump(project(city([9.0, 10.9, 13.2], n=50_000), GOAL), GOAL).to_frame()
    wild = assess_jump(project(city([9.0, 10.9, 19.0], n=50_000), GOAL), GOAL).to_frame()
    assert abs(calm["worth"].iloc[2]) < 0.012 < 0.04 < wild["worth"].iloc[2]
    fall = assess_jump(project(city([12.0, 13.0, 9.0]), GOAL), GOAL)
    assert np.all(fall.to_frame()["worth"].iloc[1:] < 0)
    assert "as little or less" in str(fall)
    few = assess_jump(project(city([8, 13.5], n=300), GOAL), GOAL)  # one wave before, and the nation's pace
    assert few.to_frame()["probability"].between(0, 1).all()


def test_parts_add_up_to_what_the_survey_shows() -> None:
    import re

    text = assess_jump(project(city([8, 9.5, 13.5]), GOAL), GOAL)._notes()[0]
    _, _, rise, expected, real, error = map(float, re.findall(r"[+-]?\d+\.\d+", text))
    assert expected + real + error == pytest.approx(13.5, abs=0.011) and rise == pytest.approx(4.0)


def test_without_an_expectation_there_is_no_jump() -> None:
    with pytest.raises(LiteracyError, match="nothing was expected"):
        assess_jump(project(city([8.0]), GOAL), GOAL)
    alone = project(city([8.0, 9.5]), GOAL, higher=())
    with pytest.raises(LiteracyError, match="nothing was expected"):
        assess_jump(alone, GOAL)
    with pytest.raises(LiteracyError, match="not the model"):
        assess_jump(project(city([8, 9.5, 13.5]), GOAL, method="local_linear"), GOAL)
    with pytest.raises(LiteracyError, match="no distribution"):
        assess_jump(project(city([8, 9.5, 13.5]), GOAL), set_goal(2040, 0.3))
    with pytest.raises(LiteracyError, match="no distribution"):
        assess_jump(project(city([8, 9.5, 13.5]), GOAL), set_goal(2025, 0.1))


def test_log_odds_keep_the_moments_of_the_courses() -> None:
    made = project(city([8, 9.5, 13.5]), GOAL, scale="logit").courses
    assert made is not None
    first, later, weight = made.log_odds(0, len(made.years) - 1)
    assert weight.sum() == pytest.approx(1)
    assert weight @ first == pytest.approx(made.weight @ made.centre[:, 0])
    second = made.covariance[:, 0, -1] + made.centre[:, 0] * made.centre[:, -1]
    assert weight @ (first * later) == pytest.approx(made.weight @ second)


def test_ranks_leave_open_what_sampling_error_leaves_open() -> None:
    from dataclasses import replace

    from literacy.projection import change_since

    near = [replace(city([8, last]), area=name) for last, name in ((10, "a"), (10.4, "b"), (20, "c"))]
    table = change_since(near[0], 2021, near[1:]).to_frame()
    assert table[["rank", "rank_best", "rank_worst"]].to_numpy().tolist() == [[3, 2, 3], [2, 2, 3], [1, 1, 1]]


def test_a_census_and_a_share_of_all_have_an_answer() -> None:
    exact = pd.DataFrame({"year": [2021, 2023, 2025], "percent": [9.0, 11.0, 14.0], "se": 0.0})
    made = project(trend_from_frame(exact, area="x"), GOAL)
    table = assess_jump(made, GOAL).to_frame().set_index("assumption")
    assert np.isfinite(table.to_numpy(float)).all()
    z = np.log(np.array([0.11, 0.14]) / np.array([0.89, 0.86]))
    assert table.loc["a new pace", "estimate"] == pytest.approx(
        float(expit(z[1] + 1.5 * (z[1] - z[0]))), abs=1e-6
    )
    whole = city([90, 95, 100], n=150)  # 100 effective respondents
    answer = assess_jump(project(whole, GOAL), GOAL)
    blend = fit_place(
        whole.until(2023), [series_trend("national")], np.array([2025.0]), Assumptions()
    ).blend()
    share = blend.quantile((np.arange(4000)[:, None] + 0.5) / 4000)[:, 0]
    chance = 100 * float(np.mean(share**100))
    assert chance > 1 and f"as much or more with probability {chance:.0f} %" in str(answer)


def test_a_place_is_ranked_once() -> None:
    from literacy.projection import change_since

    with pytest.raises(LiteracyError, match="same name"):
        change_since(city([8, 10]), 2021, [city([8, 10])])
