"""Quality checks of answers: suspicious responses with reasons; nothing is deleted here."""

from literacy.quality.checks import CHECKS, Limits
from literacy.quality.quality_page import format_page
from literacy.quality.quality_terms import format_terminal
from literacy.quality.review import Quality, check_file, check_quality, exclude_flagged, explain_exclusion

__all__ = [
    "CHECKS",
    "Limits",
    "Quality",
    "check_file",
    "check_quality",
    "exclude_flagged",
    "explain_exclusion",
    "format_page",
    "format_terminal",
]
