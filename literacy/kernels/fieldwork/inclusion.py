"""Inclusion probabilities proportional to size, in exact arithmetic on the sizes in the frame.

References
----------
Särndal, Swensson & Wretman (1992), section 3.6 (systematic selection with probability proportional to size; units too
large for it are taken with certainty, and the remaining sample is allocated anew).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def whole_sizes(sizes: Sequence[float]) -> list[int]:
    """Sizes as whole numbers in the same proportions; floats are binary fractions, so this is exact."""
    fractions = [Fraction(float(s)) for s in sizes]
    scale = max((f.denominator for f in fractions), default=1)
    return [f.numerator * (scale // f.denominator) for f in fractions]


def certain_units(sizes: Sequence[int], n: int, forced: Sequence[bool]) -> list[bool]:
    """Flag units taken with certainty: those forced, and repeatedly those with ``n * size >= total`` of the rest."""
    certain = list(forced)
    while True:
        left = n - sum(certain)
        total = sum(s for s, c in zip(sizes, certain, strict=True) if not c)
        new = [not c and s > 0 and left * s >= total for s, c in zip(sizes, certain, strict=True)]
        if left <= 0 or not any(new):
            return certain
        certain = [a or b for a, b in zip(certain, new, strict=True)]


def inclusion_probabilities(sizes: Sequence[float], n: int, forced: Sequence[bool] | None = None) -> Floats:
    """Inclusion probabilities proportional to size that sum to ``n``; units too large are taken with certainty.

    Parameters
    ----------
    sizes : (m,) nonnegative sizes
    n : int, at most the number of units with a size above 0 or forced
    forced : (m,) bool, optional
        Units to be taken with certainty; at most ``n``.

    Returns
    -------
    (m,) in [0, 1], each the float nearest to the exact fraction.

    Examples
    --------
    >>> inclusion_probabilities([10, 10, 20, 100], 2).tolist()
    [0.25, 0.25, 0.5, 1.0]
    """
    whole = whole_sizes(sizes)
    certain = certain_units(whole, n, forced if forced is not None else [False] * len(whole))
    left = n - sum(certain)
    total = sum(s for s, c in zip(whole, certain, strict=True) if not c)
    return np.array(
        [
            1.0 if c else (left * s / total if left > 0 and total else 0.0)
            for s, c in zip(whole, certain, strict=True)
        ]
    )
