"""Verdict on a goal from a survey of its year: passed, not passed, or undecided."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Goal, Label
from literacy.kernels.design.intervals import beta_interval
from literacy.kernels.forecast.spread import Spread, empirical_logit, expit, logit
from literacy.messages import tell, tell_value
from literacy.projection.trends.pooling import pool_df, weigh_sizes
from literacy.projection.trends.trends import Trend

LAST_YEAR = 2200

OUTCOMES: dict[str, Label] = {
    "passed": Label("达标", "passed"),
    "not passed": Label("未达标", "not passed"),
    "cannot be told": Label("无法判定", "undecided"),
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Verdict(Printable):
    """Verdict on a goal from the survey of its year.

    Attributes
    ----------
    goal : Goal
    area : str
    estimate, se, ci_low, ci_high : float
        Share in that survey, 0-1, with its interval (logit scale).
    confidence : float
    probability : float
        Probability that the true share passes the goal, from this survey alone.
    outcome : str
        A key of :data:`OUTCOMES`.
    n : float
        Respondents of the survey; NaN if not published.
    n_needed : float
        Respondents that would have decided it, given the same share and design; inf if the share equals the goal; NaN
        if the outcome is decided. An effective size if n is not known.
    df : float
        Degrees of freedom of the interval; NaN if not known.
    notes : tuple of str
    """

    goal: Goal
    area: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    confidence: float
    probability: float
    outcome: str
    n: float
    n_needed: float
    df: float = math.nan
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> Label:
        """The outcome as a label."""
        return OUTCOMES[self.outcome]

    def to_frame(self) -> pd.DataFrame:
        """Return one row: year, goal, strict, estimate, se, ci_low, ci_high, df, probability, outcome, n, n_needed."""
        return pd.DataFrame(
            {
                "year": [self.goal.year],
                "goal": [self.goal.value],
                "strict": [self.goal.strict],
                "estimate": [self.estimate],
                "se": [self.se],
                "ci_low": [self.ci_low],
                "ci_high": [self.ci_high],
                "df": [self.df],
                "probability": [self.probability],
                "outcome": [self.outcome],
                "n": [self.n],
                "n_needed": [self.n_needed],
            }
        )

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        return tell("Goal {} in {}: {}", goal_text(self.goal), self.goal.year, tell_value(self.outcome))

    def _notes(self) -> list[str]:
        return list(self.notes)


def goal_value(goal: Goal) -> float:
    """Return the goal's share; an error if it is not known."""
    if goal.value is None:
        raise LiteracyError(
            "goal.missing",
            where=f"{goal.area} {goal.year}",
            what=tell("the level of this goal is unknown ({})", goal.status),
            fix="find it and state it, for example set_goal(2025, 0.12); it is never guessed",
        )
    if not 0 < goal.value < 1:
        raise LiteracyError(
            "project.input",
            where=tell("goal of {}", goal.year),
            what=tell("{:g} is not a share between 0 and 1", goal.value),
            fix="write 12 % as 0.12",
        )
    return goal.value


def read_goals(goal: object) -> tuple[Goal, ...]:
    """Return one or several goals as a tuple in order of year; an error unless every value is known."""
    given = (goal,) if isinstance(goal, Goal) else goal
    if not isinstance(given, Iterable) or isinstance(given, str):
        given = (given,)
    goals: list[Goal] = []
    for one in given:
        if not isinstance(one, Goal):
            raise LiteracyError(
                "project.input",
                where="goal",
                what=tell("{!r} is not a goal", one),
                fix="give load_goal(survey, 2025) or set_goal(2025, 0.12)",
            )
        goal_value(one)
        goals.append(one)
    return tuple(sorted(goals, key=lambda g: (g.year, goal_value(g))))


def goal_text(goal: Goal) -> str:
    """Describe a goal as ``above 12 %`` or ``at least 12 %``."""
    value = 100 * goal_value(goal)
    return tell("above {:.4g} %", value) if goal.strict else tell("at least {:.4g} %", value)


def set_goal(year: int, value: float, *, strict: bool = True, area: str = "") -> Goal:
    """Define a goal that is not in a survey folder.

    Parameters
    ----------
    year : int
    value : float
        Share, 0.12 for 12 %.
    strict : bool
        True: the rate must exceed the value; False: reaching it suffices.
    area : str

    Returns
    -------
    Goal

    Examples
    --------
    >>> goal = lit.set_goal(2030, 0.2, area="erenhot")
    >>> goal.year, goal.value, goal.strict
    (2030, 0.2, True)
    """
    if not 1900 <= year <= LAST_YEAR or year != int(year):
        raise LiteracyError(
            "project.input",
            where="goal",
            what=tell("{!r} is not a year", year),
            fix="write set_goal(2025, 0.12)",
        )
    goal = Goal(
        area=area,
        label=Label("自设目标", "goal given by the user"),
        year=int(year),
        value=float(value),
        strict=strict,
        source="given by the user",
        status="given",
    )
    goal_value(goal)
    return goal


def judge(trend: Trend, goal: Goal, *, confidence: float = 0.95) -> Verdict:
    """Judge a goal by the survey of its year.

    Parameters
    ----------
    trend : Trend
        Must contain a wave of the goal's year.
    goal : Goal
    confidence : float
        Level of the two-sided interval on which the verdict is based.

    Returns
    -------
    Verdict
        "passed" if the whole interval lies beyond the goal, "not passed" if it lies on the other side, otherwise
        "cannot be told".

    Examples
    --------
    >>> made = lit.trend({2025: lit.proportion(sample, "literate")})
    >>> lit.judge(made, lit.set_goal(2025, 0.12)).outcome
    'passed'
    """
    level = goal_value(goal)
    if not 0 < confidence < 1:
        raise LiteracyError(
            "project.input", where="confidence", what=f"{confidence:g}", fix="give a level such as 0.95"
        )
    rows = trend.rows(goal.year)
    if not len(rows):
        there = ", ".join(f"{y:g}" for y in trend.years) or tell("none")
        raise LiteracyError(
            "project.input",
            where=tell("goal of {}", goal.year),
            what=tell("there is no survey of {} to judge the goal by (waves: {})", goal.year, there),
            fix="project the goal instead, or add the survey",
        )
    share, se, size, df, n, notes = _pooled(trend, rows)
    notes += [tell("synthetic data: nobody was interviewed")] * trend.synthetic
    if 0 < share < 1:
        middle, sd = float(logit(share)), math.sqrt(1 / (size * share * (1 - share)))
    else:
        value, variance = empirical_logit(np.array([share]), np.array([size]))
        middle, sd = float(value[0]), math.sqrt(float(variance[0]))
        notes.append(
            tell(
                "a share of {:g}: the interval is exact (Clopper-Pearson) for the effective respondents",
                share,
            )
        )
    law = Spread(np.array(middle), np.array(sd), df if math.isfinite(df) and df > 0 else math.inf)
    if math.isinf(law.df):
        notes.append(tell("the degrees of freedom are unknown: the interval uses the normal distribution"))
    low, high = (float(law.quantile(q)) for q in ((1 - confidence) / 2, (1 + confidence) / 2))
    if not 0 < share < 1:
        exact = beta_interval(np.array([share]), np.array([size]), confidence)
        low, high = (float(limit[0]) for limit in exact)
    if sd > 0:
        probability = 1.0 - float(law.cdf(level))
    else:  # a census: the figure itself decides
        low = high = share
        probability = float(share > level or (share == level and not goal.strict))
    outcome = _outcome(low, high, level, goal.strict)
    needed = math.nan
    if outcome == "cannot be told":
        deff = n / size if math.isfinite(n) else 1.0
        needed = (
            _needed(middle, float(logit(level)), confidence, deff, law.df)
            if 0 < share < 1
            else _needed_bare(share, level, confidence, deff)
        )
        if not math.isfinite(n):
            notes.append(tell("the sample size is not published: n_needed counts effective respondents"))
        if math.isinf(needed):
            notes.append(tell("the estimate equals the goal: no sample size would have decided it"))
    return Verdict(
        goal=goal,
        area=trend.area,
        estimate=share,
        se=se,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        probability=probability,
        outcome=outcome,
        n=n,
        n_needed=needed,
        df=df,
        notes=tuple(notes),
    )


def _outcome(low: float, high: float, level: float, strict: bool) -> str:
    if low > level or (low == level and not strict):
        return "passed"
    if high < level or (high == level and strict):
        return "not passed"
    return "cannot be told"


def _pooled(trend: Trend, rows: NDArray[np.intp]) -> tuple[float, float, float, float, float, list[str]]:
    """Return share, standard error, effective size, df, respondents and notes of the pooled surveys of one year."""
    if len(rows) == 1:
        at = int(rows[0])
        return (
            float(trend.estimate[at]), float(trend.se[at]), float(trend.n_eff[at]), float(trend.df[at]),
            float(trend.n[at]), [],
        )  # fmt: skip
    weight = weigh_sizes(trend.n_eff[rows])
    share = float(weight @ trend.estimate[rows])
    covariance = trend.covariance[np.ix_(rows, rows)]
    variance = float(weight @ covariance @ weight)
    if 0 < share < 1:
        size = share * (1 - share) / variance if variance > 0 else math.inf
    else:  # shares of 0 or 1 have no variance of their own to derive a size from
        size = float(np.sum(trend.n_eff[rows]))
    df = pool_df(weight**2 * np.diag(covariance), trend.df[rows])
    listed = ", ".join(
        f"{100 * p:.2f} % ({w:.0%})" for p, w in zip(trend.estimate[rows], weight, strict=True)
    )
    note = tell("{} surveys of the year are pooled by effective size: {}", len(rows), listed)
    return share, math.sqrt(variance), size, df, float(np.sum(trend.n[rows])), [note]


def _needed(middle: float, level: float, confidence: float, deff: float, df: float) -> float:
    """Return the respondents whose interval would end at the goal, given the same share, design effect and df."""
    from scipy import special

    distance = middle - level
    if abs(distance) < 1e-9:
        return math.inf
    share, upper = float(expit(middle)), (1 + confidence) / 2
    t = float(special.ndtri(upper) if math.isinf(df) else special.stdtrit(df, upper))
    return float(math.floor(t**2 * deff / (share * (1 - share) * distance**2)) + 1)


def _needed_bare(share: float, level: float, confidence: float, deff: float) -> float:
    """Return the same for a share of 0 or 1, whose exact interval ends at ``tail ** (1 / size)`` from the other end."""
    ratio = math.log((1 - confidence) / 2) / (math.log(level) if share > 0 else math.log1p(-level))
    return float(math.floor(deff * ratio) + 1)
