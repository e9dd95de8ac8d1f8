"""A questionnaire for print: a Word document in Chinese, English or a further language of the survey."""

from __future__ import annotations

import unicodedata
from typing import Any

from literacy.instrument import Instrument, Label, Option
from literacy.questionnaire.form_outline import Block, Outline, Question, Section, make_outline
from literacy.questionnaire.form_terms import describe_filter
from literacy.questionnaire.typesetting import (
    GREY,
    add_field,
    keep_row,
    new_document,
    save_document,
    set_borders,
    set_widths,
)

BOX, RULE = "□", "＿"
WIDTH = 16.6
"""Width of the text, in centimetres."""
_EM = 0.37
"""Width of a Chinese character in the body's size, in centimetres."""
_EM_HEAD = 0.32
"""Width of a Chinese character in table headers, in centimetres."""
_INDENT = 0.8
_WORDS = {
    "how": Label(
        "请在所选答案前的方框里打“√”；没有注明的题只选一项。方框后的小字是录入用的代码。",
        "Tick the box before your answer; choose one only unless the question says otherwise. "
        "The small figures are codes for data entry.",
    ),
    "many": Label("（可选多项）", " (choose all that apply)"),
    "number": Label("题号", "No."),
    "question": Label("题目", "Question"),
    "page": Label("第 {} 页，共 {} 页", "Page {} of {}"),
    "serial": Label("问卷编号：", "Questionnaire number: "),
}
_ORDINALS = "一二三四五六七八九十"
_VERTICAL = range(0x1800, 0x18B0)
"""Languages written vertically: Mongolian in the traditional script."""


def _form_language(lang: str) -> str:
    """Return the language of the form's own texts: Chinese for forms in a third language."""
    return lang if lang in ("zh", "en") else "zh"


def _is_vertical(outline: Outline, lang: str) -> bool:
    texts = [outline.title, *(q.item.label for q in outline.questions)]
    return any(ord(c) in _VERTICAL for label in texts for c in label.get(lang))


def encode_word(instrument: Instrument, wave: int | str | None = None, *, lang: str = "zh") -> bytes:
    """Return a questionnaire for print (.docx) as bytes; deterministic.

    Parameters
    ----------
    instrument : Instrument
    wave : int or str, optional
        Restricts the form to the items of that wave.
    lang : str
        "zh", "en" or a further language of the survey. Mongolian in the traditional script is set in vertical lines.

    Notes
    -----
    Neighbouring questions with the same options are set as a table. Instructions on how to answer and where to continue
    are added to the texts of the instrument; keys, dimensions and benchmarks are omitted.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    outline = make_outline(instrument, wave)
    document = new_document(outline.title.get(lang), lang, vertical=_is_vertical(outline, lang))
    _frame(document, outline, lang)
    document.add_paragraph(outline.title.get(lang), style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    if outline.introduction is not None:
        _small(document.add_paragraph(), outline.introduction.get(lang))
    document.add_paragraph(_WORDS["how"].get(_form_language(lang)))
    if instrument.id_column:
        line = document.add_paragraph(_WORDS["serial"].get(_form_language(lang)) + RULE * 10)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for place, section in enumerate(outline.sections):
        _section(document, outline, section, place, lang)
    return save_document(document)


def _frame(document: Any, outline: Outline, lang: str) -> None:
    """Add the title in the header and page numbers in the footer of every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    section = document.sections[0]
    above = section.header.paragraphs[0]
    above.text, above.alignment = outline.title.get(lang), WD_ALIGN_PARAGRAPH.CENTER
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    first, between, last = _WORDS["page"].get(_form_language(lang)).split("{}")
    below.add_run(first)
    add_field(below, "PAGE")
    below.add_run(between)
    add_field(below, "NUMPAGES")
    below.add_run(last)


def _section(document: Any, outline: Outline, section: Section, place: int, lang: str) -> None:
    document.add_heading(_heading(section, place, lang), level=1)
    if section.asked:
        after = outline.following(section.questions[-1])
        _instruction(document, describe_filter(outline, section.asked, after, _form_language(lang)))
    for block in section.blocks():
        first, last = block.questions[0], block.questions[-1]
        own = tuple(c for c in first.item.asked if c not in section.asked)
        if own:
            _instruction(
                document, describe_filter(outline, own, outline.following(last), _form_language(lang))
            )
        if block.grid:
            _table(document, block, lang)
        else:
            _question(document, first, lang)


def _heading(section: Section, place: int, lang: str) -> str:
    if lang != "en":
        return f"{_chinese(place + 1)}、{section.label.get(lang)}"
    return f"{chr(65 + place) if place < 26 else place + 1}. {section.label.en}"


def _chinese(number: int) -> str:
    """Format a number up to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    head = "" if not tens else ("十" if tens == 1 else f"{_ORDINALS[tens - 1]}十")
    return head + (_ORDINALS[ones - 1] if ones else "")


def _instruction(document: Any, text: str) -> None:
    """Add an instruction on who is asked, in bold, kept with the question that follows."""
    line = document.add_paragraph()
    line.add_run(text).bold = True
    line.paragraph_format.keep_with_next = True


def _question(document: Any, question: Question, lang: str) -> None:
    from docx.shared import Cm, Pt

    item = question.item
    head = document.add_paragraph()
    head.paragraph_format.left_indent, head.paragraph_format.first_line_indent = Cm(_INDENT), Cm(-_INDENT)
    head.paragraph_format.space_before = Pt(7)
    head.paragraph_format.keep_with_next = True
    head.paragraph_format.tab_stops.add_tab_stop(Cm(_INDENT))
    head.add_run(f"{question.number}.\t").bold = True
    head.add_run(item.label.get(lang))
    if item.type == "multiple":
        head.add_run(_WORDS["many"].get(_form_language(lang)))
    if item.hint is not None:
        hint = document.add_paragraph()
        hint.paragraph_format.left_indent = Cm(_INDENT)
        hint.paragraph_format.keep_with_next = True
        _small(hint, item.hint.get(lang))
    if item.type == "number":
        _number(document, question, lang)
    elif item.type == "text":
        line = document.add_paragraph(RULE * 36)
        line.paragraph_format.left_indent = Cm(_INDENT)
    else:
        _options(document, question.options, lang)


def _number(document: Any, question: Question, lang: str) -> None:
    from docx.shared import Cm

    item = question.item
    line = document.add_paragraph()
    line.paragraph_format.left_indent = Cm(_INDENT)
    line.add_run(RULE * 5)
    if item.unit:
        line.add_run(f" {item.unit}")
    for option in question.options:
        line.add_run("　　" if lang == "zh" else "      ")
        _option(line, option, lang)


def _options(document: Any, options: tuple[Option, ...], lang: str) -> None:
    """Add check boxes in as many columns as the longest text allows; kinds of missing on a separate line."""
    answers = [o for o in options if not o.missing]
    kinds = [o for o in options if o.missing]
    room = WIDTH - _INDENT
    most = _most_columns(list(options), room, lang)
    if most >= len(options):
        lines = [list(options)]
        columns = most
    else:
        rows = -(-len(answers) // max(1, _most_columns(answers, room, lang)))
        columns = -(-len(answers) // rows) if rows else 1
        lines = [answers[k : k + columns] for k in range(0, len(answers), columns)]
        per_line = max(
            1, columns, min(len(kinds), _most_columns(kinds, room, lang)) if columns == 1 else columns
        )
        lines += [kinds[k : k + per_line] for k in range(0, len(kinds), per_line)]
    for place, line in enumerate(lines):
        stops = max(columns, 3) if len(line) > columns else columns
        _boxes(document, line, [k * room / stops for k in range(1, len(line))], place < len(lines) - 1, lang)


def _most_columns(options: list[Option], room: float, lang: str) -> int:
    widest = max((_breadth(o.label.get(lang)) for o in options), default=0.0) + 2.4
    return next((k for k in (6, 5, 4, 3, 2) if widest * _EM <= room / k), 1)


def _boxes(document: Any, options: list[Option], stops: list[float], more: bool, lang: str) -> None:
    """Add one line of check boxes separated by tabs; longer texts are set with a hanging indent."""
    from docx.shared import Cm

    line = document.add_paragraph()
    layout = line.paragraph_format
    layout.left_indent = Cm(_INDENT)
    if len(options) == 1:
        layout.left_indent, layout.first_line_indent = Cm(_INDENT + 0.75), Cm(-0.75)
    layout.keep_with_next, layout.keep_together = more, True
    for stop in stops:
        layout.tab_stops.add_tab_stop(Cm(_INDENT + stop))
    for k, option in enumerate(options):
        if k:
            line.add_run("\t")
        _option(line, option, lang)


def _option(line: Any, option: Option, lang: str) -> None:
    """Add a check box, the code in small figures, and the text."""
    line.add_run(f"{BOX} ")
    _small(line, f"{option.code} ", 7.5)
    line.add_run(option.label.get(lang))


def _table(document: Any, block: Block, lang: str) -> None:
    """Add questions with common options as a table: one row per question, one column per option."""
    from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    options = block.questions[0].options
    hints = {q.item.hint for q in block.questions}
    shared = hints.pop() if len(hints) == 1 else None
    if shared is not None:
        line = document.add_paragraph()
        line.paragraph_format.keep_with_next = True
        _small(line, shared.get(lang))
    widths = _widths(options, lang)
    table = document.add_table(rows=1, cols=2 + len(options))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    set_borders(table)
    heads = [
        _WORDS["number"].get(_form_language(lang)),
        _WORDS["question"].get(_form_language(lang)),
        *(o.label.get(lang) for o in options),
    ]
    for k, (cell, text) in enumerate(zip(table.rows[0].cells, heads, strict=True)):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        line = cell.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER if k > 1 else WD_ALIGN_PARAGRAPH.LEFT
        line.paragraph_format.keep_with_next = True
        line.add_run(text).font.size = Pt(9)
        if k > 1:
            line.add_run().add_break()
            _small(line, str(options[k - 2].code), 7.5)
    keep_row(table.rows[0], head=True)
    for place, question in enumerate(block.questions):
        row = table.add_row()
        keep_row(row)
        item = question.item
        for k, cell in enumerate(row.cells):
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            line = cell.paragraphs[0]
            line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2.5)
            if place in (0, len(block.questions) - 2):
                line.paragraph_format.keep_with_next = True
            if k == 0:
                line.add_run(f"{question.number}.").bold = True
            elif k == 1:
                line.add_run(item.label.get(lang))
                if item.hint is not None and shared is None:
                    line.add_run("　" if lang == "zh" else " ")
                    _small(line, item.hint.get(lang))
            else:
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
                line.add_run(BOX)
    set_widths(table, widths)
    gap = document.add_paragraph()
    gap.paragraph_format.space_after, gap.paragraph_format.line_spacing = Pt(0), Cm(0.2)


def _widths(options: tuple[Option, ...], lang: str) -> list[float]:
    """Return the width of each column in centimetres; headers break between words only, questions get a quarter."""
    room = WIDTH - 1.1
    most = (room - 5.6) / len(options)
    wide = []
    for option in options:
        text = option.label.get(lang)
        if lang == "zh":
            wide.append(min(max(1.15, _EM_HEAD * min(_breadth(text), 4.0) + 0.5), max(most, 1.15)))
        else:
            wide.append(max(1.15, _EM_HEAD * max(map(_breadth, text.split()), default=1.0) + 0.5))
    squeeze = min(1.0, (room - WIDTH / 4) / sum(wide))
    wide = [w * squeeze for w in wide]
    return [1.1, room - sum(wide), *wide]


def _breadth(text: str) -> float:
    """Width of a text in units of a Chinese character."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.52 for c in text)


def _small(line: Any, text: str, size: float = 9.0) -> None:
    from docx.shared import Pt, RGBColor

    run = line.add_run(text)
    run.font.size = Pt(size)
    run.font.color.rgb = RGBColor.from_string(GREY)
