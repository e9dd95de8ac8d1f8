"""Facts of the adjusted comparison: differences between levels with other characteristics held constant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from literacy.errors import LiteracyError
from literacy.estimation import Model, marginal_effects, regress
from literacy.kernels.design.multiplicity import adjust_holm
from literacy.report.facts.outcomes import ALPHA, number_of, read_row
from literacy.report.facts.record import Fact
from literacy.report.facts.study import Study, name_level

LEAST = 100
"""Minimum number of respondents for fitting a model."""
_TRIED = ("estimate.separation", "estimate.variable", "estimate.df", "estimate.domain")


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Model of the adjusted comparison, or the reason why there is none."""

    model: Model | None
    reason: str = ""
    references: tuple[tuple[str, str], ...] = ()


def fit_adjusted(study: Study) -> Adjusted:
    """Fit a logistic regression of being literate on the breakdown columns.

    If the data do not support a model, the result contains only the reason.
    """
    columns = [
        c for c in study.breakdowns if c in study.latest.frame and not study.hidden(study.year, c)
    ]  # coefficients would reveal withheld cells
    if len(columns) < 2 or len(study.latest.frame) < LEAST:
        return Adjusted(None, "too few characteristics or respondents")
    try:
        model = regress(study.latest, "literate", [f"factor({c})" for c in columns], family="logistic")
    except LiteracyError as error:
        if error.code not in _TRIED:
            raise
        return Adjusted(None, error.what)
    first = [(c, name_level(study.share(study.year, c).table[c].iloc[0])) for c in columns]
    return Adjusted(model, references=tuple(first))


def list_adjusted(study: Study, adjusted: Adjusted) -> Iterator[Fact]:
    """Yield the average marginal effect of every non-reference level on the share, with Holm-adjusted p-values."""
    if adjusted.model is None:
        return
    table = marginal_effects(adjusted.model).table.reset_index(drop=True)
    q = adjust_holm(table["p_value"].to_numpy(np.float64))
    reference = dict(adjusted.references)
    for i, row in enumerate(table.to_dict("records")):
        by, level = str(row["variable"]), name_level(row["level"])
        numbers = read_row(row) | {"status": "ok"}
        verdict = "untested" if np.isnan(q[i]) else "no_difference"
        if q[i] < ALPHA:
            verdict = "higher" if numbers["value"] > 0 else "lower"
        yield Fact(
            f"adjusted|{study.year}|{by}|{level}", "adjusted", "adjusted", "points", wave=str(study.year), by=by,
            level=level, other=reference.get(by, ""), p_value=number_of(row["p_value"]), p_adjusted=float(q[i]),
            family="adjusted", verdict=verdict, label=study.label(by, level), **numbers,
        )  # fmt: skip
