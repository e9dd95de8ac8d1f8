"""Quantiles: against R survey 4.4-2, with exact ties, and in domains."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import mean, quantile
from literacy.kernels.design.quantiles import RULES, weighted_quantiles
from literacy.sampling import Design, Sample, make_replicates
from literacy.weighting import rake
from tests.estimation.ancestor import cases, close, make_sample

DISCRETE = ("math", "school", "hf1", "hf2", "hf3")


def exact_tie(sample: Sample, name: str, p: float) -> bool:
    """Whether the distribution function of an equal-weight sample equals p (as written) exactly."""
    n = int(sample.frame[name].notna().sum())
    return (Fraction(str(p)) * n).denominator == 1


@pytest.mark.reference
@pytest.mark.parametrize("case", [c for c in cases("04_quantile", "qrule_") if "shahvaish" not in c.id])
def test_rules(case: dict[str, Any]) -> None:
    sample = make_sample(case)
    rule = case["id"].split("qrule_")[1]
    for name in ("api00", "enroll"):
        want = case[name]
        e = quantile(sample, name, want["p"], rule=rule)
        # R compares rounded sums, so that of the ties at 0.1 and 0.9 of apisrs it takes the next value: left out
        keep = np.array(
            [
                not (
                    rule in DISCRETE
                    and "srs" in case["id"]
                    and p in (0.1, 0.9)
                    and exact_tie(sample, name, p)
                )
                for p in want["p"]
            ]
        )
        assert keep.sum() >= 3
        for column, key in (("estimate", "q"), ("se", "se"), ("ci_low", "lo"), ("ci_high", "hi")):
            close(e.table.loc[keep, column], np.array(want[key], float)[keep])


@pytest.mark.reference
@pytest.mark.parametrize("case", cases("04_quantile", "interval_(mean|beta|xlogit|asin)"))
def test_intervals(case: dict[str, Any]) -> None:
    method = case["id"].split("interval_")[1]
    ci = {"xlogit": "logit", "asin": "arcsine"}.get(method, method)
    e = quantile(make_sample(case), "api00", case["p"], ci=ci)
    for column, key in (("estimate", "q"), ("se", "se"), ("ci_low", "lo"), ("ci_high", "hi")):
        close(e.table[column], case[key])


def test_ties_are_decided_exactly() -> None:
    """0.1 + 0.2 is not 0.3 in floating point, but three tenths of ten equal weights are."""
    x, w = np.arange(1.0, 11), np.full(10, 0.1)
    p = np.arange(1, 10) / 10
    assert list(weighted_quantiles(x, w, p, "math")) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert list(weighted_quantiles(x, w, p, "school")) == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]


@pytest.mark.parametrize("rule", [r for r in RULES if r != "hf3"])
def test_rules_of_equal_weights_are_those_of_numpy(rule: str) -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=53)
    names = {
        "math": "inverted_cdf", "hf1": "inverted_cdf", "school": "averaged_inverted_cdf",
        "hf2": "averaged_inverted_cdf", "hf4": "interpolated_inverted_cdf", "hf5": "hazen", "hf6": "weibull",
        "hf7": "linear", "hf8": "median_unbiased", "hf9": "normal_unbiased",
    }  # fmt: skip
    p = np.array([0.02, 0.1, 0.27, 0.5, 0.81, 0.99])
    want = np.quantile(x, p, method=names[rule])
    close(weighted_quantiles(x, np.full(53, 3.7), p, rule), want)


def test_domains_agree_with_parts() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"y": rng.normal(size=300), "g": rng.integers(0, 3, 300), "w": rng.uniform(1, 3, 300)}
    )
    frame["group_a"], frame["group_b"] = (rng.random(300) < 0.5).astype(int), 1
    sample = Sample(frame, Design("w"))
    by = quantile(sample, "y", [0.25, 0.5], by="g")
    for g in range(3):
        part = quantile(sample, "y", [0.25, 0.5], where=f"g={g}")
        rows = by.table[by.table["g"] == g]
        close(
            rows[["estimate", "se", "ci_low", "ci_high"]], part.table[["estimate", "se", "ci_low", "ci_high"]]
        )
    family = quantile(sample, "y", by="group")
    assert list(family.table["group"]) == ["a", "b"]
    close(family.table["estimate"][1], quantile(sample, "y").estimate[0])
    assert family.covariance[0, 1] > 0


def test_of_a_raked_sample_the_share_below_has_its_calibrated_variance() -> None:
    """Residuals of the margins enter Woodruff's interval as they enter the share below the quantile."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"g": rng.integers(1, 3, 400), "w": rng.uniform(1, 3, 400), "u": np.arange(400) // 8}
    )
    frame["y"] = np.round(rng.normal(size=400) + 2 * frame["g"], 1)
    raked = rake(Sample(frame, Design("w", psu="u")), {"g": {1: 500, 2: 300}})
    median = quantile(raked, "y", 0.5)
    below = Sample(frame.assign(below=(frame["y"] <= median.estimate[0]).astype(int)), Design("w", psu="u"))
    share = mean(rake(below, {"g": {1: 500, 2: 300}}), "below")
    close(median.table["n_eff"], share.table["n_eff"])
    assert median.se[0] < quantile(raked.evolve(adjustments=()), "y", 0.5).se[0]


def test_replicate_variance() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"y": rng.normal(size=400), "p": np.arange(400) // 10, "s": np.arange(400) // 20})
    sample = make_replicates(Sample(frame, Design(psu="p", strata="s")), "brr")
    direct, woodruff = quantile(sample, "y", ci="replicates"), quantile(sample, "y")
    assert direct.se[0] == pytest.approx(woodruff.se[0], rel=0.5)
    with pytest.raises(LiteracyError, match="replicates"):
        quantile(Sample(frame, Design(psu="p", strata="s")), "y", ci="replicates")


def test_wrong_probability() -> None:
    sample = Sample(pd.DataFrame({"y": [1.0, 2, 3]}), Design())
    with pytest.raises(LiteracyError, match="between 0 and 1"):
        quantile(sample, "y", 50)
