"""Joint projection of groups, reconciled with that of the city."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.reconciliation import reconcile, union
from literacy.kernels.forecast.spread import Spread, expit
from literacy.kernels.forecast.statespace import filter_states
from literacy.messages import tell
from literacy.projection.fans import Projection
from literacy.projection.group_cells import OTHERS, GroupTrends
from literacy.projection.models.dynamics import DIFFUSE_SLOPE, Dynamics, Series, assemble, posterior
from literacy.projection.projections import project_place
from literacy.projection.trends.reference_dates import label_years
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

GROUP_SDS = np.geomspace(0.1, 2.5, 25)
INTERACTION_SD = 0.3
"""Standard deviation of the interaction of two groups' effects, in logits."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupProjection(Printable):
    """Projections of groups; their central shares add up to the city's in every year.

    Attributes
    ----------
    groups : GroupTrends
    city : Projection
    years : (t,) array
    location : (t, c) array
        Log odds of the cells.
    covariance : (t, c, c) array
    group_sd : float
        Standard deviation of the groups' effects in logits, estimated from the cells; it shrinks small groups to the
        others.
    notes : tuple of str
    """

    _brief: ClassVar[bool] = True
    groups: GroupTrends
    city: Projection
    years: Floats
    location: Floats
    covariance: Floats
    group_sd: float
    notes: tuple[str, ...]

    @property
    def cell_shares(self) -> Floats:
        """Central share of every cell, (t, c)."""
        return expit(self.location)

    @property
    def spread(self) -> Spread:
        """Distribution of the share of every group, (t, g)."""
        return Spread(*union(self.location, self.covariance, self.groups.weight, self.groups.member))

    @property
    def labels(self) -> dict[str, dict[str, Label]]:
        """Labels of the groups, as column -> value -> label."""
        return self.groups.labels

    @property
    def start(self) -> int:
        """Index of the last wave."""
        return self.at(float(self.groups.city.times[-1]))

    def at(self, year: float) -> int:
        """Return the index of a year; an error if it is not within the projection."""
        if year not in self.years:
            last = self.years[-1]
            raise LiteracyError(
                "project.input",
                where=tell("goal of {:g}", year),
                what=tell("the projection covers {:g} to {:g}", self.years[0], last),
                fix=tell("project with horizon={:g}", year)
                if year > last
                else tell("use a goal within those years"),
            )
        return int(np.flatnonzero(self.years == year)[0])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group and year: group, share (of the population), year, kind, estimate, se, ci_low,
        ci_high, low_80, high_80, observed.
        """
        spread = self.spread
        middle, sd = spread.median(), spread.sd()
        limits = {
            name: spread.quantile(q)
            for name, q in (("ci_low", 0.025), ("ci_high", 0.975), ("low_80", 0.1), ("high_80", 0.9))
        }
        parts = []
        for j, one in enumerate(self.groups.groups):
            seen = dict(zip(one.times.tolist(), one.estimate.tolist(), strict=True))
            frame = pd.DataFrame(
                {"group": one.area, "share": self.groups.shares[j], "year": label_years(self.years)}
            )
            frame["kind"] = np.where(self.city.past, "smoothed", "projected")
            frame["estimate"], frame["se"] = middle[:, j], sd[:, j]
            for name, values in limits.items():
                frame[name] = values[:, j]
            frame["observed"] = [seen.get(float(y), math.nan) for y in self.years]
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def _summary(self) -> pd.DataFrame:
        """Return the rows of the last wave and the years after it."""
        frame = self.to_frame()
        last = label_years(self.years)[self.start]
        ahead: pd.DataFrame = frame[frame["year"] >= last].reset_index(drop=True)
        return ahead

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        return tell("Projection of {} groups, adding up to the city", len(self.groups.groups))

    def _notes(self) -> list[str]:
        return [
            tell(
                "the group effects vary with sd {:.2f} logits, by which small groups are shrunk "
                "towards the others",
                self.group_sd,
            ),
            *self.notes,
            *self.groups.notes,
            *self.city._notes(),
            *([tell("synthetic data")] if self.groups.city.synthetic else []),
        ]


def project_groups(
    groups: GroupTrends,
    goal: Goal | Iterable[Goal] = (),
    *,
    higher: Sequence[Trend] | None = None,
    horizon: int | None = None,
    prior_sd: float | None = None,
    level_sd: float | None = None,
    slope_sd: float | None = None,
    break_sd: float = 0.05,
    group_sd: float | None = None,
) -> GroupProjection:
    """Project groups and city jointly.

    A cell follows a common local linear trend, which is below the higher levels, plus the effects of all groups to
    which it belongs, each with its own gain. The city is projected from its own waves as in :func:`project`; the cells
    are then adjusted, in proportion to their uncertainty, until their weighted shares sum to the city's share in every
    year. Groups are unions of cells.

    Parameters
    ----------
    groups : GroupTrends
    goal, higher, horizon, prior_sd, level_sd, slope_sd, break_sd
        As in :func:`project`; ``prior_sd`` also controls how far a group's gain may depart from the common one.
    group_sd : float, optional
        Standard deviation of the groups' effects; estimated by default.

    Returns
    -------
    GroupProjection

    Examples
    --------
    >>> groups = lit.project_groups(lit.group_trends({2023: earlier, 2025: sample}), lit.set_goal(2030, 0.2))
    >>> groups.to_frame().columns[:3].tolist()
    ['group', 'share', 'year']
    """
    city = project_place(
        groups.city, goal, higher=higher, horizon=horizon, prior_sd=prior_sd, level_sd=level_sd, slope_sd=slope_sd,
        break_sd=break_sd,
    )  # fmt: skip
    dynamics = city.dynamics
    above = [b.trend for b in city.higher]
    spread = group_sd if group_sd is not None else _estimate_spread(groups, above, city.years, dynamics)
    found = posterior(_tree(groups, above, spread, dynamics), city.years, dynamics)
    first = len(found.mean[0]) - len(groups.cells)
    location, covariance = found.mean[:, first:], found.covariance[:, first:, first:]
    moved, changed = reconcile(location, covariance, groups.weight, city.spread.median(), city.spread.scale)
    before = expit(location) @ groups.weight
    worst = float(np.max(np.abs(before - city.spread.median())))
    return GroupProjection(
        groups=groups,
        city=city,
        years=city.years,
        location=moved,
        covariance=changed,
        group_sd=float(spread),
        notes=(
            tell(
                "before adjustment to add up, groups and city differed by at most {:.2f} points",
                100 * worst,
            ),
        ),
    )


def _tree(groups: GroupTrends, above: Sequence[Trend], group_sd: float, dynamics: Dynamics) -> list[Series]:
    made: list[Series] = []
    for one in above:
        made.append(Series(one, len(made) - 1, dynamics.prior_sd if made else DIFFUSE_SLOPE))
    made.append(Series(None, len(made) - 1, dynamics.prior_sd if made else DIFFUSE_SLOPE))
    common = len(made) - 1
    effects = [j for j, name in enumerate(groups.names) if name != OTHERS]
    made += [Series(None, -1, dynamics.prior_sd, group_sd) for _ in effects]
    for c, cell in enumerate(groups.cells):
        own = tuple(common + 1 + i for i, j in enumerate(effects) if groups.member[j, c])
        made.append(Series(cell, -1, 0.0, INTERACTION_SD if len(own) > 1 else 0.0, (common, *own)))
    return made


def _estimate_spread(groups: GroupTrends, above: Sequence[Trend], years: Floats, dynamics: Dynamics) -> float:
    """Return the maximum a posteriori sd of the groups' effects, under a half-normal prior with scale 1 logit."""
    best, chosen = -math.inf, 1.0
    for sd in GROUP_SDS:
        model = assemble(_tree(groups, above, float(sd), dynamics), years[-1:], dynamics)
        path = filter_states(
            model.y, model.variance, model.design, model.transition, model.noise, model.mean, model.covariance
        )
        value = float(path.loglik) - 0.5 * float(sd) ** 2
        if value > best:
            best, chosen = value, float(sd)
    return chosen
