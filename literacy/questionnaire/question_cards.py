"""HTML cards of the codebook, one per question: texts, options, filter, and columns in the data."""

from __future__ import annotations

from literacy.instrument import Item, Label, Option
from literacy.questionnaire.codebook_terms import term
from literacy.questionnaire.form_outline import Outline, Question, Section
from literacy.questionnaire.form_terms import KIND_LABELS, TYPE_LABELS, describe_conditions
from literacy.questionnaire.html_markup import anchor, code, facts, plain, texts
from literacy.questionnaire.scored_columns import mark_name, split_name, standards_shown, waves_shown


def format_module(outline: Outline, section: Section, place: int, lang: str) -> str:
    """Format a module and its questions as HTML; *place* is the number of the module in the form."""
    head = f'<h3 id="m{place}">{plain(section.label.get(lang))} <small>{code(section.name)}</small></h3>'
    asked = f"<p>{_asked(outline, section.questions[0].item, lang)}</p>" if section.asked else ""
    return head + asked + "".join(_card(outline, q, lang) for q in section.questions)


def _card(outline: Outline, question: Question, lang: str) -> str:
    item = question.item
    kind = TYPE_LABELS.get(item.type, Label(item.type, item.type)).get(lang)
    short = f" {plain(item.short.get(lang))}" if item.short is not None else ""
    head = f"<h4>{question.number}. {code(item.name)}{short} <small>{plain(kind)}</small></h4>"
    return (
        f'<article id="{anchor("i-", item.name)}">{head}{texts(item.label, lang)}'
        f"{facts(_facts(outline, item, lang))}{_options(item, lang)}</article>"
    )


def _facts(outline: Outline, item: Item, lang: str) -> list[tuple[str, str]]:
    waves = waves_shown(outline)
    renamed = [(w.column(item.name), w.name) for w in waves if w.column(item.name) != item.name]
    absent = ", ".join(w.name for w in waves if item.name in w.absent)
    return [
        (term("asked", lang), _asked(outline, item, lang)),
        (term("hint", lang), texts(item.hint, lang) if item.hint is not None else ""),
        (term("bounds", lang), plain(_bounds(item))),
        (term("class", lang), _classification(outline, item, lang)),
        (term("columns", lang), ", ".join(f"{code(name)} ({plain(wave)})" for name, wave in renamed)),
        (term("absent", lang), plain(absent)),
        (
            term("scored", lang),
            plain(term("mark", lang)).format(code(mark_name(item))) if item.scored else "",
        ),
        (term("remark", lang), _remarks(item, lang)),
    ]


def _asked(outline: Outline, item: Item, lang: str) -> str:
    """Describe who is asked, in words and as defined in the instrument; empty for everyone."""
    if not item.asked:
        return ""
    exact = " and ".join(map(str, item.asked))
    return f"{plain(describe_conditions(outline, item.asked, lang))} {code(exact)}"


def _bounds(item: Item) -> str:
    low = f"{item.min:g}" if item.min is not None else ""
    high = f"{item.max:g}" if item.max is not None else ""
    described = {"": "", "l": f"≥ {low}", "h": f"≤ {high}", "lh": f"{low}–{high}"}[
        ("l" if low else "") + ("h" if high else "")
    ]
    return f"{described} {item.unit}".strip()


def _classification(outline: Outline, item: Item, lang: str) -> str:
    parts = []
    standards = standards_shown(outline)
    if item.dimension:
        named = (d.label for s in standards for d in s.dimensions if d.name == item.dimension)
        label = next(named, Label(item.dimension, item.dimension))
        parts.append(f"{plain(label.get(lang))} {code(item.dimension)}")
    if item.benchmark is not None:
        titles = (b.title for s in standards for b in s.benchmarks if b.no == item.benchmark)
        title = next(titles, "")
        shown = f' <span lang="zh-CN">{plain(title)}</span>' if title else ""
        parts.append(f"{plain(term('benchmark', lang).format(item.benchmark))}{shown}")
    return "".join(f"<p>{p}</p>" for p in parts)


def _remarks(item: Item, lang: str) -> str:
    described = texts(item.note, lang) if item.note is not None else ""
    if item.optional:
        described += f"<p>{plain(term('optional', lang))}</p>"
    if item.personal:
        described += f"<p>{plain(term('personal', lang))}</p>"
    return described


def _options(item: Item, lang: str) -> str:
    """List every code with its meaning; kinds of missing are marked."""
    if not item.options:
        return ""
    split = item.type == "multiple" and not item.scored
    names = ["code", "option", "kind", *(["split"] if split else [])]
    head = "".join(f'<th scope="col">{plain(term(n, lang))}</th>' for n in names)
    body = "".join(_row(item, option, split, lang) for option in item.options)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(item: Item, option: Option, split: bool, lang: str) -> str:
    kind = KIND_LABELS.get(option.missing, Label(option.missing, option.missing)).get(lang)
    shown = f"{plain(kind)} {code(option.missing)}" if option.missing else plain(term("answer", lang))
    shown = f'<span class="word">{shown}</span>'
    cells = [code(option.code), texts(option.label, lang, "span"), shown]
    if split:
        cells.append("" if option.missing else code(split_name(item, option)))
    mark = ' class="gone"' if option.missing else ""
    return f"<tr{mark}>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
