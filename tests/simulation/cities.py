"""Cities with a known truth, surveyed by chance and projected: does the projection keep what it promises?

Every number comes from the package's own model (``chain``, ``assemble``, the filter): only the loop over cities is
replaced by arrays. ``tests/projection/test_simulation.py`` checks that a city done here equals ``project``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from literacy.kernels.forecast.baselines import own_line
from literacy.kernels.forecast.scores import brier
from literacy.kernels.forecast.spread import Spread, empirical_logit, expit, logit
from literacy.kernels.forecast.statespace import filter_states
from literacy.projection.dynamics import Dynamics, assemble, chain, read_posterior
from literacy.projection.series import series_trend, trend_from_frame
from literacy.projection.waves import Trend

N, DEFF = 1200, 1.8
"""Respondents and design effect of a city survey."""

GOAL, GOAL_YEAR = 0.12, 2025
RIGHT = 0.115
"""Mean yearly gain, in logits, that agrees with the national one; 0.05 and 0.18 do not."""


@dataclass(frozen=True)
class World:
    """How the cities really are.

    Attributes
    ----------
    mean_gain, sd_gain : float
        The cities' yearly gains in logits.
    centre, sd_level : float
        Log odds of the share in the goal's year: the goal is met by about half of the cities at ``logit(GOAL)``.
    gap, ahead : int
        Years between surveys, and from the last survey to the goal.
    before : tuple of float
        Years from each survey to the goal, the last survey first, in place of ``gap`` and ``ahead``.
    goal : float
        Share asked about.
    n, deff : float
        Respondents and design effect of a survey.
    level_sd, slope_sd : float
        Wander of the truth beyond a straight line in log odds.
    """

    mean_gain: float = RIGHT
    sd_gain: float = 0.05
    centre: float = float(logit(GOAL))
    sd_level: float = 0.3
    gap: int = 2
    ahead: int = 2
    level_sd: float = 0.0
    slope_sd: float = 0.0
    before: tuple[float, ...] = ()
    goal: float = GOAL
    n: int = N
    deff: float = DEFF

    @property
    def size(self) -> int:
        """Effective respondents of a survey."""
        return round(self.n / self.deff)


@dataclass(frozen=True)
class Cities:
    """Surveys (c, k) of c cities in k years, their effective size, and the true share in the goal's year (c,)."""

    years: np.ndarray
    share: np.ndarray
    truth: np.ndarray
    size: int = round(N / DEFF)


def draw(world: World, waves: int, cities: int, rng: np.random.Generator) -> Cities:
    """Draw cities and their surveys; a survey counts hits among its effective respondents."""
    years = GOAL_YEAR - world.ahead - world.gap * np.arange(waves - 1, -1, -1.0)
    if world.before:
        years = GOAL_YEAR - np.array(world.before[:waves][::-1])
    grid = np.append(years, GOAL_YEAR)
    gain = rng.normal(world.mean_gain, world.sd_gain, cities)
    level = rng.normal(world.centre, world.sd_level, cities)
    path = level[:, None] + gain[:, None] * (grid - GOAL_YEAR)
    step = np.diff(grid)
    bend = np.cumsum(rng.normal(size=(cities, len(step))) * world.slope_sd * np.sqrt(step), axis=1)
    wander = rng.normal(size=(cities, len(step))) * world.level_sd * np.sqrt(step) + bend * step
    path[:, 1:] += np.cumsum(wander, axis=1)
    share = rng.binomial(world.size, expit(path[:, :-1])) / world.size
    return Cities(years, share, expit(path[:, -1]), world.size)


def survey_trend(years: np.ndarray, share: np.ndarray, size: int = round(N / DEFF)) -> Trend:
    """One simulated city as a Trend, the way a user would make it."""
    import pandas as pd

    frame = pd.DataFrame({"year": years, "estimate": share, "n": float(size), "deff": 1.0})
    return trend_from_frame(frame, area="simulated city")


def project_cities(cities: Cities, dynamics: Dynamics, higher: tuple[Trend, ...]) -> Spread:
    """Distribution of every city's share in the goal's year."""
    template = survey_trend(cities.years, np.full(len(cities.years), 0.1), cities.size)
    model = assemble(chain(template, higher, dynamics), np.array([float(GOAL_YEAR)]), dynamics)
    value, variance = empirical_logit(cities.share, np.full(cities.share.shape, float(cities.size)))
    count = len(cities.share)
    y = np.broadcast_to(model.y, (count, len(model.y))).copy()
    errors = np.broadcast_to(model.variance, y.shape).copy()
    own = np.flatnonzero((model.design[:, 2 * len(higher)] == 1) & ~np.isnan(model.y))
    y[:, own], errors[:, own] = value, variance
    path = filter_states(y, errors, model.design, model.transition, model.noise, model.mean, model.covariance)
    found = read_posterior(path, model)
    return Spread(found.mean[:, 0, -1], np.sqrt(found.covariance[:, 0, -1, -1]))


def own_lines(cities: Cities) -> Spread:
    """Every city's own straight line with its sampling error: the rival without a prior."""
    parts = [
        own_line(cities.years, p, np.array([float(GOAL_YEAR)]), np.sqrt(p * (1 - p) / cities.size))
        for p in cities.share
    ]
    return Spread(
        np.array([s.location[0] for s in parts]), np.array([s.scale[0] for s in parts]), np.inf, "identity"
    )


def score(forecast: Spread, truth: np.ndarray, goal: float = GOAL) -> dict[str, float]:
    """Coverage of the 90 % interval, Brier score of passing, mean absolute error in points."""
    low, high = forecast.quantile(0.05), forecast.quantile(0.95)
    chance = 1 - forecast.cdf(goal)
    return {
        "coverage": float(np.mean((low <= truth) & (truth <= high))),
        "brier": brier(chance, truth > goal),
        "mae": 100 * float(np.mean(np.abs(forecast.median() - truth))),
    }


def national() -> tuple[Trend, ...]:
    """The published national series as it stood before the goal's year."""
    return (series_trend("national").until(GOAL_YEAR - 1),)
