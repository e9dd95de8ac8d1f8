"""Change between two waves.

The samples may be independent, or share their first-stage units (the same communities visited twice); then the
covariance between the waves counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.change.paired import Side, joint_covariance
from literacy.estimation.core.construction import build_estimate
from literacy.estimation.core.domains import By, Where
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.core.scope import find_rows
from literacy.estimation.core.variables import Floats, find_column
from literacy.estimation.statistics.means import mean, proportion
from literacy.kernels.models.decomposition import satterthwaite_df
from literacy.sampling import Sample


def compare(
    before: Sample | Estimate,
    after: Sample | Estimate,
    variable: str | None = None,
    *,
    by: By = None,
    where: Where = None,
    statistic: str = "proportion",
    shared: bool = False,
    level: float = 0.95,
) -> Estimate:
    """Change between two waves, with interval and t test.

    Parameters
    ----------
    before, after : Sample or Estimate
        Two samples with the variable in common, or two estimates of the same kind.
    variable : str, optional
        The variable, where samples are given.
    by, where
        Domains, where samples are given.
    statistic : str
        "proportion" or "mean", where samples are given.
    shared : bool
        The waves share their strata and first-stage units, by label, so that their covariance counts. Needs samples.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        ``estimate`` is after less before; the columns ``before``, ``after``, ``statistic`` and ``p_value`` are added.
        Degrees of freedom are Satterthwaite's for independent waves and the smaller one for shared units.

    Examples
    --------
    >>> lit.compare(sample_2023, sample_2025, "literate", by="group")  # doctest: +SKIP
    """
    option("statistic", statistic, ("proportion", "mean"))
    if isinstance(before, Estimate) and isinstance(after, Estimate):
        if variable is not None or by is not None or where is not None or shared:
            raise LiteracyError(
                "estimate.option",
                where="compare",
                what="two estimates and further choices",
                fix="variable, by, where and shared go with two samples",
            )
        first, second = before, after
    elif isinstance(before, Sample) and isinstance(after, Sample):
        if variable is None:
            raise LiteracyError("estimate.option", where="compare", what="no variable", fix="name one")
        estimator = proportion if statistic == "proportion" else mean
        first = estimator(before, variable, by=by, where=where, level=level)
        second = estimator(after, variable, by=by, where=where, level=level)
    else:
        raise LiteracyError(
            "estimate.option",
            where="compare",
            what=f"a {type(before).__name__} and a {type(after).__name__}",
            fix="give two samples or two estimates",
        )
    _refuse_unlike(first, second)
    a, b, notes = _match_rows(first, second)
    v1, v2 = first.covariance[np.ix_(a, a)], second.covariance[np.ix_(b, b)]
    cross = np.zeros_like(v1)
    if shared and isinstance(before, Sample) and isinstance(after, Sample):
        sides = (_rows_as_side(before, first, a, where), _rows_as_side(after, second, b, where))
        whole = joint_covariance(*sides, shared=True)
        k = len(a)
        v1, v2, cross = whole[:k, :k], whole[k:, k:], whole[:k, k:]
        notes.append("the waves share their sampling units: their covariance is counted")
    one, two = first.table.iloc[a], second.table.iloc[b]
    df1, df2 = one["df"].to_numpy(np.float64), two["df"].to_numpy(np.float64)
    df = np.minimum(df1, df2) if shared else satterthwaite_df(np.diag(v1), np.diag(v2), df1, df2)
    x1, x2 = one["estimate"].to_numpy(np.float64), two["estimate"].to_numpy(np.float64)
    names = [*first.by, "variable", *(["level"] if "level" in one else [])]
    span = f"{first.wave or 'before'} to {second.wave or 'after'}"
    base = after if isinstance(after, Sample) else None
    made = build_estimate(
        base if base is not None else _shell(second),
        "change",
        {name: one[name].tolist() for name in names},
        x2 - x1,
        v1 + v2 - cross - cross.T,
        df,
        one["n"].to_numpy() + two["n"].to_numpy(),
        level,
        by=first.by,
        method="difference of waves",
        test=True,
        overlapping=first.overlapping,
        extra={"before": x1, "after": x2},
        notes=(f"{span}; estimate is the later less the earlier", *notes),
        step=f"change from {span}",
    )
    return made.evolve(
        wave=span,
        standard=second.standard,
        universe=second.universe,
        labels=second.labels,
        history=made.history,
    )


def _shell(estimate: Estimate) -> Any:
    """What build_estimate reads of a sample, from an estimate."""
    from types import SimpleNamespace

    return SimpleNamespace(
        replicates=None,
        instrument=None,
        design=SimpleNamespace(lonely_psu=estimate.options.lonely_psu),
        standard=None,
        wave=None,
        universe=estimate.universe,
        history=estimate.history,
        source=estimate.source,
    )


def _refuse_unlike(first: Estimate, second: Estimate) -> None:
    if first.standard and second.standard and first.standard != second.standard:
        raise LiteracyError(
            "trend.standards",
            where="compare",
            what=f"one wave is scored by {first.standard}, the other by {second.standard}",
            fix="score both waves by one standard",
        )
    if first.kind != second.kind or first.by != second.by:
        raise LiteracyError(
            "estimate.option",
            where="compare",
            what=f"a {first.kind} by {first.by} and a {second.kind} by {second.by}",
            fix="compare the same statistic in the same domains",
        )


def _match_rows(first: Estimate, second: Estimate) -> tuple[list[int], list[int], list[str]]:
    """Places of the rows that both estimates have, and notes on the others."""
    names = [*first.by, "variable", *(["level"] if "level" in first.table else [])]
    if "level" in second.table and "level" not in names:
        names = []
    keys = [
        [tuple(row) for row in e.table[names].astype("string").itertuples(index=False)] if names else []
        for e in (first, second)
    ]
    place = {key: i for i, key in enumerate(keys[1])}
    a = [i for i, key in enumerate(keys[0]) if key in place]
    if not a:
        raise LiteracyError(
            "estimate.domain",
            where="compare",
            what="the two have no row in common",
            fix="compare the same variable in the same domains",
        )
    b = [place[keys[0][i]] for i in a]
    lost = len(keys[0]) + len(keys[1]) - 2 * len(a)
    return a, b, [f"{lost} rows occur in one wave only and are left out"] if lost else []


def _rows_as_side(sample: Sample, estimate: Estimate, places: list[int], where: Where) -> Side:
    """The rows of a mean or proportion as a Side."""
    rows, _ = find_rows(sample, where)
    table = estimate.table.iloc[places]
    columns, masks = [], []
    for row in table.to_dict("records"):
        mask = rows.copy()
        for name in estimate.by:
            if name in sample.frame.columns:
                mask &= np.asarray(sample.frame[name].eq(row[name]).fillna(False), bool)
            else:
                mask &= np.asarray(sample.frame[f"{name}_{row[name]}"].eq(1).fillna(False), bool)
        variable, value = str(row["variable"]), row.get("level")
        column = find_column(sample, variable)
        if value is None or (isinstance(value, float) and np.isnan(value)):
            y = column.to_numpy(np.float64, na_value=np.nan)
        else:
            y = np.where(column.isna(), np.nan, np.asarray(column.eq(value).fillna(False), np.float64))
        mask &= ~np.isnan(y)
        columns.append(np.where(mask, y, 0.0))
        masks.append(mask.astype(np.float64))
    Y, M = np.column_stack(columns), np.column_stack(masks)

    def revalue(W: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((Y.T @ W) / (M.T @ W))

    value = revalue(sample.weight[:, None])[:, 0]
    size = sample.weight @ M
    return Side(sample, value, (Y - M * value) / size, revalue, rows)
