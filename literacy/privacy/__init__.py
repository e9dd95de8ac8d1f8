"""Which columns and texts identify people."""

from literacy.privacy.privacy import (
    clean_column,
    find_personal,
    name_personal,
    personal_content,
    told_cleaned,
)

__all__ = [
    "clean_column",
    "find_personal",
    "name_personal",
    "personal_content",
    "told_cleaned",
]
