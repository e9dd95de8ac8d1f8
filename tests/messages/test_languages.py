"""The reader's language: the command line, LITERACY_LANG, LC_ALL, LC_MESSAGES, LANG, in that order."""

from __future__ import annotations

import os
import re

import pytest
from click.testing import CliRunner

from literacy.cli import main
from literacy.cli.help_texts import requested_language, wrap_text
from literacy.messages import language, speak
from tests.messages.extraction import commands

ASKED = ("LITERACY_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.GB18030"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "POSIX"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LC_ALL": "C", "LITERACY_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LITERACY_LANG": "en"}, "en"),
    ],
)
def test_the_first_that_says_something_counts(
    given: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_speaking_leaves_the_environment_as_it_was() -> None:
    before = dict(os.environ)
    with speak("zh"):
        assert language() == "zh"
    assert dict(os.environ) == before


def test_the_command_line_names_a_language() -> None:
    assert requested_language(["estimate", "--lang", "zh", "a.sav"], main) == "zh"
    assert requested_language(["score", "a.sav", "--lang=zh"], main) == "zh"
    assert requested_language(["--lang=en", "score", "--lang", "zh"], main) == "en"
    assert requested_language(["score", "--lang", "fr"], main) is None
    assert requested_language(["score", "--", "--lang", "zh"], main) is None


def test_the_language_of_figures_and_sheets_is_not_that_of_words() -> None:
    for words in (["report", "2025", "--lang", "zh"], ["survey", "new", "x", "--lang", "zh"]):
        assert requested_language(words, main) is None
        assert requested_language(["--lang", "zh", *words], main) == "zh"


def test_chinese_is_wrapped_as_a_terminal_shows_it() -> None:
    told = wrap_text("按总体数给“文件”加权：写出的数据含 base_weight、weight 和 weighting 列。", 20)
    assert all(sum(2 if ord(c) > 0x2000 else 1 for c in line) <= 22 for line in told.split("\n"))
    assert not any(line[0] in "，。：、”" for line in told.split("\n"))


def test_help_of_every_command_is_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """No English word but names: commands, options and what an option may be."""
    monkeypatch.setenv("LITERACY_LANG", "zh")
    with speak("zh"):
        for name, _ in commands(main):
            words = name.split()[1:]
            text = CliRunner().invoke(main, [*words, "--help"]).stdout
            plain = re.sub(
                r"^ +literacy .*|--?[a-z][a-z-]*|\[[^\]]*\]|'[^']*'|literacy( [a-z]+)*", "", text, flags=re.M
            )
            found = re.findall(r"\b(?:the|of|an|is|and|or|to|for|with|from|default|Options|Usage)\b", plain)
            assert not found, (name, found, text)
            assert re.search("[\u4e00-\u9fff]", text), name
