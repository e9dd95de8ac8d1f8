"""Projection methods with a common interface: from a trend and target years to a distribution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.instrument import Label
from literacy.kernels.forecast import baselines as lines
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.spread import Spread
from literacy.messages import tell
from literacy.projection.models.averaging import Assumptions, fit_place
from literacy.projection.models.dynamics import Dynamics, chain, posterior
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Method:
    """A projection method.

    Attributes
    ----------
    name : str
    label : Label
    least : int
        Minimum number of waves.
    interval : bool
        Whether it quantifies uncertainty.
    inside : bool
        Whether it requires shares inside (0, 1).
    """

    name: str
    label: Label
    least: int
    interval: bool
    inside: bool = False


def _line(kernel: Callable[[Floats, Floats, Floats], Spread]) -> Callable[[Trend, Floats], Spread]:
    def forecast(trend: Trend, target: Floats) -> Spread:
        return kernel(trend.times, trend.estimate, target)

    return forecast


def _rival(name: str) -> Callable[[Trend, Floats], Spread]:
    """Return a forecasting method of statsmodels, applied to yearly log odds."""

    def forecast(trend: Trend, target: Floats) -> Spread:
        from literacy.projection.models.rivals import forecast_rival

        return forecast_rival(name, trend.times, trend.estimate, target)

    return forecast


def _own_line(trend: Trend, target: Floats) -> Spread:
    return lines.own_line(trend.times, trend.estimate, target, trend.se)


AVERAGED = Method("averaged", Label("多种假设加权平均", "average over assumptions"), 1, True)
LOCAL_LINEAR = Method(
    "local_linear", Label("局部线性趋势（对数发生比）", "local linear trend, logit"), 1, True
)
MODELS = (AVERAGED.name, LOCAL_LINEAR.name)
"""Methods that use higher levels, a single wave, or a proxy."""

_BASELINES: tuple[tuple[Method, Callable[[Trend, Floats], Spread]], ...] = (
    (Method("last_value", Label("末次值", "last value"), 1, True), _line(lines.last_value)),
    (
        Method("last_two", Label("末两次外推（对数发生比）", "last two waves, logit"), 2, False, True),
        _line(lines.last_two),
    ),
    (Method("linear", Label("直线", "linear"), 2, True), _line(lines.linear)),
    (
        Method("own_line", Label("直线（仅抽样误差）", "linear, sampling error only"), 2, True),
        _own_line,
    ),
    (
        Method("time_weighted", Label("UN-ESCAP 时间加权直线", "UN-ESCAP time-weighted linear"), 2, True),
        _line(lines.time_weighted),
    ),
    (Method("compound", Label("复合增长", "compound growth"), 2, True, True), _line(lines.compound)),
    (
        Method("compound_ends", Label("首末复合增长", "compound growth, first to last"), 2, False, True),
        _line(lines.compound_ends),
    ),
    (
        Method("logit_line", Label("对数发生比直线", "logit least squares"), 2, True, True),
        _line(lines.logit_line),
    ),
)

_RIVALS: tuple[tuple[Method, Callable[[Trend, Floats], Spread]], ...] = (
    (
        Method("ets", Label("指数平滑（阻尼趋势）", "exponential smoothing, damped trend"), 5, True, True),
        _rival("ets"),
    ),
    (Method("theta", Label("Theta 法", "Theta"), 5, True, True), _rival("theta")),
    (
        Method("arima", Label("ARIMA(0,1,1) 含漂移", "ARIMA(0,1,1) with drift"), 5, True, True),
        _rival("arima"),
    ),
    (
        Method(
            "unobserved",
            Label("不可观测成分（局部线性趋势）", "unobserved components, local linear trend"),
            5,
            True,
            True,
        ),
        _rival("unobserved"),
    ),
)

METHODS: dict[str, Method] = {
    AVERAGED.name: AVERAGED,
    LOCAL_LINEAR.name: LOCAL_LINEAR,
    **{method.name: method for method, _ in (*_BASELINES, *_RIVALS)},
}
"""All methods by name; the first is the default."""

_FORECASTS = {method.name: forecast for method, forecast in (*_BASELINES, *_RIVALS)}


def forecast_shares(
    trend: Trend,
    target: Floats,
    method: str = AVERAGED.name,
    *,
    higher: Sequence[Trend] = (),
    dynamics: Dynamics | None = None,
    assumed: Assumptions | None = None,
) -> Spread | Blend:
    """Return the distribution of the share in each target year by one method.

    Parameters
    ----------
    trend : Trend
    target : (t,) years after the last wave
    method : str
        A key of :data:`METHODS`.
    higher : sequence of Trend
        Higher levels, highest first; only used by :data:`MODELS`.
    dynamics : Dynamics, optional
        Parameters of ``local_linear``.
    assumed : Assumptions, optional
        Fixed assumptions of ``averaged``.
    """
    option("method", method, tuple(METHODS), "project.input")
    chosen = METHODS[method]
    target = np.asarray(target, dtype=float)
    if len(trend) < chosen.least:
        raise LiteracyError(
            "project.input",
            where=tell("method {}", method),
            what=tell(
                "requires {} waves; there {} {}", chosen.least, "is" if len(trend) == 1 else "are", len(trend)
            ),
            fix="omit the method: the default requires one wave and a higher level",
        )
    if chosen.inside and not np.all((trend.estimate > 0) & (trend.estimate < 1)):
        raise LiteracyError(
            "project.input",
            where=tell("method {}", method),
            what="a wave has a share of 0 or 1, which has no logarithm or log odds",
            fix="omit the method: the default allows for this; or use 'linear'",
        )
    if method == AVERAGED.name:
        return fit_place(trend, higher, target, assumed or Assumptions()).blend()
    if method != LOCAL_LINEAR.name:
        return _FORECASTS[method](trend, target)
    order = np.argsort(target)
    settings = dynamics or Dynamics()
    found = posterior(chain(trend, higher, settings), target[order], settings)
    back = np.empty(len(target), dtype=np.int64)
    back[order] = np.arange(len(target))
    spread = found.spread()
    return Spread(spread.location[back], spread.scale[back])
