"""Outlook for a goal, from the distribution of the share in every year."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.instrument import Goal
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.spread import Spread, df_factor, logit
from literacy.projection.goals.verdicts import Verdict, goal_value, judge
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

NODES = (np.arange(100) + 0.5) / 100
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Outlook:
    """Outlook for one goal under a projection.

    Attributes
    ----------
    goal : Goal
    probability : float
        Probability that the true share passes the goal in its year.
    probability_shown, probability_proven : float
        Probability that a survey in that year with the effective size of the last wave gives an estimate beyond the
        goal, and that its whole 95 % interval lies beyond it (so that the goal is judged passed). NaN if the method has
        no interval or the goal's year is not ahead.
    estimate, ci_low, ci_high : float
        Projected median share in that year, 0-1, and its 95 % interval.
    pace_needed, pace_seen, pace_seen_se, pace_projected : float
        Gain in share per year: from the last wave to the goal; between first and last wave, with standard error; from
        the last wave to the projected median.
    first_year : int or None
        First year from which passing is more likely than not, under the distribution behind ``probability``; None if
        there is none within sixty years.
    verdict : Verdict or None
        Verdict by the survey of the goal's year, if there is one.
    """

    goal: Goal
    probability: float
    probability_shown: float
    probability_proven: float
    estimate: float
    ci_low: float
    ci_high: float
    pace_needed: float
    pace_seen: float
    pace_seen_se: float
    pace_projected: float
    first_year: int | None
    verdict: Verdict | None


def pick_rows(spread: Spread | Blend, keep: NDArray[np.bool_]) -> Spread | Blend:
    """Return the distribution at the selected times."""
    if isinstance(spread, Blend):
        return spread.pick(keep)
    return Spread(spread.location[keep], spread.scale[keep], spread.df, spread.link)


def make_outlook(trend: Trend, goal: Goal, times: Floats, spread: Spread | Blend) -> Outlook:
    """Compute probability, gap, pace and first year for one goal.

    Parameters
    ----------
    trend : Trend
    goal : Goal
    times : (t,) times of ``spread``, on the scale of whole years
    spread : Spread or Blend, distribution of the share at those times
    """
    level = goal_value(goal)
    latest = float(trend.times[-1]) if len(trend) else math.nan
    at = times == goal.year
    here = pick_rows(spread, at) if at.any() else None
    estimate = low = high = probability = shown = proven = math.nan
    if here is not None:
        estimate = float(here.median()[0])
        low, high = (float(here.quantile(q)[0]) for q in (0.025, 0.975))
        probability = 1.0 - float(here.cdf(level)[0])
        if goal.year > latest and not here.point:
            shown, proven = survey_chances(here, level, float(trend.n_eff[-1]), float(trend.df[-1]))
    now = float(trend.estimate[-1]) if len(trend) else float(spread.median()[0])
    since = latest if len(trend) else float(times[0])
    ahead = goal.year - since
    seen, seen_se = _pace_seen(trend)
    return Outlook(
        goal=goal,
        probability=probability,
        probability_shown=shown,
        probability_proven=proven,
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        pace_needed=(level - now) / ahead if ahead > 0 else math.nan,
        pace_seen=seen,
        pace_seen_se=seen_se,
        pace_projected=(estimate - now) / ahead if ahead > 0 else math.nan,
        first_year=first_year(goal.year, times, 1.0 - np.asarray(spread.cdf(level))),
        verdict=judge(trend, goal) if len(trend.rows(goal.year)) else None,
    )


def first_year(year: int, times: Floats, chance: Floats) -> int | None:
    """Return the first whole year from which passing is more likely than not.

    If passing is likely in the goal's year, this is the first of the unbroken run of such years that includes it;
    otherwise the next such year after it.
    """
    whole = times == np.floor(times)
    years, likely = times[whole].astype(int), chance[whole] > 0.5
    at = int(np.searchsorted(years, year))
    if at < len(years) and years[at] == year and likely[at]:
        before = np.flatnonzero(~likely[:at])
        return int(years[before[-1] + 1]) if len(before) else int(years[0])
    after = np.flatnonzero(likely & (years > year))
    return int(years[after[0]]) if len(after) else None


def survey_chances(
    here: Spread | Blend, level: float, size: float, df: float = math.nan
) -> tuple[float, float]:
    """Probability that a survey's estimate, and its whole 95 % interval, lie beyond a level.

    Parameters
    ----------
    here : distribution of the true share at one time
    level : float, level of the goal, 0-1
    size : float, effective sample size of the survey
    df : float, degrees of freedom of its interval, NaN if not known

    Returns
    -------
    shown, proven : float
    """
    from scipy import special

    z = logit(np.clip(here.quantile(NODES[:, None])[:, 0], 1e-9, 1 - 1e-9))
    share = 1 / (1 + np.exp(-z))
    error = np.maximum(1.0 / np.sqrt(size * share * (1.0 - share)), 1e-9)
    reach = Z95 * float(df_factor(np.array(df)))
    gap = (z - float(logit(level))) / error
    return float(np.mean(special.ndtr(gap))), float(np.mean(special.ndtr(gap - reach)))


def _pace_seen(trend: Trend) -> tuple[float, float]:
    """Return the yearly gain between the first and the last wave, with its standard error."""
    if len(trend) < 2:
        return math.nan, math.nan
    span = float(trend.times[-1] - trend.times[0])
    variance = trend.covariance[0, 0] + trend.covariance[-1, -1] - 2 * trend.covariance[0, -1]
    return float(trend.estimate[-1] - trend.estimate[0]) / span, math.sqrt(max(variance, 0.0)) / span
