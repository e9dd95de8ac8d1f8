"""Impossible or broken problems: each is an error that names the conflict, and none returns weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.sampling import Design, Sample
from literacy.weighting import adjust_nonresponse, calibrate, poststratify, rake, trim
from tests.weighting.statistics import jackknife

N = 1200.0


def people() -> pd.DataFrame:
    """120 persons of weight 10: herders (30) all live in the sumu (60); sex and age are free."""
    i = np.arange(120)
    return pd.DataFrame(
        {
            "w": 10.0,
            "unit": i // 10,
            "residence": np.where(i < 60, "sumu", "urban"),
            "job": np.where(i < 30, "herder", np.where(i % 2 == 0, "worker", "other")),
            "sex": np.where(i % 3 == 0, 1, 2),
            "age": 18 + i % 50,
            "twice": 2 * (18 + i % 50),
            "group_youth": (i % 50 < 17).astype(float),
            "group_herders": (i < 30).astype(float),
            "edu": pd.array([None if j in (7, 8) else j % 3 for j in i], dtype="Int64"),
            "score": np.where(i % 4 == 0, 1.5, 0.0),
            "responded": (i % 5 != 0) & (i >= 10),
            "answered_if_urban": i >= 60,
        }
    )


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample(people(), Design(weight="w", psu="unit"))


SEX = {1: 400.0, 2: 800.0}
RESIDENCE = {"sumu": 500.0, "urban": 700.0}
JOB = {"herder": 300.0, "worker": 500.0, "other": 400.0}
Verb = Callable[[Sample], Any]

CASES: dict[str, tuple[Verb, str, str]] = {
    "a level nobody holds": (
        lambda s: rake(s, {"sex": SEX, "residence": {**RESIDENCE, "banner": 0.5, "urban": 699.5}}),
        "weighting.level",
        "no respondent has level 'banner'",
    ),
    "a respondent's level without a total": (
        lambda s: rake(s, {"residence": RESIDENCE, "job": {"herder": 700.0, "worker": 500.0}}),
        "weighting.level",
        "respondents have 'other'",
    ),
    "a crossed level nobody holds": (
        lambda s: poststratify(
            s, {("residence", "job"): {(r, j): 200.0 for r in RESIDENCE for j in JOB}}
        ),
        "weighting.level",
        "urban × herder",
    ),
    "a level of total 0 that respondents hold": (
        lambda s: rake(s, {"job": {**JOB, "other": 0.0}}),
        "weighting.level",
        "'other' has a total of 0",
    ),
    "totals that differ": (
        lambda s: rake(s, {"sex": SEX, "job": {**JOB, "other": 399.0}}),
        "weighting.totals",
        "sex adds up to 1,200, job to 1,199",
    ),
    "a group larger than the population": (
        lambda s: rake(s, {"sex": SEX, "group": {"group_youth": 1300.0}}),
        "weighting.totals",
        "1,300 members, the population 1,200",
    ),
    "a total that is no number": (
        lambda s: rake(s, {"sex": {1: float("nan"), 2: 800.0}}),
        "weighting.value",
        "sex=1: the total is nan",
    ),
    "a total in words": (
        lambda s: rake(s, {"sex": {1: "many", 2: 800.0}}),
        "weighting.value",
        "the total is 'many'",
    ),
    "a negative total": (
        lambda s: rake(s, {"sex": {1: -400.0, 2: 1600.0}}),
        "weighting.value",
        "the total -400 is negative",
    ),
    "respondents without a value": (
        lambda s: rake(s, {"sex": SEX, "edu": {0: 400.0, 1: 400.0, 2: 400.0}}),
        "weighting.value",
        "margin column 'edu': 2 respondents have no value",
    ),
    "a cap that one level breaks": (
        lambda s: rake(s, {"sex": SEX, "job": {"herder": 900.0, "worker": 200.0, "other": 100.0}}, max_ratio=2),
        "weighting.infeasible",
        "margin 'job': no weights between 0 and 2 times the base weights satisfy it: job=herder must be 900 (now 300)",
    ),
    "more herders than people where herders live": (
        lambda s: rake(s, {"sex": SEX, "residence": {"sumu": 250.0, "urban": 950.0}, "job": JOB}),
        "weighting.infeasible",
        "margins 'residence' and 'job'",
    ),
    "margins that only weights of zero can meet": (
        lambda s: rake(s, {"sex": SEX, "residence": {"sumu": 300.0, "urban": 900.0}, "job": JOB}),
        "weighting.infeasible",
        "no positive weights satisfy them jointly",
    ),
    "a mean age nobody can reach": (
        lambda s: calibrate(s, {"(population)": N, "age": N * 70}, distance="raking"),
        "weighting.infeasible",
        "'(population)' and 'age'",
    ),
    "totals of a column and of its double": (
        lambda s: calibrate(s, {"age": 50_000.0, "twice": 99_000.0}),
        "weighting.infeasible",
        "'age' and 'twice'",
    ),
    "logit bounds too tight": (
        lambda s: calibrate(s, {"sex": {1: 700.0, 2: 500.0}}, distance="logit", bounds=(0.8, 1.2)),
        "weighting.infeasible",
        "between 0.8 and 1.2",
    ),
    "bounds on the weights too tight": (
        lambda s: calibrate(s, {"sex": {1: 700.0, 2: 500.0}}, bounds=(8, 12), bounds_on="weight"),
        "weighting.infeasible",
        "margin 'sex'",
    ),
    "negative weights nobody asked for": (
        lambda s: calibrate(s, {"(population)": N, "age": N * 66}),
        "weighting.negative",
        "would be negative",
    ),
    "too few iterations": (
        lambda s: rake(s, {"sex": {1: 700.0, 2: 500.0}, "residence": RESIDENCE, "job": JOB}, max_iterations=1),
        "weighting.convergence",
        "after 1 iterations",
    ),
    "a column that is not there": (
        lambda s: rake(s, {"resident": RESIDENCE}),
        "design.column",
        "did you mean 'residence'",
    ),
    "a quantity in raking": (lambda s: rake(s, {"sex": SEX, "age": 50_000.0}), "weighting.value", "'age'"),
    "a group's column of other numbers": (
        lambda s: calibrate(s, {"sex": SEX, "family": {"score": 300.0}}),
        "weighting.value",
        "values other than 0 and 1",
    ),
    "one total for a column of words": (
        lambda s: calibrate(s, {"residence": 500.0}),
        "weighting.value",
        "not numbers",
    ),
    "several tables in post-stratification": (
        lambda s: poststratify(s, {"sex": SEX, "residence": RESIDENCE}),
        "weighting.value",
        "2 margins (sex, residence)",
    ),
    "a level given twice": (
        lambda s: rake(s, pd.DataFrame({"sex": [1, 1, 2], "n": [200, 200, 800]})),
        "weighting.value",
        "two totals",
    ),
    "no margins": (lambda s: rake(s, {}), "weighting.value", "no totals"),
    "margins of another shape": (lambda s: rake(s, 17), "weighting.value", "cannot be read"),
    "logit without bounds": (lambda s: calibrate(s, {"sex": SEX}, distance="logit"), "weighting.value", "bound"),
    "logit bounds beside one": (
        lambda s: calibrate(s, {"sex": SEX}, distance="logit", bounds=(1.1, 3)),
        "weighting.value",
        "1 does not lie between",
    ),
    "bounds the wrong way round": (
        lambda s: calibrate(s, {"sex": SEX}, bounds=(3, 0.3)),
        "weighting.value",
        "not below",
    ),
    "a bound below zero": (
        lambda s: calibrate(s, {"sex": SEX}, bounds=(-1, 3)),
        "weighting.value",
        "negative",
    ),
    "an unknown distance": (
        lambda s: calibrate(s, {"sex": SEX}, distance="rakng"),
        "weighting.value",
        "did you mean 'raking'",
    ),
    "a stage the design does not have": (
        lambda s: calibrate(s, {"sex": SEX}, aggregate=2),
        "weighting.value",
        "aggregate=2",
    ),
    "trim limits below the mean": (lambda s: trim(s, upper=9), "weighting.infeasible", "add up to at most"),
    "trim limits above the mean": (lambda s: trim(s, lower=11), "weighting.infeasible", "add up to at least"),
    "trim without limits": (lambda s: trim(s), "weighting.value", "no limit"),
    "a cell where nobody responded": (
        lambda s: adjust_nonresponse(s, "responded", by="unit"),
        "weighting.level",
        "nobody responded in '0'",
    ),
    "response that a column decides": (
        lambda s: adjust_nonresponse(s, "answered_if_urban", propensity="residence"),
        "weighting.convergence",
        "tend to 0 or 1",
    ),
    "replicates that drop a level": (
        lambda s: poststratify(
            jackknife(s.evolve(frame=s.frame.assign(first=s.frame["unit"].eq(0))), "JK1"),
            {"first": {True: 100.0, False: 1100.0}},
        ),
        "weighting.level",
        "in 1 of 12 replicates no respondent has level 'True'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_is_refused_and_named(sample: Sample, name: str) -> None:
    verb, code, text = CASES[name]
    with pytest.raises(LiteracyError) as caught:
        verb(sample)
    assert caught.value.code == code, str(caught.value)
    assert text in str(caught.value)
    assert caught.value.fix


def test_three_margins_in_conflict_of_which_any_two_agree() -> None:
    frame = pd.DataFrame(
        {"a": [0, 0, 1, 1] * 5, "b": [0, 1, 0, 1] * 5, "c": [0, 1, 1, 0] * 5, "d": [0, 1] * 10}
    )
    sample = Sample(frame, Design())
    # c = a xor b: a and b nearly always 1 leaves no room for c = 1 in 95 of 100
    margins = {
        "d": {0: 10.0, 1: 10.0}, "a": {0: 1.0, 1: 19.0}, "b": {0: 10.0, 1: 10.0}, "c": {0: 1.0, 1: 19.0},
    }  # fmt: skip
    with pytest.raises(LiteracyError) as caught:
        rake(sample, {k: v for k, v in margins.items() if k != "d"} | {"b": {0: 1.0, 1: 19.0}})
    assert caught.value.where == "margins 'a' and 'b' and 'c'"
    for pair in (("a", "b"), ("a", "c"), ("b", "c")):
        assert (
            rake(sample, {k: margins[k] if k != "b" else {0: 1.0, 1: 19.0} for k in pair}).weighting
            is not None
        )


def test_the_universe_of_the_margins_must_be_that_of_the_sample() -> None:
    from literacy.instrument import Margins
    from literacy.instrument.margins import Margin

    table = Margin("sex", ("sex",), (((1,), 400.0), ((2,), 800.0)))
    margins = Margins("erenhot", 2025, "adults", (table,))
    frame = people().assign(universe=np.where(np.arange(120) < 100, "adults", "pupils"))
    adults = Sample(frame, Design(weight="w"), universe="adults")
    assert rake(adults, margins).weight.sum() == pytest.approx(1200)
    with pytest.raises(LiteracyError, match="refer to the universe 'adults', the sample to 'pupils'"):
        rake(Sample(frame, Design(weight="w"), universe="pupils"), margins)


def test_missing_values_and_unknown_levels_outside_the_universe_do_not_matter() -> None:
    frame = people()
    frame.loc[100:, "residence"] = "abroad"
    frame.loc[110:, "job"] = None
    frame["in"] = np.arange(120) < 100
    sample = Sample(frame, Design(weight="w"), universe={"in": True})
    done = rake(sample, {"residence": RESIDENCE, "job": JOB, "sex": SEX})
    assert done.weight[100:].sum() == 0
    assert done.weight.sum() == pytest.approx(1200)
    assert (done.weight[:100] > 0).all()
    covariance = done.covariance(np.ones(120))
    assert covariance[0, 0] == pytest.approx(0, abs=1e-12)
