"""Detection and removal of data that identify people, in columns and in texts."""

from literacy.privacy.glimpses import Glimpses
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
    "name_personal",
    "note_cleaned",
    "personal_content",
]
