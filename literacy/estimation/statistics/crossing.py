"""Cross-tables: counts, shares, intervals and flags of two categorical variables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError, option
from literacy.estimation.core.domains import Where
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.core.scope import find_rows
from literacy.estimation.core.variables import read_levels
from literacy.estimation.statistics.association import test_independence
from literacy.estimation.statistics.means import proportion
from literacy.sampling import Sample

SHARES = ("row", "column", "all")
CELL = "__cell__"


def crosstab(
    sample: Sample,
    row: str,
    column: str,
    *,
    share: str = "row",
    where: Where = None,
    ci: str = "logit",
    level: float = 0.95,
) -> Estimate:
    """Cross-table of two categorical columns.

    Parameters
    ----------
    sample : Sample
    row, column : str
        Rows where either is missing are left out.
    share : str
        Shares within "row" (default), within "column", or of "all".
    where, ci, level
        As in :func:`proportion`.

    Returns
    -------
    Estimate
        One row a cell: ``count`` respondents in the cell, ``n`` those the share is of, the share with interval and
        flag. Of "all", cells without respondents are left out. The notes hold the test of independence.
    """
    option("share", share, SHARES)
    if row == column:
        raise LiteracyError(
            "estimate.variable", where=f"crosstab({row!r})", what="one column twice", fix="name two columns"
        )
    rows, _ = find_rows(sample, where)
    a, row_levels = read_levels(sample, row, rows, "row")
    b, column_levels = read_levels(sample, column, rows, "column")
    used = rows & (a >= 0) & (b >= 0)
    if not used.any():
        raise LiteracyError(
            "estimate.domain",
            where=f"crosstab({row!r}, {column!r})",
            what="no row has both",
            fix="choose others",
        )
    r, c = len(row_levels), len(column_levels)
    count = np.bincount(a[used] * c + b[used], minlength=r * c)
    if share == "all":
        codes = np.where(used, a * c + b, -1)
        joint = pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(range(r * c)))
        marked = sample.evolve(frame=sample.frame.assign(**{CELL: joint}))
        made = proportion(marked, CELL, where=used, ci=ci, level=level)
        cells = made.table["level"].to_numpy(np.int64)
        i, j, labels = cells // c, cells % c, {}
    else:
        inner, outer = (column, row) if share == "row" else (row, column)
        made = proportion(sample, inner, by=outer, where=used, ci=ci, level=level)
        place_row = {v: k for k, v in enumerate(row_levels)}
        place_column = {v: k for k, v in enumerate(column_levels)}
        first, second = (outer, "level") if share == "row" else ("level", outer)
        i = np.array([place_row[v] for v in made.table[first]])
        j = np.array([place_column[v] for v in made.table[second]])
        labels = dict(made.labels)
    table = made.table.drop(columns=[*made.by, "variable", "level"])
    table.insert(0, row, [row_levels[k] for k in i])
    table.insert(1, column, [column_levels[k] for k in j])
    table.insert(2, "variable", f"share of {share}" if share == "all" else f"share within {share}")
    table.insert(3, "count", count[i * c + j])
    order = np.lexsort((j, i))
    notes = list(made.notes)
    if r > 1 and c > 1:
        test = test_independence(sample, row, column, where=where)
        notes.append(
            f"independence of {row} and {column}: F({test.df[0]:.2f}, {test.df[1]:.1f}) = {test.statistic:.3f}, "
            f"p = {test.p_value:.3g} (Rao-Scott)"
            if len(test.df) == 2
            else f"independence of {row} and {column} cannot be tested"
        )
    return replace(
        made,
        table=table.iloc[order].reset_index(drop=True),
        covariance=made.covariance[np.ix_(order, order)],
        kind="cross-table",
        by=(row, column),
        labels=labels,
        notes=tuple(notes),
    )
