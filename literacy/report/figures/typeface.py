"""The one typeface of figures: Noto Sans SC Regular (OFL), used by path, never registered globally.

The font file comes with the package ``pylopdf-fonts-zh-cn`` (data only, no dependencies). It holds Latin
letters too, so one file sets both languages and a figure looks alike on every machine.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.messages import tell

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

INCH = 72.0
_NO_START = set("，。、；：？！）》」』】”’…％%,.;:?!)]}")
_NO_END = set("（《「『【“‘([{")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_TOKEN = re.compile(r"\s+|[^\s\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]+|.")


@lru_cache(maxsize=1)
def font_path() -> str:
    """Path of the font file inside the installed font package."""
    from pylopdf_fonts_zh_cn import sans_path

    return str(sans_path())


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import get_font

    return frozenset(get_font(font_path()).get_charmap())


def font(size: float) -> FontProperties:
    """Font properties of the typeface at a size in points."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=font_path(), size=size)


def clean(text: object) -> str:
    """Text on one line, checked to have a glyph for every character.

    Raises
    ------
    LiteracyError
        ``report.input`` where a character has no glyph in the typeface.
    """
    line = " ".join(str(text).split())
    if not _CHINESE.search(line):  # the typeface sets curly quotes as wide as a Chinese character
        line = line.translate(_STRAIGHT)
    lacking = sorted({c for c in line if ord(c) not in _glyphs()})
    if lacking:
        shown = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in lacking[:5])
        raise LiteracyError(
            "report.input",
            where=tell("label {!r}", line[:40]),
            what=tell("the typeface of figures has no glyph for {}", shown),
            fix="write the label with Chinese or Latin characters",
        )
    return line


@lru_cache(maxsize=8192)
def width(text: str, size: float) -> float:
    """Width in inches of one line of text at a size in points."""
    if not text:
        return 0.0
    from matplotlib.textpath import text_to_path

    wide, _, _ = text_to_path.get_text_width_height_descent(text, _measured(size), ismath=False)
    return float(wide) / INCH


_measured = lru_cache(maxsize=64)(font)


@lru_cache(maxsize=1)
def _advances() -> FT2Font:
    """The typeface at 100 units to the em, for advances of single characters."""
    from matplotlib.ft2font import FT2Font

    face = FT2Font(font_path())
    face.set_size(100, INCH)
    return face


@lru_cache(maxsize=8192)
def _advance(char: str) -> float:
    """How far a character moves the pen, in parts of the em."""
    return float(_advances().load_char(ord(char)).linearHoriAdvance) / 65536 / 100


def fits(text: str, room: float, size: float) -> bool:
    """Whether one line of text is no wider than ``room`` inches; measured exactly only where it is close."""
    em = size / INCH
    about = sum(map(_advance, text)) * em
    near = 2 * em + 0.03 * about
    return about < room if abs(about - room) > near else width(text, size) <= room


def widest(texts: list[str], size: float) -> float:
    """Width in inches of the widest of some lines; 0 for none."""
    return max((width(t, size) for t in texts), default=0.0)


def _tokens(text: str) -> list[str]:
    """Pieces between which a line may break: words, single Chinese characters, spaces."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        glue = pieces and (token[0] in _NO_START or pieces[-1][-1] in _NO_END) and not token.isspace()
        if glue and not pieces[-1].isspace():
            pieces[-1] += token
        else:
            pieces.append(" " if token.isspace() else token)
    return pieces


def _split(token: str, room: float, size: float) -> list[str]:
    """A token, cut into pieces that fit where it is too wide for any line."""
    if fits(token, room, size):
        return [token]
    parts, piece = [], ""
    for char in token:
        if piece and not fits(piece + char, room, size):
            parts.append(piece)
            piece = ""
        piece += char
    return [*parts, piece]


def wrap(text: object, room: float, size: float, lines: int = 99) -> list[str]:
    """Break text into lines no wider than ``room`` inches, Chinese and English alike.

    A text that needs more than ``lines`` lines ends in an ellipsis.
    """
    pieces = [p for token in _tokens(clean(text)) for p in _split(token, room, size)]
    out, line = [], ""
    for piece in pieces:
        if line and not fits((line + piece).rstrip(), room, size):
            out.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
    out.append(line.rstrip())
    if len(out) > lines:
        last = out[lines - 1]
        while last and not fits(last + "…", room, size):
            last = last[:-1]
        out = [*out[: lines - 1], last.rstrip() + "…"]
    return out
