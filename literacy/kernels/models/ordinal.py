"""Cumulative logit model: ``P(Y <= j) = logistic(zeta_j - x'beta)`` for ordered categories 0..q.

Parameters are laid out ``(beta (k), zeta (q))``. Reference: McCullagh (1980), "Regression models for ordinal
data"; signs as in MASS ``polr`` and R survey ``svyolr``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MAX_ITERATIONS = 100


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """A fitted cumulative logit model.

    Attributes
    ----------
    coefficients : (k + q,) array
        Parameters ``(beta, zeta)``.
    information : (k + q, k + q) array
        Observed information at the solution.
    deviance : float
    spread : float
        Range of the linear predictor.
    iterations : int
    converged : bool
    """

    coefficients: Floats
    information: Floats
    deviance: float
    spread: float
    iterations: int
    converged: bool


def _bounds(X: Floats, y: Ints, q: int, theta: Floats, shift: Floats) -> tuple[Floats, Floats]:
    """Linear predictors at the upper and lower cut point of each row's category: (n,), (n,)."""
    k = X.shape[1]
    zeta = np.concatenate([[-np.inf], theta[k:], [np.inf]])
    eta = X @ theta[:k] + shift
    return zeta[y + 1] - eta, zeta[y] - eta


def _likelihood(upper: Floats, lower: Floats) -> Floats:
    """Probability between two cut points, without cancellation in the upper tail: (n,)."""
    from scipy.special import expit

    flip = lower > 0
    high = np.where(flip, -lower, upper)
    low = np.where(flip, -upper, lower)
    return np.asarray(expit(high) - expit(low))


def _scores(X: Floats, y: Ints, q: int, theta: Floats, shift: Floats) -> tuple[Floats, Floats]:
    """Derivatives (n, k + q) of each row's log likelihood, and the likelihoods (n,)."""
    from scipy.special import expit

    upper, lower = _bounds(X, y, q, theta, shift)
    p = _likelihood(upper, lower)
    at_upper = np.asarray(expit(upper) * expit(-upper))
    at_lower = np.asarray(expit(lower) * expit(-lower))
    safe = np.maximum(p, 1e-300)
    out = np.zeros((len(y), X.shape[1] + q))
    out[:, : X.shape[1]] = -X * ((at_upper - at_lower) / safe)[:, None]
    rows = np.arange(len(y))
    k = X.shape[1]
    has_upper, has_lower = y < q, y > 0
    out[rows[has_upper], k + y[has_upper]] = (at_upper / safe)[has_upper]
    out[rows[has_lower], k + y[has_lower] - 1] = -(at_lower / safe)[has_lower]
    return out, p


def _information(X: Floats, y: Ints, w: Floats, q: int, theta: Floats, shift: Floats) -> Floats:
    """Observed information ``-sum w d2 log p``: (k + q, k + q)."""
    from scipy.special import expit

    k = X.shape[1]
    upper, lower = _bounds(X, y, q, theta, shift)
    p = np.maximum(_likelihood(upper, lower), 1e-300)

    def density(z: Floats) -> tuple[Floats, Floats]:
        f = np.asarray(expit(z) * expit(-z))
        return f, f * (1 - 2 * np.asarray(expit(z)))

    f1, d1 = density(upper)
    f0, d0 = density(lower)
    # second derivatives of log p by (upper, upper), (lower, lower), (upper, lower)
    uu = d1 / p - (f1 / p) ** 2
    ll = -d0 / p - (f0 / p) ** 2
    ul = f1 * f0 / p**2
    mark_upper = np.zeros((len(y), k + q))
    mark_lower = np.zeros((len(y), k + q))
    mark_upper[:, :k] = -X
    mark_lower[:, :k] = -X
    rows = np.arange(len(y))
    mark_upper[rows[y < q], k + y[y < q]] = 1.0
    mark_lower[rows[y > 0], k + y[y > 0] - 1] = 1.0
    mark_upper[y == q] = 0.0
    mark_lower[y == 0] = 0.0
    out = (mark_upper * (w * uu)[:, None]).T @ mark_upper
    out += (mark_lower * (w * ll)[:, None]).T @ mark_lower
    cross = (mark_upper * (w * ul)[:, None]).T @ mark_lower
    return np.asarray(-(out + cross + cross.T))


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalSums:
    """Sums over rows needed by one iteration; ``a + b`` are those of both sets of rows.

    Attributes
    ----------
    loss : float
        Negative log likelihood.
    gradient : (k + q,) array
    information : (k + q, k + q) array
    low, high : float
        Range of the linear predictor.
    """

    loss: float
    gradient: Floats
    information: Floats
    low: float
    high: float

    def __add__(self, other: OrdinalSums) -> OrdinalSums:
        """Return the sums over the rows of both."""
        return OrdinalSums(
            self.loss + other.loss, self.gradient + other.gradient, self.information + other.information,
            min(self.low, other.low), max(self.high, other.high),
        )  # fmt: skip


def sum_ordinal(
    X: Floats, y: Ints, w: Floats, q: int, theta: Floats, offset: Floats | None = None
) -> OrdinalSums:
    """Sums of some rows at given parameters.

    Parameters
    ----------
    X, y, q, offset
        As in :func:`fit_ordinal`; there may be no rows.
    w : (n,) array
        Weights, divided by their mean over all rows.
    theta : (k + q,) array
    """
    shift = np.zeros(len(y)) if offset is None else offset
    scores, p = _scores(X, y, q, theta, shift)
    eta = X @ theta[: X.shape[1]]
    return OrdinalSums(
        float(-(w * np.log(np.maximum(p, 1e-300))).sum()), w @ scores, _information(X, y, w, q, theta, shift),
        float(eta.min(initial=np.inf)), float(eta.max(initial=-np.inf)),
    )  # fmt: skip


def start_ordinal(counts: Floats, k: int) -> Floats:
    """Starting parameters (k + q,) from the weight of each category (q + 1,)."""
    below = np.cumsum(counts)[:-1] / counts.sum()
    with np.errstate(divide="ignore"):
        return np.concatenate([np.zeros(k), np.log(below / (1 - below))])


def fit_ordinal(
    X: Floats,
    y: Ints,
    w: Floats,
    q: int,
    offset: Floats | None = None,
    start: Floats | None = None,
) -> OrdinalFit:
    """Fit a model to rows that are all in memory; see :func:`iterate_ordinal`.

    Parameters
    ----------
    X : (n, k) array
        Model matrix without an intercept.
    y : (n,) int array
        Category of each row, 0..q; every category must occur with positive weight.
    w : (n,) array
        Weights.
    q : int
        Number of cut points (number of categories less one).
    offset : (n,) array, optional
    start : (k + q,) array, optional
    """
    unit = float(w.mean())
    if start is None:
        start = start_ordinal(np.asarray(np.bincount(y, w, minlength=q + 1), np.float64), X.shape[1])
    return iterate_ordinal(lambda theta: sum_ordinal(X, y, w / unit, q, theta, offset), start, q, unit)


def iterate_ordinal(sums: Callable[[Floats], OrdinalSums], start: Floats, q: int, unit: float) -> OrdinalFit:
    """Maximum (pseudo-)likelihood by Newton steps, halved where needed, from sums over the rows.

    Parameters
    ----------
    sums : function
        Returns :func:`sum_ordinal` of all rows at given parameters. Each call is a pass over the rows.
    start : (k + q,) array
    q : int
        Number of cut points.
    unit : float
        Mean weight, by which the weights were divided.
    """
    k = len(start) - q
    theta, held = start, sums(start)
    converged, iterations = False, 0
    for iterations in range(1, MAX_ITERATIONS + 1):  # noqa: B007  # the number is kept
        step = _solve(held.information, held.gradient)
        size = 1.0
        for _ in range(40):
            trial = theta + size * step
            if np.all(np.diff(trial[k:]) > 0):
                made = sums(trial)
                if made.loss <= held.loss * (1 + 1e-12) + 1e-12:
                    break
            size /= 2
        else:
            break
        change = float(np.abs(trial - theta).max())
        theta, held = trial, made
        if change <= 1e-11 * (1 + float(np.abs(theta).max())):
            converged = True
            break
    spread = held.high - held.low
    return OrdinalFit(theta, unit * held.information, 2 * held.loss * unit, spread, iterations, converged)


def _solve(A: Floats, b: Floats) -> Floats:
    size = np.sqrt(np.abs(np.diag(A)))
    size[size == 0] = 1.0
    scaled = A / size[:, None] / size[None, :]
    return np.asarray(np.linalg.lstsq(scaled, b / size, rcond=1e-14)[0] / size)


def ordinal_influence(X: Floats, y: Ints, q: int, fit: OrdinalFit, offset: Floats | None = None) -> Floats:
    """Influence (n, k + q) of each row on the parameters, before weighting."""
    shift = np.zeros(len(y)) if offset is None else offset
    scores, _ = _scores(X, y, q, fit.coefficients, shift)
    return np.asarray(np.linalg.solve(fit.information, scores.T).T)


def ordinal_shares(X: Floats, theta: Floats, q: int, offset: Floats | None = None) -> Floats:
    """Predicted probabilities (n, q + 1) of the categories."""
    from scipy.special import expit

    k = X.shape[1]
    eta = X @ theta[:k] + (0.0 if offset is None else offset)
    below = np.asarray(expit(theta[k:][None, :] - eta[:, None]))
    edges = np.column_stack([np.zeros(len(X)), below, np.ones(len(X))])
    return np.diff(edges, axis=1)
