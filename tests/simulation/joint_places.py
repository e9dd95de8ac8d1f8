"""Leagues of 12 banners projected jointly and one by one: Brier score two years on."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.curves import Paths
from literacy.projection.models.averaging import Assumptions
from literacy.projection.neighbours import CENTRES, SPREADS, spread_gains, weigh_ways
from tests.simulation.cities import AHEAD, Cities, fit_cities, national_paths, project_cities
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


def project_jointly(cities: Cities, paths: Paths) -> list[Blend]:
    """Each banner of a league two years on, as :func:`literacy.projection.project`."""
    ways = [(1.0, m, s) for m, (s, _) in product(CENTRES.tolist(), SPREADS)]
    gains = tuple((*way, 1 / len(ways)) for way in ways)
    plain = Assumptions(scale="logit", converge=0.0)
    fit, curves, _ = fit_cities(cities, paths, replace(plain, gains=gains))
    logs = fit.loglik + np.log(curves.weight * len(ways))
    own = [(curves.lean == m) & (curves.gain_sd == s) for _, m, s in ways]
    evidence = [np.logaddexp.reduce(logs[:, k], axis=1) for k in own]
    fit, curves, _ = fit_cities(cities, paths, plain)
    evidence.append(np.logaddexp.reduce(fit.loglik + np.log(curves.weight), axis=1))
    logs = np.stack(evidence, axis=1)
    others = np.log(weigh_ways()) + logs.sum(axis=0) - logs
    share = np.exp(others - others.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    made = []
    for i, one in enumerate(share):
        alone = Cities(*(getattr(cities, n)[[i]] for n in ("time", "share", "size")), cities.unknown,
                       cities.truth[[i]], cities.goal[[i]])  # fmt: skip
        made.append(project_cities(alone, paths, Assumptions(gains=spread_gains(ways, one)))[NEAR])
    return made


def try_leagues(name: str, leagues: int, paths: Paths) -> tuple[Floats, Floats]:
    """Mean squared errors of the chances of each league, jointly and one by one."""
    rows = []
    for i in range(leagues):
        rng = np.random.default_rng([SEED, list(LEAGUES).index(name), i])
        cities = draw(LEAGUES[name][1], BANNERS, rng)
        came = cities.truth[:, NEAR] > cities.goal
        together = [one.cdf(cities.goal[[j]])[0] for j, one in enumerate(project_jointly(cities, paths))]
        single = project_cities(cities, paths)[NEAR].cdf(cities.goal)
        rows.append([np.mean((1 - below - came) ** 2) for below in (np.array(together), single)])
    joint, single = np.array(rows).T
    return joint, single


if __name__ == "__main__":
    import sys

    leagues = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    paths = national_paths()
    for name, (alike, _) in LEAGUES.items():
        joint, single = try_leagues(name, leagues, paths)
        ratio = joint.mean() / single.mean()
        error = np.std(joint - ratio * single) / single.mean() / leagues**0.5
        print(
            f"{name:28s} {'alike' if alike else 'not alike':10s} joint {joint.mean():.4f}  one by one {single.mean():.4f}  "
            f"ratio {ratio:.3f} (se {error:.3f})",
            flush=True,
        )
