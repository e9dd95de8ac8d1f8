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
    from literacy.answers import Responses, read, read_table, write_responses, write_table
    from literacy.errors import LiteracyError
    from literacy.estimation import (
        Estimate,
        Model,
        Test,
        compare,
        contrast,
        crosstab,
        decompose,
        marginal_effects,
        marginal_means,
        mean,
        population_variance,
        proportion,
        quantile,
        ratio,
        regress,
        standardize,
        suppress,
        test_fit,
        test_independence,
        test_means,
        test_ranks,
        test_term,
        total,
    )
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
    from literacy.projection import (
        Projection,
        Trend,
        backtest,
        group_trends,
        judge,
        least_effort,
        project,
        project_groups,
        read_trend,
        series_trend,
        set_goal,
        trend,
        trend_from_frame,
        what_if,
    )
    from literacy.quality import Quality, check_quality, exclude_flagged
    from literacy.questionnaire import export_questionnaire
    from literacy.report import Report, draw_report, make_report, plot
    from literacy.sampling import (
        Design,
        Replicates,
        Sample,
        allocate,
        make_replicates,
        plan_size,
        read_replicates,
        select,
    )
    from literacy.scoring import Scored, ScoredFile, score, score_file
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
    "literacy.answers": (
        "Responses",
        "read",
        "read_table",
        "write_responses",
        "write_table",
    ),
    "literacy.quality": (
        "Quality",
        "check_quality",
        "exclude_flagged",
    ),
    "literacy.questionnaire": ("export_questionnaire",),
    "literacy.scoring": (
        "Scored",
        "ScoredFile",
        "score",
        "score_file",
    ),
    "literacy.sampling": (
        "Design",
        "Replicates",
        "Sample",
        "allocate",
        "make_replicates",
        "plan_size",
        "read_replicates",
        "select",
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
        "Model",
        "Test",
        "compare",
        "contrast",
        "crosstab",
        "decompose",
        "marginal_effects",
        "marginal_means",
        "mean",
        "population_variance",
        "proportion",
        "quantile",
        "ratio",
        "regress",
        "standardize",
        "suppress",
        "test_fit",
        "test_independence",
        "test_means",
        "test_ranks",
        "test_term",
        "total",
    ),
    "literacy.projection": (
        "Projection",
        "Trend",
        "backtest",
        "group_trends",
        "judge",
        "least_effort",
        "project",
        "project_groups",
        "read_trend",
        "series_trend",
        "set_goal",
        "trend",
        "trend_from_frame",
        "what_if",
    ),
    "literacy.report": (
        "Report",
        "draw_report",
        "make_report",
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
    "Model",
    "Projection",
    "Quality",
    "Replicates",
    "Report",
    "Responses",
    "Sample",
    "Scored",
    "ScoredFile",
    "Test",
    "Trend",
    "Weighting",
    "__version__",
    "adjust_nonresponse",
    "allocate",
    "backtest",
    "calibrate",
    "check_quality",
    "check_survey",
    "compare",
    "contrast",
    "crosstab",
    "decompose",
    "draw_report",
    "exclude_flagged",
    "export_questionnaire",
    "group_trends",
    "judge",
    "least_effort",
    "list_surveys",
    "load_goal",
    "load_goals",
    "load_instrument",
    "load_margins",
    "load_reference",
    "load_standard",
    "make_replicates",
    "make_report",
    "marginal_effects",
    "marginal_means",
    "mean",
    "plan_size",
    "plot",
    "population_variance",
    "poststratify",
    "project",
    "project_groups",
    "proportion",
    "quantile",
    "rake",
    "ratio",
    "read",
    "read_replicates",
    "read_table",
    "read_trend",
    "regress",
    "sample_data",
    "score",
    "score_file",
    "select",
    "series_trend",
    "set_goal",
    "standardize",
    "suppress",
    "test_fit",
    "test_independence",
    "test_means",
    "test_ranks",
    "test_term",
    "total",
    "trend",
    "trend_from_frame",
    "trim",
    "what_if",
    "write_responses",
    "write_table",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'literacy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
