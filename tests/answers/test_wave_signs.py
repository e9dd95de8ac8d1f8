"""By what a file shows its wave, what is refused, what is said of days outside it; years of birth for ages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from literacy.answers import read
from literacy.errors import LiteracyError

FAULTS = Path(__file__).parent.parent / "files" / "faults"
WAVES = str(FAULTS / "two_waves")


def answers(path: Path, **columns: list[object]) -> Path:
    frame = pd.DataFrame({"age": [30, 41, 52, 63], "sex": [1, 2, 1, 2], "q1": 1, "q2": [1, 2, 8, 1], "q3": 2})
    for name, cells in columns.items():
        frame[name] = cells
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("submitted", ["2026-05-06", "2026-06-30 23:59:59", "2026-05-20", ""]),
        ("提交答卷时间", ["2026/5/6 8:00:00", "2026/6/30 9:00:00", "2026/6/1 1:02:03", "2026/6/1 1:02:03"]),
        ("interview_date", ["2026-05-06", "2026-06-30", "2026-07-20", "2026-06-01"]),  # most of them
        ("调查日期", ["2026年5月6日", "2026年6月1日", "2026年6月2日", "2026年6月3日"]),
        ("submitdate", ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]),  # the year alone
        ("wave", [2026] * 4),
        ("year", [2026] * 4),
    ],
)
def test_a_file_shows_its_wave(tmp_path: Path, column: str, cells: list[object]) -> None:
    assert read(answers(tmp_path / "x.csv", **{column: cells}), WAVES).wave.name == "2026"


@pytest.mark.parametrize(
    "name", ["answers_of_2026.csv", "2026.csv", "二连2026年调查.csv", "wave-2026_final.csv"]
)
def test_the_name_of_a_file_shows_its_wave(tmp_path: Path, name: str) -> None:
    assert read(answers(tmp_path / name), WAVES).wave.name == "2026"


@pytest.mark.parametrize("name", ["x.csv", "2026_2028.csv", "20260.csv", "12028.csv"])
def test_a_file_that_shows_nothing_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LiteracyError) as refused:
        read(answers(tmp_path / name), WAVES)
    assert refused.value.code == "io.match"
    assert "2026 or 2028" in refused.value.what
    assert "-w" in refused.value.fix


def test_days_in_two_waves_do_not_tell(tmp_path: Path) -> None:
    days = ["2026-05-06", "2026-05-07", "2028-05-06", "2028-05-07"]
    with pytest.raises(LiteracyError) as refused:
        read(answers(tmp_path / "x.csv", submitted=days), WAVES)
    assert "2026-05-06 to 2028-05-07" in refused.value.what


def test_days_outside_the_wave_are_said(tmp_path: Path) -> None:
    days = ["2027-05-06", "2027-05-07", "2026-05-08", "2029-01-01"]
    said = "\n".join(read(answers(tmp_path / "x.csv", submitted=days), WAVES, "2026").history)
    assert "2 dates of 2027 in submitted lie outside wave 2026 (2026-05-06 to 2026-06-30)" in said
    assert "1 dates of 2029" in said
    assert "dates of 2026" not in said


def test_days_far_from_the_only_wave_are_a_wave_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    shutil.copytree(WAVES, folder)
    (folder / "waves" / "2028.toml").unlink()
    path = answers(tmp_path / "x.csv", submitted=["2031-05-06"] * 4)
    read_ = read(path, str(folder))
    assert read_.wave.name == "2031"
    assert any("the survey does not list it" in s for s in read_.history)
    some = answers(tmp_path / "y.csv", submitted=["2026-05-06", *["2031-05-06"] * 3])
    other = read(some, str(folder))
    assert other.wave.name == "2026" and any("3 dates of 2031" in s for s in other.history)


@pytest.mark.parametrize(
    "ages", [[1968, 1975, 1990, 2001], [1968.0, 1975.0, None, None], [1968, 1975, 41, 52]]
)
def test_years_of_birth_are_no_ages(tmp_path: Path, ages: list[object]) -> None:
    with pytest.raises(LiteracyError) as refused:
        read(answers(tmp_path / "2026.csv", age=ages), WAVES)
    assert "age: " in refused.value.what
    assert "look like years of birth" in refused.value.what
    assert "such as 19" in refused.value.what


@pytest.mark.parametrize("ages", [[30, 41, 52, 1968], [18, 19, 20, 99], [None] * 4])
def test_ages_are_ages(tmp_path: Path, ages: list[object]) -> None:
    assert len(read(answers(tmp_path / "2026.csv", age=ages), WAVES)) == 4


@pytest.mark.parametrize("name", ["answers_2028.csv", "2028年.csv"])
def test_a_name_that_contradicts_the_days_is_said(tmp_path: Path, name: str) -> None:
    days: list[object] = ["2026-05-06", "2026-06-30", "2026-05-20", "2026-06-01"]
    found = read(answers(tmp_path / name, submitted=days), WAVES)
    assert found.wave.name == "2026"
    assert "the name of the file says wave 2028" in " ".join(found.history)
    agreed = read(answers(tmp_path / "answers_2026.csv", submitted=days), WAVES)
    assert "the name of the file" not in " ".join(agreed.history)
