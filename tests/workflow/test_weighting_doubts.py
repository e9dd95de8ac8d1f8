"""Totals of one wave used for another, and totals that were not used, are said; the right ones raise no doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

import literacy as lit
from literacy.workflow.recipes import Steps, write_weighted

UNUSED = "the survey has population totals of 2025 that were not used: --margins 2025"
OTHER = "population totals of 2023 are used for the wave of 2025"


@pytest.mark.parametrize(
    ("margins", "said"), [(None, {UNUSED}), (2023, {OTHER}), (2025, set()), ("auto", set())]
)
def test_totals_and_waves(margins: int | str | None, said: set[str]) -> None:
    sample = lit.load_sample(lit.sample_data("erenhot_2025.sav"), "erenhot", margins=margins)
    assert {UNUSED, OTHER} & set(sample.history) == said


def test_a_file_weighted_by_another_waves_totals(tmp_path: Path) -> None:
    scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
    sample = lit.rake(lit.Sample(scored), lit.load_margins("erenhot", 2023))
    frame = write_weighted(sample, scored, Steps(margins="2023"))
    frame.to_csv(tmp_path / "weighted.csv", index=False)
    again = lit.load_sample(tmp_path / "weighted.csv", "erenhot")
    assert OTHER in again.history
