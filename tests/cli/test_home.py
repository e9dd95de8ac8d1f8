"""A project has a home: literacy.toml or surveys/ beside the data name the survey; what is taken unasked is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from literacy._resources import SHIPPED
from tests.cli.conftest import Run, records

ANSWERS = (
    "age,sex,education,residence,occupation,k01,m01,s01,a01\n"
    + "30,1,3,1,2,1,2,2,1\n41,2,2,2,3,2,8,2,1\n" * 3
)


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Path:
    """A survey of an office's own, and answers beside it."""
    run("survey", "new", "mycity", "--year", "2026")
    (tmp_path / "mycity" / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


def test_the_file_of_the_home_names_the_survey(run: Run, office: Path) -> None:
    done = run("score", "mycity/answers.csv", "--format", "json")
    assert {r["survey"] for r in records(done)} == {"mycity"}
    assert "literacy.toml" in done.stderr
    run("score", "mycity/answers.csv", "-o", "mycity/scored.csv")
    shown = records(run("estimate", "mycity/scored.csv", "--share", "literate", "--format", "json"))
    assert shown[0]["n"] == 6


def test_the_only_survey_of_a_shelf_is_taken(run: Run, office: Path) -> None:
    (office / "project").mkdir()
    shutil.move(office / "mycity" / "answers.csv", office / "project" / "answers.csv")
    (office / "project" / "surveys").mkdir()
    shutil.move(office / "mycity", office / "project" / "surveys")
    done = run("score", "project/answers.csv", "--format", "json")
    assert {r["survey"] for r in records(done)} == {"mycity"} and "surveys" in done.stderr


def test_of_several_the_items_decide_or_one_error(run: Run, office: Path) -> None:
    run("survey", "new", "surveys/one", "--year", "2026")
    run("survey", "convert", SHIPPED, "-o", "surveys/other.xlsx")
    (office / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    assert {r["survey"] for r in records(run("score", "answers.csv", "--format", "json"))} == {"one"}
    run("survey", "new", "surveys/two", "--year", "2026")
    told = run("score", "answers.csv", code=1).stderr
    assert "io.match" in told and told.count("fix:") == 1


def test_a_table_of_no_survey_stays_a_table(run: Run, office: Path) -> None:
    (office / "mycity" / "other.csv").write_text("income,w\n3,1\n4,2\n", encoding="utf-8")
    shown = records(run("estimate", "mycity/other.csv", "--mean", "income", "--format", "json"))
    assert shown[0]["n"] == 2


def test_a_plan_that_was_not_named_is_said(run: Run) -> None:
    done = run("plan", "show")
    assert SHIPPED in done.stderr and "A1.1" in done.stdout
    assert SHIPPED not in run("plan", "show", "-i", SHIPPED).stderr


@pytest.mark.parametrize("more", [(), ("-i", SHIPPED)])
def test_a_report_never_takes_sample_data(run: Run, tmp_path: Path, more: tuple[str, ...]) -> None:
    told = run("report", "2025", *more, code=1).stderr
    assert "report.input" in told and told.count("fix:") == 1
    assert not list(tmp_path.iterdir())
