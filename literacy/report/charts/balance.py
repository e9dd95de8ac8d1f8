"""Margins of the sample before and after weighting, compared with those of the population."""

from __future__ import annotations

import pandas as pd

from literacy.errors import LiteracyError
from literacy.report.figures.figure_page import LABEL, LINE, SMALL, TICK, Key, Page, tick
from literacy.report.figures.figure_terms import number, percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import INK, MARKS, MUTED, PAPER
from literacy.report.figures.scale import digits, share_top, ticks
from literacy.report.figures.sheet import open_page, subtitle
from literacy.report.figures.typeface import widest, wrap

NAME, ROW, HEAD, BELOW = "margins", 0.24, 0.30, 0.26
COLUMNS = ("before", "after", "target")


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Return before, after and target of every level as shares of the total of its margin."""
    out = table.copy()
    for column in COLUMNS:
        totals = table.groupby("margin")[column].transform("sum")
        if (totals <= 0).any() or table[column].isna().any():
            raise LiteracyError(
                "report.input", where=f"margins.csv:{column}", what="a margin has an empty cell or no total",
                fix="give every level its weighted count or share",
            )  # fmt: skip
        out[column] = table[column] / totals
    return out


def draw_margins(inputs: Inputs) -> Page:
    """Draw one row per level: a hollow marker before weighting, a filled one after, a bar for the population."""
    table = shares(inputs[NAME])
    margins = list(dict.fromkeys(table["margin"]))
    labels = dict(zip(zip(table["margin"], table["level"], strict=True),
                      inputs.row_labels(table, "level", "level"), strict=True))  # fmt: skip
    left = min(2.2, max(0.8, widest(list(labels.values()), LABEL) + 0.15)) + 0.12
    lines = {k: wrap(t, left - 0.25, LABEL, 2) for k, t in labels.items()}
    talls = {k: max(ROW, len(t) * LABEL * LINE + 0.06) for k, t in lines.items()}
    tall = sum(talls.values()) + HEAD * len(margins)
    keys = [
        Key(inputs.say("margin.before"), MARKS[1].edge, MARKS[1].marker, PAPER),
        Key(inputs.say("margin.after"), MARKS[0].edge, MARKS[0].marker, MARKS[0].color),
        Key(inputs.say("margin.target"), INK, "|"),
    ]
    page = open_page(inputs, NAME, (NAME,), tall + BELOW + 0.24, keys, subtitle(inputs, NAME))
    columns = [page.wide - 1.25, page.wide - 0.65, page.wide]
    wide = page.wide - left - 1.25 - 0.60
    ax = page.axes(left, BELOW, wide, tall)
    top = share_top(*(table[c] for c in COLUMNS))
    ax.set_xlim(0, top)
    ax.set_ylim(tall, 0)
    at = ticks(0, top)
    tick(ax, "x", at, [percent(v, digits(at, 100)) for v in at])
    for x, column in zip(columns, COLUMNS, strict=True):
        page.text(x, BELOW + tall + 0.1, inputs.say(f"margin.head.{column}"), SMALL, MUTED, ha="right")
    end = 0.0
    for margin in margins:
        page.text(0, BELOW + tall - end - HEAD * 0.6, inputs.label("margin", margin), LABEL, MUTED)
        end += HEAD
        for row in records(table[table["margin"] == margin]):
            key = (row["margin"], row["level"])
            y = end + talls[key] / 2
            end += talls[key]
            ax.plot([row["before"], row["after"]], [y, y], color=MUTED, linewidth=0.8, zorder=2)
            ax.plot(
                [row["target"]], [y], marker="|", markersize=13, markeredgewidth=2.0, color=INK, zorder=2.5
            )
            ax.plot([row["before"]], [y], marker=MARKS[1].marker, markersize=6, markeredgecolor=MARKS[1].edge,
                    markerfacecolor=PAPER, markeredgewidth=1.2, clip_on=False, zorder=3)  # fmt: skip
            ax.plot([row["after"]], [y], marker=MARKS[0].marker, markersize=5, color=MARKS[0].color, clip_on=False,
                    zorder=3)  # fmt: skip
            page.lines(0.12, BELOW + tall - y, lines[key], LABEL)
            for x, column in zip(columns, COLUMNS, strict=True):
                page.text(x, BELOW + tall - y, number(100 * row[column]) + "%", TICK, INK, ha="right")
    return page
