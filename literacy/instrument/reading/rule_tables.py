"""Reader of the rules in ``instrument.toml``: conditions, universes, groups, recodes, filters, design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from literacy.instrument.definitions import (
    KINDS,
    Condition,
    FrozenMap,
    Group,
    Item,
    Label,
    Level,
    MissingRule,
    Recode,
    Universe,
    WaveDesign,
    nearest,
)
from literacy.instrument.reading.source_tables import Table
from literacy.messages import tell

ROLES = ("weight", "strata", "psu", "fpc")


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the questionnaire: its label, whether files may lack it, and of whom it is asked."""

    name: str
    label: Label
    optional: bool
    asked: tuple[Condition, ...]


def parse_condition(table: Table) -> Condition:
    """Read one condition."""
    column = table.text("column", required=True)
    low, high, values = table.number("min"), table.number("max"), table.codes("values")
    table.done()
    if low is None and high is None and not values:
        table.complain("column", "a condition needs min, max or values")
    if low is not None and high is not None and low > high:
        table.complain("min", tell("{:g} is above max {:g}", low, high))
    return Condition(column, low, high, values)


def parse_conditions(table: Table, key: str) -> tuple[Condition, ...]:
    """Read a list of conditions that must all hold."""
    return tuple(parse_condition(t) for t in table.tables(key))


def parse_any_of(table: Table) -> tuple[tuple[Condition, ...], ...]:
    """Read ``any_of`` (a list of lists) or ``all_of`` (one list)."""
    table.known += ["any_of", "all_of"]
    if "all_of" in table.data and "any_of" in table.data:
        table.complain("any_of", "give any_of or all_of, not both")
    if "all_of" in table.data:
        return (parse_conditions(table, "all_of"),)
    lists = table.data.get("any_of")
    if not isinstance(lists, list) or not lists or not all(isinstance(one, list) and one for one in lists):
        table.complain("any_of", "must be a list of non-empty lists of conditions (or use all_of)")
        return ()
    out = []
    for number, one in enumerate(lists, start=1):
        inner = Table({"any_of": one}, table.file, f"{table.name}[{number}]", table.findings)
        out.append(parse_conditions(inner, "any_of"))
    return tuple(out)


def parse_modules(table: Table) -> tuple[Module, ...]:
    """Read ``[[modules]]``."""
    out = []
    for t in table.tables("modules", required=True):
        name, label = t.text("name", required=True), t.name_label()
        out.append(Module(name, label, t.flag("optional"), parse_conditions(t, "asked")))
        t.done()
    return tuple(out)


def parse_universes(table: Table) -> tuple[Universe, ...]:
    """Read ``[[universes]]``; exactly one must be the indicator universe."""
    out = []
    for t in table.tables("universes", required=True):
        name, label, indicator = t.text("name", required=True), t.name_label(), t.flag("indicator")
        out.append(Universe(name, label, parse_conditions(t, "all_of"), indicator))
        t.done()
    count = sum(u.indicator for u in out)
    if count != 1:
        table.complain("universes", tell("exactly one universe must have indicator = true, {} have", count))
    return tuple(out)


def parse_groups(table: Table, universes: Iterable[str]) -> tuple[Group, ...]:
    """Read ``[[groups]]``."""
    known, out = list(universes), []
    for t in table.tables("groups"):
        name, label = t.text("name", required=True), t.name_label()
        universe = t.text("universe", required=True)
        if universe and universe not in known:
            t.complain("universe", tell("'{}' is not a universe{}", universe, nearest(universe, known)))
        out.append(Group(name, label, parse_any_of(t), universe, t.label("proxy")))
        t.done()
    return tuple(out)


def parse_recodes(table: Table) -> tuple[Recode, ...]:
    """Read ``[[recodes]]`` and their levels."""
    out = []
    for t in table.tables("recodes"):
        name, label, column = t.text("name", required=True), t.name_label(), t.text("column", required=True)
        levels = []
        for part in t.tables("levels", required=True):
            codes = part.codes("values")
            low, high = part.number("min"), part.number("max")
            code = (part.code("code") or ("",))[0]
            if low is None and high is None and not codes:
                part.complain("values", "a level needs min, max or values")
            levels.append(Level(code, part.name_label(), low, high, codes))
            part.done()
        t.done()
        if len({type(level.code) for level in levels}) > 1:
            t.complain("levels", "codes are all numbers or all texts, not both")
        for code in {x.code for x in levels if [y.code for y in levels].count(x.code) > 1}:
            t.complain("levels", tell("code {} appears twice", code))
        out.append(Recode(name, label, column, tuple(levels)))
    return tuple(out)


def parse_missing(table: Table) -> tuple[MissingRule, ...]:
    """Read ``[[missing]]``."""
    out = []
    for t in table.tables("missing"):
        kind = t.choice("kind", KINDS[1:], required=True)
        out.append(MissingRule(kind, t.codes("codes"), t.texts("tags"), t.texts("labels")))
        t.done()
    return tuple(out)


def parse_design(table: Table) -> WaveDesign:
    """Read a ``[design]`` table."""
    sub = table.table("design")
    if sub is None:
        return WaveDesign()
    candidates: dict[str, tuple[str, ...]] = {}
    below = sub.table("candidates")
    if below is not None:
        candidates = {role: names for role in ROLES if (names := below.texts(role))}
        below.done()
    design = WaveDesign(
        weight=sub.text("weight"),
        strata=sub.text("strata"),
        psu=sub.texts("psu"),
        fpc=sub.texts("fpc"),
        candidates=FrozenMap(candidates),
    )
    sub.done()
    return design


def apply_asking(items: tuple[Item, ...], modules: tuple[Module, ...], table: Table) -> tuple[Item, ...]:
    """Add to each item the filters of its module and those of ``[[asking]]`` that name it."""
    by_module = {m.name: m for m in modules}
    names = [i.name for i in items]
    asked: dict[str, tuple[Condition, ...]] = {}
    optional, personal = set[str](), set[str]()
    for t in table.tables("asking"):
        conditions = parse_conditions(t, "asked")
        chosen = t.texts("items", required=True)
        flags = t.flag("optional"), t.flag("personal")
        t.done()
        for name in chosen:
            if name not in names:
                t.complain("items", tell("'{}' is not an item{}", name, nearest(name, names)))
            asked[name] = asked.get(name, ()) + conditions
            optional |= {name} if flags[0] else set()
            personal |= {name} if flags[1] else set()
    out = []
    for item in items:
        module = by_module.get(item.module)
        before = module.asked if module else ()
        may = item.name in optional or (module.optional if module else False)
        out.append(
            replace(
                item,
                asked=before + asked.get(item.name, ()),
                optional=may,
                personal=item.name in personal,
            )
        )
    return tuple(out)


def check_condition(
    condition: Condition, columns: Mapping[str, tuple[object, ...]], table: Table, key: str
) -> None:
    """Report a condition on an unknown column, or on a code the column cannot take."""
    place = ".".join(part for part in (table.name, key) if part)
    if condition.column not in columns:
        message = tell("'{}' is not a column{}", condition.column, nearest(condition.column, columns))
        table.findings.add(table.file, place, "column", message)
        return
    codes = columns[condition.column]
    for value in condition.values:
        if codes and value not in codes:
            message = tell("{!r} is not a code of '{}'{}", value, condition.column, nearest(value, codes))
            table.findings.add(table.file, place, "values", message)
