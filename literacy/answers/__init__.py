"""Conversion of a data table into coded answers by means of an instrument."""

from literacy.answers.blocks import CodedAnswers
from literacy.answers.export import write_parts, write_responses, write_table
from literacy.answers.matching.matching import Match, find_survey, match_columns
from literacy.answers.overview import Note, add_notes, render_notes
from literacy.answers.parts import Progress, ResponseFile, choose_survey, open_responses
from literacy.answers.reading import (
    clean_frame,
    judge_columns,
    match_file,
    plain_personal,
    read,
    read_plain,
    read_table,
    tell_undeclared,
)
from literacy.answers.responses import Responses

__all__ = [
    "CodedAnswers",
    "Match",
    "Note",
    "Progress",
    "ResponseFile",
    "Responses",
    "add_notes",
    "choose_survey",
    "clean_frame",
    "find_survey",
    "judge_columns",
    "match_columns",
    "match_file",
    "open_responses",
    "plain_personal",
    "read",
    "read_plain",
    "read_table",
    "render_notes",
    "tell_undeclared",
    "write_parts",
    "write_responses",
    "write_table",
]
