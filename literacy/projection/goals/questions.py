"""Planning questions: size of the next survey, milestones on the way to a goal, and change since an earlier wave."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.courses import Courses
from literacy.kernels.forecast.spread import Spread, df_factor, expit, logit
from literacy.messages import tell
from literacy.projection.fans import Projection
from literacy.projection.goals.outlooks import Z95, pick_rows, survey_chances
from literacy.projection.goals.verdicts import goal_text, goal_value
from literacy.projection.trends.pooling import pool_df
from literacy.projection.trends.reference_dates import whole_years
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

CHANCES = (0.5, 0.6, 0.7, 0.8, 0.9)
LARGEST = 10_000_000
BEYOND, STEPS = 3.0, 401
"""Log odds beyond the likely shares of a year among which a milestone is sought, and their number."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answer(Printable):
    """A table that answers one question, with notes on its assumptions.

    Attributes
    ----------
    question : str
    table : DataFrame
    notes : tuple of str
    unit : str
        ``share``, or ``points`` where the table is about changes of shares.
    labels : tuple of Label
        Labels of the places in the table.
    heads : mapping of column to column
        Headings that differ from the usual ones of those columns.
    """

    question: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    unit: str = "share"
    labels: tuple[Label, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return self.question

    def _notes(self) -> list[str]:
        return list(self.notes)

    def _unit(self) -> str:
        return self.unit

    def _heads(self) -> Mapping[str, str]:
        return self.heads

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        areas = self.table.get("area", ())
        names = {a: b.get(lang) for a, b in zip(areas, self.labels, strict=False) if b.get(lang)}
        return {"area": {"": tell("the surveyed place"), **names}}


def next_goal(projection: Projection) -> Goal:
    """Return the first goal of a projection whose year is after the last wave.

    Parameters
    ----------
    projection : Projection

    Returns
    -------
    Goal

    Raises
    ------
    LiteracyError
        ``project.input`` if there is no such goal.

    Examples
    --------
    >>> from literacy.projection import next_goal, project, series_trend, set_goal
    >>> next_goal(project(series_trend("national"), set_goal(2030, 0.2))).year
    2030
    """
    last = float(projection.trend.times[-1]) if len(projection.trend) else -math.inf
    ahead = [o.goal for o in projection.outlooks if o.goal.year > last]
    if not ahead:
        raise _refused(
            "goal", tell("there is no goal after the last wave"), tell("give one, such as --goal 2030=0.2")
        )
    return ahead[0]


def size_to_prove(
    projection: Projection,
    goal: Goal,
    *,
    chances: Sequence[float] = CHANCES,
    deff: float | None = None,
    df: float | None = None,
    cost: float | None = None,
) -> Answer:
    """Return the number of respondents needed to prove a goal in its year with a given probability.

    Proof means that the whole 95 % interval lies beyond the goal. The probability accounts for the uncertainty about
    the true share of that year and for the survey's sampling error; no size suffices for more than the probability that
    the true share passes.

    Parameters
    ----------
    projection : Projection
        A projection that includes the goal's year, after the last wave.
    goal : Goal
    chances : sequence of float
        Probabilities of proof for which the size is computed.
    deff : float, optional
        Design effect of the survey; default is that of the last wave if its n is known.
    df : float, optional
        Degrees of freedom of its interval (sampling units less strata), NaN if large; default is those of the last
        wave.
    cost : float, optional
        Cost of one interview, in any currency.

    Returns
    -------
    Answer
        chance, n_eff, n, cost; sizes are missing if none suffices.

    Raises
    ------
    LiteracyError
        ``project.input``.

    Examples
    --------
    >>> lit.size_to_prove(outlook, lit.set_goal(2030, 0.2), deff=1.5).to_frame().columns[:3].tolist()
    ['chance', 'n_eff', 'n']
    """
    level, here = goal_value(goal), _at(projection, goal.year)
    trend = projection.trend
    notes = warn_synthetic(trend)
    if deff is None:
        known = len(trend) and math.isfinite(float(trend.n[-1])) and math.isfinite(float(trend.n_eff[-1]))
        if not known:
            raise _refused(
                "deff",
                tell("the design effect of the last wave is unknown"),
                tell("give deff= (--deff), such as 1.8"),
            )
        deff = float(trend.n[-1] / trend.n_eff[-1])
        notes.append(tell("design effect {:.2f}, that of the last wave", deff))
    if not (deff > 0 and math.isfinite(deff)) or (cost is not None and not cost > 0):
        raise _refused(tell("deff, cost"), f"deff = {deff}, cost = {cost}", tell("give numbers above 0"))
    if df is None:
        df = float(trend.df[-1]) if len(trend) else math.nan
        if not math.isnan(df):
            notes.append(tell("{:g} degrees of freedom, those of the last wave", df))
    most = 1.0 - float(here.cdf(level)[0])
    rows = []
    for chance in chances:
        if not 0 < chance < 1:
            raise _refused("chances", f"{chance:g}", tell("give probabilities between 0 and 1"))
        size = _least_size(here, level, chance, df)
        n = math.nan if math.isinf(size) else float(math.ceil(size * deff))
        rows.append(
            (chance, math.nan if math.isinf(size) else size, n, math.nan if cost is None else n * cost)
        )
    notes.append(
        tell(
            "the probability that the true share exceeds the goal is {:.0f} %: no survey can "
            "prove it more often than that",
            100 * most,
        )
    )
    notes.append(
        tell("proven: the whole 95 % interval lies {} (degrees of freedom unlimited)", goal_text(goal))
        if math.isnan(df)
        else tell(
            "proven: the whole 95 % interval, with {:g} degrees of freedom, lies {}", df, goal_text(goal)
        )
    )
    if cost is None:
        notes.append(tell("no cost per interview was given"))
    table = pd.DataFrame(rows, columns=["chance", "n_eff", "n", "cost"])
    return Answer(
        tell("Respondents needed to prove a share {} in {}", goal_text(goal), goal.year), table, tuple(notes)
    )


def milestones(projection: Projection, goal: Goal, *, chance: float = 0.5) -> Answer:
    """Return the shares that intermediate years must show for the goal to remain within reach.

    Parameters
    ----------
    projection : Projection
    goal : Goal
        A goal of a future year.
    chance : float
        Probability of passing at which the place counts as on course.

    Returns
    -------
    Answer
        year, needed (smallest true share of that year from which on the goal is passed with that probability: the share
        seen changes what is expected of the pace), estimate, probability (that the share of the year is at least
        ``needed``).

    Raises
    ------
    LiteracyError
        ``project.input`` for a method without a joint distribution of several years.

    Examples
    --------
    >>> lit.milestones(outlook, lit.set_goal(2030, 0.2)).to_frame().columns[:2].tolist()
    ['year', 'needed']
    """
    level = goal_value(goal)
    _at(projection, goal.year)
    if not 0 < chance < 1:
        raise _refused("chance", f"{chance:g}", "give a probability between 0 and 1")
    courses = projection.courses
    if courses is None:
        raise _refused(
            tell("method {}", projection.method),
            tell("gives a distribution of each year by itself, from which no milestone follows"),
            tell("omit the method: the default model gives the joint distribution"),
        )
    end = int(np.flatnonzero(courses.years == goal.year)[0])
    rows = []
    for now, year in enumerate(courses.years[: end + 1]):
        if year != math.floor(year):
            continue
        here = pick_rows(projection.spread, projection.years == year)
        share = level if now == end else _least_share(courses, here, now, float(logit(level)), end, chance)
        reached = math.nan if math.isnan(share) else 1.0 - float(here.cdf(share)[0])
        rows.append((int(year), share, float(here.median()[0]), reached))
    table = pd.DataFrame(rows, columns=["year", "needed", "estimate", "probability"])
    notes = [
        tell(
            "needed: the true share of the year from which on the goal ({}) is passed in {} with probability {:.4g} %, "
            "the pace judged anew by that share; a survey measures it with its own error",
            goal_text(goal),
            goal.year,
            100 * chance,
        )
    ]
    notes += warn_synthetic(projection.trend)
    none = table.loc[table["needed"].isna(), "year"]
    if len(none):
        notes.append(tell("no share of {} would give that probability", ", ".join(map(str, none))))
    title = tell("Milestones on the way to a share {} in {}", goal_text(goal), goal.year)
    return Answer(title, table, tuple(notes), heads={"probability": "p_needed"})


def _least_share(
    courses: Courses, here: Spread | Blend, now: int, level: float, end: int, chance: float
) -> float:
    """Return the smallest share of one year from which on the goal is passed with a probability; NaN if none."""
    ends = logit(np.clip(here.quantile(np.array([0.001, 0.999])[:, None])[:, 0], 1e-9, 1 - 1e-9))
    seen = np.linspace(min(ends[0], level) - BEYOND, max(ends[1], level) + BEYOND, STEPS)
    short = ~(courses.chance_given(seen, now, level, end) >= chance)
    last = int(np.flatnonzero(short)[-1]) if short.any() else 0
    if last == STEPS - 1:
        return math.nan
    low, high = seen[last], seen[last + 1]
    for _ in range(30):
        middle = (low + high) / 2
        enough = courses.chance_given(np.array([middle]), now, level, end)[0] >= chance
        low, high = (low, middle) if enough else (middle, high)
    return float(expit(high))


def change_since(trend: Trend, year: float, others: Sequence[Trend] = ()) -> Answer:
    """Return the change of a place since a wave, and its rank among its neighbours.

    Parameters
    ----------
    trend : Trend
    year : float
        Date of the earlier wave; a year without a wave in its middle stands for the last wave of that year.
    others : sequence of Trend
        Neighbouring places, compared by their last waves.

    Returns
    -------
    Answer
        area, first, year (of the last wave), last, change, se, ci_low, ci_high (of the change), a_year; with others
        also rank (by the last share), rank_best, rank_worst (counting only places that differ significantly, at 5 %).

    References
    ----------
    Goldstein & Spiegelhalter (1996), "League tables and their limitations", JRSS A 159: 385-443: a rank is to be read
    with its uncertainty.

    Examples
    --------
    >>> lit.change_since(lit.series_trend("national"), 2020).to_frame().columns[:2].tolist()
    ['area', 'first']
    """
    names = [one.area for one in (trend, *others)]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise _refused(
            twice[0] or "area",
            tell("two places have the same name"),
            tell("give every place once, each with a name of its own (a column area)"),
        )
    rows: list[tuple[object, ...]] = []
    notes = warn_synthetic(trend, *others)
    shown: list[Trend] = []
    for one in (trend, *others):
        at = _wave_of(one, year)
        if at is None or at == len(one) - 1:
            if one is trend:
                there = ", ".join(f"{y:g}" for y in one.years)
                fix = (
                    tell("give one of them")
                    if len(one) > 1
                    else tell("give a wave before the last: one wave cannot show a change")
                )
                raise _refused(f"{year:g}", tell("is not an earlier wave (waves: {})", there), fix)
            notes.append(
                tell(
                    "{}: no wave of {:g} before the last one, so that its change is not known",
                    one.label.localized or one.area,
                    year,
                )
            )
            if len(one):
                rows.append((one.area, math.nan, one.years[-1], float(one.estimate[-1]), *([math.nan] * 5)))
                shown.append(one)
            continue
        last = len(one) - 1
        change = float(one.estimate[last] - one.estimate[at])
        c = one.covariance
        se = math.sqrt(max(float(c[at, at] + c[last, last] - 2 * c[at, last]), 0.0))
        span = float(one.times[last] - one.times[at])
        reach = Z95 * float(df_factor(np.array(pool_df(np.diag(c)[[at, last]], one.df[[at, last]])))) * se
        rows.append(
            (one.area, float(one.estimate[at]), one.years[last], float(one.estimate[last]), change, se, change - reach,
             change + reach, change / span)
        )  # fmt: skip
        shown.append(one)
    names = ["area", "first", "year", "last", "change", "se", "ci_low", "ci_high", "a_year"]
    table = pd.DataFrame(rows, columns=names)
    table["year"] = whole_years(table["year"].to_numpy(float))
    if others:
        table["rank"], table["rank_best"], table["rank_worst"] = _rank(shown)
        notes.append(
            tell(
                "rank by the share of the last wave; best and worst rank count only places whose difference is "
                "significant"
            )
        )
        if table["year"].nunique() > 1:
            notes.append(tell("the last waves are of different years, and the places may have gained since"))
    return Answer(
        tell("Change since {:g}", year), table, tuple(notes), "points", tuple(one.label for one in shown)
    )


def _rank(trends: Sequence[Trend]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return the ranks by the last waves, and the best and the worst that pairwise differences leave open."""
    last = np.array([t.estimate[-1] for t in trends])
    variance = np.array([t.covariance[-1, -1] for t in trends])
    df = np.array([t.df[-1] for t in trends])
    apart = last - last[:, None]  # how far the column lies above the row
    se = np.sqrt(variance + variance[:, None])
    pairs = [[pool_df(variance[[i, j]], df[[i, j]]) for j in range(len(df))] for i in range(len(df))]
    far = np.abs(apart) > Z95 * df_factor(np.array(pairs)) * se
    above, below = far & (apart > 0), far & (apart < 0)
    return 1 + (apart > 0).sum(axis=1), 1 + above.sum(axis=1), len(last) - below.sum(axis=1)


def warn_synthetic(*trends: Trend) -> list[str]:
    """Return a note if the data of any trend are synthetic."""
    return [tell("synthetic data: nobody was interviewed")] * any(one.synthetic for one in trends)


def _wave_of(trend: Trend, year: float) -> int | None:
    """Return the index of the wave of a date, or of the last wave of a year if there is none of that date."""
    exact = np.flatnonzero(trend.years == year)
    return int(exact[0]) if len(exact) else trend.row(year)


def _least_size(here: Spread | Blend, level: float, chance: float, df: float) -> float:
    """Return the smallest effective size whose survey proves the level with that probability; inf if there is none."""
    low, high = 10.0, float(LARGEST)
    if survey_chances(here, level, high, df)[1] < chance:
        return math.inf
    for _ in range(50):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if survey_chances(here, level, middle, df)[1] >= chance else (middle, high)
    return high


def _at(projection: Projection, year: int) -> Spread | Blend:
    """Return the distribution in one future year."""
    at = projection.years == year
    if not at.any() or projection.past[at].any() or projection.spread.point:
        raise _refused(
            tell("goal of {}", year),
            tell("the projection gives no distribution for that year after the last wave"),
            tell("project with horizon={} using a method that gives an interval", year),
        )
    return pick_rows(projection.spread, at)


def _refused(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("project.input", where=where, what=what, fix=fix)
