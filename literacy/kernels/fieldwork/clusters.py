"""Two-stage samples: number of units and of interviews per unit, given unit costs and intraclass correlation.

References
----------
Hansen, Hurwitz & Madow (1953), volume I, chapter 6, section 16. Kish (1965), section 8.3B. Valliant, Dever & Kreuter
(2013), chapter 9.
"""

from __future__ import annotations

import math


def best_take(cost_unit: float, cost_interview: float, icc: float) -> float:
    """Optimal number of interviews per unit (not rounded) for given costs; infinite if the correlation ``icc`` is 0."""
    if icc <= 0:
        return math.inf
    return math.sqrt(cost_unit / cost_interview * (1 - icc) / icc)


def cluster_deff(take: float, icc: float) -> float:
    """Design effect ``1 + (take - 1) icc`` of ``take`` interviews per unit."""
    return 1.0 + (take - 1.0) * icc


def units_for_variance(variance: float, take: float, icc: float, target: float) -> float:
    """Number of units (not rounded) at which a mean has variance ``target``; ``variance`` is that of one interview."""
    return variance * cluster_deff(take, icc) / take / target


def units_for_budget(budget: float, cost_unit: float, cost_interview: float, take: float) -> int:
    """Whole number of units that a budget affords."""
    return math.floor(budget / (cost_unit + take * cost_interview) + 1e-9)
