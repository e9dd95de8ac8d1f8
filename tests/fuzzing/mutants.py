"""Broken files: seeded mutants of good ones, and the rows a file's own header promises (read here on its own)."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import pyarrow
import pyarrow.parquet

from tests.conftest import ROOT

SEED = 20261124
EXTREMES = (0, 1, -1, 2, 7, 127, 255, 256, 999, 32_767, 65_536, 2**24, 2**31 - 1, -(2**31), -3, -2)
EXPORTS = ROOT / "tests" / "reference" / "exports"
ORIGINALS = {
    "sav": "SPSS .sav", "packed.sav": "SPSS .sav, packed", "zsav": "SPSS .zsav", "gbk.sav": "SPSS .sav by PSPP, GBK",
    "por": "SPSS .por by PSPP", "dta": "Stata .dta (15)", "old.dta": "Stata .dta (12)", "csv": "CSV, Chinese words, GBK",
    "xlsx": "Excel .xlsx, codes", "wjx.xlsx": "问卷星 by text", "parquet": "Parquet",
}  # fmt: skip
MADE = {"ods": "OpenDocument .ods, codes", "json": "JSON, refused as it is"}
"""Kinds whose original is made here, of the codes that the CSV file of the exports holds."""
FORMATS = (*ORIGINALS, *MADE)
NAMES = ORIGINALS | MADE
SPSS = ("sav", "packed.sav", "zsav", "gbk.sav")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken file: its bytes, the ending of its name, what was done to it, the rows it promises (-1 = none)."""

    ending: str
    data: bytes
    act: str
    promised: int


def load_originals() -> dict[str, bytes]:
    """Good files of the synthetic wave of 2025, fourteen rows each, by kind (tests/reference/exports)."""
    listed = json.loads((EXPORTS / "origin.json").read_text(encoding="utf-8"))["files"]
    found = {kind: (EXPORTS / listed[what]).read_bytes() for kind, what in ORIGINALS.items()}
    rows = list(csv.reader(io.StringIO((EXPORTS / "codes.csv").read_text(encoding="utf-8-sig"))))
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return found | {"ods": open_document(rows), "json": json.dumps(records, ensure_ascii=False).encode()}


def open_document(rows: list[list[str]]) -> bytes:
    """A workbook of OpenDocument with one sheet of text cells."""
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(
        f"<table:table-row>{''.join(cell.format(escape(c)) if c else '<table:table-cell/>' for c in row)}"
        "</table:table-row>"
        for row in rows
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="data">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return _pack(
        {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": listed.encode()}
    )


def _pack(parts: dict[str, bytes]) -> bytes:
    """An archive of some parts, of the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def make_mutant(originals: dict[str, bytes], number: int, seed: int = SEED) -> Mutant:
    """Mutant of that number: the same bytes for the same seed and originals."""
    dice = np.random.default_rng([seed, number])
    kind = list(originals)[number % len(originals)]
    data = originals[kind]
    if kind.endswith(("xlsx", "ods")) and dice.random() < 0.75:
        act, broken = _inside(data, dice)
    else:
        act, broken = _break(data, dice, _top(kind, data))
    return Mutant(kind.rsplit(".", 1)[-1], broken, act, promised_rows(kind, broken))


def _top(kind: str, data: bytes) -> int:
    """How many bytes at the top of a file are header and dictionary."""
    if kind in SPSS:
        return (
            data.rindex(struct.pack("<2i", 999, 0)) + 8
            if struct.pack("<2i", 999, 0) in data
            else len(data) // 2
        )
    if kind == "csv":
        return data.index(b"\n")
    return {"por": len(data) // 2, "dta": len(data) * 2 // 3, "old.dta": len(data) // 2}.get(kind, len(data))


def _break(data: bytes, dice: np.random.Generator, top: int) -> tuple[str, bytes]:
    """One way of breaking bytes; two mutants in three are broken in the header or dictionary."""
    acts: tuple[tuple[str, Callable[[bytearray, int, np.random.Generator], bytearray]], ...] = (
        ("bytes", _bytes), ("bits", _bits), ("number", _number), ("number", _number), ("cut", _cut), ("drop", _drop),
        ("double", _double), ("swap", _swap), ("zeros", _zeros), ("noise", _noise),
    )  # fmt: skip
    name, act = acts[int(dice.integers(len(acts)))]
    limit = top if dice.random() < 2 / 3 else len(data)
    at = int(dice.integers(max(1, limit)))
    return name, bytes(act(bytearray(data), at, dice))


def _bytes(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    for _ in range(int(dice.integers(1, 9))):
        data[min(len(data) - 1, at + int(dice.integers(64)))] = int(dice.integers(256))
    return data


def _bits(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    data[at] ^= 1 << int(dice.integers(8))
    return data


def _number(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    at = min(at - at % 4, len(data) - 4)
    value = EXTREMES[int(dice.integers(len(EXTREMES)))]
    data[at : at + 4] = struct.pack("<i", value) if dice.random() < 0.8 else str(value).encode()[:4].ljust(4)
    return data


def _cut(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    del data[int(dice.integers(len(data))) :]
    return data


def _drop(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    del data[at : at + int(dice.integers(1, 64))]
    return data


def _double(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    length = int(dice.integers(1, 256))
    data[at:at] = data[at : at + length]
    return data


def _swap(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    length = int(dice.integers(1, 64))
    other = int(dice.integers(len(data)))
    one, two = data[at : at + length], data[other : other + length]
    data[at : at + len(two)], data[other : other + len(one)] = two, one
    return data


def _zeros(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    length = int(dice.integers(1, 512))
    data[at : at + length] = bytes(len(data[at : at + length]))
    return data


def _noise(data: bytearray, at: int, dice: np.random.Generator) -> bytearray:
    length = int(dice.integers(1, 128))
    data[at:at] = dice.bytes(length)
    return data


def _inside(data: bytes, dice: np.random.Generator) -> tuple[str, bytes]:
    """A workbook whose archive is sound and whose XML is broken."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {i.filename: archive.read(i) for i in archive.infolist()}
    names = sorted(parts)
    weights = np.array(
        [8.0 if "sheet1" in n or "sharedStrings" in n or n == "content.xml" else 1.0 for n in names]
    )
    name = names[int(dice.choice(len(names), p=weights / weights.sum()))]
    if dice.random() < 0.1:
        act, parts = "part gone", {n: d for n, d in parts.items() if n != name}
    else:
        act, parts[name] = _break(parts[name], dice, len(parts[name]))
    return f"{act} in {name}", _pack(parts)


def promised_rows(kind: str, data: bytes) -> int:
    """Rows a file's header promises (-1 where it promises none, or cannot be read)."""
    try:
        if kind in SPSS:
            order = "<" if struct.unpack_from("<i", data, 64)[0] in (2, 3) else ">"
            return int(struct.unpack_from(order + "i", data, 80)[0])
        if kind == "dta":
            return _stata_rows(data)
        if kind == "old.dta":
            return int(struct.unpack_from("<i", data, 6)[0])
        if kind == "csv":
            return _lines(data)
        if kind.endswith("xlsx"):
            return _sheet_rows(data)
        if kind == "ods":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                rows = re.findall(
                    rb"<table:table-row>.*?</table:table-row>", archive.read("content.xml"), re.DOTALL
                )
            return sum(b"<text:p>" in row for row in rows) - 1 if rows else -1
        if kind == "parquet":
            return int(pyarrow.parquet.read_metadata(io.BytesIO(data)).num_rows)
    except (
        struct.error, ValueError, KeyError, IndexError, zipfile.BadZipFile, zlib.error, OSError, NotImplementedError,
        EOFError, RuntimeError, pyarrow.ArrowException,
    ):  # fmt: skip
        return -1
    return -1


def _stata_rows(data: bytes) -> int:
    at = data.index(b"<N>") + 3
    size = data.index(b"</N>") - at
    return int.from_bytes(data[at : at + size], "little") if size in (4, 8) else -1


def _lines(data: bytes) -> int:
    """Lines of a text table below its header; -1 where quotes stand open."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    if '"' in text or "\0" in text:
        return -1
    rows = list(csv.reader(io.StringIO(text)))
    return max(0, sum(1 for r in rows if r) - 1)


def _sheet_rows(data: bytes) -> int:
    """Rows the dimension of the first sheet names, without its header."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        name = next((n for n in sorted(archive.namelist()) if "worksheets/sheet" in n), "")
        sheet = archive.read(name)
    filled = re.findall(rb"<row\b[^>]*>(?:(?!</row>).)*?<[vt]\b", sheet, re.DOTALL)
    return len(filled) - 1 if filled else -1
