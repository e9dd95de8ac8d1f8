"""Sentences on the quality of the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from literacy.report.facts.record import Facts
from literacy.report.facts.study import Study
from literacy.report.sentences.composition import NO_NOTE, Sentence, inline, tell


def write_test(facts: Facts, study: Study, part: str = "test") -> Iterator[Sentence]:
    """Yield sentences on reliability, cut score, differential item functioning and drift, as far as there are facts."""
    year = str(study.year)
    found = {f.measure: f for f in facts.find(part="test", wave=year)}
    if "test_alpha" in found:
        yield tell("test.alpha", part, "test.alpha", alpha=found["test_alpha"], year=year)
    if "test_error" in found:
        yield tell(
            "test.cut", part, "test.cut", error=found["test_error"], accuracy=found["test_accuracy"],
            consistency=found["test_consistency"],
        )  # fmt: skip
    if "test_corrected" in found:
        yield tell(
            "test.rate", part, "test.rate", observed=found["test_observed"], corrected=found["test_corrected"]
        )
    for name, count, key in (
        ("test_dif_large", "test_dif_items", "test.dif"), ("test_drift", "test_common", "test.drift"),
    ):  # fmt: skip
        if name in found:
            large = found[name]
            words: dict[str, Any] = {"n": large, "items": found[count], "base": large.base}
            words["column"] = inline(study.column(large.by)) if large.by else NO_NOTE
            if large.method:
                words["list"] = large.method
            yield tell(key, part, f"{key}.some" if large.method else key, **words)
