"""Facts about channels, venues, activities and attitudes: answers to items that are not scored."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from literacy.estimation import suppress
from literacy.instrument import Item, Label
from literacy.report.facts.outcomes import hide, read_row
from literacy.report.facts.record import Fact
from literacy.report.facts.study import Study, name_level

CATEGORICAL = ("single", "multiple", "category", "scale", "true_false")


def list_habits(study: Study) -> Iterator[Fact]:
    """Yield the share of every answer option of items that are neither scored nor background, in the latest wave."""
    for item in asked_items(study):
        columns = _columns(study, item)
        if item.type == "multiple":
            yield from _several(study, item, columns)
        elif columns:
            yield from _one(study, item)


def asked_items(study: Study) -> tuple[Item, ...]:
    """Return the items of the latest wave with answer options that are neither scored nor background."""
    sample = study.latest
    return tuple(
        i for i in study.instrument.items
        if not i.scored and i.module not in ("background", "") and i.type in CATEGORICAL and i.answers
        and i.name not in sample.survey()[1].absent and _columns(study, i)
    )  # fmt: skip


def _columns(study: Study, item: Item) -> tuple[str, ...]:
    frame, live = study.latest.frame, study.latest.weight != 0
    names = [f"{item.name}_{o.code}" for o in item.answers] if item.type == "multiple" else [item.name]
    return tuple(n for n in names if n in frame and bool(frame.loc[live, n].notna().any()))


def _several(study: Study, item: Item, columns: tuple[str, ...]) -> Iterator[Fact]:
    labels = {f"{item.name}_{o.code}": o.label for o in item.answers}
    for name in columns:
        numbers = read_row(study.share(study.year, "", name).table.iloc[0].to_dict())
        numbers = hide(numbers) if not numbers["n"] >= study.minimum else numbers
        yield Fact(
            f"answer|{study.year}|{item.name}|{name.removeprefix(item.name + '_')}", "channels", "answer", "share",
            wave=str(study.year), by=item.name, level=name.removeprefix(item.name + "_"), label=labels[name], **numbers,
        )  # fmt: skip


def _one(study: Study, item: Item) -> Iterator[Fact]:
    made = study.share(study.year, "", item.name)
    gone = suppress(made, study.minimum, unreliable=False).table["n"].isna().to_numpy(bool)
    labels = {str(o.code): o.label for o in item.answers}
    order = {str(o.code): i for i, o in enumerate(item.answers)}
    rows = made.table.assign(hidden=gone).to_dict("records")
    rows.sort(key=lambda r: order.get(name_level(r["level"]), len(order)))
    for row in rows:
        level = name_level(row["level"])
        numbers = read_row(row)
        numbers = hide(numbers) if row["hidden"] or not np.isfinite(numbers["value"]) else numbers
        yield Fact(
            f"answer|{study.year}|{item.name}|{level}", "channels", "answer", "share", wave=str(study.year),
            by=item.name, level=level, label=labels.get(level, Label(level, level)), **numbers,
        )  # fmt: skip
