"""Can any default meet the limits in all worlds at once? A lower bound by duality, and the predictor that attains it.

The worlds are known simulators. Against a mixture of them the best possible forecast is the posterior distribution of the
value given a city's waves (CRPS and Brier score are proper). For any weights of the worlds, the weighted sum of the ratios
(score of the forecast over that of the best simple rival and the limit) of *every* forecast is at least that of this posterior. Where
the sum exceeds 1, no forecast that sees a city's waves alone meets every limit; the weights that make it greatest are sought.

Posteriors are sums over simulated trajectories, weighted by the likelihood of the surveys. Finitely many make a posterior
too narrow. The bound is given twice: with the posterior's own expected score, too low on average, and with that at truths
drawn independently, too high on average.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.instrument import load_reference
from literacy.kernels.forecast.spread import expit, logit
from tests.simulation.cities import AHEAD, KNOTS, Cities, crps, simple_rivals
from tests.simulation.worlds import UNSEEN, WORLDS, YEARS, World, draw, draw_paths

Floats = NDArray[np.float64]

SEED = 20261129
NEAR, FAR = AHEAD.index(2), AHEAD.index(5)
OTHER_SURVEYS = ("hidden design effect", "small surveys", "large surveys", "all at once")
"""Worlds whose surveys tell them from the others by size; a bound may leave worlds out."""
ALL = {**WORLDS, **UNSEEN}
NAMES = tuple(name for name in WORLDS if name not in OTHER_SURVEYS)
APART: float | None = None
"""Spread of the levels in every world, log odds; None: each world's own."""
CITIES, TRAJECTORIES, MANY = 100, 20_000, 50_000
PLACES, WIDE, EFFECTIVE = 200_000, 0.9, 1000
"""Trajectories for the provinces, the sd of their level, effective respondents of a published figure."""
HIGH = ("beijing", "shanghai", "tianjin")
BLOCK = 64
SHARE = expit(KNOTS)


@dataclass(frozen=True)
class Posteriors:
    """What each of w worlds says of each of b cities.

    Attributes
    ----------
    evidence : (b, w) likelihood of the waves
    below : (b, w, g) likelihood with a share below each knot five years on
    passing : (b, w) likelihood with a share above the goal two years on
    truth : (b,) share five years on
    came, several : (b,) whether the goal was passed; whether there is more than one survey
    home : (b,) number of the city's own world
    """

    evidence: Floats
    below: Floats
    passing: Floats
    truth: Floats
    came: NDArray[np.bool_]
    several: NDArray[np.bool_]
    home: NDArray[np.intp]


def take_world(name: str) -> World:
    """A world, its levels as far apart as :data:`APART` says."""
    return ALL[name] if APART is None else replace(ALL[name], spread=APART)


def weigh(cities: Cities, name: str, count: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Likelihood of every city's waves in one world: alone, with each value five years on, with the goal passed."""
    world = take_world(name)
    path = draw_paths(world, count, rng)
    noise = (
        rng.normal(size=path.shape)
        if np.isinf(world.survey_df)
        else rng.standard_t(world.survey_df, path.shape)
    )
    shown = (path + world.survey_sd * noise).astype(np.float32)
    lost = np.logaddexp(0, shown).astype(np.float32)
    hits, size, best = _counts(cities)
    evidence, passing = np.zeros(len(hits)), np.zeros(len(hits))
    below = np.zeros((len(hits), len(KNOTS)), dtype=np.float32)
    for last in np.unique(cities.last):
        at = int(last) - YEARS[0]
        order = np.argsort(path[:, at + AHEAD[FAR]])
        value = path[order, at + AHEAD[FAR]]
        starts = np.searchsorted(value, KNOTS, side="right")
        z, s = shown[order], lost[order]
        here = np.flatnonzero(cities.last == last)
        passed = path[order, at + AHEAD[NEAR]] > logit(cities.goal[here[0]])
        for some in (here[i : i + BLOCK] for i in range(0, len(here), BLOCK)):
            likelihood = np.exp(z @ hits[some].T - s @ size[some].T - best[some])
            total = np.vstack([np.zeros(len(some)), np.cumsum(likelihood, axis=0, dtype=np.float64)]) / count
            evidence[some] = total[-1]
            below[some] = total[starts].T
            passing[some] = passed @ likelihood / count
    return evidence, below, passing


def _counts(cities: Cities) -> tuple[Floats, Floats, Floats]:
    """(b, years) hits and sizes of the surveys, and the greatest log likelihood they can have."""
    hits, size = (np.zeros((len(cities.last), len(YEARS)), dtype=np.float32) for _ in range(2))
    rows, columns = np.nonzero(cities.seen)
    at = cities.time[rows, columns].astype(int) - YEARS[0]
    n = cities.size[rows]
    size[rows, at] = n
    hits[rows, at] = np.round(cities.share[rows, columns] * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(size > 0, hits / size, 0.5)
        best = np.where(hits > 0, hits * np.log(p), 0) + np.where(
            hits < size, (size - hits) * np.log1p(-p), 0
        )
    return hits, size, best.sum(axis=1)


def collect(cities: int, trajectories: int, seed: int, who: int, paths: int) -> Posteriors:
    """Draw cities of every world (set ``who``) and weigh them in every world (trajectories of set ``paths``)."""
    parts = [
        draw(take_world(name), cities, np.random.default_rng([seed, i, 10 + who]))
        for i, name in enumerate(NAMES)
    ]
    made = []
    for drawn in parts:
        rows = [
            weigh(drawn, name, trajectories, np.random.default_rng([seed, i, 20 + paths]))
            for i, name in enumerate(NAMES)
        ]
        made.append([np.stack([r[k] for r in rows], axis=1) for k in range(3)])
    evidence, below, passing = (np.concatenate([m[k] for m in made]) for k in range(3))
    return Posteriors(
        evidence,
        below,
        passing,
        np.concatenate([p.truth[:, FAR] for p in parts]),
        np.concatenate([p.truth[:, NEAR] > p.goal for p in parts]),
        np.concatenate([p.seen.sum(axis=1) > 1 for p in parts]),
        np.repeat(np.arange(len(NAMES)), cities),
    )


@dataclass(frozen=True)
class Rivals:
    """Score of the best simple rival in each world: CRPS five years on, Brier score two years on; their standard errors."""

    crps: Floats
    brier: Floats
    crps_se: Floats
    brier_se: Floats


def score_rivals(count: int, seed: int) -> Rivals:
    """Scores over many cities. A rival with an own line is left out of the CRPS, which is then over all cities."""
    rows = []
    for i, name in enumerate(NAMES):
        drawn = draw(take_world(name), count, np.random.default_rng([seed, i, 3]))
        several = drawn.seen.sum(axis=1) > 1
        came = drawn.truth[:, NEAR] > drawn.goal
        made = simple_rivals(drawn)
        far = [crps(made[r][FAR], drawn.truth[:, FAR]) for r in ("last value", "national pace")]
        near = [((1 - m[NEAR].cdf(drawn.goal) - came) ** 2)[several] for m in made.values()]
        far, near = min(far, key=np.mean), min(near, key=np.mean)
        rows.append((far.mean(), near.mean(), far.std() / len(far) ** 0.5, near.std() / len(near) ** 0.5))
    return Rivals(*np.array(rows).T)


def mix_far(found: Posteriors, prior: Floats) -> Floats:
    """(b, g) chance of a share below each knot five years on, under a mixture of the worlds."""
    total = np.einsum("bwg,w->bg", found.below, prior.astype(np.float32))
    return np.asarray(total / (found.evidence @ prior)[:, None])


def mix_near(found: Posteriors, prior: Floats) -> Floats:
    """(b,) chance of passing the goal two years on."""
    return np.asarray(found.passing @ prior / (found.evidence @ prior))


def expect_far(found: Posteriors, below: Floats, judge: Posteriors) -> Floats:
    """(b,) expected CRPS of the forecasts ``below`` given the waves, in each city's own world as ``judge`` holds it."""
    rows = np.arange(len(found.home))
    own = judge.below[rows, found.home] / judge.evidence[rows, found.home][:, None]
    score = np.trapezoid(below**2 - 2 * below * own + own, SHARE, axis=1)
    return np.asarray(score)


def expect_near(found: Posteriors, chance: Floats, judge: Posteriors) -> Floats:
    """The same for the Brier score; NaN for a city surveyed once."""
    rows = np.arange(len(found.home))
    own = judge.passing[rows, found.home] / judge.evidence[rows, found.home]
    return np.where(found.several, chance**2 - 2 * chance * own + own, np.nan)


def search(
    found: Posteriors, rivals: Rivals, kind: str, allowed: NDArray[np.bool_], steps: int = 300
) -> Floats:
    """Weights of the worlds that make the bound greatest, by exponentiated gradient (the bound is concave)."""
    weight, most, best = allowed / allowed.sum(), -np.inf, allowed / allowed.sum()
    for step in range(steps):
        ratio, _ = try_weights(found, found, rivals, kind, weight)
        if weight @ ratio > most:
            most, best = weight @ ratio, weight
        push = np.where(allowed, ratio, -np.inf)
        weight = weight * np.exp(2 / np.sqrt(1 + step / 20) * (push - push.max()))
        weight = weight / weight.sum()
    return np.asarray(best)


def try_weights(
    found: Posteriors, judge: Posteriors, rivals: Rivals, kind: str, weight: Floats
) -> tuple[Floats, Floats]:
    """(w,) ratio to the best simple rival of the posterior forecast under these weights, and its standard error."""
    if kind == "crps":
        scale, error = rivals.crps, rivals.crps_se
        score = expect_far(found, mix_far(found, weight / scale), judge)
    else:
        scale, error = rivals.brier, rivals.brier_se
        score = expect_near(found, mix_near(found, weight / scale), judge)
    parts = [score[(found.home == w) & ~np.isnan(score)] for w in range(len(NAMES))]
    ratio = np.array([p.mean() for p in parts]) / scale
    own = np.array([p.std() / len(p) ** 0.5 for p in parts]) / scale
    return ratio, np.sqrt(own**2 + (ratio * error / scale) ** 2)


def main(cities: int, trajectories: int) -> None:
    """Seek the weights on one set of cities and trajectories; state the bound on another."""
    rivals = score_rivals(MANY, SEED)
    first = collect(cities, trajectories, SEED, 0, 0)
    second, third = (collect(cities, trajectories, SEED, 1, k) for k in (1, 2))
    ten = np.array([ALL[name].centre == ALL["no gain"].centre for name in NAMES])
    for kind, allowed in (("crps", np.ones(len(NAMES), dtype=bool)), ("brier", ten)):
        weight = search(first, rivals, kind, allowed)
        low, _ = try_weights(second, second, rivals, kind, weight)
        high, error = try_weights(second, third, rivals, kind, weight)
        se = float(np.sqrt(np.sum((weight * error) ** 2)))
        print(
            f"{kind}: no forecast has every ratio below {weight @ low:.3f} (from below), "
            f"{weight @ high:.3f} (from above), se {se:.3f}"
        )
        for w in np.argsort(-high):
            if allowed[w]:
                print(f"  {NAMES[w]:28s} weight {weight[w]:.3f}  ratio {high[w]:.3f} (se {error[w]:.3f})")
    for grown in () if APART else ("as the nation", "regime: quickens"):
        if {"no gain", grown} <= set(NAMES):
            print_price(second, third, rivals, grown)


def print_price(found: Posteriors, judge: Posteriors, rivals: Rivals, growing: str) -> None:
    """What a forecast gains where nothing grows, and loses where cities grow and for the provinces: the best of both."""
    still, grown = NAMES.index("no gain"), NAMES.index(growing)
    provinces = [weigh_provinces(n, PLACES, np.random.default_rng([SEED, 4])) for n in ("no gain", growing)]
    print(
        f"weight of 'no gain'; CRPS ratio there and in '{growing}'; provinces: mean error, bias above 12 %, points"
    )
    for part in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9):
        weight = np.zeros(len(NAMES))
        weight[[still, grown]] = part, 1 - part
        ratio, _ = try_weights(found, judge, rivals, "crps", weight)
        prior = np.array([part, 1 - part]) / rivals.crps[[still, grown]]
        error, bias = judge_provinces(provinces, prior / prior.sum())
        print(f"  {part:.2f}  {ratio[still]:.3f} {ratio[grown]:.3f}  {error:.2f} {bias:+.2f}")


def weigh_provinces(name: str, count: int, rng: np.random.Generator) -> list[tuple[Floats, Floats]]:
    """Share and likelihood of every trajectory of a world, for every forecast of a published province.

    The level of a trajectory varies more than in the world, so that levels tell nothing of the gain.
    """
    path = draw_paths(replace(ALL[name], spread=WIDE), count, rng)
    made = []
    for rows, _, targets in forecast_provinces():
        z = path[:, rows["year"].to_numpy(int) - YEARS[0]]
        share = rows["share"].to_numpy(float)
        best = np.sum(share * np.log(share) + (1 - share) * np.log1p(-share))
        logs = EFFECTIVE * (z @ share - np.logaddexp(0, z).sum(axis=1) - best)
        made += [(path[:, year - YEARS[0]], np.exp(logs)) for year in targets["year"].astype(int)]
    return made


def forecast_provinces() -> Iterator[tuple[pd.DataFrame, str, pd.DataFrame]]:
    """Known figures, name and figures to come of every province, from every wave on."""
    table = load_reference("provinces")
    for area, rows in table[table["share"].notna()].groupby("area", sort=False):
        d = rows.sort_values("year")
        for k in range(1, len(d)):
            yield d.iloc[:k], str(area), d.iloc[k:]


def judge_provinces(worlds: list[list[tuple[Floats, Floats]]], prior: Floats) -> tuple[float, float]:
    """Mean absolute error of the posterior medians of all forecasts, and mean error of those above 12 %, in points."""
    truths = [(area, share) for _, area, later in forecast_provinces() for share in later["share"]]
    errors, high = [], []
    for (area, share), *parts in zip(truths, *worlds, strict=True):
        value = np.concatenate([p[0] for p in parts])
        weight = np.concatenate([w * p[1] for w, p in zip(prior, parts, strict=True)])
        order = np.argsort(value)
        total = np.cumsum(weight[order])
        median = expit(value[order][np.searchsorted(total, total[-1] / 2)])
        errors.append(100 * (median - share))
        if area in HIGH:
            high.append(errors[-1])
    return float(np.abs(errors).mean()), float(np.mean(high))


if __name__ == "__main__":
    numbers = [int(x) for x in sys.argv[1:] if x.isdigit()]
    APART = next((float(x[6:]) for x in sys.argv[1:] if x.startswith("apart=")), None)
    NAMES = tuple(x for x in sys.argv[1:] if x in ALL) or NAMES
    main(*(numbers or (CITIES, TRAJECTORIES)))
