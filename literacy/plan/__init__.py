"""The plan: what its actions, projects and tasks are measured by, what is reported, and where each stands."""

from literacy.plan.returns import Report, Returns, make_template, read_returns, returned_indicators
from literacy.plan.scoreboards import Line, Scoreboard, scoreboard
from literacy.plan.standings import Reading
from literacy.plan.statuses import REASONS, STATUSES

__all__ = [
    "REASONS",
    "STATUSES",
    "Line",
    "Reading",
    "Report",
    "Returns",
    "Scoreboard",
    "make_template",
    "read_returns",
    "returned_indicators",
    "scoreboard",
]
