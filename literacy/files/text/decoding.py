"""Decoding of texts whose encoding is undeclared, varies between cells, or can be determined only late in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from literacy.errors import LiteracyError
from literacy.files.text.encodings import (
    HIGH,
    can_read,
    decode_cell,
    guess_encoding,
    is_big5,
    is_chinese,
    is_cyrillic,
    is_single_byte,
    is_western,
    python_codec,
)
from literacy.messages import tell

_THREE = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")


class CellDecoder:
    """Decodes the text cells of a file, and determines the encoding later if its first cells are all ASCII.

    Parameters
    ----------
    codec : str
        Encoding with which the dictionary was read.
    declared : str
        Encoding declared by the file.
    settled : bool
        Whether the encoding was specified or has been determined from the bytes of the file.
    strict : bool
        Whether the encoding was specified, so that no other is tried.
    """

    def __init__(self, codec: str, declared: str, *, settled: bool, strict: bool) -> None:
        self.codec: str = python_codec(codec)
        self.declared = declared
        self.settled: bool = settled or strict
        self.strict = strict
        self.notes: tuple[str, ...] = ()

    def look(self, cells: Iterable[bytes]) -> None:
        """Determine the encoding from the first cells that are not ASCII."""
        if self.settled:
            return
        sample = b"\n".join(c for c in cells if not c.isascii())
        if not sample:
            return
        self.settled = True
        guess, guess_note = guess_encoding(sample[: 1 << 16], self.declared)
        if guess:
            self.codec, self.notes = python_codec(guess), (*self.notes, guess_note)

    def __call__(self, raw: bytes) -> str:
        """Decode one cell; a cell evidently in another encoding than the file's is decoded by that encoding."""
        if raw.isascii():
            return raw.decode("ascii")
        western = is_single_byte(self.declared)
        if not self.strict and western and self.codec == "gb18030" and _is_accented(raw):
            return self._other(raw, python_codec(self.declared) or "cp1252")
        if not self.strict and western and self.codec != "gb18030" and _is_surely_chinese(raw):
            return self._other(raw, "gb18030")
        try:
            return decode_cell(raw, self.codec)
        except UnicodeDecodeError:
            if self.strict or not (is_chinese(raw) and can_read(raw, "gb18030")):
                raise
            return self._other(raw, "gb18030")

    def _other(self, raw: bytes, codec: str) -> str:
        text = decode_cell(raw, codec)
        note = tell("some texts read as {}: they are not in the encoding of the others", codec.upper())
        if note not in self.notes:
            self.notes = (*self.notes, note)
        return text


def _is_accented(raw: bytes) -> bool:
    """Return whether a cell among Chinese ones is Western: a lone accented letter, and no common Chinese character."""
    runs = HIGH.findall(raw)
    lone = any(len(run) == 1 for run in runs)
    return lone and is_western(raw) and not any(len(run) == 2 and 0xB0 <= run[0] <= 0xD7 for run in runs)


def _is_surely_chinese(raw: bytes) -> bool:
    return len(raw) >= 6 and is_chinese(raw, "cp1251") and can_read(raw, "gb18030") and not is_western(raw)


def guess_text(data: bytes) -> tuple[str, str]:
    """Return the codec of a text table that is not UTF-8, and a note on it; "" if the codec varies between lines."""
    sample = data[: 1 << 22]
    lines = [line for line in sample.splitlines() if not line.isascii()]
    whole = sum(1 for line in lines if _THREE.search(line) and can_read(line, "utf-8"))
    if (
        whole
        and whole < len(lines)
        and all(can_read(line, "utf-8") or can_read(line, "gb18030") for line in lines)
    ):
        rest = b"\n".join(line for line in lines if not can_read(line, "utf-8"))
        if is_chinese(rest):
            return "", tell("text decoded line by line: some lines are UTF-8, others GB18030")
    high = b"\n".join(lines)
    if is_chinese(high):
        return "gb18030", tell("text decoded as GB18030 (it is not UTF-8)")
    for codec, name, fits in (
        ("big5", "Big5", is_big5), ("cp1252", "windows-1252", is_western), ("cp1251", "windows-1251", is_cyrillic),
    ):  # fmt: skip
        if fits(high) and can_read(high, codec):
            return (
                codec,
                tell(
                    "text decoded as {} (it is neither UTF-8 nor GB18030); use --encoding for another", name
                ),
            )
    return "gb18030", tell("text decoded as GB18030 (it is not UTF-8)")


def decode_lines(data: bytes) -> str:
    """Decode a text line by line, each line as UTF-8 or else as GB18030.

    Raises
    ------
    UnicodeDecodeError
        If a line is neither.
    """
    return "".join(
        line.decode("utf-8" if can_read(line, "utf-8") else "gb18030")
        for line in data.splitlines(keepends=True)
    )


def decode_bytes(data: bytes, codec: str) -> str:
    """Decode bytes by a codec, or line by line if it is ""; invalid bytes become replacement characters."""
    if codec:
        return data.decode(codec, "replace")
    try:
        return decode_lines(data)
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def is_misread(error: LiteracyError) -> bool:
    """Return whether a library failed because the texts of a file are in another encoding."""
    return any(words in error.what for words in ("requested encoding", "UnicodeDecodeError"))


def not_of(where: str, name: str, codec: str) -> LiteracyError:
    """The error for texts that are not in the specified or declared encoding."""
    return LiteracyError(
        "io.encoding",
        where=where,
        what=tell("{} is not {}", name, codec.upper()),
        fix="give the encoding with --encoding, for example GB18030; if one was given, give "
        "another or omit it",
    )


def western_bytes(texts: Iterable[str]) -> bytes:
    """Return the original bytes of texts decoded with a Western code page; empty if they were not."""
    out = bytearray()
    for text in texts:
        for codec in ("cp1252", "latin-1"):
            try:
                out += text.encode(codec) + b"\n"
            except UnicodeEncodeError:
                continue
            break
        else:
            return b""
        if len(out) > 1 << 16:
            break
    return bytes(out)
