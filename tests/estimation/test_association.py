"""Tests of tables against R survey, and what they say when there is nothing to test."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import literacy.estimation.statistics.association as association
import literacy.estimation.statistics.location as location
from literacy.errors import LiteracyError
from literacy.sampling import Design, Sample
from tests.estimation.peers import DESIGNS, close, people, reference, sample

STATISTICS = ("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")
TABLES = {
    "table": ("edu", "sex", None),
    "table_wide": ("edu", "view", None),
    "table_domain": ("literate", "sex", "young"),
}


@pytest.mark.reference
@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("design", DESIGNS)
def test_tables_as_in_r(design: str, name: str, statistic: str) -> None:
    row, column, domain = TABLES[name]
    where = None if domain is None else (people().age < 50).to_numpy()
    found = association.test_independence(sample(design), row, column, statistic, where=where)
    wanted = reference()[design][name][statistic]
    kept_whole = domain is not None and design in ("post", "grown", "pps")
    if "F" in str(statistic) or "Wald" in statistic or not kept_whole:
        # R scales Pearson's statistic by the rows of the sample, not of the domain, where it keeps them all
        close(found.statistic, wanted["statistic"])
    close(found.df, np.ravel(wanted["df"]))
    close(found.p_value, wanted["p"])


@pytest.mark.reference
@pytest.mark.parametrize("design", [d for d in DESIGNS if d != "pps"])
def test_fit_as_in_r(design: str) -> None:
    found = association.test_fit(sample(design), "view", [0.2, 0.3, 0.3, 0.2])
    wanted = reference()[design]["fit"]
    close([found.statistic, *found.details["scale"], *found.df, found.p_value], list(wanted.values()))


def _design(text: str) -> Design:
    names = {"id": "psu", "weights": "weight", "strata": "strata", "fpc": "fpc"}
    found = dict(re.findall(r"(\w+)=~([\w.]+)", text))
    return Design(**{names[k]: v for k, v in found.items() if v != "1"})


@pytest.mark.reference
def test_cases_of_the_api_samples(r_survey: Path) -> None:
    folder = r_survey
    cases = json.loads((folder / "05_tests.json").read_text(encoding="utf-8"))["cases"]
    done = set()
    for case in cases:
        frame = pd.read_csv(folder / "data" / f"{case['data']}.csv", encoding="utf-8")
        one = Sample(frame, _design(case["design"]))
        kind = case["id"].split("/")[1]
        if kind.startswith("chisq_"):
            t = association.test_independence(one, "sch.wide", "stype", kind.removeprefix("chisq_"))
            close([t.statistic, t.p_value], [case["statistic"], case["p"]])
            close(t.df, np.ravel(case["parameter"]))
        elif kind == "ttest":
            t = location.test_means(one, "api00", "comp.imp")
            close(
                [t.estimate, t.statistic, *t.df, t.p_value, t.ci_low, t.ci_high],
                [case[k] for k in ("diff", "t", "df", "p")] + case["ci"],
            )
        elif kind == "ttest_one":
            t = location.test_means(one, "api00", null=650)
            close([t.estimate - 650, t.statistic, t.p_value], [case[k] for k in ("diff", "t", "p")])
        elif kind == "ranktest":
            t = location.test_ranks(one, "api00", "comp.imp")
            close([t.statistic, *t.df, t.p_value], [case[k] for k in ("statistic", "df", "p")])
        elif kind == "gof":
            t = association.test_fit(one, "stype", [0.6, 0.2, 0.2])
            close(t.statistic, case["statistic"])
            if case["p"] is None:  # the strata are the levels: nothing varies
                assert np.isnan(t.p_value) and "no sampling error" in t.notes[-1]
            else:
                close([*t.details["scale"], *t.df, t.p_value], [*case["parameter"], case["p"]])
        else:
            continue
        done.add(kind)
    assert len(done) == 10


def test_exact_tail_lies_near_the_saddlepoint() -> None:
    one = sample("two")
    exact = association.test_independence(one, "edu", "view", "exact").p_value
    assert exact == pytest.approx(
        association.test_independence(one, "edu", "view", "saddlepoint").p_value, rel=0.06
    )


def test_simple_random_sample_is_pearson() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"a": rng.integers(0, 3, 4000), "b": rng.integers(0, 2, 4000)})
    found = association.test_independence(Sample(frame, Design()), "a", "b", "Chisq")
    classic = stats.chi2_contingency(pd.crosstab(frame.a, frame.b), correction=False)
    assert found.statistic == pytest.approx(classic.statistic, rel=1e-12)
    assert found.p_value == pytest.approx(classic.pvalue, rel=0.02)


@pytest.mark.parametrize("statistic", [*STATISTICS, "exact"])
def test_weights_scale_and_labels_do_not_matter(statistic: str) -> None:
    one = sample("wr")
    frame = people().assign(weight=people().weight * 7)
    frame["edu"] = frame.edu.map({"high": "z", "low": "y", "middle": "x"})
    other = Sample(frame.sample(frac=1, random_state=3), one.design)
    a = association.test_independence(one, "edu", "view", statistic)
    b = association.test_independence(other, "edu", "view", statistic)
    close([b.statistic, b.p_value], [a.statistic, a.p_value])


def test_missing_and_empty_cells_are_told() -> None:
    frame = people().assign(kind=np.where(people().sex == "m", "x", np.where(people().age < 40, "y", "z")))
    found = association.test_independence(Sample(frame, sample("wr").design), "edu", "kind", where="sex=f")
    assert found.notes == ("domain: sex=f", "2 respondents with a missing value left out")
    assert found.n == int((frame.sex.eq("f") & frame.edu.notna()).sum())
    narrow = association.test_independence(Sample(frame, sample("wr").design), "sex", "kind")
    assert any("cells are empty" in n for n in narrow.notes)
    assert narrow.p_value < 1e-4


@pytest.mark.parametrize(
    ("call", "code", "word"),
    [
        (lambda s: association.test_independence(s, "edu", "sex", "f"), "estimate.option", "F"),
        (lambda s: association.test_independence(s, "edu", "sx"), "estimate.variable", "did you mean"),
        (
            lambda s: association.test_independence(s, "edu", "sex", where="sex=f"),
            "estimate.variable",
            "1 level",
        ),
        (lambda s: association.test_fit(s, "sex", [1]), "estimate.variable", "'f', 'm'"),
        (lambda s: association.test_fit(s, "sex", {"f": 0.5, "w": 0.5}), "estimate.variable", "'w'"),
        (lambda s: association.test_fit(s, "sex", [1, 0]), "estimate.variable", "above 0"),
        (lambda s: location.test_means(s, "sex"), "estimate.variable", "not numbers"),
        (lambda s: location.test_ranks(s, "age", "sex", where="sex=f"), "estimate.domain", "two groups"),
    ],
)
def test_mistakes_are_told(call: object, code: str, word: str) -> None:
    with pytest.raises(LiteracyError, match=word) as found:
        call(sample("wr"))  # type: ignore[operator]
    assert found.value.code == code


def test_prints_through_the_one_printer() -> None:
    text = str(association.test_independence(sample("two"), "edu", "sex"))
    assert "Rao-Scott" in text and "edu × sex" in text and "2 respondents with a missing value" in text
