"""The quality check: what it finds of problems put in on purpose, and how often it is wrong about clean answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from literacy._resources import sample_data
from literacy.answers import Responses, read
from literacy.errors import LiteracyError
from literacy.instrument import load_instrument
from literacy.quality import (
    CHECKS,
    Limits,
    Quality,
    check_quality,
    exclude_flagged,
    format_page,
    format_terminal,
)
from literacy.quality.response_patterns import (
    count_devices,
    find_bursts,
    find_clockwork,
    find_origins,
    find_speeders,
    find_straight,
    match_answers,
)
from tests.quality.problems import SEED, spoil


@pytest.fixture(scope="module")
def clean() -> Responses:
    return read(sample_data("erenhot_2025.sav"), load_instrument("erenhot"))


@pytest.fixture(scope="module")
def spoiled(clean: Responses) -> tuple[Responses, dict[str, np.ndarray], Quality]:
    responses, where = spoil(clean, SEED)
    return responses, where, check_quality(responses)


def test_every_check_has_a_reason_and_both_languages(
    spoiled: tuple[Responses, dict[str, np.ndarray], Quality],
) -> None:
    _, _, quality = spoiled
    assert set(quality.flags["check"]) == set(CHECKS)
    assert (quality.flags["reason"].str.len() > 5).all() and (quality.flags["reason_zh"].str.len() > 3).all()
    for lang, word in (("zh", "答题过快"), ("en", "Too fast")):
        page = format_page(quality, lang)
        assert word in page and page == format_page(quality, lang) and page.startswith("<!DOCTYPE html>")
    rows = quality.flagged_rows("zh")
    assert len(rows) == quality.flagged.sum() and rows["row"].is_monotonic_increasing
    assert rows["checks"].str.contains(" ").any()
    for most in (0, 1, 20, len(rows), len(rows) + 1):
        pd.testing.assert_frame_equal(quality.flagged_rows("zh", most), rows.head(most))
    view = format_terminal(quality, "zh")
    assert f"另有 {len(rows) - 20} 人" in view
    assert "another person" not in view and "答题过快" in view and "合成数据" in view
    assert "合成数据" in format_page(quality, "zh") and "synthetic data" in format_page(quality, "en")
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
    assert str(row["n"]) == "<NA>"


def test_an_interviewer_far_from_the_others_is_named(clean: Responses) -> None:
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
    assert find_straight(block.T, 0.05)[:4].tolist() == [True, False, True, True]
    assert not find_straight(np.array([[1] * 5 + [-1] * 3]).T, 1.1).any()  # too little answered
    answers = np.array([[0, 1, 2, 3], [0, 1, 2, 0], [3, 3, 3, 3]], dtype=np.int32)
    share, partner = match_answers(lambda: answers.T, 3, 4)
    assert share.tolist() == [0, 0.75, 0.25] and partner.tolist() == [-1, 0, 0]
    flags = find_bursts(np.array([7, 7, 7, 8, 0]), np.array([0.0, 30, 55, 20, 1]), 3)
    assert flags.tolist() == [True, True, True, False, False]


def test_large_files_look_for_equal_sheets_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("literacy.quality.response_patterns.MAX_PAIRS", 2)
    answers = np.array([[0, 1, 2], [1, 1, 2], [0, 1, 2], [-1, -1, 2], [-1, -1, 2]], dtype=np.int32)
    share, partner = match_answers(lambda: answers.T, 5, 3)
    assert share.tolist() == [0, 0, 1, 0, 0] and partner.tolist() == [-1, -1, 0, -1, -1]


@pytest.mark.parametrize("digest", ["own", "one for all", "one of three"])
def test_rows_with_one_digest_are_compared(digest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of equal rows, as numpy finds it, whatever digests collide."""
    answers = np.random.default_rng(5).integers(-3, 2, (400, 6)).astype(np.int8)
    if digest != "own":
        equal = np.unique(np.maximum(answers, -1), axis=0, return_inverse=True)[1].ravel()
        few = equal.astype(np.uint64) % np.uint64(3 if digest == "one of three" else 1)
        monkeypatch.setattr("literacy.quality.response_patterns._digest_rows", lambda columns, n: few)
    _, first, inverse = np.unique(np.maximum(answers, -1), axis=0, return_index=True, return_inverse=True)
    assert find_origins(lambda: answers.T, 400).tolist() == first[inverse.ravel()].tolist()
    assert len(first) < 300


def test_limits_are_an_argument(clean: Responses) -> None:
    assert check_quality(clean, Limits(missing=0.05)).flagged.sum() > check_quality(clean).flagged.sum()


def test_shared_tablets_are_not_held_against_people(clean: Responses) -> None:
    """Twelve interviewers, a tablet each: the device says nothing, and nobody is flagged for it."""
    paradata = clean.paradata.assign(device=[k % 12 + 1 for k in range(len(clean))])
    quality = check_quality(replace(clean, paradata=paradata))
    assert (
        "device" not in quality.looked_at and "burst" not in quality.looked_at
    )  # dates without times of day
    assert quality.flagged.sum() == check_quality(clean).flagged.sum()


def test_clockwork_and_devices_by_hand() -> None:
    people = np.array([3.0, 500, 1900, 2600, 9000])
    machine = 4000 + 47 * np.arange(7) + np.array([0, 1, 0, 1, 0, 0, 1])
    flags = find_clockwork(np.concatenate([people, machine, [np.nan]]), 6)
    assert flags.tolist() == [False] * 5 + [True] * 7 + [False]
    mixed = np.concatenate([machine, [4150.0]])  # somebody in between
    assert find_clockwork(mixed, 6).tolist() == [True] * 7 + [False]
    assert not find_clockwork(np.arange(50.0), 6).any()  # too quick to judge
    for mean in (3, 10, 60, 600):  # people, in crowds and not
        crowd = np.cumsum(np.random.default_rng(mean).exponential(mean, 2000)).round()
        assert find_clockwork(crowd, 6).mean() < 0.005, mean
    assert not find_clockwork(86_400 * np.arange(50.0), 6).any()  # dates
    shared, own = count_devices(np.array([5, 5, 2, 0]))
    assert shared.tolist() == [2, 2, 1, 0] and own == pytest.approx(1 / 3)


def test_a_doubled_id_is_a_double(clean: Responses) -> None:
    frame = clean.frame.copy()
    frame.loc[7, "id"] = frame.loc[3, "id"]
    flags = check_quality(replace(clean, frame=frame)).flags
    assert flags.loc[flags["check"] == "double", ["row", "reason"]].to_numpy().tolist() == [
        [8, "the id of row 4"]
    ]


def test_blocks_of_pairs_agree_with_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    answers = rng.integers(-1, 3, (90, 40)).astype(np.int32)
    answers[:, 0] = rng.permutation(90)  # a column with many values goes the other way
    whole = match_answers(lambda: answers.T, 90, 10)
    monkeypatch.setattr("literacy.quality.response_patterns.BLOCK", 7)
    for a, b in zip(whole, match_answers(lambda: answers.T, 90, 10), strict=True):
        assert a.tolist() == b.tolist()
    row = int(whole[0].argmax())
    both = (answers[row] >= 0) & (answers[whole[1][row]] >= 0)
    assert whole[0][row] == pytest.approx((answers[row] == answers[whole[1][row]])[both].mean())


def test_one_row_and_a_check_of_another_file(clean: Responses) -> None:
    one = clean.keep(np.arange(len(clean)) == 5, "for a test")
    assert check_quality(one).n == 1 and "0 of 1" in str(check_quality(one))
    with pytest.raises(LiteracyError, match="respondents"):
        exclude_flagged(one, check_quality(clean))
    kept = exclude_flagged(clean, check_quality(clean, Limits(missing=0.6)))
    assert "limits missing=0.6" in kept.history[-1]


def test_an_id_that_many_share_is_no_double(clean: Responses) -> None:
    frame = clean.frame.assign(id=np.arange(len(clean)) // 3)  # a household's number is nobody's id
    assert "double" not in set(check_quality(replace(clean, frame=frame)).flags["check"])


def test_the_page_escapes_what_the_file_holds(clean: Responses) -> None:
    frame = clean.frame.assign(id=[f"<script>alert({k})</script>" for k in range(len(clean))])
    page = format_page(check_quality(replace(clean, frame=frame)), "en")
    assert "<script" not in page and "&lt;script&gt;" in page
