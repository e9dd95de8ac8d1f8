"""Files in and out: the only room that knows file formats and their libraries."""

from literacy.io.door import load_table, match_file, read, read_columns, read_table
from literacy.io.extras import require
from literacy.io.matching import Match, find_survey, match_columns
from literacy.io.output import encode_csv, write_atomic, write_responses, write_table
from literacy.io.responses import Responses
from literacy.io.table import Table

__all__ = [
    "Match",
    "Responses",
    "Table",
    "encode_csv",
    "find_survey",
    "load_table",
    "match_columns",
    "match_file",
    "read",
    "read_columns",
    "read_table",
    "require",
    "write_atomic",
    "write_responses",
    "write_table",
]
