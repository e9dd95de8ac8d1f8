"""Design-based tests of means and ranks of groups.

Names, defaults and results follow R survey 4.4-2: ``svyttest`` and ``svyranktest``.
"""

from __future__ import annotations

import numpy as np

from literacy.errors import LiteracyError, option
from literacy.estimation.core.domains import Where
from literacy.estimation.core.sample_columns import (
    Floats,
    Ints,
    covariance_of,
    degrees,
    indicators,
    read_levels,
    read_numbers,
    sum_levels,
)
from literacy.estimation.core.scope import find_rows
from literacy.estimation.statistics.hypothesis import Test, f_test, not_collected, t_test
from literacy.estimation.statistics.summed_variables import find_centre
from literacy.kernels.design import chisquare
from literacy.kernels.models.glm import fit_glm, glm_influence
from literacy.messages import tell
from literacy.sampling import Sample

SCORES = ("wilcoxon", "vanderWaerden", "median")


@not_collected
def test_means(
    sample: Sample,
    variable: str,
    by: str | None = None,
    null: float = 0.0,
    where: Where = None,
    level: float = 0.95,
) -> Test:
    """Test a mean, or the equality of means of groups (R: ``svyttest``).

    Parameters
    ----------
    sample : Sample
    variable : str
        A numeric column.
    by : str, optional
        Groups. Without it, the mean is tested against `null`. With two groups: t test of the difference, second level
        minus first. With more: Wald F test of the equality of all means.
    null : float
        Mean, or difference of two means, under the null hypothesis.
    where : str, dict or truth values, optional
        Domain.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Test
        Degrees of freedom are those of the design less the number of differences (less 1 for a single mean, as in R).

    Examples
    --------
    >>> round(lit.test_means(sample, "total", "sex").p_value, 3)
    0.974
    """
    rows, name = find_rows(sample, where)
    y = read_numbers(sample, variable)
    notes = [tell("domain: {}", name)] if name else []
    size = float(np.abs(y[rows & ~np.isnan(y)]).max(initial=0.0))
    if by is None:
        used = rows & ~np.isnan(y)
        if not used.any():
            raise LiteracyError(
                "estimate.domain",
                where=f"variable={variable!r}",
                what="no row has a value",
                fix="choose another variable",
            )
        estimate, spread = _group_means(sample, y, np.where(used, 0, -1), 1, notes)
        return t_test(
            float(estimate[0]),
            float(np.sqrt(max(spread[0, 0], 0.0))),
            degrees(sample, used) - 1,
            null=null,
            level=level,
            method="one-sample t test",
            of=tell("mean of {}", variable),
            n=int(used.sum()),
            size=size,
            notes=tuple(notes),
        )
    codes, levels = read_levels(sample, by, rows & ~np.isnan(y), "by")
    used = rows & ~np.isnan(y) & (codes >= 0)
    k = len(levels)
    _two_levels(by, k)
    means, spread = _group_means(sample, y, np.where(used, codes, -1), k, notes)
    slope = np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
    gap, spread = slope @ means, slope @ spread @ slope.T
    df = degrees(sample, used) - (k - 1)
    if k == 2:
        return t_test(
            float(gap[0]),
            float(np.sqrt(max(spread[0, 0], 0.0))),
            df,
            null=null,
            level=level,
            method="two-sample t test",
            of=tell("{}: {} minus {}", variable, levels[1], levels[0]),
            n=int(used.sum()),
            size=size,
            notes=tuple(notes),
        )
    wald = chisquare.quadratic_form(gap, spread)
    return f_test(
        wald / (k - 1),
        k - 1,
        df,
        method=f"Wald test that {k} means are equal",
        of=tell("{} by {}", variable, by),
        n=int(used.sum()),
        notes=tuple(notes),
    )


def _two_levels(by: str, count: int) -> None:
    if count < 2:
        raise LiteracyError(
            "estimate.domain", where=f"by={by!r}", what=tell("{} group", count), fix="a test needs two groups"
        )


def _group_means(sample: Sample, y: Floats, cell: Ints, k: int, notes: list[str]) -> tuple[Floats, Floats]:
    """Return group means and their covariance; a constant is subtracted first to avoid rounding errors."""
    used = cell >= 0
    centre = find_centre(y, used)
    values = np.where(used, y - centre, 0.0)
    marks = indicators(cell, k)

    def point(W: Floats) -> Floats:
        sums = sum_levels(cell, k, W)
        hit = marks.T @ (W * values[:, None])
        empty = np.full(hit.shape, np.nan)  # a replicate may lose a group
        return np.asarray(np.divide(hit, sums, out=empty, where=sums > 0))

    weight = np.where(used, sample.weight, 0.0)[:, None]
    means = point(weight)[:, 0]
    size = sum_levels(cell, k, weight)[:, 0]

    def influence() -> Floats:
        return np.asarray(marks * (values[:, None] - means) / size)

    return means + centre, covariance_of(sample, influence, means, point, used, notes)


@not_collected
def test_ranks(sample: Sample, variable: str, by: str, score: str = "wilcoxon", where: Where = None) -> Test:
    """Rank test of the equality of distributions of groups (R: ``svyranktest``; Lumley & Scott 2013).

    Parameters
    ----------
    sample : Sample
    variable : str
        A numeric column.
    by : str
        Groups: two (Wilcoxon) or more (Kruskal-Wallis).
    score : str
        Scores computed from estimated population ranks: "wilcoxon" (the ranks), "vanderWaerden" (normal quantiles),
        "median" (above or below the median).
    where : str, dict or truth values, optional
        Domain.

    Returns
    -------
    Test
        For two groups: t test of the difference in mean rank score, second level minus first.

    Examples
    --------
    >>> round(lit.test_ranks(sample, "total", "sex").p_value, 3)
    0.992
    """
    from scipy import stats

    option("score", score, SCORES)
    rows, name = find_rows(sample, where)
    y = read_numbers(sample, variable)
    codes, levels = read_levels(sample, by, rows & ~np.isnan(y), "by")
    used = rows & ~np.isnan(y) & (codes >= 0)
    k = len(levels)
    _two_levels(by, k)
    weight = sample.weight[used]
    _, place = np.unique(y[used], return_inverse=True)
    order = np.argsort(y[used], kind="stable")
    running = np.empty(len(order))
    running[order] = np.cumsum(weight[order]) - weight[order] / 2
    # tied values get the unweighted mean of their mid-ranks, as in R
    rank = (np.bincount(place, running) / np.bincount(place))[place]
    whole = float(weight.sum())
    if score == "wilcoxon":
        scores = rank / whole
    elif score == "median":
        scores = (rank > whole / 2).astype(np.float64)
    else:
        scores = np.asarray(stats.norm.ppf(rank / whole))
    scores = scores - find_centre(scores, None)
    X = np.column_stack([np.ones(len(scores)), indicators(codes[used], k)[:, 1:]])
    fit = fit_glm(X, scores, weight, "linear")
    spread_scores = np.zeros((len(sample), k))
    spread_scores[used] = glm_influence(X, scores, fit, "linear")
    notes = [tell("domain: {}", name)] if name else []
    # ranks are treated as fixed in every replicate, as in R
    spread = covariance_of(
        sample,
        spread_scores,
        np.zeros(k),
        lambda W: np.asarray(spread_scores.T @ W),
        used,
        notes,
    )[1:, 1:]
    gap = fit.coefficients[1:]
    df = degrees(sample, used) - (k - 1)
    if k == 2:
        return t_test(
            float(gap[0]),
            float(np.sqrt(max(spread[0, 0], 0.0))),
            df,
            method=f"rank test ({score})",
            of=tell("rank of {}: {} minus {}", variable, levels[1], levels[0]),
            n=int(used.sum()),
            size=1.0,
            notes=tuple(notes),
        )
    wald = chisquare.quadratic_form(gap, spread)
    return f_test(
        wald / (k - 1),
        k - 1,
        df,
        method=f"rank test ({score}) of {k} groups",
        of=tell("rank of {} by {}", variable, by),
        n=int(used.sum()),
        notes=tuple(notes),
    )
