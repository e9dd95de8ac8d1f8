"""Limits of shares and quantiles against R survey with converged fits (tests/reference/intervals)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import proportion, quantile
from literacy.kernels.design.intervals import proportion_interval
from literacy.sampling import Design, Sample, make_replicates
from tests.estimation.ancestor import close

FOLDER = Path(__file__).resolve().parents[1] / "reference"
REFERENCE = json.loads((FOLDER / "intervals" / "intervals.json").read_text(encoding="utf-8"))
DATA = pd.read_csv(FOLDER / "designs" / "synthetic.csv", encoding="utf-8")
DATA = DATA[DATA["stratum"] != "f"].reset_index(drop=True)


@pytest.mark.reference
@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda c: f"{c['cut']}-{c['level']}-{c['part']}")
def test_shares(case: dict[str, Any]) -> None:
    frame = DATA.assign(hit=(DATA["y"] > case["cut"]).astype(float))
    sample = Sample(frame, Design("w", strata="stratum", psu="psu", fpc="f1"))
    where = None if case["part"] == "all" else f"g={case['part']}"
    for ci in ("likelihood", "logit", "beta", "arcsine", "mean"):
        t = proportion(sample, "hit", where=where, ci=ci, level=case["level"]).table.iloc[0]
        close(t["estimate"], case["est"])
        assert t["df"] == case["df"]
        close([t["ci_low"], t["ci_high"]], case[ci], rel=1e-7 if ci == "likelihood" else 1e-8)


@pytest.mark.reference
def test_quantiles_with_half_samples() -> None:
    frame = DATA[DATA["stratum"].isin(["a", "c", "d"])].reset_index(drop=True)
    sample = make_replicates(Sample(frame, Design("w", strata="stratum", psu="psu")), "brr")
    want = REFERENCE["brr"]
    for ci, key in (("replicates", "direct"), ("mean", "woodruff")):
        # R counts the rank of the weights less one; the design gives sampling units less strata
        e = quantile(sample, "y", want["p"], ci=ci, df=7)
        close(e.table["estimate"], [r[0] for r in want[key]])
        if ci == "replicates":
            close(e.table["se"], [r[3] for r in want[key]])


ALL = ["logit", "beta", "wilson", "likelihood", "arcsine"]


@pytest.mark.parametrize("ci", ALL)
def test_limits_at_the_edges(ci: str) -> None:
    """At 0 and 1 the exact binomial limit; a share fixed by the design is known; a tiny share stays in order."""
    p = np.array([0.0, 1.0, 0.3, 1e-4])
    se = np.array([0.0, 0.0, 0.0, 1e-4])
    low, high = proportion_interval(p, se, 30.0, 0.95, ci, np.full(4, 200.0), np.full(4, 150.0))
    rule_of_three = 1 - 0.025 ** (1 / 150)
    assert [low[0], high[0]] == pytest.approx([0, rule_of_three])
    assert [low[1], high[1]] == pytest.approx([1 - rule_of_three, 1])
    assert [low[2], high[2]] == [0.3, 0.3]
    assert 0 <= low[3] <= p[3] < high[3] < 0.01


def test_no_degrees_of_freedom_no_interval() -> None:
    low, high = proportion_interval(np.array([0.2]), np.array([0.1]), 0.0, 0.95, "logit", 9.0, 9.0)
    assert np.isnan([low[0], high[0]]).all()


def test_wilson_of_a_simple_sample_is_the_textbook_interval() -> None:
    p, n = 0.04, 500.0
    low, high = proportion_interval(
        np.array([p]), np.array([np.sqrt(p * (1 - p) / n)]), np.inf, 0.95, "wilson", n, n
    )
    z = 1.959963984540054
    centre, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    close([low[0], high[0]], [(centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)])


def test_unknown_names_are_answered() -> None:
    sample = Sample(DATA, Design("w"))
    with pytest.raises(LiteracyError, match="did you mean 'wilson'"):
        proportion(sample, "z", ci="wilsen")
    with pytest.raises(LiteracyError, match="did you mean 'wor'"):
        proportion(sample, "z", deff="woor")
    with pytest.raises(LiteracyError, match="not between 0 and 1"):
        proportion(sample, "z", level=95)
    with pytest.raises(LiteracyError, match="too many for categories"):
        proportion(sample, "y")
    with pytest.raises(LiteracyError, match="did you mean 'stratum'"):
        proportion(sample, "stratums")
