"""What PSPP, R haven and pyreadstat say a statistics file holds, in one shape; and what the instrument says it should.

The shape: ``{"labels": {column: text}, "values": {column: {code: text}}, "missing": {column: [code, ...]}, "cells":
{column: [cell, ...]}}``; codes are texts ("8", ".d"), cells numbers, texts, ".d" or null.
"""

from __future__ import annotations

import csv
import functools
import json
import math
import os
import re
import shutil
import subprocess
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pandas as pd
import pyreadstat

from literacy.files.writing.format_labels import Description
from literacy.instrument.definitions import Label, Option

LETTER = {"dont_know": ".d", "refused": ".r", "skipped": ".s", "not_asked": ".x", "not_applicable": ".i"}
Said = dict[str, Any]


def code_text(code: object) -> str:
    """A code as text, whole numbers without a point."""
    if isinstance(code, str):
        return code.rstrip()
    number = float(code)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() else repr(number)


def cell(value: object) -> object:
    """A cell that JSON holds."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


# ---- what should be there ------------------------------------------------------------------------------------------


def expected(
    frame: pd.DataFrame, described: Description, *, stata: bool, ranges: dict[str, list[str]] | None = None
) -> Said:
    """What a file of this table should hold; told from the table and the instrument, without the writer.

    ``ranges`` are the user-missing ranges of columns that have more than three codes.
    """
    said: Said = {"labels": {}, "values": {}, "missing": {}, "cells": {}}
    for name in frame.columns:
        label: Label | None = described.labels.get(name)
        if label is not None:
            said["labels"][name] = label.zh
        options: tuple[Option, ...] = described.options.get(name, ())
        number = pd.api.types.is_numeric_dtype(frame[name])
        gone = dict(zip(*_letters(options), strict=True))
        letters = gone if stata else {}
        if options and (number or not stata):
            texts = {code_text(o.code): o.label.zh for o in options}
            said["values"][name] = {letters.get(c, c): t for c, t in texts.items()}
        cells = [cell(float(v) if number and v is not pd.NA else None if number else v) for v in frame[name]]
        if number:
            said["cells"][name] = [letters.get(code_text(v), v) if v is not None else None for v in cells]
        else:
            said["cells"][name] = ["" if v is None else v for v in cells]
        short = number or max(len(str(v or "").encode()) for v in cells) <= 8
        if gone and not stata and short:
            said["missing"][name] = (ranges or {}).get(name) or sorted(gone)
    return said


def _letters(options: tuple[Option, ...]) -> tuple[list[str], list[str]]:
    """Codes of missing, and Stata's letter of each: the letter of its kind, once; then the letters that are left."""
    missing = [o for o in options if o.missing]
    left = [f".{letter}" for letter in ascii_lowercase if f".{letter}" not in LETTER.values()]
    letters: list[str] = []
    for option in missing:
        own = LETTER[option.missing]
        letters.append(left.pop(0) if own in letters else own)
    return [code_text(o.code) for o in missing], letters


# ---- what programs say ---------------------------------------------------------------------------------------------


def ask_pyreadstat(path: Path) -> Said:
    """The file by the library it was written with."""
    stata = path.suffix == ".dta"
    read = pyreadstat.read_dta if stata else pyreadstat.read_sav
    frame, meta = read(str(path), user_missing=True, disable_datetime_conversion=True)
    numeric = {n for n, t in meta.readstat_variable_types.items() if t != "string"}

    strip = "" if stata else " "  # blanks that fill a cell of SPSS

    def told(name: str, code: object) -> str:
        return f".{code}" if stata and isinstance(code, str) and name in numeric else code_text(code)

    return {
        "labels": {n: t for n, t in meta.column_names_to_labels.items() if t},
        "values": {
            n: {told(n, c): t for c, t in pairs.items()} for n, pairs in meta.variable_value_labels.items()
        },
        "missing": {n: sorted(_ends(r) for r in ranges) for n, ranges in meta.missing_ranges.items()},
        "cells": {
            n: [
                f".{v}"
                if n in numeric and isinstance(v, str)
                else v.rstrip(strip)
                if isinstance(v, str)
                else cell(v)
                for v in frame[n].astype(object).tolist()
            ]
            for n in frame.columns
        },
    }


def _ends(pair: dict[str, object]) -> str:
    low, high = code_text(pair["lo"]), code_text(pair["hi"])
    return low if low == high else f"{low} to {high}"


PSPP_SCRIPT = """SET TVARS=NAMES.
GET FILE='{path}'.
DISPLAY DICTIONARY.
SAVE TRANSLATE /OUTFILE='{cells}' /TYPE=CSV /REPLACE /FIELDNAMES /CELLS=VALUES /TEXTOPTIONS FORMAT=PLAIN.
"""


def ask_pspp(path: Path, folder: Path) -> Said:
    """The file by PSPP: its dictionary by DISPLAY DICTIONARY, its cells by SAVE TRANSLATE."""
    script, listing, cells = folder / "ask.sps", folder / "said.csv", folder / "cells.csv"
    script.write_text(PSPP_SCRIPT.format(path=path, cells=cells), encoding="utf-8")
    done = subprocess.run(
        ["pspp", "-o", str(listing), "-O", "format=csv", str(script)], check=True, capture_output=True, text=True,
        cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8"}, encoding="utf-8",
    )  # fmt: skip
    assert not done.stderr and "warning" not in listing.read_text(encoding="utf-8")
    said: Said = {"labels": {}, "values": {}, "missing": {}, "cells": {}}
    texts = set()
    tables = re.split(r"^Table: (.*)\n", listing.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for title, body in zip(tables[1::2], tables[2::2], strict=True):
        header, *rows = list(csv.reader(body.strip().splitlines()))
        if title == "Variables":
            for row in (dict(zip(header, r, strict=True)) for r in rows):
                if row.get("Label"):
                    said["labels"][row["Name"]] = row["Label"]
                if row["Print Format"].startswith("A"):
                    texts.add(row["Name"])
                if row.get("Missing Values"):
                    said["missing"][row["Name"]] = sorted(_pspp_missing(row["Missing Values"]))
        elif title == "Value Labels":
            owner = ""
            for row in (r for r in rows if len(r) == 3):
                owner = row[0] or owner
                code = row[1].removesuffix("[a]").strip()
                said["values"].setdefault(owner, {})[code if owner in texts else code_text(float(code))] = (
                    row[2]
                )
    with cells.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    for place, name in enumerate(header):
        column = [row[place] for row in rows]
        said["cells"][name] = (
            [v.rstrip() for v in column]
            if name in texts
            else [float(v) if v.strip() else None for v in column]
        )
    return said


def _pspp_missing(text: str) -> list[str]:
    parts = [part.strip().strip('"').strip() for part in text.split(";")]
    return [part.replace(" THRU ", " to ") for part in parts]


R_SCRIPT = """suppressPackageStartupMessages(library(haven))
d <- READ
tagged <- function(x) if (is.double(x)) ifelse(is.na(na_tag(x)), NA, paste0('.', na_tag(x))) else rep(NA, length(x))
ask <- function(x) {
  if (inherits(x, 'POSIXct')) x <- MOMENT(as.numeric(x))  # as the file holds it
  labels <- attr(x, 'labels', TRUE)
  codes <- if (is.null(labels)) list() else {
    t <- tagged(labels); c <- as.character(unclass(labels)); c <- ifelse(is.na(t), c, t)
    as.list(setNames(names(labels), c))
  }
  range <- attr(x, 'na_range', TRUE)
  missing <- c(as.character(attr(x, 'na_values', TRUE)), if (!is.null(range)) paste(range[1], 'to', range[2]))
  cells <- as.vector(unclass(x)); t <- tagged(x)
  cells <- if (is.character(cells)) as.list(cells) else lapply(seq_along(cells), function(i)
    if (!is.na(t[i])) t[i] else if (is.na(cells[i])) NULL else cells[i])
  list(label = attr(x, 'label', TRUE), values = codes, missing = as.list(missing), cells = cells)
}
out <- lapply(d, ask)
cat(jsonlite::toJSON(out, auto_unbox = TRUE, digits = NA, null = 'null'))
"""


@functools.cache
def has_haven() -> bool:
    """Whether R is here with the libraries that are asked, haven and jsonlite."""
    if shutil.which("Rscript") is None:
        return False
    call = ["Rscript", "--vanilla", "-e", "library(haven); library(jsonlite)"]
    return subprocess.run(call, check=False, capture_output=True).returncode == 0


def ask_haven(path: Path) -> Said:
    """The file by R haven."""
    call = f"read_dta('{path}')" if path.suffix == ".dta" else f"read_sav('{path}', user_na = TRUE)"
    since = (
        "(function(x) (x + 315619200) * 1000)" if path.suffix == ".dta" else "(function(x) x + 12219379200)"
    )
    script = R_SCRIPT.replace("READ", call).replace("MOMENT", since)
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", script], check=True, capture_output=True, text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"}, encoding="utf-8",
    )  # fmt: skip
    columns = json.loads(done.stdout)
    return {
        "labels": {n: c["label"] for n, c in columns.items() if c.get("label")},
        "values": {n: dict(c["values"]) for n, c in columns.items() if c["values"]},
        "missing": {n: sorted(c["missing"]) for n, c in columns.items() if c["missing"]},
        "cells": {n: [cell(v) for v in c["cells"]] for n, c in columns.items()},
    }


def differing(one: Said, other: Said) -> list[str]:
    """Every label, value label, missing code and cell that two accounts of a file tell differently."""
    found = []
    for part in ("labels", "values", "missing"):
        for name in sorted({*one[part], *other[part]}):
            if one[part].get(name) != other[part].get(name):
                found.append(f"{part} of {name}: {one[part].get(name)!r} / {other[part].get(name)!r}")
    if list(one["cells"]) != list(other["cells"]):
        found.append(f"columns: {list(one['cells'])} / {list(other['cells'])}")
    for name in [n for n in one["cells"] if n in other["cells"]]:
        left, right = one["cells"][name], other["cells"][name]
        if len(left) != len(right) or not all(_same(a, b) for a, b in zip(left, right, strict=True)):
            found.append(f"cells of {name}: {left[:5]!r} / {right[:5]!r}")
    return found


def _same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-14)  # PSPP prints fifteen digits
    return a == b
