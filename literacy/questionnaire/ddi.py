"""The codebook of a survey in DDI-Codebook 2.5, the XML format of data archives: study, files and variables."""

from __future__ import annotations

from functools import partial
from xml.etree.ElementTree import Element

from literacy.instrument import Group, Instrument, Label, MissingRule, Wave, WaveDesign
from literacy.questionnaire.codebook_terms import SIGNS, TERMS, term
from literacy.questionnaire.ddi_variables import add_variables
from literacy.questionnaire.form_outline import Outline, make_outline
from literacy.questionnaire.form_terms import KIND_LABELS
from literacy.questionnaire.html_markup import anchor
from literacy.questionnaire.scored_columns import describe_any_of, design_roles, designs, waves_shown
from literacy.questionnaire.xml import add, add_once, add_text, encode, in_both

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"


def encode_ddi(instrument: Instrument, wave: int | str | None = None, *, lang: str = "zh") -> bytes:
    """Return a codebook in DDI-Codebook 2.5 (.xml) as bytes; deterministic.

    Parameters
    ----------
    instrument : Instrument
    wave : int or str, optional
        Restricts the codebook to the questions of that wave.
    lang : {"zh", "en"}
        Language of the title and of elements that may not be repeated; all others are given in every language.

    Notes
    -----
    There is one variable per item, and one per option of a multiple-choice item. Keys, dimensions, benchmarks and
    everything else related to scoring are omitted, as is the date of creation.
    """
    outline = make_outline(instrument, wave)
    root = Element(
        "codeBook",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
            "version": "2.5",
        },
    )
    _document(root, outline, lang)
    _study(root, outline, lang)
    for one in waves_shown(outline):
        _file(root, outline, one, lang)
    data = add(root, "dataDscr")
    add_variables(data, outline, lang)
    _missing(data, outline, lang)
    return encode(root)


def _document(root: Element, outline: Outline, lang: str) -> None:
    document = add(root, "docDscr")
    citation = add(document, "citation")
    heads = in_both(lambda t: f"{term('codebook', t)}{SIGNS[t]}{outline.title.get(t)}")
    _titles(citation, heads, lang)
    add(add(citation, "prodStmt"), "software", "literacy")
    add_text(document, "notes", TERMS["made_from"], lang)


def _titles(citation: Element, label: Label, lang: str, number: str = "") -> None:
    """Add the title in the chosen language, and parallel titles in the others."""
    statement = add(citation, "titlStmt")
    add_text(statement, "parTitl", label, lang)
    statement[0].tag = "titl"
    if number:
        add(statement, "IDNo", number)


def _study(root: Element, outline: Outline, lang: str) -> None:
    instrument = outline.instrument
    study = add(root, "stdyDscr")
    name = outline.wave.name if outline.wave is not None else ""
    _titles(add(study, "citation"), outline.title, lang, f"{instrument.survey}-{name}".rstrip("-"))
    info = add(study, "stdyInfo")
    add_text(info, "abstract", instrument.note, lang, contentType="abstract")
    _summary(add(info, "sumDscr"), outline, lang)
    if instrument.demonstration:
        add_text(info, "notes", TERMS["demonstration"], lang, type="demonstration", level="study")
    made_up = [w.name for w in waves_shown(outline) if w.synthetic]
    if made_up:
        text = in_both(lambda t: term("synthetic", t).format(", ".join(made_up)))
        add_text(info, "notes", text, lang, type="synthetic", level="study")
    for group in instrument.groups:
        text = in_both(partial(_group, outline, group))
        add_text(info, "notes", text, lang, type="group", subject=group.name, level="study")
    _method(study, outline, lang)
    if instrument.sources:
        other = add(study, "othrStdyMat")
        for source in instrument.sources:
            add(other, "relMat", source)


def _group(outline: Outline, group: Group, lang: str) -> str:
    """Return the definition of a group, and for which population it is a proxy."""
    described = f"{group.label.get(lang)}{SIGNS[lang]}{describe_any_of(outline, group.any_of, lang)}"
    if group.proxy is None:
        return described
    return f"{described}{'。' if lang == 'zh' else '. '}{group.proxy.get(lang)}"


def _summary(summary: Element, outline: Outline, lang: str) -> None:
    """Add time, place and population, in the order the standard prescribes."""
    instrument = outline.instrument
    waves = waves_shown(outline)
    for wave in waves:
        for event, day in (("start", wave.start), ("end", wave.end)):
            if day is not None:
                add(summary, "collDate", day, date=day, event=event, cycle=wave.name)
    if instrument.area:
        add(summary, "geogCover", instrument.area)
    add_text(summary, "anlyUnit", TERMS["person"], lang)
    if instrument.universes:
        add_text(summary, "universe", in_both(lambda t: _universes(outline, t)), lang, level="study")
    made_up = bool(waves) and all(w.synthetic for w in waves)
    add_text(summary, "dataKind", TERMS["synthetic_wave" if made_up else "survey_data"], lang)


def _universes(outline: Outline, lang: str) -> str:
    described = []
    for universe in outline.instrument.universes:
        mark = f"{term('indicator', lang)}; " if universe.indicator else ""
        rule = describe_any_of(outline, (universe.all_of,), lang)
        described.append(f"{universe.label.get(lang)} ({mark}{rule})")
    return "; ".join(described)


def _method(study: Element, outline: Outline, lang: str) -> None:
    waves = waves_shown(outline)
    collection = add(add(study, "method"), "dataColl")
    for name, design in zip([w.name for w in waves] or [""], designs(outline), strict=True):
        if design_roles(design):
            add_text(collection, "sampProc", in_both(partial(_drawn, name, design)), lang)
    for wave in waves:
        if wave.mode in TERMS:
            add_text(collection, "collMode", in_both(partial(_named, wave.name, wave.mode)), lang)
    add_text(collection, "resInstru", TERMS["structured"], lang)
    for weight in dict.fromkeys(d.weight for d in designs(outline) if d.weight):
        add_text(collection, "weight", in_both(partial(_named, weight, "weight")), lang)


def _named(name: str, word: str, lang: str) -> str:
    return f"{name}{SIGNS[lang]}{term(word, lang)}"


def _drawn(name: str, design: WaveDesign, lang: str) -> str:
    """Return which columns describe the sample design."""
    parts = [f"{term(role, lang)}{SIGNS[lang]}{', '.join(columns)}" for role, columns in design_roles(design)]
    return (f"{name}{SIGNS[lang]}" if name else "") + "; ".join(parts)


def _file(root: Element, outline: Outline, wave: Wave, lang: str) -> None:
    file = add(root, "fileDscr", ID=anchor("F_", wave.name))
    text = add(file, "fileTxt")
    if wave.data:
        add(text, "fileName", wave.data)
    made_up = f"{SIGNS[lang]}{term('synthetic_wave', lang)}" if wave.synthetic else ""
    add(text, "fileCont", f"{outline.instrument.label.get(lang)} {wave.name}{made_up}")
    add(text, "fileStrc", type="rectangular")
    if wave.n is not None:
        add(add(text, "dimensns"), "caseQnty", wave.n)
    add_once(text, "dataMsng", in_both(partial(_empty, outline.instrument.blank)), lang, aside=file)
    add_text(file, "notes", wave.note, lang, level="file")


def _empty(blank: str, lang: str) -> str:
    """Return the meaning of an empty cell."""
    what = TERMS["by_module"] if blank == "by_module" else KIND_LABELS.get(blank, Label(blank, blank))
    return f"{term('blank', lang)}{SIGNS[lang]}{what.get(lang)}"


def _missing(data: Element, outline: Outline, lang: str) -> None:
    """Describe the kinds of missing identified by code, tag or label rather than by options."""
    for rule in outline.instrument.missing:
        text = in_both(partial(_describe_missing, rule))
        add_text(data, "notes", text, lang, type="missing", subject=rule.kind, level="variable")


def _describe_missing(rule: MissingRule, lang: str) -> str:
    parts = (("codes", rule.codes), ("tags", rule.tags), ("labels", rule.labels))
    described = [f"{term(name, lang)} {', '.join(map(str, values))}" for name, values in parts if values]
    return f"{KIND_LABELS.get(rule.kind, Label(rule.kind, rule.kind)).get(lang)}{SIGNS[lang]}{'; '.join(described)}"
