"""Replicates: many versions of the weights, kept as factors of groups of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replicates(Printable):
    """Replicate weights.

    Row i's weight in replicate r is ``base[i] * factors[index[i], r]``. Rows that always share a factor (those of a
    sampling unit; after raking, of a unit and a cell) share a line of ``factors``, so that no n x R matrix is kept
    unless the weights came as one.

    Attributes
    ----------
    factors : (G, R) float
        Factors of each group of rows.
    index : (n,) int
        Group of each row.
    base : (n,) float
        Weights the factors multiply.
    scale : float
        Factor of the sum of squares.
    rscales : (R,) float
        Factor of each replicate's square.
    mse : bool
        Squares are taken about the full-sample estimate (True) or the mean of the replicates (False).
    df : float
        Degrees of freedom.
    method : str
        How they were made.
    """

    factors: Floats
    index: NDArray[np.int64]
    base: Floats
    scale: float
    rscales: Floats
    mse: bool
    df: float
    method: str

    @property
    def count(self) -> int:
        """Number of replicates."""
        return int(self.factors.shape[1])

    def weights(self, rows: slice | NDArray[Any] = slice(None), columns: slice = slice(None)) -> Floats:
        """Replicate weights (rows, columns) as a matrix."""
        return np.asarray(self.base[rows, None] * self.factors[self.index[rows], columns])

    def evolve(self, **changes: Any) -> Replicates:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)

    def covariance(self, thetas: Floats, estimate: Floats) -> Floats:
        """Covariance (k, k) from the estimates of the replicates (R, k).

        A replicate in which an estimate does not exist is left out for that estimate.
        """
        bad = ~np.isfinite(thetas)
        centre = estimate
        if not self.mse:
            used = ~bad & (self.rscales > 0)[:, None]
            with np.errstate(invalid="ignore"):
                centre = np.where(used, thetas, 0.0).sum(axis=0) / used.sum(axis=0)
        off = np.where(bad, 0.0, thetas - centre) * np.sqrt(self.rscales)[:, None]
        return np.asarray(off.T @ off * self.scale)

    def to_frame(self) -> pd.DataFrame:
        """What the replicates are, in one line."""
        return pd.DataFrame(
            [(self.method, self.count, self.factors.shape[0], self.scale, self.mse, self.df)],
            columns=["method", "replicates", "groups", "scale", "mse", "df"],
        )
