"""Regression with design-based covariance: linear, logistic, Poisson, ordinal.

Coefficients maximise the weighted likelihood. Their covariance is that of the linearised estimate under all stages of
the design, with fpc and calibration, or from the replicates (Binder 1983). Results agree with R survey's ``svyglm``
and, run to convergence, ``svyolr``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError, option
from literacy.estimation.core.code_labels import known_items, option_labels, tier_names
from literacy.estimation.core.domains import Where
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    Ints,
    covariance_of,
    degrees,
    find_column,
    is_number,
    read_levels,
    read_numbers,
    read_outcome,
)
from literacy.estimation.core.scope import find_rows
from literacy.estimation.models.coefficients import RATIO, Data, Model, coefficient_table
from literacy.estimation.models.formulas import split_formula
from literacy.estimation.models.terms import Terms, read_terms
from literacy.kernels.models import glm, ordinal
from literacy.messages import tell, tell_value
from literacy.sampling import Sample

FAMILIES = (*glm.FAMILIES, "ordinal")
EXACT = 1e-11  # residuals below this multiple of the largest outcome are rounding error
FAR = 15.0  # linear predictor beyond which a share is 0 or 1 to seven digits


def regress(
    sample: Sample,
    outcome: str,
    predictors: Sequence[str] | str | None = None,
    *,
    family: str = "linear",
    offset: str | None = None,
    reference: Mapping[str, Any] | None = None,
    levels: Sequence[Any] | None = None,
    where: Where = None,
    level: float = 0.95,
) -> Model:
    """Fit a regression model to a sample.

    Parameters
    ----------
    sample : Sample
        The respondents with their design and weights.
    outcome : str
        A numeric column, ``"column=value"`` (1 if equal, else 0), or a whole formula as in statsmodels and R:
        ``"literate ~ age + C(education) * sex"``.
    predictors : sequence of str, optional
        Columns or terms of the right-hand side, if *outcome* is not a formula. ``C(age)`` or ``factor(age)`` treats
        numbers as categories, ``C(age, Treatment(3))`` sets their reference, ``number(code)`` treats codes as numbers;
        ``a:b`` is the product alone, ``a*b`` both and their product; ``np.log(income)`` and ``I(age**2)`` are computed.
        See :mod:`literacy.estimation.models.formulas`.
    family : str
        "linear", "logistic" (outcome between 0 and 1), "poisson" (counts), "ordinal" (ordered categories, cumulative
        logit: a positive coefficient shifts towards higher categories).
    offset : str, optional
        Column added to the linear predictor, such as the logarithm of the exposure of a count.
    reference : dict, optional
        Reference level by column; default is the first. A numeric column named here is treated as a category.
    levels : sequence, optional
        Categories of an ordinal outcome in order, if the column itself is not ordered.
    where : str, dict or truth values, optional
        Domain; the whole design is used for the covariance.
    level : float
        Confidence level.

    Returns
    -------
    Model

    Raises
    ------
    LiteracyError
        ``estimate.separation`` if the likelihood has no maximum; ``estimate.variable`` if predictors are collinear (the
        columns are named).

    Examples
    --------
    >>> model = lit.regress(sample, "literate ~ age + C(education_three) * sex", family="logistic")
    >>> model.to_frame()["variable"].unique().tolist()
    ['(intercept)', 'age', 'education_three', 'sex', 'education_three:sex']
    >>> lit.regress(sample, "total", ["age", "factor(sex)"]).coefficients.round(2)
    array([64.82, -0.38, -0.68])
    """
    option("family", family, FAMILIES)
    outcome, names = split_formula(outcome, predictors, [str(c) for c in sample.frame.columns])
    rows, domain = find_rows(sample, where)
    if family == "ordinal":
        codes, categories = _ordered(sample, outcome, levels, rows)
        y, known = codes.astype(np.float64), rows & (codes >= 0)
    else:
        if levels is not None:
            raise LiteracyError(
                "estimate.option",
                where="levels",
                what=tell("has no meaning for family={!r}", family),
                fix="omit it",
            )
        y, categories = read_outcome(sample, outcome), ()
        known = rows & ~np.isnan(y)
    shift = None if offset is None else read_numbers(sample, offset, "offset")
    if shift is not None:
        known &= ~np.isnan(shift)
    if not known.any():
        raise LiteracyError(
            "estimate.domain",
            where=f"outcome={outcome!r}",
            what="missing in every row",
            fix="choose another variable",
        )
    terms, values, used = read_terms(sample, names, known, reference)
    if outcome.partition("=")[0].strip() in terms.variables:
        raise LiteracyError(
            "estimate.variable",
            where=tell("predictor {!r}", outcome),
            what="is the outcome itself",
            fix="omit it",
        )
    m = int(used.sum())
    X = terms.matrix(values, m)
    _refuse_collinear(X, terms)
    data = Data(used, y[used], values, None if shift is None else shift[used])
    notes = _notes(sample, rows, used, domain, terms)
    df = degrees(sample, used if sample.replicates is None else rows) - (X.shape[1] - 1)
    if not df > 0:
        notes.append(tell("{:g} degrees of freedom are left: no intervals and no tests", df))
    if family == "ordinal":
        return _fit_ordinal(sample, outcome, terms, data, X[:, 1:], categories, df, level, notes)
    _check_outcome(family, outcome, data.y)
    weight = sample.weight[used]
    if (weight < 0).any():
        raise LiteracyError(
            "design.weight",
            where="regress",
            what=tell("{} weights are negative", int((weight < 0).sum())),
            fix="a likelihood requires positive weights: calibrate(…, bounds=(0.3, 3)) or distance='raking'",
        )
    # weight of one respondent in the starting values; R keeps every row of a calibrated sample
    among = len(sample) if sample.adjustments else int(rows.sum())
    unit = float(sample.weight[rows].sum()) / among
    fit = glm.fit_glm(X, data.y, weight, family, data.offset, unit)
    _refuse_separation(X, data.y, fit, family, terms)

    def influence() -> Floats:
        out = np.zeros((len(sample), X.shape[1]))
        out[used] = glm.glm_influence(X, data.y, fit, family)
        return out

    def again(W: Floats) -> Floats:
        return refit(family, X, data, fit.coefficients, W)

    covariance = covariance_of(sample, influence, fit.coefficients, again, used, notes)
    fit, covariance = _clear_rounding(fit, data.y, weight, family, covariance, notes)
    labels = [("(intercept)", ""), *terms.columns()]
    table = coefficient_table(
        family, labels, fit, covariance, df, level, [False] + [True] * (len(labels) - 1)
    )
    return Model(
        family,
        outcome,
        terms,
        table,
        fit.coefficients,
        covariance,
        np.asarray(np.linalg.inv(fit.information)),
        df,
        m,
        fit.deviance,
        (),
        level,
        sample,
        data,
        tuple(notes),
        (*sample.history, tell("{} regression of {}", tell_value(family), outcome)),
    )


def _clear_rounding(
    fit: glm.GlmFit, y: Floats, weight: Floats, family: str, covariance: Floats, notes: list[str]
) -> tuple[glm.GlmFit, Floats]:
    """Remove rounding error from a linear model that fits exactly, for which there is nothing to test.

    Otherwise standard errors and p values would be computed from rounding errors of the residuals.
    """
    if family != "linear":
        return fit, covariance
    size = float(np.abs(y).max(initial=0.0))
    if np.sqrt(weight @ (y - fit.eta) ** 2 / weight.sum()) > EXACT * size:
        return fit, covariance
    notes.append(tell("the predictors determine the outcome exactly: no standard errors and no tests"))
    beta = np.where(np.abs(fit.coefficients) <= EXACT * size, 0.0, fit.coefficients)
    return replace(fit, coefficients=beta), np.zeros_like(covariance)


def _fit_ordinal(
    sample: Sample,
    outcome: str,
    terms: Terms,
    data: Data,
    X: Floats,
    categories: tuple[str, ...],
    df: float,
    level: float,
    notes: list[str],
) -> Model:
    y = data.y.astype(np.int64)
    q = len(categories) - 1
    used = data.rows
    weight = sample.weight[used]
    fit = ordinal.fit_ordinal(X, y, weight, q, data.offset)
    eta = X @ fit.coefficients[: X.shape[1]]
    if not fit.converged or np.abs(eta - eta.mean()).max(initial=0.0) > FAR:
        found = ordinal.find_ordinal_separation(X, y, q)
        if found is not None:
            _raise_separation(found[: X.shape[1]], terms.columns(), outcome)
        if not fit.converged:
            _raise_divergence(outcome)

    def influence() -> Floats:
        out = np.zeros((len(sample), len(fit.coefficients)))
        out[used] = ordinal.ordinal_influence(X, y, q, fit, data.offset)
        return out

    def again(W: Floats) -> Floats:
        return refit("ordinal", X, data, fit.coefficients, W)

    covariance = covariance_of(sample, influence, fit.coefficients, again, used, notes)
    cuts = [("(cut)", f"{a}|{b}") for a, b in pairwise(categories)]
    labels = [*terms.columns(), *cuts]
    table = coefficient_table(
        "ordinal", labels, fit, covariance, df, level, [True] * X.shape[1] + [False] * q
    )
    return Model(
        "ordinal",
        outcome,
        terms,
        table,
        fit.coefficients,
        covariance,
        np.asarray(np.linalg.inv(fit.information)),
        df,
        len(y),
        fit.deviance,
        categories,
        level,
        sample,
        data,
        tuple(notes),
        (*sample.history, tell("ordinal regression of {}", outcome)),
    )


def refit(family: str, X: Floats, data: Data, start: Floats, W: Floats) -> Floats:
    """Return coefficients (k, R) under weights W (n, R) of the whole sample; NaN without a finite solution."""
    weights = W[data.rows]
    if family != "ordinal":
        return glm.fit_replicates(X, data.y, weights, family, start, data.offset)
    y = data.y.astype(np.int64)
    q = len(start) - X.shape[1]
    out = np.full((len(start), W.shape[1]), np.nan)
    for r in range(W.shape[1]):
        live = weights[:, r] > 0
        if len(np.unique(y[live])) == q + 1:
            shift = None if data.offset is None else data.offset[live]
            one = ordinal.fit_ordinal(X[live], y[live], weights[live, r], q, shift, start)
            if one.converged:
                out[:, r] = one.coefficients
    return out


def coefficient_influence(model: Model) -> Floats:
    """Return the influence (m, k) of the rows used on the coefficients, before weighting."""
    X = model.matrix()
    if model.family == "ordinal":
        fit = ordinal.OrdinalFit(
            model.coefficients, np.asarray(np.linalg.inv(model.naive)), model.deviance, 0, True
        )
        q = len(model.categories) - 1
        return ordinal.ordinal_influence(X, model.data.y.astype(np.int64), q, fit, model.data.offset)
    shift = 0.0 if model.data.offset is None else model.data.offset
    mu = glm.mean_of(X @ model.coefficients + shift, model.family)
    return np.asarray((X * (model.data.y - mu)[:, None]) @ model.naive)


def _ordered(
    sample: Sample, outcome: str, levels: Sequence[Any] | None, rows: Bools
) -> tuple[Ints, tuple[str, ...]]:
    """Return codes (n,) of an ordered outcome, and its categories."""
    column = find_column(sample, outcome, "outcome")
    codes, found = read_levels(sample, outcome, rows, "outcome")
    if levels is not None:
        unknown = [v for v in found if v not in levels]
        if unknown:
            raise LiteracyError(
                "estimate.option",
                where=tell("levels of {!r}", outcome),
                what=tell("{!r} is not among them", unknown[0]),
                fix=tell("list all levels in order: {}", ", ".join(repr(v) for v in found)),
            )
        order = [found.index(v) for v in levels if v in found]
        rank = np.empty(len(found) + 1, np.int64)
        rank[order] = np.arange(len(order))
        rank[-1] = -1
        codes, found = rank[codes], tuple(found[i] for i in order)
    elif not (is_number(column) or _is_ordered(sample, column, found)):
        raise LiteracyError(
            "estimate.variable",
            where=f"outcome={outcome!r}",
            what="its categories have no order",
            fix=tell("give levels= in order: {}", ", ".join(repr(v) for v in found)),
        )
    if len(found) < 3:
        raise LiteracyError(
            "estimate.variable",
            where=f"outcome={outcome!r}",
            what=tell("{} categories", len(found)),
            fix="an ordinal model requires three categories; for two use family='logistic'",
        )
    if len(found) > 50:
        raise LiteracyError(
            "estimate.variable",
            where=f"outcome={outcome!r}",
            what=tell("{} different values", len(found)),
            fix="use family='linear', or group the values first",
        )
    return codes, tuple(str(v) for v in found)


def _is_ordered(sample: Sample, column: pd.Series[Any], found: tuple[Any, ...]) -> bool:
    """Whether the categories of a column are ordered: by their own order, or as the standard's tiers."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return bool(column.dtype.ordered)
    tiers = set(tier_names(sample))
    return bool(tiers) and len(set(found) - tiers) <= 1 and bool(set(found) & tiers)


def _check_outcome(family: str, outcome: str, y: Floats) -> None:
    low, high = float(y.min()), float(y.max())
    if family == "logistic" and (low < 0 or high > 1):
        what, fix = (
            tell("values from {:g} to {:g}", low, high),
            tell("use 0 and 1, or write {!r}", outcome + "=VALUE"),
        )
    elif family == "poisson" and low < 0:
        what, fix = tell("values down to {:g}", low), tell("counts must be 0 or more")
    elif family != "linear" and low == high:
        raise LiteracyError(
            "estimate.separation",
            where=f"outcome={outcome!r}",
            what=tell("is {:g} in all rows used", low)
            + (tell(": nothing to explain") if family != "poisson" or low > 0 else ""),
            fix="widen the domain",
        )
    else:
        return
    raise LiteracyError("estimate.variable", where=f"outcome={outcome!r}", what=what, fix=fix)


def _label(name: tuple[str, str]) -> str:
    return f"{name[0]}={name[1]}" if name[1] else name[0]


def _refuse_collinear(X: Floats, terms: Terms) -> None:
    labels = [("(intercept)", ""), *terms.columns()]
    found = glm.find_collinear(X)
    if not found:
        return
    column, others = found[0]
    by = ", ".join(_label(labels[j]) for j in others)
    raise LiteracyError(
        "estimate.variable",
        where=tell("predictor {!r}", _label(labels[column])),
        what=tell("is determined by {}", by) if others else tell("is zero in all rows used"),
        fix=tell("omit one of them") if len(found) == 1 else tell("omit {} such columns", len(found)),
    )


def _refuse_separation(X: Floats, y: Floats, fit: glm.GlmFit, family: str, terms: Terms) -> None:
    if family == "linear":
        return
    far = -fit.eta if family == "poisson" else np.abs(fit.eta)
    if fit.converged and far.max() < FAR:
        return
    found = glm.find_separation(X, y, family)
    if found is not None:
        _raise_separation(found, [("(intercept)", ""), *terms.columns()], family)
    if not fit.converged:
        _raise_divergence(family)


def _raise_separation(direction: Floats, labels: list[tuple[str, str]], where: str) -> None:
    size = np.abs(direction)
    names = [_label(labels[j]) for j in np.argsort(-size, kind="stable") if size[j] > 1e-6 * size.max()]
    named = [n for n in names if n != "(intercept)"] or names
    raise LiteracyError(
        "estimate.separation",
        where=tell("{} regression", where),
        what=tell(
            "the outcome is perfectly predicted by {}: its coefficient is infinite", ", ".join(named[:4])
        ),
        fix="combine levels, drop the predictor, or report the table instead of a model",
    )


def _raise_divergence(where: str) -> None:
    raise LiteracyError(
        "estimate.separation",
        where=tell("{} regression", where),
        what="the coefficients did not converge",
        fix="check the spread of the predictors; centre and scale large numbers",
    )


def _notes(sample: Sample, rows: Bools, used: Bools, domain: str, terms: Terms) -> list[str]:
    notes = [f"n = {int(used.sum())}"]
    if domain:
        notes.append(tell("domain: {}", domain))
    missing = int((rows & ~used).sum())
    if missing:
        notes.append(tell("{} respondents with a missing value left out", missing))
    bases = [f"{v.name}={v.levels[0]}" for v in terms.variables.values() if v.levels]
    if bases:
        notes.append(tell("reference: {}", ", ".join(bases)))
    if sample.replicates is not None:
        notes.append(tell("covariance from {} replicates", sample.replicates.count))
    items = known_items(sample)
    for variable in terms.variables.values():
        if variable.levels and variable.name in items:
            known = option_labels(items[variable.name])
            named = [f"{v} = {known[v]}" for v in variable.levels if v in known]
            notes += [f"{variable.name}: {', '.join(named)}"] if named else []
    return notes


__all__ = ["FAMILIES", "RATIO", "regress"]
