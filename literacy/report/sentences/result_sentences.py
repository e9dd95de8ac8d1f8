"""Sentences on results, higher levels, projection, plan, channels and adjusted comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from literacy.instrument import Label
from literacy.report.facts.formatting import show
from literacy.report.facts.goal_facts import Pace
from literacy.report.facts.record import Fact, Facts
from literacy.report.facts.study import Study
from literacy.report.sentences.composition import NO_NOTE, Sentence, inline, join, phrase, tell
from literacy.report.sentences.headlines import rounded

TOP = 3


def entries(facts: list[Fact]) -> Label:
    """Return a list of ``name value``; in Chinese without a space, unless the name ends in a Latin letter or digit."""
    zh, en = ([], [])
    for f in facts:
        gap = " " if f.label.zh[-1:].isascii() and f.label.zh[-1:].isalnum() else ""
        zh.append(f"{f.label.zh}{gap}{show(f, 'zh')}")
        en.append(f"{f.label.en} {show(f, 'en')}")
    return Label("，".join(zh), ", ".join(en))


def write_results(facts: Facts, study: Study, part: str = "results") -> Iterator[Sentence]:
    """Yield mean, tiers, dimensions, items, and the differences within each breakdown."""
    year = str(study.year)
    mean = facts.get(f"mean|{year}")
    if mean is not None and mean.quotable:
        yield tell("mean", part, "mean", mean=mean)
    tiers = [f for f in facts.find(measure="tier") if f.quotable]
    if len(tiers) > 1:
        whole = len(tiers) == len(facts.find(measure="tier"))
        off = whole and abs(sum(round(100 * f.value, 1) for f in tiers) - 100) > 1e-6
        note = phrase("note.sum") if off else NO_NOTE
        yield tell("tiers", part, "tiers", list=entries(tiers), note=note, facts=tuple(tiers))
    dimensions = [f for f in facts.find(measure="dimension") if f.quotable]
    if dimensions:
        yield tell("dimensions", part, "dimensions", list=entries(dimensions), facts=tuple(dimensions))
    items = [f for f in facts.find(measure="item") if f.quotable]
    counted = facts.get(f"items|{year}")
    if len(items) > 1 and counted is not None:
        low, high = (pick(items, key=lambda f: f.value) for pick in (min, max))
        yield tell("items", part, "items", items=counted, low=low, high=high)
    for by in (*(("group",) if study.groups else ()), *study.breakdowns):
        yield from _breakdown(facts, study, by, part)


def _breakdown(facts: Facts, study: Study, by: str, part: str) -> Iterator[Sentence]:
    year = str(study.year)
    leader = facts.get(f"leader|{year}|{by}")
    differences = facts.find(measure="difference", by=by, wave=year)
    if leader is None or not differences:
        return
    name, column = f"by|{by}", inline(study.column(by))
    if len(differences) == 1 and len(facts.find(measure="share", wave=year, by=by)) == 2:
        one = differences[0]
        if one.verdict == "untested":
            return
        rest = facts[f"share|{year}|{by}|{one.other}"]
        yield tell(
            name, part, f"by.two.{one.verdict}", claim=one.verdict, column=column, first=leader.label, share=leader,
            second=rest.label, rest=rest, difference=one, note=rounded(rest, leader, one),
        )  # fmt: skip
        return
    above = [f for f in differences if f.verdict == "higher"]
    level = [f for f in differences if f.verdict == "no_difference"]
    names = [join([study.label(by, f.other) for f in some]) for some in (above, level)]
    if leader.verdict == "highest":
        key, claim = "by.highest", "highest"
    elif above:
        key, claim = ("by.some" if level else "by.above"), "higher"
    elif level:
        key, claim = "by.none", "no_difference"
    else:
        return
    yield tell(
        name, part, key, claim=claim, column=column, first=leader.label, share=leader, above=names[0], level=names[1],
        facts=differences,
    )  # fmt: skip


def write_levels(facts: Facts, part: str = "levels") -> Iterator[Sentence]:
    """Yield the latest published value of each higher level."""
    latest: dict[str, Fact] = {}
    for fact in facts.find(measure="published"):
        latest[fact.level] = fact
    for area, fact in latest.items():
        yield tell(f"published|{area}", part, "published", area=fact.label, year=fact.wave, share=fact)
    if latest:
        yield tell("published.caution", part, "published.caution")


def write_projection(facts: Facts, pace: Pace | None = None, part: str = "projection") -> Iterator[Sentence]:
    """Yield the share projected for the last year, and the data on which the pace of the projection is based."""
    fan = facts.find(measure="projected")
    if len(fan) > 1:
        yield tell("projected", part, "projected", year=fan[-1].wave, projected=fan[-1])
        if pace is not None:
            yield tell("pace", part, f"pace.{pace.kind}", source=pace.source)


def write_plan(facts: Facts, part: str = "scoreboard") -> Iterator[Sentence]:
    """Yield the numbers of tasks of the plan by status."""
    tasks = facts.get("plan_tasks")
    if tasks is not None:
        counts = {f.level: f for f in facts.find(measure="plan_count")}
        words: dict[str, Any] = {n: counts[n] for n in ("on_course", "behind", "cannot_tell", "no_data")}
        yield tell("plan", part, "plan", tasks=tasks, **words)


def write_habits(facts: Facts, study: Study, part: str = "channels") -> Iterator[Sentence]:
    """Yield the most frequent answers to each multiple-response question, in descending order of their estimates."""
    seen = dict.fromkeys(f.by for f in facts.find(measure="answer"))
    for name in seen:
        item = study.instrument.item(name)
        if item.type != "multiple":
            continue
        answers = [f for f in facts.find(measure="answer", by=name) if f.quotable]
        best = sorted(answers, key=lambda f: -f.value)[:TOP]
        if len(best) > 1:
            yield tell(
                f"answers|{name}", part, "answers", item=item.heading, list=entries(best), facts=tuple(best)
            )


def write_adjusted(facts: Facts, study: Study, part: str = "adjusted") -> Iterator[Sentence]:
    """Yield the significant differences that remain after adjustment for the other characteristics."""
    effects = facts.find(measure="adjusted")
    for fact in effects:
        if fact.verdict in ("higher", "lower"):
            yield tell(
                f"adjusted|{fact.by}|{fact.level}", part, f"adjusted.{fact.verdict}", claim=fact.verdict,
                level=fact.label, other=study.label(fact.by, fact.other), effect=fact,
            )  # fmt: skip
    rest = [f for f in effects if f.verdict == "no_difference"]
    if rest:
        columns = join([inline(study.column(by)) for by in dict.fromkeys(f.by for f in rest)])
        stated = any(f.verdict in ("higher", "lower") for f in effects)
        key = "adjusted.none" if stated else "adjusted.all"
        yield tell("adjusted|rest", part, key, claim="no_difference", columns=columns, facts=tuple(rest))
