"""The waves, and every estimate the report needs of them, made once."""

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
"""Who belongs to each level of each column."""
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
    """Weighted waves of one survey, with the estimates the report reads; each is made once.

    Attributes
    ----------
    samples : mapping of year to Sample
    minimum : int
        Fewest respondents of a number that is released.
    shared : bool
        The waves visited the same sampling units.
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
        """The report's year: that of the latest wave."""
        return max(self.samples)

    @property
    def latest(self) -> Sample:
        """The latest wave."""
        return self.samples[self.year]

    @property
    def earlier(self) -> tuple[int, ...]:
        """Years of the earlier waves, the latest first."""
        return tuple(sorted(self.samples, reverse=True)[1:])

    @property
    def instrument(self) -> Instrument:
        """The survey's instrument."""
        return self.latest.survey()[0]

    @property
    def standard(self) -> Standard:
        """The standard all waves are scored by."""
        return self.latest.survey()[2]

    @property
    def synthetic(self) -> bool:
        """Whether any wave is made up."""
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
        """Share of a 0/1 column (or of the categories of a column), whole or by a column, as computed."""
        made: Estimate = self._once(
            ("share", year, by, variable),
            lambda: proportion(self.samples[year], variable, by=by or None),
        )
        return made

    def mean(self, year: int, by: str = "", variable: str = "total") -> Estimate:
        """Mean of a column, whole or by a column."""
        made: Estimate = self._once(
            ("mean", year, by, variable), lambda: mean(self.samples[year], variable, by=by or None)
        )
        return made

    def people(self, year: int, variable: str = "literate") -> Estimate:
        """Number of people for whom a 0/1 column holds."""
        made: Estimate = self._once(("people", year, variable), lambda: total(self.samples[year], variable))
        return made

    def change(self, base: int, by: str = "") -> Estimate:
        """Change of the share literate from an earlier wave to the latest."""
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
        """Levels of a column that are not released: too few respondents, or needed to protect such a one.

        A level that two columns share (a group that is an age band, say) is withheld in both or in neither. No sum or
        difference of released levels gives fewer than ``minimum`` people away.
        """
        found: dict[str, frozenset[str]] = self._once(("hidden", year), lambda: self._withhold(year))
        return found[by] if by in found else self._withheld(year, by)

    def _withheld(self, year: int, by: str) -> frozenset[str]:
        """Levels withheld in a column by itself."""
        estimate = self.share(year, by)
        gone = suppress(estimate, self.minimum, unreliable=False).table["estimate"].isna()
        gone &= estimate.table["estimate"].notna() | ~(estimate.table["n"] >= self.minimum)
        names = estimate.table[by] if by else [""] * len(estimate.table)
        return frozenset(name_level(v) for v, g in zip(names, gone, strict=True) if g)

    def _withhold(self, year: int) -> dict[str, frozenset[str]]:
        """Levels withheld in every column the report breaks down by, all together."""
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
        """Withhold further levels until no column has a single gap and no level is withheld in one column only."""
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
                    if by != "group" and len(gone[by]) == 1 and left:  # a single gap is found by subtraction
                        more.add((by, left[0][1]))
                if not more:
                    break
                for by, level in more:
                    gone[by].add(level)

    def _close_derivation(self, gone: dict[str, set[str]], masks: Masks) -> bool:
        """Withhold one more level where the published ones give away a few people; whether there was one."""
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
        """Who belongs to every level, among the respondents that count."""
        frame, live = self.samples[year].frame, self.samples[year].weight != 0
        out: Masks = {}
        for by in columns:
            for value in self.share(year, by).table[by]:
                level = name_level(value)
                inside = frame[f"group_{level}"] == 1 if by == "group" else frame[by] == value
                out[by, level] = np.asarray(inside.fillna(False), bool)[live]
        return out

    def released(self, years: tuple[int, ...], by: str, level: str) -> bool:
        """Whether a level may be shown in all of some years."""
        return not any(level in self.hidden(y, by) for y in years)

    def label(self, by: str, level: str) -> Label:
        """Name of a level of a column."""
        if by == "group":
            return self.instrument.group(level).label
        known = {str(o.code): o.label for o in self.instrument.levels(by)}
        return known.get(level, Label(level, level))

    def column(self, by: str) -> Label:
        """Name of a column."""
        if by == "group":
            return Label("人群", "Group")
        for recode in self.instrument.recodes:
            if recode.name == by:
                return recode.label
        return self.instrument.item(by).heading

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups of the latest wave's indicator that anybody belongs to."""
        if not self.instrument.groups or self.latest.universe != self.instrument.indicator.name:
            return ()
        if not self.grouped(self.year):
            return ()
        return tuple(str(g) for g in self.share(self.year, "group").table["group"])

    def grouped(self, year: int) -> bool:
        """Whether anybody of a wave belongs to a group."""
        frame, live = self.samples[year].frame, self.samples[year].weight != 0
        columns = [c for c in (f"group_{g.name}" for g in self.instrument.groups) if c in frame]
        return bool((frame.loc[live, columns] == 1).to_numpy().any())

    def absent_groups(self, year: int) -> tuple[Label, ...]:
        """Groups of the indicator's universe that no respondent of a wave belongs to."""
        frame, live = self.samples[year].frame, self.samples[year].weight != 0
        mine = [g for g in self.instrument.groups if g.universe == self.instrument.indicator.name]
        gone = [
            g for g in mine if not (frame.loc[live].get(f"group_{g.name}", pd.Series(dtype=float)) == 1).any()
        ]
        return tuple(g.label for g in gone)

    @property
    def place(self) -> Label:
        """Whom the survey speaks for, by the survey's own label."""
        return self.instrument.label


def _same_people(masks: Masks) -> list[list[tuple[str, str]]]:
    """Levels of different columns that hold the very same respondents."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    for name, mask in masks.items():
        found.setdefault(np.packbits(mask).tobytes(), []).append(name)
    return [same for same in found.values() if len(same) > 1]


def _sizes(estimate: Estimate, by: str) -> dict[str, float]:
    """Respondents of every level that has any."""
    rows = zip(estimate.table[by], estimate.table["n"], strict=True)
    return {name_level(v): float(n) for v, n in rows if n == n and n > 0}


def name_level(value: Any) -> str:
    """A level's code as text: 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def find_breakdowns(sample: Sample, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Columns to break the share down by: those wanted, else the usual ones the survey has, in the usual order.

    Raises
    ------
    LiteracyError
        ``report.settings`` where a column wanted is not in the data.
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
    """Levels with anybody in them, or 0 where there are too many for a table."""
    found = int(sample.frame.loc[sample.weight != 0, name].nunique())
    return found if found <= MOST_LEVELS else 0
