"""Backtests: the issue's targets on the published past, and what an origin may know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.projection import backtest, project, series_trend, trend_from_frame
from literacy.projection.models.methods import METHODS, MODELS

RIVALS = ("ets", "theta", "arima", "unobserved")


@pytest.fixture(scope="module")
def national() -> pd.DataFrame:
    quick = [
        m for m in METHODS if m not in RIVALS
    ]  # statsmodels takes seconds; test_project tries each of its four
    return backtest(series_trend().until(2024), quick).to_frame().set_index("method")


def test_national_targets(national: pd.DataFrame) -> None:
    ours = national.loc["local_linear"]
    assert ours["n"] == 18
    assert ours["mae"] <= 0.0090
    assert ours["mae_near"] <= 0.0030
    assert 0.80 <= ours["coverage"] <= 1.0
    rivals = ["last_value", "linear", "own_line", "time_weighted", "compound", "logit_line"]
    assert (ours["crps"] < national.loc[rivals, "crps"]).all()


def test_baselines_are_those_measured_with_the_quoted_figure_of_2001() -> None:
    """Issue 5 measured with 1.44 % for 2001; the reference series keeps the published 1.4 %."""
    t = series_trend().until(2024)
    quoted = replace(t, estimate=np.where(t.years == 2001, 0.0144, t.estimate))
    table = (
        backtest(quoted, ["linear", "time_weighted", "logit_line", "last_two"]).to_frame().set_index("method")
    )
    measured = {"linear": 3.37, "time_weighted": 2.74, "logit_line": 1.40, "last_two": 0.77}
    for method, points in measured.items():
        assert 100 * table.loc[method, "mae"] == pytest.approx(points, abs=0.005)
    assert table.loc["linear", "coverage"] == pytest.approx(5 / 18)
    assert table.loc["time_weighted", "coverage"] == pytest.approx(4 / 18)


def test_an_origin_knows_only_its_past() -> None:
    t = series_trend()
    later = replace(t, estimate=np.where(t.years > 2015, 0.5, t.estimate))
    a, b = (backtest(x, "local_linear").forecasts for x in (t, later))
    early = a["origin"] <= 2015
    pd.testing.assert_series_equal(a.loc[early, "estimate"], b.loc[early, "estimate"])
    assert not np.allclose(a.loc[~early, "estimate"], b.loc[~early, "estimate"])
    nation = (t,)
    province = series_trend("inner_mongolia")
    changed = (replace(t, estimate=np.where(t.years > 2018, 0.5, t.estimate)),)
    c, d = (backtest(province, "local_linear", higher=h, min_waves=3).forecasts for h in (nation, changed))
    pd.testing.assert_frame_equal(c, d)


def test_a_forecast_is_what_project_says() -> None:
    t = series_trend()
    row = backtest(t, "local_linear").forecasts.set_index(["origin", "year"]).loc[(2018.0, 2022.0)]
    p = project(t.until(2018), horizon=2022, method="local_linear").to_frame().set_index("year").loc[2022]
    assert row["estimate"] == pytest.approx(p["estimate"], abs=1e-12)
    assert row["error"] == pytest.approx(p["estimate"] - 0.1293)


def test_the_prior_helps_provinces_with_few_waves() -> None:
    province = series_trend("inner_mongolia")
    with_prior = backtest(province, higher=[series_trend()], min_waves=2).to_frame().set_index("method")
    assert (with_prior.loc["local_linear", "crps"] < with_prior.drop(list(MODELS))["crps"]).all()


def test_methods_without_an_interval_have_no_coverage(national: pd.DataFrame) -> None:
    assert national.loc[["last_two", "compound_ends"], "coverage"].isna().all()
    np.testing.assert_array_equal(national.loc["last_two", "crps"], national.loc["last_two", "mae"])


def test_one_clear_error() -> None:
    with pytest.raises(LiteracyError, match="leave nothing to forecast"):
        backtest(series_trend("beijing"))
    with pytest.raises(LiteracyError, match="'linaer' is unknown"):
        backtest(series_trend(), "linaer")
    with pytest.raises(LiteracyError, match="at least 1"):
        backtest(series_trend(), ahead=0)


def test_a_wave_of_zero_stops_a_logarithm_with_one_error() -> None:
    frame = pd.DataFrame(
        {"year": range(2015, 2021), "estimate": [0.0, 0.01, 0.02, 0.03, 0.04, 0.05], "n": 500.0}
    )
    t = trend_from_frame(frame, area="x")
    assert len(backtest(t, "local_linear").forecasts) == 3
    with pytest.raises(LiteracyError, match="has no logarithm"):
        backtest(t, "compound")


def test_a_share_that_cannot_grow_by_a_tenth_has_no_brier_score() -> None:
    table = pd.DataFrame({"year": range(2000, 2012, 2), "percent": [93, 94, 95, 94, 95, 96], "n": 1500})
    found = backtest(trend_from_frame(table, area="x"), ["averaged", "last_value"]).forecasts
    assert found["brier"].isna().all() and found["crps"].notna().all()
