"""The registry of figures: name, input tables and drawing function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from literacy.report.figures.figure_page import Page
from literacy.report.figures.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure of the registry.

    Attributes
    ----------
    name : str
        Name of the figure and stem of its file names.
    table : str
        The required input table.
    also : tuple of str
        Optional input tables, used if given.
    home : str
        Drawing function as ``module:function`` within :mod:`literacy.report.charts`.
    """

    name: str
    table: str
    also: tuple[str, ...]
    home: str

    def draw(self, inputs: Inputs) -> Page:
        """Draw the page; the chart module is imported only when this is called."""
        module, _, function = self.home.partition(":")
        draw = cast(
            Callable[[Inputs], Page], getattr(import_module(f"literacy.report.charts.{module}"), function)
        )
        return draw(inputs)


COMMON = ("labels", "provenance")
CHARTS = (
    Chart("share_by_group", "share_by_group", ("goal",), "group_intervals:draw_shares"),
    Chart("mean_by_group", "mean_by_group", (), "group_intervals:draw_means"),
    Chart("dimensions_by_group", "dimensions_by_group", (), "profile:draw_profile"),
    Chart("outlook", "trend", ("fan", "goal"), "outlook:draw_outlook"),
    Chart("items", "items", (), "difficulty:draw_items"),
    Chart("weights", "weights", (), "histogram:draw_weights"),
    Chart("margins", "margins", (), "balance:draw_margins"),
    Chart("coefficients", "coefficients", (), "effects:draw_coefficients"),
    Chart("prior", "prior", ("goal",), "sensitivity:draw_prior"),
    Chart("gap", "gap", (), "contributions:draw_gap"),
    Chart("backtest", "backtest", (), "hindcast:draw_backtest"),
    Chart("calibration", "calibration", (), "calibrated:draw_calibration"),
    Chart("item_map", "item_map", (), "ability:draw_map"),
    Chart("item_curves", "item_curves", (), "ability:draw_curves"),
    Chart("information", "information", (), "ability:draw_information"),
    Chart("dif", "dif", (), "item_panels:draw_dif"),
    Chart("option_curves", "option_curves", (), "item_panels:draw_options"),
    Chart("answers", "answers", (), "group_intervals:draw_answers"),
    Chart("scoreboard", "scoreboard", (), "plan_board:draw_scoreboard"),
)
BY_NAME = {chart.name: chart for chart in CHARTS}
