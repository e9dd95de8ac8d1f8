"""Folders of tables and figures, recreated on each run so that no figure is drawn from an outdated table."""

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
    """Return whether a file in a report folder has the name of a generated table, figure or document.

    ``room`` is the name of the subfolder; it is empty for the report folder itself.
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
    """Write tables to a new folder and draw the figures from these files only.

    Parameters
    ----------
    filling : Filling
        The new folder, as yielded by :func:`literacy.files.fill_folder`; receives ``tables/`` and ``figures/``.
    out : str or Path
        Final location of the folder.
    tables : mapping of table name to DataFrame
        Tables to write, keyed by contract name.
    lang : sequence of str
    names : sequence of str, optional
        Figures to draw; by default, all whose table is given.

    Returns
    -------
    Gallery
        The figures drawn; its ``folder`` is their final location.
    """
    for name, table in tables.items():
        write_bytes(filling.fresh / "tables" / f"{name}.csv", encode_csv(table, excel=True))
    gallery = draw_report(filling.fresh / "tables", filling.fresh / "figures", lang=lang, names=names)
    return replace(gallery, folder=str(Path(out) / "figures"))


def refuse_others(out: str | Path, tables: Sequence[str]) -> None:
    """Raise an error if a folder contains tables of another run, whose figures would be mistaken for this run's.

    Raises
    ------
    LiteracyError
        ``report.input``, naming the folder and the tables.
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
