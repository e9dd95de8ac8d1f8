"""Cumulative logit model: ``P(Y <= j) = logistic(zeta_j - x'beta)`` for ordered categories 0..q.

Parameters are laid out ``(beta (k), zeta (q))``. Reference: McCullagh (1980), "Regression models for ordinal
data"; signs as in MASS ``polr`` and R survey ``svyolr``.
"""

from __future__ import annotations

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
    iterations : int
    converged : bool
    """

    coefficients: Floats
    information: Floats
    deviance: float
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


def fit_ordinal(
    X: Floats,
    y: Ints,
    w: Floats,
    q: int,
    offset: Floats | None = None,
    start: Floats | None = None,
) -> OrdinalFit:
    """Fit by maximum (pseudo-)likelihood with Newton steps, halved where needed.

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

    Returns
    -------
    OrdinalFit
    """
    k = X.shape[1]
    shift = np.zeros(len(y)) if offset is None else offset
    scale = w / w.mean()
    if start is None:
        below = np.cumsum(np.bincount(y, scale, minlength=q + 1))[:-1] / scale.sum()
        theta = np.concatenate([np.zeros(k), np.log(below / (1 - below))])
    else:
        theta = start
    loss = np.inf
    converged, iterations = False, 0
    for iterations in range(1, MAX_ITERATIONS + 1):
        scores, p = _scores(X, y, q, theta, shift)
        if iterations == 1:
            loss = float(-(scale * np.log(np.maximum(p, 1e-300))).sum())
        gradient = scale @ scores
        step = _solve(_information(X, y, scale, q, theta, shift), gradient)
        size = 1.0
        for _ in range(40):
            trial = theta + size * step
            if np.all(np.diff(trial[k:]) > 0):
                upper, lower = _bounds(X, y, q, trial, shift)
                new = float(-(scale * np.log(np.maximum(_likelihood(upper, lower), 1e-300))).sum())
                if new <= loss * (1 + 1e-12) + 1e-12:
                    break
            size /= 2
        else:
            break
        change = float(np.abs(trial - theta).max())
        theta, loss = trial, new
        if change <= 1e-11 * (1 + float(np.abs(theta).max())):
            converged = True
            break
    information = _information(X, y, w, q, theta, shift)
    return OrdinalFit(theta, information, 2 * loss * float(w.mean()), iterations, converged)


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


def find_ordinal_separation(X: Floats, y: Ints, q: int) -> Floats | None:
    """Direction (k + q,) of (beta, zeta) in which the likelihood increases without bound, or None."""
    from literacy.kernels.models.glm import recession

    k = X.shape[1]
    rows = []
    for side, has in ((1.0, y < q), (-1.0, y > 0)):
        block = np.zeros((int(has.sum()), k + q))
        block[:, :k] = -side * X[has]
        block[np.arange(len(block)), k + y[has] - (0 if side > 0 else 1)] = side
        rows.append(block)
    return recession(np.vstack(rows), np.empty((0, k + q)))
