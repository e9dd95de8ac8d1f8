"""Inputs of a figure: validated tables, and the labels of names in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.report.figures.figure_terms import WORDS, say
from literacy.report.tables.contract import TABLES, check_table


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV file in UTF-8, with or without byte order mark, as text; types are assigned by the contract."""
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LiteracyError(
            "report.input", where=path.name, what="the text is not UTF-8", fix="save the table as CSV UTF-8"
        ) from error
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise LiteracyError(
            "report.input", where=path.name, what="the file is not a table", fix="save it again as CSV"
        ) from error


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read and validate all contract tables found in a folder; return them by name."""
    if not folder.is_dir():
        raise LiteracyError(
            "report.input",
            where=str(folder),
            what="the folder of tables does not exist",
            fix="give a folder of CSV files",
        )
    found = {name: folder / f"{name}.csv" for name in TABLES}
    return {n: check_table(n, read_table(p), p.name) for n, p in found.items() if p.is_file()}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain dictionaries."""
    names = [str(c) for c in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Validated tables of one figure, and its language.

    Attributes
    ----------
    tables : Mapping of str to DataFrame
        Tables by contract name, each validated by :func:`check_table`.
    lang : str
        Language of the figure, ``zh`` or ``en``.
    """

    tables: Mapping[str, pd.DataFrame]
    lang: str

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    def say(self, key: str, **values: object) -> str:
        """Return a fixed phrase in the figure's language, with its placeholders filled."""
        return say(key, self.lang, **values)

    def label(self, kind: str, name: str) -> str:
        """Return the label of a name: from the table ``labels``, else a built-in term, else the name itself."""
        if "labels" in self.tables:
            table = self.tables["labels"]
            hit = table[(table["kind"] == kind) & (table["name"] == name)]
            if len(hit):
                return str(hit[self.lang].iloc[0])
        if not name:
            return self.say("total")
        if kind == "wave":
            return self.say("wave", wave=name)
        known = f"{kind}.{name}"
        return self.say(known) if known in WORDS else name.replace("_", " ")

    def title(self, figure: str) -> str:
        """Return the title of a figure: from the table ``labels`` (kind ``title``), else the built-in one."""
        return self.label("title", figure)

    def own_label(self, row: Mapping[str, object], kind: str, name: str) -> str:
        """Return the label given in the row itself, else the label of its name."""
        for column in (f"label_{self.lang}", self.lang):
            text = str(row.get(column) or "")
            if text:
                return text
        return self.label(kind, name)

    def row_labels(self, table: pd.DataFrame, kind: str, column: str) -> list[str]:
        """Return the labels of all rows of a table."""
        return [self.own_label(r, kind, str(r[column])) for r in records(table)]

    def order(self, kind: str, names: list[str]) -> list[str]:
        """Return unique names in the order of the table ``labels``, others last, to keep colours consistent."""
        table = self.tables["labels"] if "labels" in self.tables else pd.DataFrame({"kind": [], "name": []})
        place = {name: i for i, name in enumerate(table.loc[table["kind"] == kind, "name"])}
        unique = list(dict.fromkeys(names))
        return sorted(unique, key=lambda name: place.get(name, len(place)))
