"""Messages in the user's language, from one catalogue that is keyed by the English text.

The English text in the code is the key; ``zh/LC_MESSAGES/messages.po`` holds the Chinese translations, and the compiled
``messages.mo`` is the file that is read (``make messages`` compiles it). Values are inserted into the template after
the lookup, so that numbers and names are not part of the translated text::

    tell("{} rows of {}", 3, "a.csv")
"""

from literacy.messages.catalogue import PLACE, mark, tell, tell_column, tell_value
from literacy.messages.languages import LANGUAGES, VARIABLE, language, speak

__all__ = ["LANGUAGES", "PLACE", "VARIABLE", "language", "mark", "speak", "tell", "tell_column", "tell_value"]
