"""A folder of tables and the figures drawn from them: made afresh each time, so that no old table is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from literacy.errors import LiteracyError
from literacy.files import Filling, encode_csv
from literacy.messages import tell
from literacy.report.figures.figure import FORMATS, write_bytes
from literacy.report.figures.figure_terms import LANGUAGES
from literacy.report.figures.gallery import Gallery, draw_report
from literacy.report.figures.registry import BY_NAME
from literacy.report.tables.contract import TABLES

ROOMS = ("tables", "figures", "short")
SHORT = ("brief", "press", "slides")
DOCUMENTS = ("docx", "pdf", "html", "xlsx", "pptx", "txt", "md")


def is_made(room: str, name: str) -> bool:
    """Whether a file of a report's folder is one that a report makes: a table of the contract, a figure, a document.

    *room* is empty for the folder itself.
    """
    stem, _, form = name.rpartition(".")
    if room == "tables":
        return form == "csv" and stem in TABLES
    kind, _, lang = stem.rpartition(".")
    if lang not in LANGUAGES:
        return False
    if room == "figures":
        return form in FORMATS and kind in BY_NAME
    return form in DOCUMENTS and (kind in SHORT if room == "short" else room == "" and kind == "report")


def fill_report(
    filling: Filling,
    out: str | Path,
    tables: Mapping[str, pd.DataFrame],
    lang: Sequence[str] = LANGUAGES,
    names: Sequence[str] | None = None,
) -> Gallery:
    """Write tables into a fresh folder and draw the figures from these files alone.

    Parameters
    ----------
    filling : Filling
        The fresh folder, as :func:`literacy.files.fill_folder` gives it; it gets ``tables/`` and ``figures/``.
    out : str or Path
        Where the folder will stand.
    tables : mapping of table name to DataFrame
        By contract name.
    lang : sequence of str
    names : sequence of str, optional
        Only these figures.

    Returns
    -------
    Gallery
        Of the figures where they will stand.
    """
    for name, table in tables.items():
        write_bytes(filling.fresh / "tables" / f"{name}.csv", encode_csv(table, excel=True))
    gallery = draw_report(filling.fresh / "tables", filling.fresh / "figures", lang=lang, names=names)
    return replace(gallery, folder=str(Path(out) / "figures"))


def refuse_others(out: str | Path, tables: Sequence[str]) -> None:
    """Refuse a folder that holds the tables of another run: its figures are not this run's.

    Raises
    ------
    LiteracyError
        ``report.input`` naming the folder and the tables.
    """
    folder = Path(out) / "tables"
    there = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    others = [n for n in there if is_made("tables", n) and n.removesuffix(".csv") not in tables]
    if others:
        raise LiteracyError(
            "report.input",
            where=str(out),
            what=tell("the folder contains tables of another run ({})", ", ".join(others)),
            fix="give an empty folder, or remove these tables and their figures",
        )
