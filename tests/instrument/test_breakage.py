"""Files broken on purpose: each break gives one finding at its place, with the right words."""

from __future__ import annotations

import shutil

import pytest

from literacy.errors import LiteracyError
from literacy.instrument import (
    check_survey,
    load_goal,
    load_instrument,
    load_margins,
    load_plan,
    load_standard,
)

K01 = "true_false,1,knowledge,17"

BREAKS = {
    # items.csv
    "a key that is no option": (
        "items.csv", K01, "true_false,3,knowledge,17",
        "items.csv:k01:key: code 3 is not among the answers 1 True, 2 False",
    ),
    "a key that is a don't-know": (
        "items.csv", K01, "true_false,8,knowledge,17",
        "items.csv:k01:key: code 8 is not among the answers 1 True, 2 False",
    ),
    "two keys of a true/false item": (
        "items.csv", K01, "true_false,1|2,knowledge,17", "items.csv:k01:key: a true_false item has exactly one key",
    ),
    "an option set nobody defined": (
        "items.csv", K01, "true_fals,1,knowledge,17",
        "items.csv:k01:options: 'true_fals' is not an option set of options.csv (did you mean 'true_false'?)",
    ),
    "a dimension of no standard": (
        "items.csv", K01, "true_false,1,knowlege,17",
        "items.csv:k01:dimension: 'knowlege' is not a dimension of cast100, benchmark2016 (did you mean 'knowledge'?)",
    ),
    "a benchmark that does not exist": (
        "items.csv", K01, "true_false,1,knowledge,27",
        "items.csv:k01:benchmark: 27 is not a benchmark of benchmark2016 (1 to 26)",
    ),
    "an item twice": ("items.csv", "\nk02,", "\nk01,", "items.csv:k01:item: the item appears twice"),
    "an unknown type": (
        "items.csv", "k01,true_false,", "k01,truefalse,",
        "items.csv:k01:type: 'truefalse' is not one of",
    ),
    "an unknown module": (
        "items.csv", "k01,true_false,test,", "k01,true_false,tests,",
        "items.csv:k01:module: 'tests' is not a module of instrument.toml (did you mean 'test'?)",
    ),
    "a missing column": ("items.csv", ",dimension,", ",dimensions,", "items.csv:dimensions: is not a known column"),
    "a number that is none": (
        "items.csv", ",age,,,,14,99,", ",age,,,,young,99,", "items.csv:age:min: 'young' is not a number",
    ),
    "an item in one language": (
        "items.csv", "What is your sex?", "", "items.csv:sex:en: is missing; the survey's languages are zh, en",
    ),
    # options.csv
    "an option in one language": (
        "options.csv", "sex,2,女,Female,", "sex,2,女,,",
        "options.csv:sex[2]:en: is missing; the survey's languages are",
    ),
    "an option code twice": (
        "options.csv", "sex,2,女", "sex,1,女", "options.csv:sex[1]:code: the code appears twice in this option set",
    ),
    "a kind of missing nobody knows": (
        "options.csv", "sex,9,拒答,Refused,refused", "sex,9,拒答,Refused,refusal",
        "options.csv:sex[9]:missing: 'refusal' is not a kind of missing",
    ),
    # instrument.toml
    "a misspelt key": (
        "instrument.toml", "demonstration =", "demonstraton =",
        "instrument.toml:demonstraton: is not a known key (did you mean 'demonstration'?)",
    ),
    "a misspelt key in a group": (
        "instrument.toml", 'universe = "adults"', 'univers = "adults"',
        "instrument.toml:groups.youth:univers: is not a known key (did you mean 'universe'?)",
    ),
    "a group of an unknown column": (
        "instrument.toml", '{ column = "occupation", values = [5] }', '{ column = "ocupation", values = [5] }',
        "instrument.toml:groups.farmers_herders:column: 'ocupation' is not a column (did you mean 'occupation'?)",
    ),
    "a group of an unknown code": (
        "instrument.toml", '{ column = "occupation", values = [5] }', '{ column = "occupation", values = [55] }',
        "instrument.toml:groups.farmers_herders:values: 55 is not a code of 'occupation'",
    ),
    "a condition that says nothing": (
        "instrument.toml", '{ column = "occupation", values = [5] }', '{ column = "occupation" }',
        "a condition needs min, max or values",
    ),
    "a range upside down": (
        "instrument.toml", 'column = "age", min = 18, max = 69', 'column = "age", min = 69, max = 18',
        "instrument.toml:universes.adults.all_of.1:min: 69 is above max 18",
    ),
    "no indicator": (
        "instrument.toml", "indicator = true", "indicator = false",
        "instrument.toml:universes: exactly one universe must have indicator = true, 0 have",
    ),
    "a standard nobody published": (
        "instrument.toml", 'id = "cast100"', 'id = "cast10"',
        "instrument.toml:standards.cast10:id: 'cast10' is not a standard (did you mean 'cast100'?)",
    ),
    "a cut the standard fixes itself": (
        "instrument.toml", 'id = "cast100"\n', 'id = "cast100"\nliterate = 60\n',
        "instrument.toml:standards.cast100:literate: the standard fixes it at 70; a survey cannot change it",
    ),
    "a threshold the survey must state": (
        "instrument.toml", 'id = "cast100"', 'id = "miller"',
        "instrument.toml:standards.miller:pass_share: the standard leaves pass_share:method to the survey; state it",
    ),
    "a label in one language": (
        "instrument.toml", '{ zh = "农牧民", en = "Farmers and herders" }', '{ zh = "农牧民" }',
        "instrument.toml:groups.farmers_herders:label.en: is missing; the survey's languages are zh, en",
    ),
    "no sources": ("instrument.toml", "sources = [", "quellen = [", "instrument.toml:sources: is missing"),
    "asking about an unknown item": (
        "instrument.toml", 'items = ["school_grade"]', 'items = ["schoolgrade"]',
        "'schoolgrade' is not an item (did you mean 'school_grade'?)",
    ),
    "a number where a text belongs": (
        "instrument.toml", 'area = "erenhot"', "area = 12", "instrument.toml:area: must be a text, not 12",
    ),
    "no TOML at all": ("instrument.toml", "survey =", "survey ==", "instrument.toml: is not valid TOML"),
    # waves
    "a column of an unknown item": (
        "waves/2025.toml", "[columns]\n", '[columns]\nk1 = "Q1"', "waves/2025.toml:columns:k1: is not an item (did you",
    ),
    "one column for two items": (
        "waves/2025.toml", "[columns]\n", '[columns]\nk01 = "Q1"\nk02 = "Q1"',
        "waves/2025.toml:columns:Q1: two items are mapped to this column",
    ),
    "a wave of another standard": (
        "waves/2025.toml", 'standard = "cast100"', 'standard = "cast10"',
        "waves/2025.toml:standard: 'cast10' is not one of the survey's (did you mean 'cast100'?)",
    ),
    "an end before the start": (
        "waves/2025.toml", "end = 2025", "end = 2024", "waves/2025.toml:start: 2025-05-06 is after the end 2024-07-11",
    ),
    "a mode nobody knows": (
        "waves/2025.toml", '"mixed"', '"mixd"', "(did you mean 'mixed'?)",
    ),
    "an absent module nobody knows": (
        "waves/2025.toml", 'absent = ["health"', 'absent = ["digitl"',
        "waves/2025.toml:absent: 'digitl' is neither a module nor an item (did you mean 'digital'?)",
    ),
    # margins
    "totals that differ": (
        "margins/2025.toml", "total = 1080", "total = 1180",
        "margins/2025.toml:tables.sex:totals: totals add up to 53,106, those of 'residence' to 53,206",
    ),
    "a level that is no option": (
        "margins/2025.toml", "level = 2, total = 25999", "level = 3, total = 25999",
        "margins/2025.toml:tables.sex:sex: level 3 is not an option of 'sex'",
    ),
    "a level twice": (
        "margins/2025.toml", "level = 2, total = 25999", "level = 1, total = 25999",
        "margins/2025.toml:tables.sex:1: the level appears twice",
    ),
    "a negative total": (
        "margins/2025.toml", "total = 1080", "total = -1080",
        "margins/2025.toml:tables.residence:2: the total -1080 must be 0 or more",
    ),
    "a margin of an unknown column": (
        "margins/2025.toml", 'columns = ["age_two"]', 'columns = ["age_tow"]',
        "margins/2025.toml:tables.age_two:columns: 'age_tow' is not a column of the instrument (did you mean",
    ),
    "a margin without a source": (
        "margins/2025.toml", 'source = "Inner', 'surce = "Inner', "margins/2025.toml:tables.sex:source: is missing",
    ),
    "margins of no wave's year": (
        "margins/2025.toml", "year = 2025", "year = 2024",
        "margins/2025.toml:year: 2024 differs from the year of the wave",
    ),
    "margins of an unknown universe": (
        "margins/2025.toml", 'universe = "adults"', 'universe = "adult"',
        "margins/2025.toml:universe: 'adult' is not a universe (did you mean 'adults'?)",
    ),
    # goals, frame, plan
    "a goal in percent": (
        "goals.toml", "value = 0.12", "value = 12",
        "goals.toml:goals.1:value: 12 is not a share between 0 and 1 (12 % is 0.12)",
    ),
    "a misspelt key of a goal": (
        "goals.toml", "\nstrict = true", "\nstrickt = true",
        "goals.toml:goals.1:strickt: is not a known key (did you mean 'strict'?)",
    ),
    "a goal nobody has": (
        "goals.toml", "value = 0.12\n", "",
        "goals.toml:goals.1:value: is missing; an unknown goal has status 'not found'",
    ),
    "two goals for one year": (
        "goals.toml", 'area = "china"\nyear = 2035', 'area = "china"\nyear = 2025',
        "there are two goals for china 2025",
    ),
    "a unit that is no community": (
        "frame.csv", "\n13,", "\n14,", "frame.csv:14:unit: '14' is not an option of community",
    ),
    "a size that is no number": (
        "frame.csv", "Xicheng Community,1,,", "Xicheng Community,1,many,",
        "frame.csv:13:adults: 'many' is not a whole number (leave it empty where unknown)",
    ),
    "an action for an unknown group": (
        "plan.toml", 'group = "workers"', 'group = "worker"',
        "plan.toml:parts.workers:group: 'worker' is not a group of the survey (did you mean 'workers'?)",
    ),
    "a task id twice": ("plan.toml", "youth_2", "youth_1", "plan.toml:parts: the task id 'youth_1' appears twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_found_at_its_place(survey, what):
    file, old, new, expected = BREAKS[what]
    findings = survey.edit(file, old, new).findings
    assert any(expected in finding for finding in findings), findings


STANDARD_BREAKS = {
    "points that do not add up": (
        "cast100", "cast100.toml", "points = 40", "points = 30", "dimensions: points add up to 90, not to 100",
    ),
    "cuts that fall": ("cast100", "cast100.toml", "cut = 85", "cut = 65", ("cut scores must "
                                                                          "increase from tier to "
                                                                          "tier")),
    "two cuts for literate": (
        "cast100", "cast100.toml", "literate = 70", "literate = 60", "literate: is 60, the tier 'literate' has 70",
    ),
    "no don't-know policy": (
        "cast100", "cast100.toml", 'dont_know = "incorrect"', "", "cast100.toml:treat:dont_know: is missing",
    ),
    "a policy nobody knows": (
        "cast100", "cast100.toml", 'dont_know = "incorrect"', 'dont_know = "wrong"',
        "cast100.toml:treat:dont_know: 'wrong' is not one of incorrect, excluded",
    ),
    "no source": ("cast100", "cast100.toml", "sources = [", "sourcs = [", "cast100.toml:sources: is missing"),
    "an unknown series to compare with": (
        "cast100", "cast100.toml", '["cast100"]', '["cast101"]', "'cast101' is not a known series (did you mean",
    ),
    "a share in percent": (
        "benchmark2016", "benchmark2016.toml", "literate = 0.60", "literate = 60",
        "benchmark2016.toml:literate: must be a share between 0 and 1",
    ),
    "a gap in the points": (
        "benchmark2016", "benchmark2016_points.csv", ",7,系统整体性", ",133,系统整体性",
        "point numbers must run from 1 without gaps or duplicates",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", STANDARD_BREAKS)
def test_a_broken_standard_is_found(survey, what):
    name, file, old, new, expected = STANDARD_BREAKS[what]
    findings = survey.standard(name).edit(f"standards/{file}", old, new).findings
    assert any(expected in finding for finding in findings), findings


def test_a_dropped_item_leaves_a_benchmark_empty(survey):
    path = survey.folder / "items.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    alone = [line for line in lines if ",19,,," in line or line.endswith(",19,,,,")]
    assert len(alone) == 1
    path.write_text("\n".join(line for line in lines if line not in alone) + "\n", encoding="utf-8")
    assert "items.csv:benchmark: no item for benchmark 19" in survey.findings
    assert "items.csv:benchmark: 49 items have a benchmark; benchmark2016 asks for 50" in survey.findings


def test_all_problems_are_told_at_once(survey):
    survey.edit("items.csv", K01, "true_false,3,knowledge,17")
    survey.edit("options.csv", "sex,2,女,Female,", "sex,2,女,,")
    survey.edit("margins/2021.toml", "total = 1160", "total = 1161")
    survey.edit("goals.toml", "value = 0.12", "value = 12")
    survey.edit("plan.toml", 'group = "workers"', 'group = "worker"')
    files = {finding.split(":")[0] for finding in survey.findings}
    assert files == {"items.csv", "options.csv", "margins/2021.toml", "goals.toml", "plan.toml"}


def test_a_survey_with_problems_does_not_load(survey):
    survey.edit("items.csv", K01, "true_false,3,knowledge,17")
    survey.edit("instrument.toml", "demonstration =", "demonstraton =")
    with pytest.raises(LiteracyError, match="2 problems") as caught:
        load_instrument(survey.folder)
    assert caught.value.code == "survey.invalid"
    assert "did you mean 'demonstration'" in str(caught.value)
    assert "k01:key" in str(caught.value)


def test_missing_files_are_named(survey):
    (survey.folder / "options.csv").unlink()
    assert any(f == "options.csv: the file is missing" for f in survey.findings)
    shutil.rmtree(survey.folder)
    with pytest.raises(LiteracyError) as caught:
        check_survey(survey.folder)
    assert caught.value.code == "survey.unknown"


def test_a_file_nobody_reads_is_found(survey):
    (survey.folder / "goal.toml").write_text("", encoding="utf-8")
    (survey.folder / "margins" / "2025.csv").write_text("", encoding="utf-8")
    assert "goal.toml: is not a file of a survey (did you mean 'goals.toml'?)" in survey.findings
    assert "margins/2025.csv: is ignored: files here must end in .toml" in survey.findings


def test_tables_from_chinese_excel_are_read(survey):
    path = survey.folder / "items.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_bytes(text.encode("gb18030"))
    assert survey.findings == []
    assert load_instrument(survey.folder).item("sex").label.zh == "您的性别是？"
    path.write_bytes("﻿".encode() + text.replace("\n", "\r\n").encode())
    assert survey.findings == []


def test_bytes_that_are_no_text_are_refused(survey):
    (survey.folder / "items.csv").write_bytes(b"\xff\xff\xff\xff\x00")
    assert "items.csv: is neither UTF-8 nor GB18030 text" in survey.findings


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        (lambda: load_instrument("erenhod"), "survey.unknown", "did you mean 'erenhot'"),
        (lambda: load_instrument("."), "survey.unknown", "neither an instrument.toml"),
        (lambda: load_standard("cast10"), "standard.unknown", "did you mean 'cast100'"),
        (lambda: load_margins("erenhot", 2022), "margins.missing", "2021, 2023, 2025"),
        (lambda: load_margins("erenhot"), "margins.missing", "no wave was given"),
        (lambda: load_goal("erenhot", 2030), "goal.missing", "erenhot 2025"),
        (lambda: load_goal("erenhot", 2025, "inner_mongolia"), "goal.missing", "was not found in any source"),
        (lambda: load_goal("gss-science", 2025), "goal.missing", "there is no goals file"),
        (lambda: load_plan("gss-science"), "plan.input", "the survey has no plan"),
        (lambda: load_instrument("erenhot").item("k1"), "survey.name", "no item 'k1'"),
        (lambda: load_instrument("erenhot").wave(2022), "survey.wave", "2021, 2023, 2025"),
        (lambda: load_instrument("erenhot").wave(), "survey.wave", "no wave given"),
        (lambda: load_instrument("erenhot").standard("miller"), "standard.unknown", "cast100, benchmark2016"),
        (lambda: load_margins("erenhot", 2025).table("age"), "survey.name", "did you mean 'age_two'"),
    ],
)
def test_a_wrong_name_gets_one_error_with_its_fix(call, code, words):
    with pytest.raises(LiteracyError) as caught:
        call()
    assert caught.value.code == code
    assert words in str(caught.value)
