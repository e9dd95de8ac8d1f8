"""Text for 问卷星: read by the rules of the vendor's open toolkit, and met again by ``literacy``'s own reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.answers import Responses, match_file, read
from literacy.instrument import KINDS, Instrument, Item, Label, Option, load_instrument
from literacy.questionnaire import format_wjx, make_outline
from literacy.questionnaire.form_outline import OFFERED
from tests.questionnaire.conftest import SURVEYS, without_keys

HEAD = re.compile(r"(\d+)\.\s*(.+?)\s*\[([^\]]+)\](\s*（选填）)?\s*")
LETTER = re.compile(r"[A-Za-z][.．、)）]\s*|[A-Za-z]\s+(?=\S)")


@dataclass
class Asked:
    """A question as the importer understands it."""

    kind: str
    title: str
    options: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


def imported(text: str) -> tuple[str, str, list[Asked]]:
    """Title, description and questions (paragraphs left out), by the rules of the toolkit's text-to-survey."""
    lines = [line.strip() for line in text.split("\n")]
    first = next(k for k, line in enumerate(lines) if HEAD.fullmatch(line))
    questions: list[Asked] = []
    for line in lines[first:]:
        head = HEAD.fullmatch(line)
        if head:
            questions.append(Asked(head.group(3), head.group(2)))
        elif line and questions[-1].kind.startswith("矩阵") and not questions[-1].options:
            assert len(line.split()) >= 3, "fewer than three words are no heads of columns"
            questions[-1].options = line.split()
        elif line and questions[-1].kind.startswith("矩阵"):
            questions[-1].rows.append(line)
        elif line:
            questions[-1].options.append(LETTER.sub("", line, count=1) if LETTER.match(line) else line)
    return lines[0], "\n".join(lines[1:first]).strip(), [q for q in questions if q.kind != "段落说明"]


def spread(questions: list[Asked]) -> list[tuple[str, list[str]]]:
    """Text and options of every question, the rows of a matrix one by one."""
    return [(text, q.options) for q in questions for text in (q.rows or [q.title])]


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_question_and_option_comes_out_as_it_is(survey: str, lang: str) -> None:
    instrument = load_instrument(survey)
    title, description, questions = imported(format_wjx(instrument, lang=lang))
    assert title == instrument.label.get(lang)
    assert description == (instrument.note.get(lang) if instrument.demonstration and instrument.note else "")
    told = spread(questions)
    assert len(told) == len(instrument.items)
    for item, (text, options) in zip(instrument.items, told, strict=True):
        assert text == item.label.get(lang)
        shown = [o.label.get(lang) for o in item.options if o.missing in OFFERED]
        assert list(map(plain, options)) == (
            [] if item.type in ("number", "text") else list(map(plain, shown))
        )


@pytest.mark.parametrize("survey", SURVEYS)
def test_the_key_is_not_in_it(survey: str) -> None:
    instrument = load_instrument(survey)
    assert format_wjx(instrument) == format_wjx(without_keys(instrument))


def shown(item: Item) -> list[Option]:
    return [o for o in item.options if o.missing in OFFERED]


def export(truth: Responses, lang: str, dash: str, *, numbers: bool) -> pd.DataFrame:
    """The platform's export of that questionnaire: a column a question, or a row of a matrix."""
    _, _, questions = imported(format_wjx(truth.instrument, 2025, lang=lang))
    items = iter(q.item for q in make_outline(truth.instrument, 2025).questions)
    n = len(truth.frame)
    columns: dict[str, object] = {"序号": range(1, n + 1), "提交答卷时间": ["2025/6/1 10:00:00"] * n}
    for number, question in enumerate(questions, start=1):
        for text in question.rows or [question.title]:
            item = next(items)
            head = f"{number}、{question.title}{dash.format(text)}" if question.rows else f"{number}、{text}"
            kinds = [KINDS[k] for k in truth.missing[item.name]]
            told = list(zip(truth.frame[item.name].astype(object), kinds, strict=True))
            if numbers and item.type == "multiple":
                for k, option in enumerate(shown(item)):
                    name = f"{number}({question.options[k]})" if k else f"{head}({question.options[k]})"
                    columns[name] = [tick(option, v, kind) for v, kind in told]
            else:
                columns[head] = [cell(item, question.options, v, kind, numbers) for v, kind in told]
    for name in ("id", "wave", "stratum", "psu", "fpc_psu", "fpc_person", "base_weight"):
        columns[name] = truth.frame[name].to_numpy()
    return pd.DataFrame(columns)


def cell(item: Item, options: list[str], value: object, kind: str, numbers: bool) -> object:
    chosen = [k for k, o in enumerate(shown(item)) if (o.missing == kind if kind != "valid" else False)]
    if kind == "valid" and item.options and item.type != "number":
        chosen = [k for k, o in enumerate(shown(item)) if str(o.code) in str(value).split("|")]
    elif kind == "valid":
        return value
    if not chosen:
        blank = ("-3", "-2") if numbers else ("(跳过)", "(空)")
        return blank[kind != "not_applicable"]
    if item.type == "number":
        return shown(item)[chosen[0]].code
    return str(chosen[0] + 1) if numbers else "┋".join(options[k] for k in chosen)


def tick(option: Option, value: object, kind: str) -> int:
    if kind == "valid":
        return int(str(option.code) in str(value).split("|"))
    if kind in ("skipped", "not_applicable"):
        return -3 if kind == "not_applicable" else -2
    return int(option.missing == kind)


@pytest.mark.parametrize(
    ("lang", "dash", "numbers"),
    [
        ("zh", "—{}", False),
        ("zh", "—{}", True),
        ("zh", "({})", False),
        ("en", "—{}", False),
        ("en", "—{}", True),
    ],
)
def test_what_the_platform_gives_back_reads_as_the_data_that_went_in(
    lang: str, dash: str, numbers: bool, truth: Responses, tmp_path: Path
) -> None:
    file = tmp_path / f"1_按{'序号' if numbers else '文本'}_test_1_1.csv"
    export(truth, lang, dash, numbers=numbers).to_csv(file, index=False, encoding="utf-8")
    met = match_file(file, truth.instrument, 2025)
    assert met.missing == () and {p.by for p in met.places.values()} <= {
        "question text",
        "one column an option",
        "row of a matrix",
    }
    back = read(file, truth.instrument)
    for item in truth.instrument.items:
        mine, theirs = truth.missing[item.name], back.missing[item.name]
        assert np.array_equal(mine, theirs), f"{item.name}: kinds of missing"
        assert [str(v) for v in back.frame[item.name]] == [str(v) for v in truth.frame[item.name]], item.name


def test_scales_are_scales_only_without_kinds_of_missing(erenhot: Instrument) -> None:
    item = erenhot.item("attitude_trust")
    pure = replace(erenhot, items=(replace(item, options=item.answers),))
    assert "[量表题]" in format_wjx(pure) and "[量表题]" not in format_wjx(replace(erenhot, items=(item,)))


def test_what_must_be_set_by_hand_is_said(erenhot: Instrument, tmp_path: Path) -> None:
    from literacy.questionnaire import export_questionnaire

    (note,) = export_questionnaire(erenhot, tmp_path / "form.txt", wave=2025)
    assert "school_grade" in note and "digital_scan" in note and "k01" not in note
    free = replace(erenhot, items=erenhot.items[:2])
    assert export_questionnaire(free, tmp_path / "form.txt") == ()


def test_odd_texts_stay_one_line_and_whole(erenhot: Instrument) -> None:
    options = (Option(1, Label("X 射线\n透视", "X rays")), Option(2, Label("[其他]", "[other]")))
    odd = replace(
        erenhot.item("k23"), label=Label("哪一项\n[甲] 对？", "Which [a]\nis right?"), options=options, key=()
    )
    _, _, questions = imported(format_wjx(replace(erenhot, items=(odd,))))
    assert [(q.title, q.options) for q in questions] == [("哪一项 [甲] 对？", ["X 射线 透视", "[其他]"])]
