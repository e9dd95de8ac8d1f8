"""Tables for readers, as CSV or HTML: headings in Chinese or English, percentages, marks of unreliable numbers."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from literacy._display import Printable
from literacy._readable import readable
from literacy._texts import disarm, show_line
from literacy.errors import LiteracyError, option
from literacy.files import encode_csv
from literacy.messages import tell
from literacy.report.figures.figure import write_bytes
from literacy.report.figures.figure_terms import LANGUAGES


def write_table(
    result: object,
    path: str | Path,
    lang: str = "zh",
    *,
    unit: str | None = None,
    title: str = "",
    notes: Sequence[str] = (),
    labels: pd.DataFrame | None = None,
) -> Path:
    """Write a table for readers, with shares converted to percentages.

    Parameters
    ----------
    result : DataFrame or object with ``to_frame``
        Table with the standard column names; shares between 0 and 1.
    path : str or Path
        ``.csv`` (UTF-8 with byte order mark, which Excel needs for Chinese) or ``.html``.
    lang : str
        ``zh`` or ``en``.
    unit : {"share", "points", "number"}, optional
        Unit of ``estimate`` and its interval; by default that of the result, and number for a plain table.
    title : str
        Caption of the HTML table.
    notes : sequence of str
        Lines below the HTML table.
    labels : DataFrame, optional
        Columns ``kind, name, zh, en``; names in the column given by ``kind`` are replaced by their labels.

    Returns
    -------
    Path
        The file written.
    """
    option("lang", lang, LANGUAGES, "report.input")
    place = Path(path)
    if place.suffix.lower() not in (".csv", ".html"):
        raise LiteracyError(
            "report.input",
            where=str(path),
            what=tell("{} is not the extension of a table", place.suffix or tell("no suffix")),
            fix="give a name that ends in .csv or .html",
        )  # fmt: skip
    kind = result._unit() if isinstance(result, Printable) else "number"
    if unit:
        option("unit", unit, ("share", "points", "number"), "report.input")
    frame = _frame_of(result)
    own = result._own() if isinstance(result, Printable) else ()
    shown = readable(frame, lang, unit or kind, _known(labels, lang), own=own)
    if place.suffix.lower() == ".csv":
        return write_bytes(place, encode_csv(shown, excel=True))
    return write_bytes(place, _html(shown, _numeric(frame), lang, title, list(notes)).encode("utf-8"))


def _frame_of(result: object) -> pd.DataFrame:
    if isinstance(result, pd.DataFrame):
        return result
    if hasattr(result, "to_frame"):
        frame: pd.DataFrame = result.to_frame()
        return frame
    raise LiteracyError(
        "report.input",
        where=type(result).__name__,
        what="it is not a table",
        fix="give a DataFrame or a result",
    )


def _known(labels: pd.DataFrame | None, lang: str) -> dict[str, dict[str, str]]:
    """Return column -> name -> label in one language, from a table ``kind, name, zh, en``."""
    known: dict[str, dict[str, str]] = {}
    if labels is not None:
        for kind, name, label in labels[["kind", "name", lang]].fillna("").itertuples(index=False, name=None):
            known.setdefault(str(kind), {})[str(name)] = str(label)
    return known


def _numeric(frame: pd.DataFrame) -> list[bool]:
    return [pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns]


_STYLE = (
    "body{font-family:'Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;color:#1A1A1A}"
    "table{border-collapse:collapse}caption{text-align:left;font-size:1.15em;padding:.4em 0}"
    "th,td{padding:.25em .7em;border-bottom:1px solid #BFBFBF}th{border-bottom:2px solid #1A1A1A;text-align:left}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}p{color:#595959;font-size:.85em;margin:.3em 0}"
)


def _safe(cell: object) -> str:
    """Return a cell escaped so that browsers and spreadsheets treat it as plain text."""
    return html.escape(disarm(show_line(str(cell))))


def _html(shown: pd.DataFrame, numeric: list[bool], lang: str, title: str, notes: list[str]) -> str:
    marks = [' class="n"' if n else "" for n in numeric]
    head = "".join(f'<th{m} scope="col">{_safe(c)}</th>' for c, m in zip(shown.columns, marks, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f"<td{m}>{_safe(v)}</td>" for v, m in zip(row, marks, strict=True)) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    caption = f"<caption>{html.escape(title)}</caption>" if title else ""
    below = "\n".join(f"<p>{html.escape(n)}</p>" for n in notes)
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<table>{caption}\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n{below}\n</body>\n</html>\n"
    )
