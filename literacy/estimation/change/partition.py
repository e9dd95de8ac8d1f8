"""Decomposition of the change between two samples into composition and rate effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.change.paired import Side, joint_covariance
from literacy.estimation.core.domains import Where
from literacy.estimation.core.estimate import Estimate, Numbers, make_estimate
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    degrees,
    indicators,
    read_levels,
    read_outcome,
    sum_levels,
)
from literacy.estimation.core.scope import find_rows
from literacy.estimation.models.predictors import read_terms
from literacy.kernels.models import glm
from literacy.kernels.models.decomposition import satterthwaite_df, split_products
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.sampling.design import list_names

REFERENCES = {"average": 0.5, "before": 1.0, "after": 0.0}


def decompose(
    before: Sample,
    after: Sample,
    variable: str,
    *,
    by: str | Sequence[str] | None = None,
    predictors: Sequence[str] | str | None = None,
    reference: str = "average",
    levels: Mapping[str, Any] | None = None,
    where: Where = None,
    shared: bool = False,
    level: float = 0.95,
) -> Estimate:
    """Decompose the change of a mean or share between two waves into composition and rate effects.

    With `by`, by the method of Kitagawa (1955): the effects of changed group shares and of changed means within groups.
    With `predictors`, by that of Oaxaca and Blinder (1973): the same from a linear regression in each wave.

    Parameters
    ----------
    before, after : Sample
        The two waves.
    variable : str
        A numeric or 0/1 column, or ``"column=value"``.
    by : str or sequence of str
        Groups; several columns are cross-classified.
    predictors : sequence of str
        Predictors as in :func:`regress`.
    reference : str
        Rates by which the change of composition is valued: "average" (default), "before" or "after".
    levels : dict, optional
        Reference level of categorical predictors. It affects the details by level, but not the total effects.
    where : str, dict or truth values, optional
        Domain in both waves.
    shared : bool
        Whether the waves share strata and first-stage units, matched by label.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Rows ``composition`` and ``rate`` for every group or coefficient and overall, and the ``total`` change.

    Examples
    --------
    >>> parts = lit.decompose(earlier, sample, "literate", by="education_three")
    >>> parts.table["component"].tolist()[:3]
    ['composition', 'rate', 'total']
    """
    option("reference", reference, tuple(REFERENCES))
    if (by is None) == (predictors is None):
        raise LiteracyError(
            "estimate.option", where="decompose", what="by and predictors", fix="give one of them only"
        )
    if by is not None:
        one, two, names = _group_sides(before, after, variable, by, where)
        basis = tell("groups of ") + " × ".join(list_names(by))
    else:
        one, two, names = _regression_sides(before, after, variable, predictors or [], levels, where)
        basis = "a linear regression in each wave"
    k = len(names)
    split = split_products(one.value[:k], one.value[k:], two.value[:k], two.value[k:], REFERENCES[reference])
    parts = np.concatenate([split.composition, split.rate])
    shown = [j for j, name in enumerate([*names, *names]) if j >= k or name != "(intercept)"]
    slope = np.hstack([split.by_first, split.by_second])
    totals = np.zeros((3, 2 * k))
    totals[0, :k] = totals[1, k:] = totals[2] = 1.0
    mix = np.vstack([totals, np.eye(2 * k)[shown]])
    covariance_notes: list[str] = []
    whole = joint_covariance(one, two, shared, covariance_notes)
    covariance = mix @ slope @ whole @ slope.T @ mix.T
    df1, df2 = (np.full(len(mix), degrees(side.sample, side.rows)) for side in (one, two))
    if shared:
        df = np.minimum(df1, df2)
    else:
        m = len(one.value)
        first, second = mix @ split.by_first, mix @ split.by_second
        v1 = np.diag(first @ whole[:m, :m] @ first.T)
        v2 = np.diag(second @ whole[m:, m:] @ second.T)
        df = satterthwaite_df(v1, v2, df1, df2)
    n = int(one.rows.sum() + two.rows.sum())
    span = tell("{} to {}", before.origin.wave or "before", after.origin.wave or "after")
    numbers = Numbers(
        kind="decomposition",
        labels={
            "component": ["composition", "rate", "total"]
            + ["composition" if j < k else "rate" for j in shown],
            "variable": [variable] * len(mix),
            "level": ["(all)"] * 3 + [names[j % k] for j in shown],
        },
        estimate=mix @ parts,
        covariance=covariance,
        df=df,
        n=n,
        level=level,
        by=("component",),
        method=f"decomposition, {reference}",
        sizes=np.abs(mix) @ np.abs(parts),
        notes=(
            tell("change from {}, by {}", span, basis),
            tell("composition and rate add up to the total"),
            *covariance_notes,
        ),
    )
    origin = (
        before.origin.join(after.origin).evolve(wave=span).add_step(tell("split of the change from {}", span))
    )
    return make_estimate(numbers, origin)


def _group_sides(
    before: Sample, after: Sample, variable: str, by: str | Sequence[str], where: Where
) -> tuple[Side, Side, list[str]]:
    names = list(list_names(by))
    found = []
    for sample in (before, after):
        rows, _ = find_rows(sample, where)
        y = read_outcome(sample, variable)
        rows = rows & ~np.isnan(y)
        labels = np.array([""] * len(sample), dtype=object)
        for name in names:
            codes, values = read_levels(sample, name, rows, "by")
            rows = rows & (codes >= 0)
            text = np.array([*map(str, values), ""], dtype=object)[codes]
            labels = text if name == names[0] else labels + " × " + text
        found.append((sample, rows, y, labels))
    kinds = [sorted(set(labels[rows])) for _, rows, _, labels in found]
    if kinds[0] != kinds[1]:
        odd = sorted(set(kinds[0]) ^ set(kinds[1]))
        raise LiteracyError(
            "estimate.domain",
            where=f"by={', '.join(names)!r}",
            what=tell("{} occurs in one wave only", ", ".join(map(repr, odd[:4]))),
            fix="combine levels so that all of them occur in both waves",
        )
    order = _level_order(before, names, kinds[0])
    sides = [_group_side(sample, rows, y, labels, order) for sample, rows, y, labels in found]
    return sides[0], sides[1], order


def _level_order(sample: Sample, names: list[str], kinds: list[str]) -> list[str]:
    """Return the groups in the order of their levels (numbers numerically, categories in their own order)."""
    values = [[str(v) for v in read_levels(sample, name, role="by")[1]] for name in names]
    return [label for label in (" × ".join(parts) for parts in product(*values)) if label in set(kinds)]


def _group_side(sample: Sample, rows: Bools, y: Floats, labels: Any, order: list[str]) -> Side:
    k = len(order)
    place = {label: i for i, label in enumerate(order)}
    cell = np.array([place[x] if r else -1 for x, r in zip(labels, rows, strict=True)], np.int64)
    marks, values = indicators(cell, k), np.where(rows, y, 0.0)

    def revalue(W: Floats) -> Floats:
        size = sum_levels(cell, k, W)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.vstack([size / size.sum(axis=0), (marks.T @ (W * values[:, None])) / size]))

    value = revalue(np.where(rows, sample.weight, 0.0)[:, None])[:, 0]
    size = sum_levels(cell, k, sample.weight[:, None])[:, 0]
    shares = np.where(rows[:, None], marks - value[:k], 0.0) / size.sum()
    means = marks * (values[:, None] - value[k:]) / size
    return Side(sample, value, np.hstack([shares, means]), revalue, rows)


def _regression_sides(
    before: Sample,
    after: Sample,
    variable: str,
    predictors: Sequence[str] | str,
    levels: Mapping[str, Any] | None,
    where: Where,
) -> tuple[Side, Side, list[str]]:
    chosen = [predictors] if isinstance(predictors, str) else list(predictors)
    sides, columns = [], []
    for sample in (before, after):
        rows, _ = find_rows(sample, where)
        y = read_outcome(sample, variable)
        terms, values, used = read_terms(sample, chosen, rows & ~np.isnan(y), levels)
        X = terms.matrix(values, int(used.sum()))
        redundant = glm.find_collinear(X)
        names = ["(intercept)", *(f"{v}={k}" if k else v for v, k in terms.columns())]
        if redundant:
            raise LiteracyError(
                "estimate.variable",
                where=tell("predictor {!r}", names[redundant[0][0]]),
                what="is determined by the others",
                fix="omit one of them",
            )
        columns.append(names)
        sides.append(_regression_side(sample, used, y[used], X))
    if columns[0] != columns[1]:
        odd = sorted(set(columns[0]) ^ set(columns[1]))
        raise LiteracyError(
            "estimate.domain",
            where="predictors",
            what=tell("{} occurs in one wave only", ", ".join(map(repr, odd[:4]))),
            fix="combine levels so that all of them occur in both waves",
        )
    return sides[0], sides[1], columns[0]


def _regression_side(sample: Sample, used: Bools, y: Floats, X: Floats) -> Side:
    weight = sample.weight[used]
    fit = glm.fit_glm(X, y, weight, "linear")
    centre = weight @ X / weight.sum()
    centre[0] = 1.0  # the constant has no sampling error
    influence = np.zeros((len(sample), 2 * X.shape[1]))
    influence[used] = np.hstack([(X - centre) / weight.sum(), glm.glm_influence(X, y, fit, "linear")])

    def revalue(W: Floats) -> Floats:
        part = W[used]
        betas = glm.fit_replicates(X, y, part, "linear", fit.coefficients)
        return np.asarray(np.vstack([X.T @ part / part.sum(axis=0), betas]))

    return Side(sample, np.concatenate([centre, fit.coefficients]), influence, revalue, used)
