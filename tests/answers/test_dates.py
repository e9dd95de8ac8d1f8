"""A file whose interviews are dated in another year than the wave it is taken for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from literacy._resources import sample_data
from literacy.answers import read, read_table
from literacy.errors import LiteracyError


def dated(folder: Path, year: int) -> Path:
    frame = read_table(sample_data("erenhot_2025.sav")).iloc[:60].drop(columns="wave")
    frame["interview_date"] = pd.to_datetime(frame["interview_date"]) + pd.DateOffset(years=year - 2025)
    path = folder / "answers.csv"
    frame.to_csv(path, index=False)
    return path


def test_dates_of_a_year_without_a_wave_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LiteracyError, match="2027"):
        read(dated(tmp_path, 2027), "erenhot")


def test_dates_of_another_wave_lead_to_it_and_it_is_said(tmp_path: Path) -> None:
    found = read(dated(tmp_path, 2025), "erenhot")
    assert found.wave.name == "2025"
    named = read(dated(tmp_path, 2027), "erenhot", 2025)
    assert named.wave.name == "2025" and "2027" in str(named)
