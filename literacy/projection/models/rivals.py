"""Standard forecasting methods from statsmodels, for comparison; they need yearly series and ignore sampling errors.

Waves more than a year apart are interpolated linearly in log odds; forecasts are normal on that scale.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.forecast.spread import Spread, logit

Floats = NDArray[np.float64]

Z90 = 1.2815515655446004


def forecast_rival(name: str, times: Floats, shares: Floats, target: Floats) -> Spread:
    """Forecast by one of ``ets``, ``theta``, ``arima``, ``unobserved``.

    Parameters
    ----------
    name : str
    times, shares : (k,) increasing times and shares inside (0, 1)
    target : (t,) times after the last wave

    Notes
    -----
    ``ets``: additive error and damped additive trend (Hyndman et al. 2008); ``theta``: Assimakopoulos and
    Nikolopoulos (2000); ``arima``: (0, 1, 1) with drift; ``unobserved``: local linear trend (Harvey 1989). If a model
    cannot be fitted (a constant series), the last value with the standard deviation of the steps is returned.
    """
    last = float(times[-1])
    years = np.arange(last, times[0] - 0.5, -1.0)[::-1]
    y = np.interp(years, times, logit(shares))
    ahead = max(1, int(np.ceil(np.max(target) - last)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            mean, se = _fit(name, y, ahead)
        except (ValueError, np.linalg.LinAlgError, IndexError):
            mean = se = np.full(ahead, np.nan)
    steps = np.arange(1, ahead + 1)
    bad = ~np.isfinite(mean) | ~np.isfinite(se)
    plain = np.sqrt(np.mean(np.diff(y) ** 2)) if len(y) > 1 else 0.1
    mean, se = np.where(bad, y[-1], mean), np.where(bad, plain * np.sqrt(steps), se)
    at = np.concatenate([[0.0], steps])
    away = np.asarray(target, dtype=float) - last
    return Spread(
        np.interp(away, at, np.concatenate([[y[-1]], mean])), np.interp(away, at, np.concatenate([[0.0], se]))
    )


def _fit(name: str, y: Floats, ahead: int) -> tuple[Floats, Floats]:
    """Return means and standard errors of the following years."""
    import pandas as pd

    series = pd.Series(y)
    if name == "ets":
        from statsmodels.tsa.exponential_smoothing.ets import ETSModel

        made = ETSModel(series, error="add", trend="add", damped_trend=True).fit(disp=False, maxiter=200)
        frame = made.get_prediction(start=len(y), end=len(y) + ahead - 1).summary_frame(alpha=0.2)
        return frame["mean"].to_numpy(), ((frame["pi_upper"] - frame["pi_lower"]) / (2 * Z90)).to_numpy()
    if name == "theta":
        from statsmodels.tsa.forecasting.theta import ThetaModel

        fitted = ThetaModel(series, period=1, deseasonalize=False).fit()
        mean = np.asarray(fitted.forecast(ahead), dtype=float)
        bounds = fitted.prediction_intervals(ahead, alpha=0.2)
        return mean, ((bounds["upper"] - bounds["lower"]) / (2 * Z90)).to_numpy()
    if name == "arima":
        from statsmodels.tsa.arima.model import ARIMA

        forecast = ARIMA(y, order=(0, 1, 1), trend="t").fit().get_forecast(ahead)
        return np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    forecast = UnobservedComponents(y, "local linear trend").fit(disp=False, maxiter=200).get_forecast(ahead)
    return np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)
