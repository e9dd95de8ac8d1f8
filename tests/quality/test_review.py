"""The quality check: what it finds of problems put in on purpose, and how often it is wrong about clean answers."""

from __future__ import annotations

import numpy as np
import pytest

from literacy._resources import sample_data
from literacy.instrument import load_instrument
from literacy.io import Responses, read
from literacy.quality import CHECKS, Limits, Quality, check_quality, exclude_flagged, format_page
from literacy.quality.signs import find_bursts, find_speeders, find_straight, match_answers
from tests.quality.problems import SEEDED, spoil

STATED = {
    "speed": 0.99,
    "straight": 0.95,
    "double": 0.95,
    "value": 1.0,
    "outside": 1.0,
    "missing": 0.95,
    "random": 0.9,
    "burst": 0.95,
}
"""Rates docs/quality.md states."""


@pytest.fixture(scope="module")
def clean() -> Responses:
    return read(sample_data("erenhot_2025.sav"), load_instrument("erenhot"))


@pytest.fixture(scope="module")
def spoiled(clean: Responses) -> tuple[Responses, dict[str, np.ndarray], Quality]:
    responses, where = spoil(clean, 20250601)
    return responses, where, check_quality(responses)


def test_seeded_problems_are_found_at_the_stated_rates(
    spoiled: tuple[Responses, dict[str, np.ndarray], Quality],
) -> None:
    _, where, quality = spoiled
    assert sum(SEEDED.values()) == 300
    for check, rows in where.items():
        hits = set(quality.flags.loc[quality.flags["check"] == check, "row"] - 1)
        assert np.mean([r in hits for r in rows]) >= STATED[check], check


def test_clean_answers_are_seldom_flagged(
    clean: Responses, spoiled: tuple[Responses, dict[str, np.ndarray], Quality]
) -> None:
    responses, where, quality = spoiled
    untouched = np.ones(len(responses), dtype=bool)
    untouched[np.concatenate(list(where.values()))] = False
    assert quality.flagged[untouched].mean() < 0.02
    for wave in (2021, 2023, 2025):
        assert check_quality(read(sample_data(f"erenhot_{wave}.sav"), clean.instrument)).flagged.mean() < 0.02


def test_every_check_has_a_reason_and_both_languages(
    spoiled: tuple[Responses, dict[str, np.ndarray], Quality],
) -> None:
    _, _, quality = spoiled
    assert set(quality.flags["check"]) == set(CHECKS)
    assert (quality.flags["reason"].str.len() > 5).all()
    for lang, word in (("zh", "答题过快"), ("en", "Too fast")):
        page = format_page(quality, lang)
        assert word in page and page == format_page(quality, lang) and page.startswith("<!DOCTYPE html>")
    assert "flagged" in str(quality) and "speed" in str(quality)


def test_flagged_are_left_out_only_on_request_and_told(
    spoiled: tuple[Responses, dict[str, np.ndarray], Quality],
) -> None:
    responses, _, quality = spoiled
    kept = exclude_flagged(responses, quality)
    assert len(kept) == len(responses) - quality.flagged.sum()
    assert "flagged by the quality check" in kept.history[-1] and "speed" in kept.history[-1]
    assert len(responses) == quality.n


def test_what_the_file_lacks_is_not_looked_at(clean: Responses) -> None:
    quality = check_quality(clean)
    assert "speed" not in quality.looked_at and "speed" in str(quality)
    row = quality.to_frame().set_index("check").loc["speed"]
    assert row["n"] is not row["n"] or str(row["n"]) == "<NA>"


def test_an_interviewer_far_from_the_others_is_named(clean: Responses) -> None:
    from dataclasses import replace

    paradata = clean.paradata.copy()
    names = [f"访员{k % 12}" for k in range(len(clean))]
    paradata["interviewer"] = names
    missing = clean.missing.copy()
    own = np.array(names) == "访员3"
    scored = [i.name for i in clean.instrument.scored_items]
    missing.loc[own, scored] = 1
    quality = check_quality(replace(clean, paradata=paradata, missing=missing))
    places = quality.places[(quality.places["kind"] == "interviewer") & quality.places["notable"]]
    assert places["name"].tolist() == ["访员3"] and "dont_know" in places["why"].iloc[0]


def test_signs_by_hand() -> None:
    assert find_speeders(np.array([100.0, 120, 110, 20, np.nan]), 1 / 3).tolist() == [
        False,
        False,
        False,
        True,
        False,
    ]
    block = np.array([[0] * 8, [0, 1] * 4, [1] * 8, [1] * 7 + [-1]] + [[0, 1] * 4] * 60, dtype=np.int32)
    assert find_straight(block, 0.05)[:4].tolist() == [True, False, True, False]
    answers = np.array([[0, 1, 2, 3], [0, 1, 2, 0], [3, 3, 3, 3]], dtype=np.int32)
    share, partner = match_answers(answers, 4)
    assert share.tolist() == [0, 0.75, 0.25] and partner.tolist() == [-1, 0, 0]
    flags = find_bursts(np.array([7, 7, 7, 8, 0]), np.array([0.0, 30, 55, 20, 1]), 3)
    assert flags.tolist() == [True, True, True, False, False]


def test_large_files_look_for_equal_sheets_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("literacy.quality.signs.MAX_PAIRS", 2)
    answers = np.array([[0, 1, 2], [1, 1, 2], [0, 1, 2], [-1, -1, 2], [-1, -1, 2]], dtype=np.int32)
    share, partner = match_answers(answers, 3)
    assert share.tolist() == [0, 0, 1, 0, 0] and partner.tolist() == [-1, -1, 0, -1, -1]


def test_limits_are_an_argument(clean: Responses) -> None:
    assert check_quality(clean, Limits(missing=0.05)).flagged.sum() > check_quality(clean).flagged.sum()
