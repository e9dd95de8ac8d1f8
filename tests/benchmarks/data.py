"""The survey every program is timed on: synthetic, 300 strata of 10 units, 5 domains, 4 margins. Needs numpy only."""

from __future__ import annotations

from typing import Any

import numpy as np

SEED = 20250101
SIZES = {"m0": 2, "m1": 5, "m2": 6, "m3": 10}
REPLICATES = 500


def make_columns(rows: int) -> dict[str, Any]:
    """Columns of the survey."""
    rng = np.random.default_rng(SEED)
    place = np.arange(rows)
    columns: dict[str, Any] = {
        "h": place * 300 // rows,
        "u": place * 3000 // rows,
        "w": rng.gamma(4, 5, rows),
        **{name: rng.integers(0, size, rows) for name, size in SIZES.items()},
        "d": rng.integers(0, 5, rows),
    }
    columns["y"] = (rng.random(rows) < 0.1 + 0.03 * columns["d"]).astype(np.int64)
    return columns


def make_margins(columns: dict[str, Any]) -> dict[str, dict[int, float]]:
    """Population totals that differ from the weighted sums by up to a third."""
    rng = np.random.default_rng(SEED + 1)
    whole = float(columns["w"].sum())
    out = {}
    for name, size in SIZES.items():
        sums = np.bincount(columns[name], columns["w"], minlength=size)
        share = sums * np.exp(rng.uniform(-0.3, 0.3, size))
        out[name] = {i: float(whole * s / share.sum()) for i, s in enumerate(share)}
    return out
