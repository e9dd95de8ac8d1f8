"""Composition of a document from facts and sentences: the paragraphs, tables and charts of each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from literacy.instrument import Label
from literacy.report.documents import document_tables as make
from literacy.report.documents.document import (
    Block,
    ChartBlock,
    Cover,
    Document,
    Part,
    Ref,
    TableBlock,
    Text,
    number_blocks,
)
from literacy.report.documents.document_terms import GLOSSARY, SERIES, word
from literacy.report.facts.formatting import plain
from literacy.report.settings import TITLES, Settings

if TYPE_CHECKING:
    from literacy.report.annual import Report

WIDE = ("tables",)
Piece = TableBlock | ChartBlock | None


def outline(report: Report, lang: str) -> Document:
    """Return the report in one language: the cover and the parts selected in its settings."""
    settings = report.settings
    parts: list[Part] = []
    for name in settings.parts:
        blocks = [
            *_own(settings, name, "before", lang),
            *_part(report, name, lang),
            *_own(settings, name, "after", lang),
        ]
        if not blocks and settings.chosen:
            reason = report.reasons.get(name, Label("没有可用的数据", "there is nothing to show"))
            blocks = [Text((word("absent", lang, reason=plain(reason.get(lang))),))]
        if blocks:
            title = TITLES[name].get(lang)
            title = f"{_ordinal(len(parts) + 1)}、{title}" if lang == "zh" else title
            parts.append(Part(name, title, tuple(blocks), name in WIDE))
    numbers = number_blocks(tuple(parts), lang)
    return Document(lang, _cover(report, lang), tuple(_link(p, numbers, lang) for p in parts), numbers)


def _ordinal(number: int) -> str:
    """Return a number up to 99 in Chinese, for example 十三."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    lead = "" if not tens else ("十" if tens == 1 else f"{digits[tens]}十")
    return lead + (digits[ones] if ones or not tens else "")


def _cover(report: Report, lang: str) -> Cover:
    settings, study = report.settings, report.study
    waves = word("and", lang).join(str(y) for y in sorted(study.samples))
    title = settings.title.get(lang) or word(
        "title", lang, survey=plain(study.place.get(lang)), year=study.year
    )
    return Cover(
        plain(title), word("subtitle", lang, waves=waves), plain(settings.office.get(lang)), plain(settings.date),
        word("synthetic", lang) if study.synthetic else "", settings.logo,
    )  # fmt: skip


def _own(settings: Settings, name: str, place: str, lang: str) -> list[Block]:
    return [
        Text((plain(p),))
        for text in settings.texts if text.part == name and text.place == place
        for p in (text.zh if lang == "zh" else text.en)
    ]  # fmt: skip


def _part(report: Report, name: str, lang: str) -> list[Block]:
    sentences = [Text((s.get(lang),)) for s in report.sentences if s.part == name]
    pieces = [p for p in _PIECES.get(name, _nothing)(report, lang) if p is not None]
    if name not in ("summary", "methods", "quality") and not pieces and not sentences:
        return []
    if name in ("glossary", "provenance"):
        return list(pieces)
    paragraphs: list[Block] = list(sentences)
    shown = [p for p in pieces if not isinstance(p, Text)]
    if shown and name != "tables":
        paragraphs.append(Text(("\x00", *(Ref(p.id) for p in shown))))
    return [*paragraphs, *pieces]


def _link(part: Part, numbers: dict[str, str], lang: str) -> Part:
    """Return a part with the references to tables and charts in its paragraphs written as phrases."""
    out: list[Block] = []
    for block in part.blocks:
        if isinstance(block, Text) and block.runs[0] == "\x00":
            lead, tail = word("see", lang, refs="\x00").split("\x00")
            runs: list[str | Ref] = [lead]
            for i, (first, last) in enumerate(_runs([r for r in block.runs if isinstance(r, Ref)], numbers)):
                runs += [word("and", lang), first] if i else [first]
                runs += [] if first == last else [word("to", lang), last]
            block = Text((*runs, tail))
        out.append(block)
    return Part(part.name, part.title, tuple(out), part.wide)


def _runs(refs: list[Ref], numbers: dict[str, str]) -> list[tuple[Ref, Ref]]:
    """Return ranges of references in order; three or more consecutive ones of a kind form one range (first, last)."""
    out: list[tuple[Ref, Ref]] = []
    for _, same in groupby(refs, key=lambda r: numbers[r.target].rstrip("0123456789")):
        found = list(same)
        out += [(found[0], found[-1])] if len(found) > 2 else [(r, r) for r in found]
    return out


def _nothing(report: Report, lang: str) -> Iterator[Block | None]:
    return iter(())


def _results(report: Report, lang: str) -> Iterator[Block | None]:
    facts, study, year = report.facts, report.study, report.study.year
    yield make.bar_chart(
        "groups",
        word("chart.groups", lang, year=year),
        facts.find(measure="share", wave=str(year), by="group"),
        lang,
    )
    for by in study.breakdowns:
        caption = word("chart.breakdown", lang, column=plain(study.column(by).get(lang)), year=year)
        yield make.bar_chart(f"by_{by}", caption, facts.find(measure="share", wave=str(year), by=by), lang)
    dimensions = facts.find(measure="dimension")
    if len(dimensions) > 1:
        yield make.bar_chart("dimensions", word("chart.dimensions", lang, year=year), dimensions, lang)
    yield make.share_table(facts, study, lang)
    scores = [*facts.find(measure="tier"), *dimensions]
    yield make.plain_table(
        "scores", lang, scores, (("domain", "", 2.5), ("share", "share", 1), ("interval", "text", 1.7)), study.synthetic,
        names=("value", "interval"), caption=word("table.scores", lang, year=year),
    )  # fmt: skip


def _change(report: Report, lang: str) -> Iterator[Block | None]:
    study, facts = report.study, report.facts
    if not study.earlier:
        return
    whole = [f for f in facts.find(measure="share") if not f.by]
    yield make.bar_chart("waves_chart", word("chart.waves", lang), whole, lang, "column", by_wave=True)
    yield make.change_table(facts, study, lang)


def _levels(report: Report, lang: str) -> Iterator[Block | None]:
    found = [
        replace(f, method=SERIES.get(f.method, (f.method, f.method))[lang == "en"])
        for f in report.facts.find(measure="published")
    ]
    yield make.plain_table(
        "levels", lang, found,
        (("area", "", 1.6), ("year", "", 0.8), ("standard", "", 2.2), ("share", "share", 1)), False,
        first=("label", "wave", "method"), names=("value",),
    )  # fmt: skip


def _projection(report: Report, lang: str) -> Iterator[Block | None]:
    facts = report.facts
    yield make.fan_chart(facts, lang)
    pace = next((s for s in report.sentences if s.id == "pace"), None)
    if pace is not None:
        yield Text((pace.get(lang),), "note")
    yield make.plain_table(
        "fan", lang, facts.find(measure="projected"), (("year", "", 1), ("median", "share", 1), ("fan", "text", 1.7)),
        report.study.synthetic, first=("wave",), names=("value", "interval"),
    )  # fmt: skip


def _scoreboard(report: Report, lang: str) -> Iterator[Block | None]:
    yield make.plan_table(report.facts, report.study, lang)


def _channels(report: Report, lang: str) -> Iterator[Block | None]:
    facts, study = report.facts, report.study
    for name in dict.fromkeys(f.by for f in facts.find(measure="answer")):
        item = study.instrument.item(name)
        if item.type == "multiple":
            caption = word("chart.answers", lang, item=plain(item.heading.get(lang)), year=study.year)
            found = sorted(
                (f for f in facts.find(measure="answer", by=name) if f.shown), key=lambda f: -f.value
            )
            yield make.bar_chart(f"chart_{name}", caption, found, lang)


def _adjusted(report: Report, lang: str) -> Iterator[Block | None]:
    found = report.facts.find(measure="adjusted")
    study = report.study
    rows = []
    for f in found:
        rows.append(
            (make.text_cell(f.label.get(lang)), make.text_cell(study.label(f.by, f.other).get(lang)),
             make.fact_cell(f, "signed"), make.fact_cell(f, "interval"), make.fact_cell(f, "p_adjusted"))
        )  # fmt: skip
    if rows:
        from literacy.report.documents.document import Column

        heads = (
            Column(word("head.domain", lang), "", 2.0), Column(word("head.reference", lang), "", 2.0),
            Column(word("head.effect", lang), "points", 1.5), Column(word("head.interval", lang), "text", 1.7),
            Column(word("head.p", lang), "p"),
        )  # fmt: skip
        notes = (word("note.adjusted", lang),)
        yield TableBlock("adjusted", word("table.adjusted", lang), heads, tuple(rows), notes)


def _quality(report: Report, lang: str) -> Iterator[Block | None]:
    facts, study = report.facts, report.study
    latest = [
        f for f in facts.find(part="quality", wave=str(study.year)) if f.measure not in ("margin", "missing")
    ]
    yield make.plain_table(
        "sample", lang, latest, (("what", "", 3), ("number", "number", 1)), study.synthetic, names=("value",)
    )
    yield make.margin_table(facts, study, lang)


def _test(report: Report, lang: str) -> Iterator[Block | None]:
    found = report.facts.find(part="test", wave=str(report.study.year))
    heads = (("what", "", 4), ("number", "text", 1), ("interval", "text", 1.5))
    yield make.plain_table("test", lang, found, heads, report.study.synthetic, names=("value", "interval"))


def _tables(report: Report, lang: str) -> Iterator[Block | None]:
    facts, study = report.facts, report.study
    if study.earlier:
        yield make.wave_table(facts, study, lang)
    yield make.plain_table(
        "items", lang, facts.find(measure="item"),
        (("item", "", 5), ("share", "share", 1), ("interval", "text", 1.5), ("n", "count", 1)), study.synthetic,
        caption=word("table.items", lang, year=study.year), wide=True,
    )  # fmt: skip
    for module, label in study.instrument.modules.items():
        yield make.answer_table(facts, study, lang, module, label)


def _glossary(report: Report, lang: str) -> Iterator[Block | None]:
    for zh, zh_text, en, en_text in GLOSSARY:
        yield Text((f"{zh}：{zh_text}" if lang == "zh" else f"{en}: {en_text}",), "term")


def _provenance(report: Report, lang: str) -> Iterator[Block | None]:
    table = report.tables.get("provenance")
    notes_of_table = (
        table[table["kind"] != "note"] if table is not None else None
    )  # notes are printed below their figures
    seen = dict.fromkeys(str(t) for t in notes_of_table[lang]) if notes_of_table is not None else {}
    for text in seen:
        yield Text((plain(text),), "note")


_PIECES: dict[str, Callable[[Report, str], Iterator[Block | None]]] = {
    "results": _results, "change": _change, "levels": _levels, "projection": _projection, "scoreboard": _scoreboard,
    "channels": _channels, "adjusted": _adjusted, "quality": _quality, "test": _test, "tables": _tables, "glossary": _glossary,
    "provenance": _provenance,
}  # fmt: skip
