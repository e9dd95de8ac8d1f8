"""The one printer: every result shows itself through it, as text and as HTML."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from literacy._readable import readable
from literacy._texts import disarm, show_controls, show_line
from literacy.messages import language, tell

if TYPE_CHECKING:
    from pathlib import Path

    import literacy

MAX_ROWS = 40
PAGE_STYLE = (
    "body{font-family:'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',system-ui,sans-serif;"
    "max-width:66rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff;line-height:1.5}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}.note{color:#595959}"
    "table{border-collapse:collapse;margin:.5rem 0;width:100%;font-size:.92rem}"
    "th,td{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}"
    "th{border-bottom:2px solid #444;white-space:nowrap}.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}.word{white-space:nowrap}"
    "@media print{body{margin:0}tr{break-inside:avoid}}"
)
"""The look of every page that stands alone; a page adds its own rules behind it."""
_FIGURE = re.compile(r"^−?<?\d+(\.\d+)?%?$")
_COUNTS = frozenset({"n", "df", "year", "wave", "rank"})


def format_value(value: Any, name: str = "") -> str:
    """One cell as text: missing as a dash, counts whole, other numbers to 4 decimals."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool) or str(type(value).__name__) == "bool":
        return "yes" if value else "no"
    if isinstance(value, float) or hasattr(value, "dtype"):
        number = float(value)
        if math.isinf(number):
            return "inf" if number > 0 else "-inf"
        if name == "p_value" and 0 <= number < 1e-4:
            return "<0.0001"
        if name.startswith("df") and not number.is_integer():
            return f"{number:,.2f}"
        if name in _COUNTS or (number.is_integer() and abs(number) >= 1):
            return f"{number:,.0f}" if name != "year" else f"{number:.0f}"
        return f"{number:,.1f}" if abs(number) >= 1000 else f"{number:.4f}"
    return str(value)


def _cells(frame: pd.DataFrame, limit: int = MAX_ROWS) -> tuple[list[str], list[list[str]], list[bool]]:
    names = [str(c) for c in frame.columns]
    numeric = [
        pd.api.types.is_numeric_dtype(t) or _figures(frame.iloc[:, j]) for j, t in enumerate(frame.dtypes)
    ]
    columns = [[show_line(format_value(v, n)) for v in frame.iloc[:limit, j]] for j, n in enumerate(names)]
    return list(map(show_line, names)), [list(row) for row in zip(*columns, strict=True)], numeric


def _figures(column: pd.Series[Any]) -> bool:
    """Whether a column of texts holds figures written for readers, and nothing else."""
    texts = [t for t in column if t != "–"]
    return language() != "en" and bool(texts) and all(isinstance(t, str) and _FIGURE.match(t) for t in texts)


def _width(text: str) -> int:
    """Columns a text takes in a terminal; East Asian wide characters take two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def format_table(frame: pd.DataFrame, limit: int = MAX_ROWS) -> str:
    """A data frame as an aligned text table (Chinese text stays aligned), at most *limit* rows."""
    if frame.shape[1] == 0:
        return ""
    names, rows, numeric = _cells(frame, limit)
    widths = [max([_width(n), *(_width(r[j]) for r in rows)]) for j, n in enumerate(names)]
    lines = ["  ".join(_pad(n, w, r) for n, w, r in zip(names, widths, numeric, strict=True)).rstrip()]
    lines += [
        "  ".join(_pad(c, w, r) for c, w, r in zip(row, widths, numeric, strict=True)).rstrip()
        for row in rows
    ]
    if len(frame) > limit:
        lines.append(tell("… {} more rows", len(frame) - limit))
    return "\n".join(lines)


def format_html(frame: pd.DataFrame, limit: int = MAX_ROWS, numeric: Sequence[bool] | None = None) -> str:
    """A data frame as an HTML table, escaped; no cell is a formula to a spreadsheet that opens it.

    *numeric* says which columns stand to the right, by default those of numbers.
    """
    names, rows, own = _cells(frame, limit)
    numeric = own if numeric is None else numeric
    align = ["right" if r else "left" for r in numeric]

    def line(cells: list[str], tag: str) -> str:
        inner = "".join(
            f'<{tag} style="text-align:{a}">{html.escape(disarm(c))}</{tag}>'
            for c, a in zip(cells, align, strict=True)
        )
        return f"<tr>{inner}</tr>"

    more = f"<caption>… {len(frame) - limit} more rows</caption>" if len(frame) > limit else ""
    body = "".join(line(r, "td") for r in rows)
    return f"<table>{more}<thead>{line(names, 'th')}</thead><tbody>{body}</tbody></table>"


def format_markdown(frame: pd.DataFrame, limit: int = MAX_ROWS) -> str:
    """A data frame as a table of Markdown (pipes), numbers to the right."""
    names, rows, numeric = _cells(frame, limit)

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(html.escape(c, quote=False).replace("|", "\\|") for c in cells) + " |"

    lines = [line(names), "|" + "|".join(" ---: " if n else " --- " for n in numeric) + "|", *map(line, rows)]
    if len(frame) > limit:
        lines += ["", tell("… {} more rows", len(frame) - limit)]
    return "\n".join(lines)


def format_document(title: str, body: str, lang: str, style: str = "") -> str:
    """A whole HTML page that needs nothing else: *title* is plain text, *body* ready HTML, *style* further rules."""
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{html.escape(title)}</title>'
        f"<style>{PAGE_STYLE}{style}</style></head><body>{body}</body></html>\n"
    )


class Printable:
    """Mixin of every carrier: a title, a table, and notes below it.

    A class gives ``_title``, ``to_frame`` and, where it has something to add, ``_notes``.
    """

    __slots__ = ()
    _most: ClassVar[int] = MAX_ROWS

    def _title(self) -> str:
        return type(self).__name__

    def _notes(self) -> list[str]:
        return []

    def to_frame(self) -> pd.DataFrame:
        """The content as a table with the one column vocabulary."""
        return pd.DataFrame()

    def _summary(self) -> pd.DataFrame:
        """The table that is shown; the whole content unless a class says otherwise."""
        return self.to_frame()

    def _unit(self) -> str | Sequence[str]:
        """What the column ``estimate`` holds: ``share``, ``points`` or ``number``, for all rows or one a row."""
        return "number"

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        """Labels of the values of columns in a language, where the result knows them."""
        labels = {**getattr(self, "labels", {})}
        labels.setdefault("level", labels.get(getattr(self, "variable", ""), {}))
        return {str(c): {str(v): t.get(lang) for v, t in values.items()} for c, values in labels.items()}

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """A table of this result as its reader sees it: in Chinese heads, labels and percents, else as it is."""
        if (lang or language()) == "en" and not lang:
            return frame
        return readable(frame, lang or language(), self._unit(), self._known(lang or language()))

    def __str__(self) -> str:
        parts = [
            self._title(),
            format_table(self.for_readers(self._summary()), self._most),
            *(f"· {n}" for n in self._notes()),
        ]
        return show_controls("\n".join(p for p in parts if p))

    def __repr__(self) -> str:
        return str(self)

    def to_excel(self, path: str | Path) -> tuple[str, ...]:
        """Write the table to a workbook, its title and notes to a second sheet.

        Parameters
        ----------
        path : str or Path
            Ends in ``.xlsx``.

        Returns
        -------
        tuple of str
            What the workbook could not hold as it was, a sentence each.

        Raises
        ------
        LiteracyError
            ``io.write``; nothing is written then.
        """
        import literacy

        if not str(path).lower().endswith(".xlsx"):
            raise literacy.LiteracyError(
                "io.write",
                where=str(path),
                what="it is not a workbook name",
                fix="give a name that ends in .xlsx",
            )
        frame = self.to_frame()
        shown = self.for_readers(frame) if language() != "en" else None
        return literacy.write_table(frame, path, notes=[self._title(), *self._notes()], shown=shown)

    def plot(self, name: str | None = None, *, lang: str | None = None, **tables: object) -> literacy.Figure:
        """Draw the result: :func:`literacy.plot`.

        Parameters
        ----------
        name : str, optional
            Figure of the register; by default the first that the result gives.
        lang : str, optional
            ``zh`` or ``en``; by default the reader's (:func:`literacy.messages.language`).
        **tables
            Further tables by name, as ``goal=``.
        """
        import literacy

        return literacy.plot(self, name, lang=lang or language(), **tables)

    def _repr_html_(self) -> str:
        summary = self._summary()
        numeric = [pd.api.types.is_numeric_dtype(t) for t in summary.dtypes]
        table = format_html(self.for_readers(summary, language()), numeric=numeric)
        notes = "".join(f"<li>{html.escape(n)}</li>" for n in self._notes())
        return (
            f"<div><p><strong>{html.escape(self._title())}</strong></p>{table}"
            + (f"<ul>{notes}</ul>" if notes else "")
            + "</div>"
        )
