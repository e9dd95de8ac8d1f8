"""Tests of means and ranks against R survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import literacy.estimation.statistics.location as location
from literacy.sampling import Design, Sample
from tests.estimation.peers import DESIGNS, close, people, reference, sample


@pytest.mark.reference
@pytest.mark.parametrize("design", DESIGNS)
def test_means_as_in_r(design: str) -> None:
    one, wanted = sample(design), reference()[design]
    keys = ("estimate", "statistic", "df", "p", "ci")
    cases = {
        "t_two": location.test_means(one, "score", "literate"),
        "t_domain": location.test_means(one, "score", "literate", where="sex=m"),
    }
    for name, t in cases.items():
        close(
            [t.estimate, t.statistic, *t.df, t.p_value, t.ci_low, t.ci_high],
            np.hstack([wanted[name][k] for k in keys]),
        )
    t = location.test_means(one, "score", null=50)
    close(
        [t.estimate - 50, t.statistic, *t.df, t.p_value, t.ci_low - 50, t.ci_high - 50],
        np.hstack([wanted["t_one"][k] for k in keys]),
    )


@pytest.mark.reference
@pytest.mark.parametrize("score", location.SCORES)
@pytest.mark.parametrize("design", DESIGNS)
def test_ranks_as_in_r(design: str, score: str) -> None:
    t = location.test_ranks(sample(design), "visits", "sex", score)
    wanted = reference()[design]["ranks"][score]
    close([t.estimate, t.statistic, *t.df, t.p_value], list(wanted.values()))


@pytest.mark.reference
@pytest.mark.parametrize("design", ["two", "post", "grown", "wr"])
def test_ranks_of_many_groups_as_in_r(design: str) -> None:
    t = location.test_ranks(sample(design), "age", "view")
    close([t.statistic, *t.df, t.p_value], list(reference()[design]["ranks_many"].values()))


def test_two_groups_of_many_is_the_t_test_squared() -> None:
    one = sample("two")
    t = location.test_means(one, "score", "literate")
    frame = people().assign(copy=people().literate.map({0.0: "a", 1.0: "b"}))
    three = location.test_means(Sample(frame, one.design), "score", "view")
    assert three.df == (3.0, 13.0)
    assert location.test_means(Sample(frame, one.design), "score", "copy").statistic == pytest.approx(
        t.statistic
    )


def test_a_constant_has_no_error() -> None:
    t = location.test_means(Sample(people().assign(c=4.0), sample("wr").design), "c", null=3)
    assert t.se == 0 and np.isinf(t.statistic) and t.p_value == 0
    assert "no sampling error" in t.notes[-1]


def test_no_degrees_of_freedom_gives_no_p_value() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0], "g": [0, 1, 1], "u": [1, 1, 2]})
    t = location.test_means(Sample(frame, Design(psu="u")), "y", "g")
    assert np.isnan(t.p_value) and any("0 degrees of freedom" in n for n in t.notes)


@pytest.mark.parametrize("design", ["boot", "jkn"])
def test_ranks_under_replicates_are_near_linearisation(design: str) -> None:
    a = location.test_ranks(sample(design), "age", "sex")
    b = location.test_ranks(sample("wr"), "age", "sex")
    assert a.estimate == pytest.approx(b.estimate)
    assert a.se == pytest.approx(b.se, rel=0.35)
