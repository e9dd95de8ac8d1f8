"""In which encoding bytes are Chinese: declared, guessed, and said so."""

from __future__ import annotations

import codecs
import difflib
import re

from literacy.errors import LiteracyError

_HIGH = re.compile(rb"[\x80-\xff]+")
_GB = frozenset(
    {"gbk", "gb2312", "euccn", "cp936", "windows936", "ms936", "gb18030", "xgbk", "chinese", "936", "hz"}
)
_NO_ENCODING = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "charmap", "mbcs", "oem"}
)
_SINGLE = re.compile(
    r"^(windows-?125\d|cp125\d|iso-?8859-?\d+|latin-?\d|us-?ascii|ascii|macroman|cp\d{3})$", re.IGNORECASE
)


def python_codec(name: str) -> str:
    """Name of the codec for an encoding a file names ("" if there is none); all of the GB family are GB18030."""
    bare = re.sub(r"[^a-z0-9]", "", name.casefold())
    if bare in _GB:
        return "gb18030"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


_LIBRARY = {
    "utf-8-sig": "UTF-8", "mac-roman": "MACINTOSH", "big5hkscs": "BIG5-HKSCS", "euc_kr": "EUC-KR", "euc_jp": "EUC-JP",
    "shift_jis": "SHIFT_JIS",
}  # fmt: skip
_SHOWN = (
    "UTF-8", "GB18030", "GBK", "GB2312", "CP936", "Big5", "UTF-16", "windows-1251", "windows-1252", "ISO-8859-1",
    "KOI8-R", "Shift_JIS", "EUC-KR",
)  # fmt: skip


def check_encoding(name: str) -> str:
    """The encoding a person names, by the name all readers know it by; all of the GB family are GB18030.

    Raises
    ------
    LiteracyError
        ``io.encoding`` naming the nearest ones, where there is none of that name.
    """
    codec = python_codec(name.strip())
    if codec and getattr(codecs.lookup(codec), "_is_text_encoding", True) and codec not in _NO_ENCODING:
        return _LIBRARY.get(codec, "ISO-" + codec[3:] if codec.startswith("iso8859") else codec.upper())
    near = difflib.get_close_matches(name.strip().upper(), [n.upper() for n in _SHOWN], n=3, cutoff=0.5)
    found = [n for n in _SHOWN if n.upper() in near]
    raise LiteracyError(
        "io.encoding",
        where=f"encoding {name!r}",
        what="there is no encoding of that name" + (f"; did you mean {' or '.join(found)}?" if found else ""),
        mend=f"name one such as {', '.join(_SHOWN[:6])}, or leave it out: the bytes mostly tell",
    )


def is_single_byte(name: str) -> bool:
    """Whether an encoding is one of the western single-byte ones, in which any Chinese bytes seem readable."""
    return not name or (bool(_SINGLE.match(name.strip())) and python_codec(name) != "gb18030")


def is_chinese(sample: bytes) -> bool:
    """Whether bytes are, to all appearances, Chinese of the GB family: pairs of high bytes, common characters.

    Western text has its high bytes alone; Cyrillic has runs of them, but outside the common characters' rows.
    """
    pairs = common = single = 0
    for run in _HIGH.findall(sample):
        if len(run) % 2:
            single += 1
        for first in run[0 : len(run) - len(run) % 2 : 2]:
            pairs += 1
            common += 0xB0 <= first <= 0xD7 or 0xA1 <= first <= 0xA3
    return pairs >= 1 and common >= 0.8 * pairs and single <= 0.2 * pairs


def guess_encoding(sample: bytes, declared: str) -> tuple[str, str]:
    """Encoding to read with, and the sentence that says why ("" and "" where the declaration stands).

    Parameters
    ----------
    sample : bytes
        Raw texts of the file.
    declared : str
        What the file says, "" where it says nothing.
    """
    if not _HIGH.search(sample):
        return "", ""
    said = f"declares {declared}" if declared else "declares no encoding"
    codec = python_codec(declared) if declared else ""
    if codec and not is_single_byte(declared):
        try:
            sample.decode(codec)
        except UnicodeDecodeError as error:
            if error.end < len(sample) - 4:
                return _other(sample, said)
        return "", ""
    return _other(sample, said)


def _other(sample: bytes, said: str) -> tuple[str, str]:
    for name in ("UTF-8", "GB18030"):
        try:
            sample.decode(name)
        except UnicodeDecodeError as error:
            if error.end < len(sample) - 4:
                continue
        if name == "UTF-8" or is_chinese(sample):
            return name, f"texts read as {name}: the file {said}, and its bytes are {name}"
    return "", ""


def decode_cell(raw: bytes, codec: str) -> str:
    """One text cell; a last character the fixed width cut in two is dropped."""
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 3:
            raise
        return raw[: error.start].decode(codec)
