"""The universe of a sample, and the base weights of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import CountedError, LiteracyError
from literacy.instrument import Instrument
from literacy.messages import mark, tell, tell_value
from literacy.sampling.codes import Codes, find_column, name_role
from literacy.sampling.design import Design

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
EVERYBODY = mark("the universe is everyone in the file")
UNWEIGHTED = mark("no weights given: every row has weight 1")


def find_universe(
    frame: pd.DataFrame,
    instrument: Instrument | None,
    universe: str | Mapping[str, Any] | None,
    block: bool = False,
) -> tuple[Bools, str, list[str]]:
    """Return the rows of the universe, its name, and notes for the history; a block may have no such rows."""
    everybody = np.ones(len(frame), bool)
    if isinstance(universe, Mapping):
        inside, name = everybody, ", ".join(f"{k}={v}" for k, v in universe.items())
        for column, value in universe.items():
            if column not in frame.columns:
                raise LiteracyError(
                    "design.column",
                    where=f"universe={column!r}",
                    what="no such column",
                    fix="name a column of the data",
                )
            wanted = list(value) if isinstance(value, list | tuple | set) else [value]
            inside = inside & frame[column].isin(wanted).to_numpy(bool)
        return _checked(inside, name, block)
    if universe == "all":
        return everybody, "all", [tell(EVERYBODY)]
    if universe is None and "universe" in frame.columns and instrument is not None:
        universe = next((str(u.name) for u in instrument.universes if u.indicator), None)
    if universe is None:
        if instrument is None and "universe" in frame.columns:
            return everybody, "", describe_universes(frame["universe"].value_counts().to_dict())
        return everybody, "", []
    if "universe" not in frame.columns:
        raise LiteracyError(
            "design.universe",
            where=f"universe={universe!r}",
            what="the data have no column 'universe'",
            fix="score the data first, or give universe={column: value}",
        )
    return _checked((frame["universe"] == universe).fillna(False).to_numpy(bool), universe, block)


def require_rows(name: str, inside: int, zero: int, weight: str) -> None:
    """Raise an error for a universe without rows, or one in which all weights are 0."""
    if not inside and name:
        raise LiteracyError(
            "design.universe", where=f"universe={name!r}", what="no row belongs to it", fix="check the name"
        )
    if weight and zero == inside:
        raise LiteracyError(
            "design.weight", where=f"weight={weight!r}", what="all weights are 0", fix="give weights"
        )


def _checked(inside: Bools, name: str, block: bool) -> tuple[Bools, str, list[str]]:
    if not block:
        require_rows(name, int(inside.sum()), -1, "")
    count = int(inside.sum())
    return inside, name, [describe_universe(name, count, len(inside) - count)]


def describe_universe(name: str, inside: int, outside: int) -> str:
    """Return the note on the number of rows in a universe."""
    word = "row" if outside == 1 else "rows"
    return tell(
        "universe {}: {} rows; {} {} outside it get weight 0", tell_value(name), inside, outside, word
    )


def describe_universes(counts: Mapping[Any, int]) -> list[str]:
    """Return the note on a table with several universes of which none was selected."""
    if len(counts) < 2:
        return []
    text = ", ".join(f"{k} {counts[k]}" for k in sorted(counts))
    return [
        tell("the data contain several universes ({}); all rows are used: give universe= to choose one", text)
    ]


def describe_zero_weights(zero: int) -> list[str]:
    """Return the note on rows of the universe with base weight 0."""
    return [tell("{} rows have a base weight of 0 and count in no estimate", zero)] if zero else []


def read_weight(
    frame: pd.DataFrame, design: Design, codes: Codes, inside: Bools, block: bool = False
) -> tuple[Floats, list[str]]:
    """Return the base weights, zero outside the universe, and notes."""
    if not design.weight:
        if block and design.fpc:
            raise LiteracyError(
                "estimate.option",
                where="weight",
                what="weights derived from fpc require the sizes of all strata",
                fix="name a column of final weights (and replicate weights as columns), or estimate from all rows",
            )
        weight = np.where(inside, 1.0 / codes.fraction, 0.0) if design.fpc else inside.astype(np.float64)
        if not np.isfinite(weight).all():
            raise LiteracyError(
                "design.weight",
                where="weight",
                what="weights do not follow from an infinite fpc",
                fix="give a column of weights",
            )
        if design.fpc:
            return weight, [tell("base weights are population over sample counts (from fpc)")]
        return weight, [tell(UNWEIGHTED)]
    column = find_column(frame, design.weight, "weight")
    if not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column, errors="coerce")
    weight = column.to_numpy(np.float64, na_value=np.nan)
    missing = int((~np.isfinite(weight) & inside).sum())
    negative = int((weight < 0).sum())
    if missing or negative:
        raise CountedError(
            "design.weight",
            where=name_role("weight", design.weight),
            counts=((mark("{} missing or not a number"), missing), (mark("{} negative"), negative)),
            among=int(inside.sum()),
            fix="correct the weights, or exclude those rows from the universe",
        )
    if not inside.all():
        weight = np.where(inside, weight, 0.0)
    elif weight.flags.writeable:  # pandas without copy-on-write
        weight = np.array(weight)
    zero = int(((weight == 0) & inside).sum())
    if not block:
        require_rows("", int(inside.sum()), zero, design.weight)
    return weight, describe_zero_weights(zero)
