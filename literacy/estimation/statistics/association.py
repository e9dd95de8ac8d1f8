"""Design-based tests of association and of goodness of fit.

Names, defaults and results follow R survey 4.4-2: ``svychisq`` and ``svygofchisq``. All covariances account for all
stages, fpc and calibration of the sample, or are computed from its replicates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.core.domains import Where
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    Ints,
    covariance_of,
    degrees,
    indicators,
    read_levels,
    sum_levels,
)
from literacy.estimation.core.scope import find_rows
from literacy.estimation.statistics.hypothesis import Test, f_test, not_collected
from literacy.kernels.design import chisquare, tails
from literacy.messages import tell
from literacy.sampling import Sample

NO_EFFECT = 1e-12  # a smaller mean design effect is rounding error
WALD = ("Wald", "adjWald")
STATISTICS = ("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint", "exact")


def _cells(
    sample: Sample, row: str, column: str, rows: Bools
) -> tuple[Ints, tuple[Any, ...], tuple[Any, ...]]:
    """Return the cell of each row (column-major; -1 outside or missing) and the levels of both variables."""
    first, row_levels = read_levels(sample, row, rows)
    second, column_levels = read_levels(sample, column, rows)
    both = rows & (first >= 0) & (second >= 0)
    # a level may have no respondents left after exclusion of missing partners
    used_rows = np.flatnonzero(np.bincount(first[both], minlength=len(row_levels)))
    used_columns = np.flatnonzero(np.bincount(second[both], minlength=len(column_levels)))
    for name, kept in ((row, used_rows), (column, used_columns)):
        if len(kept) < 2:
            raise LiteracyError(
                "estimate.variable",
                where=repr(name),
                what=tell("{} level{} among the respondents tested", len(kept), "s" * (len(kept) != 1)),
                fix="a table needs at least two levels of each variable",
            )
    place_row = np.full(len(row_levels), -1)
    place_row[used_rows] = np.arange(len(used_rows))
    place_column = np.full(len(column_levels), -1)
    place_column[used_columns] = np.arange(len(used_columns))
    cell = np.full(len(sample), -1, np.int64)
    cell[both] = place_column[second[both]] * len(used_rows) + place_row[first[both]]
    return cell, tuple(row_levels[i] for i in used_rows), tuple(column_levels[i] for i in used_columns)


@not_collected
def test_independence(
    sample: Sample, row: str, column: str, statistic: str = "F", where: Where = None
) -> Test:
    """Test the independence of two categorical variables (R: ``svychisq``).

    Parameters
    ----------
    sample : Sample
        The respondents with their design and weights.
    row, column : str
        Two columns; rows in which either is missing are excluded.
    statistic : str
        "F": Pearson's chi-square with the second-order Rao-Scott correction (default). "Chisq": first-order correction.
        "Wald", "adjWald": Wald statistic of the residuals from independence; unreliable with many cells and few
        sampling units. "saddlepoint", "exact": the null distribution of Pearson's chi-square as a weighted sum of
        chi-squares, by saddlepoint approximation or numerically exact. "lincom": what R computes under that name if the
        package CompQuadForm is not installed, that is, the saddlepoint value.
    where : str, dict or truth values, optional
        Domain.

    Returns
    -------
    Test
        ``details["effects"]`` contains the generalised design effects.

    Examples
    --------
    >>> test = lit.test_independence(sample, "tier", "residence")
    >>> test.law, test.p_value < 0.05
    ('F', True)
    """
    option("statistic", statistic, STATISTICS)
    rows, name = find_rows(sample, where)
    cell, row_levels, column_levels = _cells(sample, row, column, rows)
    r, c = len(row_levels), len(column_levels)
    used = cell >= 0
    weight = np.where(used, sample.weight, 0.0)
    totals = sum_levels(cell, r * c, weight[:, None])[:, 0]
    nu = degrees(sample, rows)
    notes = [tell("domain: {}", name)] if name else []
    missing = int((rows & ~used).sum())
    if missing:
        notes.append(tell("{} respondents with a missing value left out", missing))
    empty = int((totals == 0).sum())
    if empty:
        notes.append(tell("{} of {} cells are empty", empty, r * c))
    if sample.replicates is not None:
        notes.append(tell("covariance from {} replicates", sample.replicates.count))
    whole = totals.sum()
    shares = totals / whole
    if statistic in WALD:
        spread = covariance_of(
            sample, lambda: indicators(cell, r * c), totals, lambda W: sum_levels(cell, r * c, W), used, notes
        )
    else:

        def influence() -> Floats:
            out = (indicators(cell, r * c) - shares) / whole
            return np.asarray(np.where(used[:, None], out, 0.0))

        def again(W: Floats) -> Floats:
            sums = sum_levels(cell, r * c, W)
            return np.asarray(sums / sums.sum(axis=0))

        spread = covariance_of(sample, influence, shares, again, used, notes)
    crossed = Crossed(row, column, r, c, totals, spread, int(used.sum()), int(rows.sum()), nu, notes)
    return test_table(crossed, statistic, replicated=sample.replicates is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """A weighted table with its covariance, as used in tests of independence.

    Attributes
    ----------
    row, column : names of the two variables.
    r, c : numbers of their levels.
    totals : (r * c,) sums of weights, in column-major order.
    spread : (r * c, r * c) covariance of the totals for the Wald tests, otherwise of the shares.
    n : respondents in the table; ``rows`` : respondents of the domain, including those without a value.
    nu : degrees of freedom of the domain.
    notes : notes on the test.
    """

    row: str
    column: str
    r: int
    c: int
    totals: Floats
    spread: Floats
    n: int
    rows: int
    nu: float
    notes: list[str]


@not_collected
def test_table(table: Crossed, statistic: str, replicated: bool) -> Test:
    """Test the independence in a weighted table; see :func:`test_independence`."""
    row, column, r, c, notes, nu = table.row, table.column, table.r, table.c, table.notes, table.nu
    of, n, k = f"{row} × {column}", table.n, (r - 1) * (c - 1)
    if statistic in WALD:
        wald = chisquare.wald_independence(table.totals, table.spread, r, c)
        if np.isnan(wald):
            notes.append(tell("the covariance of the residuals is singular: use statistic='F'"))
        if statistic == "Wald":
            return f_test(wald / k, k, nu, method="Wald test of association", of=of, n=n, notes=tuple(notes))
        ddf = nu - k + 1
        return f_test(
            wald * ddf / (k * nu) if ddf > 0 else float("nan"),
            k,
            ddf,
            method="adjusted Wald test of association",
            of=of,
            n=n,
            notes=tuple(notes),
        )

    shares = table.totals / table.totals.sum()
    fit = chisquare.correct_pearson(shares, table.spread, table.rows, r, c)
    if np.isnan(fit.effects).any():
        raise LiteracyError(
            "estimate.variable",
            where=f"{row!r} × {column!r}",
            what="empty cells split the table into blocks: one column is, at least in part, a "
            "recode of the other",
            fix="test other columns, or combine levels; statistic='Wald' tests the remaining cells",
        )
    trace = float(fit.effects.sum())
    details = {
        "pearson": (fit.pearson,),
        "effects": tuple(float(e) for e in fit.effects),
        "shares": tuple(float(s) for s in shares),
    }
    if not trace > NO_EFFECT * k:
        notes.append(tell("under this design the table has no sampling error: nothing to test"))
        return Test(float("nan"), (), float("nan"), "Pearson's chi-square", of, "F", n=n, notes=tuple(notes))
    if statistic == "F":
        result = f_test(
            fit.pearson / trace,
            fit.df,
            fit.df * nu,
            method="Pearson's chi-square, Rao-Scott second-order correction",
            of=of,
            n=n,
            notes=tuple(notes),
        )
        return _with_details(result, details)
    if statistic == "Chisq":
        from scipy import stats

        p = float(stats.chi2.sf(fit.pearson / (trace / k), k))
        method = "Pearson's chi-square, Rao-Scott first-order correction"
        return Test(fit.pearson, (float(k),), p, method, of, "chi2", n=n, notes=tuple(notes), details=details)
    ddf = np.inf if replicated else fit.df * nu
    tail = tails.tail_exact if statistic == "exact" else tails.tail_saddlepoint
    way = "exact null law" if statistic == "exact" else "saddlepoint approximation of the null law"
    return Test(
        fit.pearson,
        (),
        tail(fit.pearson, fit.effects, ddf) if ddf > 0 else float("nan"),
        tell("Pearson's chi-square, {}", way),
        of,
        "chi2 sum",
        n=n,
        notes=tuple(notes),
        details=details,
    )


def _with_details(test: Test, details: dict[str, tuple[float, ...]]) -> Test:
    from dataclasses import replace

    return replace(test, details=details)


@not_collected
def test_fit(
    sample: Sample, variable: str, shares: Mapping[Any, float] | Sequence[float], where: Where = None
) -> Test:
    """Test whether a variable has given population shares (R: ``svygofchisq``).

    Parameters
    ----------
    sample : Sample
    variable : str
        A categorical column.
    shares : dict or sequence
        Share of each level (a dict by level, or a sequence in the order of the levels); rescaled to sum to 1, all
        positive.
    where : str, dict or truth values, optional
        Domain.

    Returns
    -------
    Test
        The statistic is on the scale of the population; ``details`` contains the ``scale`` by which it is divided
        before comparison with a chi-square distribution with ``df`` degrees of freedom.

    Examples
    --------
    >>> test = lit.test_fit(sample, "visit_library", [0.4, 0.3, 0.2, 0.1])
    >>> test.p_value < 0.05
    True
    """
    from scipy import stats

    rows, name = find_rows(sample, where)
    codes, levels = read_levels(sample, variable, rows)
    if isinstance(shares, Mapping):
        unknown = [v for v in shares if v not in levels] + [v for v in levels if v not in shares]
        values = [float(shares[v]) for v in levels if v in shares]
    else:
        unknown = [] if len(shares) == len(levels) else [tell("{} shares", len(shares))]
        values = [float(v) for v in shares]
    if unknown or min(values, default=0.0) <= 0:
        raise LiteracyError(
            "estimate.variable",
            where=tell("test_fit({!r})", variable),
            what=tell("shares do not correspond to the levels: {!r}", unknown[0])
            if unknown
            else tell("a share is not above 0"),
            fix=tell("give one positive share for each of {}", ", ".join(repr(v) for v in levels)),
        )
    k = len(levels)
    cell = np.where(rows, codes, -1)
    used = cell >= 0
    totals = sum_levels(cell, k, np.where(used, sample.weight, 0.0)[:, None])[:, 0]
    notes = [tell("domain: {}", name)] if name else []
    spread = covariance_of(
        sample, lambda: indicators(cell, k), totals, lambda W: sum_levels(cell, k, W), used, notes
    )
    fit = chisquare.compare_given(totals, spread, np.array(values))
    p = float(stats.chi2.sf(fit.statistic / fit.scale, fit.df)) if fit.scale > 0 else float("nan")
    if np.isnan(fit.scale):
        notes.append(
            tell("the design fixes these totals: they have no sampling error and there is nothing to test")
        )
    return Test(
        fit.statistic,
        (fit.df,),
        p,
        "chi-square test against given shares, Satterthwaite correction",
        variable,
        "chi2",
        n=int(used.sum()),
        notes=tuple(notes),
        details={"scale": (fit.scale,), "effects": tuple(float(x) for x in fit.weights)},
    )
