"""The city plan: indicators of its actions, projects and tasks, yearly returns, and the scoreboard."""

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
