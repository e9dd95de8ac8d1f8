"""Weighted generalised linear models: linear, logistic, Poisson, each with its canonical link.

Shapes: ``X`` (n, k) model matrix, ``y`` (n,) outcome, ``w`` (n,) nonnegative weights, ``offset`` (n,) added to the
linear predictor. A weight is the number of people a row represents; rescaling the weights does not affect the
coefficients.

References
----------
McCullagh & Nelder (1989), "Generalized Linear Models", chapter 2. Binder (1983), "On the variances of
asymptotically normal estimators from complex surveys". Konis (2007), "Linear programming algorithms for
detecting separated data in binary logistic regression models".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAMILIES = ("linear", "logistic", "poisson")
MAX_ITERATIONS = 60
CLEAR = 1e-6  # relative size of a column's residual above which it is clearly not collinear


@dataclass(frozen=True, slots=True)
class GlmFit:
    """A fitted model.

    Attributes
    ----------
    coefficients : (k,) array
    information : (k, k) array
        ``sum w mu'(eta) x x'`` (see :func:`fit_glm` for the iteration at which it is evaluated).
    slope : (n,) array
        The ``mu'(eta)`` of the information.
    eta, mu : (n,) arrays
        Linear predictor and fitted mean.
    deviance : float
        Weighted deviance.
    iterations : int
    converged : bool
    """

    coefficients: Floats
    information: Floats
    slope: Floats
    eta: Floats
    mu: Floats
    deviance: float
    iterations: int
    converged: bool


def mean_of(eta: Floats, family: str) -> Floats:
    """Inverse link: the mean at a given linear predictor (any shape)."""
    if family == "linear":
        return eta
    if family == "logistic":
        from scipy.special import expit

        return np.asarray(expit(eta))
    return np.asarray(np.exp(np.minimum(eta, 700.0)))


def slope_of(mu: Floats, family: str) -> Floats:
    """Derivative of the mean with respect to the linear predictor, as a function of the mean (any shape)."""
    if family == "linear":
        return np.ones_like(mu)
    if family == "logistic":
        return mu * (1 - mu)
    return mu


def bend_of(mu: Floats, family: str) -> Floats:
    """Second derivative of the mean with respect to the linear predictor, as a function of the mean (any shape)."""
    if family == "linear":
        return np.zeros_like(mu)
    if family == "logistic":
        return mu * (1 - mu) * (1 - 2 * mu)
    return mu


def deviance_of(y: Floats, mu: Floats, w: Floats, family: str) -> float:
    """Weighted deviance of fitted means."""
    if family == "linear":
        return float((w * (y - mu) ** 2).sum())
    from scipy.special import xlogy

    tiny = np.finfo(float).tiny
    if family == "logistic":
        part = xlogy(y, y / np.maximum(mu, tiny)) + xlogy(1 - y, (1 - y) / np.maximum(1 - mu, tiny))
    else:
        part = xlogy(y, y / np.maximum(mu, tiny)) - (y - mu)
    return float(2 * (w * part).sum())


def find_collinear(X: Floats, tolerance: float = 1e-9) -> list[tuple[int, list[int]]]:
    """Columns that are linear combinations of earlier columns.

    Parameters
    ----------
    X : (n, k) array
    tolerance : float
        Fraction of a column's length that must remain after projection on the earlier columns.

    Returns
    -------
    list of (int, list of int)
        Each redundant column with the earlier columns of which it is a combination (none for a column of zeros).
    """
    out: list[tuple[int, list[int]]] = []
    length = np.sqrt((X**2).sum(axis=0))
    if X.shape[0] >= X.shape[1] and length.all():
        # residuals after projection; if all are large, no column is redundant
        rest_of = np.abs(np.diag(np.linalg.qr(X / length, mode="r")))
        if rest_of.min() > CLEAR:
            return []
    kept: list[int] = []
    basis = np.empty((X.shape[0], 0))
    for j in range(X.shape[1]):
        if length[j] == 0:
            out.append((j, []))
            continue
        column = X[:, j] / length[j]
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # orthogonalising twice is enough (Kahan)
        size = float(np.sqrt(rest @ rest))
        if size < tolerance:
            parts = np.linalg.lstsq(X[:, kept] / length[kept], column, rcond=None)[0]
            out.append((j, [c for c, p in zip(kept, parts, strict=True) if abs(p) > 1e-6]))
        else:
            basis = np.column_stack([basis, rest / size])
            kept.append(j)
    return out


def _start(y: Floats, w: Floats, family: str) -> Floats:
    """Starting values of the mean: the outcome, moved slightly away from the boundary of its range."""
    if family == "linear":
        return y
    if family == "logistic":
        return (w * y + 0.5) / (w + 1)
    return y + 0.1


def _link(mu: Floats, family: str) -> Floats:
    if family == "linear":
        return mu
    return np.log(mu / (1 - mu)) if family == "logistic" else np.log(mu)


def fit_glm(
    X: Floats,
    y: Floats,
    w: Floats,
    family: str,
    offset: Floats | None = None,
    unit: float | None = None,
) -> GlmFit:
    """Maximum (pseudo-)likelihood by iteratively reweighted least squares.

    The iterations are those of R's ``glm`` with ``epsilon = 1e-14``: the same starting values, the same stopping rule,
    and an information matrix formed with the working weights of the last iteration but one. These differ from the final
    weights by at most 1e-7, which is visible in the last digits of a covariance when two programs are compared.

    Parameters
    ----------
    X, y, w
        See the module docstring; weights are positive.
    family : str
        One of :data:`FAMILIES`.
    offset : (n,) array, optional
    unit : float, optional
        Weight that counts as one respondent in the starting values; by default the mean weight.

    Returns
    -------
    GlmFit
        ``converged`` is False if the likelihood has no maximum (see :func:`find_separation`).
    """
    n = len(y)
    shift = np.zeros(n) if offset is None else offset
    unit = float(w.mean()) if unit is None else unit
    scale = w / unit
    mu = _start(y, scale, family)
    eta = _link(mu, family)
    before, beta = deviance_of(y, mu, scale, family), np.zeros(X.shape[1])
    converged, iterations = False, 0
    slope = slope_of(mu, family)
    for iterations in range(1, MAX_ITERATIONS + 1):
        slope = np.maximum(slope_of(mu, family), 1e-300)
        root = np.sqrt(scale * slope)
        new = _least_squares(X * root[:, None], (eta - shift + (y - mu) / slope) * root)
        step = 1.0
        for _ in range(30):  # halve steps that overflow
            trial = new if step == 1.0 else beta + step * (new - beta)
            eta = X @ trial + shift
            mu = mean_of(eta, family)
            deviance = deviance_of(y, mu, scale, family)
            if iterations == 1 or (np.isfinite(deviance) and deviance <= 2 * before + 1.0):
                break
            step /= 2
        change = float(np.abs(trial - beta).max()) if iterations > 1 else np.inf
        beta = trial
        close = abs(deviance - before) / (abs(deviance) + 0.1) < 1e-14
        before = deviance
        if family == "linear" or close or change <= 1e-13 * (1.0 + float(np.abs(beta).max())):
            converged = True
            break
    weight = w * slope
    information = (X * weight[:, None]).T @ X
    return GlmFit(beta, information, slope, eta, mu, deviance_of(y, mu, w, family), iterations, converged)


def _least_squares(A: Floats, b: Floats) -> Floats:
    """Least-squares solution of A x = b by QR with scaled columns."""
    length = np.sqrt((A**2).sum(axis=0))
    length[length == 0] = 1.0
    q, r = np.linalg.qr(A / length)
    top = np.abs(np.diag(r))
    if top.min(initial=1.0) < 1e-13:
        return np.asarray(np.linalg.lstsq(A / length, b, rcond=None)[0] / length)
    from scipy.linalg import solve_triangular

    return np.asarray(solve_triangular(r, q.T @ b) / length)


def glm_influence(X: Floats, y: Floats, fit: GlmFit, family: str) -> Floats:
    """Influence (n, k) of each row on the coefficients, before weighting: ``A^-1 x (y - mu)``."""
    final = np.maximum(slope_of(fit.mu, family), 1e-300)
    score = (y - fit.mu) / final * fit.slope
    return np.asarray(np.linalg.solve(fit.information, (X * score[:, None]).T).T)


def fit_replicates(
    X: Floats, y: Floats, W: Floats, family: str, start: Floats, offset: Floats | None = None
) -> Floats:
    """Coefficients under many sets of weights of the same data.

    The Newton steps of all sets are taken together: the cross-products ``x_a x_b`` are formed once, and each step is a
    matrix product.

    Parameters
    ----------
    X, y, offset
        See the module docstring.
    W : (n, R) array
        Weights of each replicate; may be 0.
    family : str
        One of :data:`FAMILIES`.
    start : (k,) array
        Coefficients of the full sample, used as starting values.

    Returns
    -------
    (k, R) array; NaN for replicates without a finite solution.
    """
    n, k = X.shape
    first, second = np.triu_indices(k)
    products = X[:, first] * X[:, second]
    shift = np.zeros(n) if offset is None else offset
    out = np.repeat(start[:, None], W.shape[1], axis=1)
    live = np.arange(W.shape[1])
    for _ in range(1 if family == "linear" else MAX_ITERATIONS):
        mu = mean_of(X @ out[:, live] + shift[:, None], family)
        weights = W[:, live]
        gradient = X.T @ (weights * (y[:, None] - mu))
        flat = products.T @ (weights * slope_of(mu, family))
        hessian = np.empty((len(live), k, k))
        hessian[:, first, second] = flat.T
        hessian[:, second, first] = flat.T
        size = np.sqrt(np.abs(np.einsum("rkk->rk", hessian)))
        size[size == 0] = 1.0
        scaled = hessian / size[:, :, None] / size[:, None, :]
        bad = np.linalg.cond(scaled) > 1e14
        scaled[bad] = np.eye(k)
        step = np.linalg.solve(scaled, (gradient.T / size)[:, :, None])[:, :, 0] / size
        step[bad] = np.nan
        out[:, live] += step.T
        change = np.abs(step).max(axis=1)
        done = ~(change > 1e-10 * (1 + np.abs(out[:, live]).max(axis=0)))  # NaN counts as converged
        live = live[~done]
        if not len(live):
            return out
    if family != "linear":
        out[:, live] = np.nan
    return out


def find_separation(X: Floats, y: Floats, family: str) -> Floats | None:
    """Direction in which the likelihood increases without bound, if there is one (separation).

    Parameters
    ----------
    X : (n, k) array
        Model matrix of the rows with positive weight.
    y : (n,) array
    family : str
        "logistic" or "poisson".

    Returns
    -------
    (k,) array or None
        A direction d with ``x'd >= 0`` for successes, ``<= 0`` for failures (Poisson: ``<= 0`` for zeros),
        ``= 0`` for all other rows and not zero everywhere; None where the maximum is finite.
    """
    top = 1.0 if family == "logistic" else np.inf
    free = (y <= 0) | (y >= top)
    sign = np.where(y <= 0, -1.0, 1.0)
    return recession(X[free] * sign[free, None], X[~free])


def recession(inside: Floats, fixed: Floats) -> Floats | None:
    """Direction d with ``inside @ d >= 0``, ``fixed @ d = 0`` and ``inside @ d`` not all zero, or None."""
    from scipy import optimize

    k = inside.shape[1]
    if not len(inside):
        return None
    scale = np.abs(np.vstack([inside, fixed])).max(axis=0)
    scale[scale == 0] = 1.0
    rows = np.unique(inside / scale, axis=0)
    equal = np.unique(fixed / scale, axis=0) if len(fixed) else np.empty((0, k))
    found = optimize.linprog(
        -rows.sum(axis=0),
        A_ub=-rows,
        b_ub=np.zeros(len(rows)),
        A_eq=equal if len(equal) else None,
        b_eq=np.zeros(len(equal)) if len(equal) else None,
        bounds=[(-1.0, 1.0)] * k,
        method="highs",
    )
    if found.status != 0 or -found.fun <= 1e-7:
        return None
    return np.asarray(found.x / scale)
