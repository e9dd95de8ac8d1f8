"""Rows and columns of a sheet that are hidden, by a filter or manually; they are read like the others."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import BinaryIO, NamedTuple
from xml.etree import ElementTree

from literacy.files.sheets.cellflaws import attribute, blocks_of, find_part, tag
from literacy.files.sheets.oldflaws import find_unseen
from literacy.messages import tell

_ROW = re.compile(
    rb'<(?:\w{1,20}:)?row\s(?=[^>]{0,400}?\bhidden="(?:1|true)")(?=[^>]{0,400}?\br="(\d{1,7})")'
)
_COLUMN = re.compile(
    rb'<(?:\w{1,20}:)?col\s(?=[^>]{0,400}?\bhidden="(?:1|true)")(?=[^>]{0,400}?\bmin="(\d{1,5})")'
    rb'(?=[^>]{0,400}?\bmax="(\d{1,5})")'
)
_SHOWN = 5


class Hidden(NamedTuple):
    """0-based positions of hidden rows and of ranges of hidden columns (first, last)."""

    rows: tuple[int, ...] = ()
    columns: tuple[tuple[int, int], ...] = ()


def find_hidden(file: BinaryIO, sheet: str) -> Hidden:
    """Return the hidden rows and columns of a sheet of a workbook."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        rows, columns = find_unseen(file.read(), sheet)
        return Hidden(tuple(rows), tuple(columns))
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _of_open_document(archive, sheet)
        part = find_part(archive, sheet)
        rows, columns = [], []
        for text in blocks_of(archive, part) if part in names else ():
            if b"hidden=" in text:
                rows += [int(n) - 1 for n in _ROW.findall(text)]
                columns += [(int(a) - 1, int(b) - 1) for a, b in _COLUMN.findall(text)]
        return Hidden(tuple(rows), tuple(columns))


def _of_open_document(archive: zipfile.ZipFile, sheet: str) -> Hidden:
    content = archive.read("content.xml")
    if b'visibility="' not in content:
        return Hidden()
    rows: list[int] = []
    columns: list[tuple[int, int]] = []
    for table in ElementTree.fromstring(content).iter():
        if tag(table) != "table" or attribute(table, "name") != sheet:
            continue
        row = column = 0
        for part in table.iter():
            unseen = attribute(part, "visibility") in ("collapse", "filter")
            if tag(part) == "table-row":
                times = int(attribute(part, "number-rows-repeated") or 1)
                rows += range(row, row + min(times, 1 << 20)) if unseen else ()
                row += times
            elif tag(part) == "table-column":
                times = int(attribute(part, "number-columns-repeated") or 1)
                columns += [(column, column + times - 1)] if unseen else []
                column += times
    return Hidden(tuple(rows), tuple(columns))


def tell_hidden(
    hidden: Hidden, names: Mapping[int, str], rows: Sequence[Sequence[str]], first: int
) -> tuple[str, ...]:
    """Return notes on hidden rows and columns that contain data.

    Parameters
    ----------
    hidden : Hidden
    names : mapping
        Position of a column -> its name.
    rows : sequence of sequences of str
        All rows of the sheet.
    first : int
        Position of the first row of data.
    """
    notes = []
    filled = [r for r in hidden.rows if first <= r < len(rows) and any(rows[r])]
    if filled:
        shown = ", ".join(str(r + 1) for r in filled[:_SHOWN]) + (" …" if len(filled) > _SHOWN else "")
        notes.append(
            tell(
                "{:,} hidden row{} of the sheet read like the others (row {}): delete what is not meant",
                len(filled),
                "s" if len(filled) > 1 else "",
                shown,
            )
        )
    unseen = [name for j, name in names.items() if any(a <= j <= b for a, b in hidden.columns)]
    if unseen:
        shown = ", ".join(unseen[:_SHOWN]) + (" …" if len(unseen) > _SHOWN else "")
        notes.append(
            tell(
                "{:,} hidden column{} of the sheet read like the others: {}",
                len(unseen),
                "s" if len(unseen) > 1 else "",
                shown,
            )
        )
    return tuple(notes)
