"""One convention of time, surveys of one year, and figures that contradict themselves."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from literacy.errors import LiteracyError
from literacy.kernels.forecast.spread import logit
from literacy.projection import Trend, judge, project, set_goal, trend_from_frame
from literacy.projection.trends.pooling import pool_df
from literacy.projection.trends.reference_dates import label_years, to_times, to_years


def figures(**columns: object) -> Trend:
    return trend_from_frame(pd.DataFrame(columns), area="x")


GOAL = set_goal(2025, 0.12)


def test_a_bare_year_is_its_own_middle() -> None:
    years = np.array([2023.0, 2023.2, 2023.5, 2023.8])
    assert to_times(years).round(3).tolist() == [2023.0, 2022.7, 2023.0, 2023.3]
    assert to_years(to_times(years)).round(3).tolist() == [2023.0, 2023.2, 2023.0, 2023.8]
    assert label_years(np.array([2023.0, 2024.0])).tolist() == [2023, 2024]


def test_the_middle_and_the_halves_of_a_year_give_the_same_projection() -> None:
    whole = project(figures(year=[2021, 2023], percent=[8, 10], n=[2400, 2400]), GOAL).outlooks[0]
    middle = project(figures(year=[2021.5, 2023.5], percent=[8, 10], n=[2400, 2400]), GOAL).outlooks[0]
    assert middle.probability == whole.probability and middle.first_year == whole.first_year
    halves = figures(year=[2021.2, 2021.8, 2023.2, 2023.8], percent=[8, 8, 10, 10], n=[1200] * 4)
    assert project(halves, GOAL).outlooks[0].probability == pytest.approx(whole.probability, abs=0.05)


def test_surveys_of_one_year_are_judged_together() -> None:
    waves = figures(year=[2025.2, 2025.8], percent=[11, 13], n=[3000, 1000], df=[20, 10])
    made = judge(waves, GOAL)
    assert made.estimate == pytest.approx(0.115, abs=0.0005) and made.n == 4000
    assert made.df == pytest.approx(
        pool_df(np.diag(waves.covariance) * np.array([9, 1]) / 16, waves.df), rel=0.1
    )
    assert any("pooled" in note for note in made.notes)


def test_pooled_degrees_of_freedom_are_welchs() -> None:
    assert pool_df(np.array([1.0, 2.0]), np.array([5.0, 8.0])) == pytest.approx(9 / (1 / 5 + 4 / 8))
    assert math.isnan(pool_df(np.array([1.0]), np.array([math.nan])))


def test_the_size_needed_has_the_intervals_own_degrees_of_freedom() -> None:
    made = judge(figures(year=[2025], percent=[13.9], se=[0.85], df=[6], n=[2600]), GOAL)
    t = stats.t.ppf(0.975, 6)
    se = 0.0085 / (0.139 * 0.861)
    assert made.n_needed == pytest.approx((t * se / float(logit(0.139) - logit(0.12))) ** 2 * 2600, abs=1)
    assert made.n_needed > made.n


def test_few_degrees_of_freedom_widen_the_projection() -> None:
    few, many = (
        project(figures(year=[2023, 2025], percent=[10, 11], se=[1, 1], df=[d, d]), set_goal(2027, 0.13))
        for d in (4, 400)
    )
    assert few.to_frame()["se"].iloc[-1] > 1.1 * many.to_frame()["se"].iloc[-1]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"percent": [11.0], "se": [0.011], "n": [1200]}, "near 0.90 points, not 0.011"),
        ({"percent": [11.0], "n_eff": [120_000], "n": [1200]}, "n_eff"),
        ({"percent": [11.0], "se": [0.9], "n": [1_200_000]}, "design effect of"),
        ({"percent": [11.0], "se": [0.9], "n": [1200], "deff": [4.0]}, "contradict each other"),
        ({"percent": [11.0], "se": [0.9], "n_eff": [300]}, "contradict each other"),
    ],
)
def test_sizes_and_errors_that_contradict_each_other(columns: dict[str, object], said: str) -> None:
    with pytest.raises(LiteracyError, match=said):
        figures(year=[2025], **columns)


@pytest.mark.parametrize("reason", [" ", "  \t", "…", "-"])
def test_a_blank_reason_is_no_reason(reason: str) -> None:
    frame = pd.DataFrame({"year": [2020, 2023], "percent": [10, 12.9], "n": 1200, "standard": ["a", "b"]})
    with pytest.raises(LiteracyError, match="no reason"):
        trend_from_frame(frame, splice=reason)


@pytest.mark.parametrize("percent", [(6, 9, 12.5), (10, 12.9, 12.1), (14, 13, 11), (10, 11, 11.4)])
@pytest.mark.parametrize("goal", [(2020, 0.08), (2022, 0.11), (2024, 0.115), (2026, 0.12), (2030, 0.16)])
def test_first_year_and_probability_agree(percent: tuple[float, ...], goal: tuple[int, float]) -> None:
    made = project(figures(year=[2021, 2023, 2025], percent=percent, n=1200), set_goal(*goal)).outlooks[0]
    if math.isnan(made.probability):
        return
    assert (made.probability > 0.5) == (made.first_year is not None and made.first_year <= goal[0])
