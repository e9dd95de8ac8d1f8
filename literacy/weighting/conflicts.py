"""Detection of margins that no weights can reproduce."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.weighting.feasibility import Bounds, is_feasible, smallest_conflict
from literacy.messages import tell
from literacy.weighting.problem import Problem

Floats = NDArray[np.float64]
MAX_CELLS = 20_000  # above this, feasibility is only tested after the weighting has failed
MAX_LISTED = 8


def free_bounds() -> Bounds:
    """Return bounds that admit any positive weight."""
    return Bounds(0.0, np.inf, open_lower=True)


def refuse_conflict(
    problem: Problem, bounds: Bounds, auxiliary: Floats | None = None, base: Floats | None = None
) -> None:
    """Raise ``weighting.infeasible`` with the smallest set of margins in conflict, if there is one.

    Parameters
    ----------
    problem : Problem
    bounds : bounds of the ratio of new to base weight
    auxiliary, base : (C, k) auxiliary values and (C,) base weights, if different from those of the problem
    """
    weights = problem.base if base is None else base
    x, totals = problem.auxiliary() if auxiliary is None else auxiliary, problem.totals
    if np.all(np.equal(bounds.lower, 0.0)) and np.all(np.isinf(bounds.upper)):
        weights = weights * (np.abs(totals).sum() / np.abs(weights @ x).sum())
    a = (x * weights[:, None]).T

    def feasible(rows: NDArray[np.intp]) -> bool:
        return is_feasible(a[rows], totals[rows], bounds)

    if feasible(np.arange(len(totals), dtype=np.intp)):
        return
    blocks, rows = smallest_conflict(problem.blocks(), feasible)
    raise _conflict(problem, bounds, blocks, rows, a.sum(axis=1))


def _conflict(
    problem: Problem, bounds: Bounds, blocks: list[int], rows: list[int], now: Floats
) -> LiteracyError:
    names = [problem.names[i] for i in blocks]
    labels, totals = problem.labels(), problem.totals
    listed = [
        tell("{}{}{} must be {:,.10g} (now {:,.6g})", name, "=" if level else "", level, totals[r], now[r])
        for r in rows[:MAX_LISTED]
        for name, level in [labels[r]]
    ]
    if len(rows) > MAX_LISTED:
        listed.append(tell("and {} more totals", len(rows) - MAX_LISTED))
    whom = (
        tell("margin {!r}", names[0])
        if len(names) == 1
        else "margins " + " and ".join(repr(n) for n in names)
    )
    return LiteracyError(
        "weighting.infeasible",
        where=whom,
        what=tell(
            "{} satisfy {}: {}",
            _allowed(bounds),
            "it" if len(names) == 1 else tell("them jointly"),
            "; ".join(listed),
        ),
        fix=_fix(bounds, names),
    )


def _allowed(bounds: Bounds) -> str:
    low, high = float(np.min(bounds.lower)), float(np.max(bounds.upper))
    if np.ndim(bounds.lower) or np.ndim(bounds.upper):
        return tell("no weights within the bounds")
    if np.isinf(high):
        if low == 0:
            return tell("no positive weights")
        return (
            tell("no weights") if np.isinf(low) else tell("no weights above {:g} times the base weights", low)
        )
    return tell("no weights between {:g} and {:g} times the base weights", max(low, 0.0), high)


def _fix(bounds: Bounds, names: list[str]) -> str:
    wide = not (np.all(np.isinf(bounds.upper)) and np.all(np.less_equal(bounds.lower, 0.0)))
    several = tell("drop or correct one of these margins, or combine levels")
    join = tell("combine levels with few respondents") if len(names) == 1 else several
    return tell("widen the bounds, or {}", join) if wide else join
