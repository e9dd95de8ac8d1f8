"""Detection of text encodings, Chinese ones in particular: declared, or guessed with a note."""

from __future__ import annotations

import codecs
import re

from literacy._nearest import nearest_words
from literacy.errors import LiteracyError
from literacy.messages import mark, tell

HIGH = re.compile(rb"[\x80-\xff]+")
_FOUR = re.compile(rb"(?:[\x81-\xfe][0-9]){2}")
_BESIDE = re.compile(rb"[A-Za-z][\x80-\xff]{1,2}|(?<![\x80-\xff])[\x80-\xff]{1,2}[A-Za-z]")
_BIG5_PAIR = re.compile(rb"[\xa1-\xf9][\x40-\x7e\xa1-\xfe]")
_WESTERN_SIGNS = frozenset(
    b"\x80\x85\x91\x92\x93\x94\x96\x97\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xa0\xa7\xaa\xab\xb0\xba\xbb"
)
_CYRILLIC_SIGNS = frozenset(b"\xa8\xb8\xaa\xaf\xba\xbf\xb2\xb3\xa3\xbc\xb9\xab\xbb\x96\x97")
_CUT = (mark("unexpected end of data"), "incomplete multibyte sequence")
_CYRILLIC = re.compile(r"(windows-?|cp)1251$|koi8|iso-?8859-?5$|cp866$", re.IGNORECASE)
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
    """Return the Python codec for the name of an encoding ("" if unknown); all of the GB family map to GB18030."""
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
    """Return the name by which all readers know a user-specified encoding; all of the GB family map to GB18030.

    Raises
    ------
    LiteracyError
        ``io.encoding`` if there is no such encoding; the message suggests similar names.
    """
    codec = python_codec(name.strip())
    if codec and getattr(codecs.lookup(codec), "_is_text_encoding", True) and codec not in _NO_ENCODING:
        return _LIBRARY.get(codec, "ISO-" + codec[3:] if codec.startswith("iso8859") else codec.upper())
    near = nearest_words(name.strip(), _SHOWN, count=3, cutoff=0.5)
    found = [n for n in _SHOWN if n in near]
    raise LiteracyError(
        "io.encoding",
        where=tell("encoding {!r}", name),
        what=tell("there is no encoding with that name")
        + (tell("; did you mean {}?", tell(" or ").join(found)) if found else ""),
        fix=tell(
            "give one such as {}, or omit it: it is usually found from the bytes", ", ".join(_SHOWN[:6])
        ),
    )


def is_single_byte(name: str) -> bool:
    """Return whether an encoding is undeclared or single-byte, so that Chinese bytes decode without error."""
    return not name or (bool(_SINGLE.match(name.strip())) and python_codec(name) != "gb18030")


def is_chinese(sample: bytes, declared: str = "") -> bool:
    """Return whether bytes appear to be GB-encoded Chinese: pairs of high bytes, mostly common characters.

    In Western text, high bytes are isolated. Cyrillic text has runs of high bytes, with capitals even in the rows of
    common Chinese characters, but hardly any of them below 0xC0, whereas about a third of the high bytes of Chinese
    text are.
    """
    bare, wide = _FOUR.subn(b"", sample)
    pairs = common = 2 * wide
    single = low = 0
    for run in HIGH.findall(bare):
        if len(run) % 2:
            single += 1
        for first, second in zip(run[0:-1:2], run[1::2], strict=False):
            pairs += 1
            common += 0xB0 <= first <= 0xD7 or 0xA1 <= first <= 0xA3
            low += (first < 0xC0) + (second < 0xC0)
    if (pairs >= 6 or _CYRILLIC.match(declared)) and not wide and low < 0.2 * pairs:
        return False
    return pairs >= 1 and common >= 0.8 * pairs and single <= 0.2 * pairs


def is_western(sample: bytes) -> bool:
    """Return whether high bytes are accented Western letters: one or two at a time, next to ASCII letters."""
    runs = HIGH.findall(sample)
    letters = sum(1 for run in runs if len(run) <= 2 and all(b >= 0xC0 or b in _WESTERN_SIGNS for b in run))
    beside = len(_BESIDE.findall(sample))
    return bool(runs) and letters >= 0.9 * len(runs) and beside >= 0.5 * len(runs)


def is_cyrillic(sample: bytes) -> bool:
    """Return whether high bytes are Cyrillic words in windows-1251."""
    runs = HIGH.findall(sample)
    data = b"".join(runs)
    letters = sum(b >= 0xC0 or b in _CYRILLIC_SIGNS for b in data)
    return len(set(data)) >= 5 and letters >= 0.95 * len(data) and len(data) >= 3 * len(runs)


def is_big5(sample: bytes) -> bool:
    """Return whether bytes are Big5: mostly common characters, with many second bytes in the ASCII range."""
    try:
        sample.decode("big5")
    except UnicodeDecodeError:
        return False
    pairs = _BIG5_PAIR.findall(sample)
    common = sum(0xA4 <= pair[0] <= 0xC6 or pair[0] == 0xA1 for pair in pairs)
    plain = sum(pair[1] < 0x80 for pair in pairs)
    return len(pairs) >= 2 and common >= 0.9 * len(pairs) and 0.15 * len(pairs) <= plain <= 0.8 * len(pairs)


def unmarked_wide(head: bytes) -> str:
    """Return the codec of UTF-16 text without a byte order mark ("" if it is not), from the positions of its zeros."""
    half = len(head) // 2
    for codec, zeros, others in (
        ("utf-16-le", head[1::2], head[0::2]),
        ("utf-16-be", head[0::2], head[1::2]),
    ):
        if half >= 8 and zeros.count(0) >= half / 5 and not others.count(0):
            text = head[: 2 * half].decode(codec, "replace")
            if "\n" in text and text[:-1].count("\ufffd") == 0:
                return codec
    return ""


def guess_encoding(sample: bytes, declared: str) -> tuple[str, str]:
    """Return the encoding to use and a note with the reason (both "" if the declaration is to be used).

    Parameters
    ----------
    sample : bytes
        Raw texts of the file, one per line; the last character of a line may be incomplete.
    declared : str
        Encoding declared by the file, "" if none.
    """
    if not HIGH.search(sample):
        return "", ""
    declaration = tell("declares {}", declared) if declared else tell("declares no encoding")
    codec = python_codec(declared) if declared else ""
    if codec and not is_single_byte(declared) and _share(sample, codec) > 0.5:
        return "", ""
    for name in ("UTF-8", "GB18030"):
        if _share(sample, name) > 0.9 and (name == "UTF-8" or is_chinese(sample, declared)):
            return name, tell("texts read as {}: the file {}, and its bytes are {}", name, declaration, name)
    return "", ""


def _share(sample: bytes, codec: str) -> float:
    """Return the proportion of lines with high bytes that a codec can decode."""
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    return sum(can_read(line, codec) for line in lines) / len(lines) if lines else 1.0


def can_read(raw: bytes, codec: str) -> bool:
    """Return whether a codec can decode a text, ignoring an incomplete last character."""
    try:
        decode_cell(raw, codec)
    except UnicodeDecodeError:
        return False
    return True


def decode_cell(raw: bytes, codec: str) -> str:
    """Decode a text cell; a last character truncated by the fixed width of the column is dropped."""
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 3 or error.reason not in _CUT:
            raise
        return raw[: error.start].decode(codec)
