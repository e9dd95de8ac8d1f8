"""The yearly return: numbers an office reports, checked like an instrument."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Indicator, Plan, nearest
from literacy.instrument.indicators import WHOLE
from literacy.instrument.tables import Findings, place_of, read_rows

COLUMNS = ("year", "indicator", "value", "unit", "source", "note")
LABELS = ("task", "zh", "en")
"""Further columns of the template, for the eye; what stands in them is not read."""
YEARS = (1990, 2100)
SYNTHETIC = ("SYNTHETIC", "合成")
"""A source that begins so says that the number is made up; every output then says so too."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Report:
    """One reported number."""

    year: int
    indicator: str
    value: float
    source: str
    note: str
    file: str

    @property
    def synthetic(self) -> bool:
        """Whether its source says that it is made up."""
        return self.source.upper().startswith(SYNTHETIC)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Returns(Printable):
    """What was reported, year by year. Rows without a value are not reported and are not kept."""

    reports: tuple[Report, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Years with a number, rising."""
        return tuple(sorted({r.year for r in self.reports}))

    def series(self, indicator: str) -> tuple[Report, ...]:
        """The numbers of one indicator, by year."""
        return tuple(sorted((r for r in self.reports if r.indicator == indicator), key=lambda r: r.year))

    def to_frame(self) -> pd.DataFrame:
        """One row a number: year, indicator, value, source, note, synthetic."""
        rows = [(r.year, r.indicator, r.value, r.source, r.note, r.synthetic) for r in self.reports]
        names = ["year", "indicator", "value", "source", "note", "synthetic"]
        return pd.DataFrame(rows, columns=names)

    def _title(self) -> str:
        return f"Returns of {', '.join(map(str, self.years)) or 'no year'}: {len(self.reports)} numbers"


def returned_indicators(plan: Plan) -> dict[str, Indicator]:
    """Indicators of a plan that come from the return, by id, in the plan's order."""
    return {i.id: i for i in plan.all_indicators() if i.origin == "return"}


def read_returns(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], plan: Plan
) -> Returns:  # fmt: skip
    """Read and check yearly returns.

    Parameters
    ----------
    paths : path or sequence of paths
        CSV files with the columns year, indicator, value, unit, source and, if wished, note; one or more years in
        a file. UTF-8, or GB18030 as Chinese Excel writes it. An empty value means not reported.
    plan : Plan
        The plan whose indicators are reported.

    Raises
    ------
    LiteracyError
        ``plan.input`` telling every problem at once, or ``io.missing``: unknown indicators (naming the nearest), wrong
        units, negative numbers, doubles, text where a number belongs, a number without its source.
    """
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    findings = Findings()
    reports: list[Report] = []
    for file in files:
        reports += _read_file(Path(file), plan, findings, reports)
    _refuse(findings)
    return Returns(tuple(sorted(reports, key=lambda r: (r.year, r.indicator))))


def make_template(plan: Plan, year: int) -> pd.DataFrame:
    """An empty return of a year: one row an indicator, with its labels and unit, in the plan's order."""
    if not YEARS[0] <= year <= YEARS[1]:
        raise LiteracyError(
            "plan.input", where=f"year {year}", what="is no year of a plan", fix="write a year such as 2025"
        )
    codes = {i.id: code for code, owner in plan.owners() for i in owner.indicators}
    rows = [
        (year, i.id, "", i.unit.zh, "", "", codes[i.id], i.label.zh, i.label.en)
        for i in returned_indicators(plan).values()
    ]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *LABELS])
    return frame[["year", "task", "indicator", "zh", "en", "value", "unit", "source", "note"]]


def _refuse(findings: Findings) -> None:
    found = findings.found
    if not found:
        return
    if len(found) == 1 and found[0].code == "io.missing":
        raise LiteracyError("io.missing", where=found[0].file, what=found[0].message, fix="check the path")
    shown = [str(f) for f in found[:SHOWN]]
    if len(found) > SHOWN:
        shown.append(f"and {len(found) - SHOWN} more")
    one = len(found) == 1
    raise LiteracyError(
        "plan.input",
        where=":".join(p for p in (found[0].file, found[0].table, found[0].key) if p)
        if one
        else found[0].file,
        what=found[0].message if one else f"{len(found)} problems\n  " + "\n  ".join(shown),
        fix="correct the places named; literacy plan template YEAR writes an empty return with the right names",
    )


def _read_file(path: Path, plan: Plan, findings: Findings, others: Iterable[Report]) -> list[Report]:
    place, known = place_of(path), returned_indicators(plan)
    rows = read_rows(path, COLUMNS[:5], (*COLUMNS[5:], *LABELS), findings)
    taken = {(r.year, r.indicator): r.file for r in others}
    out: list[Report] = []
    for row in rows:
        spot = f"row {row['']}"
        year, name = _year(row, spot, place, findings), row.get("indicator", "")
        indicator = known.get(name)
        if indicator is None:
            findings.add(place, spot, "indicator", _unknown(name, plan, known))
            continue
        _check_unit(row.get("unit", ""), indicator, spot, place, findings)
        if year is not None and (year, name) in taken:
            where = "" if taken[year, name] == place else f" (first in {taken[year, name]})"
            findings.add(place, spot, "indicator", f"'{name}' of {year} is reported twice{where}")
            continue
        if year is not None:
            taken[year, name] = place
        if not row.get("value", ""):
            continue
        value = _value(row["value"], indicator, spot, place, findings)
        if not row.get("source", ""):
            findings.add(place, spot, "source", "is empty: say which record the number is from")
        if year is not None and value is not None:
            out.append(Report(year, name, value, row.get("source", ""), row.get("note", ""), place))
    return out


def _unknown(name: str, plan: Plan, known: dict[str, Indicator]) -> str:
    if not name:
        return "is empty"
    if any(i.id == name for i in plan.all_indicators()):
        return f"'{name}' is estimated from the survey; it is not reported"
    return f"'{name}' is not an indicator of the plan{nearest(name, known)}"


def _year(row: dict[str, str], spot: str, place: str, findings: Findings) -> int | None:
    text = row.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() else None
    if year is None or not YEARS[0] <= year <= YEARS[1]:
        findings.add(place, spot, "year", f"'{text}' is not a year from {YEARS[0]} to {YEARS[1]}")
        return None
    return year


def _check_unit(text: str, indicator: Indicator, spot: str, place: str, findings: Findings) -> None:
    right = (indicator.unit.zh, indicator.unit.en)
    if text.casefold() not in {unit.casefold() for unit in right}:
        said = f"'{text}' is not" if text else "is empty, not"
        findings.add(place, spot, "unit", f"{said} the unit of '{indicator.id}': {' or '.join(right)}")


def _value(text: str, indicator: Indicator, spot: str, place: str, findings: Findings) -> float | None:
    try:
        value = float("" if "_" in text else text)
    except ValueError:
        plain = text.replace(",", "").replace("，", "")
        hint = f" (write {plain})" if plain != text and plain.replace(".", "", 1).isdigit() else ""
        findings.add(place, spot, "value", f"'{text}' is not a plain number{hint}")
        return None
    if not math.isfinite(value):
        findings.add(place, spot, "value", f"'{text}' is not a number; leave it empty where nothing is known")
        return None
    if value < 0:
        findings.add(place, spot, "value", f"{text} is negative")
        return None
    if indicator.returned in WHOLE and value != math.floor(value):
        findings.add(place, spot, "value", f"{text} is not a whole number of {indicator.unit.en}")
        return None
    return value
