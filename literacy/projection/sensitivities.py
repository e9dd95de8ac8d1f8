"""Sensitivity analysis: the projection with each assumption fixed in turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from literacy.instrument import Goal
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.spread import Spread
from literacy.messages import tell
from literacy.projection.goals.outlooks import pick_rows
from literacy.projection.goals.verdicts import goal_value
from literacy.projection.models.averaging import BELOW, SCALES, Assumptions, Averaged, fit_place
from literacy.projection.models.dynamics import Dynamics, chain, posterior
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

COLUMNS = [
    "assumption", "setting", "prior_sd", "year", "goal", "estimate", "ci_low", "ci_high", "probability", "chosen",
]  # fmt: skip
Row = tuple[str, str, float, int, float, float, float, float, float, bool]

STRENGTHS = (0.02, 0.04, 0.07, 0.10, 0.15, math.inf)
"""Strengths of the slope prior for which projections below a higher level are repeated."""

LOSSES = (0.0, 0.02, 0.04)
"""Losses of yearly gain per logit above the higher level for which projections are repeated."""

LIKELY = 0.001
"""Posterior weight above which growth to a ceiling is shown."""

PROJECTED = "as projected"
NO_PRIOR = "no prior"
"""Setting in which a place's gain is not drawn to the higher level's."""


def _settings(found: Averaged, assumed: Assumptions) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Yield name, setting and components for each assumption fixed at each of its values."""
    c = found.curves
    if assumed.gains is None and assumed.prior_sd is None and found.paths is not None:
        for part in np.unique(c.follow):
            yield "fraction of the higher level's gain that is followed", f"{part:g}", c.follow == part
    if assumed.level_sd is None and assumed.slope_sd is None:
        for level in np.unique(c.level_sd):
            slope = float(c.slope_sd[c.level_sd == level][0])
            yield "yearly wander", tell("level {:g}, gain {:g}", level, slope), c.level_sd == level
    if assumed.survey_sd is None:
        for sd in np.unique(c.survey_sd):
            yield "survey error beside sampling", f"{sd:g}", c.survey_sd == sd
    if len(np.unique(c.inflation)) > 1:
        for factor in np.unique(c.inflation):
            yield "factor on sampling variances that are assumed", f"{factor:g}", c.inflation == factor
    if assumed.scale is None:
        for name, curvature in SCALES.items():
            yield "scale of growth", name, c.curvature == curvature
        for curvature in np.unique(c.curvature[c.curvature < 0])[::-1]:
            keep = c.curvature == curvature
            if found.weight()[keep].sum() > LIKELY:  # not for a place seen well above the ceiling
                yield "scale of growth", tell("to a ceiling of {:.0%}", -float(curvature)), keep


def try_assumptions(
    trend: Trend, found: Averaged, goals: Sequence[Goal], last: int, assumed: Assumptions
) -> tuple[Row, ...]:
    """Return the rows of the sensitivity table of the default model, the projection itself first.

    Parameters
    ----------
    trend : Trend
    found : Averaged, the fitted model; its times include the goals' years
    goals, last, assumed
        As in the projection.
    """
    times = _times(trend, goals, last)
    if not len(times):
        return ()
    wanted = np.isin(found.times, times)
    given = math.nan if assumed.prior_sd is None else assumed.prior_sd
    rows = list(_rows(PROJECTED, PROJECTED, given, times, found.blend(wanted), goals, True))
    if found.paths is not None and assumed.prior_sd is None:
        for sd in STRENGTHS:
            if math.isinf(sd) and len(trend) < 2:
                continue
            one = fit_place(
                trend, (), found.times, replace(assumed, prior_sd=sd), not len(trend), found.paths
            )
            setting = NO_PRIOR if math.isinf(sd) else f"{sd:g}"
            rows += _rows("prior sd", setting, sd, times, one.blend(wanted), goals, False)
    if found.paths is not None and assumed.converge is None and len(trend):
        for loss in LOSSES:
            one = fit_place(trend, (), found.times, replace(assumed, converge=loss), False, found.paths)
            name = "gain lost for each logit above the higher level"
            rows += _rows(name, f"{loss:g}", math.nan, times, one.blend(wanted), goals, False)
    if found.paths is not None and assumed.gains is None and assumed.prior_sd is None and len(trend):
        for rate in (0.0, *sorted({fade for *_, fade, _ in BELOW} - {0.0})):
            gains = tuple((f, m, sd, rate if fade else 0.0, w) for f, m, sd, fade, w in BELOW)
            one = fit_place(trend, (), found.times, replace(assumed, gains=gains), False, found.paths)
            name = "rate at which a gain far from that of other places fades"
            rows += _rows(name, f"{rate:g}", math.nan, times, one.blend(wanted), goals, False)
    for name, setting, keep in _settings(found, assumed):
        if keep.any():
            part = found.blend(wanted, np.where(keep, 0.0, -np.inf))
            rows += _rows(name, setting, math.nan, times, part, goals, False)
    return tuple(rows)


def try_strengths(
    trend: Trend, above: Sequence[Trend], goals: Sequence[Goal], last: int, dynamics: Dynamics
) -> tuple[Row, ...]:
    """Return the sensitivity table of the local linear trend, for the strength of the prior only."""
    times = _times(trend, goals, last)
    if not above or not len(times):
        return ()
    rows: list[Row] = []
    for sd in sorted({*STRENGTHS, dynamics.prior_sd}):
        if math.isinf(sd) and len(trend) < 2:
            continue
        one = replace(dynamics, prior_sd=sd)
        spread = posterior(chain(trend, above, one, anchored=not len(trend)), times, one).spread()
        setting = NO_PRIOR if math.isinf(sd) else f"{sd:g}"
        rows += _rows("prior sd", setting, sd, times, spread, goals, sd == dynamics.prior_sd)
    return tuple(rows)


def _times(trend: Trend, goals: Sequence[Goal], last: int) -> Floats:
    years = sorted({g.year for g in goals} | ({last} if not goals else set()))
    return np.array([y for y in years if not len(trend) or y > trend.times[-1]], dtype=float)


def _rows(
    name: str,
    setting: str,
    sd: float,
    times: Floats,
    spread: Spread | Blend,
    goals: Sequence[Goal],
    chosen: bool,
) -> Iterator[Row]:
    for year in times:
        one = pick_rows(spread, times == year)
        low, high = (float(one.quantile(q)[0]) for q in (0.025, 0.975))
        for level in [goal_value(g) for g in goals if g.year == year] or [math.nan]:
            chance = math.nan if math.isnan(level) else 1.0 - float(one.cdf(level)[0])
            yield (name, setting, sd, int(year), level, float(one.median()[0]), low, high, chance, chosen)
