"""Accuracy and consistency of decisions at cut scores, and rates corrected for measurement error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, t

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.kernels.psychometrics import decisions as by
from literacy.kernels.psychometrics.ability_estimates import test_curves
from literacy.kernels.psychometrics.patterns import NOT_ASKED
from literacy.messages import tell, tell_value
from literacy.psychometrics.arguments import take_count, take_numbers, take_share
from literacy.psychometrics.bank import Bank, read_bank
from literacy.psychometrics.classical.reliability_coefficients import take_values
from literacy.psychometrics.fitted import IrtFit

Floats = NDArray[np.float64]

METHODS = ("lee", "rudner")
LEAST_GAIN = 0.05
"""Value of sensitivity + specificity - 1 that must be exceeded for a rate to be corrected."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Classification(Printable):
    """Accuracy and consistency of decisions at cut scores.

    Attributes
    ----------
    table : DataFrame
        One row per test length and cut, and with several cuts one row for all of them together (cut ``all``): cut,
        length, accuracy, consistency, sensitivity (share classified above among those truly above), specificity,
        model_rate (share truly above under the model).
    rates : DataFrame
        One row per cut: cut, observed, se, corrected, se_corrected, ci_low, ci_high; empty where the answers are not
        known.
    method : str
    notes : tuple of str
    """

    table: pd.DataFrame
    rates: pd.DataFrame
    method: str
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Accuracy and consistency of decisions ({})", tell_value(self.method))

    def _notes(self) -> list[str]:
        return list(self.notes)


def classification(
    items: IrtFit | pd.DataFrame,
    cuts: Sequence[float],
    method: str = "lee",
    *,
    unit: str = "score",
    theta: Sequence[float] | None = None,
    weights: Sequence[float] | None = None,
    lengths: Sequence[int] = (1,),
    level: float = 0.95,
) -> Classification:
    """Estimate the accuracy and consistency of decisions at cut scores, and rates corrected for misclassification.

    Parameters
    ----------
    items : IrtFit or DataFrame
        A fit, or a table with columns ``item, a, b[, g]`` (slopes without the constant 1.7).
    cuts : sequence of float
        Cuts on the sum score (``lee``; a score equal to the cut counts as above it) or on the ability scale
        (``rudner``).
    method : str
        ``lee``: sum scores, from their conditional distribution given ability; ``rudner``: ability estimates with
        normal errors.
    unit : str
        Unit of the cuts: ``score``, or ``percent`` of the maximum score (``lee`` only).
    theta, weights : sequence of float, optional
        Points of the ability scale and their weights. Default: 81 points from -5 to 5 standard deviations, with the
        distribution of the (first) group of a fit, otherwise N(0, 1).
    lengths : sequence of int
        Multiples of the test length, assuming further items like the given ones.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Classification
        Rates are given for a fit with ``lee`` and the default points, from the sum scores of the respondents who were
        asked every item. The corrected rate is (observed + specificity - 1) / (sensitivity + specificity - 1). Its
        standard error is linearised over sampling units and combines each respondent's influence on the observed rate
        with the influence on sensitivity and specificity through the item parameters. For a fit without free
        parameters, only the error of the observed rate enters.

    Raises
    ------
    LiteracyError
        ``psychometrics.option``, ``psychometrics.items``.

    References
    ----------
    Lee (2010); Rudner (2005); Rogan, Gladen (1978), American Journal of Epidemiology 107.

    Examples
    --------
    >>> import pandas as pd
    >>> bank = pd.DataFrame({"item": range(20), "a": 1.2, "b": 0.0})
    >>> classification(bank, [12]).table["accuracy"].round(3).tolist()[0] > 0.8
    True
    """
    option("method", method, METHODS, "psychometrics.option")
    option("unit", unit, ("score", "percent"), "psychometrics.option")
    fit = items if isinstance(items, IrtFit) else None
    bank = items.bank if isinstance(items, IrtFit) else read_bank(items, "items")
    most = int((bank.layout.categories - 1).sum())
    cuts = take_numbers(cuts, "cuts").tolist()
    lengths = [take_count(m, "lengths", 1, 100) for m in take_numbers(lengths, "lengths")]
    level = take_share(level, "level")
    places = np.asarray(cuts, np.float64) * (most / 100 if unit == "percent" else 1)
    outside = method == "lee" and ((places <= 0) | (places > most)).any()
    if (
        places.size == 0
        or outside
        or (np.diff(places) <= 0).any()
        or (method == "rudner" and unit == "percent")
    ):
        raise LiteracyError(
            "psychometrics.option", where="cuts", what=f"{', '.join(f'{c:g}' for c in cuts) or 'none'} ({unit})",
            fix=tell("give increasing cut scores, for lee above 0 and up to {} points", most),
        )  # fmt: skip
    if not lengths or not 0 < level < 1:
        raise LiteracyError(
            "psychometrics.option", where="lengths, level", what=f"{list(lengths)}, {level:g}",
            fix="give whole multiples of at least 1 and a level between 0 and 1",
        )  # fmt: skip
    points, mass = _take_points(bank, theta, weights, fit is not None)
    rows = []
    for times in lengths:
        rows += _judge(bank, bank.whole, points, mass, places, method, int(times), cuts)
    notes = [
        tell("over {} points; true status is decided by the expected score", len(points)) if method == "lee" else
        tell("over {} points; true status is decided by ability", len(points))
    ]  # fmt: skip
    left = [str(i) for i in fit.parameters["item"] if str(i) not in bank.items] if fit is not None else []
    if left and method == "lee":
        notes.append(
            tell(
                "cut scores count the points of the {} items of the model, without {}",
                len(bank.items),
                ", ".join(left),
            )
        )
    if len(cuts) > 1:
        notes.append(tell("all: classification into the bands between all cut scores"))
    rates = pd.DataFrame(columns=["cut", "observed", "se", "corrected", "se_corrected", "ci_low", "ci_high"])
    if fit is not None and method == "lee" and theta is None:
        rates = _correct(fit, places, cuts, level, notes)
    return Classification(pd.DataFrame(rows), rates, method, tuple(notes))


def _take_points(
    bank: Bank, theta: Sequence[float] | None, weights: Sequence[float] | None, fitted: bool
) -> tuple[Floats, Floats]:
    if theta is None:
        if weights is not None:
            raise LiteracyError(
                "psychometrics.option", where="weights", what="there are no points", fix="give theta= as well"
            )
        z = np.linspace(-5, 5, 81)
        return (bank.layout.nodes(bank.whole, z, 0) if fitted else z), _normal(z)
    points = take_numbers(theta, "theta")
    mass = np.ones(len(points)) if weights is None else take_numbers(weights, "weights")
    if mass.shape != points.shape or not points.size or not (mass >= 0).all() or not mass.sum() > 0:
        raise LiteracyError(
            "psychometrics.option", where="theta, weights", what=tell("{} points, {} weights", points.size, mass.size),
            fix="give a weight of at least 0 for every point",
        )  # fmt: skip
    return points, mass / mass.sum()


def _normal(z: Floats) -> Floats:
    density = norm.pdf(z)
    out: Floats = density / density.sum()
    return out


def _bands(
    bank: Bank, whole: Floats, points: Floats, cuts: Floats, method: str, times: int
) -> tuple[Floats, NDArray[np.int64]]:
    if method == "lee":
        return by.bands_by_score(by.score_chances(bank.layout, whole, points, times), cuts * times)
    every = np.ones(len(bank.items), bool)
    return by.bands_by_position(
        points, times * test_curves(bank.layout, whole, points, every).information, cuts
    )


def _judge(
    bank: Bank, whole: Floats, points: Floats, mass: Floats, places: Floats, method: str, times: int,
    cuts: Sequence[float],
) -> list[dict[str, Any]]:  # fmt: skip
    rows = []
    for cut, place in zip(cuts, places, strict=True):
        bands, true = _bands(bank, whole, points, np.array([place]), method, times)
        accuracy, consistency = by.judge_bands(bands, true, mass)
        share, hit, miss = by.pass_chances(bands, true, mass)
        rows.append(
            {
                "cut": f"{cut:g}", "length": times, "accuracy": accuracy, "consistency": consistency,
                "sensitivity": hit, "specificity": miss, "model_rate": share,
            }
        )  # fmt: skip
    if len(places) > 1:
        accuracy, consistency = by.judge_bands(*_bands(bank, whole, points, places, method, times), mass)
        rows.append({"cut": "all", "length": times, "accuracy": accuracy, "consistency": consistency})
    return rows


def _chances(bank: Bank, whole: Floats, places: Floats) -> Floats:
    """Return sensitivity and specificity (2, m) at the cuts, on a grid fine enough to locate the boundary."""
    z = np.linspace(-5, 5, 401)
    points = bank.layout.nodes(whole, z, 0)
    chances = by.score_chances(bank.layout, whole, points)
    scores = np.arange(chances.shape[1])
    expected = chances @ scores
    bend = np.abs(np.gradient(expected))
    mass = _normal(z)
    out = np.full((2, len(places)), np.nan)
    for m, place in enumerate(places):
        # a point close to the boundary counts as truly above in part, which keeps the result smooth in the parameters
        above = np.clip((expected - place) / np.maximum(bend, float(np.median(bend)) * 1e-3) + 0.5, 0, 1)
        passed = chances[:, scores + 1e-9 >= place].sum(axis=1)
        yes, no = mass * above, mass * (1 - above)
        if min(yes.sum(), no.sum()) > 0:
            out[:, m] = yes @ passed / yes.sum(), no @ (1 - passed) / no.sum()
    return out


def _without_error(bank: Bank, whole: Floats, places: Floats, observed: Floats) -> Floats:
    """Return the corrected rates (m,) at the cuts; NaN where the test carries too little information."""
    sensitivity, specificity = _chances(bank, whole, places)
    gain = sensitivity + specificity - 1
    return np.where(gain > LEAST_GAIN, (observed + specificity - 1) / np.maximum(gain, LEAST_GAIN), np.nan)


def _slopes(bank: Bank, places: Floats, observed: Floats) -> Floats:
    """Return the derivatives (p, m) of the corrected rates by the parameters; zero for fixed parameters."""
    out = np.zeros((len(bank.whole), len(places)))
    for i in np.flatnonzero(np.diag(bank.covariance) != 0):
        up, down = bank.whole.copy(), bank.whole.copy()
        spread = float(np.sqrt(bank.covariance[i, i]))
        step = min(0.1 * spread, 0.5) if np.isfinite(spread) else 0.01
        up[i] += step
        down[i] -= step
        away = _without_error(bank, up, places, observed) - _without_error(bank, down, places, observed)
        out[i] = away / (2 * step)
    return out


def _correct(
    fit: IrtFit, places: Floats, cuts: Sequence[float], level: float, notes: list[str]
) -> pd.DataFrame:
    answers, bank = fit.answers, fit.bank
    keep = [answers.items.index(i) for i in bank.items]
    rows = answers.live & (answers.codes[:, keep] != NOT_ASKED).all(axis=1)
    low = np.array([answers.levels[j][0] for j in keep])
    total = (take_values(answers)[:, keep] - low).sum(axis=1)
    weight = np.where(rows, answers.weight, 0.0)
    if len(answers.group_names) > 1:
        notes.append(tell("several groups: the rates are not corrected (fit one group)"))
        places = places[:0]
    if rows.sum() < 3:
        notes.append(tell("too few respondents were asked all items: the rates are not corrected"))
        places = places[:0]
    df = answers.sample.df(rows)
    wide = float(t.ppf((1 + level) / 2, df)) if df >= 1 else np.nan
    hits = (total[:, None] >= places - 1e-9) & rows[:, None]
    observed = np.asarray(weight @ hits / max(float(weight.sum()), 1e-300))
    sensitivity, specificity = _chances(bank, bank.whole, places)
    values, slopes = _without_error(bank, bank.whole, places, observed), _slopes(bank, places, observed)
    out = []
    for m, cut in enumerate(cuts[: len(places)]):
        scores = np.where(rows, (hits[:, m] - observed[m]) / weight.sum(), 0.0)
        error = float(np.sqrt(answers.sample.covariance(scores[:, None], rows)[0, 0]))
        value, spread = float(values[m]), np.nan
        moved = fit.influence(slopes[:, m]) if slopes[:, m].any() else np.zeros(len(rows))
        whole = scores / (sensitivity[m] + specificity[m] - 1) + moved
        if np.isfinite(whole).all():
            spread = float(np.sqrt(answers.sample.covariance(whole[:, None], rows)[0, 0]))
        elif np.isfinite(value) and fit.linear is None:
            notes.append(
                tell("{:g}: the fit has no standard errors, and so the corrected rate has none", cut)
            )
        if np.isfinite(value) and not 0 <= value <= 1:
            notes.append(
                tell("{:g}: the corrected rate {:.4f} lies outside 0 to 1 and is truncated", cut, value)
            )
        row = (
            f"{cut:g}",
            float(observed[m]),
            error,
            value,
            spread,
            value - wide * spread,
            value + wide * spread,
        )
        out.append((*row[:3], *(float(np.clip(v, 0, 1)) for v in row[3:])))
        if not np.isfinite(value):
            notes.append(
                tell("{:g}: the test carries too little information there for a corrected rate", cut)
            )
    names = ["cut", "observed", "se", "corrected", "se_corrected", "ci_low", "ci_high"]
    table = pd.DataFrame(out, columns=names)
    for row in table.itertuples():
        notes.append(
            tell(
                "cut score {}: observed {:.4f} ({:.4f}), corrected for measurement error {:.4f} ({:.4f})",
                row.cut,
                row.observed,
                row.se,
                row.corrected,
                row.se_corrected,
            )
        )
    return table
