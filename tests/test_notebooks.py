"""Notebooks as they are copied: two languages, one code, public names alone."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.workflow import format_notebook, list_notebooks


def cells(name: str, lang: str, kind: str) -> list[str]:
    """Texts of the cells of one kind."""
    whole = json.loads(format_notebook(name, lang))
    return ["".join(c["source"]) for c in whole["cells"] if c["cell_type"] == kind]


@pytest.mark.parametrize("name", list_notebooks())
def test_twins_share_their_code_and_differ_in_their_words(name: str) -> None:
    zh, en = (cells(name, lang, "code") for lang in ("zh", "en"))
    assert zh[1:] == en[1:] and zh[0] != en[0] and 'LANG = os.environ["LITERACY_LANG"]' in zh[0]
    said, told = (cells(name, lang, "markdown") for lang in ("zh", "en"))
    assert len(said) == len(told) and said and not set(said) & set(told)
    assert all(re.search("[\u4e00-\u9fff]", text) for text in said)


@pytest.mark.parametrize("name", list_notebooks())
def test_only_public_names_are_used(name: str) -> None:
    for code in cells(name, "en", "code"):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_"), f"{name}: {ast.unparse(node)}"
                if isinstance(node.value, ast.Name) and node.value.id == "lit":
                    assert node.attr in lit.__all__, f"{name}: lit.{node.attr}"
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("literacy"), f"{name}: {ast.unparse(node)}"


def test_a_folder_of_notebooks_is_written_once(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["notebooks", str(tmp_path / "stories"), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    assert {p.stem for p in (tmp_path / "stories").iterdir()} == set(list_notebooks())
    assert [int(name.partition("_")[0]) for name in list_notebooks()] == list(range(1, 11))
    assert "# 9. 自己的调查" in (tmp_path / "stories" / "9_a_survey_of_your_own.ipynb").read_text(
        encoding="utf-8"
    )
    again = CliRunner().invoke(main, ["notebooks", str(tmp_path / "stories"), "--lang", "en"])
    assert again.exit_code == 1 and "[io.write]" in again.output
