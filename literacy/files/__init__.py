"""Reading and writing of data files; the only subpackage that depends on file formats and their libraries."""

from literacy.files.leftovers import clear_leftovers, end_later
from literacy.files.loading import load_table, plain_frame
from literacy.files.recognition import recognise_file
from literacy.files.stdin import STDIN, spool_input
from literacy.files.table import Table
from literacy.files.tablefile import Share, TableFile, open_table, opened
from literacy.files.text.encodings import check_encoding
from literacy.files.text.written_numbers import FORMATS as TEXT_FORMATS
from literacy.files.text.written_numbers import (
    ErrorCells,
    Settled,
    keep_days,
    read_certain,
    read_settled,
    require_numbers,
    settle_texts,
    tell_days,
    tell_points,
    tell_settled,
)
from literacy.files.writing.csv import encode_csv, has_clock
from literacy.files.writing.result_folder import Filling, fill_folder, try_folder
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
    "TEXT_FORMATS",
    "ErrorCells",
    "Filling",
    "Settled",
    "Share",
    "Table",
    "TableFile",
    "check_encoding",
    "clear_leftovers",
    "encode_csv",
    "end_later",
    "fill_folder",
    "has_clock",
    "keep_days",
    "load_table",
    "make_folder",
    "open_table",
    "opened",
    "plain_frame",
    "read_certain",
    "read_settled",
    "recognise_file",
    "refuse_inputs",
    "require_numbers",
    "settle_texts",
    "spool_input",
    "stdout_error",
    "tell_days",
    "tell_points",
    "tell_settled",
    "try_folder",
    "write_atomic",
    "write_error",
    "write_stdout",
]
