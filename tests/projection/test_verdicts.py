"""Judging a goal by the survey of its year."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from literacy.errors import LiteracyError
from literacy.projection import judge, project, set_goal, trend_from_frame
from literacy.projection.trends.trends import Trend


def survey(p: float, n: float = 1200, deff: float = 1.8, se: float | None = None) -> Trend:
    return trend_from_frame(
        pd.DataFrame(
            {
                "year": [2025],
                "estimate": [p],
                "n": [n],
                "deff": [deff],
                "se": [math.nan if se is None else se],
            }
        ),
        area="erenhot",
    )


def test_cannot_be_told_and_the_size_that_would_have_told() -> None:
    v = judge(survey(0.135), set_goal(2025, 0.12))
    assert v.outcome == "cannot be told" and v.ci_low < 0.12 < v.ci_high
    se = math.sqrt(1.8 / (1200 * 0.135 * 0.865))
    z = (math.log(0.135 / 0.865) - math.log(0.12 / 0.88)) / se
    assert v.probability == pytest.approx(stats.norm.cdf(z))
    assert judge(survey(0.135, n=v.n_needed), set_goal(2025, 0.12)).outcome == "passed"
    assert judge(survey(0.135, n=v.n_needed - 5), set_goal(2025, 0.12)).outcome == "cannot be told"
    assert v.label.zh == "无法判定"


@pytest.mark.parametrize(("p", "outcome"), [(0.16, "passed"), (0.08, "not passed"), (0.12, "cannot be told")])
def test_outcomes(p: float, outcome: str) -> None:
    v = judge(survey(p), set_goal(2025, 0.12))
    assert v.outcome == outcome
    assert math.isnan(v.n_needed) == (outcome != "cannot be told")


def test_an_estimate_on_the_goal_can_never_tell() -> None:
    v = judge(survey(0.12), set_goal(2025, 0.12))
    assert math.isinf(v.n_needed) and v.probability == pytest.approx(0.5)
    assert "no sample size would have decided" in str(v)


def test_strictness_decides_an_exact_figure() -> None:
    """A census of exactly 12 %: "more than 12" is not passed, "at least 12" is."""
    exact = survey(0.12, se=0.0)
    strict, reached = judge(exact, set_goal(2025, 0.12)), judge(exact, set_goal(2025, 0.12, strict=False))
    assert (strict.outcome, strict.probability) == ("not passed", 0.0)
    assert (reached.outcome, reached.probability) == ("passed", 1.0)


def test_few_sampling_units_widen_the_interval() -> None:
    base = survey(0.145)
    from dataclasses import replace

    few = replace(base, df=np.array([5.0]))
    wide, narrow = judge(few, set_goal(2025, 0.12)), judge(base, set_goal(2025, 0.12))
    assert wide.ci_low < narrow.ci_low
    half = math.log(wide.ci_high / (1 - wide.ci_high)) - math.log(0.145 / 0.855)
    assert half == pytest.approx(stats.t.ppf(0.975, 5) * math.sqrt(1.8 / (1200 * 0.145 * 0.855)))


def test_confidence_is_a_choice() -> None:
    assert judge(survey(0.145), set_goal(2025, 0.12), confidence=0.8).outcome == "passed"
    assert judge(survey(0.145), set_goal(2025, 0.12), confidence=0.999).outcome == "cannot be told"
    with pytest.raises(LiteracyError):
        judge(survey(0.1), set_goal(2025, 0.12), confidence=95)


def test_no_survey_of_that_year_is_an_error() -> None:
    with pytest.raises(LiteracyError, match="no survey of 2027"):
        judge(survey(0.1), set_goal(2027, 0.12))


def test_an_unpublished_size_counts_effective_respondents() -> None:
    t = trend_from_frame(pd.DataFrame({"year": [2025], "estimate": [0.13], "se": [0.013]}))
    v = judge(t, set_goal(2025, 0.12))
    assert v.n_needed > 0.13 * 0.87 / 0.013**2 and "effective respondents" in str(v)


def test_a_share_of_zero() -> None:
    v = judge(survey(0.0, n=400), set_goal(2025, 0.12))
    assert v.outcome == "not passed" and 0 < v.ci_high < 0.12


@pytest.mark.parametrize(("share", "goal"), [(0.0, 0.12), (0.0, 0.02), (1.0, 0.9)])
def test_the_size_that_would_have_decided_on_a_share_of_zero_or_one(share: float, goal: float) -> None:
    needed = judge(survey(share, n=20), set_goal(2025, goal)).n_needed
    decided = "passed" if share else "not passed"
    assert judge(survey(share, n=needed), set_goal(2025, goal)).outcome == decided
    assert judge(survey(share, n=needed - 1), set_goal(2025, goal)).outcome == "cannot be told"


def test_surveys_of_one_year_in_which_nobody_is_literate_are_pooled() -> None:
    waves = trend_from_frame(pd.DataFrame({"year": [2025.2, 2025.7], "estimate": [0.0, 0.0], "n": [10, 12]}))
    v = judge(waves, set_goal(2025, 0.12))
    one = judge(survey(0.0, n=22, deff=2.0), set_goal(2025, 0.12))
    assert (v.outcome, v.n_needed) == ("cannot be told", one.n_needed)
    assert v.ci_high == pytest.approx(one.ci_high)


def test_project_shows_the_verdict() -> None:
    t = trend_from_frame(
        pd.DataFrame({"year": [2023, 2025], "estimate": [0.1, 0.135], "n": 1200.0, "deff": 1.8})
    )
    p = project(t, set_goal(2025, 0.12))
    assert p.goals_frame()["outcome"].iloc[0] == "cannot be told"
    assert "respondents would have been needed" in str(p)
