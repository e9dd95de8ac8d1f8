"""Choice of the output format: the one implied by the file name, or the one requested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.files.writing.whole import write_error
from literacy.messages import tell

ENDINGS: dict[str, str] = {
    ".csv": "csv", ".tsv": "tsv", ".json": "json", ".html": "html", ".htm": "html", ".md": "md", ".txt": "table",
    ".xlsx": "xlsx", ".parquet": "parquet", ".sav": "sav", ".zsav": "zsav", ".dta": "dta",
}  # fmt: skip
"""File extension -> format."""
DATA = ("csv", "tsv", "json", "xlsx", "parquet", "sav", "zsav", "dta")
"""Formats in which data tables can be written."""
RESULT = ("table", "md", "html", *DATA)
"""Formats in which results can be written."""
BINARY = frozenset({"xlsx", "docx", "parquet", "sav", "zsav", "dta"})
_TEXTS = frozenset({"table", "csv", "tsv", "json", "md"})
_OTHERS = frozenset({
    ".xls", ".xlsm", ".xlsb", ".ods", ".doc", ".docx", ".odt", ".pdf", ".ppt", ".pptx", ".por", ".sas7bdat", ".xpt",
    ".rds", ".rda", ".rdata", ".feather", ".arrow", ".orc", ".db", ".sqlite", ".zip", ".gz", ".xz", ".bz2", ".7z",
    ".xml", ".svg", ".png", ".jpg", ".toml", ".yaml", ".yml", ".jsonl", ".ndjson", ".py", ".ipynb",
})  # fmt: skip
"""Extensions of unsupported formats, under which no other format is ever written."""


def choose_form(path: str | Path, asked: str | None, forms: Sequence[str], default: str) -> str:
    """Return the format to write.

    Parameters
    ----------
    path : str or Path
        ``-`` stands for standard output.
    asked : str, optional
        Value of ``--format``.
    forms : sequence of str
        Formats that can be written.
    default : str
        Format for standard output and for names without an extension.

    Raises
    ------
    LiteracyError
        ``io.write`` if the extension denotes an unsupported format, ``cli.usage`` if it conflicts with *asked*.

    Examples
    --------
    >>> choose_form("x.xlsx", None, RESULT, "table")
    'xlsx'
    """
    ending = "" if str(path) == "-" else Path(path).suffix.lower()
    named = ENDINGS.get(ending, "")
    if named == "table" and ("table" not in forms or asked in _TEXTS):
        named = asked or default
    if named and named in forms:
        if asked and asked != named:
            raise LiteracyError(
                "cli.usage", where=f"--format {asked} -o {path}", what=tell("the extension {} "
                                                                           "means {}", ending, named),
                fix="omit one of the two, or give the file another extension",
            )  # fmt: skip
        return named
    if ending and (named or ending in _OTHERS or not asked):
        raise write_error(path, tell("{} cannot be written here", ending), _offer(ending, forms))
    return asked or default


def _offer(ending: str, forms: Sequence[str]) -> str:
    known = [e for e, form in ENDINGS.items() if form in forms and e != ".htm"]
    return tell(
        "{} give a name that ends in one of: {}", guess_word(ending, known), ", ".join(known)
    ).lstrip()
