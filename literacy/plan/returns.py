"""Yearly returns: numbers reported by offices, read and checked."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.files import load_table, recognise_file
from literacy.instrument import Indicator, Label, Plan, Task, nearest
from literacy.instrument.indicators import WHOLE
from literacy.instrument.reading.source_tables import Findings, lay_rows, place_of, read_text
from literacy.messages import tell

COLUMNS = ("year", "indicator", "value", "unit", "source", "note")
LABELS = ("task", "zh", "en")
"""Informational columns of the template; they are not read."""
FURTHER = ("office", "deadline", "last_year")
"""Optional columns of a return: reporting office, deadline of the task, last year's number (for checking)."""
YEARS = (1990, 2100)
SYNTHETIC = ("SYNTHETIC", "合成")
"""Sources with this prefix mark a figure as synthetic; all output repeats the mark."""
SHOWN = 20
SEPARATORS = {";": ("分号", "semicolons"), "\t": ("制表符", "tabs"), "；": ("全角分号", "full-width semicolons"),
              "，": ("全角逗号", "full-width commas")}  # fmt: skip
"""Signs that may separate the columns of a return instead of commas, as some spreadsheets and editors write them."""


@dataclass(frozen=True, slots=True)
class Report:
    """A reported number."""

    year: int
    indicator: str
    value: float
    source: str
    note: str
    file: str
    office: str = ""
    row: str = ""

    @property
    def place(self) -> str:
        """Location of the number: office, file and row."""
        where = ", ".join(p for p in (self.file, self.row) if p)
        return f"{self.office} ({where})" if self.office else where

    @property
    def synthetic(self) -> bool:
        """Whether the source marks the number as synthetic."""
        return self.source.upper().startswith(SYNTHETIC)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Returns(Printable):
    """Reported numbers by year. Rows without a value count as not reported and are not kept."""

    reports: tuple[Report, ...] = ()
    remarks: tuple[Label, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Years with a number, ascending."""
        return tuple(sorted({r.year for r in self.reports}))

    def series(self, indicator: str) -> tuple[Report, ...]:
        """Return the numbers of one indicator, by year."""
        return tuple(sorted((r for r in self.reports if r.indicator == indicator), key=lambda r: r.year))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per number: year, indicator, value, source, note, synthetic, office, file."""
        rows = [
            (r.year, r.indicator, r.value, r.source, r.note, r.synthetic, r.office, r.file)
            for r in self.reports
        ]
        names = ["year", "indicator", "value", "source", "note", "synthetic", "office", "file"]
        return pd.DataFrame(rows, columns=names)

    def _title(self) -> str:
        return tell(
            "Returns of {}: {} numbers", ", ".join(map(str, self.years)) or tell("no year"), len(self.reports)
        )

    def _notes(self) -> list[str]:
        return [remark.localized for remark in self.remarks]


def returned_indicators(plan: Plan) -> dict[str, Indicator]:
    """Return the indicators of a plan that are reported in returns, by id, in the plan's order."""
    return {i.id: i for i in plan.all_indicators() if i.origin == "return"}


def read_returns(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], plan: Plan
) -> Returns:  # fmt: skip
    """Read, check and combine yearly returns.

    Parameters
    ----------
    paths : path or sequence of paths
        CSV files, workbooks (.xlsx, .xls, .ods) or files of data (.parquet, .sav, .dta) with the columns year,
        indicator, value, unit, source and optionally note, office, deadline and last_year; a file may contain several
        years, and a year may have several files. CSV is UTF-8, or GB18030 as written by Chinese Excel; columns
        separated by semicolons or tabs are read, with a note. An empty value means not reported here; another office
        may report it.
    plan : Plan
        The plan whose indicators are reported.

    Returns
    -------
    Returns
        Numbers by year and indicator, each with its office (from the return, otherwise from the plan) and its file.

    Raises
    ------
    LiteracyError
        ``plan.input`` listing all problems, or ``io.*``: unknown indicators (naming the nearest), wrong units, negative
        numbers, text in place of a number, a number without a source, a number reported twice (naming both places), a
        value of last year that contradicts the return of that year.

    Examples
    --------
    >>> returns = lit.read_returns(lit.sample_data("returns_2025.csv"), lit.load_plan("erenhot"))
    >>> returns.to_frame().columns[:3].tolist()
    ['year', 'indicator', 'value']
    """
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    findings = Findings()
    offices = {i.id: o.office for _, o in plan.owners() if isinstance(o, Task) for i in o.indicators}
    reports: dict[tuple[int, str], Report] = {}
    recalled: list[Report] = []
    remarks: list[Label] = []
    for file in files:
        for report, last in _read_file(Path(file), plan, offices, findings, remarks):
            if last is not None:
                recalled.append(last)
            if report is None:
                continue
            key = (report.year, report.indicator)
            if key in reports:
                findings.add(report.file, report.row, "indicator", _twice(reports[key], report))
            else:
                reports[key] = report
    remarks += _hold_recalled(recalled, reports, findings)
    _refuse(findings)
    return Returns(tuple(sorted(reports.values(), key=lambda r: (r.year, r.indicator))), tuple(remarks))


def _twice(first: Report, second: Report) -> str:
    return tell(
        "'{}' of {} is reported twice: {:g} by {}, {:g} by {}",
        second.indicator,
        second.year,
        first.value,
        first.place,
        second.value,
        second.place,
    )


def _hold_recalled(
    recalled: list[Report], reports: dict[tuple[int, str], Report], findings: Findings
) -> list[Label]:
    """Check last year's numbers against the returns of that year; those without a counterpart are counted."""
    alone = 0
    for r in recalled:
        reported = reports.get((r.year, r.indicator))
        if reported is None:
            alone += 1
        elif not math.isclose(reported.value, r.value, rel_tol=1e-9):
            what = tell(
                "{:g} for '{}' of {}, but {:g} was reported by {}",
                r.value,
                r.indicator,
                r.year,
                reported.value,
                reported.place,
            )
            findings.add(r.file, r.row, "last_year", what)
    if not alone:
        return []
    return [
        Label(
            f"填报表中有 {alone} 个上年数没有相应的上年填报表可核对，未用于比较；请一并提供上年填报表",
            f"{alone} values of last year stand in a return without the return of that year and are not "
            "compared with; give that return as well",
        )
    ]


def make_template(plan: Plan, year: int, *, office: str = "", returns: Returns | None = None) -> pd.DataFrame:
    """Return an empty return for a year: one row per indicator, with labels and unit, in the plan's order.

    Parameters
    ----------
    plan : Plan
    year : int
    office : str
        Only rows for which this office is responsible. If the plan names no offices, all rows, with this office filled
        in.
    returns : Returns, optional
        Earlier returns, from which last year's values are filled in.

    Returns
    -------
    DataFrame
        year, task, indicator, zh, en, value, unit, source, note, then office, deadline, last_year.

    Raises
    ------
    LiteracyError
        ``plan.input`` for a year outside 1990 to 2100, or an office the plan does not name.

    Examples
    --------
    >>> lit.make_template(lit.load_plan("erenhot"), 2025).columns.tolist()
    ['year', 'task', 'indicator', 'zh', 'en', 'value', 'unit', 'source', 'note', 'office', 'deadline', 'last_year']
    """
    if not YEARS[0] <= year <= YEARS[1]:
        raise LiteracyError(
            "plan.input",
            where=tell("year {}", year),
            what="is not a year of a plan",
            fix="write a year such as 2025",
        )
    named = sorted({n for p in plan.parts for t in p.tasks for n in split_offices(t.office)})
    if office and named and office not in named:
        raise LiteracyError(
            "plan.input",
            where=tell("office '{}'", office),
            what=tell("is not named in the plan{}", nearest(office, named)),
            fix=tell("use one of {}", ", ".join(named)),
        )
    last = {r.indicator: r.value for r in (returns or Returns()).reports if r.year == year - 1}
    rows = []
    for code, owner in plan.owners():
        who, due = (owner.office, owner.deadline) if isinstance(owner, Task) else ("", "")
        if office and named and office not in split_offices(who):
            continue
        for i in owner.indicators:
            if i.origin == "return":
                before = f"{last[i.id]:.15g}" if i.id in last else ""
                first = (year, code, i.id, i.label.zh, i.label.en, "", i.unit.zh, "", "")
                rows.append((*first, who or office, due, before))
    names = ["year", "task", "indicator", "zh", "en", "value", "unit", "source", "note", *FURTHER]
    return pd.DataFrame(rows, columns=names)


def split_offices(text: str) -> list[str]:
    """Return the names of the offices jointly responsible for a task, the leading one first."""
    return [n for n in (part.strip() for part in re.split(r"[、，,;；/]", text)) if n]


def _refuse(findings: Findings) -> None:
    found = findings.found
    if not found:
        return
    if len(found) == 1 and found[0].code == "io.missing":
        raise LiteracyError("io.missing", where=found[0].file, what=found[0].message, fix="check the path")
    shown = [str(f) for f in found[:SHOWN]]
    if len(found) > SHOWN:
        shown.append(tell("and {} more", len(found) - SHOWN))
    one = len(found) == 1
    raise LiteracyError(
        "plan.input",
        where=":".join(p for p in (found[0].file, found[0].table, found[0].key) if p)
        if one
        else found[0].file,
        what=found[0].message if one else tell("{} problems\n  ", len(found)) + "\n  ".join(shown),
        fix="correct the places listed; literacy plan template YEAR writes an empty return with "
        "the correct names",
    )


def _read_file(
    path: Path, plan: Plan, offices: dict[str, str], findings: Findings, remarks: list[Label]
) -> list[tuple[Report | None, Report | None]]:
    """Return the number of each row, and that of last year if given."""
    place, known = place_of(path), returned_indicators(plan)
    out: list[tuple[Report | None, Report | None]] = []
    for row in _read_cells(path, findings, remarks):
        spot = tell("row {}", row[""])
        year, name = _year(row, spot, place, findings), row.get("indicator", "")
        indicator = known.get(name)
        if indicator is None:
            findings.add(place, spot, "indicator", _unknown(name, plan, known))
            continue
        if row.get("value", "") or row.get("unit", ""):
            _check_unit(row.get("unit", ""), indicator, spot, place, findings)
        office = row.get("office", "") or offices.get(name, "")
        last = _number(row, "last_year", indicator, spot, place, findings)
        value = _number(row, "value", indicator, spot, place, findings)
        if row.get("value", "") and not row.get("source", ""):
            findings.add(place, spot, "source", tell("is empty: state which record the figure comes from"))
        if year is None:
            continue
        source, note = row.get("source", ""), row.get("note", "")
        out.append(
            (
                None if value is None else Report(year, name, value, source, note, place, office, spot),
                None if last is None else Report(year - 1, name, last, source, note, place, office, spot),
            )
        )
    return out


def _read_cells(path: Path, findings: Findings, remarks: list[Label]) -> list[dict[str, str]]:
    """Return rows of texts of a CSV file, of the first sheet of a workbook, or of another file of data."""
    need, may = COLUMNS[:5], (*COLUMNS[5:], *LABELS, *FURTHER)
    if not path.is_file() or not path.stat().st_size or recognise_file(path) == "csv":
        text = read_text(path, findings)
        if text is None:
            return []
        mark = _separator(text)
        if mark != ",":
            zh, en = SEPARATORS[mark]
            remarks.append(
                Label(
                    f"{path.name}：列以{zh}分隔，已照此读取",
                    f"{path.name}: columns are separated by {en}, and read so",
                )
            )
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        return lay_rows(rows, place_of(path), need, may, findings, FURTHER)
    table = load_table(path)
    remarks += [Label(f"{path.name}：{note}", f"{path.name}: {note}") for note in table.notes]
    cells = [[_cell(v) for v in row] for row in table.frame.itertuples(index=False)]
    return lay_rows([[str(c) for c in table.frame.columns], *cells], place_of(path), need, may, findings)


def _separator(text: str) -> str:
    """Return the sign that separates most of the known names in the heading: a comma unless another does."""
    head = next(iter(text.splitlines()), "")
    known = {*COLUMNS, *LABELS, *FURTHER}
    found = {
        mark: len(known & {cell.strip(' "') for cell in head.split(mark)}) for mark in (",", *SEPARATORS)
    }
    return max(found, key=lambda mark: found[mark])


def _cell(value: Any) -> str:
    """Return a workbook cell as text, formatted as typed."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _number(
    row: dict[str, str], column: str, indicator: Indicator, spot: str, place: str, findings: Findings
) -> float | None:
    text = row.get(column, "")
    return _value(text, column, indicator, spot, place, findings) if text else None


def _unknown(name: str, plan: Plan, known: dict[str, Indicator]) -> str:
    if not name:
        return "is empty"
    if any(i.id == name for i in plan.all_indicators()):
        return tell("'{}' is estimated from the survey, not reported by an office", name)
    return tell("'{}' is not an indicator of the plan{}", name, nearest(name, known))


def _year(row: dict[str, str], spot: str, place: str, findings: Findings) -> int | None:
    text = row.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() else None
    if year is None or not YEARS[0] <= year <= YEARS[1]:
        findings.add(place, spot, "year", tell("'{}' is not a year from {} to {}", text, YEARS[0], YEARS[1]))
        return None
    return year


def _check_unit(text: str, indicator: Indicator, spot: str, place: str, findings: Findings) -> None:
    right = (indicator.unit.zh, indicator.unit.en)
    if text.casefold() not in {unit.casefold() for unit in right}:
        problem = tell("'{}' is not", text) if text else tell("is empty, not")
        findings.add(
            place,
            spot,
            "unit",
            tell("{} the unit of '{}': {}", problem, indicator.id, tell(" or ").join(right)),
        )


def _value(
    text: str, column: str, indicator: Indicator, spot: str, place: str, findings: Findings
) -> float | None:
    try:
        value = float("" if "_" in text else text)
    except ValueError:
        plain = text.replace(",", "").replace("，", "")
        hint = tell(" (write {})", plain) if plain != text and plain.replace(".", "", 1).isdigit() else ""
        findings.add(place, spot, column, tell("'{}' is not a plain number{}", text, hint))
        return None
    if not math.isfinite(value):
        findings.add(place, spot, column, tell("'{}' is not a number; leave it empty if unknown", text))
        return None
    if value < 0:
        findings.add(place, spot, column, tell("{} is negative", text))
        return None
    if indicator.returned in WHOLE and value != math.floor(value):
        findings.add(
            place, spot, column, tell("{} is not a whole number of {}", text, indicator.unit.localized)
        )
        return None
    return value
