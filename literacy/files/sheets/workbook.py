"""Reading of workbooks (.xlsx, .xls, .ods): one sheet as a table, read by a child process within size limits."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.child.guard import MAX_CELLS, Grid, damaged, protected, read_grid
from literacy.files.limits import MAX_COLUMNS
from literacy.files.platforms.platforms import understand_platform
from literacy.files.recognition import holds_text
from literacy.files.sheets.cellflaws import find_flaws, tell_flaws
from literacy.files.sheets.hiddencells import find_hidden, tell_hidden
from literacy.files.sheets.mergedcells import find_merged, tell_merged
from literacy.files.table import Table
from literacy.files.text.header import name_columns
from literacy.files.text.losses import tell_blank
from literacy.files.text.oddrows import (
    BELOW,
    LOOKED,
    count_below,
    is_fuller,
    name_below,
    row_word,
    tell_below,
    tell_totals,
)
from literacy.messages import tell

MAX_UNPACKED = 2 << 30
SHOWN = 5
MAX_RATIO = 400
MAX_PARTS = 20_000
_CELL = re.compile(rb'<(?:\w{1,20}:)?c\s(?:[^>]{0,300}?\s)?r="([A-Za-z]{2,9})\d')
_ROW = re.compile(rb'<(?:\w{1,20}:)?row\s(?:[^>]{0,300}?\s)?r="(\d{1,9})"')


def load_workbook(file: BinaryIO, path: Path, sheet: str | None = None) -> tuple[Table, int]:
    """Return a sheet (the named one, or the first visible one that holds a table) and its first data row number.

    Raises
    ------
    LiteracyError
        ``io.limit`` for a workbook that exceeds the size limits, ``io.damaged`` for a damaged one, ``io.format`` for
        one protected by a password, ``io.missing`` if no sheet has the given name, ``io.empty`` if none has a table.
    """
    if zipfile.is_zipfile(file):
        check_archive(file, path)
    elif holds_text(
        file, "EncryptedPackage"
    ):  # [MS-OFFCRYPTO] 2.3.4.4: an old Office file that merely contains the encrypted workbook
        raise protected(str(path))
    grid = read_grid(path, file, sheet)
    where = str(path)
    if not grid.rows:
        hidden = tell(" that is visible; hidden: {}", ", ".join(grid.hidden[:5])) if grid.hidden else ""
        fix = (
            tell("name the hidden sheet with --sheet")
            if grid.hidden
            else tell("put the data on the first sheet")
        )
        raise LiteracyError(
            "io.empty", where=where, what=tell("no sheet contains a table{}", hidden), fix=fix
        )
    header, first = _header(grid.rows)
    if len(header) > MAX_COLUMNS:
        raise LiteracyError(
            "io.limit",
            where=where,
            what=tell("{:,} columns; the limit is {:,}", len(header), MAX_COLUMNS),
            fix="export only the columns of the questionnaire",
        )
    below = count_below(len(header), grid.rows[first : first + BELOW + LOOKED])
    explained = grid.rows[first : first + below]
    if below and is_fuller(header, explained[-1]):  # a row of group titles above the row of column names
        header, first, below, explained = [*explained[-1]], first + below, 0, []
    header = [cell if cell.strip() else name_below(j, explained) for j, cell in enumerate(header)]
    names, notes = name_columns([_without_nul(cell) for cell in header])
    if above := sum(1 for row in grid.rows[: first - 1] if any(row)):
        notes += (tell("{} line{} above the header skipped", above, "s" if above > 1 else ""),)
    if below:
        notes += (tell_below(explained[0], first + 1, below),)
        first += below
    nul = any("\0" in cell for row in grid.rows for cell in row)
    again = [n for n, row in enumerate(grid.rows[first:], first + 1) if _is_again(row, header)]
    body = [row for n, row in enumerate(grid.rows[first:], first + 1) if any(row) and n not in set(again)]
    if again:
        shown = ", ".join(map(str, again[:SHOWN])) + (" …" if len(again) > SHOWN else "")
        notes += (tell("the header stands in the rows once more and was skipped there: row {}", shown),)
    last = max((n for n, row in enumerate(grid.rows, 1) if any(row)), default=0)
    if blank := sum(1 for row in grid.rows[first:last] if not any(row)):
        notes += (tell_blank(len(body), blank),)
    columns = {
        name: pd.Series(
            [
                _without_nul(row[j]) if nul and j < len(row) else row[j] if j < len(row) else ""
                for row in body
            ],
            dtype="str",
        )
        for j, name in enumerate(names)
    }
    frame = pd.DataFrame(columns)
    places = dict(enumerate(names))
    notes = (*notes, *_other_sheets(grid), *tell_flaws(find_flaws(file, grid.sheet), places, first))
    notes = (*notes, *(_cut_digits(places[j], n) for j, n in sorted(grid.long.items()) if j in places))
    totals = [(n, word) for n, row in enumerate(grid.rows[first:], first + 1) if (word := row_word(row))]
    notes = (*notes, *tell_hidden(find_hidden(file, grid.sheet), places, grid.rows, first))
    notes = (*notes, *tell_totals(totals))
    notes = (*notes, *tell_merged(find_merged(file, grid.sheet), places, grid.rows, first))
    return understand_platform(frame, _form(file), where, notes), 0 if again else _rows_in_sheet(
        grid.rows, first
    )


def _is_again(row: list[str], header: list[str]) -> bool:
    """Return whether a row repeats the header."""
    names = [cell.strip() for cell in header]
    cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
    return len(names) > 1 and cells[0] == names[0] and cells[: len(names)] == names and any(names)


def _rows_in_sheet(rows: list[list[str]], first: int) -> int:
    """Return the sheet's number of the first data row; 0 if empty rows make row numbers unreliable."""
    last = max((n for n, row in enumerate(rows) if any(row)), default=0)
    return first + 1 if all(any(row) for row in rows[first : last + 1]) else 0


def _form(file: BinaryIO) -> str:
    """Return the format of the workbook: xls, ods or xlsx."""
    if not zipfile.is_zipfile(file):
        return "xls"
    with zipfile.ZipFile(file) as archive:
        return "ods" if "content.xml" in archive.namelist() else "xlsx"


def _without_nul(cell: str) -> str:
    """Remove NUL characters, which some readers insert after each letter of texts in old workbooks."""
    return cell.replace("\0", "") if "\0" in cell else cell


def _other_sheets(grid: Grid) -> tuple[str, ...]:
    """Return a note that names the sheet read, if the workbook has others."""
    others = [*grid.others, *(tell("{} (hidden)", name) for name in grid.hidden if name != grid.sheet)]
    if not others:
        return ()
    more = tell(" and {} more", len(others) - 5) if len(others) > 5 else ""
    own = " (hidden)" if grid.sheet in grid.hidden else ""
    return (
        tell(
            "sheet '{}'{} read; the workbook also has: {}{} (--sheet NAME)",
            grid.sheet,
            own,
            ", ".join(others[:5]),
            more,
        ),
    )


def _cut_digits(column: str, count: int) -> str:
    return tell(
        "{}: {:,} numbers of more than 15 digits, of which a spreadsheet keeps 15: their last "
        "digits are not as entered; format such codes as text before entering them",
        column,
        count,
    )


def _header(rows: list[list[str]]) -> tuple[list[str], int]:
    """Return the header cells and the position of the first data row, skipping title lines above the header."""
    width = max(sum(1 for c in row if c) for row in rows[:20])
    for place, row in enumerate(rows[:20]):
        if sum(1 for c in row if c) >= (max(2, width // 2) if width > 1 else 1):
            last = max(j for j, c in enumerate(row) if c) if any(row) else 0
            wide = max((max((j for j, c in enumerate(r) if c), default=0) for r in rows[place:]), default=0)
            return [*row, *[""] * (wide + 1 - len(row))][: max(last, wide) + 1], place + 1
    return rows[0], 1


def _column_number(name: bytes) -> int:
    """Return the 1-based number of a column: 1 for A, 16,384 for XFD."""
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - 64
    return number


def check_archive(file: BinaryIO, path: Path) -> None:
    """Raise an error for archives that exceed the size limits, are inconsistent, or contain malformed XML.

    The library that reads the cells silently skips malformed XML, along with the rows affected.
    """
    where = str(path)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            unpacked = sum(p.file_size for p in parts)
            packed = max(1, file.seek(0, 2))
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed + (1 << 24):
                raise LiteracyError(
                    "io.limit",
                    where=where,
                    what=tell(
                        "the workbook unpacks to {:,.0f} MiB from {:,.1f} MiB ({} parts); the limits are "
                        "{:,} MiB, {} times and {:,}",
                        unpacked / 2**20,
                        packed / 2**20,
                        len(parts),
                        MAX_UNPACKED >> 20,
                        MAX_RATIO,
                        MAX_PARTS,
                    ),
                    fix="save the sheet as .csv",
                )
            _require_apart(parts, where)
            if _is_encrypted(archive):
                raise protected(where)
            seen = 0
            for part in parts:
                whole = _Whole(part.filename, where)
                with archive.open(part) as packed_part:
                    while block := packed_part.read(1 << 20):
                        whole.hear(block)
                        seen += len(block)
                        if seen > MAX_UNPACKED:
                            raise LiteracyError(
                                "io.limit",
                                where=where,
                                what=tell("the workbook unpacks to more than {:,} MiB", MAX_UNPACKED >> 20),
                                fix="save the sheet as .csv",
                            )
                whole.end()
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
    ) as error:
        raise damaged(where, str(error)) from None


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    """Return whether an OpenDocument workbook is encrypted, according to its manifest."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as file:
        return b"encryption-data" in file.read(1 << 20)


def _require_apart(parts: list[zipfile.ZipInfo], where: str) -> None:
    """Raise an error for archives with overlapping members, which allow a small file to unpack to a very large one."""
    names = {part.filename.casefold() for part in parts}
    if len(names) < len(parts):
        raise damaged(where, tell("two parts of the workbook have the same name"))
    end, last = 0, ""
    for part in sorted(parts, key=lambda p: p.header_offset):
        if part.header_offset < end:
            raise damaged(where, tell("the parts {} and {} overlap", last, part.filename))
        end = (
            part.header_offset + 30 + len(part.orig_filename.encode("utf-8", "replace")) + part.compress_size
        )
        last = part.filename


class _Whole:
    """Checks one part of a workbook block by block: well-formed XML, increasing row numbers, number of cells."""

    def __init__(self, name: str, where: str) -> None:
        self.name, self.where = name, where
        self.parser = expat.ParserCreate() if name.lower().endswith((".xml", ".rels")) else None
        self.sheet = "worksheets/" in name.lower()
        self.rest = b""
        self.last = 0
        self.column = 0

    def hear(self, block: bytes) -> None:
        """Check the next block."""
        self._parse(block, final=False)
        if not self.sheet:
            return
        text = self.rest + block
        for found in _ROW.finditer(text):
            number = int(found.group(1))
            if number <= self.last:
                raise damaged(self.where, tell("row {} of a sheet comes after row {}", number, self.last))
            self.last = number
        for name in set(_CELL.findall(text)):
            self.column = max(self.column, _column_number(name))
        if self.last * self.column > MAX_CELLS:
            raise LiteracyError(
                "io.limit",
                where=self.where,
                what=tell(
                    "a sheet of {:,} rows of {:,} columns; the limit is {:,} cells",
                    self.last,
                    self.column,
                    MAX_CELLS,
                ),
                fix="delete empty rows and columns, or save the sheet as .csv",
            )
        self.rest = (
            text[max(text.rfind(b"<"), len(text) - 400) :] if b">" not in text[text.rfind(b"<") :] else b""
        )

    def end(self) -> None:
        """Check that the XML is complete, after the last block."""
        self._parse(b"", final=True)

    def _parse(self, block: bytes, *, final: bool) -> None:
        if self.parser is None:
            return
        try:
            self.parser.Parse(block, final)
        except expat.ExpatError as error:
            raise damaged(self.where, f"{self.name}: {error}") from None
