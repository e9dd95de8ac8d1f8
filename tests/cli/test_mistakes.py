"""What beginners do wrong is told in words, in their language, with what to do; and every mistake is on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.mistakes import MISTAKES, Mistake, office, tell
from tests.conftest import ROOT

NAMES = re.compile(
    r"\[[a-z_.]+\]|`[^`]*`|literacy( [a-z]+)*|--?[a-z][a-z-]*|'[^']*'|“[^”]*”|\b[a-z_0-9]+(, [a-z_0-9]+)+"
)
"""Codes of errors, commands, options, what is quoted, and lists of names."""
WORDS = re.compile(
    r"[A-Za-z]{2,} [a-z]{2,}|\b(is|are|not|no|the|and|or|of|none|missing|fix|error|row|line|column)\b"
)


@pytest.fixture(scope="module")
def desk() -> Iterator[Path]:
    with office() as folder:
        yield folder


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.en.replace(" ", "_"))
def test_a_mistake_is_told_in_the_readers_language(mistake: Mistake, desk: Path) -> None:
    code, said = tell(mistake, "zh")
    if mistake.code == "note":
        assert code == 0 and said
    elif mistake.code == "usage":
        assert code == 2 and "错误" in said
    else:
        assert code == 1 and f"[{mistake.code}]" in said, said
        assert said.count("处理办法：") == 1 and "Traceback" not in said
    assert not WORDS.search(NAMES.sub("", said)), said


def test_the_check_would_find_english() -> None:
    assert WORDS.search(NAMES.sub("", "错误 a.csv：the file is empty"))


def test_every_mistake_is_on_the_pages() -> None:
    for name, lang in (("mistakes.md", "en"), ("mistakes.zh.md", "zh")):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for mistake in MISTAKES:
            assert f"literacy {mistake.command}\n" in text, mistake.command
            title = mistake.zh if lang == "zh" else mistake.en[0].upper() + mistake.en[1:]
            assert f". {title}\n" in text, title
    assert len(MISTAKES) >= 75
