"""Trend and fan chart: the city alongside higher levels, the forecast with its intervals, and the goals."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from literacy.report.figures.figure_page import LINE, SMALL, Key, Page, note, tick
from literacy.report.figures.figure_terms import WORDS, chance, chance_words, percent, plain_percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import FAN, GOAL, INK, MUTED, PAPER, Mark, level_mark
from literacy.report.figures.placement import Tag, place
from literacy.report.figures.scale import digits, share_top, step, ticks
from literacy.report.figures.sheet import goal_text, open_page, subtitle
from literacy.report.figures.typeface import width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WINDOW = 12  # years drawn before the city's first survey, so that its own series stays readable
BANDS = ((95, FAN[0]), (80, FAN[1]), (50, FAN[2]))
TALL, BELOW, LEFT = 3.7, 0.28, 0.42
BESIDE = 0.15  # inches between the end of the fan and the label of its last median
DOTTED = (0, (1, 1.6))


def draw_outlook(inputs: Inputs) -> Page:
    """Draw the trend and, where their tables are given, the fan and the goals."""
    own = _own_level(inputs)
    trend, cut = _window(inputs["trend"], own)
    narrowed = Inputs({**inputs.tables, "trend": trend}, inputs.lang)
    fan = _ahead(inputs["fan"], trend, own) if "fan" in inputs else pd.DataFrame()
    goals = inputs["goal"] if "goal" in inputs else pd.DataFrame()
    if len(goals):
        goals = goals[goals["year"] >= trend["year"].min()]
    levels = list(dict.fromkeys(trend["level"]))
    looks = {v: level_mark(v, levels) for v in levels}
    tables = tuple(n for n in ("trend", "fan", "goal") if n in inputs)
    extra = [inputs.say("window", year=f"{trend['year'].min():.0f}")] if cut else []
    mine = _own_goals(goals, own)
    heads = _chances(inputs, inputs.tables.get("fan", fan), mine)
    extra += _survey_chances(inputs, mine)
    page = open_page(
        narrowed,
        "outlook",
        tables,
        TALL + BELOW + 0.08,
        _keys(narrowed, looks, fan, goals),
        subtitle(narrowed, "trend", *heads),
        extra,
    )
    wide = page.wide - LEFT - 0.12
    ax = page.axes(LEFT, BELOW, wide, TALL)
    _frame(ax, trend, fan, goals, wide)
    _fan(ax, fan)
    points = _series(ax, trend, looks, own)
    for goal in records(goals):
        half = 0.11 * (ax.get_xlim()[1] - ax.get_xlim()[0]) / wide
        ax.plot([goal["year"] - half, goal["year"] + half], [goal["value"]] * 2, color=GOAL, linewidth=2.4,
                solid_capstyle="butt", zorder=5)  # fmt: skip
    points += _name_goals(inputs, ax, (wide, TALL), trend, fan, goals)
    _labels(inputs, ax, (wide, TALL), trend, fan, goals, points, looks)
    return page


def _own_level(inputs: Inputs) -> str:
    """Return the level to which the outlook applies: that of the fan, else the city."""
    levels = [v for v in inputs["fan"]["level"] if v] if "fan" in inputs else []
    return str(levels[0]) if levels else "city"


def _own_goals(goals: pd.DataFrame, own: str) -> pd.DataFrame:
    """Return the goals of the level shown; if no goal has a level, those that are the only ones in their year."""
    if not len(goals):
        return goals
    named = (goals["level"] != "").any()
    return goals[goals["level"] == own] if named else goals[~goals["year"].duplicated(keep=False)]


def _window(trend: pd.DataFrame, own: str) -> tuple[pd.DataFrame, bool]:
    """Return the trend from :data:`WINDOW` years before the place's first value on, and whether rows were dropped."""
    city = trend.loc[trend["level"] == own, "year"]
    start = city.min() - WINDOW if len(city) else trend["year"].min()
    kept = trend[trend["year"] >= start].reset_index(drop=True)
    return kept, len(kept) < len(trend)


def _ahead(fan: pd.DataFrame, trend: pd.DataFrame, own: str) -> pd.DataFrame:
    """Return the fan from the place's last survey on, or all of it if it does not extend beyond that survey."""
    city = trend.loc[trend["level"] == own, "year"]
    ordered = fan.sort_values("year")
    if len(city) and city.max() < ordered["year"].max():
        ordered = ordered.loc[ordered["year"] >= city.max()]
    return ordered


def _chances(inputs: Inputs, fan: pd.DataFrame, goals: pd.DataFrame) -> list[str]:
    """Return text with the probability of reaching each goal: the goal's own if given, else the fan's in its year."""
    out = []
    for goal in records(goals):
        p = goal["p_reached"]
        if pd.isna(p) and len(fan):
            found = fan.loc[(fan["year"] == goal["year"]) & fan["p_reached"].notna(), "p_reached"]
            p = float(found.iloc[0]) if len(found) else p
        if pd.isna(p):
            continue
        words = {"year": f"{goal['year']:.0f}", "goal": _reach(inputs, goal), "p": chance(p)}
        outcome = f"outcome.{goal['outcome']}"
        out.append(
            inputs.say("p_judged", outcome=inputs.say(outcome), **words)
            if outcome in WORDS
            else inputs.say("p_reached", **words)
        )
    return out


def _survey_chances(inputs: Inputs, goals: pd.DataFrame) -> list[str]:
    """Return text with the probabilities of the outcomes of a survey in the goal's year, where available."""
    return [
        inputs.say(
            "p_shown", year=f"{g['year']:.0f}", goal=_reach(inputs, g), shown=chance_words(g["p_shown"], inputs.lang),
            proven=chance_words(g["p_proven"], inputs.lang),
        )
        for g in records(goals)
        if not (pd.isna(g["p_shown"]) or pd.isna(g["p_proven"]))
    ]  # fmt: skip


def _reach(inputs: Inputs, goal: dict[str, Any]) -> str:
    return inputs.say(
        "reach.over" if goal["strict"] else "reach.at_least", value=plain_percent(goal["value"])
    )


def _keys(inputs: Inputs, looks: dict[str, Mark], fan: pd.DataFrame, goals: pd.DataFrame) -> list[Key]:
    trend = inputs["trend"]
    keys = []
    for level, look in looks.items():
        first = records(trend[trend["level"] == level])[0]
        keys.append(Key(inputs.own_label(first, "level", level), look.edge, look.marker, look.color, "-"))
    if len(goals):
        keys.append(Key(inputs.say("goal"), GOAL, line="-", thick=2.4))
    if trend["break"].any():
        keys.append(Key(inputs.say("break"), MUTED, line=DOTTED))
    if len(fan):
        keys.append(Key(_median_name(inputs, fan), INK, line=(0, (4, 2))))
        shown = [(p, c) for p, c in reversed(BANDS) if fan[f"low_{p}"].notna().any()]
        keys += [Key(inputs.say("fan.interval", level=p), patch=c) for p, c in shown]
    return keys


def _median_name(inputs: Inputs, fan: pd.DataFrame) -> str:
    """Return the legend text of the model median, with the place if none of its surveys is drawn."""
    first = records(fan)[0]
    place = str(first[f"label_{inputs.lang}"] or "")
    if place and first["level"] not in set(inputs["trend"]["level"]):
        return inputs.say("fan.median.of", place=place)
    return inputs.say("fan.median")


def _end(trend: pd.DataFrame, fan: pd.DataFrame) -> dict[str, Any] | None:
    """Return the fan's last row if it lies beyond all surveys drawn, else None.

    The median of that row is printed to the right of the fan.
    """
    last = records(fan)[-1] if len(fan) else None
    return last if last is not None and last["year"] > trend["year"].max() else None


def _frame(ax: Axes, trend: pd.DataFrame, fan: pd.DataFrame, goals: pd.DataFrame, wide: float) -> None:
    years = [trend["year"], *([fan["year"]] if len(fan) else []), *([goals["year"]] if len(goals) else [])]
    low, high = min(y.min() for y in years), max(y.max() for y in years)
    bands = [fan[f"high_{p}"] for p, _ in BANDS] + [fan["median"]] if len(fan) else []
    top = share_top(trend["estimate"], trend["ci_high"], *bands, *([goals["value"]] if len(goals) else []))
    air = max(0.5, (high - low) * 0.03)
    end = _end(trend, fan)
    room = BESIDE + width(percent(end["median"]), SMALL) if end is not None and end["year"] == high else 0.0
    ax.set_xlim(low - air, high + max(air, room / (wide - room) * (high - low + air)))
    ax.set_ylim(0, top)
    size = max(1.0, step(high - low, 9))
    base = float(goals["year"].max()) % size if len(goals) and size <= 2 else 0.0  # tick at the goal's year
    first = np.ceil((low - base) / size) * size + base
    at = [y for y in np.arange(first, high + 1e-9, size) if abs(y - round(y)) < 1e-9]
    tick(ax, "x", at, [f"{y:.0f}" for y in at], grid=False)
    at = ticks(0, top)
    tick(ax, "y", at, [percent(v, digits(at, 100)) for v in at])


def _fan(ax: Axes, fan: pd.DataFrame) -> None:
    if not len(fan):
        return
    year = fan["year"].to_numpy(dtype=float)
    for p, color in BANDS:
        low, high = (fan[f"{side}_{p}"].to_numpy(dtype=float) for side in ("low", "high"))
        if np.isnan(low).all():
            continue
        if len(year) == 1:
            ax.bar(year, high - low, 0.5, bottom=low, color=color, linewidth=0, zorder=1.5)
        else:
            ax.fill_between(year, low, high, color=color, linewidth=0, zorder=1.5)
    style: dict[str, Any] = {"marker": "_", "markersize": 16} if len(year) == 1 else {}
    ax.plot(year, fan["median"], color=INK, linewidth=1.3, linestyle=(0, (4, 2)), zorder=2.2, **style)


def _series(ax: Axes, trend: pd.DataFrame, looks: dict[str, Mark], own: str) -> list[tuple[float, float]]:
    """Draw the series of all levels, the place's own last and thickest.

    Returns points sampled along what was drawn, in data coordinates.
    """
    points: list[tuple[float, float]] = []
    for level in sorted(looks, key=lambda v: v == own):
        look, rows = looks[level], records(trend[trend["level"] == level].sort_values("year"))
        thick = 2.0 if level == own else 1.3
        for a, b in pairwise(rows):
            years, values = (np.linspace(float(a[k]), float(b[k]), 12) for k in ("year", "estimate"))
            ax.plot(years[[0, -1]], values[[0, -1]], color=look.edge, linewidth=thick,
                    linestyle=DOTTED if b["break"] else "-", zorder=2.5)  # fmt: skip
            points += list(zip(years.tolist(), values.tolist(), strict=True))
        for row in rows:
            if not pd.isna(row["ci_low"]):
                ax.plot(
                    [row["year"]] * 2,
                    [row["ci_low"], row["ci_high"]],
                    color=look.edge,
                    linewidth=1.2,
                    zorder=2.6,
                )
                points += [(row["year"], y) for y in np.linspace(row["ci_low"], row["ci_high"], 24)]
            ax.plot([row["year"]], [row["estimate"]], marker=look.marker, markersize=7 if level == own else 5.5,
                    markeredgecolor=look.edge, markerfacecolor=look.color if row["reliable"] else PAPER,
                    linestyle="none", zorder=3)  # fmt: skip
            points += [(row["year"], row["estimate"])] * 3
    return points


def _labels(
    inputs: Inputs,
    ax: Axes,
    size: tuple[float, float],
    trend: pd.DataFrame,
    fan: pd.DataFrame,
    goals: pd.DataFrame,
    points: list[tuple[float, float]],
    looks: dict[str, Mark],
) -> None:
    """Label the latest value of every level and the last median without covering other elements."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()

    def inch(x: float, y: float) -> tuple[float, float]:
        return (x - x0) / (x1 - x0) * size[0], (y - y0) / (y1 - y0) * size[1]

    wanted: list[tuple[float, float, str, str]] = []
    ordered = trend.dropna(subset=["estimate"]).sort_values("year")
    for row in records(ordered.groupby("level", sort=False).tail(1)):
        wanted.append((row["year"], row["estimate"], percent(row["estimate"]), looks[row["level"]].edge))
    last = _end(trend, fan)
    if last is not None:
        x = last["year"] + BESIDE / size[0] * (x1 - x0) + (0.25 if len(fan) == 1 else 0.0)
        note(ax, x, last["median"], percent(last["median"]), SMALL, INK, ha="left", va="center", zorder=6)
    if len(fan):
        points = points + [(x, float(y)) for x, y in zip(fan["year"], fan["median"], strict=True)]
        edges = fan.dropna(subset=["low_95", "high_95"])
        for x, low, high in edges[["year", "low_95", "high_95"]].itertuples(index=False, name=None):
            points = points + [(x, float(y)) for y in np.linspace(low, high, 5)]
    for goal in records(goals):  # the goal's mark
        points = points + [(goal["year"], goal["value"])] * 3
    tags = [Tag(*inch(x, y), width(text, SMALL), SMALL * LINE * 0.9) for x, y, text, _ in wanted]
    boxes = place(tags, [inch(x, y) for x, y in points], (0.0, 0.0, *size))
    for (_, _, text, color), box in zip(wanted, boxes, strict=True):
        x = x0 + (box[0] + box[2]) / 2 / size[0] * (x1 - x0)
        y = y0 + (box[1] + box[3]) / 2 / size[1] * (y1 - y0)
        note(ax, x, y, text, SMALL, color, ha="center", va="center", zorder=6)


def _row(
    starts: dict[bool, float], others: list[float], first: bool, room: tuple[float, float], line: float
) -> tuple[float, bool]:
    """Return a height for a label that is clear of other labels, and whether it lies above the marks.

    The side ``first`` (True: above) is preferred; the other side is used if there is no space.
    """
    for up in (first, not first):
        y = min(max(starts[up], room[0]), room[1])
        while any(abs(y - c) < line * (1 - 1e-9) for c in others):
            y += line if up else -line
        if room[0] <= y <= room[1]:
            return y, up
    return min(max(starts[first], room[0]), room[1]), first


def _name_goals(
    inputs: Inputs,
    ax: Axes,
    size: tuple[float, float],
    trend: pd.DataFrame,
    fan: pd.DataFrame,
    goals: pd.DataFrame,
) -> list[tuple[float, float]]:
    """Label each goal below everything drawn around its year, with a thin line to its mark.

    If a year has several goals, the higher ones are labelled above. Returns points sampled along what was drawn, in
    data coordinates.
    """
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    line = SMALL * LINE / size[1] * (y1 - y0)
    taken: list[tuple[float, float, float]] = []
    lowest = goals.groupby("year")["value"].min().to_dict() if len(goals) else {}
    points: list[tuple[float, float]] = []
    for goal in sorted(records(goals), key=lambda g: (g["year"], g["value"])):
        text = goal_text(inputs, goal)
        wide = width(text, SMALL) / size[0] * (x1 - x0)
        middle = min(max(goal["year"], x0 + wide / 2), x1 - wide / 2)
        left, right = middle - wide / 2, middle + wide / 2
        air = 0.06 / size[0] * (x1 - x0)
        near = trend[(trend["year"] >= left - air) & (trend["year"] <= right + air)]
        band = fan[(fan["year"] >= left - 1) & (fan["year"] <= right + 1)] if len(fan) else fan
        tops = [goal["value"], *near["estimate"].dropna(), *near["ci_high"].dropna()]
        lows = [goal["value"], *near["estimate"].dropna(), *near["ci_low"].dropna()]
        if len(fan):
            tops, lows = [*tops, *band["high_95"].dropna()], [*lows, *band["low_95"].dropna()]
        starts = {True: max(tops) + 1.1 * line, False: min(lows) - 1.1 * line}
        others = [c for a, b, c in taken if a < right and left < b]
        first = goal["value"] > lowest[goal["year"]]
        y, up = _row(starts, others, first, (y0 + 0.6 * line, y1 - 0.6 * line), 1.1 * line)
        taken.append((left, right, y))
        foot = y - 0.5 * line if up else y + 0.5 * line
        ax.plot([goal["year"]] * 2, [foot, goal["value"]], color=GOAL, linewidth=0.7, zorder=4)
        note(ax, middle, y, text, SMALL, GOAL, ha="center", va="center", zorder=6)
        points += [(goal["year"], float(v)) for v in np.linspace(foot, goal["value"], 16)]
        points += [(float(x), y + d * line) for x in np.linspace(left, right, 24) for d in (-0.3, 0.0, 0.3)]
    return points
