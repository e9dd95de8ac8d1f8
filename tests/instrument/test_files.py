"""Every file of surveys/ loads, is bilingual and cites its sources."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import pytest

from literacy._resources import sample_dir, surveys_dir
from literacy.instrument import (
    check_surveys,
    list_references,
    list_standards,
    list_surveys,
    load_frame,
    load_goals,
    load_instrument,
    load_margins,
    load_plan,
    load_reference,
    load_standard,
)


def test_everything_packaged_is_in_order():
    assert [str(f) for f in check_surveys()] == []


def test_no_file_is_left_unread():
    root = surveys_dir()
    read = {root / "standards" / f"{s}.toml" for s in list_standards()}
    read |= {root / "standards" / "benchmark2016_points.csv"}
    read |= {root / "reference" / f"{r}.csv" for r in list_references()}
    for name in list_surveys():
        files = ("instrument.toml", "items.csv", "options.csv", "goals.toml", "frame.csv", "plan.toml")
        read |= {root / name / f for f in files}
        read |= set((root / name).glob("waves/*.toml")) | set((root / name).glob("margins/*.toml"))
    there = {p for p in root.rglob("*") if p.is_file()}
    assert there - read == set()


def test_surveys_hold_data_only():
    assert {p.suffix for p in surveys_dir().rglob("*") if p.is_file()} == {".csv", ".toml"}


@pytest.mark.parametrize("name", ["erenhot", "gss-science"])
def test_an_instrument_knows_its_file_and_sources(name):
    instrument = load_instrument(name)
    assert instrument.file == f"{name}/instrument.toml"
    assert instrument.sources
    assert all(label.zh and label.en for label in (i.label for i in instrument.items))
    assert all(o.label.zh and o.label.en for i in instrument.items for o in i.options)
    assert all(w.file.startswith(f"{name}/waves/") for w in instrument.waves)


@pytest.mark.parametrize("name", ["cast100", "benchmark2016", "miller", "oxford"])
def test_a_standard_cites_and_says_what_it_may_be_compared_with(name):
    standard = load_standard(name)
    assert standard.sources
    assert name in standard.comparable
    assert standard.comparison.zh
    assert standard.comparison.en
    assert set(standard.treat) == {"dont_know", "refused", "skipped", "not_asked", "not_applicable"}
    assert standard.dont_know == "incorrect"
    assert standard.treat["not_asked"] == "excluded"
    assert "Source:" in str(standard)


def test_cast100_is_the_published_rule():
    standard = load_standard("cast100")
    points = {d.name: d.points for d in standard.dimensions}
    assert points == {"knowledge": 40, "method": 20, "spirit": 20, "application": 20}
    assert {t.name: t.cut for t in standard.tiers} == {"basic": 55, "literate": 70, "advanced": 85}
    assert (standard.literate, standard.in_force) == (70, (2021, None))


def test_benchmark2016_keeps_and_shows_what_is_not_verified():
    standard = load_standard("benchmark2016")
    assert [b.no for b in standard.benchmarks] == list(range(1, 27))
    assert sum(len(b.points) for b in standard.benchmarks) == 132
    assert [b.no for b in standard.benchmarks if b.range_status == "verified"] == list(range(1, 8))
    shown = str(standard)
    assert "Recalled, not verified: point ranges of benchmarks 8 to 26" in shown
    assert "title recalled; range recalled" in shown


def test_what_a_standard_leaves_open_is_an_input():
    assert load_standard("oxford").needs == ("literate",)
    miller = load_standard("miller")
    assert miller.needs == ("pass_share:knowledge", "pass_share:method", "pass_share:spirit")
    stated = miller.state(by="test", pass_share={"knowledge": 0.6, "method": 0.6, "spirit": 0.6})
    assert stated.needs == ()
    assert stated.stated_by == "test"
    assert load_instrument("gss-science").standard().needs == ()


def test_the_erenhot_form_serves_two_standards():
    instrument = load_instrument("erenhot")
    scored = instrument.scored_items
    assert [i.name for i in scored] == [f"k{n:02d}" for n in range(1, 51)]
    assert {i.benchmark for i in scored} == set(range(1, 27))
    assert set(Counter(i.dimension for i in scored)) == {"knowledge", "method", "spirit", "application"}
    assert all("dont_know" in i.missing_codes.values() for i in scored)
    assert {i.type for i in scored} == {"true_false", "single", "multiple"}
    assert instrument.standards == ("cast100", "benchmark2016")
    assert instrument.demonstration
    assert "not the official test" in str(instrument)


def test_erenhot_groups_overlap_and_pupils_are_outside_the_indicator():
    instrument = load_instrument("erenhot")
    assert [g.name for g in instrument.groups] == [
        "youth",
        "farmers_herders",
        "workers",
        "elderly",
        "officials",
    ]
    assert instrument.indicator.name == "adults"
    assert [u.name for u in instrument.universes if not u.indicator] == ["pupils"]
    assert instrument.group("youth").proxy is not None
    assert instrument.group("elderly").proxy is not None


def test_modules_are_asked_of_whom_they_concern():
    instrument = load_instrument("erenhot")
    asked = {i.module: {str(c) for c in i.asked} for i in instrument.items if i.module != "background"}
    assert asked["test"] == set()
    assert asked["digital"] == asked["health"] == {"age >= 60"}
    assert asked["decision"] == {"age >= 18", "occupation = 1"}
    assert {str(c) for c in instrument.item("school_grade").asked} == {"14 <= age <= 17"}


def test_waves_say_they_are_synthetic():
    waves = load_instrument("erenhot").waves
    assert [w.year for w in waves] == [2021, 2023, 2025]
    assert all(w.synthetic and w.note is not None for w in waves)
    assert load_instrument("erenhot").wave("2023").year == 2023


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_margins_agree_and_name_their_proxies(year):
    margins = load_margins("erenhot", year)
    assert {t.name for t in margins.tables} == {"residence", "sex", "age_two", "education_three"}
    assert {t.total for t in margins.tables} == {margins.total}
    assert all(t.proxy is not None and t.source and t.status for t in margins.tables)
    assert "proxy" in str(margins)


def test_the_plan_has_its_actions_and_projects():
    plan = load_plan("erenhot")
    counts = {kind: [len(p.tasks) for p in plan.parts if p.kind == kind] for kind in ("action", "project")}
    assert counts == {"action": [4, 4, 4, 4, 2], "project": [3, 3, 3, 5]}
    groups = {g.name for g in load_instrument("erenhot").groups}
    assert {p.group for p in plan.parts if p.kind == "action"} == groups
    assert all(task.office == "" for p in plan.parts for task in p.tasks)


def test_the_frame_invents_no_sizes():
    frame = load_frame("erenhot")
    assert Counter(frame["level"]) == {"gacha": 5, "community": 8}
    assert frame["adults"].isna().all()
    options = {o.code: o.label for o in load_instrument("erenhot").item("community").answers}
    assert [options[u].zh for u in frame["unit"]] == list(frame["zh"])


@pytest.mark.parametrize("name", list_references())
def test_a_published_series_is_cited_and_in_shares(name):
    frame = load_reference(name)
    found = frame[frame["status"] != "not found"]
    assert (found["source"] != "").all()
    assert "same" not in set(frame["source"])
    if "share" in frame:
        assert found["share"].between(0, 1).all()
        assert frame.loc[frame["status"] == "not found", "share"].isna().all()


def test_breaks_and_rules_are_marked():
    national = load_reference("national_series").set_index("year")
    assert list(national.index[national["break_before"]]) == [2015, 2020, 2022]
    assert national.loc[2010, "standard"] == "miller"
    assert national.loc[2024, "standard"] == "cast100"
    cities = load_reference("cities")
    assert set(cities.loc[cities["year"] == 2017, "standard"]) == {"benchmark2016"}


def test_goals_of_the_survey_are_those_published():
    published = load_reference("goals").set_index(["area", "year"])
    for goal in load_goals("erenhot"):
        row = published.loc[(goal.area, goal.year)]
        if goal.value is None:
            assert row["status"] == "not found"
        else:
            assert (row["share"], row["strict"]) == (goal.value, goal.strict)


def test_carriers_can_be_pickled():
    instrument = load_instrument("erenhot")
    again = pickle.loads(pickle.dumps(instrument))
    assert again.items == instrument.items
    assert again.rules["cast100"].treat == instrument.rules["cast100"].treat


def test_a_survey_outside_the_package_works(survey, monkeypatch):
    monkeypatch.chdir(survey.folder.parent.parent)
    relative = survey.folder.relative_to(Path.cwd())
    assert load_instrument(str(relative)).survey == "erenhot"
    assert load_instrument(relative / "instrument.toml").survey == "erenhot"
    assert load_margins(relative, 2025).total == load_margins("erenhot", 2025).total
    assert load_plan(relative).survey == "erenhot"
    assert survey.findings == []


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_a_wave_states_the_size_of_its_file(year):
    import pyreadstat

    wave = load_instrument("erenhot").wave(year)
    path = sample_dir() / wave.data
    if not path.is_file():
        pytest.skip("the sample files are not here")
    _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    assert meta.number_rows == wave.n
    absent = {wave.column(name) for name in wave.absent}
    assert absent.isdisjoint(meta.column_names)
    assert set(wave.columns.values()) <= set(meta.column_names)
    design = wave.design.resolve(meta.column_names)
    assert (design.weight, design.strata, design.psu, design.fpc) == (
        "base_weight", "stratum", ("psu", "id"), ("fpc_psu", "fpc_person"),
    )  # fmt: skip
