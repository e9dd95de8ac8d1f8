"""Results of ours become figures that name what they are of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.report.tables.adaptation import tables_of


@pytest.fixture(scope="module")
def sample():
    """One synthetic wave."""
    responses = lit.read(lit.sample_data("erenhot_2025.sav"), lit.load_instrument("erenhot"))
    return lit.Sample(lit.score(responses), lit.Design(weight="base_weight", strata="stratum", psu="psu"))


def test_a_share_by_group_keeps_order_labels_standard_and_source(sample):
    result = lit.proportion(sample, "literate", by="group")
    tables = tables_of(result)
    table = tables["share_by_group"]
    assert list(table["group"]) == list(result.to_frame()["group"])
    assert np.array_equal(table["estimate"], result.estimate)
    assert (
        table["zh"].iloc[0] == "青少年"
        and table["confidence"].eq(0.95).all()
        and table["synthetic"].eq(1).all()
    )
    labels = tables["labels"].set_index(["kind", "name"])
    assert "100" in labels.loc[("standard", "cast100"), "en"]
    assert "erenhot_2025.sav" in tables["provenance"]["zh"].iloc[0]


def test_crossed_domains_and_categories_are_joined_in_the_language(sample):
    crossed = tables_of(lit.proportion(sample, "literate", by=["sex", "residence"]))["share_by_group"]
    assert crossed["zh"].iloc[0].split("，")[0] == "男" and ", " in crossed["en"].iloc[0]
    levels = tables_of(lit.proportion(sample, "education"))["share_by_group"]
    assert len(levels) > 2 and levels["zh"].is_unique and (levels["zh"] != "").all()


def test_other_variables_are_named_in_the_title(sample):
    assert (
        lit.plot(lit.proportion(sample, "literate"), lang="en").title
        == "Share of scientifically literate citizens"
    )
    assert lit.plot(lit.proportion(sample, "sex"), lang="zh").title.startswith("比例：")
    assert lit.plot(lit.mean(sample, "total"), lang="en").title == "Means: literacy score"


def test_a_trend_of_surveys_has_intervals_a_published_one_has_none(sample):
    own = lit.trend({2025: lit.proportion(sample, "literate")})
    row = tables_of(own)["trend"].iloc[0]
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    frame = lit.proportion(sample, "literate").to_frame()
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(
        (frame["ci_low"][0], frame["ci_high"][0]), rel=1e-9
    )
    from literacy.projection import series_trend

    assert "ci_low" not in tables_of(series_trend("national"))["trend"]


def test_a_projection_brings_its_goal(sample):
    goal = lit.load_goal("erenhot", 2025)
    projection = lit.project(lit.trend({2025: lit.proportion(sample, "literate")}), goal)
    tables = tables_of(projection)
    assert {"trend", "fan", "goal"} <= set(tables)
    assert tables["goal"][["year", "value", "strict", "level"]].iloc[0].tolist() == [2025, 0.12, 1, "city"]
    figure = lit.plot(projection, lang="en")
    assert figure.name == "outlook" and "probability that the true share exceeds 12%" in figure.description


def test_goals_are_named_once(made_up):
    words = []
    for label in ("示例市", "示例市2025年目标"):
        goals = pd.DataFrame({"year": [2025], "value": [0.12], "strict": [1], "label_zh": [label]})
        figure = lit.plot(made_up["share_by_group"], "share_by_group", lang="zh", goal=goals)
        words.append([t.get_text() for t in figure.canvas.texts if "目标" in t.get_text()])
    assert words == [["示例市2025年目标 >12%"]] * 2


def test_the_dimensions_keep_their_colours_from_figure_to_figure(made_up):
    shuffled = made_up["items"].sort_values("item", ascending=False)
    faces = []
    for name, table in (("items", shuffled), ("dimensions_by_group", made_up["dimensions_by_group"])):
        figure = lit.plot({name: table, "labels": made_up["labels"]}, name, lang="zh")
        if name == "items":
            keys = [a for a in figure.canvas.artists if getattr(a, "get_marker", str)() not in ("", "None")]
            faces.append([key.get_markerfacecolor() for key in keys][:4])
        else:
            faces.append([ax.lines[-1].get_markeredgecolor() for ax in figure.canvas.axes])
    assert faces[0] == ["#0B2F66", "#B8470C", "#2CA58D", "#E0AE2B"]
    assert faces[1] == ["#0B2F66", "#B8470C", "#2CA58D", "#8A6508"]
