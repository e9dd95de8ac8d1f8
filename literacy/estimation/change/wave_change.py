"""Change between two waves.

The samples may be independent, or share first-stage units (the same communities visited twice), in which case the
covariance between the waves is accounted for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError, option
from literacy.estimation.change.paired import Side, joint_covariance
from literacy.estimation.core.code_labels import known_levels
from literacy.estimation.core.domains import By, Where
from literacy.estimation.core.estimate import Estimate, Numbers, make_estimate
from literacy.estimation.core.sample_columns import Floats, find_column, is_number, read_levels, read_outcome
from literacy.estimation.core.scope import find_rows
from literacy.estimation.statistics.means import estimate_shares, mean
from literacy.estimation.statistics.summed_variables import known_to
from literacy.kernels.models.decomposition import satterthwaite_df
from literacy.messages import tell
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
    """Estimate the change between two waves, with confidence interval and t test.

    Parameters
    ----------
    before, after : Sample or Estimate
        Two samples that have the variable, or two estimates of the same kind.
    variable : str, optional
        The variable, if samples are given.
    by, where
        Domains, if samples are given.
    statistic : str
        "proportion" or "mean", if samples are given.
    shared : bool
        Whether the waves share strata and first-stage units, matched by label, so that they are correlated. Needs
        samples.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        ``estimate`` is after minus before; the columns ``before``, ``after``, ``statistic`` and ``p_value`` are added.
        Degrees of freedom are Satterthwaite's for independent waves, and the smaller of the two for shared units.

    Examples
    --------
    >>> change = lit.compare(earlier, sample, "literate")
    >>> change.to_frame()[["before", "after", "estimate"]].round(3).iloc[0].tolist()
    [0.113, 0.142, 0.029]
    """
    option("statistic", statistic, ("proportion", "mean"))
    if isinstance(before, Estimate) and isinstance(after, Estimate):
        if variable is not None or by is not None or where is not None or shared:
            raise LiteracyError(
                "estimate.option",
                where="compare",
                what="two estimates were given together with other arguments",
                fix="variable, by, where and shared apply to two samples",
            )
        first, second = before, after
    elif isinstance(before, Sample) and isinstance(after, Sample):
        if variable is None:
            raise LiteracyError("estimate.option", where="compare", what="no variable", fix="name one")
        variable = str(variable)
        if statistic == "mean":
            first, second = (mean(s, variable, by=by, where=where, level=level) for s in (before, after))
        else:
            known = _both_levels(before, after, variable)
            first, second = (
                estimate_shares(s, (variable,), by, where, level=level, known=known) for s in (before, after)
            )
    else:
        raise LiteracyError(
            "estimate.option",
            where="compare",
            what=tell("a {} and a {}", type(before).__name__, type(after).__name__),
            fix="give two samples or two estimates",
        )
    _refuse_unlike(first, second)
    one, two, notes = _match_rows(first, second)
    v1, v2 = one.covariance, two.covariance
    cross = np.zeros_like(v1)
    if shared and isinstance(before, Sample) and isinstance(after, Sample):
        sides = (_rows_as_side(before, one, first.by, where), _rows_as_side(after, two, first.by, where))
        whole = joint_covariance(*sides, shared=True, notes=notes)
        k = len(v1)
        v1, v2, cross = whole[:k, :k], whole[k:, k:], whole[:k, k:]
    df1, df2 = one.number("df"), two.number("df")
    df = np.minimum(df1, df2) if shared else satterthwaite_df(np.diag(v1), np.diag(v2), df1, df2)
    x1, x2 = one.number("estimate"), two.number("estimate")
    span = tell("{} to {}", first.wave or "before", second.wave or "after")
    numbers = Numbers(
        kind="change",
        labels={name: one.table[name].tolist() for name in one.names},
        estimate=x2 - x1,
        covariance=v1 + v2 - cross - cross.T,
        df=df,
        n=one.number("n") + two.number("n"),
        level=level,
        by=first.by,
        overlapping=first.overlapping,
        unit="points" if first.unit == "share" else "number",
        method="difference of waves",
        sizes=np.maximum(np.abs(x1), np.abs(x2)),
        extra={"before": x1, "after": x2},
        notes=(tell("{}; the estimate is the later minus the earlier wave", span), *notes),
    )
    origin = first.origin.join(second.origin).evolve(wave=span).add_step(tell("change from {}", span))
    return make_estimate(numbers, origin)


def _refuse_unlike(first: Estimate, second: Estimate) -> None:
    if first.standard and second.standard and first.standard != second.standard:
        raise LiteracyError(
            "trend.standards",
            where="compare",
            what=tell("one wave is scored by {}, the other by {}", first.standard, second.standard),
            fix="score both waves by the same standard",
        )
    if first.kind != second.kind or first.by != second.by:
        raise LiteracyError(
            "estimate.option",
            where="compare",
            what=tell("a {} by {} and a {} by {}", first.kind, first.by, second.kind, second.by),
            fix="compare the same statistic in the same domains",
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows of an estimate, in the order of those of the other estimate."""

    names: list[str]
    table: pd.DataFrame
    covariance: Floats

    def number(self, column: str) -> Floats:
        """Return a numeric column of the table."""
        return self.table[column].to_numpy(np.float64, na_value=np.nan)


def _both_levels(before: Sample, after: Sample, variable: str) -> dict[str, tuple[Any, ...]]:
    """Return the levels of a variable observed or known in either wave, so that unobserved ones count as 0."""
    name = variable.partition("=")[0].strip() if variable not in before.frame.columns else variable
    if any(name not in s.frame.columns for s in (before, after)):
        return {}
    if name == variable and all(is_number(s.frame[name]) for s in (before, after)):
        return known_to(before, (name,)) | known_to(after, (name,))
    held = [read_levels(s, name)[1] for s in (before, after)]
    return {
        name: tuple(
            dict.fromkeys((*held[0], *held[1], *known_levels(before, name), *known_levels(after, name)))
        )
    }


def _match_rows(first: Estimate, second: Estimate) -> tuple[_Rows, _Rows, list[str]]:
    """Return the rows common to both estimates, and notes on the others.

    A level observed in only one wave counts as 0 in the other, if the other has the domain, since its shares then sum
    to 1 without it.
    """
    names = [*first.by, "variable", *(["level"] if "level" in first.table else [])]
    if "level" in second.table and "level" not in names:
        names = []
    keys = [
        [tuple(row) for row in e.table[names].astype("string").itertuples(index=False)] if names else []
        for e in (first, second)
    ]
    places = [{key: i for i, key in enumerate(k)} for k in keys]
    wanted = [key for key in keys[0] if key in places[1]]
    if names and names[-1] == "level" and first.kind == second.kind == "proportion":
        for own, other in ((0, 1), (1, 0)):
            domains = {key[:-1] for key in keys[other]}
            wanted += [key for key in keys[own] if key not in places[other] and key[:-1] in domains]
    if not wanted:
        raise LiteracyError(
            "estimate.domain",
            where="compare",
            what="the two estimates have no row in common",
            fix="compare the same variable in the same domains",
        )
    lost = len({*keys[0], *keys[1]}) - len(wanted)
    notes = [tell("{} rows occur in one wave only and are omitted", lost)] if lost else []
    one = _take_rows(first, names, wanted, places[0], second, places[1])
    two = _take_rows(second, names, wanted, places[1], first, places[0])
    empty = sum(key not in places[0] or key not in places[1] for key in wanted)
    if empty:
        notes.append(tell("{} levels occur in one of the waves only: in the other their share is 0", empty))
    return one, two, notes


def _take_rows(
    estimate: Estimate,
    names: list[str],
    wanted: list[tuple[Any, ...]],
    place: dict[tuple[Any, ...], int],
    other: Estimate,
    elsewhere: dict[tuple[Any, ...], int],
) -> _Rows:
    """Return the requested rows; unobserved levels get share 0 without error, and the other values of their domain."""
    domain = {key[:-1]: i for key, i in place.items()}
    at = [place.get(key, -1) for key in wanted]
    source = [i if i >= 0 else domain[key[:-1]] for i, key in zip(at, wanted, strict=True)]
    table = estimate.table.iloc[source].reset_index(drop=True)
    covariance = estimate.covariance[np.ix_(source, source)].copy()
    for row, (i, key) in enumerate(zip(at, wanted, strict=True)):
        if i < 0:
            table.loc[row, ["estimate", "se"]] = 0.0
            table[names[-1]] = table[names[-1]].astype(object)
            table.loc[row, names[-1]] = other.table[names[-1]].iloc[elsewhere[key]]
            covariance[row, :] = covariance[:, row] = 0.0
    return _Rows(names, table, covariance)


def _rows_as_side(sample: Sample, rows_: _Rows, by: tuple[str, ...], where: Where) -> Side:
    """Return the rows of a mean or proportion as a Side."""
    rows, _ = find_rows(sample, where)
    columns, masks, centres = [], [], []
    for row in rows_.table.to_dict("records"):
        mask = rows.copy()
        for name in by:
            if name in sample.frame.columns:
                mask &= np.asarray(sample.frame[name].eq(row[name]).fillna(False), bool)
            else:
                mask &= np.asarray(sample.frame[f"{name}_{row[name]}"].eq(1).fillna(False), bool)
        variable, value = str(row["variable"]), row.get("level")
        if value is None or (isinstance(value, float) and np.isnan(value)):
            y = read_outcome(sample, variable, block=True)
        else:
            column = find_column(sample, variable)
            y = np.where(column.isna(), np.nan, np.asarray(column.eq(value).fillna(False), np.float64))
        mask &= ~np.isnan(y)
        centre = float(y[mask].min()) if mask.any() else 0.0  # for a constant this avoids rounding errors
        columns.append(np.where(mask, y - centre, 0.0))
        masks.append(mask.astype(np.float64))
        centres.append(centre)
    Y, M, c = np.column_stack(columns), np.column_stack(masks), np.array(centres)

    def revalue(W: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((Y.T @ W) / (M.T @ W) + c[:, None])

    value = revalue(sample.weight[:, None])[:, 0]
    size = sample.weight @ M
    return Side(sample, value, (Y - M * (value - c)) / size, revalue, rows)
