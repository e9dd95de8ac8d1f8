"""Least total push of overlapping groups that raises a population share to a level, under ceilings of the cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.spread import expit

Floats = NDArray[np.float64]
HALVINGS = 100
REACHED = 1e-12
"""Difference of shares below which a level counts as reached."""


def moved_cells(cells: Floats, member: Floats, room: Floats, push: Floats) -> Floats:
    """Log odds of the cells (c,) after pushes of the groups (g,): those of all groups of a cell add, up to its room."""
    return np.asarray(cells + np.minimum(push @ member, room))


def least_pushes(
    cells: Floats, weight: Floats, member: Floats, price: Floats, room: Floats, wanted: float
) -> Floats:
    """Find the pushes of groups that raise the population share to a level with the least ``price @ push²``.

    A cell rises by the pushes of all its groups together, but by no more than its room. With the rise of every cell as
    a variable of its own, below its room and below the sum of its pushes, the problem is smooth; it is solved by
    sequential quadratic programming from several points that reach the level, and the best result is scaled until it
    reaches the level exactly.

    Parameters
    ----------
    cells : (c,) array
        Log odds.
    weight : (c,) array
        Population shares, sum 1.
    member : (g, c) array of 0 and 1
    price : (g,) array
        Above 0.
    room : (c,) array
        Largest rise of each cell in log odds, at least 0.
    wanted : float
        Share to be reached.

    Returns
    -------
    (g,) array
        Zeros if nothing is needed. If the level is out of reach, the least pushes that use all room.
    """

    def share(push: Floats) -> float:
        return float(expit(moved_cells(cells, member, room, push)) @ weight)

    nothing = np.zeros(len(price))
    if share(nothing) >= wanted:
        return nothing
    full = _fill(member, price, room)
    if share(full) < wanted + REACHED:
        return full
    top = np.max(member * room, axis=1)
    rates = member @ (weight * expit(cells) * (1 - expit(cells))) / price
    rays = [
        full,
        np.ones(len(price)),
        rates,
        *(np.where(np.arange(len(price)) == j, 1.0, 0.1) for j in range(len(price))),
    ]
    starts = [
        s
        for r in rays
        if (s := _scale(np.minimum(1.0, r / max(r.max(), 1e-300)), top, share, wanted)) is not None
    ]
    found = [
        s
        for start in starts
        if (s := _descend(start, cells, weight, member, price, room, wanted)) is not None
    ]
    scaled = [s for f in found if (s := _scale(f, top, share, wanted)) is not None]
    return min([*starts, *scaled], key=lambda d: float(price @ d**2))


def _scale(ray: Floats, top: Floats, share: Callable[[Floats], float], wanted: float) -> Floats | None:
    """Return the shortest multiple of a ray, each push at most its largest useful one, that reaches the level."""
    if not np.any(ray > 0):
        return None
    low, high = 0.0, float(np.max(top) / np.min(ray[ray > 0]))
    if share(np.minimum(high * ray, top)) < wanted:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if share(np.minimum(middle * ray, top)) >= wanted else (middle, high)
    return np.asarray(np.minimum(high * ray, top))


def _fill(member: Floats, price: Floats, room: Floats) -> Floats:
    """Return the least pushes whose sums use the room of every cell that has a group."""
    from scipy import optimize

    held = (member.sum(axis=0) > 0) & (room > 0)
    push = np.max(member * room, axis=1)
    if not held.any():
        return np.zeros(len(price))
    done = optimize.minimize(
        lambda d: float(price @ d**2), push, jac=lambda d: 2 * price * d, method="SLSQP",
        bounds=[(0.0, float(p)) for p in push],
        constraints=[{
            "type": "ineq", "fun": lambda d: d @ member[:, held] - room[held], "jac": lambda d: member[:, held].T
        }],
        options={"maxiter": 500, "ftol": 1e-14},
    )  # fmt: skip
    better = np.asarray(done.x, dtype=float)
    short = np.max(room[held] - better @ member[:, held])
    if short > 0:  # within the tolerance of the solver: lengthened until all room is used
        better = np.minimum(better + short, push)
    return better if price @ better**2 <= price @ push**2 and short < 1e-6 else np.asarray(push)


def _descend(
    start: Floats, cells: Floats, weight: Floats, member: Floats, price: Floats, room: Floats, wanted: float
) -> Floats | None:
    """Return the pushes at a local minimum near a start that reaches the level; None if none was found."""
    from scipy import optimize

    held = (member.sum(axis=0) > 0) & (room > 0)
    own, base, part, most = member[:, held], cells[held], weight[held], room[held]
    fixed = float(expit(cells[~held]) @ weight[~held])
    groups, count = len(price), int(held.sum())
    linear = np.hstack([own.T, -np.eye(count)])

    def slope(x: Floats) -> Floats:
        p = expit(base + x[groups:])
        return np.concatenate([np.zeros(groups), 1000 * part * p * (1 - p)])

    def cost(x: Floats) -> float:
        return float(price @ x[:groups] ** 2)

    def rise(x: Floats) -> Floats:
        return np.concatenate([2 * price * x[:groups], np.zeros(count)])

    bounds = [(0.0, float(b)) for b in (*np.max(member * room, axis=1), *most)]
    done = optimize.minimize(
        cost, np.concatenate([start, np.minimum(start @ own, most)]), jac=rise, bounds=bounds, method="SLSQP",
        constraints=[
            {"type": "ineq", "fun": lambda x: linear @ x, "jac": lambda x: linear},
            {
                "type": "ineq",
                "fun": lambda x: 1000 * (float(expit(base + x[groups:]) @ part) + fixed - wanted),
                "jac": slope,
            },
        ],
        options={"maxiter": 500, "ftol": 1e-14},
    )  # fmt: skip
    push = np.clip(np.asarray(done.x[:groups], dtype=float), 0.0, None)
    return push if np.all(np.isfinite(push)) else None
