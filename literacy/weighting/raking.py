"""Raking: weights adjusted to several margins simultaneously."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy._readable import own_heading
from literacy.errors import LiteracyError, option
from literacy.kernels.weighting.cells import multiply_cells
from literacy.kernels.weighting.feasibility import Bounds
from literacy.kernels.weighting.raking import rake_cells
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.weighting.adjustments import LinearAdjustment, RakingAdjustment
from literacy.weighting.conflicts import MAX_CELLS, free_bounds, refuse_conflict
from literacy.weighting.diagnostics import finish_step
from literacy.weighting.problem import Problem, build_problem
from literacy.weighting.reweighted_replicates import System, calibrate_replicates, rake_replicates
from literacy.weighting.weight_scales import scale_probes

Floats = NDArray[np.float64]
VARIANCES = ("rake", "calibrate")
PROOF = 1e-6  # ratios below this may be converging to zero, if only zero weights reproduce the margins


def rake(
    sample: Sample,
    margins: Any,
    *,
    max_ratio: float | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
    variance: str = "rake",
) -> Sample:
    """Rake weights to the totals of several margins (R's ``rake``).

    Parameters
    ----------
    sample : Sample
        Rows with weight 0 are outside the universe and remain unchanged.
    margins : Margins or mapping
        Tables of levels, possibly of crossed columns: ``{"sex": {1: 27107, 2: 25999}, ("age", "edu"): {("18-29", 1):
        812, ...}}``. Groups that may overlap are 0/1 columns: ``{"group": {"group_youth": 21000, "group_workers":
        15000}}``; each is converted to a table of members and all others.
    max_ratio : float, optional
        Upper bound of the ratio of new to old weight. Instead of iterative proportional fitting, the same distance
        (Kullback-Leibler) is then minimised subject to the bound by Newton's method: weights are ``base *
        min(exp(x'eta), max_ratio)`` (Deville & Särndal 1992, case 7). If the bound is not binding, the result is that
        of raking. If all totals are more than 20 times the weighted sums (weights on another scale), the bound applies
        after rescaling, as in R's ``calibrate``.
    tolerance : float
        Largest relative error of any level's total; not reaching it is an error.
    max_iterations : int
        Maximum number of sweeps over all margins (Newton steps with ``max_ratio``).
    variance : {"rake", "calibrate"}
        The weights equal those of ``calibrate(distance="raking")``, for which R has two standard errors. "rake" (as R's
        ``rake``): residuals from unweighted group means in ten sweeps over the margins. "calibrate" (as R's
        ``calibrate``): residuals of a regression weighted by the base weights. Both are consistent; they differ where
        weights vary within levels.

    Returns
    -------
    Sample
        With new weights, ``weighting`` and one more sentence in ``history``. Each replicate is raked.

    Raises
    ------
    LiteracyError
        ``weighting.infeasible``: no weights (within ``max_ratio``) reproduce the margins; names the smallest set of
        margins in conflict. ``weighting.convergence``, ``weighting.level``, ``weighting.totals``, ``weighting.value``.

    Examples
    --------
    >>> margins = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
    >>> raked = rake(sample, margins)  # doctest: +SKIP
    """
    option("variance", variance, VARIANCES, "weighting.value")
    check_control(tolerance, max_iterations)
    if max_ratio is not None and not max_ratio > 0:
        raise LiteracyError(
            "weighting.value",
            where="max_ratio",
            what=tell("{!r} is not above 0", max_ratio),
            fix="give a ratio such as 5",
        )
    problem = build_problem(sample, margins, members_as_tables=True)
    options = {"max_ratio": max_ratio, "tolerance": tolerance, "variance": variance}
    notes: tuple[str, ...] = ()
    if max_ratio is None:
        done = rake_cells(
            problem.codes, problem.base, problem.targets, tolerance=tolerance, max_iterations=max_iterations
        )
        # positive weights that reproduce the margins prove feasibility; otherwise the linear programme decides
        if not done.converged or float((done.weights / problem.base).min()) < PROOF:
            refuse_conflict(problem, free_bounds())
        if not done.converged:
            raise not_converged(problem, done.weights, done.iterations, tolerance)
        ratio, iterations = done.weights / problem.base, done.iterations
        replicates = rake_replicates(sample.replicates, problem, tolerance, max_iterations)
    else:
        system = System(
            problem.cell, problem.auxiliary(), problem.totals, "raking", 0.0, max_ratio, None,
            tolerance, max_iterations, scale_probes(problem),
        )  # fmt: skip
        ratio, iterations, notes = solve_system(problem, system, Bounds(0.0, max_ratio, open_lower=True))
        replicates = calibrate_replicates(sample.replicates, system, problem)
    weight, sums = multiply_cells(sample.weight, ratio, problem.cell)
    if variance == "rake":
        adjustment: Any = RakingAdjustment("rake", weight, problem.cell, problem.codes)
    else:
        adjustment = LinearAdjustment("rake", sample.weight, problem.cell, ratio, problem.auxiliary())
    proxies = tell(" (proxies: {})", ", ".join(map(own_heading, problem.proxies))) if problem.proxies else ""
    cap = "" if max_ratio is None else tell(" with ratios up to {:g}", max_ratio)
    return finish_step(
        sample,
        weight,
        sums=sums,
        method="rake",
        iterations=iterations,
        margins=problem.list_margins(problem.base * ratio),
        columns=problem.columns,
        ratios=(float(ratio.min()), float(ratio.max())),
        adjustment=adjustment,
        replicates=replicates,
        options=options,
        notes=notes,
        sentence=tell("raked to {}{}{}", ", ".join(map(own_heading, problem.names)), proxies, cap),
    )


def solve_system(
    problem: Problem, system: System, bounds: Bounds, base: Floats | None = None
) -> tuple[Floats, int, tuple[str, ...]]:
    """Solve a calibration system, or report why it is infeasible: ratios (C,), iterations, notes.

    Feasibility is tested first if there are few cells, otherwise only after a failure.
    """
    weights = problem.base if base is None else base
    factor = system.rescaling(weights)
    few = len(weights) <= MAX_CELLS
    if few:
        refuse_conflict(problem, bounds, system.x, weights * factor)
    done, _ = system.solve(weights)
    if not done.converged:
        if not few:
            refuse_conflict(problem, bounds, system.x, weights * factor)
        raise not_converged(
            problem, weights * factor * done.ratio, done.iterations, system.tolerance, system.x
        )
    notes = () if factor == 1.0 else (
        tell("all totals are more than 20 times the weighted sums: base weights were first "
             "multiplied by {:.6g}, and bounds apply after that", factor),
    )  # fmt: skip
    return done.ratio * factor, done.iterations, notes


def not_converged(
    problem: Problem, weights: Floats, iterations: int, tolerance: float, x: Floats | None = None
) -> LiteracyError:
    """Return the error for weights (C,) that do not reproduce the margins."""
    sums = problem.sums(weights) if x is None else weights @ x
    goal = problem.totals
    error = np.abs(sums - goal) / np.where(goal != 0, np.abs(goal), 1.0)
    worst = int(np.argmax(error))
    name, level = problem.labels()[worst]
    return LiteracyError(
        "weighting.convergence",
        where=tell("margin {!r}", name),
        what=tell(
            "after {} iterations {} is {:,.10g} instead of {:,.10g} (relative error {:.1e}, allowed {:.1e})",
            iterations,
            level or name,
            sums[worst],
            goal[worst],
            error[worst],
            tolerance,
        ),
        fix="allow more iterations, combine small levels, or widen the bounds",
    )


def check_control(tolerance: float, max_iterations: int) -> None:
    """Raise an error for an invalid tolerance or number of iterations."""
    if not 0 < tolerance < 1:
        raise LiteracyError(
            "weighting.value",
            where="tolerance",
            what=tell("{!r} is not between 0 and 1", tolerance),
            fix="use 1e-10",
        )
    if max_iterations < 1:
        raise LiteracyError(
            "weighting.value",
            where="max_iterations",
            what=tell("{!r} is below 1", max_iterations),
            fix="use 1000",
        )
