"""Prior weights of the default model below a higher level, fitted to simulated worlds and to the published provinces.

The components are those of ``averaging``; only the weights of their gains, wander and survey error move. Posterior
probabilities are a softmax, so that every score has a gradient (L-BFGS). Penalised are: coverage of the 90 % interval outside
86-95 % (80 % five years on), a Brier score or a CRPS far above the best simple rival's, and for the published provinces
a bias of the places above 12 %, a mean error above 1.95 points and an Inner Mongolia forecast worse than before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import minimize

from literacy.instrument import load_reference
from literacy.kernels.forecast.curves import Curves, Fit
from literacy.kernels.forecast.scales import bend
from literacy.kernels.forecast.spread import expit, logit
from literacy.projection.models import averaging
from literacy.projection.models.averaging import Assumptions, fit_place
from literacy.projection.trends.published import series_trend
from literacy.projection.trends.series import trend_from_frame
from tests.simulation.cities import AHEAD, Cities, crps, fit_cities, national_paths, simple_rivals
from tests.simulation.worlds import WORLDS, draw

Floats = NDArray[np.float64]

SEED, CITIES, SCORED, STEPS = 502, 2000, 300, 30
"""Seed (not that of the test), cities of a world, how many of them have their CRPS in the objective, steps."""
START = (
    (0.26, 0.12, 0.09, 0.05, 0.03, 0.10, 0.08, 0.12, 0.06, 0.09),
    (0.94, 0.04, 0.02),
    (0.86, 0.03, 0.11),
)
"""Weights before: gains, wander, survey error."""
NEAR, FAR = AHEAD.index(2), AHEAD.index(5)
SOFT, CORNER = 0.012, 0.004
COVER, SCORE, REAL = 100.0, 100.0, 20.0
"""Importance of coverage, of the ratios to the rivals, and of the provinces."""
OFFSETS = np.linspace(-1.3, 2.3, 31)
HIGH = ("beijing", "shanghai", "tianjin")
RATIOS = {"no gain": (1.15, 1.8), "a ceiling": (1.04, 1.8)}
"""Largest ratios of Brier score and CRPS that go unpunished; others 1.04 and 1.03."""


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


def below_at(mean: Floats, sd: Floats, curvature: Floats, z: Floats) -> Floats:
    """(b, c) chance of log odds below ``z``, one for each of the b."""
    out = np.empty(mean.shape, dtype=np.float32)
    for lam in np.unique(curvature):
        own = curvature == lam
        out[:, own] = special.ndtr((bend(z, float(lam))[:, None] - mean[:, own]) / sd[:, own])
    return out


def learn_world(drawn: Cities, paths, scored: int) -> Places:  # type: ignore[no-untyped-def]
    """Posteriors of simulated cities, a block at a time."""
    parts = []
    for a in range(0, len(drawn.last), 250):
        some = slice(a, a + 250)
        cities = Cities(
            drawn.time[some],
            drawn.share[some],
            drawn.size[some],
            drawn.unknown,
            drawn.truth[some],
            drawn.goal[some],
        )
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


class Objective:
    """The penalty and its gradient, as functions of log weights of gains, wander and survey error."""

    def __init__(self, cities: int, scored: int) -> None:
        paths = national_paths()
        self.sizes = tuple(len(t) for t in (averaging.BELOW, averaging.NOISE_BELOW, averaging.SURVEY_BELOW))
        self.bends = np.log([w for _, w in averaging.BENDS])
        self.provinces = learn_provinces()
        self.worlds = []
        for i, (name, world) in enumerate(WORLDS.items()):
            drawn = draw(world, cities, np.random.default_rng([SEED, i]))
            several = drawn.seen.sum(axis=1) > 1
            came = drawn.truth[:, NEAR] > drawn.goal
            rivals = simple_rivals(drawn)
            brier = min(np.mean((1 - m[NEAR].cdf(drawn.goal) - came)[several] ** 2) for m in rivals.values())
            far = []
            for rival, m in rivals.items():
                who = several[:scored] if rival.startswith("own") else np.ones(scored, dtype=bool)
                far.append((who, crps(m[FAR].pick(np.arange(scored)), drawn.truth[:scored, FAR])[who].mean()))
            self.worlds.append((name, learn_world(drawn, paths, scored), several, came, brier, far))

    def log_weights(self, theta: Floats) -> Floats:
        """(c,) log weights of the components."""
        g, n, s = (special.log_softmax(p) for p in np.split(theta, np.cumsum(self.sizes)[:-1]))
        whole = self.bends[:, None, None, None] + g[:, None, None] + n[:, None] + s
        return np.asarray(whole.ravel())

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        log = self.log_weights(theta).astype(np.float32)
        loss, slope = 0.0, np.zeros(len(log))
        for world in self.worlds:
            more, push = punish_world(*world, log)
            loss, slope = loss + more, slope + push
        more, push = punish_provinces(self.provinces, log)
        slope = (slope + push).reshape(len(self.bends), *self.sizes)
        out = []
        for axis, part in enumerate(np.split(theta, np.cumsum(self.sizes)[:-1]), start=1):
            total = slope.sum(axis=tuple(i for i in range(4) if i != axis))
            out.append(total - special.softmax(part) * total.sum())
        return loss + more + 1e-3 * float(theta @ theta), np.concatenate(out) + 2e-3 * theta


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


def punish_world(name, places, several, came, brier, far, log):  # type: ignore[no-untyped-def]
    """Penalty of one world and its gradient."""
    weight = special.softmax(places.loglik + log, axis=1)
    loss, slope, count = 0.0, np.zeros(len(log)), len(weight)
    for j in range(FAR + 1):
        whole = (weight * places.at_truth[j]).sum(axis=1)
        low, high = special.expit((whole - 0.05) / SOFT), special.expit((whole - 0.95) / SOFT)
        held = float(np.mean(low - high))
        least, most = (0.864, 0.947) if j < FAR else (0.81, 0.985)
        off = max(held - most, 0.0) - max(least - held, 0.0)
        loss += COVER * (off**2 / (2 * CORNER) if abs(off) < CORNER else abs(off) - CORNER / 2)
        force = COVER * np.clip(off / CORNER, -1, 1) * (low * (1 - low) - high * (1 - high)) / SOFT / count
        slope += chain(weight, places.at_truth[j], whole, force)
    at_most, far_most = RATIOS.get(name, (1.04, 1.03))
    whole = (weight * places.at_goal).sum(axis=1)
    ratio = np.mean((1 - whole - came)[several] ** 2) / brier
    off = max(ratio - at_most, 0.0)
    loss += SCORE * off**2 + 0.3 * ratio
    force = np.where(several, (2 * SCORE * off + 0.3) * -2 * (1 - whole - came) / several.sum() / brier, 0.0)
    slope += chain(weight, places.at_goal, whole, force)
    own = weight[: len(places.truth)]
    below = np.einsum("bc,bcg->bg", own, places.below)
    score, push, _ = score_grid(below, places.knots, places.truth)
    who, rival = max(far, key=lambda f: score[f[0]].mean() / f[1])
    ratio = score[who].mean() / rival
    off = max(ratio - far_most, 0.0)
    loss += SCORE * off**2 + 0.3 * ratio
    push = (2 * SCORE * off + 0.3) * push * (who / who.sum() / rival)[:, None]
    inner = np.einsum("bg,bcg->bc", push, places.below) - (push * below).sum(axis=1)[:, None]
    return loss, slope + (own * inner).sum(axis=0)


def punish_provinces(provinces, log):  # type: ignore[no-untyped-def]
    """Penalty of the published provinces and its gradient."""
    loss, slope = 0.0, np.zeros(len(log))
    found = []
    for area, k, places in provinces:
        weight = special.softmax(places.loglik + log, axis=1)
        below = np.einsum("bc,bcg->bg", weight, places.below)
        median = np.array([np.interp(0.5, f, x) for f, x in zip(below, places.knots, strict=True)])
        score, push, _ = score_grid(below, places.knots, places.truth)
        found.append(
            (
                area,
                k,
                places,
                weight,
                below,
                median,
                100 * score,
                100 * push,
                100 * (expit(median) - places.truth),
            )
        )
    errors = np.concatenate([f[8] for f in found])
    high = np.concatenate([f[8] for f in found if f[0] in HIGH])
    home = np.concatenate([f[6] for f in found if f[0] == "inner_mongolia" and f[1] > 1])
    bias, mae, own = high.mean(), np.abs(errors).mean(), home.mean()
    tilt = max(abs(bias) - 0.9, 0.0) * np.sign(bias)
    wide, worse = max(mae - 1.95, 0.0), max(own - 1.02, 0.0)
    loss += (
        REAL * (3 * tilt**2 + 10 * wide**2 + 10 * worse**2)
        + 0.05 * np.concatenate([f[6] for f in found]).mean()
    )
    for area, k, places, weight, below, median, _, push, error in found:
        push = push * (
            0.05 / len(errors) + (REAL * 20 * worse / len(home) if area == "inner_mongolia" and k > 1 else 0)
        )
        inner = np.einsum("bg,bcg->bc", push, places.below) - (push * below).sum(axis=1)[:, None]
        slope += (weight * inner).sum(axis=0)
        force = (
            REAL
            * (20 * wide / len(errors) * np.sign(error) + (6 * tilt / len(high) if area in HIGH else 0))
            * 100
        )
        rows = np.arange(len(median))
        at = np.array([np.searchsorted(x, m) - 1 for x, m in zip(places.knots, median, strict=True)])
        share = expit(places.knots)
        density = (below[rows, at + 1] - below[rows, at]) / (share[rows, at + 1] - share[rows, at])
        slope += chain(weight, places.below[rows, :, at], below[rows, at], -force / density)
    return loss, slope


def main(cities: int, steps: int) -> None:
    objective = Objective(cities, min(SCORED, cities))
    start = np.concatenate([np.log(s) for s in START])
    print(f"penalty before: {objective(start)[0]:.3f}", flush=True)
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    print(f"penalty after {found.nit} steps: {found.fun:.3f}")
    tables = averaging.BELOW, averaging.NOISE_BELOW, averaging.SURVEY_BELOW
    for table, part in zip(tables, np.split(found.x, np.cumsum(objective.sizes)[:-1]), strict=True):
        for row, w in zip(table, special.softmax(part), strict=True):
            print(row[:-1], f"{w:.3f}")


if __name__ == "__main__":
    import sys

    numbers = [int(x) for x in sys.argv[1:]]
    main(*(numbers or (CITIES, STEPS)))
