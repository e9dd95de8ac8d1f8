"""Domains: the subpopulations of an estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._nearest import guess_word
from literacy._readable import own_heading
from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import known_items, option_labels
from literacy.estimation.core.column_names import refuse_names
from literacy.estimation.core.sample_columns import (
    find_column,
    find_value,
    is_number,
    level_order,
    read_integers,
    read_levels,
    read_live_levels,
)
from literacy.estimation.core.totals import MANY_DOMAINS
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.sampling.design import list_names
from literacy.sampling.foreign_tables import align_rows

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Where = str | Mapping[str, Any] | Sequence[Any] | Bools | pd.Series | None
By = str | int | Sequence[str | int] | None


@dataclass(frozen=True, slots=True)
class Layer:
    """Disjoint domains: ``cell`` (n,) is the index of each row's domain in ``keys``, -1 for rows in none.

    ``name`` distinguishes layers of overlapping groups; ``complete`` states that every row belongs to a domain.
    """

    cell: Ints
    keys: tuple[tuple[Any, ...], ...]
    name: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Domains:
    """The domains of one estimate.

    Attributes
    ----------
    by : names of the cross-classified columns.
    order : for each of them, the values in the order of the table.
    layers : sets of disjoint domains; overlapping domains are in different layers.
    lost : number of rows without a value, which belong to no domain, by column.
    overlapping : columns whose domains overlap.
    scales : for each column of ``by``, the natural order of its values, or empty.
    """

    by: tuple[str, ...]
    order: tuple[tuple[Any, ...], ...]
    layers: tuple[Layer, ...]
    lost: Mapping[str, int]
    overlapping: tuple[str, ...] = ()
    scales: tuple[tuple[Any, ...], ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on rows that belong to no domain, and on domains that overlap."""
        return describe_domains(self.lost, self.overlapping)


def describe_domains(lost: Mapping[str, int], overlapping: Sequence[str]) -> tuple[str, ...]:
    """Return the notes on rows that belong to no domain, and on domains that overlap."""
    out = [
        tell("{} rows have no value of {} and belong to no domain", count, name)
        for name, count in lost.items()
        if count
    ]
    if overlapping:
        out.append(
            tell(
                "the domains of {} overlap and do not form a partition",
                ", ".join(map(own_heading, overlapping)),
            )
        )
    return tuple(out)


def find_family(sample: Sample, name: str) -> list[str]:
    """Return the 0/1 columns ``<name>_*`` of overlapping groups, in the order of the instrument if it has them."""
    prefix = f"{name}_"
    columns = [str(c) for c in sample.frame.columns if str(c).startswith(prefix)]
    found = [c for c in columns if _is_indicator(sample.frame[c])]
    groups = () if sample.instrument is None else sample.instrument.groups
    known = [f"{prefix}{g.name}" for g in groups]
    return [c for c in known if c in found] + [c for c in found if c not in known]


def _is_indicator(column: pd.Series[Any]) -> bool:
    if pd.api.types.is_bool_dtype(column):
        return True
    whole = read_integers(column)
    if whole is not None:
        return int(whole.min()) >= 0 and int(whole.max()) <= 1
    return is_number(column) and bool(column.dropna().isin([0, 1]).all())


def select_rows(sample: Sample, where: Where, block: bool = False) -> Bools | None:
    """Return a mask (n,) of the rows that meet all conditions; None means all rows.

    ``where`` is ``"column=value"``, a list of such, a mapping of columns to a value or a list of values, or booleans.
    It is an error if no row is selected, except in a block.
    """
    if where is None:
        return None
    conditions = list_conditions(where)
    if conditions or isinstance(where, Mapping):
        rows = np.ones(len(sample), bool)
        for column, values in conditions.items():
            rows &= _match(sample, column, values, block)
        return _not_empty(
            sample, rows, name_pairs(where if isinstance(where, Mapping) else conditions), block
        )
    if isinstance(where, pd.Series):
        where = align_rows(where, sample.frame.index, "where", "estimate.domain")
    mask = pd.array(np.asarray(where)) if not isinstance(where, pd.Series) else where
    if len(mask) != len(sample) or not pd.api.types.is_bool_dtype(mask):
        raise LiteracyError(
            "estimate.domain",
            where="where",
            what=tell("{} values of type {} for {} rows", len(mask), mask.dtype, len(sample)),
            fix="give one truth value per row, a text 'column=value' or a mapping",
        )
    return _not_empty(sample, np.asarray(pd.Series(mask).fillna(False), bool), "rows given", block)


def _match(sample: Sample, name: str, values: list[Any], block: bool) -> Bools:
    find_column(sample, name, "where")
    rows = np.zeros(len(sample), bool)
    for value in values:
        hit = match_value(sample, name, value)
        if not hit.any() and not block:
            raise unknown_value(name, value, describe_values(sample, name))
        rows |= hit
    return rows


def describe_values(sample: Sample, name: str) -> str:
    """Return the first values of a column, with their labels if known."""
    return format_values(sample, name, read_levels(sample, name, role="where")[1])


def format_values(sample: Sample, name: str, found: Sequence[Any]) -> str:
    """Return the first of some values of a column, with their labels if known."""
    items = known_items(sample)
    labels = option_labels(items[name]) if name in items else {}
    values = found[:8]
    return ", ".join(f"{v} ({labels[v]})" if v in labels else repr(v) for v in values)


def _not_empty(sample: Sample, rows: Bools, text: str, block: bool) -> Bools:
    if not block and not (rows & (sample.weight != 0)).any():
        raise no_rows(text)
    return rows


def no_rows(text: str) -> LiteracyError:
    """Return the error for conditions that no row in the universe meets."""
    return LiteracyError(
        "estimate.domain",
        where=tell("where: {}", text),
        what="no row in the universe",
        fix="choose another domain",
    )


def unknown_value(name: str, value: Any, known: str) -> LiteracyError:
    """Return the error for a condition on a value that does not occur."""
    return LiteracyError(
        "estimate.domain",
        where=tell("where: {}={}", name, value),
        what="no row has that value",
        fix=tell("known: {}", known),
    )


def name_pairs(where: Mapping[str, Any]) -> str:
    """Return conditions as text."""
    return ", ".join(f"{k}={v}" for k, v in where.items())


def list_conditions(where: Where) -> dict[str, list[Any]]:
    """Return the columns and values named by conditions; empty for truth values."""
    if isinstance(where, str):
        where = [where]
    if isinstance(where, Mapping):
        several = (list, tuple, set, frozenset, np.ndarray, pd.Series)
        return {str(k): list(v) if isinstance(v, several) else [v] for k, v in where.items()}
    found: dict[str, list[Any]] = {}
    if where is not None and len(where) and all(isinstance(x, str) for x in where):
        for text in where:
            column, sign, value = text.partition("=")
            if not sign or not column.strip():
                raise LiteracyError(
                    "estimate.domain",
                    where="where",
                    what=tell("{!r} is not 'column=value'", text),
                    fix="write column=value",
                )
            found.setdefault(column.strip(), []).append(value.strip())
    return found


def match_value(sample: Sample, name: str, value: Any) -> Bools:
    """Return a mask (n,) of the rows whose column has a value."""
    if isinstance(value, str):
        return find_value(sample, name, value, "where")
    return np.asarray(find_column(sample, name, "where").eq(value).fillna(False), bool)


def find_domains(sample: Sample, by: By, where: Where, block: bool = False) -> Domains:
    """Cross-classify the ``by`` columns within ``where``.

    A name that is not a column but the prefix of 0/1 columns (``group`` for ``group_youth`` …) denotes that family of
    overlapping domains. Only observed combinations become domains; rows with a missing ``by`` value belong to none and
    are counted. In a block there may be no domains.
    """
    names = list_names(by)
    refuse_names(names)
    if len(set(names)) < len(names):
        raise LiteracyError("estimate.domain", where="by", what="a column is given twice", fix="give it once")
    rows = select_rows(sample, where, block)
    live = _find_live(sample, rows)
    cell: Ints | None = None if live is None else np.where(live, 0, -1)
    keys: list[tuple[Any, ...]] = [()]
    missing: dict[str, int] = {}
    plain: dict[str, tuple[Any, ...]] = {}
    own: dict[str, tuple[Any, ...]] = {}
    families: list[tuple[str, list[str]]] = []
    any_gaps = False
    for name in names:
        if len(keys) > MANY_DOMAINS:
            break
        family = [] if name in sample.frame.columns else find_family(sample, name)
        if family:
            families.append((name, family))
            continue
        if name not in sample.frame.columns:
            _refuse_name(sample, name)
        column = find_column(sample, name, "by")
        codes, levels = read_live_levels(sample, column, live, f"by={name!r}")
        own[name] = level_order(sample, column)
        gaps = len(codes) > 0 and int(codes.min()) < 0
        any_gaps |= gaps
        lost = int((codes < 0 if live is None else (codes < 0) & live).sum()) if gaps else 0
        if lost:
            missing[name] = lost
        cell, keys = _cross_levels(cell, keys, codes, levels, gaps)
        plain[name] = levels
    if len(keys) > MANY_DOMAINS:
        raise LiteracyError(
            "estimate.domain",
            where=f"by={', '.join(names)!r}",
            what=tell("{} domains", len(keys)),
            fix=tell("at most {} are allowed: group the values, or restrict with where=", MANY_DOMAINS),
        )
    if not keys and not block:
        raise LiteracyError(
            "estimate.domain",
            where=f"by={', '.join(names)!r}",
            what="no row in any domain",
            fix="choose another column",
        )
    if cell is None:
        cell = np.zeros(len(sample), np.int64)
    complete = live is None and not any_gaps
    groups = {name: tuple(c[len(name) + 1 :] for c in family) for name, family in families}
    order = tuple((plain | groups)[name] for name in names)
    scales = tuple(groups[n] if n in groups else own[n] for n in names)
    if not families:
        return Domains(names, order, (Layer(cell, tuple(keys), complete=complete),), missing, (), scales)
    layers = _cross_families(sample, cell, keys, tuple(plain), families, names, block)
    overlapping = tuple(name for name, _ in families)
    return Domains(names, order, layers, missing, overlapping, scales)


def _find_live(sample: Sample, rows: Bools | None) -> Bools | None:
    """Return a mask (n,) of the selected rows that have weight; None means all rows."""
    if rows is None and len(sample) and sample.weight_sums.smallest > 0:
        return None
    live = sample.weight != 0 if rows is None else rows & (sample.weight != 0)
    return None if live.all() else live


def _cross_levels(
    cell: Ints | None, keys: list[tuple[Any, ...]], codes: Ints, levels: tuple[Any, ...], gaps: bool
) -> tuple[Ints, list[tuple[Any, ...]]]:
    """Cross-classify the current domains with the levels of a column; only observed combinations are kept.

    ``cell`` is None if there is a single domain with all rows; ``gaps`` states that some rows have no level.
    """
    count = max(len(levels), 1)
    if cell is None and not gaps and len(codes):
        return codes, [(*keys[0], level) for level in levels]
    if cell is None:
        cell = np.zeros(len(codes), np.int64)
    whole = len(cell) > 0 and not gaps and int(cell.min()) >= 0
    crossed = (
        cell * count + codes if whole else np.where((cell >= 0) & (codes >= 0), cell * count + codes, -1)
    )
    if len(keys) * count <= max(2 * len(cell), 1024):
        found = np.flatnonzero(np.bincount(crossed + 1)[1:])
    else:
        found = np.unique(crossed[crossed >= 0])
    if len(found) > MANY_DOMAINS:
        return crossed, [()] * len(found)
    if len(found) < len(keys) * count:
        crossed = np.where(crossed >= 0, np.searchsorted(found, crossed), -1)
    return crossed, [(*keys[c // count], levels[c % count]) for c in found]


def _refuse_name(sample: Sample, name: str) -> None:
    """Raise an error for a name that is neither a column nor a family, naming the nearest of both."""
    columns = [str(c) for c in sample.frame.columns]
    families = {c.rsplit("_", 1)[0] for c in columns if "_" in c}
    known = [f for f in sorted(families) if len(find_family(sample, f)) > 1] + columns
    raise LiteracyError(
        "estimate.domain",
        where=f"by={name!r}",
        what="no such column, nor a family of 0/1 columns",
        fix=guess_word(name, known, tell("name a column of the data")),
    )


def _find_members(column: pd.Series[Any]) -> Bools:
    """Return a mask of the rows of a group, given its 0/1 column."""
    whole = read_integers(column)
    if whole is not None:
        return np.asarray(whole == 1)
    return np.asarray(column.eq(1).fillna(False).to_numpy(bool))


def _drop_empty(cell: Ints, keys: list[tuple[Any, ...]]) -> tuple[Ints, list[tuple[Any, ...]]]:
    if len(keys) == 1:
        return (cell, keys) if len(cell) and int(cell.max()) >= 0 else (cell, [])
    seen = np.bincount(cell[cell >= 0], minlength=len(keys)) > 0 if keys else np.zeros(0, bool)
    if seen.all():
        return cell, keys
    place = np.append(np.where(seen, np.cumsum(seen) - 1, -1), -1)
    return place[cell], [k for k, s in zip(keys, seen, strict=True) if s]


def _cross_families(
    sample: Sample,
    cell: Ints,
    keys: list[tuple[Any, ...]],
    crossed: tuple[str, ...],
    families: list[tuple[str, list[str]]],
    names: tuple[str, ...],
    block: bool,
) -> tuple[Layer, ...]:
    """Return one layer for each combination of overlapping groups."""
    layers = []
    members = {c: _find_members(sample.frame[c]) for _, cs in families for c in cs}
    for combination in product(*(cs for _, cs in families)):
        mask = np.ones(len(sample), bool)
        for column in combination:
            mask &= members[column]
        own = {f: c[len(f) + 1 :] for (f, _), c in zip(families, combination, strict=True)}
        full = []
        for key in keys:
            values = own | dict(zip(crossed, key, strict=True))
            full.append(tuple(values[name] for name in names))
        codes, kept = _drop_empty(np.where(mask, cell, -1), full)
        if kept or block:
            layers.append(Layer(codes, tuple(kept), combination))
    if not layers:
        raise LiteracyError(
            "estimate.domain",
            where=f"by={', '.join(names)!r}",
            what="no row in any group",
            fix="choose another column",
        )
    return tuple(layers)
