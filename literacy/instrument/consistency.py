"""Consistency checks between the parts of an instrument."""

from __future__ import annotations

from literacy.instrument.definitions import Code, Condition, nearest
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.rule_tables import check_condition
from literacy.instrument.reading.source_tables import Table
from literacy.instrument.standards import Standard
from literacy.messages import tell


def levels_of(instrument: Instrument) -> dict[str, tuple[Code, ...]]:
    """Return column -> codes it can take (empty means any number or text), for items and recodes."""
    return {name: tuple(o.code for o in instrument.levels(name)) for name in instrument.columns}


def check_instrument(instrument: Instrument, t: Table) -> None:
    """Report inconsistencies between items, conditions, recodes and standards."""
    levels = levels_of(instrument)
    _check_names(instrument, t)
    _check_conditions(instrument, levels, t)
    items_file = instrument.file.replace("instrument.toml", "items.csv")
    for item in instrument.items:
        if item.module not in instrument.modules:
            message = tell(
                "'{}' is not a module of instrument.toml{}",
                item.module,
                nearest(item.module, instrument.modules),
            )
            t.findings.add(items_file, item.name, "module", message)
    for standard in instrument.rules.values() if instrument.scored_items else ():
        _check_standard(instrument, standard, items_file, t)
    _check_dimensions(instrument, items_file, t)


def _check_names(instrument: Instrument, t: Table) -> None:
    families = {
        "groups": [g.name for g in instrument.groups],
        "universes": [u.name for u in instrument.universes],
        "recodes": [r.name for r in instrument.recodes],
        "waves": [w.name for w in instrument.waves],
    }
    for family, names in families.items():
        for name in sorted({n for n in names if names.count(n) > 1}):
            t.complain(f"{family}.{name}", "the name appears twice")
    items = {i.name for i in instrument.items}
    for name in families["recodes"]:
        if name in items:
            t.complain(f"recodes.{name}", "an item has the same name")
    for item in instrument.items:
        if item.name in instrument.personal:
            t.complain("personal", tell("'{}' is an item; mark it personal in [[asking]]", item.name))


def _check_conditions(instrument: Instrument, levels: dict[str, tuple[Code, ...]], t: Table) -> None:
    for group in instrument.groups:
        for conditions in group.any_of:
            _check_each(conditions, levels, t, f"groups.{group.name}")
    for universe in instrument.universes:
        _check_each(universe.all_of, levels, t, f"universes.{universe.name}")
    for item in instrument.items:
        _check_each(item.asked, levels, t, tell("asked of {}", item.name))
        if any(c.column == item.name for c in item.asked):
            t.complain(tell("asked of {}", item.name), "an item cannot depend on itself")
    items = {i.name: levels[i.name] for i in instrument.items}
    for recode in instrument.recodes:
        for level in recode.levels:
            condition = Condition(recode.column, level.min, level.max, level.values)
            check_condition(condition, items, t, f"recodes.{recode.name}")


def _check_each(
    conditions: tuple[Condition, ...], levels: dict[str, tuple[Code, ...]], t: Table, key: str
) -> None:
    for condition in conditions:
        check_condition(condition, levels, t, key)


def _check_dimensions(instrument: Instrument, items_file: str, t: Table) -> None:
    known = {d.name for s in instrument.rules.values() for d in s.dimensions}
    for item in instrument.items:
        if item.dimension and item.dimension not in known:
            message = tell("'{}' is not a dimension of {}", item.dimension, ", ".join(instrument.standards))
            t.findings.add(items_file, item.name, "dimension", message + nearest(item.dimension, known))


def _check_standard(instrument: Instrument, standard: Standard, items_file: str, t: Table) -> None:
    scored = {i.name: i for i in instrument.scored_items}
    place = f"standards.{standard.id}"
    for name in standard.items:
        if name not in scored:
            t.complain(place, tell("'{}' is not an item with a key{}", name, nearest(name, scored)))
    counted = [scored[n] for n in standard.items if n in scored] if standard.items else list(scored.values())
    if standard.rule in ("points", "joint"):
        for dimension in standard.dimensions:
            if not any(i.dimension == dimension.name for i in counted):
                t.complain(place, tell("no item with a key has dimension '{}'", dimension.name))
    if standard.rule == "benchmarks":
        numbers = [b.no for b in standard.benchmarks]
        for item in counted:
            if item.benchmark is not None and item.benchmark not in numbers:
                message = tell(
                    "{} is not a benchmark of {} (1 to {})", item.benchmark, standard.id, len(numbers)
                )
                t.findings.add(items_file, item.name, "benchmark", message)
        lacking = [str(no) for no in numbers if not any(i.benchmark == no for i in counted)]
        if lacking:
            t.findings.add(items_file, "", "benchmark", tell("no item for benchmark {}", ", ".join(lacking)))
        held = sum(i.benchmark is not None for i in counted)
        if standard.size is not None and held != standard.size:
            message = tell("{} items have a benchmark; {} asks for {}", held, standard.id, standard.size)
            t.findings.add(items_file, "", "benchmark", message)
    if (
        standard.rule == "count"
        and standard.literate is not None
        and not 0 < standard.literate <= len(counted)
    ):
        t.complain(place, f"literate = {standard.literate:g} is outside 1 to {len(counted)} items")
