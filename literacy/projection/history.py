"""Backtests: projections from every past wave, compared with the waves that followed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.instrument import Label
from literacy.kernels.forecast.scores import brier, covered, crps
from literacy.messages import tell, tell_value
from literacy.projection.models.dynamics import Dynamics
from literacy.projection.models.methods import METHODS, forecast_shares
from literacy.projection.trends.trends import Trend
from literacy.provenance import Source

NEAR = 3.0
_NAMELESS = Label("", "")
GROWTH = (1.1, 1.25, 1.5, 2.0)
"""Events of the Brier score: the share exceeds that of the last wave by 10, 25, 50 or 100 per cent."""

FORECASTS = (
    "method", "area", "origin", "year", "ahead", "estimate", "low_90", "high_90", "observed",
    "error", "crps", "brier", "covered",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Backtest(Printable):
    """Forecasts of past waves and their scores.

    Attributes
    ----------
    area : str
    forecasts : DataFrame
        One row per method, origin and target; columns :data:`FORECASTS`. Shares are 0-1.
    min_waves : int
        Number of waves known at the first origin.
    ahead : int
        Number of waves projected from each origin.
    near : float
        Horizon in years up to which ``mae_near`` is computed.
    notes : tuple of str
    sources : tuple of Source
        File of the series, if there is one.
    label : Label
        Name of the place.
    """

    area: str
    forecasts: pd.DataFrame
    min_waves: int
    ahead: int
    near: float
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    label: Label = _NAMELESS

    def to_frame(self) -> pd.DataFrame:
        """Return one row per method: n, mae, n_near, mae_near, crps, brier, coverage of the 90 % interval (shares)."""
        rows = []
        for name in dict.fromkeys(self.forecasts["method"]):
            part = self.forecasts[self.forecasts["method"] == name]
            close = part[part["ahead"] <= self.near]
            stated = part["covered"].dropna().astype(float)
            rows.append(
                {
                    "method": name,
                    "n": len(part),
                    "mae": part["error"].abs().mean(),
                    "n_near": len(close),
                    "mae_near": close["error"].abs().mean() if len(close) else math.nan,
                    "crps": part["crps"].mean(),
                    "brier": part["brier"].mean(),
                    "coverage": stated.mean() if len(stated) else math.nan,
                }
            )
        return pd.DataFrame(rows)

    def _title(self) -> str:
        place = self.label.localized or self.area or tell("the series")
        return tell("Backtest of {}: rolling origin, next {} wave(s)", place, self.ahead)

    def _heads(self) -> Mapping[str, str]:
        return {"n": "n_forecasts"}

    def _notes(self) -> list[str]:
        steps = ", ".join(f"{100 * (g - 1):.0f}" for g in GROWTH)
        return [
            tell(
                "the first origin uses {} waves; near means within {:g} years; errors in shares",
                self.min_waves,
                self.near,
            ),
            tell(
                "coverage refers to the 90 % interval; brier: growth by {} % over the share at the origin",
                steps,
            ),
            tell("crps of a method without an interval is its absolute error"),
            *self.notes,
        ]


def backtest(
    series: Trend,
    method: str | Sequence[str] = tuple(METHODS),
    *,
    higher: Sequence[Trend] = (),
    min_waves: int = 4,
    ahead: int = 3,
    near: float = NEAR,
    dynamics: Dynamics | None = None,
) -> Backtest:
    """Project every past wave from the waves before it and score the forecasts.

    Parameters
    ----------
    series : Trend
    method : str or sequence of str
        Keys of :data:`literacy.projection.models.methods.METHODS`; default is all of them.
    higher : sequence of Trend
        Higher levels; each origin uses them only up to its own year.
    min_waves : int
        Number of waves known at the first origin.
    ahead : int
        Number of following waves projected from each origin.
    near : float
        Horizon in years up to which a forecast counts as near.
    dynamics : Dynamics, optional

    Returns
    -------
    Backtest

    Examples
    --------
    >>> found = lit.backtest(lit.series_trend("national"), ["last_value", "linear"], min_waves=8)
    >>> found.to_frame()["method"].tolist()
    ['last_value', 'linear']
    """
    names = (method,) if isinstance(method, str) else tuple(dict.fromkeys(method))
    for name in names:
        option("method", name, tuple(METHODS), "project.input")
    if min_waves < 1 or ahead < 1:
        raise LiteracyError(
            "project.input",
            where="backtest",
            what=f"min_waves = {min_waves}, ahead = {ahead}",
            fix="both must be at least 1",
        )
    if len(series) <= min_waves:
        raise LiteracyError(
            "project.input",
            where=tell("backtest of {}", series.area),
            what=tell("{} waves leave nothing to forecast after the first {}", len(series), min_waves),
            fix="use a longer series, or a smaller min_waves",
        )
    rows: list[dict[str, object]] = []
    for name in names:
        least = max(min_waves, METHODS[name].least)
        for k in range(least, len(series)):
            rows += _origin(series, name, k, ahead, higher, dynamics)
    frame = pd.DataFrame(rows, columns=list(FORECASTS))
    made_up = [tell("synthetic data: nobody was interviewed")] * any(
        one.synthetic for one in (series, *higher)
    )
    notes: tuple[str, ...] = (*made_up, *_state_late(names, len(series), min_waves), *series.notes)
    if higher:
        above = ", ".join(h.label.localized or h.area for h in higher)
        notes = (
            tell(
                "the averaged model and the local linear one shrink the pace towards {}, using data up to each origin",
                above,
            ),
            *notes,
        )
    files = tuple(one for one in (*series.waves, series.source) if one is not None)
    return Backtest(series.area, frame, min_waves, ahead, near, notes, files, series.label)


def _state_late(names: Sequence[str], waves: int, min_waves: int) -> list[str]:
    """Return notes on methods that need more waves than the first origin has; an error if none makes a forecast."""
    late = {n: METHODS[n].least for n in names if METHODS[n].least > min_waves}
    none = [n for n, least in late.items() if least >= waves]
    if len(none) == len(names):
        raise LiteracyError(
            "project.input",
            where=tell("method {}", ", ".join(none)),
            what=tell("needs {} waves before the first forecast, and there are {}", late[none[0]], waves),
            fix="use a longer series, or another method",
        )
    later = [
        tell("{} (from {} waves on)", tell_value(n), least) for n, least in late.items() if least < waves
    ]
    notes = []
    if later:
        listed = ", ".join(later)
        notes.append(tell("fewer forecasts, not comparable with those of the other methods: {}", listed))
    if none:
        notes.append(tell("too few waves for {}: no forecast", ", ".join(map(tell_value, none))))
    return notes


def _origin(
    series: Trend, name: str, k: int, ahead: int, higher: Sequence[Trend], dynamics: Dynamics | None
) -> list[dict[str, object]]:
    """Score one method at the origin at which the first k waves are known."""
    origin = float(series.times[k - 1])
    years, truth = series.times[k : k + ahead], series.estimate[k : k + ahead]
    now = float(series.years[k - 1])
    known = [cut for h in higher if len(cut := h.until(now))]
    spread = forecast_shares(series.until(now), years, name, higher=known, dynamics=dynamics)
    middle = spread.median()
    scores = crps(spread, truth)
    inside = covered(spread, truth)
    low, high = spread.quantile(0.05), spread.quantile(0.95)
    levels = float(series.estimate[k - 1]) * np.array(GROWTH)
    levels = levels[levels < 1]
    chance = np.array([1 - spread.cdf(g) for g in levels]).reshape(len(levels), len(years))
    rows = []
    for i, year in enumerate(years):
        stated = not spread.point
        rows.append(
            {
                "method": name,
                "area": series.area,
                "origin": now,
                "year": float(series.years[k + i]),
                "ahead": float(year) - origin,
                "estimate": float(middle[i]),
                "low_90": float(low[i]) if stated else math.nan,
                "high_90": float(high[i]) if stated else math.nan,
                "observed": float(truth[i]),
                "error": float(middle[i] - truth[i]),
                "crps": float(scores[i]),
                "brier": brier(chance[:, i], truth[i] > levels) if len(levels) else math.nan,
                "covered": float(inside[i]) if stated else math.nan,
            }
        )
    return rows
