"""Representativity of the response: the R-indicator and its partial indicators.

References
----------
Schouten, Cobben & Bethlehem (2009), "Indicators for the representativeness of survey response", Survey Methodology 35:
101-113. Shlomo, Skinner & Schouten (2012), "Estimation of an indicator of the representativeness of survey response",
Journal of Statistical Planning and Inference 142: 201-211 (bias). Schouten, Shlomo & Skinner (2011), "Indicators for
monitoring and improving representativeness of response", Journal of Official Statistics 27: 231-253 (partial).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS = 60


def response_chances(x: Floats, weight: Floats, responded: Floats) -> tuple[Floats, Floats]:
    """Response propensities from a weighted logistic regression, with the variance due to their estimation.

    Parameters
    ----------
    x : (n, p) model matrix including a constant; may be rank deficient
    weight : (n,) base weights
    responded : (n,) 0 or 1

    Returns
    -------
    (n,), (n,) estimated propensities and their sampling variances.
    """
    w = weight * len(weight) / weight.sum()
    beta = np.zeros(x.shape[1])
    ridge = 1e-8 * np.eye(x.shape[1])
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30, 30)))
        information = (x * (w * p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(information, x.T @ (w * (responded - p)) - ridge @ beta)
        step *= min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        beta += step
        if float(np.abs(step).max()) < 1e-10:
            break
    p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30, 30)))
    information = (x * (w * p * (1 - p))[:, None]).T @ x + ridge
    spread = np.einsum("ij,ij->i", x @ np.linalg.inv(information), x)
    return p, (p * (1 - p)) ** 2 * spread


def r_indicator(chance: Floats, spread: Floats, weight: Floats) -> tuple[float, float]:
    """R-indicator ``1 - 2 S``, S being the standard deviation of the propensities; plain and bias-corrected.

    Parameters
    ----------
    chance, spread : (n,) from :func:`response_chances`
    weight : (n,) base weights

    Returns
    -------
    float, float: the indicator without and with correction for the estimation of the propensities.
    """
    share = weight / weight.sum()
    variance = float(share @ (chance - share @ chance) ** 2)
    corrected = max(variance - float(share @ spread), 0.0)
    return 1 - 2 * float(np.sqrt(variance)), 1 - 2 * float(np.sqrt(corrected))


def unconditional_parts(chance: Floats, weight: Floats, level: Ints, levels: int) -> tuple[float, Floats]:
    """Unconditional partial R-indicators of a variable and of each level (negative means under-represented)."""
    share = weight / weight.sum()
    mean = float(share @ chance)
    size = np.bincount(level, share, levels)
    own = np.divide(
        np.bincount(level, share * chance, levels), size, out=np.full(levels, mean), where=size > 0
    )
    parts = np.sqrt(size) * (own - mean)
    return float(np.sqrt((parts**2).sum())), parts


def conditional_part(chance: Floats, weight: Floats, others: Ints, cells: int) -> float:
    """Conditional partial R-indicator of a variable: spread of the propensities within cells of the others."""
    share = weight / weight.sum()
    size = np.bincount(others, share, cells)
    mean = np.divide(np.bincount(others, share * chance, cells), size, out=np.zeros(cells), where=size > 0)
    return float(np.sqrt(share @ (chance - mean[others]) ** 2))
