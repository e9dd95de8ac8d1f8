"""The plan on one page: every action, project and task with its value, change, goal and status."""

from __future__ import annotations

from typing import Any

import pandas as pd

from literacy.errors import option
from literacy.report.contract import STATUSES
from literacy.report.inputs import Inputs, records
from literacy.report.page import LINE, SMALL, TICK, Key, Page
from literacy.report.palette import INK, MUTED, RULE, STATUS
from literacy.report.sheet import open_page, subtitle
from literacy.report.typeface import widest, width, wrap
from literacy.report.words import number, percent, plain_percent, signed

NAME = "scoreboard"
HEAD = 0.26
PAGE = 9.6  # inches of body that still go on one A4 page
PARENTS = ("plan", "action", "project", "organisation")


def draw_scoreboard(inputs: Inputs) -> Page:
    """Rows in the order of the table; actions and projects head their tasks; shape and word carry the status."""
    rows = records(inputs[NAME])
    for row in rows:
        option(f"scoreboard.csv:status of {row['code']}", row["status"], STATUSES, "report.input")
    values, changes, goals = ([f(inputs, r) for r in rows] for f in (_value, _change, _goal))
    heads = [inputs.say(f"board.{k}") for k in ("value", "change", "goal")]
    widths = [
        max(widest(c, SMALL), width(h, SMALL)) + 0.14
        for c, h in zip((values, changes, goals), heads, strict=True)
    ]
    words = [inputs.say(f"status.{s}") for s in STATUSES]
    status = max(widest(words, SMALL), width(inputs.say("status"), SMALL)) + 0.42
    code = widest([r["code"] for r in rows], SMALL) + 0.10
    room = 7.2 - 0.44 - sum(widths) - status - code - 0.1
    for most in (2, 1):
        lines = [wrap(r[inputs.lang] or r["zh"], room, _size(r), most) for r in rows]
        talls = [_tall(r, t) for r, t in zip(rows, lines, strict=True)]
        if sum(talls) + HEAD <= PAGE:
            break
    tall = sum(talls) + HEAD
    cut = [inputs.say("board.lead")]
    cut += [inputs.say("board.short")] if any(t[-1].endswith("…") for t in lines) else []
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
    edges = [page.wide - status - sum(widths[i + 1 :]) for i in range(3)]
    for text, x in zip(heads, edges, strict=True):
        page.text(x, tall - 0.12, text, SMALL, MUTED, ha="right")
    page.text(page.wide - status + 0.34, tall - 0.12, inputs.say("status"), SMALL, MUTED)
    page.text(code, tall - 0.12, inputs.say("board.task"), SMALL, MUTED)
    page.rule(tall - 0.23, color=MUTED)
    y = tall - HEAD
    for row, name, height, cells in zip(
        rows, lines, talls, zip(values, changes, goals, strict=True), strict=True
    ):
        middle = y - height / 2
        y -= height
        parent = row["kind"] in PARENTS
        if parent and row is not rows[0]:
            page.rule(y + height, color=RULE)
        page.text(0, middle, row["code"], SMALL, INK if parent else MUTED)
        page.lines(code, middle, name, _size(row), INK)
        silent = parent and set(cells) == {"–"}
        for cell, x in zip(() if silent else cells, edges, strict=False):
            page.text(x, middle, cell, SMALL, ha="right")
        look = STATUS[row["status"]]
        page.mark(page.wide - status + 0.23, middle, look.marker, look.edge, look.color, 6.5)
        page.text(page.wide - status + 0.34, middle, inputs.say(f"status.{row['status']}"), SMALL)
    return page


def _size(row: dict[str, Any]) -> float:
    return TICK if row["kind"] in PARENTS else SMALL


def _tall(row: dict[str, Any], lines: list[str]) -> float:
    return _size(row) * LINE * len(lines) + (0.10 if row["kind"] in PARENTS else 0.03)


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
    if pd.isna(row["change"]):
        return "–"
    if row["unit"] in ("share", "%"):
        return inputs.say("board.points", value=signed(100 * row["change"]))
    return signed(row["change"], 0 if float(row["change"]).is_integer() else 1)


def _goal(inputs: Inputs, row: dict[str, Any]) -> str:
    if pd.isna(row["goal"]):
        return "–"
    return (">" if row["strict"] else "≥") + _amount(row["goal"], row["unit"])
