"""Detection and removal of data that identify people, in columns and in texts."""

from literacy.privacy.glimpses import Glimpses
from literacy.privacy.names import is_code
from literacy.privacy.privacy import (
    clean_column,
    find_personal,
    has_personal_numbers,
    name_personal,
    note_cleaned,
    personal_content,
)

__all__ = [
    "Glimpses",
    "clean_column",
    "find_personal",
    "has_personal_numbers",
    "is_code",
    "name_personal",
    "note_cleaned",
    "personal_content",
]
