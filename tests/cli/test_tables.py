"""What printed tables show: names of rows in full, headings that fit, and what an option leaves as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy._display import format_table, format_value
from tests.cli.conftest import Run
from tests.conftest import some

DOSES = ("1e-05", "2e-05", "0.123456789")
VILLAGES = ("150102", "150103")


@pytest.fixture
def doses(run: Run) -> str:
    """Rows of three doses that four decimals do not tell apart, in two villages known by a code."""
    rng = np.random.default_rng(0)
    dose = [float(d) for d in DOSES] * 20
    village = [int(v) for v in VILLAGES] * 30
    pd.DataFrame({"dose": dose, "village": village, "y": rng.normal(size=60), "z": [0, 1, 1, 0, 1, 0] * 10}).to_csv(
        "doses.csv", index=False
    )  # fmt: skip
    return "doses.csv"


@pytest.mark.parametrize("form", some(["table", "html", "md"]))
@pytest.mark.parametrize("lang", [[], ["--lang", "zh"]], ids=["as it is", "zh"])
@pytest.mark.parametrize(
    "command",
    some([
        ["estimate", "doses.csv", "--mean", "y"], ["tabulate", "doses.csv", "z"],
        ["estimate", "doses.csv", "--mean", "y", "--share", "z=1"],
        ["estimate", "doses.csv", "--mean", "y", "--test", "means:y:village"],
    ], 2),
    ids=" ".join,
)  # fmt: skip
def test_names_of_domains_are_shown_in_full(
    run: Run, doses: str, command: list[str], lang: list[str], form: str
) -> None:
    shown = run(*command, "--by", "dose", "--by", "village", *lang, "--format", form).stdout
    for name in (*DOSES, *VILLAGES):
        assert name in shown.replace("−", "-")
    assert "150,102" not in shown


def test_the_heading_of_a_probability_is_that_of_a_probability(run: Run, doses: str) -> None:
    asked = ["estimate", doses, "--quantile", "y@0.5"]
    for more in ([], ["--quantile", "y@0.9"], ["--mean", "y"]):
        said = run(*asked, *more, "--lang", "zh").stdout
        assert "概率" in said and "类别" not in said
        assert "Probability" in run(*asked, *more, "--lang", "en").stdout
    assert "类别" in run("estimate", doses, "--share", "z", "--share", "dose", "--lang", "zh").stdout
    mixed = run(*asked, "--share", "dose", "--lang", "zh").stdout  # both in one column
    assert "类别" in mixed and "概率" not in mixed


def test_shares_beside_means_are_percentages_in_the_readers_language(run: Run, doses: str) -> None:
    alone = run("estimate", doses, "--share", "z=1", "--lang", "zh").stdout
    beside = run("estimate", doses, "--share", "z=1", "--mean", "y", "--lang", "zh").stdout
    (row,) = (line.split() for line in alone.splitlines() if line.startswith("z=1"))
    (same,) = (line.split() for line in beside.splitlines() if line.startswith("z=1"))
    assert same[1] == row[1] and row[1].endswith("%")


@pytest.mark.parametrize(
    ("option", "left"),
    some([(["--by", "village"], "--test"), (["--level", "0.9"], "--test"), (["--deff", "wor"], "--test")]),
)
def test_it_is_said_what_an_option_does_not_concern(
    run: Run, doses: str, option: list[str], left: str
) -> None:
    asked = ["estimate", doses, "--mean", "y", "--test", "means:y:village"]
    told = f"{option[0]} does not concern {left}"
    assert told in run(*asked, *option).stderr
    assert told not in run(*asked[:4], *option).stderr and "does not concern" not in run(*asked).stderr


def test_a_share_and_a_mean_with_an_interval_of_shares(run: Run, doses: str) -> None:
    said = run("estimate", doses, "--share", "z=1", "--mean", "y", "--quantile", "y", "--ci", "beta").stderr
    assert "--ci does not concern --mean, --quantile" in said


def test_a_sum_is_shown_as_the_whole_number_that_it_is_but_for_rounding() -> None:
    for whole in (180.0, 1234.0, -3.0):
        noisy = float(np.nextafter(whole, np.inf))
        assert noisy != whole and format_value(noisy) == format_value(whole) == f"{whole:,.0f}"
    assert format_value(180.00001) == "180.0000"
    assert format_table(pd.DataFrame({"after": [np.nextafter(180.0, 0)]})).split() == ["after", "180"]
