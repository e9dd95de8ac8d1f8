"""Adjustment: what re-weighting to known totals does to a variance."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@runtime_checkable
class Adjustment(Protocol):
    """One re-weighting step, as the variance sees it."""

    @property
    def name(self) -> str:
        """Name of the step."""

    def project(self, weighted_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take from weighted scores (n, k) what the known totals explain; columns are treated one by one."""
