"""Scenarios by group: contributions to the gap, and what-if changes of pace and of the population's composition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.reconciliation import spread_shift, union
from literacy.kernels.forecast.spread import expit, logit
from literacy.messages import tell
from literacy.projection.fans import format_chance
from literacy.projection.goals.compositions import compose, describe_composition, is_number
from literacy.projection.goals.verdicts import goal_text, goal_value
from literacy.projection.group_projections import GroupProjection
from literacy.projection.trends.reference_dates import label_years

Floats = NDArray[np.float64]
CITY, CITY_LABEL = "city", Label("全市", "whole city")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Contributions(Printable):
    """Contribution of each group to the gap between projection and goal.

    Attributes
    ----------
    goal : Goal
    table : DataFrame
        One row per group: share of the population, last_wave (projected back to that year), estimate in the goal's
        year with its interval, gap_own (goal minus estimate), and its part in the city's gap and in the city's gain
        since the last wave. Members of two groups count half in each, so that the parts sum to the total.
    gap, gain : float
        Those of the city.
    city : DataFrame
        The row of the whole city, as those of the groups.
    labels : dict
        Labels of the groups, as column -> value -> label.
    chance : float
        Probability that the city passes the goal.
    synthetic : bool
        True if the data of any wave are synthetic.
    """

    _brief: ClassVar[bool] = True
    goal: Goal
    table: pd.DataFrame
    gap: float
    gain: float
    city: pd.DataFrame
    labels: dict[str, dict[str, Label]]
    chance: float
    synthetic: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _summary(self) -> pd.DataFrame:
        return pd.concat([self.table, self.city], ignore_index=True)

    def _unit(self) -> str:
        return "share"

    def _heads(self) -> Mapping[str, str]:
        return {"gap": "gap_part (points)"}

    def _title(self) -> str:
        return tell(
            "Groups in {}: projection, and contributions to the gap to a share {}",
            self.goal.year,
            goal_text(self.goal),
        )

    def _notes(self) -> list[str]:
        return [
            tell(
                "gap of the city {:+.2f} points (positive: short of the goal), gain since the "
                "last wave {:+.2f} points",
                100 * self.gap,
                100 * self.gain,
            ),
            tell("probability that the city passes: {}", format_chance(self.chance)),
            tell("people in two groups count half in each, so that the parts add up"),
            *([tell("synthetic data")] if self.synthetic else []),
        ]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scenario(Printable):
    """Projection of the city if some groups gained at a different pace, or made up other shares of the population.

    Attributes
    ----------
    table : DataFrame
        One row per year after the last wave: estimate (as projected), scenario, effect.
    groups : DataFrame
        One row per group: share (of the population now), share_assumed (in the last of those years; also of groups
        that are not named, whose share moves along), estimate and scenario (literacy of the group in that year).
    chances : DataFrame
        One row per goal: probability as projected and in the scenario.
    assumptions : tuple of str
    notes : tuple of str
        What an assumed composition moves, and what it leaves as projected.
    labels : dict
        Labels of the groups, as column -> value -> label.
    synthetic : bool
        True if the data of any wave are synthetic.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    chances: pd.DataFrame
    assumptions: tuple[str, ...]
    notes: tuple[str, ...] = ()
    labels: dict[str, dict[str, Label]] = field(default_factory=dict)
    synthetic: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def by_group(self) -> Scenario:
        """Return the same scenario with the levels and shares of the groups as its table."""
        return replace(self, table=self.groups)

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        return tell("Scenario: {}", Label("；", "; ").localized.join(self.assumptions))

    def _notes(self) -> list[str]:
        rows = self.chances.to_dict("records")
        return [
            tell(
                "goal {:.4g} % in {}: probability {} as projected, {} in the scenario",
                100 * r["goal"],
                r["year"],
                format_chance(r["probability"]),
                format_chance(r["scenario"]),
            )
            for r in rows
        ] + [
            *self.notes,
            tell(
                "the uncertainty is that of the projection: the assumed gains and shares themselves are "
                "treated as certain"
            ),
            *([tell("synthetic data")] if self.synthetic else []),
        ]


def find_contributions(projection: GroupProjection, goal: Goal) -> Contributions:
    """Decompose the city's gap to a goal, and its gain since the last wave, by group.

    Parameters
    ----------
    projection : GroupProjection
    goal : Goal
        A goal of a year within the projection.

    Returns
    -------
    Contributions

    Examples
    --------
    >>> parts = lit.find_contributions(groups, lit.set_goal(2030, 0.2))
    >>> bool(abs(parts.to_frame()["gap"].sum() - parts.gap) < 1e-9)
    True
    """
    level = goal_value(goal)
    at, start = projection.at(goal.year), projection.start
    groups = projection.groups
    cells = projection.cell_shares
    part = groups.member / groups.member.sum(axis=0)
    weight = groups.weight
    spread, whole = projection.spread, projection.city.spread
    rows = {
        "group": list(groups.names),
        "share": groups.shares,
        "last_wave": spread.median()[start],
        "estimate": spread.median()[at],
        "ci_low": spread.quantile(0.025)[at],
        "ci_high": spread.quantile(0.975)[at],
        "gap_own": level - spread.median()[at],
        "gap": part @ (weight * (level - cells[at])),
        "gain": part @ (weight * (cells[at] - cells[start])),
    }
    city = whole.median()
    gap, gain = float(level - city[at]), float(city[at] - city[start])
    total = {
        "group": CITY, "share": 1.0, "last_wave": city[start], "estimate": city[at],
        "ci_low": whole.quantile(0.025)[at], "ci_high": whole.quantile(0.975)[at],
        "gap_own": gap, "gap": gap, "gain": gain,
    }  # fmt: skip
    return Contributions(
        goal,
        pd.DataFrame(rows),
        gap,
        gain,
        pd.DataFrame([total]),
        {"group": {**groups.labels["group"], CITY: CITY_LABEL}},
        1.0 - float(np.asarray(whole.cdf(level))[at]),
        groups.city.synthetic,
    )


def what_if(
    projection: GroupProjection,
    pace: Mapping[str, float] | None = None,
    *,
    extra: Mapping[str, float] | None = None,
    shares: Mapping[str, float] | None = None,
) -> Scenario:
    """Change the pace of some groups, or their shares of the population, and recompute the projection of the city.

    Parameters
    ----------
    projection : GroupProjection
    pace : mapping of group to float, optional
        Gain in share per year from the last wave on, replacing the projected one: ``{"farmers_herders": 0.02}`` is two
        percentage points per year.
    extra : mapping of group to float, optional
        Gain per year in addition to the projected one.
    shares : mapping of group to float, optional
        Share of the population that a group makes up by the last projected year, after migration or ageing:
        ``{"elderly": 0.25, "youth": 0.15}``. ``others``, who are in no group, can be named too.

    Returns
    -------
    Scenario
        With ``pace`` and ``extra``, the mean of every named group moves exactly as assumed; the contributions of people
        in two named groups are solved for.

    Notes
    -----
    Groups may overlap, so that ``shares`` are met by the weights of the disjoint cells (combinations of groups) that
    are nearest to those of the last wave: raking to the shares of the named groups and their complements. From the last
    wave on, all weights move to those in a straight line. Given together with ``pace`` or ``extra``, gains are those of
    groups composed as today; the new weights then apply to the cells so moved.

    The literacy of each cell stays as projected. That fits migration by people like those who are in the cell already.
    Ageing also changes a group from within: whoever turns 60 brings along the schooling of a younger generation, and
    raises the literacy of the elderly. Nothing of that is in ``shares``; assume it in addition, by ``extra``.

    The probability of a goal uses the spread of the city under the new weights: that of the projection, times the
    standard deviation of the weighted cells (delta method, log odds) with the new weights over that with the present
    ones.

    Examples
    --------
    >>> lit.what_if(groups, {"elderly": 0.02}).to_frame().columns[:3].tolist()
    ['year', 'estimate', 'scenario']
    >>> older = lit.what_if(groups, shares={"elderly": 0.25, "youth": 0.15})
    >>> older.groups.set_index("group")["share_assumed"].round(3)[["elderly", "youth"]].tolist()
    [0.25, 0.15]
    """
    pace, extra, shares = dict(pace or {}), dict(extra or {}), dict(shares or {})
    groups, names = projection.groups, projection.groups.names
    if not pace and not extra and not shares:
        raise LiteracyError(
            "project.input",
            where="what_if",
            what="no group is given",
            fix="give pace={'farmers_herders': 0.02} or extra={...}, as a share per year, or shares={'elderly': 0.25}",
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
        groups.require(name)
        if not is_number(value) or abs(value) > 0.5:
            raise LiteracyError(
                "project.input",
                where=tell("what_if: {}", name),
                what=tell("{} is not a gain as a share per year", value),
                fix="write two points per year as 0.02",
            )
    start = projection.start
    ahead = np.arange(start + 1, len(projection.years))
    if not len(ahead):
        raise LiteracyError(
            "project.input",
            where="what_if",
            what="the projection ends with the last wave",
            fix="project with a later goal or horizon=",
        )
    composed = compose(groups, shares)
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
    weights = groups.weight + (span / span[-1])[:, None] * (composed - groups.weight)
    effect = moved @ groups.weight + np.sum(after * (weights - groups.weight), axis=1)
    city = projection.city.spread.median()[ahead]
    table = pd.DataFrame(
        {
            "year": label_years(projection.years[ahead]),
            "estimate": city,
            "scenario": city + effect,
            "effect": effect,
        }
    )
    part = groups.member * weights[-1]
    per_group = pd.DataFrame(
        {
            "group": list(names),
            "share": groups.shares,
            "share_assumed": groups.member @ weights[-1],
            "estimate": middle[ahead[-1]],
            "scenario": part @ after[-1] / part.sum(axis=1),
        }
    )
    remarks = [tell("{} gain {:+.2f} points per year", groups.name(n), 100 * v) for n, v in pace.items()]
    remarks += [
        tell("{} gain {:+.2f} points per year more than projected", groups.name(n), 100 * v)
        for n, v in extra.items()
    ]
    assumed, notes = describe_composition(groups, shares, composed, float(table["year"].iloc[-1]))
    chances = _chances(projection, ahead, city + effect, after, weights)
    return Scenario(
        table,
        per_group,
        chances,
        tuple(remarks + assumed),
        tuple(notes),
        groups.labels,
        groups.city.synthetic,
    )


def _shift_cells(projection: GroupProjection, chosen: list[int], shift: Floats) -> Floats:
    groups = projection.groups
    if not chosen:
        return np.zeros((len(shift), len(groups.weight)))
    try:
        return spread_shift(shift, groups.weight, groups.member[chosen])
    except np.linalg.LinAlgError as error:
        raise LiteracyError(
            "project.input",
            where="what_if",
            what="two of the named groups are the same people",
            fix="give one of them",
        ) from error


def _chances(
    projection: GroupProjection, ahead: NDArray[np.int64], city: Floats, cells: Floats, weights: Floats
) -> pd.DataFrame:
    """Return the probability of each goal, from the spread of the projection moved and widened as the scenario is."""
    rows = []
    for outlook in projection.city.outlooks:
        for i in np.flatnonzero(projection.years[ahead] == outlook.goal.year):
            level, spread = goal_value(outlook.goal), projection.city.spread
            here = projection.covariance[ahead[i]]
            now, then = (_city_sd(cells[i], here, w) for w in (projection.groups.weight, weights[i]))
            wider = then / now if now > 0 else 1.0
            middle = logit(spread.median()[ahead[i]])
            equal = expit(middle + (logit(level) - logit(city[i])) / wider)
            chance = 1.0 - float(np.asarray(spread.cdf(equal))[ahead[i]])
            rows.append((outlook.goal.year, level, outlook.probability, chance))
    return pd.DataFrame(rows, columns=["year", "goal", "probability", "scenario"])


def _city_sd(cells: Floats, covariance: Floats, weight: Floats) -> float:
    """Return the standard deviation of the log odds of the whole population."""
    whole = np.ones((1, len(weight)), dtype=bool)
    return float(union(logit(cells)[None], covariance[None], weight, whole)[1][0, 0])
