from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "psychometrics"

LSAT: dict[str, dict[str, Any]] = {
    "Rasch_freevar": {"model": "rasch"},
    "OnePL_equal_slope": {"model": "1pl"},
    "TwoPL": {},
    "TwoPL_crossprod": {"se": "crossproduct"},
    "TwoPL_sandwich": {"se": "sandwich"},
    "ThreePL_prior": {"model": "3pl"},
    "TwoPL_missing15": {"data": "LSAT7_missing"},
    "TwoPL_weighted": {"weights": True},
    "Rasch_weighted": {"model": "rasch", "weights": True},
}
"""Models of the LSAT data that R fitted too: options of `fit_irt`."""


def reference(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def data(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / "data" / f"{name}.csv")


def simulate(
    n: int, b: Any, a: Any = 1.0, seed: int = 1, mean: float = 0.0, sd: float = 1.0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Answers to items of difficulty b and slope a, and the positions."""
    rng = np.random.default_rng(seed)
    theta = mean + sd * rng.normal(size=n)
    line = np.asarray(a) * (theta[:, None] - np.asarray(b, float))
    right = rng.random(line.shape) < 1 / (1 + np.exp(-line))
    return pd.DataFrame(right.astype(int), columns=[f"q{i + 1}" for i in range(line.shape[1])]), theta


@pytest.fixture(scope="session")
def lsat() -> pd.DataFrame:
    return data("LSAT7")
