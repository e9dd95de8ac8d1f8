"""Trimming: truncation of extreme weights, with redistribution of the excess."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.kernels.weighting.trimming import trim_weights
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.weighting.calibration import calibrate
from literacy.weighting.diagnostics import finish_step
from literacy.weighting.problem import check_weights

Floats = NDArray[np.float64]


def trim(
    sample: Sample,
    upper: float | None = None,
    lower: float | None = None,
    *,
    strict: bool = False,
    unit: str = "weight",
    margins: Any = None,
) -> Sample:
    """Trim weights to an interval and distribute the excess over the others (R's ``trimWeights``).

    Parameters
    ----------
    sample : Sample
        Rows with weight 0 are outside the universe and remain unchanged.
    upper, lower : float, optional
        Limits of the interval; a side without a limit is open.
    strict : bool
        Redistribution can push weights over the limit again. True repeats until none is outside; False (R's default)
        stops after one round and reports how many remain outside.
    unit : {"weight", "mean", "median"}
        Unit of the limits: weights, or multiples of the mean or median weight.
    margins : Margins or mapping, optional
        Trimming moves the sample away from its margins. If given, the trimmed weights are calibrated to the margins
        again (raking distance), within the same limits.

    Returns
    -------
    Sample
        The sum of the weights is preserved. Replicate weights are multiplied by the same ratios as the weights, because
        the limits apply to weights, not to replicates that count some units several times (R's ``trimWeights`` for
        replicates truncates those). With ``margins`` each replicate is calibrated.

    Raises
    ------
    LiteracyError
        ``weighting.infeasible``: no weights within the limits preserve the sum (R then loses part of it silently).

    Examples
    --------
    >>> made = lit.trim(sample, upper=1.5, unit="mean")
    >>> made.weighting.to_frame().shape[0] > 0
    True
    >>> bool(np.isclose(made.weight.sum(), sample.weight.sum()))
    True
    """
    option("unit", unit, ("weight", "mean", "median"), "weighting.value")
    check_weights(sample)
    live = sample.weight > 0
    before = sample.weight[live]
    low, high = _read_limits(lower, upper, before, unit)
    total = float(before.sum())
    for limit, sign, word in ((high, 1, "at most"), (low, -1, "at least")):
        if sign * (total - limit * len(before)) > 1e-12 * total:
            raise LiteracyError(
                "weighting.infeasible",
                where="upper" if sign > 0 else "lower",
                what=tell(
                    "{} weights of {} {:.6g} add up to {} {:,.6g}; the weights add up to {:,.6g}",
                    len(before),
                    word,
                    limit,
                    word,
                    limit * len(before),
                    total,
                ),
                fix=tell(
                    "the mean weight is {:.6g}: set the limits on both sides of it", total / len(before)
                ),
            )
    done = trim_weights(before, low, high, strict)
    if not done.converged:
        raise LiteracyError(
            "weighting.convergence",
            where="trim",
            what=tell("after {} rounds some weights are still outside the limits", done.rounds),
            fix="widen the limits",
        )
    weight = sample.weight.copy()
    weight[live] = done.weights
    left = int(((done.weights < low) | (done.weights > high)).sum())
    notes: tuple[str, ...] = (
        tell(
            "{} of {} weights lay outside {:.6g} to {:.6g} and were trimmed", done.cut, len(before), low, high
        ),
    )
    if left:
        notes += (
            tell(
                "{} weights are outside again after redistribution; strict=True repeats until none is", left
            ),
        )
    replicates = sample.replicates
    if replicates is not None and done.cut:
        ratio = np.ones(len(weight))
        ratio[live] = done.weights / before
        replicates = replicates.evolve(base=replicates.base * ratio)
    trimmed = finish_step(
        sample,
        weight,
        method="trim",
        iterations=done.rounds,
        replicates=replicates,
        options={"upper": high, "lower": low, "strict": strict},
        notes=notes,
        sentence=tell(
            "trimmed to {:.6g} to {:.6g}: {} of {} weights trimmed", low, high, done.cut, len(before)
        ),
    )
    if margins is None:
        return trimmed
    limits = (None if low == 0.0 else low, None if np.isinf(high) else high)
    return calibrate(trimmed, margins, distance="raking", bounds=limits, bounds_on="weight")


def _read_limits(lower: float | None, upper: float | None, weight: Floats, unit: str) -> tuple[float, float]:
    if lower is None and upper is None:
        raise LiteracyError(
            "weighting.value", where="trim", what="no limit", fix="give upper=, lower= or both"
        )
    size = {"weight": 1.0, "mean": float(weight.mean()), "median": float(np.median(weight))}[unit]
    low = 0.0 if lower is None else float(lower) * size
    high = np.inf if upper is None else float(upper) * size
    if not (low >= 0 and high > low):
        raise LiteracyError(
            "weighting.value",
            where="trim",
            what=tell("the limits {:g} and {:g} do not form an interval of positive weights", low, high),
            fix="give lower < upper, both above 0",
        )
    return low, high
