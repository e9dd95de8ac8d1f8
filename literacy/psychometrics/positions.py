"""Ability estimates of respondents on the scale of a fit, and the curves of its items and of the test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.kernels.psychometrics.ability_estimates import (
    estimate_positions,
    expected_score,
    posterior_moments,
    sum_score_moments,
    test_curves,
)
from literacy.kernels.psychometrics.patterns import make_patterns
from literacy.messages import tell
from literacy.psychometrics.arguments import require_fit, take_numbers
from literacy.psychometrics.fitted import IrtFit

Floats = NDArray[np.float64]

METHODS = ("eap", "map", "ml", "wle", "sum")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PersonScores(Printable):
    """Ability estimates of respondents, in the order of the data.

    Attributes
    ----------
    theta, se : (n,) float
        Position on the scale and its standard error; NaN for respondents who do not count, infinite where the
        likelihood has no finite maximum.
    method : str
    reliability : float
        Empirical reliability: share of the variance that is not measurement error.
    notes : tuple of str
    """

    theta: Floats
    se: Floats
    method: str
    reliability: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per respondent: theta, se."""
        return pd.DataFrame({"theta": self.theta, "se": self.se})

    def _summary(self) -> pd.DataFrame:
        good = np.isfinite(self.theta)
        rows = [
            ("n", float(good.sum())),
            ("mean", float(self.theta[good].mean()) if good.any() else np.nan),
            ("sd", float(self.theta[good].std()) if good.any() else np.nan),
            ("mean standard error", float(np.nanmean(self.se[good])) if good.any() else np.nan),
            ("reliability", self.reliability),
        ]
        return pd.DataFrame(rows, columns=["what", "value"])

    def _title(self) -> str:
        return tell("Ability estimates by {}, unweighted summary", self.method)

    def _notes(self) -> list[str]:
        return list(self.notes)


def person_scores(fit: IrtFit, method: str = "eap") -> PersonScores:
    """Estimate the position of every respondent on the ability scale.

    Parameters
    ----------
    fit : IrtFit
    method : str
        ``eap`` (posterior mean), ``map`` (posterior mode), ``ml`` (maximum likelihood; infinite where all or none of
        the answers are correct), ``wle`` (Warm's weighted likelihood) or ``sum`` (posterior mean given the sum score,
        for respondents asked all items).

    Returns
    -------
    PersonScores

    Raises
    ------
    LiteracyError
        ``psychometrics.option`` for an unknown method.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> right = rng.random((300, 5)) < 1 / (1 + np.exp(-rng.normal(size=(300, 1))))
    >>> from literacy import fit_irt
    >>> fit = fit_irt(pd.DataFrame(right.astype(int), columns=list("abcde")), model="rasch")
    >>> len(person_scores(fit, "wle").theta)
    300
    """
    option("method", method, METHODS, "psychometrics.option")
    require_fit(fit, IrtFit)
    answers, layout, whole = fit.answers, fit.bank.layout, fit.bank.whole
    theta, se = np.full(len(answers.weight), np.nan), np.full(len(answers.weight), np.nan)
    notes = []
    for g in range(layout.groups):
        rows = np.flatnonzero(answers.live & (answers.group == g))
        codes = answers.codes[rows]
        at = layout.group_place(g)
        mean, sd = float(whole[at]), float(np.exp(whole[at + 1]))
        if method == "eap":
            data = make_patterns(codes, np.full(len(rows), g), np.ones(len(rows)), layout)
            theta[rows], se[rows] = posterior_moments(layout, whole, data, fit.grid)
        elif method == "sum":
            full = (codes != 255).all(axis=1)
            middle, spread, _ = sum_score_moments(layout, whole, fit.grid, g)
            score = codes[full].sum(axis=1, dtype=np.int64)
            theta[rows[full]], se[rows[full]] = middle[score], spread[score]
            if not full.all():
                notes.append(
                    tell("{} respondents were not asked all items and have no score", int((~full).sum()))
                )
        else:
            theta[rows], se[rows] = estimate_positions(layout, whole, codes, method, mean, sd)
    endless = int(np.isinf(theta).sum())
    if endless:
        notes.append(tell("{} respondents have no finite maximum (all correct or none correct)", endless))
    good = np.isfinite(theta) & np.isfinite(se)
    variance, error = (
        (float(np.var(theta[good])), float((se[good] ** 2).mean())) if good.any() else (np.nan, np.nan)
    )
    if method in ("eap", "map", "sum"):
        share = variance / (variance + error) if variance + error > 0 else np.nan
    else:
        share = 1 - error / variance if variance > 0 else np.nan
    return PersonScores(theta, se, method, share, tuple(notes))


def item_curves(fit: IrtFit, theta: Floats | None = None) -> pd.DataFrame:
    """Return the curves of the items and of the test.

    Parameters
    ----------
    fit : IrtFit
    theta : (q,) array, optional
        Points of the scale. Default: 81 points from -4 to 4.

    Returns
    -------
    DataFrame
        One row per item and point, then one per point for the whole test (item ``test``): item, theta, expected
        (expected score), information.
    """
    require_fit(fit, IrtFit)
    points = np.linspace(-4, 4, 81) if theta is None else take_numbers(theta, "theta")
    layout, whole = fit.bank.layout, fit.bank.whole
    expected = expected_score(layout, whole, points)
    rows = []
    for j, name in enumerate(fit.bank.items):
        only = np.arange(len(fit.bank.items)) == j
        known = test_curves(layout, whole, points, only).information
        rows.append(
            pd.DataFrame({"item": name, "theta": points, "expected": expected[j], "information": known})
        )
    total = pd.DataFrame(
        {
            "item": "test",
            "theta": points,
            "expected": expected.sum(axis=0),
            "information": test_curves(layout, whole, points, np.ones(len(expected), bool)).information,
        }
    )
    return pd.concat([*rows, total], ignore_index=True)


def find_cut(fit: IrtFit, score: float) -> float:
    """Return the position at which the expected sum score of the fitted items equals ``score``.

    Raises
    ------
    LiteracyError
        ``psychometrics.option`` where the expected score of the test never equals it.
    """
    from scipy.optimize import brentq

    require_fit(fit, IrtFit)
    score = float(take_numbers(score, "score")[0])
    layout, whole = fit.bank.layout, fit.bank.whole

    def away(theta: float) -> float:
        return float(expected_score(layout, whole, np.array([theta])).sum()) - score

    if not away(-20.0) < 0 < away(20.0):
        raise LiteracyError(
            "psychometrics.option", where="score", what=tell("the expected score of this test "
                                                             "never equals {:g}", score),
            fix="give a score between the chance level and the number of items",
        )  # fmt: skip
    return float(brentq(away, -20.0, 20.0, xtol=1e-12))
