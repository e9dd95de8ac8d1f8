"""Calibration: weights as close as possible to the base weights that reproduce population totals.

Deville and Särndal (1992), "Calibration estimators in survey sampling", JASA 87: 376-382: minimise a distance between
new and old weights subject to ``sum(w * x) = totals``. The solution is ``w = base * F(x'eta / sigma2)``; ``eta`` is
found by a damped Newton method on the convex dual problem. Rows with the same ``x`` get the same ratio, so all
functions here work on cells: distinct rows of ``x`` with their summed base weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ratio = Callable[[Floats], tuple[Floats, Floats]]
DISTANCES = ("linear", "raking", "logit")
_HALVINGS = 40
_FLOOR = 1e-3


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Result of a calibration.

    Attributes
    ----------
    ratio : (C,) ratio of new to base weight of each cell.
    iterations : number of Newton steps.
    error : (k,) relative difference between each weighted total and its target.
    converged : whether every error is within the tolerance.
    eta : (k,) coefficients: ``ratio = F(x @ eta / sigma2)``.
    """

    ratio: Floats
    iterations: int
    error: Floats
    converged: bool
    eta: Floats


def make_ratio(distance: str, lower: Floats | float, upper: Floats | float) -> Ratio:
    """Return the function F of a distance, truncated at the bounds, together with its derivative.

    Parameters
    ----------
    distance : "linear" (F = 1 + u), "raking" (F = exp u) or "logit" (sigmoid between the bounds; requires
        0 <= lower < 1 < upper, both finite)
    lower, upper : scalar or (C,) bounds of the ratio

    Returns
    -------
    function of u (C,) giving F(u) and F'(u), both (C,)
    """
    if distance == "logit":
        width = np.subtract(upper, lower)
        slope = width / ((np.subtract(upper, 1.0)) * (np.subtract(1.0, lower)))
        shift = np.log(np.subtract(1.0, lower)) - np.log(np.subtract(upper, 1.0))

        def logit(u: Floats) -> tuple[Floats, Floats]:
            z = np.clip(slope * u + shift, -700.0, 700.0)
            share = 1.0 / (1.0 + np.exp(-z))
            rest = 1.0 / (1.0 + np.exp(z))
            return lower + width * share, width * slope * share * rest

        return logit

    if distance == "raking":

        def raking(u: Floats) -> tuple[Floats, Floats]:
            free = np.exp(np.clip(u, -700.0, 700.0))
            return np.clip(free, lower, upper), np.where((free > lower) & (free < upper), free, 0.0)

        return raking

    def linear(u: Floats) -> tuple[Floats, Floats]:
        free = 1.0 + u
        return np.clip(free, lower, upper), ((free > lower) & (free < upper)).astype(np.float64)

    return linear


def independent_columns(x: Floats, weights: Floats, tolerance: float = 1e-9) -> NDArray[np.intp]:
    """Indices of independent columns that span ``x`` (C, k), by pivoted QR; earlier columns are not preferred."""
    from scipy.linalg import qr

    if x.shape[1] == 0:
        return np.empty(0, dtype=np.intp)
    scaled = x * np.sqrt(np.abs(weights))[:, None]
    length = np.sqrt((scaled**2).sum(axis=0))
    scaled /= np.where(length > 0, length, 1.0)
    r, pivot = qr(scaled, mode="r", pivoting=True)
    size = np.abs(np.diag(r))
    rank = int((size > tolerance * size[0]).sum()) if size.size and size[0] > 0 else 0
    return np.sort(pivot[:rank])


def relative_error(x: Floats, weights: Floats, totals: Floats, scale: Floats) -> Floats:
    """Difference (k,) between weighted column sums of ``x`` and the totals, relative to ``scale`` (k,)."""
    error: Floats = np.abs(weights @ x - totals) / scale
    return error


def error_scale(x: Floats, base: Floats, totals: Floats) -> Floats:
    """Scale (k,) of relative errors: the total, or a millionth of the sum of absolute values if that is larger."""
    gross = np.abs(base) @ np.abs(x)
    scale = np.maximum(np.abs(totals), 1e-6 * gross)
    return np.where(scale > 0, scale, 1.0)


def calibrate_cells(
    x: Floats,
    base: Floats,
    totals: Floats,
    *,
    distance: str = "linear",
    lower: Floats | float = -np.inf,
    upper: Floats | float = np.inf,
    sigma2: Floats | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 100,
) -> Calibrated:
    """Calibrate the weights of cells to population totals.

    Parameters
    ----------
    x : (C, k) auxiliary values of each cell; columns may be linearly dependent
    base : (C,) summed base weights, nonnegative
    totals : (k,) population totals, in the units of ``x``
    distance : one of :data:`DISTANCES`
    lower, upper : scalar or (C,) bounds of the ratio of new to base weight
    sigma2 : (C,) working variances (R's ``variance``); None means all 1
    tolerance : largest relative error allowed in any total
    max_iterations : maximum number of Newton steps

    Returns
    -------
    Calibrated; ``converged`` is False if the totals were not reproduced (possibly because no weights can do so).

    References
    ----------
    Deville & Särndal (1992), JASA 87: 376-382; bounds as in their case 6 (logit) and case 7 (truncation).
    """
    keep = independent_columns(x, base)
    scale = np.sqrt(base @ x[:, keep] ** 2)
    spread = np.ones(len(base)) if sigma2 is None else sigma2
    z = x[:, keep] / scale / spread[:, None]
    target = totals[keep] / scale
    reached = error_scale(x, base, totals)
    function = make_ratio(distance, lower, upper)
    weighted = base[:, None] * z * spread[:, None]

    def gradient(eta: Floats) -> tuple[Floats, Floats, Floats]:
        ratio, slope = function(z @ eta)
        return ratio @ weighted - target, ratio, slope

    eta = np.zeros(len(keep))
    grad, ratio, slope = gradient(eta)
    error = relative_error(x, base * ratio, totals, reached)
    steps, polished = 0, False
    while steps < max_iterations and not (polished and error.max(initial=0.0) <= tolerance):
        polished = bool(error.max(initial=0.0) <= tolerance)
        direction = _newton_step(weighted, z, slope, grad)
        size, trial = _line_search(gradient, eta, direction, float(grad @ direction))
        if trial is None:
            break
        new_error = relative_error(x, base * trial[1], totals, reached)
        if polished and new_error.max(initial=0.0) >= error.max(initial=0.0):
            break
        eta, (grad, ratio, slope), error = eta + size * direction, trial, new_error
        steps += 1
    full = np.zeros(x.shape[1])
    full[keep] = eta / scale
    return Calibrated(ratio, steps, error, bool(error.max(initial=0.0) <= tolerance), full)


def _newton_step(weighted: Floats, z: Floats, slope: Floats, grad: Floats) -> Floats:
    """Solve the Newton equations; if too many cells are at a bound, a small slope is added to theirs."""
    hessian = (weighted * slope[:, None]).T @ z
    size = np.linalg.eigvalsh(hessian) if hessian.size else np.ones(1)
    if not size[-1] > 0 or size[0] < 1e-12 * size[-1]:
        top = max(float(slope.max(initial=0.0)), 1e-300)
        lent = np.maximum(slope, _FLOOR * min(top, 1.0) if top > 1e-300 else _FLOOR)
        hessian = (weighted * lent[:, None]).T @ z
    return np.asarray(-np.linalg.lstsq(hessian, grad, rcond=1e-14)[0], dtype=np.float64)


def _line_search(
    gradient: Callable[[Floats], tuple[Floats, Floats, Floats]], eta: Floats, direction: Floats, slope0: float
) -> tuple[float, tuple[Floats, Floats, Floats] | None]:
    """Step length that sufficiently decreases the slope of the convex dual, with the gradient there."""
    if not np.isfinite(slope0) or slope0 >= 0:
        return 0.0, None
    size = 1.0
    for _ in range(_HALVINGS):
        trial = gradient(eta + size * direction)
        along = float(trial[0] @ direction)
        if np.isfinite(trial[0]).all() and along <= 0.5 * abs(slope0):
            return size, trial
        size /= 2
    return 0.0, None
