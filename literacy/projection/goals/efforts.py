"""The least effort of the groups that reaches a goal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.instrument import Goal
from literacy.kernels.forecast.spread import expit, logit
from literacy.messages import tell
from literacy.projection.goals.verdicts import goal_text, goal_value
from literacy.projection.group_cells import OTHERS
from literacy.projection.group_projections import GroupProjection

Floats = NDArray[np.float64]
PUSH = 20.0
"""Maximum additional change of a group considered, in logits."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Effort(Printable):
    """The least total effort that reaches a goal.

    Attributes
    ----------
    goal : Goal
    probability : float
        Probability of passing that is required.
    table : DataFrame
        One row per group: share, cost, estimate (as projected), needed, gain_per_year (from the last wave to what is
        needed), extra (due to the efforts of all groups), extra_per_year, own_per_year (due to its own effort alone),
        effort.
    reached : float
        Share of the city with that effort.
    total : float
        Sum of the efforts.
    seen : float
        Largest gain per year of any group between two of its waves, as surveyed; NaN if no group has two waves.
    """

    goal: Goal
    probability: float
    table: pd.DataFrame
    reached: float
    total: float
    seen: float = math.nan

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        chance = tell("a probability of {:.0f} %", 100 * self.probability)
        return tell("Least effort for {} of {} in {}", chance, goal_text(self.goal), self.goal.year)

    def _notes(self) -> list[str]:
        if self.total == 0:
            return [tell("no extra effort is needed: the projection already has that probability")]
        gains = ", ".join(
            f"{n} {100 * g:+.2f}"
            for n, g in zip(self.table["group"], self.table["gain_per_year"], strict=True)
        )
        return [
            tell("gain per year that is needed, in points: {}", gains),
            tell("no group has two waves, so that no gain was seen to compare that with")
            if math.isnan(self.seen)
            else tell(
                "largest gain per year of any group between two waves (sampling error included): {:+.2f} points; "
                "where more is needed, limit= keeps a group within what can be done",
                100 * self.seen,
            ),
            tell("the city reaches {:.2f} %", 100 * self.reached),
            tell(
                "effort of a group = cost x its share of the population x (extra gain in logits)²: "
                "doubling a group's extra gain costs four times as much"
            ),
        ]


def least_effort(
    projection: GroupProjection,
    goal: Goal,
    *,
    probability: float = 0.5,
    cost: Mapping[str, float] | None = None,
    limit: Mapping[str, float] | None = None,
) -> Effort:
    """Find additional gains of the groups that reach a goal with the least total effort.

    The effort of a group is its cost times its population share times the square of its additional gain in logits:
    twice the gain takes four times the effort, and a percentage point costs more in groups where few are literate.

    Parameters
    ----------
    projection : GroupProjection
    goal : Goal
        A goal of a year after the last wave, within the projection.
    probability : float
        Required probability of passing.
    cost : mapping of group to float, optional
        Relative cost per unit of effort; groups that are not named stay as projected. Default is 1 for all groups
        except ``others``.
    limit : mapping of group to float, optional
        Maximum gain of a group in addition to its projection by its own effort, in share per year. There is none by
        default; the result says what each group would have to gain per year, and the largest gain ever seen.

    Returns
    -------
    Effort

    Examples
    --------
    >>> lit.least_effort(groups, lit.set_goal(2030, 0.2)).to_frame().columns[:3].tolist()
    ['group', 'share', 'cost']
    """
    from scipy import optimize

    level = goal_value(goal)
    if not 0 < probability < 1:
        fix = "give a probability between 0 and 1"
        raise LiteracyError("project.input", where="probability", what=f"{probability:g}", fix=fix)
    groups, names = projection.groups, projection.groups.names
    costs = dict(cost) if cost is not None else {n: 1.0 for n in names if n != OTHERS}
    limits = dict(limit or {})
    for name, value in [*costs.items(), *limits.items()]:
        option("group", name, names, "project.input")
        if not (value > 0 and math.isfinite(value)):
            raise LiteracyError(
                "project.input",
                where=tell("least_effort: {}", name),
                what=f"{value:g}",
                fix="give a number above 0",
            )
    if idle := sorted(set(limits) - set(costs)):
        raise LiteracyError(
            "project.input",
            where=tell("least_effort: {}", idle[0]),
            what="has a limit but no cost, so that it stays as projected",
            fix="give its cost as well, or omit its limit",
        )
    at, start = projection.at(goal.year), projection.start
    span = float(projection.years[at] - projection.years[start])
    if span <= 0 or not costs:
        raise LiteracyError(
            "project.input",
            where="least_effort",
            what="no time remains, or no group has a cost",
            fix="use a goal after the last wave and at least one group with a cost",
        )
    here = projection.city.spread
    middle, low = (float(logit(here.quantile(q)[at])) for q in (0.5, 1 - probability))
    wanted = float(expit(middle + float(logit(level)) - low))
    chosen = [names.index(n) for n in costs]
    member = groups.member[chosen].astype(float)
    price = np.array([costs[names[j]] for j in chosen]) * groups.shares[chosen]
    cells = projection.location[at]
    part = groups.member * groups.weight
    mix = part / part.sum(axis=1, keepdims=True)

    def shares(push: Floats) -> Floats:
        return expit(cells + push @ member)

    def slope(push: Floats) -> Floats:
        p = shares(push)
        return np.asarray(member * (p * (1 - p)))

    constraint = {
        "type": "ineq",
        "fun": lambda d: 1000 * (float(shares(d) @ groups.weight) - wanted),
        "jac": lambda d: 1000 * (slope(d) @ groups.weight),
    }
    most = [
        _largest_push(cells[groups.member[j]], mix[j, groups.member[j]], limits[names[j]] * span)
        if names[j] in limits
        else PUSH
        for j in chosen
    ]
    push = np.zeros(len(chosen))
    if float(shares(push) @ groups.weight) < wanted:
        done = optimize.minimize(
            lambda d: float(price @ d**2),
            np.minimum(0.1, most),
            jac=lambda d: 2 * price * d,
            bounds=[(0.0, m) for m in most],
            constraints=[constraint],
            method="SLSQP",
            options={"maxiter": 500, "ftol": 1e-14},
        )
        push = np.asarray(done.x, dtype=float)
        reached = float(shares(push) @ groups.weight)
        if reached < wanted - 1e-6:
            raise LiteracyError(
                "project.input",
                where="least_effort",
                what=tell(
                    "within the limits the city comes to {:.2f} %, {:.2f} % is needed",
                    100 * reached,
                    100 * wanted,
                ),
                fix="raise the limits, add groups, or require a lower probability",
            )
    before, after = expit(cells) @ mix[chosen].T, shares(push) @ mix[chosen].T
    own = np.array(
        [float(mix[j] @ expit(cells + p * groups.member[j])) for j, p in zip(chosen, push, strict=True)]
    )
    table = pd.DataFrame(
        {
            "group": [names[j] for j in chosen],
            "share": groups.shares[chosen],
            "cost": [costs[names[j]] for j in chosen],
            "estimate": before,
            "needed": after,
            "gain_per_year": (after - projection.cell_shares[start] @ mix[chosen].T) / span,
            "extra": after - before,
            "extra_per_year": (after - before) / span,
            "own_per_year": (own - before) / span,
            "effort": price * push**2,
        }
    )
    reached, total = float(shares(push) @ groups.weight), float(price @ push**2)
    return Effort(goal, probability, table, reached, total, _largest_gain(projection))


def _largest_gain(projection: GroupProjection) -> float:
    """Return the largest gain per year of any group between two consecutive waves; NaN without two waves."""
    gains = [np.diff(g.estimate) / np.diff(g.times) for g in projection.groups.groups]
    return max((float(g.max()) for g in gains if len(g)), default=math.nan)


def _largest_push(cells: Floats, mix: Floats, gain: float) -> float:
    """Return the shift in logits that raises the mean of a group's cells by ``gain``, at most :data:`PUSH`."""
    low, high = 0.0, PUSH
    start = float(mix @ expit(cells))
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if float(mix @ expit(cells + middle)) - start > gain else (middle, high)
    return low
