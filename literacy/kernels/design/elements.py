"""Variance for designs in which every row is its own sampling unit, from centred moments by stratum and domain.

Unit totals of such designs would be as long as the data. The sum of squares about the stratum mean is therefore
assembled from groups (stratum by domain, or by level of a category), each described by its number of rows, the mean of
``u = weight * column`` and the centred sums of products of u. No large numbers are subtracted from each other, so
precision does not depend on the location of the data. Groups of two parts of the data are merged by the formulas of
Chan, Golub & LeVeque (1983), The American Statistician 37: 242-247.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.aggregation import BLOCK, Column
from literacy.kernels.design.variance import NOTHING_LEFT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WIDE = 6  # number of columns from which rows are sorted by group


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Centred moments of groups of rows.

    Attributes
    ----------
    count : (...) rows in each group
    mean : (..., q) means of u
    spread : (..., q, q) sums of products of u about its mean
    """

    count: Floats
    mean: Floats
    spread: Floats

    def merge(self, other: Groups) -> Groups:
        """Moments of the union of two disjoint sets of rows, group by group."""
        n = self.count + other.count
        share = np.divide(other.count, n, out=np.zeros_like(n), where=n > 0)
        gap = other.mean - self.mean
        between = (self.count * share)[..., None, None] * gap[..., :, None] * gap[..., None, :]
        return Groups(n, self.mean + share[..., None] * gap, self.spread + other.spread + between)

    def transform(self, matrix: Floats) -> Groups:
        """Moments of ``matrix @ u``."""
        return Groups(self.count, self.mean @ matrix.T, matrix @ self.spread @ matrix.T)


def group_rows(key: Ints, groups: int, weight: Floats, columns: Sequence[Column]) -> Groups:
    """Compute the moments of groups of rows, in two passes over blocks.

    Parameters
    ----------
    key : (n,) group of each row, -1 for rows in no group
    groups : number of groups
    weight : (n,) weights
    columns : q columns of shape (n,), None for a column of ones
    """
    q = len(columns)
    if q >= WIDE:
        return _group_wide(key, groups, weight, columns)
    count, sums = np.zeros(groups), np.zeros((q, groups))
    for place, values in _blocks(key, weight, columns):
        count += np.bincount(place, minlength=groups)
        for j, u in enumerate(values):
            sums[j] += np.bincount(place, u, minlength=groups)
    mean = np.divide(sums, count, out=np.zeros_like(sums), where=count > 0)
    spread = np.zeros((q, q, groups))
    for place, values in _blocks(key, weight, columns):
        off = [u - mean[j][place] for j, u in enumerate(values)]
        for a in range(q):
            for b in range(a, q):
                spread[a, b] += np.bincount(place, off[a] * off[b], minlength=groups)
    lower = np.tril_indices(q, -1)
    spread[lower] = spread[lower[1], lower[0]]
    return Groups(count, mean.T.copy(), np.moveaxis(spread, 2, 0).copy())


def _group_wide(key: Ints, groups: int, weight: Floats, columns: Sequence[Column]) -> Groups:
    """Compute the moments of groups of rows sorted by group, by one product of matrices each."""
    q = len(columns)
    order = np.argsort(key, kind="stable")
    order = order[np.searchsorted(key[order], 0) :]
    w = weight[order]
    u = np.column_stack([w if c is None else w * c[order] for c in columns])
    count = np.bincount(key[order], minlength=groups)
    mean, spread = np.zeros((groups, q)), np.zeros((groups, q, q))
    ends = np.cumsum(count)
    for g in np.flatnonzero(count):
        own = u[ends[g] - count[g] : ends[g]]
        mean[g] = own.mean(axis=0)
        off = own - mean[g]
        spread[g] = off.T @ off
    return Groups(count.astype(np.float64), mean, spread)


def _blocks(key: Ints, weight: Floats, columns: Sequence[Column]) -> Iterator[tuple[Ints, list[Floats]]]:
    """Yield, block by block, the group and the values of u of the rows that belong to a group."""
    for start in range(0, len(key), BLOCK):
        rows = slice(start, start + BLOCK)
        keep = key[rows] >= 0
        w = weight[rows][keep]
        yield key[rows][keep], [w if c is None else w * c[rows][keep] for c in columns]


def element_covariance(
    groups: Groups, jacobian: Floats, size: Ints, left: Floats, lonely_psu: str, category: bool
) -> Floats:
    """Covariance (D k, D k) of linearised estimates in disjoint domains.

    Parameters
    ----------
    groups : Groups of shape (H, D) with q columns of u; for a category (H, D, L) with one column, the weight
    jacobian : (D, q, k) finite derivatives (q = L for a category)
    size : (H,) number of rows of each stratum, including those in no domain
    left : (H,) fraction of the stratum's population that was not sampled
    lonely_psu : rule for strata with a single row, as in :func:`stage_covariance`
    category : whether the groups are split by level of a category
    """
    strata, cells, k = len(size), jacobian.shape[0], jacobian.shape[2]
    n = size.astype(np.float64)
    if category:
        score = groups.mean[..., 0][..., None] * jacobian  # (H, D, L, k)
        count = groups.count.sum(axis=2)
        total = np.einsum("hdl,hdlk->hdk", groups.count, score)
        middle = np.divide(total, count[..., None], out=np.zeros_like(total), where=count[..., None] > 0)
        off = score - middle[:, :, None, :]
        own = np.einsum("hdl,hdlk,hdlm->hdkm", groups.count, off, off)
        own += np.einsum("hdl,dlk,dlm->hdkm", groups.spread[..., 0, 0], jacobian, jacobian)
    else:
        count = groups.count
        middle = np.einsum("hdq,dqk->hdk", groups.mean, jacobian)
        total = count[..., None] * middle
        own = jacobian.transpose(0, 2, 1) @ groups.spread @ jacobian
    own += (
        (count * (n[:, None] - count) / n[:, None])[..., None, None]
        * middle[..., :, None]
        * middle[..., None, :]
    )
    open_ = left >= NOTHING_LEFT
    scale = np.where(n > 1, n / np.maximum(n - 1, 1), 0.0) * left * open_
    flat = total.reshape(strata, cells * k)
    out = -(flat * (scale / n)[:, None]).T @ flat
    blocks = out.reshape(cells, k, cells, k)
    place = np.arange(cells)
    blocks[place, :, place, :] = np.einsum("h,hdkm->dkm", scale, own)
    lonely = (size == 1) & open_
    if lonely.any() and lonely_psu in ("adjust", "average"):
        seen = np.repeat(count > 0, k, axis=1)
        return _lonely(np.asarray(out), flat, n, left, lonely, seen, lonely_psu)
    return np.asarray(out)


def _lonely(
    covariance: Floats,
    total: Floats,
    size: Floats,
    left: Floats,
    lonely: NDArray[np.bool_],
    seen: NDArray[np.bool_],
    rule: str,
) -> Floats:
    """Contribution of strata with one row: distance from the mean row ("adjust"), or the average ("average")."""
    if rule == "average":
        able = (seen & ~lonely[:, None]).sum(axis=0)
        factor = np.divide(seen.sum(axis=0), able, out=np.full(len(able), np.nan), where=able > 0)
        root = np.sqrt(np.where(seen.any(axis=0), factor, 1.0))
        return np.asarray(covariance * np.outer(root, root))
    count = (size[:, None] * seen).sum(axis=0)
    grand = np.divide(total.sum(axis=0), count, out=np.zeros(len(count)), where=count > 0)
    off = (total[lonely] - grand) * seen[lonely] * np.sqrt(left[lonely])[:, None]
    return np.asarray(covariance + off.T @ off)
