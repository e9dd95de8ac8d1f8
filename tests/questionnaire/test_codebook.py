"""The codebook page: every column a scored table can have, every option, no key, nothing from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import literacy as lit
from literacy._resources import sample_data
from literacy.answers import read
from literacy.instrument import KINDS, Instrument, Label, Option, load_instrument
from literacy.questionnaire import format_codebook, make_outline
from literacy.questionnaire.scored_columns import LOWER, OUTSIDE, derived_columns
from literacy.scoring.respondents import OUTSIDE as SCORED_OUTSIDE
from literacy.scoring.scoring_rules import LOWER as SCORED_LOWER
from tests.questionnaire.conftest import SURVEYS, with_other_keys

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page; elements must be closed in the order they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cards: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.card = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "article":
            self.card = dict(attrs)["id"] or ""
            self.cards[self.card] = []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "article":
            self.card = ""

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            return
        self.texts.append(data)
        if self.card:
            self.cards[self.card].append(data)

    def values(self, key: str) -> list[str]:
        return [value or "" for _, attrs in self.tags for name, value in attrs.items() if name == key]


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_question_with_both_texts_options_and_kinds(survey: str, lang: str) -> None:
    instrument = load_instrument(survey)
    page = Page(format_codebook(instrument, lang=lang))
    assert list(page.cards) == [f"i-{i.name}" for i in instrument.items]
    for item in instrument.items:
        told = page.cards[f"i-{item.name}"]
        assert item.name in told and {item.label.zh, item.label.en} <= set(told)
        if item.label.zh != item.label.en:
            first, second = (item.label.get(t) for t in (("zh", "en") if lang == "zh" else ("en", "zh")))
            assert told.index(first) < len(told) - 1 - told[::-1].index(second)
        for option in item.options:
            assert {str(option.code), option.label.zh, option.label.en} <= set(told)
            assert not option.missing or option.missing in told
        for text in (item.note, item.hint):
            assert text is None or {text.zh, text.en} <= set(told)
        for condition in item.asked:
            assert any(str(condition) in t for t in told)
        if item.dimension:
            assert item.dimension in told and f"{item.name}_correct" in told
        assert ("_correct" in "".join(told)) == item.scored


def test_benchmarks_bounds_and_names_in_the_files(erenhot: Instrument) -> None:
    page = Page(format_codebook(erenhot, lang="en"))
    item = erenhot.item("k01")
    title = next(b.title for b in erenhot.standard("benchmark2016").benchmarks if b.no == item.benchmark)
    told = page.cards["i-k01"]
    assert (
        f"benchmark {item.benchmark}" in "".join(told)
        and title in told
        and "Scientific knowledge" in "".join(told)
    )
    assert {"14–99", "A1"} <= set(page.cards["i-age"]) and " (2021)" in page.cards["i-age"]
    assert "2021, 2023" in page.cards["i-school_grade"], "the waves that did not ask"


@pytest.mark.parametrize("standard", ["cast100", "benchmark2016"])
@pytest.mark.parametrize("wave", ["2021", "2023", "2025"])
def test_every_column_of_a_scored_table_is_in_the_index(
    standard: str, wave: str, erenhot: Instrument
) -> None:
    scored = lit.score(read(sample_data(f"erenhot_{wave}.sav"), erenhot), standard).frame
    text = format_codebook(erenhot, wave, lang="en")
    page = Page(text)
    listed = set(re.findall(r"<code>([^<]*)</code></a>", text[text.index('<section id="index">') :]))
    unknown = {"interview_date", "interview_mode"}  # of the sample files; no part of the instrument
    assert set(scored.columns) - listed == unknown
    derived = {c.name for c in derived_columns(make_outline(erenhot, wave))}
    only = {"knowledge", "method", "spirit", "application"} if standard == "benchmark2016" else set()
    assert derived - set(scored.columns) == only
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {h.removeprefix("#") for h in page.values("href")} <= set(ids)


def test_words_of_scoring_are_the_same() -> None:
    assert (LOWER, OUTSIDE) == (SCORED_LOWER, SCORED_OUTSIDE)


def test_derived_columns_have_labels_values_and_say_how_they_are_made(erenhot: Instrument) -> None:
    columns = {c.name: c for c in derived_columns(make_outline(erenhot))}
    for name, column in columns.items():
        assert column.made is not None and column.made.zh and column.made.en
        assert column.label.zh != name, f"{name} has no label"
    assert [o.code for o in columns["tier"].options] == ["lower", "basic", "literate", "advanced"]
    assert [o.code for o in columns["universe"].options] == ["adults", "pupils", "outside"]
    made = columns["age_band"].made
    assert made is not None and "18-29: 18 <= age <= 29" in made.en
    made = columns["group_elderly"].made
    assert made is not None and made.zh == "1 = “年龄”为 60 及以上；否则为 0"
    assert {f"n_{k}" for k in KINDS[1:]} <= set(columns)


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("turn", [1, 2])
def test_the_key_is_not_in_it(survey: str, lang: str, turn: int) -> None:
    instrument = load_instrument(survey)
    other = with_other_keys(instrument, turn)
    assert any(a.key != b.key for a, b in zip(instrument.items, other.items, strict=True))
    assert format_codebook(instrument, lang=lang) == format_codebook(other, lang=lang)


def test_demonstration_and_synthetic_data_are_said_first(erenhot: Instrument) -> None:
    for lang in ("zh", "en"):
        text = format_codebook(erenhot, lang=lang)
        top = text[: text.index("<nav")]
        for words in (
            "示范问卷，不是正式测试题。",
            "A demonstration form",
            "没有访问过任何人",
            "nobody was interviewed",
        ):
            assert words in top
    real = replace(
        erenhot, demonstration=False, waves=tuple(replace(w, synthetic=False) for w in erenhot.waves)
    )
    text = format_codebook(real)
    assert 'class="warn"' not in text[: text.index("<nav")]


def test_waves_design_universes_groups_and_modules(erenhot: Instrument) -> None:
    page = Page(format_codebook(erenhot, lang="en"))
    told = set(page.texts)
    for wave in erenhot.waves:
        assert {wave.name, str(wave.start), str(wave.end), wave.data, f"{wave.n:,}"} <= told
    assert {"base_weight", "stratum", "psu", "fpc_psu", "fpc_person"} <= told
    for family in (erenhot.universes, erenhot.groups):
        for thing in family:
            assert {thing.name, thing.label.zh, thing.label.en} <= told
    for group in erenhot.groups:
        assert " or ".join(" and ".join(map(str, c)) for c in group.any_of) in told
    assert all(any(label.en in t for t in told) for label in erenhot.modules.values())


def test_only_what_a_wave_asked(erenhot: Instrument) -> None:
    page = Page(format_codebook(erenhot, 2025))
    assert "i-health_label" not in page.cards and "i-age" in page.cards
    assert "erenhot_2025.sav" in page.texts and "erenhot_2021.sav" not in page.texts


def test_designs_that_differ_are_told_apart(erenhot: Instrument) -> None:
    first, *rest = erenhot.waves
    other = replace(first, design=replace(first.design, weight="w2021"))
    text = format_codebook(replace(erenhot, waves=(other, *rest)), lang="en")
    assert "<code>w2021</code> (2021)" in text and "<code>base_weight</code> (2023,2025)" in text


def test_missing_told_by_code_tag_or_label() -> None:
    told = set(Page(format_codebook(load_instrument("gss-science"), lang="en")).texts)
    assert {"-98", "cannot choose", "Also identified by"} <= told


@pytest.mark.parametrize("survey", SURVEYS)
def test_a_page_needs_nothing_else(survey: str) -> None:
    page = Page(format_codebook(load_instrument(survey)))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "input"}
    assert page.values("src") == [] and all(h.startswith("#") for h in page.values("href"))
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    style = format_codebook(load_instrument(survey)).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style and "@import" not in style and "@media print" in style


def test_hostile_texts_stay_texts(erenhot: Instrument) -> None:
    nasty = "</title></style><script>alert('1')</script>\" onload=x & <!-- \x00"
    label = Label(nasty, "y" * 3000, (("mn", "ᠨᠠᠰᠤ"), ('x" onclick="z', "?")))
    options = (Option(nasty, Label(nasty, nasty)), Option(9, Label("拒答", "Refused"), "refused"))
    items = tuple(
        replace(i, label=label, short=label, hint=label, note=label, options=options, type="single", key=())
        if i.name == "sex"
        else i
        for i in erenhot.items
    )
    groups = tuple(replace(g, label=label, proxy=label) for g in erenhot.groups)
    waves = tuple(replace(w, name=f"{w.name}{nasty}", note=label, data=nasty) for w in erenhot.waves)
    odd = replace(
        erenhot,
        items=items,
        groups=groups,
        waves=waves,
        label=label,
        note=label,
        sources=(nasty,),
        survey=nasty,
    )
    for lang in ("zh", "en"):
        page = Page(format_codebook(odd, lang=lang))
        assert {tag for tag, _ in page.tags} == {
            tag for tag, _ in Page(format_codebook(erenhot, lang=lang)).tags
        }
        assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
        told = page.cards["i-sex"]
        assert nasty.replace("\x00", "\ufffd") in told and "ᠨᠠᠰᠤ" in told and "?" in told
