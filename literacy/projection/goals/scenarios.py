"""Scenarios by group: contributions to the gap, what-if changes of pace, and the least effort that reaches a goal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.reconciliation import spread_shift
from literacy.kernels.forecast.spread import expit, logit
from literacy.messages import tell
from literacy.projection.goals.verdicts import goal_text, goal_value
from literacy.projection.group_cells import OTHERS
from literacy.projection.group_projections import GroupProjection
from literacy.projection.trends.reference_dates import label_years

Floats = NDArray[np.float64]
PUSH = 20.0
"""Maximum additional change of a group considered, in logits."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Contributions(Printable):
    """Contribution of each group to the gap between projection and goal.

    Attributes
    ----------
    goal : Goal
    table : DataFrame
        One row per group: share of the population, estimate in the goal's year, gap_own (goal minus estimate), and its
        part in the city's gap and in the city's gain since the last wave. Members of two groups count half in each, so
        that the parts sum to the total.
    gap, gain : float
        Those of the city.
    labels : tuple of Label
        Labels of the groups, in the order of the table.
    synthetic : bool
        True if the data of any wave are synthetic.
    """

    goal: Goal
    table: pd.DataFrame
    gap: float
    gain: float
    labels: tuple[Label, ...] = ()
    synthetic: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Contributions of the groups to {} in {}", goal_text(self.goal), self.goal.year)

    def _notes(self) -> list[str]:
        return [
            tell(
                "gap of the city {:+.2f} points (positive: short of the goal), gain since the "
                "last wave {:+.2f} points",
                100 * self.gap,
                100 * self.gain,
            ),
            tell("people in two groups count half in each, so that the parts add up"),
            *([tell("synthetic data")] if self.synthetic else []),
        ]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scenario(Printable):
    """Projection of the city if some groups gained at a different pace.

    Attributes
    ----------
    table : DataFrame
        One row per year after the last wave: estimate (as projected), scenario, effect.
    groups : DataFrame
        One row per group in the last of those years: share, estimate, scenario, effect on the city.
    chances : DataFrame
        One row per goal: probability as projected and in the scenario.
    assumptions : tuple of str
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    chances: pd.DataFrame
    assumptions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Scenario: {}", "; ".join(self.assumptions))

    def _notes(self) -> list[str]:
        rows = self.chances.to_dict("records")
        return [
            tell(
                "goal {:.4g} % in {}: probability {:.0f} % as projected, {:.0f} % in the scenario",
                100 * r["goal"],
                r["year"],
                100 * r["probability"],
                100 * r["scenario"],
            )
            for r in rows
        ] + [
            tell(
                "the uncertainty is that of the projection: the assumed gains themselves are "
                "treated as certain"
            )
        ]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Effort(Printable):
    """The least total effort that reaches a goal.

    Attributes
    ----------
    goal : Goal
    probability : float
        Probability of passing that is required.
    table : DataFrame
        One row per group: share, cost, estimate (as projected), needed, extra (due to the efforts of all groups),
        extra_per_year, own_per_year (due to its own effort alone), effort.
    reached : float
        Share of the city with that effort.
    total : float
        Sum of the efforts.
    """

    goal: Goal
    probability: float
    table: pd.DataFrame
    reached: float
    total: float

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        chance = tell("a probability of {:.0f} %", 100 * self.probability)
        return tell("Least effort for {} of {} in {}", chance, goal_text(self.goal), self.goal.year)

    def _notes(self) -> list[str]:
        if self.total == 0:
            return [tell("no extra effort is needed: the projection already has that probability")]
        return [
            tell("the city reaches {:.2f} %", 100 * self.reached),
            tell(
                "effort of a group = cost x its share of the population x (extra gain in logits)²: "
                "doubling a group's extra gain costs four times as much"
            ),
        ]


def find_contributions(projection: GroupProjection, goal: Goal) -> Contributions:
    """Decompose the city's gap to a goal, and its gain since the last wave, by group.

    Parameters
    ----------
    projection : GroupProjection
    goal : Goal
        A goal of a year within the projection.
    """
    level = goal_value(goal)
    at, start = _position(projection, goal.year), _start(projection)
    groups = projection.groups
    cells = projection.cell_shares
    part = groups.member / groups.member.sum(axis=0)
    weight = groups.weight
    rows = {
        "group": list(groups.names),
        "share": groups.shares,
        "estimate": projection.spread.median()[at],
        "gap_own": level - projection.spread.median()[at],
        "gap": part @ (weight * (level - cells[at])),
        "gain": part @ (weight * (cells[at] - cells[start])),
    }
    city = projection.city.spread.median()
    return Contributions(
        goal,
        pd.DataFrame(rows),
        float(level - city[at]),
        float(city[at] - city[start]),
        tuple(g.label for g in groups.groups),
        groups.city.synthetic,
    )


def what_if(
    projection: GroupProjection,
    pace: Mapping[str, float] | None = None,
    *,
    extra: Mapping[str, float] | None = None,
) -> Scenario:
    """Change the pace of some groups and recompute the projection of the city.

    Parameters
    ----------
    projection : GroupProjection
    pace : mapping of group to float, optional
        Gain in share per year from the last wave on, replacing the projected one: ``{"farmers_herders": 0.02}`` is two
        percentage points per year.
    extra : mapping of group to float, optional
        Gain per year in addition to the projected one.

    Returns
    -------
    Scenario
        The mean of every named group moves exactly as assumed; the contributions of people in two named groups are
        solved for.

    Examples
    --------
    >>> lit.what_if(groups, {"elderly": 0.02}).to_frame().columns[:3].tolist()
    ['year', 'estimate', 'scenario']
    """
    pace, extra = dict(pace or {}), dict(extra or {})
    groups, names = projection.groups, projection.groups.names
    if not pace and not extra:
        raise LiteracyError(
            "project.input",
            where="what_if",
            what="no group is given",
            fix="give pace={'farmers_herders': 0.02} or extra={...}, as a share per year",
        )
    both = sorted(set(pace) & set(extra))
    if both:
        raise LiteracyError(
            "project.input",
            where="what_if",
            what=tell("{} has both a pace and an extra gain", ", ".join(both)),
            fix="give one of them for each group",
        )
    for name, value in {**pace, **extra}.items():
        option("group", name, names, "project.input")
        if not math.isfinite(value) or abs(value) > 0.5:
            raise LiteracyError(
                "project.input",
                where=tell("what_if: {}", name),
                what=tell("{:g} is not a gain as a share per year", value),
                fix="write two points per year as 0.02",
            )
    start = _start(projection)
    ahead = np.arange(start + 1, len(projection.years))
    if not len(ahead):
        raise LiteracyError(
            "project.input",
            where="what_if",
            what="the projection ends with the last wave",
            fix="project with a later goal or horizon=",
        )
    span = projection.years[ahead] - projection.years[start]
    middle = projection.spread.median()
    chosen = [names.index(n) for n in {**pace, **extra}]
    shift = np.empty((len(ahead), len(chosen)))
    for i, j in enumerate(chosen):
        name = names[j]
        if name in pace:
            shift[:, i] = middle[start, j] + pace[name] * span - middle[ahead, j]
        else:
            shift[:, i] = extra[name] * span
    moved = _shift_cells(projection, chosen, shift)
    before = projection.cell_shares[ahead]
    after = before + moved
    if np.any(after <= 0) or np.any(after >= 1):
        worst = int(np.argmax(np.max(np.maximum(-after, after - 1), axis=0)))
        raise LiteracyError(
            "project.input",
            where="what_if",
            what=tell("{} would come to {:.1f} %", groups.cells[worst].area, 100 * float(after[-1, worst])),
            fix="assume smaller gains, or an earlier horizon",
        )
    effect = moved @ groups.weight
    city = projection.city.spread.median()[ahead]
    table = pd.DataFrame(
        {
            "year": label_years(projection.years[ahead]),
            "estimate": city,
            "scenario": city + effect,
            "effect": effect,
        }
    )
    part = groups.member * groups.weight
    new = after[-1] @ (part / part.sum(axis=1, keepdims=True)).T
    per_group = pd.DataFrame(
        {"group": list(names), "share": groups.shares, "estimate": middle[ahead[-1]], "scenario": new}
    )
    remarks = [tell("{} gain {:+.2f} points per year", n, 100 * v) for n, v in pace.items()]
    remarks += [
        tell("{} gain {:+.2f} points per year more than projected", n, 100 * v) for n, v in extra.items()
    ]
    return Scenario(table, per_group, _chances(projection, ahead, city + effect), tuple(remarks))


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
        Maximum gain of a group in addition to its projection by its own effort, in share per year.

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
    at, start = _position(projection, goal.year), _start(projection)
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
            "extra": after - before,
            "extra_per_year": (after - before) / span,
            "own_per_year": (own - before) / span,
            "effort": price * push**2,
        }
    )
    return Effort(goal, probability, table, float(shares(push) @ groups.weight), float(price @ push**2))


def _largest_push(cells: Floats, mix: Floats, gain: float) -> float:
    """Return the shift in logits that raises the mean of a group's cells by ``gain``, at most :data:`PUSH`."""
    low, high = 0.0, PUSH
    start = float(mix @ expit(cells))
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if float(mix @ expit(cells + middle)) - start > gain else (middle, high)
    return low


def _start(projection: GroupProjection) -> int:
    return projection.at(float(projection.groups.city.times[-1]))


def _position(projection: GroupProjection, year: float) -> int:
    if year not in projection.years:
        last = projection.years[-1]
        raise LiteracyError(
            "project.input",
            where=tell("goal of {:g}", year),
            what=tell("the projection covers {:g} to {:g}", projection.years[0], last),
            fix=tell("project with horizon={:g}", year)
            if year > last
            else tell("use a goal within those years"),
        )
    return projection.at(year)


def _shift_cells(projection: GroupProjection, chosen: list[int], shift: Floats) -> Floats:
    groups = projection.groups
    try:
        return spread_shift(shift, groups.weight, groups.member[chosen])
    except np.linalg.LinAlgError as error:
        raise LiteracyError(
            "project.input",
            where="what_if",
            what="two of the named groups are the same people",
            fix="give one of them",
        ) from error


def _chances(projection: GroupProjection, ahead: NDArray[np.int64], city: Floats) -> pd.DataFrame:
    rows = []
    for outlook in projection.city.outlooks:
        at = np.flatnonzero(projection.years[ahead] == outlook.goal.year)
        if len(at):
            level = goal_value(outlook.goal)
            before = projection.city.spread.median()[ahead[at]]
            shifted = expit(logit(level) - (logit(city[at]) - logit(before)))
            chance = 1.0 - float(np.asarray(projection.city.spread.cdf(shifted))[ahead[at]][0])
            rows.append((outlook.goal.year, level, outlook.probability, chance))
    return pd.DataFrame(rows, columns=["year", "goal", "probability", "scenario"])
