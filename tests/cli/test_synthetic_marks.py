"""Every result made from synthetic data says so where it is read, not only while it is made."""

from __future__ import annotations

from pathlib import Path

import pytest

import literacy
from tests.cli.conftest import Run

SAMPLE = Path(literacy.sample_data("erenhot_2025.sav")).parent
WAVES = [str(SAMPLE / f"erenhot_{year}.sav") for year in (2021, 2023, 2025)]
ITEMS = [str(SAMPLE / f"items_{year}.sav") for year in (2025, 2023)]
GOAL = ("--goal", "2027=0.15")
MARK = "synthetic data"


@pytest.mark.parametrize(
    "asked",
    [
        ("project", *WAVES, *GOAL),
        *(("project", *WAVES, *GOAL, "--show", show) for show in ("milestones", "proof", "since", "jump")),
        ("project", *WAVES, *GOAL, "--method", "linear"),
        ("scenario", *WAVES, *GOAL),
        ("estimate", WAVES[2], "--share", "literate"),
        ("compare", *WAVES[1:], "--share", "literate"),
        ("model", WAVES[2], "--outcome", "literate", "--on", "sex"),
        ("items", ITEMS[0]),
        ("irt", ITEMS[0]),
        ("dif", ITEMS[0], "--by", "sex"),
        ("link", *ITEMS),
    ],
    ids=lambda asked: " ".join(word for word in asked if "." not in word or "=" in word),
)
def test_the_result_says_that_its_data_are_synthetic(run: Run, asked: tuple[str, ...]) -> None:
    made = run(*asked)  # where only the table goes to stdout, the notes of the result follow those of reading
    assert MARK in made.stdout or made.stderr.count(MARK) == 2


def test_results_of_real_data_do_not() -> None:
    nation = literacy.series_trend("national")
    made = literacy.project(nation, literacy.set_goal(2030, 0.2))
    assert MARK not in str(made) and MARK not in str(literacy.backtest(nation, "linear"))
