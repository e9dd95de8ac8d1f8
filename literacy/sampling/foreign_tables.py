"""Conversion of input tables (mappings, Arrow, polars and others) to pandas with text column names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.messages import mark, tell

KNOWN = mark("a pandas, polars or pyarrow table, a mapping of columns, or scored answers")


def take_table(data: Any) -> tuple[pd.DataFrame, list[str]]:
    """Convert any table to a pandas frame with text column names, and describe what was changed.

    Parameters
    ----------
    data : DataFrame, mapping of names to columns, Arrow or polars table, or an object with attribute ``frame``

    Returns
    -------
    frame : DataFrame
        A lazy copy, unaffected by later changes of the caller's table.
    notes : list of str
        Sentences on what was changed.

    Raises
    ------
    LiteracyError
        ``io.format``: not a table, or columns of different lengths; ``io.columns``: indistinguishable names.
    """
    frame = _as_pandas(data)
    if isinstance(frame.columns, pd.MultiIndex):
        raise LiteracyError(
            "io.columns",
            where="Sample",
            what=tell(
                "columns named on {} levels, for example {!r}", frame.columns.nlevels, frame.columns[0]
            ),
            fix="give every column a single name: frame.columns = ['_'.join(c) for c in frame.columns]",
        )
    odd = [c for c in frame.columns if not isinstance(c, str)]
    if not odd:
        return frame, []
    names = [str(c) for c in frame.columns]
    twice = next(
        (n for c, n in zip(frame.columns, names, strict=True) if c in odd and names.count(n) > 1), None
    )
    if twice is not None:
        raise LiteracyError(
            "io.columns",
            where=tell("column {!r}", twice),
            what="two columns are named by a number and a text that read the same",
            fix="rename one",
        )
    frame.columns = pd.Index(names)
    shown = ", ".join(str(c) for c in odd[:5]) + (" …" if len(odd) > 5 else "")
    return frame, [tell("column names that are not text are converted to text: {}", shown)]


def _as_pandas(data: Any) -> pd.DataFrame:
    if isinstance(data, pd.DataFrame):
        return data.copy(deep=False)
    held = getattr(data, "frame", None)
    if isinstance(held, pd.DataFrame):
        return held.copy(deep=False)
    if isinstance(data, Mapping):
        try:
            return pd.DataFrame({k: _column(v) for k, v in data.items()})
        except (ValueError, TypeError) as error:
            raise LiteracyError(
                "io.format",
                where="Sample",
                what=tell("a mapping that is no table ({})", str(error)[:60]),
                fix="give one column of values per name, all of the same length",
            ) from error
    import narwhals as nw

    table: Any = nw.from_native(data, eager_only=True, pass_through=True)
    if isinstance(table, nw.DataFrame):
        return pd.DataFrame(table.to_pandas())
    if hasattr(data, "to_delayed"):
        raise LiteracyError(
            "io.format", where="Sample", what="a Dask DataFrame, of which no process holds all rows",
            fix="finish(partial(data, …, design=…)) estimates from its partitions; data.compute() brings them here",
        )  # fmt: skip
    lazy = hasattr(data, "collect")
    raise LiteracyError(
        "io.format",
        where="Sample",
        what=f"a {type(data).__name__}"
        + (tell(" that was not computed yet") if lazy else tell(", which is no table")),
        fix=tell("call collect() on it first") if lazy else tell("give {}", tell(KNOWN)),
    )


def _column(values: Any) -> Any:
    """Return values without the index they may have: the columns of a mapping are combined by position."""
    return values.array if isinstance(values, pd.Series) else values


def align_rows(series: pd.Series[Any], index: pd.Index[Any], where: str, code: str) -> pd.Series[Any]:
    """Reorder a Series by its index to match the rows of the data.

    Raises
    ------
    LiteracyError
        With `code` if the two indexes do not contain the same labels, each once.
    """
    if len(series) == len(index) and series.index.equals(index):
        return series
    if (
        len(series) == len(index)
        and series.index.is_unique
        and index.is_unique
        and bool(series.index.isin(index).all())
    ):
        return series.reindex(index)
    what = (
        tell("{} values for {} rows", len(series), len(index))
        if len(series) != len(index)
        else tell("its index differs from that of the data")
    )
    raise LiteracyError(
        code,
        where=where,
        what=what,
        fix="derive it from the frame of the sample, or give plain values, one per row",
    )
