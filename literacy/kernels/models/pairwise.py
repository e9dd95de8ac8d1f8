"""Variance under unequal probability sampling without replacement, from pairs of sampling units.

With ``z`` the weighted totals of the units, the Horvitz-Thompson variance is ``z' D z`` where
``D[i, j] = (p_ij - p_i p_j) / p_ij``; the Yates-Grundy form subtracts ``sum_i (D 1)_i z_i**2``. The joint inclusion
probabilities ``p_ij`` are given, or approximated from the first-order probabilities within strata.

References
----------
Horvitz & Thompson (1952), JASA 47: 663-685. Yates & Grundy (1953), JRSS B 15: 253-261. Overton (1985) and Hartley & Rao
(1962) as in Berger (2004), Journal of the Royal Statistical Society D 53: 305-315. R survey 4.4-2, ``pps_design``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Units (b,) with dependent selection and their matrix ``D`` (b, b). Different blocks are independent."""

    units: Ints
    factor: Floats


def approximate_pairs(probability: Floats, stratum: Ints, method: str) -> tuple[PairBlock, ...]:
    """Matrices ``D`` by stratum, approximated from the first-order inclusion probabilities.

    Parameters
    ----------
    probability : (m,) in (0, 1]
    stratum : (m,) stratum of each unit
    method : "overton" or "hr" (Hartley-Rao, with the sample mean probability in place of the sum of squares over n)

    Returns
    -------
    tuple of PairBlock, one per stratum
    """
    blocks = []
    for h in range(int(stratum.max()) + 1):
        units = np.flatnonzero(stratum == h)
        p = probability[units]
        n = len(units)
        if method == "overton":
            both = (p[:, None] + p) / 2
            left = n - both
        else:
            both = p[:, None] + p
            left = n - both + p.mean()
        factor = 1 - left / max(n - 1, 1)
        factor[both == 1] = 0.0
        np.fill_diagonal(factor, 1 - p)
        blocks.append(PairBlock(units, factor))
    return tuple(blocks)


def joint_pairs(joint: Floats, tolerance: float = 1e-4) -> tuple[PairBlock, ...]:
    """One block from the matrix of joint inclusion probabilities, first-order ones on the diagonal.

    Entries of ``D`` below ``tolerance`` are set to 0, as in R's ``ppsmat``.
    """
    single = np.diag(joint)
    factor = (joint - np.outer(single, single)) / joint
    factor = np.where(np.abs(factor) < tolerance, 0.0, factor)
    return (PairBlock(np.arange(len(joint)), factor),)


def pair_covariance(totals: Floats, blocks: tuple[PairBlock, ...], form: str) -> Floats:
    """Covariance (k, k) of weighted totals.

    Parameters
    ----------
    totals : (m, k) weighted totals of the units
    blocks : tuple of PairBlock
    form : "ht" (Horvitz-Thompson) or "yg" (Yates-Grundy)
    """
    k = totals.shape[1]
    out = np.zeros((k, k))
    for block in blocks:
        z = totals[block.units]
        out += z.T @ block.factor @ z
        if form == "yg":
            out -= (z * block.factor.sum(axis=0)[:, None]).T @ z
    return out
