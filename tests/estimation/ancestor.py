"""Reference results of R survey 4.4-2 in tests/reference/r_survey, and samples built as R's designs were."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import numpy as np
import pandas as pd

from literacy.sampling import Design, Sample
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "r_survey"


@functools.cache
def load_data(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / "data" / f"{name}.csv", encoding="utf-8")


def parse_design(text: str, **changes: Any) -> Design:
    """R's ``id=~dnum, weights=~pw, fpc=~fpc`` as a Design."""
    parts = {k: v.split("+") for k, v in re.findall(r"(\w+)=~([\w.+]+)", text)}
    psu = [v for v in parts.get("id", []) if v != "1"]
    arguments: dict[str, Any] = {"psu": psu, "strata": parts.get("strata"), "fpc": parts.get("fpc")}
    return Design(weight=(parts.get("weights") or [None])[0], **(arguments | changes))


def make_sample(case: dict[str, Any]) -> Sample:
    return Sample(load_data(case["data"]), parse_design(case["design"]))


def cases(file: str, kind: str = "") -> list[Any]:
    """Cases of a file whose id matches, as pytest parameters."""
    import pytest

    found = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(c, id=c["id"]) for c in found if re.search(kind, c["id"])]


def close(got: Any, want: Any, rel: float = 1e-8, floor: float = 1e-9) -> None:
    """Relative agreement; below ``floor`` (rounding around zero) absolute."""
    np.testing.assert_allclose(np.asarray(got, float), np.asarray(want, float), rtol=rel, atol=floor)
