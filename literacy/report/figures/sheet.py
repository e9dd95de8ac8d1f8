"""Common construction of chart pages: heading, legend and footers from the input tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from literacy.report.figures.figure_page import SMALL, Key, Page, tick, turn_in
from literacy.report.figures.figure_terms import number, percent, plain_percent
from literacy.report.figures.footers import footer_lines, interval_name, is_synthetic
from literacy.report.figures.inputs import Inputs
from literacy.report.figures.palette import PAPER, Mark
from literacy.report.figures.typeface import wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS, PANEL, GAP, HEAD, LEFT = 5, 1.0, 0.12, 0.20, 0.45
BLOCK = PANEL + HEAD + 0.24
"""Height in inches of a row of panels."""


def panel_rows(items: Sequence[str]) -> int:
    """Return the number of panel rows needed for the items."""
    return -(-len(items) // COLUMNS)


def open_panels(page: Page, items: Sequence[str], below: float) -> Iterator[tuple[str, Axes]]:
    """Yield each item with the axes of a small panel, titled with its name, whose vertical axis shows shares.

    The caller sets the horizontal axis and draws. ``below`` is the space under the lowest row, in inches. Only the
    first panel of a row has tick labels on the vertical axis.
    """
    wide = (page.wide - LEFT - GAP * (COLUMNS - 1)) / COLUMNS
    for i, item in enumerate(items):
        x = LEFT + (i % COLUMNS) * (wide + GAP)
        y = below + BLOCK * (panel_rows(items) - 1 - i // COLUMNS) + 0.24
        ax = page.axes(x, y, wide, PANEL)
        ax.set_ylim(0, 1)
        yield item, ax
        at = [0.0, 0.5, 1.0]
        tick(ax, "y", at, [percent(v, 0) for v in at] if i % COLUMNS == 0 else ["", "", ""])
        turn_in(ax)
        page.text(x, y + PANEL + 0.09, wrap(str(item), wide, SMALL, 1)[0], SMALL)


def open_page(
    inputs: Inputs,
    name: str,
    tables: tuple[str, ...],
    body: float,
    keys: Sequence[Key] = (),
    subtitle: str = "",
    extra: Sequence[str] = (),
    title: str = "",
) -> Page:
    """Create the page of figure ``name``, with footers based on ``tables`` (the main table first)."""
    main = inputs[tables[0]]
    keys = list(keys)
    if "reliable" in main and not main["reliable"].all():
        keys.append(Key(inputs.say("unreliable"), marker="o", fill=PAPER))
    badge = inputs.say("synthetic") if is_synthetic(inputs, tables) else ""
    return Page(
        title or inputs.title(name), subtitle, body, keys, footer_lines(inputs, tables, list(extra)), badge
    )


def waves_of(table: pd.DataFrame) -> list[str]:
    """Return the waves of a table, latest first, sorted as text (years of four digits thus sort correctly)."""
    return sorted(set(table["wave"]), reverse=True) if "wave" in table else [""]


def subtitle(inputs: Inputs, table: str, *more: str) -> str:
    """Return the subtitle: the waves, any further notes, and the name of the intervals."""
    frame = inputs[table]
    waves = [inputs.label("wave", w) for w in reversed(waves_of(frame)) if w]
    has = "ci_low" in frame and bool(frame["ci_low"].notna().any())
    parts = [inputs.say("list").join(waves), *more, interval_name(inputs, table) if has else ""]
    return inputs.say("middle").join(p for p in parts if p)


def dot(ax: Axes, row: Mapping[str, Any] | pd.Series[Any], y: float, look: Mark, size: float = 6.5) -> None:
    """Draw an estimate as a marker at height ``y``, with its interval; hollow if it is not reliable."""
    if pd.isna(row["estimate"]):
        return
    if not pd.isna(row["ci_low"]):
        low, high = ax.get_xlim()
        ends = [max(row["ci_low"], low), min(row["ci_high"], high)]
        ax.plot(ends, [y, y], color=look.edge, linewidth=1.7, solid_capstyle="butt", clip_on=False)
    ax.plot([row["estimate"]], [y], marker=look.marker, markersize=size, markeredgecolor=look.edge,
            markeredgewidth=1.2, markerfacecolor=look.color if row["reliable"] else PAPER, linestyle="none",
            clip_on=False, zorder=3)  # fmt: skip


def spelled(inputs: Inputs, row: Mapping[str, Any], unit: str, digits: int = 1) -> str:
    """Return an estimate with its interval as text; ``unit`` is ``share`` or ``number``."""
    if pd.isna(row["estimate"]):
        return "–"
    text = percent(row["estimate"], digits) if unit == "share" else number(row["estimate"], digits)
    if pd.isna(row["ci_low"]):
        return text
    factor = 100.0 if unit == "share" else 1.0
    low, high = (number(row[k] * factor, digits) for k in ("ci_low", "ci_high"))
    return inputs.say("range", estimate=text, low=low, high=high)


def goal_text(inputs: Inputs, row: Mapping[str, Any]) -> str:
    """Return a goal as text: place, year, the sign > (strict) or ≥, and the percentage."""
    label, year = str(row[f"label_{inputs.lang}"] or ""), f"{row['year']:.0f}"
    label = label or (inputs.label("area", row["area"]) if row["area"] else "")
    if inputs.say("goal") not in label:
        label = inputs.say("goal.named" if label else "goal.plain", label=label, year=year)
    key = "goal.over" if row["strict"] else "goal.at_least"
    return inputs.say(key, label=label, value=plain_percent(row["value"]))
