"""Turn resident questionnaires into the numbers a city is held to.

The names below are the public interface; each is loaded when it is first used, so that ``import literacy``
stays quick and loads neither matplotlib nor statsmodels.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from literacy.provenance import __version__

if TYPE_CHECKING:
    from literacy._resources import sample_data
    from literacy.errors import LiteracyError
    from literacy.estimation import Estimate, contrast, mean, population_variance, proportion, ratio, total
    from literacy.instrument import (
        Goal,
        Instrument,
        Margins,
        check_survey,
        list_surveys,
        load_goal,
        load_goals,
        load_instrument,
        load_margins,
        load_reference,
        load_standard,
    )
    from literacy.io import Responses, read, read_table
    from literacy.projection import (
        Projection,
        Trend,
        backtest,
        project,
        series_trend,
        trend,
        trend_from_frame,
    )
    from literacy.report import draw_report, plot
    from literacy.sampling import Design, Sample
    from literacy.scoring import Scored, score
    from literacy.weighting import Weighting, adjust_nonresponse, calibrate, poststratify, rake, trim

_HOMES: dict[str, tuple[str, ...]] = {
    "literacy.errors": ("LiteracyError",),
    "literacy._resources": ("sample_data",),
    "literacy.instrument": (
        "Goal",
        "Instrument",
        "Margins",
        "check_survey",
        "list_surveys",
        "load_goal",
        "load_goals",
        "load_instrument",
        "load_margins",
        "load_reference",
        "load_standard",
    ),
    "literacy.io": (
        "Responses",
        "read",
        "read_table",
    ),
    "literacy.scoring": (
        "Scored",
        "score",
    ),
    "literacy.sampling": (
        "Design",
        "Sample",
    ),
    "literacy.weighting": (
        "Weighting",
        "adjust_nonresponse",
        "calibrate",
        "poststratify",
        "rake",
        "trim",
    ),
    "literacy.estimation": (
        "Estimate",
        "contrast",
        "mean",
        "population_variance",
        "proportion",
        "ratio",
        "total",
    ),
    "literacy.projection": (
        "Projection",
        "Trend",
        "backtest",
        "project",
        "series_trend",
        "trend",
        "trend_from_frame",
    ),
    "literacy.report": (
        "draw_report",
        "plot",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Design",
    "Estimate",
    "Goal",
    "Instrument",
    "LiteracyError",
    "Margins",
    "Projection",
    "Responses",
    "Sample",
    "Scored",
    "Trend",
    "Weighting",
    "__version__",
    "adjust_nonresponse",
    "backtest",
    "calibrate",
    "check_survey",
    "contrast",
    "draw_report",
    "list_surveys",
    "load_goal",
    "load_goals",
    "load_instrument",
    "load_margins",
    "load_reference",
    "load_standard",
    "mean",
    "plot",
    "population_variance",
    "poststratify",
    "project",
    "proportion",
    "rake",
    "ratio",
    "read",
    "read_table",
    "sample_data",
    "score",
    "series_trend",
    "total",
    "trend",
    "trend_from_frame",
    "trim",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'literacy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
