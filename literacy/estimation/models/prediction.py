"""Predictive margins: adjusted means and average marginal effects of a model.

Both are weighted averages of predictions over the respondents. Their covariance has two parts: that of the
coefficients, by the delta method, and that of the respondents over whom predictions are averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.core.estimate import Estimate, Numbers
from literacy.estimation.core.results import estimate_from
from literacy.estimation.core.sample_columns import Floats, covariance_of
from literacy.estimation.core.totals import Totals
from literacy.estimation.models.coefficients import Fitted, Model
from literacy.estimation.models.equations import Data, Plan
from literacy.estimation.models.fitting_steps import score_covariance, score_totals
from literacy.estimation.models.regression import refit
from literacy.kernels.models import glm, ordinal
from literacy.messages import tell
from literacy.sampling import Sample

VARIANCES = ("added", "linearized", "fixed")
Setting = tuple[str, int | None]
"""A variable with the level that every respondent is given, or with None for the derivative by it."""


def marginal_means(
    model: Model, variable: str, *, variance: str = "added", level: float | None = None
) -> Estimate:
    """Estimate adjusted means: the mean outcome if all respondents had one level of a predictor (R: ``svypredmeans``).

    Parameters
    ----------
    model : Model
        Any family; for an ordinal outcome, the share of each category is estimated.
    variable : str
        A categorical predictor of the model.
    variance : str
        "added" (default, as R): variance of the coefficients plus that of the averaged predictions, as if independent.
        "linearized": including their covariance. "fixed": of the coefficients alone, conditional on the respondents.
        With replicate weights the model is refitted and averaged in every replicate, irrespective of this option.
    level : float, optional
        Confidence level; default is that of the model.

    Returns
    -------
    Estimate
        One row per level (and category), with the covariance between levels; shares have logit intervals.

    References
    ----------
    Graubard & Korn (1999), "Predictive margins with survey data", Biometrics 55: 652-659.

    Examples
    --------
    >>> model = lit.regress(sample, "literate ~ age + sex", family="logistic")
    >>> lit.marginal_means(model, "sex").estimate.round(3)
    array([0.152, 0.132])
    """
    option("variance", variance, VARIANCES)
    levels = _levels(model, variable)
    settings: list[Setting] = [(variable, i) for i in range(len(levels))]
    lost: list[str] = []
    covariance, estimate = _margin(model, settings, np.eye(len(levels)), variance, lost)
    outcomes = list(model.categories) if model.family == "ordinal" else [""]
    labels: dict[str, list[Any]] = {
        variable: [v for v in levels for _ in outcomes],
        "variable": [model.outcome] * (len(levels) * len(outcomes)),
    }
    if model.family == "ordinal":
        labels["level"] = outcomes * len(levels)
    return _build(model, "adjusted mean", labels, estimate, covariance, level, (variable,), variance, lost)


def marginal_effects(
    model: Model,
    variables: str | Sequence[str] | None = None,
    *,
    variance: str = "added",
    level: float | None = None,
) -> Estimate:
    """Estimate average marginal effects: the difference in the mean outcome per unit or level of a predictor.

    Parameters
    ----------
    model : Model
        Any family; for an ordinal outcome, the effect on the share of each category is estimated.
    variables : str or sequence of str, optional
        Columns; default is all. The effect of a number is the mean derivative of the prediction, through all terms and
        expressions that contain it; that of a category the difference of adjusted means from the reference.
    variance, level
        As in :func:`marginal_means`.

    Returns
    -------
    Estimate
        One row per predictor or level other than the reference, with a t test against 0.

    Examples
    --------
    >>> model = lit.regress(sample, "literate ~ age + sex", family="logistic")
    >>> lit.marginal_effects(model).names
    ('age:', 'sex:2')
    """
    option("variance", variance, VARIANCES)
    known = model.terms.slopes()
    names = known if variables is None else [variables] if isinstance(variables, str) else list(variables)
    parts: list[Setting] = []
    names_out: list[tuple[str, str]] = []
    rows: list[dict[int, float]] = []
    for name in names:
        if name not in known:
            raise LiteracyError(
                "estimate.variable",
                where=tell("marginal_effects({!r})", name),
                what="not a predictor of the model",
                fix=tell("predictors: {}", ", ".join(known)),
            )
        base = len(parts)
        if name not in model.terms.variables or not model.terms.variables[name].levels:
            parts.append((name, None))
            names_out.append((name, ""))
            rows.append({base: 1.0})
            continue
        levels = _levels(model, name)
        parts += [(name, i) for i in range(len(levels))]
        for i in range(1, len(levels)):
            names_out.append((name, str(levels[i])))
            rows.append({base + i: 1.0, base: -1.0})
    if not parts:
        raise LiteracyError(
            "estimate.variable", where="marginal_effects", what="the model has no predictors", fix="add one"
        )
    mix = np.zeros((len(rows), len(parts)))
    for r, row in enumerate(rows):
        for j, value in row.items():
            mix[r, j] = value
    lost: list[str] = []
    covariance, estimate = _margin(model, parts, mix, variance, lost)
    outcomes = list(model.categories) if model.family == "ordinal" else [""]
    c = len(outcomes)
    labels: dict[str, list[Any]] = {
        "variable": [v for v, _ in names_out for _ in range(c)],
        "level": [v for _, v in names_out for _ in range(c)],
    }
    by: tuple[str, ...] = ()
    if model.family == "ordinal":
        labels = {"outcome": outcomes * len(names_out), **labels}
        by = ("outcome",)
    return _build(
        model, "marginal effect", labels, estimate, covariance, level, by, variance, lost, test=True
    )


def _levels(model: Model, variable: str) -> tuple[Any, ...]:
    found = model.terms.variables.get(variable)
    if found is None or not found.levels:
        known = [v.name for v in model.terms.variables.values() if v.levels]
        raise LiteracyError(
            "estimate.variable",
            where=f"variable={variable!r}",
            what="not a categorical predictor of the model",
            fix=tell(
                "categorical predictors: {}; factor(x) makes one of a number",
                ", ".join(known) or tell("none"),
            ),
        )
    return found.levels


def _matrices(plan: Plan, data: Data, setting: Setting) -> tuple[Floats, Floats | None]:
    """Return the model matrix of a setting, and its derivative if that is what is averaged."""
    name, level = setting
    if level is None:
        return data.X, plan.matrix(data.values, len(data.y), name)
    return plan.matrix(data.values.fix(plan.terms.variables[name], level), len(data.y)), None


def _predict(fit: Fitted, X: Floats, slope: Floats | None, beta: Floats, offset: Floats | None) -> Floats:
    """Return the prediction of each row, or its derivative along `slope`: (m, c)."""
    if fit.family == "ordinal":
        return _ordinal_values(fit, X, slope, beta, offset)[0]
    shift = 0.0 if offset is None else offset
    mu = glm.mean_of(X @ beta + shift, fit.family)
    if slope is None:
        return mu[:, None]
    return np.asarray((glm.slope_of(mu, fit.family) * (slope @ beta))[:, None])


def _gradient(fit: Fitted, X: Floats, slope: Floats | None, weight: Floats, offset: Floats | None) -> Floats:
    """Return the derivative of the sum of the weighted predictions with respect to the coefficients: (c, k)."""
    beta = fit.coefficients
    if fit.family == "ordinal":
        jacobian = _ordinal_values(fit, X, slope, beta, offset)[1]
        return np.asarray(np.einsum("m,mck->ck", weight, jacobian))
    shift = 0.0 if offset is None else offset
    mu = glm.mean_of(X @ beta + shift, fit.family)
    first = glm.slope_of(mu, fit.family)
    if slope is None:
        return np.asarray((weight * first) @ X)[None, :]
    second = glm.bend_of(mu, fit.family) * (slope @ beta)
    return np.asarray((weight * second) @ X + (weight * first) @ slope)[None, :]


def _ordinal_values(
    fit: Fitted, X: Floats, slope: Floats | None, beta: Floats, offset: Floats | None
) -> tuple[Floats, Floats]:
    """Return shares of the categories (m, c), or their slopes, and derivatives by the coefficients (m, c, k)."""
    from scipy.special import expit

    k, q = X.shape[1], fit.q
    shift = 0.0 if offset is None else offset
    z = beta[k:][None, :] - (X @ beta[:k] + shift)[:, None]
    p = np.asarray(expit(z))
    f, bend = p * (1 - p), p * (1 - p) * (1 - 2 * p)
    m = len(X)
    if slope is None:
        value = ordinal.ordinal_shares(X, beta, q, offset)
        by_z = np.concatenate([-f[:, :, None] * X[:, None, :], f[:, :, None] * np.eye(q)], axis=2)
    else:
        run = slope @ beta[:k]
        value = -np.diff(np.column_stack([np.zeros(m), f, np.zeros(m)]), axis=1) * run[:, None]
        turn = -bend * run[:, None]
        by_beta = -turn[:, :, None] * X[:, None, :] - f[:, :, None] * slope[:, None, :]
        by_z = np.concatenate([by_beta, turn[:, :, None] * np.eye(q)], axis=2)
    edge = np.zeros((m, 1, k + q))
    return value, np.diff(np.concatenate([edge, by_z, edge], axis=1), axis=1)


def _influence(fit: Fitted, data: Data) -> Floats:
    """Return the influence (m, k) of the rows used on the coefficients, before weighting."""
    if fit.family == "ordinal":
        own = ordinal.OrdinalFit(fit.coefficients, np.asarray(np.linalg.inv(fit.naive)), 0.0, 0.0, 0, True)
        return ordinal.ordinal_influence(data.X, data.codes, fit.q, own, data.offset)
    mu = glm.mean_of(data.X @ fit.coefficients + (0.0 if data.offset is None else data.offset), fit.family)
    return np.asarray((data.X * (data.y - mu)[:, None]) @ fit.naive)


@dataclass(frozen=True, slots=True, eq=False)
class _Average:
    """Combinations ``mix`` of the predictions under some settings, averaged in a first pass."""

    plan: Plan
    fit: Fitted
    settings: tuple[Setting, ...]
    mix: Floats

    def predict(self, data: Data) -> Floats:
        """Return the combined predictions (m, C); categories of an outcome vary fastest."""
        beta, offset = self.fit.coefficients, data.offset
        made = np.stack(
            [_predict(self.fit, *_matrices(self.plan, data, s), beta, offset) for s in self.settings]
        )  # (parts, m, c)
        mixed = np.einsum("rp,pmc->mrc", self.mix, made)
        return np.asarray(mixed.reshape(len(data.y), len(self.mix) * made.shape[2]))

    def take(self, block: Sample, data: Data) -> _Averaged:
        """Return the sums of a block."""
        weight, offset = data.weight, data.offset
        made = [_gradient(self.fit, *_matrices(self.plan, data, s), weight, offset) for s in self.settings]
        slopes = np.einsum("rp,pck->rck", self.mix, np.stack(made))
        return _Averaged(
            float(weight.sum()), weight @ self.predict(data), slopes.reshape(-1, slopes.shape[2])
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Averaged:
    """Sums of the weights, the weighted predictions (C,) and their derivatives (C, k)."""

    weight: float
    value: Floats
    slopes: Floats

    def __add__(self, other: _Averaged) -> _Averaged:
        """Return the sums of both blocks."""
        return _Averaged(self.weight + other.weight, self.value + other.value, self.slopes + other.slopes)


@dataclass(frozen=True, slots=True, eq=False)
class _Deviate:
    """Deviations of the predictions from their average, summed by sampling unit in a second pass."""

    average: _Average
    value: Floats
    weight: float
    slopes: Floats | None
    block: bool

    def take(self, block: Sample, data: Data) -> Totals:
        """Return the sums of a block; with `slopes`, the influence through the coefficients is added."""
        scores = (self.average.predict(data) - self.value) / self.weight
        if self.slopes is not None:
            scores = scores + _influence(self.average.fit, data) @ self.slopes.T
        return score_totals(block, scores, data.rows, self.block)


def _margin(
    model: Model, settings: Sequence[Setting], mix: Floats, variance: str, lost: list[str]
) -> tuple[Floats, Floats]:
    """Return covariance and value of combinations of averaged predictions; categories of an outcome vary fastest."""
    average = _Average(model.plan, model.fitted, tuple(settings), mix)
    sums: _Averaged = model.source.take(model.plan, average)
    value, slopes = sums.value / sums.weight, sums.slopes / sums.weight
    if model.sample.replicates is not None:
        return _replicated(model, average, value, lost), value
    fixed = np.asarray(slopes @ model.covariance @ slopes.T)
    if variance == "fixed":
        return fixed, value
    added = variance == "added"
    deviate = _Deviate(average, value, sums.weight, None if added else slopes, model.source.block)
    covariance, _ = score_covariance(model.source.take(model.plan, deviate))
    return (fixed + covariance if added else covariance), value


def _replicated(model: Model, average: _Average, value: Floats, lost: list[str]) -> Floats:
    data = model.data
    parts = [_matrices(model.plan, data, s) for s in average.settings]

    def again(W: Floats) -> Floats:
        betas = refit(model.family, data, model.coefficients, W)
        shares = W[data.rows] / W[data.rows].sum(axis=0)
        out = np.empty((len(value), W.shape[1]))
        for r in range(W.shape[1]):
            made = [_predict(average.fit, Z, s, betas[:, r], data.offset) for Z, s in parts]
            out[:, r] = (average.mix @ np.stack([shares[:, r] @ m for m in made])).ravel()
        return out

    never: Callable[[], Floats] = lambda: np.empty(0)  # noqa: E731  # replicates need no influence
    return covariance_of(model.sample, never, value, again, data.rows, lost)


def _build(
    model: Model,
    kind: str,
    labels: dict[str, list[Any]],
    estimate: Floats,
    covariance: Floats,
    level: float | None,
    by: tuple[str, ...],
    variance: str,
    lost: list[str],
    test: bool = False,
) -> Estimate:
    others = [":".join(p) for p in model.terms.products if p != by]
    notes = [tell("from the {}", model._title())]
    if kind == "adjusted mean" and others:
        notes.append(tell("held at their observed values: {}", ", ".join(others)))
    numbers = Numbers(
        kind=kind,
        labels=labels,
        estimate=estimate,
        covariance=covariance,
        df=model.df,
        n=model.n,
        level=model.level if level is None else level,
        by=by,
        ci="logit" if model.family in ("logistic", "ordinal") and not test else "mean",
        unit=("points" if test else "share") if model.family in ("logistic", "ordinal") else "number",
        method=f"predictive margin, {variance}",
        sizes=np.full(len(estimate), model.size) if test else None,
        notes=(*notes, *lost),
    )
    return estimate_from(model.sample, numbers, tell("{} of {}", kind, model.outcome))
