"""Files in and out: bytes to and from tables; the only room that knows file formats and their libraries."""

from literacy.files.blocks import Blocks, open_blocks
from literacy.files.leftovers import clear_leftovers, end_later
from literacy.files.loading import find_source, load_table, plain_frame, read_columns
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Table
from literacy.files.text.encodings import check_encoding
from literacy.files.writing.csv import encode_csv
from literacy.files.writing.folder import Filling, fill_folder, try_folder
from literacy.files.writing.whole import (
    make_folder,
    refuse_inputs,
    stdout_error,
    write_atomic,
    write_error,
    write_stdout,
)

__all__ = [
    "STDIN",
    "Blocks",
    "Filling",
    "Table",
    "check_encoding",
    "clear_leftovers",
    "encode_csv",
    "end_later",
    "fill_folder",
    "find_source",
    "load_table",
    "make_folder",
    "open_blocks",
    "plain_frame",
    "read_columns",
    "refuse_inputs",
    "spool_input",
    "stdout_error",
    "try_folder",
    "write_atomic",
    "write_error",
    "write_stdout",
]
