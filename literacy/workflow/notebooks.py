"""The packaged notebooks in the reader's language, in Jupyter format."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from literacy._resources import notebooks_dir
from literacy.errors import LiteracyError
from literacy.files import make_folder, write_atomic
from literacy.messages import language, tell

_CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)
_FIRST = 'import os\n\nLANG = os.environ["LITERACY_LANG"] = "{}"  # {}'
_COMMENT = {"zh": "表格和图的语言", "en": "language of tables and figures"}


def list_notebooks() -> tuple[str, ...]:
    """Return the names of the notebooks in reading order."""
    return tuple(sorted((p.stem for p in notebooks_dir().glob("[0-9]*.py")), key=_place))


def _place(name: str) -> tuple[int, str]:
    return int(name.partition("_")[0]), name


def format_notebook(name: str, lang: str) -> str:
    """Return a notebook in a language: texts in that language, identical code.

    Parameters
    ----------
    name : str
        A name from :func:`list_notebooks`.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Content in the format ``.ipynb``.
    """
    text = (notebooks_dir() / f"{name}.py").read_text(encoding="utf-8")
    parts = _CELL.split(text)[1:]
    cells: list[dict[str, Any]] = []
    started = False
    for head, body in zip(parts[::2], parts[1::2], strict=True):
        if "[markdown]" not in head:
            if not started:
                cells.append(_code(_FIRST.format(lang, _COMMENT[lang])))
                started = True
            cells.append(_code(body.strip("\n")))
        elif ('lang="zh"' in head) == (lang == "zh"):
            lines = [re.sub(r"^# ?", "", line) for line in body.strip("\n").split("\n")]
            cells.append({"cell_type": "markdown", "metadata": {}, "source": _lines("\n".join(lines))})
    numbered = [{"id": f"cell-{n}", **cell} for n, cell in enumerate(cells)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": numbered, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_notebooks(folder: str | os.PathLike[str], *, lang: str | None = None) -> list[Path]:
    """Copy the notebooks into a folder.

    Parameters
    ----------
    folder : str or path
        Output folder; created if it does not exist.
    lang : {"zh", "en"}, optional
        Language of texts, tables and figures; default is the reader's.

    Returns
    -------
    list of Path
        Paths of the notebooks written.

    Raises
    ------
    LiteracyError
        ``io.write`` if a notebook with that name exists (it may contain the user's work) or the folder cannot be
        written; nothing is written then. ``cli.usage`` for an unknown language.

    Examples
    --------
    >>> import literacy as lit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in lit.write_notebooks(folder, lang="en")][0]
    '1_read_and_score.ipynb'
    """
    lang = lang or language()
    if lang not in _COMMENT:
        raise LiteracyError(
            "cli.usage",
            where=f"lang='{lang}'",
            what=tell("'{}' is not a language of this program", lang),
            fix="set it to zh or en",
        )
    place = Path(folder)
    paths = [place / f"{name}.ipynb" for name in list_notebooks()]
    there = [p for p in paths if p.exists()]
    if there:
        raise LiteracyError(
            "io.write",
            where=str(there[0]),
            what="exists already",
            fix="name another folder, or take the old notebooks away",
        )
    make_folder(place)
    for path in paths:
        write_atomic(path, format_notebook(path.stem, lang).encode("utf-8"))
    return paths


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
