# ruff: noqa: E501 - rows of made-up tables read better whole
"""Every figure, both languages: no warning, no collision, our typeface; and awkward tables."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.report import list_figures, plot
from literacy.report.figures.gallery import plot as plot_one
from literacy.report.figures.registry import BY_NAME
from literacy.report.figures.typeface import font_path
from tests.conftest import some

_spec = importlib.util.spec_from_file_location("overlaps", Path(__file__).with_name("overlaps.py"))
overlaps = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(overlaps)

NAMES = tuple(BY_NAME)


def drawn(tables: dict[str, pd.DataFrame], name: str, lang: str, **changed: pd.DataFrame):
    chart = BY_NAME[name]
    wanted = {
        k: v for k, v in (tables | changed).items() if k in (chart.table, *chart.also, "labels", "provenance")
    }
    return plot_one(wanted, name, lang=lang)


def fits(figure) -> None:
    assert overlaps.faults(figure.canvas) == []


@pytest.mark.parametrize("lang", some(["zh", "en"]))
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_draws_without_collisions(made_up, name, lang):
    figure = drawn(made_up, name, lang)
    fits(figure)
    assert {t.get_fontproperties().get_file() for t in overlaps.texts(figure.canvas)} == {font_path()}
    assert figure.render("png")[:4] == b"\x89PNG"


@pytest.mark.parametrize("values", [(0.25, 0.25), (0.25, 0.26), (0.02, 0.02)])
def test_goals_of_one_year_and_level_stand_apart(made_up, values):
    """The place's goal and the nation's for one year, with a fan that leaves no room below."""
    goals = made_up["goal"].iloc[[0, 2]].assign(year=2035, value=values)
    fan = made_up["fan"]
    wide = pd.concat([fan, fan.tail(1).assign(year=2035, low_95=0.02, high_95=0.77)], ignore_index=True)
    fits(drawn(made_up, "outlook", "zh", goal=goals, fan=wide))


@pytest.mark.parametrize("name", some(NAMES))
def test_every_figure_draws_without_labels_and_provenance(made_up, name):
    bare = {k: v for k, v in made_up.items() if k not in ("labels", "provenance", "goal", "fan")}
    fits(drawn(bare, name, "zh"))


def test_one_group(made_up):
    one = made_up["share_by_group"].query("wave == 2025 and group == ''")
    fits(drawn(made_up, "share_by_group", "zh", share_by_group=one))
    fits(
        drawn(
            made_up,
            "dimensions_by_group",
            "en",
            dimensions_by_group=made_up["dimensions_by_group"].query("group == ''"),
        )
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_twelve_groups_with_long_labels(made_up, lang):
    names = [f"g{i}" for i in range(12)]
    rows = pd.DataFrame(
        {"group": names, "estimate": np.linspace(0, 1, 12), "ci_low": None, "ci_high": None, "n": 100}
    )
    labels = pd.DataFrame({
        "kind": "group", "name": names, "zh": [f"第{i}类人员：居住在边境苏木嘎查、从事畜牧业生产经营并兼营旅游接待服务的牧户成员" for i in range(12)],
        "en": [f"Group {i}: members of herding households in border sumus who also run guest houses" for i in range(12)],
    })  # fmt: skip
    fits(drawn(made_up, "share_by_group", lang, share_by_group=rows, labels=labels))
    twelve = pd.concat(
        [rows.assign(dimension=d) for d in ("knowledge", "method", "spirit", "application", "other")]
    )
    fits(drawn(made_up, "dimensions_by_group", lang, dimensions_by_group=twelve, labels=labels))


def test_goals_close_together_do_not_collide(made_up):
    goals = pd.DataFrame({"year": 2025, "value": [0.12, 0.121, 0.15], "strict": [1, 0, 1],
                          "label_zh": ["本市目标", "盟里下达的目标", "全国目标"], "label_en": ["city", "league", "nation"]})  # fmt: skip
    fits(drawn(made_up, "share_by_group", "zh", goal=goals))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_at_the_ends(made_up, share):
    table = pd.DataFrame({"group": ["", "youth"], "estimate": share, "ci_low": share, "ci_high": share})
    figure = drawn(made_up, "share_by_group", "en", share_by_group=table)
    fits(figure)
    assert f"{100 * share:.1f}% ({100 * share:.1f}–{100 * share:.1f})" in {
        t.get_text() for t in overlaps.texts(figure.canvas)
    }


def test_an_interval_below_zero_is_drawn_to_the_axis_and_told_in_full(made_up):
    table = pd.DataFrame({"group": [""], "estimate": 0.01, "ci_low": -0.01, "ci_high": 0.03})
    figure = drawn(made_up, "share_by_group", "en", share_by_group=table)
    ends = [x for line in figure.canvas.axes[0].lines for x in line.get_xdata() if len(line.get_xdata()) == 2]
    assert min(ends) == 0.0
    assert "1.0% (−1.0–3.0)" in {t.get_text() for t in overlaps.texts(figure.canvas)}


def test_unreliable_estimates_are_hollow_and_the_key_says_so(made_up):
    table = pd.DataFrame({"group": ["", "youth"], "estimate": [0.1, 0.2], "reliable": [1, 0]})
    figure = drawn(made_up, "share_by_group", "zh", share_by_group=table)
    faces = [line.get_markerfacecolor() for line in figure.canvas.axes[0].lines if line.get_marker() == "o"]
    assert faces == ["#0B2F66", "#FFFFFF"]
    assert any("精度不足" in t.get_text() for t in overlaps.texts(figure.canvas))
    sure = drawn(made_up, "share_by_group", "zh", share_by_group=table.assign(reliable=1))
    assert not any("精度不足" in t.get_text() for t in overlaps.texts(sure.canvas))


@pytest.mark.parametrize("name", some(n for n in NAMES if n not in ("prior", "backtest", "calibration")))
def test_synthetic_data_say_so_twice(made_up, name):
    chart = BY_NAME[name]
    words = [t.get_text() for t in overlaps.texts(drawn(made_up, name, "zh").canvas)]
    assert "合成数据" in words and any(w.startswith("合成数据，仅供演示") for w in words)
    real = {k: v.assign(synthetic=0) if "synthetic" in v else v for k, v in made_up.items()}
    assert "合成数据" not in [t.get_text() for t in overlaps.texts(drawn(real, name, "zh").canvas)]
    told = pd.DataFrame({"table": [chart.table], "kind": ["synthetic"], "zh": ["1"], "en": ["1"]})
    assert "合成数据" in [
        t.get_text() for t in overlaps.texts(drawn(real, name, "zh", provenance=told).canvas)
    ]


def test_footer_names_source_standard_and_proxy_but_no_folder(made_up):
    words = " ".join(t.get_text() for t in overlaps.texts(drawn(made_up, "share_by_group", "en").canvas))
    for expected in (
        "Source: made_up_2025.sav",
        "Standard: 100 points, literate from 70",
        "Proxy: Young people",
    ):
        assert expected in words
    assert "waves/" not in words


def test_the_level_of_an_interval_is_only_named_where_it_is_known(made_up):
    table = made_up["share_by_group"]
    known = [t.get_text() for t in overlaps.texts(drawn(made_up, "share_by_group", "en").canvas)]
    unknown = drawn(made_up, "share_by_group", "en", share_by_group=table.drop(columns="confidence"))
    assert any("95% confidence interval" in t for t in known)
    assert not any("95%" in t.get_text() for t in overlaps.texts(unknown.canvas))


def test_a_share_of_something_else_is_not_called_literate(made_up):
    table = made_up["share_by_group"].assign(variable="visited_museum")
    assert drawn(made_up, "share_by_group", "en").title == "Share of scientifically literate citizens"
    assert drawn(made_up, "share_by_group", "en", share_by_group=table).title == "Share: visited museum"


def test_breaks_are_dotted(made_up):
    figure = drawn(made_up, "outlook", "zh")
    lines = [
        line
        for line in figure.canvas.axes[0].lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] != line.get_xdata()[1]
    ]
    dotted = {tuple(map(float, line.get_xdata())) for line in lines if line._unscaled_dash_pattern[1]}
    assert (2010.0, 2015.0) in dotted and (2015.0, 2018.0) not in dotted


def test_early_years_are_cut_and_the_footer_says_so(made_up):
    words = [t.get_text() for t in overlaps.texts(drawn(made_up, "outlook", "en").canvas)]
    assert "Note: values before 2010 are not drawn" in words
    nation = made_up["trend"].query("level == 'nation'")
    whole = drawn(made_up, "outlook", "en", trend=nation)
    assert not any("not drawn" in t.get_text() for t in overlaps.texts(whole.canvas))
    assert whole.canvas.axes[0].get_xlim()[0] < 1996


def test_outlook_with_one_year_and_no_higher_level(made_up):
    city = made_up["trend"].query("level == 'city' and year == 2025")
    fits(drawn(made_up, "outlook", "zh", trend=city, fan=made_up["fan"].head(1)))


def test_the_chance_of_the_citys_goal_is_told(made_up):
    words = " ".join(t.get_text() for t in overlaps.texts(drawn(made_up, "outlook", "zh").canvas))
    assert "2025年真实比例超过12%的概率：47%" in words
    sure = made_up["fan"].assign(p_reached=[0.9999, *[None] * 10])
    words = " ".join(t.get_text() for t in overlaps.texts(drawn(made_up, "outlook", "zh", fan=sure).canvas))
    assert "2025年真实比例超过12%的概率：>99%" in words


def test_items_are_ordered_from_easy_to_hard(made_up):
    figure = drawn(made_up, "items", "en")
    names = [
        t.get_text() for t in overlaps.texts(figure.canvas) if t.get_text() in set(made_up["items"]["item"])
    ]
    expected = made_up["items"].sort_values("estimate", ascending=False)["item"]
    assert names == list(expected)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_scoreboard_and_the_items_fit_one_page(made_up, lang):
    for name in ("scoreboard", "items"):
        wide, tall = drawn(made_up, name, lang).canvas.get_size_inches()
        assert tall <= 11.7 and wide == pytest.approx(7.2)


def test_margins_are_shares_of_their_margin(made_up):
    words = [t.get_text() for t in overlaps.texts(drawn(made_up, "margins", "en").canvas)]
    assert {"58.6%", "50.0%", "29.3%"} <= set(words)
    broken = made_up["margins"].assign(target=0)
    with pytest.raises(LiteracyError, match="no total"):
        drawn(made_up, "margins", "en", margins=broken)


def test_odds_ratios_are_on_a_log_scale_and_must_be_positive(made_up):
    table = made_up["coefficients"]
    odds = table.assign(
        scale="odds_ratio", **{c: np.exp(table[c]) for c in ("estimate", "ci_low", "ci_high")}
    )
    figure = drawn(made_up, "coefficients", "en", coefficients=odds)
    fits(figure)
    assert figure.canvas.axes[0].get_xscale() == "log"
    with pytest.raises(LiteracyError, match="a ratio is zero or below"):
        drawn(made_up, "coefficients", "en", coefficients=table.assign(scale="odds_ratio"))


def test_two_models_and_a_reference_level(made_up):
    one = made_up["coefficients"]
    ref = one.head(1).assign(
        term="sex:male",
        label_zh="男",
        label_en="Male",
        reference=1,
        estimate=0.0,
        ci_low=np.nan,
        ci_high=np.nan,
    )
    both = pd.concat([pd.concat([ref, one]).assign(model=m) for m in ("all adults", "without students")])
    figure = drawn(made_up, "coefficients", "en", coefficients=both)
    fits(figure)
    assert [t.get_text() for t in overlaps.texts(figure.canvas)].count("reference") == 2


def test_dollar_signs_and_line_breaks_in_labels_are_plain_text(made_up):
    table = pd.DataFrame(
        {
            "group": ["a", "b"],
            "zh": ["收入$5至$6", "两行\n标签"],
            "en": ["$5", "two\nlines"],
            "estimate": [0.1, 0.2],
        }
    )
    figure = drawn(made_up, "share_by_group", "zh", share_by_group=table)
    words = {t.get_text() for t in overlaps.texts(figure.canvas)}
    assert {"收入$5至$6", "两行 标签"} <= words


def test_every_figure_is_listed_with_what_it_needs():
    table = list_figures().set_index("figure")
    assert set(table.index) == set(NAMES)
    assert table.loc["dimensions_by_group", "needs"] == "dimension estimate"
    assert plot(pd.DataFrame({"item": ["k01"], "estimate": [0.5]}), lang="en").name == "items"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_of_a_backtest_are_its_methods(lang):
    from literacy.projection import backtest, series_trend
    from literacy.projection.models.methods import METHODS
    from literacy.report.tables.adaptation import tables_of

    found = backtest(series_trend("national"), ("local_linear", "linear", "compound"))
    figure = plot_one(tables_of(found), "backtest", lang=lang)
    words = "".join(t.get_text() for t in overlaps.texts(figure.canvas)).replace(" ", "").replace("\n", "")
    for name in ("local_linear", "linear", "compound"):
        assert METHODS[name].label.get(lang).replace(" ", "") in words
    fits(figure)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_end_of_a_fan_is_written_beside_it(lang):
    from literacy.projection import project, series_trend, set_goal
    from literacy.report.tables.adaptation import tables_of

    for goal in (set_goal(2035, 0.25), set_goal(2035, 0.37)):
        made = project(series_trend("national"), goal)
        figure = plot_one(tables_of(made), "outlook", lang=lang)
        fits(figure)
        last = f"{100 * made.outlooks[0].estimate:.1f}%"
        end = [t for t in overlaps.texts(figure.canvas) if t.get_text() == last]
        assert len(end) == 1 and end[0].get_position()[0] > 2035
        assert "2035" in [t.get_text() for t in overlaps.texts(figure.canvas)]
