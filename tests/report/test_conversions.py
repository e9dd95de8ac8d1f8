"""Results of other rooms are drawn as they are: model, weighting, projection, backtest."""

from __future__ import annotations

import pytest

import literacy as lit


@pytest.fixture(scope="module")
def raked() -> lit.Sample:
    scored = lit.score(lit.read(lit.sample_data(), "erenhot"))
    design = lit.Design("base_weight", "stratum", ("psu", "id"), ("fpc_psu", "fpc_person"))
    return lit.rake(lit.Sample(scored, design), lit.load_margins("erenhot", 2025))


def test_a_logistic_model_is_drawn_in_odds_ratios_with_its_reference(raked: lit.Sample) -> None:
    model = lit.regress(raked, "literate ~ age_band + education_three", family="logistic")
    table = lit.plot(model, lang="en").to_frame()
    assert set(table["scale"]) == {"odds_ratio"} and table["reference"].sum() == 2
    senior = table[table["term"] == "education_three senior"].iloc[0]
    ratios = model.to_frame().set_index("level")["ratio"]
    assert senior["estimate"] == pytest.approx(ratios["senior"])


def test_a_weighting_is_drawn_as_margins_or_weights(raked: lit.Sample) -> None:
    assert lit.plot(raked.weighting, "weights", lang="en").name == "weights"
    margins = lit.plot(raked.weighting, "margins", lang="zh").to_frame()
    assert margins["after"].to_numpy() == pytest.approx(margins["target"].to_numpy(), rel=1e-8)


def test_a_projection_and_a_backtest_are_drawn(raked: lit.Sample) -> None:
    trend = lit.trend({2025: lit.proportion(raked, "literate")}, area="erenhot")
    outlook = lit.plot(lit.project(trend, lit.set_goal(2027, 0.15)), lang="en")
    assert outlook.name == "outlook"
    assert (
        lit.plot(lit.backtest(lit.series_trend("national"), ["averaged", "linear"]), lang="zh").name
        == "backtest"
    )


def test_synthetic_data_say_so_on_any_figure(raked: lit.Sample) -> None:
    share = lit.plot(lit.proportion(raked, "literate", by="group"), lang="en").to_frame()
    assert share["synthetic"].all()
