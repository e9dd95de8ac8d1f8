"""A workbook for entering population totals: one sheet per table, with the levels filled in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from literacy.errors import LiteracyError
from literacy.files import write_atomic
from literacy.instrument import Instrument, load_instrument, nearest
from literacy.messages import tell

_HEADS = {"zh": ("代码", "类别", "人数", "来源"), "en": ("code", "level", "total", "source")}


def write_margins_form(
    survey: str | Path | Instrument, out: str | Path, *, by: Sequence[str] = (), lang: str = "zh"
) -> tuple[str, ...]:
    """Write a workbook in which the population totals of a survey are entered, for use with ``--margins``.

    Parameters
    ----------
    survey : str, path or Instrument
        Name, folder, workbook or instrument of the survey.
    out : str or path
        Output file, with suffix ``.xlsx``.
    by : sequence of str
        Columns to weight by, each on its own sheet; ``sex|age_band`` gives a cross table of two. Default: sex,
        education, residence and recodes, as far as the survey has them.
    lang : {"zh", "en"}

    Returns
    -------
    tuple of str
        Names of the tables.

    Raises
    ------
    LiteracyError
        ``survey.name`` if the survey has no such column or the column has no levels; ``io.write``.

    Examples
    --------
    >>> import literacy as lit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     lit.write_margins_form("erenhot", f"{folder}/margins.xlsx", by=["sex", "residence"])
    ('sex', 'residence')
    """
    import xlsxwriter

    instrument = survey if isinstance(survey, Instrument) else load_instrument(survey)
    usual = [c for c in ("sex", "education", "residence") if c in instrument.columns]
    tables = tuple(by) or (*usual, *(r.name for r in instrument.recodes))
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1), "author": ""})
    head = book.add_format({"bold": True, "bg_color": "#D9E2EF", "border": 1})
    text = book.add_format({"num_format": "@"})
    for table in tables:
        columns = [c.strip() for c in table.split("|")]
        levels = [_levels(instrument, c) for c in columns]
        page = book.add_worksheet(_title(instrument, columns, lang))
        page.freeze_panes(1, 1)
        if len(columns) == 2:
            page.set_column(0, 0, 26)
            page.write_string(0, 0, " × ".join(instrument.label_of(c, lang) for c in columns), head)
            for position, (_, label) in enumerate(levels[1], start=1):
                page.write_string(0, position, label[lang == "en"], head)
            for number, (_, label) in enumerate(levels[0], start=1):
                page.write_string(number, 0, label[lang == "en"], text)
            continue
        page.set_column(1, 3, 26)
        for position, heading in enumerate(_HEADS[lang]):
            page.write_string(0, position, heading, head)
        for number, (code, label) in enumerate(levels[0], start=1):
            page.write_string(number, 0, code, text)
            page.write_string(number, 1, label[lang == "en"], text)
    book.close()
    write_atomic(out, data.getvalue())
    return tables


def _levels(instrument: Instrument, column: str) -> list[tuple[str, tuple[str, str]]]:
    known = instrument.levels(column) if column in instrument.columns else ()
    if not known:
        having = [c for c in instrument.columns if instrument.levels(c)]
        what = (
            tell("has no levels")
            if column in instrument.columns
            else tell("is not a column{}", nearest(column, having))
        )
        raise LiteracyError(
            "survey.name",
            where=f"--by {column}",
            what=what,
            fix=tell("use one of: {}", ", ".join(having[:12])),
        )
    return [(str(o.code), (o.label.zh, o.label.en)) for o in known]


def _title(instrument: Instrument, columns: Sequence[str], lang: str) -> str:
    """Return the title of the sheet: the columns, or the label of a single column, within Excel's length limit."""
    if len(columns) > 1:
        return "|".join(columns)[:31]
    label = "".join(c for c in instrument.label_of(columns[0], lang) if c not in "[]:*?/\\")
    return f"{columns[0]} {label}"[:31].strip()
