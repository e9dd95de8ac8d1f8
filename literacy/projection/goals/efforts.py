"""The least effort of the groups that reaches a goal, within what a group can gain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.pushes import least_pushes, moved_cells
from literacy.kernels.forecast.spread import expit, logit
from literacy.messages import tell
from literacy.projection.fans import format_chance
from literacy.projection.goals.compositions import is_number
from literacy.projection.goals.fastest_gains import Gain, fastest_published, fastest_surveyed
from literacy.projection.goals.verdicts import goal_text, goal_value
from literacy.projection.group_cells import OTHERS, GroupTrends, list_names
from literacy.projection.group_projections import GroupProjection

Floats = NDArray[np.float64]
PUSH = 20.0
"""Maximum additional change of a group considered, in logits."""
TOUCHED = 1e-6
"""Difference of shares below which a group is at its limit."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Effort(Printable):
    """The least total effort that reaches a goal, or the most that can be reached within the limits.

    Attributes
    ----------
    goal : Goal
    probability : float
        Probability of passing that is required.
    table : DataFrame
        One row per group: share, cost, estimate (as projected), needed, gain_per_year (from the last wave to what is
        needed), limit_per_year (of that gain; inf without a limit), at_limit, extra (due to the efforts of all groups),
        extra_per_year, own_per_year (due to its own effort alone), effort, effort_share.
    reached : float
        Share of the city with that effort.
    required : float
        Share to which the city must come for that probability.
    chance : float
        Probability of passing with that effort.
    feasible : bool
        False if the limits do not allow the goal: the table is then what all groups come to at their limits.
    total : float
        Sum of the efforts; inf if the goal is not reached within the limits.
    seen : float
        Largest gain per year of any group between two of its waves, as surveyed; NaN if no group has two waves.
    basis : Gain or None
        The gain on which the limits rest; None if all of them were given, or none applies.
    given : tuple of str
        Groups whose limit was given.
    labels : dict
        Labels of the groups, as column -> value -> label.
    synthetic : bool
        True if the data of any wave are synthetic.
    """

    _brief: ClassVar[bool] = True
    goal: Goal
    probability: float
    table: pd.DataFrame
    reached: float
    required: float
    chance: float
    feasible: bool
    total: float
    seen: float
    basis: Gain | None
    given: tuple[str, ...]
    labels: dict[str, dict[str, Label]]
    synthetic: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _summary(self) -> pd.DataFrame:
        whole = [
            "group",
            "share",
            "estimate",
            "needed",
            "gain_per_year",
            "limit_per_year",
            "at_limit",
            "effort_share",
        ]
        return self.table[whole]

    def _heads(self) -> Mapping[str, str]:
        return {"needed": "with_effort"}

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        chance = tell("a probability of {:.0f} %", 100 * self.probability)
        said = (
            tell("Least effort for {} of a share {} in {}")
            if self.feasible
            else tell("Out of reach within the limits: {} of a share {} in {}")
        )
        return said.format(chance, goal_text(self.goal), self.goal.year)

    def _notes(self) -> list[str]:
        said = [*self._outcome(), *self._limits(), *self._reading()]
        return [*said, tell("synthetic data")] if self.synthetic else said

    def _name(self, group: str) -> str:
        return self.labels["group"][group].localized

    def _outcome(self) -> list[str]:
        if self.feasible and self.total == 0:
            return [
                tell(
                    "no extra effort is needed: as projected, the probability is {}",
                    format_chance(self.chance),
                )
            ]
        if self.feasible:
            return [tell("the city reaches {:.2f} %", 100 * self.reached)]
        return [
            tell(
                "out of reach within the limits: with every group at its limit the city comes to {:.2f} % "
                "(probability {}); a probability of {:.0f} % takes {:.2f} %",
                100 * self.reached,
                format_chance(self.chance),
                100 * self.probability,
                100 * self.required,
            ),
            tell(
                "what can be changed: a later year or a lower goal, a lower probability, more groups (cost), or limits "
                "of your own (limit) if there are reasons for them"
            ),
        ]

    def _limits(self) -> list[str]:
        bounded = self.table[np.isfinite(self.table["limit_per_year"])]
        if bounded.empty:
            return [
                tell("no limit on the gain of a group: what is needed may be more than can be done"),
                self._held(),
            ]
        notes = []
        if self.given:
            notes.append(tell("given by the user: {}", list_names(map(self._name, self.given))))
        if self.basis is not None:
            notes.append(
                tell(
                    "basis: the largest gain shown so far, {:.3f} log odds per year ({}): the lower end of the "
                    "95 % interval, as the largest of many gains is partly chance",
                    self.basis.shown,
                    self.basis.describe(),
                )
            )
        free = [n for n in self.table["group"] if n not in set(bounded["group"])]
        if free:
            notes.append(tell("without a limit: {}", list_names(map(self._name, free))))
        touched = bounded[bounded["at_limit"]]
        if touched.empty:
            notes.append(tell("no group is at its limit"))
        else:
            notes.append(tell("at their limit: {}", list_names(map(self._name, touched["group"]))))
        beyond = touched[touched["gain_per_year"] > touched["limit_per_year"] + TOUCHED]
        if len(beyond):
            notes.append(
                tell(
                    "projected to gain more than their limit already, so that no effort is assumed: {}",
                    list_names(map(self._name, beyond["group"])),
                )
            )
        return notes

    def _held(self) -> str:
        if math.isnan(self.seen):
            return tell("no group has two waves, so that no gain was seen to compare that with")
        return tell(
            "largest gain per year of any group between two waves (sampling error included): {:+.2f} points",
            100 * self.seen,
        )

    def _reading(self) -> list[str]:
        if self.feasible and self.total == 0:
            return []
        return [
            tell(
                "effort of a group = cost x its share of the population x (push in logits)²: doubling the push costs "
                "four times as much; people in several groups get the pushes of all of them, up to the lowest limit"
            ),
        ]


def least_effort(
    projection: GroupProjection,
    goal: Goal,
    *,
    probability: float = 0.5,
    cost: Mapping[str, float] | None = None,
    limit: Mapping[str, float] | float | None = None,
) -> Effort:
    """Find additional gains of the groups that reach a goal with the least total effort, within what a group can gain.

    The effort of a group is its cost times its population share times the square of its push in logits: twice the push
    takes four times the effort, and a percentage point costs more in groups where few are literate.

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
    limit : float or mapping of group to float, optional
        Largest gain of a group in share per year, from the last wave to the goal: the projected gain and what efforts
        add, together. A mapping replaces the default limit of the groups it names, a number that of all groups;
        ``math.inf`` is no limit.

    Returns
    -------
    Effort
        If the goal is out of reach within the limits, ``feasible`` is False, and the table is what all groups come to
        at their limits.

    Notes
    -----
    The default limit is the largest gain that waves have shown anywhere: of places and parts of the population in the
    published series (provinces, cities, the nation and its parts; from 2001 on), or of the city's own groups. A gain is
    in log odds per year, since growth that is steady on that scale is small in points where few are literate, and slows
    down where most are. The largest of many gains between surveys is partly sampling error. A gain counts therefore by
    the lower end of its 95 % interval. For published figures that rests on the sizes and the design effect assumed for
    series without any, and a marked break between two waves widens it as in projections. Figures marked as doubtful do
    not count.

    The limit applies to every combination of groups (people in two groups: the lower one), so that it holds for the
    groups. What is projected to gain more keeps its projection, and gets no push.

    Examples
    --------
    >>> lit.least_effort(groups, lit.set_goal(2030, 0.2)).to_frame().columns[:3].tolist()
    ['group', 'share', 'cost']
    >>> import math
    >>> lit.least_effort(groups, lit.set_goal(2030, 0.2), limit=math.inf).basis is None
    True
    """
    level = goal_value(goal)
    if not is_number(probability) or not 0 < probability < 1:
        fix = "give a probability between 0 and 1"
        raise LiteracyError("project.input", where="probability", what=f"{probability}", fix=fix)
    groups, names = projection.groups, projection.groups.names
    costs = dict(cost) if cost is not None else {n: 1.0 for n in names if n != OTHERS}
    _check_costs(costs, groups)
    at, start = projection.at(goal.year), projection.start
    span = float(projection.years[at] - projection.years[start])
    if span <= 0 or not costs:
        raise LiteracyError(
            "project.input",
            where="least_effort",
            what="no time remains, or no group has a cost",
            fix="use a goal after the last wave and at least one group with a cost",
        )
    limits = _read_limits(limit, costs, groups)
    here = projection.city.spread
    middle, low = (float(logit(here.quantile(q)[at])) for q in (0.5, 1 - probability))
    required = float(expit(middle + float(logit(level)) - low))
    chosen = [names.index(n) for n in costs]
    member = groups.member[chosen].astype(float)
    price = np.array([costs[names[j]] for j in chosen]) * groups.shares[chosen]
    cells, first = projection.location[at], projection.location[start]
    part = groups.member * groups.weight
    mix = (part / part.sum(axis=1, keepdims=True))[chosen]
    began, before = mix @ expit(first), mix @ expit(cells)
    basis = None if set(costs) <= set(limits) else _fastest(projection)
    pace = math.inf if basis is None else basis.shown
    gains = np.array(
        [
            limits[n] if n in limits else float(m @ expit(first + pace * span) - b) / span
            for n, m, b in zip(costs, mix, began, strict=True)
        ]
    )
    room = np.full(len(cells), PUSH)
    for j in range(len(chosen)):
        inside = member[j] > 0
        own = _find_room(cells[inside], first[inside], mix[j, inside], float(began[j] + gains[j] * span))
        room[inside] = np.minimum(room[inside], own)
    push = least_pushes(cells, groups.weight, member, price, room, required)

    def shares(push: Floats) -> Floats:
        return expit(moved_cells(cells, member, room, push))

    after = mix @ shares(push)
    alone = [float(m @ shares(one)) for m, one in zip(mix, np.diag(push), strict=True)]
    fullest = mix @ expit(cells + np.where(member.any(axis=0), room, 0.0))
    reached = float(shares(push) @ groups.weight)
    feasible = reached >= required - 1e-9
    # the whole distribution moves with its median, on the scale of log odds
    moved = expit(float(logit(level)) + middle - float(logit(reached)))
    chance = 1.0 - float(np.asarray(here.cdf(moved))[at])
    table = pd.DataFrame(
        {
            "group": list(costs),
            "share": groups.shares[chosen],
            "cost": list(costs.values()),
            "estimate": before,
            "needed": after,
            "gain_per_year": (after - began) / span,
            "limit_per_year": gains,
            "at_limit": np.isfinite(gains) & (after > fullest - TOUCHED),
            "extra": after - before,
            "extra_per_year": (after - before) / span,
            "own_per_year": (np.array(alone) - before) / span,
            "effort": price * push**2,
            "effort_share": price * push**2 / (float(price @ push**2) or math.nan),
        }
    )
    return Effort(
        goal=goal,
        probability=probability,
        table=table,
        reached=reached,
        required=required,
        chance=chance,
        feasible=feasible,
        total=float(price @ push**2) if feasible else math.inf,
        seen=_largest_gain(projection),
        basis=basis,
        given=tuple(n for n in costs if math.isfinite(limits.get(n, math.inf))),
        labels=groups.labels,
        synthetic=groups.city.synthetic,
    )


def _check_costs(costs: Mapping[str, float], groups: GroupTrends) -> None:
    for name, value in costs.items():
        groups.require(name)
        if not is_number(value) or not value > 0:
            raise LiteracyError(
                "project.input",
                where=tell("least_effort: {}", name),
                what=f"{value}",
                fix="give a number above 0",
            )


def _read_limits(
    limit: Mapping[str, float] | float | None, costs: Mapping[str, float], groups: GroupTrends
) -> dict[str, float]:
    """Return the limits that were given, by group; errors for unknown groups and for what is no gain per year."""
    if limit is None:
        return {}
    limits = dict(limit) if isinstance(limit, Mapping) else dict.fromkeys(costs, limit)
    for name, value in limits.items():
        groups.require(name)
        if value == math.inf:
            continue
        if not is_number(value) or not 0 < value <= 0.5:
            raise LiteracyError(
                "project.input",
                where=tell("least_effort: {}", name),
                what=tell("{} is not a gain as a share per year", value),
                fix="write two points per year as 0.02, and no limit as math.inf",
            )
    if idle := sorted(set(limits) - set(costs)):
        raise LiteracyError(
            "project.input",
            where=tell("least_effort: {}", idle[0]),
            what="has a limit but no cost, so that it stays as projected",
            fix="give its cost as well, or omit its limit",
        )
    return limits


def _fastest(projection: GroupProjection) -> Gain:
    """Return the gain of which most is shown: of published figures, or of the city and its groups."""
    published = fastest_published(projection.city.dynamics.break_sd)
    own = fastest_surveyed(projection.groups)
    return published if own is None or own.shown <= published.shown else own


def _largest_gain(projection: GroupProjection) -> float:
    """Return the largest gain per year of any group between two consecutive waves; NaN without two waves."""
    gains = [np.diff(g.estimate) / np.diff(g.times) for g in projection.groups.groups]
    return max((float(g.max()) for g in gains if len(g)), default=math.nan)


def _find_room(cells: Floats, first: Floats, mix: Floats, most: float) -> Floats:
    """Return the largest rise of each cell of a group, in logits, so that the group comes to at most a share.

    All cells may come to the same gain in log odds since the last wave; those projected to gain more get no room.
    """
    low, high = -PUSH, 2 * PUSH
    for _ in range(100):
        middle = (low + high) / 2
        above = float(mix @ expit(np.maximum(cells, first + middle))) > most
        low, high = (low, middle) if above else (middle, high)
    return np.clip(first + low - cells, 0.0, PUSH)
