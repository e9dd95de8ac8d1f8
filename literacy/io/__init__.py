"""Files in and out: the only room that knows file formats and their libraries."""

from literacy.io.blocks import Blocks, open_blocks
from literacy.io.door import (
    clean_frame,
    find_source,
    load_table,
    match_file,
    plain_frame,
    plain_personal,
    read,
    read_columns,
    read_plain,
    read_table,
)
from literacy.io.encodings import check_encoding
from literacy.io.extras import require
from literacy.io.matching import Match, find_survey, match_columns
from literacy.io.output import encode_csv, write_atomic, write_parts, write_responses, write_table
from literacy.io.overview import Note, render_notes
from literacy.io.parts import Progress, ResponseFile, open_responses
from literacy.io.privacy import find_personal, name_personal, personal_content
from literacy.io.responses import Responses
from literacy.io.spool import STDIN, spool_input
from literacy.io.table import Table

__all__ = [
    "STDIN",
    "Blocks",
    "Match",
    "Note",
    "Progress",
    "ResponseFile",
    "Responses",
    "Table",
    "check_encoding",
    "clean_frame",
    "encode_csv",
    "find_personal",
    "find_source",
    "find_survey",
    "load_table",
    "match_columns",
    "match_file",
    "name_personal",
    "open_blocks",
    "open_responses",
    "personal_content",
    "plain_frame",
    "plain_personal",
    "read",
    "read_columns",
    "read_plain",
    "read_table",
    "render_notes",
    "require",
    "spool_input",
    "write_atomic",
    "write_parts",
    "write_responses",
    "write_table",
]
