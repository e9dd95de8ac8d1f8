"""Agreement of two ratings (kappa) and internal consistency of items (alpha) in the population."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from literacy.errors import LiteracyError
from literacy.estimation.core.domains import Where
from literacy.estimation.core.estimate import Estimate, Numbers
from literacy.estimation.core.results import estimate_from
from literacy.estimation.core.sample_columns import (
    Floats,
    covariance_of,
    degrees,
    read_levels,
    read_numbers,
    sort_levels,
)
from literacy.estimation.core.scope import find_rows
from literacy.messages import tell
from literacy.sampling import Sample


def kappa(sample: Sample, first: str, second: str, *, where: Where = None, level: float = 0.95) -> Estimate:
    """Estimate Cohen's kappa of two categorical columns (R: ``svykappa``).

    Parameters
    ----------
    sample : Sample
    first, second : str
        Columns with the same levels; rows in which either is missing are excluded.
    where : str, dict or truth values, optional
        Domain.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        One row; 1 is perfect agreement, 0 agreement by chance.
    """
    rows, _ = find_rows(sample, where)
    a, a_levels = read_levels(sample, first, rows)
    b, b_levels = read_levels(sample, second, rows)
    levels = sort_levels(list(dict.fromkeys((*a_levels, *b_levels))))
    place_a = np.array([*(levels.index(v) for v in a_levels), -1])
    place_b = np.array([*(levels.index(v) for v in b_levels), -1])
    a, b = place_a[a], place_b[b]
    used = rows & (a >= 0) & (b >= 0)
    if len(levels) < 2 or not used.any():
        raise LiteracyError(
            "estimate.variable",
            where=tell("kappa({!r}, {!r})", first, second),
            what="fewer than two levels" if used.any() else "no row has values of both",
            fix="choose two columns of ratings",
        )
    k = len(levels)
    mark_a = np.where(used[:, None], a[:, None] == np.arange(k), False).astype(float)
    mark_b = np.where(used[:, None], b[:, None] == np.arange(k), False).astype(float)
    agree = (used & (a == b)).astype(float)

    marks = np.column_stack([agree, mark_a, mark_b])

    def revalue(W: Floats) -> Floats:
        return np.asarray(marks.T @ W / (used @ W))

    weight = np.where(used, sample.weight, 0.0)
    shares = revalue(weight[:, None])[:, 0]
    influence = np.where(used[:, None], marks - shares, 0.0) / weight.sum()
    notes: list[str] = []
    spread = covariance_of(sample, influence, shares, revalue, used, notes)
    observed, p, q = shares[0], shares[1 : k + 1], shares[k + 1 :]
    chance = float(p @ q)
    value = np.array([(observed - chance) / (1 - chance)])
    # shares are estimated under the design or in each replicate; kappa follows by the delta method, as in R
    by_chance = (observed - 1) / (1 - chance) ** 2
    slope = np.concatenate([[1 / (1 - chance)], by_chance * q, by_chance * p])
    covariance = np.array([[slope @ spread @ slope]])
    numbers = Numbers(
        kind="kappa",
        labels={"variable": [f"{first} × {second}"]},
        estimate=value,
        covariance=covariance,
        df=degrees(sample, used),
        n=int(used.sum()),
        level=level,
        method="kappa",
        notes=tuple(notes),
    )
    return estimate_from(sample, numbers, tell("kappa of {} and {}", first, second))


def cronbach(sample: Sample, items: Sequence[str], *, where: Where = None, level: float = 0.95) -> Estimate:
    """Estimate Cronbach's alpha in the population (R: ``svycralpha``), with a linearised standard error.

    Parameters
    ----------
    sample : Sample
    items : sequence of str
        Numeric columns; rows in which any is missing are excluded.
    where : str, dict or truth values, optional
        Domain.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        One row.
    """
    names = list(dict.fromkeys(items))
    if len(names) < 2:
        raise LiteracyError(
            "estimate.variable", where="cronbach", what=tell("{} items", len(names)), fix="name two or more"
        )
    rows, _ = find_rows(sample, where)
    Y = np.column_stack([read_numbers(sample, name, "item") for name in names])
    used = rows & ~np.isnan(Y).any(axis=1)
    if not used.any():
        raise LiteracyError(
            "estimate.domain",
            where="cronbach",
            what="no row has values of all items",
            fix="choose fewer items",
        )
    Y = np.where(used[:, None], Y, 0.0)
    Z = np.column_stack([Y, Y.sum(axis=1)])
    factor = len(names) / (len(names) - 1)

    def spread(W: Floats) -> Floats:
        whole = used @ W
        return np.asarray((Z**2).T @ W / whole - (Z.T @ W / whole) ** 2)

    def revalue(W: Floats) -> Floats:
        v = spread(W)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(factor * (1 - v[:-1].sum(axis=0) / v[-1])[None, :])

    weight = np.where(used, sample.weight, 0.0)[:, None]
    v, value = spread(weight)[:, 0], revalue(weight)[:, 0]
    if not v[-1] > 1e-12 * float(weight[:, 0] @ Z[:, -1] ** 2 / weight.sum()):
        raise LiteracyError(
            "estimate.variable", where="cronbach", what="the items do not vary", fix="choose other items"
        )
    centred = (Z - weight[:, 0] @ Z / weight.sum()) ** 2 - v
    score = factor * (centred[:, -1] * v[:-1].sum() / v[-1] ** 2 - centred[:, :-1].sum(axis=1) / v[-1])
    influence = np.where(used, score / weight.sum(), 0.0)[:, None]
    notes: list[str] = []
    covariance = covariance_of(sample, influence, value, revalue, used, notes)
    numbers = Numbers(
        kind="alpha",
        labels={"variable": [" + ".join(names)]},
        estimate=value,
        covariance=covariance,
        df=degrees(sample, used),
        n=int(used.sum()),
        level=level,
        method="Cronbach's alpha",
        notes=tuple(notes),
    )
    return estimate_from(sample, numbers, tell("Cronbach's alpha of {} items", len(names)))
