"""Many ways a share may have come about and may go on, weighed by how well each explains the waves.

A component is a Gaussian process on one scale: the place follows a fraction of a higher level's path, departs from it
by its own gain, wanders, and every survey has an error beside its sampling error. Everything is laid out at the
last wave, so that a component means the same present gain whatever the number of waves. All places are computed side
by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.scales import bend, steepness, unbend

Floats = NDArray[np.float64]

VAGUE = 5.0
"""Standard deviation of the level before any wave, log odds: no information."""
ABSENT = 1e8
CELLS = 2e6
"""Numbers in the matrices of the components done at once."""
FARTHEST = 1.5
"""Log odds from the higher level beyond which the gain falls no further."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Components, all (c,) arrays; standard deviations in log odds at the place's own level.

    Attributes
    ----------
    curvature : scale (see :mod:`literacy.kernels.forecast.scales`)
    follow : fraction of the higher level's change that the place takes over
    converge : gain that a place loses, a year, for every logit it stands above the higher level
    lean : gain a year beside what is followed, expected of it
    gain_sd : how far its yearly gain may lie from that
    level_sd : yearly wander of the level, per square root of a year
    slope_sd : yearly change of the gain, per square root of a year
    survey_sd : error of every survey beside its sampling error
    inflation : factor on the sampling variance of waves whose design effect is not known
    weight : prior weights, sum 1
    """

    curvature: Floats
    follow: Floats
    converge: Floats
    lean: Floats
    gain_sd: Floats
    level_sd: Floats
    slope_sd: Floats
    survey_sd: Floats
    inflation: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.weight)

    def pick(self, keep: NDArray[np.bool_]) -> Curves:
        """The components named, their weights made to sum to 1."""
        names = [f for f in self.__dataclass_fields__ if f != "weight"]
        weight = self.weight[keep]
        return Curves(**{n: getattr(self, n)[keep] for n in names}, weight=weight / weight.sum())


@dataclass(frozen=True, slots=True)
class Waves:
    """Observations of b places, NaN where a place has fewer than k.

    Attributes
    ----------
    time, value : (b, k) times and log odds
    covariance : (b, k, k) sampling covariance of the log odds
    unknown : (b, k) bool, waves whose design effect is assumed
    jump_time, jump_sd : (j,) and float, times at which all series may jump by an unknown amount
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
    curvature : (l,) the scales
    mean, covariance : (l, b, k + t) and (l, b, k + t, k + t); b may be 1
    loglik : (l,) how well each scale explains the higher level's own waves
    """

    curvature: Floats
    mean: Floats
    covariance: Floats
    loglik: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior of b places.

    Attributes
    ----------
    mean : (b, c, t) on the components' scales
    covariance : (b, c, t, t)
    loglik : (b, c) log likelihood of the waves, without the prior weights
    misfit : (b, c) squared Mahalanobis distance of the waves from the component, chi-square on k - 1 df
    """

    mean: Floats
    covariance: Floats
    loglik: Floats
    misfit: Floats

    def weight(self, curves: Curves, extra: Floats | None = None) -> Floats:
        """(b, c) posterior weights."""
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


def fit_curves(
    waves: Waves, target: Floats, curves: Curves, paths: Paths | None = None, anchor_sd: float | None = None
) -> Fit:
    """Posterior of every component for every place.

    Parameters
    ----------
    waves : Waves of b places
    target : (b, t) times asked for
    curves : Curves
    paths : Paths, optional
        Without it nothing is followed.
    anchor_sd : float, optional
        For places without a wave: their level is the higher level's plus a departure of that standard deviation.

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
    for lam in np.unique(curves.curvature):
        lam = float(lam)
        unit = steepness(middle, lam)
        local = steepness(value, lam)
        centre = bend(middle, lam)
        y = bend(value, lam) - centre[:, None]
        errors = np.where(pair, waves.covariance * local[:, :, None] * local[:, None, :], 0.0)
        jacobian = np.sum(np.where(seen, np.log(local), 0.0), axis=1)
        gap = _gap(paths, lam, middle, last, rows) if anchor_sd is None else np.zeros(b)
        path, spread, evidence = _path(paths, lam, b, k + t, last, rows, anchor_sd is not None)
        square = (unit**2)[:, None, None]
        level = (VAGUE if anchor_sd is None else anchor_sd) ** 2
        base = path - (0.0 if anchor_sd is None else centre[:, None])
        own = np.flatnonzero(curves.curvature == lam)
        step = max(1, int(CELLS / (b * (k + t) ** 2)))
        for some in (own[a : a + step] for a in range(0, len(own), step)):  # some components at once

            def column(values: Floats, axes: int, some: NDArray[np.intp] = some) -> Floats:
                return np.asarray(values[some].reshape(-1, *([1] * axes)))

            inner = (
                level
                + column(curves.gain_sd, 3) ** 2 * kernels[0]
                + column(curves.level_sd, 3) ** 2 * kernels[1]
                + column(curves.slope_sd, 3) ** 2 * kernels[2]
                + jumps
            )
            follow = np.ones(len(some)) if anchor_sd is not None else curves.follow[some]
            whole = (follow**2)[:, None, None, None] * spread + square * inner
            pace = column(curves.lean, 1) - column(curves.converge, 1) * gap
            ahead = follow[:, None, None] * base + (pace * unit)[:, :, None] * away
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
    return Fit(mean, covariance, loglik, misfit)


def _gap(
    paths: Paths | None, lam: float, middle: Floats, last: NDArray[np.intp], rows: NDArray[np.intp]
) -> Floats:
    """How far each place stands above its higher level, log odds, at most :data:`FARTHEST` either way."""
    if paths is None:
        return np.zeros(len(middle))
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
    """The higher level's change since the last wave on one scale, with its covariance (whole: its level)."""
    if paths is None:
        return np.zeros((b, size)), np.zeros((b, size, size)), 0.0
    at = int(np.flatnonzero(paths.curvature == lam)[0])
    mean = np.broadcast_to(paths.mean[at], (b, size))
    spread = np.broadcast_to(paths.covariance[at], (b, size, size))
    evidence = float(paths.loglik[at])
    if whole:
        return mean, spread, evidence
    row = spread[rows, last]
    change = spread - row[:, None, :] - row[:, :, None] + spread[rows, last, last][:, None, None]
    return mean - mean[rows, last][:, None], change, evidence


def join_paths(fit: Fit, curves: Curves, times: int) -> Paths:
    """One place's fitted path on every scale, as the path that others follow (moments of the mixture).

    Parameters
    ----------
    fit : Fit of one place
    curves : Curves it was made with
    times : int, how many of its targets to take
    """
    scales = np.unique(curves.curvature)
    logw = fit.loglik[0] + np.log(curves.weight)
    means, spreads, evidence = [], [], []
    for lam in scales:
        own = curves.curvature == lam
        top = logw[own].max()
        w = np.exp(logw[own] - top)
        evidence.append(top + np.log(w.sum()) - np.log(curves.weight[own].sum()))
        w = w / w.sum()
        m, s = fit.mean[0, own, :times], fit.covariance[0, own, :times, :times]
        centre = w @ m
        apart = m - centre
        means.append(centre[None])
        spreads.append((np.einsum("c,cij->ij", w, s) + np.einsum("c,ci,cj->ij", w, apart, apart))[None])
    loglik = np.array(evidence)
    return Paths(scales, np.array(means), np.array(spreads), loglik - loglik.max())
