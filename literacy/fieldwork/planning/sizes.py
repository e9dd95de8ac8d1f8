"""Sample sizes for a given precision, for detecting a difference, or for showing that a goal is reached."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.kernels.design.intervals import t_quantile
from literacy.kernels.fieldwork.sizes import (
    difference_variance,
    proof_power,
    size_for_difference,
    size_for_margin,
    size_for_proof,
)
from literacy.messages import tell


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SizePlan(Printable):
    """A sample size and its assumptions.

    Attributes
    ----------
    aim : {"margin", "difference", "proof"}
        Purpose: half-width of an interval; detection of a difference between two waves or groups; proof of a goal.
    interviews : int
        Interviews required (in each of the two samples, for a difference).
    approach : int
        People to approach, given the response rate.
    margin : float
        Half-width of the interval at that size (also for a difference or a proof).
    power : float
        Probability of detecting the difference or proving the goal; NaN for a margin.
    level, deff, response : float
        Assumptions.
    notes : tuple of str
    """

    aim: str
    interviews: int
    approach: int
    margin: float
    power: float
    level: float
    deff: float
    response: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the plan in one row."""
        names = ("aim", "interviews", "approach", "margin", "power", "level", "deff", "response")
        return pd.DataFrame([{n: getattr(self, n) for n in names}])

    def _title(self) -> str:
        return tell("Sample size: {} interviews, {} people to approach", self.interviews, self.approach)

    def _notes(self) -> list[str]:
        return list(self.notes)


def plan_size(
    share: float | None = None, margin: float | None = None, *, sd: float | None = None, other: float | None = None,
    other_sd: float | None = None, difference: float | None = None, goal: float | None = None,
    power: float | None = None, sides: int = 2, overlap: float = 0.0, correlation: float = 0.0, level: float = 0.95,
    deff: float = 1.0, population: float | None = None, response: float = 1.0,
) -> int:  # fmt: skip
    """Return the number of people to approach.

    Parameters
    ----------
    share : float, optional
        Expected share (for a goal: the true share at which it should be proven). With ``sd`` a mean is planned instead.
    margin : float, optional
        Required half-width of the interval of the share or mean, or of the difference if ``other`` (``other_sd``) is
        given.
    sd : float, optional
        Expected standard deviation, for a mean.
    other, other_sd : float, optional
        Share or standard deviation in the other wave or group; the result is the size of each sample.
    difference : float, optional
        For means: the true difference to be detected (for shares it is ``other`` minus ``share``).
    goal : float, optional
        Level to be proven: the whole interval (with ``sides=1`` its single limit) must lie beyond it.
    power : float, optional
        Probability of detecting the difference or proving the goal; default 0.8 for a goal. For a difference give
        either ``margin`` or ``power``.
    sides : {2, 1}
        2: a two-sided interval of ``level`` (2.5 % in each tail at 0.95); 1: a one-sided limit of ``level``.
    overlap, correlation : float
        Fraction of people in both samples (a panel), and the correlation of their two answers.
    level : float
        Confidence level.
    deff : float
        Expected design effect of clustering and weights combined.
    population : float, optional
        Population size; default infinite. Only for a margin.
    response : float
        Expected response rate, 0-1.

    Returns
    -------
    int
        People to approach (in each sample); see :func:`explain_size` for details.

    Raises
    ------
    LiteracyError
        ``estimate.option`` for values out of range or incompatible options; ``plan.size``.

    Examples
    --------
    >>> plan_size(0.5, 0.03)
    1068
    >>> plan_size(0.135, goal=0.12, power=0.8)
    3863
    """
    return explain_size(
        share,
        margin,
        sd=sd,
        other=other,
        other_sd=other_sd,
        difference=difference,
        goal=goal,
        power=power,
        sides=sides,
        overlap=overlap,
        correlation=correlation,
        level=level,
        deff=deff,
        population=population,
        response=response,
    ).approach


def explain_size(
    share: float | None = None, margin: float | None = None, *, sd: float | None = None, other: float | None = None,
    other_sd: float | None = None, difference: float | None = None, goal: float | None = None,
    power: float | None = None, sides: int = 2, overlap: float = 0.0, correlation: float = 0.0, level: float = 0.95,
    deff: float = 1.0, population: float | None = None, response: float = 1.0,
) -> SizePlan:  # fmt: skip
    """Return the size of :func:`plan_size` with its interviews, margin and power (same arguments).

    Parameters
    ----------
    share, margin, sd, other, other_sd, difference, goal, power, sides, overlap, correlation, level, deff, population
        As in :func:`plan_size`.
    response
        As in :func:`plan_size`.

    Returns
    -------
    SizePlan

    Examples
    --------
    >>> found = lit.explain_size(0.12, 0.02, deff=1.5, response=0.8).to_frame()
    >>> found[["interviews", "approach"]].iloc[0].tolist()
    [1522, 1902]
    """
    _check(
        share,
        margin,
        sd,
        other,
        other_sd,
        difference,
        goal,
        power,
        sides,
        overlap,
        correlation,
        level,
        deff,
        population,
        response,
    )
    whole = math.inf if population is None else float(population)
    two = other is not None or other_sd is not None or difference is not None
    if share is None and sd is None:
        raise _option(
            "share", tell("neither a share nor a standard deviation"), tell("give share= or, for a mean, sd=")
        )
    if goal is not None:
        if share is None or sd is not None or two or margin is not None:
            raise _option(
                "goal",
                tell("can be used only with share="),
                tell("give the share at which the proof is to succeed"),
            )
        return _proof(share, goal, 0.8 if power is None else power, sides, level, deff, population, response)
    variance = share * (1 - share) if sd is None and share is not None else float(sd or 0.0) ** 2
    if not two:
        if margin is None or power is not None:
            raise _option(
                "margin",
                tell("a share or a mean is planned for a margin of error"),
                tell("give margin=, or goal= or other="),
            )
        n = size_for_margin(variance, margin, level, deff, whole)
        notes = (tell("half the {:.0%} interval is {:g}, design effect {:g}", level, margin, deff),)
        return _plan("margin", n, margin, math.nan, level, deff, response, notes)
    second = (
        variance
        if other_sd is None and other is None
        else (other * (1 - other) if other is not None else float(other_sd or 0) ** 2)
    )
    spread = difference_variance(variance, second, overlap, correlation)
    gap = abs(other - share) if other is not None and share is not None else difference
    shared = (
        tell("; {:.0%} of the people are in both, correlation {:g}", overlap, correlation) if overlap else ""
    )
    if (margin is None) == (power is None):
        raise _option(
            "margin",
            tell("a difference is planned either for a margin of error or for a power"),
            tell("give margin= or power=, not both"),
        )
    if margin is not None:
        n = size_for_margin(spread, margin, level, deff, math.inf)
        notes = (
            tell(
                "in each sample: half the {:.0%} interval for the difference is {:g}{}", level, margin, shared
            ),
        )
        return _plan("difference", n, margin, math.nan, level, deff, response, notes)
    if not gap:
        raise _option(
            "difference",
            tell("there is no difference to detect"),
            tell("give other= (shares) or difference= (means)"),
        )
    n = size_for_difference(spread, gap, level, float(power or 0), sides, deff)
    half = float(t_quantile(np.inf, level)) * math.sqrt(deff * spread / n)
    notes = (
        tell("in each sample: a true difference of {:g} is detected with power {:.0%}{}", gap, power, shared),
    )
    return _plan("difference", n, half, float(power or 0), level, deff, response, notes)


def _proof(
    share: float,
    goal: float,
    power: float,
    sides: int,
    level: float,
    deff: float,
    population: float | None,
    response: float,
) -> SizePlan:
    if share == goal:
        raise _option(
            "goal",
            tell("the expected share equals the goal: no sample size can prove it"),
            tell("expect another share"),
        )
    n = size_for_proof(share, goal, level, power, sides, deff)
    if population is not None and n > population:
        raise LiteracyError(
            "plan.size",
            where=f"goal={goal}",
            what=tell("requires {:,} interviews, but there are {:,.0f} people", n, population),
            fix="assume a share further from the goal, a lower power, or a smaller design effect",
        )
    reached = proof_power(n, share, goal, level, sides, deff, share > goal)
    half = float(t_quantile(np.inf, level)) * math.sqrt(deff * share * (1 - share) / n)
    limit = (
        tell("the whole {:.0%} interval lies", level)
        if sides == 2
        else tell("the one-sided {:.0%} limit lies", level)
    )
    beyond = tell("above") if share > goal else tell("below")
    notes = (
        tell(
            "proven: {} {} {:g}; if the true value is {:g} this happens with probability {:.1%}",
            limit,
            beyond,
            goal,
            share,
            reached,
        ),
        tell("exact binomial with a design effect of {:g}; interval on the logit scale", deff),
    )
    return _plan("proof", n, half, reached, level, deff, response, notes)


def _plan(
    aim: str, n: float, margin: float, power: float, level: float, deff: float, response: float, notes: tuple[str, ...]
) -> SizePlan:  # fmt: skip
    if response < 1:
        notes = (
            *notes,
            tell("{:.0%} of those approached will respond: an assumption of the plan", response),
        )
    return SizePlan(aim, _whole(n), _whole(n / response), margin, power, level, deff, response, notes)


def _whole(n: float) -> int:
    return math.ceil(n - 1e-9)


def _check(
    share: float | None, margin: float | None, sd: float | None, other: float | None, other_sd: float | None,
    difference: float | None, goal: float | None, power: float | None, sides: int, overlap: float, correlation: float,
    level: float, deff: float, population: float | None, response: float,
) -> None:  # fmt: skip
    shares = {"share": share, "other": other, "goal": goal, "power": power, "level": level}
    rules: list[tuple[str, object, bool]] = [(k, v, v is None or 0 < v < 1) for k, v in shares.items()]
    above = {"sd": sd, "other_sd": other_sd, "deff": deff, "population": population}
    rules += [(k, v, v is None or (v > 0 and math.isfinite(v))) for k, v in above.items()]
    rules += [
        ("margin", margin, margin is None or (0 < margin < 1 if sd is None else margin > 0)),
        ("difference", difference, difference is None or difference != 0),
        ("response", response, 0 < response <= 1),
        ("overlap", overlap, 0 <= overlap <= 1),
        ("correlation", correlation, -1 < correlation < 1),
        ("sides", sides, sides in (1, 2)),
    ]
    for name, value, fine in rules:
        if not fine:
            raise _option(
                f"{name}={value}",
                "out of range",
                tell("shares and levels must lie between 0 and 1, sizes above 0"),
            )


def _option(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("estimate.option", where=where, what=what, fix=fix)
