"""The reader's language: given on the command line, otherwise by the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

LANGUAGES = ("en", "zh")
VARIABLE = "LITERACY_LANG"
_ASKED = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """``zh`` or ``en``: the first of LITERACY_LANG, LC_ALL, LC_MESSAGES and LANG that specifies a language.

    The word counts even where that locale is not installed. C, POSIX and every other language mean English, and so
    does nothing at all.
    """
    for name in _ASKED:
        if word := os.environ.get(name):
            return "zh" if word.casefold().startswith(("zh", "chinese")) else "en"
    return "en"


@contextmanager
def speak(lang: str) -> Iterator[None]:
    """Messages in *lang*, here and in the processes that are started, until the block ends.

    ``LANGUAGE`` is what the standard library's gettext asks first; the words of the command line's library come by it.
    """
    before = {name: os.environ.get(name) for name in (VARIABLE, "LANGUAGE")}
    os.environ.update({VARIABLE: lang, "LANGUAGE": lang})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
