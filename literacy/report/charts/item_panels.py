"""Items of a test: differential item functioning between groups, and option characteristic curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from literacy.report.figures.figure_page import LABEL, SMALL, TICK, Key, Page, note, tick
from literacy.report.figures.figure_terms import number, signed
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import GOAL, INK, MARKS, MUTED, RULE, Mark
from literacy.report.figures.scale import digits, span, ticks
from literacy.report.figures.sheet import BLOCK, LEFT, dot, open_page, open_panels, panel_rows, subtitle
from literacy.report.figures.typeface import widest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, BELOW = 0.19, 0.44
BOUNDS = (-1.5, -1.0, 1.0, 1.5)
"""Boundaries of the ETS classes A, B and C on the delta scale."""
PLAIN, FLAGGED = Mark(MUTED, "o", "", MUTED), MARKS[1]
NAMES = 0.16
"""Minimum vertical distance between option names at the ends of their lines, as a fraction of the panel."""


def draw_dif(inputs: Inputs) -> Page:
    """Draw one row per item, those hardest for the focal group first, with the class boundaries.

    Flagged items are highlighted.
    """
    name = "dif"
    table = inputs[name].sort_values(["focal", "estimate"], kind="stable", na_position="last")
    rows = records(table)
    several = table["focal"].nunique() > 1
    labels = [f"{r['item']} ({r['focal']})" if several and r["focal"] else str(r["item"]) for r in rows]
    left = widest(labels, SMALL) + 0.15
    tall = ROW * len(rows)
    keys = [
        Key(inputs.say("dif.flagged"), FLAGGED.edge, FLAGGED.marker, FLAGGED.color),
        Key(inputs.say("dif.others"), PLAIN.edge, PLAIN.marker, PLAIN.color),
        Key(inputs.say("dif.bounds"), GOAL, line="--"),
    ]
    page = open_page(inputs, name, (name,), tall + BELOW + 0.05, keys, subtitle(inputs, name))
    wide = page.wide - left - widest(["−00.00 C"], TICK) - 0.2
    ax = page.axes(left, BELOW, wide, tall)
    low, high = span(table["estimate"], table["ci_low"], table["ci_high"])
    low, high = min(low, -1.8), max(high, 1.8)
    ax.set_xlim(low, high)
    ax.set_ylim(tall, 0)
    at = ticks(low, high)
    tick(ax, "x", at, [number(v, digits(at)) for v in at])
    ax.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
    for bound in BOUNDS:
        ax.axvline(bound, color=GOAL, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
    for k, (row, label) in enumerate(zip(rows, labels, strict=True)):
        y = (k + 0.5) * ROW
        ink = INK if row["flagged"] else MUTED
        dot(ax, {**row, "reliable": True}, y, FLAGGED if row["flagged"] else PLAIN, size=4.5)
        page.text(0, BELOW + tall - y, label, SMALL, ink)
        value = "–" if row["estimate"] != row["estimate"] else f"{signed(row['estimate'], 2)} {row['class']}"
        page.text(page.wide, BELOW + tall - y, value, SMALL, ink, ha="right")
    page.text(left + wide / 2, 0.10, inputs.say("dif.axis"), TICK, MUTED, ha="center")
    return page


def draw_options(inputs: Inputs) -> Page:
    """Draw one small panel per item: share choosing each option by fifth of the score on the other items.

    The correct option (the key) is drawn as a thick line.
    """
    name = "option_curves"
    table = inputs[name]
    items = list(dict.fromkeys(table["item"]))
    keys = [
        Key(inputs.say("options.right"), MARKS[0].edge, line="-"),
        Key(inputs.say("options.wrong"), MUTED, line="-"),
    ]
    body = BLOCK * panel_rows(items) + 0.30
    page = open_page(inputs, name, (name,), body, keys, subtitle(inputs, name))
    bands = sorted(set(table["band"]))
    for item, ax in open_panels(page, items, 0.30):
        draw_lines(ax, table[table["item"] == item], bands)
        tick(ax, "x", bands, [f"{b:g}" for b in bands], grid=False)
    page.text(LEFT + (page.wide - LEFT) / 2, 0.09, inputs.say("options.axis"), LABEL, MUTED, ha="center")
    return page


def draw_lines(ax: Axes, part: pd.DataFrame, bands: Sequence[float]) -> None:
    """Draw the lines of one item's options, each labelled at its end, with labels moved apart to avoid overlap."""
    ax.set_xlim(min(bands) - 0.3, max(bands) + 0.9)
    ax.set_ylim(0, 1)
    ends = part[part["band"] == max(bands)].sort_values("share")
    place: dict[str, float] = {}
    for option, share in zip(ends["option"], ends["share"], strict=True):
        place[option] = max(float(share), max(place.values(), default=-1.0) + NAMES)
    for option, line in part.groupby("option", sort=False):
        line = line.sort_values("band")
        right = bool(line["right"].iloc[0])
        look = MARKS[0].edge if right else RULE
        ax.plot(
            line["band"], line["share"], color=look, linewidth=1.9 if right else 1.0, zorder=3 if right else 2
        )
        end = place.get(str(option), float(line["share"].iloc[-1]))
        ink = MARKS[0].edge if right else MUTED
        note(ax, max(bands) + 0.15, end, str(option), SMALL, ink, ha="left", va="center")
