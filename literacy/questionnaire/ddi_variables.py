"""Variables of a DDI codebook: groups for modules and multiple choice, then one variable per column."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from literacy.instrument import Code, Item, Label, Option
from literacy.questionnaire.codebook_terms import TERMS, term
from literacy.questionnaire.form_outline import Outline, Question, Section
from literacy.questionnaire.form_terms import KIND_LABELS, describe_conditions
from literacy.questionnaire.html_markup import anchor
from literacy.questionnaire.scored_columns import Column, design_columns, split_name, waves_shown
from literacy.questionnaire.xml import add, add_once, add_text, in_both

_NATURE = {"scale": "ordinal", "true_false": "nominal", "single": "nominal", "category": "nominal"}
_YES_NO = (Option(0, Label("否", "No")), Option(1, Label("是", "Yes")))


def add_variables(data: Element, outline: Outline, lang: str) -> None:
    """Append groups and variables: design columns first, then the questions in the order of the form."""
    for place, section in enumerate(outline.sections, start=1):
        _module(data, outline, section, place, lang)
    for question in outline.questions:
        if question.item.type == "multiple":
            _ticked_group(data, question.item, lang)
    items = {q.item.name for q in outline.questions}
    for column in design_columns(outline):
        if column.name not in items:
            _design(data, outline, column, lang)
    for question in outline.questions:
        if question.item.type == "multiple":
            for option in question.item.answers:
                _ticked(data, outline, question, option, lang)
        else:
            _variable(data, outline, question, lang)


def identifier(item: Item, option: Option | None = None) -> str:
    """Return the ID of the variable of an item, or of one of its options."""
    return anchor("V_", item.name) if option is None else anchor("V_", f"{item.name}.{option.code}")


def _identifiers(item: Item) -> list[str]:
    if item.type != "multiple":
        return [identifier(item)]
    return [identifier(item, o) for o in item.answers]


def _module(data: Element, outline: Outline, section: Section, place: int, lang: str) -> None:
    names = [i for q in section.questions for i in _identifiers(q.item)]
    ticked = [anchor("M_", q.item.name) for q in section.questions if q.item.type == "multiple"]
    group = add(
        data,
        "varGrp",
        ID=f"G_{place}",
        type="section",
        var=" ".join(names),
        varGrp=" ".join(ticked),
        name=section.name,
    )
    add_text(group, "labl", section.label, lang)
    if section.asked:
        asked = in_both(lambda t: describe_conditions(outline, section.asked, t, numbered=False))
        add_once(group, "universe", asked, lang)


def _ticked_group(data: Element, item: Item, lang: str) -> None:
    names = " ".join(_identifiers(item))
    group = add(data, "varGrp", ID=anchor("M_", item.name), type="multipleResp", name=item.name, var=names)
    add_text(group, "labl", item.heading, lang)
    add_text(group, "notes", TERMS["one_column"], lang)
    gone = [o for o in item.options if o.missing]
    if gone:
        add_text(group, "notes", in_both(lambda t: _instead(gone, t)), lang, type="missing")


def _instead(gone: Sequence[Option], lang: str) -> str:
    return term("instead", lang).format("; ".join(f"{o.code} = {o.label.get(lang)}" for o in gone))


def _files(outline: Outline, item: Item | None = None) -> str:
    """Return the IDs of the files that contain a column: of all waves in which *item* was asked."""
    held = (w for w in waves_shown(outline) if item is None or item.name not in w.absent)
    return " ".join(anchor("F_", w.name) for w in held)


def _design(data: Element, outline: Outline, column: Column, lang: str) -> None:
    weight = column.role == "weight"
    variable = add(
        data,
        "var",
        ID=anchor("D_", column.name),
        name=column.name,
        wgt="wgt" if weight else "",
        files=_files(outline),
        intrvl="contin" if weight else "discrete",
    )
    add_text(variable, "labl", TERMS[column.role], lang, level="variable")


def _variable(data: Element, outline: Outline, question: Question, lang: str) -> None:
    item = question.item
    number, text = item.type == "number", item.type == "text"
    variable = add(
        data,
        "var",
        ID=identifier(item),
        name=item.name,
        files=_files(outline, item),
        dcml="0" if number and question.whole else "",
        intrvl="contin" if number else "discrete",
        measUnit=item.unit,
        nature=_NATURE.get(item.type, ""),
        representationType="numeric" if number else "text" if text else "code",
    )
    add_text(variable, "labl", item.heading, lang, level="variable")
    _security(variable, item, lang)
    _question(variable, question, lang)
    _ranges(variable, item)
    _asked(variable, outline, item, lang)
    for option in item.options:
        _category(variable, option, lang)
    numeric = number or (not text and all(not isinstance(o.code, str) for o in item.options))
    add(variable, "varFormat", type="numeric" if numeric else "character")
    _notes(variable, outline, item, lang)


def _ticked(data: Element, outline: Outline, question: Question, option: Option, lang: str) -> None:
    """Add the variable of one option of a multiple-choice item: ticked or not."""
    item = question.item
    variable = add(
        data,
        "var",
        ID=identifier(item, option),
        name=split_name(item, option),
        files=_files(outline, item),
        intrvl="discrete",
        nature="nominal",
        representationType="code",
    )
    label = Label(
        f"{item.heading.zh}：{option.label.zh}",
        f"{item.heading.en}: {option.label.en}",
        tuple((t, f"{item.heading.get(t)}: {x}") for t, x in option.label.others),
    )
    add_text(variable, "labl", label, lang, level="variable")
    _security(variable, item, lang)
    _question(variable, question, lang, first=option == item.answers[0])
    _ranges(variable, item, _YES_NO)
    _asked(variable, outline, item, lang)
    for answer in _YES_NO:
        _category(variable, answer, lang)
    add(variable, "varFormat", type="numeric")
    _notes(variable, outline, item, lang)


def _security(variable: Element, item: Item, lang: str) -> None:
    if item.personal:
        add_text(variable, "security", TERMS["security"], lang)


def _question(variable: Element, question: Question, lang: str, *, first: bool = True) -> None:
    """Add the question text; only the *first* of several variables of a question has it, others refer to it."""
    item = question.item
    kind = {"number": "numeric", "text": "text", "multiple": "multiple"}.get(item.type, "category")
    own = anchor("Q_", item.name)
    asked = add(
        variable,
        "qstn",
        ID=own if first else "",
        qstn="" if first else own,
        var=" ".join(_identifiers(item)) if first else "",
        seqNo=question.number,
        responseDomainType=kind,
    )
    add_text(asked, "qstnLit", item.label, lang)
    add_text(asked, "ivuInstr", item.hint, lang)


def _ranges(variable: Element, item: Item, answers: Sequence[Option] = ()) -> None:
    """Add valid values and values that represent kinds of missing; text codes are covered by the categories."""
    if item.type == "number":
        bounds = [b for b in (item.min, item.max) if b is not None]
        if bounds:
            whole = all(float(b).is_integer() for b in bounds)
            low, high = (None if b is None else f"{b:g}" for b in (item.min, item.max))
            add(add(variable, "valrng"), "range", UNITS="INT" if whole else "REAL", min=low, max=high)
    else:
        _items(variable, "valrng", [o.code for o in answers or item.answers])
    if not answers:
        _items(variable, "invalrng", list(item.missing_codes))


def _items(variable: Element, tag: str, codes: Sequence[Code]) -> None:
    if not codes or any(isinstance(c, str) for c in codes):
        return
    values = add(variable, tag)
    for value in codes:
        add(values, "item", UNITS="INT" if float(value).is_integer() else "REAL", VALUE=value)


def _asked(variable: Element, outline: Outline, item: Item, lang: str) -> None:
    if item.asked:
        described = in_both(lambda t: describe_conditions(outline, item.asked, t, numbered=False))
        add_text(variable, "universe", described, lang, level="variable")


def _category(variable: Element, option: Option, lang: str) -> None:
    category = add(
        variable,
        "catgry",
        missing="Y" if option.missing else "",
        missType=option.missing if option.missing else "",
    )
    add(category, "catValu", option.code)
    add_text(category, "labl", option.label, lang, level="category")
    if option.missing:
        add_text(category, "txt", KIND_LABELS.get(option.missing), lang)


def _notes(variable: Element, outline: Outline, item: Item, lang: str) -> None:
    renamed = [
        f"{w.name}: {w.column(item.name)}" for w in waves_shown(outline) if w.column(item.name) != item.name
    ]
    if renamed:
        add(variable, "notes", "; ".join(renamed), type="column", level="variable")
    add_text(variable, "notes", item.note, lang, level="variable")
