"""Trimming: truncation of extreme weights, with redistribution of the excess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLOCK = 1 << 15  # rows per block, which stay in the processor's cache
MAX_ROUNDS = 100_000


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Trimmed weights (n,), the number of weights truncated in the first round, the number of rounds, convergence."""

    weights: Floats
    cut: int
    rounds: int
    converged: bool


def trim_weights(weights: Floats, lower: float, upper: float, strict: bool) -> Trimmed:
    """Truncate weights to an interval and distribute the excess equally over the weights inside it.

    Parameters
    ----------
    weights : (n,) positive weights
    lower, upper : the interval; ``lower * n <= sum(weights) <= upper * n`` must hold
    strict : repeat until every weight lies in the interval; otherwise one round, after which redistributed weights may
        again lie outside

    Returns
    -------
    Trimmed; the sum of the weights is preserved. If every weight lay outside, the excess is distributed in proportion
    to the distance of each from the bound.

    References
    ----------
    Potter (1990), "A study of procedures to identify and trim extreme sampling weights", Proc. ASA Survey Research
    Methods; the redistribution is that of R survey 4.4-2, ``trimWeights``.
    """
    total = float(weights.sum())
    current = weights
    cut = rounds = 0
    while rounds < MAX_ROUNDS:
        outside = (current < lower) | (current > upper)
        if not outside.any():
            return Trimmed(current, cut, rounds, True)
        clipped = np.clip(current, lower, upper)
        left = float((current - clipped).sum())
        rounds += 1
        cut = cut or int(outside.sum())
        inside = ~outside
        if inside.any():
            current = clipped
            current[inside] += left / inside.sum()
        else:
            room = upper - clipped if left > 0 else clipped - lower
            current = clipped + (left * room / room.sum() if left and room.sum() > 0 else 0.0)
        if not strict:
            return Trimmed(current, cut, rounds, True)
        if abs(left) <= 1e-15 * total:
            return Trimmed(np.clip(current, lower, upper), cut, rounds, True)
    return Trimmed(current, cut, rounds, False)


def kish(weights: Floats) -> tuple[float, float]:
    """Kish's approximate design effect of unequal weights, ``n sum(w^2) / sum(w)^2``, and the effective sample size.

    Parameters
    ----------
    weights : (n,) weights; zeros are ignored

    References
    ----------
    Kish (1992), "Weighting for unequal Pi", J. Official Statistics 8: 183-200.
    """
    sums = sum_weights(weights)
    return kish_of(sums.live, sums.total, sums.squares)


def kish_of(n: int, total: float, squares: float) -> tuple[float, float]:
    """Kish's design effect and effective size from the number of nonzero weights, their sum and sum of squares."""
    if n == 0 or total == 0:
        return float("nan"), 0.0
    deff = n * squares / total**2
    return deff, n / deff


class WeightSums(NamedTuple):
    """Number of nonzero weights, their sum, the sum of their squares, and the smallest (infinite if there is none)."""

    live: int = 0
    total: float = 0.0
    squares: float = 0.0
    smallest: float = np.inf

    def add(self, part: Floats) -> WeightSums:
        """Return the sums with those of further weights (n,), n > 0."""
        least = float(part.min())
        return WeightSums(
            self.live + (len(part) if least > 0 else int(np.count_nonzero(part))),
            self.total + float(part.sum()),
            self.squares + float(np.einsum("i,i->", part, part)),  # BLAS would use a second thread
            min(self.smallest, least),
        )


def sum_weights(weights: Floats) -> WeightSums:
    """Sums of weights (n,), in one pass over blocks."""
    sums = WeightSums()
    for start in range(0, len(weights), BLOCK):
        sums = sums.add(weights[start : start + BLOCK])
    return sums
