"""Domains of different tables that give a small one away: by a difference, or by any sum of published domains.

Complementary suppression works inside one table. Published domains of several tables (the whole, groups that overlap,
levels of columns) give a withheld one away where its members are a linear combination of theirs, and two nested domains
that differ by a few people give away those few. References: Willenborg and de Waal (2001), *Elements of Statistical
Disclosure Control*, Springer, ch. 6 (linked tables); Hundepool et al. (2012), *Statistical Disclosure Control*, Wiley,
ch. 5 (differencing).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
NOTHING = 1e-7
"""Residual and coefficient below which a linear combination is exact, or leaves a domain out."""


def find_derivable(members: Bools, withheld: Bools, kept: Bools, minimum: int) -> int:
    """The domain to withhold next so that no small domain can be derived from the published ones.

    Parameters
    ----------
    members : (d, n) bool
        Who belongs to each domain.
    withheld : (d,) bool
        Domains that are not published.
    kept : (d,) bool
        Domains that are published in any case, such as the whole.
    minimum : int
        Fewest members of a domain that may be known.

    Returns
    -------
    int : position of the domain to withhold: the smallest one the derivation needs; -1 where nothing can be derived

    Examples
    --------
    >>> old, retired = np.arange(100) < 60, np.arange(100) < 58
    >>> everyone = np.ones(100, bool)
    >>> none = np.zeros(3, bool)
    >>> find_derivable(np.array([everyone, old, retired]), none, np.array([True, False, False]), 10)
    2
    """
    cells, counts = np.unique(members, axis=1, return_counts=True)
    size = cells @ counts
    shown = ~withheld & (size > 0)
    nested = _nested(cells, counts, size, shown & ~kept, shown, minimum)
    if nested >= 0:
        return nested
    free = np.flatnonzero(shown & ~kept)
    basis = cells[shown].T.astype(np.float64)
    places = np.flatnonzero(shown)
    for small in np.flatnonzero(withheld & (size > 0) & (size < minimum)):
        target = cells[small].astype(np.float64)
        weight, *_ = np.linalg.lstsq(basis, target, rcond=None)
        if np.abs(basis @ weight - target).max() > NOTHING:
            continue
        used = [p for p in places[np.abs(weight) > NOTHING] if p in free]
        if used:
            return int(min(used, key=lambda p: (size[p], p)))
    return -1


def _nested(
    cells: Bools, counts: NDArray[np.int64], size: NDArray[np.int64], free: Bools, shown: Bools, minimum: int
) -> int:
    """The smaller of two published domains, one inside the other, that differ by fewer than *minimum* people."""
    for inner in sorted(np.flatnonzero(free), key=lambda p: (size[p], p)):
        for outer in np.flatnonzero(shown):
            apart = int(size[outer] - size[inner])
            if 0 < apart < minimum and not (cells[inner] & ~cells[outer]).any():
                return int(inner)
    return -1
