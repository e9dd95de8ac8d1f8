"""Trends and projections: the probability of reaching a goal, with uncertainty, and scenarios that would reach it."""

from literacy.projection.fans import Band, Projection
from literacy.projection.goals.efforts import Effort, least_effort
from literacy.projection.goals.jumps import assess_jump
from literacy.projection.goals.outlooks import Outlook
from literacy.projection.goals.questions import Answer, change_since, milestones, next_goal, size_to_prove
from literacy.projection.goals.scenarios import Contributions, Scenario, find_contributions, what_if
from literacy.projection.goals.verdicts import OUTCOMES, Verdict, judge, set_goal
from literacy.projection.group_cells import GroupTrends, group_trends, join_groups
from literacy.projection.group_projections import GroupProjection, project_groups
from literacy.projection.history import Backtest, backtest
from literacy.projection.models.averaging import Agreement, Assumptions
from literacy.projection.models.dynamics import Dynamics
from literacy.projection.models.methods import METHODS, Method, forecast_shares
from literacy.projection.neighbours import JointProjection, project
from literacy.projection.trends.published import list_series, series_trend
from literacy.projection.trends.series import read_trend, read_trends, trend_from_frame
from literacy.projection.trends.trends import LEVELS, Trend, trend

__all__ = [
    "LEVELS",
    "METHODS",
    "OUTCOMES",
    "Agreement",
    "Answer",
    "Assumptions",
    "Backtest",
    "Band",
    "Contributions",
    "Dynamics",
    "Effort",
    "GroupProjection",
    "GroupTrends",
    "JointProjection",
    "Method",
    "Outlook",
    "Projection",
    "Scenario",
    "Trend",
    "Verdict",
    "assess_jump",
    "backtest",
    "change_since",
    "find_contributions",
    "forecast_shares",
    "group_trends",
    "join_groups",
    "judge",
    "least_effort",
    "list_series",
    "milestones",
    "next_goal",
    "project",
    "project_groups",
    "read_trend",
    "read_trends",
    "series_trend",
    "set_goal",
    "size_to_prove",
    "trend",
    "trend_from_frame",
    "what_if",
]
