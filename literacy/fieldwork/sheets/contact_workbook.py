"""Contact sheets and the visit log as a workbook."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pandas as pd

from literacy.fieldwork.dispositions import DISPOSITIONS, SEEN
from literacy.fieldwork.progress.visits import COLUMNS, WITHIN
from literacy.fieldwork.sheets.kish import TABLES
from literacy.fieldwork.sheets.sheet_terms import WORDS

_EPOCH = datetime(2000, 1, 1)
LOG_ROWS = 2000


def encode_workbook(lines: pd.DataFrame, lang: str, person: str = "random") -> bytes:
    """Return a workbook with the visit log (read by ``literacy field status``), households, Kish tables and codes."""
    import xlsxwriter

    terms = {k: v.get(lang) for k, v in WORDS.items()}
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    log = book.add_worksheet(terms["log"])
    heads = list(COLUMNS) if lang == "en" else ["单位", "户号", "调查员", "日期", "结果代码"]
    more = {"random": WITHIN, "kish": WITHIN, "birthday": WITHIN[:1]}.get(person, ())
    heads += [c if lang == "en" else terms[c] for c in more]
    for j, name in enumerate(heads):
        log.write_string(0, j, name, bold)
    log.freeze_panes(1, 0)
    log.set_column(0, 4 + len(more), 14)
    log.set_column(3, 3, 14, day)
    codes = book.add_worksheet(terms["codes"])
    units = list(dict.fromkeys(lines["unit"]))
    households = book.add_worksheet(terms["lines"])
    place = f"='{terms['codes']}'!$A$2:$A${len(DISPOSITIONS) + 1}"
    log.data_validation(1, 4, LOG_ROWS, 4, {"validate": "list", "source": place})
    listed = f"='{terms['lines']}'!$H$2:$H${len(units) + 1}"
    log.data_validation(1, 0, LOG_ROWS, 0, {"validate": "list", "source": listed})
    _fill(
        codes,
        [terms["disposition"], terms["result"]],
        [[d.code, d.label.get(lang) + ("" if d.seen == SEEN else " *")] for d in DISPOSITIONS],
        bold,
    )
    codes.set_column(1, 1, 34)
    codes.write_string(0, 3, terms["unseen"])
    shown = ["unit", "stratum", "household", *(["kish"] if person in ("random", "kish") else [])]
    _fill(households, [terms[c] for c in shown], lines[shown].to_numpy().tolist(), bold)
    _fill(households, [terms["unit"]], [[u] for u in units], bold, 7)
    households.set_column(0, 7, 14)
    if person in ("random", "kish"):
        _fill(
            book.add_worksheet(terms["kish_title"]),
            [terms["table"], "1", "2", "3", "4", "5", terms["six"]],
            [[k, *map(str, v)] for k, v in TABLES.items()],
            bold,
        )
    book.close()
    return stream.getvalue()


def _fill(sheet: Any, heads: list[str], rows: list[list[Any]], bold: Any, at: int = 0) -> None:
    for i, row in enumerate([heads, *rows]):
        for j, cell in enumerate(row):
            sheet.write_string(i, at + j, str(cell), *((bold,) if i == 0 else ()))
