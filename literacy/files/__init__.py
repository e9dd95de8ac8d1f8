"""Files in and out: bytes to and from tables; the only room that knows file formats and their libraries."""

from literacy.files.blocks import Blocks, open_blocks
from literacy.files.loading import find_source, load_table, plain_frame, read_columns
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Table
from literacy.files.text.encodings import check_encoding
from literacy.files.writing.csv import encode_csv
from literacy.files.writing.whole import write_atomic

__all__ = [
    "STDIN",
    "Blocks",
    "Table",
    "check_encoding",
    "encode_csv",
    "find_source",
    "load_table",
    "open_blocks",
    "plain_frame",
    "read_columns",
    "spool_input",
    "write_atomic",
]
