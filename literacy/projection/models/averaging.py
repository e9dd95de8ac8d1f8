"""The default model: an average over plausible assumptions, weighted by how well each explains the place's waves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.courses import Courses
from literacy.kernels.forecast.curves import Curves, Fit, Paths, Waves, fit_curves, join_paths
from literacy.kernels.forecast.scales import steepness, unbend
from literacy.messages import tell
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

SCALES = {"logit": 0.0, "probit": 0.4, "arcsine": 0.67}
"""Scales of the model by name, with their curvature in the Aranda-Ordaz family."""

BENDS = ((0.0, 0.88), (0.67, 0.12))
"""Curvatures with prior weights, without a higher level."""

BENDS_BELOW = ((0.0, 0.92), (0.67, 0.02), (-0.25, 0.03), (-0.35, 0.03))
"""The same below a higher level; -0.25 is growth to a ceiling of 25 %."""

Gain = tuple[float, float, float, float, float]
"""How a place moves beside a higher level: fraction of its gain, further gain expected, sd of the own part, rate a year
at which that part fades after the last wave, prior weight."""

BELOW: tuple[Gain, ...] = (
    (1.0, 0.0, 0.02, 0.0, 0.248), (1.0, 0.0, 0.22, 0.8, 0.156), (0.0, 0.0, 0.02, 0.0, 0.222),
    (0.0, 0.0, 0.08, 0.0, 0.205), (2.0, 0.0, 0.10, 0.0, 0.169),
)  # fmt: skip
"""Below a higher level. A gain far from what other places show does not last. The weights keep within limits in
simulated worlds and for the published provinces (``make fit-projection``, docs/projection.md)."""

CONVERGE = 0.01
"""Gain lost a year for every logit above the higher level. Between the published provinces of 2015 and 2020 it was
0.040 (standard error 0.008); with more than 0.01 here, the published places above 12 % are projected too low."""

ALONE: tuple[Gain, ...] = ((0.0, 0.0, 0.15, 0.0, 0.40), (0.0, 0.0, 0.50, 0.0, 0.60))
"""The same without a higher level: a diffuse prior of the gain around zero."""

NOISE = ((0.02, 0.005, 0.80), (0.05, 0.02, 0.14), (0.10, 0.05, 0.06))
"""Wander of the level and of the gain, prior weight, without a higher level."""

NOISE_BELOW = ((0.0, 0.0, 0.975), (0.04, 0.025, 0.015), (0.10, 0.04, 0.010))
"""The same beside what a place shares with its higher level."""

SURVEY = ((0.0, 0.80), (0.06, 0.13), (0.20, 0.07))
"""Error of a survey beside its sampling error (mode, interviewers, nonresponse), logits; prior weight."""

SURVEY_BELOW = ((0.0, 0.895), (0.25, 0.105))
"""The same for a place below a higher level."""

INFLATION = ((1.0, 0.5), (2.2, 0.5))
"""Factor on the sampling variance if the design effect is assumed; with prior weights."""


NEGLIGIBLE = 1e-9
"""Weight below which a component is left out of the joint distribution of several years."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions fixed by the user; those that are None are averaged over.

    Attributes
    ----------
    prior_sd : float or None
        Prior sd of a place's yearly gain about that of the higher level, in logits; inf ignores the higher level.
    level_sd, slope_sd : float or None
        Standard deviations of the yearly random walks of the level and of the gain, in logits.
    survey_sd : float or None
        Error of every survey in addition to its sampling error, in logits.
    converge : float or None
        Yearly reduction of the gain per logit by which the place exceeds the higher level.
    scale : str or None
        A key of :data:`SCALES`.
    gains : tuple or None
        Relations to a higher level that replace :data:`BELOW`, as learned from neighbours.
    break_sd, proxy_sd : float
        Sd of the shift where standards are joined; sd of the difference between an unsurveyed place and its proxy,
        logits.
    """

    prior_sd: float | None = None
    level_sd: float | None = None
    slope_sd: float | None = None
    survey_sd: float | None = None
    converge: float | None = None
    scale: str | None = None
    break_sd: float = 0.05
    proxy_sd: float = 0.45
    gains: tuple[Gain, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("prior_sd", "level_sd", "slope_sd", "survey_sd", "converge", "break_sd", "proxy_sd"):
            value = getattr(self, name)
            if value is not None and not (value >= 0 and (math.isfinite(value) or name == "prior_sd")):
                raise LiteracyError(
                    "project.input",
                    where=name,
                    what=tell("{:g} cannot be a standard deviation", value),
                    fix="give a number of logits, zero or more",
                )
        if self.scale is not None:
            option("scale", self.scale, tuple(SCALES), "project.input")


def lay_out(assumed: Assumptions, below: bool, doubt: bool) -> Curves:
    """Return the components and their prior weights.

    Parameters
    ----------
    assumed : Assumptions
    below : bool
        Whether there is a higher level.
    doubt : bool
        Whether the design effect of any wave is assumed.
    """
    gains = (BELOW if assumed.gains is None else assumed.gains) if below else ALONE
    if below and assumed.prior_sd is not None:
        gains = ALONE if math.isinf(assumed.prior_sd) else ((1.0, 0.0, assumed.prior_sd, 0.0, 1.0),)
    noise = [
        (
            level if assumed.level_sd is None else assumed.level_sd,
            slope if assumed.slope_sd is None else assumed.slope_sd,
            w,
        )
        for level, slope, w in (NOISE_BELOW if below else NOISE)
    ]
    usual = SURVEY_BELOW if below else SURVEY
    survey = usual if assumed.survey_sd is None else ((assumed.survey_sd, 1.0),)
    converge = assumed.converge if assumed.converge is not None else CONVERGE if below else 0.0
    usual_bends = BENDS_BELOW if below else BENDS
    bends = usual_bends if assumed.scale is None else ((SCALES[assumed.scale], 1.0),)
    rows = [
        # a place that follows nothing does not converge to it either
        (c, f, converge if f > 0 else 0.0, m, g, d, a, s, e, i, w1 * w2 * w3 * w4 * w5)
        for (c, w1), (f, m, g, d, w2), (a, s, w3), (e, w4), (i, w5) in product(
            bends, gains, noise, survey, INFLATION if doubt else ((1.0, 1.0),)
        )
    ]
    table = np.array(rows)
    c, f, k, m, g, d, a, s, e, i, w = table.T
    return Curves(
        curvature=c,
        follow=f,
        converge=k,
        lean=m,
        gain_sd=g,
        fade=d,
        level_sd=a,
        slope_sd=s,
        survey_sd=e,
        inflation=i,
        weight=w / w.sum(),
    )


def read_waves(trend: Trend, break_sd: float) -> Waves:
    """Convert the waves of one place to the kernel's input; a place without waves gets one missing observation."""
    if not len(trend):
        nothing = np.full((1, 1), np.nan)
        return Waves(
            nothing, nothing, np.zeros((1, 1, 1)), np.zeros((1, 1), dtype=bool), np.empty(0), break_sd
        )
    value, covariance = trend.observations()
    unknown = np.array(trend.assumed, dtype=bool) if trend.assumed else np.zeros(len(trend), dtype=bool)
    return Waves(trend.times[None], value[None], covariance[None], unknown[None], trend.break_times, break_sd)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of the waves with the model, given their stated errors.

    Attributes
    ----------
    chi_square, df, p : float
        Squared distance of the waves from the simplest component (stated errors, smallest random walk), and its test.
    widening : float
        Width of the interval one year ahead, relative to that with stated errors and the smallest random walk alone.
    """

    chi_square: float
    df: int
    p: float
    widening: float

    def sentence(self) -> str:
        """Describe the test in words."""
        chance = "p < 0.001" if self.p < 0.001 else f"p = {self.p:.2g}"
        test = tell("chi-square {:.1f} on {} df, {}", self.chi_square, self.df, chance)
        if self.p >= 0.05:
            return tell("fit: the waves are consistent with the model within their stated errors ({})", test)
        return tell(
            "LACK OF FIT: the waves differ by more than their stated errors allow ({}); the "
            "interval is {:.2f} times as wide as those errors alone would imply",
            test,
            self.widening,
        )


@dataclass(frozen=True, slots=True)
class Averaged:
    """A fitted place.

    Attributes
    ----------
    fit : Fit of one place
    curves : Curves
    times : (t,) times of the fit
    above : tuple of Averaged, the higher levels, highest first
    paths : Paths or None, of the next higher level, at the place's waves and times
    """

    fit: Fit
    curves: Curves
    times: Floats
    above: tuple[Averaged, ...] = ()
    paths: Paths | None = None

    def weight(self, extra: Floats | None = None) -> Floats:
        """Posterior weights, (c,)."""
        return np.asarray(self.fit.weight(self.curves, extra)[0])

    def plainest(self) -> NDArray[np.bool_]:
        """Mask (c,) of components with stated errors and the smallest random walk."""
        c = self.curves
        plain = (c.survey_sd == c.survey_sd.min()) & (c.level_sd == c.level_sd.min())
        return np.asarray(np.logical_and(plain, c.inflation == c.inflation.min()))

    def agreement(self, count: int, start: float) -> Agreement | None:
        """Test the ``count`` waves, the last at ``start``, against the simplest components; None if too few."""
        from scipy import special

        c = self.curves
        df = count - (1 if c.follow.max() > 0 else 2)
        if df < 1:
            return None
        plain = self.plainest()
        usual = plain & (c.curvature == c.curvature[c.curvature >= 0].min())
        most = c.follow[np.argmax(np.where(usual, c.weight, -1.0))]
        usual &= c.follow == most
        spread = math.sqrt(float(c.weight[usual] @ c.gain_sd[usual] ** 2 / c.weight[usual].sum()))
        at = int(np.argmin(np.where(usual, np.abs(c.gain_sd - spread), np.inf)))
        distance = float(self.fit.misfit[0, at])
        first = self.times == self.times[self.times > start].min()
        whole = self.blend(first)
        narrow = np.where(plain, 0.0, -np.inf)
        widening = float(whole.scale[0] / self.blend(first, narrow).scale[0])
        return Agreement(distance, df, float(special.chdtrc(df, distance)), widening)

    def gain(self, start: float) -> tuple[float, float]:
        """Return mean and sd of the change in log odds from ``start`` to one year later (in times)."""
        a, b = (int(np.argmin(np.abs(self.times - t))) for t in (start, start + 1))
        span = float(self.times[b] - self.times[a]) or 1.0
        m, v = self.fit.mean[0], self.fit.covariance[0]
        lam = self.curves.curvature
        unit = np.array([float(steepness(unbend(x, k), k)) for x, k in zip(m[:, a], lam, strict=True)])
        step = (m[:, b] - m[:, a]) / unit / span
        var = (v[:, b, b] + v[:, a, a] - 2 * v[:, a, b]) / (unit * span) ** 2
        w = self.weight()
        mean = float(w @ step)
        return mean, math.sqrt(max(0.0, float(w @ (var + (step - mean) ** 2))))

    def blend(self, keep: NDArray[np.bool_] | None = None, extra: Floats | None = None) -> Blend:
        """Return the distribution of the share at the selected times."""
        keep = np.ones(len(self.times), dtype=bool) if keep is None else keep
        centre = self.fit.mean[0][:, keep].T
        variance = np.einsum("ctt->ct", self.fit.covariance[0])[:, keep].T
        weight = np.broadcast_to(self.weight(extra), centre.shape)
        return Blend(centre, np.sqrt(np.maximum(variance, 0.0)), self.curves.curvature, weight)

    def courses(self, keep: NDArray[np.bool_]) -> Courses:
        """Return the joint distribution of the shares at the selected times, without components of no weight."""
        weight, at = self.weight(), np.flatnonzero(keep)
        some = np.flatnonzero(weight > NEGLIGIBLE)
        return Courses(
            self.times[at],
            self.fit.mean[0][np.ix_(some, at)],
            self.fit.covariance[0][np.ix_(some, at, at)],
            self.curves.curvature[some],
            weight[some] / weight[some].sum(),
        )


def fit_place(
    trend: Trend,
    higher: Sequence[Trend],
    times: Floats,
    assumed: Assumptions,
    anchored: bool = False,
    known: Paths | None = None,
) -> Averaged:
    """Fit the chain of levels, highest first, each following the one above.

    Parameters
    ----------
    trend : Trend
        Empty if ``anchored``: the place is then the last of ``higher`` plus a departure.
    higher : sequence of Trend, highest first
    times : (t,) times of the forecast; if anchored, the first is the last wave of the proxy
    assumed : Assumptions
    known : Paths, optional
        Precomputed paths of the next higher level at the place's waves and ``times``.
    """
    if known is not None:
        curves = lay_out(assumed, True, any(trend.assumed))
        curves = curves.beside(known, anchored)
        anchor = assumed.proxy_sd if anchored else None
        waves = read_waves(trend, assumed.break_sd)
        return Averaged(fit_curves(waves, times[None], curves, known, anchor), curves, times, (), known)
    chain = [*higher, trend]
    wanted = [times]
    for one in reversed(chain[1:]):
        own = one.times if len(one) else wanted[-1][:1]
        wanted.append(np.concatenate([own, wanted[-1]]))
    wanted.reverse()
    above: tuple[Averaged, ...] = ()
    paths: Paths | None = None
    for depth, (one, targets) in enumerate(zip(chain, wanted, strict=True)):
        doubt = any(one.assumed)
        fixed = assumed if depth else replace(assumed, prior_sd=None)
        curves = lay_out(fixed, paths is not None, doubt)
        last = depth == len(chain) - 1
        if paths is not None:
            curves = curves.beside(paths, anchored and last)
        anchor = assumed.proxy_sd if anchored and last else None
        fit = fit_curves(read_waves(one, assumed.break_sd), targets[None], curves, paths, anchor)
        place = Averaged(fit, curves, targets, above, paths)
        above = (*above, place)
        if not last:
            paths = join_paths(fit, curves, len(targets))
    return place
