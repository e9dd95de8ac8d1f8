"""Trends and projections: will the place pass its goal, how sure are we, and what would have to change."""

from literacy.projection.dynamics import Dynamics
from literacy.projection.fans import Band, Outlook, Projection
from literacy.projection.groups import GroupTrends, group_trends, join_groups
from literacy.projection.history import Backtest, backtest
from literacy.projection.methods import METHODS, Method, forecast_shares
from literacy.projection.projections import project
from literacy.projection.scenarios import (
    Contributions,
    Effort,
    Scenario,
    find_contributions,
    least_effort,
    what_if,
)
from literacy.projection.series import list_series, read_trend, series_trend, trend_from_frame
from literacy.projection.shares import GroupProjection, project_groups
from literacy.projection.verdicts import OUTCOMES, Verdict, judge, set_goal
from literacy.projection.waves import LEVELS, Trend, trend

__all__ = [
    "LEVELS",
    "METHODS",
    "OUTCOMES",
    "Backtest",
    "Band",
    "Contributions",
    "Dynamics",
    "Effort",
    "GroupProjection",
    "GroupTrends",
    "Method",
    "Outlook",
    "Projection",
    "Scenario",
    "Trend",
    "Verdict",
    "backtest",
    "find_contributions",
    "forecast_shares",
    "group_trends",
    "join_groups",
    "judge",
    "least_effort",
    "list_series",
    "project",
    "project_groups",
    "read_trend",
    "series_trend",
    "set_goal",
    "trend",
    "trend_from_frame",
    "what_if",
]
