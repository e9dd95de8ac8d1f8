"""Runs files with faults through the command line and compares what comes of them with what is right: ``make faults``.

    python -m tests.cli.faultcases [FOLDER [WORD …]]

FOLDER holds ``cases.csv`` (columns ``case``, ``command``) and the files; it is not part of this repository. If words
are given, a case is run if its name holds one of them. Every kind of fault has tests of its own in the repository:
docs/faults.md.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = tuple(folder / "shared" / "faults" / "files" for folder in ROOT.parents)
PATIENCE = 900
SE = r'"se": 0\.3878509539758'


@dataclass(frozen=True, slots=True)
class Right:
    """What is right: exit status, what the output (regular expressions) holds and lacks; ``also`` runs afterwards."""

    status: int
    holds: tuple[str, ...]
    never: tuple[str, ...] = ()
    also: str = ""


def _refused(code: str, *words: str) -> Right:
    return Right(1, (r"\berror ", "fix: ", re.escape(f"[{code}]"), *words))


def _read(*words: str) -> Right:
    return Right(0, words)


def _left_out(column: str) -> Right:
    return Right(0, (rf"left out \d+ personal columns?: [^\n]*\b{column}\b",), (rf"(?m)^[^\n·]*\b{column},",))


RIGHT = {
    "cut in the last line": _read("without a line break, in line 6"),
    "a line with too few fields": _read(r"line 3 \(2 of 4\)"),
    "unit codes of 18 digits, csv": _read(SE, r'"df": 7\b'),
    "unit codes of 18 digits, xlsx": _read(SE, r'"df": 7\b'),
    "unit codes of int64, parquet": _read(SE, r'"df": 7\b'),
    "spss file without rows": _refused("io.empty", "no rows"),
    "spss WEIGHT BY is on": _read(r"by wt \(WEIGHT BY\)", "--weight wt"),
    "a quote never closed": _refused("io.damaged", "line 3", "line 6"),
    "spss dates before 1678 and after 2261": _read("1583-06-01", "2300-06-01"),
    "spss date in format of month": _read(r"2025-01-01\s+x\s+1"),
    "spss date in format of quarter": _read(r"2024-01-01\s+x\s+1"),
    "spss date in format of week": _read(r"2025-02-26\s+x\s+3"),
    "stata %tq": _read(r"2025-01-01\s+x\s+2", r"2025-04-01\s+x\s+6"),
    "stata %tm": _read(r"2025-01-01\s+x\s+2", r"2025-06-01\s+x\s+6"),
    "dos end of file mark": _read("40 rows", "0x1A"),
    "blank rows with separators": _read("40 rows", "43 rows in the file, 40 read: 3 blank rows skipped"),
    "formula without a value": _read("visits: 1 formula", "B4"),
    "error cells": _read("visits: 2 error cells", "B3", "B4"),
    "two codes, one label": _refused("responses.code", "q1", "codes 1 and 2 share the label"),
    "nul bytes in column names": _read(r"mpg\s+20\.8333"),
    "json lines": _refused("io.format", "JSON lines"),
    "open document spreadsheet": _read(r"visits\s+5\s"),
    "workbook under a password": _refused("io.format", "protected by a password"),
    "data on the second sheet": _read(r"visits\s+5\s"),
    "first sheet hidden": _read(r"visits\s+5\s", r"old \(hidden\)"),
    "texts such as 1,5": _refused("io.columns", "decimal_comma", "line 2", "'1,5'", "--decimal ,"),
    "texts such as 45%": _read(r"percent\s+0\.3500", "45%"),
    "texts such as 1,200": _read(r"thousands\s+1,483\.3", "1,200"),
    "TRUE and FALSE": _read(r"truth\s+0\.6667", "TRUE and FALSE"),
    "decimal numbers in parquet": _read(r"income\s+3\s"),
    'cells such as ="1"': _read(r"visits\s+3\s", '="1"'),
    "a wide table": _read(r"v1\s+2\s"),
    "-o over the input": Right(0, (r"\[io\.write\]", "a.csv", "1,甲,4\n2,甲,6\n3,乙,8\n4,乙,10")),
    "-o through a symbolic link": _read("still a link", "wrote "),
    "-o to a link of standard output": _read("still a link", r"[1-9]\d+ \S+got"),
    "report into a used folder": Right(
        0, (r"gap\.en\.png", "group,share,estimate"), (r"youth,0\.6,-0\.5",), "; cat {tmp}/r/tables/gap.csv"
    ),  # drawn anew from a table of this run
    "levels that are formulas": Right(0, ("y",), (r"(?m)^[=+@＝＋＠-]",)),
    "column names that are formulas": Right(0, ("HYPERLINK",), (r"(?m)(^|,)\"?[=+@]",)),
    "ended by SIGTERM": Right(0, (r"(?m)^b\.csv$",), (r"(?m)^\.?o\.",)),
    "standard output full": _refused("io.write", "No space left on device"),
    "standard output closed": _refused("io.write", "closed"),
    "report where nothing can be written": _refused("io.write", "/proc/report"),
    "demo where nothing can be written": _refused("io.write", "/proc/demo"),
    "file name that is not UTF-8": _read("wrote "),
    "margins nested too deep": _refused("survey.invalid", "nested_too_deep.toml"),
    "personal: names with a blank": _left_out("col_a"),
    "personal: Mongolian names without a family name": _left_out("col_b"),
    "personal: addresses by house, entrance and flat": _left_out("col_c"),
    "personal: days of birth": _left_out("col_d"),
    "personal: device numbers (IDFA, OAID)": _left_out("col_e"),
    "personal: WeChat addresses": _left_out("col_f"),
    "personal: telephone numbers, digit by digit": _left_out("col_g"),
    "personal: name and address in a sentence": Right(0, ("personal data removed",)),
    "terminal escapes": Right(0, ("y",), ("\x1b",)),
    "estimate -o x.xlsx": _read(r"(?m)^PK"),
    "check -o x.xlsx": _read(r"(?m)^PK"),
    "project -o x.xlsx": _read(r"(?m)^PK"),
    "plan show -o x.xlsx": _read(r"(?m)^PK"),
    "csv for Excel without its mark": _read("ef bb bf"),
    "report of a year before the file": Right(1, ("error ", "2020", "2025")),
    "report without files for a year of no sample": Right(0, ("error ", "2026", r"(?m)^0$")),
    "two waves with the same columns": Right(0, ("harbour 2026", "40 rows")),
    "margins of 0.506 and 0.464": Right(1, ("error ", "sex", r"0\.97")),
    "margins of 50.6 and 46.4": Right(1, ("error ", "sex", "97")),
    "years of birth in the column of age": _refused("responses.code", "age", "years of birth"),
    "levels without their labels": _read("小学及以下"),
    "a scored item in a table": _read("k01", "k01_correct"),
}  # fmt: skip
"""By case; a traceback is never right."""


def run_case(command: str, folder: Path) -> tuple[int, str]:
    """Run one line of bash; return its exit status and all it said."""
    program = Path(sys.executable).with_name("literacy")
    with tempfile.TemporaryDirectory() as own:
        line = command.replace("{lit}", str(program)).replace("{here}", str(folder)).replace("{tmp}", own)
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, cwd=own, env=environment, timeout=PATIENCE, check=False
        )
    said = done.stdout + b"\n" + done.stderr
    return done.returncode, said.decode("utf-8", "backslashreplace")


def judge(right: Right, status: int, said: str) -> list[str]:
    """Return what is not as it should be."""
    wrong = [f"exit {status} instead of {right.status}"] if status != right.status else []
    wrong += [f"lacks {pattern!r}" for pattern in right.holds if not re.search(pattern, said)]
    return wrong + [
        f"holds {pattern!r}" for pattern in ("Traceback", *right.never) if re.search(pattern, said)
    ]


def main() -> int:
    """Run the cases, say which are right, and fail if one is not or nothing is known of it."""
    given = [Path(a) for a in sys.argv[1:2]] or [f for f in FOLDERS if (f / "cases.csv").is_file()][:1]
    if not given:
        print("no folder with cases.csv: nothing was run")
        return 0
    words, wrong, count = sys.argv[2:], 0, 0
    with (given[0] / "cases.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    for case in cases:
        name = case["case"]
        if words and not any(word in name for word in words):
            continue
        start = time.perf_counter()
        right = RIGHT.get(name)
        found = (
            judge(right, *run_case(case["command"] + right.also, given[0]))
            if right
            else ["nothing is known of it"]
        )
        count, wrong = count + 1, wrong + bool(found)
        print(
            f"{'wrong' if found else 'right'}  {name} ({time.perf_counter() - start:.1f} s)",
            *found,
            sep="\n       ",
        )
    print(f"{count - wrong} of {count} right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
