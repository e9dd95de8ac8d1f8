"""Published series as tables: one figure per row with its source, its standard, and breaks in the series."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from literacy._resources import surveys_dir
from literacy.errors import LiteracyError
from literacy.instrument.definitions import nearest
from literacy.instrument.reading.source_tables import Findings, place_of, read_rows
from literacy.instrument.reading.standard_files import SERIES
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

STATUSES = (
    "verified",
    "verified table, reproduced",
    "published, rounded",
    "official",
    "arithmetic consistent",
    "single source",
    "commonly quoted",
    "derived",
    "doubtful",
    "not found",
)


@dataclass(frozen=True, slots=True)
class _Form:
    """Columns of a reference table: texts, whole numbers and numbers; ``value`` may be missing if not found."""

    texts: tuple[str, ...]
    whole: tuple[str, ...]
    value: str = "share"
    further: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        end = ("source", "further_sources") if self.further else ("source",)
        return (*self.texts, *self.whole, self.value, "status", "note", *end)


_FORMS: dict[str, _Form] = {
    "national_series": _Form(
        ("area", "population", "mode", "instrument", "standard", "break_before"),
        ("round", "year", "design_sample", "valid_sample"),
    ),
    "national_breakdown": _Form(("area", "dimension", "category", "zh", "cumulative", "standard"), ("year",)),
    "provinces": _Form(("area", "zh", "standard"), ("year",)),
    "cities": _Form(("area", "zh", "sample", "standard"), ("year",)),
    "goals": _Form(("area", "zh", "operator", "strict"), ("year",)),
    "population": _Form(("area", "zh", "measure", "unit"), ("year",), value="value"),
    "item_shares": _Form(("item", "en", "area", "zh"), ("year", "n"), further=False),
}


def list_references() -> tuple[str, ...]:
    """Return the names of the packaged published series.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> lit.list_references()[:2]
    ('cities', 'goals')
    """
    return tuple(sorted(_FORMS))


def load_reference(name: str) -> pd.DataFrame:
    """Load a published series.

    Parameters
    ----------
    name : str
        One of :func:`list_references`.

    Returns
    -------
    DataFrame
        Shares, 0-1, in ``share`` (for "population": ``value`` in ``unit``). ``standard`` is the rule on which a figure
        is based (empty if not stated); figures by different standards are not comparable, and ``break_before`` marks
        where the national series changes its rule. Missing figures have the status "not found".

    Raises
    ------
    LiteracyError
        ``reference.unknown``; ``survey.invalid`` for a malformed table.

    Examples
    --------
    >>> lit.load_reference(lit.list_references()[0]).columns[:2].tolist()
    ['area', 'zh']
    """
    import pandas as pd

    if name not in _FORMS:
        known = ", ".join(list_references())
        raise LiteracyError(
            "reference.unknown",
            where=name,
            what=tell("is not a published series{}", nearest(name, _FORMS)),
            fix=tell("use one of: {}", known),
        )
    findings = Findings()
    rows = read_reference(name, findings)
    findings.refuse()
    form = _FORMS[name]
    frame = pd.DataFrame([{k: v for k, v in row.items() if k} for row in rows])
    for column in form.whole:
        frame[column] = pd.to_numeric(frame[column].replace("", None)).astype("Int64")
    frame[form.value] = pd.to_numeric(frame[form.value].replace("", None)).astype(float)
    for column in ("break_before", "strict"):
        if column in frame.columns:
            frame[column] = frame[column] == "yes"
    return frame


def read_reference(name: str, findings: Findings, folder: Path | None = None) -> list[dict[str, str]]:
    """Parse and check one reference series."""
    form, path = _FORMS[name], (folder or surveys_dir() / "reference") / f"{name}.csv"
    rows, place = read_rows(path, form.columns, (), findings), place_of(path)
    for row in rows:
        spot, value, status = f"row {row['']}", row.get(form.value, ""), row.get("status", "")
        if status not in STATUSES:
            findings.add(
                place, spot, "status", tell("'{}' is not a status{}", status, nearest(status, STATUSES))
            )
        if not row.get("source") and status != "not found":
            findings.add(place, spot, "source", tell("is empty; every figure must be cited"))
        if not value and status != "not found":
            findings.add(
                place,
                spot,
                form.value,
                tell("is empty; a figure that could not be found has status 'not found'"),
            )
        number = _number(value)
        if value and number is None:
            findings.add(place, spot, form.value, tell("'{}' is not a number", value))
        is_share = form.value == "share" or row.get("unit") == "share"
        if number is not None and is_share and not 0 <= number <= 1:
            findings.add(place, spot, form.value, tell("{} is not a share between 0 and 1", value))
        for column in form.whole:
            if row.get(column) and not row[column].isdigit():
                findings.add(place, spot, column, tell("'{}' is not a whole number", row[column]))
        if "standard" in form.texts and row.get("standard") and row["standard"] not in SERIES:
            message = tell("'{}' is not a known series{}", row["standard"], nearest(row["standard"], SERIES))
            findings.add(place, spot, "standard", message)
    return rows


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
