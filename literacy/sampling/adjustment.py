"""Adjustment: what re-weighting to known totals does to a variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError


@runtime_checkable
class Adjustment(Protocol):
    """One re-weighting step, as the variance sees it."""

    @property
    def name(self) -> str:
        """Name of the step."""

    def project(self, weighted_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take from weighted scores (n, k) what the known totals explain; columns are treated one by one."""


class Effect(Protocol):
    """What known totals explain, from sums by cell."""

    def explain(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is explained in every row of a cell (C, k), from sums of scores by cell (C, k)."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockAdjustment:
    """An adjustment of all rows, as a block of them sees it.

    Attributes
    ----------
    name : the step.
    cell : (n,) cell of each row of the block.
    cells : how many there are in all.
    share : (n,) what a row's scores are multiplied by in the sums by cell.
    effect : what the totals explain, the same for every block.
    """

    name: str
    cell: NDArray[np.int64]
    cells: int
    share: NDArray[np.float64]
    effect: Effect

    def project(self, weighted_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Refused: it takes the sums of all blocks."""
        raise LiteracyError(
            "estimate.option", where=self.name, what="the weights of a block follow from totals of all rows",
            fix="add up what literacy.partial gives of every block, and finish the sum",
        )  # fmt: skip
