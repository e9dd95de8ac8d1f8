"""Checks of what a function was given: the kind of object, tables, and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.messages import tell


def require_fit(given: Any, kind: type) -> None:
    """Refuse what is not a fitted model (*kind*)."""
    if not isinstance(given, kind):
        raise LiteracyError(
            "psychometrics.option", where="fit", what=tell("{} is not a fitted model", type(given).__name__),
            fix="give the result of fit_irt",
        )  # fmt: skip


def require_table(given: Any, where: str) -> None:
    """Refuse what is not a DataFrame, or has a column twice."""
    if not isinstance(given, pd.DataFrame):
        raise LiteracyError(
            "psychometrics.items", where=where, what=tell("{} is not a table", type(given).__name__),
            fix="give a DataFrame",
        )  # fmt: skip
    if given.columns.has_duplicates:
        twice = given.columns[given.columns.duplicated()][0]
        raise LiteracyError(
            "psychometrics.items", where=where, what=tell("column {!r} is given twice", str(twice)),
            fix="give each column once",
        )  # fmt: skip


def take_numbers(given: Any, where: str) -> NDArray[np.float64]:
    """Return a number or a sequence of numbers as an array (n,); refuse what is neither, or not finite."""
    try:
        out = np.atleast_1d(np.asarray(given, np.float64))
    except (TypeError, ValueError):
        out = np.array([np.nan])
    if out.ndim != 1 or not np.isfinite(out).all():
        raise LiteracyError(
            "psychometrics.option", where=where, what=tell("{!r} is not a sequence of numbers", given),
            fix="give finite numbers",
        )  # fmt: skip
    return out


def take_count(given: Any, where: str, least: int, most: int) -> int:
    """Return a whole number between two bounds; refuse anything else."""
    number = take_numbers(given, where)
    if len(number) != 1 or number[0] % 1 or not least <= number[0] <= most:
        raise LiteracyError(
            "psychometrics.option", where=where, what=f"{given!r}",
            fix=tell("give a whole number from {:,} to {:,}", least, most),
        )  # fmt: skip
    return int(number[0])


def take_share(given: Any, where: str, *, ends: bool = False) -> float:
    """Return a number between 0 and 1, both included if *ends*; refuse anything else."""
    number = take_numbers(given, where)
    share = float(number[0]) if len(number) == 1 else -1.0
    if not (0 <= share <= 1 if ends else 0 < share < 1):
        raise LiteracyError(
            "psychometrics.option", where=where, what=f"{given!r}", fix="give a share between 0 and 1"
        )
    return share
