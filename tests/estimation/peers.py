"""The synthetic respondents of tests/reference/models under the designs of its R script."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from literacy.sampling import Design, Replicates, Sample
from literacy.weighting.adjustments import GroupAdjustment, LinearAdjustment
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "models"
TWO_STAGE = Design(weight="weight", strata="stratum", psu=("unit", "person"), fpc=("units", "people"))
DESIGNS = ("two", "post", "grown", "wr", "pps", "boot", "jkn")


@cache
def reference() -> dict[str, Any]:
    """Numbers of R survey."""
    return dict(json.loads((FOLDER / "models.json").read_text(encoding="utf-8")))


@cache
def people() -> pd.DataFrame:
    """The respondents."""
    frame = pd.read_csv(FOLDER / "people.csv", encoding="utf-8")
    frame["old"] = np.select([frame.age < 35, frame.age < 52], ["a", "b"], "c")
    return frame


def sample(design: str) -> Sample:
    """The respondents under one of DESIGNS."""
    frame = people()
    if design == "wr":
        return Sample(frame, Design(weight="weight", strata="stratum", psu="unit"))
    if design == "pps":
        return Sample(frame, Design(weight="wpps", strata="stratum", psu="unit", fpc="chance", pps="brewer"))
    if design in ("boot", "jkn"):
        return _replicated(design)
    two = Sample(frame, TWO_STAGE)
    if design == "two":
        return two
    weight = np.array(reference()["weights"][design])
    sex = frame.sex.map({"f": 0, "m": 1}).to_numpy(np.int32)
    if design == "post":
        return two.evolve(weight=weight, adjustments=(GroupAdjustment("post", weight, sex, 2),))
    x = np.column_stack([np.ones(len(frame)), frame.age, sex])
    cell = np.arange(len(frame), dtype=np.int32)
    step = LinearAdjustment("grown", two.weight, cell, weight / two.weight, x)
    return two.evolve(weight=weight, adjustments=(step,))


def _replicated(design: str) -> Sample:
    base = sample("wr")
    scale = reference()[f"{design}_scale"]
    if design == "boot":
        factors = pd.read_csv(FOLDER / "replicates.csv").to_numpy(np.float64)
        index = np.arange(len(factors))
    else:  # one unit left out at a time, the others of its stratum scaled up
        unit = base.codes.stages[0].unit
        stratum = base.codes.stages[0].stratum
        same = stratum[:, None] == stratum[None, :]
        factors = np.where(same, 5 / 4, 1.0)
        np.fill_diagonal(factors, 0.0)
        index = unit
    rscales = np.broadcast_to(np.array(scale["rscales"], np.float64), (factors.shape[1],))
    made = Replicates(factors, index, base.weight, float(scale["scale"]), rscales, False, 16.0, design)
    return base.evolve(replicates=made)


def close(found: Any, wanted: Any, relative: float = 1e-8) -> None:
    """Both agree; numbers near zero are judged against the largest of the array."""
    a, b = np.asarray(found, np.float64), np.asarray(wanted, np.float64)
    assert a.shape == b.shape, (a.shape, b.shape)
    floor = 1e-4 * float(np.abs(b).max(initial=0.0))
    off = np.abs(a - b) / np.maximum(np.abs(b), floor + 1e-300)
    assert off.max(initial=0.0) <= relative, f"off by {off.max():.3g}: {a} against {b}"
