"""Lookup of texts in the compiled catalogue, with values inserted."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from literacy.messages.languages import language

if TYPE_CHECKING:
    from gettext import NullTranslations

PLACE = Path(__file__).parent
"""Folder of the catalogues, in the layout gettext expects: ``<language>/LC_MESSAGES/messages.mo``."""
COLUMN = "column"
"""Context of column headings."""
VALUE = "value"
"""Context of coded words in tables."""


@functools.cache
def _open(lang: str) -> NullTranslations:
    import gettext

    return gettext.translation("messages", PLACE, [lang], fallback=True)


def tell(template: str, *values: object) -> str:
    """Return *template* in the user's language, with the values inserted as by :meth:`str.format`.

    Without values the text is translated but not formatted, so that braces are kept. A text that is not in the
    catalogue is left in English. A translation may reorder the values: ``{1}`` is the second of them.

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
    """Return the displayed heading of a table column; the name itself if the catalogue has none."""
    return _open(lang or language()).pgettext(COLUMN, name)


def tell_value(word: str, lang: str = "") -> str:
    """Return the displayed text of a coded word in a table; the word itself if the catalogue has none."""
    return _open(lang or language()).pgettext(VALUE, word)


def mark(text: str) -> str:
    """Mark a text for translation and return it unchanged; it is translated where it is displayed."""
    return text
