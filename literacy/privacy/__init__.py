"""Which columns and texts identify people."""

from literacy.privacy.privacy import find_personal, name_personal, personal_content

__all__ = [
    "find_personal",
    "name_personal",
    "personal_content",
]
