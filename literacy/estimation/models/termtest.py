"""Tests of terms of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.core.sample_columns import Floats
from literacy.estimation.models.coefficients import Model
from literacy.estimation.models.equations import Data
from literacy.estimation.models.fitting_steps import Iterate
from literacy.estimation.statistics.hypothesis import Test, f_test, not_collected
from literacy.kernels.design import chisquare, tails
from literacy.kernels.models import glm, ordinal
from literacy.messages import tell
from literacy.sampling import Sample

METHODS = ("Wald", "WorkingWald", "LRT")


@not_collected
def test_term(model: Model, terms: str | Sequence[str] | None = None, method: str = "Wald") -> Test:
    """Test whether the coefficients of some terms are all zero (R: ``regTermTest``).

    Parameters
    ----------
    model : Model
    terms : str or sequence of str, optional
        Terms as named in the table (``"education"``, ``"age:sex"``); default is all.
    method : str
        "Wald" (default): F test with the design covariance. "WorkingWald" and "LRT": Wald statistic and likelihood
        ratio of the weighted likelihood, compared with their null distribution, a weighted sum of F variables (Lumley &
        Scott 2014); more stable than "Wald" with few sampling units.

    Returns
    -------
    Test
        Statistics of the working methods are divided by their mean design effect.

    Examples
    --------
    >>> model = lit.regress(sample, "literate ~ age + education_three", family="logistic")
    >>> test = lit.test_term(model, "education_three")
    >>> test.df[0], test.p_value < 0.001
    (2, True)
    """
    option("method", method, METHODS)
    known = [":".join(p) for p in model.terms.products]
    names = known if terms is None else [terms] if isinstance(terms, str) else list(terms)
    sorted_known = {":".join(sorted(p)): ":".join(p) for p in model.terms.products}
    chosen = [sorted_known.get(":".join(sorted(n.split(":"))), "") for n in names]
    if not chosen or not all(chosen):
        raise LiteracyError(
            "estimate.option",
            where=f"terms={names!r}",
            what="no such term" if known else "the model has no terms",
            fix=tell("terms of the model: {}", ", ".join(known) or tell("none")),
        )
    place = np.flatnonzero(model.table["variable"].isin(chosen).to_numpy())
    beta = model.coefficients[place]
    spread = model.covariance[np.ix_(place, place)]
    k, of = len(place), " + ".join(chosen)
    if method == "Wald":
        wald = chisquare.quadratic_form(beta, spread)
        notes: tuple[str, ...] = ()
        if np.isnan(wald):
            notes = (tell("the covariance of these coefficients is singular: too few sampling units"),)
        return f_test(wald / k, k, model.df, method="Wald test of terms", of=of, n=model.n, notes=notes)
    naive = model.naive[np.ix_(place, place)]
    effects = np.sort(np.linalg.eigvals(np.linalg.solve(naive, spread)).real)[::-1]
    if method == "LRT":
        statistic, name = _likelihood_ratio(model, place), "working likelihood ratio test of terms"
    else:
        statistic, name = float(beta @ np.linalg.solve(naive, beta)), "working Wald test of terms"
    mean = float(effects.mean())
    p = tails.tail_saddlepoint(statistic, effects, model.df) if model.df > 0 and mean > 0 else float("nan")
    return Test(
        statistic / mean,
        (float(k), model.df),
        p,
        name,
        of,
        "F sum",
        n=model.n,
        details={"effects": tuple(float(e) for e in effects)},
    )


def _likelihood_ratio(model: Model, place: np.ndarray[tuple[int], np.dtype[np.intp]]) -> float:
    """Return the deviance without the terms minus the deviance with them."""
    source, unit, fitted = model.source.keep(model.plan), _mean_weight(model), model.fitted
    width = len(model.coefficients) - fitted.q
    keep = tuple(int(j) for j in np.setdiff1d(np.arange(width), place))
    if model.family == "ordinal":
        start = np.concatenate([np.zeros(len(keep)), model.coefficients[width:]])

        def smaller(theta: Floats) -> Any:
            return source.take(model.plan, Iterate(model.family, unit, theta, fitted.q, keep))

        return float(ordinal.iterate_ordinal(smaller, start, fitted.q, unit).deviance - model.deviance)

    def fewer(beta: Floats | None) -> Any:
        return source.take(model.plan, Iterate(model.family, unit, beta, 0, keep))

    return float(glm.iterate_glm(fewer, model.family, unit).deviance - model.deviance)


@dataclass(frozen=True, slots=True)
class _Weigh:
    """Number of rows and their weight."""

    def take(self, block: Sample, data: Data) -> Floats:
        return np.array([len(data.y), data.weight.sum()])


def _mean_weight(model: Model) -> float:
    count, weight = model.source.take(model.plan, _Weigh())
    return float(weight / count)
