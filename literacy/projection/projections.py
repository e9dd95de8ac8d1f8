"""project: from a trend to the chance of passing each goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.spread import Spread, expit, logit
from literacy.projection.dynamics import Dynamics, Posterior, chain, posterior
from literacy.projection.fans import Band, Outlook, Projection
from literacy.projection.methods import METHODS, forecast_shares
from literacy.projection.series import series_trend
from literacy.projection.verdicts import LAST_YEAR, goal_value, judge, read_goals
from literacy.projection.waves import LEVELS, Trend

Floats = NDArray[np.float64]

AHEAD = 5
REACH = 60
SENSITIVITY = (0.02, 0.04, 0.07, 0.10, 0.15, math.inf)
"""Strengths of the slope prior that every projection is repeated with."""

_PACE_UNKNOWN = 0.3
Z95 = 1.959963984540054


def project(
    trend: Trend,
    goal: Goal | Iterable[Goal] = (),
    *,
    higher: Sequence[Trend] | None = None,
    proxy: Trend | None = None,
    method: str = "local_linear",
    horizon: int | None = None,
    prior_sd: float = 0.07,
    level_sd: float = 0.03,
    slope_sd: float = 0.01,
    break_sd: float = 0.05,
    proxy_sd: float = 0.45,
) -> Projection:
    """Project a trend and give the chance of passing each goal in its year.

    The default is a local linear trend on the logit scale whose observations have the waves' known sampling
    variance. The yearly gain is drawn towards that of the higher levels; ``prior_sd`` says how strongly, and the
    result repeats the projection under other strengths.

    Parameters
    ----------
    trend : Trend
        The place's own surveys; may be empty if ``proxy`` is given.
    goal : Goal or iterable of Goal
    higher : sequence of Trend, optional
        Higher levels. None takes the published national series for a place below the nation; ``()`` takes none.
    proxy : Trend, optional
        Place that stands in for one that was never surveyed. Every output names it.
    method : str
        A key of :data:`literacy.projection.methods.METHODS`.
    horizon : int, optional
        Last year of the fan; without it the year of the last goal ahead, or five years on where none is.
    prior_sd, level_sd, slope_sd, break_sd, proxy_sd : float
        See :class:`literacy.projection.dynamics.Dynamics`.

    Returns
    -------
    Projection
    """
    option("method", method, tuple(METHODS), "project.input")
    dynamics = Dynamics(prior_sd, level_sd, slope_sd, break_sd, proxy_sd)
    goals = read_goals(goal)
    trend, said = _place(trend, goals)
    above, notes = _higher(trend, higher, proxy)
    notes = [*said, *notes]
    if method != "local_linear":
        return _by_baseline(trend, goals, method, dynamics, _last_year(trend, goals, horizon), notes)
    last = _last_year(proxy if proxy is not None and not len(trend) else trend, goals, horizon)
    times = _grid(trend, above, goals, last + REACH)
    series = chain(trend, above, dynamics, anchored=not len(trend))
    found = posterior(series, times, dynamics)
    _refuse_unknown_pace(found, trend, bool(above), dynamics)
    spread = found.spread()
    born = ~np.isnan(spread.location)
    outlooks = tuple(_outlook(trend, g, times[born], _pick(spread, born)) for g in goals)
    shown = born & (times <= last)
    start = float(trend.years[-1]) if len(trend) else float(times[born][0])
    result = Projection(
        trend=trend,
        method=method,
        years=times[shown],
        spread=_pick(spread, shown),
        past=times[shown] <= start,
        outlooks=outlooks,
        higher=_bands(above, found, times <= last),
        proxy=proxy,
        dynamics=dynamics,
        gain=_gain(found, start),
        sensitivity=(),
        notes=tuple(notes),
    )
    return replace(result, sensitivity=_sensitivity(result, above, goals, last))


def _place(trend: Trend, goals: Sequence[Goal]) -> tuple[Trend, list[str]]:
    """The trend with the goals' place where it has no name, and a note where the two differ."""
    places = {g.area: g for g in goals if g.area}
    if len(places) == 1 and trend.area in ("", *places):
        area, goal = next(iter(places.items()))
        if trend.label in (Label("", ""), Label(area, area)):
            return replace(trend, area=area, label=goal.label), []
        return replace(trend, area=area), []
    foreign = sorted(a for a in places if a != trend.area)
    if foreign and trend.area:
        return trend, [f"the goal is that of {', '.join(foreign)}, the waves are those of {trend.area}"]
    return trend, []


def _higher(
    trend: Trend, higher: Sequence[Trend] | None, proxy: Trend | None
) -> tuple[tuple[Trend, ...], list[str]]:
    """The chain above the place, widest first, and what has to be said about it."""
    notes: list[str] = []
    if not len(trend) and proxy is None:
        raise LiteracyError(
            "project.input",
            where=trend.area or "trend",
            what="the place was never surveyed and no proxy is named",
            fix="name one, for example proxy=series_trend('inner_mongolia'); its figures are marked as a proxy's",
        )
    if len(trend) and proxy is not None:
        raise LiteracyError(
            "project.input",
            where="proxy",
            what=f"the place has {len(trend)} survey(s) of its own",
            fix="a proxy stands in for missing surveys only; give the series as higher=[...] instead",
        )
    if higher is None:
        standards = {s for s in trend.standards if s}
        if trend.level == "nation":
            higher = ()
        elif standards <= set((nation := series_trend("national")).standards):
            higher = (nation,)
            notes.append("no higher level was given: the gain is drawn towards the published national series")
        else:
            higher = ()
            notes.append(
                f"the national series is not used: it does not rest on {', '.join(sorted(standards))}"
            )
    chosen = [t for t in higher if len(t)]
    if proxy is not None:
        if not len(proxy):
            raise LiteracyError(
                "project.input",
                where="proxy",
                what="the proxy has no wave",
                fix="name a surveyed place",
            )
        chosen = [t for t in chosen if t.area != proxy.area] + [proxy]
        notes.append(
            f"PROXY: no survey of {trend.area or 'this place'} exists; every figure is that of "
            f"{proxy.label.en or proxy.area} (last wave {proxy.years[-1]:g}), with a departure of unknown sign "
            "added to its uncertainty"
        )
    chosen.sort(key=lambda t: LEVELS.index(t.level))
    rank = LEVELS.index(trend.level)
    for one, narrow in zip(chosen, [*chosen[1:], None], strict=False):
        twin = narrow is not None and narrow.level == one.level
        if twin or LEVELS.index(one.level) >= rank:
            raise LiteracyError(
                "project.input",
                where="higher",
                what=f"{one.area} is a {one.level}, which is "
                + ("given twice" if twin else f"not above a {trend.level}"),
                fix=f"give at most one series a level, wider than the place: {', '.join(LEVELS[:rank])}",
            )
    if chosen and len(trend):
        notes.append(
            "the gain is drawn towards: "
            + ", ".join(f"{t.label.en or t.area} ({t.years[0]:g}-{t.years[-1]:g})" for t in reversed(chosen))
            + "; only the pace is used, not the level"
        )
    return tuple(chosen), notes


def _last_year(trend: Trend, goals: Sequence[Goal], horizon: int | None) -> int:
    latest = math.floor(float(trend.years[-1])) if len(trend) else 0
    if horizon is None:
        return max((g.year for g in goals if g.year > latest), default=latest + AHEAD)
    if not latest <= horizon <= LAST_YEAR:
        raise LiteracyError(
            "project.input",
            where="horizon",
            what=f"{horizon} lies before the last wave ({latest})"
            if horizon < latest
            else f"{horizon} lies too far ahead",
            fix="give a year after the last wave, such as 2030",
        )
    return horizon


def _grid(trend: Trend, above: Sequence[Trend], goals: Sequence[Goal], last: int) -> Floats:
    waves = [float(y) for t in (trend, *above) for y in t.years]
    first = math.ceil(min(waves))
    return np.array(sorted({*waves, *(float(g.year) for g in goals), *map(float, range(first, last + 1))}))


def _pick(spread: Spread, keep: NDArray[np.bool_]) -> Spread:
    return Spread(spread.location[keep], spread.scale[keep], spread.df, spread.link)


def _refuse_unknown_pace(found: Posterior, trend: Trend, above: bool, dynamics: Dynamics) -> None:
    if found.gain_sd[-1, -1] < _PACE_UNKNOWN + 3 * dynamics.slope_sd * math.sqrt(REACH):
        return
    why = "with prior_sd so large the higher level says nothing" if above else "no higher level is given"
    raise LiteracyError(
        "project.input",
        where=trend.area or "trend",
        what=f"{len(trend)} wave(s) cannot show a pace, and {why}",
        fix="add a wave, or give a higher level such as higher=[series_trend('national')] with a finite prior_sd",
    )


def _gain(found: Posterior, start: float) -> tuple[float, float]:
    at = int(np.searchsorted(found.times, start))
    return float(found.gain[at, -1]), float(found.gain_sd[at, -1])


def _bands(above: Sequence[Trend], found: Posterior, shown: NDArray[np.bool_]) -> tuple[Band, ...]:
    made = []
    for j, one in enumerate(above):
        spread = found.spread(j)
        keep = shown & ~np.isnan(spread.location)
        made.append(Band(one, found.times[keep], _pick(spread, keep)))
    return tuple(made)


def _outlook(trend: Trend, goal: Goal, times: Floats, spread: Spread) -> Outlook:
    """Chance, gap, pace and first year of one goal; the model's years are ``times``."""
    level = goal_value(goal)
    latest = float(trend.years[-1]) if len(trend) else math.nan
    at = np.flatnonzero(times == goal.year)
    here = _pick(spread, np.isin(times, times[at])) if len(at) else None
    estimate = low = high = probability = shown = proven = math.nan
    if here is not None:
        estimate = float(here.median()[0])
        low, high = (float(here.quantile(q)[0]) for q in (0.025, 0.975))
        probability = 1.0 - float(here.cdf(level)[0])
        if goal.year > latest:
            shown, proven = _survey_chances(float(trend.n_eff[-1]), level, here)
    now = float(trend.estimate[-1]) if len(trend) else float(spread.median()[0])
    since = latest if len(trend) else float(times[0])
    ahead = goal.year - since
    seen, seen_se = _pace_seen(trend)
    start = int(np.searchsorted(times, since))
    likely = (
        np.flatnonzero(spread.location[start:] > logit(level))
        if spread.link == "logit"
        else (np.flatnonzero(spread.median()[start:] > level))
    )
    whole = [float(y) for y in times[start:][likely] if y == math.floor(y)]
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
        first_year=int(whole[0]) if whole else None,
        verdict=judge(trend, goal) if trend.row(goal.year) is not None else None,
    )


def _survey_chances(size: float, level: float, here: Spread) -> tuple[float, float]:
    """Chance that a survey of ``size`` effective respondents has a figure, or its whole interval, beyond the goal."""
    if here.point or here.link != "logit" or math.isfinite(here.df):
        return math.nan, math.nan
    share = float(here.median()[0])
    error = 1.0 / math.sqrt(size * share * (1.0 - share))
    seen = Spread(here.location, np.sqrt(here.scale**2 + error**2))
    beyond = float(expit(float(logit(level)) + Z95 * error))
    return 1.0 - float(seen.cdf(level)[0]), 1.0 - float(seen.cdf(beyond)[0])


def _pace_seen(trend: Trend) -> tuple[float, float]:
    """Gain a year between the first and the last wave, with its standard error."""
    if len(trend) < 2:
        return math.nan, math.nan
    span = float(trend.years[-1] - trend.years[0])
    variance = trend.covariance[0, 0] + trend.covariance[-1, -1] - 2 * trend.covariance[0, -1]
    return float(trend.estimate[-1] - trend.estimate[0]) / span, math.sqrt(max(variance, 0.0)) / span


def _sensitivity(
    result: Projection, above: Sequence[Trend], goals: Sequence[Goal], last: int
) -> tuple[tuple[float, int, float, float, float, float, float], ...]:
    """The projection under other strengths of the slope prior: one row a strength and goal."""
    if not above:
        return ()
    trend, rows = result.trend, []
    years = sorted({g.year for g in goals} | ({last} if not goals else set()))
    times = np.array([y for y in years if not len(trend) or y > trend.years[-1]], dtype=float)
    if not len(times):
        return ()
    for sd in sorted({*SENSITIVITY, result.dynamics.prior_sd}):
        if math.isinf(sd) and len(trend) < 2:
            continue
        dynamics = replace(result.dynamics, prior_sd=sd)
        spread = posterior(chain(trend, above, dynamics, anchored=not len(trend)), times, dynamics).spread()
        for i, year in enumerate(times):
            one = _pick(spread, times == year)
            low, high = (float(one.quantile(q)[0]) for q in (0.025, 0.975))
            middle = float(spread.median()[i])
            levels = [goal_value(g) for g in goals if g.year == year] or [math.nan]
            for level in levels:
                chance = math.nan if math.isnan(level) else 1.0 - float(one.cdf(level)[0])
                rows.append((sd, int(year), level, middle, low, high, chance))
    return tuple(rows)


def _by_baseline(
    trend: Trend, goals: Sequence[Goal], method: str, dynamics: Dynamics, last: int, notes: list[str]
) -> Projection:
    """A baseline in the same shape: the fan starts after the last wave and no higher level is used."""
    if not len(trend):
        raise LiteracyError(
            "project.input",
            where=f"method {method}",
            what="the place was never surveyed",
            fix="only method='local_linear' can project from a proxy",
        )
    latest = float(trend.years[-1])
    times = np.arange(math.floor(latest) + 1, last + REACH + 1, dtype=float)
    with_now = np.concatenate([[latest], times])
    spread = forecast_shares(trend, times, method)
    held = Spread(
        np.concatenate([[float(_forth(trend.estimate[-1], spread.link))], spread.location]),
        np.concatenate([[0.0], spread.scale]),
        spread.df,
        spread.link,
    )
    outlooks = []
    for goal in goals:
        made = _outlook(trend, goal, with_now, held)
        if goal.year <= latest:
            made = replace(made, probability=math.nan, estimate=math.nan, ci_low=math.nan, ci_high=math.nan)
        elif spread.point:
            made = replace(made, probability=math.nan, ci_low=math.nan, ci_high=math.nan)
        outlooks.append(made)
    shown = times <= last
    own = [f"{METHODS[method].label.en}: a baseline; higher levels are not used"]
    if spread.point:
        own.append("this method states no uncertainty, so there is no interval and no probability")
    return Projection(
        trend=trend,
        method=method,
        years=times[shown],
        spread=_pick(spread, shown),
        past=np.zeros(int(shown.sum()), dtype=bool),
        outlooks=tuple(outlooks),
        higher=(),
        proxy=None,
        dynamics=dynamics,
        gain=(math.nan, math.nan),
        sensitivity=(),
        notes=tuple(own),
    )


def _forth(share: float, link: str) -> float:
    if link == "logit":
        return float(logit(min(max(share, 1e-9), 1 - 1e-9)))
    return math.log(max(share, 1e-9)) if link == "log" else float(share)
