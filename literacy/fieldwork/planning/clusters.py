"""Two-stage plans: number of units and of interviews per unit, from costs and intraclass correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.kernels.design.intervals import t_quantile
from literacy.kernels.fieldwork.clusters import best_take, cluster_deff, units_for_budget, units_for_variance
from literacy.messages import tell


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClusterPlan(Printable):
    """A plan with units and interviews per unit.

    Attributes
    ----------
    units, take : int
        Number of units, and of interviews in each.
    deff : float
        Design effect of clustering.
    margin : float
        Half-width of the interval of the share or mean.
    cost : float
        Total cost.
    table : DataFrame
        Plans with neighbouring values of ``take``: ``take, units, interviews, deff, margin, cost, chosen``.
    notes : tuple of str
    """

    units: int
    take: int
    deff: float
    margin: float
    cost: float
    table: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Two stages: {} units of {} interviews", self.units, self.take)

    def _notes(self) -> list[str]:
        return list(self.notes)


def plan_clusters(
    cost_unit: float,
    cost_interview: float,
    icc: float,
    *,
    margin: float | None = None,
    budget: float | None = None,
    share: float = 0.12,
    sd: float | None = None,
    level: float = 0.95,
    most_take: int = 100,
    most_units: int | None = None,
) -> ClusterPlan:
    """Optimal number of units and interviews per unit: cheapest for a margin, or most precise for a budget.

    Parameters
    ----------
    cost_unit, cost_interview : float
        Cost of one more unit, and of one more interview in a unit.
    icc : float
        Intraclass correlation of the answers within units.
    margin, budget : float
        Exactly one: half-width of the interval required, or the budget.
    share, sd : float
        Expected share, or for a mean its standard deviation.
    level : float
        Confidence level.
    most_take, most_units : int
        Limits: interviews per unit, and number of units available.

    Returns
    -------
    ClusterPlan
        The best plan in whole numbers; all values of ``take`` up to ``most_take`` are compared.

    Raises
    ------
    LiteracyError
        ``estimate.option``; ``plan.size`` if neither the available units nor the budget suffice.

    Examples
    --------
    >>> plan_clusters(400, 60, 0.05, margin=0.02).take
    12
    """
    for name, value, fine in (
        ("cost_unit", cost_unit, cost_unit > 0), ("cost_interview", cost_interview, cost_interview > 0),
        ("icc", icc, 0 <= icc < 1), ("share", share, 0 < share < 1), ("level", level, 0 < level < 1),
        ("most_take", most_take, most_take >= 1), ("sd", sd, sd is None or sd > 0),
    ):  # fmt: skip
        if not fine or not math.isfinite(value or 0):
            raise LiteracyError(
                "estimate.option", where=f"{name}={value}", what="out of range",
                fix="costs must be positive, an icc must lie between 0 and 1, and shares between 0 and 1",
            )  # fmt: skip
    if (margin is None) == (budget is None):
        raise LiteracyError(
            "estimate.option",
            where="margin, budget",
            what="give one of them only",
            fix="margin=0.02 or budget=50000",
        )
    if not (margin or budget or 0) > 0:
        raise LiteracyError(
            "estimate.option", where="margin, budget", what="0 or below", fix="give a number above 0"
        )
    variance = sd**2 if sd is not None else share * (1 - share)
    z = float(t_quantile(np.inf, level))
    rows = []
    for take in range(1, most_take + 1):
        deff = cluster_deff(take, icc)
        if margin is not None:
            units = max(math.ceil(units_for_variance(variance, take, icc, (margin / z) ** 2) - 1e-9), 2)
        else:
            units = units_for_budget(float(budget or 0), cost_unit, cost_interview, take)
            units = min(units, most_units) if most_units is not None else units
        if units < 2 or (most_units is not None and units > most_units):
            continue
        half = z * math.sqrt(variance * deff / (units * take))
        rows.append((take, units, units * take, deff, half, units * (cost_unit + take * cost_interview)))
    table = pd.DataFrame(rows, columns=["take", "units", "interviews", "deff", "margin", "cost"])
    if table.empty:
        raise LiteracyError(
            "plan.size",
            where=f"margin={margin}" if margin is not None else f"budget={budget}",
            what=tell("no plan of at most {} interviews in a unit", most_take)
            + (tell(" and {} units", most_units) if most_units else "")
            + tell(" reaches it"),
            fix="allow a wider margin, more money, more interviews in a unit or more units",
        )
    best = int(
        table.sort_values(
            ["cost", "margin"] if margin is not None else ["margin", "cost"], kind="stable"
        ).index[0]
    )
    chosen = table.iloc[best].to_dict()
    near = (
        table.loc[max(best - 4, 0) : best + 4].assign(chosen=lambda t: t.index == best).reset_index(drop=True)
    )
    exact = best_take(cost_unit, cost_interview, icc)
    remarks = (
        tell("share {:g}, intraclass correlation {:g}: assumptions of the plan", share, icc)
        if sd is None
        else tell("standard deviation {:g}, intraclass correlation {:g}: assumptions of the plan", sd, icc),
        tell("costs {:g} a unit and {:g} an interview; ", cost_unit, cost_interview)
        + (
            tell("the formula gives {:.1f} interviews per unit", exact)
            if math.isfinite(exact)
            else tell("no clustering within units: the more interviews per unit the better")
        ),
    )
    return ClusterPlan(
        int(chosen["units"]),
        int(chosen["take"]),
        float(chosen["deff"]),
        float(chosen["margin"]),
        float(chosen["cost"]),
        near,
        remarks,
    )
