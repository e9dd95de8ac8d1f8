"""The baselines against numpy, statsmodels and arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.kernels.forecast import baselines as lines
from literacy.kernels.forecast.spread import expit, logit

YEARS = np.array([2001.0, 2003, 2005, 2007, 2010, 2015])
SHARES = np.array([0.014, 0.0198, 0.016, 0.0225, 0.0327, 0.062])
AHEAD = np.array([2018.0, 2020.0])


def test_linear_equals_statsmodels_prediction() -> None:
    import statsmodels.api as sm

    fit = sm.OLS(SHARES, sm.add_constant(YEARS - 2010)).fit()
    theirs = fit.get_prediction(np.column_stack([np.ones(2), AHEAD - 2010])).summary_frame(alpha=0.1)
    ours = lines.linear(YEARS, SHARES, AHEAD)
    np.testing.assert_allclose(ours.median(), theirs["mean"], rtol=1e-10)
    np.testing.assert_allclose(ours.quantile(0.05), theirs["obs_ci_lower"], rtol=1e-9)
    np.testing.assert_allclose(ours.quantile(0.95), theirs["obs_ci_upper"], rtol=1e-9)


def test_time_weighted_equals_statsmodels_weighted() -> None:
    import statsmodels.api as sm

    weight = (YEARS - 2000) / 15
    fit = sm.WLS(SHARES, sm.add_constant(YEARS - 2010), weights=weight).fit()
    theirs = fit.get_prediction(np.column_stack([np.ones(2), AHEAD - 2010]), weights=weight[-1])
    ours = lines.time_weighted(YEARS, SHARES, AHEAD)
    np.testing.assert_allclose(ours.median(), theirs.predicted_mean, rtol=1e-10)
    np.testing.assert_allclose(ours.quantile(0.95), theirs.conf_int(obs=True, alpha=0.1)[:, 1], rtol=1e-9)


def test_logit_line_and_compound_are_lines_on_their_scales() -> None:
    slope, level = np.polyfit(YEARS - 2010, logit(SHARES), 1)
    np.testing.assert_allclose(
        lines.logit_line(YEARS, SHARES, AHEAD).median(), expit(level + slope * (AHEAD - 2010)), rtol=1e-9
    )
    rate, start = np.polyfit(YEARS - 2010, np.log(SHARES), 1)
    np.testing.assert_allclose(
        lines.compound(YEARS, SHARES, AHEAD).median(), np.exp(start + rate * (AHEAD - 2010)), rtol=1e-9
    )


def test_ends_and_last_two_pass_through_their_waves() -> None:
    ends = lines.compound_ends(YEARS, SHARES, np.array([2001.0, 2015.0, 2029.0]))
    np.testing.assert_allclose(ends.median(), [0.014, 0.062, 0.062**2 / 0.014], rtol=1e-12)
    two = lines.last_two(YEARS, SHARES, np.array([2010.0, 2015.0, 2020.0]))
    np.testing.assert_allclose(
        logit(two.median()), [*logit(SHARES[-2:]).tolist(), 2 * logit(0.062) - logit(0.0327)]
    )
    assert ends.point and two.point


def test_last_value_walks_as_the_past_did() -> None:
    s = lines.last_value(
        np.array([2000.0, 2001, 2005]), np.array([0.1, 0.12, 0.10]), np.array([2006.0, 2009.0])
    )
    size = np.sqrt((0.02**2 + 0.02**2 / 4) / 2)
    np.testing.assert_allclose(s.median(), 0.10)
    np.testing.assert_allclose(s.scale, [size, 2 * size])
    assert s.df == 2
    assert lines.last_value(np.array([2000.0]), np.array([0.1]), np.array([2001.0])).point


def test_own_line_carries_the_sampling_error_of_two_waves() -> None:
    s = lines.own_line(
        np.array([2021.0, 2023]), np.array([0.08, 0.10]), np.array([2025.0]), np.array([0.01, 0.012])
    )
    assert float(s.median()[0]) == pytest.approx(0.12)
    assert float(s.scale[0]) == pytest.approx(np.hypot(2 * 0.012, 0.01))
