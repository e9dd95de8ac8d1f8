"""Which columns and texts identify people."""

from literacy.privacy.privacy import (
    clean_column,
    find_personal,
    name_personal,
    note_cleaned,
    personal_content,
)

__all__ = [
    "clean_column",
    "find_personal",
    "name_personal",
    "note_cleaned",
    "personal_content",
]
