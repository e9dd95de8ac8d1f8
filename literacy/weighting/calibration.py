"""Calibration to totals of levels, groups and numeric variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy._latetable import LateTable
from literacy.errors import LiteracyError, option
from literacy.kernels.weighting.calibration import DISTANCES
from literacy.kernels.weighting.cells import multiply_cells, sum_rows
from literacy.kernels.weighting.feasibility import Bounds
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.weighting.adjustments import LinearAdjustment, RakingAdjustment
from literacy.weighting.coded_columns import read_quantity
from literacy.weighting.diagnostics import finish_step
from literacy.weighting.problem import Problem, build_problem
from literacy.weighting.raking import VARIANCES, check_control, not_converged, solve_system
from literacy.weighting.reweighted_replicates import System, calibrate_replicates
from literacy.weighting.weight_scales import scale_probes

Floats = NDArray[np.float64]
BoundsLike = tuple[float | None, float | None] | Sequence[float | None] | None


def calibrate(
    sample: Sample,
    margins: Any,
    *,
    distance: str = "linear",
    bounds: BoundsLike = None,
    bounds_on: str = "ratio",
    aggregate: int | None = None,
    working_variance: str | None = None,
    allow_negative: bool = False,
    variance: str = "calibrate",
    tolerance: float = 1e-10,
    max_iterations: int = 100,
) -> Sample:
    """Calibrate weights to totals of levels, overlapping groups and numeric columns (R's ``calibrate``).

    Parameters
    ----------
    sample : Sample
        Rows with weight 0 are outside the universe and remain unchanged.
    margins : Margins or mapping
        ``{"stype": {"E": 4421, ...}}`` levels of a column; ``{("a", "b"): {("x", "y"): 10, ...}}`` crossed columns;
        ``{"api99": 3914069}`` the total of a numeric column; ``{"group": {"group_youth": 21000, ...}}`` groups that may
        overlap, as 0/1 columns; ``{"(population)": 6194}`` the population size (R's intercept; already implied by a
        table of levels). Inner mappings may also be Series and DataFrames.
    distance : {"linear", "raking", "logit"}
        Distance between old and new weights that is minimised (Deville & Särndal 1992).
    bounds : (lower, upper), optional
        Bounds of the ratio of new to old weight; None leaves one side open. "logit" needs both, with lower < 1 < upper.
    bounds_on : {"ratio", "weight"}
        "weight": the bounds apply to the new weights themselves (R's ``bounds.const``).
    aggregate : int, optional
        Give all members of a sampling unit of this stage (1 = first) the same ratio (R's ``aggregate.stage``). Base
        weights must be equal within units; otherwise the totals cannot be reproduced and an error is raised.
    working_variance : str, optional
        Column of positive working variances (R's ``variance``); the larger, the less a weight is changed.
    allow_negative : bool
        Allow negative weights, which linear calibration without a lower bound can produce; otherwise they are an error.
    variance : {"calibrate", "rake"}
        Residuals used for standard errors; see :func:`rake`. "rake" requires margins of levels only.
    tolerance, max_iterations : float, int
        Largest relative error of a total; maximum number of Newton steps.

    Returns
    -------
    Sample
        With new weights, ``weighting`` and one more sentence in ``history``. Each replicate is calibrated separately.

    Raises
    ------
    LiteracyError
        ``weighting.infeasible``: no weights within the bounds reproduce the totals; names the smallest set of margins
        in conflict. ``weighting.negative``, ``weighting.convergence``, ``weighting.level``, ``weighting.totals``,
        ``weighting.value``.

    Examples
    --------
    >>> table = pd.DataFrame({"sex": list("mmff"), "age": [20.0, 40.0, 30.0, 60.0], "w": 25.0})
    >>> made = lit.calibrate(lit.Sample(table, lit.Design("w")), {"sex": {"m": 48, "f": 52}})
    >>> made.weight.round(2)
    array([24., 24., 26., 26.])
    """
    option("distance", distance, DISTANCES, "weighting.value")
    option("variance", variance, VARIANCES, "weighting.value")
    option("bounds_on", bounds_on, ("ratio", "weight"), "weighting.value")
    check_control(tolerance, max_iterations)
    limits = read_bounds(bounds, distance, bounds_on, allow_negative)
    extra = {}
    if bounds_on == "weight" and bounds is not None:
        extra["weight"] = sample.weight
    if working_variance is not None:
        extra["sigma2"] = _read_variance(sample, working_variance)
    problem = build_problem(sample, margins, extra=extra)
    if variance == "rake" and (problem.quantities or aggregate is not None):
        raise LiteracyError(
            "weighting.value",
            where="variance='rake'",
            what="only margins of levels can be swept out",
            fix="use variance='calibrate'",
        )
    prepared = _prepare(sample, problem, limits, distance, aggregate, tolerance, max_iterations)
    system, base = prepared.system, prepared.base
    ratio, iterations, notes = solve_system(problem, system, prepared.bounds, base)
    weight, sums = multiply_cells(sample.weight, ratio, system.cell)
    table = _list_margins(sample, problem, system, ratio, aggregate, iterations, tolerance)
    notes += _signs(weight, ratio, allow_negative)
    if variance == "rake":
        adjustment: Any = RakingAdjustment("calibrate", weight, problem.cell, problem.codes)
    else:
        adjustment = LinearAdjustment(
            "calibrate", prepared.row_base, system.cell, ratio, system.x,
            system.sigma2 if prepared.plain_linear else None,
        )  # fmt: skip
    replicates = calibrate_replicates(sample.replicates, system, problem if aggregate is None else None)
    proxies = tell(" (proxies: {})", ", ".join(problem.proxies)) if problem.proxies else ""
    where = "" if bounds is None else f", {bounds_on}s {_write_bounds(limits)}"
    return finish_step(
        sample,
        weight,
        sums=sums,
        method=f"calibrate ({distance})",
        iterations=iterations,
        margins=table,
        columns=problem.columns,
        ratios=(float(ratio.min()), float(ratio.max())),
        adjustment=adjustment,
        replicates=replicates,
        options={
            "distance": distance,
            "bounds": limits,
            "bounds_on": bounds_on,
            "aggregate": aggregate,
            "working_variance": working_variance,
            "variance": variance,
            "tolerance": tolerance,
        },
        notes=notes,
        sentence=tell(
            "calibrated to {}{} ({} distance{})", ", ".join(problem.names), proxies, distance, where
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A calibration system with base weights of its cells (C,) and rows (n,), and the bounds of its ratios."""

    system: System
    base: Floats
    row_base: Floats
    bounds: Bounds
    plain_linear: bool


def _prepare(
    sample: Sample,
    problem: Problem,
    limits: tuple[float, float],
    distance: str,
    aggregate: int | None,
    tolerance: float,
    max_iterations: int,
) -> _Prepared:
    lower: Any = limits[0]
    upper: Any = limits[1]
    if "weight" in problem.extra:
        lower, upper = limits[0] / problem.extra["weight"], limits[1] / problem.extra["weight"]
        if distance == "logit" and not ((lower < 1).all() and (upper > 1).all()):
            raise LiteracyError(
                "weighting.value",
                where="bounds",
                what="some weights already lie outside the bounds, which the logit distance cannot correct",
                fix="use distance='raking' or 'linear'",
            )
    plain_linear = distance == "linear" and limits == (-np.inf, np.inf)
    if distance == "raking":
        lower = np.maximum(lower, 0.0) if np.ndim(lower) else max(lower, 0.0)
    cell, x, base, row_base = problem.cell, problem.auxiliary(), problem.base, sample.weight
    sigma2 = problem.extra.get("sigma2")
    if aggregate is not None:
        if np.ndim(lower):
            raise LiteracyError(
                "weighting.value",
                where="bounds_on='weight'",
                what="not together with aggregate",
                fix="give bounds for the ratio",
            )
        cell, x, sigma2 = _average_units(sample, problem, x, sigma2, aggregate)
        base = sum_rows(cell, sample.weight, len(x))
        live = sum_rows(cell, sample.weight > 0, len(x))
        row_base = np.where(sample.weight > 0, (base / live)[cell], 0.0)
    open_lower = (distance == "raking" and limits[0] <= 0) or distance == "logit"
    system = System(
        cell, x, problem.totals, distance, lower, upper, sigma2, tolerance, max_iterations,
        None if plain_linear or np.ndim(lower) else scale_probes(problem),
    )  # fmt: skip
    bounds = Bounds(lower, upper, open_lower, distance == "logit")
    return _Prepared(system, base, row_base, bounds, plain_linear)


def _average_units(
    sample: Sample, problem: Problem, x: Floats, sigma2: Floats | None, stage: int
) -> tuple[NDArray[np.int32], Floats, Floats | None]:
    """Return units of a stage as cells: the unit of each row, and unweighted means (U, k) over its respondents."""
    from scipy.sparse import csr_array

    stages = sample.codes.stages
    if not 1 <= stage <= len(stages):
        raise LiteracyError(
            "weighting.value",
            where=f"aggregate={stage}",
            what=tell("the design has {} stages with distinguishable units", len(stages)),
            fix="give the stage by its number, 1 for the first",
        )
    live = sample.weight > 0
    held, unit = np.unique(stages[stage - 1].unit[live], return_inverse=True)
    cell = np.zeros(len(live), dtype=np.int32)
    cell[live] = unit
    pairs = (np.ones(int(live.sum())), (unit, problem.cell[live]))
    counts = csr_array(pairs, shape=(len(held), len(x)))
    size = np.asarray(counts.sum(axis=1))
    mean = np.asarray(counts @ x) / size[:, None]
    return cell, mean, None if sigma2 is None else np.asarray(counts @ sigma2) / size


def _list_margins(
    sample: Sample,
    problem: Problem,
    system: System,
    ratio: Floats,
    aggregate: int | None,
    iterations: int,
    tolerance: float,
) -> LateTable:
    """Return margins before and after; ratios by unit are summed over the rows and verified."""
    if aggregate is None:
        return problem.list_margins(problem.base * ratio)
    after = sum_rows(problem.cell, sample.weight * ratio[system.cell], len(problem.base))
    table = problem.list_margins(after)
    if float(np.fmax.reduce(table.numbers("error"))) > max(100 * tolerance, 1e-9):
        raise not_converged(problem, after, iterations, tolerance)
    return table


def _signs(weight: Floats, ratio: Floats, allow_negative: bool) -> tuple[str, ...]:
    low = float(ratio.min())
    if low < 0:
        count = int((weight < 0).sum())
        if not allow_negative:
            raise LiteracyError(
                "weighting.negative",
                where="weights",
                what=tell("{} weights would be negative (smallest ratio {:.4g})", count, low),
                fix="bound the ratios, for example bounds=(0.3, 3), or use distance='raking'; "
                "allow_negative=True accepts them",
            )
        return (tell("{} weights are negative (allow_negative=True)", count),)
    if low == 0:
        return (tell("some respondents get weight 0: the lower bound is 0 and it binds"),)
    return ()


def _read_variance(sample: Sample, name: str) -> Floats:
    live = sample.weight > 0
    values = read_quantity(sample.frame, name, live, False)
    if not (values[live] > 0).all():
        raise LiteracyError(
            "weighting.value",
            where=f"working_variance={name!r}",
            what="some values are not above 0",
            fix="give positive numbers",
        )
    return np.where(live, values, 1.0)


def read_bounds(bounds: BoundsLike, distance: str, on: str, allow_negative: bool) -> tuple[float, float]:
    """Return bounds as two numbers, checked against the distance."""
    if bounds is None:
        if distance == "logit":
            raise _bad_bounds(tell("the logit distance needs a lower and an upper bound"), "bounds=(0.3, 3)")
        return (-np.inf, np.inf)
    if isinstance(bounds, str) or len(bounds) != 2:
        raise _bad_bounds(tell("{!r} is not a pair", bounds), "bounds=(0.3, 3)")
    low = -np.inf if bounds[0] is None else float(bounds[0])
    high = np.inf if bounds[1] is None else float(bounds[1])
    if not low < high:
        raise _bad_bounds(
            tell("the lower bound {:g} is not below the upper bound {:g}", low, high), "bounds=(0.3, 3)"
        )
    if high <= 0:
        raise _bad_bounds(tell("the upper bound {:g} is not above 0", high), "bounds=(0.3, 3)")
    if -np.inf < low < 0 and not allow_negative:
        raise _bad_bounds(
            tell("the lower bound {:g} lets weights become negative", low),
            tell("give a lower bound of 0 or more, or allow_negative=True"),
        )
    if distance == "logit":
        if not (np.isfinite(low) and np.isfinite(high)):
            raise _bad_bounds(tell("the logit distance needs a lower and an upper bound"), "bounds=(0.3, 3)")
        if on == "ratio" and not low < 1 < high:
            raise _bad_bounds(tell("1 does not lie between {:g} and {:g}", low, high), "bounds=(0.3, 3)")
    return (low, high)


def _bad_bounds(what: str, fix: str) -> LiteracyError:
    return LiteracyError("weighting.value", where="bounds", what=what, fix=tell("give {}", fix))


def _write_bounds(limits: tuple[float, float]) -> str:
    low, high = limits
    if np.isinf(low):
        return tell("up to {:g}", high)
    return tell("from {:g}", low) if np.isinf(high) else tell("from {:g} to {:g}", low, high)
