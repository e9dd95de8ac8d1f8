"""Text cells that represent numbers in other notations: converted if unambiguous, reported otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.table import Table
from literacy.files.text.numbers import EXACT, NUMBER, whole_numbers
from literacy.files.text.spelling import is_disguised
from literacy.messages import mark, tell

FORMATS = frozenset({"csv", "xlsx", "xls", "ods"})
"""Formats in which a number may have been entered as text."""
SHOWN = 8
ERRORS = frozenset({"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})
"""Error values displayed by spreadsheets."""
_WRAPPED = re.compile(r'=\s*"(.*)"', re.DOTALL)
_NUMBER = re.compile(NUMBER)
_WHOLE = re.compile(r"[+-]?\d+")
_PERCENT = re.compile(rf"({NUMBER})\s*%")
_THOUSANDS = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
}
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:([\u00a0\u2009\u202f'\u2019])\d{3})(?:\1\d{3})*(?:\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:([\u00a0\u2009\u202f'\u2019])\d{3})(?:\1\d{3})*(?:,\d+)?"),
}
"""Match thousands separated by a no-break space, a thin space or an apostrophe: 1 234, 1'234."""
_COMMA = re.compile(r"[+-]?(?:0|[1-9]\d*),\d+")
_TRUTH = {"TRUE": 1.0, "True": 1.0, "true": 1.0, "FALSE": 0.0, "False": 0.0, "false": 0.0}
_LIKE = re.compile(r"[-+=\"'\u2019#%.,\d\s\uff0b-\uff19A-Z/!?¥￥$€£元万亿岁]{1,24}")
_DAY = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}:\d{2}.*)?|\d{1,2}月\d{1,2}日"
    r"|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:-\d{2,4})?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_RANGE = re.compile(r"\d{1,3}\s*[-~—–至]\s*\d{1,3}")
_WHOLE_SAID = {
    "truth": mark("TRUE and FALSE read as 1 and 0"),
    "percent": mark("cells such as 45% read as shares (0.45)"),
    "thousands": mark("cells such as 1,200 or 1'200 read with a thousands separator (1200)"),
    "comma": mark("cells such as 1,5 read with a decimal comma (1.5)"),
    "wide": mark("full-width digits read as numbers"),
    "wrapped": mark('cells such as ="1" read as the text in quotes'),
}


class _Read(NamedTuple):
    """One cell: how it was read, and its number (None for an error cell)."""

    how: str
    value: float | None


def read_certain(
    frame: pd.DataFrame, table: Table, decimal: str = ".", first_line: int = 0
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Convert the text columns of a text table to numbers where every cell is unambiguously numeric.

    Parameters
    ----------
    frame : DataFrame
        Columns of the table.
    table : Table
        Determines the format; in formats with declared column types, text columns are left unchanged.
    decimal : str
        ``.`` or ``,``.
    first_line : int
        Line number of the first row in the text file or sheet; 0 if unknown.

    Returns
    -------
    (frame, notes)

    Examples
    --------
    >>> import pandas as pd
    >>> from literacy.files import Table
    >>> cells = pd.DataFrame({"share": ["45%", "50%"]})
    >>> read_certain(cells, Table(cells, "csv"))
    (   share
    0   0.45
    1   0.50, ('share: cells such as 45% read as shares (0.45)',))
    """
    if decimal not in (".", ","):
        raise LiteracyError(
            "cli.usage", where=f"decimal={decimal!r}", what="is not a decimal mark", fix="use . or ,"
        )
    if table.format not in FORMATS:
        return frame, ()
    settled: dict[str, Settled] = {}
    made: dict[str, pd.Series] = {}
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_datetime64_any_dtype(frame[name]):
            continue
        column = _read_column(frame[name], decimal, first_line)
        if column is None:
            mixed = tell_days(str(name), map(str, frame[name].dropna().unique()))
            settled[str(name)] = Settled("text", mixed=mixed)
            continue
        made[name], hows, errors = column
        settled[str(name)] = Settled("number", hows, errors)
    return (frame.assign(**made) if made else frame), tell_settled(settled)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a text column is, decided from all its cells.

    Attributes
    ----------
    kind : {"number", "text", "wrapped"}
        "wrapped": texts written as ``="..."`` to keep a spreadsheet from converting them to numbers.
    hows : tuple of str
        The conversions applied.
    errors : str
        Note on error cells.
    mixed : tuple of str
        Note on dates beside numbers.
    """

    kind: str
    hows: tuple[str, ...] = ()
    errors: str = ""
    mixed: tuple[str, ...] = ()


def tell_settled(columns: Mapping[str, Settled]) -> tuple[str, ...]:
    """Return the notes on the text columns of a table: columns read in the same way in one sentence."""
    found: dict[str, list[str]] = {}
    for name, column in columns.items():
        for how in column.hows:
            found.setdefault(how, []).append(name)
    remarks = [f"{_named(names)}: {tell(_WHOLE_SAID[how])}" for how, names in sorted(found.items())]
    errors = [c.errors for c in columns.values() if c.errors]
    return (*remarks, *errors, *(note for c in columns.values() for note in c.mixed))


def tell_days(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return a note on a column that mixes dates with serial dates or ranges, as spreadsheets convert these to dates.

    >>> tell_days("grp", ["5-9", "2025-03-04", "10-14"])[0].partition(";")[0]
    'grp: days beside ranges such as 5-9: a spreadsheet turns 3-4 into a day'
    """
    cells = [t.strip() for t in texts]
    rest = [t for t in cells if not _DAY.fullmatch(t)]
    found = [t for t in rest if _SERIAL.fullmatch(t)]
    ranges = [t for t in rest if _RANGE.fullmatch(t)]
    if len(rest) == len(cells) or not (found or ranges):
        return ()
    if ranges:
        return (
            tell(
                "{}: days beside ranges such as {}: a spreadsheet turns 3-4 into a day; format the column as text "
                "and correct it",
                name,
                ranges[0],
            ),
        )
    return (
        tell(
            "{}: days beside day numbers of a spreadsheet such as {} (days since 1900), which are not read as days; "
            "format the column as days",
            name,
            found[0],
        ),
    )


def keep_days(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that decide on :func:`tell_days`: the first day, the first day number and the first range."""
    found: dict[re.Pattern[str], str] = {}
    for text in texts:
        for form in (_DAY, _SERIAL, _RANGE):
            if form not in found and form.fullmatch(text.strip()):
                found[form] = text
                break
    return tuple(found.values())


def tell_points(table: Table, columns: Iterable[str], decimal: str) -> tuple[str, ...]:
    """Return a note on columns of numbers with a decimal point in a table whose decimal mark is a comma."""
    found = [c for c in columns if c in table.pointed] if decimal == "," else []
    if not found:
        return ()
    return (
        tell(
            "{}: numbers such as 1.200 have a point, which was read as the decimal mark (1.2)", _named(found)
        ),
    )


def _named(names: list[str]) -> str:
    more = tell(" and {} more", len(names) - SHOWN) if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _read_column(
    cells: pd.Series, decimal: str, first_line: int = 0
) -> tuple[pd.Series, tuple[str, ...], str] | None:
    """Return the converted column, the conversions applied and a note on error cells; None if unchanged."""
    positions, uniques = cells.factorize()
    texts = [str(u) for u in uniques]
    wrapped = sum(1 for t in texts if _WRAPPED.fullmatch(t.strip()))
    bare = [found.group(1) if (found := _WRAPPED.fullmatch(t.strip())) else t for t in texts]
    read: list[_Read] = []
    for text in bare:
        one = _read_cell(text, decimal)
        if one is None:
            if not wrapped:
                return None
            lookup = np.array([*bare, None], dtype=object)
            kept = pd.Series(lookup[positions], index=cells.index, name=cells.name, dtype="str")
            return kept, ("wrapped",), ""
        read.append(one)
    hows = {r.how for r in read} - {"", "error"}
    numbers = {r.how for r in read} - {"error"}
    if (
        not numbers
        or ("percent" in hows and numbers != {"percent"})
        or ("truth" in hows and numbers != {"truth"})
    ):
        return None
    exact = _exact_column(cells, positions, bare, read)
    if exact is not None:
        return (
            (exact, tuple(sorted(hows | ({"wrapped"} if wrapped else set()))), "")
            if hows or wrapped
            else None
        )
    values = np.array([*(np.nan if r.value is None else r.value for r in read), np.nan])
    column = whole_numbers(pd.Series(values[positions], index=cells.index, name=cells.name))
    remarks = ErrorCells().add(cells).tell(str(cells.name), first_line)
    return column, tuple(sorted(hows | ({"wrapped"} if wrapped else set()))), remarks


@dataclass(frozen=True, slots=True)
class ErrorCells:
    """Spreadsheet error cells seen so far in a column: their number, the first one and its row."""

    count: int = 0
    first: str = ""
    row: int = 0

    def add(self, cells: pd.Series, before: int = 0) -> ErrorCells:
        """Return the result of adding the error cells of further rows; *before* is the number of preceding rows."""
        hit = cells.isin(ERRORS).to_numpy() | cells.map(_is_error).to_numpy(dtype=bool)
        if not hit.any():
            return self
        place = int(np.flatnonzero(hit)[0])
        found = self if self.count else ErrorCells(0, str(cells.iloc[place]).strip(), before + place + 1)
        return replace(found, count=found.count + int(hit.sum()))

    def tell(self, name: str, first_line: int = 0) -> str:
        """Return a note on the error cells ("" if none); *first_line* is the line of the first row, 0 if unknown."""
        if not self.count:
            return ""
        line = tell(", line {}", self.row - 1 + first_line) if first_line else ""
        return tell(
            "{}: {:,} error cells of a spreadsheet count as missing (first in row {}{}: {})",
            name, self.count, self.row, line, self.first,
        )  # fmt: skip


def _is_error(cell: object) -> bool:
    return isinstance(cell, str) and cell.strip() in ERRORS


def settle_texts(
    column: str,
    seen: Iterable[str],
    decimal: str = ".",
    errors: ErrorCells | None = None,
    first_line: int = 0,
) -> Settled:
    """Return what a text column is, determined from all its distinct cells.

    *errors* are the error cells among all its cells, *first_line* is the line number of its first row (0 if unknown).
    """
    texts = list(seen)
    read = _read_column(pd.Series(texts, name=column, dtype="str"), decimal)
    if read is None:
        return Settled("text", mixed=tell_days(column, texts))
    cells, hows, _ = read
    kind = "number" if pd.api.types.is_numeric_dtype(cells) else "wrapped"
    return Settled(kind, hows, "" if errors is None else errors.tell(column, first_line))


def read_settled(cells: pd.Series, kind: str, decimal: str = ".") -> pd.Series:
    """Convert a block of a text column to the type that :func:`settle_texts` determined for the whole column."""
    if kind == "wrapped":
        positions, uniques = cells.factorize()
        bare = [found.group(1) if (found := _WRAPPED.fullmatch(str(t).strip())) else t for t in uniques]
        lookup = np.array([*bare, None], dtype=object)
        return pd.Series(lookup[positions], index=cells.index, name=cells.name, dtype="str")
    if kind == "text" or pd.api.types.is_numeric_dtype(cells):
        return cells
    read = _read_column(cells, decimal)
    if read is None or not pd.api.types.is_numeric_dtype(read[0]):  # only empty and error cells
        return pd.Series(np.full(len(cells), np.nan), index=cells.index, name=cells.name)
    return read[0]


def _exact_column(
    cells: pd.Series, positions: np.ndarray, texts: list[str], read: list[_Read]
) -> pd.Series | None:
    """Convert integers too large for float64 to 64-bit integers, or else to texts; return None if not applicable."""
    if all(r.value is None or abs(r.value) < EXACT for r in read):
        return None
    plain = [unicodedata.normalize("NFKC", t).strip() for t in texts]
    plain = [
        re.sub(r"[^\d+-]", "", t) if r.how == "thousands" else t for t, r in zip(plain, read, strict=True)
    ]
    if any(r.how == "error" or not _WHOLE.fullmatch(t) for t, r in zip(plain, read, strict=True)):
        return None
    values = list(map(int, plain))
    kind: str = "str"
    if min(values) >= -(2**63) and max(values) < 2**63:
        kind = "Int64" if (positions < 0).any() else "int64"
    lookup = np.array([*(plain if kind == "str" else values), None], dtype=object)
    return pd.Series(lookup[positions], index=cells.index, name=cells.name, dtype=kind)


def _read_cell(text: str, decimal: str) -> _Read | None:
    """Read a cell that is unambiguously a number, a truth value or an error; return None for other cells."""
    plain = text.strip()
    if plain in ERRORS:
        return _Read("error", None)
    if plain in _TRUTH:
        return _Read("truth", _TRUTH[plain])
    if _GROUPED[decimal].fullmatch(plain):
        bare = re.sub(r"[^\d.,+-]", "", plain).replace(",", ".")
        return _Read("thousands", float(bare))
    wide = not plain.isascii()
    if wide and not is_disguised(plain):  # 2² is not 22
        return None
    if wide:
        plain = unicodedata.normalize("NFKC", plain).strip()
    how = "wide" if wide else ""
    if decimal == "," and _COMMA.fullmatch(plain):
        return _Read("comma", float(plain.replace(",", ".")))
    if _NUMBER.fullmatch(plain) and plain.isascii():
        return _Read(how, float(plain))
    if _THOUSANDS[decimal].fullmatch(plain) and plain.isascii():
        bare = plain.replace("," if decimal == "." else ".", "").replace(",", ".")
        return _Read("thousands", float(bare))
    share = _PERCENT.fullmatch(plain.replace(",", ".") if decimal == "," else plain)
    return _Read("percent", round(float(share.group(1)) / 100, 15)) if share else None


def require_numbers(
    blocks: Callable[[], Iterable[pd.DataFrame]], names: Iterable[str], where: str, first_line: int = 0
) -> None:
    """Raise an error if a column that should be numeric contains text; it reports the first such cell.

    Parameters
    ----------
    blocks : callable
        Returns the blocks of the table; called twice for each column.
    names : iterable of str
        Columns to check; those not in the table are ignored.
    where : str
        Name of the file.
    first_line : int
        Line number of the first row in the text file or sheet; 0 if unknown.

    Raises
    ------
    LiteracyError
        ``io.columns`` with column, row, text and suggested remedy.
    """
    for name in names:
        columns = (frame[name] for frame in blocks() if name in frame.columns)
        texts = (cells for cells in columns if not pd.api.types.is_numeric_dtype(cells))
        some = any(
            isinstance(c, str) and bool(_NUMBER.fullmatch(c.strip())) for t in texts for c in t.unique()
        )
        before = 0
        for frame in blocks():
            if name not in frame.columns or pd.api.types.is_numeric_dtype(frame[name]):
                before += len(frame)
                continue
            cells = frame[name]
            odd = [c for c in cells.unique() if isinstance(c, str) and not _NUMBER.fullmatch(c.strip())]
            for row in np.flatnonzero(cells.isin(odd)):
                cell = cells.iloc[row]
                if not some and (not any(c.isdigit() for c in cell) or not _LIKE.fullmatch(cell)):
                    break  # a column of words, without any numbers
                place = before + int(row) + 1
                line = tell(", line {}", place - 1 + first_line) if first_line else ""
                raise LiteracyError(
                    "io.columns",
                    where=tell("{}, column {}", where, name),
                    what=tell(
                        "row {:,}{} contains {!r}, which is not a plain number", place, line, cell[:24]
                    ),
                    fix=_fix(cell),
                )
            before += len(frame)


def _fix(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).strip()
    if _COMMA.fullmatch(plain):
        return tell(
            "if the comma is a decimal mark, give --decimal , (decimal=',' in Python); otherwise "
            "correct the cell"
        )
    if plain.endswith("%"):
        return tell("write all cells of the column as percentages, or none")
    return tell("correct the cell, or leave it empty if nothing was answered")
