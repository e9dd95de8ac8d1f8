"""Minimum-cost allocation under any number of precision constraints.

Minimise ``sum(cost * n)`` subject to ``sum_h(a[h, j] / n[h]) <= b[j]`` for every constraint j, within bounds on n. The
problem is convex. Its dual has one price per constraint; for given prices the optimal ``n`` of a stratum is
``sqrt(sum_j(price_j a[h, j]) / cost[h])``, clipped to its bounds. Chromy's multiplicative steps approach the solution,
and Newton steps on the binding constraints complete it.

References
----------
Bethel (1989), "Sample allocation in multivariate surveys", Survey Methodology 15: 47-57. Chromy (1987), "Design
optimization with multiple objectives", Proceedings of the ASA Section on Survey Research Methods: 194-199.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CHROMY, NEWTON = 60, 200
MET = 1e-10
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Optimum:
    """Solution of the allocation problem.

    Attributes
    ----------
    n : (H,) allocation, not rounded
    price : (J,) cost saved per unit of relaxation of ``b``; 0 where the constraint does not bind
    used : (J,) left-hand sides of the constraints
    converged : bool
    iterations : int
    """

    n: Floats
    price: Floats
    used: Floats
    converged: bool
    iterations: int


def allocate_optimum(a: Floats, b: Floats, cost: Floats, least: Floats, most: Floats) -> Optimum:
    """Solve the allocation problem.

    Parameters
    ----------
    a : (H, J) nonnegative variance components: the constraint sums ``a / n``
    b : (J,) positive upper limits; feasible, that is ``sum(a / most) <= b``
    cost : (H,) positive cost per unit
    least, most : (H,) bounds of n with 0 < least <= most

    Returns
    -------
    Optimum
    """
    scaled = a / b  # every constraint becomes "at most 1"
    price = np.full(len(b), _first_price(scaled, cost))
    n, used = _respond(scaled, cost, least, most, price)
    for _ in range(CHROMY):
        if (used <= 1).all() and float(price.max(initial=0.0)) == 0.0:
            break
        price = price * used**2
        n, used = _respond(scaled, cost, least, most, price)
    price = np.where(price < 1e-9 * max(float(price.max(initial=0.0)), TINY), 0.0, price)
    steps = 0
    n, used = _respond(scaled, cost, least, most, price)
    value = _dual(scaled, cost, n, price, used)
    for steps in range(1, NEWTON + 1):  # noqa: B007  (returned in the result)
        gradient = used - 1.0
        active = (price > 0) | (gradient > MET)
        if _settled(gradient, price):
            break
        hessian = _curvature(scaled[:, active], cost, least, most, n)
        ridge = 1e-12 * max(float(np.trace(hessian)), TINY) * np.eye(int(active.sum()))
        step = np.zeros(len(b))
        step[active] = np.linalg.lstsq(hessian + ridge, gradient[active], rcond=None)[0]
        moved = False
        length = 1.0
        for _ in range(60):
            trial = np.maximum(price + length * step, 0.0)
            m, w = _respond(scaled, cost, least, most, trial)
            worth = _dual(scaled, cost, m, trial, w)
            if worth > value + 1e-4 * float(gradient @ (trial - price)) - 1e-13 * abs(value):
                moved = bool((trial != price).any())
                price, n, used, value = trial, m, w, worth
                break
            length /= 2
        if not moved:
            trial = price * np.maximum(used, TINY) ** 2  # Chromy's step where Newton's fails at a kink
            m, w = _respond(scaled, cost, least, most, trial)
            if _dual(scaled, cost, m, trial, w) <= value and np.allclose(trial, price, rtol=1e-14, atol=0):
                break
            price, n, used = trial, m, w
            value = _dual(scaled, cost, n, price, used)
    return Optimum(n, price / b, used * b, _settled(used - 1.0, price, 1e-8), steps)


def _first_price(a: Floats, cost: Floats) -> float:
    """Price at which the sum of all constraints would hold with equality if n had no bounds."""
    root = np.sqrt(cost * a.sum(axis=1)).sum()
    return float((root / max(a.shape[1], 1)) ** 2)


def _respond(a: Floats, cost: Floats, least: Floats, most: Floats, price: Floats) -> tuple[Floats, Floats]:
    """Optimal n at given prices, and the left-hand sides of the constraints."""
    n = np.clip(np.sqrt(a @ price / cost), least, most)
    return n, (1.0 / n) @ a


def _dual(a: Floats, cost: Floats, n: Floats, price: Floats, used: Floats) -> float:
    return float(cost @ n + price @ (used - 1.0))


def _curvature(a: Floats, cost: Floats, least: Floats, most: Floats, n: Floats) -> Floats:
    """Negative second derivative of the dual, (J, J); only strata strictly between their bounds contribute."""
    free = (n > least) & (n < most)
    weight = 0.5 / (cost[free] * n[free] ** 3)
    inner = a[free]
    return np.asarray((inner * weight[:, None]).T @ inner)


def _settled(gradient: Floats, price: Floats, tolerance: float = MET) -> bool:
    """Whether all constraints hold, and those with a positive price hold with equality."""
    return bool((gradient <= tolerance).all() and (np.abs(gradient[price > 0]) <= tolerance).all())


def round_up(n: Floats, a: Floats, b: Floats, most: Floats) -> NDArray[np.int64]:
    """Round n (H,) up; values that are whole up to rounding error are kept if the constraints still hold."""
    near = np.rint(n)
    close = np.abs(n - near) <= 1e-8 * np.maximum(n, 1.0)
    whole = np.minimum(np.where(close, near, np.ceil(n)), most)
    if ((1.0 / whole) @ a <= b * (1 + 1e-9)).all():
        return whole.astype(np.int64)
    return np.minimum(np.ceil(n), most).astype(np.int64)
