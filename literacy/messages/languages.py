"""The user's language, set on the command line or by the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

LANGUAGES = ("en", "zh")
VARIABLE = "LITERACY_LANG"
_ASKED = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """Return ``zh`` or ``en`` from the first of LITERACY_LANG, LC_ALL, LC_MESSAGES and LANG that is set.

    The locale need not be installed. C, POSIX and all other languages mean English, as does the absence of any setting.
    """
    for name in _ASKED:
        if word := os.environ.get(name):
            return "zh" if word.casefold().startswith(("zh", "chinese")) else "en"
    return "en"


@contextmanager
def speak(lang: str) -> Iterator[None]:
    """Give messages in *lang*, in this process and its child processes, until the block ends.

    ``LANGUAGE`` is set too: the standard library's gettext reads it first, and the command-line library uses gettext.
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
