"""Distribution of weights before and after weighting: histograms on a common scale."""

from __future__ import annotations

import pandas as pd

from literacy.errors import LiteracyError
from literacy.report.figures.figure_page import LABEL, SMALL, TICK, Page, tick, turn_in
from literacy.report.figures.figure_terms import number, percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import INK, MARKS, MUTED, PAPER
from literacy.report.figures.scale import digits, share_top, ticks
from literacy.report.figures.sheet import open_page, subtitle
from literacy.report.tables.contract import STAGES

NAME, TALL, BELOW, LEFT, ABOVE = "weights", 1.35, 0.30, 0.45, 0.28


def draw_weights(inputs: Inputs) -> Page:
    """Draw one panel per stage, base weights above final weights; the line marks the mean, 1."""
    table = inputs[NAME]
    stages = [s for s in STAGES if (table["stage"] == s).any()]
    stages += [s for s in dict.fromkeys(table["stage"]) if s not in STAGES]
    if (table["bin_low"] >= table["bin_high"]).any():
        raise LiteracyError(
            "report.input",
            where="weights.csv:bin_low",
            what="a bin has no width",
            fix="give bin_low < bin_high",
        )
    block = TALL + ABOVE + BELOW
    page = open_page(inputs, NAME, (NAME,), block * len(stages) + 0.16, (), subtitle(inputs, NAME))
    low, high = min(0.0, float(table["bin_low"].min())), float(table["bin_high"].max())
    top = share_top(table["share"])
    for place, stage in enumerate(stages):
        part = table[table["stage"] == stage]
        floor = 0.16 + block * (len(stages) - 1 - place) + BELOW
        ax = page.axes(LEFT, floor, page.wide - LEFT - 0.1, TALL)
        ax.set_xlim(low, high)
        ax.set_ylim(0, top)
        look = MARKS[0 if stage == "final" else 3]
        for row in records(part):
            ax.bar(row["bin_low"], row["share"], row["bin_high"] - row["bin_low"], align="edge", color=look.color,
                   edgecolor=look.edge, linewidth=0.6, hatch=look.hatch)  # fmt: skip
        if low < 1 < high:
            ax.axvline(1, color=PAPER, linewidth=2.6)
            ax.axvline(1, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
        at = ticks(low, high, 8)
        tick(ax, "x", at, [number(v, digits(at)) for v in at], grid=False)
        turn_in(ax)
        up = ticks(0, top, 4)
        tick(ax, "y", up, [percent(v, digits(up, 100)) for v in up])
        page.text(LEFT, floor + TALL + 0.12, inputs.label("stage", stage), LABEL)
        page.text(page.wide, floor + TALL + 0.12, _reach(inputs, part), SMALL, MUTED, ha="right")
    page.text(LEFT + (page.wide - LEFT) / 2, 0.07, inputs.say("weight.axis"), TICK, MUTED, ha="center")
    return page


def _reach(inputs: Inputs, part: pd.DataFrame) -> str:
    held = part[part["share"] > 0]
    if not len(held):
        return ""
    return inputs.say(
        "weight.reach", low=number(held["bin_low"].min(), 2), high=number(held["bin_high"].max(), 2)
    )
