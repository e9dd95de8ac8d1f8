"""Scoreboard of the plan on one page: every action, project and task with its value, change, goal and status."""

from __future__ import annotations

from typing import Any

import pandas as pd

from literacy.errors import option
from literacy.report.figures.figure_page import LINE, SMALL, TICK, Key, Page
from literacy.report.figures.figure_terms import number, percent, plain_percent, signed
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import INK, MUTED, RULE, STATUS
from literacy.report.figures.sheet import open_page, subtitle
from literacy.report.figures.typeface import widest, width, wrap
from literacy.report.tables.contract import STATUSES

NAME = "scoreboard"
HEAD = 0.26
PAGE = 9.05  # maximum height in inches of a body that fits on one A4 page
LEADING = 1.1 / 72  # line height within a row, inches per point
UNDER = 0.88  # font size of the indicator's line relative to the task's
SCALES = (1.0, 0.95, 0.9, 0.86, 0.84, 0.82, 0.8, 0.78, 0.76)
PARENTS = ("plan", "action", "project", "organisation")


def draw_scoreboard(inputs: Inputs) -> Page:
    """Draw rows in table order, with actions and projects above their tasks.

    The status is shown both by the shape of a marker and in words.
    """
    rows = records(inputs[NAME])
    for row in rows:
        option(f"scoreboard.csv:status of {row['code']}", row["status"], STATUSES, "report.input")
    fields = [_value, _change, _goal]
    names = ["value", "change", "goal"]
    if any(pd.notna(r.get("since")) for r in rows):
        fields.insert(2, _since)
        names.insert(2, "since")
    columns = [[f(inputs, r) for r in rows] for f in fields]
    heads = [inputs.say(f"board.{k}") for k in names]
    words = [inputs.say(f"status.{s}") for s in STATUSES]
    measured = [_measured(inputs, r) for r in rows]
    for k in SCALES:
        small = SMALL * k
        widths = [max(widest(c, small), width(h, small)) + 0.14 for c, h in zip(columns, heads, strict=True)]
        status = max(widest(words, small), width(inputs.say("status"), small)) + 0.42
        code = widest([r["code"] for r in rows], small) + 0.10
        room = 7.2 - 0.44 - sum(widths) - status - code - 0.1
        for most in (2, 1):
            lines = [wrap(r[inputs.lang] or r["zh"], room, _size(r) * k, most) for r in rows]
            under = [wrap(m, room, SMALL * UNDER * k, most) if m else [] for m in measured]
            talls = [_tall(r, t, u, k) for r, t, u in zip(rows, lines, under, strict=True)]
            if sum(talls) + HEAD <= PAGE:
                break
        if sum(talls) + HEAD <= PAGE and not any(t[-1].endswith("…") for t in (*lines, *under) if t):
            break
    tall = sum(talls) + HEAD
    cut = [inputs.say("board.lead")]
    cut += [inputs.say("board.short")] if any(t[-1].endswith("…") for t in (*lines, *under) if t) else []
    counts = {s: sum(r["status"] == s and r["kind"] not in PARENTS for r in rows) for s in STATUSES}
    keys = [
        Key(
            inputs.say("board.count", status=inputs.say(f"status.{s}"), count=counts[s]),
            STATUS[s].edge,
            STATUS[s].marker,
            STATUS[s].color,
        )
        for s in STATUSES
    ]
    page = open_page(inputs, NAME, (NAME,), tall, keys, subtitle(inputs, NAME), cut)
    edges = [page.wide - status - sum(widths[i + 1 :]) for i in range(len(heads))]
    for text, x in zip(heads, edges, strict=True):
        page.text(x, tall - 0.12, text, small, MUTED, ha="right")
    page.text(page.wide - status + 0.34, tall - 0.12, inputs.say("status"), small, MUTED)
    page.text(code, tall - 0.12, inputs.say("board.task"), small, MUTED)
    page.rule(tall - 0.23, color=MUTED)
    y = tall - HEAD
    for row, name, below, height, cells in zip(
        rows, lines, under, talls, zip(*columns, strict=True), strict=True
    ):
        middle = y - height / 2
        parent = row["kind"] in PARENTS
        if parent and row is not rows[0]:
            page.rule(y, color=RULE)
        blocks = [(t, _size(row) * k, INK) for t in name] + [(t, SMALL * UNDER * k, MUTED) for t in below]
        at = middle + sum(size for _, size, _ in blocks) * LEADING / 2
        for text, size, color in blocks:
            page.text(code, at - size * LEADING / 2, text, size, color)
            at -= size * LEADING
        y -= height
        page.text(0, middle, row["code"], small, INK if parent else MUTED)
        silent = parent and set(cells) == {"–"}
        for cell, x in zip(() if silent else cells, edges, strict=False):
            page.text(x, middle, cell, small, ha="right")
        look = STATUS[row["status"]]
        page.mark(page.wide - status + 0.23, middle, look.marker, look.edge, look.color, 6.5 * k)
        page.text(page.wide - status + 0.34, middle, inputs.say(f"status.{row['status']}"), small)
    return page


def _measured(inputs: Inputs, row: dict[str, Any]) -> str:
    """Return the indicator shown in the row, with its unit; empty if the table names no indicator."""
    name = str(row.get(f"indicator_{inputs.lang}") or row.get("indicator_zh") or "")
    if not name:
        return ""
    unit = str(row["unit"] or "")
    if unit in ("share", "%"):
        unit = "%"
    elif inputs.lang == "zh":
        unit = str(row.get("unit_zh") or unit)
    return inputs.say("board.unit", name=name, unit=unit) if unit else name


def _size(row: dict[str, Any]) -> float:
    return TICK if row["kind"] in PARENTS else SMALL


def _tall(row: dict[str, Any], lines: list[str], under: list[str], k: float) -> float:
    parent = row["kind"] in PARENTS
    if not under:
        return _size(row) * k * LINE * len(lines) + (0.10 if parent else 0.03)
    text = _size(row) * len(lines) + SMALL * UNDER * len(under)
    return text * k * LEADING + (0.035 if parent else 0.015)


def _amount(value: float, unit: str) -> str:
    if pd.isna(value):
        return "–"
    if unit in ("share", "%"):
        return plain_percent(round(value, 3))
    return number(value, 0 if float(value).is_integer() else 1)


def _value(inputs: Inputs, row: dict[str, Any]) -> str:
    share = row["unit"] in ("share", "%") and not pd.isna(row["value"])
    text = percent(row["value"]) if share else _amount(row["value"], row["unit"])
    if pd.isna(row["ci_low"]) or text == "–":
        return text
    factor = 100 if row["unit"] in ("share", "%") else 1
    return inputs.say(
        "range", estimate=text, low=number(factor * row["ci_low"]), high=number(factor * row["ci_high"])
    )


def _change(inputs: Inputs, row: dict[str, Any]) -> str:
    return _moved(inputs, row["change"], row["unit"])


def _since(inputs: Inputs, row: dict[str, Any]) -> str:
    text = _moved(inputs, row["since"], row["unit"])
    return text if text == "–" else inputs.say("board.from", value=text, year=row["start_year"])


def _moved(inputs: Inputs, value: float, unit: str) -> str:
    if pd.isna(value):
        return "–"
    if unit in ("share", "%"):
        return inputs.say("board.points", value=signed(100 * value))
    return signed(value, 0 if float(value).is_integer() else 1)


def _goal(inputs: Inputs, row: dict[str, Any]) -> str:
    if pd.isna(row["goal"]):
        return "–"
    return (">" if row["strict"] else "≥") + _amount(row["goal"], row["unit"])
