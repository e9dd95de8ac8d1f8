"""Marginal likelihood: abilities integrated out over a normal population.

The integral is approximated by a sum over equally spaced points. For a smooth integrand that vanishes at both ends this
is very accurate once the points are closer together than the narrowest posterior is wide.

References
----------
.. [B] Bock, R. D., Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: application of an EM
   algorithm. Psychometrika 46, 443-459.
.. [L] Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. JRSS B 44, 226-233.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.psychometrics.layout import (
    Layout,
    complete_curvature,
    complete_gradient,
    complete_information,
    floor_penalty,
)
from literacy.kernels.psychometrics.patterns import BLOCK, Patterns
from literacy.kernels.psychometrics.responding import log_derivative

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PAIRS = 2**21
"""Maximum number of elements of an array of products held at a time."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Equally spaced points with normal weights that sum to 1: ``points`` (q,), ``log_weights`` (q,)."""

    points: Floats
    log_weights: Floats


def make_grid(low: float = -6.0, high: float = 6.0, number: int = 61) -> Grid:
    """Equally spaced points from ``low`` to ``high``, with standard normal weights."""
    points = np.linspace(low, high, number)
    log_weights = -0.5 * points**2
    return Grid(points, log_weights - np.log(np.exp(log_weights).sum()))


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior of a block of rows: ``part`` of the patterns, probabilities (b, q) and log likelihood (b,)."""

    part: slice
    group: int
    chance: Floats
    loglik: Floats


def posteriors(layout: Layout, whole: Floats, data: Patterns, grid: Grid) -> Iterator[Posterior]:
    """Posterior of the ability at the points, block by block."""
    for g in range(layout.groups):
        table = layout.log_table(whole, layout.nodes(whole, grid.points, g))
        slope = data.contrasts(table)
        base = table[data.always].sum(axis=0) + grid.log_weights
        for start in range(int(data.bounds[g]), int(data.bounds[g + 1]), BLOCK):
            part = slice(start, min(start + BLOCK, int(data.bounds[g + 1])))
            line = data.cells[part].astype(np.float64) @ slope
            line += base
            top = line.max(axis=1)
            line -= top[:, None]
            np.exp(line, out=line)
            mass = line.sum(axis=1)
            line /= mass[:, None]
            yield Posterior(part, g, line, np.log(mass) + top)


@dataclass(frozen=True, slots=True)
class Value:
    """Log likelihood, penalised log likelihood, gradient (f,) and complete-data information (f, f)."""

    loglik: float
    penalised: float
    gradient: Floats
    complete: Floats


def expected_counts(
    layout: Layout, whole: Floats, data: Patterns, grid: Grid
) -> tuple[float, list[Floats], list[Floats]]:
    """Log likelihood, and for each group the expected counts of categories (categories, q) and of persons (q,)."""
    q = len(grid.points)
    counts = [np.zeros((data.cells.shape[1], q)) for _ in range(layout.groups)]
    persons = [np.zeros(q) for _ in range(layout.groups)]
    total = 0.0
    for block in posteriors(layout, whole, data, grid):
        weight = data.weight[block.part]
        total += float(weight @ block.loglik)
        mass = block.chance
        mass *= weight[:, None]
        counts[block.group] += data.cells[block.part].astype(np.float64).T @ mass
        persons[block.group] += mass.sum(axis=0)
    size = int(layout.firsts[-1])
    full = [data.expand(c, n, size) for c, n in zip(counts, persons, strict=True)]
    return total, full, persons


def evaluate(layout: Layout, values: Floats, data: Patterns, grid: Grid) -> Value:
    """Log likelihood and its derivatives at the free values."""
    whole = layout.whole(values)
    loglik, counts, persons = expected_counts(layout, whole, data, grid)
    gradient, complete = np.zeros(len(whole)), np.zeros((len(whole), len(whole)))
    for g in range(layout.groups):
        theta = layout.nodes(whole, grid.points, g)
        gradient += complete_gradient(layout, whole, theta, counts[g])
        complete += complete_information(layout, whole, theta, counts[g])
        at, n, z = layout.group_place(g), persons[g], grid.points
        sd = np.exp(whole[at + 1])
        gradient[at : at + 2] = (n @ z / sd, n @ (z**2 - 1))
        complete[at, at], complete[at + 1, at + 1] = n.sum() / sd**2, 2 * n.sum()
    prior, slope, bend = floor_penalty(layout, whole)
    complete[np.diag_indices(len(whole))] += bend
    return Value(loglik, loglik + prior, layout.gather(gradient + slope), layout.gather_square(complete))


def _score_tables(layout: Layout, whole: Floats, theta: Floats) -> Floats:
    """Derivatives (categories, q, p) of the log probabilities by position."""
    out = np.zeros((layout.firsts[-1], len(theta), len(whole)))
    for b in layout.batches:
        slope = log_derivative(b.kind, whole[b.places], theta)
        for i in range(len(b.items)):
            out[b.rows[i][:, None, None], np.arange(len(theta))[None, :, None], b.places[i]] = slope[i]
    return out


@dataclass(frozen=True, slots=True)
class _Scorer:
    """Precomputed tables that turn a posterior into scores of one group; see :func:`row_scores`."""

    base: Floats
    columns: Ints
    places: Ints
    slopes: Floats
    steps: Floats


def _scorer(layout: Layout, whole: Floats, data: Patterns, grid: Grid, group: int) -> _Scorer:
    theta = layout.nodes(whole, grid.points, group)
    tables = _score_tables(layout, whole, theta)
    base = tables[data.always].sum(axis=0)
    at = layout.group_place(group)
    base[:, at] = grid.points / np.exp(whole[at + 1])
    base[:, at + 1] = grid.points**2 - 1
    steps = data.contrasts(tables)
    columns, places = np.nonzero(np.abs(steps).max(axis=1) > 0)
    return _Scorer(base, columns, places, steps[columns, :, places].T, steps)


def row_scores(layout: Layout, values: Floats, data: Patterns, grid: Grid) -> Floats:
    """Derivatives (n, f) of every pattern's log likelihood with respect to the free parameters."""
    whole = layout.whole(values)
    scorers = [_scorer(layout, whole, data, grid, g) for g in range(layout.groups)]
    out = np.empty((len(data.weight), layout.free))
    for block in posteriors(layout, whole, data, grid):
        out[block.part] = layout.gather(_block_scores(scorers[block.group], block, data, len(whole)))
    return out


def _block_scores(scorer: _Scorer, block: Posterior, data: Patterns, size: int) -> Floats:
    chance = block.chance
    cells = data.cells[block.part].astype(np.float64)
    out: Floats = chance @ scorer.base
    moved = (chance @ scorer.slopes) * cells[:, scorer.columns]
    spread = np.zeros((len(scorer.places), size))
    spread[np.arange(len(scorer.places)), scorer.places] = 1.0
    out += moved @ spread
    return out


def observed_information(layout: Layout, values: Floats, data: Patterns, grid: Grid) -> Floats:
    """Observed information (f, f) of log likelihood and prior: complete information less missing information."""
    whole = layout.whole(values)
    _, counts, persons = expected_counts(layout, whole, data, grid)
    size, q = len(whole), len(grid.points)
    known = np.zeros((size, size))
    missing = np.zeros((size, size))
    scorers = [_scorer(layout, whole, data, grid, g) for g in range(layout.groups)]
    width = data.cells.shape[1]
    first, second = np.triu_indices(width)
    pairs = [np.zeros((q, len(first))) for _ in scorers]
    room = max(64, PAIRS // max(1, len(first)))
    for block in posteriors(layout, whole, data, grid):
        weight = data.weight[block.part]
        scores = _block_scores(scorers[block.group], block, data, size)
        missing -= (scores * weight[:, None]).T @ scores
        cells = data.cells[block.part].astype(np.float64)
        mass = block.chance * weight[:, None]
        for start in range(0, len(cells), room):
            rows = slice(start, start + room)
            pairs[block.group] += mass[rows].T @ (cells[rows][:, first] * cells[rows][:, second])
    for g, scorer in enumerate(scorers):
        theta = layout.nodes(whole, grid.points, g)
        known += complete_curvature(layout, whole, theta, counts[g])
        at, n, z = layout.group_place(g), persons[g], grid.points
        sd = np.exp(whole[at + 1])
        known[at, at] += n.sum() / sd**2
        known[at, at + 1] += 2 * (n @ z) / sd
        known[at + 1, at] += 2 * (n @ z) / sd
        known[at + 1, at + 1] += 2 * (n @ z**2)
        for i in range(q):
            step, base = scorer.steps[:, i], scorer.base[i]
            answers = counts[g][data.rows, i] @ step
            missing += n[i] * np.outer(base, base) + np.outer(base, answers) + np.outer(answers, base)
            square = np.zeros((width, width))
            square[first, second] = square[second, first] = pairs[g][i]
            missing += step.T @ square @ step
    _, _, bend = floor_penalty(layout, whole)
    known[np.diag_indices(size)] += bend
    return layout.gather_square(known - missing)
