"""Reader of SPSS portable files (.por); pyreadstat loses their declared missing codes and all Chinese texts.

Format: PSPP Developers Guide, "Portable File Format": lines of 80 bytes, numbers in base 30.
"""

from __future__ import annotations

from collections.abc import Callable
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
_LEAST = -np.finfo(np.float64).max


class _BrokenError(ValueError):
    """The content violates the format."""


class _Cursor:
    """Reads the elements of a portable file sequentially."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at
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
            raise _BrokenError(tell("a number has an invalid digit"))
        at += 1
    if not digits:
        raise _BrokenError(tell("a number has no digits"))
    power = 0
    if at < len(token):
        back = token[at] == 45
        for byte in token[at + 1 :]:
            if byte not in _DIGITS:
                raise _BrokenError(tell("a number has an invalid exponent"))
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
    """Return the content without line ends; lines with trailing blanks removed are padded to 80 bytes."""
    ends = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == 10)
    if len(ends) and ends[0] in (80, 81) and (np.diff(ends) == ends[0] + 1).all():  # no line was trimmed
        return raw.translate(None, b"\r\n").rstrip(b"\x1a\0")
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1].rstrip(b"\x1a\0"):
        lines.pop()
    return b"".join(line.ljust(80) for line in lines[:-1]) + (lines[-1] if lines else b"")


def _translated(data: bytes) -> bytes:
    """Return the content translated to ASCII by the file's character table."""
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
    """Load a .por file as a table; user-missing codes are kept.

    Raises
    ------
    LiteracyError
        ``io.damaged`` if the content is truncated or invalid, ``io.limit`` if the file is too large, ``io.encoding``
        if a text is not in the encoding used.
    """
    if (size := file.seek(0, 2) >> 20) >= MAX_BYTES >> 20:
        what = tell("a portable file of {:,} MiB; the limit is {} MiB", size, MAX_BYTES >> 20)
        raise over_limit(str(path), what, tell("save it as .sav in the program that wrote it"))
    file.seek(0)
    try:
        return _table(_translated(_joined(file.read())), encoding, str(path))
    except _BrokenError as error:
        raise damaged(str(path), str(error)) from None
    except UnicodeDecodeError as error:
        raise not_of(str(path), tell("a text of the file"), error.encoding) from None


class _Top:
    """The dictionary of a portable file: variables, labels and missing codes, read in file order."""

    def __init__(self, data: bytes, where: str) -> None:
        if data[456:464] != b"SPSSPORT":
            raise _BrokenError(tell("it has no SPSSPORT signature"))
        self.where, self.cursor = where, _Cursor(data, 465)
        self.widths: dict[str, int] = {}
        self.labels: dict[str, bytes] = {}
        self.values: dict[str, dict[float | bytes, bytes]] = {}
        self.ranges: dict[str, list[tuple[float | bytes, float | bytes]]] = {}
        self.formats: dict[str, str] = {}
        self.weight = ""
        self.cursor.text(), self.cursor.text()  # date and time of creation
        parts: dict[str, Callable[[], object]] = {
            **dict.fromkeys("123", self.cursor.text), **dict.fromkeys("45", self.cursor.number),
            "6": self._weight, "7": self._variable, "8": self._missing, "9": lambda: self._missing(low=_LEAST),
            "A": lambda: self._missing(high=-_LEAST), "B": lambda: self._missing(two=True), "C": self._label,
            "D": self._value_labels, "E": self._document,
        }  # fmt: skip
        while (tag := chr(self.cursor.tag())) != "F":
            if tag not in parts:
                raise _BrokenError(tell("an unknown part {!r}", tag))
            parts[tag]()
        if not self.widths:
            raise _BrokenError(tell("it has no variables"))

    def _name(self) -> str:
        return self.cursor.text().decode("ascii", "replace").strip()

    def _last(self, lack: str) -> str:
        """Return the most recent variable, to which the following records apply."""
        if not self.widths:
            raise _BrokenError(lack)
        return next(reversed(self.widths))

    def _value(self, name: str) -> float | bytes:
        return self.cursor.text() if self.widths[name] else self.cursor.number()

    def _weight(self) -> None:
        self.weight = self._name()

    def _variable(self) -> None:
        width, name = self.cursor.whole(32_767), self._name()
        if not name or name in self.widths:
            raise _BrokenError(tell("a variable has no name, or the same name as another"))
        if len(self.widths) >= MAX_VARIABLES:
            raise too_many(self.where, MAX_VARIABLES, tell("more than "))
        self.widths[name] = width
        shown, *_ = [self.cursor.number() for _ in range(6)]  # print and write formats
        self.formats[name] = _FORMATS.get(int(shown) if shown == shown else 0, "F")

    def _missing(self, low: float | None = None, high: float | None = None, two: bool = False) -> None:
        """Read a missing code or range; *low* and *high* are bounds that are implied rather than stored."""
        name = self._last(tell("a missing value without its variable"))
        first = self._value(name)
        last = self._value(name) if two else first
        pair = (first if low is None else low, last if high is None else high)
        self.ranges.setdefault(name, []).append(pair)

    def _label(self) -> None:
        self.labels[self._last(tell("a label without its variable"))] = self.cursor.text()

    def _value_labels(self) -> None:
        owners = [self._name() for _ in range(self.cursor.whole(MAX_VARIABLES))]
        if not owners or any(o not in self.widths for o in owners):
            raise _BrokenError(tell("value labels without their variable"))
        count = self.cursor.whole(len(self.cursor.data))
        pairs = {self._value(owners[0]): self.cursor.text() for _ in range(count)}
        self.values |= dict.fromkeys(owners, pairs)

    def _document(self) -> None:
        for _ in range(self.cursor.whole(len(self.cursor.data))):
            self.cursor.text()

    def cells(self) -> dict[str, list[float | bytes]]:
        """Return the data by column."""
        columns: dict[str, list[float | bytes]] = {name: [] for name in self.widths}
        while self.cursor.peek() != 90:  # Z ends the data
            for name, column in columns.items():
                column.append(self._value(name))
        return columns


def _table(data: bytes, encoding: str | None, where: str) -> Table:
    top = _Top(data, where)
    cells = top.cells()
    sample = b"\n".join([*top.labels.values(), *(t for v in top.values.values() for t in v.values())])
    for column in cells.values():
        sample += b"".join(b"\n" + c for c in column if isinstance(c, bytes) and not c.isascii())
    codec, notes = _choose(sample, encoding)

    def plain(value: float | bytes) -> float | str:
        return decode_cell(value.rstrip(), codec) if isinstance(value, bytes) else value

    frame = pd.DataFrame(
        {
            name: pd.Series([plain(c) or None for c in column], dtype="str")
            if top.widths[name]
            else np.asarray(column, dtype=np.float64)
            for name, column in cells.items()
        }
    )
    missing: dict[str, tuple[Range, ...]] = {
        n: tuple((plain(a), plain(b)) for a, b in pairs) for n, pairs in top.ranges.items()
    }
    dictionary = Dictionary(
        tuple(top.widths),
        {n: decode_cell(t.rstrip(), codec) for n, t in top.labels.items()},
        {n: {plain(c): decode_cell(t.rstrip(), codec) for c, t in v.items()} for n, v in top.values.items()},
        missing,
        top.formats,
        {n: "string" if width else "double" for n, width in top.widths.items()},
        codec,
        notes,
        top.weight if top.weight in top.widths else "",
    )
    return dictionary.table(frame, "por")


def _choose(sample: bytes, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    if encoding:
        return encoding, (tell("texts read as {} (as specified)", encoding),)
    guess, note = guess_encoding(sample, "")
    return (python_codec(guess), (note,)) if guess else ("cp1252" if not sample.isascii() else "ascii", ())
