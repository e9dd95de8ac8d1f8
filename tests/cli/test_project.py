"""``literacy project`` and ``literacy backtest`` as a user has them: every odd input gives an answer or one error."""

from __future__ import annotations

from pathlib import Path

import pytest

import literacy
from tests.cli.conftest import Run, records

HEAD = "year,estimate,n\n"
TWO = "2021,0.08,1200\n2023,0.10,1200\n"


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> str:
    (tmp_path / "city.csv").write_bytes(text.encode(encoding))
    return "city.csv"


def goal(run: Run, file: str, *more: str) -> dict[str, object]:
    """The row of the goal of more than 12 % in 2025."""
    arguments = ("--goal", "2025=0.12", "--show", "goals", "--format", "json", *more)
    return records(run("project", "--estimates", file, *arguments))[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HEAD + TWO, "utf-8"),
        (HEAD + TWO, "utf-16"),
        ("year,estimate,n,备注\n2021,0.08,1200,第一次\n2023,0.10,1200,第二次\n", "gb18030"),
        ("年份,百分比,样本量\n2021,8,1200\n2023,10,1200\n", "gb18030"),
        ("year,percent,n,remark\n2021,8,1200,hello\n2023,10,1200,\n", "utf-8-sig"),
        ("year;share;n\n2021;0.08;1200\n2023;0.10;1200\n", "utf-8"),
        ("year,estimate,n\n2023,0.10,1200\n2021,0.08,1200\n", "utf-8"),
        ("year,estimate,n\n2021,0.08,1200\n2022,,1200\n2023,0.10,1200\n", "utf-8"),
        ("area,level,year,estimate,n\n甲,city,2021,0.08,1200\n甲,city,2023,0.10,1200\n", "utf-8"),
    ],
)
def test_one_series_in_every_dress_has_one_answer(run: Run, tmp_path: Path, text: str, encoding: str) -> None:
    row = goal(run, write(tmp_path, text, encoding))
    assert row["probability"] == pytest.approx(0.4035, abs=5e-4)
    assert row["pace_seen"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["city.csv", "empty"]),
        (HEAD, ["city.csv", "no figure"]),
        (HEAD + "2021,,1200\n", ["no figure"]),
        (HEAD + ",0.08,1200\n" + TWO, ["city.csv: year", "empty cell in row 1", "four digits"]),
        (HEAD + "21,0.08,1200\n", ["21 in row 1 is not a year"]),
        (HEAD + "2021-05-01,0.08,1200\n", ["'2021-05-01' is not a number"]),
        ("year,estimate,se\n2021,0.08,0.9\n2023,0.10,0.9\n", ["2021: se", "0.9 exceeds", "0.009"]),
        (
            "year,percent,se\n2021,8,90\n2023,10,0.9\n",
            ["2021: se", "90 exceeds", "in percentage points"],
        ),
        (HEAD + "2021,8,1200\n2023,10,1200\n", ["8 is not a share", "name the column percent"]),
        ("year,percent,n\n2021,0.08,1200\n2023,0.1,1200\n", ["no figure reaches 1 percent", "estimate"]),
        ("year,percent,n\n2021,8%,1200\n", ["no figure reaches 1 percent"]),
        ("year,percent,n\n2021,108,1200\n", ["108 is not a percentage"]),
        (HEAD + "2021,-0.08,1200\n", ["-0.08 is not a share"]),
        (HEAD + "2021,inf,1200\n", ["inf"]),
        (HEAD + "2021,0.08,-1200\n", ["n", "-1200 is impossible", "above 0"]),
        (HEAD + "2021,0.08,0\n", ["0 is impossible"]),
        (HEAD + "2021,0.08,1e300\n", ["1e+300 is impossible"]),
        ("year,estimate,se\n2021,0.08,-0.01\n", ["2021: se", "-0.01 is impossible", "zero or more"]),
        ("year,estimate,se\n2021,0.08,inf\n", ["inf is impossible"]),
        ("year,estimate,n,deff\n2021,0.08,1200,-2\n", ["deff", "-2 is impossible"]),
        ("year,estimate\n2021,0.08\n", ["neither a standard error nor a sample size"]),
        ("jahr,estimate,n\n2021,0.08,1200\n", ["columns jahr", "give year and estimate"]),
        ("year,n\n2021,1200\n", ["give year and estimate"]),
        ("year,estimate,percent,n\n2021,0.08,9,1200\n", ["both estimate and percent contain a figure"]),
        ("year,year,estimate,n\n2021,2021,0.08,1200\n", ["year comes twice"]),
        ("area,year,estimate,n\n甲,2021,0.08,1200\n乙,2021,0.1,1200\n", ["2 places", "甲", "乙"]),
        (HEAD + "2021,0.08,1200,9,9\n2023,0.1\n", ["more cells than the header"]),
        (
            "year,estimate,n,standard\n2021,0.08,1200,cast100\n2023,0.1,1200,benchmark2016\n",
            ["cast100", "benchmark2016", "splice"],
        ),
    ],
)
def test_one_clear_error(run: Run, tmp_path: Path, text: str, words: list[str]) -> None:
    result = run(
        "project", "--estimates", write(tmp_path, text), "--goal", "2025=0.12", "-o", "out.txt", code=1
    )
    for word in words:
        assert word in result.stderr, result.stderr
    assert result.stderr.count("fix:") == 1 and not result.stdout
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize(
    ("text", "outcome", "probability"),
    [
        ("year,estimate,se\n2021,0.10,0.01\n2025,0.12,0.01\n", "cannot be told", 0.5),
        ("year,estimate,se\n2021,0.10,0.01\n2025,0.12,0\n", "not passed", 0.0),
        ("year,estimate,se\n2021,0.10,0.01\n2025,0.16,0.01\n", "passed", None),
        ("year,estimate,se\n2021,0.10,0.01\n2025.5,0.08,0.01\n", "not passed", None),
    ],
)
def test_a_goal_is_judged_by_the_survey_of_its_year(
    run: Run, tmp_path: Path, text: str, outcome: str, probability: float | None
) -> None:
    """A figure of exactly 12 % does not pass more than 12 %; a survey within the goal's year judges it."""
    file = write(tmp_path, text)
    row = goal(run, file)
    assert row["outcome"] == outcome
    assert row["probability_shown"] is None  # no survey of that year lies ahead
    said = run("project", "--estimates", file, "--goal", "2025=0.12").stdout
    assert f"{outcome} by its survey" in said
    if probability == 0.5:
        assert "equals the goal" in said
    if probability == 0.0:
        reached = run("project", "--estimates", file, "--goal", "2025>=12%").stdout
        assert "goal at least 12 % in 2025: passed by its survey" in reached


@pytest.mark.parametrize("share", ["0", "1"])
def test_a_share_of_0_or_1_is_answered_and_said(run: Run, tmp_path: Path, share: str) -> None:
    file = write(tmp_path, f"{HEAD}2021,{share},1200\n2023,0.1,1200\n")
    assert 0 < float(str(goal(run, file)["probability"])) < 1
    assert "half a respondent is added" in run("project", "--estimates", file).stdout


def test_half_years_and_a_goal_between_waves(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + "2010,0.03,1200\n2010.5,0.04,1200\n2027,0.2,1200\n")
    row = goal(run, file)
    assert row["outcome"] == "" and 0.12 < float(str(row["estimate"])) < 0.2
    fan = records(run("project", "--estimates", file, "--goal", "2025=0.12", "--format", "json"))
    assert fan[-1]["year"] == 2032  # five years on, no goal lies ahead


def test_a_level_passed_already_needs_no_pace(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + "2021,0.3,1200\n2023,0.4,1200\n")
    said = run("project", "--estimates", file, "--goal", "2025=0.12").stdout
    assert (
        "the last wave lies beyond it already" in said
        and "probability above 99 % that the true share exceeds it" in said
    )


def test_a_place_never_surveyed_needs_a_proxy_and_every_output_says_so(run: Run, tmp_path: Path) -> None:
    arguments = ("project", "--proxy", "inner_mongolia", "-i", "erenhot", "--goal", "2025")
    table = run(*arguments).stdout
    assert "PROXY" in table and "by proxy of Inner Mongolia" in table and "Erenhot" in table
    for show in ("fan", "goals"):
        result = run(*arguments, "--show", show, "--format", "json")
        assert {r["proxy"] for r in records(result)} == {"inner_mongolia"}
        assert "PROXY" in result.stderr
    run(*arguments, "--figures", "drawn", "--lang", "en")
    told = (tmp_path / "drawn" / "figures" / "outlook.en.svg").read_text(encoding="utf-8")
    assert "Inner Mongolia" in told and "no survey of Erenhot exists" in told
    own = write(tmp_path, "area,level,year,estimate,n\n某旗,county,2021,0.08,1200\n")
    assert "'county' is unknown" in run("project", "--proxy", own, "--goal", "2025=0.1", code=1).stderr
    twice = ("project", "--series", "inner_mongolia", "--proxy", "west", "--goal", "2025=0.1")
    assert "surveys of the place itself" in run(*twice, code=1).stderr.replace("survey(s)", "surveys")


def test_one_wave_leans_on_a_higher_level(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + "2023,0.10,1200\n")
    assert "shrunk towards: China" in run("project", "--estimates", file).stdout
    refused = run("project", "--estimates", file, "--higher", "none", "--goal", "2025=0.12", code=1)
    assert "1 wave cannot determine a pace" in refused.stderr
    chain = run("project", "--estimates", file, "--higher", "national", "--higher", "inner_mongolia").stdout
    assert "Inner Mongolia (2007-2020), China (2001-2025)" in chain
    assert (
        "is not a published series"
        in run("project", "--estimates", file, "--higher", "nation", code=1).stderr
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025=12", "12 is not a share"),
        ("2025=0", "0 is not a share"),
        ("2025=", "neither YEAR nor YEAR=SHARE"),
        ("soon", "neither YEAR nor YEAR=SHARE"),
        ("2025=a fifth", "neither YEAR nor YEAR=SHARE"),
        ("2025=1.2.3", "neither YEAR nor YEAR=SHARE"),
        ("2025", "no survey was given"),
        ("9999=0.2", "is not a year"),
    ],
)
def test_goals_as_typed(run: Run, tmp_path: Path, text: str, words: str) -> None:
    file = write(tmp_path, HEAD + TWO)
    assert words in run("project", "--estimates", file, "--goal", text, code=1).stderr


def test_assumed_sizes_and_a_stated_link(run: Run, tmp_path: Path) -> None:
    bare = write(tmp_path, "year,estimate\n2021,0.08\n2023,0.10\n")
    said = run("project", "--estimates", bare, "--n", "1000", "--deff", "1.5", "--area", "Ours").stdout
    assert (
        "assumed: 2021 n = 1,000" in said and "design effect of 1.5" in said and "Projection of Ours" in said
    )
    two = write(tmp_path, "year,estimate,n,standard\n2021,0.08,1200,a\n2023,0.1,1200,b\n")
    joined = run("project", "--estimates", two, "--splice", "rescored by hand").stdout
    assert "rescored by hand" in joined
    run("project", "--series", "national", "--area", "x", code=2)
    run("project", "--series", "national", "--estimates", two, code=2)
    run("project", code=2)


def test_the_sample_waves_are_projected_and_called_synthetic(run: Run, tmp_path: Path) -> None:
    files = [str(literacy.sample_data(f"erenhot_{year}.sav")) for year in (2021, 2023)]
    arguments = ("--margins", "auto", "--goal", "2025", "--show", "goals", "--format", "json")
    result = run("project", *files, *arguments, "--figures", "drawn")
    assert "synthetic data" in result.stderr
    row = records(result)[0]
    assert (
        0.35 < float(row["probability_proven"]) < float(row["probability_shown"]) < float(row["probability"])
    )
    for name in ("outlook.zh", "outlook.en", "prior.zh", "prior.en"):
        assert (tmp_path / "drawn" / "figures" / f"{name}.png").stat().st_size > 10_000
    assert "SYNTHETIC DATA" in (tmp_path / "drawn" / "figures" / "outlook.en.svg").read_text(encoding="utf-8")
    refused = run("project", files[0], files[0], "--goal", "2025", code=1)
    assert "a second file of the wave 2021" in refused.stderr


def test_two_waves_scored_by_different_standards_are_refused(run: Run, tmp_path: Path) -> None:
    for year, standard in ((2021, "cast100"), (2023, "benchmark2016")):
        file = str(literacy.sample_data(f"erenhot_{year}.sav"))
        run("score", file, "--standard", standard, "-o", f"{year}.csv")
    refused = run("project", "2021.csv", "2023.csv", "--goal", "2025", code=1)
    assert "different standards" in refused.stderr and "--splice" in refused.stderr
    assert "the same test" in run("project", "2021.csv", "2023.csv", "--splice", "the same test").stdout


def test_backtest_takes_the_nation_every_series_or_a_table(run: Run, tmp_path: Path) -> None:
    rows = records(run("backtest", "--format", "json"))
    assert {r["series"] for r in rows} == {"national"} and rows[0]["mae"] < 0.009
    every = records(run("backtest", "--series", "all", "--method", "local_linear", "--format", "json"))
    assert {"national", "west", "inner_mongolia", "shanghai"} <= {r["series"] for r in every}
    west = ("backtest", "--series", "west", "--method", "averaged")
    assert "pace towards China" in run(*west).stdout
    assert "pace towards" not in run(*west, "--higher", "none").stdout
    run("backtest", "--method", "averaged", "--method", "linear", "--figures", "drawn", "--lang", "zh")
    assert "次滚动预测" in (tmp_path / "drawn/figures/backtest.zh.svg").read_text(encoding="utf-8")
    short = write(tmp_path, HEAD + TWO)
    assert "2 waves leave nothing" in run("backtest", "--estimates", short, code=1).stderr
    long = write(tmp_path, HEAD + TWO + "2025,0.13,1200\n")
    assert records(run("backtest", "--estimates", long, "--format", "json"))[0]["n"] == 1
    assert "did you mean 'linear'" in run("backtest", "--method", "linar", code=1).stderr
    twice = ("backtest", "--estimates", long, "--method", "linear", "--method", "linear", "--format", "json")
    assert [r["n"] for r in records(run(*twice))] == [1]
    whole = run("backtest", "--estimates", long).stdout
    assert "too few waves for ets" in whole  # what no method says is not left out in silence
    alone = run("backtest", "--estimates", long, "--method", "ets", code=1)
    assert "needs 5 waves" in alone.stderr and not alone.stdout
    assert "min_waves = 0" in run("backtest", "--estimates", long, "--min-waves", "0", code=1).stderr
    run("backtest", "--series", "west", "--estimates", long, code=2)


def test_an_option_without_effect_and_a_nameless_series_are_refused(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + TWO)
    ask = ("project", "--estimates", file, "--goal", "2027=0.12")
    idle = (
        ("--chance", "0.8"),
        ("--cost", "60"),
        ("--show", "proof", "--chance", "0.8"),
        ("--beside", "national"),
    )
    for option in idle:
        assert "has no effect without --show" in run(*ask, *option, code=2).stderr
    assert "--lang has no effect" in run(*ask, "--lang", "zh", code=2).stderr
    above = run(*ask, "--higher", file, code=1).stderr
    assert "the series is a city" in above and "column level" in above


def test_a_goal_given_twice_is_one_question(run: Run, tmp_path: Path) -> None:
    goals = ("--goal", "2027=0.12", "--goal", "2027>=0.12")
    said = run("project", "--estimates", write(tmp_path, HEAD + TWO), *goals)
    (line,) = [text for text in said.stdout.splitlines() if "12 % in 2027, by prior sd" in text]
    assert line.count("0.02:") == 1


def test_the_questions_of_a_head_of_office(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, HEAD + TWO)
    ask = ("project", "--estimates", file, "--goal", "2027=0.12", "--format", "json", "--show")
    way = records(run(*ask, "milestones", "--chance", "0.8"))
    assert [r["year"] for r in way] == [2024, 2025, 2026, 2027]
    assert way[-1]["needed"] == pytest.approx(0.12) and way[0]["needed"] < way[1]["needed"]
    assert way[0]["needed"] > records(run(*ask, "milestones"))[0]["needed"]  # to be surer, more must be seen
    proof = records(run(*ask, "proof", "--cost", "60"))
    assert proof[0]["cost"] == 60 * proof[0]["n"] and proof[0]["chance"] == 0.5
    (since,) = records(run(*ask, "since"))
    assert since["change"] == pytest.approx(0.02) and "rank" not in since
    other = tmp_path / "other.csv"
    other.write_text("year,percent,n\n2021,4,900\n2023,5,900\n", encoding="utf-8")
    named = records(run(*ask, "since", "--beside", str(other)))
    assert [r["area"] for r in named] == ["", "other"]
    ranked = records(run(*ask, "since", "--beside", "national", "--beside", str(other)))
    assert [(r["rank"], r["rank_best"], r["rank_worst"]) for r in ranked] == [(2, 2, 2), (1, 1, 1), (3, 3, 3)]
    jump = records(run(*ask, "jump"))
    assert [r["assumption"] for r in jump][2:] == ["a lasting step", "a new pace"]
    assert jump[0]["worth"] == 0 and jump[0]["last"] < jump[2]["last"] == pytest.approx(0.1)
    shown = run(
        "--lang", "zh", "project", "--estimates", file, "--goal", "2027=0.12", "--show", "jump"
    ).stdout
    assert "一次性变化" in shown and "10.0%" in shown and "a new pace" not in shown
    assert (
        "no goal after the last wave" in run("project", "--estimates", file, "--show", "proof", code=1).stderr
    )
    assert (
        "12 % in 2027" in run("project", "--estimates", file, "--goal", "2027=0.12", "--show", "proof").stdout
    )


def test_places_of_one_file_are_projected_together(run: Run, tmp_path: Path) -> None:
    from literacy.projection import project, read_trends, set_goal

    text = "area,year,percent,n\n甲旗,2021,8,1200\n甲旗,2023,9.5,1200\n乙旗,2021,7,1200\n乙旗,2023,9,1200\n"
    file = write(tmp_path, text)
    ask = ("project", "--estimates", file, "--goal", "2027=0.12")
    rows = records(run(*ask, "--together", "--show", "goals", "--format", "json"))
    made = project(read_trends(tmp_path / file), set_goal(2027, 0.12)).goals_frame()
    assert [r["area"] for r in rows] == ["甲旗", "乙旗"]
    assert [r["probability"] for r in rows] == pytest.approx(made["probability"].tolist())
    alone = goal_of(run, file, "甲旗")
    assert rows[0]["probability"] != pytest.approx(alone, abs=0.002)  # drawn to the other
    assert "甲旗" in run(*ask, "--together").stdout
    refused = run(*ask, code=1).stderr
    assert "contains 2 places" in refused and "--together" in refused
    for more in (("--area", "甲旗"), ("--show", "proof")):
        assert "--together takes" in run(*ask, "--together", *more, code=2).stderr
    assert "--together takes" in run("project", "--series", "national", "--together", code=2).stderr
    assert "cannot be given for several" in run(*ask, "--together", "--method", "theta", code=1).stderr


def goal_of(run: Run, file: str, area: str) -> float:
    """The chance of one place of a file, projected alone."""
    ask = ("--goal", "2027=0.12", "--area", area, "--show", "goals", "--format", "json")
    return float(records(run("project", "--estimates", file, *ask))[0]["probability"])  # type: ignore[arg-type]


def test_the_sheet_for_readers_has_every_cell(run: Run, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    ask = ("project", "--estimates", write(tmp_path, HEAD + TWO), "--goal", "2027=0.12", "--show", "jump")
    run("--lang", "zh", *ask, "-o", "jump.xlsx")
    book = load_workbook(tmp_path / "jump.xlsx")
    data, readers = book["data"], book["表"]
    assert (readers.max_row, readers.max_column) == (data.max_row, data.max_column) == (5, 7)
    assert all(cell.value is not None for row in readers.iter_rows() for cell in row)
    assert readers["A2"].value == "无持续作用" and readers["G1"].value == "达标概率"
    assert (
        readers["C3"].value == pytest.approx(data["C3"].value, abs=5e-4)
        and readers["C3"].number_format == "0.0%"
    )
