"""Columns of the data converted to integer codes, and matching of their levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.weighting.cells import find_extremes
from literacy.messages import tell
from literacy.sampling.codes import find_column

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SPAN = 1 << 12  # integers within a range of this length are used as codes directly, others are looked up
MISSING, UNKNOWN = -1, -2
GONE = object()  # represents a missing cell


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """A column in integer codes: row i has ``values[codes[i] - low]``; not all ``values`` need occur.

    ``assumed`` marks a range seen in the first rows only, which whoever reads the codes has to check.
    """

    codes: NDArray[np.integer[Any]]
    low: int
    values: list[Any]
    assumed: bool = False

    def read_whole(self) -> Numbered:
        """Return the column with the range of all its rows."""
        return number_column(pd.Series(self.codes, copy=False)) if self.assumed else self


def plain(value: Any) -> Any:
    """Normalise a value so that 1, 1.0, True and numpy's ones are equal; everything except numbers becomes text."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else str(value)


def number_column(column: pd.Series[Any], first: int | None = None) -> Numbered:
    """Return a column in integer codes; the range of integers is assumed from the *first* rows, if that is given."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Numbered(np.asarray(column.cat.codes), -1, [GONE, *column.cat.categories])
    if isinstance(column.dtype, np.dtype):
        values = column.to_numpy()
        if values.dtype.kind == "b":
            return Numbered(values.view(np.int8), 0, [0, 1])
        if values.dtype.kind in "iu" and len(values):
            low, high = find_extremes(values[:first])
            if high - low < SPAN and high < 2**62:
                some = first is not None and first < len(values)
                return Numbered(values, low, list(range(low, high + 1)), assumed=some)
    codes, uniques = pd.factorize(column, sort=True)
    return Numbered(codes, -1, [GONE, *uniques])


def number_values(values: Floats) -> Numbered:
    """Return an array of numbers in integer codes without gaps."""
    codes, uniques = pd.factorize(values, sort=True)
    return Numbered(codes, 0, uniques.tolist())


def _same_kind(levels: Iterable[Any], values: Iterable[Any]) -> bool:
    texts = {isinstance(v, str) for v in levels}, {isinstance(v, str) for v in values}
    return texts[0] == texts[1] or not texts[0] or not texts[1]


def place_levels(values: Sequence[Any], levels: Sequence[Any]) -> NDArray[np.int32]:
    """Return the index of each value in ``levels``: -1 missing, -2 no such level.

    Numbers match by value, everything else as text; if the data are numbers and the margins text, or the reverse, both
    are compared as text.
    """
    keys, wanted = [v if v is GONE else plain(v) for v in values], [plain(v) for v in levels]
    if not _same_kind(wanted, (k for k in keys if k is not GONE)):
        keys, wanted = [k if k is GONE else str(k) for k in keys], [str(w) for w in wanted]
    place = {key: i for i, key in enumerate(wanted)}
    return np.array([MISSING if k is GONE else place.get(k, UNKNOWN) for k in keys], dtype=np.int32)


def list_values(values: Iterable[Any], most: int = 5) -> str:
    """Format values for a message, with at most *most* of them."""
    texts = [repr(plain(v)) for v in values]
    return ", ".join(texts[:most]) + (tell(" and {} more", len(texts) - most) if len(texts) > most else "")


def read_quantity(frame: pd.DataFrame, name: str, live: Bools, member: bool) -> Floats:
    """Return a numeric column (n,), zero for rows without weight.

    Raises
    ------
    LiteracyError
        ``weighting.value``: missing or infinite values, text, or values other than 0 and 1 in the column of a group.
    """
    column = find_column(frame, name, "margin")
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", name),
            what=tell("a single total is given for a column that contains {}, not numbers", column.dtype),
            fix=tell("give a total for each level: {{{!r}: {{level: total, …}}}}", name),
        )
    values = column.to_numpy(np.float64, na_value=np.nan)
    refuse_missing(~np.isfinite(values) & live, name)
    values = np.where(live, values, 0.0)
    if member and not np.isin(values, (0.0, 1.0)).all():
        raise LiteracyError(
            "weighting.value",
            where=tell("margin {!r}", name),
            what="the column of a group contains values other than 0 and 1",
            fix="set it to 1 for members and 0 for everyone else",
        )
    return values


def refuse_missing(missing: Bools, name: str) -> None:
    """Raise an error for respondents without a value in a column of the margins."""
    count = int(missing.sum())
    if count:
        people = tell("1 respondent has") if count == 1 else tell("{} respondents have", count)
        raise LiteracyError(
            "weighting.value",
            where=tell("margin column {!r}", name),
            what=tell("{} no value", people),
            fix="fill it in, exclude those rows from the universe, or drop this margin",
        )
