"""Minimum-cost allocation under precision requirements for several variables and domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.fieldwork.planning.demands import Demands, read_demands
from literacy.kernels.fieldwork.bethel import allocate_optimum, round_up
from literacy.messages import tell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BISECTIONS = 60


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DomainAllocation(Printable):
    """An allocation that satisfies all precision requirements.

    Attributes
    ----------
    table : DataFrame
        ``stratum, n``.
    details : DataFrame
        ``stratum, population, cost, exact`` (n before rounding up), ``n, fraction, bound`` (minimum, population,
        certainty, or empty).
    demands : DataFrame
        One row per requirement: ``domain, level, variable, cv`` (required), ``expected`` (with the rounded n),
        ``binding``, ``price`` (additional cost of a cv smaller by 1 %; 0 if the requirement does not bind).
    cost : float
        Total cost of the rounded n.
    factor : float
        Factor by which all cvs were multiplied to fit the budget; 1 without a budget.
    notes : tuple of str
    """

    table: pd.DataFrame
    details: pd.DataFrame
    demands: pd.DataFrame
    cost: float
    factor: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table ``stratum, n``."""
        return self.table.copy()

    def _title(self) -> str:
        total = int(self.table["n"].sum())
        return tell(
            "Allocation of {:,} interviews to {} strata, cost {:,.6g}", total, len(self.table), self.cost
        )

    def _notes(self) -> list[str]:
        return list(self.notes)


def allocate_domains(
    strata: pd.DataFrame, precision: pd.DataFrame, minimum: int = 2, budget: float | None = None
) -> DomainAllocation:
    """Allocate interviews to strata so that all precision requirements are met at minimum cost (Bethel's optimum).

    Parameters
    ----------
    strata : DataFrame
        One row per stratum: ``stratum``, ``population``, ``cost`` of an interview (default 1), ``mean_V`` and ``sd_V``
        for each variable V, and one column per type of domain, with the domain to which the stratum belongs. Optional:
        ``certainty`` (1: complete enumeration), ``minimum`` (replaces the argument).
    precision : DataFrame
        One row per requirement: ``domain`` (such a column; empty: whole population), ``level`` (one of its values;
        empty: each of them), ``variable``, ``cv`` (maximum coefficient of variation of the estimated mean or total).
    minimum : int
        Minimum number of interviews in a stratum; complete enumeration of smaller strata.
    budget : float, optional
        Maximum cost of the interviews. All cvs are then multiplied by a common factor, the smallest that the budget
        permits: above 1 if it is insufficient for the requirements, below 1 if it permits more precision.

    Returns
    -------
    DomainAllocation
        The n of each stratum is rounded up, so that no requirement is missed (with a budget: so that it is not
        exceeded).

    Raises
    ------
    LiteracyError
        ``frame.invalid`` for malformed strata or requirements; ``plan.size`` if no allocation can satisfy the
        requirements, with the reason.

    Examples
    --------
    >>> import pandas as pd
    >>> strata = pd.DataFrame(
    ...     {
    ...         "stratum": ["sumu", "town"],
    ...         "population": [1080, 52026],
    ...         "cost": [3, 1],
    ...         "mean_y": [0.05, 0.13],
    ...         "sd_y": [0.22, 0.34],
    ...         "place": ["sumu", "town"],
    ...     }
    ... )
    >>> precision = pd.DataFrame(
    ...     {"domain": ["", "place"], "level": ["", "sumu"], "variable": ["y", "y"], "cv": [0.08, 0.3]}
    ... )
    >>> allocate_domains(strata, precision).to_frame()["n"].tolist()
    [180, 1032]
    """
    asked = read_demands(strata, precision, minimum)
    if budget is None:
        factor, exact, price, n = 1.0, *_solve(asked, 1.0)
    else:
        factor, exact, price, n = _fit_budget(asked, float(budget))
    return _report(asked, factor, exact, price, n, budget)


def _solve(asked: Demands, factor: float) -> tuple[Floats, Floats, Ints]:
    """Return the exact n, the price of a cv smaller by 1 %, and the rounded n."""
    b = asked.limit(factor)
    found = allocate_optimum(asked.a, b, asked.cost, asked.least, asked.most)
    if not found.converged:
        raise LiteracyError(
            "plan.size", where="allocate_domains", what="the optimum was not found to full precision",
            fix="look for requirements of incompatible scale (a cv of 0.000001 beside 0.1), or "
                "report the tables",
        )  # fmt: skip
    spread = asked.limit(factor) - asked.known
    return found.n, 0.02 * found.price * spread, round_up(found.n, asked.a, b, asked.most)


def _fit_budget(asked: Demands, budget: float) -> tuple[float, Floats, Floats, Ints]:
    if not np.isfinite(budget) or budget <= 0:
        raise LiteracyError(
            "estimate.option",
            where=f"budget={budget}",
            what="is not an amount of money",
            fix="give a number above 0",
        )
    least = float(asked.cost @ asked.least)
    if budget < least:
        raise LiteracyError(
            "plan.size",
            where=f"budget={budget:g}",
            what=tell("the fewest interviews allowed already cost {:g}", least),
            fix="raise the budget, or lower the minimum or the number of certainty strata",
        )
    if budget >= float(asked.cost @ asked.most):
        full = asked.most.astype(np.int64)
        return 0.0, asked.most, np.zeros(len(asked.known)), full
    low, high = 0.0, 1.0
    while float(asked.cost @ _solve(asked, high)[2]) > budget and high < 1e9:
        low, high = high, high * 2
    best = _solve(asked, high)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if middle <= 0 or high - low < 1e-9 * high:
            break
        tried = _solve(asked, middle)
        if float(asked.cost @ tried[2]) <= budget:
            high, best = middle, tried
        else:
            low = middle
    return high, *best


def _report(
    asked: Demands, factor: float, exact: Floats, price: Floats, n: Ints, budget: float | None
) -> DomainAllocation:
    variance = (1.0 / n) @ asked.a - asked.known
    expected = np.sqrt(np.maximum(variance, 0.0)) / np.abs(asked.total)
    binding = price > 1e-9 * float(asked.cost @ exact)
    demands = asked.table.assign(expected=expected, binding=binding, price=np.where(binding, price, 0.0))
    bound = np.select(
        [asked.certain, n >= asked.most, exact <= asked.least], ["certainty", "population", "minimum"], ""
    )
    details = pd.DataFrame({
        "stratum": asked.stratum, "population": asked.most.astype(np.int64), "cost": asked.cost, "exact": exact, "n": n,
        "fraction": n / asked.most, "bound": bound,
    })  # fmt: skip
    cost = float(asked.cost @ n)
    notes = [*asked.notes]
    if budget is not None:
        notes.append(_budget_note(budget, cost, factor))
    for row in demands[demands["binding"]].head(10).to_dict("records"):
        where = f"{row['domain']} {row['level']}".strip() or "the whole population"
        notes.append(
            tell(
                "binding: {} in {}, cv {:.4g}; a cv 1 % smaller would cost {:.4g}",
                row["variable"],
                where,
                row["cv"] * (factor or 1),
                row["price"],
            )
        )
    more = int(demands["binding"].sum()) - 10
    if more > 0:
        notes.append(tell("{} more requirements are binding (see .demands)", more))
    if not demands["binding"].any():
        notes.append(
            tell(
                "no requirement is binding: the minimum, the certainty strata or the "
                "population size alone determine the allocation"
            )
        )
    for reason, label in (
        ("minimum", tell("at the minimum")),
        ("population", tell("taken completely")),
        ("certainty", "certain"),
    ):
        count = int((bound == reason).sum())
        if count:
            notes.append(tell("{} strata {}", count, label))
    return DomainAllocation(details[["stratum", "n"]].copy(), details, demands, cost, factor, tuple(notes))


def _budget_note(budget: float, cost: float, factor: float) -> str:
    if factor == 0.0:
        return tell("the budget of {:g} pays for interviewing everyone ({:g})", budget, cost)
    if factor > 1:
        return tell(
            "the budget of {:g} is too small for the requirements: every cv is {:.4f} times the one required",
            budget,
            factor,
        )
    return tell(
        "the budget of {:g} exceeds what the requirements cost: every cv is {:.4f} times the one required",
        budget,
        factor,
    )
