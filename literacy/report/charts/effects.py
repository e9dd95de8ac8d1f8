"""Coefficient plot: association of each term with the outcome, adjusted for the other terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from literacy.errors import LiteracyError, option
from literacy.report.figures.figure_page import LABEL, LINE, TICK, Page, tick
from literacy.report.figures.figure_terms import number, signed
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import INK, MARKS, MUTED, RULE
from literacy.report.figures.scale import digits, span, ticks
from literacy.report.figures.sheet import dot, open_page, spelled, subtitle
from literacy.report.figures.typeface import widest, width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME, ROW, HEAD, BELOW = "coefficients", 0.27, 0.30, 0.44
SCALES = ("link", "odds_ratio", "rate_ratio", "points")
RATIOS = ("odds_ratio", "rate_ratio")
_AXIS = {
    "link": "coefficient.axis",
    "odds_ratio": "coefficient.odds_ratio",
    "rate_ratio": "coefficient.rate_ratio",
    "points": "coefficient.points",
}


def draw_coefficients(inputs: Inputs) -> Page:
    """Draw one row per term, with models stacked vertically; the vertical line marks no difference."""
    table, scale = _scaled(inputs[NAME])
    models = list(dict.fromkeys(table["model"]))
    labels = inputs.row_labels(table, "term", "term")
    left = min(2.6, max(0.8, widest(labels, LABEL))) + 0.12
    rows, end = [], 0.0
    for model in models:
        end += HEAD if model or len(models) > 1 else 0.0
        for row, label in zip(records(table), labels, strict=True):
            if row["model"] == model:
                lines = wrap(label, left - 0.1, LABEL, 3)
                tall = max(ROW, len(lines) * LABEL * LINE + 0.06)
                rows.append({**row, "lines": lines, "y": end + tall / 2})
                end += tall
    reference = inputs.say("coefficient.reference")
    values = [reference if r["reference"] else _value(inputs, r, scale) for r in rows]
    page = open_page(inputs, NAME, (NAME,), end + BELOW + 0.05, (), subtitle(inputs, NAME))
    wide = page.wide - left - widest(values, TICK) - 0.2
    ax = page.axes(left, BELOW, wide, end)
    _limits(ax, table, scale)
    ax.set_ylim(end, 0)
    ax.axvline(1.0 if scale in RATIOS else 0.0, color=INK, linewidth=0.9, zorder=1)
    page.text(left + wide / 2, 0.10, inputs.say(_AXIS[scale]), TICK, MUTED, ha="center")
    for row, value in zip(rows, values, strict=True):
        y = BELOW + end - row["y"]
        page.lines(0, y, row["lines"], LABEL, MUTED if row["reference"] else INK)
        page.text(page.wide, y, value, TICK, MUTED if row["reference"] else INK, ha="right")
        if row["reference"]:
            at = 1.0 if scale in RATIOS else 0.0
            ax.plot([at], [row["y"]], marker="|", markersize=9, color=MUTED, zorder=3)
        else:
            dot(ax, row, row["y"], MARKS[0], size=6.0)
    for model in [m for m in models if m]:
        first = min(r["y"] for r in rows if r["model"] == model)
        page.text(0, BELOW + end - first + HEAD * 0.85, inputs.label("model", model), LABEL, MUTED)
        page.rule(
            BELOW + end - first + HEAD * 0.85 - 0.12,
            width(inputs.label("model", model), LABEL) + 0.1,
            left,
            RULE,
        )
    return page


def _scaled(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the table in the units of the axis, and the single scale of its terms."""
    scales = set(table["scale"]) - {""} or {"link"}
    if len(scales) > 1:
        raise LiteracyError(
            "report.input", where="coefficients.csv:scale", what=f"several scales: {', '.join(sorted(scales))}",
            fix="give all terms on the same scale, or one table per scale",
        )  # fmt: skip
    scale = scales.pop()
    option("coefficients.csv:scale", scale, SCALES, "report.input")
    out, numbers = table.copy(), ["estimate", "ci_low", "ci_high"]
    kept = ~out["reference"]
    if scale in RATIOS and (out.loc[kept, numbers] <= 0).any(axis=None):
        raise LiteracyError(
            "report.input", where="coefficients.csv:estimate", what="a ratio is zero or below",
            fix="give ratios, or set scale to link",
        )  # fmt: skip
    if scale == "points":
        out[numbers] = 100 * out[numbers]
    return out, scale


def _value(inputs: Inputs, row: dict[str, Any], scale: str) -> str:
    places = 1 if scale == "points" else 2
    if scale in RATIOS or pd.isna(row["estimate"]) or pd.isna(row["ci_low"]):
        return spelled(inputs, row, "number", places)
    low, high = signed(row["ci_low"], places), signed(row["ci_high"], places)
    joined = inputs.say("range", estimate=signed(row["estimate"], places), low=low, high=high)
    return joined.replace("–", inputs.say("to"))


def _limits(ax: Axes, table: pd.DataFrame, scale: str) -> None:
    columns = [table.loc[~table["reference"], c] for c in ("estimate", "ci_low", "ci_high")]
    if scale not in RATIOS:
        low, high = span(*columns)
        at = ticks(low, high)
        ax.set_xlim(low, high)
        tick(ax, "x", at, [number(v, digits(at)) for v in at])
        return
    low, high = span(*(c.map(math.log) for c in columns))
    ax.set_xscale("log")
    ax.minorticks_off()
    ax.set_xlim(math.exp(low), math.exp(high))
    rungs = [m * 10.0**e for e in range(-4, 5) for m in (1, 2, 5)]
    at = [v for v in rungs if math.exp(low) <= v <= math.exp(high)]
    at = at if len(at) <= 8 else [v for v in at if math.isclose(math.log10(v) % 1, 0, abs_tol=1e-9)]
    tick(ax, "x", at, [f"{v:g}" for v in at])
