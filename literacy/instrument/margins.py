"""Margins: population totals to which weights are calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument.definitions import Code, Label, nearest
from literacy.instrument.reading.source_tables import Findings, Table, place_of, read_toml
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

    from literacy.instrument.questionnaire import Instrument


@dataclass(frozen=True, slots=True)
class Margin:
    """Population totals by the levels of one or more columns. ``status`` states how reliable they are."""

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
    """The population totals to which one wave is weighted; all tables have the same grand total."""

    survey: str
    year: int | None
    universe: str
    tables: tuple[Margin, ...]
    label: Label | None = None
    file: str = ""
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """The population total common to all tables."""
        return self.tables[0].total

    def table(self, name: str) -> Margin:
        """Return the table with the given name."""
        for table in self.tables:
            if table.name == name:
                return table
        known = [t.name for t in self.tables]
        raise LiteracyError(
            "survey.name",
            where=self.file,
            what=tell("no margin table '{}'{}", name, nearest(name, known)),
            fix=tell("use one of: {}", ", ".join(known)),
        )

    def keep(self, *names: str) -> Margins:
        """Return the margins with only the named tables, in that order."""
        return replace(self, tables=tuple(self.table(n) for n in names))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per level: table, level, total, share, status, proxy."""
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

    def with_labels(self, instrument: Instrument, lang: str) -> pd.DataFrame:
        """Return the table with labels of the instrument in place of names and codes."""
        frame = self.to_frame()
        rows = [(t, levels) for t in self.tables for levels, _ in t.totals]
        known = {
            c: {o.code: o.label.get(lang) for o in instrument.levels(c)} for t, _ in rows for c in t.columns
        }
        frame["table"] = [" × ".join(instrument.label_of(c, lang) for c in t.columns) for t, _ in rows]
        frame["level"] = [
            " × ".join(str(known[c].get(v, v)) for c, v in zip(t.columns, levels, strict=True))
            for t, levels in rows
        ]
        return frame

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """Return the table formatted for display; ``total`` means people here, not a score."""
        return Printable.for_readers(
            self, frame.rename(columns={"total": "population", "proxy": "proxy_data"}), lang
        )

    def _title(self) -> str:
        year = f" {self.year}" if self.year is not None else ""
        return tell(
            "Margins of {}{}: {} tables, total {:,.0f}",
            self.survey or self.file,
            year,
            len(self.tables),
            self.total,
        )

    def _notes(self) -> list[str]:
        return [
            *self.notes,
            *(tell("{}: proxy. {}", t.name, t.proxy.localized) for t in self.tables if t.proxy is not None),
        ]


def check_totals(margins: Margins, findings: Findings) -> None:
    """Report tables that are empty, contain impossible totals, or disagree on the population total."""
    place = margins.file
    if not margins.tables:
        findings.add(place, "", "tables", tell("there is no table of margins"))
        return
    for name in sorted(
        {t.name for t in margins.tables if [u.name for u in margins.tables].count(t.name) > 1}
    ):
        findings.add(place, f"tables.{name}", "name", tell("the table appears twice"))
    for table in margins.tables:
        if not table.totals:
            findings.add(place, f"tables.{table.name}", "totals", tell("the table has no totals"))
        seen = [levels for levels, _ in table.totals]
        for levels, value in table.totals:
            level = ", ".join(map(str, levels))
            if not 0 <= value < float("inf"):
                findings.add(
                    place, f"tables.{table.name}", level, tell("the total {:g} must be 0 or more", value)
                )
            if seen.count(levels) > 1:
                findings.add(place, f"tables.{table.name}", level, tell("the level appears twice"))
    first = margins.tables[0]
    for table in margins.tables[1:]:
        if abs(table.total - first.total) > 1e-6 * max(1.0, abs(first.total)):
            findings.add(
                place,
                f"tables.{table.name}",
                "totals",
                tell(
                    "totals add up to {:,.10g}, those of '{}' to {:,.10g}",
                    table.total,
                    first.name,
                    first.total,
                ),
            )


def check_levels(
    margins: Margins,
    levels: Mapping[str, tuple[Code, ...]],
    findings: Findings,
    labels: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Report columns that are not in the instrument and levels that are not among their options."""
    for table in margins.tables:
        for position, column in enumerate(table.columns):
            if column not in levels:
                findings.add(
                    margins.file,
                    f"tables.{table.name}",
                    "columns",
                    tell("'{}' is not a column of the instrument{}", column, nearest(column, levels)),
                )
                continue
            known, held = levels[column], [lv[position] for lv, _ in table.totals if len(lv) > position]
            for code in dict.fromkeys(held) if known else ():
                if code not in known:
                    near = nearest(str(code), [*known, *(labels or {}).get(column, ())])
                    message = tell("level {!r} is not an option of '{}'{}", code, column, near)
                    findings.add(margins.file, f"tables.{table.name}", column, message)


def read_margin_file(path: SurveyPath, findings: Findings) -> Margins | None:
    """Parse a margins file in TOML format."""
    t = read_toml(path, findings)
    if t is None:
        return None
    margins = Margins(
        survey=t.text("survey"),
        year=t.whole("year"),
        universe=t.text("universe"),
        tables=tuple(_table(part) for part in t.tables("tables", required=True)),
        label=t.label("label"),
        file=place_of(path),
    )
    t.done()
    return margins


def _table(t: Table) -> Margin:
    name = t.text("name", required=True)
    columns = t.texts("columns") or (name,)
    totals = []
    for part in t.tables("totals", required=True):
        levels = part.codes("levels") if "levels" in part.data else part.code("level")
        part.known += ["level", "levels"]
        value = part.number("total", required=True)
        part.done()
        if len(levels) != len(columns):
            part.complain("level", tell("needs {} codes (one per column), has {}", len(columns), len(levels)))
        totals.append((levels, 0.0 if value is None else value))
    source = t.text("source", required=True)
    margin = Margin(
        name,
        columns,
        tuple(totals),
        t.label("proxy"),
        source,
        t.text("status", required=True),
        t.label("note"),
    )
    t.done()
    return margin
