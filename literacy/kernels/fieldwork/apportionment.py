"""Integer apportionment of a sample over strata.

References
----------
Cochran (1977), "Sampling Techniques", sections 5.5 and 5.8. Bankier (1988), "Power allocations", The American
Statistician 42: 174-177.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def share_out(size: int, claim: Floats, least: Ints, most: Ints) -> Ints:
    """Apportion ``size`` over strata in proportion to ``claim``, in whole numbers and within bounds.

    Parameters
    ----------
    size : int, between the sums of ``least`` and ``most``
    claim : (H,) nonnegative sizes to which the allocation is proportional
    least, most : (H,) lower and upper bounds of the allocation

    Returns
    -------
    (H,) allocated numbers summing to ``size``; remainders go to the largest fractions, the first among equal ones.
    """
    fixed = np.full(len(claim), -1.0)
    while True:
        open_ = fixed < 0
        left = size - fixed[~open_].sum()
        weight = claim[open_] / claim[open_].sum() if claim[open_].sum() > 0 else 1.0 / max(open_.sum(), 1)
        ideal = np.where(open_, 0.0, fixed)
        ideal[open_] = left * weight
        low, high = open_ & (ideal < least), open_ & (ideal > most)
        # fix only the bounds that bind more strongly: the others may be satisfied after the next round
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
