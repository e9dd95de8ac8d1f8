"""Weighted generalised linear models: linear, logistic, Poisson, each with its canonical link.

Shapes: ``X`` (n, k) model matrix, its first column ones, ``y`` (n,) outcome, ``w`` (n,) nonnegative weights, ``offset``
(n,) added to the linear predictor. A weight is the number of people a row represents; rescaling the weights does not
affect the coefficients.

References
----------
McCullagh & Nelder (1989), "Generalized Linear Models", chapter 2. Binder (1983), "On the variances of
asymptotically normal estimators from complex surveys". Chan, Golub & LeVeque (1983), "Algorithms for computing the
sample variance", The American Statistician 37: 242-247.
"""

from __future__ import annotations

from collections.abc import Callable
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
    inverse : (k, k) array
        Inverse of the information ``sum w mu'(eta) x x'``, with ``mu'`` at the coefficients `before` (see
        :func:`iterate_glm`).
    weight, centre : float, (k - 1,) array
        ``sum w mu'(eta)``, and the mean of the other columns with these weights.
    before : (k,) array
        Coefficients of the last iteration but one.
    deviance : float
        Weighted deviance.
    far : float
        Largest linear predictor by absolute value (Poisson: of the negative ones); beyond about 15 a mean is on the
        boundary of its range to seven digits.
    iterations : int
    converged : bool
    """

    coefficients: Floats
    inverse: Floats
    weight: float
    centre: Floats
    before: Floats
    deviance: float
    far: float
    iterations: int
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class GlmSums:
    """Sums over rows needed by one iteration; ``a + b`` are those of both sets of rows.

    A triangular factor of centred columns loses no precision, however the rows are divided and wherever the columns
    lie; normal equations would square the condition number.

    Attributes
    ----------
    weight : float
        Sum of the working weights.
    centre : (k,) array
        Weighted means of the columns other than the intercept, and of the working outcome.
    factor : (r, k) array
        Triangular factor of these columns about their means, times the root of the weights; r is at most k.
    deviance : float
    far : float
        See :class:`GlmFit`.
    """

    weight: float
    centre: Floats
    factor: Floats
    deviance: float
    far: float

    def __add__(self, other: GlmSums) -> GlmSums:
        """Return the sums over the rows of both (Chan, Golub & LeVeque 1983)."""
        weight = self.weight + other.weight
        share = other.weight / weight if weight else 0.0
        gap = other.centre - self.centre
        between = np.sqrt(self.weight * share) * gap
        factor = triangle(np.vstack([self.factor, other.factor, between]))
        return GlmSums(
            weight,
            self.centre + share * gap,
            factor,
            self.deviance + other.deviance,
            max(self.far, other.far),
        )


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


def triangle(A: Floats) -> Floats:
    """Triangular factor of a matrix (n, k), with which it shares all products of columns: at most k rows."""
    return np.asarray(np.linalg.qr(A, mode="r"))


def sum_glm(
    X: Floats, y: Floats, w: Floats, family: str, offset: Floats | None = None, beta: Floats | None = None
) -> GlmSums:
    """Sums of some rows at given coefficients, or at the starting values of the mean.

    Parameters
    ----------
    X, y, offset
        See the module docstring; there may be no rows.
    w : (n,) array
        Weights, divided by that of one respondent.
    family : str
    beta : (k,) array, optional
        Default is the start of the iterations.
    """
    shift = np.zeros(len(y)) if offset is None else offset
    with np.errstate(all="ignore"):
        if beta is None:
            mu = _start(y, w, family)
            eta = _link(mu, family)
        else:
            eta = X @ beta + shift
            mu = mean_of(eta, family)
        slope = np.maximum(slope_of(mu, family), 1e-300)
        weight = w * slope
        columns = np.column_stack([X[:, 1:], eta - shift + (y - mu) / slope])
        total = float(weight.sum())
        centre = weight @ columns / total if total else np.zeros(columns.shape[1])
        columns -= centre
        columns *= np.sqrt(weight)[:, None]
        far = -eta if family == "poisson" else np.abs(eta)
        return GlmSums(
            total, centre, triangle(columns), deviance_of(y, mu, w, family), float(far.max(initial=-np.inf))
        )


def fit_glm(
    X: Floats,
    y: Floats,
    w: Floats,
    family: str,
    offset: Floats | None = None,
    unit: float | None = None,
) -> GlmFit:
    """Fit a model to rows that are all in memory; see :func:`iterate_glm`.

    Parameters
    ----------
    X, y, w
        See the module docstring; weights are positive.
    family : str
        One of :data:`FAMILIES`.
    offset : (n,) array, optional
    unit : float, optional
        Weight that counts as one respondent in the starting values; by default the mean weight.
    """
    unit = float(w.mean()) if unit is None else unit
    return iterate_glm(lambda beta: sum_glm(X, y, w / unit, family, offset, beta), family, unit)


def iterate_glm(sums: Callable[[Floats | None], GlmSums], family: str, unit: float) -> GlmFit:
    """Maximum (pseudo-)likelihood by iteratively reweighted least squares, from sums over the rows.

    The iterations are those of R's ``glm`` with ``epsilon = 1e-14``: the same starting values, the same stopping rule,
    and an information matrix formed with the working weights of the last iteration but one. These differ from the final
    weights by at most 1e-7, which is visible in the last digits of a covariance when two programs are compared.

    Parameters
    ----------
    sums : function
        Returns :func:`sum_glm` of all rows at given coefficients, or at the start (None). Each call is a pass over the
        rows; a linear model needs one.
    family : str
        One of :data:`FAMILIES`.
    unit : float
        Weight of one respondent, by which the weights were divided.

    Returns
    -------
    GlmFit
        ``converged`` is False if the likelihood has no maximum (see
        :func:`literacy.kernels.models.separation.find_direction`).
    """
    held = sums(None)
    beta = before = np.zeros(len(held.centre))
    converged, iterations = False, 0
    used = held
    for iterations in range(1, MAX_ITERATIONS + 1):
        used = held
        new = _solve(used)
        if not np.isfinite(new).all():
            break
        if family == "linear":
            # the residual sum of squares is what is left of the working outcome below the triangle
            k = len(new)
            rest = unit * float((used.factor[k - 1 :, k - 1] ** 2).sum())
            return GlmFit(new, *_invert(used, unit), new, rest, held.far, 1, True)
        step = 1.0
        for _ in range(30):  # halve steps that overflow
            trial = new if step == 1.0 else beta + step * (new - beta)
            made = sums(trial)
            if iterations == 1 or (np.isfinite(made.deviance) and made.deviance <= 2 * held.deviance + 1.0):
                break
            step /= 2
        change = float(np.abs(trial - beta).max()) if iterations > 1 else np.inf
        before, beta = beta, trial
        close = abs(made.deviance - held.deviance) / (abs(made.deviance) + 0.1) < 1e-14 and iterations > 1
        held = made
        if close or change <= 1e-13 * (1.0 + float(np.abs(beta).max())):
            converged = True
            break
    inverse = _invert(used, unit)
    return GlmFit(beta, *inverse, before, unit * held.deviance, held.far, iterations, converged)


def _solve(sums: GlmSums) -> Floats:
    """Least-squares solution (k,) from the centred factor, with scaled columns."""
    k = len(sums.centre)
    A, b = sums.factor[:, : k - 1], sums.factor[:, k - 1]
    if not (np.isfinite(sums.factor).all() and np.isfinite(sums.centre).all()):
        return np.full(k, np.nan)
    length = np.sqrt((A**2).sum(axis=0))
    length[length == 0] = 1.0
    A = A / length
    if _is_singular(A):
        slopes = np.linalg.lstsq(A, b, rcond=None)[0] / length
    else:
        from scipy.linalg import solve_triangular

        slopes = solve_triangular(A[: k - 1], b[: k - 1]) / length
    return np.concatenate([[sums.centre[-1] - sums.centre[:-1] @ slopes], slopes])


def _is_singular(A: Floats) -> bool:
    """Whether a triangular factor (r, k) with columns of length 1 is not of full rank."""
    return len(A) < A.shape[1] or bool(np.abs(np.diag(A)).min(initial=1.0) < 1e-13)


def _invert(sums: GlmSums, unit: float) -> tuple[Floats, float, Floats]:
    """Inverse information (k, k), weight and centre (k - 1,), in units of the weights."""
    k = len(sums.centre)
    A, centre, weight = sums.factor[:, : k - 1], sums.centre[:-1], unit * sums.weight
    if not np.isfinite(A).all():
        return np.full((k, k), np.nan), weight, centre
    length = np.sqrt((A**2).sum(axis=0))
    length[length == 0] = 1.0
    root = np.linalg.pinv(A / length) / length[:, None]
    slopes = root @ root.T / unit
    cross = -slopes @ centre
    first = 1.0 / weight if weight else np.nan
    return np.block([[first - centre @ cross, cross[None, :]], [cross[:, None], slopes]]), weight, centre


def glm_influence(X: Floats, y: Floats, fit: GlmFit, family: str, offset: Floats | None = None) -> Floats:
    """Influence (n, k) of each row on the coefficients, before weighting: ``A^-1 x (y - mu)``."""
    shift = 0.0 if offset is None else offset
    mu = mean_of(X @ fit.coefficients + shift, family)
    score = y - mu
    if family != "linear":
        final = np.maximum(slope_of(mu, family), 1e-300)
        used = np.maximum(slope_of(mean_of(X @ fit.before + shift, family), family), 1e-300)
        score = score / final * used
    out = np.empty(X.shape)
    # about the centre, so that precision does not depend on the location of the columns
    out[:, 1:] = ((X[:, 1:] - fit.centre) * score[:, None]) @ fit.inverse[1:, 1:]
    out[:, 0] = score / fit.weight - out[:, 1:] @ fit.centre
    return out


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
