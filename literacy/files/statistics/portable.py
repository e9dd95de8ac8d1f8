"""SPSS portable files (.por), read here: the library loses their declared missing codes and every Chinese text.

Format: PSPP Developers Guide, "Portable File Format": lines of 80 bytes, numbers in base 30.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from literacy.files.child.guard import damaged
from literacy.files.limits import over_limit, too_many
from literacy.files.statistics.savfile import MAX_VARIABLES
from literacy.files.statistics.spss import Dictionary
from literacy.files.table import Range, Table
from literacy.files.text.decoding import not_of
from literacy.files.text.encodings import decode_cell, guess_encoding, python_codec
from literacy.messages import tell

_SET = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz .<(+|&[]!$*);^-/|,%_>?`:$@'=\""
).encode("ascii")
_DIGITS = {ord(c): i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRST")}
_FORMATS = {
    20: "DATE", 22: "DATETIME", 23: "ADATE", 24: "JDATE", 28: "MOYR", 29: "QYR", 30: "WKYR", 38: "EDATE",
    39: "SDATE", 41: "YMDHMS",
}  # fmt: skip
MAX_BYTES = 1 << 28


class _BrokenError(ValueError):
    """The content is not what the format asks for."""


class _Cursor:
    """Reads the parts of a portable file one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self._seen: dict[bytes, float] = {}

    def tag(self) -> int:
        if self.at >= len(self.data):
            raise _BrokenError(tell("it ends too early"))
        self.at += 1
        return self.data[self.at - 1]

    def peek(self) -> int:
        if self.at >= len(self.data):
            raise _BrokenError(tell("it ends too early"))
        return self.data[self.at]

    def number(self) -> float:
        while self.at < len(self.data) and self.data[self.at] == 32:
            self.at += 1
        if self.data[self.at : self.at + 1] == b"*":
            self.at += 2
            return float("nan")
        end = self.data.find(b"/", self.at, self.at + 200)
        if end < 0:
            raise _BrokenError(tell("a number has no end"))
        token = self.data[self.at : end]
        self.at = end + 1
        if token not in self._seen:
            self._seen[token] = _base30(token)
        return self._seen[token]

    def whole(self, limit: int) -> int:
        value = self.number()
        if not 0 <= value <= limit or value != int(value):
            raise _BrokenError(tell("a count is impossible"))
        return int(value)

    def text(self) -> bytes:
        size = self.whole(len(self.data) - self.at)
        self.at += size
        if self.at > len(self.data):
            raise _BrokenError(tell("it ends inside a text"))
        return self.data[self.at - size : self.at]


def _base30(token: bytes) -> float:
    sign, at = (-1, 1) if token.startswith(b"-") else (1, 0)
    mantissa = digits = fraction = 0
    pointed = False
    while at < len(token) and token[at] not in b"+-":
        if token[at] == 46:
            if pointed:
                raise _BrokenError(tell("a number has two points"))
            pointed = True
        elif token[at] in _DIGITS:
            mantissa = mantissa * 30 + _DIGITS[token[at]]
            digits += 1
            fraction += pointed
        else:
            raise _BrokenError(tell("a number has a strange digit"))
        at += 1
    if not digits:
        raise _BrokenError(tell("a number has no digits"))
    power = 0
    if at < len(token):
        back = token[at] == 45
        for byte in token[at + 1 :]:
            if byte not in _DIGITS:
                raise _BrokenError(tell("a number has a strange exponent"))
            power = power * 30 + _DIGITS[byte]
        power = -power if back else power
    power -= fraction
    if abs(power) > 400:
        raise _BrokenError(tell("a number is too large"))
    try:
        return sign * (float(mantissa * 30**power) if power >= 0 else mantissa / 30**-power)
    except OverflowError:
        return sign * float(np.finfo(np.float64).max)


def _joined(raw: bytes) -> bytes:
    """The content without line ends; lines a writer trimmed are filled up to 80 bytes again."""
    ends = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == 10)
    if len(ends) and ends[0] in (80, 81) and (np.diff(ends) == ends[0] + 1).all():  # no line was trimmed
        return raw.translate(None, b"\r\n").rstrip(b"\x1a\0")
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1].rstrip(b"\x1a\0"):
        lines.pop()
    return b"".join(line.ljust(80) for line in lines[:-1]) + (lines[-1] if lines else b"")


def _translated(data: bytes) -> bytes:
    """The content in ASCII, by the table of characters the file carries."""
    table = data[200:456]
    own = table[64 : 64 + len(_SET)]
    if len(own) < len(_SET):
        raise _BrokenError(tell("it ends inside its header"))
    if own[:63] == _SET[:63]:
        return data
    swap = bytearray(range(256))
    for mine, theirs in reversed(list(zip(own, _SET, strict=True))):
        swap[mine] = theirs
    return data.translate(bytes(swap))


def load_portable(file: BinaryIO, path: Path, encoding: str | None = None) -> Table:
    """A .por file as a table, user-missing codes kept.

    Raises
    ------
    LiteracyError
        ``io.damaged`` where the content ends early or makes no sense.
    """
    if (size := file.seek(0, 2) >> 20) >= MAX_BYTES >> 20:
        what = tell("a portable file of {:,} MiB; the limit is {} MiB", size, MAX_BYTES >> 20)
        raise over_limit(str(path), what, tell("save it as .sav in the program that wrote it"))
    file.seek(0)
    try:
        return _parse(_translated(_joined(file.read())), encoding, str(path))
    except _BrokenError as error:
        raise damaged(str(path), str(error)) from None
    except UnicodeDecodeError as error:
        raise not_of(str(path), tell("a text of the file"), error.encoding) from None


def _parse(data: bytes, encoding: str | None, where: str) -> Table:
    if data[456:464] != b"SPSSPORT":
        raise _BrokenError(tell("it has no SPSSPORT mark"))
    cursor = _Cursor(data)
    cursor.at = 465
    cursor.text(), cursor.text()
    names: list[str] = []
    widths: dict[str, int] = {}
    labels: dict[str, bytes] = {}
    values: dict[str, dict[float | bytes, bytes]] = {}
    ranges: dict[str, list[tuple[float | bytes, float | bytes]]] = {}
    formats: dict[str, str] = {}
    weight = ""
    low, high = -np.finfo(np.float64).max, np.finfo(np.float64).max
    while (tag := chr(cursor.tag())) != "F":
        if tag in "123":
            cursor.text()
        elif tag in "45":
            cursor.number()
        elif tag == "6":
            weight = cursor.text().decode("ascii", "replace").strip()
        elif tag == "7":
            width = cursor.whole(32_767)
            name = cursor.text().decode("ascii", "replace").strip()
            if not name or name in widths:
                raise _BrokenError(tell("a variable has no name, or that of another"))
            if len(names) >= MAX_VARIABLES:
                raise too_many(where, MAX_VARIABLES, tell("more than "))
            names.append(name)
            widths[name] = width
            form = [cursor.number() for _ in range(6)]
            formats[name] = _FORMATS.get(int(form[0]) if form[0] == form[0] else 0, "F")
        elif tag in "89AB":
            if not names:
                raise _BrokenError(tell("a missing value without its variable"))
            ends = [_value(cursor, widths[names[-1]]) for _ in range(2 if tag == "B" else 1)]
            first, last = ends[0], ends[-1]
            pair = {"8": (first, last), "B": (first, last), "9": (low, last), "A": (first, high)}[tag]
            ranges.setdefault(names[-1], []).append(pair)
        elif tag == "C":
            labels[_last(names)] = cursor.text()
        elif tag == "D":
            owners = [
                cursor.text().decode("ascii", "replace").strip() for _ in range(cursor.whole(MAX_VARIABLES))
            ]
            if not owners or any(o not in widths for o in owners):
                raise _BrokenError(tell("value labels without their variable"))
            pairs = {}
            for _ in range(cursor.whole(len(data))):
                value = _value(cursor, widths[owners[0]])
                pairs[value] = cursor.text()
            for owner in owners:
                values[owner] = pairs
        elif tag == "E":
            for _ in range(cursor.whole(len(data))):
                cursor.text()
        else:
            raise _BrokenError(tell("an unknown part {!r}", tag))
    if not names:
        raise _BrokenError(tell("it has no variables"))
    cells = _cells(cursor, [widths[n] for n in names])
    sample = b"\n".join([*labels.values(), *(t for v in values.values() for t in v.values())])
    for column in cells:
        sample += b"".join(b"\n" + c for c in column if isinstance(c, bytes) and not c.isascii())
    codec, notes = _choose(sample, encoding)

    def plain(value: float | bytes) -> float | str:
        return decode_cell(value.rstrip(), codec) if isinstance(value, bytes) else value

    frame = pd.DataFrame(
        {
            name: pd.Series([plain(c) or None for c in column], dtype="str")
            if widths[name]
            else np.asarray(column, dtype=np.float64)
            for name, column in zip(names, cells, strict=True)
        }
    )
    missing: dict[str, tuple[Range, ...]] = {
        n: tuple((plain(a), plain(b)) for a, b in pairs) for n, pairs in ranges.items()
    }
    dictionary = Dictionary(
        tuple(names),
        {n: decode_cell(t.rstrip(), codec) for n, t in labels.items()},
        {n: {plain(c): decode_cell(t.rstrip(), codec) for c, t in v.items()} for n, v in values.items()},
        missing,
        formats,
        {n: "string" if widths[n] else "double" for n in names},
        codec,
        notes,
        weight if weight in widths else "",
    )
    return dictionary.table(frame, "por")


def _last(names: list[str]) -> str:
    if not names:
        raise _BrokenError(tell("a label without its variable"))
    return names[-1]


def _value(cursor: _Cursor, width: int) -> float | bytes:
    return cursor.text() if width else cursor.number()


def _cells(cursor: _Cursor, widths: list[int]) -> list[list[float | bytes]]:
    columns: list[list[float | bytes]] = [[] for _ in widths]
    while cursor.peek() != 90:  # Z ends the data
        for column, width in zip(columns, widths, strict=True):
            column.append(cursor.text() if width else cursor.number())
    return columns


def _choose(sample: bytes, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    if encoding:
        return encoding, (tell("texts read as {} (as told)", encoding),)
    guess, said = guess_encoding(sample, "")
    return (python_codec(guess), (said,)) if guess else ("cp1252" if not sample.isascii() else "ascii", ())
