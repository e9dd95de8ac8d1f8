"""Scale transformation through common items: old = slope * new + intercept.

References
----------
.. [H] Haebara, T. (1980). Equating logistic ability scales by a weighted least squares method. Japanese Psychological
   Research 22, 144-149.
.. [Hb] Haberman, S. J. (2009). Linking parameter estimates derived from an item response model through separate
   calibrations. ETS RR-09-40.
.. [K] Kolen, M. J., Brennan, R. L. (2004). Test Equating, Scaling, and Linking, chapter 6.
.. [S] Stocking, M. L., Lord, F. M. (1983). Developing a common metric in item response theory. APM 7, 201-210.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.psychometrics.ability_estimates import expected_score
from literacy.kernels.psychometrics.layout import Layout

Floats = NDArray[np.float64]

METHODS = ("mean_mean", "mean_sigma", "haebara", "stocking_lord", "haberman", "robust")
BISQUARE = 4.685


def transform(layout: Layout, whole: Floats, slope: float, intercept: float) -> Floats:
    """Item and group parameters transformed to the old scale."""
    out = whole.copy()
    for b in layout.batches:
        values = whole[b.places]
        steps = np.arange(1, b.rows.shape[1]) if b.kind == "divide" else np.ones(b.rows.shape[1] - 1)
        out[b.places[:, 0]] = values[:, 0] / slope
        last = b.rows.shape[1]
        out[b.places[:, 1:last]] = values[:, 1:last] - steps * values[:, :1] * intercept / slope
    for g in range(layout.groups):
        at = layout.group_place(g)
        out[at] = slope * whole[at] + intercept
        out[at + 1] = whole[at + 1] + np.log(abs(slope))
    return out


def locations(layout: Layout, whole: Floats) -> tuple[Floats, Floats]:
    """Slope and mean threshold of every item, each (j,)."""
    slopes, middles = np.empty(len(layout.kinds)), np.empty(len(layout.kinds))
    for b in layout.batches:
        values = whole[b.places]
        last = b.rows.shape[1]
        slopes[b.items] = values[:, 0]
        if b.kind == "divide":
            middles[b.items] = -values[:, last - 1] / (last - 1) / values[:, 0]
        else:
            middles[b.items] = -(values[:, 1:last] / values[:, :1]).mean(axis=1)
    return slopes, middles


def thresholds(layout: Layout, whole: Floats) -> Floats:
    """Thresholds of all items: crossings of neighbouring categories (graded: where P(X >= k) is one half)."""
    out = []
    for b in layout.batches:
        values = whole[b.places]
        steps = values[:, 1 : b.rows.shape[1]]
        if b.kind == "divide":
            steps = np.diff(steps, axis=1, prepend=0.0)
        out.append((-steps / values[:, :1]).ravel())
    return np.concatenate(out)


def find_link(
    method: str, new: tuple[Layout, Floats], old: tuple[Layout, Floats], theta: Floats, mass: Floats,
    fixed_slope: bool = False,
) -> tuple[float, float]:  # fmt: skip
    """Slope and intercept that transform the new scale to the old one.

    Parameters
    ----------
    method : str
        One of :data:`METHODS`.
    new, old : (layout, whole)
        Common items in the same order.
    theta, mass : (q,)
        Points of the old scale at which curves are compared, and their weights.
    fixed_slope : bool
        Fix the slope at 1.
    """
    a_new, b_new = locations(*new)
    a_old, b_old = locations(*old)
    ratio = np.abs(a_new / a_old)
    if method in ("mean_mean", "mean_sigma"):
        # all thresholds have equal weight, as in R plink
        every_new, every_old = thresholds(*new), thresholds(*old)
        if fixed_slope:
            slope = 1.0
        elif method == "mean_sigma":
            slope = float(np.std(every_old) / np.std(every_new))
        else:
            slope = float(np.abs(a_new).mean() / np.abs(a_old).mean())
        return slope, float(every_old.mean() - slope * every_new.mean())
    if method == "haberman":
        slope = 1.0 if fixed_slope else float(np.exp(np.log(ratio).mean()))
        return slope, float((b_old - slope * b_new).mean())
    if method == "robust":
        slope = 1.0 if fixed_slope else float(np.exp(_robust_mean(np.log(ratio))))
        return slope, _robust_mean(b_old - slope * b_new)
    return _match_curves(method, new, old, theta, mass, fixed_slope)


def _robust_mean(values: Floats) -> float:
    """Tukey's biweight mean, starting from the median."""
    centre = float(np.median(values))
    for _ in range(100):
        spread = 1.4826 * float(np.median(np.abs(values - centre)))
        if spread <= 1e-12 * max(1.0, abs(centre)):
            return centre
        away = (values - centre) / (BISQUARE * spread)
        weight = np.where(np.abs(away) < 1, (1 - away**2) ** 2, 0.0)
        moved = float(weight @ values / weight.sum())
        if abs(moved - centre) < 1e-13:
            return moved
        centre = moved
    return centre


def _match_curves(
    method: str, new: tuple[Layout, Floats], old: tuple[Layout, Floats], theta: Floats, mass: Floats,
    fixed_slope: bool,
) -> tuple[float, float]:  # fmt: skip
    """Least squares on category curves (Haebara) or the test curve (Stocking and Lord), by Gauss-Newton steps."""
    from scipy.optimize import least_squares

    root = np.sqrt(mass / mass.sum())
    # of two categories only one is used, as in R plink: otherwise dichotomous items would count twice
    single = [int(new[0].firsts[j]) for j, k in enumerate(new[0].categories) if k == 2]
    rows = np.delete(np.arange(int(new[0].firsts[-1])), single)
    if method == "haebara":
        meant = np.exp(old[0].log_table(old[1], theta))[rows]
    else:
        meant = expected_score(*old, theta).sum(axis=0, keepdims=True)

    def away(free: Floats) -> Floats:
        slope, intercept = (1.0, free[0]) if fixed_slope else (free[0], free[1])
        moved = transform(*new, slope, intercept)
        if method == "haebara":
            seen = np.exp(new[0].log_table(moved, theta))[rows]
        else:
            seen = expected_score(new[0], moved, theta).sum(axis=0, keepdims=True)
        out: Floats = ((seen - meant) * root).ravel()
        return out

    slope, intercept = find_link("robust", new, old, theta, mass, fixed_slope)
    start = np.array([intercept] if fixed_slope else [slope, intercept])
    found = least_squares(away, start, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14, max_nfev=2000).x
    return (1.0, float(found[0])) if fixed_slope else (float(found[0]), float(found[1]))
