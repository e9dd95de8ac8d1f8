"""Projection of one place, with the probability of passing each goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.instrument import Goal, Label
from literacy.kernels.forecast.spread import Spread, logit
from literacy.messages import tell
from literacy.projection.fans import Band, Projection
from literacy.projection.goals.outlooks import make_outlook, pick_rows
from literacy.projection.goals.verdicts import LAST_YEAR, read_goals
from literacy.projection.models.averaging import INFLATION, SCALES, Assumptions, Averaged, Gain, fit_place
from literacy.projection.models.dynamics import Dynamics, Posterior, chain, posterior
from literacy.projection.models.methods import METHODS, MODELS, forecast_shares
from literacy.projection.sensitivities import try_assumptions, try_strengths
from literacy.projection.trends.published import series_trend
from literacy.projection.trends.trends import LEVELS, Trend

Floats = NDArray[np.float64]

AHEAD = 5
REACH = 60
FAR = 5.5
"""Horizon in years after the last wave beyond which a projection states its assumptions."""

_PACE_UNKNOWN = 0.3


def project_place(
    trend: Trend,
    goal: Goal | Iterable[Goal] = (),
    *,
    higher: Sequence[Trend] | None = None,
    proxy: Trend | None = None,
    method: str = "averaged",
    horizon: int | None = None,
    prior_sd: float | None = None,
    level_sd: float | None = None,
    slope_sd: float | None = None,
    survey_sd: float | None = None,
    converge: float | None = None,
    scale: str | None = None,
    break_sd: float = 0.05,
    proxy_sd: float = 0.45,
    gains: tuple[Gain, ...] | None = None,
) -> Projection:
    """Project a trend and return the probability of passing each goal in its year.

    The default method averages over assumptions: how closely the place follows the gain of the higher levels, how
    variable level and gain are, whether surveys have errors in addition to sampling error, and on which scale growth is
    linear. The place's waves determine their weights; the result includes the projection with each assumption fixed. A
    value given for one of them fixes it.

    Parameters
    ----------
    trend : Trend
        The place's own surveys; may be empty if a ``proxy`` is given.
    goal : Goal or iterable of Goal
        A goal of a year is evaluated at the middle of that year.
    higher : sequence of Trend, optional
        Higher levels. None uses the published national series for places below the nation; ``()`` uses none.
    proxy : Trend, optional
        Proxy of a place that was never surveyed; it is named in all output.
    method : str
        A key of :data:`literacy.projection.models.methods.METHODS`.
    horizon : int, optional
        Last year of the fan; default is the year of the last future goal, or five years ahead if there is none.
    prior_sd, level_sd, slope_sd, survey_sd, converge, scale : optional
        See :class:`literacy.projection.models.averaging.Assumptions`; ``local_linear`` uses the first three.
    break_sd, proxy_sd : float
    gains : tuple, optional
        Relations to the higher level learned from neighbours (see :func:`literacy.projection.neighbours.project`).

    Returns
    -------
    Projection

    Raises
    ------
    LiteracyError
        ``project.input``.
    """
    option("method", method, tuple(METHODS), "project.input")
    assumed = Assumptions(prior_sd, level_sd, slope_sd, survey_sd, converge, scale, break_sd, proxy_sd, gains)
    dynamics = Dynamics(
        0.07 if prior_sd is None else prior_sd,
        0.03 if level_sd is None else level_sd,
        0.01 if slope_sd is None else slope_sd,
        break_sd,
        proxy_sd,
    )
    _refuse_idle(method, assumed)
    goals = read_goals(goal)
    trend, remarks = _place(trend, goals)
    above, notes = _higher(trend, higher, proxy)
    if any(one.synthetic for one in (trend, *above)):
        remarks.insert(0, tell("synthetic data: nobody was interviewed"))
    if method not in MODELS:
        return _by_baseline(trend, goals, method, dynamics, _last_year(trend, goals, horizon), remarks)
    notes = [*remarks, *notes]
    last = _last_year(proxy if proxy is not None and not len(trend) else trend, goals, horizon)
    if method == "averaged":
        return _by_average(trend, goals, assumed, dynamics, above, proxy, last, notes)
    times = _grid(trend, above, goals, last + REACH)
    series = chain(trend, above, dynamics, anchored=not len(trend))
    found = posterior(series, times, dynamics)
    _refuse_unknown_pace(found, trend, bool(above), dynamics)
    spread = found.spread()
    born = ~np.isnan(spread.location)
    outlooks = tuple(make_outlook(trend, g, times[born], pick_rows(spread, born)) for g in goals)
    shown = born & (times <= last)
    start = float(trend.times[-1]) if len(trend) else float(times[born][0])
    return Projection(
        trend=trend,
        method=method,
        years=times[shown],
        spread=pick_rows(spread, shown),
        past=times[shown] <= start,
        outlooks=outlooks,
        higher=_bands(above, found, times <= last),
        proxy=proxy,
        dynamics=dynamics,
        gain=_gain(found, start),
        sensitivity=try_strengths(trend, above, goals, last, dynamics),
        notes=tuple(notes),
    )


def _refuse_idle(method: str, assumed: Assumptions) -> None:
    """Raise an error for options that have no effect."""
    given = [n for n in ("prior_sd", "level_sd", "slope_sd") if getattr(assumed, n) is not None]
    more = [n for n in ("survey_sd", "converge", "scale", "gains") if getattr(assumed, n) is not None]
    idle = more if method == "local_linear" else [] if method == "averaged" else [*given, *more]
    if idle:
        raise LiteracyError(
            "project.input",
            where=tell("method {}", method),
            what=tell("does not use {}", ", ".join(idle)),
            fix="omit them, or omit the method",
        )


def _by_average(
    trend: Trend,
    goals: Sequence[Goal],
    assumed: Assumptions,
    dynamics: Dynamics,
    above: tuple[Trend, ...],
    proxy: Trend | None,
    last: int,
    notes: list[str],
) -> Projection:
    """Project by the default model."""
    anchored = not len(trend)
    _refuse_one_wave(trend, bool(above), assumed)
    start = float(above[-1].times[-1]) if anchored else float(trend.times[-1])
    times = _grid(trend, above, goals, last + REACH)
    times = times[times >= (start if anchored else float(trend.times[0]))]
    found = fit_place(trend, above, times, assumed, anchored)
    spread = found.blend()
    shown = times <= last
    remarks = list(notes)
    check = None if anchored else found.agreement(len(trend), start)
    if check is not None:
        remarks.append(check.sentence())
    if any(trend.assumed):
        years = ", ".join(f"{y:g}" for y, a in zip(trend.years, trend.assumed, strict=True) if a)
        remarks.append(
            tell(
                "the design effect of {} is assumed: a sampling variance up to {:.1f} times as large is allowed for",
                years,
                max(factor for factor, _ in INFLATION),
            )
        )
    remarks += _far_notes(goals, assumed, start, last, found)
    return Projection(
        trend=trend,
        method="averaged",
        years=times[shown],
        spread=spread.pick(shown),
        past=times[shown] <= start,
        outlooks=tuple(make_outlook(trend, g, times, spread) for g in goals),
        higher=_average_bands(above, found, last),
        proxy=proxy,
        dynamics=dynamics,
        gain=found.gain(start),
        sensitivity=try_assumptions(trend, found, goals, last, assumed),
        notes=tuple(remarks),
        assumptions=assumed,
        agreement=check,
        courses=found.courses(shown & (times > start)),
    )


def _refuse_one_wave(trend: Trend, above: bool, assumed: Assumptions) -> None:
    """Raise an error for a single wave without a higher level, which contains no information on the pace."""
    ignored = assumed.prior_sd is not None and math.isinf(assumed.prior_sd)
    if len(trend) == 1 and (not above or ignored):
        why = (
            tell("with such a large prior_sd the higher level carries no information")
            if above
            else tell("no higher level is given")
        )
        raise LiteracyError(
            "project.input",
            where=trend.area or "trend",
            what=tell("1 wave cannot determine a pace, and {}", why),
            fix="add a wave, or give a higher level such as higher=[series_trend('national')] with a finite prior_sd",
        )


def _average_bands(above: Sequence[Trend], found: Averaged, last: int) -> tuple[Band, ...]:
    made = []
    for one, fitted in zip(above, found.above, strict=True):
        times, first = np.unique(fitted.times.round(9), return_index=True)
        keep = first[(times >= one.times[0]) & (times <= last)]
        made.append(Band(one, fitted.times[keep], fitted.blend().pick(keep)))
    return tuple(made)


def _far_notes(
    goals: Sequence[Goal], assumed: Assumptions, start: float, last: int, found: Averaged
) -> list[str]:
    """Return notes on the assumptions of long horizons: the scale, and the continued pace."""
    years = sorted(
        {g.year for g in goals if g.year - start > FAR} | ({last} if last - start > FAR else set())
    )
    if not years or assumed.scale is not None:
        return []
    weight, lam = found.weight(), found.curves.curvature
    wanted = np.isin(found.times, years)
    made = {
        name: found.blend(wanted, np.where(lam == SCALES[name], 0.0, -np.inf))
        for name in ("logit", "arcsine")
    }
    straight = float(weight[lam == 0].sum())
    gain = found.gain(start)
    notes = []
    for j, year in enumerate(years):
        one, other = (float(made[n].median()[j]) for n in ("logit", "arcsine"))
        notes.append(
            tell(
                "{} lies {:.0f} years after the last wave and depends on the assumed shape of "
                "growth: linear in log odds {:.1f} %, linear on the arcsine scale {:.1f} %",
                year,
                year - start,
                100 * one,
                100 * other,
            )
        )
    notes.append(
        tell(
            "the long-range projection continues a gain of {:.3f} logits per year (sd {:.3f}); "
            "the waves give growth in log odds a weight of {:.0f} %",
            gain[0],
            gain[1],
            100 * straight,
        )
    )
    return notes


def _place(trend: Trend, goals: Sequence[Goal]) -> tuple[Trend, list[str]]:
    """Return the trend, named after the goals' place if it has no name, and a note if the two differ."""
    places = {g.area: g for g in goals if g.area}
    if len(places) == 1 and trend.area in ("", *places):
        area, goal = next(iter(places.items()))
        if trend.label in (Label("", ""), Label(area, area)):
            return replace(trend, area=area, label=goal.label), []
        return replace(trend, area=area), []
    foreign = sorted(a for a in places if a != trend.area)
    if foreign and trend.area:
        return trend, [
            tell("the goal is that of {}, the waves are those of {}", ", ".join(foreign), trend.area)
        ]
    return trend, []


def _higher(
    trend: Trend, higher: Sequence[Trend] | None, proxy: Trend | None
) -> tuple[tuple[Trend, ...], list[str]]:
    """Return the higher levels of the place, highest first, with notes."""
    notes: list[str] = []
    if not len(trend) and proxy is None:
        raise LiteracyError(
            "project.input",
            where=trend.area or "trend",
            what="the place was never surveyed and no proxy is given",
            fix="give one, for example proxy=series_trend('inner_mongolia'); its figures are "
            "marked as those of a proxy",
        )
    if len(trend) and proxy is not None:
        raise LiteracyError(
            "project.input",
            where="proxy",
            what=tell("{} survey(s) of the place itself exist", len(trend)),
            fix="a proxy only replaces missing surveys; give the series as higher=[...] instead",
        )
    if higher is None:
        standards = {s for s in trend.standards if s}
        if trend.level == "nation":
            higher = ()
        elif standards <= set((nation := series_trend("national")).standards):
            higher = (nation,)
            notes.append(
                tell("no higher level was given: the gain is shrunk towards the published national series")
            )
        else:
            higher = ()
            notes.append(
                tell("the national series is not used: it is not based on {}", ", ".join(sorted(standards)))
            )
    chosen = [t for t in higher if len(t)]
    if proxy is not None:
        if not len(proxy):
            raise LiteracyError(
                "project.input",
                where="proxy",
                what="the proxy has no wave",
                fix="give a surveyed place",
            )
        chosen = [t for t in chosen if t.area != proxy.area] + [proxy]
        notes.append(
            tell(
                "PROXY: there is no survey of {}; every figure is that of {} (last wave {:g}), "
                "with a deviation of unknown sign added to its uncertainty",
                trend.area or tell("this place"),
                proxy.label.localized or proxy.area,
                proxy.years[-1],
            )
        )
    chosen.sort(key=lambda t: LEVELS.index(t.level))
    rank = LEVELS.index(trend.level)
    for one, narrow in zip(chosen, [*chosen[1:], None], strict=False):
        twin = narrow is not None and narrow.level == one.level
        if twin or LEVELS.index(one.level) >= rank:
            raise LiteracyError(
                "project.input",
                where="higher",
                what=tell("{} is a {}, which is ", one.area or tell("the series"), one.level)
                + (tell("given twice") if twin else tell("not above a {}", trend.level)),
                fix=tell(
                    "give at most one series per level, each wider than the place ({}); a file of your own names "
                    "its level in a column level",
                    ", ".join(LEVELS[:rank]),
                )
                if rank
                else tell("omit it: no level is above a nation"),
            )
    if chosen and len(trend):
        notes.append(
            tell("the gain is shrunk towards: ")
            + ", ".join(
                f"{t.label.localized or t.area} ({t.years[0]:g}-{t.years[-1]:g})" for t in reversed(chosen)
            )
            + tell("; only the pace is used, not the level")
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
            what=tell("{} lies before the last wave ({})", horizon, latest)
            if horizon < latest
            else tell("{} lies too far ahead", horizon),
            fix="give a year after the last wave, such as 2030",
        )
    return horizon


def _grid(trend: Trend, above: Sequence[Trend], goals: Sequence[Goal], last: int) -> Floats:
    waves = [float(y) for t in (trend, *above) for y in t.times]
    first = math.ceil(min(waves))
    return np.array(sorted({*waves, *(float(g.year) for g in goals), *map(float, range(first, last + 1))}))


def _refuse_unknown_pace(found: Posterior, trend: Trend, above: bool, dynamics: Dynamics) -> None:
    if found.gain_sd[-1, -1] < _PACE_UNKNOWN + 3 * dynamics.slope_sd * math.sqrt(REACH):
        return
    why = (
        tell("with such a large prior_sd the higher level carries no information")
        if above
        else tell("no higher level is given")
    )
    raise LiteracyError(
        "project.input",
        where=trend.area or "trend",
        what=tell("{} wave(s) cannot determine a pace, and {}", len(trend), why),
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
        made.append(Band(one, found.times[keep], pick_rows(spread, keep)))
    return tuple(made)


def _by_baseline(
    trend: Trend, goals: Sequence[Goal], method: str, dynamics: Dynamics, last: int, notes: list[str]
) -> Projection:
    """Project by a baseline; the fan starts after the last wave and higher levels are not used."""
    if not len(trend):
        raise LiteracyError(
            "project.input",
            where=tell("method {}", method),
            what="the place was never surveyed",
            fix="only the models (averaged, local_linear) can project from a proxy",
        )
    latest = float(trend.times[-1])
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
        made = make_outlook(trend, goal, with_now, held)
        if goal.year <= latest:
            made = replace(made, probability=math.nan, estimate=math.nan, ci_low=math.nan, ci_high=math.nan)
        elif spread.point:
            made = replace(made, probability=math.nan, ci_low=math.nan, ci_high=math.nan)
        outlooks.append(made)
    shown = times <= last
    own = [*notes, tell("{}: a baseline; higher levels are not used", METHODS[method].label.localized)]
    if spread.point:
        own.append(tell("this method states no uncertainty, so there is no interval and no probability"))
    return Projection(
        trend=trend,
        method=method,
        years=times[shown],
        spread=pick_rows(spread, shown),
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
