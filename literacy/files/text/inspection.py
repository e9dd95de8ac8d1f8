"""Inspection of all bytes of a text table in one pass: encoding, line ends, invalid content."""

from __future__ import annotations

import codecs
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from literacy.errors import LiteracyError
from literacy.files.limits import LineLimit
from literacy.files.recognition import changed_error
from literacy.files.text.decoding import decode_lines, guess_text
from literacy.files.text.encodings import unmarked_wide
from literacy.messages import tell

PIECE = 1 << 22
HEAD = 4096
END_MARK = b"\x1a"
_OWN_WIDTH = (
    "utf-16",
    "utf-32",
    "utf-7",
    "shift",
    "iso2022",
    "hz",
    "cp037",
    "cp500",
    "cp1140",
    "euc_jis",
    "johab",
)
"""Codecs in which the byte of a comma, a quote or a line end may be part of another character."""


@dataclass(frozen=True, slots=True)
class Text:
    """The bytes of a text table, from ``start`` to ``end`` of an open file, and their properties.

    ``codec`` is the codec of the cells ("" if each is either UTF-8 or GB18030), ``ended`` whether the last line is
    terminated, and ``returns`` whether lines end in a carriage return alone.
    """

    file: BinaryIO
    start: int
    end: int
    codec: str
    notes: tuple[str, ...] = ()
    ended: bool = True
    returns: bool = False
    where: str = ""

    def read(self, at: int, size: int) -> bytes:
        """Read at most *size* bytes from offset *at*; lone carriage returns as line ends become line feeds."""
        self.file.seek(at)
        wanted = max(0, min(size, self.end - at))
        data = self.file.read(wanted)
        if len(data) < wanted:
            raise changed_error(self.where)
        return data.replace(b"\r", b"\n") if self.returns else data


def inspect_text(file: BinaryIO, where: str, closing: ExitStack, encoding: str | None = None) -> Text:
    """Inspect an open text file and return its properties.

    Parameters
    ----------
    file : BinaryIO
        Open in binary mode and seekable.
    where : str
        Name of the file in messages.
    closing : ExitStack
        Closes temporary files opened here.
    encoding : str, optional
        By default determined by a byte order mark, or else UTF-8 if valid, or else guessed from the bytes.

    Raises
    ------
    LiteracyError
        ``io.encoding`` if the bytes do not fit the encoding, ``io.format`` if there are NUL bytes, ``io.limit`` for
        overlong lines, ``io.damaged`` if the file ends within a character.
    """
    file.seek(0)
    head = file.read(HEAD)
    codec, skipped = _by_mark(head, encoding)
    unmarked = "" if codec else unmarked_wide(head)
    codec = codec or unmarked
    if codec and _is_wide(codec):
        file = _as_utf8(file, codec, where, closing, stated=bool(encoding))
        found = inspect_text(file, where, closing, "utf-8")
        if unmarked:
            return replace(found, notes=(tell("text decoded as UTF-16 (it has no byte order mark)"),))
        return replace(found, notes=(_told(encoding),) if encoding else ())
    seen = _Pass(file, skipped, where, utf8=codec in ("", "utf-8"))
    file.seek(skipped)
    while block := file.read(PIECE):
        seen.hear(block)
    seen.finish()
    notes: tuple[str, ...] = (_told(encoding),) if encoding else ()
    if not codec or (codec == "utf-8" and (encoding or skipped)):
        codec, found_notes = _settle_codec(file, seen, where, encoding, marked=bool(skipped))
        notes += found_notes
    elif codec:
        _require(file, skipped, codec, where)
    end = skipped + seen.size - seen.marks
    if seen.marks:
        notes += (tell("the DOS end-of-file mark (0x1A) at the end of the file was ignored"),)
    returns = not seen.feeds and seen.returns > 0
    file.seek(max(skipped, end - 2))
    tail = file.read(max(0, end - max(skipped, end - 2)))
    lone = returns and seen.returns == 1  # may be the first half of a truncated CR LF
    ended = (tail.endswith(b"\r" if returns else b"\n") and not lone) or end == skipped
    return Text(file, skipped, end, codec, notes, ended, returns, where)


def _told(encoding: str | None) -> str:
    return tell("text decoded as {} (as specified)", encoding)


def _by_mark(head: bytes, encoding: str | None) -> tuple[str, int]:
    """Return the codec, as specified or from a byte order mark ("" if neither), and the length of the mark."""
    if encoding:
        name = codecs.lookup(encoding).name
        marked = name in ("utf-8", "utf-8-sig") and head.startswith(codecs.BOM_UTF8)
        return ("utf-8" if name == "utf-8-sig" else name), 3 if marked else 0
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8", 3
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", 0
    return "", 0


def _is_wide(codec: str) -> bool:
    return codec.replace("-", "").startswith(tuple(n.replace("-", "") for n in _OWN_WIDTH))


def _as_utf8(file: BinaryIO, codec: str, where: str, closing: ExitStack, *, stated: bool) -> BinaryIO:
    """Return an anonymous temporary file with the text converted to UTF-8."""
    made = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the table that reads it
    closing.callback(made.close)
    decoder = codecs.getincrementaldecoder(codec)()
    file.seek(0)
    try:
        while block := file.read(PIECE):
            made.write(decoder.decode(block).encode("utf-8", "surrogatepass"))
        made.write(decoder.decode(b"", final=True).encode("utf-8", "surrogatepass"))
    except UnicodeError as error:
        raise _not(codec, where, error, stated=stated) from None
    return made


class _Pass:
    """Checks the bytes block by block and collects their properties."""

    def __init__(self, file: BinaryIO, start: int, where: str, *, utf8: bool) -> None:
        self.file, self.start = file, start
        self.where = where
        self.limit = LineLimit(where)
        self.decoder = codecs.getincrementaldecoder("utf-8")() if utf8 else None
        self.is_utf8 = utf8
        self.cut = False
        self.feeds = False
        self.size = self.returns = self.marks = 0

    def hear(self, block: bytes) -> None:
        at = block.find(b"\0")
        if at >= 0:
            line = self._ends_before(self.size + at) + 1
            raise LiteracyError(
                "io.format",
                where=self.where,
                what=tell("line {} contains a NUL byte: binary content, not a text table", line),
                fix="give the original file, not a renamed or damaged one",
            )
        self.limit.hear(block)
        self.size += len(block)
        self.feeds = self.feeds or b"\n" in block
        self.returns += block.count(b"\r") if b"\r" in block else 0
        bare = block.rstrip(END_MARK)
        self.marks = len(block) - len(bare) + (self.marks if not bare else 0)
        if (
            self.decoder is not None
            and self.is_utf8
            and not (block.isascii() and not self.decoder.getstate()[0])
        ):
            try:
                self.decoder.decode(block)
            except UnicodeDecodeError:
                self.is_utf8 = False

    def _ends_before(self, place: int) -> int:
        """Count the line ends before an offset; needed only for error messages."""
        self.file.seek(self.start)
        count = 0
        while place > 0 and (block := self.file.read(min(place, PIECE))):
            count += block.count(b"\n")
            place -= len(block)
        return count

    def finish(self) -> None:
        self.limit.finish()
        if self.decoder is not None and self.is_utf8:
            self.cut = bool(self.decoder.getstate()[0])


def _settle_codec(
    file: BinaryIO, seen: _Pass, where: str, encoding: str | None, *, marked: bool
) -> tuple[str, tuple[str, ...]]:
    if seen.is_utf8:
        if seen.cut:
            raise cut_off(where, tell("it ends inside a character"))
        return "utf-8", ()
    if encoding or marked:
        _require(file, 0, "utf-8", where, stated=bool(encoding))
    sample = _high_lines(file)
    codec, found_notes = guess_text(sample)
    if codec:
        try:
            _require(file, 0, codec, where)
        except LiteracyError:
            codec = "gb18030"
            _require(file, 0, codec, where)
    else:
        _require_lines(file, where)
    return codec, (found_notes,)


def near_high(data: bytes) -> bytes:
    """Return the non-ASCII bytes, their neighbours and line ends, which suffice to detect and validate an encoding.

    An ASCII byte that follows two ASCII bytes is a separate character in every encoding considered here; the first
    two bytes of the data may belong to a preceding character.

    >>> near_high(b"1,2,3,\\xd6\\xd0,4,5\\n")
    b'1,3,\\xd6\\xd0,4\\n'
    """
    cells = np.frombuffer(data, dtype=np.uint8)
    high = cells >= 0x80
    keep = high | (cells == ord("\n"))
    keep[:2] = True
    for apart in (1, 2):
        keep[apart:] |= high[:-apart]
        keep[:-apart] |= high[apart:]
    return bytes(cells[keep])


def _high_lines(file: BinaryIO) -> bytes:
    """Return the bytes that identify the encoding, from up to 4 MiB of lines that are not ASCII."""
    file.seek(0)
    lines: list[bytes] = []
    size = 0
    for line in file:
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > 1 << 22:
                break
    return near_high(b"".join(lines))


def _require(file: BinaryIO, start: int, codec: str, where: str, *, stated: bool = True) -> None:
    """Raise an error for a text that a codec cannot decode completely."""
    decoder = codecs.getincrementaldecoder(codec)()
    file.seek(start)
    at = start
    try:
        while block := file.read(PIECE):
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(near_high(block) if len(block) > 2 else block)
            at += len(block)
        if decoder.getstate()[0]:
            raise cut_off(where, tell("it ends inside a character"))
    except UnicodeDecodeError as error:
        raise _not(codec, where, error, stated=stated, at=_place(file, start, codec)) from None


def _place(file: BinaryIO, start: int, codec: str) -> int:
    """Return the offset of the first byte that a codec cannot decode."""
    decoder = codecs.getincrementaldecoder(codec)()
    file.seek(start)
    at = start
    while block := file.read(PIECE):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return at - held + error.start
        at += len(block)
    return at


def _require_lines(file: BinaryIO, where: str) -> None:
    file.seek(0)
    for line in file:
        try:
            decode_lines(line)
        except UnicodeDecodeError as error:
            raise _not("gb18030", where, error, stated=False) from None


def _not(
    codec: str, where: str, error: UnicodeError, *, stated: bool, at: int | None = None
) -> LiteracyError:
    place = tell("byte {}", at) if at is not None else str(error)
    if stated:
        what, fix = (
            tell("the text is not {} ({})", codec.upper(), place),
            tell("omit the encoding, or give another"),
        )
    else:
        what = (
            tell("the file begins with the mark of UTF-8, but its text is not UTF-8 ({})", place)
            if codec == "utf-8"
            else tell("the text is neither UTF-8 nor {} ({})", codec.upper(), place)
        )
        fix = tell("save the file as UTF-8, or give its encoding with --encoding")
    return LiteracyError("io.encoding", where=where, what=what, fix=fix)


def cut_off(where: str, what: str) -> LiteracyError:
    """The error for a truncated text."""
    return LiteracyError("io.damaged", where=where, what=what, fix="get the file again from its source")
