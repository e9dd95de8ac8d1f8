"""300 problems put into a file: what is found, what docs/quality.md promises, and what stays out of sight."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from literacy._resources import sample_data
from literacy.answers import Responses, read
from literacy.cli import main
from literacy.instrument import load_instrument
from literacy.privacy import is_code
from literacy.quality import CHECKS, Quality, check_quality
from tests.quality.problems import SEED, TOTAL, clean_share, count_found, spoil, write_file


@pytest.fixture(scope="module")
def wave(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, np.ndarray], dict[str, list[str]]]:
    """The file, the rows of each problem, and the personal values in the file."""
    clean = read(sample_data("erenhot_2025.sav"), load_instrument("erenhot"))
    spoiled, where = spoil(clean, SEED)
    path = tmp_path_factory.mktemp("quality") / "wave.csv"
    return path, where, write_file(spoiled, path)


@pytest.fixture(scope="module")
def responses(wave: tuple[Path, dict[str, np.ndarray], dict[str, list[str]]]) -> Responses:
    return read(wave[0], "erenhot")


@pytest.fixture(scope="module")
def quality(responses: Responses) -> Quality:
    return check_quality(responses)


@pytest.fixture(scope="module")
def promised(root: Path) -> dict[str, tuple[int, int, float]]:
    """Check -> (n, found in the file, rate promised) as docs/quality.md has them."""
    page = (root / "docs" / "quality.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\w+) \|.*?\| (\d+) \| (\d+) \| [\d.]+% \| [\d.]+% \| (\d+) % \|$", page, re.MULTILINE
    )
    return {check: (int(n), int(found), int(rate) / 100) for check, n, found, rate in rows}


@pytest.fixture(scope="module")
def root() -> Path:
    return Path(__file__).resolve().parents[2]


def test_problems_are_found_at_the_rates_the_page_states(
    wave: tuple[Path, dict[str, np.ndarray], dict[str, list[str]]],
    quality: Quality,
    promised: dict[str, tuple[int, int, float]],
) -> None:
    found = count_found(quality, wave[1])
    assert set(promised) == set(CHECKS) and sum(TOTAL.values()) == 300
    for check, (n, stated, rate) in promised.items():
        assert (n, stated) == (TOTAL[check], found[check][0]), f"{check}: make quality writes the page again"
        assert found[check][0] >= rate * n, check


def test_clean_answers_are_seldom_flagged(
    wave: tuple[Path, dict[str, np.ndarray], dict[str, list[str]]], quality: Quality, root: Path
) -> None:
    share = clean_share(quality, wave[1])
    assert 0 < share < 0.02
    assert f"{share:.2%} in the file" in (root / "docs" / "quality.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_the_sample_waves_are_seldom_flagged(year: int) -> None:
    assert check_quality(read(sample_data(f"erenhot_{year}.sav"), "erenhot")).flagged.mean() < 0.02


VIEWS = (
    ("check", "FILE"),
    ("check", "FILE", "--lang", "zh"),
    ("check", "FILE", "--format", "csv"),
    ("check", "FILE", "--format", "json", "--lang", "zh"),
    ("check", "FILE", "--format", "html"),
    ("check", "FILE", "--format", "html", "--lang", "zh"),
    ("score", "FILE", "--exclude", "flagged"),
)


@pytest.mark.search
@pytest.mark.parametrize("arguments", VIEWS, ids=" ".join)
def test_no_personal_value_is_in_any_output(
    arguments: tuple[str, ...], wave: tuple[Path, dict[str, np.ndarray], dict[str, list[str]]]
) -> None:
    path, _, personal = wave
    result = CliRunner().invoke(main, [str(path) if a == "FILE" else a for a in arguments])
    assert result.exit_code == 0, result.stderr
    text = result.stdout + result.stderr
    assert len(text) > 1000
    assert [v for v in personal["调查员"] if v in text] == []
    words = set(re.findall(r"[\w.]+", text))
    for column in ("姓名", "手机号", "来自IP"):
        assert not words & set(personal[column]), column


def test_interviewers_are_told_apart_without_their_names(quality: Quality) -> None:
    names = quality.places.loc[quality.places["kind"] == "interviewer", "name"].tolist()
    assert sorted(names) == [f"#{k}" for k in range(1, 7)]


def test_phones_as_ids_or_ages_stay_out(responses: Responses) -> None:
    from dataclasses import replace

    frame = responses.frame.copy()
    frame["id"] = [13_900_000_000 + k for k in range(len(frame))]
    frame.loc[0, "age"] = 13_912_345_678
    quality = check_quality(replace(responses, frame=frame))
    assert set(quality.flags["id"]) == {"[…]"}
    assert "139" not in str(quality.flagged_rows()["id"].tolist())
    reasons = quality.flags["reason"].str.cat() + quality.flags["reason_zh"].str.cat()
    assert "13912" not in reasons and "1.39" not in reasons and "a number of 11 digits" in reasons


def test_codes_of_interviewers_stay_and_names_go() -> None:
    assert all(is_code(t) for t in ("12", "A07", "访员3", "3.0"))
    assert not any(is_code(t) for t in ("张伟", "Zhang Wei", "13912345678", "张伟3"))
