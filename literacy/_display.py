"""Display of all results as text and as HTML."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Collection, Mapping, Sequence
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
"""Style sheet of every stand-alone page; a page appends its own rules."""
_FIGURE = re.compile(r"^−?<?\d+(\.\d+)?%?$")
_NOISE = 1e-9
"""Relative error of sums: numbers that differ less from a whole one are shown as that, in whatever order added."""
KEYS = frozenset({"level"})
"""Columns that name their row in every table."""
_COUNTS = frozenset({"n", "df", "year", "first_year", "wave", "rank"})


def format_value(value: Any, name: str = "", *, key: bool = False) -> str:
    """Format one cell as text: missing values as a dash, counts as whole numbers, other numbers to 4 decimals.

    *key* marks a name of its row, not a figure: it is shown in full, as two rows could have the same rounded value.
    """
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool) or str(type(value).__name__) == "bool":
        return "yes" if value else "no"
    if isinstance(value, float) or hasattr(value, "dtype"):
        number = float(value)
        if math.isinf(number):
            return "inf" if number > 0 else "-inf"
        if key:
            return f"{number:.15g}"
        if name == "p_value" and 0 <= number < 1e-4:
            return "<0.0001"
        if name.startswith("df") and not number.is_integer():
            return f"{number:,.2f}"
        if name in _COUNTS or (abs(number - round(number)) <= _NOISE * abs(number) and abs(number) >= 1):
            return f"{number:,.0f}" if name not in ("year", "first_year") else f"{number:.0f}"
        return f"{number:,.1f}" if abs(number) >= 1000 else f"{number:.4f}"
    return str(value)


def _cells(
    frame: pd.DataFrame, limit: int, keys: Collection[str]
) -> tuple[list[str], list[list[str]], list[bool]]:
    names = [str(c) for c in frame.columns]
    numeric = [
        pd.api.types.is_numeric_dtype(t) or _figures(frame.iloc[:, j]) for j, t in enumerate(frame.dtypes)
    ]
    columns = [
        [show_line(format_value(v, n, key=n in keys)) for v in frame.iloc[:limit, j]]
        for j, n in enumerate(names)
    ]
    return list(map(show_line, names)), [list(row) for row in zip(*columns, strict=True)], numeric


def _figures(column: pd.Series[Any]) -> bool:
    """Return whether a text column holds formatted numbers only; always false in English."""
    texts = [t for t in column if t != "–"]
    return language() != "en" and bool(texts) and all(isinstance(t, str) and _FIGURE.match(t) for t in texts)


def _width(text: str) -> int:
    """Return the number of terminal columns a text occupies; East Asian wide characters occupy two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def format_table(frame: pd.DataFrame, limit: int = MAX_ROWS, keys: Collection[str] = KEYS) -> str:
    """Format at most *limit* rows of a data frame as a text table, aligned also where it holds Chinese text.

    *keys* are the columns that name the rows; they are shown in full.
    """
    if frame.shape[1] == 0:
        return ""
    names, rows, numeric = _cells(frame, limit, keys)
    widths = [max([_width(n), *(_width(r[j]) for r in rows)]) for j, n in enumerate(names)]
    lines = ["  ".join(_pad(n, w, r) for n, w, r in zip(names, widths, numeric, strict=True)).rstrip()]
    lines += [
        "  ".join(_pad(c, w, r) for c, w, r in zip(row, widths, numeric, strict=True)).rstrip()
        for row in rows
    ]
    if len(frame) > limit:
        lines.append(tell("… {} more rows", len(frame) - limit))
    return "\n".join(lines)


def format_html(
    frame: pd.DataFrame, limit: int = MAX_ROWS, numeric: Sequence[bool] | None = None,
    keys: Collection[str] = KEYS,
) -> str:  # fmt: skip
    """Format a data frame as an HTML table, escaped so that no spreadsheet reads a cell as a formula.

    *numeric* marks the columns that are right-aligned; by default those that hold numbers.
    """
    names, rows, own = _cells(frame, limit, keys)
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


def format_markdown(frame: pd.DataFrame, limit: int = MAX_ROWS, keys: Collection[str] = KEYS) -> str:
    """Format a data frame as a Markdown pipe table, with numeric columns right-aligned."""
    names, rows, numeric = _cells(frame, limit, keys)

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(html.escape(c, quote=False).replace("|", "\\|") for c in cells) + " |"

    lines = [line(names), "|" + "|".join(" ---: " if n else " --- " for n in numeric) + "|", *map(line, rows)]
    if len(frame) > limit:
        lines += ["", tell("… {} more rows", len(frame) - limit)]
    return "\n".join(lines)


def format_document(title: str, body: str, lang: str, style: str = "") -> str:
    """Return a self-contained HTML page: *title* is plain text, *body* is HTML, *style* holds additional CSS rules."""
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{html.escape(title)}</title>'
        f"<style>{PAGE_STYLE}{style}</style></head><body>{body}</body></html>\n"
    )


class Printable:
    """Mixin that displays a result as a title, a table and notes.

    A subclass defines ``_title``, ``to_frame`` and, where needed, ``_notes``.
    """

    __slots__ = ()
    _most: ClassVar[int] = MAX_ROWS
    _brief: ClassVar[bool] = False
    """Whether tables for readers (``--lang``) show the summary as well, not the whole content."""

    def _title(self) -> str:
        return type(self).__name__

    def _notes(self) -> list[str]:
        return []

    def to_frame(self) -> pd.DataFrame:
        """Return the content as a table with the standard column names of the package."""
        return pd.DataFrame()

    def _summary(self) -> pd.DataFrame:
        """Return the table that is displayed; by default the whole content."""
        return self.to_frame()

    def _unit(self) -> str | Sequence[str]:
        """Return the unit of the column ``estimate``: ``share``, ``points`` or ``number``, for all rows or per row."""
        return "number"

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        """Return the value labels of the columns in a language, as far as the result has them."""
        labels = {**getattr(self, "labels", {})}
        labels.setdefault("level", labels.get(getattr(self, "variable", ""), {}))
        return {str(c): {str(v): t.get(lang) for v, t in values.items()} for c, values in labels.items()}

    def _keys(self) -> frozenset[str]:
        """Return the columns that name the rows: levels, and the columns of the domains."""
        return KEYS | set(Printable._own(self))

    def _heads(self) -> Mapping[str, str]:
        """Return the columns whose heading is that of another column."""
        return {}

    def _own(self) -> Collection[str]:
        """Return the columns of the user's data; by default those of the domains."""
        by = getattr(self, "by", ())
        return {by} if isinstance(by, str) else set(by or ())

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """Return a table of this result for display: with headings, labels and percentages in the user's language.

        An explicit *lang* is always applied; otherwise an English session leaves the table unchanged.
        """
        if (lang or language()) == "en" and not lang:
            return frame
        return readable(
            frame,
            lang or language(),
            self._unit(),
            self._known(lang or language()),
            self._keys(),
            self._heads(),
            self._own(),
        )

    def __str__(self) -> str:
        parts = [
            self._title(),
            format_table(self.for_readers(self._summary()), self._most, self._keys()),
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
            File name ending in ``.xlsx``.

        Returns
        -------
        tuple of str
            Contents that the workbook could not store unchanged, one sentence each.

        Raises
        ------
        LiteracyError
            ``io.write`` if the workbook cannot be written; nothing is written in that case.
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
        """Draw the result with :func:`literacy.plot`.

        Parameters
        ----------
        name : str, optional
            Name of a registered figure; by default the first one available for the result.
        lang : str, optional
            ``zh`` or ``en``; by default the user's language (:func:`literacy.messages.language`).
        **tables
            Additional tables by name, such as ``goal=``.
        """
        import literacy

        return literacy.plot(self, name, lang=lang or language(), **tables)

    def _repr_html_(self) -> str:
        summary = self._summary()
        numeric = [pd.api.types.is_numeric_dtype(t) for t in summary.dtypes]
        table = format_html(self.for_readers(summary, language()), numeric=numeric, keys=self._keys())
        notes = "".join(f"<li>{html.escape(n)}</li>" for n in self._notes())
        return (
            f"<div><p><strong>{html.escape(self._title())}</strong></p>{table}"
            + (f"<ul>{notes}</ul>" if notes else "")
            + "</div>"
        )
