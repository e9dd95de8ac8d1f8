"""Residuals of scores on calibration variables, by which calibration enters the variance.

The linearised value of a statistic is ``sum(x)``, ``x`` being the weighted scores. Once the weights reproduce known
totals, only the part of the scores that the calibration variables do not explain varies between samples (Deville and
Särndal 1992, section 3; Lumley 2010, "Complex Surveys", section 7.3). Rows with weight zero do not contribute. All
functions take ``x`` (n, K) and ``cell`` (n,), the cell of each row (arbitrary for rows with weight zero).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
SWEEPS = 10


def sum_cells(values: Floats, cell: NDArray[np.integer], cells: int) -> Floats:
    """Sum rows (n, K) by cell: (cells, K)."""
    return np.column_stack([np.bincount(cell, values[:, j], minlength=cells) for j in range(values.shape[1])])


def subtract_cells(x: Floats, weights: Floats, cell: NDArray[np.integer], effect: Floats) -> Floats:
    """Compute ``x - weights * effect[cell]``, column by column to avoid a second (n, K) array."""
    out = np.empty_like(x)
    for j in range(x.shape[1]):
        out[:, j] = x[:, j] - weights * effect[:, j][cell]
    return out


def group_residuals(x: Floats, weights: Floats, cell: NDArray[np.integer], cells: int) -> Floats:
    """Residuals from group means, for post-stratified weights.

    Parameters
    ----------
    x : (n, K) weighted scores
    weights : (n,) weights after the step; rows with weight 0 are excluded
    cell : (n,) post-stratum, 0..cells-1
    cells : number of post-strata

    Returns
    -------
    (n, K) weighted residuals.

    References
    ----------
    Valliant (1993), "Poststratification and conditional variance estimation", JASA 88: 89-96.
    """
    size = np.bincount(cell, weights, minlength=cells)
    return subtract_cells(
        x, weights, cell, group_effect(sum_cells(x, cell, cells), np.asarray(size, np.float64))
    )


def group_effect(sums: Floats, size: Floats) -> Floats:
    """Cell means (C, K) from sums of weighted scores (C, K) and of weights (C,)."""
    return np.divide(sums, size[:, None], out=np.zeros_like(sums), where=size[:, None] > 0)


def raking_residuals(
    x: Floats, weights: Floats, cell: NDArray[np.integer], margins: tuple[Codes, ...], sweeps: int = SWEEPS
) -> Floats:
    """Residuals from repeated sweeps of group means over the margins, as in R's ``rake``.

    Each sweep subtracts the unweighted means of ``x / weights``, margin after margin; the number of sweeps is fixed.

    Parameters
    ----------
    x : (n, K) weighted scores
    weights : (n,) raked weights; rows with weight 0 are excluded
    cell : (n,) cell of the crossed margins, 0..C-1
    margins : one (C,) array per margin, the level of each cell
    sweeps : passes over all margins

    Returns
    -------
    (n, K) weighted residuals.

    References
    ----------
    R survey 4.4-2, ``svyrecvar``; see also D'Arrigo & Skinner (2010), Survey Methodology 36: 181-192.
    """
    cells = len(margins[0])
    live = weights > 0
    count = np.asarray(np.bincount(cell, live, minlength=cells), np.float64)
    plain = np.divide(x, weights[:, None], out=np.zeros_like(x), where=live[:, None])
    sums = sum_cells(plain, cell, cells)
    del plain
    return subtract_cells(x, weights, cell, raking_effect(sums, count, margins, sweeps))


def raking_effect(sums: Floats, count: Floats, margins: tuple[Codes, ...], sweeps: int = SWEEPS) -> Floats:
    """Part of the scores that the sweeps of :func:`raking_residuals` remove, by cell.

    Parameters
    ----------
    sums : (C, K) sums of unweighted scores
    count : (C,) number of rows
    margins, sweeps : as in :func:`raking_residuals`

    Returns
    -------
    (C, K) effects.
    """
    sums, effect = sums.copy(), np.zeros_like(sums)
    sizes = [np.bincount(codes, count) for codes in margins]
    for _ in range(sweeps):
        for codes, size in zip(margins, sizes, strict=True):
            total = sum_cells(sums, codes, len(size))
            mean = np.divide(total, size[:, None], out=np.zeros_like(total), where=size[:, None] > 0)[codes]
            effect += mean
            sums -= count[:, None] * mean
    return effect


def linear_residuals(
    x: Floats,
    ratio: Floats,
    base: Floats,
    cell: NDArray[np.integer],
    auxiliary: Floats,
    sigma2: Floats | None = None,
) -> Floats:
    """Residuals of a weighted least-squares fit on the auxiliary variables, for calibrated weights.

    Parameters
    ----------
    x : (n, K) weighted scores
    ratio : (n,) ratio of new to base weight (R's g); rows with ratio 0 are excluded
    base : (n,) base weights (averaged over the sampling unit if calibration was by unit totals)
    cell : (n,) row of ``auxiliary`` that applies to each respondent
    auxiliary : (C, k) auxiliary values
    sigma2 : (C,) working variances of linear calibration; None means all 1

    Returns
    -------
    (n, K) weighted residuals ``x - ratio * base * auxiliary @ beta``.

    References
    ----------
    Särndal, Swensson & Wretman (1992), "Model Assisted Survey Sampling", section 6.6 (g-weighted residuals).
    """
    cells = len(auxiliary)
    live = (ratio != 0) & (base > 0)
    size = np.asarray(np.bincount(cell, np.where(live, base, 0.0), minlength=cells), np.float64)
    plain = np.divide(x, ratio[:, None], out=np.zeros_like(x), where=live[:, None])
    sums = sum_cells(plain, cell, cells)
    del plain
    return subtract_cells(x, ratio * base, cell, linear_effect(sums, size, auxiliary, sigma2))


def linear_effect(sums: Floats, size: Floats, auxiliary: Floats, sigma2: Floats | None = None) -> Floats:
    """Fitted values of the regression of :func:`linear_residuals`, by cell.

    Parameters
    ----------
    sums : (C, K) sums of the scores weighted by the base weights
    size : (C,) sums of base weights
    auxiliary, sigma2 : as in :func:`linear_residuals`

    Returns
    -------
    (C, K) effects.
    """
    from scipy.linalg import qr

    cells = len(auxiliary)
    spread = np.ones(cells) if sigma2 is None else sigma2
    half = np.sqrt(size / spread)
    a = auxiliary * half[:, None]
    length = np.sqrt((a**2).sum(axis=0))
    q, r, _ = qr(a / np.where(length > 0, length, 1.0), mode="economic", pivoting=True)
    rank = np.abs(np.diag(r))
    q = q[:, rank > 1e-9 * rank[0]]
    inverse = np.divide(1.0, half, out=np.zeros(cells), where=half > 0)
    fitted = q @ (q.T @ (inverse[:, None] * (sums / spread[:, None])))
    return np.asarray(inverse[:, None] * fitted)
