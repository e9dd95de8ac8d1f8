"""The weighting problem: cells of respondents, population totals, and the checks made before weighting."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._latetable import LateTable
from literacy.errors import LiteracyError
from literacy.kernels.weighting.cells import sum_rows
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.sampling.codes import find_column
from literacy.weighting.cells import cross_columns
from literacy.weighting.coded_columns import (
    MISSING,
    UNKNOWN,
    Numbered,
    list_values,
    number_column,
    number_values,
    place_levels,
    plain,
    read_quantity,
    refuse_missing,
)
from literacy.weighting.margin_inputs import (
    CONSTANT,
    Quantity,
    Table,
    Targets,
    check_signs,
    plain_key,
    read_margins,
    write_level,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]
FIRST = 1 << 15  # rows from which the range of a column of integers is assumed until all are read
SAME = 1e-9  # relative difference below which two totals are considered equal


@dataclass(frozen=True, slots=True)
class Problem:
    """Cells of respondents and population totals.

    Attributes
    ----------
    cell : (n,) cell of each row; rows without weight are in cell 0.
    base : (C,) summed weights of the cells, all positive.
    tables : margins in which every person belongs to one level.
    codes : one (C,) array per table, the level of each cell.
    quantities : totals of numeric variables.
    values : one (C,) array per quantity.
    extra : (C,) values of further columns that distinguish cells.
    """

    cell: NDArray[np.int32]
    base: Floats
    tables: tuple[Table, ...]
    codes: tuple[Codes, ...]
    quantities: tuple[Quantity, ...]
    values: tuple[Floats, ...]
    extra: Mapping[str, Floats]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the margins."""
        return tuple(t.name for t in self.tables) + tuple(q.name for q in self.quantities)

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of each margin of levels."""
        return {t.name: t.columns for t in self.tables}

    @property
    def proxies(self) -> tuple[str, ...]:
        """Names of the margins that are proxies for unpublished figures."""
        return tuple(t.name for t in self.tables if t.proxy)

    @property
    def totals(self) -> Floats:
        """All totals (k,): those of the tables, then the quantities."""
        parts = [v for t in self.tables for v in t.totals] + [q.total for q in self.quantities]
        return np.array(parts, dtype=np.float64)

    @property
    def targets(self) -> tuple[Floats, ...]:
        """Totals of each table."""
        return tuple(np.array(t.totals, dtype=np.float64) for t in self.tables)

    def labels(self) -> list[tuple[str, str]]:
        """Margin and level of each total; the level of a quantity is empty."""
        rows = [(t.name, write_level(level)) for t in self.tables for level in t.levels]
        return rows + [(q.name, "") for q in self.quantities]

    def blocks(self) -> list[Codes]:
        """Indices of the totals of each margin."""
        sizes = [len(t.totals) for t in self.tables] + [1] * len(self.quantities)
        ends = np.cumsum(sizes)
        return [np.arange(e - s, e, dtype=np.intp) for s, e in zip(sizes, ends, strict=True)]

    def auxiliary(self) -> Floats:
        """Auxiliary values (C, k): indicators of the levels, then the quantities."""
        x = np.zeros((len(self.base), len(self.totals)))
        start = 0
        rows = np.arange(len(self.base))
        for table, codes in zip(self.tables, self.codes, strict=True):
            x[rows, start + codes] = 1.0
            start += len(table.totals)
        for j, values in enumerate(self.values):
            x[:, start + j] = values
        return x

    def sums(self, weights: Floats) -> Floats:
        """Return the weighted sums (k,) that correspond to the totals, from cell weights (C,)."""
        parts = [
            sum_rows(codes, weights, len(t.totals)) for t, codes in zip(self.tables, self.codes, strict=True)
        ]
        parts += [np.atleast_1d(weights @ values) for values in self.values]
        return np.concatenate(parts)

    def list_margins(self, after: Floats) -> LateTable:
        """Return the totals before and after: margin, level, population, before, after, error (relative)."""
        labels, goal, reached = self.labels(), self.totals, self.sums(after)
        scale = np.where(goal != 0, np.abs(goal), 1.0)
        return LateTable(
            {
                "margin": [name for name, _ in labels],
                "level": [level for _, level in labels],
                "population": goal,
                "before": self.sums(self.base),
                "after": reached,
                "error": np.abs(reached - goal) / scale,
            }
        )


def build_problem(
    sample: Sample, margins: Any, extra: Mapping[str, Floats] | None = None, members_as_tables: bool = False
) -> Problem:
    """Read margins, check them against the respondents, and form the cells.

    Parameters
    ----------
    sample : Sample
    margins : see :func:`literacy.calibrate`
    extra : further (n,) values that distinguish cells
    members_as_tables : convert 0/1 columns to tables of two levels (raking is restricted to tables)

    Raises
    ------
    LiteracyError
        ``weighting.value``, ``weighting.level``, ``weighting.totals``: errors that can be detected before weighting.
    """
    frame, weight = sample.frame, sample.weight
    check_weights(sample)
    targets = read_margins(margins, [str(c) for c in frame.columns])
    check_signs(targets)
    _check_universe(targets, sample)
    if members_as_tables:
        targets = _split_members(targets)
    numbered: dict[str, Numbered] = {}
    for table in targets.tables:
        for name in table.columns:
            if name not in numbered:
                numbered[name] = number_column(
                    find_column(frame, name, tell("margin {!r}: column", table.name)), FIRST
                )
    quantities = [q for q in targets.quantities if q.column]
    if quantities or extra:
        live = weight > 0
        for q in quantities:
            numbered[f"{q.name} (quantity)"] = number_values(read_quantity(frame, q.column, live, q.member))
        for name, values in (extra or {}).items():
            numbered[f"{name} (extra)"] = number_values(np.where(live, values, values[live][0]))
    cells = cross_columns(list(numbered.values()), weight)
    numbered = dict(zip(numbered, cells.columns, strict=True))
    position = dict(zip(numbered, cells.positions, strict=True))
    tables, codes, faults = [], [], []
    for table in targets.tables:
        placed = _code_table(table, numbered, position)
        if (placed == MISSING).any():
            _refuse_missing(frame, table, weight)
        kept, levels, found = _check_levels(table, placed, numbered, position)
        faults += found
        tables.append(kept)
        codes.append(levels)
    if faults:
        raise _level_error(faults)
    _check_totals(targets, tables)

    def values_of(key: str) -> Floats:
        return np.array(numbered[key].values, dtype=np.float64)[position[key]]

    return Problem(
        cells.cell,
        cells.base,
        tuple(tables),
        tuple(codes),
        targets.quantities,
        tuple(
            values_of(f"{q.name} (quantity)") if q.column else np.ones(len(cells.base))
            for q in targets.quantities
        ),
        {name: values_of(f"{name} (extra)") for name in (extra or {})},
    )


def check_weights(sample: Sample) -> None:
    """Raise an error for negative weights, with which margins cannot be reproduced."""
    if sample.weight_sums.smallest < 0:
        negative = int((sample.weight < 0).sum())
        raise LiteracyError(
            "weighting.value",
            where="weight",
            what=tell("{} weights are negative (from an earlier calibration)", negative),
            fix="bound that calibration: calibrate(…, bounds=(0.3, 3))",
        )


def _check_universe(targets: Targets, sample: Sample) -> None:
    if targets.universe and sample.universe and targets.universe != sample.universe:
        raise LiteracyError(
            "weighting.value",
            where="margins",
            what=tell(
                "the margins refer to the universe {!r}, the sample to {!r}",
                targets.universe,
                sample.universe,
            ),
            fix=tell("create the sample for that universe: Sample(…, universe={!r})", targets.universe),
        )


def _split_members(targets: Targets) -> Targets:
    """Convert groups to tables of members and all others of the population."""
    other = [q for q in targets.quantities if not q.member and q.column]
    if other:
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", other[0].name),
            what="raking uses totals of levels and groups, not of quantities",
            fix="use calibrate(sample, margins)",
        )
    size = next((t.total for t in targets.tables), None)
    size = size or next((q.total for q in targets.quantities if not q.column), None)
    if targets.quantities and size is None:
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", targets.quantities[0].name),
            what="the totals of groups do not determine the size of the population",
            fix="add a margin of the whole population, or its size under the key '(population)'",
        )
    made = []
    for q in targets.quantities:
        if q.column:
            rest = float(size or 0.0) - q.total
            if rest < -SAME * float(size or 0.0):
                raise LiteracyError(
                    "weighting.totals",
                    where=tell("margin {!r}", q.name),
                    what=tell("the group has {:,.10g} members, the population {:,.10g}", q.total, size),
                    fix="correct one of them",
                )
            made.append(Table(q.name, (q.column,), ((1,), (0,)), (q.total, max(rest, 0.0))))
    if not targets.tables and not made:
        raise LiteracyError(
            "weighting.value",
            where="margins",
            what="only the size of the population",
            fix="add a margin of levels",
        )
    return Targets(targets.tables + tuple(made), (), targets.universe)


def _code_table(
    table: Table, numbered: Mapping[str, Numbered], position: Mapping[str, Codes]
) -> NDArray[np.int32]:
    """Return the index (C,) of each cell in the table's levels; -1 missing, -2 no such level."""
    place = {level: i for i, level in enumerate(_positions(table))}
    parts = []
    for j, name in enumerate(table.columns):
        levels = list(dict.fromkeys(level[j] for level in table.levels))
        parts.append(place_levels(numbered[name].values, levels)[position[name]])
    if len(parts) == 1:
        return parts[0]
    joint = np.stack(parts, axis=1)
    rows, inverse = np.unique(joint, axis=0, return_inverse=True)
    found = [
        MISSING if MISSING in row else place.get(tuple(row), UNKNOWN)
        for row in (tuple(r) for r in rows.tolist())
    ]
    return np.array(found, dtype=np.int32)[inverse.ravel()]


def _positions(table: Table) -> list[tuple[int, ...]]:
    """Return the levels of a table as indices into the levels of its columns."""
    known = [list(dict.fromkeys(level[j] for level in table.levels)) for j in range(len(table.columns))]
    return [tuple(known[j].index(part) for j, part in enumerate(level)) for level in table.levels]


def _refuse_missing(frame: pd.DataFrame, table: Table, weight: Floats) -> None:
    for name in table.columns:
        refuse_missing(frame[name].isna().to_numpy() & (weight > 0), name)


def _check_levels(
    table: Table, codes: NDArray[np.int32], numbered: Mapping[str, Numbered], position: Mapping[str, Codes]
) -> tuple[Table, Codes, list[tuple[str, str]]]:
    """Compare the levels of a table with those in the data; levels without respondents and with total 0 are dropped."""
    faults = []
    strange = np.flatnonzero(codes == UNKNOWN)
    if len(strange):
        held = {
            tuple(plain(numbered[name].values[position[name][c]]) for name in table.columns) for c in strange
        }
        texts = [write_level(level) for level in sorted(held, key=plain_key)]
        faults.append(
            (table.name, tell("respondents have {}, for which the margin has no total", list_values(texts)))
        )
    found = np.bincount(codes[codes >= 0], minlength=len(table.levels)) > 0
    for level, some, total in zip(table.levels, found, table.totals, strict=True):
        if not some and total > 0:
            faults.append((table.name, tell("no respondent has level {!r}", write_level(level))))
        if some and total == 0:
            text = tell("level {!r} has a total of 0, but some respondents have it", write_level(level))
            faults.append((table.name, text))
    if faults or found.all():
        return table, codes.astype(np.intp), faults
    keep = np.flatnonzero(found)
    levels, totals = tuple(table.levels[i] for i in keep), tuple(table.totals[i] for i in keep)
    smaller = Table(table.name, table.columns, levels, totals, table.proxy)
    return smaller, (np.cumsum(found) - 1)[codes].astype(np.intp), []


def _level_error(faults: list[tuple[str, str]]) -> LiteracyError:
    names = list(dict.fromkeys(name for name, _ in faults))
    listed = "; ".join(f"{name}: {text}" if len(names) > 1 else text for name, text in faults[:6])
    more = tell("; and {} more", len(faults) - 6) if len(faults) > 6 else ""
    return LiteracyError(
        "weighting.level",
        where=tell("margin ") + ", ".join(repr(n) for n in names),
        what=listed + more,
        fix="combine the level with a similar one in the data and in the margin, or correct the codes",
    )


def _check_totals(targets: Targets, tables: list[Table]) -> None:
    sizes = [(t.name, t.total) for t in tables] + [
        (CONSTANT, q.total) for q in targets.quantities if not q.column
    ]
    for name, total in sizes[1:]:
        first, size = sizes[0]
        if not math.isclose(total, size, rel_tol=SAME):
            raise LiteracyError(
                "weighting.totals",
                where=tell("margins {!r} and {!r}", first, name),
                what=tell("{} adds up to {:,.12g}, {} to {:,.12g}", first, size, name, total),
                fix=tell(
                    "scale them to the same total, for example multiply {} by {:.9g}", name, size / total
                )
                if total > 0
                else tell("correct them"),
            )
