"""Facts about change since each earlier wave: overall, by group, in gaps, and its decomposition."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from literacy.errors import LiteracyError
from literacy.estimation import contrast, decompose
from literacy.instrument import Label
from literacy.kernels.design.intervals import symmetric_interval
from literacy.kernels.design.multiplicity import adjust_holm, t_probability
from literacy.report.facts.outcomes import ALPHA, WHOLE, hide, read_row
from literacy.report.facts.record import NAN, Fact
from literacy.report.facts.study import Study, name_level

NO_ERROR = 1e-6
_TRIED = ("estimate.domain", "estimate.variable", "estimate.df", "estimate.separation", "weighting.level")


def list_changes(study: Study, equivalence: float | None = None) -> Iterator[Fact]:
    """Yield the changes since each earlier wave: overall, by group, and in gaps between two levels.

    The overall change is tested separately for each wave. Changes in groups and in gaps form one family over all
    earlier waves, with familywise error rate controlled by Holm's method.
    """
    found: list[Fact] = []
    for base in study.earlier:
        if not (study.hidden(study.year, "") or study.hidden(base, "")):
            found.append(_whole(study, base, equivalence))
            yield found[-1]
            yield from _growth(study, found[-1])
    family: list[Fact] = []
    for base in study.earlier:
        family += list(_groups(study, base)) + list(_gaps(study, base))
    adjusted = adjust_holm(np.array([f.p_value for f in family]))
    for fact, q in zip(family, adjusted, strict=True):
        yield fact if fact.measure == "gap" else _judge(replace(fact, p_adjusted=float(q)), float(q))
    yield from _decompositions(study)


def _p(numbers: dict[str, Any]) -> float:
    return float(t_probability(numbers["value"], numbers["se"], numbers["df"]))


def _testable(study: Study, base: int, by: str, level: str = "") -> bool:
    """Return whether the share is reliable and has a positive standard error in both waves."""
    for year in (base, study.year):
        table = study.share(year, by).table
        rows = table if not by else table[[name_level(v) == level for v in table[by]]]
        if not len(rows):
            return False
        row = read_row(rows.iloc[0].to_dict())
        if row["status"] != "ok" or not row["se"] > 0:
            return False
    return True


def _whole(study: Study, base: int, equivalence: float | None) -> Fact:
    numbers = read_row(study.change(base).table.iloc[0].to_dict())
    p = _p(numbers) if _testable(study, base, "") else NAN
    made = Fact(
        f"change|{base}>{study.year}", "change", "change", "points", wave=str(study.year), base=str(base), label=WHOLE,
        p_value=p, p_adjusted=p, family="the whole", **numbers | {"status": "ok"},
    )  # fmt: skip
    made = _judge(made, p)
    if made.verdict == "no_change" and equivalence is not None:
        low, high = symmetric_interval(
            np.array([made.value]), np.array([made.se]), np.array([made.df]), 1 - 2 * ALPHA
        )
        if -equivalence < float(low[0]) and float(high[0]) < equivalence:
            return replace(made, verdict="equivalent")
    return made


def _judge(fact: Fact, p: float) -> Fact:
    if math.isnan(p):
        return replace(
            fact, verdict="untested", status="suppressed" if fact.status == "suppressed" else "untested"
        )
    if fact.measure == "gap_change":
        verdict = "no_change" if p >= ALPHA else fact.verdict
        return replace(fact, verdict=verdict)
    return replace(fact, verdict="no_change" if p >= ALPHA else "rise" if fact.value > 0 else "fall")


def _growth(study: Study, change: Fact) -> Iterator[Fact]:
    """Yield the growth relative to the earlier share, only if the change is a significant rise."""
    before = float(study.share(int(change.base)).estimate[0])
    if change.verdict == "rise" and before > 0:
        yield Fact(
            f"growth|{change.base}>{change.wave}", "change", "growth", "growth", change.value / before,
            wave=change.wave, base=change.base, label=WHOLE, method="change over the earlier share",
        )  # fmt: skip


def _groups(study: Study, base: int) -> Iterator[Fact]:
    if not study.groups or not study.grouped(base):
        return
    for row in study.change(base, "group").table.to_dict("records"):
        level = name_level(row["group"])
        numbers = read_row(row)
        p = _p(numbers) if _testable(study, base, "group", level) else NAN
        numbers |= {"status": "ok"}
        if not study.released((base, study.year), "group", level):
            numbers, p = hide(numbers), NAN
        yield Fact(
            f"change|{base}>{study.year}|group|{level}", "change", "change", "points", wave=str(study.year),
            base=str(base), by="group", level=level, p_value=p, family="groups", label=study.label("group", level),
            **numbers,
        )  # fmt: skip


def _gaps(study: Study, base: int) -> Iterator[Fact]:
    """Yield, for columns with two levels, the gap in both waves and its change (a difference in differences)."""
    for by in study.breakdowns:
        if by not in study.samples[base].frame:
            continue
        now = study.share(study.year, by)
        levels = [name_level(v) for v in now.table[by]]
        then = [name_level(v) for v in study.share(base, by).table[by]]
        if len(levels) != 2 or sorted(then) != sorted(levels):
            continue
        if not all(
            study.released((base, study.year), by, v) and _testable(study, base, by, v) for v in levels
        ):
            continue
        yield from _gap(study, base, by, levels)


def _gap(study: Study, base: int, by: str, levels: list[str]) -> Iterator[Fact]:
    change = study.change(base, by)
    rows = [name_level(v) for v in change.table[by]]
    first, second = (change.names[rows.index(v)] for v in levels)
    now, then = (
        dict(zip([name_level(v) for v in e.table[by]], e.estimate, strict=True))
        for e in (study.share(study.year, by), study.share(base, by))
    )
    sign = 1.0 if now[levels[0]] - now[levels[1]] >= 0 else -1.0
    made = contrast(change, {"d": {first: sign, second: -sign}})
    numbers = read_row(made.table.iloc[0].to_dict()) | {"status": "ok"}
    gap_now = sign * (now[levels[0]] - now[levels[1]])
    gap_then = sign * (then[levels[0]] - then[levels[1]])
    same_side = gap_then >= 0
    verdict = ("narrowed" if numbers["value"] < 0 else "widened") if same_side else "reversed"
    high, low = (levels[0], levels[1]) if sign > 0 else (levels[1], levels[0])
    yield Fact(
        f"gap_change|{base}>{study.year}|{by}", "change", "gap_change", "points", wave=str(study.year),
        base=str(base), by=by, level=high, other=low, p_value=_p(numbers), family="groups", verdict=verdict,
        label=study.column(by), **numbers,
    )  # fmt: skip
    for year, value in ((base, gap_then), (study.year, gap_now)):
        yield Fact(
            f"gap|{base}>{study.year}|{year}|{by}", "change", "gap", "points", value, wave=str(year), base=str(base),
            by=by, level=high, other=low, label=study.column(by),
        )  # fmt: skip


def _decompositions(study: Study) -> Iterator[Fact]:
    """Yield the decomposition of the change since each earlier wave into composition and rate effects.

    It uses the first education or age column for which both effects have a non-zero standard error. A column to which
    both waves were weighted in the same way has no composition effect to report.
    """
    columns = [c for start in ("education", "age") for c in study.breakdowns if c.startswith(start)]
    for base in study.earlier:
        for by in columns:
            if by not in study.samples[base].frame or study.hidden(study.year, by) or study.hidden(base, by):
                continue
            found = list(_split(study, base, by))
            if found and all(f.se > NO_ERROR for f in found):
                yield from found
                break


def _split(study: Study, base: int, by: str) -> Iterator[Fact]:
    words = {
        "composition": Label("人口构成", "composition"),
        "rate": Label("各类人群自身", "rates within levels"),
    }
    try:
        made = decompose(study.samples[base], study.latest, "literate", by=by, shared=study.shared)
    except LiteracyError as error:
        if error.code not in _TRIED:
            raise
        return
    for row in made.table.to_dict("records"):
        if row["level"] == "(all)" and row["component"] in words:
            numbers = read_row(row) | {"status": "ok"}
            yield Fact(
                f"split|{base}>{study.year}|{row['component']}", "change", "split", "points", wave=str(study.year),
                base=str(base), by=by, level=str(row["component"]), p_value=_p(numbers),
                label=words[str(row["component"])], **numbers,
            )  # fmt: skip
