"""What ``make faults`` calls right and wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.faultcases import FOLDERS, RIGHT, Right, judge, run_case


@pytest.mark.parametrize(
    ("status", "said", "wrong"),
    [
        (0, "visits 5 x", []),
        (1, "visits 5 x", ["exit 1 instead of 0"]),
        (0, "visits 6 x", ["lacks 'visits 5'"]),
        (0, "visits 5 x\n\x1b[31m", [r"holds '\x1b'"]),
        (0, "Traceback (most recent call last)\nvisits 5", ["holds 'Traceback'"]),
    ],
)
def test_a_wrong_outcome_is_found(status: int, said: str, wrong: list[str]) -> None:
    assert judge(Right(0, ("visits 5",), ("\x1b",)), status, said) == wrong


def test_a_case_is_run_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("y\n1\n3\n", encoding="utf-8")
    status, said = run_case("{lit} estimate {here}/x.csv --mean y > {tmp}/o; cat {tmp}/o; pwd", tmp_path)
    assert status == 0
    assert judge(Right(0, (r"y\s+2\s",), (str(tmp_path),)), status, said) == []


def test_every_case_is_known() -> None:
    folder = next((f for f in FOLDERS if (f / "cases.csv").is_file()), None)
    if folder is None:
        pytest.skip("the files are not part of the repository")
    lines = (folder / "cases.csv").read_text(encoding="utf-8")
    assert {row["case"] for row in csv.DictReader(lines.splitlines())} == set(RIGHT)
