"""Respondents of two groups who were asked every item, and design-based errors of statistics that compare them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.patterns import NOT_ASKED
from literacy.messages import tell
from literacy.psychometrics.classical.reliability_coefficients import take_values
from literacy.psychometrics.items import Answers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_UNITS = 3_000
"""Most sampling units for which each is left out in turn; with more, linearised scores are practically the same."""


@dataclass(frozen=True)
class People:
    """Respondents of the two groups who were asked every item.

    Attributes
    ----------
    answers : Answers
        Answers of all respondents.
    rows : (n,) bool
        Which of all respondents are included.
    x : (m, k) float
        Right (1) or wrong (0).
    focal : (m,) bool
        Whether the respondent is in the focal group.
    weight : (m,) float
    """

    answers: Answers
    rows: Bools
    x: Floats
    focal: Bools
    weight: Floats

    @cached_property
    def units(self) -> tuple[Ints, Ints, Floats] | None:
        """Sampling unit of each person, stratum of each unit, and number of sample units in that stratum.

        None without a design, or with more than ``MOST_UNITS`` units. Only units with included respondents are listed,
        but all units of a stratum count in its size.
        """
        if not self.answers.designed:
            return None
        first = self.answers.sample.codes.stages[0]
        here = np.bincount(first.unit[self.rows], minlength=first.units) > 0
        if here.sum() > MOST_UNITS:
            return None
        live = np.bincount(first.unit, self.answers.sample.weight != 0, first.units) > 0
        size = np.bincount(first.stratum, live, len(first.size))[first.stratum[here]]
        place = (np.cumsum(here) - 1).astype(np.int64)
        return place[first.unit[self.rows]], first.stratum[here].astype(np.int64), size.astype(np.float64)

    def leave_out(self, influence: Floats, value: float, without: Floats) -> Floats:
        """Return linearised scores whose unit totals are the jackknife deviations of ``value``.

        ``without`` holds the value without each unit. Where it is undefined, or the unit is alone in its stratum, the
        linearised total is kept.
        """
        assert self.units is not None
        unit, _, size = self.units
        total = np.bincount(unit, self.weight * influence, len(size))
        with np.errstate(invalid="ignore"):
            moved = (size - 1) / size * (value - without)
        moved = np.where(np.isfinite(moved) & (size > 1), moved, total)
        mass = np.bincount(unit, self.weight, len(size))
        out: Floats = influence + ((moved - total) / mass)[unit]
        return out

    def covariance(self, influence: Floats) -> Floats:
        """Return the covariance (c, c), over strata and sampling units, of columns of linearised scores (m, c)."""
        influence = influence.reshape(len(influence), -1)
        if not np.isfinite(influence).all():
            return np.full((influence.shape[1],) * 2, np.nan)
        whole = np.zeros((len(self.rows), influence.shape[1]))
        whole[self.rows] = influence
        return self.answers.sample.covariance(whole, self.rows)

    def error(self, influence: Floats) -> float:
        """Return the standard error over strata and sampling units."""
        return float(np.sqrt(self.covariance(influence)[0, 0]))

    def df(self, influence: Floats) -> float:
        """Return Welch-Satterthwaite degrees of freedom of that error, which reflect the units of each group."""
        sample = self.answers.sample
        most = sample.df(self.rows)
        parts, each = [], []
        for side in (self.focal, ~self.focal):
            parts.append(float(self.covariance(np.where(side, influence, 0.0))[0, 0]))
            rows = self.rows.copy()
            rows[self.rows] = side
            each.append(max(sample.df(rows), 1.0))
        spread = sum(v**2 / d for v, d in zip(parts, each, strict=True))
        return min(most, sum(parts) ** 2 / spread) if np.isfinite(spread) and spread > 0 else most


def take_people(answers: Answers, first: str, second: str, by: str, notes: list[str]) -> People:
    """Return the respondents of *first* and *second* who were asked every item; note how many were excluded."""
    several = [i for i, level in zip(answers.items, answers.levels, strict=True) if not set(level) <= {0, 1}]
    if several:
        raise LiteracyError(
            "psychometrics.items", where=several[0], what="it is not scored right (1) or wrong (0)",
            fix="omit it (items=[…], --item), or use method='lord' with model='gpcm' in Python",
        )  # fmt: skip
    names = answers.group_names
    side = np.isin(answers.group, [names.index(first), names.index(second)]) & answers.live
    rows = side & (answers.codes != NOT_ASKED).all(axis=1)
    if (lost := int(side.sum() - rows.sum())) > 0:
        notes.append(tell("{} respondents were not asked all items and are excluded", lost))
    focal = answers.group[rows] == names.index(second)
    for name, size in ((first, int((~focal).sum())), (second, int(focal.sum()))):
        if size < 2:
            raise LiteracyError(
                "psychometrics.data", where=f"{by} {name!r}", what=tell("{} respondents were "
                                                                        "asked all items", size),
                fix="choose groups with enough respondents",
            )  # fmt: skip
    return People(answers, rows, take_values(answers)[rows], focal, answers.weight[rows])
