"""Weighted generalised linear models: linear, logistic, Poisson, each with its canonical link.

Shapes: ``X`` (n, k) model matrix, ``y`` (n,) outcome, ``w`` (n,) weights >= 0, ``offset`` (n,) added to the
linear predictor. Weights say how many people a row stands for; the scale of the weights is without effect
on the coefficients.

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


@dataclass(frozen=True, slots=True)
class GlmFit:
    """A fitted model.

    Attributes
    ----------
    coefficients : (k,) array
    information : (k, k) array
        ``sum w mu'(eta) x x'`` at the solution.
    eta, mu : (n,) arrays
        Linear predictor and fitted mean.
    deviance : float
        Weighted deviance.
    iterations : int
    converged : bool
    """

    coefficients: Floats
    information: Floats
    eta: Floats
    mu: Floats
    deviance: float
    iterations: int
    converged: bool


def mean_of(eta: Floats, family: str) -> Floats:
    """Inverse link: the mean at a linear predictor (any shape)."""
    if family == "linear":
        return eta
    if family == "logistic":
        from scipy.special import expit

        return np.asarray(expit(eta))
    return np.asarray(np.exp(np.minimum(eta, 700.0)))


def slope_of(mu: Floats, family: str) -> Floats:
    """Derivative of the mean by the linear predictor, as a function of the mean (any shape)."""
    if family == "linear":
        return np.ones_like(mu)
    if family == "logistic":
        return mu * (1 - mu)
    return mu


def bend_of(mu: Floats, family: str) -> Floats:
    """Second derivative of the mean by the linear predictor, as a function of the mean (any shape)."""
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
    """Columns that earlier columns determine.

    Parameters
    ----------
    X : (n, k) array
    tolerance : float
        Share of a column's length that must remain after projection on the earlier ones.

    Returns
    -------
    list of (int, list of int)
        Each redundant column with the earlier columns whose combination it is (empty for a column of zeros).
    """
    out: list[tuple[int, list[int]]] = []
    length = np.sqrt((X**2).sum(axis=0))
    kept: list[int] = []
    basis = np.empty((X.shape[0], 0))
    for j in range(X.shape[1]):
        if length[j] == 0:
            out.append((j, []))
            continue
        column = X[:, j] / length[j]
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # twice is enough (Kahan)
        size = float(np.sqrt(rest @ rest))
        if size < tolerance:
            parts = np.linalg.lstsq(X[:, kept] / length[kept], column, rcond=None)[0]
            out.append((j, [c for c, p in zip(kept, parts, strict=True) if abs(p) > 1e-6]))
        else:
            basis = np.column_stack([basis, rest / size])
            kept.append(j)
    return out


def _start(y: Floats, w: Floats, family: str) -> Floats:
    """First working means, as in McCullagh & Nelder (shrunk towards the middle)."""
    if family == "linear":
        return y
    if family == "logistic":
        return (y + 0.5) / 2
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
    start: Floats | None = None,
) -> GlmFit:
    """Maximum (pseudo-)likelihood by iteratively reweighted least squares, run to rounding error.

    Parameters
    ----------
    X, y, w
        See the module; rows of weight 0 do not enter.
    family : str
        One of :data:`FAMILIES`.
    offset : (n,) array, optional
    start : (k,) array, optional
        First coefficients.

    Returns
    -------
    GlmFit
        ``converged`` is False where the likelihood has no maximum (see :func:`find_separation`).
    """
    n = len(y)
    shift = np.zeros(n) if offset is None else offset
    scale = w / w.mean()
    if start is None:
        mu = _start(y, scale, family)
        eta = _link(mu, family)
    else:
        eta = X @ start + shift
        mu = mean_of(eta, family)
    beta = np.zeros(X.shape[1]) if start is None else start
    before, settled, converged, iterations = np.inf, 0, False, 0
    if start is not None:
        before = deviance_of(y, mu, scale, family)
    for iterations in range(1, MAX_ITERATIONS + 1):
        slope = np.maximum(slope_of(mu, family), 1e-300)
        root = np.sqrt(scale * slope)
        target = eta - shift + (y - mu) / slope
        new = _least_squares(X * root[:, None], target * root)
        step = 1.0
        for _ in range(30):  # halve steps that make the fit worse
            trial = beta + step * (new - beta) if step < 1 else new
            eta = X @ trial + shift
            mu = mean_of(eta, family)
            deviance = deviance_of(y, mu, scale, family)
            if np.isfinite(deviance) and (not np.isfinite(before) or deviance <= before * (1 + 1e-9) + 1e-9):
                break
            step /= 2
        change = float(np.abs(trial - beta).max()) if iterations > 1 or start is not None else np.inf
        beta, before = trial, deviance
        settled = settled + 1 if change <= 1e-11 * (1.0 + float(np.abs(beta).max())) else 0
        if family == "linear" or settled >= 1:
            converged = True
            break
    if family != "linear" and converged:  # one last Newton step takes the remaining rounding away
        slope = slope_of(mu, family)
        beta = (
            beta
            + np.linalg.lstsq(
                X * np.sqrt(scale * slope)[:, None],
                np.divide((y - mu) * np.sqrt(scale), np.sqrt(slope), out=np.zeros(n), where=slope > 0),
                rcond=None,
            )[0]
        )
        eta = X @ beta + shift
        mu = mean_of(eta, family)
    weight = w * slope_of(mu, family)
    information = (X * weight[:, None]).T @ X
    return GlmFit(beta, information, eta, mu, deviance_of(y, mu, w, family), iterations, converged)


def _least_squares(A: Floats, b: Floats) -> Floats:
    """Solution of A x = b in least squares by QR, columns scaled."""
    length = np.sqrt((A**2).sum(axis=0))
    length[length == 0] = 1.0
    q, r = np.linalg.qr(A / length)
    top = np.abs(np.diag(r))
    if top.min(initial=1.0) < 1e-13:
        return np.asarray(np.linalg.lstsq(A / length, b, rcond=None)[0] / length)
    from scipy.linalg import solve_triangular

    return np.asarray(solve_triangular(r, q.T @ b) / length)


def glm_influence(X: Floats, y: Floats, fit: GlmFit) -> Floats:
    """Influence of each row on the coefficients, before its weight: (n, k), ``A^-1 x (y - mu)``."""
    return np.asarray(np.linalg.solve(fit.information, (X * (y - fit.mu)[:, None]).T).T)


def fit_replicates(
    X: Floats, y: Floats, W: Floats, family: str, start: Floats, offset: Floats | None = None
) -> Floats:
    """Coefficients of many weightings of the same data.

    All weightings take their Newton steps together: the cross-products ``x_a x_b`` are formed once and each
    step is a matrix product.

    Parameters
    ----------
    X, y, offset
        See the module.
    W : (n, R) array
        Weights; a replicate may give weight 0 to rows.
    family : str
        One of :data:`FAMILIES`.
    start : (k,) array
        Coefficients of the full sample.

    Returns
    -------
    (k, R) array; NaN where a replicate has no finite solution.
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
        done = ~(change > 1e-10 * (1 + np.abs(out[:, live]).max(axis=0)))  # NaN counts as done
        live = live[~done]
        if not len(live):
            return out
    if family != "linear":
        out[:, live] = np.nan
    return out


def find_separation(X: Floats, y: Floats, family: str) -> Floats | None:
    """Direction along which the likelihood keeps rising, if there is one.

    Parameters
    ----------
    X : (n, k) array
        Rows with weight above 0.
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
