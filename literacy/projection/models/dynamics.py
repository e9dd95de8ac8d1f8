"""Local linear trends on the logit scale: posterior of a place's log odds by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.forecast.spread import Spread
from literacy.kernels.forecast.statespace import Path, ancestry, filter_states, smooth_states, trend_matrices
from literacy.messages import tell
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

DIFFUSE_LEVEL = 300.0
DIFFUSE_SLOPE = 3.0


@dataclass(frozen=True, slots=True)
class Dynamics:
    """Parameters of the state-space model, all of which are reported with the result.

    Attributes
    ----------
    prior_sd : float
        Standard deviation of a place's yearly gain about that of the next higher level, in logits per year. If small,
        the higher level dominates; with ``inf`` only the place's own waves count.
    level_sd : float
        Standard deviation of the random walk of the level, logits per square root of a year (0.03: 3 % of a small
        share).
    slope_sd : float
        Standard deviation of the random walk of the gain, logits per year per square root of a year (0.01: 0.03 in a
        decade, a quarter of the national gain).
    break_sd : float
        Standard deviation of the shift where waves of different standards are joined, in logits.
    proxy_sd : float
        Standard deviation of the difference between a place without a survey and its proxy, in logits (the 13 provinces
        published for 2020 have a standard deviation of 0.45).
    """

    prior_sd: float = 0.07
    level_sd: float = 0.03
    slope_sd: float = 0.01
    break_sd: float = 0.05
    proxy_sd: float = 0.45

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least = 0.0 if field.name != "proxy_sd" else 1e-9
            finite = np.isfinite(value) or field.name == "prior_sd"
            if not (value >= least and finite):
                raise LiteracyError(
                    "project.input",
                    where=field.name,
                    what=tell("{:g} cannot be a standard deviation", value),
                    fix="give a number of logits, zero or more",
                )


@dataclass(frozen=True, slots=True)
class Series:
    """One series of the model.

    Attributes
    ----------
    trend : Trend or None
        Its waves; None for an unobserved series.
    parent : int
        Index of the series whose gain it shares, -1 for none.
    slope_sd : float
        Standard deviation of its gain about the parent's (about zero without a parent).
    anchor_sd : float or None
        Standard deviation of its level about the parent's (about zero without a parent); None: diffuse level.
    adds : tuple of int
        Further series whose levels and gains are added to its own; its waves observe the sum.
    """

    trend: Trend | None
    parent: int
    slope_sd: float
    anchor_sd: float | None = None
    adds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior of all series at the times of a grid.

    Attributes
    ----------
    times : (t,) array
    mean : (t, s) array of log odds
    covariance : (t, s, s) array
    gain : (t, s) array, slope with those of the ancestors, logits per year
    gain_sd : (t, s) array
    """

    times: Floats
    mean: Floats
    covariance: Floats
    gain: Floats
    gain_sd: Floats

    def spread(self, series: int = -1) -> Spread:
        """Return the distribution of the share of one series at every time."""
        variance = np.maximum(
            self.covariance[:, series, series], 0.0
        )  # rounding errors around an exactly known level
        return Spread(self.mean[:, series], np.sqrt(variance))


@dataclass(frozen=True, slots=True)
class Assembly:
    """The state space of a tree of series, ready for the filter.

    Attributes
    ----------
    time : (k,) years of the steps
    y, variance : (k,) observations and their variances, NaN where a step has none
    design, transition, noise : as in :func:`literacy.kernels.forecast.statespace.filter_states`
    mean, covariance : the prior before the first step (each series starts later, from its own prior)
    readings : (t,) steps at which the requested times are read
    born : (s,) year in which each series begins
    climb : (s, s), membership of slopes in the gain of each series
    loads : (s, s), membership of levels in the observed quantity of each series
    """

    time: Floats
    y: Floats
    variance: Floats
    design: Floats
    transition: Floats
    noise: Floats
    mean: Floats
    covariance: Floats
    readings: NDArray[np.int64]
    born: Floats
    climb: Floats
    loads: Floats


def posterior(series: Sequence[Series], times: Floats, dynamics: Dynamics) -> Posterior:
    """Fit the tree of local linear trends to all waves and return the posterior at ``times``.

    Parameters
    ----------
    series : sequence of Series, parents before children
    times : (t,) rising years
    dynamics : Dynamics

    Returns
    -------
    Posterior; NaN for times before a series begins.
    """
    model = assemble(series, np.asarray(times, dtype=float), dynamics)
    path = filter_states(
        model.y, model.variance, model.design, model.transition, model.noise, model.mean, model.covariance
    )
    return read_posterior(smooth_states(path, model.transition), model)


def assemble(series: Sequence[Series], times: Floats, dynamics: Dynamics) -> Assembly:
    """Construct the steps (every wave, then every requested time) and their matrices."""
    parents = tuple(s.parent for s in series)
    size = len(series)
    value, errors, owner, events = _events(series, times)
    time = np.array([e[0] for e in events])
    transition, noise = trend_matrices(
        np.diff(time, prepend=time[0]), parents, dynamics.level_sd, dynamics.slope_sd
    )
    for j, one in enumerate(series):
        for year in one.trend.break_times if one.trend is not None else ():
            step = int(np.argmax(time >= year))  # first step of that year: shifts precede starts
            noise[step, 2 * j, 2 * j] += dynamics.break_sd**2
    born = _births(series, float(times[-1]))
    for j, one in enumerate(series):
        _give_birth(transition, noise, int(np.argmax(time >= born[j])), j, one)
    extra = len(errors) if np.any(errors - np.diag(np.diag(errors))) else 0
    loads = np.eye(size)
    for j, one in enumerate(series):
        loads[j, list(one.adds)] = 1.0
    design = np.zeros((len(time), 2 * size + extra))
    y, variance = np.full(len(time), np.nan), np.zeros(len(time))
    for i, (_, kind, o) in enumerate(events):
        if kind:
            continue
        y[i], design[i, 0 : 2 * size : 2] = value[o], loads[owner[o]]
        if extra:
            design[i, 2 * size + o] = 1.0
        else:
            variance[i] = errors[o, o]
    covariance = np.zeros((2 * size + extra, 2 * size + extra))
    if extra:
        transition, noise = _widen(transition, np.eye(extra)), _widen(noise, np.zeros((extra, extra)))
        covariance[2 * size :, 2 * size :] = errors
    return Assembly(
        time=time,
        y=y,
        variance=variance,
        design=design,
        transition=transition,
        noise=noise,
        mean=np.zeros(2 * size + extra),
        covariance=covariance,
        readings=np.array([i for i, e in enumerate(events) if e[1]], dtype=np.int64),
        born=born,
        climb=ancestry(parents),
        loads=loads,
    )


def read_posterior(path: Path, model: Assembly) -> Posterior:
    """Return levels and gains of every series at the requested times (leading batch dimensions are kept)."""
    size = len(model.loads)
    gains = model.loads @ model.climb
    times = model.time[model.readings]
    state = path.mean[..., model.readings, :]
    spread = path.covariance[..., model.readings, :, :]
    levels, slopes = slice(0, 2 * size, 2), slice(1, 2 * size, 2)
    level_spread = model.loads @ spread[..., levels, levels] @ model.loads.T
    gain_spread = gains @ spread[..., slopes, slopes] @ gains.T
    early = times[:, None] < model.born
    return Posterior(
        times=times,
        mean=np.where(early, np.nan, state[..., levels] @ model.loads.T),
        covariance=np.where(early[:, :, None] | early[:, None, :], np.nan, level_spread),
        gain=np.where(early, np.nan, state[..., slopes] @ gains.T),
        gain_sd=np.where(early, np.nan, np.sqrt(np.maximum(np.einsum("...jj->...j", gain_spread), 0.0))),
    )


Event = tuple[float, int, int]


def _events(series: Sequence[Series], times: Floats) -> tuple[Floats, Floats, NDArray[np.int64], list[Event]]:
    """Return all observations, their error covariance and series, and the steps in time (waves before readings)."""
    values: list[float] = []
    blocks: list[Floats] = []
    owner: list[int] = []
    years: list[float] = []
    for j, one in enumerate(series):
        if one.trend is not None and len(one.trend):
            value, block = one.trend.observations()
            values += value.tolist()
            blocks.append(block)
            owner += [j] * len(value)
            years += one.trend.times.tolist()
    errors = np.zeros((len(values), len(values)))
    at = 0
    for block in blocks:
        errors[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    events = [(y, 0, o) for o, y in enumerate(years)] + [(float(t), 1, r) for r, t in enumerate(times)]
    return np.array(values), errors, np.array(owner, dtype=np.int64), sorted(events)


def _births(series: Sequence[Series], latest: float) -> Floats:
    """First wave of each series or of its descendants; a series without waves starts at its parent's last wave."""
    born = np.full(len(series), np.inf)  # a parent, or a series that is added, precedes those that use it
    for j in reversed(range(len(series))):
        one = series[j]
        if one.trend is not None and len(one.trend):
            born[j] = min(born[j], float(one.trend.times[0]))
        elif np.isinf(born[j]):
            above = series[one.parent].trend if one.parent >= 0 else None
            born[j] = float(above.times[-1]) if above is not None and len(above) else latest
        if one.parent >= 0:
            born[one.parent] = min(born[one.parent], born[j])
        for k in one.adds:
            born[k] = min(born[k], born[j])
    return born


def _give_birth(transition: Floats, noise: Floats, step: int, j: int, one: Series) -> None:
    """Replace, at ``step``, level and slope of series j by draws from its prior."""
    m = transition.shape[1]
    change, fresh = np.eye(m), np.zeros((m, m))
    change[2 * j : 2 * j + 2] = 0.0
    if one.anchor_sd is not None and one.parent >= 0:
        change[2 * j, 2 * one.parent] = 1.0
    fresh[2 * j, 2 * j] = (DIFFUSE_LEVEL if one.anchor_sd is None else one.anchor_sd) ** 2
    fresh[2 * j + 1, 2 * j + 1] = min(one.slope_sd, DIFFUSE_SLOPE) ** 2
    transition[step] = change @ transition[step]
    noise[step] = change @ noise[step] @ change.T + fresh


def _widen(matrices: Floats, corner: Floats) -> Floats:
    k, m, more = len(matrices), matrices.shape[1], len(corner)
    wide = np.zeros((k, m + more, m + more))
    wide[:, :m, :m], wide[:, m:, m:] = matrices, corner
    return wide


def chain(
    trend: Trend, higher: Sequence[Trend], dynamics: Dynamics, anchored: bool = False
) -> tuple[Series, ...]:
    """Return the series of a place and its higher levels, highest first; if anchored, its level follows theirs."""
    made: list[Series] = []
    for one in higher:
        made.append(Series(one, len(made) - 1, dynamics.prior_sd if made else DIFFUSE_SLOPE))
    own = dynamics.prior_sd if made else DIFFUSE_SLOPE
    made.append(Series(trend, len(made) - 1, own, dynamics.proxy_sd if anchored else None))
    return tuple(made)
