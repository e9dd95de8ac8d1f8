"""The figures in surveys/ are those of the record in tests/reference/facts."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction

import pytest

from literacy._resources import surveys_dir
from literacy.instrument import load_frame, load_margins, load_plan, load_reference
from tests.conftest import ROOT


def facts(name):
    with (ROOT / "tests" / "reference" / "facts" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def packaged(name):
    with (surveys_dir() / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def percent(text):
    return None if text == "" else Decimal(text) * 100


@pytest.mark.parametrize(
    ("ours", "theirs", "year", "value"),
    [
        ("national_series", "national_series", 1, 2),
        ("national_breakdown", "national_breakdown", 0, 3),
        ("provinces", "provinces", 1, 2),
        ("cities", "cities", 1, 2),
        ("goals", "targets", 1, 2),
    ],
)
def test_every_published_share_is_kept_in_order(ours, theirs, year, value):
    expected = [(r[year], None if r[value] == "" else Decimal(r[value])) for r in facts(theirs)[1:]]
    assert [(r["year"], percent(r["share"])) for r in packaged(ours)] == expected


def test_every_population_figure_is_kept():
    kept = {(r["zh"], r["year"], Decimal(r["value"])) for r in packaged("population") if r["value"]}
    for row in facts("population")[1:]:
        if row[3]:
            value = Decimal(row[3]) / 100 if "percent" in row[2] else Decimal(row[3])
            assert (row[0], row[1], value) in kept


def test_every_citation_is_kept():
    ours = " ".join(r["source"] + " " + r["further_sources"] for r in packaged("national_breakdown"))
    for row in facts("national_breakdown")[1:]:
        if row[-1] != "same":
            assert all(part.strip() in ours for part in row[-1].split("|"))


def test_item_shares_are_kept():
    header, *rows = facts("items_correct_rates")
    theirs = sorted(
        (int(head.split("_")[1]), Decimal(cell) / 100)
        for row in rows
        for head, cell in zip(header[4:12], row[4:12], strict=True)
        if cell
    )
    ours = packaged("item_shares")
    tables = sorted((int(r["year"]), Decimal(r["share"])) for r in ours if r["status"].startswith("verified"))
    assert tables == theirs


def test_benchmark_points_and_their_status_are_kept():
    with (surveys_dir() / "standards" / "benchmark2016_points.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        ours = [list(r.values()) for r in csv.DictReader(file)]
    assert ours == facts("benchmark2016")[1:]


def test_the_plan_keeps_its_tasks():
    rows = facts("erenhot_plan")[1:]
    tasks = [(p.kind, p.id, t.label.zh) for p in load_plan("erenhot").parts for t in p.tasks]
    assert len(tasks) == len(rows)
    for row, task in zip(rows, tasks, strict=True):
        assert (row[0], row[1]) == task[:2]
        ours, named = (
            task[2].split("（")[0],
            row[5].split("（")[0],
        )  # what the plan does not name is marked in brackets
        assert named == ours


def test_the_frame_is_the_statistical_division():
    rows = facts("erenhot_divisions")[1:]
    units = {r[0]: r[1] for r in rows if r[2] in ("village(gacha)", "community")}
    assert dict(zip(load_frame("erenhot")["code"], load_frame("erenhot")["zh"], strict=True)) == units


@pytest.mark.parametrize(("year", "residents"), [(2021, 75_794), (2023, 70_600), (2025, 70_600)])
def test_margins_follow_their_stated_arithmetic(year, residents):
    inner = load_reference("population").query("area == 'inner_mongolia' and year == 2020")
    count = {m: Fraction(int(v)) for m, v in zip(inner["measure"], inner["value"], strict=True) if v >= 1}
    everybody = count["resident population (census)"]
    younger = count["age 15-59"] * Fraction(42, 45)
    older = 2 * (count["age 60+"] - count["age 65+"])
    total = round(residents * (younger + older) / everybody)
    margins = load_margins("erenhot", year)
    assert margins.total == total
    above = 100_000 * (1 - count["age 0-14"] / everybody)
    tertiary, senior = 18_688 / above, count["senior secondary per 100k"] / above
    shares = {
        "residence": {1: Fraction(74_252, 75_794), 2: Fraction(1_542, 75_794)},
        "sex": {1: count["male"] / everybody, 2: count["female"] / everybody},
        "age_two": {"18-59": younger / (younger + older), "60-69": older / (younger + older)},
        "education_three": {"junior_or_below": 1 - tertiary - senior, "senior": senior, "tertiary": tertiary},
    }
    for table in margins.tables:
        for (level,), value in table.totals:
            assert abs(value - total * shares[table.name][level]) < 1
