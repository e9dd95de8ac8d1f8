"""The short road for samples of single people: variance from moments by stratum, without a line a person.

Where every row is its own sampling unit, the sums by unit are as long as the data. The variance of a stratum is then
better made of its sums and sums of squares, at a loss of digits that is measured: where it matters, the long road is
taken.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.aggregation import Column, cell_moments, unit_cell_totals, unit_level_totals
from literacy.sampling import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOSS = 1e-4  # of a sum of squares: below this too many digits have cancelled
LARGE = 1 << 22  # numbers of a table by stratum and domain


def element_sample(sample: Sample) -> bool:
    """Whether every row is its own unit and no stratum asks for a special rule."""
    first = sample.codes.stages[0]
    if sample.design.psu or sample.design.pps or bool(first.lonely.any()):
        return False
    return len(first.size) * 4 < len(sample)


def element_covariance(
    sample: Sample, cell: Ints, jacobian: Floats, columns: tuple[Column, ...], code: Ints | None
) -> Floats | None:
    """Covariance (D k, D k) of linearised estimates in disjoint domains, or None where digits would be lost.

    Parameters
    ----------
    sample : Sample
    cell : (n,) domain of each row, -1 outside
    jacobian : (D, q, k) finite derivatives
    columns : q columns of numbers (empty for a category)
    code : (n,) level of each row, for a category
    """
    first = sample.codes.stages[0]
    strata, (cells, q, k) = len(first.size), jacobian.shape
    if strata * cells * q * max(q, cells * k) > LARGE:
        return None
    w = sample.weight
    if code is None:
        sums = unit_cell_totals(first.stratum, strata, cell, cells, w, columns)
        crossed = np.where(cell >= 0, first.stratum * cells + cell, -1)
        squares = cell_moments(crossed, strata * cells, w * w, columns).reshape(strata, cells, q, q)
    else:
        sums = unit_level_totals(first.stratum, strata, cell, cells, w, code, q)
        levels = unit_level_totals(first.stratum, strata, cell, cells, w * w, code, q)
        squares = levels[..., None] * np.eye(q)
    left = np.zeros(strata)
    left[first.stratum] = first.unsampled
    n = first.size.astype(np.float64)
    scale = left * n / np.maximum(n - 1, 1)
    mean = np.einsum("hdq,dqk->hdk", sums, jacobian).reshape(strata, -1)
    own = np.einsum("h,dqk,hdqr,drl->dkl", scale, jacobian, squares, jacobian)
    blocks = np.zeros((cells, k, cells, k))
    blocks[np.arange(cells), :, np.arange(cells), :] = own
    whole = blocks.reshape(cells * k, cells * k)
    out = whole - (mean * (scale / n)[:, None]).T @ mean
    kept = np.diag(out) > LOSS * np.diag(whole)
    zero = np.diag(whole) == 0
    return out if bool((kept | zero).all()) else None
