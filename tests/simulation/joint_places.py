"""Leagues of 12 banners projected jointly and one by one: Brier score two years on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.curves import Paths
from literacy.kernels.forecast.spread import logit
from literacy.projection.models.averaging import BELOW, Assumptions
from literacy.projection.neighbours import CENTRES, KEPT, SPREADS, weigh_ways
from tests.simulation.cities import AHEAD, Cities, below_at, fit_cities, national_paths
from tests.simulation.worlds import Gains, World, draw, heavy, kinds, normal, regimes

SEED, BANNERS, NEAR = 20261130, 12, AHEAD.index(2)
Floats = NDArray[np.float64]


def shared(mean: float, between: float, within: float) -> Gains:
    """A gain of the league's own, from which its banners differ by little."""
    return lambda rng, c: normal(mean + between * rng.normal(), within)(rng, c)


LEAGUES: dict[str, tuple[bool, World]] = {
    "alike, sd 0.01": (True, World(shared(0.11, 0.07, 0.01))),
    "alike, sd 0.02, wandering": (True, World(shared(0.11, 0.07, 0.02), level_sd=0.03)),
    "alike, slow": (True, World(shared(0.03, 0.02, 0.01))),
    "alike, fast": (True, World(shared(0.22, 0.02, 0.02))),
    "as the nation, sd 0.05": (False, World(normal(0.11, 0.05))),
    "uneven, sd 0.10": (False, World(normal(0.11, 0.10), level_sd=0.03)),
    "two kinds": (False, World(kinds((0.5, 0.03, 0.03), (0.5, 0.17, 0.03)))),
    "heavy tails": (False, World(heavy(0.11, 0.045, 2))),
    "regimes": (False, World(regimes((0.11, 0.08), (0.11, 0.08)))),
}
"""Leagues, and whether their banners are alike."""


@dataclass(frozen=True)
class Learned:
    """What every relation to the higher level says of b banners; the first w are those a league may have in common.

    Attributes
    ----------
    plain : (b, w + 1) log likelihood of the waves, as the league is weighed; the last column for a banner by itself
    loglik : (b, w + a) log likelihood of the waves, as the banner is projected
    passing : (b, w + a) chance of passing the goal two years on
    """

    plain: Floats
    loglik: Floats
    passing: Floats


def learn(cities: Cities, paths: Paths) -> Learned:
    """Fit every relation to every banner, as :func:`literacy.projection.project` does."""
    ways = [(1.0, m, s, 0.0) for m, (s, _) in product(CENTRES.tolist(), SPREADS)]
    gains = tuple((*way, 1 / (len(ways) + len(BELOW))) for way in (*ways, *(row[:-1] for row in BELOW)))
    alone = np.log([row[-1] for row in BELOW])
    logs, _ = _by_gain(cities, paths, Assumptions(scale="logit", converge=0.0, gains=gains))
    together, apart = logs[:, : len(ways)], np.logaddexp.reduce(logs[:, len(ways) :] + alone, axis=1)
    return Learned(np.column_stack([together, apart]), *_by_gain(cities, paths, Assumptions(gains=gains)))


def _by_gain(cities: Cities, paths: Paths, assumed: Assumptions) -> tuple[Floats, Floats]:
    """(b, gains) log likelihood and chance of passing, over all that is averaged within a relation."""
    fit, curves, _ = fit_cities(cities, paths, assumed)
    gains = assumed.gains or ()
    shapes = len(np.unique(curves.curvature))
    logs = fit.loglik + np.log(curves.weight * len(gains))
    sd = np.sqrt(np.maximum(fit.covariance[:, :, NEAR, NEAR], 1e-12))
    below = below_at(fit.mean[:, :, NEAR], sd, curves.curvature, logit(cities.goal))

    def together(x: Floats) -> Floats:
        return np.moveaxis(x.reshape(len(x), shapes, len(gains), -1), 2, 1).reshape(len(x), len(gains), -1)

    logs, below = together(logs), together(below)
    total = np.logaddexp.reduce(logs, axis=2)
    return total, 1 - (np.exp(logs - total[:, :, None]) * below).sum(axis=2)


def chances(found: Learned, apart: float | None = None) -> tuple[Floats, Floats]:
    """(b,) chances of passing the goal of the banners of one league: jointly, and one by one."""
    prior = weigh_ways() if apart is None else weigh_ways(apart)
    left = np.log(prior) + found.plain.sum(axis=0) - found.plain
    share = np.exp(left - left.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    alone = np.array([row[-1] for row in BELOW])
    joint = np.column_stack([share[:, :-1], share[:, -1:] * alone / alone.sum()])
    return _mix(found, np.where(joint > KEPT, joint, 0.0)), _mix(found, np.append(0.0 * prior[:-1], alone))


def _mix(found: Learned, prior: Floats) -> Floats:
    """(b,) chances under prior weights of the relations."""
    weight = prior * np.exp(found.loglik - found.loglik.max(axis=1, keepdims=True))
    return np.asarray((weight * found.passing).sum(axis=1) / weight.sum(axis=1))


def try_leagues(name: str, leagues: int, paths: Paths, apart: float | None = None) -> tuple[Floats, Floats]:
    """Mean squared errors of the chances of each league, jointly and one by one."""
    rows = []
    for i in range(leagues):
        rng = np.random.default_rng([SEED, list(LEAGUES).index(name), i])
        cities = draw(LEAGUES[name][1], BANNERS, rng)
        came = cities.truth[:, NEAR] > cities.goal
        rows.append([np.mean((one - came) ** 2) for one in chances(learn(cities, paths), apart)])
    joint, single = np.array(rows).T
    return joint, single


if __name__ == "__main__":
    import sys

    leagues = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    wanted = [name for name in LEAGUES if len(sys.argv) < 3 or sys.argv[2] in name]
    paths = national_paths()
    for name in wanted:
        joint, single = try_leagues(name, leagues, paths)
        ratio = joint.mean() / single.mean()
        error = np.std(joint - ratio * single) / single.mean() / leagues**0.5
        print(
            f"{name:28s} {'alike' if LEAGUES[name][0] else 'not alike':10s} joint {joint.mean():.4f}  one by one "
            f"{single.mean():.4f}  ratio {ratio:.3f} (se {error:.3f})",
            flush=True,
        )
