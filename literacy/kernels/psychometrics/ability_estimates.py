"""Ability estimates: posterior mean and mode, maximum and weighted likelihood, and the posterior given a sum score.

References
----------
.. [W] Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory. Psychometrika 54, 427-450.
.. [L] Lord, F. M., Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
   Applied Psychological Measurement 8, 453-461.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.psychometrics.layout import Layout
from literacy.kernels.psychometrics.marginal import Grid, posteriors
from literacy.kernels.psychometrics.patterns import BLOCK, NOT_ASKED, Patterns, make_patterns
from literacy.kernels.psychometrics.responding import scale_derivatives

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

REACH = 20.0
"""Bound of the search, in both directions; a likelihood still rising there has no finite maximum."""
STEPS = 8001
ROUNDS = 100


def posterior_moments(layout: Layout, whole: Floats, data: Patterns, grid: Grid) -> tuple[Floats, Floats]:
    """Posterior mean and standard deviation of the ability for every pattern, each (n,)."""
    mean, sd = np.empty(len(data.weight)), np.empty(len(data.weight))
    for block in posteriors(layout, whole, data, grid):
        theta = layout.nodes(whole, grid.points, block.group)
        mean[block.part] = block.chance @ theta
        square = block.chance @ theta**2
        sd[block.part] = np.sqrt(np.maximum(square - mean[block.part] ** 2, 0.0))
    return mean, sd


@dataclass(frozen=True, slots=True)
class Curves:
    """Test information and the bias term of the weighted likelihood at points of the scale, each (q,)."""

    information: Floats
    bias: Floats


def test_curves(layout: Layout, whole: Floats, theta: Floats, items: NDArray[np.bool_]) -> Curves:
    """Fisher information of the chosen items at ``theta``, and its derivative."""
    information, bias = np.zeros(len(theta)), np.zeros(len(theta))
    for b in layout.batches:
        kept = items[b.items]
        if kept.any():
            chance, first, second = scale_derivatives(b.kind, whole[b.places[kept]], theta)
            safe = np.maximum(chance, 1e-300)
            information += (first**2 / safe).sum(axis=(0, 1))
            bias += (2 * first * second / safe - (first / safe) ** 2 * first).sum(axis=(0, 1))
    return Curves(information, bias)


def expected_score(layout: Layout, whole: Floats, theta: Floats) -> Floats:
    """Expected score (j, q) of every item at points of the scale, categories scored from 0."""
    chance = np.exp(layout.log_table(whole, theta))
    out = np.empty((len(layout.kinds), len(theta)))
    for b in layout.batches:
        out[b.items] = np.einsum("k,mkq->mq", np.arange(b.rows.shape[1]), chance[b.rows])
    return out


def estimate_positions(
    layout: Layout, whole: Floats, codes: Bytes, method: str, mean: float = 0.0, sd: float = 1.0
) -> tuple[Floats, Floats]:
    """Ability and standard error of every row by ``ml``, ``map`` or ``wle``.

    The weighted likelihood is the likelihood times the square root of the information, as in R mirt; except for the 3PL
    this is Warm's bias correction [W]_.

    Parameters
    ----------
    layout, whole
        Item parameters.
    codes : (n, j) uint8
    method : str
    mean, sd : float
        Parameters of the normal prior of ``map``.

    Returns
    -------
    position (n,), standard error (n,)
        Infinite, with standard error NaN, where the likelihood has no finite maximum. The error is based on the
        curvature of the maximised function, or on Fisher's information where that curvature is not positive (3PL).
    """
    position, error = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    asked = codes != NOT_ASKED
    packed = np.ascontiguousarray(np.packbits(asked, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    if asked.all():
        forms = [np.ones(len(codes), bool)]
    else:
        _, first, place = np.unique(keys, return_index=True, return_inverse=True)
        forms = [place.ravel() == i for i in range(len(first))] if len(first) <= 50 else []
        if not forms:
            return _search_each(layout, whole, codes, method, mean, sd)
    for rows in forms:
        items = asked[np.argmax(rows)]
        if not items.any():
            continue
        if all(k == "divide" for k, i in zip(layout.kinds, items, strict=True) if i):
            found = _invert(layout, whole, codes[rows], items, method, mean, sd)
        else:
            found = _search_each(layout, whole, codes[rows], method, mean, sd)
        position[rows], error[rows] = found
    return position, error


def _invert(
    layout: Layout, whole: Floats, codes: Bytes, items: NDArray[np.bool_], method: str, mean: float, sd: float
) -> tuple[Floats, Floats]:
    """Estimates from the sufficient slope-weighted score, whose score equation is tabulated once and inverted."""
    from scipy.interpolate import CubicSpline

    slopes = np.where(items, whole[layout.starts[:-1]], 0.0)
    theta = np.linspace(-REACH, REACH, STEPS)
    curves = test_curves(layout, whole, theta, items)
    expected = slopes @ expected_score(layout, whole, theta)
    height = expected.copy()
    if method == "wle":
        height -= curves.bias / (2 * np.maximum(curves.information, 1e-300))
    if method == "map":
        height += (theta - mean) / sd**2
    if not (np.diff(height) > 0).all():
        good = np.concatenate([[True], np.diff(height) > 0])
        if not good[np.abs(theta) < 8].all():
            return _search_each(layout, whole, codes, method, mean, sd)
        low, high = theta[~good & (theta < 0)], theta[~good & (theta > 0)]
        keep = (theta > (low.max() if len(low) else -np.inf)) & (
            theta < (high.min() if len(high) else np.inf)
        )
        theta, height = theta[keep], height[keep]
    scored = np.empty(len(codes))
    for start in range(0, len(codes), 16 * BLOCK):
        part = codes[start : start + 16 * BLOCK]
        scored[start : start + 16 * BLOCK] = np.where(part == NOT_ASKED, 0, part).astype(np.float64) @ slopes
    curve = CubicSpline(theta, height)
    slope = curve.derivative()
    position = np.interp(scored, height, theta)
    inside = (scored > height[0]) & (scored < height[-1])
    for _ in range(3):
        away = (curve(position) - scored) / np.maximum(slope(position), 1e-12)
        position = np.where(
            inside, np.clip(position - np.clip(away, -0.5, 0.5), theta[0], theta[-1]), position
        )
    position = np.where(scored <= height[0], -np.inf, np.where(scored >= height[-1], np.inf, position))
    if method == "ml":  # all right or all wrong: no finite maximum, despite rounding
        top = np.where(slopes > 0, layout.categories - 1, 0) @ slopes
        bottom = np.where(slopes < 0, layout.categories - 1, 0) @ slopes
        position = np.where(
            scored >= top - 1e-9, np.inf, np.where(scored <= bottom + 1e-9, -np.inf, position)
        )
    error = np.full(len(position), np.nan)
    finite = np.isfinite(position)
    error[finite] = 1 / np.sqrt(np.maximum(slope(position[finite]), 1e-300))
    return position, error


def _search_each(
    layout: Layout, whole: Floats, codes: Bytes, method: str, mean: float, sd: float
) -> tuple[Floats, Floats]:
    """Estimates row by row, in blocks: the best point of a grid, refined by safeguarded secant steps."""
    position, error = np.empty(len(codes)), np.empty(len(codes))
    grid = np.linspace(-8, 8, 65)
    table = layout.log_table(whole, grid)
    size = max(64, BLOCK * 20 // max(1, len(layout.kinds)))
    for start in range(0, len(codes), size):
        block = codes[start : start + size]
        cells = make_patterns(block, np.zeros(len(block), np.int64), np.ones(len(block)), layout)
        line = cells.cells.astype(np.float64) @ cells.contrasts(table) + table[cells.always].sum(axis=0)
        if method == "map":
            line -= 0.5 * ((grid - mean) / sd) ** 2
        first = grid[np.argmax(line, axis=1)]
        part = slice(start, start + size)
        position[part], error[part] = _secant(layout, whole, block, first, method, mean, sd)
    return position, error


def _equation(
    layout: Layout, whole: Floats, codes: Bytes, theta: Floats, method: str, mean: float, sd: float
) -> tuple[Floats, Floats]:
    """Left-hand side of the score equation and information of the items asked, each (n,)."""
    value, information, bias = np.zeros(len(theta)), np.zeros(len(theta)), np.zeros(len(theta))
    for b in layout.batches:
        chance, first, second = scale_derivatives(b.kind, whole[b.places], theta)
        safe = np.maximum(chance, 1e-300)
        seen = codes[:, b.items].T
        asked = seen != NOT_ASKED
        pick = np.where(asked, seen, 0)[:, None, :]
        rate = np.take_along_axis(first / safe, pick.astype(np.int64), axis=1)[:, 0]
        value += np.where(asked, rate, 0.0).sum(axis=0)
        information += np.where(asked, (first**2 / safe).sum(axis=1), 0.0).sum(axis=0)
        bend = (2 * first * second / safe - (first / safe) ** 2 * first).sum(axis=1)
        bias += np.where(asked, bend, 0.0).sum(axis=0)
    if method == "wle":
        value += bias / (2 * np.maximum(information, 1e-300))
    if method == "map":
        value -= (theta - mean) / sd**2
        information = information + 1 / sd**2
    return value, information


def _secant(
    layout: Layout, whole: Floats, codes: Bytes, first: Floats, method: str, mean: float, sd: float
) -> tuple[Floats, Floats]:
    """Root of the score equation: bracketed around the starting value, then bisection and Illinois interpolation."""
    low, high = first - 0.3, first + 0.3
    at_low, _ = _equation(layout, whole, codes, low, method, mean, sd)
    at_high, _ = _equation(layout, whole, codes, high, method, mean, sd)
    for _ in range(60):
        rise, fall = (at_low <= 0) & (low > -REACH), (at_high >= 0) & (high < REACH)
        if not (rise | fall).any():
            break
        low = np.where(rise, np.maximum(low - 0.6, -REACH), low)
        high = np.where(fall, np.minimum(high + 0.6, REACH), high)
        at_low, _ = _equation(layout, whole, codes, low, method, mean, sd)
        at_high, _ = _equation(layout, whole, codes, high, method, mean, sd)
    below, above = at_low <= 0, at_high >= 0
    middle = first.copy()
    for _ in range(ROUNDS):
        gap = np.where(at_low == at_high, 1.0, at_low - at_high)
        middle = np.clip(low + (high - low) * at_low / gap, low, high)
        value, _ = _equation(layout, whole, codes, middle, method, mean, sd)
        rising = value > 0
        at_high = np.where(rising, at_high * 0.5, value)
        at_low = np.where(rising, value, at_low * 0.5)
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        if (np.minimum(high - low, np.abs(value)) < 1e-10).all():
            break
    position = np.where(below, -np.inf, np.where(above, np.inf, middle))
    finite = np.isfinite(position)
    at = np.where(finite, position, 0.0)
    _, information = _equation(layout, whole, codes, at, method, mean, sd)
    right, _ = _equation(layout, whole, codes, at + 1e-4, method, mean, sd)
    left, _ = _equation(layout, whole, codes, at - 1e-4, method, mean, sd)
    bend = (left - right) / 2e-4
    bend = np.where(bend > 0, bend, information)
    asked = (codes != NOT_ASKED).any(axis=1)
    position = np.where(asked, position, np.nan)
    return position, np.where(finite & asked, 1 / np.sqrt(np.maximum(bend, 1e-300)), np.nan)


def score_distribution(layout: Layout, whole: Floats, theta: Floats, skip: int = -1) -> Floats:
    """Distribution (scores, q) of the sum score at points of the scale, optionally with one item left out [L]_."""
    chance = np.exp(layout.log_table(whole, theta))
    out = np.ones((1, len(theta)))
    for j, k in enumerate(layout.categories):
        if j == skip:
            continue
        rows = chance[layout.firsts[j] : layout.firsts[j + 1]]
        grown = np.zeros((len(out) + int(k) - 1, len(theta)))
        for c in range(int(k)):
            grown[c : c + len(out)] += out * rows[c]
        out = grown
    return out


def sum_score_moments(
    layout: Layout, whole: Floats, grid: Grid, group: int = 0
) -> tuple[Floats, Floats, Floats]:
    """Posterior mean and standard deviation of the ability given each sum score, and the score's probability."""
    theta = layout.nodes(whole, grid.points, group)
    joint = score_distribution(layout, whole, theta) * np.exp(grid.log_weights)
    mass = joint.sum(axis=1)
    mean = joint @ theta / mass
    return mean, np.sqrt(np.maximum(joint @ theta**2 / mass - mean**2, 0.0)), mass
