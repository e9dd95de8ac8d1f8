"""Sentences on methods and of the quality statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from literacy.instrument import Label
from literacy.report.facts.fieldwork_facts import name_step
from literacy.report.facts.record import Facts
from literacy.report.facts.study import Study
from literacy.report.sentences.composition import Sentence, join, tell
from literacy.report.sentences.result_sentences import entries
from literacy.weighting import Weighting

DECLARED: dict[str, Label] = {
    "sponsor": Label("委托单位", "Sponsor"),
    "fieldwork": Label("执行单位", "Fieldwork by"),
    "recruitment": Label("受访者的联系与招募", "Recruitment of respondents"),
    "consent": Label("知情同意", "Consent"),
    "contact": Label("联系方式", "Contact"),
}
MISSING = Label("未提供", "not provided")


def write_methods(study: Study, part: str = "methods") -> Iterator[Sentence]:
    """Yield sentences on the methods of estimation and testing."""
    yield tell("method.interval", part, "method.interval")
    yield tell("method.tests", part, "method.tests")
    yield tell("method.covariance", part, "method.covariance")
    yield tell("method.reliable", part, "method.reliable", minimum=str(study.minimum))


def write_quality(
    facts: Facts, study: Study, declared: Mapping[str, Label], part: str = "quality"
) -> Iterator[Sentence]:
    """Yield the quality statement: computed figures, declarations of the office, and information not provided."""
    for year in sorted(study.samples):
        words: dict[str, Any] = {name: facts[f"{name}|{year}"] for name in ("rows", "size", "outside")}
        yield tell(f"sample|{year}", part, "sample", year=str(year), **words)
        absent = study.absent_groups(year)
        if absent:
            yield tell(f"groups.none|{year}", part, "groups.none", year=str(year), list=join(list(absent)))
    yield from _design(facts, study, part)
    rates = list(facts.find(measure="response"))
    key = "response" if rates else "response.none"
    yield tell("response", part, key, list=entries(rates), facts=tuple(rates))
    stands = facts.get(f"substitutes|{study.year}")
    if stands is not None:
        yield tell("response.source", part, "response.source", n=stands)
    yield from _weighting(facts, study, part)
    missing, items = list(facts.find(measure="missing")), facts.get(f"items|{study.year}")
    if missing and items is not None:
        yield tell("missing", part, "missing", items=items, list=entries(missing), facts=tuple(missing))
    yield from _flags(facts, part)
    standard = study.standard
    yield tell("standard", part, "standard", standard=standard.label)
    if standard.comparison.zh:
        yield tell("comparison", part, "comparison", text=standard.comparison)
    if study.instrument.note is not None:
        yield tell("comparison.form", part, "comparison", text=study.instrument.note)
    for group in study.instrument.groups:
        if group.proxy is not None and study.released((study.year,), "group", group.name):
            text = Label(f"{group.label.zh}：{group.proxy.zh}", f"{group.label.en}: {group.proxy.en}")
            yield tell(f"proxy|{group.name}", part, "proxy", text=text)
    if study.synthetic:
        yield tell("synthetic", part, "synthetic")
    for name, what in DECLARED.items():
        text = declared.get(name, MISSING)
        yield tell(f"declared|{name}", part, "declared", what=what, text=text)


def _design(facts: Facts, study: Study, part: str) -> Iterator[Sentence]:
    words, values = (
        {f.measure: f for f in facts.find(part="quality", wave=str(study.year)) if f.measure in names}
        for names in (("strata", "units", "stages", "df"), ("deff", "n_eff", "kish"))
    )
    blanks: dict[str, Any] = dict(words)
    yield (
        tell("design", part, "design", **blanks) if "strata" in words else tell("design", part, "design.none")
    )
    blanks = dict(values)
    yield tell("deff", part, "deff" if len(values) == 3 else "kish", **blanks)


def _weighting(facts: Facts, study: Study, part: str) -> Iterator[Sentence]:
    weighting = study.latest.weighting
    if not isinstance(weighting, Weighting):
        yield tell("weighting", part, "weighting.none")
        return
    names = [name_step(step.method) for step in weighting.steps]
    low, high = facts[f"ratio_low|{study.year}"], facts[f"ratio_high|{study.year}"]
    key = "weighting" if study.latest.design.weight else "weighting.plain"
    yield tell("weighting", part, key, list=join(names), low=low, high=high)
    same = [y for y in sorted(study.samples) if _totals(study, y) == _totals(study, study.year)]
    if len(same) > 1:
        yield tell(
            "weighting.same", part, "weighting.same", waves=join([Label(f"{y}年", str(y)) for y in same])
        )


def _totals(study: Study, year: int) -> tuple[tuple[str, str, float], ...]:
    """Return the population totals to which a wave was weighted; empty if it was not weighted."""
    weighting = study.samples[year].weighting
    if not isinstance(weighting, Weighting):
        return ()
    table = weighting.margins[["margin", "level", "population"]]
    return tuple((str(m), str(v), float(n)) for m, v, n in table.itertuples(index=False, name=None))


def _flags(facts: Facts, part: str) -> Iterator[Sentence]:
    values, n = facts.get("flags"), facts.get("flags_n")
    if values is None or n is None:
        yield tell("flags", part, "flags.none")
    else:
        yield tell("flags", part, "flags", flags=values, n=n)
