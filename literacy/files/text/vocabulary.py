"""Words used in data files for don't know, skipped, yes, no and the like."""

from __future__ import annotations

import re

from literacy.files.text.spelling import skeleton, squeeze, strip_prefix

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


def is_other(text: str) -> bool:
    """Return whether an option asks for an open-ended text: 其他, other, 请注明."""
    return _OTHER.search(strip_prefix(text)) is not None


_BY_TEXT = {skeleton(word): kind for kind, words in _KINDS.items() for word in words}


def missing_kind(text: object) -> str:
    """Return the kind of missing value a label denotes ("" if none), ignoring a prefix such as ``.d:`` or ``.i:``."""
    plain = squeeze(text)
    for candidate in (plain, _TAG.sub("", plain), strip_prefix(plain)):
        kind = _BY_TEXT.get(skeleton(candidate))
        if kind:
            return kind
    return ""
