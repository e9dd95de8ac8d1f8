"""Decomposition of a difference of two means into composition and rate effects, with derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """Components of a difference ``second - first``.

    Attributes
    ----------
    composition, rate : (k,) arrays
        Components by group or by coefficient; together they sum to the difference.
    by_first, by_second : (2k, p) arrays
        Derivatives of ``(composition, rate)`` with respect to the parameters of each side.
    """

    composition: Floats
    rate: Floats
    by_first: Floats
    by_second: Floats


def split_products(x1: Floats, b1: Floats, x2: Floats, b2: Floats, share: float = 0.5) -> Split:
    """Decompose ``sum(x2 * b2) - sum(x1 * b1)`` into composition and rate effects.

    Composition is ``(x2 - x1) (a b1 + (1-a) b2)`` and rate ``(b2 - b1) (a x2 + (1-a) x1)``, with a = `share`. Group
    shares x and group means b with a = 1/2 give Kitagawa's decomposition (1955); means of predictors x and coefficients
    b give that of Oaxaca (1973) and Blinder (1973).

    Parameters
    ----------
    x1, x2 : (k,) arrays
        Composition (group shares or predictor means) of the two sides.
    b1, b2 : (k,) arrays
        Rates (group means or coefficients) of the two sides.
    share : float
        Weight of the first side's rates in the composition effect.

    Returns
    -------
    Split
        Parameters of a side are ordered ``(x, b)``.
    """
    common = share * b1 + (1 - share) * b2
    middle = share * x2 + (1 - share) * x1
    dx, db = x2 - x1, b2 - b1
    first = np.block(
        [
            [np.diag(-common), np.diag(share * dx)],
            [np.diag((1 - share) * db), np.diag(-middle)],
        ]
    )
    second = np.block(
        [
            [np.diag(common), np.diag((1 - share) * dx)],
            [np.diag(share * db), np.diag(middle)],
        ]
    )
    return Split(dx * common, db * middle, first, second)


def satterthwaite_df(first: Floats, second: Floats, df1: Floats, df2: Floats) -> Floats:
    """Degrees of freedom of a sum of two independent variances (Satterthwaite 1946).

    Parameters
    ----------
    first, second : (k,) arrays
        Variances of the two terms.
    df1, df2 : (k,) arrays
        Their degrees of freedom.

    Returns
    -------
    (k,) array; 0 where a contributing term has none, infinite where both are infinite.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(first > 0, first**2 / df1, 0.0) + np.where(second > 0, second**2 / df2, 0.0)
        out = np.where(parts > 0, (first + second) ** 2 / parts, np.minimum(df1, df2))
        out = np.where((first + second > 0) & (parts == 0), np.inf, out)
    none = ((first > 0) & (df1 <= 0)) | ((second > 0) & (df2 <= 0))
    return np.where(none, 0.0, out)
