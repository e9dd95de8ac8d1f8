"""Automated test assembly by mixed integer programming, and the rules in conflict if it is infeasible.

References
----------
.. [C] Chinneck (2008). Feasibility and Infeasibility in Optimization, chapter 6 (deletion filter).
.. [V] van der Linden (2005). Linear Models for Optimal Test Design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Floats = NDArray[np.float64]

INFEASIBLE = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """Constraints ``low <= coefficients x <= high`` that are kept or dropped together.

    Attributes
    ----------
    name : str
    places, values : tuples of arrays
        For each constraint, the indices of its variables and their coefficients.
    low, high : tuples of float
    """

    name: str
    places: tuple[NDArray[np.int64], ...]
    values: tuple[Floats, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def choose(
    rules: Sequence[Rule], number: int, seconds: float, whole: bool = True
) -> tuple[Floats | None, bool]:
    """Find a 0/1 choice for every variable that satisfies all rules.

    Returns
    -------
    The choice or None, and whether the result is certain: False if the time limit was reached.
    """
    found = milp(
        np.zeros(number), constraints=_matrix(rules, number), integrality=np.full(number, int(whole)),
        bounds=Bounds(0, 1), options={"time_limit": seconds},
    )  # fmt: skip
    if found.x is not None:
        out: Floats = np.asarray(found.x)
        return (np.round(out) if whole else out), True
    return None, bool(found.status == INFEASIBLE)


def _matrix(rules: Sequence[Rule], number: int) -> list[LinearConstraint]:
    rows = [
        (p, v, low, high)
        for r in rules
        for p, v, low, high in zip(r.places, r.values, r.low, r.high, strict=True)
    ]
    if not rows:
        return []
    starts = np.concatenate([[0], np.cumsum([len(p) for p, *_ in rows])])
    matrix = csr_array(
        (np.concatenate([v for _, v, *_ in rows]), np.concatenate([p for p, *_ in rows]), starts),
        shape=(len(rows), number),
    )
    return [LinearConstraint(matrix, np.array([r[2] for r in rows]), np.array([r[3] for r in rows]))]


def find_conflict(rules: Sequence[Rule], number: int, seconds: float) -> tuple[list[Rule], bool]:
    """Minimal set of conflicting rules, and whether it is certain. [C]_"""
    kept, certain = list(rules), True
    steps = (False, True) if choose(kept, number, seconds, whole=False)[0] is None else (True,)
    for whole in steps:
        size = max(len(kept) // 4, 1)
        while True:
            at = 0
            while at < len(kept):
                less = kept[:at] + kept[at + size :]
                made, sure = choose(less, number, seconds, whole)
                certain &= sure or size > 1
                if made is None and sure:
                    kept = less
                else:
                    at += size
            if size == 1:
                break
            size = max(size // 4, 1)
    return kept, certain
