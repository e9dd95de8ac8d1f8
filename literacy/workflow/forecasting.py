"""The trend of the share literate from weighted waves, and goals by which it is judged."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.messages import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from literacy.estimation import Estimate
    from literacy.instrument import Goal, Instrument, Plan
    from literacy.projection import Trend
    from literacy.sampling import Sample


def share_trend(samples: dict[int, Sample], splice: str = "") -> Trend:
    """Return the trend of the share literate.

    Parameters
    ----------
    samples : mapping of year to Sample
        Weighted waves of one survey.
    splice : str
        Reason why waves of different standards may be joined; see :func:`literacy.trend`.

    Returns
    -------
    Trend

    Examples
    --------
    >>> lit.share_trend({2023: earlier, 2025: sample}).to_frame()["estimate"].round(3).tolist()
    [0.113, 0.142]
    """
    from literacy.estimation import proportion

    instrument = next(iter(samples.values())).survey()[0]
    shares = {year: proportion(sample, "literate") for year, sample in samples.items()}
    return join_waves(shares, instrument, splice)


def join_waves(shares: dict[int, Estimate], instrument: Instrument, splice: str = "") -> Trend:
    """Return the trend of the share literate over a survey's waves."""
    from literacy.instrument import place_label
    from literacy.projection import trend

    return trend(
        shares,
        area=instrument.area,
        label=place_label(instrument) or instrument.label,
        splice=splice,
    )


def empty_trend(instrument: Instrument | None) -> Trend:
    """Return an empty trend of a place that was never surveyed: the area of the survey, or an unnamed one."""
    from literacy.instrument import place_label
    from literacy.projection import trend

    if instrument is None:
        return trend({})
    return trend({}, area=instrument.area, label=place_label(instrument) or instrument.label)


def find_goals(wanted: Sequence[str], instrument: Instrument | None) -> list[Goal]:
    """Parse goals: by year (``2025``, the survey's own) or by value (``2030=0.2``: above 20 %; ``>=``: at least)."""
    from literacy.instrument import load_goal
    from literacy.projection import set_goal

    goals = []
    for text in wanted:
        match = re.fullmatch(r"\s*(\d{4})\s*(?:(>=|=|>)\s*([0-9.]+)\s*(%?))?\s*", text)
        try:
            value = float(match[3]) / (100 if match[4] else 1) if match and match[3] else None
        except ValueError:
            match = value = None
        if match is None:
            raise LiteracyError(
                "cli.usage",
                where=f"--goal {text}",
                what="is neither YEAR nor YEAR=SHARE",
                fix="write --goal 2025, or --goal 2030=0.2 for more than 20 % in 2030",
            )
        year = int(match[1])
        if value is not None:
            goals.append(set_goal(year, value, strict=match[2] != ">="))
        elif instrument is None:
            raise LiteracyError(
                "goal.missing",
                where=f"--goal {text}",
                what="no survey was given, so there is no goal for that year",
                fix=tell("state the share: --goal {}=0.12, or give the survey with -i", year),
            )
        else:
            goals.append(load_goal(instrument, year))
    return goals


def read_indicator_goal(text: str, plan: Plan) -> tuple[str, Goal]:
    """Parse ``venues:2027=12`` as a goal of the plan's indicator."""
    from literacy.instrument import Goal, nearest

    match = re.fullmatch(r"\s*(\w+)\s*:\s*(\d{4})\s*([=<>])\s*([^%％\s]+)\s*([%％]?)\s*", text)
    value = _number(match[4]) if match else None
    if match is None or value is None:
        raise LiteracyError(
            "cli.usage", where=f"--goal {text}", what="is not INDICATOR:YEAR=VALUE",
            fix="write for example --goal venues:2027=12, or --goal 'city_literate:2027>15%'",
        )  # fmt: skip
    name, sign = match[1], match[3]
    known = {i.id: i for i in plan.all_indicators()}
    if name not in known:
        raise LiteracyError(
            "plan.input", where=f"--goal {text}",
            what=tell("'{}' is not an indicator of the plan{}", name, nearest(name, known)),
            fix="name an indicator; literacy plan show lists them",
        )  # fmt: skip
    if match[5]:
        if not known[name].share:
            raise LiteracyError(
                "plan.input", where=f"--goal {text}",
                what=tell("'{}' is measured in {}, not in percent", name, known[name].unit.en),
                fix=tell("write the number of {}", known[name].unit.en),
            )  # fmt: skip
        value /= 100
    right = ">" if known[name].direction == "higher" else "<"
    if sign not in ("=", right):
        raise LiteracyError(
            "plan.input", where=f"--goal {text}", what=tell("of '{}' {} is better", name, known[name].direction),
            fix=f"write = or {right}",
        )  # fmt: skip
    label = known[name].label
    return name, Goal("", label, int(match[2]), value, sign != "=", "given by the user", "given")


def read_group_values(
    wanted: Sequence[str], option: str, *, percent: bool = True, none: bool = False
) -> dict[str, float]:
    """Parse values of groups, such as ``elderly=0.02`` or ``elderly=2%``; ``elderly=none`` is inf if *none* is allowed.

    Parameters
    ----------
    wanted : sequence of str
    option : str
        Name of the option, for messages.
    percent : bool
        Whether the values are shares, which may be given in percent.
    none : bool

    Raises
    ------
    LiteracyError
        ``cli.usage``
    """
    example = f"{option} elderly={'2%' if percent else '3'}"
    found: dict[str, float] = {}
    for text in wanted:
        match = re.fullmatch(r"\s*([^=\s]+)\s*=\s*([^%％\s]+)\s*([%％]?)\s*", text)
        value = _number(match[2].replace("−", "-")) if match else None
        if match and none and match[2] == "none" and not match[3]:
            value = math.inf
        if match is None or value is None or (match[3] and not percent):
            raise LiteracyError(
                "cli.usage",
                where=f"{option} {text}",
                what=tell("is not GROUP=SHARE") if percent else tell("is not GROUP=NUMBER"),
                fix=tell("write for example {}, where 2% is the same as 0.02", example)
                if percent
                else tell("write for example {}", example),
            )
        if match[1] in found:
            raise LiteracyError(
                "cli.usage",
                where=f"{option} {text}",
                what=tell("a second value for {}", match[1]),
                fix="give one value for each group",
            )
        found[match[1]] = value / (100 if match[3] else 1)
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
