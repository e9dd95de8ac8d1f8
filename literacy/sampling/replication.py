"""Replicate weights, stored as factors of groups of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.kernels.design.aggregation import Column, unit_cell_totals
from literacy.messages import tell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = slice | NDArray[Any]
BLOCK_SIZE = 1 << 21  # maximum number of elements of a block of replicate weights
MAX_PASSES = 50  # maximum number of domains that are summed in separate passes
TABLE_SIZE = 1 << 24  # maximum number of elements of a table of totals by unit and cell
THIN = 20  # a table with less than one nonzero in so many elements is multiplied sparsely


class Layer(Protocol):
    """Factors by which a weighting step multiplied the replicate weights."""

    def block(self, rows: Rows, columns: slice) -> Floats:
        """Return the factors (rows, columns)."""


@dataclass(frozen=True, slots=True)
class CellLayer:
    """A layer with common factors for all rows of a cell.

    Attributes
    ----------
    cell : (n,) int
        Cell of each row.
    factors : (C, R) float
        Factors of the cells, by replicate.
    """

    cell: NDArray[np.int32]
    factors: Floats

    def block(self, rows: Rows, columns: slice) -> Floats:
        """Return the factors (rows, columns)."""
        return np.asarray(self.factors[self.cell[rows], columns])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replicates(Printable):
    """Replicate weights.

    The weight of row i in replicate r is ``base[i] * factors[index[i], r]``, multiplied by the factors of the weighting
    steps (``layers``). Rows that always have the same factor (those of a sampling unit) share a row of ``factors``, and
    layers are stored by cell, so that no n x R matrix is stored unless the weights were given as one.

    Attributes
    ----------
    factors : (G, R) float
        Factors of each group of rows.
    index : (n,) int
        Group of each row.
    base : (n,) float
        Weights that the factors multiply.
    scale : float
        Overall scale of the sum of squares.
    rscales : (R,) float
        Scale of each replicate's square.
    mse : bool
        Squares are taken about the full-sample estimate (True) or the mean of the replicates (False).
    df : float
        Degrees of freedom.
    method : str
        Method by which they were made.
    layers : tuple of Layer
        Factors of the weighting steps, in order.
    """

    factors: Floats
    index: NDArray[np.int64]
    base: Floats
    scale: float
    rscales: Floats
    mse: bool
    df: float
    method: str
    layers: tuple[Layer, ...] = ()

    @property
    def count(self) -> int:
        """Number of replicates."""
        return int(self.factors.shape[1])

    def weights(self, rows: Rows = slice(None), columns: slice = slice(None)) -> Floats:
        """Return replicate weights (rows, columns) as a matrix."""
        out = self.factors[self.index[rows], columns]
        out *= self.base[rows, None]
        for layer in self.layers:
            out *= layer.block(rows, columns)
        return np.asarray(out)

    def totals(self, cell: Ints, cells: int, columns: Sequence[Column]) -> Floats:
        """Sum ``replicate weight * column`` by cell, without storing all replicate weights at once.

        Parameters
        ----------
        cell : (n,) int, 0..cells-1, or -1 for a row that belongs to none
        cells : int
        columns : q arrays (n,); None stands for a column of ones. Values of rows in no cell are not read.

        Returns
        -------
        (R, cells, q) totals.
        """
        groups, many = self.factors.shape[0], len(columns)
        if not self.layers and groups * cells * many <= TABLE_SIZE:
            return self._unit_totals(cell, cells, columns)
        if len(self.layers) == 1 and isinstance(layer := self.layers[0], CellLayer):
            inner = len(layer.factors)
            if groups * inner * many <= TABLE_SIZE and cells <= MAX_PASSES:
                return self._layer_totals(layer, cell, cells, columns)
        return self._row_totals(cell, cells, columns)

    def _layer_totals(self, layer: CellLayer, cell: Ints, cells: int, columns: Sequence[Column]) -> Floats:
        """Totals of one cell at a time, since a table by unit, layer cell and cell would be too large."""
        out = np.empty((self.count, cells, len(columns)))
        inner = len(layer.factors)
        for which in range(cells):
            crossed = np.where(cell == which, layer.cell, -1)
            for j, column in enumerate(columns):
                parts = self._unit_totals(crossed, inner, [column])[:, :, 0]
                out[:, which, j] = np.einsum("rc,cr->r", parts, layer.factors)
        return out

    def _unit_totals(self, cell: Ints, cells: int, columns: Sequence[Column]) -> Floats:
        groups = len(self.factors)
        rows = np.flatnonzero(cell >= 0) if THIN * np.count_nonzero(cell >= 0) < groups * cells else None
        if rows is not None:
            parts = [self._sum_few(rows, cell[rows], cells, column) for column in columns]
            return np.stack(parts, axis=-1)
        table = unit_cell_totals(self.index, groups, cell, cells, self.base, columns)
        flat = np.ascontiguousarray(table).reshape(groups, -1)
        return np.asarray(self.factors.T @ flat).reshape(self.count, cells, len(columns))

    def _sum_few(self, rows: Ints, cell: Ints, cells: int, column: Column) -> Floats:
        """Totals (R, cells) of a column over a subset of rows, whose cells are ``cell``."""
        from scipy.sparse import csr_array

        value = self.base[rows] if column is None else self.base[rows] * column[rows]
        table = csr_array((value, (cell, self.index[rows])), shape=(cells, len(self.factors)))
        table.eliminate_zeros()
        return np.asarray(table @ self.factors).T

    def _row_totals(self, cell: Ints, cells: int, columns: Sequence[Column]) -> Floats:
        out = np.zeros((cells, len(columns), self.count))
        order = np.argsort(cell, kind="stable")
        order = order[np.searchsorted(cell[order], 0) :]
        step = max(1, BLOCK_SIZE // max(self.count, 1))
        for start in range(0, len(order), step):
            rows = order[start : start + step]
            weights = self.weights(rows)
            present, begin = np.unique(cell[rows], return_index=True)
            for j, column in enumerate(columns):
                value = weights if column is None else weights * column[rows, None]
                out[present, j] += np.add.reduceat(value, begin, axis=0)
        return np.moveaxis(out, 2, 0)

    def evolve(self, **changes: Any) -> Replicates:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)

    def lost(self, thetas: Floats, estimate: Floats) -> NDArray[np.bool_]:
        """Mask (R,) of replicates in which an estimate is undefined that exists in the full sample (R's ``svrVar``)."""
        return np.asarray((~np.isfinite(thetas) & np.isfinite(estimate)).any(axis=1))

    def covariance(self, thetas: Floats, estimate: Floats) -> Floats:
        """Covariance (k, k) from the estimates of the replicates (R, k).

        A replicate in which an estimate is undefined is excluded entirely, as in R (see :meth:`lost`). NaN if none
        remains.
        """
        return pool_replicates(thetas, estimate, self.scale, self.rscales, self.mse)[0]

    def to_frame(self) -> pd.DataFrame:
        """Return a description of the replicates, in one row."""
        return pd.DataFrame(
            [(self.method, self.count, self.factors.shape[0], self.scale, self.mse, self.df)],
            columns=["method", "replicates", "groups", "scale", "mse", "df"],
        )


def describe_lost(lost: int, count: int) -> list[str]:
    """Return the note on replicates that were excluded."""
    if not lost:
        return []
    return [
        tell(
            "{} of {} replicates lose a domain or have no value for some row: they are dropped "
            "entirely, and the variance is based on the other {}",
            lost,
            count,
            count - lost,
        )
    ]


def pool_replicates(
    thetas: Floats, estimate: Floats, scale: float, rscales: Floats, mse: bool
) -> tuple[Floats, int]:
    """Return the covariance (k, k) from replicate estimates (R, k), and the number of replicates excluded.

    NaN if none remains.
    """
    known = np.isfinite(estimate)
    lost = (~np.isfinite(thetas) & known).any(axis=1)
    count = int(lost.sum())
    nothing = np.full((len(estimate),) * 2, np.nan)
    if count:
        thetas, rscales = thetas[~lost], rscales[~lost]
    used = rscales > 0
    if not used.any():
        return nothing, count
    centre = estimate if mse else thetas[used].sum(axis=0) / used.sum()
    off = np.where(known, thetas - centre, 0.0) * np.sqrt(rscales)[:, None]
    return np.asarray(off.T @ off * scale), count
