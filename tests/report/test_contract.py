"""Tables that break the contract are answered by one error that says where and how to fix it."""

from __future__ import annotations

import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.report import draw_report, plot
from literacy.report.figures.registry import CHARTS
from literacy.report.tables.contract import TABLES, check_table

GOOD = {"group": ["", "youth"], "estimate": [0.1, 0.2], "ci_low": [0.05, 0.15], "ci_high": [0.15, 0.25]}


def broken(**change):
    return pd.DataFrame(GOOD | change)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            broken().rename(columns={"estimate": "estimates"}),
            "'estimate' is missing; 'estimates' looks similar",
        ),
        (broken().head(0), "no rows"),
        (broken(estimate=[12.3, 20]), "12.3 is not a share"),
        (broken(estimate=[-0.1, 0.2]), "-0.1 is not a share"),
        (broken(estimate=["0.1", "about 0.2"]), "'about 0.2' is not a number"),
        (broken(ci_low=[None, 0.15]), "ci_low or ci_high, not both"),
        (broken(ci_low=[0.05, 0.3]), "ci_low exceeds ci_high in row 2"),
        (broken(estimate=[0.1, 0.26]), "row 2 lies outside its interval"),
        (broken(reliable=["1", "maybe"]), "'maybe' is neither 1 nor 0"),
        (broken(n=[float("inf"), 1]), "an infinite number"),
    ],
)
def test_what_is_wrong_is_said(table, words):
    with pytest.raises(LiteracyError) as caught:
        check_table("share_by_group", table, "share_by_group.csv")
    assert words in str(caught.value) and caught.value.code == "report.input"
    assert caught.value.where.startswith("share_by_group.csv")


def test_missing_columns_are_filled_and_types_are_set():
    table = check_table(
        "share_by_group", pd.DataFrame({"estimate": ["0.1"], "wave": [2025.0], "reliable": [pd.NA]}), "t"
    )
    assert set(table.columns) == set(TABLES["share_by_group"])
    row = table.iloc[0]
    assert (row["wave"], row["group"], row["estimate"], bool(row["reliable"]), bool(row["synthetic"])) == (
        "2025",
        "",
        0.1,
        True,
        False,
    )
    assert pd.isna(row["ci_low"])


@pytest.mark.parametrize("word", ["1", "True", "yes", "是", 1, True])
def test_flags_are_read_as_people_write_them(word):
    assert bool(check_table("share_by_group", broken(synthetic=[word, word]), "t")["synthetic"].all())


def test_a_checked_table_passes_again_unchanged(made_up):
    for name, table in made_up.items():
        once = check_table(name, table, name)
        pd.testing.assert_frame_equal(check_table(name, once, name), once)


def test_csv_and_memory_give_the_same_figure(made_up, folder, tmp_path):
    draw_report(folder, tmp_path, lang="zh", formats=("svg",), names=["share_by_group", "scoreboard"])
    for name in ("share_by_group", "scoreboard"):
        wanted = {k: made_up[k] for k in ("goal", "labels", "provenance", name)}
        assert plot(wanted, name).render("svg") == (tmp_path / f"{name}.zh.svg").read_bytes()


def test_every_chart_has_a_table_in_the_contract():
    for chart in CHARTS:
        assert chart.table in TABLES and set(chart.also) <= set(TABLES)


def test_folders_that_hold_nothing(tmp_path):
    with pytest.raises(LiteracyError, match="does not exist"):
        draw_report(tmp_path / "nowhere", tmp_path)
    with pytest.raises(LiteracyError, match="no table from which a figure can be drawn"):
        draw_report(tmp_path, tmp_path)


def test_files_that_are_not_utf8_or_not_tables(tmp_path):
    (tmp_path / "items.csv").write_bytes("item,estimate,zh\nk01,0.5,科学".encode("gb18030"))
    with pytest.raises(LiteracyError, match=r"items\.csv: the text is not UTF-8"):
        draw_report(tmp_path, tmp_path)
    (tmp_path / "items.csv").write_bytes(b"")
    with pytest.raises(LiteracyError, match=r"items\.csv: the file is not a table"):
        draw_report(tmp_path, tmp_path)


def test_unknown_names_get_the_nearest():
    with pytest.raises(LiteracyError, match="did you mean 'share_by_group'"):
        plot(broken(), "share_by_groups")
    with pytest.raises(LiteracyError, match="did you mean 'goal'"):
        plot(broken(), goals=pd.DataFrame())
    with pytest.raises(LiteracyError, match="lang: 'cn' is unknown"):
        plot(broken(), lang="cn")


def test_things_that_are_no_table():
    with pytest.raises(LiteracyError, match="no figure can be drawn from columns a"):
        plot(pd.DataFrame({"a": [1]}))
    with pytest.raises(LiteracyError, match=r"report.input"):
        plot(42)


def test_a_status_the_board_does_not_know(made_up):
    with pytest.raises(LiteracyError, match="did you mean 'on_course'"):
        plot({"scoreboard": made_up["scoreboard"].assign(status="oncourse")})
