"""Sensitivity to the strength of the prior: probability of reaching the goal and forecast under each prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from literacy.report.figures.figure_page import LABEL, SMALL, TICK, Key, Page, note, tick
from literacy.report.figures.figure_terms import chance, percent, plain_percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import FAN, GOAL, INK, MARKS, MUTED, PAPER
from literacy.report.figures.scale import digits, share_top, span, ticks
from literacy.report.figures.sheet import open_page, subtitle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME, TALL, BELOW, LEFT, ABOVE, AIR = "prior", 2.2, 0.46, 0.42, 0.36, 0.55


def draw_prior(inputs: Inputs) -> Page:
    """Draw the probability of reaching the goal and the forecast, by prior standard deviation, in adjacent panels."""
    table = inputs[NAME].sort_values("sd").reset_index(drop=True)
    both = bool(table["median"].notna().any())
    banded = both and bool(table["low_95"].notna().any())
    keys = [Key(inputs.say("prior.chosen"), INK, "o", INK)] if table["chosen"].any() else []
    keys += [Key(inputs.say("fan.interval", level=95), patch=FAN[0])] if banded else []
    page = open_page(inputs, NAME, (NAME,), TALL + ABOVE + BELOW, keys, _goal(inputs, table))
    count = 2 if both else 1
    wide = (page.wide - LEFT * count - AIR * (count - 1)) / count
    low, high = span(table["sd"], zero=False)
    for place in range(count):
        x = LEFT + place * (wide + AIR + LEFT)
        ax = page.axes(x, BELOW, wide, TALL)
        at = ticks(low, high, 4)
        ax.set_xlim(low, high)
        tick(ax, "x", at, [f"{v:.{digits(at)}f}" for v in at], grid=False)
        head = "prior.value" if place else "prior.p"
        page.text(x - LEFT, BELOW + TALL + 0.2, inputs.say(head), LABEL)
        if place:
            _values(ax, table, inputs, banded)
        else:
            _line(ax, table, "p_reached")
            ax.set_ylim(0, 1)
            tick(ax, "y", ticks(0, 1), [percent(v, 0) for v in ticks(0, 1)])
    page.text(LEFT + (page.wide - LEFT) / 2, 0.09, inputs.say("prior.axis"), TICK, MUTED, ha="center")
    return page


def _goal(inputs: Inputs, table: pd.DataFrame) -> str:
    """Return the subtitle: the goal, where the table gives one."""
    first = records(table)[0]
    if pd.isna(first["goal"]) or pd.isna(first["year"]):
        return subtitle(inputs, NAME)
    key = "reach.over" if first["strict"] else "reach.at_least"
    return inputs.say(
        "prior.goal", year=f"{first['year']:.0f}", goal=inputs.say(key, value=plain_percent(first["goal"]))
    )


def _values(ax: Axes, table: pd.DataFrame, inputs: Inputs, banded: bool) -> None:
    goals = inputs["goal"] if "goal" in inputs else pd.DataFrame()
    goals = goals[goals["level"].isin(["city", ""])] if len(goals) else goals
    goal = goals["value"].iloc[:1] if len(goals) == 1 else pd.Series(dtype=float)
    if table["goal"].notna().any():
        goal = table["goal"].dropna().iloc[:1]
    top = share_top(table["median"], table["high_95"], goal)
    if banded:
        ax.fill_between(table["sd"], table["low_95"], table["high_95"], color=FAN[0], linewidth=0)
    if len(goal):
        ax.axhline(float(goal.iloc[0]), color=GOAL, linewidth=1.2, linestyle=(0, (5, 2)))
        level, end = float(goal.iloc[0]), float(table["median"].iloc[-1])
        over = 0 <= end - level < 0.15 * top  # the median line ends where the label would be placed
        y, side = (level - top * 0.03, "top") if over else (level + top * 0.03, "bottom")
        note(ax, 0.99, y, inputs.say("goal"), SMALL, GOAL, ha="right", va=side,
             transform=ax.get_yaxis_transform())  # fmt: skip
    _line(ax, table, "median")
    ax.set_ylim(0, top)
    at = ticks(0, top)
    tick(ax, "y", at, [percent(v, digits(at, 100)) for v in at])


def _line(ax: Axes, table: pd.DataFrame, column: str) -> None:
    ax.plot(table["sd"], table[column], color=MARKS[0].edge, linewidth=1.4, zorder=2)
    for row in records(table):
        chosen = bool(row["chosen"])
        ax.plot([row["sd"]], [row[column]], marker="o", markersize=8 if chosen else 5, markeredgecolor=INK,
                markerfacecolor=INK if chosen else PAPER, linestyle="none", zorder=3, clip_on=False)  # fmt: skip
        if chosen:
            text = chance(row[column]) if column == "p_reached" else percent(row[column])
            low, high = ax.get_xlim()
            side = (
                "left"
                if row["sd"] < low + 0.2 * (high - low)
                else "right"
                if row["sd"] > high - 0.2 * (high - low)
                else "center"
            )
            up = 0.06 * (1.0 if column == "p_reached" else share_top(table["median"], table["high_95"]))
            below = row[column] + 2 * up > ax.get_ylim()[1] if column != "p_reached" else row[column] > 0.85
            y, va = (row[column] - up, "top") if below else (row[column] + up, "bottom")
            note(ax, row["sd"], y, text, SMALL, INK, ha=side, va=va, zorder=4)
