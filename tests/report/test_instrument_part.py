"""The part on the quality of the test: only on request, only what the data allow, and what was planted is found."""

from __future__ import annotations

import pytest

import literacy as lit
from literacy.errors import LiteracyError
from literacy.report.documents.document_outline import outline
from literacy.report.facts.formatting import show
from literacy.sampling import Sample


@pytest.fixture(scope="module")
def samples() -> dict[int, Sample]:
    files = {year: lit.sample_data(f"items_{year}.sav") for year in (2023, 2025)}
    return {y: lit.Sample(lit.score(lit.read(f, "erenhot", wave=str(y)))) for y, f in files.items()}


@pytest.fixture(scope="module")
def report(samples: dict[int, Sample]) -> lit.Report:
    return lit.make_report(samples, parts=["summary", "test"])


def test_what_was_planted_is_found_and_said(report: lit.Report) -> None:
    facts = {f.measure: f for f in report.facts.find(part="test")}
    assert facts["test_dif_large"].method == "k21" and facts["test_drift"].method == "k46"
    (whole,) = [f for f in report.facts.find(measure="share", wave="2025") if not f.by]
    assert (
        facts["test_corrected"].value < facts["test_observed"].value == pytest.approx(whole.value, abs=1e-12)
    )
    assert 0.85 < facts["test_alpha"].value < 0.95 and facts["test_error"].value == pytest.approx(
        6.0, abs=0.5
    )
    said = [s for s in report.sentences if s.part == "test"]
    assert [s.id for s in said] == ["test.alpha", "test.cut", "test.rate", "test.dif", "test.drift"]
    for lang in ("zh", "en"):
        text = " ".join(s.get(lang) for s in said)
        for name in ("test_alpha", "test_error", "test_accuracy", "test_corrected"):
            assert show(facts[name], lang) in text
        assert "k21" in text and "k46" in text and "{" not in text
        (part,) = [p for p in outline(report, lang).parts if p.name == "test"]
        assert len(part.blocks) == 7


def test_it_stands_only_where_it_is_asked_for(samples: dict[int, Sample]) -> None:
    made = lit.make_report({2025: samples[2025]}, parts=["summary"])
    assert not made.facts.find(part="test")
    assert "test" not in lit.Settings().parts
    with pytest.raises(LiteracyError):
        lit.Settings().with_parts(["tests"])


def test_what_the_data_do_not_allow_is_left_out(samples: dict[int, Sample]) -> None:
    one = lit.make_report({2025: samples[2025]}, parts=["test"])
    measures = {f.measure for f in one.facts.find(part="test")}
    assert "test_alpha" in measures and not {"test_drift", "test_common"} & measures
    frame = samples[2025].frame.copy()
    right = [c for c in frame if str(c).endswith("_correct")]
    frame[right] = 1.0  # nothing varies: nothing can be said, and the part says so
    blank = lit.make_report({2025: samples[2025].evolve(frame=frame)}, parts=["test"])
    assert not blank.facts.find(part="test")
    (part,) = outline(blank, "en").parts
    assert "do not allow" in str(part.blocks[0])
