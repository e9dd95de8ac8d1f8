"""The same wave written by other programs: R haven and openxlsx, xlwt, pyxform, xlsxwriter."""

from __future__ import annotations

import functools
import io
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd

from literacy.answers.responses import Responses
from tests.files.exports import (
    DESIGN,
    WRITERS,
    Writer,
    _to,
    asked_items,
    cells,
    coded,
    missing_code,
    wjx,
    write_csv,
    write_sav,
    write_xlsx,
)

XF = {"f": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}
NEEDS = {"PSPP": "pspp", "R haven": "Rscript", "R openxlsx": "Rscript"}
PACKAGES = {"R haven": ("haven",), "R openxlsx": ("readxl", "openxlsx")}


def is_writable(name: str) -> bool:
    """Whether the program a writer's name names is on this machine, with the packages it needs."""
    asked = [word for word in NEEDS if word in name]
    return all(shutil.which(NEEDS[w]) for w in asked) and all(
        loads(PACKAGES[w]) for w in asked if w in PACKAGES
    )


@functools.cache
def loads(packages: tuple[str, ...]) -> bool:
    """Whether R starts and loads these packages; a half-installed one does not."""
    calls = "; ".join(f"library({name})" for name in packages)
    try:
        done = subprocess.run(
            ["Rscript", "--vanilla", "-e", calls], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def run_r(script: str) -> str:
    """What a line of R prints, in a UTF-8 locale."""
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", script], check=True, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return done.stdout


def write_haven(truth: Responses, path: Path, folder: Path, call: str) -> None:
    """By R haven, from a .sav file; labels and user-missing codes go through R."""
    source = folder / "haven_source.sav"
    write_sav(truth, source)
    script = f"library(haven); d <- read_sav('{source}', user_na = TRUE); {call}"
    run_r(script.replace("PATH", f"'{path}'"))


def write_old_excel(header: list[str], rows: list[list[object]], path: Path) -> None:
    """An .xls workbook by xlwt."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for k, row in enumerate([header, *rows]):
        for j, cell in enumerate(row):
            if cell is not None and cell == cell:
                sheet.write(k, j, cell)
    book.save(str(path))


def write_openxlsx(truth: Responses, path: Path, folder: Path) -> None:
    """A 问卷星 export read and written again by R openxlsx."""
    source = folder / "openxlsx_source.xlsx"
    write_xlsx(*wjx(truth, numbers=False), source)
    script = f"d <- readxl::read_excel('{source}', col_types = 'text', .name_repair = 'minimal')"
    script += f"; openxlsx::write.xlsx(d, '{path}')"
    run_r(script)


def write_xlsxwriter(frame: pd.DataFrame, path: Path) -> None:
    """By xlsxwriter, texts in a shared table, numbers as numbers, under a title line."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        sheet.write(0, 0, "二连浩特市公民科学素质调查（合成数据）")
        sheet.write_row(2, 0, list(frame.columns))
        for k, row in enumerate(frame.astype(object).where(frame.notna(), None).values.tolist()):
            sheet.write_row(3 + k, 0, row)


def form_fields(form: str) -> dict[str, str]:
    """Item -> path of its question, as Kobo heads the column, from the XForm that pyxform made."""
    root = ET.fromstring(form)
    controls = (c for tag in ("input", "select", "select1") for c in root.iterfind(f".//h:body//f:{tag}", XF))
    paths = [c.get("ref", "").removeprefix("/data/") for c in controls]
    return {p.rsplit("/", maxsplit=1)[-1]: p for p in paths}


def kobo_by_form(truth: Responses) -> pd.DataFrame:
    """Answers under the paths of the form pyxform makes of the survey's own XLSForm; select_multiple by blanks."""
    from pyxform.xls2xform import convert

    from literacy.questionnaire import encode_xlsform

    form = convert(
        io.BytesIO(encode_xlsform(truth.instrument, 2025)), validate=False, file_type=".xlsx"
    ).xform
    paths = form_fields(form)
    columns: dict[str, object] = {"start": ["2025-06-01T10:00:00.000+08:00"] * len(truth.frame)}
    for item in asked_items(truth):
        told = [(missing_code(item, k) if v is None else v) for v, k in cells(truth, item)]
        columns[paths[item.name]] = ["" if v is None or v == -2 else str(v).replace("|", " ") for v in told]
    columns |= {name: truth.frame[name].to_numpy() for name in DESIGN}
    n = len(truth.frame)
    columns |= {"meta/instanceID": [f"uuid:{k:04d}" for k in range(n)], "_id": range(n), "_uuid": range(n)}
    return pd.DataFrame(columns)


WRITERS_ELSEWHERE: dict[str, Writer] = {
    "SPSS .sav by R haven": _to("haven.sav", lambda t, p, f: write_haven(t, p, f, "write_sav(d, PATH)")),
    "SPSS .zsav by R haven": _to(
        "haven.zsav", lambda t, p, f: write_haven(t, p, f, "write_sav(d, PATH, compress = 'zsav')")
    ),
    "Stata .dta (14) by R haven": _to(
        "haven.dta", lambda t, p, f: write_haven(t, p, f, "write_dta(zap_label(d), PATH, version = 14)")
    ),
    "Stata .dta (8) by R haven": _to(
        "haven8.dta",
        lambda t, p, f: write_haven(
            t, p, f, "write_dta(zap_label(zap_labels(d, user_na = TRUE)), PATH, version = 8)"
        ),
    ),
    "Excel .xlsx, codes, by xlsxwriter": _to("writer.xlsx", lambda t, p, f: write_xlsxwriter(coded(t), p)),
    "Kobo/ODK, the form by pyxform": _to(
        "kobo_form.csv", lambda t, p, f: p.write_bytes(kobo_by_form(t).to_csv(index=False).encode()) and None
    ),
    "问卷星 by text, .xls by xlwt": _to("text.xls", lambda t, p, f: write_old_excel(*wjx(t, numbers=False), p)),
    "问卷星 by number, .xls by xlwt": _to("number.xls", lambda t, p, f: write_old_excel(*wjx(t, numbers=True), p)),
    "问卷星 by text, by R openxlsx": _to("openxlsx.xlsx", write_openxlsx),
    "问卷星 by text, renamed .csv": _to(
        "text.csv",
        lambda t, p, f: write_csv(pd.DataFrame((w := wjx(t, numbers=False))[1], columns=w[0]), p, "utf-8-sig"),
    ),
}  # fmt: skip
ALL_WRITERS = WRITERS | WRITERS_ELSEWHERE
