"""Regression with design-based covariance: linear, logistic, Poisson, ordinal.

Coefficients maximise the weighted likelihood. Their covariance is that of the linearised estimate under all stages of
the design, with fpc and calibration, or from the replicates (Binder 1983). Results agree with R survey's ``svyglm``
and, run to convergence, ``svyolr``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.core.domains import Where
from literacy.estimation.core.sample_columns import Floats, covariance_of, degrees
from literacy.estimation.models.coefficients import RATIO, Model, coefficient_table
from literacy.estimation.models.equations import (
    Data,
    Equation,
    Plan,
    Scan,
    ScanBlock,
    Source,
    WholeSample,
    label_levels,
    settle_plan,
)
from literacy.estimation.models.fitting_steps import (
    Iterate,
    OpenFit,
    Opening,
    ScoreSums,
    Separate,
    SumScores,
    score_covariance,
)
from literacy.estimation.models.formulas import split_formula
from literacy.estimation.models.predictors import outline_terms
from literacy.kernels.models import glm, ordinal
from literacy.kernels.models.separation import find_direction
from literacy.messages import tell, tell_value
from literacy.sampling import Sample

FAMILIES = (*glm.FAMILIES, "ordinal")
EXACT = 1e-11  # residuals below this multiple of the largest outcome are rounding error
Fit = glm.GlmFit | ordinal.OrdinalFit
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
    taken = None if levels is None else tuple(levels)
    request = Request(outcome, predictors, family, offset, reference, taken, where, level)
    return fit_model(WholeSample(sample), sample, request)


@dataclass(frozen=True, slots=True)
class Request:
    """Arguments of :func:`regress`, other than the sample."""

    outcome: str
    predictors: Sequence[str] | str | None = None
    family: str = "linear"
    offset: str | None = None
    reference: Mapping[str, Any] | None = None
    levels: tuple[Any, ...] | None = None
    where: Where = None
    level: float = 0.95


def fit_model(source: Source, first: Sample, request: Request) -> Model:
    """Fit a model to rows that are all in memory, or read block by block in a few passes.

    Parameters
    ----------
    source : Source
        The rows.
    first : Sample
        The first block, of which the columns and the instrument are used.
    request : Request
    """
    family = request.family
    option("family", family, FAMILIES)
    outcome, names = split_formula(request.outcome, request.predictors, [str(c) for c in first.frame.columns])
    if family != "ordinal" and request.levels is not None:
        raise LiteracyError(
            "estimate.option",
            where="levels",
            what=tell("has no meaning for family={!r}", family),
            fix="omit it",
        )
    equation = Equation(
        family, outcome, outline_terms(first, names, request.reference), request.offset, request.levels,
        request.where, source.block,
    )  # fmt: skip
    scan: Scan = source.gather(ScanBlock(equation))
    plan = settle_plan(equation, scan, source.gather)
    fitting = _Fitting(source.keep(plan), plan, scan)
    fit = fitting.fit()
    lost: list[str] = []
    covariance, df, deviance = fitting.spread(fit, lost)
    notes = _notes(scan, plan, first)
    if not df > 0:
        notes.append(tell("{:g} degrees of freedom are left: no intervals and no tests", df))
    notes += lost
    size = float(fitting.q) if plan.ordinal else max(abs(scan.low), abs(scan.high))
    if family == "linear" and np.sqrt(deviance / scan.weight) <= EXACT * size:
        # residuals of a model that fits exactly are rounding error, and so would be what is computed from them
        notes.append(tell("the predictors determine the outcome exactly: no standard errors and no tests"))
        beta = np.where(np.abs(fit.coefficients) <= EXACT * size, 0.0, fit.coefficients)
        fit, covariance = replace(fit, coefficients=beta), np.zeros_like(covariance)
    labels, slopes = fitting.labels, [True] * len(fitting.labels)
    if plan.ordinal:
        labels = labels[1:] + [("(cut)", f"{a}|{b}") for a, b in pairwise(map(str, plan.categories))]
        slopes = [v != "(cut)" for v, _ in labels]
    else:
        slopes[0] = False
    step = (
        tell("ordinal regression of {}", outcome)
        if plan.ordinal
        else tell("{} regression of {}", tell_value(family), outcome)
    )
    head = scan.head
    if source.block:
        head = head.evolve(origin=scan.origin, codes=replace(head.codes, spellings=scan.spellings))
    return Model(
        family,
        outcome,
        plan.terms,
        coefficient_table(family, labels, fit, covariance, df, request.level, slopes),
        fit.coefficients,
        covariance,
        fit.inverse if isinstance(fit, glm.GlmFit) else np.asarray(np.linalg.inv(fit.information)),
        df,
        scan.used,
        deviance,
        tuple(map(str, plan.categories)),
        request.level,
        head,
        source,
        plan,
        size,
        tuple(notes),
        (*head.history, step),
    )


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The passes by which a model is fitted."""

    source: Source
    plan: Plan
    scan: Scan

    @property
    def family(self) -> str:
        return self.plan.equation.family

    @property
    def q(self) -> int:
        """Number of cut points of an ordinal model; otherwise 0."""
        return max(len(self.plan.categories) - 1, 0)

    @property
    def unit(self) -> float:
        """Weight of one respondent; R's starting values keep every row of a calibrated sample."""
        scan = self.scan
        return scan.weight / scan.used if self.plan.ordinal else scan.mass / scan.among

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Term and level of each column of the model matrix."""
        return [("(intercept)", ""), *self.plan.terms.columns()]

    def fit(self) -> Fit:
        """Return the fit.

        Raises
        ------
        LiteracyError
            For collinear predictors, outcomes that the family does not allow, and separation.
        """
        opening: Opening = self.source.take(self.plan, OpenFit(self.family, self.unit, self.q))
        _refuse_collinear(opening.factor, self.labels)
        _check_outcome(self.family, self.plan.equation.outcome, self.scan)
        if self.scan.negative:
            raise LiteracyError(
                "design.weight",
                where="regress",
                what=tell("{} weights are negative", self.scan.negative),
                fix="a likelihood requires positive weights: calibrate(…, bounds=(0.3, 3)) or distance='raking'",
            )
        if self.plan.ordinal:
            start = ordinal.start_ordinal(opening.counts, opening.factor.shape[1] - 1)
            fit: Fit = ordinal.iterate_ordinal(self._iterate, start, self.q, self.unit)
        else:
            first = opening.start
            assert first is not None
            fit = glm.iterate_glm(
                lambda beta: first if beta is None else self._iterate(beta), self.family, self.unit
            )
        self._refuse_separation(fit)
        return fit

    def _iterate(self, coefficients: Floats) -> Any:
        return self.source.take(self.plan, Iterate(self.family, self.unit, coefficients, self.q))

    def _refuse_separation(self, fit: Fit) -> None:
        if self.family == "linear":
            return
        far = fit.far if isinstance(fit, glm.GlmFit) else fit.spread
        if fit.converged and far < FAR:
            return
        found = find_direction(lambda d: self.source.take(self.plan, Separate(self.family, d, self.q)))
        where = self.plan.equation.outcome if self.plan.ordinal else self.family
        if found is not None:
            # the cut points of an ordinal model are not named
            labels = self.labels[1:] if self.plan.ordinal else self.labels
            _raise_separation(found[: len(labels)], labels, where)
        if not fit.converged:
            _raise_divergence(where)

    def spread(self, fit: Fit, lost: list[str]) -> tuple[Floats, float, float]:
        """Return covariance, degrees of freedom and deviance; ``lost`` receives a note on replicates left out."""
        slopes = len(self.labels) - 1
        sample = self.scan.head
        if sample.replicates is not None:
            data = self.plan.read(sample)
            never: Callable[[], Floats] = lambda: np.empty(0)  # noqa: E731  # replicates need no influence
            covariance = covariance_of(
                sample, never, fit.coefficients, lambda W: refit(self.family, data, fit.coefficients, W),
                data.rows, lost,
            )  # fmt: skip
            rows, _ = self.plan.equation.find_domain(sample)
            return covariance, degrees(sample, rows) - slopes, fit.deviance
        sums: ScoreSums = self.source.take(self.plan, SumScores(self.family, fit, self.source.block, self.q))
        covariance, df = score_covariance(sums.totals)
        return covariance, df - slopes, fit.deviance if self.plan.ordinal else sums.deviance


def refit(family: str, data: Data, start: Floats, W: Floats) -> Floats:
    """Return coefficients (k, R) under weights W (n, R) of the whole sample; NaN without a finite solution."""
    X, weights = data.X, W[data.rows]
    if family != "ordinal":
        return glm.fit_replicates(X, data.y, weights, family, start, data.offset)
    y = data.codes
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


def _check_outcome(family: str, outcome: str, scan: Scan) -> None:
    low, high = scan.low, scan.high
    if family == "logistic" and (low < 0 or high > 1):
        what, fix = (
            tell("values from {:g} to {:g}", low, high),
            tell("use 0 and 1, or write {!r}", outcome + "=VALUE"),
        )
    elif family == "poisson" and low < 0:
        what, fix = tell("values down to {:g}", low), tell("counts must be 0 or more")
    elif family not in ("linear", "ordinal") and low == high:
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


def _refuse_collinear(factor: Floats, labels: list[tuple[str, str]]) -> None:
    """Raise an error for collinear columns, which show in a triangular factor of the model matrix as well."""
    found = glm.find_collinear(factor)
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


def _notes(scan: Scan, plan: Plan, first: Sample) -> list[str]:
    notes = [*([tell("synthetic data: nobody was interviewed")] * scan.origin.synthetic), f"n = {scan.used}"]
    _, domain = plan.equation.find_domain(first)
    if domain:
        notes.append(tell("domain: {}", domain))
    missing = scan.domain - scan.used
    if missing:
        notes.append(tell("{} respondents with a missing value left out", missing))
    bases = [f"{v.name}={v.levels[0]}" for v in plan.terms.variables.values() if v.levels]
    if bases:
        notes.append(tell("reference: {}", ", ".join(bases)))
    if scan.head.replicates is not None:
        notes.append(tell("covariance from {} replicates", scan.head.replicates.count))
    return notes + label_levels(scan.head, plan.terms)


__all__ = ["FAMILIES", "RATIO", "fit_model", "regress"]
