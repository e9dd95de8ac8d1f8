"""Separation: directions in which the likelihood of a model with categories increases without bound.

The maximum is infinite where some direction d of the coefficients has ``x'd >= 0`` for all signed rows x of a set, not
all zero, and ``x'd = 0`` for all rows of another. Such a direction is found by a linear program over a few of the rows;
rows that violate its solution are added until none does. So the rows need not be held together.

References
----------
Konis (2007), "Linear programming algorithms for detecting separated data in binary logistic regression models".
Kelley (1960), "The cutting-plane method for solving convex programs", J. SIAM 8: 703-712.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.models.glm import triangle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ADDED = 200  # violated rows kept of a pass
PASSES = 100
TOLERANCE = 1e-9  # of the scaled rows, times a direction within the unit cube
POSITIVE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class ConeRows:
    """Rows of a pass; ``a + b`` are those of both sets of rows.

    Attributes
    ----------
    rows : (r, k) array
        Signed rows: at first some that span all of them, later those that a direction violates most.
    value : (r,) array
        Product of each with the direction.
    fixed : (f, k) array
        Triangular factor of the rows that must be orthogonal to the direction; empty after the first pass.
    size : (k,) array
        Largest absolute value of each column.
    """

    rows: Floats
    value: Floats
    fixed: Floats
    size: Floats

    def __add__(self, other: ConeRows) -> ConeRows:
        """Return the rows to keep of both."""
        rows, value = np.vstack([self.rows, other.rows]), np.concatenate([self.value, other.value])
        size = np.maximum(self.size, other.size)
        keep = np.argsort(value, kind="stable")[:ADDED] if value.any() else _spanning(rows, size)
        return ConeRows(rows[keep], value[keep], triangle(np.vstack([self.fixed, other.fixed])), size)


def _spanning(rows: Floats, size: Floats) -> Ints:
    """Indices of at most k rows (n, k) that span the others."""
    from scipy.linalg import qr

    if not len(rows):
        return np.zeros(0, np.int64)
    _, place = qr((rows / np.where(size > 0, size, 1.0)).T, mode="r", pivoting=True)
    return np.asarray(np.sort(place[: rows.shape[1]]), np.int64)


def find_rows(inside: Floats, fixed: Floats, direction: Floats | None = None) -> ConeRows:
    """Rows of a set to be considered: that span it, or that violate a direction.

    Parameters
    ----------
    inside : (n, k) array
        Rows whose product with the direction must not be negative.
    fixed : (m, k) array
        Rows whose product with the direction must be zero.
    direction : (k,) array, optional
        Direction to be checked; default is the first pass.
    """
    k = inside.shape[1]
    nothing = np.zeros((0, k))
    if direction is not None:
        value = inside @ direction
        worst = np.argsort(value, kind="stable")[:ADDED]
        worst = worst[value[worst] < -TOLERANCE]
        return ConeRows(inside[worst], value[worst], nothing, np.zeros(k))
    size = np.abs(np.vstack([inside, fixed, np.zeros((1, k))])).max(axis=0)
    keep = _spanning(inside, size)
    return ConeRows(inside[keep], np.zeros(len(keep)), triangle(fixed), size)


def find_direction(search: Callable[[Floats | None], ConeRows]) -> Floats | None:
    """Direction (k,) in which the likelihood increases without bound, if there is one.

    Parameters
    ----------
    search : function
        Returns :func:`find_rows` of all rows for a direction, or of the first pass (None).
    """
    from scipy import optimize

    first = search(None)
    rows, k = first.rows, len(first.size)
    scale = np.where(first.size > 0, first.size, 1.0)
    fixed = first.fixed / scale
    for _ in range(PASSES):
        if not len(rows):
            return None
        scaled = rows / scale
        found = optimize.linprog(
            -scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)),
            A_eq=fixed if len(fixed) else None, b_eq=np.zeros(len(fixed)) if len(fixed) else None,
            bounds=[(-1.0, 1.0)] * k, method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )  # fmt: skip
        # the rows held span all, so that nothing is gained anywhere if nothing is gained in them
        if found.status != 0 or -found.fun <= POSITIVE:
            return None
        direction = np.asarray(found.x / scale)
        broken = search(direction).rows
        if not len(broken):
            return direction
        rows = np.unique(np.vstack([rows, broken]), axis=0)
    return None


def split_rows(X: Floats, y: Floats, family: str) -> tuple[Floats, Floats]:
    """Signed rows (n1, k) and fixed rows (n2, k) of a logistic or Poisson model.

    A direction d of separation has ``x'd >= 0`` for successes, ``<= 0`` for failures (Poisson: ``<= 0`` for zeros) and
    ``= 0`` for all other rows.
    """
    top = 1.0 if family == "logistic" else np.inf
    free = (y <= 0) | (y >= top)
    sign = np.where(y <= 0, -1.0, 1.0)
    return X[free] * sign[free, None], X[~free]


def split_ordinal(X: Floats, y: Ints, q: int) -> tuple[Floats, Floats]:
    """Signed rows (n1, k + q) of a cumulative logit model with parameters (beta, zeta), and no fixed ones."""
    k = X.shape[1]
    rows = []
    for side, has in ((1.0, y < q), (-1.0, y > 0)):
        block = np.zeros((int(has.sum()), k + q))
        block[:, :k] = -side * X[has]
        block[np.arange(len(block)), k + y[has] - (0 if side > 0 else 1)] = side
        rows.append(block)
    return np.vstack(rows), np.zeros((0, k + q))
