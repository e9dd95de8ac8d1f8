"""Columns of a sample as arrays, and the covariance of a statistic under its design."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import known_levels, tier_names
from literacy.kernels.design.aggregation import BLOCK
from literacy.messages import tell, tell_value
from literacy.sampling import Sample, codes
from literacy.sampling.replication import describe_lost

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
CELLS = 4_000_000  # maximum number of elements of a matrix of replicate weights
SPAN = 1 << 12  # integers within a range of this length are tabulated directly, others are looked up


def find_column(sample: Sample, name: str, role: str = "variable") -> pd.Series[Any]:
    """Return a column of the sample, or raise an error that names the nearest."""
    return codes.find_column(sample.frame, str(name), role, code="estimate.variable")


def is_number(column: pd.Series[Any]) -> bool:
    """Whether a column is numeric (booleans are categories)."""
    return bool(
        pd.api.types.is_numeric_dtype(column)
        and not pd.api.types.is_bool_dtype(column)
        and not isinstance(column.dtype, pd.CategoricalDtype)
    )


def read_numbers(sample: Sample, name: str, role: str = "variable") -> Floats:
    """Return a column as floats (n,), NaN where missing; booleans become 0 and 1."""
    column = find_column(sample, name, role)
    if not is_number(column) and not pd.api.types.is_bool_dtype(column):
        raise LiteracyError(
            "estimate.variable",
            where=f"{role}={name!r}",
            what=tell("contains {}, not numbers", tell_value(str(column.dtype))),
            fix=tell("for the share of a single value write {!r}", name + "=VALUE"),
        )
    values = column.to_numpy(np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise LiteracyError(
            "estimate.variable",
            where=f"{role}={name!r}",
            what="contains infinite values",
            fix="set them to missing",
        )
    return values


def read_levels(
    sample: Sample, name: str, rows: Bools | None = None, role: str = "variable"
) -> tuple[Ints, tuple[Any, ...]]:
    """Return a column as codes (n,), -1 where missing, and its levels in order.

    Only levels that occur in `rows` with weight are kept; other values become -1. Categories and tiers keep their
    order, others are sorted.
    """
    live = sample.weight != 0 if rows is None else rows & (sample.weight != 0)
    return read_live_levels(sample, find_column(sample, name, role), live, f"{role}={name!r}")


def read_live_levels(
    sample: Sample, column: pd.Series[Any], live: Bools | None, where: str
) -> tuple[Ints, tuple[Any, ...]]:
    """As :func:`read_levels`, for rows known to have weight; None means all. ``where`` is used in error messages."""
    whole_numbers = read_integers(column)
    if whole_numbers is not None:
        low, high = int(whole_numbers.min()), int(whole_numbers.max())
        if high - low < SPAN and abs(low) < 2**62:
            truth = column.dtype.kind == "b"
            return _place_integers(whole_numbers, low, high, live, truth)
    truths = _read_truths(column)
    if truths is not None:
        return _place_truths(truths, live)
    if isinstance(column.dtype, pd.CategoricalDtype):
        raw, labels = column.cat.codes.to_numpy(np.int64), list(column.cat.categories)
    else:
        try:
            codes, uniques = pd.factorize(column)
        except TypeError as error:
            raise LiteracyError(
                "estimate.variable",
                where=where,
                what="contains values that cannot be levels (lists or the like)",
                fix="make them text or numbers",
            ) from error
        labels = sort_levels(list(uniques), level_order(sample, column))
        place_of = {v: i for i, v in enumerate(labels)}
        raw = np.array([*(place_of[v] for v in uniques), -1], np.int64)[codes]
    whole = bool(labels) and len(raw) > 0 and (live is None or bool(live.all())) and int(raw.min()) >= 0
    if labels:
        held = raw >= 0 if live is None else live & (raw >= 0)
        seen = np.bincount(raw if whole else raw[held], minlength=len(labels)) > 0
    else:
        seen = np.zeros(0, bool)
    if whole and seen.all():
        return raw.astype(np.int64, copy=False), _plain_levels(labels)
    place = np.append(np.where(seen, np.cumsum(seen) - 1, -1), -1).astype(np.int64)
    return place[raw], _plain_levels([x for x, s in zip(labels, seen, strict=True) if s])


def read_integers(column: pd.Series[Any]) -> NDArray[np.integer[Any]] | None:
    """Return the values (n,) of an integer column without copying; None if not integer or possibly missing."""
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "biu" or not len(column):
        return None
    values = column.to_numpy()
    return values.view(np.int8) if column.dtype.kind == "b" else values


def _read_truths(column: pd.Series[Any]) -> Floats | None:
    """Return the values (n,) of a column of floats that are all 0, 1 or missing, and not all missing; else None."""
    if column.dtype != np.float64 or not len(column):
        return None
    values = column.to_numpy()
    if not bool(((values == 0) | (values == 1) | (values != values)).all()):
        return None
    return None if bool((values != values).all()) else values


def _place_truths(values: Floats, live: Bools | None) -> tuple[Ints, tuple[Any, ...]]:
    """Return codes and levels of values that are 0, 1 or missing."""
    hits = [values == level for level in (0, 1)]
    held = [level for level, hit in enumerate(hits) if bool((hit if live is None else hit & live).any())]
    code = np.full(len(values), -1, np.int64)
    for place, level in enumerate(held):
        code += hits[level] * np.int64(place + 1)
    return code, tuple(held)


def _place_integers(
    values: NDArray[np.integer[Any]], low: int, high: int, live: Bools | None, truth: bool
) -> tuple[Ints, tuple[Any, ...]]:
    """Return codes and levels of integers within a small range."""
    seen = np.zeros(high - low + 1, bool)
    for start in range(0, len(values), BLOCK):
        rows = slice(start, start + BLOCK)
        part = values[rows] if live is None else values[rows][live[rows]]
        seen |= np.bincount(part.astype(np.int64, copy=False) - low, minlength=len(seen)) > 0
        if seen.all():  # the remaining rows cannot add a level
            break
    levels = tuple(bool(low + i) if truth else low + i for i in np.flatnonzero(seen).tolist())
    if seen.all() and low == 0:
        return values.astype(np.int64, copy=False), levels
    place = np.where(seen, np.cumsum(seen) - 1, -1)
    codes = np.empty(len(values), np.int64)
    for start in range(0, len(values), BLOCK):
        rows = slice(start, start + BLOCK)
        codes[rows] = place[values[rows].astype(np.int64, copy=False) - low]
    return codes, levels


def level_order(sample: Sample, column: pd.Series[Any]) -> tuple[Any, ...]:
    """Return the natural order of a column's levels: its categories, or the standard's tiers; otherwise empty."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(plain_level(c) for c in column.cat.categories)
    return () if is_number(column) else tuple(tier_names(sample))


def sort_levels(values: Sequence[Any], order: Sequence[Any] = ()) -> list[Any]:
    """Return levels sorted by `order` if at most one (the lowest) is not in it; otherwise numbers, then texts.

    Values of types that cannot be compared are grouped by type.
    """
    if order and len(set(values) - set(order)) <= 1 and set(values) & set(order):
        rank = {v: i for i, v in enumerate(order)}
        return sorted(values, key=lambda v: rank.get(v, -1))
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=_kind_key)


def _kind_key(value: Any) -> tuple[int, float, str]:
    """Sort key: numbers by size, then other values by type and text."""
    if isinstance(value, int | float | np.number):
        return 0, float(value), ""
    return 1, 0.0, f"{type(value).__name__} {value}"


def plain_level(value: Any) -> Any:
    """Convert a level to a plain Python value; whole floats become int."""
    value = value.item() if isinstance(value, np.generic) else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain_levels(labels: list[Any]) -> tuple[Any, ...]:
    """Convert levels to plain Python values; datetimes become dates if none has a time of day."""
    if labels and all(isinstance(x, pd.Timestamp) and x == x.normalize() for x in labels):
        return tuple(x.date() for x in labels)
    return tuple(plain_level(x) for x in labels)


def has_times(levels: Iterable[Any]) -> bool:
    """Whether levels are datetimes, of which some have a time of day (days are dates)."""
    return any(isinstance(v, pd.Timestamp) for v in levels)


def as_moments(levels: Iterable[Any]) -> tuple[Any, ...]:
    """Return levels with the midnight of each day in place of the day."""
    return tuple(
        pd.Timestamp(v) if isinstance(v, dt.date) and not isinstance(v, dt.datetime) else v for v in levels
    )


def find_value(sample: Sample, name: str, value: str, role: str) -> Bools:
    """Return a mask (n,) of the rows whose column equals a value written as text."""
    name = str(name)
    column = find_column(sample, name, role)
    if is_number(column):
        try:
            wanted = float(value)
        except ValueError:
            wanted = np.nan
        return np.asarray(column.to_numpy(np.float64, na_value=np.nan) == wanted)
    text = column.astype("string")
    return np.asarray(text.eq(value).fillna(False), bool)


def read_outcome(
    sample: Sample, spec: str, known: Collection[Any] = (), role: str = "outcome", block: bool = False
) -> Floats:
    """Return an outcome (n,): a numeric column, or ``"column=value"`` as 0/1; NaN where missing.

    A value without respondents must be a level the column can have (a category, an answer in the instrument, a tier,
    one of `known`); in a block any value is accepted.
    """
    spec = str(spec)
    name, mark, value = spec.partition("=")
    if not mark or spec in sample.frame.columns:
        return read_numbers(sample, spec, role)
    name, value = name.strip(), value.strip()
    hit = find_value(sample, name, value, role)
    if not hit.any() and not block and not is_known(value, (*known, *known_levels(sample, name))):
        held = ", ".join(repr(v) for v in read_levels(sample, name, role=role)[1][:8])
        raise LiteracyError(
            "estimate.variable",
            where=f"{role}={spec!r}",
            what="no row has that value",
            fix=tell("known: {}", held),
        )
    missing = find_column(sample, name).isna().to_numpy(bool)
    return np.where(missing, np.nan, hit.astype(np.float64))


def is_known(value: str, levels: Iterable[Any]) -> bool:
    """Whether a value written as text is among some levels."""
    for level in levels:
        if str(level) == value:
            return True
        if isinstance(level, int | float) and not isinstance(level, bool):
            try:
                if float(value) == level:
                    return True
            except ValueError:
                continue
    return False


def indicators(cell: Ints, cells: int) -> Floats:
    """Return 0/1 indicators (n, cells); rows outside all cells are zero."""
    out = np.zeros((len(cell), cells))
    inside = np.flatnonzero(cell >= 0)
    out[inside, cell[inside]] = 1.0
    return out


def sum_levels(cell: Ints, cells: int, W: Floats) -> Floats:
    """Return weighted totals of the cells under several sets of weights: (cells, R)."""
    inside = cell >= 0
    return np.column_stack(
        [np.bincount(cell[inside], W[inside, r], minlength=cells) for r in range(W.shape[1])]
    )


def covariance_of(
    sample: Sample,
    influence: Floats | Callable[[], Floats],
    estimate: Floats,
    revalue: Callable[[Floats], Floats],
    rows: Bools,
    notes: list[str],
) -> Floats:
    """Covariance (k, k) of an estimate under the design or from the replicates.

    Parameters
    ----------
    sample : Sample
    influence : (n, k) array or a function that returns it
        Linearised scores before weighting, zero outside the domain.
    estimate : (k,) array
    revalue : function
        ``revalue(W)`` returns the estimates (k, R) under weights W (n, R).
    rows : (n,) bool
        Rows of the domain.
    notes : list of str
        Receives a note if replicates had to be excluded.
    """
    replicates = sample.replicates
    if replicates is None:
        scores = influence if isinstance(influence, np.ndarray) else influence()
        return np.asarray(sample.covariance(scores, rows))
    width = max(1, CELLS // max(len(sample), 1))
    parts = [
        revalue(np.where(rows[:, None], replicates.weights(columns=slice(a, a + width)), 0.0))
        for a in range(0, replicates.count, width)
    ]
    thetas = np.concatenate(parts, axis=1).T
    notes += describe_lost(int(replicates.lost(thetas, estimate).sum()), replicates.count)
    return np.asarray(replicates.covariance(thetas, estimate))


def degrees(sample: Sample, rows: Bools) -> float:
    """Degrees of freedom of a domain: units less strata, or the rank of its replicate weights less one."""
    replicates = sample.replicates
    if replicates is None:
        return sample.df(rows)
    live = rows & (sample.weight != 0)
    if live.sum() == (sample.weight != 0).sum():
        return float(replicates.df)
    lines = replicates.factors[np.unique(replicates.index[live])]
    sizes = np.linalg.svd(lines, compute_uv=False)
    return float((sizes > 1e-5 * sizes[0]).sum() - 1)
