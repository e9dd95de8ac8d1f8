"""One wave, every format: the same scored table (docs/formats.md is made from the same list)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from literacy.answers import Responses, read
from literacy.scoring import score
from tests.conftest import some
from tests.files.conftest import same_table
from tests.files.exports import WRITERS, asked_items


@pytest.mark.parametrize("name", some(WRITERS))
def test_every_format_gives_the_same_scored_table(name: str, truth: Responses, tmp_path: Path) -> None:
    if "PSPP" in name and shutil.which("pspp") is None:
        pytest.skip("PSPP is not installed")
    path = WRITERS[name](truth, tmp_path, tmp_path)
    responses = read(path, "erenhot")
    expected = score(truth).frame
    columns = [c for c in expected.columns if c not in ("interview_date", "interview_mode")]
    assert len(columns) > 150
    assert same_table(expected, score(responses).frame, columns) == []
    for item in asked_items(truth):
        assert responses.missing[item.name].tolist() == truth.missing[item.name].tolist(), item.name


def test_formats_page_lists_every_format(root: Path) -> None:
    page = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [name for name in WRITERS if f"| {name} |" not in page] == []
