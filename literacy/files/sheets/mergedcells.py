"""Cells of a sheet merged across rows: only the first holds the value, the cells in the rows below are empty."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import BinaryIO, NamedTuple
from xml.etree import ElementTree

from literacy.files.sheets.cellflaws import attribute, blocks_of, find_part, name_cell, tag
from literacy.files.sheets.oldflaws import find_merged_old
from literacy.messages import tell

_MERGED = re.compile(
    rb'<(?:\w{1,20}:)?mergeCell\s[^>]{0,200}?\bref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"'
)
_SHOWN = 3


class Merged(NamedTuple):
    """A range of merged cells: its first row, first column, last row and last column, 0-based."""

    top: int
    left: int
    bottom: int
    right: int


def find_merged(file: BinaryIO, sheet: str) -> list[Merged]:
    """Return the ranges of merged cells in a sheet of a workbook."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return [Merged(*place) for place in find_merged_old(file.read(), sheet)]
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _of_open_document(archive, sheet)
        part = find_part(archive, sheet)
        found = []
        for text in blocks_of(archive, part) if part in names else ():
            if b"ergeCell" in text:
                found += [
                    Merged(int(top) - 1, _number(left), int(bottom) - 1, _number(right))
                    for left, top, right, bottom in _MERGED.findall(text)
                ]
        return found


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _of_open_document(archive: zipfile.ZipFile, sheet: str) -> list[Merged]:
    content = archive.read("content.xml")
    if b"-spanned=" not in content:
        return []
    found = []
    for table in ElementTree.fromstring(content).iter():
        if tag(table) != "table" or attribute(table, "name") != sheet:
            continue
        row = 0
        for line in table.iter():
            if tag(line) != "table-row":
                continue
            column = 0
            for cell in line:
                down = int(attribute(cell, "number-rows-spanned") or 1)
                across = int(attribute(cell, "number-columns-spanned") or 1)
                if down > 1 or across > 1:
                    found.append(Merged(row, column, row + down - 1, column + across - 1))
                column += int(attribute(cell, "number-columns-repeated") or 1)
            row += int(attribute(line, "number-rows-repeated") or 1)
    return found


def tell_merged(
    merged: Sequence[Merged], names: Mapping[int, str], rows: Sequence[Sequence[str]], first: int
) -> tuple[str, ...]:
    """Return notes on cells left empty by vertical merging, one per column.

    Parameters
    ----------
    merged : sequence of Merged
    names : mapping
        Position of a column -> its name.
    rows : sequence of sequences of str
        All rows of the sheet.
    first : int
        Position of the first row of data.
    """
    columns: dict[int, list[tuple[Merged, int]]] = {}
    for place in sorted(merged):
        below = [
            r for r in range(max(place.top + 1, first), min(place.bottom + 1, len(rows))) if any(rows[r])
        ]
        for column in range(place.left, place.right + 1) if below else ():
            if column in names:
                columns.setdefault(column, []).append((place, len(below)))
    notes = []
    for column, found in sorted(columns.items()):
        shown = ", ".join(
            f"{name_cell(p.top, p.left)}:{name_cell(p.bottom, p.right)}" for p, _ in found[:_SHOWN]
        )
        notes.append(
            tell(
                "{}: {:,} cells below the first of merged ones are empty ({}{}): unmerge them and fill in the value",
                names[column],
                sum(count for _, count in found),
                shown,
                " …" if len(found) > _SHOWN else "",
            )
        )
    return tuple(notes)
