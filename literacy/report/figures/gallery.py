"""Drawing of a single figure from a result, or of all figures from a folder of tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.messages import tell
from literacy.report.figures.figure import FORMATS, Figure, write_bytes
from literacy.report.figures.figure_page import settings
from literacy.report.figures.figure_terms import LANGUAGES, say
from literacy.report.figures.inputs import Inputs, read_tables
from literacy.report.figures.registry import BY_NAME, CHARTS, COMMON, Chart
from literacy.report.tables.adaptation import tables_of
from literacy.report.tables.contract import TABLES, check_table


def _draw(chart: Chart, tables: Mapping[str, pd.DataFrame], lang: str) -> Figure:
    taken = {n: tables[n] for n in (chart.table, *chart.also, *COMMON) if n in tables}
    with settings():
        page = chart.draw(Inputs(taken, lang))
    return Figure(chart.name, lang, page.title, taken[chart.table], page.description, page.canvas)


def plot(result: object, name: str | None = None, *, lang: str = "zh", **tables: object) -> Figure:
    """Draw one figure from a result or a table.

    Parameters
    ----------
    result : Estimate, Trend, Projection, DataFrame or mapping of table name to DataFrame
        Data to draw. Results are first converted to the tables of :mod:`literacy.report.tables.contract`.
    name : str, optional
        Name of the figure (see :func:`list_figures`); by default, the first figure whose table matches the columns.
    lang : str
        Language of the figure, ``zh`` or ``en``.
    **tables : DataFrame or result
        Additional tables by contract name, such as ``goal=``, ``labels=``, ``provenance=`` or ``fan=``.

    Returns
    -------
    Figure
        Displayed inline in a notebook; ``.save(path)`` writes SVG, PNG and PDF files.

    Examples
    --------
    >>> import pandas as pd
    >>> figure = plot(pd.DataFrame({"group": ["", "youth"], "estimate": [0.12, 0.18]}), lang="en")
    >>> figure.name
    'share_by_group'
    """
    option("lang", lang, LANGUAGES, "report.input")
    if name is not None:
        option("name", name, tuple(BY_NAME), "report.input")
    for key in tables:
        option("table", key, tuple(TABLES), "report.input")
    wanted = BY_NAME[name].table if name else None
    found = tables_of(result, wanted)
    for key in found:
        option("table", key, tuple(TABLES), "report.input")
    for key, value in tables.items():
        extra = tables_of(value, key)[key]
        found[key] = pd.concat([extra, found[key]]) if key in COMMON and key in found else extra
    checked = {key: check_table(key, frame, key) for key, frame in found.items()}
    chart = BY_NAME[name] if name else next((c for c in CHARTS if c.table in checked), None)
    if chart is None or chart.table not in checked:
        raise LiteracyError(
            "report.input",
            where=name or "result",
            what="it contains no table from which a figure can be drawn",
            fix="give the name of the figure, and its table; list_figures() shows them",
        )
    return _draw(chart, checked, lang)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gallery(Printable):
    """Figures written by :func:`draw_report`.

    Attributes
    ----------
    files : DataFrame
        One row per file, with columns ``figure, lang, file, bytes, sha256``.
    skipped : tuple of str
        Figures not drawn because their table is missing.
    """

    folder: str
    files: pd.DataFrame
    skipped: tuple[str, ...]

    def _title(self) -> str:
        return tell("Figures in {}", self.folder)

    def _notes(self) -> list[str]:
        return [tell("not drawn, no table: {}", ", ".join(self.skipped))] if self.skipped else []

    def to_frame(self) -> pd.DataFrame:
        """Return the table of files, one row per file."""
        return self.files


def draw_report(
    tables_dir: str | Path,
    out_dir: str | Path,
    *,
    lang: str | Sequence[str] = LANGUAGES,
    formats: tuple[str, ...] = FORMATS,
    names: Sequence[str] | None = None,
) -> Gallery:
    """Draw every figure whose table is found in a folder.

    Parameters
    ----------
    tables_dir : str or Path
        Folder of CSV files, as described in :mod:`literacy.report.tables.contract`.
    out_dir : str or Path
        Output folder for the files, named ``figure.lang.format``.
    lang : str or sequence of str
        Languages of the figures: ``zh``, ``en`` or both.
    formats : tuple of str
        File formats: any of ``svg``, ``png`` and ``pdf``.
    names : sequence of str, optional
        Figures to draw; by default, all whose table is found.

    Returns
    -------
    Gallery
        The files written and the figures skipped.

    Raises
    ------
    LiteracyError
        ``report.input`` if a table violates the contract or the folder contains none; nothing is written.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["youth", "elderly"], "estimate": [0.25, 0.08]})
    >>> table.to_csv("share_by_group.csv", index=False)
    >>> lit.draw_report(".", "figures", lang="en", formats=("svg",)).to_frame()["figure"].tolist()
    ['share_by_group']
    """
    languages = (lang,) if isinstance(lang, str) else tuple(lang)
    for one in languages:
        option("lang", one, LANGUAGES, "report.input")
    for form in formats:
        option("format", form, FORMATS, "report.input")
    for one in names or ():
        option("name", one, tuple(BY_NAME), "report.input")
    tables = read_tables(Path(tables_dir))
    charts = [c for c in CHARTS if names is None or c.name in names]
    ready = [c for c in charts if c.table in tables]
    if not ready:
        raise LiteracyError(
            "report.input",
            where=str(tables_dir),
            what="the folder contains no table from which a figure can be drawn",
            fix=tell("write one of: {}", ", ".join(f"{c.table}.csv" for c in charts)),
        )
    drawn = [(c.name, one, _draw(c, tables, one)) for c in ready for one in languages]
    contents = [
        (name, one, f"{name}.{one}.{form}", figure.render(form))
        for name, one, figure in drawn
        for form in formats
    ]
    rows = []
    for name, one, file, content in contents:
        write_bytes(Path(out_dir) / file, content)
        rows.append((name, one, file, len(content), hashlib.sha256(content).hexdigest()))
    files = pd.DataFrame(rows, columns=["figure", "lang", "file", "bytes", "sha256"])
    return Gallery(str(out_dir), files, tuple(c.name for c in charts if c.table not in tables))


def list_figures() -> pd.DataFrame:
    """List all figures with their titles, input table, required columns and optional tables.

    Returns
    -------
    DataFrame
        One row per figure.

    Examples
    --------
    >>> lit.list_figures().columns[:2].tolist()
    ['figure', 'table']
    """
    rows = [
        {
            "figure": c.name,
            "table": c.table,
            "needs": " ".join(k for k, (_, needed) in TABLES[c.table].items() if needed),
            "also": " ".join((*c.also, *COMMON)),
            "zh": say(f"title.{c.name}", "zh"),
            "en": say(f"title.{c.name}", "en"),
        }
        for c in CHARTS
    ]
    return pd.DataFrame(rows)
