"""Joint inclusion probabilities of pairs of units, for methods where they are exactly computable.

References
----------
Sampford (1967), Biometrika 54: 499-513. Madow (1949), Annals of Mathematical Statistics 20: 333-354.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def joint_simple(units: int, n: int, rows: int) -> Floats:
    """Joint inclusion probabilities (rows, rows) under simple random sampling, first-order ones on the diagonal."""
    both = n * (n - 1) / (units * (units - 1)) if units > 1 else 1.0
    out = np.full((rows, rows), both)
    np.fill_diagonal(out, n / units)
    return out


def joint_sampford(pi: Floats, n: int, rows: Ints) -> Floats:
    """Joint inclusion probabilities of Sampford's design.

    Parameters
    ----------
    pi : (m,) inclusion probabilities below 1, summing to ``n``
    n : int
    rows : (r,)
        Indices of the units whose pairs are wanted.

    Returns
    -------
    (r, r) joint probabilities, first-order ones on the diagonal.

    Notes
    -----
    The total weight of the samples that contain both units is a coefficient of a polynomial: the product over units of
    ``1 - pi + pi z``, times a sum for Sampford's first unit. It is evaluated by a discrete Fourier transform, at an odd
    number of roots of unity so that none equals -1.
    """
    if n == 1:
        return np.diag(pi[rows])
    count = 2 * (len(pi) // 2) + 3
    z = np.exp(2j * np.pi * np.arange(count) / count)
    factors = 1.0 - pi[:, None] + pi[:, None] * z
    first = (pi * (1.0 - pi))[:, None] * z / factors
    product, ones = factors.prod(axis=0), first.sum(axis=0)
    back = z ** (-n)
    whole = float((product * ones * back).mean().real)
    out = np.empty((len(rows), len(rows)))
    for i, k in enumerate(rows.tolist()):
        others = rows[i + 1 :]
        out[i, i] = pi[k]
        if not len(others):
            continue
        without = product / factors[k] / factors[others]
        alone = ones - first[k] - first[others]
        p, q = pi[k], pi[others][:, None]
        term = p * q * z**2 * alone + (p * (1 - p) * q + p * q * (1 - q)) * z**2
        both = (without * term * back).mean(axis=1).real / whole
        out[i, i + 1 :] = out[i + 1 :, i] = both
    return out


def joint_systematic(sizes: Sequence[int], n: int, rows: Ints) -> Floats:
    """Joint inclusion probabilities of systematic sampling from a list in a fixed order; many are 0.

    Parameters
    ----------
    sizes : (m,) whole numbers, each below total / n
    n : int
    rows : (r,) indices of the units whose pairs are wanted

    Returns
    -------
    (r, r) fraction of random starts that select both units, first-order probabilities on the diagonal.
    """
    total = sum(sizes)
    ends = np.cumsum([0, *(s * n for s in sizes)], dtype=object)
    arcs = [_arc(int(ends[k]) % total, (int(ends[k + 1]) - int(ends[k])), total) for k in rows.tolist()]
    out = np.zeros((len(rows), len(rows)))
    for i, one in enumerate(arcs):
        for j in range(i, len(arcs)):
            shared = sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in arcs[j])
            out[i, j] = out[j, i] = shared / total
    return out


def _arc(start: int, length: int, whole: int) -> list[tuple[int, int]]:
    """Arc of a circle of circumference ``whole`` as one or two intervals."""
    end = start + length
    return [(start, end)] if end <= whole else [(start, whole), (0, end - whole)]
