"""How many to sample in each stratum, and how likely each unit is drawn.

References
----------
Cochran (1977), "Sampling Techniques", sections 5.5 (optimum allocation) and 5.8. Bankier (1988), "Power allocations",
The American Statistician 42: 174-177. Särndal, Swensson & Wretman (1992), section 3.6 (systematic selection with
probability proportional to size).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CERTAIN = 1 - 1e-12


def share_out(size: int, claim: Floats, least: Ints, most: Ints) -> Ints:
    """Whole numbers that sum to ``size``, in proportion to ``claim`` within bounds.

    Parameters
    ----------
    size : int, between the sums of ``least`` and ``most``
    claim : (H,) 0 or more
    least, most : (H,) bounds

    Returns
    -------
    (H,) numbers; remainders go to the largest fractions (the first of equal ones).
    """
    fixed = np.full(len(claim), -1.0)
    while True:
        open_ = fixed < 0
        left = size - fixed[~open_].sum()
        weight = claim[open_] / claim[open_].sum() if claim[open_].sum() > 0 else 1.0 / max(open_.sum(), 1)
        ideal = np.where(open_, 0.0, fixed)
        ideal[open_] = left * weight
        low, high = open_ & (ideal < least), open_ & (ideal > most)
        # fix the side whose bounds ask for more, as the other may come right by itself
        excess = (least - ideal)[low].sum() - (ideal - most)[high].sum()
        if excess > 0 and low.any():
            fixed[low] = least[low]
        elif high.any():
            fixed[high] = most[high]
        elif low.any():
            fixed[low] = least[low]
        else:
            break
    whole = np.floor(ideal + 1e-9).astype(np.int64)
    rest = ideal - whole
    while whole.sum() < size:
        free = np.where(whole < most, rest, -np.inf)
        best = int(np.argmax(free))
        whole[best] += 1
        rest[best] -= 1.0
    return whole


def inclusion_probabilities(measure: Floats, n: int) -> Floats:
    """Probabilities proportional to size that sum to ``n``; units too large for that are certain.

    Parameters
    ----------
    measure : (m,) positive sizes
    n : int, at most m

    Returns
    -------
    (m,) in (0, 1]
    """
    out = np.zeros(len(measure))
    certain = np.zeros(len(measure), bool)
    while True:
        left = n - int(certain.sum())
        out[certain] = 1.0
        rest = ~certain
        if left <= 0 or not rest.any():
            out[rest] = 0.0 if left <= 0 else 1.0
            return out
        out[rest] = left * measure[rest] / measure[rest].sum()
        new = rest & (out >= CERTAIN)
        if not new.any():
            return out
        certain |= new


def draw_systematic(probability: Floats, start: float) -> Ints:
    """Units hit by a grid of step 1 laid on the cumulated probabilities.

    Parameters
    ----------
    probability : (m,) that sums to a whole number, in the order of the list
    start : in [0, 1)

    Returns
    -------
    (n,) places of the units drawn.
    """
    certain = np.flatnonzero(probability >= 1.0)  # not left to the rounding of the sums
    rest = np.flatnonzero(probability < 1.0)
    sums = np.cumsum(probability[rest])
    count = round(float(sums[-1])) if len(sums) else 0
    hits = np.searchsorted(sums, np.arange(count) + start, side="right")
    return np.sort(np.concatenate([certain, rest[np.minimum(hits, len(rest) - 1)]])).astype(np.int64)
