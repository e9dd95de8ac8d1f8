"""What the scoreboard says of returns at the edges: nothing twice, equal numbers, amounts that hardly differ."""

from __future__ import annotations

import itertools
import re

import pytest

import literacy as lit
from literacy.instrument import Goal, Indicator, Label
from literacy.plan.counts import read_reports
from literacy.plan.evidence import describe, explain_status
from literacy.plan.returns import Report
from literacy.plan.standings import Reading

YEAR = 2025
RETURNED = {i.returned: i for i in lit.load_plan("erenhot").all_indicators() if i.origin == "return"}
COUNT, MONEY = RETURNED["people"], RETURNED["funds"]


def read(indicator: Indicator, *values: float | None, goal: float | None = None, year: int = 2027) -> Reading:
    years = range(YEAR + 1 - len(values), YEAR + 1)
    reports = [
        Report(y, indicator.id, v, "", "", "r.csv")
        for y, v in zip(years, values, strict=True)
        if v is not None
    ]
    aim = None if goal is None else Goal("", Label("", ""), year, goal, False, "", "")
    return read_reports(indicator, reports, aim, YEAR, 0.95)


@pytest.mark.parametrize("values", [(0, 0), (7, 7), (0, 0, 0)])
def test_counts_that_are_equal_show_no_change_that_was_tested(values: tuple[float, ...]) -> None:
    made = read(COUNT, *values)
    assert (made.status, made.reason) == ("cannot_tell", "equal")
    said = explain_status(made)
    assert "显著" not in said.zh and "significant" not in said.en and not re.search(r"\bp [=<]", said.en)
    assert str(YEAR + 1 - len(values)) in said.zh and str(YEAR + 1 - len(values)) in said.en


@pytest.mark.parametrize("goal", [0, 10])
def test_a_goal_of_counts_that_were_always_nothing_is_open_without_a_sample(goal: float) -> None:
    said = explain_status(read(COUNT, 0, 0, goal=goal))
    assert "respondents" not in said.en and "样本" not in said.zh
    assert "≥" in said.zh and read(COUNT, 0, 0, goal=goal).status == "cannot_tell"


def test_a_count_that_came_back_is_not_significant() -> None:
    assert read(COUNT, 0, 20, 0).reason == "unchanged"


@pytest.mark.parametrize(("values", "status"), [((5, 6), "on_course"), ((0, 0), "behind")])
def test_an_amount_has_no_interval(values: tuple[float, ...], status: str) -> None:
    made = read(MONEY, *values, goal=8)
    assert made.status == status
    assert "interval" not in explain_status(made).en and "区间" not in explain_status(made).zh


def test_amounts_that_differ_read_differently() -> None:
    said = explain_status(read(MONEY, 5.04, 5.01))
    assert "5.04" in said.zh and "5.01" in said.zh and "5.04" in said.en and "5.01" in said.en
    assert "12.5 " in explain_status(read(MONEY, 12.5, 12.5)).en


def test_no_sentence_has_a_hole_or_speaks_of_what_a_return_has_not() -> None:
    numbers = (None, 0, 0.5, 7, 40)
    for indicator, first, then, goal, year in itertools.product(
        (COUNT, MONEY), numbers, numbers[1:], (None, 0, 7, 100), (2024, 2025, 2028)
    ):
        made = read(indicator, first, then, goal=goal, year=year)
        for said in (explain_status(made), describe(made)):
            for text in (said.zh, said.en):
                assert not re.search(r"nan|inf|None|–|  |（）|\(\)|样本|respondent|wave", text), text
