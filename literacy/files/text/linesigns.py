"""Inspection of the bytes of lines before parsing, to detect irregular lines and totals."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from literacy.files.text.decoding import decode_bytes
from literacy.files.text.header import Header
from literacy.files.text.oddrows import WORDS, summary_word

MARK = b"\xef\xbb\xbf"
_FEED, _RETURN, _QUOTE = 10, 13, 34
_PREFIX = 8
"""Number of leading bytes by which lines that may repeat the header are identified."""


class Signs(NamedTuple):
    """Whether the lines must be parsed one by one, and otherwise (index, word) of lines labelled as totals."""

    odd: bool
    totals: list[tuple[int, str]]


class _Lines(NamedTuple):
    """Lines without the last line end: as bytes, as an array, starts of all lines, ends of all but the last."""

    body: bytes
    data: NDArray[np.uint8]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]

    def end(self, k: int) -> int:
        """Return the end offset of a line."""
        return int(self.ends[k]) if k < len(self.ends) else len(self.body)


def read_signs(body: bytes, header: Header, codec: str) -> Signs:
    """Inspect complete lines, given without the last line end.

    Parameters
    ----------
    body : bytes
    header : Header
        Header of the table.
    codec : str
        Codec of the file; "" if it varies between cells.
    """
    data = np.frombuffer(body, dtype=np.uint8)
    if not len(data):
        return Signs(False, [])
    ends = np.flatnonzero(data == _FEED)
    lines = _Lines(body, data, np.concatenate([[0], ends + 1]).astype(np.intp), ends)
    quoted = b'"' in body
    if (quoted and body.count(b'"') % 2 == 1) or _has_lone_return(lines):
        return Signs(True, [])
    heads, blank = _heads(lines, header.separator)
    if blank or _has_header(lines, header, codec) or (quoted and has_stray_quote(data, header.separator)):
        return Signs(True, [])
    return Signs(False, _totals(lines, heads, header.separator, codec))


def _has_lone_return(lines: _Lines) -> bool:
    """Return whether a carriage return is not followed by a line feed."""
    body, data, ends = lines.body, lines.data, lines.ends
    if b"\r" not in body:
        return False
    paired = data[ends[ends > 0] - 1] == _RETURN
    return int(np.count_nonzero(data == _RETURN)) != int(np.count_nonzero(paired))


def _heads(lines: _Lines, separator: str) -> tuple[NDArray[np.intp], bool]:
    """Return the start of each line's first filled cell, and whether a line has only separators, blanks and quotes."""
    mark = separator.encode("ascii", "replace")
    hollow = np.zeros(256, dtype=bool)
    hollow[list(mark + b' "\t\r\n')] = True
    suspect = np.flatnonzero(hollow[lines.data[np.minimum(lines.starts, len(lines.data) - 1)]])
    if not len(suspect):
        return lines.starts, False
    filled = np.append(np.flatnonzero(~hollow[lines.data]), len(lines.data))
    heads = lines.starts.copy()
    heads[suspect] = filled[np.searchsorted(filled, lines.starts[suspect])]
    last = np.append(lines.ends, len(lines.data))
    bare = suspect[heads[suspect] >= last[suspect]]
    return heads, any(mark in lines.body[lines.starts[k] : lines.end(k)] for k in bare.tolist())


def _has_header(lines: _Lines, header: Header, codec: str) -> bool:
    """Return whether a line repeats the header or begins with a byte order mark."""
    if codec in ("utf-8", "") and MARK in lines.body and len(_beginning(lines, MARK)):
        return True
    if len(header.names) < 2:
        return False
    return any(
        header.is_repeated(_cells(lines, k, header.separator))
        for prefix in header.beginnings(_PREFIX)
        for k in _beginning(lines, prefix).tolist()
    )


def _cells(lines: _Lines, k: int, separator: str) -> list[str]:
    import csv

    line = lines.body[lines.starts[k] : lines.end(k)].decode("latin-1")
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a cell exceeds the field size limit
        return []


def _beginning(lines: _Lines, prefix: bytes) -> NDArray[np.intp]:
    """Return the indices of the lines that begin with a prefix."""
    found = np.flatnonzero(lines.starts + len(prefix) <= len(lines.data))
    for j, byte in enumerate(prefix):
        found = found[lines.data[lines.starts[found] + j] == byte]
        if not len(found):
            break
    return found


def has_stray_quote(data: NDArray[np.uint8], separator: str) -> bool:
    """Return whether any quote neither opens nor closes a cell, nor is doubled within one."""
    quotes = np.flatnonzero(data == _QUOTE)
    if not len(quotes):
        return False
    beside = np.zeros(256, dtype=bool)
    beside[[ord(separator), _FEED, _RETURN, _QUOTE]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before, after = opening[opening > 0] - 1, closing[closing < len(data) - 1] + 1
    return not (beside[data[before]].all() and beside[data[after]].all())


@lru_cache(maxsize=8)
def _pairs(codec: str) -> NDArray[np.bool_]:
    """Return a lookup table of the byte pairs with which a word for a total may begin."""
    table = np.zeros(1 << 16, dtype=bool)
    for word in WORDS:
        begins = {word[:2], word[:2].upper(), word[:2].title(), chr(ord(word[0]) + 0xFEE0)}
        begins |= {chr(ord(word[0].upper()) + 0xFEE0)} if word.isascii() else set()
        for begin in begins:
            for name in (codec,) if codec else ("utf-8", "gb18030"):
                pair = begin.encode(name, "ignore")[:2]
                if len(pair) == 2:
                    table[pair[0] << 8 | pair[1]] = True
    return table


def _totals(lines: _Lines, heads: NDArray[np.intp], separator: str, codec: str) -> list[tuple[int, str]]:
    """Return (index, word) of the lines whose first filled cell labels them as totals."""
    inside = np.flatnonzero(heads + 1 < len(lines.data))
    at = heads[inside]
    pairs = lines.data[at].astype(np.int32) << 8 | lines.data[at + 1]
    found = []
    mark = separator.encode("ascii", "replace")
    for k in inside[_pairs(codec)[pairs]].tolist():
        head, end = int(heads[k]), lines.end(k)
        cut = lines.body.find(mark, head, end)
        word = _word(lines.body[head : end if cut < 0 else cut][:80], codec)
        if word:
            found.append((k, word))
    return found


@lru_cache(maxsize=1 << 12)
def _word(cell: bytes, codec: str) -> str:
    return summary_word(decode_bytes(cell, codec).strip('" \t\r'))
