"""Quality of the answers: what looks wrong, and why; nothing is ever deleted here."""

from literacy.quality.page import format_page
from literacy.quality.review import Quality, check_quality, exclude_flagged
from literacy.quality.rules import CHECKS, Limits
from literacy.quality.wording import format_terminal

__all__ = [
    "CHECKS",
    "Limits",
    "Quality",
    "check_quality",
    "exclude_flagged",
    "format_page",
    "format_terminal",
]
