"""Labels and levels of codes, as far as the instrument knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from literacy._readable import own_heading
from literacy.instrument import Item, Recode
from literacy.sampling import Sample

Labels = Mapping[str, Mapping[Any, Any]]


def known_items(sample: Sample) -> dict[str, Item | Recode]:
    """Return items and recodes of the instrument by name; empty for a plain table."""
    if sample.instrument is None:
        return {}
    known: list[Item | Recode] = [*sample.instrument.items, *sample.instrument.recodes]
    return {i.name: i for i in known}


def tier_names(sample: Sample) -> list[str]:
    """Return the names of the standard's tiers from the lowest; empty without a standard."""
    return (
        []
        if sample.standard is None
        else [t.name for t in sorted(sample.standard.tiers, key=lambda t: t.cut)]
    )


def option_labels(item: Item | Recode) -> dict[Any, Any]:
    """Return code -> label of an item's options or a recode's levels."""
    return {o.code: o.label for o in item.options}


def known_levels(sample: Sample, name: str) -> tuple[Any, ...]:
    """Return the levels a column may have, observed or not: categories, an item's answers, a recode's levels, tiers."""
    column = sample.frame[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(column.cat.categories)
    if name == "tier":
        return tuple(tier_names(sample))
    item = known_items(sample).get(name)
    if item is None:
        return ()
    return tuple(o.code for o in (item.answers if isinstance(item, Item) else item.options))


def find_labels(
    sample: Sample, by: Sequence[str], order: Sequence[Sequence[Any]], variables: Iterable[str]
) -> dict[str, Mapping[Any, Any]]:
    """Return bilingual labels of groups, options, variables and the universe, as far as the instrument has them.

    Parameters
    ----------
    sample : Sample
    by, order : columns of the domains, and the values of each
    variables : estimated variables
    """
    if sample.instrument is None:
        return {}
    items = known_items(sample)
    groups = {g.name: g.label for g in sample.instrument.groups}
    found = list(dict.fromkeys(variables))
    out: dict[str, Mapping[Any, Any]] = {n: option_labels(items[n]) for n in (*by, *found) if n in items}
    for name, values in zip(by, order, strict=True):
        if name not in out and values and all(v in groups for v in values):
            out[name] = {v: groups[v] for v in values}
    tiers = {} if sample.standard is None else {t.name: t.label for t in sample.standard.tiers}
    if tiers and "tier" in (*by, *found):
        out["tier"] = tiers
    named = {v: items[v].label for v in found if v in items}
    whose = {u.name: u.label for u in sample.instrument.universes if u.name == sample.origin.universe}
    return out | ({"variable": named} if named else {}) | ({"universe": whose} if whose else {})


def name_codes(labels: Labels, table: pd.DataFrame) -> list[str]:
    """Return a sentence on the meaning of the codes of each column with numeric codes."""
    out = []
    for column, known in labels.items():
        if known and column in table.columns and pd.api.types.is_numeric_dtype(table[column]):
            seen = [v for v in dict.fromkeys(table[column]) if v in known]
            out.append(f"{own_heading(column)}: " + ", ".join(f"{v} = {known[v].localized}" for v in seen))
    return out
