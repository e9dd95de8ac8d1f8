"""Before the field: which units are drawn, and the base weights that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.kernels.design.allocation import draw_systematic, inclusion_probabilities
from literacy.sampling.allocation import read_measure
from literacy.sampling.codes import find_column

Floats = NDArray[np.float64]
METHODS = ("pps", "simple", "systematic")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Selection(Printable):
    """Units drawn from a frame.

    Attributes
    ----------
    table : DataFrame
        The rows of the frame that were drawn, with ``probability`` of the unit, ``units`` (units of its stratum in the
        frame: the fpc of the first stage), ``people``, ``take`` (people to interview), ``weight`` (base weight of an
        interviewed person).
    method : str
        How they were drawn.
    seed : int
        What makes the draw repeatable.
    history : tuple of str
        One sentence a step.
    """

    table: pd.DataFrame
    method: str
    seed: int
    history: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """The table (a copy)."""
        return self.table.copy()

    def _title(self) -> str:
        return f"Selection of {len(self.table)} units, {self.method}, seed {self.seed}"

    def _notes(self) -> list[str]:
        return list(self.history)


def select(
    frame: pd.DataFrame, units: int | Mapping[Any, int], *, seed: int, strata: str | None = None,
    measure: str | None = None, method: str = "pps", take: int | Mapping[Any, int] | None = None,
) -> Selection:  # fmt: skip
    """Draw sampling units from a frame, and work out base weights.

    Parameters
    ----------
    frame : DataFrame
        One row a unit, in the order in which a systematic draw is to run through it.
    units : int or mapping
        Units to draw, in all strata alike or by stratum.
    seed : int
        Makes the draw repeatable; keep it with the report of the survey.
    strata : str, optional
        Column of strata; default one.
    measure : str, optional
        Column of people in a unit: needed for "pps" and for ``take``.
    method : str
        "pps": systematic with probability proportional to people (units too large for it are certain); "simple";
        "systematic": every k-th of the list.
    take : int or mapping, optional
        People to interview in each drawn unit, by simple random sampling. Without it all people of a unit are.

    Returns
    -------
    Selection
        With "pps" and one ``take`` all base weights of a stratum are equal, but for certain units.
    """
    option("method", method, METHODS)
    if method == "pps" and measure is None:
        raise LiteracyError(
            "estimate.option",
            where="method='pps'",
            what="no sizes",
            fix="name the column of people in measure=",
        )
    people = read_measure(frame, measure)
    key = find_column(frame, strata, "strata") if strata else pd.Series("", index=frame.index)
    if key.isna().any():
        raise LiteracyError(
            "design.value", where=f"strata={strata!r}", what="missing values", fix="complete the frame"
        )
    rng = np.random.default_rng(seed)
    rows, probability, held = [], [], []
    certain = 0
    for stratum in sorted(key.unique(), key=lambda v: (str(type(v)), v)):
        own = np.flatnonzero((key == stratum).to_numpy(bool))
        count = _of_stratum(units, stratum, "units")
        if not 1 <= count <= len(own):
            raise LiteracyError(
                "design.value",
                where=f"units: stratum {stratum!r}",
                what=f"{count} to be drawn of {len(own)}",
                fix="draw at least 1 and at most all",
            )
        pi = (
            inclusion_probabilities(people[own], count)
            if method == "pps"
            else np.full(len(own), count / len(own))
        )
        drawn = rng.permutation(len(own))[:count] if method == "simple" else draw_systematic(pi, rng.random())
        drawn = np.sort(drawn)
        certain += int((pi[drawn] >= 1).sum())
        rows.append(own[drawn])
        probability.append(pi[drawn])
        held.append(np.full(count, len(own)))
    place = np.concatenate(rows)
    pi = np.concatenate(probability)
    inside = people[place]
    wanted = np.array([_of_stratum(take, s, "take") for s in key.iloc[place]]) if take is not None else inside
    if (wanted > inside).any():
        raise LiteracyError(
            "design.value",
            where="take",
            what=f"more people to interview than live in {int((wanted > inside).sum())} of the drawn units",
            fix="take fewer, or join small units",
        )
    table = frame.iloc[place].reset_index(drop=True)
    table = table.assign(
        probability=pi, units=np.concatenate(held), people=inside, take=wanted, weight=inside / wanted / pi
    )
    history = [f"{len(place)} of {len(frame)} units drawn ({method}, seed {seed})"]
    if certain:
        history.append(f"{certain} units are certain (probability 1): treat each as a stratum of its own")
    history.append(
        f"{int(wanted.sum())} people to interview; base weights {table['weight'].min():.4g} to "
        f"{table['weight'].max():.4g}"
    )
    return Selection(table, method, seed, tuple(history))


def _of_stratum(value: int | Mapping[Any, int], stratum: Any, name: str) -> int:
    if not isinstance(value, Mapping):
        return int(value)
    if stratum not in value:
        known = ", ".join(repr(k) for k in list(value)[:8])
        raise LiteracyError(
            "design.value",
            where=f"{name}: stratum {stratum!r}",
            what="no number given",
            fix=f"given: {known}",
        )
    return int(value[stratum])
