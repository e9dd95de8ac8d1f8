"""Stages, single sampling units, unequal probabilities, replicates against R survey (tests/reference/designs)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.estimation import Estimate, mean, population_variance, ratio, total
from literacy.sampling import Design, Sample, make_replicates, read_replicates
from tests.estimation.ancestor import close

pytestmark = pytest.mark.reference
FOLDER = Path(__file__).resolve().parents[1] / "reference" / "designs"
REFERENCE = json.loads((FOLDER / "designs.json").read_text(encoding="utf-8"))
CASES = {c["id"][0]: c for c in REFERENCE["cases"]}


def load(name: str) -> pd.DataFrame:
    if name in ("synthetic", "paired", "even", "four"):
        frame = pd.read_csv(FOLDER / "synthetic.csv", encoding="utf-8")
        if name == "paired":
            frame = frame[(frame["psu"] <= 2) & ~frame["stratum"].isin(["d", "f"])]
        if name == "even":
            frame = frame[frame["stratum"].isin(["a", "c", "d"])]
        if name == "four":
            frame = frame[~frame["stratum"].isin(["d", "f"])]
        return frame.reset_index(drop=True)
    return pd.read_csv(FOLDER / f"{name}.csv", encoding="utf-8")


def same(e: Estimate, want: dict[str, Any]) -> None:
    close(e.estimate, want["est"])
    close(e.se, want["se"])
    if "vcov" in want:
        scale = float(np.abs(want["vcov"]).max())
        close(e.covariance, want["vcov"], floor=1e-10 * scale)


STAGES = {
    "fpc": Design(psu=("psu", "ssu"), strata="stratum", fpc=("f1", "f2")),
    "fpc_weights": Design("w", psu=("psu", "ssu"), strata="stratum", fpc=("f1", "f2")),
    "fractions": Design(psu=("psu", "ssu"), strata="stratum", fpc=("part1", "part2")),
    "no_fpc": Design("w", psu=("psu", "ssu"), strata="stratum"),
    "one": Design("w", psu="psu", strata="stratum", fpc="f1"),
    "substrata": Design(
        "w", psu=("psu", "ssu"), strata=("stratum", "sub"), fpc=("f1", "f2"), lonely_psu="certainty"
    ),
    "apiclus2": Design(psu=("dnum", "snum"), fpc=("fpc1", "fpc2")),
}


@pytest.mark.parametrize("name", sorted(STAGES))
def test_stages(name: str) -> None:
    case = CASES[f"stages/{name}"]
    y, z, x, g = (case[k][0] for k in "yzxg")
    sample = Sample(load("apiclus2" if name == "apiclus2" else "four"), STAGES[name])
    e = mean(sample, [y, z])
    same(e, case["mean"])
    assert set(e.table["df"]) == set(case["df"])
    same(total(sample, [y, z]), case["total"])
    by = mean(sample, z, by=g)
    same(by, case["by"])
    close(by.covariance, case["by_vcov"], floor=1e-10 * float(np.abs(case["by_vcov"]).max()))
    assert by.table["df"].iloc[0] == case["df_by"][0]
    same(total(sample, y, by=g), case["by_total"])
    same(ratio(sample, y, x), case["ratio"])
    same(population_variance(sample, y), case["var"])
    close([mean(sample, y, deff=d).table["deff"][0] for d in ("wor", "wr")], case["deff"])


def test_stages_of_a_known_sample() -> None:
    sample = Sample(load("mu284"), Design(psu=("id1", "id2"), fpc=("n1", "n2")))
    case = CASES["stages/mu284"]
    same(mean(sample, "y1"), case["mean"])
    same(total(sample, "y1"), case["total"])


@pytest.mark.parametrize("fpc", ["", "_fpc"])
@pytest.mark.parametrize("rule", ["adjust", "average", "certainty", "remove"])
def test_lonely(rule: str, fpc: str) -> None:
    case = CASES[f"lonely/{rule}{fpc}"]
    design = Design("w", psu="psu", strata="stratum", fpc="f1" if fpc else None, lonely_psu=rule)
    sample = Sample(load("synthetic"), design)
    same(mean(sample, ["y", "z"]), case["mean"])
    same(total(sample, ["y", "z"]), case["total"])
    same(mean(sample, "z", by="g"), case["by"])
    same(ratio(sample, "y", "x"), case["ratio"])
    rest = (sample.frame["stratum"] != "f").to_numpy()
    same(mean(sample, "y", where=rest), case["subset"])
    same(total(sample, "y", where=rest), case["subset_total"])


@pytest.mark.parametrize("rule", ["certainty", "remove"])
def test_lonely_at_the_second_stage(rule: str) -> None:
    case = CASES[f"lonely/stage2_{rule}"]
    frame = load("synthetic")
    design = Design("w", psu=("psu", "ssu"), strata="stratum", fpc=("f1", "f2"), lonely_psu=rule)
    sample = Sample(frame[frame["stratum"] != "f"].reset_index(drop=True), design)
    same(mean(sample, ["y", "z"]), case["mean"])
    same(total(sample, ["y", "z"]), case["total"])


UNEQUAL = {
    "brewer": Design(fpc="p", pps="brewer"),
    "overton": Design(fpc="p", pps="overton"),
    "overton_yg": Design(fpc="p", pps="overton", pps_variance="yg"),
    "hr": Design(fpc="p", pps="hr"),
    "hr_yg": Design(fpc="p", pps="hr", pps_variance="yg"),
    "joint": Design(fpc="p", pps="joint"),
    "joint_yg": Design(fpc="p", pps="joint", pps_variance="yg"),
    "replacement": Design("wt"),
    "brewer_strata": Design(fpc="p", pps="brewer", strata="half"),
    "overton_strata": Design(fpc="p", pps="overton", strata="half"),
    "hr_strata": Design(fpc="p", pps="hr", strata="half"),
}


@pytest.mark.parametrize("name", sorted(UNEQUAL))
def test_unequal_probabilities(name: str) -> None:
    case = CASES[f"pps/{name}"]
    joint = np.loadtxt(FOLDER / "joint.csv", delimiter=",", encoding="utf-8") if "joint" in name else None
    sample = Sample(load("election"), UNEQUAL[name], joint=joint)
    same(mean(sample, ["Bush", "Kerry"]), case["mean"])
    same(total(sample, ["Bush", "Kerry"]), case["total"])
    same(ratio(sample, "Bush", "votes"), case["ratio"])
    same(total(sample, "Bush", where="half=1"), case["subset"])


PAIRED = Design("w", psu="psu", strata="stratum")
HADAMARD = np.array(REFERENCE["meta"]["hadamard8"])
MADE: dict[str, dict[str, Any]] = {
    "brr_default": {"method": "brr"},
    "fay_default": {"method": "fay", "rho": 0.3},
    "brr_8": {"method": "brr", "hadamard": HADAMARD},
    "fay_8_mse": {"method": "fay", "rho": 0.5, "hadamard": HADAMARD, "mse": True},
    "brr_split": {"method": "brr"},
    "jkn": {},
    "jkn_fpc": {},
    "jkn_fpc_mse": {"mse": True},
    **{f"jkn_{rule}": {} for rule in ("adjust", "average", "certainty", "remove")},
}


def check_replicates(sample: Sample, case: dict[str, Any]) -> None:
    assert sample.replicates is not None
    assert sample.replicates.count == case["replicates"][0]
    close(sample.replicates.scale, case["scale"])
    assert set(np.round(sample.replicates.rscales, 9)) == set(np.round(case["rscales"], 9))
    same(mean(sample, ["y", "z"]), case["mean"])
    same(total(sample, ["y", "z"]), case["total"])
    same(ratio(sample, "y", "x"), case["ratio"])
    same(mean(sample, "y", by="g"), case["by"])
    same(population_variance(sample, "y"), case["var"])


@pytest.mark.parametrize("name", sorted(MADE))
def test_made_replicates(name: str) -> None:
    case = CASES[f"replicates/{name}"]
    rule = name.removeprefix("jkn_") if case["data"][0] == "synthetic" else "fail"
    design = Design("w", psu="psu", strata="stratum", fpc="f1" if "fpc" in name else None, lonely_psu=rule)
    check_replicates(make_replicates(Sample(load(case["data"][0]), design), **MADE[name]), case)


def test_read_replicates() -> None:
    frame = load("repweights")
    sample = Sample(frame, Design("w"))
    names = [f"rw{i}" for i in range(1, 21)]
    check_replicates(read_replicates(sample, "rw", "bootstrap"), CASES["replicates/read_bootstrap"])
    check_replicates(read_replicates(sample, names, "sdr", mse=True), CASES["replicates/read_sdr"])
    check_replicates(read_replicates(sample, names, "fay", rho=0.3), CASES["replicates/read_fay"])
    plain = frame.assign(**{c: frame[c] / frame["w"] for c in names})
    other = read_replicates(
        Sample(plain, Design("w")), names, "other", combined=False, scale=0.05, rscales=[1.0, 2.0] * 10
    )
    check_replicates(other, CASES["replicates/read_other"])
