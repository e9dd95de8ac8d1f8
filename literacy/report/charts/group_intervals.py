"""Estimates by group with confidence intervals: shares with goal lines, means, and answer distributions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from literacy.report.figures.figure_page import EDGE, LABEL, LINE, SMALL, TICK, WIDE, Key, Page, tick
from literacy.report.figures.figure_terms import number, percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import GOAL, INK, MARKS, MUTED
from literacy.report.figures.scale import digits, share_top, span, spread, ticks
from literacy.report.figures.sheet import dot, goal_text, open_page, spelled, subtitle, waves_of
from literacy.report.figures.typeface import widest, width, wrap

_WAVES = (MARKS[0], MARKS[3], MARKS[1], MARKS[2], MARKS[4])
ROW, SUB, GAP, BELOW = 0.30, 0.185, 0.12, 0.26


def draw_shares(inputs: Inputs) -> Page:
    """Draw the literate share by group, with the goals for the latest wave's year or the next year with a goal."""
    return _draw(inputs, "share_by_group", "share", _goals(inputs))


def draw_means(inputs: Inputs) -> Page:
    """Draw means by group."""
    return _draw(inputs, "mean_by_group", "number", pd.DataFrame())


def draw_answers(inputs: Inputs) -> Page:
    """Draw the distribution of answers to each question, one question below the other."""
    table = inputs["answers"]
    left = min(2.6, max(0.6, widest(inputs.row_labels(table, "answer", "group"), LABEL))) + 0.12
    values = [spelled(inputs, r, "share", 1) for r in records(table)]
    counts = ["" if pd.isna(r["n"]) else number(r["n"], 0) for r in records(table)]
    n_wide = max(widest(counts, TICK), width(inputs.say("n"), TICK)) + 0.12
    heads: list[tuple[float, list[str]]] = []
    rows, y = [], 0.0
    for question in dict.fromkeys(table["question"]):
        part = table[table["question"] == question]
        lines = wrap(str(part[f"question_{inputs.lang}"].iloc[0] or question), WIDE - 2 * EDGE, LABEL, 4)
        heads.append((y, lines))
        y += len(lines) * LABEL * LINE + 0.10
        for row in records(part):
            label = wrap(inputs.own_label(row, "answer", str(row["group"])), left - 0.1, LABEL, 3)
            tall = max(ROW, len(label) * LABEL * LINE + 0.08)
            rows.append((y + tall / 2, row, label))
            y += tall
        y += 0.14
    page = open_page(inputs, "answers", ("answers",), BELOW + y + 0.26, [], subtitle(inputs, "answers"))
    wide = page.wide - left - n_wide - widest(values, TICK) - 0.22
    ax = page.axes(left, BELOW, wide, y)
    _limits(ax, table, "share", pd.DataFrame())
    ax.set_ylim(y, 0)
    top = BELOW + y
    for (at, row, label), value, count in zip(rows, values, counts, strict=True):
        dot(ax, row, at, _WAVES[0])
        page.text(page.wide - n_wide, top - at, value, TICK, INK, ha="right")
        page.text(page.wide, top - at, count, TICK, MUTED, ha="right")
        page.lines(0, top - at, label, LABEL)
    for start, lines in heads:
        page.lines(0, top - start - len(lines) * LABEL * LINE / 2, lines, LABEL, INK)
    page.text(page.wide, top + 0.10, inputs.say("n"), TICK, MUTED, ha="right")
    return page


def _goals(inputs: Inputs) -> pd.DataFrame:
    """Return the city's goals for the latest wave's year, else for the next year with a goal, else for the last."""
    if "goal" not in inputs:
        return pd.DataFrame()
    goals = inputs["goal"]
    if (goals["level"] == "city").any():
        goals = goals[goals["level"] == "city"]
    latest = waves_of(inputs["share_by_group"])[0][:4]
    year = float(latest) if latest.isdigit() else float(goals["year"].min())
    ahead = goals.loc[goals["year"] >= year, "year"]
    chosen = ahead.min() if len(ahead) else goals["year"].max()
    due: pd.DataFrame = goals.loc[goals["year"] == chosen]
    return due


def _rows(inputs: Inputs, table: pd.DataFrame, waves: list[str], left: float) -> list[dict[str, Any]]:
    """Return rows in drawing order, with their distance from the top.

    Groups are in table order; within a group, the latest wave comes first.
    """
    labels = dict(zip(table["group"], inputs.row_labels(table, "group", "group"), strict=True))
    out, y = [], 0.0
    for place, group in enumerate(dict.fromkeys(table["group"])):
        part = table[table["group"] == group]
        hits = [(w, r) for w in waves for r in records(part[part["wave"] == w])]
        lines = wrap(labels[group], left - 0.1, LABEL, 3)
        tall = max(ROW, SUB * len(hits) + GAP, len(lines) * LABEL * LINE + 0.08)
        middle = y + tall / 2
        for i, (wave, row) in enumerate(hits):
            at = middle + (i - (len(hits) - 1) / 2) * SUB
            out.append({**row, "lines": lines if i == 0 else [], "middle": middle, "y": at, "end": y + tall,
                        "rank": waves.index(wave), "whole": group == "" and place == 0})  # fmt: skip
        y += tall
    return out


def _draw(inputs: Inputs, name: str, unit: str, goals: pd.DataFrame) -> Page:
    table = inputs[name]
    waves = waves_of(table)
    left = min(2.1, max(0.6, widest(inputs.row_labels(table, "group", "group"), LABEL))) + 0.12
    rows = _rows(inputs, table, waves, left)
    values = [spelled(inputs, r, unit, 1 if unit == "share" else 2) for r in rows]
    counts = ["" if pd.isna(r["n"]) else number(r["n"], 0) for r in rows]
    n_wide = max(widest(counts, TICK), width(inputs.say("n"), TICK)) + 0.12 if any(counts) else 0.0
    tall = rows[-1]["end"]
    top = BELOW + tall
    above = 0.26 if len(goals) or any(counts) else 0.08
    tables = (name, "goal") if len(goals) else (name,)
    page = open_page(
        inputs,
        name,
        tables,
        top + above,
        _keys(inputs, waves),
        subtitle(inputs, name),
        title=_title(inputs, name),
    )
    wide = page.wide - left - n_wide - widest(values, TICK) - 0.22
    ax = page.axes(left, BELOW, wide, tall)
    _limits(ax, table, unit, goals)
    ax.set_ylim(tall, 0)
    for row, value, count in zip(rows, values, counts, strict=True):
        dot(ax, row, row["y"], _WAVES[row["rank"] % 5])
        page.text(
            page.wide - n_wide, top - row["y"], value, TICK, INK if row["rank"] == 0 else MUTED, ha="right"
        )
        page.text(page.wide, top - row["y"], count, TICK, MUTED, ha="right")
        page.lines(0, top - row["middle"], row["lines"], LABEL)
    whole = [r["end"] for r in rows if r["whole"]]
    if whole and whole[-1] < tall:
        page.rule(top - whole[-1])
    if any(counts):
        page.text(page.wide, top + 0.10, inputs.say("n"), TICK, MUTED, ha="right")
    _draw_goals(inputs, page, ax, goals, left, top, wide)
    return page


def _title(inputs: Inputs, name: str) -> str:
    """Return the title, which names any other variable so that its share is not mistaken for the literate share."""
    variables = {v for v in inputs[name]["variable"] if v}
    named = inputs.say("list").join(inputs.label("variable", v) for v in sorted(variables))
    if name == "share_by_group":
        return (
            inputs.title(name) if variables <= {"literate"} else inputs.say("title.share_of", variable=named)
        )
    return inputs.title(name) + (inputs.say("colon") + named if named else "")


def _keys(inputs: Inputs, waves: list[str]) -> list[Key]:
    if len(waves) < 2:
        return []
    return [
        Key(inputs.label("wave", w), m.edge, m.marker, m.color, line="-")
        for i, w in enumerate(waves)
        for m in (_WAVES[i % 5],)
    ]


def _limits(ax: Any, table: pd.DataFrame, unit: str, goals: pd.DataFrame) -> None:
    if unit == "share":
        extra = [goals["value"]] if len(goals) else []
        top = share_top(table["estimate"], table["ci_high"], *extra)
        at = ticks(0, top)
        ax.set_xlim(0, top)
        tick(ax, "x", at, [percent(v, digits(at, 100)) for v in at])
        return
    low, high = span(table["estimate"], table["ci_low"], table["ci_high"], zero=False)
    at = ticks(low, high)
    ax.set_xlim(low, high)
    tick(ax, "x", at, [number(v, digits(at)) for v in at])


def _draw_goals(
    inputs: Inputs, page: Page, ax: Any, goals: pd.DataFrame, left: float, top: float, wide: float
) -> None:
    if not len(goals):
        return
    ordered = records(goals.sort_values("value"))
    texts = [goal_text(inputs, r) for r in ordered]
    high = ax.get_xlim()[1]
    places = [left + wide * r["value"] / high for r in ordered]
    centres = spread(places, [width(t, SMALL) for t in texts], left - 0.6, left + wide + 0.9, 0.12)
    for row, text, centre in zip(ordered, texts, centres, strict=True):
        ax.axvline(row["value"], color=GOAL, linewidth=1.2, linestyle=(0, (5, 2)), zorder=1)
        page.text(centre, top + 0.10, text, SMALL, GOAL, ha="center")
