"""The four scoring rules: points, benchmarks, joint and count."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from literacy.instrument import Item, Standard
from literacy.kernels.scoring import scoring_points as kernel
from literacy.kernels.scoring.scoring_points import Floats, Marks

LOWER = "lower"
"""Tier of a score below all cuts."""


def _positions(items: tuple[Item, ...], standard: Standard) -> np.ndarray:
    place = {d.name: j for j, d in enumerate(standard.dimensions)}
    return np.array([place.get(i.dimension, -1) for i in items], dtype=np.int64)


def _tiers(total: Floats, standard: Standard) -> pd.Series:
    tiers = sorted(standard.tiers, key=lambda t: t.cut)
    names = np.array([LOWER, *(t.name for t in tiers), None], dtype=object)
    return pd.Series(names[kernel.tier_index(total, np.array([t.cut for t in tiers]))], dtype="str")


def apply_points(marks: Marks, items: tuple[Item, ...], standard: Standard) -> dict[str, Floats]:
    """Points by dimension and their sum; literate if at or above the cut score."""
    worth = np.array([d.points for d in standard.dimensions], dtype=np.float64)
    by_dimension = kernel.dimension_points(marks, _positions(items, standard), worth)
    total = np.zeros(len(by_dimension))
    for points in by_dimension.T:
        total += points
    total = np.round(total, 9)
    columns = {d.name: by_dimension[:, j] for j, d in enumerate(standard.dimensions)}
    return {**columns, "total": total, "literate": kernel.reach(total, float(standard.literate or 0.0))}


def apply_benchmarks(marks: Marks, items: tuple[Item, ...], standard: Standard) -> dict[str, Floats]:
    """Equal points per item; literate if at or above a share of the points."""
    share = kernel.share_correct(marks)
    full = float(standard.score_max or 100.0)
    return {
        "total": np.round(share * full, 9),
        "literate": kernel.reach(share, float(standard.literate or 0.0)),
    }


def apply_joint(marks: Marks, items: tuple[Item, ...], standard: Standard) -> dict[str, Floats]:
    """Share right by dimension; literate if every dimension is passed; the total is the share right of all items."""
    ones = np.ones(len(standard.dimensions))
    shares = kernel.dimension_points(marks, _positions(items, standard), ones)
    needed = np.array([d.pass_share for d in standard.dimensions], dtype=np.float64)
    columns = {d.name: shares[:, j] for j, d in enumerate(standard.dimensions)}
    return {
        **columns,
        "total": np.round(kernel.share_correct(marks) * 100.0, 9),
        "literate": kernel.joint_pass(shares, needed),
    }


def apply_count(marks: Marks, items: tuple[Item, ...], standard: Standard) -> dict[str, Floats]:
    """Number right, scaled to the full number of items for respondents who were not asked all of them."""
    total = np.round(kernel.share_correct(marks) * len(items), 9)
    return {"total": total, "literate": kernel.reach(total, float(standard.literate or 0.0))}


_RULES = {"points": apply_points, "benchmarks": apply_benchmarks, "joint": apply_joint, "count": apply_count}


def apply_rule(
    marks: Marks, items: tuple[Item, ...], standard: Standard, wanted: Collection[str] | None
) -> pd.DataFrame:
    """Return the columns a standard adds: points by dimension, ``total``, ``tier``, ``literate``."""
    columns: dict[str, Any] = dict(_RULES[standard.rule](marks, items, standard))
    verdict = columns.pop("literate")
    if standard.tiers and (wanted is None or "tier" in wanted):
        columns["tier"] = _tiers(columns["total"], standard)
    return pd.DataFrame({**columns, "literate": verdict})
