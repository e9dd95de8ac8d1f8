"""The visit log, and the final outcome of every household."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.fieldwork.dispositions import find_disposition
from literacy.fieldwork.drawing.frames import HEADINGS, plain_heading
from literacy.messages import tell

COLUMNS = ("unit", "household", "interviewer", "date", "disposition")
_HEADINGS = {
    "unit": HEADINGS["unit"],
    "household": "household 户 户号 户编号 住户 住户编号 household_id case",
    "interviewer": "interviewer 调查员 访员 访问员 调查员编号 访员编号",
    "date": "date 日期 访问日期 上门日期",
    "disposition": "disposition 结果 结果代码 访问结果 代码 处置代码 outcome",
    "substitute_for": "substitute_for 替换 替换户号 替代",
    "adults": "adults 成年人数 成人数 户内成年人数 18-69岁人数",
    "person": "person 第几人 被访人序号",
}
WITHIN = ("adults", "person")
"""Optional columns of a log on the selection of an adult."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Visits(Printable):
    """A checked visit log.

    Attributes
    ----------
    table : DataFrame
        One row per visit: ``unit, household, interviewer, date, disposition`` (in AAPOR's notation), ``group`` and
        ``substitute_for`` (empty except for substitute households); ``adults`` in the household and ``person`` (the
        number of the adult selected) if the log has them.
    notes : tuple of str
    """

    table: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell(
            "{} visits to {} households",
            len(self.table),
            self.table[["unit", "household"]].drop_duplicates().shape[0],
        )

    def _notes(self) -> list[str]:
        return list(self.notes)


def read_visits(source: str | Path | pd.DataFrame, *, encoding: str | None = None) -> Visits:
    """Read a visit log with one row per visit: ``unit, household, interviewer, date, disposition`` (or in Chinese).

    Parameters
    ----------
    source : str, Path or DataFrame
        The log, or its table.
    encoding : str, optional
        Encoding of a text file; detected by default.

    Returns
    -------
    Visits

    Raises
    ------
    LiteracyError
        ``io.*``; ``field.visits`` for missing columns, empty cells, invalid dates or unknown codes; all problems of a
        kind are listed in one message.

    Examples
    --------
    >>> log = {"单位": "a", "户号": [1, 2], "调查员": "A1", "日期": "2025-06-01", "结果代码": [110, "拒访"]}
    >>> lit.read_visits(pd.DataFrame(log)).table["disposition"].tolist()
    ['1.1', '2.11']
    """
    from literacy.answers import read_plain

    notes: tuple[str, ...] = ()
    if isinstance(source, pd.DataFrame):
        table, where = source.reset_index(drop=True), "visits"
    else:
        table, notes = read_plain(source, encoding=encoding)
        where = str(source)
    table = name_columns(table)
    absent = [c for c in COLUMNS if c not in table.columns]
    if absent == ["interviewer"]:
        table, notes = (
            table.assign(interviewer=""),
            (*notes, tell("no column of interviewer codes: nothing is reported by interviewer")),
        )
    elif absent:
        raise _invalid(
            where, tell("no column {}", ", ".join(absent)), tell("name the columns {}", ", ".join(COLUMNS))
        )
    if not len(table):
        raise _invalid(where, "no visits", "give one row per visit")
    out = pd.DataFrame({c: table[c].map(as_label) for c in ("unit", "household", "interviewer")})
    blank = (out["unit"] == "") | (out["household"] == "")
    if blank.any():
        raise _invalid(
            where,
            tell("unit or household empty in {}", _rows(blank)),
            "every visit belongs to a household of a unit",
        )
    dates = read_dates(table["date"])
    if dates.isna().any():
        raise _invalid(
            tell("{}: date", where),
            tell("missing or not a date in {}", _rows(dates.isna())),
            "write 2025-05-06",
        )
    found = [find_disposition(cell) for cell in table["disposition"]]
    odd = pd.Series([f is None for f in found])
    if odd.any():
        unknown = ", ".join(sorted({repr(as_label(c)) for c in table["disposition"][odd.to_numpy()]})[:5])
        raise _invalid(
            tell("{}: disposition", where), tell("no such code: {} in {}", unknown, _rows(odd)),
            "use the codes of docs/fieldwork.md: 1.1 complete, 2.11 refusal, 2.24 nobody at home, …",
        )  # fmt: skip
    out["date"] = dates.to_numpy()
    out["disposition"] = [f.code for f in found if f is not None]
    out["group"] = [f.group for f in found if f is not None]
    out["substitute_for"] = table["substitute_for"].map(as_label) if "substitute_for" in table else ""
    for column in (c for c in WITHIN if c in table):
        out[column] = table[column].map(as_label)
    return Visits(out, (*notes, *_note_repeats(out)))


def _note_repeats(table: pd.DataFrame) -> list[str]:
    """Return notes on possible duplicate entries, which a log alone cannot resolve."""
    notes = []
    again = int(table.duplicated().sum())
    if again:
        notes.append(
            tell(
                "{} rows repeat another in every column: counted as visits of their own; delete what was entered twice",
                again,
            )
        )
    done = table[table["group"] == "I"].drop_duplicates().groupby(["unit", "household"]).size()
    if (done > 1).any():
        notes.append(
            tell("{} households have several completed interviews: each counts once", int((done > 1).sum()))
        )
    return notes


def name_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Rename the columns of a log by their roles, from the headings offices use."""
    names: dict[str, str] = {}
    for role, headings in _HEADINGS.items():
        known = {plain_heading(w) for w in headings.split()}
        matches = [str(c) for c in table.columns if str(c) == role] or [
            str(c) for c in table.columns if plain_heading(str(c)) in known
        ]
        if matches:
            names[matches[0]] = role
    return table.rename(columns=names)


def last_outcomes(visits: Visits) -> pd.DataFrame:
    """Return one row per household with its last outcome; a completed interview is never superseded.

    Returns
    -------
    DataFrame
        ``unit, household, visits, interviewer, date, disposition, group, substitute_for``.
    """
    table = visits.table.assign(rank=visits.table["group"].map({"I": 2, "P": 1}).fillna(0))
    table = table.sort_values(["unit", "household", "date"], kind="stable")
    grouped = table.groupby(["unit", "household"], sort=True)
    best = table.loc[
        table.sort_values(["rank", "date"], kind="stable")
        .groupby(["unit", "household"], sort=True)
        .tail(1)
        .index
    ]
    best = best.sort_values(["unit", "household"], kind="stable").reset_index(drop=True)
    count = grouped.size().to_numpy()
    out = best.drop(columns="rank").assign(visits=count)
    standing = grouped["substitute_for"].agg(lambda s: next((x for x in s if x), "")).to_numpy()
    out = out.assign(substitute_for=standing)
    for column in (c for c in WITHIN if c in table):
        out[column] = (
            grouped[column].agg(lambda s: next((x for x in reversed(s.tolist()) if x), "")).to_numpy()
        )
        other = grouped[column].agg(lambda s: len(set(s) - {""}) > 1).to_numpy(bool)
        if other.any():
            raise _invalid(
                tell("visits: {}", column), tell("{} households have two different numbers", int(other.sum())),
                "keep the one that is right",
            )  # fmt: skip
    return out


def as_label(cell: object) -> str:
    """Convert a cell to a label: whole numbers without decimal point, missing values as empty text."""
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
        return str(int(cell))
    return str(cell).strip()


def read_dates(column: pd.Series) -> pd.Series:
    """Convert a column to dates; NaT for invalid ones."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Series(column.dt.normalize())
    text = column.map(as_label).str.replace(r"[年月/.]", "-", regex=True).str.replace("日", "", regex=False)
    return pd.to_datetime(text.str.slice(0, 10), errors="coerce", format="mixed").dt.normalize()


def _rows(mask: pd.Series) -> str:
    places = np.flatnonzero(mask.to_numpy(bool)) + 1
    listed = ", ".join(str(p) for p in places[:5]) + (" …" if len(places) > 5 else "")
    return tell("{} of {} visits (row{} {})", len(places), len(mask), "s" if len(places) > 1 else "", listed)


def _invalid(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("field.visits", where=where, what=what, fix=fix)
