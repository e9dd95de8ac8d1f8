"""Files made to harm a reader: bombs, headers that lie, and cells in far corners."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/{{}}" Target="{{}}"/></Relationships>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = "xl/worksheets/sheet1.xml"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


TWO_ROWS = (
    f'<row r="1">{cell("A1", "a")}{cell("B1", "b")}</row><row r="2">{cell("A2", "1")}{cell("B2", "2")}</row>'
)


def workbook(path: Path, rows: str = TWO_ROWS, top: str = "", more: dict[str, bytes] | None = None) -> Path:
    """The smallest workbook there is, with these rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATION.format("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATION.format("worksheet", "worksheets/sheet1.xml"))
        for name, data in (more or {}).items():
            archive.writestr(name, data)
        sheet = (
            f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{top}<sheetData>{rows}</sheetData></worksheet>'
        )
        archive.writestr(SHEET, sheet)
    return path


def corner(path: Path, last: str = "XFD1048576", row: int = 1_048_576) -> Path:
    """Two rows, and one cell far away."""
    return workbook(path, TWO_ROWS + f'<row r="{row}">{cell(last, "x")}</row>')


def bomb(path: Path, size: int = 300_000_000) -> Path:
    return workbook(path, more={"xl/media/x.bin": bytes(size)})


def nested(path: Path) -> Path:
    """Archives in the archive: never opened, so they are just bytes."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b", bytes(50_000_000))
    return workbook(path, more={f"xl/n{k}.zip": inner.getvalue() for k in range(20)})


def lying(path: Path) -> Path:
    """A bomb whose central directory says that it is small."""
    data = bytearray(bomb(path).read_bytes())
    at = data.rfind(b"xl/media/x.bin") - 46
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    return path


def overlapping(path: Path, times: int = 20) -> Path:
    """Many parts in the directory that are the same bytes."""
    data = bytearray(workbook(path).read_bytes())
    end, entry = data.rfind(b"PK\x05\x06"), data.rfind(b"PK\x01\x02")
    start = struct.unpack_from("<I", data, end + 16)[0]
    more = b"".join(bytes(data[entry:end]).replace(b"sheet1.xml", b"shee%02d.xml" % k) for k in range(times))
    made = data[:end] + more + data[end:]
    end = made.rfind(b"PK\x05\x06")
    count = struct.unpack_from("<H", made, end + 8)[0] + times
    made[end + 8 : end + 12] = struct.pack("<HH", count, count)
    made[end + 12 : end + 16] = struct.pack("<I", end - start)
    path.write_bytes(made)
    return path


# ---- statistics files ----------------------------------------------------------------------------------------------


def variable(name: str) -> bytes:
    return struct.pack("<6i", 2, 0, 0, 0, 0x050800, 0x050800) + name.encode().ljust(8)[:8]


END = struct.pack("<ii", 999, 0)


def sav(
    path: Path, *, cells: int = 1, rows: int = 1, columns: int = 1, records: bytes = b"", packed: bool = False
) -> Path:
    """A system file whose header states *cells* a row and *rows*, with so many real variables."""
    magic, compression = (b"$FL3", 2) if packed else (b"$FL2", 0)
    head = magic + b"@(#) SPSS DATA FILE - synthetic".ljust(60)
    head += (
        struct.pack("<iiiiid", 2, cells, compression, 0, rows, 100.0)
        + b"01 Jan 0000:00:00"
        + b" " * 64
        + b"\0" * 3
    )
    variables = b"".join(variable(f"V{k}") for k in range(columns))
    path.write_bytes(head + variables + records + END + struct.pack("<d", 1.0))
    return path


def blocks(path: Path, index: list[tuple[int, int]], block: bytes) -> Path:
    """A .zsav file of (place, stated size) blocks over the bytes of one."""
    sav(path, rows=-1, packed=True)
    top = path.read_bytes()[:-8]
    at, size = len(top), len(block) * (1 + max(place for place, _ in index))
    data = block * (size // len(block))
    stated = struct.pack("<3q", at, at + 24 + len(data), 24 + 24 * len(index))
    listed = struct.pack("<qqii", -100, 0, 0x3FF000, len(index))
    listed += b"".join(
        struct.pack("<qqii", 0, at + 24 + place * len(block), plain, len(block)) for place, plain in index
    )
    path.write_bytes(top + stated + data + listed)
    return path


def packed_block(size: int) -> bytes:
    return zlib.compress(b"\x65" * size, 9)


def dta(path: Path, columns: int, rows: int, release: int = 118) -> Path:
    """The top of a Stata file."""
    if release < 117:
        path.write_bytes(struct.pack("<4BHi", release, 2, 1, 0, columns, rows) + bytes(1000))
        return path
    count = struct.pack("<I" if release == 119 else "<H", columns)
    path.write_bytes(
        b"<stata_dta><header><release>%d</release><byteorder>LSF</byteorder><K>" % release
        + count + b"</K><N>" + struct.pack("<Q", rows) + b"</N><label>\0\0</label><timestamp>\0</timestamp></header>"
        + b"<map>" + bytes(112) + b"</map><variable_types>" + b"\xf6\xff" * 10
    )  # fmt: skip
    return path


def por(path: Path, columns: int) -> Path:
    """A portable file of so many variables and no rows."""
    from literacy.files.statistics.portable import _SET

    table = bytearray(b"0" * 256)
    table[64 : 64 + len(_SET)] = _SET
    names = (f"V{k}" for k in range(columns))
    listed = "".join(f"70/{len(n)}/{n}5/8/0/5/8/0/" for n in names).encode()
    text = (
        b"ASCII SPSS PORT FILE".ljust(200)
        + bytes(table)
        + b"SPSSPORT"
        + b"A8/202510106/101010"
        + b"44/"
        + listed
        + b"F"
    )
    text = text.ljust(len(text) + 1, b"Z")
    path.write_bytes(
        b"\r\n".join(text[k : k + 80].ljust(80, b"Z") for k in range(0, len(text), 80)) + b"\r\n"
    )
    return path
