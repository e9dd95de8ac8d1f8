"""Workbook cells without a value: errors such as #N/A, and formulas whose result was never saved.

The library that reads the cells returns both as empty.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple
from xml.etree import ElementTree

from literacy.files.sheets.oldflaws import find_errors
from literacy.messages import tell

_ERROR = re.compile(
    rb'<(?:\w{1,20}:)?c\s(?=[^>]{0,300}?\bt="e")(?=[^>]{0,300}?\br="([A-Za-z]{1,3})(\d{1,7})")[^>]{0,400}>'
    rb"(?:(?!</(?:\w{1,20}:)?c>).){0,9000}?<(?:\w{1,20}:)?v>([^<]{1,40})</",
    re.DOTALL,
)
_FORMULA = re.compile(
    rb'<(?:\w{1,20}:)?c\s(?![^>]{0,300}?\bt="str")(?=[^>]{0,300}?\br="([A-Za-z]{1,3})(\d{1,7})")[^>]{0,400}>\s*'
    rb"<(?:\w{1,20}:)?f\b(?:[^>]{0,400}/>|[^>]{0,400}>[^<]{0,9000}</(?:\w{1,20}:)?f>)\s*"
    rb"(?:<(?:\w{1,20}:)?v\s*/>|<(?:\w{1,20}:)?v>\s*</(?:\w{1,20}:)?v>)?\s*</(?:\w{1,20}:)?c>"
)
_BLOCK = 1 << 20
_SHOWN = 3
FORMULA = "formula"


class Flaw(NamedTuple):
    """A cell without a value: its 0-based row and column, and its content (``formula``, ``#N/A`` …)."""

    row: int
    column: int
    what: str


def find_flaws(file: BinaryIO, sheet: str) -> list[Flaw]:
    """Return the cells of a sheet that hold an error or, except in .xls, a formula without a saved result."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return [Flaw(*found) for found in find_errors(file.read(), sheet)]
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _flaws_of_open_document(archive, sheet)
        part = find_part(archive, sheet)
        if part not in names:
            return []
        return [flaw for text in blocks_of(archive, part) for flaw in _flaws(text)]


def blocks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the XML of a sheet in blocks that end at cell boundaries."""
    rest = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            text = rest + block
            end = max(text.rfind(b"</c>"), text.rfind(b":c>"))
            end = end + 4 if end >= 0 else max(0, len(text) - _BLOCK)
            yield text[:end]
            rest = text[end:]
    yield rest


def _flaws(text: bytes) -> Iterator[Flaw]:
    if b't="e"' in text:
        for found in _ERROR.finditer(text):
            yield Flaw(int(found[2]) - 1, _number(found[1]), found[3].decode("ascii", "replace"))
    if b"<f" in text or b":f" in text:
        for found in _FORMULA.finditer(text):
            yield Flaw(int(found[2]) - 1, _number(found[1]), FORMULA)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def name_cell(row: int, column: int) -> str:
    """Return the A1-style name of a cell from its 0-based row and column: ``B4`` for row 3, column 1."""
    letters, left = "", column + 1
    while left:
        left, place = divmod(left - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{row + 1}"


def find_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the archive member that holds a sheet ("" if unknown)."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return ""
    targets = {link.get("Id"): str(link.get("Target", "")) for link in links}
    for element in book.iter():
        if element.tag.rsplit("}", 1)[-1] == "sheet" and element.get("name") == sheet:
            mark = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(mark, "")
            return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
    return ""


def _flaws_of_open_document(archive: zipfile.ZipFile, sheet: str) -> list[Flaw]:
    content = archive.read("content.xml")
    if b"formula=" not in content and b'="error"' not in content:
        return []
    found: list[Flaw] = []
    for table in ElementTree.fromstring(content).iter():
        if tag(table) != "table" or attribute(table, "name") != sheet:
            continue
        row = 0
        for line in table.iter():
            if tag(line) != "table-row":
                continue
            column = 0
            for cell in line:
                times = int(attribute(cell, "number-columns-repeated") or 1)
                if _is_error(cell):
                    found.append(Flaw(row, column, "".join(cell.itertext()).strip()[:40] or "error"))
                elif attribute(cell, "formula") and not attribute(cell, "value-type"):
                    found.append(Flaw(row, column, FORMULA))
                column += times
            row += int(attribute(line, "number-rows-repeated") or 1)
    return found


def _is_error(cell: ElementTree.Element) -> bool:
    if any(k.endswith("}value-type") and v == "error" for k, v in cell.attrib.items()):
        return True
    text = "".join(cell.itertext()).strip()
    return bool(attribute(cell, "formula")) and re.fullmatch(r"#[A-Z/0!?]+|Err:\d+", text) is not None


def tag(element: ElementTree.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def attribute(element: ElementTree.Element, name: str) -> str:
    """Return an attribute of an element, whatever its namespace ("" if absent)."""
    return next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == name), "")


def tell_flaws(flaws: Sequence[Flaw], names: Mapping[int, str], first: int) -> tuple[str, ...]:
    """Return notes on data cells without a value, by column: one for errors, one for unsaved formulas.

    Parameters
    ----------
    flaws : sequence of Flaw
    names : mapping
        Position of a column -> its name.
    first : int
        Position of the first row of data.
    """
    columns: dict[int, list[Flaw]] = {}
    for flaw in flaws:
        if flaw.row >= first and flaw.column in names:
            columns.setdefault(flaw.column, []).append(flaw)
    notes = []
    for column, found in sorted(columns.items()):
        errors = [f for f in found if f.what != FORMULA]
        unsaved = [f for f in found if f.what == FORMULA]
        if errors:
            notes.append(tell("{}: {} read as missing", names[column], _counted(errors, tell("error cell"))))
        if unsaved:
            notes.append(
                tell(
                    "{}: {} without a saved value read as missing: open the workbook and save it",
                    names[column],
                    _counted(unsaved, "formula"),
                )
            )
    return tuple(notes)


def _counted(found: Sequence[Flaw], what: str) -> str:
    shown = ", ".join(
        name_cell(f.row, f.column) if f.what == FORMULA else f"{name_cell(f.row, f.column)} {f.what}"
        for f in found[:_SHOWN]
    )
    more = " …" if len(found) > _SHOWN else ""
    return f"{len(found):,} {what}{'s' if len(found) > 1 else ''} ({shown}{more})"
