"""Calibration: observed frequency of events by forecast probability."""

from __future__ import annotations

import pandas as pd

from literacy.report.figures.figure_page import SMALL, TICK, Key, Page, note, tick, turn_in
from literacy.report.figures.figure_terms import number, percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import INK, MARKS, MUTED
from literacy.report.figures.scale import ticks
from literacy.report.figures.sheet import open_page

NAME, SIDE, BELOW = "calibration", 4.0, 0.46
LEFT = (7.2 - 0.44 - SIDE) / 2


def draw_calibration(inputs: Inputs) -> Page:
    """Plot observed frequency against forecast probability; the diagonal marks perfect calibration."""
    table = inputs[NAME].sort_values("forecast")
    keys = [Key(inputs.say("calibration.ideal"), INK, line="--")]
    page = open_page(inputs, NAME, (NAME,), SIDE + BELOW + 0.36, keys)
    ax = page.axes(LEFT, BELOW, SIDE, SIDE)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    for axis in ("x", "y"):
        tick(ax, axis, ticks(0, 1), [percent(v, 0) for v in ticks(0, 1)])
    turn_in(ax)
    ax.plot([0, 1], [0, 1], color=INK, linewidth=1.0, linestyle="--", zorder=1)
    ax.plot(table["forecast"], table["observed"], color=MARKS[0].edge, linewidth=1.2, zorder=2)
    for row in records(table):
        if not pd.isna(row["ci_low"]):
            ax.plot(
                [row["forecast"]] * 2, [row["ci_low"], row["ci_high"]], color=MARKS[0].edge, linewidth=1.2
            )
        ax.plot([row["forecast"]], [row["observed"]], marker="o", markersize=6.5, color=MARKS[0].color, clip_on=False,
                zorder=3)  # fmt: skip
        if not pd.isna(row["n"]):
            right, level = row["forecast"] < 0.85, row["observed"] < 0.1 or row["forecast"] >= 0.85
            x = row["forecast"] + (0.02 + 0.005 * level) * (
                1 if right else -1
            )  # near the corners, the label is level with its point
            y = row["observed"] - (0.0 if level else 0.03)
            where = {"ha": "left" if right else "right", "va": "center_baseline" if level else "top"}
            note(ax, x, y, f"n={number(row['n'], 0)}", SMALL, MUTED, **where)
    page.text(LEFT + SIDE / 2, 0.10, inputs.say("calibration.forecast"), TICK, MUTED, ha="center")
    page.text(LEFT - 0.42, BELOW + SIDE + 0.18, inputs.say("calibration.observed"), TICK, MUTED)
    return page
