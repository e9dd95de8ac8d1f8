"""Interface by which weight adjustments enter the variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError


@runtime_checkable
class Adjustment(Protocol):
    """A weight adjustment, as seen by variance estimation."""

    @property
    def name(self) -> str:
        """Name of the step."""

    def project(self, weighted_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project weighted scores (n, k): remove what the known totals explain, column by column."""


class Effect(Protocol):
    """What known totals explain, computed from sums by cell."""

    def explain(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the explained part for every row of a cell (C, k), from sums of scores by cell (C, k)."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockAdjustment:
    """The adjustment of a whole file, restricted to a block of its rows.

    Attributes
    ----------
    name : name of the step.
    cell : (n,) cell of each row of the block.
    cells : total number of cells.
    share : (n,) multiplier of a row's scores in the sums by cell.
    effect : what the totals explain; the same for every block.
    """

    name: str
    cell: NDArray[np.int64]
    cells: int
    share: NDArray[np.float64]
    effect: Effect

    def project(self, weighted_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Raise an error, because projection requires the sums of all blocks."""
        raise LiteracyError(
            "estimate.option", where=self.name, what="the weights of a block follow from totals of all rows",
            fix="add up what literacy.partial gives of every block, and finish the sum",
        )  # fmt: skip
