"""Detection and removal of data that identify people, in columns and in texts."""

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
