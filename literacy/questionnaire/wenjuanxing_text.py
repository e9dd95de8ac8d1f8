"""The questionnaire as text for import into 问卷星 (what was verified: docs/questionnaires.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from literacy.instrument import Instrument, Label
from literacy.questionnaire.form_outline import Block, Outline, Question, Section, make_outline
from literacy.questionnaire.form_terms import describe_filter

_TAGS = {
    "true_false": "单选题",
    "single": "单选题",
    "category": "单选题",
    "scale": "单选题",
    "multiple": "多选题",
    "number": "填空题",
    "text": "填空题",
}
MATRIX_TYPES = ("scale", "category")
"""Types set as a matrix. Test questions are not: in a long matrix respondents tend to tick one column throughout."""
_ROWS = Label("请在每一行选一项", "Choose one in every row")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTERED = re.compile(r"^[A-Za-z]([.．、)）]|\s)")
"""A leading letter that the importer takes for an option letter, as in ``A few times a year``."""


def format_wjx(instrument: Instrument, wave: int | str | None = None, *, lang: str = "zh") -> str:
    """Return the questionnaire as text for 问卷星: ``1. 题干[单选题]``, one option per line, questions apart.

    Parameters
    ----------
    instrument : Instrument
    wave : int or str, optional
        Restricts the form to the items of that wave.
    lang : {"zh", "en"}

    Notes
    -----
    The format has neither conditions nor bounds: filters are described in a paragraph before the questions and must be
    set on the platform. Paragraphs are numbered as well; the platform renumbers them.
    """
    outline = make_outline(instrument, wave)
    parts = [outline.title.get(lang)]
    if outline.introduction is not None:
        parts.append(_line(outline.introduction.get(lang)))
    lines = (line for section in outline.sections for line in _section(outline, section, lang))
    parts += [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    return "\n\n".join(parts) + "\n"


def _section(outline: Outline, section: Section, lang: str) -> Iterator[str]:
    condition = describe_filter(outline, section.asked, None, lang, skips=False, numbered=False)
    colon = "：" if lang == "zh" else ": "
    yield _paragraph(colon.join(t for t in (section.label.get(lang), condition) if t))
    for block in section.blocks(MATRIX_TYPES):
        first = block.questions[0]
        own = tuple(c for c in first.item.asked if c not in section.asked)
        if own:
            yield _paragraph(describe_filter(outline, own, None, lang, skips=False, numbered=False))
        columns = _columns(block, lang)
        if columns:
            stem = f"{section.label.get(lang)}{colon}{_ROWS.get(lang)}[矩阵单选题]"
            rows = [_line(q.item.label.get(lang)) for q in block.questions]
            yield "\n".join([stem, " ".join(columns), *rows])
        else:
            yield from (_question(q, lang) for q in block.questions)


def _paragraph(text: str) -> str:
    return f"{_line(text)}[段落说明]"


def _question(question: Question, lang: str) -> str:
    item = question.item
    head = f"{_line(item.label.get(lang))}[{_tag(question, lang)}]"
    if item.type in ("number", "text"):
        return head
    options = [_line(o.label.get(lang)) for o in question.options]
    if any(_LETTERED.match(o) for o in options):
        options = [f"{chr(65 + k)}. {o}" if k < 26 else o for k, o in enumerate(options)]
    return "\n".join([head, *options])


def _tag(question: Question, lang: str) -> str:
    """Return the type tag; a scale only if every option is a point of it, as *don't know* would become the highest."""
    pure = not any(o.missing for o in question.options)
    if question.item.type == "scale" and pure and "~" not in question.options[0].label.get(lang):
        return "量表题"
    return _TAGS[question.item.type]


def _columns(block: Block, lang: str) -> tuple[str, ...]:
    """Return the column headers of a matrix, separated by blanks; none if a header contains a blank."""
    if not block.grid or len(block.questions[0].options) < 3:
        return ()
    heads = []
    for option in block.questions[0].options:
        text = _line(option.label.get(lang))
        heads.append(text.replace(" ", "") if _CHINESE.search(text) else text)
    return () if any(" " in h for h in heads) or len(set(heads)) < len(heads) else tuple(heads)


def _line(text: str) -> str:
    return " ".join(text.split())


def conditional_questions(instrument: Instrument, wave: int | str | None = None) -> tuple[str, ...]:
    """Return items whose conditions must be set manually on the platform."""
    return tuple(q.item.name for q in make_outline(instrument, wave).questions if q.item.asked)
