"""Two stages: how many units, and how many interviews in each, when a unit costs and neighbours are alike.

References
----------
Hansen, Hurwitz & Madow (1953), volume I, chapter 6, section 16. Kish (1965), section 8.3B. Valliant, Dever & Kreuter
(2013), chapter 9.
"""

from __future__ import annotations

import math


def best_take(cost_unit: float, cost_interview: float, icc: float) -> float:
    """Interviews per unit (not rounded) with the least variance for the money; infinite for an icc of 0."""
    if icc <= 0:
        return math.inf
    return math.sqrt(cost_unit / cost_interview * (1 - icc) / icc)


def cluster_deff(take: float, icc: float) -> float:
    """Design effect of ``take`` interviews per unit, ``1 + (take - 1) icc``."""
    return 1.0 + (take - 1.0) * icc


def units_for_variance(variance: float, take: float, icc: float, target: float) -> float:
    """Units (not rounded) for a mean's variance of ``target``, when one interview has ``variance``."""
    return variance * cluster_deff(take, icc) / take / target


def units_for_budget(budget: float, cost_unit: float, cost_interview: float, take: float) -> int:
    """Whole units a budget pays for."""
    return math.floor(budget / (cost_unit + take * cost_interview) + 1e-9)
