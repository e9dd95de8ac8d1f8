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
    columns: dict[str, Any] = {
        "h": _blocks(rows, 300),
        "u": _blocks(rows, 3000),
        "w": rng.gamma(4, 5, rows),
        **{name: rng.integers(0, size, rows) for name, size in SIZES.items()},
        "d": rng.integers(0, 5, rows),
    }
    columns["y"] = _answers(rng.random(rows), columns["d"])
    return columns


def _blocks(rows: int, parts: int) -> Any:
    """Number of the part each row lies in; in place, since what the making takes would count as memory of the task."""
    place = np.arange(rows)
    place *= parts
    place //= rows
    return place


def _answers(chance: Any, domain: Any) -> Any:
    """0/1 answers, 10 % in the first domain and 3 points more in each next one."""
    out = np.empty(len(chance), np.int64)
    np.less(
        chance,
        np.array([0.1 + 0.03 * i for i in range(5)]).take(domain, out=np.empty(len(chance))),
        out=out,
        casting="unsafe",
    )
    return out


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
