"""Messages in the reader's language: one catalogue, looked up by the English text.

The English text in the code is the key; ``zh/LC_MESSAGES/messages.po`` holds the Chinese, ``messages.mo`` is what is
read (``make messages`` compiles it). Values are filled into the template after it was looked up, so numbers and names
stay data::

    tell("{} rows of {}", 3, "a.csv")
"""

from literacy.messages.catalogue import PLACE, mark, tell, tell_column, tell_value
from literacy.messages.languages import LANGUAGES, VARIABLE, language, speak

__all__ = ["LANGUAGES", "PLACE", "VARIABLE", "language", "mark", "speak", "tell", "tell_column", "tell_value"]
