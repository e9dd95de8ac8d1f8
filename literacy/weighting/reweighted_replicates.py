"""Reweighting of replicates: every replicate is calibrated to the margins separately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.weighting.calibration import Calibrated, calibrate_cells, make_ratio
from literacy.kernels.weighting.cells import sum_rows
from literacy.kernels.weighting.raking import level_sums, rake_cells
from literacy.messages import tell
from literacy.sampling import Replicates
from literacy.sampling.replication import CellLayer, Rows
from literacy.weighting.margin_inputs import write_level
from literacy.weighting.problem import Problem

Floats = NDArray[np.float64]
MAX_NUMBERS = 1 << 25  # maximum number of elements of a cells x replicates matrix
FAR_OFF = 20.0  # R's threshold


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """A calibration system, stored so that it can be solved for each replicate.

    Attributes
    ----------
    cell : (n,) cell of each row (or unit, if whole units are calibrated)
    x : (C, k) auxiliary values
    totals : (k,) population totals
    distance, lower, upper, sigma2, tolerance, max_iterations : see ``calibrate_cells``
    probes : (j, k) sums of totals by which R detects weights on another scale; None disables the test
    """

    cell: NDArray[np.int32]
    x: Floats
    totals: Floats
    distance: str
    lower: Floats | float
    upper: Floats | float
    sigma2: Floats | None
    tolerance: float
    max_iterations: int
    probes: Floats | None = None

    def rescaling(self, base: Floats) -> float:
        """Return the factor that rescales base weights (C,) if all totals are more than 20 times their weighted sums.

        R's rule (``grake``): base weights are then first multiplied by the mean of these ratios, and bounds apply to
        the rescaled weights.
        """
        if self.probes is None:
            return 1.0
        sums, goals = self.probes @ (base @ self.x), self.probes @ self.totals
        if not (sums != 0).all():
            return 1.0
        scales = goals / sums
        return float(scales.mean()) if scales.min() > FAR_OFF else 1.0

    def solve(self, base: Floats) -> tuple[Calibrated, float]:
        """Calibrate cells with base weights (C,); also returns the factor by which the base weights were rescaled."""
        factor = self.rescaling(base)
        done = calibrate_cells(
            self.x, base * factor, self.totals, distance=self.distance, lower=self.lower, upper=self.upper,
            sigma2=self.sigma2, tolerance=self.tolerance, max_iterations=self.max_iterations,
        )  # fmt: skip
        return done, factor


@dataclass(frozen=True, slots=True, eq=False)
class LinkLayer:
    """A layer of calibration with so many cells that ratios are computed from coefficients when needed.

    Attributes
    ----------
    system : the calibration system
    eta : (k, R) coefficients of the replicates
    factor : (R,) factor by which base weights were rescaled
    """

    system: System
    eta: Floats
    factor: Floats

    def block(self, rows: Rows, columns: slice) -> Floats:
        """Return the ratios (rows, columns)."""
        system = self.system
        cell = system.cell[rows]
        lower, upper = (
            b if np.ndim(b) == 0 else np.asarray(b)[cell, None] for b in (system.lower, system.upper)
        )
        u = system.x[cell] @ self.eta[:, columns]
        if system.sigma2 is not None:
            u /= system.sigma2[cell, None]
        return make_ratio(system.distance, lower, upper)(u)[0] * self.factor[columns]


def cell_weights(
    replicates: Replicates, cell: NDArray[np.int32], cells: int, columns: slice = slice(None)
) -> Floats:
    """Return summed replicate weights (C, r) of the cells, for a subset of the replicates."""
    if cells * len(replicates.factors) <= MAX_NUMBERS:
        totals = replicates.totals(np.asarray(cell, dtype=np.int64), cells, [None])
        return np.ascontiguousarray(totals[columns, :, 0].T)
    which = range(replicates.count)[columns]
    out = np.empty((cells, len(which)))
    for j, r in enumerate(which):
        out[:, j] = sum_rows(cell, replicates.weights(columns=slice(r, r + 1))[:, 0], cells)
    return out


def refuse_empty(problem: Problem, base: Floats, replicates: int) -> None:
    """Raise an error for replicates in which a level of a margin has no respondents."""
    for table, codes in zip(problem.tables, problem.codes, strict=True):
        empty = level_sums(codes, len(table.levels))(base) <= 0
        if empty.any():
            level = int(np.flatnonzero(empty.any(axis=1))[0])
            raise LiteracyError(
                "weighting.level",
                where=tell("margin {!r}", table.name),
                what=tell(
                    "in {} of {} replicates no respondent has level {!r}",
                    int(empty[level].sum()),
                    replicates,
                    write_level(table.levels[level]),
                ),
                fix="combine the level with a similar one, or use replicates that drop fewer "
                "units (JKn, Fay)",
            )


def add_cell_layer(replicates: Replicates, cell: NDArray[np.int32], factors: Floats) -> Replicates:
    """Multiply the replicate weights of each cell by factors (C, R)."""
    return replicates.evolve(layers=(*replicates.layers, CellLayer(cell, factors)))


def poststratify_replicates(replicates: Replicates | None, problem: Problem) -> Replicates | None:
    """Post-stratify every replicate; the problem must have a single table."""
    if replicates is None:
        return None
    base = cell_weights(replicates, problem.cell, len(problem.base))
    refuse_empty(problem, base, replicates.count)
    return add_cell_layer(replicates, problem.cell, problem.targets[0][problem.codes[0]][:, None] / base)


def rake_replicates(
    replicates: Replicates | None, problem: Problem, tolerance: float, max_iterations: int
) -> Replicates | None:
    """Rake all replicates simultaneously."""
    if replicates is None:
        return None
    base = cell_weights(replicates, problem.cell, len(problem.base))
    refuse_empty(problem, base, replicates.count)
    step = max(1, MAX_NUMBERS // max(len(base), 1))
    for start in range(0, base.shape[1], step):
        part = base[:, start : start + step]
        done = rake_cells(
            problem.codes, part, problem.targets, tolerance=tolerance, max_iterations=max_iterations
        )
        if not done.converged:
            raise _failed(int((done.error > tolerance).sum()), base.shape[1], float(done.error.max()))
        base[:, start : start + step] = np.divide(done.weights, part, out=np.ones_like(part), where=part > 0)
    return add_cell_layer(replicates, problem.cell, base)


def calibrate_replicates(
    replicates: Replicates | None, system: System, problem: Problem | None
) -> Replicates | None:
    """Calibrate the replicates one after another, on cells; ``problem`` is given if the cells are its own."""
    if replicates is None:
        return None
    count, cells = replicates.count, len(system.x)
    few = cells * count <= MAX_NUMBERS
    factors = np.empty((cells, count)) if few else np.empty((0, 0))
    eta, scale = np.empty((system.x.shape[1], count)), np.empty(count)
    step = max(1, MAX_NUMBERS // cells)
    failed, worst = 0, 0.0
    for start in range(0, count, step):
        base = cell_weights(replicates, system.cell, cells, slice(start, start + step))
        if problem is not None:
            refuse_empty(problem, base, count)
        for j in range(base.shape[1]):
            done, scale[start + j] = system.solve(base[:, j])
            if not done.converged:
                failed, worst = failed + 1, max(worst, float(done.error.max()))
            eta[:, start + j] = done.eta
            if few:
                factors[:, start + j] = done.ratio * scale[start + j]
    if failed:
        raise _failed(failed, count, worst)
    if few:
        return add_cell_layer(replicates, system.cell, factors)
    return replicates.evolve(layers=(*replicates.layers, LinkLayer(system, eta, scale)))


def _failed(count: int, replicates: int, worst: float) -> LiteracyError:
    return LiteracyError(
        "weighting.convergence",
        where="replicates",
        what=tell(
            "{} of {} replicates did not meet the margins (largest relative error {:.1e})",
            count,
            replicates,
            worst,
        ),
        fix="widen the bounds, combine small levels, or allow more iterations",
    )
