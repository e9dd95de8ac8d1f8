"""Trends and projections: will the place pass its goal, how sure are we, and what would have to change."""

from literacy.projection.dynamics import Dynamics
from literacy.projection.fans import Band, Outlook, Projection
from literacy.projection.history import Backtest, backtest
from literacy.projection.methods import METHODS, Method, forecast_shares
from literacy.projection.projections import project
from literacy.projection.series import list_series, read_trend, series_trend, trend_from_frame
from literacy.projection.verdicts import OUTCOMES, Verdict, judge, set_goal
from literacy.projection.waves import LEVELS, Trend, trend

__all__ = [
    "LEVELS",
    "METHODS",
    "OUTCOMES",
    "Backtest",
    "Band",
    "Dynamics",
    "Method",
    "Outlook",
    "Projection",
    "Trend",
    "Verdict",
    "backtest",
    "forecast_shares",
    "judge",
    "list_series",
    "project",
    "read_trend",
    "series_trend",
    "set_goal",
    "trend",
    "trend_from_frame",
]
