"""Recognition of a file's format by its content, never by its extension."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

from literacy._nearest import nearest_words
from literacy.errors import LiteracyError
from literacy.files.text.encodings import unmarked_wide
from literacy.messages import mark, tell

ENDINGS = {
    ".sav": "sav", ".zsav": "sav", ".por": "por", ".dta": "dta", ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".xlsx": "xlsx", ".xls": "xls", ".ods": "ods", ".parquet": "parquet",
}  # fmt: skip
NAMES = {
    "sav": mark("an SPSS file"), "por": mark("an SPSS portable file"), "dta": mark("a Stata file"),
    "xlsx": mark("an Excel workbook"), "parquet": mark("a Parquet file"), "csv": mark("a text table"),
    "xls": mark("an old Excel workbook"), "ods": mark("an OpenDocument workbook"),
}  # fmt: skip
_UNREADABLE = (
    (b"%PDF", mark("a PDF document")), (b"\x89PNG", mark("a picture")), (b"\xff\xd8\xff",
    mark("a picture")), (b"GIF8", mark("a picture")),
    (b"Rar!", mark("a RAR archive")), (b"7z\xbc\xaf", mark("a 7-Zip archive")), (b"\x1f\x8b",
    mark("a gzip archive")), (b"RDX", mark("an R workspace")),
    (b"\x7fELF", mark("a program")), (b"MZ", mark("a program")), (b"SQLite format 3",
    mark("an SQLite database")), (b"{\\rtf", mark("an RTF document")),
    (b"\xd0\xcf\x11\xe0", mark("an old Office file (.xls or .doc)")),
)  # fmt: skip
_HTML = (
    b"<!doctype html", b"<html", b"<?xml", b"<table", b"<head", b"<body", b"<meta", b"<style", b"<div", b"<!--",
)  # fmt: skip
_JSON = re.compile(r'\s*(?:\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*(?:[\[{]|\]))')
"""Matches the start of a JSON object, or of a list of lists or objects."""


class OpenFile(NamedTuple):
    """An open file with its size and modification time at opening, from which later changes are detected."""

    file: BinaryIO
    name: str
    size: int
    time: int

    @property
    def changed(self) -> bool:
        """Whether the file has been modified since it was opened."""
        state = os.fstat(self.file.fileno())
        return (state.st_size, state.st_mtime_ns) != (self.size, self.time)


def watch_file(file: BinaryIO, path: str | Path) -> OpenFile:
    """Record the size and modification time of a file that has just been opened."""
    state = os.fstat(file.fileno())
    return OpenFile(file, str(path), state.st_size, state.st_mtime_ns)


def changed_error(where: str) -> LiteracyError:
    """The error for a file that is modified while it is being read."""
    return LiteracyError(
        "io.changed", where=where, what="the file changed while it was read",
        fix="wait until it is completely written, or copy it, and run the command again",
    )  # fmt: skip


def check_path(path: str | Path) -> BinaryIO:
    """Open a file for reading; raise an error if it is missing, empty, not a regular file, or cannot be opened."""
    place = Path(path)
    where = str(path)
    try:
        if place.is_dir():
            raise LiteracyError(
                "io.missing", where=where, what="is a folder, not a file", fix="give a file in it"
            )
        if not place.exists():
            near = _near(place)
            raise LiteracyError(
                "io.missing", where=where, what="there is no such file", fix=tell("check the path{}", near)
            )
        if not place.is_file():
            raise LiteracyError(
                "io.missing",
                where=where,
                what="is a pipe or a device, not a file",
                fix="save it to a file first, or pipe it in and give - as its name",
            )
        if place.stat().st_size == 0:
            raise LiteracyError(
                "io.empty",
                where=where,
                what="the file is empty (0 bytes)",
                fix="get the file again from its source",
            )
        file = place.open("rb")
        file.peek(1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LiteracyError(
            "io.missing",
            where=where,
            what=tell("cannot be opened ({})", reason),
            fix="check the path and its permissions",
        ) from None
    return file


def _near(place: Path) -> str:
    folder = place.parent
    if not folder.is_dir():
        return tell("; nor is there a folder {}", folder)
    names = sorted(p.name for p in folder.iterdir() if p.is_file())[:2000]
    found = nearest_words(place.name, names)
    return tell("; did you mean {}?", found[0]) if found else ""


def recognise(file: BinaryIO, path: Path) -> str:
    """Return the format of an open file: sav, por, dta, xlsx, xls, ods, parquet or csv.

    Raises
    ------
    LiteracyError
        ``io.format`` if the content is none of these, or is text although the extension denotes another format.
    """
    file.seek(0)
    head = file.read(4096)
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read(8)
    found = _by_content(file, path, head, tail)
    promised = ENDINGS.get(path.suffix.lower(), "")
    if found == "csv" and (json_ := _is_json(head)):
        raise LiteracyError(
            "io.format", where=str(path), what=tell("the content is {}", json_), fix=_FROM_JSON
        )
    if found == "csv" and promised in ("sav", "por", "dta", "xlsx", "ods", "parquet"):
        raise LiteracyError(
            "io.format",
            where=str(path),
            what=tell("the name says {}, the content is text", tell(NAMES[promised])),
            fix=tell("give the actual {} file, or rename it to .csv if it is a text table", path.suffix),
        )
    if found:
        return found
    what = tell(next((name for sign, name in _UNREADABLE if head.startswith(sign)), ""))
    if not what and head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_HTML):
        what = tell("a web page or XML (which some systems save as .xls)")
    promise = tell("the name says {}, but ", tell(NAMES[promised])) if promised else ""
    fix = tell(
        "give .sav, .zsav, .por, .dta, .csv, .tsv, .xlsx, .xls, .ods or .parquet; save other "
        "files as one of these"
    )
    if what.startswith(tell("a web page")):
        fix = tell("open it in Excel or WPS and save it as .xlsx")
    raise LiteracyError(
        "io.format",
        where=str(path),
        what=tell("{}the content is {}", promise, what or tell("of no known format")),
        fix=fix,
    )


def recognise_file(path: str | Path) -> str:
    """Return the format of a file as :func:`recognise` does; ``io.*`` errors if it cannot be opened or is none."""
    with check_path(path) as file:
        return recognise(file, Path(path))


_FROM_JSON = mark(
    "export a table (.csv or .xlsx) instead; in Python, pandas.read_json(FILE).to_csv(...) makes one"
)


def _is_json(head: bytes) -> str:
    """Return a description of the kind of JSON a text is ("" if it is not JSON)."""
    codec = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = head.decode(codec, "ignore").lstrip()
    line = text.splitlines()[0] if text else ""
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        first = None
    lists = isinstance(first, list) and len(first) > 1
    if not _JSON.match(text) and not lists:
        return ""
    if '"FeatureCollection"' in text or '"geometry"' in text:
        return tell("GeoJSON, not a table")
    lines = (isinstance(first, dict) or lists) and "\n" in text.rstrip()
    return tell("JSON lines (one record per line), not a table") if lines else tell("JSON, not a table")


def _by_content(file: BinaryIO, path: Path, head: bytes, tail: bytes) -> str:
    if head.startswith((b"$FL2", b"$FL3")):
        return "sav"
    if head.startswith(b"<stata_dta>") or _old_stata(head):
        return "dta"
    if b"SPSSPORT" in head[:600].replace(b"\r", b"").replace(b"\n", b"") or _ebcdic_portable(head):
        return "por"
    if head.startswith(b"PAR1"):
        if not tail.endswith(b"PAR1"):
            raise LiteracyError(
                "io.damaged",
                where=str(path),
                what="the Parquet file is truncated",
                fix="get the file again from its source",
            )
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0") and holds_text(file, "Workbook", "Book\0", "EncryptedPackage"):
        return "xls"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file, path)
    if any(head.startswith(sign) for sign, _ in _UNREADABLE):
        return ""
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_HTML):
        return ""
    return "csv" if _is_text(head) or unmarked_wide(head) else ""


def _old_stata(head: bytes) -> bool:
    return (
        len(head) > 109
        and head[0] in (104, 105, 108, 110, 111, 112, 113, 114, 115)
        and head[1] in (1, 2)
        and head[2] == 1
    )


def _ebcdic_portable(head: bytes) -> bool:
    return len(head) > 464 and b"SPSSPORT".decode("ascii").encode("cp037") in head[:600]


def holds_text(file: BinaryIO, *texts: str) -> bool:
    """Return whether an old Office file contains any of the texts in UTF-16, the encoding of its directory."""
    marks = [text.encode("utf-16-le") for text in texts]
    kept = b""
    file.seek(0)
    while block := file.read(1 << 20):
        if any(mark in kept + block for mark in marks):
            return True
        kept = block[-64:]
    return False


def _zipped(file: BinaryIO, path: Path) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise LiteracyError(
            "io.damaged",
            where=str(path),
            what="the workbook is truncated or damaged",
            fix="get the file again from its source",
        ) from None
    if any(n.startswith("xl/") for n in names):
        return "xlsx"
    if "content.xml" in names and path.suffix.lower() not in (".odt", ".odp", ".odg"):
        return "ods"
    inside = ", ".join(sorted(names)[:3])
    raise LiteracyError(
        "io.format",
        where=str(path),
        what=tell("a ZIP archive that is not an Excel workbook (it contains {})", inside or tell("nothing")),
        fix="unpack it and give the data file it contains",
    )


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    control = sum(1 for b in head.rstrip(b"\x1a") if b < 32 and b not in (9, 10, 13, 12, 27))
    return control <= max(1, len(head) // 200)
