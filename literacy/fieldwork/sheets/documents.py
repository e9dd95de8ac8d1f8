"""Contact sheets and instructions as Word documents, one unit per page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from literacy.fieldwork.dispositions import DISPOSITIONS, SEEN
from literacy.fieldwork.sheets.kish import TABLES
from literacy.fieldwork.sheets.sheet_terms import CHOICE, RULES, WORDS
from literacy.instrument import FrozenMap
from literacy.questionnaire.typesetting import (
    add_field,
    keep_row,
    new_document,
    save_document,
    set_borders,
    set_widths,
)

VISITS = 3
_WIDTHS: FrozenMap[float] = FrozenMap({"case": 1.3, "kish_short": 1.8, "adults": 1.9, "person": 1.9})
_VISIT_WIDTHS = [2.6, 2.6, 2.6, 2.3]
_ALL = 16.6
"""Width of the table in centimetres."""
_COLUMNS: FrozenMap[tuple[str, ...]] = FrozenMap(
    {
        "random": ("case", "kish_short", "adults", "person"),
        "kish": ("case", "kish_short", "adults", "person"),
        "birthday": ("case", "adults"),
        "none": ("case",),
    }
)
_WRITING = 0.72
"""Height of a line for handwriting, in centimetres."""
_SHORT = (
    "1.1",
    "1.2",
    "2.11",
    "2.12",
    "2.23",
    "2.24",
    "2.25",
    "2.32",
    "2.33",
    "3.11",
    "3.18",
    "4.50",
    "4.60",
    "4.70",
)


def encode_contact_sheets(
    lines: pd.DataFrame, lang: str, greeting: str = "", person: str = "random"
) -> bytes:
    """Return the contact sheets of all units as a Word file; deterministic."""
    terms = {k: v.get(lang) for k, v in WORDS.items()}
    document = new_document(terms["title"], lang)
    _footer(document)
    units = lines["unit"].nunique()
    for at, (unit, own) in enumerate(lines.groupby("unit", sort=False)):
        if at:
            document.add_page_break()
        document.add_heading(f"{terms['title']} · {unit}", level=1)
        first = own.iloc[0]
        facts = [f"{terms['stratum']}: {first['stratum']}"] if first["stratum"] else []
        facts.append(terms["sheet"].format(at + 1, units))
        document.add_paragraph("    ".join([*facts, terms["interviewer"] + "＿" * 8]))
        if greeting:
            document.add_paragraph(greeting)
        if first["reserve"]:
            document.add_paragraph(terms["reserve"]).runs[0].bold = True
        route = (
            terms["walk"].format(start=first["start"], step=first["step"])
            if first["step"]
            else terms["listed"]
        )
        document.add_paragraph(route)
        if person == "birthday":
            document.add_paragraph(terms["birthday"])
        kept = _COLUMNS[person]
        heads = [terms[c] for c in kept]
        heads += [
            f"{terms['visit'].format(k + 1)}\n{terms['day']} / {terms['code']}" for k in range(VISITS)
        ] + [terms["remark"]]
        filled = 2 if "kish_short" in kept else 1
        rows = [
            [str(r["household"]), str(r["kish"])][:filled] + [""] * (len(heads) - filled)
            for r in own.to_dict("records")
        ]
        widths = [_WIDTHS[c] for c in kept] + _VISIT_WIDTHS
        _table(document, heads, rows, [w * _ALL / sum(widths) for w in widths], _WRITING)
        codes = {d.code: d.label.get(lang) for d in DISPOSITIONS}
        listed = ("；" if lang == "zh" else "; ").join(f"{c} {codes[c]}" for c in _SHORT)
        note = document.add_paragraph(
            f"{terms['codes']}{'：' if lang == 'zh' else ': '}{listed}{'。' if lang == 'zh' else '.'}"
        )
        note.paragraph_format.space_before = note.paragraph_format.space_after
        document.add_paragraph(terms["private"])
    return save_document(document)


def encode_instructions(lang: str, greeting: str = "", person: str = "random") -> bytes:
    """Return instructions, Kish tables and all codes as a Word file."""
    terms = {k: v.get(lang) for k, v in WORDS.items()}
    document = new_document(terms["instructions"], lang)
    _footer(document)
    document.add_heading(terms["instructions"], level=1)
    if greeting:
        document.add_paragraph(greeting)
    for k, rule in enumerate(RULES, start=1):
        document.add_paragraph(f"{k}. {(rule or CHOICE[person]).get(lang)}")
    if person in ("random", "kish"):
        document.add_heading(terms["kish_title"], level=1)
        document.add_paragraph(terms["kish_how"])
        heads = [terms["table"], *[str(k) for k in range(1, 6)], terms["six"]]
        listed = [[name, *map(str, who)] for name, who in TABLES.items()]
        _table(document, heads, listed, [2.2, 2, 2, 2, 2, 2, 3.2])
    document.add_heading(terms["codes"], level=1)
    _table(
        document,
        [terms["disposition"], terms["result"]],
        [[d.code, d.label.get(lang) + ("" if d.seen == SEEN else " *")] for d in DISPOSITIONS],
        [3.2, 12.2],
    )
    document.add_paragraph(terms["unseen"])
    return save_document(document)


def _table(
    document: Any, heads: list[str], rows: list[list[str]], widths: list[float], height: float = 0.0
) -> None:
    """Add a table; if a height is given, its rows are for handwriting and columns are separated by lines."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.oxml.ns import qn
    from docx.shared import Cm

    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    set_borders(table)
    for i, row in enumerate([heads, *rows]):
        line = table.rows[i]
        for cell, text in zip(line.cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text).bold = i == 0
            paragraph.paragraph_format.space_after = 0
        if height and i:
            line.height_rule, line.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Cm(height)
        keep_row(line, head=i == 0)
    if height:
        parted = table._tbl.tblPr.find(qn("w:tblBorders")).find(qn("w:insideV"))
        for name, value in (("val", "single"), ("sz", "4"), ("color", "A6A6A6")):
            parted.set(qn(f"w:{name}"), value)
    set_widths(table, widths)


def _footer(document: Any) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    add_field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    add_field(paragraph, "NUMPAGES")
