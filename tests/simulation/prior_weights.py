"""Prior weights of the default model below a higher level: a constrained fit to worlds and published provinces.

The components are those of ``averaging``; the weights of its four tables (scales, gains, noise, survey errors) move.
Posterior probabilities are a softmax, so that every score has a gradient. Nothing is gained by a good mean score: punished is
what exceeds a limit (coverage of the 90 % interval outside 86-95 %, or below 80 % five years on; a Brier score or a CRPS
above the best simple rival's; for the provinces a mean error of 2 points, a bias of the places above 12 % of one). In the two
worlds whose CRPS no weights bring within its limit, the excess has a price; ``trace`` varies it and that of the provinces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from literacy.instrument import load_reference
from literacy.kernels.forecast.curves import Curves, Fit
from literacy.kernels.forecast.spread import expit, logit
from literacy.projection.models import averaging
from literacy.projection.models.averaging import Assumptions, fit_place
from literacy.projection.trends.published import series_trend
from literacy.projection.trends.series import trend_from_frame
from tests.simulation.cities import AHEAD, Cities, below_at, crps, fit_cities, national_paths, simple_rivals
from tests.simulation.worlds import WORLDS, draw

Floats = NDArray[np.float64]

SEED, CITIES, SCORED, STEPS = 605, 11_000, 2500, 50
"""Seed (not that of the test), cities of a world, how many of them have their CRPS in the objective, steps."""
NEAR, FAR = AHEAD.index(2), AHEAD.index(5)
SOFT, CORNER = 0.012, 0.004
COVER, SCORE, REAL, PRICE = 200.0, 3000.0, 100.0, 5.0
"""Importance of coverage, of the ratios to the rivals, of the provinces; price of the excess in :data:`HARD`."""
TIE = 0.01
"""Importance of the mean score, which decides where every limit is kept."""
HOLD, RATE = 0.001, 0.08
"""Importance of staying near the weights in force; size of a step in log weights."""
TABLES = (averaging.BENDS_BELOW, averaging.BELOW, averaging.NOISE_BELOW, averaging.SURVEY_BELOW)
ENDS = np.cumsum([len(table) for table in TABLES])[:-1]
"""The tables of the components, in the order in which ``lay_out`` crosses them, and where each ends in the log weights."""
OFFSETS = np.append(np.linspace(-1.3, 2.3, 25), (2.6, 2.9, 3.3, 3.7, 4.2, 4.8, 5.5, 6.5))
"""Log odds beyond the last survey's at which a distribution is known; a forecast of runaway growth reaches far up."""
HIGH = ("beijing", "shanghai", "tianjin")
HARD = ("no gain",)
"""Worlds whose CRPS no weights bring within its limit: the excess has a price."""
ALL_SCORED = (*HARD, "a ceiling", "regime: quickens")
"""Worlds whose CRPS a few cities decide: all are scored."""
MOST_BRIER, LOOSER_BRIER = 1.04, {"no gain": 1.10, "regime: quickens": 1.09}
MOST_CRPS, LOOSER_CRPS = 1.015, {"no gain": 1.08, "a ceiling": 1.07, "regime: quickens": 1.07}
LEAST_NEAR, MOST_NEAR, LEAST_FAR = 0.872, 0.947, 0.82
MOST_ERROR, MOST_BIAS = 1.98, 0.96
"""Limits, each a little within that of the issue, which lets few worlds exceed the strict ones."""


@dataclass(frozen=True)
class Places:
    """Posteriors of the components for b places or forecasts.

    Attributes
    ----------
    loglik : (b, c)
    at_truth : (h, b, c) chance below the truth, a horizon each
    at_goal : (b, c) chance below the goal
    knots, below : (s, g) and (s, c, g) log odds and chances below them, of the first s
    truth : (s,) what the last are scored with
    """

    loglik: Floats
    at_truth: Floats
    at_goal: Floats
    knots: Floats
    below: Floats
    truth: Floats


def fold(fit: Fit, curves: Curves, parts: list[Floats]) -> tuple[Floats, list[Floats]]:
    """Average over the two variances of an assumed design effect, which is no weight to be fitted."""
    kinds = len(np.unique(curves.inflation))
    logs = fit.loglik.reshape(len(fit.loglik), -1, kinds)
    total = special.logsumexp(logs, axis=2)
    weight = np.exp(logs - total[:, :, None])
    out = []
    for part in parts:
        own = part.reshape(len(part), part.shape[1] // kinds, kinds, *part.shape[2:])
        out.append(np.einsum("bck...,bck->bc...", own, weight[: len(part)]))
    return total - np.log(kinds), out


def learn_world(drawn: Cities, paths, scored: int) -> Places:  # type: ignore[no-untyped-def]
    """Posteriors of simulated cities, a block at a time."""
    parts = []
    for a, cities in zip(range(0, len(drawn.last), 250), drawn.parts(250), strict=True):
        fit, curves, _ = fit_cities(cities, paths)
        sd = np.sqrt(np.maximum(np.einsum("bctt->bct", fit.covariance), 1e-12))
        truth, lam = logit(cities.truth), curves.curvature
        at = [below_at(fit.mean[:, :, j], sd[:, :, j], lam, truth[:, j]) for j in range(len(AHEAD))]
        at.append(below_at(fit.mean[:, :, NEAR], sd[:, :, NEAR], lam, logit(cities.goal)))
        n = max(0, min(250, scored - a))
        knots = logit(np.clip(cities.share[:n, -1], 1e-3, 0.999))[:, None] + OFFSETS
        grid = [below_at(fit.mean[:n, :, FAR], sd[:n, :, FAR], lam, k) for k in knots.T]
        loglik, made = fold(fit, curves, [*at, np.stack(grid, axis=2)])
        parts.append((loglik, np.stack(made[:4]), made[4], knots, made[5]))
    return Places(
        np.concatenate([p[0] for p in parts]).astype(np.float32),
        np.concatenate([p[1] for p in parts], axis=1).astype(np.float32),
        np.concatenate([p[2] for p in parts]).astype(np.float32),
        np.concatenate([p[3] for p in parts]),
        np.concatenate([p[4] for p in parts]).astype(np.float32),
        drawn.truth[:scored, FAR],
    )


def learn_provinces() -> list[tuple[str, int, Places]]:
    """Posteriors of every published province at each of its waves but the last: name, waves known, forecasts."""
    table, nation, made = load_reference("provinces"), series_trend("national"), []
    for area, rows in table[table["share"].notna()].groupby("area", sort=False):
        d = rows.sort_values("year")
        for k in range(1, len(d)):
            frame = pd.DataFrame({"year": d["year"][:k], "estimate": d["share"][:k], "n": 2000})
            trend = trend_from_frame(
                frame, area=str(area), level="province", splice="published as one series"
            )
            higher = [nation.until(float(d["year"].iloc[k - 1]))]
            truth = d["share"].iloc[k:].to_numpy(float)
            place = fit_place(trend, higher, d["year"].iloc[k:].to_numpy(float), Assumptions())
            mean = place.fit.mean[0].T
            sd = np.sqrt(np.maximum(np.einsum("ctt->ct", place.fit.covariance[0]).T, 1e-12))
            lam, n = place.curves.curvature, len(truth)
            knots = np.tile(logit(trend.estimate[-1]) + np.linspace(-2, 3.5, 111), (n, 1))
            grid = np.stack([below_at(mean, sd, lam, z) for z in knots.T], axis=2)
            fit = Fit(mean, sd, np.repeat(place.fit.loglik, n, axis=0), mean)
            loglik, (grid,) = fold(fit, place.curves, [grid])
            made.append(
                (str(area), k, Places(loglik, grid[None, :, :, 0], grid[:, :, 0], knots, grid, truth))
            )
    return made


@dataclass(frozen=True)
class Prices:
    """Importance of the provinces' limits and of the CRPS in the worlds where it exceeds its limit."""

    real: float = REAL
    hard: float = PRICE


class Objective:
    """The penalty and its gradient, as functions of the log weights of the gains."""

    def __init__(self, cities: int, scored: int) -> None:
        paths = national_paths()
        self.start = np.log([row[-1] for table in TABLES for row in table])
        self.prices = Prices()
        self.provinces = learn_provinces()
        self.worlds = []
        for i, (name, world) in enumerate(WORLDS.items()):
            drawn = draw(world, cities, np.random.default_rng([SEED, i]))
            several = drawn.seen.sum(axis=1) > 1
            came = drawn.truth[:, NEAR] > drawn.goal
            rivals = simple_rivals(drawn)
            brier = min(np.mean((1 - m[NEAR].cdf(drawn.goal) - came)[several] ** 2) for m in rivals.values())
            far, some = [], cities if name in ALL_SCORED else scored
            for rival, m in rivals.items():
                who = several[:some] if rival.startswith("own") else np.ones(some, dtype=bool)
                far.append((who, crps(m[FAR].pick(np.arange(some)), drawn.truth[:some, FAR])[who].mean()))
            self.worlds.append((name, learn_world(drawn, paths, some), several, came, brier, far))

    def log_weights(self, theta: Floats) -> Floats:
        """(c,) log weights of the components, from those of the four tables one after the other."""
        bends, gains, noise, survey = (special.log_softmax(part) for part in np.split(theta, ENDS))
        return np.asarray(
            (bends[:, None, None, None] + gains[:, None, None] + noise[:, None] + survey).ravel()
        )

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        log = self.log_weights(theta).astype(np.float32)
        loss, slope = 0.0, np.zeros(len(log))
        for world in self.worlds:
            more, push, _ = punish_world(*world, log, self.prices)
            loss, slope = loss + more, slope + push
        more, push, _ = punish_provinces(self.provinces, log, self.prices)
        every = (slope + push).reshape([len(table) for table in TABLES])
        parts = []
        for axis, part in enumerate(np.split(theta, ENDS)):
            own = every.sum(axis=tuple(j for j in range(4) if j != axis))
            parts.append(own - special.softmax(part) * own.sum())
        away = theta - self.start
        return loss + more + HOLD * float(away @ away), np.concatenate(parts) + 2 * HOLD * away

    def describe(self, theta: Floats) -> pd.DataFrame:
        """Coverage and ratios of every world, and in the last row mean error and bias of the provinces."""
        log = self.log_weights(theta).astype(np.float32)
        rows = [{"world": w[0], **punish_world(*w, log, self.prices)[2]} for w in self.worlds]
        return pd.DataFrame(
            [*rows, {"world": "provinces", **punish_provinces(self.provinces, log, self.prices)[2]}]
        )


def chain(weight: Floats, parts: Floats, whole: Floats, force: Floats) -> Floats:
    """(c,) gradient with respect to the log weights of a sum over b of ``force`` times the mixture's chance ``whole``."""
    return np.asarray(((force[:, None] * weight) * (parts - whole[:, None])).sum(axis=0), dtype=float)


def score_grid(below: Floats, knots: Floats, truth: Floats) -> tuple[Floats, Floats, Floats]:
    """(b,) CRPS, its gradient and the width in shares of each knot, (b, g)."""
    share = expit(knots)
    width, step = np.zeros_like(share), np.diff(share, axis=1) / 2
    width[:, :-1] += step
    width[:, 1:] += step
    miss = below - (share >= truth[:, None])
    return (miss**2 * width).sum(axis=1), 2 * miss * width, width


def punish_world(name, places, several, came, brier, far, log, prices):  # type: ignore[no-untyped-def]
    """Penalty of one world, its gradient, and what was found."""
    weight = special.softmax(places.loglik + log, axis=1)
    loss, slope, count, facts = 0.0, np.zeros(len(log)), len(weight), {}
    for j in range(FAR + 1):
        whole = (weight * places.at_truth[j]).sum(axis=1)
        facts[f"coverage_{AHEAD[j]}"] = float(np.mean((whole > 0.05) & (whole < 0.95)))
        low, high = special.expit((whole - 0.05) / SOFT), special.expit((whole - 0.95) / SOFT)
        held = float(np.mean(low - high))
        least, most = (LEAST_NEAR, MOST_NEAR) if j < FAR else (LEAST_FAR, 1.0)
        off = max(held - most, 0.0) - max(least - held, 0.0)
        loss += COVER * (off**2 / (2 * CORNER) if abs(off) < CORNER else abs(off) - CORNER / 2)
        force = COVER * np.clip(off / CORNER, -1, 1) * (low * (1 - low) - high * (1 - high)) / SOFT / count
        slope += chain(weight, places.at_truth[j], whole, force)
    whole = (weight * places.at_goal).sum(axis=1)
    facts["brier_ratio"] = ratio = np.mean((1 - whole - came)[several] ** 2) / brier
    off = max(ratio - LOOSER_BRIER.get(name, MOST_BRIER), 0.0)
    loss += SCORE * off**2 + TIE * ratio
    force = np.where(several, (2 * SCORE * off + TIE) * -2 * (1 - whole - came) / several.sum() / brier, 0.0)
    slope += chain(weight, places.at_goal, whole, force)
    own = weight[: len(places.truth)]
    below = np.matmul(own[:, None, :], places.below)[:, 0]
    score, push, _ = score_grid(below, places.knots, places.truth)
    who, rival = max(far, key=lambda f: score[f[0]].mean() / f[1])
    facts["crps_ratio"] = ratio = score[who].mean() / rival
    most = LOOSER_CRPS.get(name, MOST_CRPS)
    if name in HARD:
        worth = prices.hard * (ratio > most) + TIE
        loss += prices.hard * max(ratio - most, 0.0) + TIE * ratio
    else:
        worth = 2 * SCORE * max(ratio - most, 0.0) + TIE
        loss += SCORE * max(ratio - most, 0.0) ** 2 + TIE * ratio
    push = (worth * push * (who / who.sum() / rival)[:, None]).astype(np.float32)
    inner = np.matmul(places.below, push[:, :, None])[:, :, 0] - (push * below).sum(axis=1)[:, None]
    return loss, slope + (own * inner).sum(axis=0), facts


def punish_provinces(provinces, log, prices):  # type: ignore[no-untyped-def]
    """Penalty of the published provinces, its gradient, and what was found."""
    slope, found = np.zeros(len(log)), []
    for area, _, places in provinces:
        weight = special.softmax(places.loglik + log, axis=1)
        below = np.matmul(weight[:, None, :], places.below)[:, 0]
        median = np.array([np.interp(0.5, f, x) for f, x in zip(below, places.knots, strict=True)])
        found.append((area, places, weight, below, median, 100 * (expit(median) - places.truth)))
    errors = np.concatenate([f[5] for f in found])
    high = np.concatenate([f[5] for f in found if f[0] in HIGH])
    bias, mae = high.mean(), np.abs(errors).mean()
    tilt = max(abs(bias) - MOST_BIAS, 0.0) * np.sign(bias)
    wide = max(mae - MOST_ERROR, 0.0)
    loss = prices.real * (3 * tilt**2 + 10 * wide**2)
    for area, places, weight, below, median, error in found:
        force = 20 * wide / len(errors) * np.sign(error) + (6 * tilt / len(high) if area in HIGH else 0)
        rows = np.arange(len(median))
        at = np.array([np.searchsorted(x, m) - 1 for x, m in zip(places.knots, median, strict=True)])
        share = expit(places.knots)
        density = (below[rows, at + 1] - below[rows, at]) / (share[rows, at + 1] - share[rows, at])
        force = -100 * prices.real * force / density
        slope += chain(weight, places.below[rows, :, at], below[rows, at], force)
    return loss, slope, {"error": float(mae), "bias": float(bias), "mean_error": float(errors.mean())}


def fit(objective: Objective, start: Floats, steps: int) -> Floats:
    """Log weights that make the penalty least, by adaptive steps (Kingma and Ba 2015): the limits have corners."""
    theta, mean, square, best, found = start.copy(), 0.0 * start, 0.0 * start, np.inf, start
    for step in range(1, steps + 1):
        loss, slope = objective(theta)
        if loss < best:
            best, found = loss, theta.copy()
        mean, square = 0.9 * mean + 0.1 * slope, 0.98 * square + 0.02 * slope**2
        size = RATE * (1 + np.cos(np.pi * step / steps)) / 2
        theta = theta - size * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.98**step)) + 1e-6)
    return found


def summarise(objective: Objective, theta: Floats) -> str:
    """One line of the frontier: CRPS where it is hard, where growth quickens, and the provinces."""
    table = objective.describe(theta).set_index("world")
    ratio, rest = table["crps_ratio"], table.iloc[:-1]
    near = rest[["coverage_1", "coverage_2"]]
    return (
        f"crps no gain {ratio['no gain']:.3f}, ceiling {ratio['a ceiling']:.3f}, quickens {ratio['regime: quickens']:.3f}, "
        f"most elsewhere {ratio.drop(['no gain', 'a ceiling', 'regime: quickens', 'provinces']).max():.3f}; brier most {rest['brier_ratio'].max():.3f}; "
        f"outside 86-95 %: {int(((near < 0.86) | (near > 0.95)).any(axis=1).sum())}; "
        f"provinces: error {table.loc['provinces', 'error']:.2f}, bias {table.loc['provinces', 'bias']:+.2f}"
    )


def trace(objective: Objective, start: Floats, steps: int) -> None:
    """The frontier of these weights: prices of the hard worlds' CRPS, with the provinces' limits and without."""
    for real, prices in ((REAL, (0.0, 5.0, 20.0)), (0.0, (5.0, 20.0, 60.0))):
        theta = start
        for hard in prices:
            objective.prices = Prices(real, hard)
            theta = fit(objective, theta, steps)
            print(f"provinces {real:g}, price {hard:g}: {summarise(objective, theta)}", flush=True)


def main(cities: int, steps: int, frontier: bool) -> None:
    objective = Objective(cities, min(SCORED, cities))
    start = objective.start
    print(f"before: penalty {objective(start)[0]:.3f}; {summarise(objective, start)}", flush=True)
    if frontier:
        trace(objective, start, steps)
        return
    theta = fit(objective, start, steps)
    print(f"after: penalty {objective(theta)[0]:.3f}; {summarise(objective, theta)}")
    print(objective.describe(theta).round(3).to_string())
    for table, part in zip(TABLES, np.split(theta, ENDS), strict=True):
        for row, w in zip(table, special.softmax(part), strict=True):
            print(row[:-1], f"{w:.3f}")


if __name__ == "__main__":
    import sys

    numbers = [int(x) for x in sys.argv[1:] if x.isdigit()]
    main(*(numbers or (CITIES, STEPS)), "trace" in sys.argv)
