"""The waves of a survey and all estimates the report needs from them, each computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation import Estimate, compare, mean, proportion, suppress, total
from literacy.instrument import Instrument, Label, Standard
from literacy.kernels.release.derivation import find_derivable
from literacy.sampling import Sample
from literacy.weighting import Weighting

Masks = dict[tuple[str, str], NDArray[np.bool_]]
"""Membership of respondents in each level of each column."""
MINIMUM = 30
LEVEL = 0.95
BREAKDOWNS = (
    "residence",
    "district",
    "region",
    "community_type",
    "sex",
    "age_band",
    "age_group",
    "education",
)
_COARSE = {"education": "education_three", "age": "age_band"}
MOST_LEVELS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Weighted waves of one survey, with the estimates used in the report, each computed once and cached.

    Attributes
    ----------
    samples : mapping of year to Sample
        The weighted waves.
    minimum : int
        Minimum number of respondents behind a released number.
    shared : bool
        Whether the waves share the same sampling units.
    breakdowns : tuple of str
        Columns by which the share is broken down.
    """

    samples: Mapping[int, Sample]
    minimum: int = MINIMUM
    shared: bool = False
    breakdowns: tuple[str, ...] = ()
    _made: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    @property
    def year(self) -> int:
        """Year of the report, that of the latest wave."""
        return max(self.samples)

    @property
    def latest(self) -> Sample:
        """The latest wave."""
        return self.samples[self.year]

    @property
    def earlier(self) -> tuple[int, ...]:
        """Years of the earlier waves, most recent first."""
        return tuple(sorted(self.samples, reverse=True)[1:])

    @property
    def instrument(self) -> Instrument:
        """The survey's instrument."""
        return self.latest.survey()[0]

    @property
    def standard(self) -> Standard:
        """The standard by which all waves are scored."""
        return self.latest.survey()[2]

    @property
    def synthetic(self) -> bool:
        """Whether any wave contains synthetic data."""
        return any(s.origin.synthetic for s in self.samples.values())

    @property
    def weighted(self) -> bool:
        """Whether the weights of the latest wave add up to a known population."""
        return isinstance(self.latest.weighting, Weighting)

    def _once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def share(self, year: int, by: str = "", variable: str = "literate") -> Estimate:
        """Return the share of a 0/1 column, or of each category of a column, overall or by a column.

        No suppression is applied.
        """
        made: Estimate = self._once(
            ("share", year, by, variable),
            lambda: proportion(self.samples[year], variable, by=by or None),
        )
        return made

    def mean(self, year: int, by: str = "", variable: str = "total") -> Estimate:
        """Return the mean of a column, overall or by a column."""
        made: Estimate = self._once(
            ("mean", year, by, variable), lambda: mean(self.samples[year], variable, by=by or None)
        )
        return made

    def people(self, year: int, variable: str = "literate") -> Estimate:
        """Return the estimated number of people for whom a 0/1 column is 1."""
        made: Estimate = self._once(("people", year, variable), lambda: total(self.samples[year], variable))
        return made

    def change(self, base: int, by: str = "") -> Estimate:
        """Return the change in the literate share from an earlier wave to the latest."""
        made: Estimate = self._once(
            ("change", base, by),
            lambda: (
                compare(self.samples[base], self.latest, "literate", by=by or None, shared=self.shared)
                if self.shared
                else compare(self.share(base, by), self.share(self.year, by))
            ),
        )
        return made

    def hidden(self, year: int, by: str) -> frozenset[str]:
        """Return the levels of a column that are withheld by primary or secondary suppression.

        Primary suppression applies to levels with too few respondents; secondary suppression protects them against
        derivation. A level that occurs in two columns (for example, a group that is also an age band) is withheld in
        both or in neither. No sum or difference of released levels isolates fewer than ``minimum`` respondents.
        """
        found: dict[str, frozenset[str]] = self._once(("hidden", year), lambda: self._withhold(year))
        return found[by] if by in found else self._withheld(year, by)

    def _withheld(self, year: int, by: str) -> frozenset[str]:
        """Return the levels withheld when a column is considered on its own."""
        estimate = self.share(year, by)
        gone = suppress(estimate, self.minimum, unreliable=False).table["estimate"].isna()
        gone &= estimate.table["estimate"].notna() | ~(estimate.table["n"] >= self.minimum)
        names = estimate.table[by] if by else [""] * len(estimate.table)
        return frozenset(name_level(v) for v, g in zip(names, gone, strict=True) if g)

    def _withhold(self, year: int) -> dict[str, frozenset[str]]:
        """Return the levels withheld in each breakdown column, with all columns considered jointly."""
        frame = self.samples[year].frame
        columns = (("group",) if self.groups and self.grouped(year) else ()) + tuple(
            c for c in self.breakdowns if c in frame
        )
        gone = {by: set(self._withheld(year, by)) for by in columns}
        masks = self._members(year, columns)
        found = True
        while found:
            self._close_gaps(year, gone, masks)
            found = self._close_derivation(gone, masks)
        return {"": self._withheld(year, "")} | {by: frozenset(levels) for by, levels in gone.items()}

    def _close_gaps(self, year: int, gone: dict[str, set[str]], masks: Masks) -> None:
        """Withhold further levels until they are consistent across columns and none is the only gap in its column."""
        if any(gone.values()):
            columns = tuple(gone)
            twins = _same_people(masks)
            sizes = {by: _sizes(self.share(year, by), by) for by in columns}
            while True:
                more = {
                    m
                    for same in twins
                    if any(v in gone[c] for c, v in same)
                    for m in same
                    if m[1] not in gone[m[0]]
                }
                for by, n in sizes.items() if not more else ():
                    left = sorted((n[v], v) for v in n if v not in gone[by])
                    if by != "group" and len(gone[by]) == 1 and left:  # derivable by subtraction
                        more.add((by, left[0][1]))
                if not more:
                    break
                for by, level in more:
                    gone[by].add(level)

    def _close_derivation(self, gone: dict[str, set[str]], masks: Masks) -> bool:
        """Withhold one more level if published levels reveal a small domain; return whether one was withheld."""
        names = [("", ""), *masks]
        live = next(iter(masks.values()), None)
        if live is None:
            return False
        members = np.array([np.ones(len(live), bool), *masks.values()])
        hidden = np.array([by != "" and level in gone[by] for by, level in names])
        place = find_derivable(members, hidden, np.arange(len(names)) == 0, self.minimum)
        if place >= 0:
            by, level = names[place]
            gone[by].add(level)
        return place >= 0

    def _members(self, year: int, columns: tuple[str, ...]) -> Masks:
        """Return the membership of each level among respondents with non-zero weight."""
        frame, live = self.samples[year].frame, self.samples[year].weight != 0
        out: Masks = {}
        for by in columns:
            for value in self.share(year, by).table[by]:
                level = name_level(value)
                inside = frame[f"group_{level}"] == 1 if by == "group" else frame[by] == value
                out[by, level] = np.asarray(inside.fillna(False), bool)[live]
        return out

    def released(self, years: tuple[int, ...], by: str, level: str) -> bool:
        """Return whether a level is released in all of the given years."""
        return not any(level in self.hidden(y, by) for y in years)

    def label(self, by: str, level: str) -> Label:
        """Return the label of a level of a column."""
        if by == "group":
            return self.instrument.group(level).label
        known = {str(o.code): o.label for o in self.instrument.levels(by)}
        return known.get(level, Label(level, level))

    def column(self, by: str) -> Label:
        """Return the label of a column."""
        if by == "group":
            return Label("人群", "Group")
        for recode in self.instrument.recodes:
            if recode.name == by:
                return recode.label
        return self.instrument.item(by).heading

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the non-empty groups of the indicator in the latest wave."""
        if not self.instrument.groups or self.latest.universe != self.instrument.indicator.name:
            return ()
        if not self.grouped(self.year):
            return ()
        return tuple(str(g) for g in self.share(self.year, "group").table["group"])

    def grouped(self, year: int) -> bool:
        """Return whether any respondent of a wave belongs to a group."""
        frame, live = self.samples[year].frame, self.samples[year].weight != 0
        columns = [c for c in (f"group_{g.name}" for g in self.instrument.groups) if c in frame]
        return bool((frame.loc[live, columns] == 1).to_numpy().any())

    def absent_groups(self, year: int) -> tuple[Label, ...]:
        """Return the labels of the groups of the indicator's universe that have no respondents in a wave."""
        frame, live = self.samples[year].frame, self.samples[year].weight != 0
        mine = [g for g in self.instrument.groups if g.universe == self.instrument.indicator.name]
        gone = [
            g for g in mine if not (frame.loc[live].get(f"group_{g.name}", pd.Series(dtype=float)) == 1).any()
        ]
        return tuple(g.label for g in gone)

    @property
    def place(self) -> Label:
        """Label of the survey, as defined by its instrument."""
        return self.instrument.label


def _same_people(masks: Masks) -> list[list[tuple[str, str]]]:
    """Return the sets of levels that consist of exactly the same respondents."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    for name, mask in masks.items():
        found.setdefault(np.packbits(mask).tobytes(), []).append(name)
    return [same for same in found.values() if len(same) > 1]


def _sizes(estimate: Estimate, by: str) -> dict[str, float]:
    """Return the number of respondents of every non-empty level."""
    rows = zip(estimate.table[by], estimate.table["n"], strict=True)
    return {name_level(v): float(n) for v, n in rows if n == n and n > 0}


def name_level(value: Any) -> str:
    """Return the code of a level as text; integral floats are written as integers (1.0 becomes ``1``)."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def find_breakdowns(sample: Sample, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the breakdown columns: those requested, else the default columns available in the survey.

    Raises
    ------
    LiteracyError
        ``report.settings`` if a requested column is not in the data.
    """
    instrument = sample.survey()[0]
    known = {i.name for i in instrument.items} | {r.name for r in instrument.recodes}
    for name in wanted:
        if name not in sample.frame or name not in known:
            raise LiteracyError(
                "report.settings", where=f"breakdowns: {name!r}", what="the data lack this "
                                                                       "column of the survey",
                fix=f"one of: {', '.join(str(c) for c in sample.frame if c in known)}",
            )  # fmt: skip
    if wanted:
        return wanted
    out = []
    for usual in BREAKDOWNS:
        name = _COARSE.get(usual, usual) if _COARSE.get(usual, usual) in known else usual
        if name in known and name in sample.frame and name not in out and _levels(sample, name) > 1:
            out.append(name)
    return tuple(out)


def _levels(sample: Sample, name: str) -> int:
    """Return the number of non-empty levels, or 0 if there are too many for a table."""
    found = int(sample.frame.loc[sample.weight != 0, name].nunique())
    return found if found <= MOST_LEVELS else 0
