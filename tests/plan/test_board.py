"""The plan: every task is shown, nothing is on course without data, returns are checked like an instrument."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import literacy
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.instrument import Plan, load_plan
from literacy.plan import Scoreboard, make_template, read_returns, scoreboard
from literacy.plan.listing import list_plan
from literacy.plan.statuses import STATUSES, combine

WAVES = tuple(str(literacy.sample_data(f"erenhot_{year}.sav")) for year in (2021, 2023, 2025))
VOID = ("meta", "br", "hr", "img", "link", "col")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("erenhot")


@pytest.fixture(scope="module")
def board_json() -> list[dict[str, object]]:
    import json

    result = CliRunner().invoke(main, ["plan", "status", *WAVES, "--margins", "auto", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


@pytest.fixture(scope="module")
def empty(plan: Plan) -> Scoreboard:
    return scoreboard(plan, {}, year=2025)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_task_is_shown(plan: Plan, lang: str) -> None:
    tasks = plan.to_frame()
    actions = tasks[tasks["code"].str.match(r"A\d+\.\d+$")]
    projects = tasks[tasks["code"].str.match(r"P\d+\.\d+$")]
    assert (len(actions), len(projects)) == (18, 14)
    shown = list_plan(plan, lang)
    for code, label in zip(tasks["code"], tasks[lang], strict=True):
        assert f"{code}  {label}" in shown


def test_nothing_is_on_course_without_data(empty: Scoreboard) -> None:
    assert {line.status for line in empty.lines} == {"no_data"}


def test_the_sample_waves_give_each_task_a_number_with_evidence_or_no_data(
    plan: Plan, board_json: list[dict[str, object]]
) -> None:
    rows = {str(row["code"]): row for row in board_json}
    assert set(plan.to_frame()["code"]) <= set(rows)
    assert {str(row["status"]) for row in board_json} <= set(STATUSES)
    with_number = 0
    for row in board_json:
        if row["status"] == "no_data":
            assert row["value"] is None
        else:
            with_number += 1
            assert isinstance(row["value"], float)
            assert row["evidence"] and row["evidence_zh"]
    assert with_number > 5


def test_a_lead_without_data_is_never_on_course() -> None:
    assert combine(["no_data", "on_course"]) != "on_course"
    assert combine(["on_course", "behind"]) == "behind"
    assert combine(["on_course", "no_data"]) == "on_course"


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_well_formed(empty: Scoreboard, lang: str) -> None:
    page = empty.to_html(lang)
    parser = _Balance()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    assert STATUSES["no_data"].get(lang) in page


def test_the_template_comes_back(plan: Plan, tmp_path: Path) -> None:
    blank = make_template(plan, 2025)
    blank.to_csv(tmp_path / "blank.csv", index=False, encoding="utf-8")
    assert read_returns(tmp_path / "blank.csv", plan).reports == ()
    filled = blank.astype(object)
    filled["value"] = "1"
    filled["source"] = "SYNTHETIC"
    filled.to_csv(tmp_path / "filled.csv", index=False, encoding="utf-8")
    returns = read_returns(tmp_path / "filled.csv", plan)
    assert {r.indicator for r in returns.reports} == set(blank["indicator"])
    assert all(r.synthetic for r in returns.reports)


def test_all_mistakes_of_a_return_are_told_at_once(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    text = "year,indicator,value,unit,source,note\n2025,meetngs,3,,office,\n2025,meetings,many,,office,\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LiteracyError) as caught:
        read_returns(path, plan)
    assert "meetngs" in str(caught.value)
    assert "many" in str(caught.value)
