"""``literacy scenario`` as a user has it: the numbers of Python in every format, and one error for bad input."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path

import pandas as pd
import pytest

import literacy as lit
from tests.cli.conftest import Run, records

GOAL = ("--goal", "2027=0.15")
OPEN = ("--goal", "2027=0.177")
"""A goal that is within the limits, but not as projected."""


@pytest.fixture
def waves(run: Run, tmp_path: Path) -> tuple[str, ...]:
    """``literacy scenario`` with the sample waves of 2021 to 2025, weighted to their margins."""
    for year in (2021, 2023, 2025):
        (tmp_path / f"{year}.sav").write_bytes(lit.sample_data(f"erenhot_{year}.sav").read_bytes())
    return ("scenario", "2021.sav", "2023.sav", "2025.sav", "--margins", "auto")


@pytest.fixture(scope="module")
def projected() -> lit.GroupProjection:
    files = {y: lit.sample_data(f"erenhot_{y}.sav") for y in (2021, 2023, 2025)}
    goals = [lit.set_goal(2027, 0.15), lit.set_goal(2027, 0.177)]
    return lit.project_groups(lit.group_trends(lit.load_samples(files, "erenhot")), goals)


def test_without_options_groups_and_their_part_in_the_gap(
    run: Run, waves: tuple[str, ...], projected: lit.GroupProjection
) -> None:
    result = run(*waves, *GOAL, "--format", "json")
    expected = lit.find_contributions(projected, lit.set_goal(2027, 0.15))
    pd.testing.assert_frame_equal(
        pd.DataFrame(records(result)), expected.to_frame(), check_dtype=False, rtol=1e-9
    )
    assert "gap of the city" in result.stderr and "synthetic data" in result.stderr
    text = run(*waves, *GOAL).stdout
    assert "city" in text.splitlines()[8] and "probability that the city passes: 92 %" in text


def test_without_a_goal_the_groups_year_by_year(run: Run, waves: tuple[str, ...]) -> None:
    rows = pd.DataFrame(records(run(*waves, "--horizon", "2026", "--format", "json")))
    assert set(rows["year"]) == set(range(2021, 2027)) and rows["group"].nunique() == 6


def test_the_groups_are_those_of_python(
    run: Run, waves: tuple[str, ...], projected: lit.GroupProjection
) -> None:
    rows = pd.DataFrame(records(run(*waves, *GOAL, "--show", "groups", "--format", "json")))
    pd.testing.assert_frame_equal(
        rows[["group", "year", "estimate"]], projected.to_frame()[["group", "year", "estimate"]],
        check_dtype=False, rtol=1e-9,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--pace", "elderly=0.02"), {"pace": {"elderly": 0.02}}),
        (("--pace", "elderly=2%"), {"pace": {"elderly": 0.02}}),
        (("--extra", " elderly = 0.5％ "), {"extra": {"elderly": 0.005}}),
        (("--extra", "workers=−1%"), {"extra": {"workers": -0.01}}),
        (("--share", "elderly=25%", "--share", "youth=0.15"), {"shares": {"elderly": 0.25, "youth": 0.15}}),
        (
            ("--pace", "elderly=2%", "--share", "youth=15%"),
            {"pace": {"elderly": 0.02}, "shares": {"youth": 0.15}},
        ),
    ],
)
def test_a_scenario_is_that_of_python(
    run: Run, waves: tuple[str, ...], projected: lit.GroupProjection, options: tuple[str, ...], named: dict[str, object]
) -> None:  # fmt: skip
    expected = lit.what_if(projected, **named)  # type: ignore[arg-type]
    result = run(*waves, *GOAL, *options, "--format", "json")
    pd.testing.assert_frame_equal(
        pd.DataFrame(records(result)), expected.to_frame(), check_dtype=False, rtol=1e-9
    )
    assert "in the scenario" in result.stderr and "treated as certain" in result.stderr
    groups = records(run(*waves, *GOAL, *options, "--show", "groups", "--format", "json"))
    pd.testing.assert_frame_equal(pd.DataFrame(groups), expected.groups, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ((), {}),
        (("--cost", "youth=1", "--cost", "elderly=3"), {"cost": {"youth": 1, "elderly": 3}}),
        (("--limit", "youth=4%"), {"limit": {"youth": 0.04}}),
        (("--limit", "youth=none"), {"limit": {"youth": math.inf}}),
        (("--limit", "none"), {"limit": math.inf}),
        (("--chance", "0.9", "--limit", "none"), {"probability": 0.9, "limit": math.inf}),
        (("--chance", "0.9"), {"probability": 0.9}),
    ],
)
def test_an_effort_is_that_of_python(
    run: Run, waves: tuple[str, ...], projected: lit.GroupProjection, options: tuple[str, ...], named: dict[str, object]
) -> None:  # fmt: skip
    expected = lit.least_effort(projected, lit.set_goal(2027, 0.177), **named)  # type: ignore[arg-type]
    result = run(*waves, *OPEN, "--show", "effort", *options, "--format", "csv")
    rows = pd.read_csv(io.StringIO(result.stdout))
    for column in ("needed", "gain_per_year", "extra"):
        assert rows[column].tolist() == pytest.approx(expected.table[column].tolist(), rel=1e-6, abs=1e-9)
    said = run(*waves, *OPEN, "--show", "effort", *options).stdout
    assert ("Out of reach" in said) == (not expected.feasible)
    assert ("basis: the largest gain shown" in said) == (expected.basis is not None)


SHOWN = [
    (), ("--show", "groups"), ("--pace", "elderly=2%", "--share", "youth=15%"),
    ("--pace", "elderly=2%", "--show", "groups"), ("--show", "effort"), ("--show", "effort", "--chance", "0.95"),
    ("--show", "effort", "--limit", "none"), ("--show", "effort", "--limit", "youth=4%"),
]  # fmt: skip


@pytest.mark.parametrize("options", SHOWN, ids=" ".join)
def test_the_chinese_reader_sees_labels_and_chinese(
    run: Run, waves: tuple[str, ...], options: tuple[str, ...]
) -> None:
    text = run(*waves, *OPEN, *options, "--lang", "zh").stdout
    assert "老年人" in text and not re.findall(r"elderly|youth|officials|_", text), text
    left = set(re.findall(r"[A-Za-z]{3,}", text)) - {"logit", "cost", "limit"}
    assert not left, text


@pytest.mark.parametrize("options", SHOWN, ids=" ".join)
def test_notes_are_kept_in_every_format(run: Run, waves: tuple[str, ...], options: tuple[str, ...]) -> None:
    for form in ("csv", "json", "md", "html"):
        result = run(*waves, *OPEN, *options, "--format", form)
        assert "synthetic data" in result.stdout + result.stderr, form
    run(*waves, *OPEN, *options, "-o", "out.xlsx")
    sheets = pd.read_excel("out.xlsx", sheet_name=None, header=None, engine="openpyxl")
    assert any("synthetic data" in t.astype(str).to_string() for t in list(sheets.values())[1:])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((*GOAL, "--pace", "elderly"), ["--pace elderly", "is not GROUP=SHARE", "elderly=2%"]),
        ((*GOAL, "--pace", "elderly=two"), ["is not GROUP=SHARE"]),
        ((*GOAL, "--pace", "elderly=nan"), ["is not GROUP=SHARE"]),
        ((*GOAL, "--pace", "=0.02"), ["is not GROUP=SHARE"]),
        ((*GOAL, "--pace", "elderly=none"), ["is not GROUP=SHARE"]),
        ((*GOAL, "--pace", "elderly=0.02", "--pace", "elderly=0.03"), ["a second value for elderly"]),
        ((*GOAL, "--pace", "elderly=2"), ["2.0 is not a gain as a share per year", "0.02"]),
        (
            (*GOAL, "--pace", "elders=2%"),
            ["'elders' is unknown", "elderly (Elderly)", "officials (Officials"],
        ),
        ((*GOAL, "--share", "old=25%"), ["'old' is unknown", "elderly (Elderly)"]),
        ((*GOAL, "--share", "elderly=25"), ["25.0 is not a share of the population"]),
        ((*GOAL, "--pace", "elderly=2%", "--extra", "elderly=1%"), ["both a pace and an extra gain"]),
        ((*GOAL, "--show", "effort", "--cost", "old=2"), ["'old' is unknown", "elderly (Elderly)"]),
        ((*GOAL, "--show", "effort", "--cost", "elderly=2%"), ["is not GROUP=NUMBER"]),
        ((*GOAL, "--show", "effort", "--cost", "elderly=0"), ["number above 0"]),
        ((*GOAL, "--show", "effort", "--limit", "elderly=3"), ["3.0 is not a gain as a share per year"]),
        ((*GOAL, "--show", "effort", "--limit", "others=1%"), ["others", "a limit but no cost"]),
        (("--goal", "2024=0.3", "--show", "effort"), ["there is no goal after the last wave"]),
        (("--goal", "soon", "--show", "effort"), ["is neither YEAR nor YEAR=SHARE"]),
        ((*GOAL, "--by", "village"), ["village"]),
    ],
    ids=lambda x: " ".join(x[-2:]) if isinstance(x, tuple) else None,
)
def test_bad_input_is_one_error(
    run: Run, waves: tuple[str, ...], options: tuple[str, ...], words: list[str]
) -> None:
    result = run(*waves, *options, code=1)
    assert result.stderr.count("fix:") == 1 and "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr, result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((*GOAL, "--chance", "0.8"), "--chance has no effect without --show effort"),
        ((*GOAL, "--cost", "youth=1"), "--cost has no effect without --show effort"),
        ((*GOAL, "--limit", "none", "--show", "groups"), "--limit has no effect without --show effort"),
        ((*GOAL, "--pace", "youth=1%", "--show", "effort"), "--pace has no effect with --show effort"),
        ((*GOAL, "--extra", "youth=1%", "--show", "contributions"), "--extra has no effect with"),
        ((*GOAL, "--share", "youth=15%", "--show", "effort"), "--share has no effect with"),
        ((*GOAL, "--show", "city"), "--show city takes an assumption"),
        (("--show", "effort"), "--show effort takes one goal"),
        (("--goal", "2027=0.2", "--goal", "2030=0.3", "--show", "contributions"), "takes one goal"),
    ],
    ids=lambda x: " ".join(x[-3:]) if isinstance(x, tuple) else None,
)
def test_an_option_without_effect_is_refused(
    run: Run, waves: tuple[str, ...], options: tuple[str, ...], words: str
) -> None:
    assert words in run(*waves, *options, code=2).stderr


def test_one_wave_and_a_column_of_groups(run: Run, waves: tuple[str, ...]) -> None:
    rows = records(run("scenario", "2025.sav", "--margins", "2025", *GOAL, "--format", "json"))
    assert [r["group"] for r in rows][-1] == "others"
    rows = records(run(*waves, *GOAL, "--by", "sex", "--format", "json"))
    assert len(rows) == 2 and sum(r["share"] for r in rows) == pytest.approx(1)
    assert "give one file per wave" in run("scenario", "2025.sav", "2025.sav", *GOAL, code=1).stderr
