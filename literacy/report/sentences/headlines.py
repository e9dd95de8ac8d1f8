"""Sentences of the summary and of changes: overall share, groups, goals, gaps and decomposition."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from literacy.instrument import Label
from literacy.report.facts.formatting import rounds_off, show
from literacy.report.facts.goal_facts import Pace
from literacy.report.facts.record import Fact, Facts
from literacy.report.facts.study import Study
from literacy.report.sentences.composition import NO_NOTE, Sentence, inline, phrase, tell


def write_whole(
    facts: Facts, study: Study, place: Label = NO_NOTE, part: str = "summary"
) -> Iterator[Sentence]:
    """Yield the overall share in the latest wave, and the corresponding number of people."""
    year = str(study.year)
    share = facts[f"share|{year}"]
    universe = whom(study)
    if share.status == "suppressed":
        yield tell("total", part, "total.none", year=year)
        return
    key = "total.ok" if share.status == "ok" else "total.unreliable"
    comma = ", " if place.en else ""
    yield tell(
        "total", part, key, year=year, universe=universe, share=share, place=place, comma=Label("", comma)
    )
    people = facts.get(f"people|{year}")
    if people is not None:
        if people.status == "ok":
            yield tell("people", part, "people", people=people)
        else:
            yield tell("people", part, "people.unreliable", facts=(people,))


def whom(study: Study) -> Label:
    """Return the label of the population to which the indicator refers."""
    sample = study.latest
    known = {u.name: u.label for u in study.instrument.universes}
    return known.get(sample.universe, study.place)


def rounded(before: Fact | None, after: Fact, change: Fact) -> Label:
    """Return the note on rounding if the printed numbers do not subtract exactly; otherwise an empty label."""
    if before is None or not rounds_off(before, after, change):
        return NO_NOTE
    return phrase("note.rounded")


def write_changes(
    facts: Facts, study: Study, equivalence: float | None, part: str = "change", only: int | None = None
) -> Iterator[Sentence]:
    """Yield the change of the overall share since each earlier wave, or since the latest *only* of them."""
    year = str(study.year)
    after = facts[f"share|{year}"]
    for base in study.earlier[:only]:
        change = facts.get(f"change|{base}>{year}")
        before = facts.get(f"share|{base}")
        if change is None or before is None:
            continue
        yield tell(
            f"change.{part}|{base}", part, f"change.{change.verdict}", claim=change.verdict, year=year, base=str(base),
            before=before, change=change, note=rounded(before, after, change),
            margin=f"{100 * (equivalence or math.nan):.1f}", facts=(after,),
        )  # fmt: skip
        growth = facts.get(f"growth|{base}>{year}")
        if growth is not None and part == "change":
            yield tell(f"growth|{base}", part, "growth", base=str(base), before=before, growth=growth)


def write_groups(facts: Facts, study: Study, part: str = "summary") -> Iterator[Sentence]:
    """Yield one sentence per group; suppressed groups are omitted."""
    year = str(study.year)
    base = study.earlier[0] if study.earlier else None
    for share in facts.find(measure="share", wave=year, by="group"):
        if share.status == "suppressed":
            continue
        name = f"group.{part}|{share.level}"
        if share.status == "unreliable":
            yield tell(name, part, "group.unreliable", group=share.label, facts=(share,))
            continue
        change = facts.get(f"change|{base}>{year}|group|{share.level}")
        before = facts.get(f"share|{base}|group|{share.level}")
        verdict = change.verdict if change is not None else ""
        if verdict == "untested" and change is not None and change.status != "suppressed":
            yield tell(
                name, part, "group.untested", group=share.label, share=share, base=str(base), facts=(change,)
            )
            continue
        if change is None or before is None or verdict not in ("rise", "fall", "no_change"):
            yield tell(name, part, "group.only", group=share.label, share=share)
            continue
        note = NO_NOTE if verdict == "no_change" else rounded(before, share, change)
        yield tell(
            name, part, f"group.{verdict}", claim=verdict, group=share.label, share=share, base=str(base),
            before=before, change=change, note=note,
        )  # fmt: skip


def write_goals(facts: Facts, pace: Pace | None = None, part: str = "summary") -> Iterator[Sentence]:
    """Yield a sentence per goal: reached, not reached or undecided, or the probability of reaching it."""
    goals = facts.find(measure="goal")
    for goal in goals:
        words = phrase(f"goal.words.{goal.level}", goal=Label(*(_goal(goal),) * 2))
        share = facts.get(f"goal_share|{goal.wave}")
        name = f"goal.{part}|{goal.wave}"
        whole = facts.get(f"share|{goal.wave}")
        if share is not None and whole is not None and whole.status == "unreliable":
            yield tell(name, part, "goal.unreliable", year=goal.wave, goal_words=words, facts=(goal, whole))
            continue
        if share is not None:
            yield tell(
                name, part, f"goal.{share.verdict}", claim=share.verdict, year=goal.wave, goal_words=words, share=share,
                facts=(goal,),
            )  # fmt: skip
            continue
        chance = facts.get(f"goal_chance|{goal.wave}")
        if chance is not None:
            words_of: dict[str, Any] = {"goal_words": words, "chance": chance}
            key = "goal.ahead"
            if pace is not None and pace.kind == "borrowed":
                key, words_of["source"] = "goal.borrowed", pace.source
            yield tell(name, part, key, year=goal.wave, facts=(goal,), **words_of)
        needed = facts.get(f"pace_needed|{goal.wave}")
        if needed is not None and needed.value > 0 and part != "summary":
            yield tell(f"pace.{part}|{goal.wave}", part, "goal.pace", needed=needed)
    if not goals:
        yield tell(f"goal.{part}|none", part, "goal.none")


def _goal(goal: Fact) -> str:
    return show(goal, "zh", "goal")


def write_gaps(facts: Facts, study: Study, part: str = "change") -> Iterator[Sentence]:
    """Yield gaps between two levels, called narrower or wider only if the difference of differences is significant."""
    year = str(study.year)
    for change in facts.find(measure="gap_change"):
        then = facts[f"gap|{change.base}>{year}|{change.base}|{change.by}"]
        now = facts[f"gap|{change.base}>{year}|{year}|{change.by}"]
        verdict = change.verdict if change.verdict != "untested" else ""
        if not verdict:
            continue
        apart = verdict == "no_change" and (change.ci_low > 0 or change.ci_high < 0)
        yield tell(
            f"gap|{change.base}|{change.by}", part, f"gap.{verdict}{'.adjusted' if apart else ''}", claim=verdict,
            column=inline(change.label),
            first=study.label(change.by, change.level), second=study.label(change.by, change.other), base=change.base,
            then=then, now=now, change=change, note=rounded(then, now, change),
        )  # fmt: skip


def write_splits(facts: Facts, study: Study, part: str = "change") -> Iterator[Sentence]:
    """Yield the decomposition of the change into a composition and a rate component."""
    for base in study.earlier:
        parts = {f.level: f for f in facts.find(measure="split", base=str(base))}
        change = facts.get(f"change|{base}>{study.year}")
        if len(parts) != 2 or change is None or change.verdict == "untested":
            continue
        shown = sum(round(100 * f.value, 1) for f in parts.values())
        off = abs(shown - round(100 * change.value, 1)) > 1e-6
        yield tell(
            f"split|{base}", part, "split", base=str(base), column=inline(study.column(parts["rate"].by)),
            composition=parts["composition"], rate=parts["rate"], note=phrase("note.split") if off else NO_NOTE,
        )  # fmt: skip
