"""Texts that do no harm where they are shown: on a terminal, and in a spreadsheet."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)
_HALF = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile(r"^[\t\r\n]|^[\s\ufeff\u200b]*[=+\-@＝＋－＠]")
_CHINESE, _LATIN = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]")
_NUMBER = re.compile(r"^[ ]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?[ ]*$")


def _spell(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is not UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def show_controls(text: str) -> str:
    r"""A text with its control characters spelt out, so that a terminal does not obey them.

    C0 but for tab and line feed, DEL, C1, the signs that turn the direction of writing, and bytes that are no UTF-8.

    Examples
    --------
    >>> show_controls("a\x1b[2J")
    'a\\x1b[2J'
    """
    return _UNSEEN.sub(_spell, text)


def show_line(text: str) -> str:
    """As :func:`show_controls`, and on one line: a cell, a name."""
    shown = show_controls(text)
    return shown.replace("\n", "\\n").replace("\t", "\\t") if "\n" in shown or "\t" in shown else shown


def encode_utf8(text: str) -> bytes:
    """UTF-8; a byte of a name that is not UTF-8 is spelt out."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _HALF.sub(_spell, text).encode("utf-8")


def disarm(text: str) -> str:
    """A text a spreadsheet will not run as a formula: an apostrophe before ``=``, ``+``, ``-``, ``@``; numbers stay.

    Blanks before the sign, and signs of full width, which Chinese input gives, do not help it.

    Examples
    --------
    >>> disarm("=1+1"), disarm("-5")
    ("'=1+1", '-5')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def in_language(text: str, lang: str) -> str:
    """What a reader of a language is shown of a source that is given in two, apart by `` / ``."""
    parts = text.split(" / ")
    if len(parts) != 2:
        return text
    words = [re.sub(r"https?:\S+", "", part) for part in parts]
    is_chinese = [len(_CHINESE.findall(w)) > len(_LATIN.findall(w)) for w in words]
    return text if is_chinese[0] == is_chinese[1] else parts[is_chinese.index(lang == "zh")]
