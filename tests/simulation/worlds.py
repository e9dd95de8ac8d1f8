"""Worlds with a known truth: how cities may gain, and how they may be surveyed.

Levels in 2022 are about 10 %; one to four surveys lie one to four years apart, the last in 2017-2024; 600, 1,200 or 3,000
respondents, a design effect of 1.3 to 3. Each world changes something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from literacy.kernels.forecast.spread import expit, logit
from literacy.projection.trends.published import series_trend
from tests.simulation.cities import AHEAD, Cities

YEARS = np.arange(2000, 2036)
MIDDLE = 2022
Gains = Callable[[np.random.Generator, int], np.ndarray]


@dataclass(frozen=True)
class World:
    """How cities of a world are.

    Attributes
    ----------
    gain : function of a generator and a number of cities to (cities, years) yearly gains in logits
    centre, spread : mean and sd of the log odds in 2022
    level_sd : yearly wander of the level
    survey_sd : error of every survey beside sampling; ``survey_df`` its degrees of freedom
    n, deff : respondents; least and largest design effect
    stated : whether the design effect is known (else 2 is assumed)
    jump_chance, jump_sd : sudden changes of the level
    ceiling : least and largest share that can be reached, where growth slows
    arcsine : straight lines on the arcsine scale instead of log odds
    known : True for the six worlds described with the issue
    """

    gain: Gains
    centre: float = float(logit(0.10))
    spread: float = 0.4
    level_sd: float = 0.0
    survey_sd: float = 0.0
    survey_df: float = np.inf
    n: tuple[int, ...] = (600, 1200, 3000)
    deff: tuple[float, float] = (1.3, 3.0)
    stated: bool = True
    jump_chance: float = 0.0
    jump_sd: float = 0.0
    ceiling: tuple[float, float] | None = None
    arcsine: bool = False


def normal(mean: float, sd: float) -> Gains:
    """A gain of its own for every city, the same each year."""
    return lambda rng, c: np.repeat(rng.normal(mean, sd, c)[:, None], len(YEARS), axis=1)


def heavy(mean: float, scale: float, df: float) -> Gains:
    """The same with heavy tails (Student t)."""
    return lambda rng, c: np.repeat((mean + scale * rng.standard_t(df, c))[:, None], len(YEARS), axis=1)


def kinds(*parts: tuple[float, float, float]) -> Gains:
    """Cities of several kinds: (share, mean, sd)."""

    def draw(rng: np.random.Generator, c: int) -> np.ndarray:
        which = rng.choice(len(parts), c, p=[p[0] for p in parts])
        mean, sd = (np.array([p[j] for p in parts])[which] for j in (1, 2))
        return np.repeat((mean + sd * rng.normal(size=c))[:, None], len(YEARS), axis=1)

    return draw


def regimes(before: tuple[float, float], after: tuple[float, float]) -> Gains:
    """Another gain (mean, sd) from some year between 2012 and 2025 on."""

    def draw(rng: np.random.Generator, c: int) -> np.ndarray:
        change = rng.integers(2012, 2026, c)
        first, second = rng.normal(*before, c), rng.normal(*after, c)
        return np.where(change[:, None] > YEARS, first[:, None], second[:, None])

    return draw


def wandering(mean: float, sd: float, slope_sd: float) -> Gains:
    """A gain that is itself a random walk through 2018."""

    def draw(rng: np.random.Generator, c: int) -> np.ndarray:
        walk = np.cumsum(rng.normal(size=(c, len(YEARS))) * slope_sd, axis=1)
        return rng.normal(mean, sd, c)[:, None] + walk - walk[:, [2018 - YEARS[0]]]

    return draw


def waves_of_effort(mean: float, sd: float, persistence: float, shock: float) -> Gains:
    """A gain that swings about the city's own (autoregression)."""

    def draw(rng: np.random.Generator, c: int) -> np.ndarray:
        out = np.zeros((c, len(YEARS)))
        noise = rng.normal(size=out.shape) * shock
        out[:, 0] = noise[:, 0] / np.sqrt(1 - persistence**2)
        for j in range(1, len(YEARS)):
            out[:, j] = persistence * out[:, j - 1] + noise[:, j]
        return out + rng.normal(mean, sd, c)[:, None]

    return draw


KNOWN = (
    "small gains",
    "uneven gains",
    "wander 0.08",
    "heavy tails",
    "survey error 0.12",
    "hidden design effect",
)
"""The six described with the issue."""

WORLDS: dict[str, World] = {
    "small gains": World(normal(0.04, 0.05), level_sd=0.03),
    "uneven gains": World(normal(0.09, 0.10), level_sd=0.03),
    "wander 0.08": World(normal(0.11, 0.05), level_sd=0.08),
    "heavy tails": World(heavy(0.11, 0.045, 2)),
    "survey error 0.12": World(normal(0.11, 0.05), survey_sd=0.12),
    "hidden design effect": World(normal(0.11, 0.05), deff=(2.5, 5.0), stated=False),
    "as the nation": World(normal(0.11, 0.05)),
    "as the nation, wandering": World(normal(0.115, 0.05), level_sd=0.03),
    "fast": World(normal(0.18, 0.05), level_sd=0.03),
    "fast and uneven": World(normal(0.20, 0.10)),
    "no gain": World(normal(0.0, 0.03), level_sd=0.03),
    "two kinds": World(kinds((0.5, 0.03, 0.03), (0.5, 0.17, 0.03))),
    "regime: slows": World(regimes((0.15, 0.04), (0.04, 0.04))),
    "regime: quickens": World(regimes((0.05, 0.04), (0.15, 0.04))),
    "regime: any": World(regimes((0.11, 0.08), (0.11, 0.08))),
    "the gain wanders": World(wandering(0.11, 0.05, 0.03)),
    "waves of effort": World(waves_of_effort(0.10, 0.04, 0.8, 0.05)),
    "sudden jumps": World(normal(0.10, 0.04), jump_chance=0.08, jump_sd=0.35),
    "rough surveys": World(normal(0.10, 0.06), survey_sd=0.10, survey_df=3),
    "arcsine": World(normal(0.11, 0.05), arcsine=True),
    "a ceiling": World(normal(0.12, 0.05), ceiling=(0.15, 0.35)),
    "levels near 3 %": World(normal(0.11, 0.05), centre=float(logit(0.03)), level_sd=0.03),
    "levels near 30 %": World(normal(0.06, 0.05), centre=float(logit(0.30)), level_sd=0.03),
    "small surveys": World(normal(0.11, 0.06), n=(300, 500)),
    "large surveys": World(normal(0.09, 0.06), n=(5000, 20000), level_sd=0.04),
    "levels far apart": World(normal(0.10, 0.06), spread=0.8, level_sd=0.03),
    "all at once": World(
        regimes((0.13, 0.08), (0.07, 0.08)), level_sd=0.05, survey_sd=0.10, deff=(2.0, 4.0), stated=False
    ),
}

UNSEEN: dict[str, World] = {
    "falls back": World(normal(-0.05, 0.04), level_sd=0.03),
    "hardly any gain": World(normal(0.02, 0.02)),
    "slow and a few fast": World(kinds((0.85, 0.05, 0.02), (0.15, 0.30, 0.06))),
    "short campaigns": World(waves_of_effort(0.08, 0.03, 0.3, 0.12)),
    "stops altogether": World(regimes((0.13, 0.05), (0.0, 0.01))),
    "skewed gains": World(lambda rng, c: np.repeat(rng.gamma(2.0, 0.06, c)[:, None], len(YEARS), axis=1)),
    "levels near 18 %, rough": World(
        normal(0.09, 0.06), centre=float(logit(0.18)), level_sd=0.04, survey_sd=0.07, survey_df=4
    ),
    "tiny surveys, hidden effect": World(normal(0.10, 0.07), n=(250, 400), deff=(1.5, 4.0), stated=False),
}
"""Worlds that no weight was fitted to and no choice made on."""


def draw(world: World, cities: int, rng: np.random.Generator) -> Cities:
    """Draw cities of a world and their surveys; a survey counts hits among its effective respondents."""
    path = draw_paths(world, cities, rng)
    count = rng.integers(1, 5, cities)
    gaps = rng.integers(1, 5, (cities, 3))
    last = rng.integers(2017, 2025, cities)
    time = np.full((cities, 4), np.nan)
    time[:, 3] = last
    for j in (2, 1, 0):
        time[:, j] = time[:, j + 1] - gaps[:, j]
    time[np.arange(4)[::-1] >= count[:, None]] = np.nan
    n = rng.choice(world.n, cities)
    size = np.round(n / rng.uniform(*world.deff, cities)).astype(int)
    seen = ~np.isnan(time)
    at = np.where(seen, time - YEARS[0], 0).astype(int)
    shown = np.take_along_axis(path, at, axis=1)
    noise = (
        rng.normal(size=time.shape)
        if np.isinf(world.survey_df)
        else rng.standard_t(world.survey_df, time.shape)
    )
    hits = rng.binomial(size[:, None], expit(shown + world.survey_sd * noise))
    share = np.where(seen, hits / size[:, None], np.nan)
    rows = np.arange(cities)
    truth = np.stack([expit(path[rows, last - YEARS[0] + a]) for a in AHEAD], axis=1)
    nation = series_trend("national")
    line = np.interp(
        last + 2, [*nation.times, 2030], [*logit(nation.estimate), logit(nation.estimate[-1]) + 0.5]
    )
    goal = expit(world.centre + line - float(logit(0.1293)))
    stated = size.astype(float) if world.stated else n / 2.0
    return Cities(time, share, stated, not world.stated, truth, goal)


def draw_paths(world: World, cities: int, rng: np.random.Generator) -> np.ndarray:
    """(cities, years) log odds."""
    gain = world.gain(rng, cities)
    level = rng.normal(world.centre, world.spread, cities)
    step = gain + rng.normal(size=gain.shape) * world.level_sd
    step += (rng.random(gain.shape) < world.jump_chance) * rng.normal(size=gain.shape) * world.jump_sd
    path = np.cumsum(step, axis=1)
    path += (level - path[:, MIDDLE - YEARS[0]])[:, None]
    away = YEARS - MIDDLE
    if world.arcsine:  # as many points a year at 10 % as the gain says
        x = np.arcsin(np.sqrt(expit(level)))[:, None] + 0.15 * gain * away
        return np.asarray(logit(np.sin(np.clip(x, 0.02, np.pi / 2 - 0.02)) ** 2))
    if world.ceiling is not None:
        top = rng.uniform(*world.ceiling, cities)[:, None]
        start = np.minimum(expit(level)[:, None], 0.9 * top)
        curve = logit(start / top) + gain * away / (1 - start / top)
        return np.asarray(logit(np.clip(top * expit(curve), 1e-4, 0.9999)))
    return np.asarray(path)
