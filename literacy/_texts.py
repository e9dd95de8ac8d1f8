"""Texts made safe to display on a terminal and in a spreadsheet."""

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
    r"""Return a text with its control characters escaped, so that a terminal does not interpret them.

    Escaped are C0 except tab and line feed, DEL, C1, bidirectional formatting characters, and bytes that are not valid
    UTF-8.

    Examples
    --------
    >>> show_controls("a\x1b[2J")
    'a\\x1b[2J'
    """
    return _UNSEEN.sub(_spell, text)


def show_line(text: str) -> str:
    """Return a text escaped as by :func:`show_controls` and on one line, for cells and names."""
    shown = show_controls(text)
    return shown.replace("\n", "\\n").replace("\t", "\\t") if "\n" in shown or "\t" in shown else shown


def encode_utf8(text: str) -> bytes:
    """Encode a text as UTF-8; bytes of a name that are not valid UTF-8 are escaped."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _HALF.sub(_spell, text).encode("utf-8")


def disarm(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe is put before ``=``, ``+``, ``-`` and ``@``.

    Signs after blanks and full-width signs, as typed with Chinese input methods, are treated alike. Numbers are left
    unchanged.

    Examples
    --------
    >>> disarm("=1+1"), disarm("-5")
    ("'=1+1", '-5')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def in_language(text: str, lang: str) -> str:
    """Return the part in one language of a text given in two languages, separated by a slash between blanks."""
    parts = text.split(" / ")
    if len(parts) != 2:
        return text
    words = [re.sub(r"https?:\S+", "", part) for part in parts]
    is_chinese = [len(_CHINESE.findall(w)) > len(_LATIN.findall(w)) for w in words]
    return text if is_chinese[0] == is_chinese[1] else parts[is_chinese.index(lang == "zh")]
