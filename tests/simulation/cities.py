"""Simulated cities surveyed by chance and projected side by side, beside the simple rivals.

Every number of ours comes from the package's own model (``lay_out``, ``fit_curves``): only the loop over cities is replaced by
arrays. ``tests/projection/test_simulation.py`` checks that a city done here equals ``project``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.curves import Paths, Waves, fit_curves, join_paths
from literacy.kernels.forecast.scales import bend
from literacy.kernels.forecast.spread import empirical_logit, expit, logit
from literacy.projection.models.averaging import Assumptions, fit_place, lay_out
from literacy.projection.trends.published import series_trend

AHEAD = (1, 2, 5, 10)
FIRST, LAST = 1995, 2040
GRID = np.arange(FIRST, LAST + 1.0)


@dataclass(frozen=True)
class Cities:
    """b cities with up to k surveys.

    Attributes
    ----------
    time, share : (b, k), NaN where a city has fewer surveys; the last column is the last survey
    size : (b,) effective respondents as stated
    unknown : bool, whether the design effect behind ``size`` is only assumed
    truth : (b, len(AHEAD)) true shares after the last survey
    goal : (b,) share asked about two years after the last survey
    """

    time: np.ndarray
    share: np.ndarray
    size: np.ndarray
    unknown: bool
    truth: np.ndarray
    goal: np.ndarray

    @property
    def seen(self) -> np.ndarray:
        return ~np.isnan(self.time)

    @property
    def last(self) -> np.ndarray:
        return self.time[:, -1]

    def parts(self, size: int) -> Iterator[Cities]:
        """The same cities, ``size`` at a time."""
        for a in range(0, len(self.size), size):
            b = slice(a, a + size)
            yield Cities(self.time[b], self.share[b], self.size[b], self.unknown, self.truth[b], self.goal[b])


def national_paths(assumed: Assumptions | None = None) -> Paths:
    """The published nation over :data:`GRID`, on every scale."""
    nation = fit_place(series_trend("national"), (), GRID, assumed or Assumptions())
    return join_paths(nation.fit, nation.curves, len(GRID))


def project_cities(
    cities: Cities, paths: Paths | None, assumed: Assumptions | None = None, extra: np.ndarray | None = None
) -> list[Blend]:
    """Distribution of every city's share, one Blend a horizon; ``extra`` adds to the components' log weights."""
    fit, curves, weight = fit_cities(cities, paths, assumed, extra)
    variance = np.maximum(np.einsum("bctt->bct", fit.covariance), 0.0)
    return [
        Blend(fit.mean[:, :, j], np.sqrt(variance[:, :, j]), curves.curvature, weight)
        for j in range(fit.mean.shape[2])
    ]


def fit_cities(cities, paths, assumed=None, extra=None):  # type: ignore[no-untyped-def]
    """The fit, the components and their weights."""
    curves = lay_out(assumed or Assumptions(), paths is not None, cities.unknown)
    size = np.where(cities.seen, cities.size[:, None], np.nan)
    value, variance = empirical_logit(
        np.where(cities.seen, cities.share, 0.5), np.where(cities.seen, size, 1.0)
    )
    value = np.where(cities.seen, value, np.nan)
    k = value.shape[1]
    waves = Waves(
        cities.time,
        value,
        variance[:, :, None] * np.eye(k),
        np.full(value.shape, cities.unknown),
        np.empty(0),
        0.0,
    )
    target = cities.last[:, None] + np.array(AHEAD, dtype=float)
    own = None
    if paths is not None:
        time = np.concatenate([np.where(cities.seen, cities.time, cities.last[:, None]), target], axis=1)
        at = (time - FIRST).round().astype(int)
        own = Paths(
            paths.curvature,
            np.stack([m[0][at] for m in paths.mean]),
            np.stack([c[0][at[:, :, None], at[:, None, :]] for c in paths.covariance]),
            paths.loglik,
        )
    fit = fit_curves(waves, target, curves, own)
    return fit, curves, fit.weight(curves, extra)


def below_at(mean: np.ndarray, sd: np.ndarray, curvature: np.ndarray, z: np.ndarray) -> np.ndarray:
    """(b, c) chance of log odds below ``z``, one for each of the b."""
    out = np.empty(mean.shape, dtype=np.float32)
    for lam in np.unique(curvature):
        own = curvature == lam
        out[:, own] = special.ndtr((bend(z, float(lam))[:, None] - mean[:, own]) / sd[:, own])
    return out


def simple_rivals(cities: Cities) -> dict[str, list[Blend]]:
    """Last value, the nation's pace, the own line in log odds and in shares: each with its sampling error."""
    seen, z = cities.seen, np.zeros(cities.time.shape)
    size = np.where(seen, cities.size[:, None], 1.0)
    share = np.clip(np.where(seen, cities.share, 0.5), 0.5 / size, 1 - 0.5 / size)
    z, v = np.where(seen, logit(share), 0.0), np.where(seen, 1 / (size * share * (1 - share)), 0.0)
    nation = series_trend("national")
    line = np.interp(GRID, nation.times, logit(nation.estimate))
    step = float(line[int(nation.times[-1]) - FIRST] - line[int(nation.times[-2]) - FIRST])
    line = line + np.maximum(GRID - nation.times[-1], 0) * step
    at = (cities.last - FIRST).round().astype(int)
    count = np.maximum(seen.sum(axis=1), 1)
    middle = np.where(seen, cities.time, 0).sum(axis=1) / count
    apart = np.where(seen, cities.time - middle[:, None], 0.0)
    width = np.maximum((apart**2).sum(axis=1), 1e-12)
    made: dict[str, list[Blend]] = {
        n: [] for n in ("last value", "national pace", "own line", "own line, shares")
    }
    for ahead in AHEAD:
        pull = seen / count[:, None] + ((cities.last + ahead - middle) / width)[:, None] * apart
        pull = np.where((count > 1)[:, None], pull, np.eye(seen.shape[1])[-1])
        se = np.sqrt(v[:, -1])
        made["last value"].append(_normal(z[:, -1], se))
        made["national pace"].append(_normal(z[:, -1] + line[at + ahead] - line[at], se))
        made["own line"].append(_normal((pull * z).sum(axis=1), np.sqrt((pull**2 * v).sum(axis=1))))
        flat = np.clip((pull * np.where(seen, share, 0)).sum(axis=1), 1e-3, 0.999)
        error = np.sqrt((pull**2 * np.where(seen, share * (1 - share) / size, 0)).sum(axis=1))
        made["own line, shares"].append(_normal(logit(flat), error / (flat * (1 - flat))))
    return made


def _normal(location: np.ndarray, scale: np.ndarray) -> Blend:
    return Blend(
        location[:, None], np.maximum(scale, 1e-9)[:, None], np.zeros(1), np.ones((len(location), 1))
    )


KNOTS = np.concatenate([np.linspace(-9, -5, 12), np.linspace(-4.9, 2.5, 140), np.linspace(2.7, 6, 10)])


def crps(forecast: Blend, truth: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score in shares, by integrating over a grid; (b,) array."""
    share = expit(KNOTS)
    below = np.stack([forecast.chance_below(np.full(len(truth), x)) for x in KNOTS], axis=1)
    return np.asarray(np.trapezoid((below - (share >= truth[:, None])) ** 2, share, axis=1))
