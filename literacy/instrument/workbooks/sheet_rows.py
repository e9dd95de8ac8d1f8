"""Reader of the sheets of a workbook as rows of texts by column name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from literacy.errors import LiteracyError
from literacy.instrument.workbooks.cell_texts import cell_text, clean_cell, letters
from literacy.instrument.workbooks.sheets import Sheet, find_sheet
from literacy.messages import tell

MAX_ROWS = 100_000

Row = dict[str, str]


@dataclass(slots=True)
class Rows:
    """The nonempty rows of a sheet: cells by column name, the row numbers, and the letters of the columns."""

    sheet: Sheet
    title: str
    rows: list[tuple[int, Row]] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    header: int = 1


def open_tables(path: Path) -> dict[str, list[list[Any]]]:
    """Return the cells of every sheet of a workbook.

    Raises
    ------
    LiteracyError
        ``survey.invalid`` if the file is not a workbook.
    """
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(str(path))
        return {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        raise invalid_workbook(
            str(path), tell("is not a readable workbook ({})", error), tell("save it as .xlsx again")
        ) from None


def read_sheets(path: Path) -> tuple[dict[str, Rows], dict[str, tuple[str, list[list[str]]]]]:
    """Return known sheets by name, and the others, each of which is a CSV file named after its title."""
    tables = open_tables(path)
    known: dict[str, Rows] = {}
    others: dict[str, tuple[str, list[list[str]]]] = {}
    for title, table in tables.items():
        if len(table) > MAX_ROWS:
            raise invalid_workbook(
                f"{path}:{title}",
                tell("has more than {:,} rows", MAX_ROWS),
                tell("delete the empty rows below"),
            )
        sheet = find_sheet(title)
        if sheet is None and title.endswith(".csv"):
            others[title.replace("·", "/")] = (title, [[cell_text(c) for c in line] for line in table])
        elif sheet is None:
            if any(cell_text(c) for line in table for c in line):
                raise invalid_workbook(
                    f"{path}:{title}",
                    "is not a sheet of a survey",
                    "rename it, or delete it; the sheet 说明 (Read me) lists those there are",
                )
        elif sheet.name in known:
            raise invalid_workbook(
                f"{path}:{title}",
                tell("is the same sheet as {}", known[sheet.name].title),
                tell("delete one"),
            )
        else:
            known[sheet.name] = _rows(path, title, sheet, table)
    if "items" not in known and "about" not in known:
        raise invalid_workbook(
            str(path), "has neither a sheet 题目 (Items) nor 背景 (About): it is no survey",
            "make one with literacy survey new FOLDER, or give data files as arguments, not with -i",
        )  # fmt: skip
    return known, others


def _rows(path: Path, title: str, sheet: Sheet, table: Sequence[Sequence[Any]]) -> Rows:
    out = Rows(sheet, title)
    if sheet.name == "notes":
        return out
    header = next((n for n, line in enumerate(table) if any(cell_text(c) for c in line)), None)
    if header is None:
        return out
    out.header = header + 1
    names: dict[int, str] = {}
    for position, cell in enumerate(table[header]):
        heading = cell_text(cell)
        if not heading:
            continue
        name = sheet.column(heading) or (heading if re.fullmatch(r"([a-z]+_)?[a-z]{2,3}", heading) else "")
        letter = letters(position)
        if not name:
            near = _near(heading, sheet)
            raise invalid_workbook(f"{path}:{title}!{letter}{out.header}",
                tell("'{}' is not a column of this sheet{}", heading, near),
                           tell("rename the heading, or delete the column"))  # fmt: skip
        if name in out.letters:
            raise invalid_workbook(
                f"{path}:{title}!{letter}{out.header}",
                tell("the column '{}' appears twice", heading),
                tell("delete one"),
            )
        names[position], out.letters[name] = name, letter
    for number, line in enumerate(table[header + 1 :], start=out.header + 1):
        row = {name: clean_cell(name, line[p], sheet) for p, name in names.items() if p < len(line)}
        if any(row.values()):
            out.rows.append((number, {name: row.get(name, "") for name in out.letters}))
    return out


def _near(heading: str, sheet: Sheet) -> str:
    from literacy.instrument.definitions import nearest

    return nearest(heading, [w for c in sheet.columns for w in (c.zh, c.en)])


def csv_text(lines: Sequence[Sequence[str]]) -> str:
    """Format rows of cells as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def invalid_workbook(where: str, what: str, fix: str) -> LiteracyError:
    """Return the error for a workbook that is not a survey."""
    return LiteracyError("survey.invalid", where=where, what=what, fix=fix)
