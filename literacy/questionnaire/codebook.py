"""The codebook of a survey as a self-contained HTML page."""

from __future__ import annotations

from literacy._display import format_document
from literacy._texts import in_language
from literacy.instrument import Condition, Instrument, Label, Option, Standard
from literacy.questionnaire.codebook_terms import SIGNS, TERMS, term
from literacy.questionnaire.form_outline import Outline, make_outline
from literacy.questionnaire.form_terms import KIND_LABELS
from literacy.questionnaire.html_markup import anchor, code, facts, languages, plain, table, texts
from literacy.questionnaire.question_cards import format_module
from literacy.questionnaire.scored_columns import (
    derived_columns,
    describe_any_of,
    design_columns,
    design_roles,
    designs,
    mark_name,
    split_name,
    standards_shown,
    waves_shown,
)

_STYLE = (
    "code{font-family:ui-monospace,Consolas,'DejaVu Sans Mono',monospace;font-size:.92em;white-space:nowrap}"
    "code.long{white-space:normal;overflow-wrap:anywhere}"
    "p,dd,td,h1,h2,h3{overflow-wrap:anywhere}p{margin:.3rem 0}.second{color:#595959}"
    "span.second{margin-left:.7rem}"
    ".warn{border-left:.4rem solid #b3261e;background:#fdecea;padding:.5rem .8rem;font-weight:600}"
    "h3{font-size:1.02rem;margin:1.6rem 0 .4rem;border-bottom:1px solid #888}"
    "nav ul{columns:2;margin:.4rem 0;padding-left:1.2rem}a{color:#1f4e79}"
    "article{margin:1rem 0;padding:.5rem .8rem;border:1px solid #ccc;border-radius:.3rem}"
    "article h4{margin:0 0 .3rem;font-size:1rem;font-weight:600}article h4 small{color:#595959;font-weight:400}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.4rem 0;font-size:.92rem}"
    "dt{color:#595959}dd{margin:0}dd p,td p{margin:0}tr.gone td{color:#767676}"
    "td:first-child,th:first-child{width:1%}td{min-width:4rem}td:first-child{min-width:3rem}"
    "@media(max-width:40rem){dl{grid-template-columns:1fr}nav ul{columns:1}"
    "table{display:block;overflow-x:auto}td p[lang]{min-width:16rem}}"
    "@page{size:A4;margin:14mm}"
    "@media print{html{font-size:11.5px}body{max-width:none;padding:0}article{margin:.6rem 0;break-inside:avoid}"
    "h2,h3{break-after:avoid}a{color:inherit;text-decoration:none}}"
)


def format_codebook(instrument: Instrument, wave: int | str | None = None, *, lang: str = "zh") -> str:
    """Return the codebook of a survey as an HTML page; deterministic.

    Parameters
    ----------
    instrument : Instrument
    wave : int or str, optional
        Restricts the codebook to the questions of that wave.
    lang : {"zh", "en"}
        The language displayed first; all texts of the instrument are included in all its languages.

    Notes
    -----
    The answer key is not included. Dimensions, benchmarks and cut scores are, since they are published.
    """
    outline = make_outline(instrument, wave)
    head = f"{term('codebook', lang)}{SIGNS[lang]}{outline.title.get(lang)}"
    parts = (
        ("about", _about(outline, lang)),
        ("waves", _waves(outline, lang)),
        ("design", _design(outline, lang)),
        ("universes", _universes(outline, lang)),
        ("groups", _groups(outline, lang)),
        ("standards", _standards(outline, lang)),
        ("kinds", _kinds(outline, lang)),
        ("questions", "".join(format_module(outline, s, k, lang) for k, s in enumerate(outline.sections))),
        ("derived", _derived(outline, lang)),
        ("index", _index(outline)),
    )
    others = "".join(
        f'<p class="second" lang="{plain(language)}">{plain(text)}</p>'
        for language, text in languages(_own(outline, outline.title, lang), lang)[1:]
    )
    body = f"<h1>{plain(head)}</h1>{others}{_warnings(outline, lang)}{_contents(outline, lang)}" + "".join(
        f'<section id="{name}"><h2>{plain(term(name, lang))}</h2>{text}</section>' for name, text in parts
    )
    return format_document(head, body, lang, _STYLE)


def _warnings(outline: Outline, lang: str) -> str:
    """Return the prominent notices in both languages: that a form is not an official test, that data are synthetic."""
    rendered = []
    if outline.instrument.demonstration:
        rendered.append(TERMS["demonstration"])
    made_up = [w.name for w in waves_shown(outline) if w.synthetic]
    if made_up:
        text = TERMS["synthetic"]
        rendered.append(Label(text.zh.format("、".join(made_up)), text.en.format(", ".join(made_up))))
    warned = "".join(f'<div class="warn">{texts(_own(outline, t, lang), lang)}</div>' for t in rendered)
    note = texts(outline.instrument.note, lang) if outline.instrument.note is not None else ""
    return f'{warned}{note}<p class="note">{plain(term("no_key", lang))}</p>'


def _contents(outline: Outline, lang: str) -> str:
    names = ("about", "waves", "design", "universes", "groups", "standards", "kinds")
    links = [(name, term(name, lang)) for name in names]
    links += [(f"m{k}", s.label.get(lang)) for k, s in enumerate(outline.sections)]
    links += [(name, term(name, lang)) for name in ("derived", "index")]
    items = "".join(f'<li><a href="#{name}">{plain(text)}</a></li>' for name, text in links)
    return f'<nav aria-label="{plain(term("contents", lang))}"><ul>{items}</ul></nav>'


def _about(outline: Outline, lang: str) -> str:
    instrument = outline.instrument
    items = [q.item for q in outline.questions]
    blank = term("by_module", lang) if instrument.blank == "by_module" else _kind(instrument.blank, lang)
    hidden = [*instrument.personal, *(i.name for i in items if i.personal)]
    dropped = plain(term("dropped", lang)).format(", ".join(code(p) for p in hidden)) if hidden else ""
    return facts(
        (
            (term("survey", lang), code(instrument.survey)),
            (term("area", lang), code(instrument.area) if instrument.area else ""),
            (
                term("counts", lang),
                plain(term("counted", lang).format(len(items), sum(i.scored for i in items))),
            ),
            (term("blank", lang), plain(blank)),
            (term("personal", lang), dropped),
            (
                term("sources", lang),
                "".join(f"<p>{plain(in_language(s, lang))}</p>" for s in instrument.sources),
            ),
        )
    )


def _own(outline: Outline, label: Label, lang: str) -> Label:
    """Return a label of the program, restricted to the survey's language if it has only one."""
    return Label(label.get(lang), label.get(lang)) if outline.instrument.languages == (lang,) else label


def _kind(name: str, lang: str) -> str:
    return KIND_LABELS.get(name, Label(name, name)).get(lang)


def _waves(outline: Outline, lang: str) -> str:
    rows = []
    for wave in waves_shown(outline):
        days = [d for d in (wave.start, wave.end) if d is not None]
        note = texts(wave.note, lang) if wave.note is not None else ""
        if wave.synthetic:
            note = f"<p><strong>{plain(term('synthetic_wave', lang))}</strong></p>{note}"
        if wave.absent:
            missing = ", ".join(code(a) for a in wave.absent)
            note += f"<p>{plain(term('not_in', lang))}{SIGNS[lang]}{missing}</p>"
        rows.append(
            (
                _word(wave.name),
                "".join(f"<p>{_word(d)}</p>" for d in days),
                _word(term(wave.mode, lang) if wave.mode in TERMS else wave.mode),
                _word(f"{wave.n:,}" if wave.n is not None else ""),
                code(wave.standard) if wave.standard else "",
                code(wave.data) if wave.data else "",
                note,
            )
        )
    heads = ("wave", "days", "mode", "n", "standard", "file", "remark")
    return table([term(h, lang) for h in heads], rows, term("none", lang))


def _word(text: object) -> str:
    return f'<span class="word">{plain(text)}</span>'


def _design(outline: Outline, lang: str) -> str:
    """Return the design columns of the data files by role, separately by wave where waves differ."""
    rows, notes = [], []
    if outline.instrument.id_column:
        rows.append((_word(term("id", lang)), code(outline.instrument.id_column)))
    held: dict[str, dict[tuple[str, ...], list[str]]] = {}
    names = [w.name for w in waves_shown(outline)] or [""]
    for name, design in zip(names, designs(outline), strict=True):
        for role, columns in design_roles(design):
            held.setdefault(role, {}).setdefault(columns, []).append(name)
        first = dict(design_roles(design))
        for role, columns in design.candidates.items():
            if columns == first.get(role):
                continue
            rendered = plain(term("candidates", lang)).format(", ".join(map(code, columns)))
            notes.append(f"{plain(term(role, lang))}{SIGNS[lang]}{rendered}")
    for role, choices in held.items():
        rendered = "".join(
            f"<p>{', '.join(map(code, columns))}{'' if own == names else f' ({plain(chr(44).join(own))})'}</p>"
            for columns, own in choices.items()
        )
        rows.append((_word(term(role, lang)), rendered))
    below = "".join(f'<p class="note">{n}</p>' for n in dict.fromkeys(notes))
    return table([term("role", lang), term("column", lang)], rows, term("none", lang)) + below


def _universes(outline: Outline, lang: str) -> str:
    rows = []
    for universe in outline.instrument.universes:
        mark = f"<p><strong>{plain(term('indicator', lang))}</strong></p>" if universe.indicator else ""
        rows.append(
            (
                code(universe.name),
                texts(universe.label, lang) + mark,
                _rule(outline, (universe.all_of,), lang),
            )
        )
    return table([term(h, lang) for h in ("name", "label", "condition")], rows, term("none", lang))


def _groups(outline: Outline, lang: str) -> str:
    rows = []
    for group in outline.instrument.groups:
        proxy = (
            f"<p>{plain(term('proxy', lang))}{SIGNS[lang]}</p>{texts(group.proxy, lang)}"
            if group.proxy is not None
            else ""
        )
        rows.append((code(group.name), texts(group.label, lang) + proxy, _rule(outline, group.any_of, lang)))
    note = f'<p class="note">{plain(term("group_note", lang))}</p>' if rows else ""
    return table([term(h, lang) for h in ("name", "label", "condition")], rows, term("none", lang)) + note


def _rule(outline: Outline, any_of: tuple[tuple[Condition, ...], ...], lang: str) -> str:
    """Return conditions in words, followed by their definition in the instrument."""
    exact = " or ".join(" and ".join(map(str, one)) for one in any_of if one)
    rendered = f"<p>{plain(describe_any_of(outline, any_of, lang))}</p>"
    return rendered + (f"<p>{code(exact)}</p>" if exact else "")


def _standards(outline: Outline, lang: str) -> str:
    rendered = []
    for s in standards_shown(outline):
        parts = [
            f"{d.label.get(lang)} {d.points:g}" if d.points is not None else d.label.get(lang)
            for d in s.dimensions
        ]
        cuts = [f"{t.label.get(lang)} ≥ {t.cut:g}" for t in s.tiers]
        treat = [
            f"{_kind(kind, lang)} = {term(how, lang) if how in TERMS else how}"
            for kind, how in s.treat.items()
        ]
        rendered.append(
            f"<h3>{code(s.id)} {plain(s.label.get(lang))}</h3>"
            + facts(
                (
                    (
                        term("cuts", lang),
                        "".join(f"<p>{plain(' · '.join(p))}</p>" for p in (parts, cuts) if p),
                    ),
                    (term("reached", lang), plain(_reached(s, lang))),
                    (term("counting", lang), ", ".join(map(code, s.items))),
                    (term("treat", lang), plain(" · ".join(treat))),
                    (term("comparison", lang), plain(s.comparison.get(lang))),
                    (
                        term("remark", lang),
                        plain(term("needs", lang).format(", ".join(s.needs))) if s.needs else "",
                    ),
                    (
                        term("sources", lang),
                        "".join(f"<p>{plain(in_language(x, lang))}</p>" for x in s.sources),
                    ),
                )
            )
        )
    return "".join(rendered) or f"<p>{plain(term('none', lang))}</p>"


def _reached(standard: Standard, lang: str) -> str:
    """Return the criterion by which a respondent counts as literate."""
    if standard.rule == "joint":
        shares = [
            f"{d.label.get(lang)} {d.pass_share:.0%}" for d in standard.dimensions if d.pass_share is not None
        ]
        return " · ".join(shares)
    if standard.literate is None:
        return ""
    if standard.rule == "benchmarks":
        return f"{standard.literate:.0%}"
    return term("right" if standard.rule == "count" else "points", lang).format(f"{standard.literate:g}")


def _kinds(outline: Outline, lang: str) -> str:
    rules: dict[str, list[str]] = {}
    for rule in outline.instrument.missing:
        rendered = [
            f"{plain(term(name, lang))} {', '.join(code(v) for v in values)}"
            for name, values in (("codes", rule.codes), ("tags", rule.tags), ("labels", rule.labels))
            if values
        ]
        rules.setdefault(rule.kind, []).extend(rendered)
    heads = ["kind", "label", *(["identified_by"] if rules else [])]
    rows = []
    for kind, label in KIND_LABELS.items():
        if kind:
            identified = ["".join(f"<p>{t}</p>" for t in rules.get(kind, ()))] if rules else []
            rows.append((code(kind), texts(_own(outline, label, lang), lang), *identified))
    return table([term(h, lang) for h in heads], rows, term("none", lang))


def _derived(outline: Outline, lang: str) -> str:
    rows = []
    for column in derived_columns(outline):
        values = "".join(f"<p>{_value(o, lang)}</p>" for o in column.options)
        made = plain(column.made.get(lang)) if column.made is not None else ""
        name = f'<span id="{anchor("d-", column.name)}">{code(column.name)}</span>'
        rows.append((name, texts(_own(outline, column.label, lang), lang), values, made))
    return table([term(h, lang) for h in ("column", "label", "values", "made")], rows, term("none", lang))


def _value(option: Option, lang: str) -> str:
    label = option.label.get(lang)
    return code(option.code) if label == str(option.code) else f"{code(option.code)} {plain(label)}"


def _index(outline: Outline) -> str:
    """Return an index of all columns by name, with links to their descriptions."""
    places: dict[str, str] = {c.name: "design" for c in design_columns(outline)}
    for question in outline.questions:
        item = question.item
        own = [item.name]
        if item.scored:
            own.append(mark_name(item))
        elif item.type == "multiple":
            own += [split_name(item, o) for o in item.answers]
        places |= dict.fromkeys(own, anchor("i-", item.name))
    places |= {c.name: anchor("d-", c.name) for c in derived_columns(outline)}
    links = [f'<a href="#{places[name]}">{code(name)}</a>' for name in sorted(places)]
    return f"<p>{' · '.join(links)}</p>"
