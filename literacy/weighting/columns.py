"""Columns of the data turned into levels of a margin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SPAN = 1 << 16  # whole numbers within this range are counted, not hashed
MISSING, UNKNOWN = -1, -2


def find_column(frame: pd.DataFrame, name: str, role: str) -> pd.Series[Any]:
    """A column of the data, or an error that names the nearest."""
    if name in frame.columns:
        return frame[name]
    from difflib import get_close_matches

    near = get_close_matches(name, [str(c) for c in frame.columns], n=1)
    raise LiteracyError(
        "design.column",
        where=f"{role} {name!r}",
        what="no such column in the data",
        mend=f"did you mean {near[0]!r}?" if near else "name a column of the data",
    )


def plain(value: Any) -> Any:
    """A value so that 1, 1.0, True and numpy's ones are the same; what is no number becomes text."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else str(value)


def number_values(column: pd.Series[Any]) -> tuple[NDArray[np.integer[Any]], list[Any]]:
    """Code of each row's value (-1 missing) and the distinct values; values that do not occur may be among them."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    values = column.array.to_numpy() if isinstance(column.dtype, np.dtype) else None
    if values is not None and values.dtype.kind == "b":
        return values.view(np.int8), [0, 1]
    if values is not None and values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < SPAN:
            return (values - low).astype(np.int32), list(range(low, high + 1))
    codes, uniques = pd.factorize(column)
    return codes, list(uniques)


def _same_kind(levels: Iterable[Any], values: Iterable[Any]) -> bool:
    texts = {isinstance(v, str) for v in levels}, {isinstance(v, str) for v in values}
    return texts[0] == texts[1] or not texts[0] or not texts[1]


def code_levels(column: pd.Series[Any], levels: Sequence[Any]) -> tuple[NDArray[np.int32], list[Any]]:
    """Turn a column into positions in ``levels``.

    Numbers match by value, everything else as text; where the data hold numbers and the margins text (or the other way
    round), both are compared as text.

    Returns
    -------
    codes (n,), with -1 for missing and -2 for a value that is no level, and the distinct values that are no level (they
    may include values that no row holds).
    """
    codes, values = number_values(column)
    keys, wanted = [plain(v) for v in values], [plain(v) for v in levels]
    if not _same_kind(wanted, keys):
        keys, wanted = [str(k) for k in keys], [str(w) for w in wanted]
    place = {key: i for i, key in enumerate(wanted)}
    lookup = np.array([*(place.get(k, UNKNOWN) for k in keys), MISSING], dtype=np.int32)
    return lookup[codes], [v for v, k in zip(values, keys, strict=True) if k not in place]


def list_values(values: Iterable[Any], most: int = 5) -> str:
    """Values in a message, cut short."""
    texts = [repr(plain(v)) for v in values]
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def read_quantity(frame: pd.DataFrame, name: str, live: Bools, member: bool) -> Floats:
    """A numeric column (n,), zero where the row has no weight.

    Raises
    ------
    LiteracyError
        ``weighting.value``: missing values, infinite values, text, or anything but 0 and 1 in the column of a group.
    """
    column = find_column(frame, name, "margin")
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        raise LiteracyError(
            "weighting.value",
            where=f"margin {name!r}",
            what=f"one total is given for a column that holds {column.dtype}, not numbers",
            mend=f"give a total for each level: {{{name!r}: {{level: total, …}}}}",
        )
    values = column.to_numpy(np.float64, na_value=np.nan)
    refuse_missing(~np.isfinite(values) & live, name)
    values = np.where(live, values, 0.0)
    if member and not np.isin(values, (0.0, 1.0)).all():
        raise LiteracyError(
            "weighting.value",
            where=f"margin {name!r}",
            what="the column of a group holds other values than 0 and 1",
            mend="make it 1 for members and 0 for everybody else",
        )
    return values


def refuse_missing(missing: Bools, name: str) -> None:
    """Refuse respondents who have no value in a column of the margins."""
    count = int(missing.sum())
    if count:
        people = "1 respondent has" if count == 1 else f"{count} respondents have"
        raise LiteracyError(
            "weighting.value",
            where=f"margin column {name!r}",
            what=f"{people} no value",
            mend="fill it in, leave those rows out of the universe, or drop this margin",
        )
