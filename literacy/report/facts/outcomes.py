"""Facts of the latest wave: shares overall, by group and by breakdown; tiers; scores; items."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from literacy.estimation import Estimate, contrast
from literacy.instrument import Label
from literacy.kernels.design.multiplicity import adjust_holm, t_probability
from literacy.report.facts.record import EMPTY, NAN, Fact
from literacy.report.facts.study import LEVEL, Study, name_level

ALPHA = 1.0 - LEVEL
WHOLE = Label("全体", "All")


def number_of(value: Any) -> float:
    """Return a table cell as a float; missing values become NaN."""
    return NAN if value is None or value != value or str(value) == "<NA>" else float(value)


def read_row(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Return the numbers in one row of an estimate, keyed by the attributes of :class:`Fact`."""
    names = ("se", "ci_low", "ci_high", "df", "n", "n_eff", "deff")
    numbers: dict[str, Any] = {name: number_of(row.get(name)) for name in names}
    numbers["value"] = number_of(row["estimate"])
    numbers["method"] = str(row.get("method", ""))
    numbers["confidence"] = LEVEL if math.isfinite(numbers["ci_low"]) else NAN
    poor = str(row.get("reliable")) == "False"
    numbers["status"] = "unreliable" if poor or not math.isfinite(numbers["value"]) else "ok"
    return numbers


def hide(numbers: dict[str, Any]) -> dict[str, Any]:
    """Return a suppressed copy with every number replaced by NaN, so that the table of facts does not contain it."""
    gone = dict.fromkeys(("value", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff", "confidence"), NAN)
    return numbers | gone | {"status": "suppressed"}


def list_shares(study: Study) -> Iterator[Fact]:
    """Yield the literate share in every wave, overall and by group and breakdown, and comparisons in the latest."""
    for year in sorted(study.samples):
        numbers = read_row(study.share(year).table.iloc[0].to_dict())
        numbers = hide(numbers) if study.hidden(year, "") else numbers
        yield Fact(f"share|{year}", "summary", "share", "share", wave=str(year), label=WHOLE, **numbers)
    columns = (("group",) if study.groups else ()) + study.breakdowns
    for by in columns:
        for year in sorted(study.samples):
            if study.grouped(year) if by == "group" else by in study.samples[year].frame:
                yield from _domains(study, by, year)
    for by in columns:
        yield from compare_levels(study, by)


def _domains(study: Study, by: str, year: int) -> Iterator[Fact]:
    for row in study.share(year, by).table.to_dict("records"):
        level = name_level(row[by])
        numbers = read_row(row)
        numbers = hide(numbers) if level in study.hidden(year, by) else numbers
        yield Fact(
            f"share|{year}|{by}|{level}", "results", "share", "share", wave=str(year), by=by, level=level,
            label=study.label(by, level), **numbers,
        )  # fmt: skip


def compare_levels(study: Study, by: str) -> Iterator[Fact]:
    """Yield the difference between the leading level and every other level of a column.

    The verdict "highest" requires the leading level to exceed all others. As the leader is selected from the same
    data, the Holm adjustment covers all pairs of levels, not only those involving the leader.
    """
    estimate = study.share(study.year, by)
    names = [name_level(v) for v in estimate.table[by]]
    rows = [read_row(r) for r in estimate.table.to_dict("records")]
    gone = study.hidden(study.year, by)
    fit = [i for i, name in enumerate(names) if name not in gone and rows[i]["status"] == "ok"]
    if len(fit) < 2:
        return
    leader = max(fit, key=lambda i: (rows[i]["value"], -i))
    others = [i for i in fit if i != leader]
    pairs = [(leader, i) for i in others] + list(combinations(others, 2))
    made = _differences(estimate, pairs)
    adjusted = adjust_holm(np.array([t["p_value"] for t in made]))
    numbers, own = made[: len(others)], adjusted[: len(others)]
    for i, one, q in zip(others, numbers, own, strict=True):
        verdict = "untested" if math.isnan(q) else ("higher" if q < ALPHA else "no_difference")
        yield Fact(
            f"difference|{study.year}|{by}|{names[leader]}|{names[i]}", "results", "difference", "points",
            wave=str(study.year), by=by, level=names[leader], other=names[i], p_adjusted=float(q),
            family=f"{by}: pairs", verdict=verdict, label=study.label(by, names[leader]),
            **one | {"status": "untested" if math.isnan(q) else "ok"},
        )  # fmt: skip
    above_all = bool(np.all(own < ALPHA)) and len(fit) == len(rows) > 2
    yield Fact(
        f"leader|{study.year}|{by}", "results", "leader", "share", wave=str(study.year), by=by,
        level=names[leader], family=f"{by}: pairs", verdict="highest" if above_all else "",
        p_adjusted=float(np.max(own)) if np.isfinite(own).all() else NAN,
        label=study.label(by, names[leader]), **rows[leader],
    )  # fmt: skip


def _differences(estimate: Estimate, pairs: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the differences between pairs of rows with their p-values; NaN if a share has zero standard error."""
    names = estimate.names
    wanted = {f"{a} {b}": {names[a]: 1.0, names[b]: -1.0} for a, b in pairs}
    made = contrast(estimate, wanted)
    numbers = [read_row(r) for r in made.table.to_dict("records")]
    for one, pair in zip(numbers, pairs, strict=True):
        testable = bool((estimate.se[list(pair)] > 0).all())
        one["p_value"] = float(t_probability(one["value"], one["se"], one["df"])) if testable else NAN
    return numbers


def list_scores(study: Study) -> Iterator[Fact]:
    """Yield the mean score, tiers, dimensions and items of the latest wave."""
    year, sample = study.year, study.latest
    if "total" in sample.frame and not study.hidden(year, ""):
        unit = "score"
        numbers = read_row(study.mean(year).table.iloc[0].to_dict())
        yield Fact(f"mean|{year}", "results", "mean", unit, wave=str(year), label=WHOLE, **numbers)
    yield from _tiers(study)
    yield from _dimensions(study)
    yield from _items(study)


def _tiers(study: Study) -> Iterator[Fact]:
    tiers = study.standard.tiers
    if not tiers or "tier" not in study.latest.frame or study.hidden(study.year, ""):
        return
    known = {t.name: t.label for t in tiers} | {"lower": Label("未达基本具备", "Below the lowest tier")}
    order = ["lower", *(t.name for t in tiers)]
    table = study.share(study.year, "", "tier").table
    rows = {str(r["level"]): r for r in table.to_dict("records")}
    for name in order:
        if name in rows:
            yield Fact(
                f"tier|{study.year}|{name}", "results", "tier", "share", wave=str(study.year), by="tier", level=name,
                label=known.get(name, Label(name, name)), **read_row(rows[name]),
            )  # fmt: skip


def _dimensions(study: Study) -> Iterator[Fact]:
    year = study.year
    if study.hidden(year, ""):
        return
    for one in study.standard.dimensions:
        if one.points is None or one.name not in study.latest.frame:
            continue
        numbers = read_row(study.mean(year, "", one.name).table.iloc[0].to_dict())
        for name in ("value", "se", "ci_low", "ci_high"):
            numbers[name] = numbers[name] / one.points
        numbers["ci_low"], numbers["ci_high"] = max(numbers["ci_low"], 0.0), min(numbers["ci_high"], 1.0)
        yield Fact(
            f"dimension|{year}|{one.name}", "results", "dimension", "share", wave=str(year), by="dimension",
            level=one.name, label=one.label, **numbers,
        )  # fmt: skip


def _items(study: Study) -> Iterator[Fact]:
    year, sample = study.year, study.latest
    if study.hidden(year, ""):
        return
    for item in study.instrument.scored_items:
        name = f"{item.name}_correct"
        if name in sample.frame and sample.frame.loc[sample.weight != 0, name].notna().any():
            numbers = read_row(study.share(year, "", name).table.iloc[0].to_dict())
            numbers = hide(numbers) if not numbers["n"] >= study.minimum else numbers
            yield Fact(
                f"item|{year}|{item.name}", "results", "item", "share", wave=str(year), by="item", level=item.name,
                label=item.label, **numbers,
            )  # fmt: skip


def list_people(study: Study) -> Iterator[Fact]:
    """Yield the number of literate people, if the weights sum to a known population total."""
    year = study.year
    if not study.weighted or study.hidden(year, ""):
        return
    numbers = read_row(study.people(year).table.iloc[0].to_dict())
    numbers["status"] = read_row(study.share(year).table.iloc[0].to_dict())["status"]
    numbers["ci_low"] = max(numbers["ci_low"], 0.0)
    yield Fact(f"people|{year}", "summary", "people", "people", wave=str(year), label=EMPTY, **numbers)
