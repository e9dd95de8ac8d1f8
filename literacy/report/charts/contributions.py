"""Contributions to the gap: by how much each group widens or narrows the distance to the goal."""

from __future__ import annotations

import pandas as pd

from literacy.report.figures.figure_page import LABEL, LINE, TICK, Key, Page, tick
from literacy.report.figures.figure_terms import number, plain_percent, signed
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import INK, MARKS, MUTED
from literacy.report.figures.scale import digits, span, ticks
from literacy.report.figures.sheet import open_page, subtitle
from literacy.report.figures.typeface import widest, wrap

NAME, ROW, BELOW = "gap", 0.30, 0.44


def _head(inputs: Inputs, table: pd.DataFrame) -> str:
    """Return the subtitle: the goal and the total gap to it (the sum of the parts), where the table gives a goal."""
    first = records(table)[0]
    if pd.isna(first["goal"]) or pd.isna(first["year"]):
        return subtitle(inputs, NAME)
    key = "reach.over" if first["strict"] else "reach.at_least"
    total = float(table["estimate"].sum())
    words = [
        inputs.say(
            "prior.goal",
            year=f"{first['year']:.0f}",
            goal=inputs.say(key, value=plain_percent(first["goal"])),
        ),
        inputs.say("gap.short" if total > 0 else "gap.beyond", points=number(abs(total), 2)),
    ]
    return inputs.say("middle").join(words)


def draw_gap(inputs: Inputs) -> Page:
    """Draw bars from zero in percentage points; plain bars widen the gap, hatched ones narrow it."""
    table = inputs[NAME].copy()
    numbers = ["estimate", "ci_low", "ci_high"]
    table[numbers] = 100 * table[numbers]
    parts = [inputs.label("part", p) if p else "" for p in table["part"]]
    groups = inputs.row_labels(table, "group", "group")
    names = [inputs.say("part", group=g, part=p) if p else g for g, p in zip(groups, parts, strict=True)]
    left = min(2.4, max(0.8, widest(names, LABEL))) + 0.12
    lines = [wrap(n, left - 0.1, LABEL, 3) for n in names]
    talls = [max(ROW, len(t) * LABEL * LINE + 0.08) for t in lines]
    tall = sum(talls)
    down, up = MARKS[1], MARKS[2]
    keys = [
        Key(inputs.say("gap.positive"), patch=down.color),
        Key(inputs.say("gap.negative"), patch=up.color, hatch=up.hatch),
    ]
    values = ["–" if pd.isna(v) else signed(v, 2) for v in table["estimate"]]
    page = open_page(inputs, NAME, (NAME,), tall + BELOW + 0.05, keys, _head(inputs, table))
    wide = page.wide - left - widest(values, TICK) - 0.2
    ax = page.axes(left, BELOW, wide, tall)
    low, high = span(*(table[c] for c in numbers))
    ax.set_xlim(low, high)
    ax.set_ylim(tall, 0)
    at = ticks(low, high)
    tick(ax, "x", at, [number(v, digits(at)) for v in at])
    ax.axvline(0, color=INK, linewidth=0.9, zorder=3)
    page.text(left + wide / 2, 0.10, inputs.say("gap.axis"), TICK, MUTED, ha="center")
    end = 0.0
    for row, text, height, value in zip(records(table), lines, talls, values, strict=True):
        y = end + height / 2
        end += height
        page.lines(0, BELOW + tall - y, text, LABEL)
        page.text(page.wide, BELOW + tall - y, value, TICK, ha="right")
        if pd.isna(row["estimate"]):
            continue
        look = down if row["estimate"] >= 0 else up
        ax.barh(y, row["estimate"], 0.17, color=look.color, edgecolor=INK, linewidth=0.5,
                hatch=look.hatch if look is up else "", zorder=2)  # fmt: skip
        if not pd.isna(row["ci_low"]):
            ax.plot([row["ci_low"], row["ci_high"]], [y, y], color=INK, linewidth=1.1, zorder=4)
    return page
