"""Backtest: performance of each forecasting method on historical data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.report.figures.figure_page import LABEL, LINE, SMALL, Key, Page, note, tick, turn_in
from literacy.report.figures.figure_terms import number, percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import GOAL, INK, MARKS, MUTED, PAPER
from literacy.report.figures.scale import digits, ticks
from literacy.report.figures.sheet import open_page
from literacy.report.figures.typeface import widest, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME, ROW, BELOW, AIR = "backtest", 0.30, 0.26, 0.22
MEASURES = ("mae", "crps", "brier", "coverage")


def draw_backtest(inputs: Inputs) -> Page:
    """Draw one panel per measure and one row per method.

    The marker of the default method is filled; the line marks the nominal coverage.
    """
    table = inputs[NAME]
    shown = [m for m in MEASURES if table[m].notna().any()]
    if not shown:
        raise LiteracyError(
            "report.input", where="backtest.csv", what="no method has a score",
            fix=f"fill one of: {', '.join(MEASURES)}",
        )  # fmt: skip
    rows = records(table)
    names = [str(r[inputs.lang] or "") or inputs.label("method", r["method"]) for r in rows]
    left = min(2.0, max(0.8, widest(names, LABEL))) + 0.12
    lines = [wrap(n, left - 0.1, LABEL, 3) for n in names]
    talls = [max(ROW, len(t) * LABEL * LINE + 0.08) for t in lines]
    tall = sum(talls)
    keys = (
        [Key(inputs.say("backtest.default"), INK, MARKS[0].marker, MARKS[0].color)]
        if table["default"].any()
        else []
    )
    nominal = sorted(set(table["nominal"].dropna())) if "coverage" in shown else []
    if nominal:
        level = inputs.say("colon") + inputs.say("list").join(percent(v, 0) for v in nominal)
        keys.append(Key(inputs.say("backtest.nominal") + level, GOAL, line=(0, (5, 2))))
    wide = (7.2 - 0.44 - left - AIR * (len(shown) - 1)) / len(shown)
    heads = [wrap(inputs.say(f"backtest.{m}"), wide, LABEL, 2) for m in shown]
    above = max(len(h) for h in heads) * LABEL * LINE + 0.1
    page = open_page(inputs, NAME, (NAME,), tall + above + BELOW, keys, _count(inputs, table))
    for place, measure in enumerate(shown):
        x = left + place * (wide + AIR)
        ax = page.axes(x, BELOW, wide, tall)
        ax.set_ylim(tall, 0)
        page.lines(x, BELOW + tall + above / 2, heads[place], LABEL)
        _panel(ax, rows, measure, talls, nominal if measure == "coverage" else [])
    end = 0.0
    for text, height in zip(lines, talls, strict=True):
        page.lines(0, BELOW + tall - end - height / 2, text, LABEL)
        end += height
    return page


def _count(inputs: Inputs, table: pd.DataFrame) -> str:
    counts = sorted(set(table["forecasts"].dropna()))
    span = "–".join(number(n, 0) for n in dict.fromkeys((counts[0], counts[-1]))) if counts else ""
    place = str(table[f"label_{inputs.lang}"].iloc[0] or "")
    words = [inputs.say("backtest.series", label=place)] if place else []
    words += [inputs.say("backtest.forecasts", count=span)] if span else []
    return inputs.say("middle").join(words)


def _panel(
    ax: Axes, rows: list[dict[str, Any]], measure: str, talls: list[float], nominal: list[float]
) -> None:
    factor = 100.0 if measure in ("mae", "crps") else 1.0
    values = pd.Series([r[measure] for r in rows], dtype=float) * factor
    top = 1.0 if measure == "coverage" else float(values.max()) * 1.5 or 1.0
    ax.set_xlim(0, top)
    at = ticks(0, top, 3)
    labels = [percent(v, 0) if measure == "coverage" else number(v, digits(at)) for v in at]
    tick(ax, "x", at, labels)
    turn_in(ax)
    for level in nominal:
        ax.axvline(level, color=GOAL, linewidth=1.1, linestyle=(0, (5, 2)), zorder=1)
    end = 0.0
    for row, value, height in zip(rows, values, talls, strict=True):
        y, end = end + height / 2, end + height
        if pd.isna(value):
            note(ax, 0.02 * top, y, "–", SMALL, MUTED, ha="left", va="center_baseline")
            continue
        text = percent(value, 0) if measure == "coverage" else number(value, 3 if measure == "brier" else 2)
        ax.plot([value], [y], marker="o", markersize=6, markeredgecolor=INK,
                markerfacecolor=MARKS[0].color if row["default"] else PAPER, linestyle="none", clip_on=False,
                zorder=3)  # fmt: skip
        fits = value + 0.36 * top < top
        x, ha = (value + 0.07 * top, "left") if fits else (value - 0.07 * top, "right")
        note(ax, x, y, text, SMALL, INK, ha=ha, va="center_baseline", zorder=4)
