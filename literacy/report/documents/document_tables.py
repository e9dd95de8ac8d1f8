"""Tables and charts of a document, built from facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from literacy.instrument import Label
from literacy.report.documents.document import Cell, ChartBlock, Column, Series, TableBlock
from literacy.report.documents.document_terms import word
from literacy.report.facts.formatting import bare, cell, plain, scaled
from literacy.report.facts.record import Fact, Facts
from literacy.report.facts.study import Study
from literacy.weighting import Weighting


def fact_cell(fact: Fact | None, name: str = "value") -> Cell:
    """Return a fact as a table cell: the text displayed and the underlying number."""
    text = cell(fact, name)
    if fact is None or fact.status == "suppressed" or name == "interval":
        return Cell(text)
    value = float(getattr(fact, "value" if name == "signed" else name))
    if not math.isfinite(value):
        return Cell(text)
    return Cell(text, scaled(value, fact.unit) if name in ("value", "signed", "ci_low", "ci_high") else value)


def text_cell(text: object, indent: int = 0) -> Cell:
    """Return text as a table cell."""
    return Cell(plain(text), indent=indent)


def _row(label: str, fact: Fact | None, names: Sequence[str], indent: int = 0) -> tuple[Cell, ...]:
    return (text_cell(label, indent), *(fact_cell(fact, n) for n in names))


def _notes(lang: str, synthetic: bool, *more: str) -> tuple[str, ...]:
    out = [word("note.signs", lang), *more]
    return tuple(out + ([word("note.synthetic", lang)] if synthetic else []))


def share_table(facts: Facts, study: Study, lang: str) -> TableBlock:
    """Return the table of shares in the latest wave: overall, by group and by breakdown."""
    year, names = str(study.year), ("value", "interval", "n", "deff")
    rows = [_row(_whole(lang), facts.get(f"share|{year}"), names)]
    columns = (*(("group",) if study.groups else ()), *study.breakdowns)
    for by in columns:
        found = facts.find(measure="share", wave=year, by=by)
        if found:
            rows.append((text_cell(study.column(by).get(lang)), *(Cell("") for _ in names)))
            rows += [_row(f.label.get(lang), f, names, 1) for f in found]
    more = (word("note.overlap", lang),) if study.groups else ()
    heads = (
        Column(word("head.domain", lang), "", 2.6), Column(word("head.share", lang), "share"),
        Column(word("head.interval", lang), "text", 1.7), Column(word("head.n", lang), "count"),
        Column(word("head.deff", lang), "number"),
    )  # fmt: skip
    return TableBlock(
        "shares",
        word("table.shares", lang, year=year),
        heads,
        tuple(rows),
        _notes(lang, study.synthetic, *more),
    )


def _whole(lang: str) -> str:
    return "全体" if lang == "zh" else "All"


def change_table(facts: Facts, study: Study, lang: str) -> TableBlock | None:
    """Return the table of changes since each earlier wave, overall and by group, with tests; None if there are none."""
    found = facts.find(measure="change")
    if not found:
        return None
    rows = []
    for f in found:
        finding = "" if f.status == "suppressed" else word(f"found.{f.verdict}", lang)
        rows.append(
            (text_cell(f.label.get(lang)), text_cell(f.base), fact_cell(f, "signed"), fact_cell(f, "interval"),
             fact_cell(f, "p_adjusted"), text_cell(finding or "…"))
        )  # fmt: skip
    heads = (
        Column(word("head.domain", lang), "", 2.2), Column(word("head.since", lang)),
        Column(word("head.change", lang), "points", 1.5), Column(word("head.interval", lang), "text", 1.7),
        Column(word("head.p", lang), "p"), Column(word("head.finding", lang), "", 1.6),
    )  # fmt: skip
    notes = _notes(lang, study.synthetic, word("note.change", lang))
    return TableBlock("change", word("table.change", lang), heads, tuple(rows), notes)


def wave_table(facts: Facts, study: Study, lang: str) -> TableBlock:
    """Return the table of shares in every wave: overall, by group and by breakdown."""
    years = [str(y) for y in sorted(study.samples)]
    rows = [(text_cell(_whole(lang)), *(fact_cell(facts.get(f"share|{y}")) for y in years))]
    for by in (*(("group",) if study.groups else ()), *study.breakdowns):
        levels = dict.fromkeys(f.level for f in facts.find(measure="share", by=by))
        if levels:
            rows.append((text_cell(study.column(by).get(lang)), *(Cell("") for _ in years)))
        for level in levels:
            name = text_cell(study.label(by, level).get(lang), 1)
            rows.append((name, *(fact_cell(facts.get(f"share|{y}|{by}|{level}")) for y in years)))
    heads = (Column(word("head.domain", lang), "", 2.4), *(Column(y, "share") for y in years))
    return TableBlock("waves", word("table.waves", lang), heads, tuple(rows), _notes(lang, study.synthetic))


def plain_table(
    name: str, lang: str, facts: Iterable[Fact], heads: Sequence[tuple[str, str, float]], synthetic: bool,
    first: Sequence[str] = ("label",), names: Sequence[str] = ("value", "interval", "n"), caption: str = "",
    wide: bool = False, more: Sequence[str] = (),
) -> TableBlock | None:  # fmt: skip
    """Return a table with one fact per row: text columns (label, wave, method, other), then numeric columns."""
    rows = []
    for f in facts:
        words = [f.label.get(lang) if w == "label" else str(getattr(f, w)) for w in first]
        rows.append((*(text_cell(w) for w in words), *(fact_cell(f, n) for n in names)))
    if not rows:
        return None
    columns = tuple(Column(word(f"head.{h}", lang), unit, width) for h, unit, width in heads)
    return TableBlock(
        name,
        caption or word(f"table.{name}", lang),
        columns,
        tuple(rows),
        _notes(lang, synthetic, *more),
        wide,
    )


def plan_table(facts: Facts, study: Study, lang: str) -> TableBlock | None:
    """Return the table of the plan's entries with their headline value and status."""
    rows = [
        (text_cell(f.level), text_cell(f.label.get(lang), int("." in f.level)), fact_cell(f),
         text_cell("%" if f.unit == "share" and f.shown else ""), text_cell(word(f"status.{f.verdict}", lang)))
        for f in facts.find(measure="plan")
    ]  # fmt: skip
    if not rows:
        return None
    heads = (
        Column("", "", 0.6), Column(word("head.task", lang), "", 4.0), Column(word("head.value", lang), "number", 1.0),
        Column("", "", 0.4), Column(word("head.status", lang), "", 1.3),
    )  # fmt: skip
    return TableBlock("plan", word("table.plan", lang), heads, tuple(rows), _notes(lang, study.synthetic))


def margin_table(facts: Facts, study: Study, lang: str) -> TableBlock | None:
    """Return the table of counts before and after weighting, and population totals, by level of each margin."""
    found = facts.find(measure="margin")
    if not found:
        return None
    weighting = study.latest.weighting
    assert isinstance(weighting, Weighting)
    rows: dict[tuple[str, str], list[Cell]] = {}
    for f in found:
        margin = text_cell(weighting.label_margin(f.by).get(lang))
        rows.setdefault((f.by, f.level), [margin, text_cell(f.label.get(lang))]).append(fact_cell(f))
    heads = (
        Column(word("head.margin", lang), "", 1.5), Column(word("head.domain", lang), "", 1.8),
        *(Column(word(f"head.{n}", lang), "people") for n in ("before", "after", "target")),
    )  # fmt: skip
    return TableBlock("margins", word("table.margins", lang), heads, tuple(tuple(r) for r in rows.values()))


def answer_table(facts: Facts, study: Study, lang: str, module: str, label: Label) -> TableBlock | None:
    """Return the table of the shares of all answers to the items of a module."""
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(f.by for f in facts.find(measure="answer")):
        item = study.instrument.item(name)
        if item.module != module:
            continue
        rows.append((text_cell(item.label.get(lang)), *(Cell("") for _ in range(3))))
        rows += [
            _row(f.label.get(lang), f, ("value", "interval", "n"), 1)
            for f in facts.find(measure="answer", by=name)
        ]
    if not rows:
        return None
    heads = (
        Column(word("head.answer", lang), "", 5.0), Column(word("head.share", lang), "share"),
        Column(word("head.interval", lang), "text", 1.5), Column(word("head.n", lang), "count"),
    )  # fmt: skip
    caption = word("table.answers", lang, module=plain(label.get(lang)), year=study.year)
    return TableBlock(
        f"answers_{module}", caption, heads, tuple(rows), _notes(lang, study.synthetic), wide=True
    )


def bar_chart(
    name: str, caption: str, facts: Iterable[Fact], lang: str, kind: str = "bar", by_wave: bool = False
) -> ChartBlock | None:
    """Return a chart of shares with their intervals; suppressed values are omitted."""
    shown = [f for f in facts if f.shown]
    if not shown:
        return None
    labels = tuple(
        (f.wave if by_wave else plain(f.label.get(lang))) + ("*" if f.status == "unreliable" else "")
        for f in shown
    )
    bounded = all(math.isfinite(f.ci_low) and math.isfinite(f.ci_high) for f in shown)
    values = tuple(scaled(f.value, f.unit) for f in shown)
    low = tuple(scaled(f.ci_low, f.unit) for f in shown) if bounded else ()
    high = tuple(scaled(f.ci_high, f.unit) for f in shown) if bounded else ()
    entries = word("and", lang).join(_entry(n, f, lang) for n, f in zip(labels, shown, strict=True))
    series = Series(word("series.share", lang), values, low, high)
    return ChartBlock(
        name, caption, kind, labels, (series,), word("axis.percent", lang),
        word("alt", lang, caption=caption, entries=entries),
    )  # fmt: skip


def _entry(name: str, fact: Fact, lang: str) -> str:
    interval = ""
    if math.isfinite(fact.ci_low) and math.isfinite(fact.ci_high):
        interval = word(
            "alt.interval", lang, low=bare(fact.ci_low, fact.unit), high=bare(fact.ci_high, fact.unit)
        )
    return word("alt.entry", lang, name=name, value=bare(fact.value, fact.unit), interval=interval)


def fan_chart(facts: Facts, lang: str) -> ChartBlock | None:
    """Return a line chart of the projected share and its interval by year."""
    found = facts.find(measure="projected")
    if len(found) < 2:
        return None
    caption = word("chart.fan", lang)
    entries = word("and", lang).join(_entry(f.wave, f, lang) for f in found)
    series = tuple(
        Series(word(f"series.{n}", lang), tuple(scaled(float(getattr(f, at)), "share") for f in found))
        for n, at in (("median", "value"), ("low", "ci_low"), ("high", "ci_high"))
    )
    return ChartBlock(
        "fan_chart", caption, "line", tuple(f.wave for f in found), series, word("axis.percent", lang),
        word("alt", lang, caption=caption, entries=entries),
    )  # fmt: skip
