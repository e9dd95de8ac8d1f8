"""Looks a text up in the compiled catalogue and fills its values in."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from literacy.messages.languages import language

if TYPE_CHECKING:
    from gettext import NullTranslations

PLACE = Path(__file__).parent
"""Folder of the catalogues, as gettext wants it: ``<language>/LC_MESSAGES/messages.mo``."""
COLUMN = "column"
"""Context of the heads of tables."""
VALUE = "value"
"""Context of coded words in tables."""


@functools.cache
def _open(lang: str) -> NullTranslations:
    import gettext

    return gettext.translation("messages", PLACE, [lang], fallback=True)


def tell(template: str, *values: object) -> str:
    """*template* in the reader's language, with the values filled in as :meth:`str.format` does.

    Without values the text is looked up as it stands, braces and all. A text the catalogue does not hold stays as it
    is. A translation may put the values in another order: ``{1}`` is the second of them.

    Examples
    --------
    >>> tell("{:,} rows", 1200)
    '1,200 rows'
    """
    lang = language()
    if lang != "en" and template:
        template = _open(lang).gettext(template)
    return template.format(*values) if values else template


def tell_column(name: str, lang: str = "") -> str:
    """Head of a column of a table, as readers call it; the name itself where the catalogue has none."""
    return _open(lang or language()).pgettext(COLUMN, name)


def tell_value(word: str, lang: str = "") -> str:
    """A coded word of a table in words; the word itself where the catalogue has none."""
    return _open(lang or language()).pgettext(VALUE, word)


def mark(text: str) -> str:
    """The text as it is: it stands in the catalogue, and is looked up where it is shown."""
    return text
