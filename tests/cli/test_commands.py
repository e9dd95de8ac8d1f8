"""What the commands do, on the sample survey and on tables without a survey."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import literacy
from tests.cli.conftest import Run, records


def test_score_finds_the_survey_and_writes_one_row_a_respondent(
    run: Run, survey: str, tmp_path: Path
) -> None:
    result = run("score", survey)
    frame = pd.read_csv(io.StringIO(result.stdout))
    assert "survey erenhot: all its items are in the file" in result.stderr
    assert len(frame) == len(literacy.read(survey, "erenhot").frame)
    assert {"knowledge", "method", "spirit", "application", "total", "tier", "literate"} <= set(frame.columns)
    run("score", survey, "-o", "scored.csv")
    again = pd.read_csv("scored.csv", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(frame, again)


def test_score_is_byte_stable(run: Run, survey: str, tmp_path: Path) -> None:
    run("score", survey, "-o", "a.csv")
    run("score", survey, "-o", "b.csv")
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()


def test_estimate_from_raw_scored_and_weighted_files_agrees(run: Run, survey: str) -> None:
    direct = records(run("estimate", survey, "--share", "literate", "--margins", "2025", "--format", "json"))
    run("score", survey, "-o", "scored.csv")
    run("weight", "scored.csv", "--margins", "2025", "-o", "weighted.csv")
    for file, more in (("scored.csv", ("--margins", "2025")), ("weighted.csv", ())):
        again = records(run("estimate", file, "--share", "literate", *more, "--format", "json"))
        assert again[0]["estimate"] == pytest.approx(direct[0]["estimate"], rel=1e-9)
        assert again[0]["se"] == pytest.approx(direct[0]["se"], rel=1e-9)
    given = records(
        run("estimate", "weighted.csv", "--share", "literate", "--weight", "weight", "--format", "json")
    )
    assert given[0]["estimate"] == pytest.approx(direct[0]["estimate"], rel=1e-9)
    assert given[0]["se"] != pytest.approx(
        direct[0]["se"], rel=1e-4
    )  # taken as given, the margins are not known


def test_pupils_are_never_in_the_indicator(run: Run, survey: str) -> None:
    adults = records(run("estimate", survey, "--share", "literate", "--format", "json"))[0]
    frame = literacy.score(literacy.read(survey, "erenhot")).frame
    assert (frame["universe"] == "pupils").sum() > 100
    assert adults["n"] == (frame["universe"] == "adults").sum()
    pupils = records(
        run("estimate", survey, "--share", "literate", "--universe", "pupils", "--format", "json")
    )[0]
    assert pupils["n"] == (frame["universe"] == "pupils").sum()


def test_both_standards_side_by_side(run: Run, survey: str) -> None:
    arguments = ("--standard", "cast100", "--standard", "benchmark2016", "--format", "json")
    rows = records(run("estimate", survey, "--share", "literate", *arguments))
    assert [r["standard"] for r in rows] == ["cast100", "benchmark2016"]
    assert rows[1]["estimate"] > 1.5 * rows[0]["estimate"]


def test_by_group_where_and_crossing(run: Run, survey: str) -> None:
    groups = records(run("estimate", survey, "--share", "literate", "--by", "group", "--format", "json"))
    assert [r["group"] for r in groups] == ["youth", "farmers_herders", "workers", "elderly", "officials"]
    where = records(run("estimate", survey, "--share", "literate", "--where", "sex=1", "--format", "json"))[0]
    crossed = records(
        run("estimate", survey, "--mean", "total", "--by", "sex", "--by", "residence", "--format", "json")
    )
    assert len(crossed) == 4 and {"sex", "residence"} <= set(crossed[0])
    by_sex = records(run("estimate", survey, "--share", "literate", "--by", "sex", "--format", "json"))
    assert where["estimate"] == pytest.approx(by_sex[0]["estimate"], rel=1e-12)


def test_any_table_without_a_survey_from_stdin(run: Run) -> None:
    frame = pd.DataFrame({"y": [1.0, 2, 3, 4, 5, 6], "w": [1, 1, 2, 2, 3, 3], "h": list("aaabbb")})
    text = frame.to_csv(index=False)
    row = records(
        run("estimate", "-", "--mean", "y", "--weight", "w", "--strata", "h", "--format", "json", input=text)
    )
    assert row[0]["estimate"] == pytest.approx(np.average(frame["y"], weights=frame["w"]))
    assert row[0]["df"] == 4


def test_the_csv_of_estimate_carries_all_digits(run: Run, survey: str) -> None:
    text = run("estimate", survey, "--share", "literate", "--format", "csv").stdout
    json_row = records(run("estimate", survey, "--share", "literate", "--format", "json"))[0]
    assert float(next(csv.DictReader(io.StringIO(text)))["se"]) == json_row["se"]


def test_project_gives_the_chance_of_the_goal(run: Run) -> None:
    files = [str(literacy.sample_data(f"erenhot_{y}.sav")) for y in (2021, 2023)]
    arguments = ("--margins", "auto", "--goal", "2025", "--show", "goals", "--format", "json")
    row = records(run("project", *files, *arguments))[0]
    assert row["goal"] == 0.12 and row["strict"] is True and 0 < row["probability"] < 1
    outright = records(run("project", *files, "--margins", "auto", "--goal", "2025=0.12", *arguments[4:]))[0]
    assert outright["probability"] == pytest.approx(row["probability"], rel=1e-12)
    assert "national" in run("project", *files, "--goal", "2025").stdout


def test_project_a_published_series(run: Run) -> None:
    rows = records(run("project", "--series", "national", "--goal", "2035=0.25", "--format", "json"))
    assert rows[-1]["year"] == 2035 and rows[-1]["ci_low"] < rows[-1]["estimate"] < rows[-1]["ci_high"]


def test_surveys_are_listed_shown_and_well(run: Run) -> None:
    assert {"erenhot", "gss-science"} <= set(run("survey", "list").stdout.split())
    assert "not the official test" in run("survey", "show", "erenhot").stdout
    assert "no problems found" in run("survey", "check").stderr


def test_demo_ends_with_groups_chance_and_figures(run: Run, tmp_path: Path) -> None:
    text = run("demo", "-o", "demo", "--lang", "zh").stdout
    for word in (
        "farmers_herders",
        "truth",
        "goal above 12 % in 2025",
        "share_by_group.zh.png",
        "benchmark2016",
    ):
        assert word in text
    for name in ("share_by_group", "outlook", "items", "weights", "dimensions_by_group"):
        assert (tmp_path / "demo" / "tables").is_dir()
        for form in ("svg", "png"):
            assert (tmp_path / "demo" / "figures" / f"{name}.zh.{form}").stat().st_size > 5000


@pytest.mark.reference
def test_the_general_social_survey_gives_the_published_answer(run: Run, gss: Path) -> None:
    """R survey 4.x on GSS 2016, as in tests/reference/gss/README.md."""
    run("score", str(gss), "-i", "gss-science", "-o", "gss.csv")
    design = ("--weight", "wtssall", "--strata", "vstrat", "--psu", "vpsu", "--format", "json")
    mean = records(run("estimate", "gss.csv", "--mean", "total", *design))[0]
    assert (mean["estimate"], mean["se"]) == pytest.approx((5.145590, 0.066418), abs=1e-6)
    share = records(run("estimate", "gss.csv", "--share", "literate", "--format", "json"))[0]
    got = tuple(share[k] for k in ("estimate", "se", "ci_low", "ci_high", "df"))
    assert got == pytest.approx((0.453808, 0.018063, 0.4180365, 0.4900631, 65), abs=1e-6)
    degrees = records(run("estimate", "gss.csv", "--share", "literate", "--by", "degree", "--format", "json"))
    assert [r["estimate"] for r in degrees] == pytest.approx(
        [0.0798395, 0.4047823, 0.5496326, 0.6585136, 0.6882793], abs=1e-6
    )
    assert [r["se"] for r in degrees] == pytest.approx(
        [0.02300849, 0.02241555, 0.05494060, 0.03743495, 0.03569676], abs=1e-6
    )
    published = {"hotcore": 85, "condrift": 81, "earthsun": 73, "radioact": 70, "boyorgrl": 59, "viruses": 51}
    for item, percent in (published | {"electron": 48, "lasers": 45.5}).items():
        row = records(run("estimate", "gss.csv", "--share", f"{item}_correct", "--format", "json"))[0]
        assert 100 * row["estimate"] == pytest.approx(percent, abs=1.0)


def test_check_flags_and_score_leaves_out_only_when_asked(run: Run, survey: str) -> None:
    shown = run("check", survey)
    assert "respondents flagged" in shown.stdout and "survey erenhot" in shown.stderr
    flags = pd.read_csv(io.StringIO(run("check", survey, "--format", "csv").stdout))
    assert list(flags.columns) == ["row", "id", "checks", "reasons"] and 0 < len(flags) < 40
    run("check", survey, "--format", "html", "--lang", "zh", "-o", "page.html")
    assert "答卷质量检查" in Path("page.html").read_text(encoding="utf-8")
    everybody = pd.read_csv(io.StringIO(run("score", survey).stdout))
    kept = run("score", survey, "--exclude", "flagged")
    frame = pd.read_csv(io.StringIO(kept.stdout))
    assert set(everybody["id"]) - set(frame["id"]) == set(flags["id"])
    assert f"{len(flags)} of {len(everybody)} rows left out: flagged by the quality check" in kept.stderr
    wider = run("score", survey, "--exclude", "flagged", "--limit", "missing=0.99")
    assert wider.stdout.count("\n") > kept.stdout.count("\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "survey.sav", "--limit", "sped=1"), "the limits are speed"),
        (("check", "survey.sav", "--limit", "burst=two"), "the default is burst=3"),
        (("check", "survey.sav", "--limit", "unlikely=4"), "the default is unlikely=-4"),
        (("score", "survey.sav", "--limit", "speed=0.2"), "add --exclude flagged"),
        (("score", "scored.csv", "--exclude", "flagged"), "already scored"),
    ],
)
def test_check_says_what_a_limit_may_be(run: Run, survey: str, arguments: tuple[str, ...], said: str) -> None:
    run("score", survey, "-o", "scored.csv")
    assert said in run(*arguments, code=1).stderr
