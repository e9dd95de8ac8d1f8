"""The site's source is put together in both languages: pages from the code are there, links lead to pages."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

import literacy
from literacy.cli.group import COMMANDS
from literacy.errors import CATALOGUE
from literacy.workflow import list_notebooks
from tests.conftest import ROOT


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_source_of_the_site(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "site"), *sys.path])
    build = importlib.import_module("build")
    monkeypatch.setattr(build, "OUT", tmp_path)
    there = build.assemble(lang)
    for name in COMMANDS:
        help_text = (there / "commands" / f"{name}.md").read_text(encoding="utf-8")
        assert ("用法：" if lang == "zh" else "Usage:") in help_text
    errors = (there / "errors.md").read_text(encoding="utf-8")
    assert re.findall("^## (.*)$", errors, re.MULTILINE) == list(CATALOGUE)
    assert {p.stem for p in (there / "notebooks").glob("*.ipynb")} == set(list_notebooks())
    assert len(list((there / "reference").glob("*.rst"))) == len(literacy.__all__)
    for page in there.rglob("*.md"):
        for target in re.findall(r"\]\(([^)\s#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).is_file(), f"{page.name}: {target}"
