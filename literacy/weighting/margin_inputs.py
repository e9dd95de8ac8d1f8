"""Population totals in any of the accepted forms, converted to a common one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.messages import tell

Level = tuple[Any, ...]
CONSTANT = "(population)"
CROSS = " × "
"""Stands between the columns, and between the levels, of a cross table."""
_CONSTANTS = (None, CONSTANT, "(Intercept)")


@dataclass(frozen=True, slots=True)
class Table:
    """Totals by the levels of one or more columns; every person belongs to exactly one level."""

    name: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    totals: tuple[float, ...]
    proxy: bool = False

    @property
    def total(self) -> float:
        """Sum of the totals over the levels."""
        return math.fsum(self.totals)


@dataclass(frozen=True, slots=True)
class Quantity:
    """Population total of a numeric column; ``column`` is empty for the population size.

    ``member`` marks the 0/1 column of a group; groups may overlap, so they are not levels of one table.
    """

    name: str
    column: str
    total: float
    member: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """All population totals, and the universe to which they refer."""

    tables: tuple[Table, ...]
    quantities: tuple[Quantity, ...]
    universe: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables and quantities."""
        return tuple(t.name for t in self.tables) + tuple(q.name for q in self.quantities)


def read_margins(margins: Any, columns: Sequence[str]) -> Targets:
    """Convert margins to their common form.

    Parameters
    ----------
    margins : Margins, mapping, Series, DataFrame, or a sequence of the last two
        See :func:`literacy.calibrate`.
    columns : names of the data's columns, to distinguish 0/1 columns of groups from levels of a column

    Raises
    ------
    LiteracyError
        ``weighting.value``: a total that is not a number, negative or infinite; an unsupported structure.
    """
    tables: list[Table] = []
    quantities: list[Quantity] = []
    known = set(columns)
    universe = ""
    if hasattr(margins, "tables") and hasattr(margins, "universe"):
        universe = str(margins.universe or "")
        for margin in margins.tables:
            pairs = [(tuple(levels), value) for levels, value in margin.totals]
            tables.append(_table(margin.name, tuple(margin.columns), pairs, margin.proxy is not None))
    elif isinstance(margins, Mapping):
        for key, value in margins.items():
            _read_entry(key, value, known, tables, quantities)
    elif isinstance(margins, pd.Series | pd.DataFrame):
        tables.append(_read_pandas(None, margins))
    elif isinstance(margins, Sequence) and not isinstance(margins, str):
        tables.extend(_read_pandas(None, part) for part in margins)
    else:
        raise _unreadable("margins", margins)
    if not tables and not quantities:
        raise LiteracyError(
            "weighting.value",
            where="margins",
            what="no totals at all",
            fix="give for example {'sex': {1: 27107, 2: 25999}}",
        )
    _refuse_doubles(tables, quantities)
    return Targets(tuple(tables), tuple(quantities), universe)


def _read_entry(
    key: Any, value: Any, known: set[str], tables: list[Table], quantities: list[Quantity]
) -> None:
    if key in _CONSTANTS:
        quantities.append(Quantity(CONSTANT, "", _number(value, CONSTANT)))
        return
    columns = (key,) if isinstance(key, str) else tuple(key) if isinstance(key, tuple) else None
    if columns is None:
        raise _unreadable(tell("margins key {!r}", key), key)
    name = CROSS.join(columns)
    if isinstance(value, pd.Series | pd.DataFrame):
        value = _read_pandas(columns, value)
        if columns[0] in known or len(columns) > 1:
            tables.append(value)
            return
        value = {level[0]: total for level, total in zip(value.levels, value.totals, strict=True)}
    if isinstance(value, Mapping):
        family = _family(columns, value, known)
        if family:
            quantities.extend(
                Quantity(column, column, _number(total, column), True) for column, total in family
            )
        else:
            tables.append(_table(name, columns, _flatten(value, len(columns), name), False))
        return
    if len(columns) != 1:
        raise _unreadable(f"margins[{key!r}]", value)
    quantities.append(Quantity(name, columns[0], _number(value, name)))


def _family(columns: tuple[str, ...], value: Mapping[Any, Any], known: set[str]) -> list[tuple[str, Any]]:
    """Return the 0/1 columns of a mapping whose key is not a column: ``group_youth``, or ``youth`` of ``group``."""
    if len(columns) != 1 or columns[0] in known:
        return []
    out = []
    for level, total in value.items():
        column = next((c for c in (str(level), f"{columns[0]}_{level}") if c in known), None)
        if column is None:
            return []
        out.append((column, total))
    return out


def _flatten(value: Mapping[Any, Any], depth: int, name: str) -> list[tuple[Level, Any]]:
    pairs: list[tuple[Level, Any]] = []
    for level, inner in value.items():
        if isinstance(inner, Mapping):
            pairs += [((level, *rest), total) for rest, total in _flatten(inner, depth - 1, name)]
        else:
            pairs.append((level if isinstance(level, tuple) else (level,), inner))
    wrong = next((levels for levels, _ in pairs if len(levels) != depth), None)
    if wrong is not None:
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", name),
            what=tell("level {!r} names {} values for {} columns", wrong, len(wrong), depth),
            fix="give one value per column, as in {('sex', 'age'): {('f', '18-29'): 812, …}}",
        )
    return pairs


def _read_pandas(columns: tuple[str, ...] | None, data: Any) -> Table:
    """Read a Series indexed by level, or a table with columns of levels and one column of totals."""
    if isinstance(data, pd.DataFrame):
        names = columns or tuple(str(c) for c in data.columns[:-1])
        rest = [c for c in data.columns if c not in names]
        if len(rest) != 1 or not set(names) <= set(data.columns):
            raise _unreadable(tell("margin {!r}", CROSS.join(names)), data)
        levels = [tuple(row) for row in data[list(names)].itertuples(index=False)]
        totals = data[rest[0]].tolist()
    elif isinstance(data, pd.Series):
        found = tuple(n for n in data.index.names if n is not None)
        names = (
            columns or tuple(str(n) for n in found) or ((str(data.name),) if data.name is not None else ())
        )
        if len(names) != data.index.nlevels:
            raise _unreadable(tell("margins (a Series whose index has no name)"), data)
        levels = [i if isinstance(i, tuple) else (i,) for i in data.index]
        totals = data.tolist()
    else:
        raise _unreadable("margins", data)
    return _table(CROSS.join(names), names, list(zip(levels, totals, strict=True)), False)


def _table(name: str, columns: tuple[str, ...], pairs: list[tuple[Level, Any]], proxy: bool) -> Table:
    if not pairs:
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", name),
            what="no levels",
            fix="give a total for each level",
        )
    levels = tuple(levels for levels, _ in pairs)
    totals = tuple(_number(total, f"{name}={write_level(lv)}") for lv, total in pairs)
    twice = next((lv for i, lv in enumerate(levels) if lv in levels[:i]), None)
    if twice is not None:
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", name),
            what=tell("level {} has two totals", write_level(twice)),
            fix="give each level once",
        )
    if not math.fsum(totals) > 0:
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", name),
            what="the totals add up to 0",
            fix="give the population size",
        )
    _require_whole(name, totals)
    return Table(name, columns, levels, totals, proxy)


def _require_whole(name: str, totals: tuple[float, ...]) -> None:
    """Raise an error for shares that do not sum to 1, or percentages that do not sum to 100."""
    total, most = math.fsum(totals), max(totals)
    for whole, unit, rounded in ((1.0, "shares", 0.0006), (100.0, "percents", 0.06)):
        near = 0.8 * whole <= total <= 1.25 * whole and most < whole
        if (
            near
            and abs(total - whole) > max(2, len(totals)) * rounded
            and not all(t == int(t) for t in totals)
        ):
            raise LiteracyError(
                "weighting.totals",
                where=tell("margin {!r}", name),
                what=tell("the {} add to {:.6g}, not {:g}", unit, total, whole),
                fix="correct them, or add the missing level",
            )


def _number(value: Any, name: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {}", name),
            what=tell("the total is {!r}", value),
            fix="give a number; a level of unknown size must be combined with another",
        )
    return number


def check_signs(targets: Targets) -> None:
    """Raise an error for negative totals of levels and groups (totals of numeric variables may be negative)."""
    rows = [
        (f"{t.name}={write_level(lv)}", v)
        for t in targets.tables
        for lv, v in zip(t.levels, t.totals, strict=True)
    ]
    rows += [(q.name, q.total) for q in targets.quantities if q.member or not q.column]
    for name, value in rows:
        if value < 0:
            raise LiteracyError(
                "weighting.value",
                where=tell("margin {}", name),
                what=tell("the total {:g} is negative", value),
                fix="a number of people cannot be negative: correct the margin",
            )


def _refuse_doubles(tables: list[Table], quantities: list[Quantity]) -> None:
    names = [t.name for t in tables] + [q.name for q in quantities]
    twice = next((n for i, n in enumerate(names) if n in names[:i]), None)
    if twice is not None:
        raise LiteracyError(
            "weighting.value", where=tell("margin {!r}", twice), what="given twice", fix="keep one of them"
        )


def write_level(level: Level) -> str:
    """Format a level for display."""
    return CROSS.join(str(part) for part in level)


def _unreadable(where: str, value: Any) -> LiteracyError:
    return LiteracyError(
        "weighting.value",
        where=where,
        what=tell("cannot be read as totals ({})", type(value).__name__),
        fix="give Margins, or a mapping such as {'sex': {1: 27107, 2: 25999}, 'income': 4.2e9}",
    )


def plain_key(level: Level) -> tuple[tuple[int, float, str], ...]:
    """Sort key of levels: numbers by size, then texts alphabetically."""
    return tuple(
        (0, float(part), "") if isinstance(part, int | float) else (1, 0.0, str(part)) for part in level
    )
