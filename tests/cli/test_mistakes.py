"""What beginners do wrong is told in words, in their language, with what to do; and every mistake is on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.mistakes import HEADS, MISTAKES, Mistake, entry, office, tell
from tests.conftest import ROOT

NAMES = re.compile(
    r"\[[a-z_.]+\]|`[^`]*`|literacy( [a-z]+)*|--?[a-z][a-z-]*|'[^']*'|“[^”]*”|\b[a-z_0-9]+(, [a-z_0-9]+)+"
)
"""Codes of errors, commands, options, what is quoted, and lists of names."""
WORDS = re.compile(
    r"[A-Za-z]{2,} [a-z]{2,}|\b(is|are|not|no|the|and|or|of|none|missing|fix|error|row|line|column)\b"
)


PAGES = {
    lang: (ROOT / "docs" / name).read_text(encoding="utf-8")
    for lang, name in (("en", "mistakes.md"), ("zh", "mistakes.zh.md"))
}
REWRITE = "rewrite the pages: python -m tests.cli.mistakes"


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


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.en.replace(" ", "_"))
def test_the_pages_say_what_the_program_says(mistake: Mistake, desk: Path) -> None:
    for lang, text in PAGES.items():
        assert f"\n\n{entry(mistake, lang, *tell(mistake, lang))}\n" in text, REWRITE


def test_the_pages_hold_every_mistake_and_nothing_else() -> None:
    for lang, text in PAGES.items():
        title, other, lead = HEADS[lang]
        assert text.startswith(f"# {title}\n\n{other}\n\n{lead}\n\n## 1. "), REWRITE
        assert text.count("\n## ") == len(MISTAKES), REWRITE
    assert len(MISTAKES) >= 75
