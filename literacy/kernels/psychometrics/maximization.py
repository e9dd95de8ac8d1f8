"""Maximisation of the marginal likelihood: EM steps with quasi-Newton acceleration.

A gradient EM step is the gradient divided by the complete-data information [L]_. Its slow convergence where much
information is missing is accelerated by limited-memory quasi-Newton updates of that information [J]_; a step is taken
only if the likelihood does not decrease. Final Newton steps with the observed information settle the last digits and
verify that the solution is a maximum.
References
----------
.. [J] Jamshidian, M., Jennrich, R. I. (1997). Acceleration of the EM algorithm by using quasi-Newton methods.
   JRSS B 59, 569-587.
.. [L] Lange, K. (1995). A gradient algorithm locally equivalent to the EM algorithm. JRSS B 57, 425-437.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.psychometrics.layout import Layout
from literacy.kernels.psychometrics.marginal import Grid, Value, evaluate, observed_information
from literacy.kernels.psychometrics.patterns import Patterns

Floats = NDArray[np.float64]

MEMORY = 30
HALVINGS = 30
STEEPEST = 60.0
"""Slope beyond which an item is a step between two grid points: its likelihood increases without bound."""
SETTLED = 1e-10
"""Squared distance from the maximum, in standard errors, at which the iterations stop."""
EXACT = 1e-14
"""The same for the final Newton steps."""
THINNED = 10_000
"""Size of the systematic subsample of patterns on which large data are fitted first."""


@dataclass(frozen=True, slots=True)
class Maximum:
    """Result of the maximisation.

    Attributes
    ----------
    layout : Layout
        The layout, with slopes that diverged fixed.
    values : (f,) array
    information : (f, f) array
        Observed information at the values.
    loglik : float
        Log likelihood without the prior.
    iterations : int
        Number of passes over the data.
    converged : bool
    runaway : tuple of int
        Items whose slope diverged.
    """

    layout: Layout
    values: Floats
    information: Floats
    loglik: float
    iterations: int
    converged: bool
    runaway: tuple[int, ...]


def maximise(
    layout: Layout, start: Floats, data: Patterns, grid: Grid, limit: int = 500, curvature: bool = True
) -> Maximum:
    """Maximise the marginal likelihood from the whole vector ``start`` (p,).

    Parameters
    ----------
    layout, data, grid
        Parameters of the test, answers, quadrature grid.
    limit : int
        Maximum number of passes over the data.
    curvature : bool
        Whether the observed information of all patterns is required; otherwise it is taken from a subsample of large
        data.
    """
    runaway: list[int] = []
    used = 0
    values = _pick(layout, start)
    while True:
        known = None
        if len(data.weight) > 3 * THINNED:
            part, share = _thin(data)
            first = _climb(layout, values, part, grid, limit, None)
            values = first.values
            known = observed_information(layout, values, part, grid) / share
        found = _climb(layout, values, data, grid, limit - used, known)
        used += found.iterations
        values = found.values
        gone = _steep(layout, values)
        if not gone:
            break
        runaway += gone
        places = np.concatenate([np.arange(layout.starts[j], layout.starts[j + 1]) for j in gone])
        whole = layout.whole(values)
        layout = layout.with_fixed(places, whole)
        values = _pick(layout, whole)
    information = (
        known if known is not None and not curvature else observed_information(layout, values, data, grid)
    )
    values, information, value, more, settled = _settle(layout, values, information, data, grid)
    return Maximum(
        layout, values, information, value.loglik, used + more, settled and not runaway, tuple(runaway)
    )


def _pick(layout: Layout, whole: Floats) -> Floats:
    """Free values from the whole vector; tied parameters take the mean over their positions."""
    live = layout.slot >= 0
    count = np.bincount(layout.slot[live], minlength=layout.free)
    return np.bincount(layout.slot[live], whole[live], layout.free) / np.maximum(count, 1)


def _steep(layout: Layout, values: Floats) -> list[int]:
    slopes = layout.starts[:-1]
    steep = (np.abs(layout.whole(values)[slopes]) > STEEPEST) & (layout.slot[slopes] >= 0)
    return [int(j) for j in np.flatnonzero(steep)]


def _thin(data: Patterns) -> tuple[Patterns, float]:
    """Systematic subsample of the patterns, and its share of the total weight."""
    kept = np.arange(0, len(data.weight), len(data.weight) // THINNED)
    part = Patterns(
        data.cells[kept], data.rows, data.bases, data.always, data.weight[kept],
        np.searchsorted(kept, data.bounds),
    )  # fmt: skip
    return part, float(part.weight.sum() / data.weight.sum())


@dataclass(frozen=True, slots=True)
class _Found:
    values: Floats
    iterations: int


def _climb(
    layout: Layout, values: Floats, data: Patterns, grid: Grid, limit: int, known: Floats | None
) -> _Found:
    """Quasi-Newton steps until the expected gain is negligible; ``known`` replaces the complete-data information."""
    here = evaluate(layout, values, data, grid)
    used = 1
    pairs: list[tuple[Floats, Floats]] = []
    while used < limit and layout.free:
        solve = _solver(here.complete if known is None else known)
        step = _direction(here.gradient, pairs, solve)
        gain = float(here.gradient @ step)
        if not gain > 0:
            pairs, step = [], solve(here.gradient)
            gain = float(here.gradient @ step)
        if gain < SETTLED or not np.isfinite(gain):
            break
        taken, there, tries = _search(layout, values, step, _longest(step), here, gain, data, grid)
        used += tries
        if there is None:
            if not pairs:
                break
            pairs = []
            continue
        moved, change = taken - values, here.gradient - there.gradient
        if moved @ change > 1e-12 * np.linalg.norm(moved) * np.linalg.norm(change):
            pairs = [*pairs[-MEMORY + 1 :], (moved, change)]
        values, here = taken, there
        if _steep(layout, values):
            break
    return _Found(values, used)


def _longest(step: Floats) -> float:
    """Largest fraction of a step that moves no parameter by more than 3."""
    widest = float(np.abs(step).max(initial=0.0))
    return 3.0 / widest if widest > 3.0 else 1.0


def _search(
    layout: Layout,
    values: Floats,
    step: Floats,
    size: float,
    here: Value,
    gain: float,
    data: Patterns,
    grid: Grid,
) -> tuple[Floats, Value | None, int]:
    noise = 1e-13 * abs(here.penalised)
    for tries in range(1, HALVINGS + 1):
        taken = values + size * step
        there = evaluate(layout, taken, data, grid)
        if there.penalised >= here.penalised + 1e-4 * size * gain - noise:
            return taken, there, tries
        size /= 2
    return values, None, HALVINGS


def _solver(matrix: Floats) -> Callable[[Floats], Floats]:
    """Return a solver for a symmetric matrix, made positive definite where it is not."""
    scale = np.sqrt(np.maximum(np.abs(np.diag(matrix)), 1e-12))
    size, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    size = np.maximum(size, 1e-8 * max(1.0, float(size[-1])))

    def solve(right: Floats) -> Floats:
        out: Floats = (vectors @ ((vectors.T @ (right / scale)) / size)) / scale
        return out

    return solve


def _direction(
    gradient: Floats, pairs: list[tuple[Floats, Floats]], solve: Callable[[Floats], Floats]
) -> Floats:
    """Two-loop recursion: inverse information, corrected by the update pairs, times the gradient."""
    left = gradient.copy()
    shares = []
    for moved, change in reversed(pairs):
        share = (moved @ left) / (moved @ change)
        shares.append(share)
        left -= share * change
    out = solve(left)
    for (moved, change), share in zip(pairs, reversed(shares), strict=True):
        out += moved * (share - (change @ out) / (moved @ change))
    return out


def _settle(
    layout: Layout, values: Floats, information: Floats, data: Patterns, grid: Grid
) -> tuple[Floats, Floats, Value, int, bool]:
    """Newton steps with the observed information; also returns whether the solution is a maximum."""
    here = evaluate(layout, values, data, grid)
    if not layout.free:
        return values, information, here, 1, True
    used = 1
    for _ in range(12):
        positive = bool(np.linalg.eigvalsh(information)[0] > 0) if np.isfinite(information).all() else False
        if not positive:
            return values, information, here, used, False
        step = np.linalg.solve(information, here.gradient)
        gain = float(here.gradient @ step)
        if gain < EXACT:
            break
        there = evaluate(layout, values + step, data, grid)
        used += 1
        better = np.linalg.solve(information, there.gradient) @ there.gradient
        if not better < gain:
            break
        if gain > 1e-2:
            information = observed_information(layout, values + step, data, grid)
        values, here = values + step, there
    gain = float(here.gradient @ np.linalg.solve(information, here.gradient))
    return values, information, here, used, gain < 1e-6
