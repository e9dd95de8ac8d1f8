"""Workflow: one function per command, used by notebooks and by the command line."""

from literacy.workflow.forecasting import share_trend
from literacy.workflow.notebooks import format_notebook, list_notebooks, write_notebooks
from literacy.workflow.samples import load_sample, load_samples
from literacy.workflow.yearly import make_annual_report, make_scoreboard

__all__ = [
    "format_notebook",
    "list_notebooks",
    "load_sample",
    "load_samples",
    "make_annual_report",
    "make_scoreboard",
    "share_trend",
    "write_notebooks",
]
