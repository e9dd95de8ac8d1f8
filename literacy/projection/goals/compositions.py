"""Assumed composition of the population: weights of the cells that give groups the shares of a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.weighting.feasibility import Bounds, is_feasible, smallest_conflict
from literacy.kernels.weighting.raking import rake_cells
from literacy.messages import tell
from literacy.projection.group_cells import GroupTrends, list_names

Floats = NDArray[np.float64]
SWEEPS = 10_000


def compose(groups: GroupTrends, shares: Mapping[str, float]) -> Floats:
    """Find the weights of the cells, nearest to the present ones, that give groups the shares assumed.

    Groups overlap and cells do not, so that the cells are raked: each named group and its complement are one margin.
    Raking gives the weights with the least Kullback-Leibler divergence from the present ones (minimum discrimination
    information); cells without anybody stay empty.

    Parameters
    ----------
    groups : GroupTrends
    shares : mapping of group to float
        Assumed share of the population of each named group.

    Returns
    -------
    (c,) array
        Weights of the cells, sum 1; the present ones if no group is named.

    References
    ----------
    Ireland & Kullback (1968), "Contingency tables with given marginals", Biometrika 55: 179-188.
    """
    if not shares:
        return groups.weight
    now = dict(zip(groups.names, groups.shares.tolist(), strict=True))
    for name, share in shares.items():
        groups.require(name)
        if not is_number(share) or not 0 < share < 1:
            raise LiteracyError(
                "project.input",
                where=tell("what_if: {}", name),
                what=tell("{} is not a share of the population", share),
                fix="give a share above 0 and below 1: 25 % is 0.25",
            )
        if not 0 < now[name] < 1 - 1e-12:
            raise LiteracyError(
                "project.input",
                where=tell("what_if: {}", name),
                what=tell("{:.0f} % of the population today, so that the share cannot move", 100 * now[name]),
                fix="give shares of other groups",
            )
    names = list(shares)
    member = groups.member[[groups.names.index(n) for n in names]]
    wanted = np.array([float(shares[n]) for n in names])
    _refuse_conflict(groups.weight, member, wanted, names, now)
    raked = rake_cells(
        tuple(row.astype(np.intp) for row in member),
        groups.weight,
        tuple(np.array([1 - s, s]) for s in wanted),
        tolerance=1e-12,
        max_iterations=SWEEPS,
    )
    if not raked.converged:
        raise LiteracyError(
            "project.input",
            where=tell("what_if: {}", ", ".join(names)),
            what="the weights do not converge: the shares leave next to nobody in some combination of groups",
            fix=tell("give shares closer to those of today: {}", _listed(names, now)),
        )
    return raked.weights


def describe_composition(
    groups: GroupTrends, shares: Mapping[str, float], weight: Floats, year: float
) -> tuple[list[str], list[str]]:
    """Return what is assumed of the named groups, and notes on what moves along and what stays.

    Parameters
    ----------
    groups : GroupTrends
    shares : mapping of group to float
    weight : (c,) array
        Weights found by :func:`compose`.
    year : float
        Year by which the shares are reached.
    """
    if not shares:
        return [], []
    now = dict(zip(groups.names, groups.shares.tolist(), strict=True))
    then = dict(zip(groups.names, (groups.member @ weight).tolist(), strict=True))
    assumed = [
        tell(
            "{} come to {:.1f} % of the population by {:g} ({:.1f} % now)",
            groups.name(n),
            100 * s,
            year,
            100 * now[n],
        )
        for n, s in shares.items()
    ]
    others = [n for n in groups.names if n not in shares]
    notes = [
        tell(
            "the shares move in a straight line from the last wave on, and people are spread over the "
            "combinations of groups as nearly as they are now"
        ),
        tell(
            "the literacy of each combination of groups stays as projected: whoever joins a group is taken "
            "to be like those who are in it"
        ),
    ]
    if others:
        text = list_names(f"{groups.name(n)} {100 * now[n]:.1f} → {100 * then[n]:.1f} %" for n in others)
        notes.insert(0, tell("shares of the other groups with that: {}", text))
    return assumed, notes


def is_number(value: object) -> bool:
    """Return whether a value is a finite number, which a text or a truth value is not."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _refuse_conflict(
    weight: Floats, member: NDArray[np.bool_], wanted: Floats, names: list[str], now: Mapping[str, float]
) -> None:
    """Raise an error that names the fewest shares that no population with today's combinations can have at once."""
    rows, totals = np.vstack([member * weight, weight]), np.append(wanted, 1.0)
    bounds = Bounds(0.0, math.inf, open_lower=True)

    def feasible(some: NDArray[np.intp]) -> bool:
        kept = np.append(some, len(names))
        return is_feasible(rows[kept], totals[kept], bounds)

    every = np.arange(len(names), dtype=np.intp)
    if feasible(every):
        return
    chosen, _ = smallest_conflict([every[i : i + 1] for i in every], feasible)
    named = [names[i] for i in chosen]
    raise LiteracyError(
        "project.input",
        where=tell("what_if: {}", ", ".join(named)),
        what=tell(
            "no population has these shares at once: {} (combinations of groups without anybody today stay "
            "empty, and none may become empty)",
            _listed(named, dict(zip(names, wanted.tolist(), strict=True))),
        ),
        fix=tell("give shares closer to those of today: {}", _listed(named, now)),
    )


def _listed(names: Iterable[str], shares: Mapping[str, float]) -> str:
    return ", ".join(f"{n} {100 * shares[n]:.1f} %" for n in names)
