"""Kappa and Cronbach's alpha against R survey."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.statistics.agreement import cronbach, kappa
from literacy.sampling import Sample
from tests.estimation.peers import DESIGNS, close, people, reference, sample
from tests.estimation.test_association import _design


@pytest.mark.reference
@pytest.mark.parametrize("design", DESIGNS)
def test_as_in_r(design: str) -> None:
    found, wanted = kappa(sample(design), "view", "use"), reference()[design]
    close([found.estimate[0], found.se[0]], list(wanted["kappa"].values()))
    close(cronbach(sample(design), ["view", "use", "years"]).estimate[0], wanted["alpha"])


@pytest.mark.reference
def test_cases_of_the_api_samples(r_survey: Path) -> None:
    folder = r_survey
    cases = json.loads((folder / "05_tests.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        one = Sample(
            pd.read_csv(folder / "data" / f"{case['data']}.csv", encoding="utf-8"), _design(case["design"])
        )
        if case["id"].endswith("kappa"):
            found = kappa(one, "comp.imp", "sch.wide")
            close([found.estimate[0], found.se[0]], [case["est"], case["se"]])
        elif case["id"].endswith("cronbach"):
            close(cronbach(one, ["ell", "mobility", "meals"]).estimate[0], case["alpha"])


def test_replicates_and_linearisation_agree() -> None:
    for statistic in (lambda s: kappa(s, "view", "use"), lambda s: cronbach(s, ["view", "use"])):
        a, b = statistic(sample("wr")), statistic(sample("jkn"))
        assert a.estimate[0] == pytest.approx(b.estimate[0])
        assert a.se[0] == pytest.approx(b.se[0], rel=0.15)


def test_perfect_agreement() -> None:
    one = Sample(people().assign(again=people().view), sample("wr").design)
    found = kappa(one, "view", "again")
    assert found.estimate[0] == pytest.approx(1) and found.se[0] < 1e-12


def test_mistakes_are_told() -> None:
    with pytest.raises(LiteracyError, match="1 items"):
        cronbach(sample("wr"), ["view"])
    with pytest.raises(LiteracyError, match="do not vary"):
        cronbach(Sample(people().assign(a=1, b=2), sample("wr").design), ["a", "b"])
