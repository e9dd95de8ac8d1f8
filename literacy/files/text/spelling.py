"""Texts brought to one spelling, so that small differences do not count."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_PUNCTUATION = re.compile(r"[\s\W_]+", re.UNICODE)


_PREFIX = re.compile(
    r"^\s*(?:[(\[【]?\s*(?:[A-Za-z]|\d{1,2}(?![.:]\d))\s*[.、)\]】:]\s*(?=\S)"
    r"|[A-Za-z]\s+(?=[\u3400-\u9fff]))"
)


_CIRCLED = re.compile(r"^\s*([①-⑳Ⓐ-Ⓩⓐ-ⓩ])\s*[.、:：．]?\s*(?=\S)")


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


_APART = re.compile(r"(?<=\d)[\W_]+(?=\d)")


_SEAM = "\ua78f"
"""Stands between digits that are no one number, so that ``2.5`` is not ``25``; a letter to :mod:`re`."""


_HIDDEN = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
"""Characters nobody sees: soft hyphen, zero-width blanks and joiners, marks of direction."""


_BREAKS = re.compile(r"<\s*/?(?:br|p|div|li|td|tr)\b[^<>]{0,400}>", re.IGNORECASE)


_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,400}>")


def squeeze(text: object) -> str:
    """One spelling of a text: half width, lower case, single blanks, no blanks at the ends."""
    plain = str(text)
    if plain.isascii() and plain.isalnum():
        return plain.lower()
    plain = unicodedata.normalize("NFKC", plain.translate(_HIDDEN)).casefold()
    return " ".join(plain.split()).replace("’", "'").replace("‘", "'").replace("\u2212", "-")


def tidy(text: str) -> str:
    """A text without the traces of a web page: entities, tags, characters nobody sees; ``①`` as ``(1)``."""
    return text if text.isascii() and text.isalnum() else _untagged(text)


@lru_cache(maxsize=1 << 14)
def _untagged(text: str) -> str:
    plain = html.unescape(html.unescape(text)) if "&" in text else text
    if "<" in plain:
        plain = _MARKUP.sub("", _BREAKS.sub(" ", plain))
    return _CIRCLED.sub(r"(\1)", plain.translate(_HIDDEN), count=1).strip()


def skeleton(text: object) -> str:
    """Letters and digits of a text only, for comparing question and option texts; digits that were apart stay so."""
    if isinstance(text, str) and text.isascii() and text.isalnum():
        return text.lower()
    return _bare(str(text))


@lru_cache(maxsize=1 << 14)
def _bare(text: str) -> str:
    """The texts of a questionnaire come again with each wave and each block."""
    plain = squeeze(text)
    return _PUNCTUATION.sub("", _APART.sub(_SEAM, _THOUSANDS.sub("", plain))) or plain


def strip_prefix(text: str) -> str:
    """A text without ``A.``, ``(1)``, ``①`` or ``B、`` before it; ``2.5`` and ``8:30`` are no such thing."""
    text = _CIRCLED.sub(r"(\1)", text, count=1)
    plain = unicodedata.normalize("NFKC", text)
    found = _PREFIX.match(plain)
    if found is None:
        return text.strip()
    for end in range(1, len(text) + 1):  # the rest as it was written: half width is for comparing only
        if unicodedata.normalize("NFKC", text[:end]) == plain[: found.end()]:
            return text[end:].strip()
    return plain[found.end() :].strip()


def is_circled(text: str) -> bool:
    """Whether a text begins with ``①``, which can only be the number of an option."""
    return _CIRCLED.match(text.translate(_HIDDEN)) is not None


def last_bracket(text: str) -> tuple[str, str]:
    """Text before, and inside, the bracket that ends a text; ("", "") where none does."""
    text = text.strip()
    if not text.endswith((")", "）")):
        return "", ""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        if text[place] in ")）":
            depth += 1
        elif text[place] in "(（":
            depth -= 1
            if depth == 0:
                return text[:place].strip(), text[place + 1 : -1].strip()
    return "", ""
