"""Reliability coefficients of a sum score, and its standard error of measurement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.internal import (
    alpha_influence,
    correlate,
    feldt_limits,
    find_alpha,
    guttman_lambdas,
    minres_loadings,
    omega_total,
    weighted_covariance,
)
from literacy.kernels.psychometrics.patterns import NOT_ASKED
from literacy.messages import tell
from literacy.psychometrics.arguments import take_numbers, take_share
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.items import Answers, take_answers
from literacy.psychometrics.positions import person_scores
from literacy.sampling import Design

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reliability(Printable):
    """Reliability coefficients.

    Attributes
    ----------
    table : DataFrame
        One row per coefficient (and group): coefficient, estimate, ci_low, ci_high, interval (kind of interval; empty
        where there is none); with groups, a first column ``group``.
    level : float
        Confidence level of the intervals.
    notes : tuple of str
    """

    table: pd.DataFrame
    level: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Reliability of the sum score")

    def _notes(self) -> list[str]:
        return list(self.notes)


def reliability(
    data: Any,
    by: str | None = None,
    items: Sequence[str] | None = None,
    weights: Any = None,
    design: Design | None = None,
    *,
    fit: IrtFit | None = None,
    cuts: Sequence[float] = (),
    level: float = 0.95,
) -> Reliability:
    """Estimate the reliability of the sum score of the items.

    Parameters
    ----------
    data, items, weights, design
        As in :func:`literacy.fit_irt`. Only respondents who were asked every item count.
    by : str, optional
        Column of groups; the coefficients are estimated for each.
    fit : IrtFit, optional
        Model of the same items, whose marginal reliability (of posterior means) is added as ``irt_marginal``.
    cuts : sequence of float
        Cut scores in percent of the maximum score. The standard error of measurement at each (Lord's binomial error,
        for right-or-wrong items only) is added as ``sem_at_<cut>``, in percentage points.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Reliability
        ``alpha`` (unweighted, with Feldt's interval for a simple random sample), ``alpha_design`` (weighted, with a
        design-based interval; where weights or a design are given), ``lambda1`` … ``lambda6`` and ``omega`` (of
        standardised items), ``kr21`` (right-or-wrong items only), ``sem`` (in points of the sum score).

    Raises
    ------
    LiteracyError
        ``psychometrics.data`` with fewer than two items or three respondents, or where the sum does not vary;
        ``psychometrics.option``.

    References
    ----------
    Feldt, Woodruff, Salih (1987); Guttman (1945); McDonald (1999), Test Theory; Lord (1955).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> right = rng.random((400, 6)) < 1 / (1 + np.exp(-rng.normal(size=(400, 1))))
    >>> table = reliability(pd.DataFrame(right.astype(int), columns=list("abcdef"))).to_frame()
    >>> table["coefficient"].tolist()[:3]
    ['alpha', 'lambda1', 'lambda2']
    """
    level = take_share(level, "level")
    answers = take_answers(data, items, weights, design, by)
    notes = list(answers.notes)
    names = answers.group_names if by is not None else ("",)
    tables = []
    for g, name in enumerate(names):
        rows = answers.live & ((answers.group == g) if by is not None else True)
        table = _coefficients(answers, rows, f"{by}={name}: " if by else "", cuts, level, notes)
        if by is not None:
            table.insert(0, "group", name)
        tables.append(table)
    made = pd.concat(tables, ignore_index=True)
    if fit is not None:
        if by is not None:
            raise LiteracyError(
                "psychometrics.option",
                where="fit",
                what=tell("one model, but groups by ") + by,
                fix="omit by",
            )
        value = person_scores(fit, "eap").reliability
        row = ("irt_marginal", value, np.nan, np.nan, "")
        made = pd.concat([made, pd.DataFrame([row], columns=made.columns)], ignore_index=True)
    return Reliability(made, level, tuple(dict.fromkeys(notes)))


def _coefficients(
    answers: Answers,
    rows: NDArray[np.bool_],
    prefix: str,
    cuts: Sequence[float],
    level: float,
    notes: list[str],
) -> pd.DataFrame:
    full = rows & (answers.codes != NOT_ASKED).all(axis=1)
    lost = int(rows.sum() - full.sum())
    x = take_values(answers)[full]
    weight = answers.weight[full]
    n, k = x.shape
    if k < 2 or n < 3:
        raise LiteracyError(
            "psychometrics.data", where=f"{prefix}reliability".strip(),
            what=tell("{} items and {} respondents who were asked all of them", k, n),
            fix="give at least two items that at least three respondents were asked in common",
        )  # fmt: skip
    if lost:
        notes.append(tell("{}{} respondents were not asked all items and are excluded", prefix, lost))
    plain = weighted_covariance(x, np.ones(n))
    cover = weighted_covariance(x, weight)
    if not plain.sum() > 1e-12 or not cover.sum() > 1e-12:
        raise LiteracyError(
            "psychometrics.data", where=f"{prefix}reliability".strip(), what="the sum of the items does not vary",
            fix="give items that some answer correctly and some incorrectly",
        )  # fmt: skip
    alpha = find_alpha(plain)
    low, high = feldt_limits(alpha, n, k, level)
    out: list[tuple[str, float, float, float, str]] = [("alpha", alpha, low, high, "feldt")]
    used = alpha
    if answers.designed:
        used = find_alpha(cover)
        scores = np.zeros(len(answers.weight))
        scores[full] = alpha_influence(x, weight)
        error = float(np.sqrt(answers.sample.covariance(scores[:, None], full)[0, 0]))
        df = answers.sample.df(full)
        if df < 1:
            notes.append(tell("{}too few sampling units for an interval of alpha_design", prefix))
        step = (
            float(student.ppf((1 + level) / 2, df)) * error / (1 - used) if df >= 1 and used < 1 else np.nan
        )
        out.append(
            ("alpha_design", used, 1 - (1 - used) * np.exp(step), 1 - (1 - used) * np.exp(-step), "design")
        )
        notes.append(
            tell(
                "alpha is unweighted and its interval assumes a simple random sample; all other "
                "figures are weighted"
            )
        )
    out += [(name, value, np.nan, np.nan, "") for name, value in _other(cover, prefix, answers, notes)]
    total = x.sum(axis=1)
    mean, spread = float(weight @ total / weight.sum()), float(cover.sum())
    right = all(set(level_) <= {0, 1} for level_ in answers.levels)
    if right:
        kr = k / (k - 1) * (1 - mean * (k - mean) / (k * spread))
        out.append(("kr21", kr, np.nan, np.nan, ""))
    out.append(("sem", float(np.sqrt(spread * max(1 - used, 0.0))), np.nan, np.nan, ""))
    for cut in take_numbers(cuts, "cuts"):
        if not right or not 0 <= cut <= 100:
            raise LiteracyError(
                "psychometrics.option", where="cuts",
                what=f"{cut:g}" if right else "the items are not right or wrong only",
                fix="give cut scores in percent, for items that are right (1) or wrong (0)",
            )  # fmt: skip
        out.append((f"sem_at_{cut:g}", float(np.sqrt(cut * (100 - cut) / (k - 1))), np.nan, np.nan, ""))
    return pd.DataFrame(out, columns=["coefficient", "estimate", "ci_low", "ci_high", "interval"])


def _other(cover: Floats, prefix: str, answers: Answers, notes: list[str]) -> list[tuple[str, float]]:
    """Return the lambdas and omega of the items that vary."""
    live = np.flatnonzero(np.diag(cover) > 1e-12)
    if len(live) < len(cover):
        still = [answers.items[j] for j in range(len(cover)) if j not in live]
        notes.append(
            tell("{}{}: all answers identical; excluded from the lambdas and omega", prefix, ", ".join(still))
        )
    if len(live) < 2:
        return []
    matrix = correlate(cover[np.ix_(live, live)])
    bounds, every = guttman_lambdas(matrix)
    if not every:
        notes.append(
            tell(
                "{}lambda4 is the best split found by swapping items, not necessarily the best of all", prefix
            )
        )
    out = [(f"lambda{i + 1}", float(v)) for i, v in enumerate(bounds)]
    loadings = minres_loadings(matrix) if len(live) > 2 else None
    if loadings is None or float((loadings**2).max()) > 1:
        notes.append(tell("{}no proper one-factor solution: omega is not given", prefix))
        return out
    return [*out, ("omega", omega_total(matrix, loadings))]


def take_values(answers: Answers) -> Floats:
    """Return the values (n, k) of the answers; NaN where not asked."""
    out = np.full(answers.codes.shape, np.nan)
    for j, level in enumerate(answers.levels):
        asked = answers.codes[:, j] != NOT_ASKED
        out[asked, j] = np.array(level, np.float64)[answers.codes[asked, j]] if level else np.nan
    return out
