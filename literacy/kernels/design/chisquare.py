"""Chi-square statistics of weighted contingency tables and their design corrections.

Cells of a table with r rows and c columns are stored in column-major order: cell ``(i, j)`` is at ``j * r + i``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.tails import satterthwaite

Floats = NDArray[np.float64]
SINGULAR = 1e-12  # relative to the largest eigenvalue


@dataclass(frozen=True, slots=True)
class RaoScott:
    """Pearson statistic and the generalised design effects that correct it (Rao & Scott 1984).

    Attributes
    ----------
    pearson : float
        Pearson's X2 of the weighted table, scaled to `n` respondents.
    effects : (m,) array
        Eigenvalues of the design effect matrix, m = (r-1)(c-1), descending.
    df : float
        Satterthwaite degrees of freedom ``(sum e)^2 / sum e^2``.
    """

    pearson: float
    effects: Floats
    df: float


def interaction_basis(rows: int, columns: int) -> Floats:
    """Orthogonal basis of the interactions of an r x c table: (r*c, (r-1)(c-1)) array, cells in column-major order."""
    return np.asarray(np.kron(_centred(columns), _centred(rows)))


def _centred(k: int) -> Floats:
    """Orthonormal Helmert contrasts: (k, k-1) columns, each summing to zero."""
    basis = np.zeros((k, k - 1))
    for j in range(1, k):
        basis[:j, j - 1], basis[j, j - 1] = 1.0, -j
        basis[:, j - 1] /= np.sqrt(j * (j + 1))
    return basis


def correct_pearson(shares: Floats, covariance: Floats, n: int, rows: int, columns: int) -> RaoScott:
    """First- and second-order Rao-Scott correction of a test of independence (Rao & Scott 1984).

    Parameters
    ----------
    shares : (r*c,) array
        Weighted shares of the cells, summing to 1; no row or column may be empty, but single cells may.
    covariance : (r*c, r*c) array
        Design covariance of the shares.
    n : int
        Number of respondents to which Pearson's statistic is scaled; the corrected statistics do not depend on it.
    rows, columns : int
        Size of the table.

    Returns
    -------
    RaoScott
        Effects are NaN where empty cells make the covariance under simple random sampling singular, that is, where the
        table falls into blocks that share neither rows nor columns (R's ``svychisq`` stops with an error).
    """
    table = shares.reshape(columns, rows).T
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = float(n * ((table - expected) ** 2 / expected).sum())
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    scaled = interaction_basis(rows, columns) * inverse[:, None]
    naive = interaction_basis(rows, columns).T @ scaled / n
    sizes = np.linalg.eigvalsh(naive)
    if not sizes[0] > SINGULAR * sizes[-1]:
        return RaoScott(pearson, np.full(len(sizes), np.nan), float("nan"))
    delta = np.linalg.solve(naive, scaled.T @ covariance @ scaled)
    effects = np.sort(np.linalg.eigvals(delta).real)[::-1]
    trace, square = float(np.trace(delta)), float((delta * delta.T).sum())
    return RaoScott(pearson, effects, trace**2 / square if square > 0 else float("nan"))


def wald_independence(totals: Floats, covariance: Floats, rows: int, columns: int) -> float:
    """Wald statistic of ``N_ij - N_i. N_.j / N`` (Koch, Freeman & Freeman 1975), before division by its df.

    Parameters
    ----------
    totals : (r*c,) array
        Estimated cell totals.
    covariance : (r*c, r*c) array
        Their design covariance.
    rows, columns : int
        Size of the table.

    Returns
    -------
    float
        The quadratic form; NaN where the covariance is singular.
    """
    table = totals.reshape(columns, rows).T
    by_row, by_column, whole = table.sum(axis=1), table.sum(axis=0), table.sum()
    gap = (table - np.outer(by_row, by_column) / whole).T.ravel()
    row = np.tile(np.arange(rows), columns)
    column = np.repeat(np.arange(columns), rows)
    same_row = (row[:, None] == row[None, :]).astype(float)
    same_column = (column[:, None] == column[None, :]).astype(float)
    slope = (
        np.eye(rows * columns)
        - same_row * (by_column[column] / whole)[:, None]
        - same_column * (by_row[row] / whole)[:, None]
        + (by_row[row] * by_column[column] / whole**2)[:, None]
    )
    free = (row > 0) & (column > 0)
    spread = (slope @ covariance @ slope.T)[np.ix_(free, free)]
    return quadratic_form(gap[free], spread)


def quadratic_form(vector: Floats, covariance: Floats) -> float:
    """``v' S^-1 v``, or NaN where S is singular."""
    values = np.linalg.eigvalsh((covariance + covariance.T) / 2)
    if values.size and values[0] <= 1e-14 * max(values[-1], 0.0):
        return float("nan")
    return float(vector @ np.linalg.solve(covariance, vector))


@dataclass(frozen=True, slots=True)
class Fit:
    """Goodness-of-fit statistic with the ``scale`` and ``df`` of its scaled chi-square null distribution."""

    statistic: float
    scale: float
    df: float
    weights: Floats


def compare_given(totals: Floats, covariance: Floats, shares: Floats) -> Fit:
    """Test the goodness of fit of estimated totals to given shares (Rao & Scott 1981), as R's ``svygofchisq``.

    Parameters
    ----------
    totals : (k,) array
        Estimated totals of the categories.
    covariance : (k, k) array
        Their design covariance.
    shares : (k,) array
        Shares under the null hypothesis; they are rescaled to sum to 1.

    Returns
    -------
    Fit
        The statistic is on the scale of the population; `scale` and `df` describe the matching scaled chi-square
        distribution. Both are NaN where the design fixes the totals, so that there is nothing to test.
    """
    shares = shares / shares.sum()
    whole = totals.sum()
    expected = shares * whole
    root = np.sqrt(expected)
    statistic = float(((totals - expected) ** 2 / expected).sum())
    # derivative of (O_i - E_i)/sqrt(E_i) with E_i = p_i * sum(O)
    outer = -0.5 * (totals + expected) / (expected * root) * shares
    slope = np.diag(1 / root) + outer[:, None] * np.ones_like(totals)[None, :]
    weights = np.sort(np.linalg.eigvalsh(slope @ covariance @ slope.T))[::-1]
    if weights[0] <= 1e-12 * whole:  # zero up to rounding: no sampling error
        return Fit(statistic, float("nan"), float("nan"), np.zeros_like(weights))
    scale, df = satterthwaite(weights)
    return Fit(statistic, scale, df, weights)
