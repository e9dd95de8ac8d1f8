"""The words in which files say don't know, skipped, yes and no, and how texts are compared."""

from __future__ import annotations

import re
import unicodedata

_PUNCTUATION = re.compile(r"[\s\W_]+", re.UNICODE)
_PREFIX = re.compile(r"^\s*[(\[【]?\s*([A-Za-z]|\d{1,2})\s*[.、)\]】:]\s*(?=\S)")
_TAG = re.compile(r"^\.?([a-z])\s*:\s*", re.IGNORECASE)

TRUE_WORDS = frozenset({"对", "正确", "是", "真", "true", "yes", "right", "correct", "t", "y", "√", "✓"})
FALSE_WORDS = frozenset(
    {"错", "错误", "不对", "不正确", "否", "假", "false", "no", "wrong", "incorrect", "f", "n", "×", "✗"}
)
TICKED = frozenset({"1", "是", "选中", "已选", "true", "yes", "y", "x", "√", "✓", "checked", "selected"})
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
    }
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
    return (
        " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())
        .replace("’", "'")
        .replace("‘", "'")
    )


def skeleton(text: object) -> str:
    """Letters and digits of a text only, for comparing question and option texts."""
    plain = squeeze(text)
    return _PUNCTUATION.sub("", plain) or plain


def strip_prefix(text: str) -> str:
    """A text without ``A.``, ``(1)`` or ``B、`` before it."""
    return _PREFIX.sub("", unicodedata.normalize("NFKC", text), count=1).strip()


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
