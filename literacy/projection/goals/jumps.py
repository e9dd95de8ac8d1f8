"""What a jump is worth: the last wave against what the waves before it led one to expect."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special

from literacy.errors import LiteracyError
from literacy.instrument import Goal
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.spread import Spread, expit, logit
from literacy.messages import tell
from literacy.projection.fans import Projection, format_chance
from literacy.projection.goals.outlooks import NODES, survey_chances
from literacy.projection.goals.questions import Answer, warn_synthetic
from literacy.projection.goals.verdicts import goal_text, goal_value
from literacy.projection.models.averaging import fit_place

Floats = NDArray[np.float64]

TAILS = (0.5, 0.025, 0.975)
LEAST = 1e-6
"""Least standard deviation of a survey's log odds: that of a census is 0."""
NOTHING, WEIGHED, STEP, PACE = "no lasting effect", "as projected", "a lasting step", "a new pace"


@dataclass(frozen=True, slots=True)
class _Reach:
    """Distribution of log odds: normals with the same standard deviation about weighted centres."""

    centre: Floats
    weight: Floats
    sd: float

    def below(self, z: float) -> float:
        """Probability of log odds below ``z``."""
        return float(self.weight @ special.ndtr((z - self.centre) / max(self.sd, LEAST)))

    def quantile(self, tau: float) -> float:
        """The share below which the probability is ``tau``."""
        reach = 40 * max(self.sd, LEAST)
        low, high = float(self.centre.min()) - reach, float(self.centre.max()) + reach
        return float(expit(np.array(optimize.brentq(lambda z: self.below(z) - tau, low, high, xtol=1e-12))))


def assess_jump(projection: Projection, goal: Goal) -> Answer:
    """Compare the last wave with what the earlier waves led one to expect, and say what the difference is worth.

    After a campaign a survey often shows more than was expected. Part of that is sampling error; what is left may be a
    step that lasts, with growth going on at the earlier pace, or a new pace. The waves cannot tell which. The answer
    shows the goal's year under each reading, beside the projection, which weighs them.

    Parameters
    ----------
    projection : Projection
        By the default method, of a place with two waves or more.
    goal : Goal
        A goal of a year after the last wave, within the projection.

    Returns
    -------
    Answer
        One row per reading (column ``assumption``): last (true share at the last wave), estimate, ci_low, ci_high (in
        the goal's year), worth (estimate minus that without a lasting effect), probability (of passing the goal).

        * no lasting effect: the projection from the earlier waves alone
        * as projected: from all waves
        * a lasting step: the share as surveyed, with its sampling error, and from there the pace expected before
        * a new pace: the line in log odds through the last two waves, with their sampling errors

    Raises
    ------
    LiteracyError
        ``project.input``.

    Notes
    -----
    A survey before and one after show what changed, not why: whatever else happened in between is part of the jump.
    Only places that had no campaign, surveyed in the same years, could tell (:func:`change_since` with ``others``).

    Examples
    --------
    >>> from literacy.projection import assess_jump, project, series_trend, set_goal
    >>> goal = set_goal(2030, 0.25)
    >>> assess_jump(project(series_trend("national"), goal), goal).to_frame()["assumption"].tolist()
    ['no lasting effect', 'as projected', 'a lasting step', 'a new pace']
    """
    level, trend, assumed = float(logit(np.array(goal_value(goal)))), projection.trend, projection.assumptions
    at = projection.years == goal.year
    higher = tuple(b.trend for b in projection.higher)
    _refuse(projection, bool(at.any() and not projection.past[at].any()), bool(higher), goal)
    assert assumed is not None  # the default method
    now, before = float(trend.times[-1]), trend.until(float(trend.years[-2]))
    times = np.array([now, float(goal.year)])
    without = fit_place(before, higher, times, assumed)
    expected, seen = without.blend(), float(trend.estimate[-1])
    value, covariance = trend.observations()
    se = math.sqrt(float(covariance[-1, -1]))
    first, later, weight = without.courses(np.ones(2, dtype=bool)).log_odds(0, 1)
    step = _Reach(value[-1] + later - first, weight, se)
    ahead = (times[1] - now) / (now - float(trend.times[-2]))
    pull = np.array([-ahead, 1 + ahead])
    line = _Reach(
        np.array([pull @ value[-2:]]), np.ones(1), math.sqrt(float(pull @ covariance[-2:, -2:] @ pull))
    )
    here, goes = _at(projection, projection.years == now), _at(projection, at)
    foreseen, believed = float(expected.median()[0]), float(here.median()[0])
    rows = [
        (NOTHING, foreseen, *_ends(expected, 1), _above(expected, 1, level)),
        (WEIGHED, believed, *_ends(goes, 0), _above(goes, 0, level)),
        *(
            (name, seen, *(one.quantile(t) for t in TAILS), 1 - one.below(level))
            for name, one in ((STEP, step), (PACE, line))
        ),
    ]
    table = pd.DataFrame(rows, columns=["assumption", "last", "estimate", "ci_low", "ci_high", "probability"])
    table.insert(5, "worth", table["estimate"] - table["estimate"].iloc[0])
    more, fewer = _chances_seen(expected.pick(np.array([0])), seen, float(trend.n_eff[-1]))
    title = tell(
        "What the change to {:.2f} % is worth for a share {} in {}", 100 * seen, goal_text(goal), goal.year
    )
    notes = _notes(float(trend.estimate[-2]), seen, foreseen, believed, more if seen >= foreseen else fewer)
    return Answer(title, table, (*notes, *warn_synthetic(trend)))


def _chances_seen(expected: Blend, seen: float, size: float) -> tuple[float, float]:
    """Return the probabilities that a survey of that effective size shows at least, and at most, a share."""
    if 0 < seen < 1:
        more = survey_chances(expected, seen, size)[0]
        return more, 1 - more
    share = expected.quantile(NODES[:, None])[:, 0]  # of nobody, or of everybody
    return (1.0, float(np.mean((1 - share) ** size))) if seen == 0 else (float(np.mean(share**size)), 1.0)


def _refuse(projection: Projection, ahead: bool, higher: bool, goal: Goal) -> None:
    """Raise an error if the question has no answer."""
    trend = projection.trend
    if projection.courses is None or projection.assumptions is None:
        raise LiteracyError(
            "project.input",
            where=tell("method {}", projection.method),
            what="is not the model by which a jump is judged",
            fix="omit the method",
        )
    if len(trend) < 2 or (len(trend) == 2 and not higher):
        raise LiteracyError(
            "project.input",
            where=trend.area or "trend",
            what=tell("with {} wave(s) nothing was expected of the last one", len(trend)),
            fix="give an earlier wave, or a higher level whose pace can be expected",
        )
    if not ahead:
        raise LiteracyError(
            "project.input",
            where=tell("goal of {}", goal.year),
            what="the projection gives no distribution for that year after the last wave",
            fix=tell("project with horizon={}", goal.year),
        )
    if float(trend.years[-1]) in trend.breaks:
        raise LiteracyError(
            "project.input",
            where=trend.area or "trend",
            what="the last wave was scored by another standard than the one before, which is no jump",
            fix="score both waves by one standard",
        )


def _at(projection: Projection, keep: NDArray[np.bool_]) -> Blend:
    spread: Spread | Blend = projection.spread
    assert isinstance(spread, Blend)  # the default method
    return spread.pick(keep)


def _ends(blend: Blend, at: int) -> tuple[float, ...]:
    return tuple(float(blend.quantile(t)[at]) for t in TAILS)


def _above(blend: Blend, at: int, level: float) -> float:
    return 1.0 - float(blend.chance_below(np.full(len(blend.centre), level))[at])


def _notes(previous: float, seen: float, expected: float, believed: float, chance: float) -> list[str]:
    """Describe of what the figure of the last wave is made up, and what the waves cannot tell."""
    return [
        tell(
            "the survey shows {:.2f} % after {:.2f} % ({:+.2f} points): {:.2f} % was expected from the earlier waves, "
            "{:+.2f} points are taken as real beyond that, {:+.2f} as error of the survey",
            100 * seen,
            100 * previous,
            100 * (seen - previous),
            100 * expected,
            100 * (believed - expected),
            100 * (seen - believed),
        ),
        tell(
            "without any effect a survey like the last one would show as much or more with probability {}",
            format_chance(chance),
        )
        if seen >= expected
        else tell(
            "without any effect a survey like the last one would show as little or less with probability {}",
            format_chance(chance),
        ),
        tell(
            "the waves cannot tell a step that lasts from a new pace; the projection weighs both, and error of the "
            "survey"
        ),
        tell(
            "two surveys show what changed, not why: whatever else happened in between is part of the jump; only "
            "places without a campaign, surveyed in the same years, could tell"
        ),
    ]
