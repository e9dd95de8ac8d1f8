"""Write the item report, with one picture per item, as a self-contained HTML page or workbook."""

from __future__ import annotations

import datetime
import html
import io
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import pandas as pd

from literacy._display import format_document, format_html
from literacy._texts import show_controls
from literacy.messages import tell
from literacy.report.charts.item_panels import draw_lines
from literacy.report.figures.figure_page import settings, tick
from literacy.report.figures.palette import PAPER

WIDE, TALL = 1.9, 0.95
"""Width and height of a picture in inches."""
DPI = 150
ROW = 72.0
"""Height in points of a workbook row that holds a picture."""
LINE = 15.0
"""Height in points of a line of text in a workbook."""
FONT = {"zh": "微软雅黑", "en": "Arial"}
STYLE = (
    "td{vertical-align:middle}td.p,th.p{padding:.1rem .4rem}td.p img{display:block;width:11.4rem;height:5.7rem}"
    "body{max-width:none}table{font-variant-numeric:tabular-nums}tr:nth-child(even) td{background:#f7f7f7}"
    "thead th{position:sticky;top:0;background:#fff}@media print{tr{break-inside:avoid}thead{display:table-header-group}}"
)


def draw_item(curves: pd.DataFrame) -> bytes:
    """Return a small PNG of the shares of an item's options by band of the score on the other items.

    The same data give the same bytes.
    """
    from matplotlib.figure import Figure

    part = curves.assign(option=curves["option"].map(lambda v: f"{v:g}" if isinstance(v, float) else str(v)))
    bands = sorted(set(part["band"]))
    out = io.BytesIO()
    with settings():
        figure = Figure(figsize=(WIDE, TALL), dpi=DPI, facecolor=PAPER)
        ax = figure.add_axes((0.17, 0.20, 0.80, 0.74))
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        draw_lines(ax, part, bands)
        tick(ax, "x", bands, [f"{b:g}" for b in bands], grid=False)
        tick(ax, "y", [0.0, 0.5, 1.0], ["0%", "50%", "100%"])
        figure.savefig(out, format="png", metadata={"Software": "literacy"})
    return out.getvalue()


def explain_picture() -> str:
    """Return the note that explains the pictures."""
    return tell(
        "picture: share of respondents choosing each option, by fifths of the score on the other items (1 lowest); "
        "the thick line is the key"
    )


def _pictures(items: Sequence[Any], curves: pd.DataFrame) -> list[bytes]:
    """Return one picture per row: empty for all but the first row of an item, and for items without curves."""
    out, seen = [], set()
    for item in items:
        part = curves[curves["item"] == item]
        out.append(b"" if item in seen or not len(part) else draw_item(part))
        seen.add(item)
    return out


def write_item_page(
    table: pd.DataFrame,
    items: Sequence[Any],
    curves: pd.DataFrame,
    heading: str,
    notes: Sequence[str],
    lang: str,
) -> str:
    """Return the item report as an HTML page, with pictures in the first column.

    *table* is the table as displayed, and *items* gives the item of each of its rows.
    """
    made = _pictures(items, curves)
    body = format_html(table, len(table) + 1)
    head, rows = body.split("<tbody>")
    head = head.replace("<tr>", f'<tr><th class="p">{html.escape(tell("picture"))}</th>', 1)
    cells = []
    for item, picture in zip(items, made, strict=True):
        shown = ""
        if picture:
            alt = html.escape(tell("{}: share of each option by score", item), quote=True)
            shown = f'<img alt="{alt}" src="data:image/png;base64,{b64encode(picture).decode("ascii")}">'
        cells.append(f'<td class="p">{shown}</td>')
    lines = rows.split("<tr>")
    assert len(lines) == len(cells) + 1
    joined = lines[0] + "".join(f"<tr>{c}{line}" for c, line in zip(cells, lines[1:], strict=True))
    remarks = "".join(f"<li>{html.escape(show_controls(n))}</li>" for n in [explain_picture(), *notes])
    title = html.escape(show_controls(heading))
    page = f'<h1>{title}</h1><ul class="note">{remarks}</ul>{head}<tbody>{joined}'
    long = [k for k, c in enumerate(table.columns, 2) if c == tell("question")]
    wide = "".join(f"td:nth-child({k}){{min-width:15rem;white-space:normal}}" for k in long)
    return format_document(heading, page, lang, STYLE + wide)


def _lines(text: str, width: int) -> int:
    """Return the lines a text takes in a column of *width* characters; Chinese ones are two wide."""
    wide = sum(1 + (east_asian_width(c) in "WF") for c in text)
    return -(-wide // max(width - 2, 1))


def write_item_workbook(
    table: pd.DataFrame,
    items: Sequence[Any],
    curves: pd.DataFrame,
    heading: str,
    notes: Sequence[str],
    lang: str,
) -> bytes:
    """Return the item report as the bytes of a workbook: a sheet with pictures in the last column, and one of notes."""
    import xlsxwriter

    out = io.BytesIO()
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, plain)
    book.set_properties({"title": heading[:250], "created": datetime.datetime(1980, 1, 1)})
    style = {"font_name": FONT[lang], "valign": "vcenter", "text_wrap": True}
    text, head = book.add_format(style), book.add_format({**style, "bold": True, "bottom": 1})
    whole, part = (
        book.add_format({**style, "num_format": "#,##0"}),
        book.add_format({**style, "num_format": "0.000"}),
    )
    sheet = book.add_worksheet(tell("items"))
    widths = []
    for j, name in enumerate(table.columns):
        sheet.write_string(0, j, show_controls(str(name)), head)
        texts = table[name].dtype.kind not in "iufb" and table[name].astype("str").str.len().max() > 12
        widths.append(34 if texts else 11)
        sheet.set_column(j, j, widths[-1])
    last = table.shape[1]
    cells = table.astype(object).where(table.notna(), "")
    sheet.write_string(0, last, tell("picture"), head)
    sheet.set_column(last, last, 31)
    for i, (row, picture) in enumerate(
        zip(cells.itertuples(index=False), _pictures(items, curves), strict=True), 1
    ):
        lines = max((_lines(str(v), wide) for v, wide in zip(row, widths, strict=True)), default=1)
        sheet.set_row(i, max(ROW if picture else 18.0, LINE * lines + 4))
        for j, value in enumerate(row):
            if isinstance(value, bool | np.bool_) or not isinstance(
                value, int | float | np.integer | np.floating
            ):
                sheet.write_string(i, j, show_controls(str(value)), text)
            elif np.isfinite(value):
                sheet.write_number(
                    i, j, float(value), whole if float(value).is_integer() and value > 1 else part
                )
            else:
                sheet.write_blank(i, j, None, text)
        if picture:
            alt = tell("{}: share of each option by score", items[i - 1])
            place = {"x_scale": 0.72, "y_scale": 0.72, "x_offset": 2, "y_offset": 2, "object_position": 1,
                     "description": alt}  # fmt: skip
            sheet.insert_image(i, last, f"{i}.png", {"image_data": io.BytesIO(picture), **place})
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    remarks = book.add_worksheet(tell("notes"))
    remarks.set_column(0, 0, 120)
    for i, note in enumerate([heading, explain_picture(), *notes]):
        remarks.write_string(i, 0, show_controls(note)[:32_000], text)
    book.close()
    return out.getvalue()
