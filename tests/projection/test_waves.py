"""Trends: from estimates, tables and files; what may not be joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.projection import list_series, read_trend, read_trends, series_trend, trend, trend_from_frame


@dataclass(frozen=True)
class FakeEstimate:
    """The least a trend asks for."""

    table: pd.DataFrame
    standard: str = "cast100"
    wave: str = ""
    universe: str = ""

    def to_frame(self) -> pd.DataFrame:
        return self.table


def share(p: float, se: float = 0.01, n: float = 1200, **more: Any) -> FakeEstimate:
    return FakeEstimate(
        pd.DataFrame({"estimate": [p], "se": [se], "n": [n], "n_eff": [n / 1.8], "df": [60.0]}), **more
    )


def test_two_waves_carry_everything_over() -> None:
    t = trend({2023: share(0.08, 0.011), 2025: share(0.11, 0.012)}, area="erenhot")
    assert t.years.tolist() == [2023, 2025]
    assert t.estimate.tolist() == [0.08, 0.11]
    np.testing.assert_allclose(np.sqrt(np.diag(t.covariance)), [0.011, 0.012])
    np.testing.assert_allclose(t.n_eff, [0.08 * 0.92 / 0.011**2, 0.11 * 0.89 / 0.012**2])
    assert t.standards == ("cast100", "cast100")
    assert not t.breaks and not t.correlated
    assert list(t.to_frame()["year"]) == [2023, 2025]
    assert "2 wave(s)" in str(t)


def test_years_out_of_order_are_sorted_and_it_is_said() -> None:
    t = trend({2025: share(0.11), 2021: share(0.06), 2023: share(0.08)})
    assert t.years.tolist() == [2021, 2023, 2025]
    assert t.estimate.tolist() == [0.06, 0.08, 0.11]
    assert "given as 2025, 2021, 2023" in str(t)


def test_covariance_follows_the_order_of_the_waves() -> None:
    given = [[0.0001, 0.00003], [0.00003, 0.0004]]
    t = trend({2025: share(0.11, 0.01), 2023: share(0.08, 0.02)}, covariance=given)
    np.testing.assert_allclose(t.covariance, [[0.0004, 0.00003], [0.00003, 0.0001]])
    value, logit_covariance = t.log_odds()
    correlation = logit_covariance[0, 1] / np.sqrt(logit_covariance[0, 0] * logit_covariance[1, 1])
    assert correlation == pytest.approx(0.00003 / (0.01 * 0.02))
    assert t.correlated and len(value) == 2


def test_waves_of_different_standards_are_refused_unless_the_link_is_stated() -> None:
    waves = {2023: share(0.22, standard="benchmark2016"), 2025: share(0.11, standard="cast100")}
    with pytest.raises(LiteracyError) as caught:
        trend(waves)
    assert caught.value.code == "trend.standards"
    assert "benchmark2016" in str(caught.value) and "cast100" in str(caught.value)
    joined = trend(waves, splice="linked by a common sample")
    assert joined.breaks == (2025.0,)
    assert "linked by a common sample" in str(joined)


def test_a_wave_of_unknown_standard_is_said() -> None:
    t = trend({2023: share(0.1, standard=""), 2025: share(0.11)})
    assert "standard of 2023 is unknown" in str(t)
    assert "standard" not in "".join(trend({2023: share(0.1, standard="")})._notes())


def test_a_row_of_an_estimate_with_several() -> None:
    table = pd.DataFrame({"group": ["youth", "elderly"], "estimate": [0.2, 0.05], "se": [0.02, 0.01]})
    with pytest.raises(LiteracyError, match="2 matching rows"):
        trend({2023: FakeEstimate(table)})
    assert trend({2023: FakeEstimate(table)}, row={"group": "elderly"}).estimate.tolist() == [0.05]
    with pytest.raises(LiteracyError, match="no column 'sex'"):
        trend({2023: FakeEstimate(table)}, row={"sex": 1})
    with pytest.raises(LiteracyError, match="0 matching rows"):
        trend({2023: FakeEstimate(table)}, row={"group": "nobody"})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: trend({2023: share(5.1)}), "not a share between 0 and 1"),
        (lambda: trend({2023: share(0.1, -0.1)}), "not a standard error"),
        (lambda: trend({2025: share(0.1, wave="2023")}), "wave 2023 but was given for 2025"),
        (
            lambda: trend({2021: share(0.1, universe="adults"), 2023: share(0.1, universe="pupils")}),
            "universes",
        ),
        (lambda: trend({23: share(0.1)}), "not a year"),
        (lambda: trend({"last": share(0.1)}), "not a year"),  # type: ignore[dict-item]
        (lambda: trend({2023: share(0.1)}, level="village"), "'village' is unknown"),
        (lambda: trend({2023: share(0.1, np.nan, np.nan)}), "without a standard error or a sample size"),
        (lambda: trend({2023: share(0.1)}, covariance=[[1, 2], [2, 1]]), "expected a symmetric 1 by 1"),
        (
            lambda: trend({2021: share(0.1), 2023: share(0.1)}, covariance=[[1e-4, 2e-4], [2e-4, 1e-4]]),
            "a correlation beyond 1",
        ),
    ],
)
def test_one_clear_error(make: Callable[[], object], said: str) -> None:
    with pytest.raises(LiteracyError, match=said):
        make()


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_a_share_of_0_or_1_keeps_a_finite_uncertainty(p: float) -> None:
    t = trend({2023: share(p, 0.0, 100)})
    value, covariance = t.log_odds()
    m = 100 / 1.8
    odds = (m * p + 0.5) / (m * (1 - p) + 0.5)
    assert value[0] == pytest.approx(np.log(odds))
    assert covariance[0, 0] == pytest.approx(1 / (m * p + 0.5) + 1 / (m * (1 - p) + 0.5))
    assert t.se[0] > 0
    assert "half a respondent" in str(t)


def test_a_census_is_exact() -> None:
    value, covariance = trend({2023: share(0.1, 0.0)}).log_odds()
    assert value[0] == pytest.approx(np.log(0.1 / 0.9))
    assert covariance[0, 0] == 0


def test_published_figures_with_assumptions_said() -> None:
    frame = pd.DataFrame(
        {"year": [2015, 2018, 2020, 2021], "percent": [6.2, 8.47, 10.56, None], "n": [2000, None, 900, 5]}
    )
    t = trend_from_frame(frame, area="somewhere", deff=1.8)
    assert t.years.tolist() == [2015, 2018, 2020]
    np.testing.assert_allclose(t.estimate, [0.062, 0.0847, 0.1056])
    np.testing.assert_allclose(t.n_eff, [2000 / 1.8, 900 / 1.8, 900 / 1.8])  # 2018: the smaller neighbour
    np.testing.assert_allclose(t.se, np.sqrt(t.estimate * (1 - t.estimate) / t.n_eff))
    assert np.isnan(t.n[1])
    text = str(t)
    assert (
        "2018 n = 900" in text and "design effect of 1.8 is assumed" in text and "no figure for 2021" in text
    )
    given = trend_from_frame(frame.assign(se=[1.0, 1.2, 1.1, None]), area="somewhere")
    np.testing.assert_allclose(given.se, [0.01, 0.012, 0.011])
    assert "assumed" not in str(given)


def test_nothing_known_of_the_sample_needs_an_assumption_by_name() -> None:
    frame = pd.DataFrame({"year": [2015], "estimate": [0.062]})
    with pytest.raises(LiteracyError, match="neither a standard error nor a sample size"):
        trend_from_frame(frame)
    assert "2015 n = 1,200" in str(trend_from_frame(frame, n=1200))


def test_repeated_years_and_unreadable_numbers() -> None:
    frame = pd.DataFrame({"year": [2015, 2015], "estimate": [0.06, 0.07], "n": [100, 300]})
    pooled = trend_from_frame(frame)
    assert pooled.estimate.tolist() == [pytest.approx(0.0675)] and pooled.n.tolist() == [400]
    assert "2 surveys of 2015 (6.00, 7.00 %) are pooled" in str(pooled)
    with pytest.raises(LiteracyError, match="the same figure appears twice"):
        trend_from_frame(frame.assign(estimate=0.06, n=100))
    with pytest.raises(LiteracyError, match="'about 6' is not a number"):
        trend_from_frame(pd.DataFrame({"year": [2015], "percent": ["about 6"], "n": [100]}))
    with pytest.raises(LiteracyError, match="give year and estimate"):
        trend_from_frame(pd.DataFrame({"jahr": [2015], "wert": [0.1]}))
    with pytest.raises(LiteracyError, match="no figures"):
        trend_from_frame(pd.DataFrame({"year": [2015], "estimate": [None], "n": [1]}))


def test_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "城市.csv"
    path.write_text(
        "area,year,percent,n,deff\n甲,2021,8.5,1200,1.8\n甲,2023,10.0,1250,1.8\n乙,2023,9,800,2\n", "utf-8"
    )
    t = read_trend(path, area="甲")
    np.testing.assert_allclose(t.estimate, [0.085, 0.10])
    assert t.source is not None and t.source.rows == 3
    with pytest.raises(LiteracyError, match="no rows for '丙'"):
        read_trend(path, area="丙")
    with pytest.raises(LiteracyError) as caught:
        read_trend(tmp_path / "nothing.csv")
    assert caught.value.code == "io.missing"
    path.write_bytes(b"year,percent\n2021,\xff\xfe\n")
    with pytest.raises(LiteracyError) as caught:
        read_trend(path)
    assert caught.value.code == "io.encoding"


def test_the_national_series_is_a_marked_splice() -> None:
    t = series_trend()
    assert t.level == "nation" and len(t) == 12 and t.years[[0, -1]].tolist() == [2001, 2025]
    assert t.breaks == (2015.0, 2020.0, 2022.0)
    assert t.label.zh == "全国"
    assert "1996 omitted" in str(t)
    assert len(series_trend(since=1990)) == 13
    assert "2020 and 2022 are not directly comparable" in str(t)


def test_published_series_by_either_name() -> None:
    np.testing.assert_array_equal(series_trend("内蒙古").estimate, series_trend("inner_mongolia").estimate)
    assert series_trend("west").level == "region"
    with pytest.raises(LiteracyError, match="did you mean 'inner_mongolia'"):
        series_trend("inner_mongolai")
    listed = list_series().set_index("name")
    assert listed.loc["inner_mongolia", "waves"] == 5
    assert "xilingol" not in listed.index


def test_until_keeps_the_breaks_that_still_join() -> None:
    cut = series_trend().until(2018)
    assert cut.breaks == (2015.0,) and cut.years[-1] == 2018 and cut.covariance.shape == (7, 7)


def test_places_of_one_file_are_those_of_files_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "banners.csv"
    path.write_text(
        "地区,年份,百分比,样本量\n甲,2021,8,900\n乙 ,2021,7,800\n甲,2023,10,900\n乙,2023,9,800\n,,,\n",
        encoding="utf-8",
    )
    both = read_trends(path)
    assert list(both) == ["甲", "乙"]
    for name, one in both.items():
        pd.testing.assert_frame_equal(one.to_frame(), read_trend(path, area=name).to_frame())
    for text, words in (
        ("year,percent,n\n2021,8,900\n", "no column area"),
        ("area,year,percent,n\n甲,2021,8,900\n,2021,8,900\n", "row 2 names no place"),
        ("area,year,percent,n\n甲,2021,8,900\n乙,21,8,900\n", "21 in row 1 is not a year"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LiteracyError, match=words):
            read_trends(path)
