"""The tablet form: the survey's XLSForm with the selected units and households, and selection of the adult."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.fieldwork.dispositions import DISPOSITIONS
from literacy.fieldwork.sheets.kish import MOST, TABLES
from literacy.fieldwork.sheets.sheet_terms import WORDS
from literacy.instrument import FrozenMap, Instrument
from literacy.messages import tell
from literacy.questionnaire import make_outline
from literacy.questionnaire.xlsform import make_sheets

_EPOCH = datetime(2000, 1, 1)
_PICKS: FrozenMap[str] = FrozenMap({"random": "draw", "kish": "row"})
FIELDS = ("unit", "household", "interviewer", "disposition", "adults", "person_draw", "person")


def encode_form(
    instrument: Instrument, lines: pd.DataFrame, wave: int | str | None = None, *, lang: str = "zh",
    person: str = "random",
) -> bytes:  # fmt: skip
    """Return an XLSForm with unit, household, result and selection of the adult, followed by the survey's questions.

    The adult is ``int(draw * adults) + 1``, where ``draw`` is the number assigned to the household when the sheets were
    made, so that the selection can be verified; or the one given by Kish's table (``kish``), the one with the last
    birthday, or, if the list consists of persons, no selection (``none``). The questions are asked if the result is a
    complete or partial interview.

    Raises
    ------
    LiteracyError
        ``io.write`` where the survey has items of the same names.
    """
    sheets = make_sheets(make_outline(instrument, wave), lang)
    survey, choices = sheets["survey"], sheets["choices"]
    names = {row[survey[0].index("name")] for row in survey[1:]}
    clash = [f for f in FIELDS if f in names]
    if clash:
        raise LiteracyError(
            "io.write",
            where="form",
            what=tell("the survey has items named {}", ", ".join(clash)),
            fix="rename the items",
        )
    heads = list(survey[0])
    for extra in ("calculation", "choice_filter", "required", "relevant", "constraint"):
        if extra not in heads:
            heads.append(extra)
    labels = {
        "zh": [h for h in heads if h.startswith("label::") and "(zh)" in h],
        "en": [h for h in heads if h.startswith("label::") and "(zh)" not in h],
    }
    front = [
        _row("select_one units", "unit", "单位", "Unit", labels, required="yes"),
        _row(
            "select_one households",
            "household",
            "户号",
            "Household",
            labels,
            required="yes",
            choice_filter="unit=${unit}",
        ),
        _row("text", "interviewer", "调查员编号", "Interviewer's code", labels, required="yes"),
        _row("select_one dispositions", "disposition", "结果", "Result", labels, required="yes"),
        *_choice(person, labels),
        _row(
            "begin_group",
            "interview",
            "访问",
            "Interview",
            labels,
            relevant="${disposition} = '1.1' or ${disposition} = '1.2'",
        ),
    ]
    body = [dict(zip(survey[0], row, strict=True)) for row in survey[1:]]
    rows = [*front, *body, {"type": "end_group"}]
    choice_heads = [*choices[0], *[h for h in ("unit", _PICKS.get(person, "")) if h and h not in choices[0]]]
    texts = [h for h in choices[0] if h.startswith("label::")]
    more: list[dict[str, str]] = []
    for unit in dict.fromkeys(lines["unit"]):
        more.append({"list_name": "units", "name": _code(unit), **dict.fromkeys(texts, unit)})
    for line in lines.to_dict("records"):
        more.append(
            {
                "list_name": "households",
                "name": _code(str(line["household"])),
                **dict.fromkeys(texts, str(line["household"])),
                "unit": _code(str(line["unit"])),
                "draw": f"{line['draw']:.6f}",
                "row": "".join(map(str, TABLES[line["kish"]])),
            }
        )
    for d in DISPOSITIONS:
        more.append(
            {
                "list_name": "dispositions",
                "name": d.code,
                **{t: f"{d.code} {d.label.zh if '(zh)' in t else d.label.en}" for t in texts},
            }
        )
    grid_choices = [choice_heads, *[[*row, *[""] * (len(choice_heads) - len(row))] for row in choices[1:]]]
    grid_choices += [[row.get(h, "") for h in choice_heads] for row in more]
    settings = [list(r) for r in sheets["settings"]]
    if "allow_choice_duplicates" not in settings[0]:
        settings[0].append("allow_choice_duplicates")
        settings[1].append("yes")
    return _encode(
        {
            "survey": [heads, *[[row.get(h, "") for h in heads] for row in rows]],
            "choices": grid_choices,
            "settings": settings,
        }
    )


def _choice(person: str, labels: dict[str, list[str]]) -> list[dict[str, str]]:
    """Return the rows that select the adult."""
    if person == "none":
        return []
    adults = _row(
        "integer",
        "adults",
        "本户 18—69 岁成年人数",
        "Adults of 18-69 in the household",
        labels,
        relevant="${disposition} = '1.1' or ${disposition} = '1.2'",
        constraint=". >= 1 and . <= 20",
        required="yes",
    )
    if person == "birthday":
        label = WORDS["birthday"]
        return [adults, _row("note", "person_note", label.zh, label.en, labels, relevant="${adults} >= 1")]
    stored = f"instance('households')/root/item[name = ${{household}} and unit = ${{unit}}]/{_PICKS[person]}"
    last = f"if(${{adults}} > {MOST}, {MOST}, ${{adults}})"
    picked = {
        "random": "int(number(${person_draw}) * ${adults}) + 1",
        "kish": f"number(substr(${{person_draw}}, {last} - 1, {last}))",
    }[person]
    return [
        adults,
        _row("calculate", "person_draw", "", "", labels, calculation=stored),
        _row("calculate", "person", "", "", labels, calculation=picked),
        _row(
            "note",
            "person_note",
            "请访问第 ${person} 位成年人（先男后女，同性别由大到小）。",
            "Ask adult number ${person} (men first, each sex from the oldest to the youngest).",
            labels,
            relevant="${adults} >= 1",
        ),
    ]


def _row(kind: str, name: str, zh: str, en: str, labels: dict[str, list[str]], **more: str) -> dict[str, str]:
    texts = dict.fromkeys(labels["zh"], zh) | dict.fromkeys(labels["en"], en)
    return {"type": kind, "name": name, **texts, **more}


def _code(text: str) -> str:
    """Return a choice name without blanks."""
    return "_".join(text.split())


def _encode(sheets: dict[str, list[list[str]]]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    for name, rows in sheets.items():
        sheet: Any = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                if text:
                    sheet.write_string(i, j, text)
    book.close()
    return stream.getvalue()
