"""Files other programs wrote (tests/reference/exports) read to the same scored table; and where they can be, anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from literacy.answers import Responses, read
from literacy.scoring import score
from tests.conftest import ROOT, some
from tests.files.conftest import same_table
from tests.files.exports import asked_items
from tests.files.programs import ALL_WRITERS, WRITERS_ELSEWHERE, is_writable
from tests.reference.exports.make import HERE, small_truth

ORIGIN = json.loads((HERE / "origin.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def small() -> Responses:
    return small_truth()


def differing(truth: Responses, path: Path) -> list[str]:
    """What a file reads to otherwise than the truth: columns of the scored table, kinds of missing."""
    responses = read(path, "erenhot")
    expected = score(truth).frame
    columns = [c for c in expected.columns if c not in ("interview_date", "interview_mode")]
    assert len(columns) > 150
    found = same_table(expected, score(responses).frame, columns)
    return found + [
        f"kinds of {i.name}"
        for i in asked_items(truth)
        if responses.missing[i.name].tolist() != truth.missing[i.name].tolist()
    ]


def test_every_format_has_a_fixture_and_a_line_in_the_docs() -> None:
    assert set(ORIGIN["files"]) == set(ALL_WRITERS)
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    told = {cells[1].strip(): cells[2] for cells in rows if len(cells) > 3}
    assert [n for n, file in ORIGIN["files"].items() if f"`{file}`" not in told.get(n, "")] == []


@pytest.mark.parametrize("name", some(sorted(ORIGIN["files"]), 2))
def test_files_of_real_writers_read_to_the_same_scored_table(name: str, small: Responses) -> None:
    path = HERE / ORIGIN["files"][name]
    assert len(small) == ORIGIN["rows"]
    assert differing(small, path) == []


@pytest.mark.parametrize("name", some(WRITERS_ELSEWHERE))
def test_written_anew_they_read_the_same(name: str, small: Responses, tmp_path: Path) -> None:
    if not is_writable(name):
        pytest.skip("the program is not installed")
    assert differing(small, WRITERS_ELSEWHERE[name](small, tmp_path, tmp_path)) == []
