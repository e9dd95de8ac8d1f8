"""Item difficulty: share of correct answers per item, from easiest to hardest, with markers by dimension."""

from __future__ import annotations

from literacy.report.figures.figure_page import LINE, SMALL, TICK, Key, Page, tick
from literacy.report.figures.figure_terms import percent
from literacy.report.figures.inputs import Inputs, records
from literacy.report.figures.palette import MUTED, Mark, mark
from literacy.report.figures.scale import ticks
from literacy.report.figures.sheet import dot, open_page, subtitle
from literacy.report.figures.typeface import widest, wrap

NAME, BELOW, LABEL_WIDE = "items", 0.26, 3.6
CROWD = 25  # number of items above which each label is limited to one line
PLAIN = Mark(MUTED, "o", "", MUTED)


def draw_items(inputs: Inputs) -> Page:
    """Draw one row per item, sorted by decreasing share correct; ties keep the order of the table."""
    table = inputs[NAME].sort_values("estimate", ascending=False, kind="stable", na_position="last")
    rows = records(table)
    dimensions = inputs.order("dimension", [d for d in inputs[NAME]["dimension"] if d])
    looks = {d: mark(i) for i, d in enumerate(dimensions)}
    keys = [Key(inputs.label("dimension", d), m.edge, m.marker, m.color) for d, m in looks.items()]
    names = [r["item"] for r in rows]
    labels = [str(r[inputs.lang] or "") for r in rows]
    code = widest(names, SMALL) + 0.1
    left = min(LABEL_WIDE, code + widest(labels, SMALL)) + 0.12
    lines = [wrap(t, left - code - 0.06, SMALL, 1 if len(rows) > CROWD else 2) if t else [] for t in labels]
    talls = [0.04 + SMALL * LINE * max(1, len(t)) for t in lines]
    cut = any(t and t[-1].endswith("…") for t in lines)
    tall = sum(talls)
    extra = [inputs.say("items.short")] if cut else []
    head = subtitle(inputs, NAME)
    page = open_page(inputs, NAME, (NAME,), tall + BELOW + 0.05, keys, head, extra)
    wide = page.wide - left - widest(["100.0%"], TICK) - 0.12
    ax = page.axes(left, BELOW, wide, tall)
    ax.set_xlim(0, 1)
    ax.set_ylim(tall, 0)
    at = ticks(0, 1)
    tick(ax, "x", at, [percent(v, 0) for v in at])
    end = 0.0
    for row, text, height in zip(rows, lines, talls, strict=True):
        y = end + height / 2
        end += height
        dot(ax, row, y, looks.get(row["dimension"], PLAIN), size=5.0)
        page.text(0, BELOW + tall - y, row["item"], SMALL, MUTED)
        page.lines(code, BELOW + tall - y, text, SMALL)
        value = "–" if row["estimate"] != row["estimate"] else percent(row["estimate"])
        page.text(page.wide, BELOW + tall - y, value, SMALL, ha="right")
    return page
