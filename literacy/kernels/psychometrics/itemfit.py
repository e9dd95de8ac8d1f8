"""Model fit: of single items, of pairs of items, and overall.

References
----------
.. [K] Koehler, C., Robitzsch, A., Hartig, J. (2020). A bias-corrected RMSD item fit statistic. Journal of
   Educational and Behavioral Statistics 45, 251-273.
.. [M] Maydeu-Olivares, A., Joe, H. (2006). Limited information goodness-of-fit testing in multidimensional contingency
   tables. Psychometrika 71, 713-732.
.. [O] Orlando, M., Thissen, D. (2000). Likelihood-based item-fit indices for dichotomous IRT models. APM 24, 50-64;
   Kang, T., Chen, T. T. (2008). Performance of the generalized S-X2 item fit index. JEM 45, 391-406.
.. [W] Wright, B. D., Masters, G. N. (1982). Rating Scale Analysis.
.. [Y] Yen, W. M. (1984). Effects of local item dependence. APM 8, 125-145.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from literacy.kernels.psychometrics.ability_estimates import expected_score, score_distribution
from literacy.kernels.psychometrics.layout import Layout
from literacy.kernels.psychometrics.marginal import Grid
from literacy.kernels.psychometrics.patterns import NOT_ASKED

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

MIN_EXPECTED = 1.0


def sum_score_fit(
    layout: Layout, whole: Floats, grid: Grid, codes: Bytes, weight: Floats, item: int, parameters: int
) -> tuple[float, float, float]:
    """S-X2 of an item with its degrees of freedom and p value [O]_; the caller leaves out incomplete rows.

    Small cells are merged as in R mirt: categories within a score first, then neighbouring scores.
    """
    theta = layout.nodes(whole, grid.points, 0)
    mass = np.exp(grid.log_weights)
    k = int(layout.categories[item])
    rest = score_distribution(layout, whole, theta, skip=item)
    chance = np.exp(layout.log_table(whole, theta)[layout.firsts[item] : layout.firsts[item + 1]])
    high = int((layout.categories - 1).sum())
    joint = np.zeros((high + 1, k))
    for c in range(k):
        joint[c : c + len(rest), c] = (rest * chance[c]) @ mass
    score = codes.sum(axis=1, dtype=np.int64)
    seen = np.zeros((high + 1, k))
    np.add.at(seen, (score, codes[:, item]), weight)
    expected = joint / joint.sum(axis=1, keepdims=True) * seen.sum(axis=1, keepdims=True)
    kept = np.arange(1, high) if high > 1 else np.arange(high + 1)
    possible = joint[kept] > 0
    pair = _join_scores(
        *_join_categories(*_join_lonely(*_join_impossible(seen[kept], expected[kept], possible)))
    )
    seen, expected = pair
    cells = expected > 0
    value = float(((seen - expected)[cells] ** 2 / expected[cells]).sum())
    df = float(cells.sum() - len(expected) - parameters)
    return value, df, float(chi2.sf(value, df)) if df > 0 else float("nan")


def _join_impossible(seen: Floats, expected: Floats, possible: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Merge scores that some category cannot produce with the nearest score that every category can produce."""
    whole = np.flatnonzero(possible.all(axis=1))
    if not len(whole):
        return seen, expected
    place = np.clip(np.arange(len(seen)), whole[0], whole[-1]) - whole[0]
    out = np.zeros((2, len(whole), seen.shape[1]))
    np.add.at(out[0], place, seen)
    np.add.at(out[1], place, expected)
    return out[0], out[1]


def _join_lonely(seen: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Drop scores without respondents; merge those of one respondent with the next higher (the last, lower) score."""
    there = seen.sum(axis=1) > 0
    seen, expected = seen[there], expected[there]
    kept = np.ones(len(seen), bool)
    for r in range(len(seen) - 1):
        if seen[r].sum() == 1:
            seen[r + 1] += seen[r]
            expected[r + 1] += expected[r]
            kept[r] = False
    seen, expected = seen[kept], expected[kept]
    if len(seen) > 1 and seen[-1].sum() == 1:
        seen[-2] += seen[-1]
        expected[-2] += expected[-1]
        seen, expected = seen[:-1], expected[:-1]
    return seen, expected


def _join_categories(seen: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Within a score, merge the rarest category with its rarer neighbour until all are large enough or two remain."""
    width = expected.shape[1]
    if width == 2:
        return seen, expected
    for r in range(len(expected)):
        if not (expected[r] < MIN_EXPECTED).any():
            continue
        meant, counted = list(expected[r]), list(seen[r])
        while len(meant) > 2:
            at = max(i for i, v in enumerate(meant) if v == min(meant))
            if at == 0:
                other = 1
            elif at == len(meant) - 1:
                other = at - 1
            else:
                other = at - 1 if meant[at - 1] <= meant[at + 1] else at + 1
            meant[other] += meant.pop(at) if other < at else 0.0
            counted[other] += counted.pop(at) if other < at else 0.0
            if other > at:
                first, count = meant.pop(at), counted.pop(at)
                meant[at] += first
                counted[at] += count
            if min(meant) >= MIN_EXPECTED:
                break
        expected[r] = meant + [0.0] * (width - len(meant))
        seen[r] = counted + [0.0] * (width - len(counted))
    while expected.shape[1] > 2 and expected[:, -1].sum() < MIN_EXPECTED * np.ceil(len(expected) * 0.1):
        seen, expected = _fold(seen, -1), _fold(expected, -1)
    for c in range(expected.shape[1] - 1, 0, -1):
        if expected.shape[1] > 2 and (expected[:, c] > 0).mean() < 0.05:
            seen, expected = _fold(seen, c), _fold(expected, c)
    return seen, expected


def _fold(table: Floats, column: int) -> Floats:
    """Table with a column added to the one before it."""
    column %= table.shape[1]
    out = table.copy()
    out[:, column - 1] += out[:, column]
    return np.delete(out, column, axis=1)


def _join_scores(seen: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Merge the lowest score with a small cell with its less frequent neighbour, until none is small."""
    while len(expected) > 1:
        thin = ((expected < MIN_EXPECTED) & (expected != 0)).any(axis=1)
        if not thin.any():
            break
        at = int(np.argmax(thin))
        if at == 0:
            other = 1
        elif at == len(expected) - 1:
            other = at - 1
        else:
            other = at - 1 if seen[at - 1].sum() <= seen[at + 1].sum() else at + 1
        for table in (seen, expected):
            table[other] += table[at]
        seen, expected = np.delete(seen, at, axis=0), np.delete(expected, at, axis=0)
    return seen, expected


@dataclass(frozen=True, slots=True)
class Residuals:
    """Residuals: observed less expected scores at estimated abilities.

    ``raw`` (n, j) with NaN where not asked; ``variance`` and ``fourth``, the central moments (n, j) of the scores.
    """

    raw: Floats
    variance: Floats
    fourth: Floats


def residuals(layout: Layout, whole: Floats, codes: Bytes, theta: Floats) -> Residuals:
    """Residuals (n, j) of the item scores at the abilities ``theta`` (n,)."""
    chance = np.exp(layout.log_table(whole, theta))
    expected = expected_score(layout, whole, theta).T
    variance, fourth = np.empty_like(expected), np.empty_like(expected)
    for b in layout.batches:
        k = np.arange(b.rows.shape[1])[None, :, None]
        away = k - expected.T[b.items][:, None]
        variance[:, b.items] = (away**2 * chance[b.rows]).sum(axis=1).T
        fourth[:, b.items] = (away**4 * chance[b.rows]).sum(axis=1).T
    raw = np.where(codes == NOT_ASKED, np.nan, codes - expected)
    return Residuals(raw, variance, fourth)


def mean_squares(rest: Residuals, weight: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Outfit, its z, infit, its z, each (j,) [W]_; rows weighted, z values by Wilson and Hilferty for as many rows."""
    asked = np.isfinite(rest.raw)
    w = np.where(asked, weight[:, None], 0.0)
    raw = np.where(asked, rest.raw, 0.0)
    n = w.sum(axis=0)
    square = raw**2 / rest.variance
    outfit = (w * square).sum(axis=0) / n
    total = (w * rest.variance).sum(axis=0)
    infit = (w * raw**2).sum(axis=0) / total
    spread_out = (w * rest.fourth / rest.variance**2).sum(axis=0) / n**2 - 1 / n
    spread_in = (w * (rest.fourth - rest.variance**2)).sum(axis=0) / total**2
    return outfit, _standardise(outfit, spread_out), infit, _standardise(infit, spread_in)


def _standardise(value: Floats, variance: Floats) -> Floats:
    """Wilson and Hilferty's z; the spread counts as at most the square root of 2, as in Winsteps and R mirt."""
    q = np.sqrt(np.clip(variance, 1e-300, 2.0))
    out: Floats = (np.cbrt(value) - 1) * (3 / q) + q / 3
    return out


def residual_correlations(rest: Residuals, weight: Floats) -> Floats:
    """Q3: correlations (j, j) of the residuals among respondents who were asked both items [Y]_."""
    size = rest.raw.shape[1]
    out = np.eye(size)
    for i in range(size):
        for j in range(i):
            both = np.isfinite(rest.raw[:, i]) & np.isfinite(rest.raw[:, j])
            w = weight[both]
            if not len(w):
                out[i, j] = out[j, i] = np.nan
                continue
            x, y = rest.raw[both, i], rest.raw[both, j]
            x, y = x - w @ x / w.sum(), y - w @ y / w.sum()
            bottom = np.sqrt((w @ x**2) * (w @ y**2))
            out[i, j] = out[j, i] = (w @ (x * y)) / bottom if bottom > 0 else np.nan
    return out


@dataclass(frozen=True, slots=True)
class Limited:
    """M2 from means and products: statistic, df, p value, RMSEA with its 90 % interval, SRMSR."""

    statistic: float
    df: float
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float


def limited_information(layout: Layout, whole: Floats, grid: Grid, codes: Bytes, jacobian: Floats) -> Limited:
    """Test the observed means and products of pairs of items against the model's [M]_ (polytomous items: M2*).

    Parameters
    ----------
    layout, whole, grid, codes
        Model, its parameters, the quadrature grid and the complete rows.
    jacobian : (moments, f)
        Derivatives of the expected moments (:func:`moments`) with respect to the free parameters.
    """
    n, size = codes.shape
    i, j = np.triu_indices(size, 1)
    x = codes.astype(np.float64)
    observed = np.concatenate([x.mean(axis=0), ((x.T @ x) / n)[i, j]])
    theta = layout.nodes(whole, grid.points, 0)
    mass = np.exp(grid.log_weights)
    mean = expected_score(layout, whole, theta)
    spread = score_variance(layout, whole, theta)
    each = np.concatenate([mean, mean[i] * mean[j]])
    expected = each @ mass
    cover = (each * mass) @ each.T - np.outer(expected, expected)
    for a in range(size):
        mine = np.concatenate([[a], size + np.flatnonzero((i == a) | (j == a))])
        other = np.where(i == a, j, i)[(i == a) | (j == a)]
        factor = np.concatenate([np.ones((1, len(theta))), mean[other]])
        cover[np.ix_(mine, mine)] += (factor * spread[a] * mass) @ factor.T
    pairs = size + np.arange(len(i))
    cover[pairs, pairs] += (spread[i] * spread[j]) @ mass
    df = float(len(expected) - jacobian.shape[1])
    inverse = np.linalg.inv(cover)
    middle = inverse - inverse @ jacobian @ np.linalg.solve(
        jacobian.T @ inverse @ jacobian, jacobian.T @ inverse
    )
    value = float(n * (observed - expected) @ middle @ (observed - expected))
    scale = df * (n - 1)
    low, high = (_noncentrality(value, df, p) for p in (0.95, 0.05))
    sd = np.sqrt(x.var(axis=0)), np.sqrt(spread @ mass + (mean**2) @ mass - (mean @ mass) ** 2)
    seen = (observed[size:] - observed[i] * observed[j]) / (sd[0][i] * sd[0][j])
    meant = (expected[size:] - expected[i] * expected[j]) / (sd[1][i] * sd[1][j])
    return Limited(
        value, df, float(chi2.sf(value, df)), float(np.sqrt(max(value - df, 0.0) / scale)),
        float(np.sqrt(low / scale)), float(np.sqrt(high / scale)), float(np.sqrt(np.mean((seen - meant) ** 2))),
    )  # fmt: skip


def score_variance(layout: Layout, whole: Floats, theta: Floats) -> Floats:
    """Variance (j, q) of every item score at points of the scale."""
    chance = np.exp(layout.log_table(whole, theta))
    out = np.empty((len(layout.kinds), len(theta)))
    for b in layout.batches:
        k = np.arange(b.rows.shape[1])
        mean = np.einsum("k,mkq->mq", k, chance[b.rows])
        out[b.items] = np.einsum("k,mkq->mq", k**2, chance[b.rows]) - mean**2
    return out


def moments(layout: Layout, whole: Floats, grid: Grid) -> Floats:
    """Expected means and products of pairs of item scores: (j + j (j - 1) / 2,)."""
    mean = expected_score(layout, whole, layout.nodes(whole, grid.points, 0))
    i, j = np.triu_indices(len(mean), 1)
    out: Floats = np.concatenate([mean, mean[i] * mean[j]]) @ np.exp(grid.log_weights)
    return out


def _noncentrality(value: float, df: float, p: float) -> float:
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    if chi2.cdf(value, df) <= p:
        return 0.0
    high = max(value, df) + 10.0
    while ncx2.cdf(value, df, high) > p:
        high *= 2
    return float(brentq(lambda nc: ncx2.cdf(value, df, nc) - p, 1e-9, high))


def curve_parts(chance: Floats, answers: Bytes, curve: Floats, weight: Floats) -> Floats:
    """Contributions (n, k q) of rows whose weighted sum is the observed less the modelled curve of an item [K]_.

    Parameters
    ----------
    chance : (n, q)
        Posterior of every row asked the item.
    answers : (n,) uint8
    curve : (k, q)
        Model probability of each category.
    weight : (n,)
    """
    persons = np.maximum(weight @ chance, 1e-300)
    hit = (answers[:, None] == np.arange(len(curve)))[:, :, None] - curve
    out: Floats = (hit * (chance / persons)[:, None]).reshape(len(answers), -1)
    return out


def release_parameters(parts: Floats, scores: Floats, weight: Floats) -> Floats:
    """Contributions adjusted for estimated item parameters: residuals from a regression on scores (n, p)."""
    cross = (scores * weight[:, None]).T @ scores
    fitted = np.linalg.lstsq(cross, (scores * weight[:, None]).T @ parts, rcond=None)[0]
    out: Floats = parts - scores @ fitted
    return out


def root_mean_square(departure: Floats, cover: Floats, mass: Floats) -> tuple[float, float, float, float]:
    """RMSD of an item's curve: uncorrected, corrected for sampling error, and a 95 % interval of the corrected one.

    Parameters
    ----------
    departure : (m,)
        Observed less modelled probability at the points, one category after another.
    cover : (m, m)
        Its covariance.
    mass : (m,)
        Weights of the points, summing to the number of categories, so that the mean over categories is taken.

    Returns
    -------
    rmsd, corrected, low, high
        The square is corrected by its expectation without misfit; negative values count as 0.
    """
    share = mass / max(1.0, round(float(mass.sum())))
    square = float(share @ departure**2)
    chance = float(share @ np.diag(cover))
    weighted = cover * share
    spread = 2 * float((weighted * weighted.T).sum()) + 4 * max(square - chance, 0.0) / max(
        square, 1e-300
    ) * float((share * departure) @ cover @ (share * departure))
    true, width = square - chance, 1.959963984540054 * np.sqrt(max(spread, 0.0))
    root = [float(np.sqrt(max(v, 0.0))) for v in (square, true, true - width, true + width)]
    return root[0], root[1], root[2], root[3]
