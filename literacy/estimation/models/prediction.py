"""Predictive margins: adjusted means and average marginal effects of a model.

Both are weighted averages of predictions over the respondents. Their covariance has two parts: that of the
coefficients, by the delta method, and that of the respondents over whom predictions are averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.core.estimate import Estimate, Numbers
from literacy.estimation.core.results import estimate_from
from literacy.estimation.core.sample_columns import Floats, covariance_of
from literacy.estimation.models.coefficients import Model
from literacy.estimation.models.regression import coefficient_influence, refit
from literacy.kernels.models import glm, ordinal
from literacy.messages import tell

VARIANCES = ("added", "linearized", "fixed")


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
    designs = [_matrix(model, variable, i) for i in range(len(levels))]
    lost: list[str] = []
    covariance, estimate = _margin(model, [(X, None) for X in designs], np.eye(len(levels)), variance, lost)
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
    parts: list[tuple[Floats, Floats | None]] = []
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
            slope = model.terms.matrix(model.data.values, model.n, name)
            parts.append((model.matrix(), slope[:, 1:] if model.family == "ordinal" else slope))
            names_out.append((name, ""))
            rows.append({base: 1.0})
            continue
        levels = _levels(model, name)
        parts += [(_matrix(model, name, i), None) for i in range(len(levels))]
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


def _matrix(model: Model, variable: str, level: int) -> Floats:
    values = model.data.values.fix(model.terms.variables[variable], level)
    X = model.terms.matrix(values, model.n)
    return X[:, 1:] if model.family == "ordinal" else X


def _predict(model: Model, X: Floats, slope: Floats | None, beta: Floats) -> Floats:
    """Return the prediction of each row, or its derivative along `slope`: (m, c)."""
    if model.family == "ordinal":
        return _ordinal_values(model, X, slope, beta)[0]
    shift = 0.0 if model.data.offset is None else model.data.offset
    mu = glm.mean_of(X @ beta + shift, model.family)
    if slope is None:
        return mu[:, None]
    return np.asarray((glm.slope_of(mu, model.family) * (slope @ beta))[:, None])


def _gradient(model: Model, X: Floats, slope: Floats | None, share: Floats) -> Floats:
    """Return the derivative of the weighted mean prediction with respect to the coefficients: (c, k)."""
    beta = model.coefficients
    if model.family == "ordinal":
        jacobian = _ordinal_values(model, X, slope, beta)[1]
        return np.asarray(np.einsum("m,mck->ck", share, jacobian))
    shift = 0.0 if model.data.offset is None else model.data.offset
    mu = glm.mean_of(X @ beta + shift, model.family)
    first = glm.slope_of(mu, model.family)
    if slope is None:
        return np.asarray((share * first) @ X)[None, :]
    second = glm.bend_of(mu, model.family) * (slope @ beta)
    return np.asarray((share * second) @ X + (share * first) @ slope)[None, :]


def _ordinal_values(model: Model, X: Floats, slope: Floats | None, beta: Floats) -> tuple[Floats, Floats]:
    """Return shares of the categories (m, c), or their slopes, and derivatives by the coefficients (m, c, k)."""
    from scipy.special import expit

    k, q = X.shape[1], len(model.categories) - 1
    shift = 0.0 if model.data.offset is None else model.data.offset
    z = beta[k:][None, :] - (X @ beta[:k] + shift)[:, None]
    p = np.asarray(expit(z))
    f, bend = p * (1 - p), p * (1 - p) * (1 - 2 * p)
    m = len(X)
    if slope is None:
        value = ordinal.ordinal_shares(X, beta, q, model.data.offset)
        by_z = np.concatenate([-f[:, :, None] * X[:, None, :], f[:, :, None] * np.eye(q)], axis=2)
    else:
        run = slope @ beta[:k]
        value = -np.diff(np.column_stack([np.zeros(m), f, np.zeros(m)]), axis=1) * run[:, None]
        turn = -bend * run[:, None]
        by_beta = -turn[:, :, None] * X[:, None, :] - f[:, :, None] * slope[:, None, :]
        by_z = np.concatenate([by_beta, turn[:, :, None] * np.eye(q)], axis=2)
    edge = np.zeros((m, 1, k + q))
    return value, np.diff(np.concatenate([edge, by_z, edge], axis=1), axis=1)


def _margin(
    model: Model, parts: list[tuple[Floats, Floats | None]], mix: Floats, variance: str, lost: list[str]
) -> tuple[Floats, Floats]:
    """Return covariance and value of combinations of averaged predictions; categories of an outcome vary fastest."""
    sample, used, weight = model.sample, model.data.rows, model.weight
    share = weight / weight.sum()
    fits = np.stack([_predict(model, X, s, model.coefficients) for X, s in parts])  # (parts, m, c)
    c = fits.shape[2]
    fits = np.einsum("rp,pmc->mrc", mix, fits).reshape(len(weight), -1)
    value = share @ fits
    if sample.replicates is not None:
        return _replicated(model, parts, mix, value, lost), value
    slopes = np.stack([_gradient(model, X, s, share) for X, s in parts])  # (parts, c, k)
    slopes = np.einsum("rp,pck->rck", mix, slopes).reshape(len(value), -1)
    fixed = slopes @ model.covariance @ slopes.T
    if variance == "fixed":
        return np.asarray(fixed), value
    scores = np.zeros((len(sample), c * len(mix)))
    scores[used] = (fits - value) / weight.sum()
    if variance == "added":
        return np.asarray(fixed + sample.covariance(scores, used)), value
    scores[used] += coefficient_influence(model) @ slopes.T
    return np.asarray(sample.covariance(scores, used)), value


def _replicated(
    model: Model, parts: list[tuple[Floats, Floats | None]], mix: Floats, value: Floats, lost: list[str]
) -> Floats:
    X, used = model.matrix(), model.data.rows

    def again(W: Floats) -> Floats:
        betas = refit(model.family, X, model.data, model.coefficients, W)
        shares = W[used] / W[used].sum(axis=0)
        out = np.empty((len(value), W.shape[1]))
        for r in range(W.shape[1]):
            means = np.stack([shares[:, r] @ _predict(model, Z, s, betas[:, r]) for Z, s in parts])
            out[:, r] = (mix @ means).ravel()
        return out

    never: Callable[[], Floats] = lambda: np.empty(0)  # noqa: E731  # replicates need no influence
    return covariance_of(model.sample, never, value, again, used, lost)


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
        sizes=np.full(len(estimate), float(np.abs(model.data.y).max(initial=0.0))) if test else None,
        notes=(*notes, *lost),
    )
    return estimate_from(model.sample, numbers, tell("{} of {}", kind, model.outcome))
