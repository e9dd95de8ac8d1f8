"""Figures on the scale of a test: person-item map, item characteristic curves and test information."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from literacy.report.figures.figure_page import LABEL, SMALL, TICK, Key, Page, note, tick, turn_in
from literacy.report.figures.figure_terms import number, percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import GOAL, INK, MARKS, MUTED
from literacy.report.figures.scale import digits, share_top, span, ticks
from literacy.report.figures.sheet import BLOCK, LEFT, open_page, open_panels, panel_rows, subtitle
from literacy.report.figures.typeface import wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TALL, BELOW, ABOVE = 4.6, 0.34, 0.30
ROW = 0.16


def _scale(ax: Axes, axis: str, low: float, high: float, count: int = 6) -> None:
    at = ticks(low, high, count)
    tick(ax, axis, at, [number(v, digits(at)) for v in at], grid=axis == "y")


def draw_map(inputs: Inputs) -> Page:
    """Draw a histogram of persons (left) and the items by difficulty (right) on one vertical scale."""
    name = "item_map"
    table = inputs[name]
    low, high = span(table["theta"], zero=False)
    page = open_page(inputs, name, (name,), TALL + BELOW + ABOVE, (), subtitle(inputs, name))
    wide = 0.42 * (page.wide - LEFT)
    people = table[table["kind"] == "person"].sort_values("theta")
    ax = page.axes(LEFT, BELOW, wide, TALL)
    top = share_top(people["share"])
    ax.set_ylim(low, high)
    ax.set_xlim(top, 0)
    gaps = np.diff(people["theta"].to_numpy(float))
    tall = 0.9 * float(gaps.min()) if len(gaps) else 0.2
    ax.barh(people["theta"], people["share"], height=tall, color=MARKS[0].color,
            edgecolor=MARKS[0].edge, linewidth=0.6)  # fmt: skip
    _scale(ax, "y", low, high, 8)
    at = ticks(0, top, 3)
    tick(ax, "x", at, [percent(v, digits(at, 100)) for v in at], grid=False)
    turn_in(ax)
    start = LEFT + wide + 0.15
    rows = int(TALL / ROW)
    items = table[table["kind"] == "item"].sort_values("theta")
    place = np.clip(((items["theta"] - low) / (high - low) * rows).astype(int), 0, rows - 1)
    for row in sorted(set(place)):
        text = inputs.say("list").join(str(n) for n in items.loc[place == row, "name"])
        page.text(start, BELOW + (row + 0.5) * TALL / rows, wrap(text, page.wide - start, SMALL, 1)[0], SMALL)
    page.text(LEFT, BELOW + TALL + 0.14, inputs.say("scale.people"), LABEL)
    page.text(start, BELOW + TALL + 0.14, inputs.say("scale.items"), LABEL)
    page.text(LEFT + wide / 2, 0.07, inputs.say("scale.share"), TICK, MUTED, ha="center")
    return page


def draw_curves(inputs: Inputs) -> Page:
    """Draw one small panel per item: the expected score over the scale, and observed means at points on it."""
    name = "item_curves"
    table = inputs[name]
    items = list(dict.fromkeys(table["item"]))
    keys = [Key(inputs.say("scale.model"), MARKS[0].edge, line="-")]
    keys += [Key(inputs.say("scale.observed"), INK, "o", INK)] if table["observed"].notna().any() else []
    body = BLOCK * panel_rows(items) + 0.16
    page = open_page(inputs, name, (name,), body, keys, subtitle(inputs, name))
    low, high = span(table["theta"], zero=False)
    for item, ax in open_panels(page, items, 0.16):
        part = table[table["item"] == item]
        ax.set_xlim(low, high)
        line = part[part["expected"].notna()].sort_values("theta")
        ax.plot(line["theta"], line["expected"], color=MARKS[0].edge, linewidth=1.3, zorder=2)
        seen = part[part["observed"].notna()]
        ax.plot(
            seen["theta"], seen["observed"], marker="o", markersize=2.8, color=INK, linestyle="none", zorder=3
        )
        _scale(ax, "x", low, high, 5)
    page.text(LEFT + (page.wide - LEFT) / 2, 0.06, inputs.say("scale.axis"), TICK, MUTED, ha="center")
    return page


def draw_information(inputs: Inputs) -> Page:
    """Draw the test information over the scale, with the cut scores and the standard error at each."""
    name = "information"
    table = inputs[name]
    cuts = table[table["score"].notna()].sort_values("theta")
    curve = table[table["score"].isna()].sort_values("theta")
    tall = 2.6
    keys = [Key(inputs.say("scale.cut"), GOAL, line="--")] if len(cuts) else []
    page = open_page(inputs, name, (name,), tall + BELOW + ABOVE, keys, subtitle(inputs, name))
    ax = page.axes(LEFT, BELOW, page.wide - LEFT - 0.1, tall)
    low, high = span(table["theta"], zero=False)
    top = 1.15 * float(table["information"].max())
    ax.set_xlim(low, high)
    ax.set_ylim(0, top)
    ax.plot(curve["theta"], curve["information"], color=MARKS[0].edge, linewidth=1.5, zorder=2)
    for k, row in enumerate(records(cuts)):
        level = top * (0.96 - 0.08 * k)  # the line ends at its label, below the labels of earlier cuts
        ax.plot([row["theta"]] * 2, [0, level], color=GOAL, linewidth=1.1, linestyle=(0, (5, 2)))
        right = row["theta"] < low + 0.75 * (high - low)
        text = inputs.say("scale.at_cut", score=number(row["score"], 0), se=number(row["se"], 2))
        x = row["theta"] + (0.012 if right else -0.012) * (high - low)
        note(ax, x, level, text, SMALL, GOAL, ha="left" if right else "right", va="top")
    _scale(ax, "x", low, high, 8)
    _scale(ax, "y", 0, top, 5)
    turn_in(ax)
    page.text(LEFT, BELOW + tall + 0.14, inputs.say("scale.information"), LABEL)
    page.text(LEFT + (page.wide - LEFT) / 2, 0.07, inputs.say("scale.axis"), TICK, MUTED, ha="center")
    return page
