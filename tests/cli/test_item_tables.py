"""Answers to scored items in tables: beside their marks, don't know among them, named in the notes."""

from __future__ import annotations

from pathlib import Path

import pytest

import literacy
from tests.cli.conftest import Run, records

WAVE = str(Path(__file__).parent.parent / "files" / "faults" / "answers_of_2026.csv")
WAVES = str(Path(__file__).parent.parent / "files" / "faults" / "two_waves")


def test_the_shares_of_an_items_options_add_up_and_the_key_is_the_share_of_right_answers(run: Run) -> None:
    done = run("estimate", WAVE, "-i", WAVES, "--share", "q1", "--format", "json")
    shares = {r["level"]: r["estimate"] for r in records(done)}
    assert len(shares) >= 2 and abs(sum(shares.values()) - 1) < 1e-9
    assert "q1_correct shows which are correct" in done.stderr
    right = records(run("estimate", WAVE, "-i", WAVES, "--share", "q1_correct", "--format", "json"))[0]
    assert any(abs(share - right["estimate"]) < 1e-9 for share in shares.values())
    by = records(run("estimate", WAVE, "-i", WAVES, "--mean", "total", "--by", "q1", "--format", "json"))
    assert len(by) == len(shares)


def test_a_scored_file_says_where_the_answers_are(run: Run) -> None:
    run("score", WAVE, "-i", WAVES, "-o", "scored.csv")
    told = run("estimate", "scored.csv", "-i", WAVES, "--share", "q1", code=1).stderr
    assert "give the file of the answers" in told and "q1_correct" in told


@pytest.mark.parametrize("kept", [("k01", "k46"), ("k46_1",)])
def test_score_keeps_the_answers_it_is_asked_for(kept: tuple[str, ...]) -> None:
    responses = literacy.read(literacy.sample_data("erenhot_2025.sav"), "erenhot")
    plain, more = literacy.score(responses), literacy.score(responses, answers=kept)
    new = [c for c in more.frame.columns if c not in plain.frame.columns]
    assert new == (["k01", *(c for c in new if c.startswith("k46_"))] if "k01" in kept else ["k46_1"])
    assert more.frame[plain.frame.columns].equals(plain.frame)
