"""Indicators of a plan, which are estimated from a survey or reported in an office's yearly return."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from literacy.instrument.consistency import levels_of
from literacy.instrument.definitions import Code, Condition, Label, nearest
from literacy.instrument.goals import Goal
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.rule_tables import check_condition, parse_conditions
from literacy.instrument.reading.source_tables import Table
from literacy.messages import tell

ORIGINS = ("survey", "return")
STATISTICS = ("share", "mean")
JOINS = ("any", "all", "average")
DIRECTIONS = ("higher", "lower")
CLASSES = ("people", "venues", "funds", "media", "activities")
SHARE = Label("占比", "share")
WHOLE = tuple(c for c in CLASSES if c != "funds")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Measure:
    """Definition of an indicator that is computed from survey answers.

    Attributes
    ----------
    statistic : str
        "share" of respondents who meet the condition, or "mean" of numeric columns.
    columns : tuple of str
        Items, recodes, or columns added by scoring (``literate``, ``total``, a dimension, ``<item>_correct``).
    min, max, values
        The condition on each column; none for 0/1 columns and for means.
    join : str
        How several columns are combined: the condition is met in "any" or in "all" of them, or "average": the mean over
        columns of the share in which it is met. Means average the columns.
    where : tuple of Condition
        Restricts the indicator to respondents for whom all of these hold.
    failing : tuple of Condition
        Respondents for whom all of these hold count as not meeting the condition, whether asked or not (those without a
        phone cannot scan a code with it).
    group : str
        A target group; empty means the whole universe.
    universe : str
        Universe of the indicator; empty means the indicator universe.
    """

    statistic: str
    columns: tuple[str, ...]
    min: float | None = None
    max: float | None = None
    values: tuple[Code, ...] = ()
    join: str = ""
    where: tuple[Condition, ...] = ()
    failing: tuple[Condition, ...] = ()
    group: str = ""
    universe: str = ""

    @property
    def condition(self) -> bool:
        """Whether the measure has a condition on its columns."""
        return self.min is not None or self.max is not None or bool(self.values)

    def __str__(self) -> str:
        text = ", ".join(self.columns)
        if self.condition:
            text = str(Condition(text, self.min, self.max, self.values))
        if len(self.columns) > 1:
            text = f"{self.join or 'average'} of ({text})"
        rest = [f"group {self.group}"] * bool(self.group) + [f"universe {self.universe}"] * bool(
            self.universe
        )
        rest += [f"where {c}" for c in self.where] + [f"not met where {c}" for c in self.failing]
        return "; ".join([f"{self.statistic}: {text}", *rest])


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number by which the plan, a part or a task of it is measured.

    ``measure`` defines its estimation from a survey; if None, the number is reported in the annual return under the
    class ``returned``. ``goal`` is None until one has been set.
    """

    id: str
    label: Label
    unit: Label
    direction: str
    measure: Measure | None = None
    returned: str = ""
    goal: Goal | None = None
    note: Label | None = None

    @property
    def origin(self) -> str:
        """Source of the number: "survey" or "return"."""
        return "return" if self.measure is None else "survey"

    @property
    def share(self) -> bool:
        """Whether the number is a share, 0-1."""
        return self.measure is not None and self.measure.statistic == "share"


def parse_indicators(t: Table, goals: Iterable[Goal], *, required: bool) -> tuple[Indicator, ...]:
    """Read ``[[indicators]]`` of a plan, a part or a task."""
    parts = t.tables("indicators")
    if required and not parts:
        t.complain("indicators", "none is given; give at least one, from the survey or from the return")
    return tuple(_indicator(part, tuple(goals)) for part in parts)


def _indicator(t: Table, goals: tuple[Goal, ...]) -> Indicator:
    name, label = t.text("id", required=True), t.name_label()
    if name and not _NAME.fullmatch(name):
        t.complain(
            "id",
            tell("'{}' must consist of lower-case ASCII letters, digits and _, starting with a letter", name),
        )
    origin = t.choice("from", ORIGINS, required=True)
    direction = t.choice("direction", DIRECTIONS, required=True)
    note = t.label("note")
    measure, returned, unit = None, "", None
    if origin == "return":
        returned = t.choice("class", CLASSES, required=True)
        unit = t.label("unit", required=True)
    elif origin == "survey":
        measure = _measure(t)
        unit = SHARE if measure.statistic == "share" else t.label("unit", required=True)
    made = Indicator(name, label, unit or Label("", ""), direction, measure, returned, None, note)
    goal = _goal(t, made, goals)
    if origin in ORIGINS:
        t.done()
    return made if goal is None else replace(made, goal=goal)


def _measure(t: Table) -> Measure:
    statistic = t.choice("statistic", STATISTICS, required=True)
    columns = t.texts("columns", required=True)
    low, high, values = t.number("min"), t.number("max"), t.codes("values")
    join = t.choice("join", JOINS)
    measure = Measure(
        statistic, columns, low, high, values, join,
        parse_conditions(t, "where"), parse_conditions(t, "failing"), t.text("group"), t.text("universe"),
    )  # fmt: skip
    if low is not None and high is not None and low > high:
        t.complain("min", tell("{:g} is above max {:g}", low, high))
    if statistic == "share" and len(columns) > 1 and not join:
        t.complain("join", tell("is missing: with several columns give one of {}", ", ".join(JOINS)))
    if join and (len(columns) < 2 or statistic == "mean"):
        t.complain("join", "is allowed only for a share of several columns")
    if statistic == "mean" and measure.condition:
        t.complain(
            "statistic", "a mean has no min, max or values; for the proportion meeting a condition use share"
        )
    if statistic == "mean" and measure.failing:
        t.complain("failing", "is allowed only for a share")
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        t.complain("columns", tell("'{}' is given twice", column))
    return measure


def _goal(t: Table, indicator: Indicator, goals: tuple[Goal, ...]) -> Goal | None:
    """Return the goal named by area and year in goals.toml, or one stated in place with its source."""
    part = t.table("goal")
    if part is None:
        return None
    year, area = part.whole("year", required=True) or 0, part.text("area")
    if area:
        part.done()
        found = next((g for g in goals if g.area == area and g.year == year), None)
        if found is None:
            there = [f"{g.area} {g.year}" for g in goals]
            part.complain(
                "area",
                tell(
                    "there is no goal '{} {}' in goals.toml{}", area, year, nearest(f"{area} {year}", there)
                ),
            )
        return found
    value = part.number("value", required=True)
    strict, source = part.flag("strict", required=True), part.text("source", required=True)
    part.done()
    if value is not None and indicator.share and not 0 < value < 1:
        part.complain("value", tell("{:g} is not a share between 0 and 1 (12 % is 0.12)", value))
    return Goal("", indicator.label, year, value, strict, source, "given", None, t.file)


def check_indicator(indicator: Indicator, instrument: Instrument, t: Table) -> None:
    """Report survey indicators that do not fit the instrument."""
    measure = indicator.measure
    if measure is None:
        return
    levels = levels_of(instrument)
    scored = _scored_columns(instrument)
    for column in measure.columns:
        _check_column(column, measure, instrument, levels, scored, t)
    for key, conditions in (("where", measure.where), ("failing", measure.failing)):
        for condition in conditions:
            check_condition(condition, levels, t, key)
    groups = {g.name: g.universe for g in instrument.groups}
    if measure.group and measure.group not in groups:
        t.complain(
            "group",
            tell("'{}' is not a group of the survey{}", measure.group, nearest(measure.group, groups)),
        )
    universes = [u.name for u in instrument.universes]
    if measure.universe and measure.universe not in universes:
        t.complain(
            "universe",
            tell(
                "'{}' is not a universe of the survey{}",
                measure.universe,
                nearest(measure.universe, universes),
            ),
        )
    elif measure.group in groups:
        own = measure.universe or next((u.name for u in instrument.universes if u.indicator), "")
        if own and groups[measure.group] != own:
            t.complain(
                "universe", tell("group '{}' belongs to universe '{}'", measure.group, groups[measure.group])
            )


def _scored_columns(instrument: Instrument) -> dict[str, bool]:
    """Columns added by scoring -> whether they are 0/1 columns."""
    dimensions = {d.name for s in instrument.rules.values() for d in s.dimensions}
    out = dict.fromkeys([f"{i.name}_correct" for i in instrument.scored_items], True)
    return out | {"literate": True, "total": False} | dict.fromkeys(sorted(dimensions), False)


def _check_column(
    column: str,
    measure: Measure,
    instrument: Instrument,
    levels: Mapping[str, tuple[Code, ...]],
    scored: Mapping[str, bool],
    t: Table,
) -> None:
    items = {i.name: i for i in instrument.items}
    if column in items and items[column].scored:
        t.complain(
            "columns", tell("'{}' is a scored item; use '{}_correct' for right answers", column, column)
        )
        return
    if column in scored:
        if measure.statistic == "share" and not scored[column] and not measure.condition:
            t.complain("columns", tell("'{}' is a number: a share needs min or max", column))
        return
    if column not in levels:
        known = [*levels, *scored]
        t.complain("columns", tell("'{}' is not a column of the survey{}", column, nearest(column, known)))
        return
    if measure.statistic == "share" and not measure.condition:
        t.complain("columns", tell("a share of '{}' needs min, max or values", column))
    kind = items[column].type if column in items else "category"
    ordered = kind in ("scale", "number")
    if not ordered and (measure.statistic == "mean" or measure.min is not None or measure.max is not None):
        t.complain("columns", tell("the codes of '{}' are not quantities; use share with values", column))
    codes = levels[column]
    for value in measure.values:
        if codes and value not in codes:
            t.complain("values", tell("{!r} is not a code of '{}'{}", value, column, nearest(value, codes)))
    numbers = [c for c in codes if isinstance(c, int | float)]
    low, high = measure.min, measure.max
    if (
        numbers
        and ordered
        and not any((low is None or c >= low) and (high is None or c <= high) for c in numbers)
    ):
        t.complain("min" if low is not None else "max", tell("no answer to '{}' satisfies it", column))
