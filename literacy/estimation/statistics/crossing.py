"""Cross-tables of two categorical variables: counts, shares, intervals and flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.estimation.core.column_names import RESERVED, refuse_names
from literacy.estimation.core.domains import Where, find_domains
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.core.results import estimate_rows
from literacy.estimation.core.sample_columns import Bools, read_levels
from literacy.estimation.core.scope import find_rows
from literacy.estimation.core.totals import Task
from literacy.estimation.statistics.association import test_independence
from literacy.estimation.statistics.hypothesis import Test
from literacy.estimation.statistics.means import estimate_shares
from literacy.estimation.statistics.summed_variables import category_job
from literacy.messages import tell
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
    """Cross-tabulate two categorical columns.

    Parameters
    ----------
    sample : Sample
    row, column : str
        Names of the columns; rows in which either is missing are excluded.
    share : str
        Base of the shares: "row" (default), "column" or "all".
    where, ci, level
        As in :func:`proportion`.

    Returns
    -------
    Estimate
        One row per cell: ``count`` respondents in the cell, ``n`` in the base of the share, the share with interval and
        flag. With "all", cells without respondents are omitted. The notes include the test of independence.

    Examples
    --------
    >>> table = lit.crosstab(sample, "tier", "sex", share="column").to_frame()
    >>> table.groupby("sex")["estimate"].sum().round(6).tolist()
    [1.0, 1.0]
    """
    option("share", share, SHARES)
    if row == column:
        raise LiteracyError(
            "estimate.variable",
            where=tell("crosstab({!r})", row),
            what="the same column twice",
            fix="name two columns",
        )
    row, column = str(row), str(column)
    for name, role in ((row, "row"), (column, "column")):
        refuse_names((name,), (*RESERVED, "count"), role)
    rows, _ = find_rows(sample, where)
    a, row_levels = read_levels(sample, row, rows, "row")
    b, column_levels = read_levels(sample, column, rows, "column")
    used = rows & (a >= 0) & (b >= 0)
    if not used.any():
        raise LiteracyError(
            "estimate.domain",
            where=tell("crosstab({!r}, {!r})", row, column),
            what="no row has values of both",
            fix="choose other columns",
        )
    r, c = len(row_levels), len(column_levels)
    count = np.bincount(a[used] * c + b[used], minlength=r * c).reshape(r, c)
    if share == "all":
        codes = np.where(used, a * c + b, -1)
        joint = pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(range(r * c)))
        marked = sample.evolve(frame=sample.frame.assign(**{CELL: joint}))
        made = estimate_shares(marked, (CELL,), None, used, ci=ci, level=level)
    else:
        inner, outer = (column, row) if share == "row" else (row, column)
        made = _levels_of(sample, inner, outer, used, ci, level)
    test: Test | LiteracyError | None = None
    if r > 1 and c > 1:
        try:
            test = test_independence(sample, row, column, where=where)
        except LiteracyError as error:
            if error.code != "estimate.variable":
                raise
            test = error
    return arrange_table(made, row, column, row_levels, column_levels, count, share, test)


def arrange_table(
    made: Estimate,
    row: str,
    column: str,
    row_levels: Sequence[Any],
    column_levels: Sequence[Any],
    count: NDArray[np.int64],
    share: str,
    test: Test | LiteracyError | None,
) -> Estimate:
    """Return the cross-table from shares that were estimated by cell.

    Parameters
    ----------
    made : shares of the cells (``level`` is ``row * c + column``), or of the levels of one column within the other
    row, column, row_levels, column_levels : the two variables and their levels
    count : (r, c) respondents
    share : base of the shares
    test : the test of independence, or the error if there is none
    """
    place_row = {v: k for k, v in enumerate(row_levels)}
    place_column = {v: k for k, v in enumerate(column_levels)}
    labels: dict[str, Any] = {}
    if share == "all":
        cells = made.table["level"].to_numpy(np.int64)
        i, j = np.divmod(cells, len(column_levels))
    else:
        first, second = (row, "level") if share == "row" else ("level", column)
        i = np.array([place_row[v] for v in made.table[first]])
        j = np.array([place_column[v] for v in made.table[second]])
        labels = dict(made.labels)
    table = made.table.drop(columns=[*made.by, "variable", "level"])
    table.insert(0, row, [row_levels[k] for k in i])
    table.insert(1, column, [column_levels[k] for k in j])
    within = {
        "all": tell("share of all"),
        "row": tell("share within row"),
        "column": tell("share within column"),
    }
    table.insert(2, "variable", within[share])
    table.insert(3, "count", count[i, j])
    order = np.lexsort((j, i))
    if share == "all":
        order = order[count[i, j][order] > 0]
    notes = [*made.notes]
    if test is not None:
        notes.append(_describe_independence(row, column, test))
    return made.evolve(
        table=table.iloc[order].reset_index(drop=True),
        covariance=made.covariance[np.ix_(order, order)],
        kind="cross-table",
        by=(row, column),
        labels=labels,
        notes=tuple(notes),
    )


def _levels_of(sample: Sample, inner: str, outer: str, used: Bools, ci: str, level: float) -> Estimate:
    """Return the share of every level of one column within the levels of another."""
    domains = find_domains(sample, outer, used)
    job = category_job(sample, inner, domains, "shares")
    return estimate_rows(
        sample, domains, (job,), Task("proportion", (inner,), domains.by, ci=ci, level=level)
    )


def _describe_independence(row: str, column: str, test: Test | LiteracyError) -> str:
    """Return the note on the test of independence."""
    if isinstance(test, LiteracyError):
        return tell("independence of {} and {} cannot be tested: {}", row, column, test.what)
    if len(test.df) < 2 or np.isnan(test.p_value):
        return tell("independence of {} and {} cannot be tested", row, column)
    return tell(
        "independence of {} and {}: F({:.2f}, {:.1f}) = {:.3f}, p = {:.3g} (Rao-Scott)",
        row,
        column,
        test.df[0],
        test.df[1],
        test.statistic,
        test.p_value,
    )
