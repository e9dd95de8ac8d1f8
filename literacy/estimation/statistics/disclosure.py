"""Suppression of small or unreliable cells, and of others from which they could be derived."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.estimate import Estimate
from literacy.kernels.release.suppression import protect_lines, suppress_cells
from literacy.messages import tell

Bools = NDArray[np.bool_]
HIDDEN = ("estimate", "se", "ci_low", "ci_high", "n", "n_eff", "deff")


def suppress(
    estimate: Estimate, minimum: int = 30, *, unreliable: bool = True, margins: bool | Sequence[str] = True
) -> Estimate:
    """Suppress the rows of an estimate that must not be released.

    Parameters
    ----------
    estimate : Estimate
    minimum : int
        Rows with fewer respondents are suppressed.
    unreliable : bool
        Whether rows that fail the NCHS 2017 standard (``reliable`` is no) are suppressed as well.
    margins : bool or list of str
        The ``by`` columns over which readers know the totals, so that a suppressed cell could be found by subtraction.
        Further cells, those with the fewest respondents, are suppressed until no small one can be found: in a table of
        two columns until the range of possible values is at least ``minimum`` wide, in others until no line has a
        single gap. (Deriving an unreliable share discloses nobody.) True: all columns; False: none. Levels of one
        category always sum to a known total; overlapping groups never do.

    Returns
    -------
    Estimate
        Suppressed rows remain in the table without numbers; the notes count them.

    Examples
    --------
    >>> share = lit.proportion(sample, "literate", by="education")
    >>> lit.suppress(share, 100).table["estimate"].isna().tolist()
    [True, False, False, False, False]
    """
    if minimum < 1:
        raise LiteracyError(
            "estimate.option", where=f"minimum={minimum}", what="below 1", fix="30 is customary"
        )
    table = estimate.table
    n = table["n"].to_numpy(np.float64, na_value=np.nan)
    small = ~(n >= minimum)
    poor = table["reliable"].eq(False).fillna(False).to_numpy(bool) if unreliable else np.zeros(len(n), bool)
    first = small | poor
    axes = _find_axes(estimate, margins)
    hidden = _protect(estimate, first, small, np.nan_to_num(n), axes, float(minimum))
    out = table.copy()
    out["n"] = out["n"].astype("Int64")
    for column in HIDDEN:
        out.loc[hidden, column] = pd.NA if column == "n" else np.nan
    covariance = estimate.covariance.copy()
    covariance[hidden, :] = np.nan
    covariance[:, hidden] = np.nan
    more = int(hidden.sum() - first.sum())
    note = tell("{} of {} rows suppressed (n below {}", int(first.sum()), len(n), minimum)
    note += tell(" or not reliable)") if unreliable else ")"
    if more:
        note += tell(", and {} more so that they cannot be derived", more)
    return estimate.evolve(table=out, covariance=covariance, notes=(*estimate.notes, note))


def _protect(
    estimate: Estimate, first: Bools, small: Bools, n: NDArray[np.float64], axes: list[str], minimum: float
) -> Bools:
    """Return the rows to suppress, including those that protect small ones."""
    table = estimate.table
    keys = _keys(table, estimate)
    if len(axes) != 2 or "level" in axes:
        return protect_lines(
            first, small, n, [_lines(table, [c for c in keys if c != axis]) for axis in axes]
        )
    out = first.copy()
    block = _lines(table, [c for c in keys if c not in axes])
    row, column = (_lines(table, [axis]) for axis in axes)
    for b in np.unique(block[small]):
        here = np.flatnonzero(block == b)
        shape = (int(row[here].max()) + 1, int(column[here].max()) + 1)
        place = (row[here], column[here])
        counts, must, cost = np.zeros(shape), np.zeros(shape, bool), np.ones(shape)
        counts[place] = n[here]
        must[place] = small[here]
        cost[place] = np.where(first[here], 0.0, n[here] + 1)  # cells already suppressed cost nothing
        out[here] |= suppress_cells(counts, must, minimum, cost).withheld[place]
    return out


def _keys(table: pd.DataFrame, estimate: Estimate) -> list[str]:
    """Return the columns that identify a cell."""
    return [*estimate.by, "variable", *(["level"] if "level" in table else [])]


def _find_axes(estimate: Estimate, margins: bool | Sequence[str]) -> list[str]:
    """Return the columns over which the cells of a line sum to a known total."""
    if isinstance(margins, bool):
        wanted = list(estimate.by) if margins else []
    else:
        wanted = list(margins)
        for name in wanted:
            if name not in estimate.by:
                raise LiteracyError(
                    "estimate.option",
                    where=tell("margins: {!r}", name),
                    what="not a domain column of the estimate",
                    fix=tell("its columns: {}", ", ".join(estimate.by) or "(none)"),
                )
    axes = [c for c in wanted if c not in estimate.overlapping]
    categories = "level" in estimate.table and estimate.kind in ("proportion", "total")
    return axes + (["level"] if categories else [])


def _lines(table: pd.DataFrame, keys: list[str]) -> NDArray[np.int64]:
    """Return the index of the line to which each row belongs."""
    if not keys:
        return np.zeros(len(table), np.int64)
    lines = table.groupby(keys, sort=False, dropna=False).ngroup()
    return np.asarray(lines, np.int64)
