"""Dimension profile: share of the points of each dimension attained, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from literacy.report.figures.figure_page import LABEL, LINE, SMALL, TICK, Page, note, tick, turn_in
from literacy.report.figures.figure_terms import percent
from literacy.report.figures.inputs import Inputs
from literacy.report.figures.palette import INK, MUTED, RULE, mark
from literacy.report.figures.scale import digits, share_top, ticks
from literacy.report.figures.sheet import dot, open_page, subtitle, waves_of
from literacy.report.figures.typeface import widest, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME, ROW, BELOW, AIR = "dimensions_by_group", 0.34, 0.26, 0.16


def draw_profile(inputs: Inputs) -> Page:
    """Draw one panel per dimension and one row per group; a dashed line marks the total, if the table includes it."""
    everything = inputs[NAME]
    latest = waves_of(everything)[0]
    table = everything[everything["wave"] == latest]
    dimensions = inputs.order("dimension", list(table["dimension"]))
    groups = list(dict.fromkeys(table["group"]))
    labels = [inputs.label("group", g) for g in groups]
    left = min(1.6, max(0.5, widest(labels, LABEL))) + 0.12
    lines = [wrap(t, left - 0.1, LABEL, 3) for t in labels]
    talls = [max(ROW, len(t) * LABEL * LINE + 0.08) for t in lines]
    ends = [sum(talls[: i + 1]) for i in range(len(talls))]
    across = min(4, len(dimensions))
    down = -(-len(dimensions) // across)
    names = [inputs.label("dimension", d) for d in dimensions]
    wide = (7.2 - 0.44 - left - AIR * (across - 1)) / across
    heads = [wrap(n, wide, LABEL, 2) for n in names]
    above = max(len(h) for h in heads) * LABEL * LINE + 0.10
    block = above + ends[-1] + BELOW
    narrowed = Inputs({**inputs.tables, NAME: table}, inputs.lang)
    page = open_page(narrowed, NAME, (NAME,), block * down, (), subtitle(narrowed, NAME))
    top = share_top(table["estimate"], table["ci_high"])
    for place, dimension in enumerate(dimensions):
        column, line = place % across, place // across
        floor = block * (down - 1 - line) + BELOW
        x = left + column * (wide + AIR)
        ax = page.axes(x, floor, wide, ends[-1])
        ax.set_xlim(0, top)
        ax.set_ylim(ends[-1], 0)
        at = ticks(0, top, 2)
        tick(ax, "x", at, [percent(v, digits(at, 100)) for v in at])
        turn_in(ax)
        page.lines(x, floor + ends[-1] + above / 2, heads[place], LABEL, INK)
        part = table[table["dimension"] == dimension].set_index("group", drop=False)
        if "" in part.index and len(groups) > 1:
            ax.axvline(
                float(part.loc[[""], "estimate"].iloc[0]),
                color=RULE,
                linewidth=1.1,
                linestyle=(0, (3, 2)),
                zorder=1,
            )
        for group, end, tall in zip(groups, ends, talls, strict=True):
            if group in part.index:
                _point(ax, part.loc[[group]].iloc[0], end - tall / 2, place, top)
        if column == 0:
            for text, end, tall in zip(lines, ends, talls, strict=True):
                page.lines(0, floor + ends[-1] - end + tall / 2, text, LABEL)
            if groups[0] == "" and len(groups) > 1:
                page.rule(floor + ends[-1] - ends[0])
    return page


def _point(ax: Axes, row: pd.Series[Any], y: float, place: int, top: float) -> None:
    look = mark(place)
    if pd.isna(row["estimate"]):
        note(ax, 0, y, "–", TICK, MUTED, ha="left", va="center")
        return
    dot(ax, row, y, look, size=6.0)
    edge = row["estimate"] if pd.isna(row["ci_high"]) else row["ci_high"]
    start = row["estimate"] if pd.isna(row["ci_low"]) else row["ci_low"]
    x, ha = (edge + 0.05 * top, "left") if edge + 0.32 * top < top else (start - 0.05 * top, "right")
    note(ax, x, y, percent(row["estimate"], 0), SMALL, MUTED, ha=ha, va="center_baseline")
