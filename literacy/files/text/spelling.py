"""Normalisation of texts, so that minor differences in spelling are ignored."""

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
"""Placed between digits of separate numbers, so that ``2.5`` differs from ``25``; a word character to :mod:`re`."""


_HIDDEN = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
"""Invisible characters: soft hyphen, zero-width spaces and joiners, directional marks."""


_DISGUISED = re.compile(
    "[\\x20-\\x7e\\uff01-\\uff5e\\u00a0\\u2000-\\u200f\\u202f\\u205f\\u2060\\u3000\\u00ad\\ufeff]*"
)


_BREAKS = re.compile(r"<\s*/?(?:br|p|div|li|td|tr)\b[^<>]{0,400}>", re.IGNORECASE)


_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,400}>")


def narrow(text: str) -> str:
    """Return a text in half width and without invisible characters."""
    return unicodedata.normalize("NFKC", text.translate(_HIDDEN))


def is_disguised(text: str) -> bool:
    """Return whether a text is ASCII but for full width, blanks of any width and invisible characters.

    >>> [is_disguised(t) for t in ("１２", "12\u200b", "1²", "①")]
    [True, True, False, False]
    """
    return _DISGUISED.fullmatch(text) is not None


def squeeze(text: object) -> str:
    """Normalise a text: half width, lower case, single blanks, no leading or trailing blanks."""
    plain = str(text)
    if plain.isascii() and plain.isalnum():
        return plain.lower()
    plain = narrow(plain).casefold()
    return " ".join(plain.split()).replace("’", "'").replace("‘", "'").replace("\u2212", "-")


def tidy(text: str) -> str:
    """Remove HTML entities, tags and invisible characters from a text; ``①`` becomes ``(1)``."""
    return text if text.isascii() and text.isalnum() else _untagged(text)


@lru_cache(maxsize=1 << 14)
def _untagged(text: str) -> str:
    plain = html.unescape(html.unescape(text)) if "&" in text else text
    if "<" in plain:
        plain = _MARKUP.sub("", _BREAKS.sub(" ", plain))
    return _CIRCLED.sub(r"(\1)", plain.translate(_HIDDEN), count=1).strip()


def skeleton(text: object) -> str:
    """Return only the letters and digits of a text, to compare question and option texts; numbers stay separate."""
    if isinstance(text, str) and text.isascii() and text.isalnum():
        return text.lower()
    return _bare(str(text))


@lru_cache(maxsize=1 << 14)
def _bare(text: str) -> str:
    """Return the skeleton of a text; cached, as the same texts recur in each wave and block."""
    plain = squeeze(text)
    return _PUNCTUATION.sub("", _APART.sub(_SEAM, _THOUSANDS.sub("", plain))) or plain


def strip_prefix(text: str) -> str:
    """Remove a prefix such as ``A.``, ``(1)``, ``①`` or ``B、`` from a text; ``2.5`` and ``8:30`` are kept."""
    text = _CIRCLED.sub(r"(\1)", text, count=1)
    plain = unicodedata.normalize("NFKC", text)
    found = _PREFIX.match(plain)
    if found is None:
        return text.strip()
    for end in range(1, len(text) + 1):  # return the rest as written: half width serves only for comparison
        if unicodedata.normalize("NFKC", text[:end]) == plain[: found.end()]:
            return text[end:].strip()
    return plain[found.end() :].strip()


def is_circled(text: str) -> bool:
    """Return whether a text begins with a circled number such as ``①``, which always numbers an option."""
    return _CIRCLED.match(text.translate(_HIDDEN)) is not None


def last_bracket(text: str) -> tuple[str, str]:
    """Return the text before and within the bracket that ends a text; ("", "") if there is none."""
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
