"""All cases of tests/reference/r_survey/07_calibrate.json, and the re-weighted ones of 08_replicates.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.sampling import Design, Sample
from literacy.weighting import calibrate, poststratify, rake, trim
from tests.weighting.statistics import jackknife

pytestmark = pytest.mark.reference
RELATIVE = 1e-8


def load(r_survey: Path, name: str) -> list[dict[str, Any]]:
    text = (r_survey / name).read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = json.loads(text)["cases"]
    return cases


def make_sample(r_survey: Path, case: dict[str, Any]) -> Sample:
    frame = pd.read_csv(r_survey / "data" / f"{case['data']}.csv")
    text = case["design"]
    return Sample(
        frame,
        Design(
            psu="dnum" if "id=~dnum" in text else None,
            strata="stype" if "strata=~stype" in text else None,
            weight="pw" if "weights=~pw" in text else None,
            fpc="fpc" if "fpc=~fpc" in text else None,
        ),
    )


def margins(pop: dict[str, Any], kind: str) -> dict[str, Any]:
    if kind == "rake":
        return {"stype": pop["stype"], "sch.wide": pop["sch.wide"]}
    return {"stype": pop["stype"]} | ({"api99": pop["api99_total"]} if "calibrate" in kind else {})


def weigh(sample: Sample, case: dict[str, Any], pop: dict[str, Any]) -> Sample:
    kind = case["id"].split("/")[1].removeprefix("JK1_")
    goal = margins(pop, kind)
    if kind in ("postStratify", "poststrat"):
        return poststratify(sample, goal)
    if kind == "rake":
        return rake(sample, goal)
    if kind.startswith("trim"):
        return trim(poststratify(sample, goal), case["upper"], case["lower"], strict=kind == "trim_strict")
    if kind == "calibrate_aggregate":
        return calibrate(sample, goal, aggregate=1, allow_negative=True)
    distance = kind.split("_")[1] if "_" in kind else "linear"
    bounds = (0.8, 1.4) if kind.endswith("_tight") else case.get("bounds")
    return calibrate(sample, goal, distance=distance, bounds=bounds)


def estimates(sample: Sample, case: dict[str, Any]) -> dict[str, list[float]]:
    """The statistics of the file, from unweighted scores or from replicates."""
    frame, w = sample.frame, sample.weight
    y, enroll = frame["api00"].to_numpy(float), frame["enroll"].to_numpy(float)
    base = sample.replicates.weights() if sample.replicates is not None else None

    def mean(values: Any, inside: Any = 1.0) -> tuple[float, float]:
        size = float((w * inside).sum())
        centre = float((w * inside * values).sum()) / size
        if base is not None:
            thetas = (inside * values) @ base / (np.broadcast_to(inside, len(w)) @ base)
            return centre, error(thetas, centre)
        return centre, float(np.sqrt(sample.covariance(inside * (values - centre) / size)[0, 0]))

    def error(thetas: Any, centre: float) -> float:
        assert sample.replicates is not None
        return float(np.sqrt(sample.replicates.covariance(thetas[:, None], np.array([centre]))[0, 0]))

    total = float(w @ enroll)
    se = error(enroll @ base, total) if base is not None else float(np.sqrt(sample.covariance(enroll)[0, 0]))
    wide = [mean((frame["sch.wide"] == v).to_numpy(float)) for v in ("No", "Yes")]
    by = [mean(y, (frame["stype"] == v).to_numpy(float)) for v in ("E", "H", "M")]
    out = {
        "mean_api00": list(mean(y)), "total_enroll": [total, se],
        "prop_schwide": [p[0] for p in wide], "prop_schwide_se": [p[1] for p in wide],
        "by_stype": [p[0] for p in by], "by_stype_se": [p[1] for p in by],
    }  # fmt: skip
    return {k: v for k, v in out.items() if k in case}


def compare(sample: Sample, case: dict[str, Any]) -> None:
    if "w" in case:
        np.testing.assert_allclose(sample.weight, case["w"], rtol=RELATIVE)
    for name, mine in estimates(sample, case).items():
        # an SE of exactly 0 (a margin that was raked to) comes out as rounding in R and here
        np.testing.assert_allclose(
            mine, case[name], rtol=RELATIVE, atol=1e-9 if name == "prop_schwide_se" else 0.0
        )


@pytest.mark.parametrize("index", range(48))
def test_07_calibrate(r_survey: Path, index: int) -> None:
    cases = load(r_survey, "07_calibrate.json")
    assert len(cases) == 48
    case = cases[index]
    sample = make_sample(r_survey, case)
    pop = case.get("pop") or cases[0]["pop"]
    if "error" in case:
        with pytest.raises(LiteracyError, match=r"(?s)stype.*weighting.infeasible"):
            weigh(sample, case, pop)
    else:
        compare(weigh(sample, case, pop), case)


@pytest.mark.parametrize("name", ["JK1_poststrat", "JK1_rake", "JK1_calibrate"])
def test_08_replicates_are_weighted_along(r_survey: Path, name: str) -> None:
    case = next(c for c in load(r_survey, "08_replicates.json") if c["id"].endswith(name))
    sample = jackknife(make_sample(r_survey, case), "JK1")
    compare(weigh(sample, case, case["pop"]), case)
