"""Bayesian averaging over Gaussian-process models of a share, weighted by how well each explains the waves.

Each component is a Gaussian process on one scale: the series follows a fraction of the path of a higher level, has its
own rate of gain, fluctuates, and every survey has an error in addition to its sampling error. Time is centred at the
last wave, so that a component's current rate of gain does not depend on the number of waves. All places are computed in
parallel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.scales import bend, steepness, unbend
from literacy.kernels.forecast.spread import logit

Floats = NDArray[np.float64]

VAGUE = 5.0
"""Prior standard deviation of the level, in log odds: practically uninformative."""
ABSENT = 1e8
EXACT = 1e-9
"""Variance, in log odds, of a census: several of them must not make a singular matrix."""
CELLS = 2e6
"""Number of matrix elements of the components that are computed at once."""
NEAREST = 0.95
"""Part of a ceiling beyond which a share seen is taken there; what it lies above is held against the ceiling."""
FARTHEST = 1.5
"""Distance from the higher level, in log odds, beyond which convergence slows the gain no further."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Prior components, all (c,) arrays; standard deviations are in log odds at the place's current level.

    Attributes
    ----------
    curvature : curvature of the scale (see :mod:`literacy.kernels.forecast.scales`)
    follow : fraction of the higher level's change that the place adopts
    converge : reduction of the yearly gain per logit by which the place exceeds the higher level
    lean : expected yearly gain in addition to the change that is followed
    gain_sd : standard deviation of the yearly gain about that expectation
    fade : rate, a year, at which the place's own part of the gain fades after the last wave
    level_sd : standard deviation of the random walk of the level, per square root of a year
    slope_sd : standard deviation of the random walk of the gain, per square root of a year
    survey_sd : standard deviation of the error of a survey in addition to its sampling error
    inflation : factor on the sampling variance of waves with unknown design effect
    weight : prior weights, summing to 1
    """

    curvature: Floats
    follow: Floats
    converge: Floats
    lean: Floats
    gain_sd: Floats
    fade: Floats
    level_sd: Floats
    slope_sd: Floats
    survey_sd: Floats
    inflation: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.weight)

    def beside(self, paths: Paths, anchored: bool = False) -> Curves:
        """Restrict to the scales on which the path of the higher level is known; a ceiling needs its log odds alone."""
        own = np.isin(self.curvature, paths.curvature)
        if not anchored and bool(np.any(paths.curvature == 0)):
            own |= self.curvature < 0
        return self.pick(own)

    def pick(self, keep: NDArray[np.bool_]) -> Curves:
        """Restrict to the selected components and rescale their weights to sum to 1."""
        names = [f for f in self.__dataclass_fields__ if f != "weight"]
        weight = self.weight[keep]
        return Curves(**{n: getattr(self, n)[keep] for n in names}, weight=weight / weight.sum())


@dataclass(frozen=True, slots=True)
class Waves:
    """Observations of b places, padded with NaN for places with fewer than k waves.

    Attributes
    ----------
    time, value : (b, k) times and log odds
    covariance : (b, k, k) sampling covariance of the log odds
    unknown : (b, k) bool, waves whose design effect is assumed rather than known
    jump_time, jump_sd : (j,) and float, times at which all series may shift, and the standard deviation of the shifts
    """

    time: Floats
    value: Floats
    covariance: Floats
    unknown: NDArray[np.bool_]
    jump_time: Floats
    jump_sd: float


@dataclass(frozen=True, slots=True)
class Paths:
    """Path of the higher level on every scale, at the k + t times of each place.

    Attributes
    ----------
    curvature : (l,) curvatures of the scales
    mean, covariance : (l, b, k + t) and (l, b, k + t, k + t); b may be 1
    loglik : (l,) log likelihood of the higher level's waves on each scale
    """

    curvature: Floats
    mean: Floats
    covariance: Floats
    loglik: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior distributions for b places.

    Attributes
    ----------
    mean : (b, c, t) posterior means on the components' scales
    covariance : (b, c, t, t) posterior covariances
    loglik : (b, c) log likelihood of the waves, without the prior weights
    misfit : (b, c) squared Mahalanobis distance of the waves from the component, chi-square with k - 1 df
    """

    mean: Floats
    covariance: Floats
    loglik: Floats
    misfit: Floats

    def weight(self, curves: Curves, extra: Floats | None = None) -> Floats:
        """Posterior weights of the components, (b, c)."""
        with np.errstate(divide="ignore"):
            total = self.loglik + np.log(curves.weight) + (0.0 if extra is None else extra)
        total = np.exp(total - total.max(axis=-1, keepdims=True))
        return np.asarray(total / total.sum(axis=-1, keepdims=True))


def wander(u: Floats, v: Floats) -> Floats:
    """Covariance of a two-sided Brownian motion that is 0 at 0 (broadcast)."""
    near = np.minimum(np.abs(u), np.abs(v))
    return np.asarray(np.where(u * v > 0, near, 0.0))


def drift(u: Floats, v: Floats) -> Floats:
    """Covariance of the integral of a two-sided Brownian motion that is 0 at 0 (broadcast)."""
    near, far = np.minimum(np.abs(u), np.abs(v)), np.maximum(np.abs(u), np.abs(v))
    return np.asarray(np.where(u * v > 0, near**2 * (3 * far - near) / 6, 0.0))


def slow_down(away: Floats, fade: Floats) -> Floats:
    """Part of a steady change that is reached if the gain fades exponentially after time 0 (broadcast); 1 before it.

    ``(1 - exp(-κu)) / (κu)``, the damped trend of Gardner and McKenzie (1985) in continuous time.
    """
    x = np.asarray(fade * np.maximum(away, 0.0))
    return np.asarray(np.where(x > 0, -np.expm1(-x) / np.where(x > 0, x, 1.0), 1.0))


def fit_curves(
    waves: Waves, target: Floats, curves: Curves, paths: Paths | None = None, anchor_sd: float | None = None
) -> Fit:
    """Compute the posterior of every component for every place.

    Parameters
    ----------
    waves : Waves of b places
    target : (b, t) times of the forecast
    curves : Curves, the prior components
    paths : Paths, optional
        Path of the higher level; without it, nothing is followed.
    anchor_sd : float, optional
        For places without a wave: standard deviation of their level about the higher level's.

    Returns
    -------
    Fit

    Notes
    -----
    Gaussian-process regression (Rasmussen and Williams 2006, ch. 2) with a local-linear-trend kernel (Harvey 1989).
    """
    seen = ~np.isnan(waves.value)
    b, k = waves.value.shape
    t = target.shape[1]
    now = np.max(np.where(seen, waves.time, -np.inf), axis=1)
    if anchor_sd is not None:
        now = np.full(b, float(target[0, 0]))
    time = np.concatenate([np.where(seen, waves.time, now[:, None]), target], axis=1)
    away = time - now[:, None]
    u, v = away[:, :, None], away[:, None, :]
    kernels = (u * v, wander(u, v), drift(u, v))
    early = (time[:, :, None] < waves.jump_time).astype(float)
    jumps = waves.jump_sd**2 * (early @ np.swapaxes(early, 1, 2))
    last = np.argmax(np.where(seen, waves.time, -np.inf), axis=1)
    value = np.where(seen, waves.value, 0.0)
    middle = value.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    if anchor_sd is not None and paths is not None:
        middle = unbend(np.broadcast_to(paths.mean[0, :, k], (b,)), float(paths.curvature[0]))
    count = len(curves)
    mean, covariance = np.empty((b, count, t)), np.empty((b, count, t, t))
    loglik, misfit = np.empty((b, count)), np.empty((b, count))
    absent = np.where(seen, 0.0, ABSENT)[:, :, None] * np.eye(k)
    pair = seen[:, :, None] & seen[:, None, :]
    doubt = np.where(waves.unknown, 1.0, 0.0)
    rows = np.arange(b)
    sampling = np.where(seen, np.einsum("bkk->bk", waves.covariance), 1.0)
    for lam in np.unique(curves.curvature):
        lam = float(lam)
        most = float(logit(-lam * NEAREST)) if lam < 0 else np.inf
        above = np.where(seen, np.maximum(value - most, 0.0), 0.0)
        unit = steepness(np.minimum(middle, most), lam)
        local = steepness(np.minimum(value, most), lam)
        centre = bend(np.minimum(middle, most), lam)
        y = bend(np.minimum(value, most), lam) - centre[:, None]
        errors = np.where(pair, waves.covariance * local[:, :, None] * local[:, None, :], 0.0)
        errors += np.where(seen & (sampling == 0), EXACT, 0.0)[:, :, None] * np.eye(k)
        jacobian = np.sum(np.where(seen, np.log(local), 0.0), axis=1)
        gap = _gap(paths, lam, middle, last, rows) if anchor_sd is None else np.zeros(b)
        path, spread, evidence = _path(paths, lam, b, k + t, last, rows, anchor_sd is not None)
        square = (unit**2)[:, None, None]
        if lam < 0:  # a ceiling is the place's own: what it follows are log odds gained by the higher level
            path, spread = path * unit[:, None], spread * square
        level = (VAGUE if anchor_sd is None else anchor_sd) ** 2
        base = path - (0.0 if anchor_sd is None else centre[:, None])
        own = np.flatnonzero(curves.curvature == lam)
        step = max(1, int(CELLS / (b * (k + t) ** 2)))
        for some in (own[a : a + step] for a in range(0, len(own), step)):  # a block of components at a time

            def column(values: Floats, axes: int, some: NDArray[np.intp] = some) -> Floats:
                return np.asarray(values[some].reshape(-1, *([1] * axes)))

            part = slow_down(away, column(curves.fade, 2))
            inner = (
                level
                + column(curves.gain_sd, 3) ** 2 * (part[..., :, None] * part[..., None, :] * kernels[0])
                + column(curves.level_sd, 3) ** 2 * kernels[1]
                + column(curves.slope_sd, 3) ** 2 * kernels[2]
                + jumps
            )
            follow = np.ones(len(some)) if anchor_sd is not None else curves.follow[some]
            whole = (follow**2)[:, None, None, None] * spread + square * inner
            pace = column(curves.lean, 1) - column(curves.converge, 1) * gap
            ahead = follow[:, None, None] * base + (pace * unit)[:, :, None] * (part * away)
            grown = np.sqrt(1 + (column(curves.inflation, 2) - 1) * doubt)
            noise = errors * grown[..., :, None] * grown[..., None, :] + absent
            extra = (column(curves.survey_sd, 1) * unit)[:, :, None, None] ** 2
            a = whole[..., :k, :k] + noise + extra * (np.eye(k) * seen[:, :, None])
            cross = whole[..., k:, :k]
            rest = np.where(seen, y - ahead[..., :k], 0.0)
            both = np.concatenate([rest[..., None], np.swapaxes(cross, -1, -2)], axis=-1)
            solved = np.linalg.solve(a, both)
            mean[:, some] = np.swapaxes(
                centre[:, None] + ahead[..., k:] + (cross @ solved[..., :1])[..., 0], 0, 1
            )
            covariance[:, some] = np.swapaxes(whole[..., k:, k:] - cross @ solved[..., 1:], 0, 1)
            size = np.linalg.slogdet(a)[1] - np.log(ABSENT) * np.sum(~seen, axis=1)
            distance = np.einsum("cbk,cbk->bc", rest, solved[..., 0])
            misfit[:, some] = distance
            loglik[:, some] = -0.5 * (distance + size.T) + jacobian[:, None] + evidence
            if np.any(above > 0):  # part of the distance, on the log odds
                chance = sampling * grown**2 + column(curves.survey_sd, 2) ** 2
                loglik[:, some] -= 0.5 * np.sum(above**2 / chance, axis=2).T
    return Fit(mean, covariance, loglik, misfit)


def _gap(
    paths: Paths | None, lam: float, middle: Floats, last: NDArray[np.intp], rows: NDArray[np.intp]
) -> Floats:
    """Distance of each place above its higher level, in log odds, truncated at :data:`FARTHEST` in both directions."""
    if paths is None:
        return np.zeros(len(middle))
    lam = max(lam, 0.0)
    at = int(np.flatnonzero(paths.curvature == lam)[0])
    level = np.broadcast_to(paths.mean[at], (len(middle), paths.mean.shape[-1]))[rows, last]
    return np.asarray(np.clip(middle - unbend(level, lam), -FARTHEST, FARTHEST))


def _path(
    paths: Paths | None,
    lam: float,
    b: int,
    size: int,
    last: NDArray[np.intp],
    rows: NDArray[np.intp],
    whole: bool,
) -> tuple[Floats, Floats, float]:
    """Change of the higher level since the last wave on one scale (its level if ``whole``), with covariance."""
    if paths is None:
        return np.zeros((b, size)), np.zeros((b, size, size)), 0.0
    at = int(np.flatnonzero(paths.curvature == max(lam, 0.0))[0])
    mean = np.broadcast_to(paths.mean[at], (b, size))
    spread = np.broadcast_to(paths.covariance[at], (b, size, size))
    evidence = float(paths.loglik[at])
    if whole:
        return mean, spread, evidence
    row = spread[rows, last]
    change = spread - row[:, None, :] - row[:, :, None] + spread[rows, last, last][:, None, None]
    return mean - mean[rows, last][:, None], change, evidence


def join_paths(fit: Fit, curves: Curves, times: int) -> Paths:
    """Path of one fitted place on every scale, for other places to follow (moments of the mixture).

    Growth to a ceiling is part of the path in log odds, to first order.

    Parameters
    ----------
    fit : Fit of one place
    curves : Curves of that fit
    times : int, number of its target times to use
    """
    scales = np.unique(curves.curvature[curves.curvature >= 0])
    logw = fit.loglik[0] + np.log(curves.weight)
    means, spreads, evidence = [], [], []
    for lam in scales:
        own = (curves.curvature == lam) | ((lam == 0) & (curves.curvature < 0))
        top = logw[own].max()
        w = np.exp(logw[own] - top)
        evidence.append(top + np.log(w.sum()) - np.log(curves.weight[own].sum()))
        w = w / w.sum()
        m, s = fit.mean[0, own, :times].copy(), fit.covariance[0, own, :times, :times].copy()
        for j, below in enumerate(curves.curvature[own]):
            if below < 0:
                m[j] = unbend(m[j], float(below))
                slope = steepness(m[j], float(below))
                s[j] /= slope[:, None] * slope
        centre = w @ m
        apart = m - centre
        means.append(centre[None])
        spreads.append((np.einsum("c,cij->ij", w, s) + np.einsum("c,ci,cj->ij", w, apart, apart))[None])
    loglik = np.array(evidence)
    return Paths(scales, np.array(means), np.array(spreads), loglik - loglik.max())
