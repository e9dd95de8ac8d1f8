"""Files whose Chinese texts are in another encoding than they say, made without any program of the time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadstat

RECORD = struct.pack("<4i", 7, 20, 1, 5)
INTEGERS = struct.pack("<4i", 7, 3, 4, 8)


def token(text: str, codec: str, number: int) -> str:
    """ASCII of as many bytes as a text has in an encoding; no two are alike."""
    size = len(text.encode(codec))
    return (f"{number:x}" * size)[:1] + "zyxwvutsrq"[number % 10] * (size - 1)


def write_sav(
    path: Path, frame: pd.DataFrame, texts: Mapping[str, str], codec: str, *, charset: int | None = None,
    record: str | None = None, **more: object,
) -> None:  # fmt: skip
    """A .sav whose tokens become texts of an encoding, with the charset code and the encoding record asked for."""
    pyreadstat.write_sav(frame, path, **more)  # type: ignore[arg-type]  # labels, compression
    data = path.read_bytes()
    packed = data[:4] == b"$FL3"
    start = data.index(struct.pack("<2i", 999, 0)) + 8
    head, body = data[:start], data[start:]
    if packed:
        body = unpack(data, start)
    for old, new in texts.items():
        raw = new.encode(codec)
        assert len(raw) == len(old.encode()), (old, new)
        assert old.encode() in head + body, old
        head, body = head.replace(old.encode(), raw), body.replace(old.encode(), raw)
    at = head.index(RECORD)
    said = struct.pack("<4i", 7, 20, 1, len(record)) + record.encode() if record else b""
    head = head[:at] + said + head[at + 21 :]
    if charset is not None:
        place = head.index(INTEGERS) + 16 + 28
        head = head[:place] + struct.pack("<i", charset) + head[place + 4 :]
    path.write_bytes(head + (pack(body, len(head)) if packed else body))


def unpack(data: bytes, start: int) -> bytes:
    """Byte code inside the zlib blocks of a .zsav."""
    _, trailer, length = struct.unpack_from("<3q", data, start)
    count = struct.unpack_from("<i", data, trailer + 20)[0]
    assert length == 24 + 24 * count
    out = b""
    for i in range(count):
        _, at, _, size = struct.unpack_from("<qqii", data, trailer + 24 + 24 * i)
        out += zlib.decompress(data[at : at + size])
    return out


def pack(body: bytes, start: int) -> bytes:
    """One zlib block with its header and index, as it stands at *start*."""
    block = zlib.compress(body)
    trailer = start + 24 + len(block)
    index = struct.pack("<qqii", -100, 0, 0x3FF000, 1) + struct.pack(
        "<qqii", start, start + 24, len(body), len(block)
    )
    return struct.pack("<3q", start, trailer, len(index)) + block + index
