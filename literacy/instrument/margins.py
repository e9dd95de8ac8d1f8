"""Population totals that weights are calibrated to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument.model import Code, Label, nearest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Margin:
    """Population totals over the levels of columns. ``status`` says how far they can be trusted."""

    name: str
    columns: tuple[str, ...]
    totals: tuple[tuple[tuple[Code, ...], float], ...]
    proxy: Label | None = None
    source: str = ""
    status: str = ""
    note: Label | None = None

    @property
    def total(self) -> float:
        """Sum of the margin's totals."""
        return float(sum(value for _, value in self.totals))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Margins(Printable):
    """The population totals one wave is weighted to; all tables add up to the same total."""

    survey: str
    year: int | None
    universe: str
    tables: tuple[Margin, ...]
    label: Label | None = None
    file: str = ""

    @property
    def total(self) -> float:
        """The population total every table adds up to."""
        return self.tables[0].total

    def table(self, name: str) -> Margin:
        """Return one table by name."""
        for table in self.tables:
            if table.name == name:
                return table
        known = [t.name for t in self.tables]
        raise LiteracyError(
            "survey.name",
            where=self.file,
            what=f"no margin table '{name}'{nearest(name, known)}",
            mend=f"use one of: {', '.join(known)}",
        )

    def keep(self, *names: str) -> Margins:
        """Return the margins with only the named tables, in that order."""
        return replace(self, tables=tuple(self.table(n) for n in names))

    def to_frame(self) -> pd.DataFrame:
        """One row a level: table, level, total, share, status, proxy."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "table": t.name,
                    "level": " × ".join(map(str, levels)),
                    "total": value,
                    "share": value / t.total,
                    "status": t.status,
                    "proxy": t.proxy is not None,
                }
                for t in self.tables
                for levels, value in t.totals
            ]
        )

    def _title(self) -> str:
        year = f" {self.year}" if self.year is not None else ""
        return (
            f"Margins of {self.survey or self.file}{year}: {len(self.tables)} tables, total {self.total:,.0f}"
        )

    def _notes(self) -> list[str]:
        return [f"{t.name}: proxy. {t.proxy.en}" for t in self.tables if t.proxy is not None]
