"""Weights and standard errors of R survey, at relative 1e-8 (origin: tests/reference/weighting/README.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.sampling import Design, Sample
from literacy.weighting import calibrate, poststratify, rake, trim
from tests.conftest import ROOT
from tests.weighting.statistics import describe, jackknife

pytestmark = pytest.mark.reference
FOLDER = ROOT / "tests" / "reference" / "weighting"
RELATIVE = 1e-8
STYPE = {"stype": {"E": 4421, "H": 755, "M": 1018}}
WIDE = {"sch.wide": {"No": 1072, "Yes": 5122}}
AWARDS = {"awards": {"No": 2027, "Yes": 4167}}
NO_BOUNDS = (None, None)


@cache
def reference() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / "weighting.json").read_text(encoding="utf-8"))
    return data


@cache
def frame(name: str) -> pd.DataFrame:
    data = pd.read_csv(FOLDER / f"{name}.csv")
    if name == "synthetic":
        data = data.assign(api00=data["y"], meals=data["income"], stype=data["a"])
    return data


@cache
def sample(design: str) -> Sample:
    if design == "strat":
        return Sample(frame("apistrat"), Design(strata="stype", weight="pw", fpc="fpc"))
    if design == "clus1":
        return Sample(frame("apiclus1"), Design(psu="dnum", weight="pw", fpc="fpc"))
    if design == "clus2":
        return Sample(frame("apiclus2"), Design(psu=("dnum", "snum"), fpc=("fpc1", "fpc2")))
    if design == "unit":
        return Sample(frame("synthetic"), Design(strata="h", psu="u"))
    if design == "clus1_JK1":
        return jackknife(Sample(frame("apiclus1"), Design(psu="dnum", weight="pw")), "JK1")
    plain = Sample(frame("synthetic"), Design(strata="h", psu="u", weight="w"))
    return jackknife(plain, "JKn") if design == "syn_JKn" else plain


def synthetic_margins() -> dict[Any, Any]:
    n = reference()["meta"]["N"]
    a = {"x": n * 0.47, "y": n * 0.31, "z": n * 0.22}
    b = {1: n * 0.37, 2: n * 0.29, 3: n * 0.22, 4: n * 0.12}
    cross = {(i, j): u * v / n for i, u in a.items() for j, v in b.items()}
    return {
        "a": a,
        "b": b,
        "g": {0: n * 0.6, 1: n * 0.4},
        ("a", "b"): cross,
        "k": 0.52 * n,
        "age": 44.1 * n,
        "g1": 0.4 * n,
    }


def pick(*names: Any) -> dict[Any, Any]:
    margins = synthetic_margins()
    return {name: margins[name] for name in names}


def groups(*names: str) -> dict[Any, Any]:
    m = synthetic_margins()
    numbers = {"g": m["g1"], "k": m["k"], "age": m["age"]}
    return {"a": m["a"], **{name: numbers[name] for name in names}}


def cross() -> dict[Any, Any]:
    return {
        ("stype", "sch.wide"): {(r["stype"], r["sch.wide"]): r["Freq"] for r in reference()["meta"]["cross"]}
    }


def api(kind: str) -> Callable[[Sample], Sample]:
    total = reference()["meta"]["meals_total"]
    size = {"(population)": 6194}
    steps: dict[str, Callable[[Sample], Sample]] = {
        "post_crossed": lambda s: poststratify(s, cross()),
        "rake3": lambda s: rake(s, {**STYPE, **WIDE, **AWARDS}),
        "raking3": lambda s: calibrate(s, {**STYPE, **WIDE, **AWARDS}, distance="raking"),
        "post_then_rake": lambda s: rake(poststratify(s, STYPE), {**WIDE, **AWARDS}),
        "post_then_calibrate": lambda s: calibrate(poststratify(s, STYPE), {**size, "api99": 3914069}),
        "rake_then_post": lambda s: poststratify(rake(s, {**WIDE, **AWARDS}), STYPE),
        "numeric_only": lambda s: calibrate(s, {"api99": 3914069}),
        "numeric_raking": lambda s: calibrate(s, {"api99": 3914069}, distance="raking"),
        "two_numbers_logit": lambda s: calibrate(
            s, {**size, "api99": 3914069, "meals": total}, distance="logit", bounds=(0.3, 3), max_iterations=200
        ),
    }  # fmt: skip
    return steps[kind]


def synthetic(kind: str) -> Callable[[Sample], Sample]:
    full = groups("g", "k", "age")
    steps: dict[str, Callable[[Sample], Sample]] = {
        "post_crossed": lambda s: poststratify(s, pick(("a", "b"))),
        "rake": lambda s: rake(s, pick("a", "b", "g")),
        "rake_crossed": lambda s: rake(s, pick(("a", "b"), "g")),
        "groups_linear": lambda s: calibrate(s, full),
        "groups_raking": lambda s: calibrate(s, full, distance="raking"),
        "variance_linear": lambda s: calibrate(s, groups("g", "age"), working_variance="v"),
        "variance_raking": lambda s: calibrate(
            s, groups("g", "age"), distance="raking", working_variance="v"
        ),
        "weight_bounds": lambda s: calibrate(s, groups("g"), bounds=(90, 900), bounds_on="weight"),
        "trim_strict": lambda s: trim(s, 500, 100, strict=True),
        "trim_once": lambda s: trim(s, 500, 100),
        "rake_trim": lambda s: trim(rake(s, pick("a", "b", "g")), 450, strict=True),
        "linear": lambda s: calibrate(s, full),
        "raking_bounded": lambda s: calibrate(s, full, distance="raking", bounds=(0.7, 1.5)),
        "logit_bounded": lambda s: calibrate(
            s, {**pick("a", "b"), "age": full["age"]}, distance="logit", bounds=(0.5, 2)
        ),
        "aggregate": lambda s: calibrate(s, groups("g", "age"), aggregate=1, allow_negative=True),
        "aggregate_raking": lambda s: calibrate(s, groups("g", "age"), aggregate=1, distance="raking"),
    }
    if kind.endswith("_bounded") and kind.startswith("groups_"):
        distance = kind.split("_")[1]
        return lambda s: calibrate(s, full, distance=distance, bounds=(0.8, 1.3))
    return steps[kind]


def replicated(kind: str, s: Sample) -> Sample:
    if kind == "logit":
        return calibrate(
            s, {**STYPE, "api99": 3914069}, distance="logit", bounds=(0.2, 4), max_iterations=500
        )
    if kind.endswith("_mse"):
        assert s.replicates is not None
        s = s.evolve(replicates=s.replicates.evolve(mse=True))
    name = kind.removesuffix("_mse")
    if name == "post":
        return poststratify(s, pick("a"))
    if name == "raking_bounded":
        return calibrate(s, groups("g", "age"), distance="raking", bounds=(0.7, 1.5))
    return synthetic({"rake": "rake", "linear": "groups_linear"}[name])(s)


def weighted(case: dict[str, Any]) -> Sample:
    design, kind = case["id"].split("/")
    if "_JK" in design:
        return replicated(kind, sample(design))
    return (synthetic if design in ("syn", "unit") else api)(kind)(sample(design))


@pytest.mark.parametrize("index", range(55), ids=lambda i: reference()["cases"][i]["id"])
def test_agrees_with_r(index: int) -> None:
    case = reference()["cases"][index]
    done = weighted(case)
    w = done.weight
    np.testing.assert_allclose(w[::5], case["w"], rtol=RELATIVE)
    np.testing.assert_allclose(
        [w.sum(), w @ w, w.min(), w.max()],
        [case["w_sum"], case["w_squares"], *case["w_range"]],
        rtol=RELATIVE,
    )
    mine = describe(done)
    size = float(np.abs(case["total"][0]))
    for name in ("mean", "total", "ratio", "by", "by_se"):
        theirs = np.array(case[name], float)
        exact = 1e-12 * size if name == "total" else 1e-11 * float(np.abs(theirs).max())
        np.testing.assert_allclose(mine[name], theirs, rtol=RELATIVE, atol=exact, err_msg=name)


def test_every_case_of_the_file_is_checked() -> None:
    assert len(reference()["cases"]) == 55
