"""The words in which files say don't know, skipped, yes and no, and how texts are compared."""

from __future__ import annotations

import html
import re
import unicodedata

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
_TAG = re.compile(r"^\.?([a-z])\s*:\s*", re.IGNORECASE)

TRUE_WORDS = frozenset(
    {"对", "正确", "是", "真", "true", "yes", "right", "correct", "t", "y", "√", "✓", "✔", "☑"}
)
FALSE_WORDS = frozenset(
    {
        "错",
        "错误",
        "不对",
        "不正确",
        "否",
        "假",
        "false",
        "no",
        "wrong",
        "incorrect",
        "f",
        "n",
        "×",
        "✗",
        "✕",
        "✖",
        "╳",
    }
)
TICKED = frozenset(
    {
        "1",
        "是",
        "选中",
        "已选",
        "true",
        "yes",
        "y",
        "x",
        "√",
        "✓",
        "✔",
        "☑",
        "对",
        "勾选",
        "已勾选",
        "checked",
        "selected",
    }
)
UNTICKED = frozenset(
    {
        "0",
        "否",
        "未选中",
        "未选",
        "不选",
        "false",
        "no",
        "n",
        "",
        "unchecked",
        "not selected",
        "notselected",
        "not checked",
        "notchecked",
        "未选择",
        "没选",
        "没有选",
        "未勾选",
        "没有",
        "无",
        "不是",
        "错",
        "×",
        "✗",
        "✕",
        "✖",
        "-",
        "/",
    }
)
_OTHER = re.compile(
    r"^(其他|其它|别的|另外|另有|other\b|others\b|something else)|请注明|请说明|请填写|please specify|_{2,}",
    re.IGNORECASE,
)

_KINDS: dict[str, tuple[str, ...]] = {
    "dont_know": (
        "不知道", "不清楚", "说不清", "说不好", "不确定", "不了解", "don't know", "dont know",
        "do not know", "dk", "not sure", "unsure",
        "can't choose", "cannot choose", "can't say", "do not know/cannot choose",
        "don't know/can't choose", "no opinion",
    ),
    "refused": ("拒答", "拒绝回答", "拒绝", "不愿回答", "refused", "refusal", "refuse",
    "prefer not to say", "rf"),
    "skipped": (
        "跳答", "未答", "漏答", "未回答", "未作答", "没有回答", "无回答", "缺失", "空", "(空)",
        "no answer", "not answered", "skipped", "skip",
        "skipped on web", "missing", "left blank", "blank", "na/refused", "system missing",
    ),
    "not_asked": (
        "未问", "没有问", "未询问", "not asked", "not available in this release",
        "not available in this year", "not in this wave",
        "question not asked",
    ),
    "not_applicable": (
        "不适用", "(跳过)", "跳过", "inapplicable", "not applicable", "iap", "inap", "n/a",
    ),
}  # fmt: skip


def squeeze(text: object) -> str:
    """One spelling of a text: half width, lower case, single blanks, no blanks at the ends."""
    plain = unicodedata.normalize("NFKC", str(text).translate(_HIDDEN)).casefold()
    return " ".join(plain.split()).replace("’", "'").replace("‘", "'").replace("\u2212", "-")


def tidy(text: str) -> str:
    """A text without the traces of a web page: entities, tags, characters nobody sees; ``①`` as ``(1)``."""
    plain = html.unescape(html.unescape(text)) if "&" in text else text
    if "<" in plain:
        plain = _MARKUP.sub("", _BREAKS.sub(" ", plain))
    return _CIRCLED.sub(r"(\1)", plain.translate(_HIDDEN), count=1).strip()


def skeleton(text: object) -> str:
    """Letters and digits of a text only, for comparing question and option texts; digits that were apart stay so."""
    plain = squeeze(text)
    return _PUNCTUATION.sub("", _APART.sub(_SEAM, _THOUSANDS.sub("", plain))) or plain


def strip_prefix(text: str) -> str:
    """A text without ``A.``, ``(1)``, ``①`` or ``B、`` before it; ``2.5`` and ``8:30`` are no such thing."""
    text = _CIRCLED.sub(r"(\1)", text, count=1)
    return _PREFIX.sub("", unicodedata.normalize("NFKC", text), count=1).strip()


def is_circled(text: str) -> bool:
    """Whether a text begins with ``①``, which can only be the number of an option."""
    return _CIRCLED.match(text.translate(_HIDDEN)) is not None


def is_other(text: str) -> bool:
    """Whether an option asks for a text of the person's own: 其他, other, 请注明."""
    return _OTHER.search(strip_prefix(text)) is not None


_BY_TEXT = {skeleton(word): kind for kind, words in _KINDS.items() for word in words}


def missing_kind(text: object) -> str:
    """Kind of missing a label names ("" if it names none); a leading ``.d:`` or ``.i:`` is no part of it."""
    plain = squeeze(text)
    for candidate in (plain, _TAG.sub("", plain), strip_prefix(plain)):
        kind = _BY_TEXT.get(skeleton(candidate))
        if kind:
            return kind
    return ""


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
