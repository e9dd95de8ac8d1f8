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
    """A workbook: the visit log (read back by ``literacy field status``), the households, Kish tables and codes."""
    import xlsxwriter

    word = {k: v.get(lang) for k, v in WORDS.items()}
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    log = book.add_worksheet(word["log"])
    heads = list(COLUMNS) if lang == "en" else ["单位", "户号", "调查员", "日期", "结果代码"]
    more = {"random": WITHIN, "kish": WITHIN, "birthday": WITHIN[:1]}.get(person, ())
    heads += [c if lang == "en" else word[c] for c in more]
    for j, name in enumerate(heads):
        log.write_string(0, j, name, bold)
    log.freeze_panes(1, 0)
    log.set_column(0, 4 + len(more), 14)
    log.set_column(3, 3, 14, day)
    codes = book.add_worksheet(word["codes"])
    units = list(dict.fromkeys(lines["unit"]))
    households = book.add_worksheet(word["lines"])
    place = f"='{word['codes']}'!$A$2:$A${len(DISPOSITIONS) + 1}"
    log.data_validation(1, 4, LOG_ROWS, 4, {"validate": "list", "source": place})
    listed = f"='{word['lines']}'!$H$2:$H${len(units) + 1}"
    log.data_validation(1, 0, LOG_ROWS, 0, {"validate": "list", "source": listed})
    _fill(
        codes,
        [word["disposition"], word["result"]],
        [[d.code, d.label.get(lang) + ("" if d.seen == SEEN else " *")] for d in DISPOSITIONS],
        bold,
    )
    codes.set_column(1, 1, 34)
    codes.write_string(0, 3, word["unseen"])
    shown = ["unit", "stratum", "household", *(["kish"] if person in ("random", "kish") else [])]
    _fill(households, [word[c] for c in shown], lines[shown].to_numpy().tolist(), bold)
    _fill(households, [word["unit"]], [[u] for u in units], bold, 7)
    households.set_column(0, 7, 14)
    if person in ("random", "kish"):
        _fill(
            book.add_worksheet(word["kish_title"]),
            [word["table"], "1", "2", "3", "4", "5", word["six"]],
            [[k, *map(str, v)] for k, v in TABLES.items()],
            bold,
        )
    book.close()
    return stream.getvalue()


def _fill(sheet: Any, heads: list[str], rows: list[list[Any]], bold: Any, at: int = 0) -> None:
    for i, row in enumerate([heads, *rows]):
        for j, cell in enumerate(row):
            sheet.write_string(i, at + j, str(cell), *((bold,) if i == 0 else ()))
