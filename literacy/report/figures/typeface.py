"""The typeface of all figures: Noto Sans SC Regular (OFL), loaded by path and never registered globally.

The font file is provided by the package ``pylopdf-fonts-zh-cn`` (data only, no dependencies). It also contains Latin
letters, so one file serves both languages and figures look the same on every machine.
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
    """Return the path of the font file in the installed font package."""
    from pylopdf_fonts_zh_cn import sans_path

    return str(sans_path())


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import get_font

    return frozenset(get_font(font_path()).get_charmap())


def font(size: float) -> FontProperties:
    """Return font properties of the typeface at a given size in points."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=font_path(), size=size)


def clean(text: object) -> str:
    """Return text on one line, after checking that the typeface has a glyph for every character.

    Raises
    ------
    LiteracyError
        ``report.input`` if a character has no glyph in the typeface.
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
    """Return the width in inches of one line of text at a given size in points."""
    if not text:
        return 0.0
    from matplotlib.textpath import text_to_path

    wide, _, _ = text_to_path.get_text_width_height_descent(text, _measured(size), ismath=False)
    return float(wide) / INCH


_measured = lru_cache(maxsize=64)(font)


@lru_cache(maxsize=1)
def _advances() -> FT2Font:
    """Return the typeface at 100 units per em, used for the advance widths of single characters."""
    from matplotlib.ft2font import FT2Font

    face = FT2Font(font_path())
    face.set_size(100, INCH)
    return face


@lru_cache(maxsize=8192)
def _advance(char: str) -> float:
    """Return the advance width of a character as a fraction of the em."""
    return float(_advances().load_char(ord(char)).linearHoriAdvance) / 65536 / 100


def fits(text: str, room: float, size: float) -> bool:
    """Return whether one line of text fits within ``room`` inches; measured exactly only in borderline cases."""
    em = size / INCH
    about = sum(map(_advance, text)) * em
    near = 2 * em + 0.03 * about
    return about < room if abs(about - room) > near else width(text, size) <= room


def widest(texts: list[str], size: float) -> float:
    """Return the width in inches of the widest line; 0 if there are none."""
    return max((width(t, size) for t in texts), default=0.0)


def _tokens(text: str) -> list[str]:
    """Split text into pieces between which a line may break: words, single Chinese characters and spaces."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        glue = pieces and (token[0] in _NO_START or pieces[-1][-1] in _NO_END) and not token.isspace()
        if glue and not pieces[-1].isspace():
            pieces[-1] += token
        else:
            pieces.append(" " if token.isspace() else token)
    return pieces


def _split(token: str, room: float, size: float) -> list[str]:
    """Return a token as a list of pieces, split where it is too wide for a single line."""
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
    """Break Chinese or English text into lines no wider than ``room`` inches.

    Text that needs more than ``lines`` lines is truncated and ends in an ellipsis.
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
