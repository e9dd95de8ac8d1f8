"""The sentence audit: random data sets, every claim recalculated, every number traced; and claims under no change.

Run ``make audit-report``, or ``python -m tests.simulation.report_audit 2000``; the figures are in docs/report.md.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.projection import set_goal
from literacy.report import Report, make_report
from literacy.report.facts.changes import list_changes
from literacy.report.facts.study import Study
from tests.report.towns import Town, make_town, random_frame
from tests.simulation.report_readback import (
    printed,
    read_docx,
    read_html,
    read_pdf,
    read_xlsx,
    stray,
    unequal,
)
from tests.simulation.report_recalculation import check_claims

KINDS = (
    "change", "no change", "zero cells", "one wave", "no groups", "all literate", "nobody literate", "one group missing",
    "suppressed", "wide intervals", "three waves",
)  # fmt: skip
READ_BACK = 100
"""One data set in so many is written as all four documents, and read back."""


@dataclass
class Tally:
    """What an audit found."""

    sets: int = 0
    sentences: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    documents: int = 0


def draw(kind: str, rng: np.random.Generator) -> dict[int, pd.DataFrame]:
    """Waves of one kind of data set."""
    units, size = int(rng.integers(12, 60)), int(rng.integers(4, 14))
    rate, spread, tilt = float(rng.uniform(0.05, 0.6)), float(rng.uniform(0, 0.5)), float(rng.uniform(0, 1.2))
    mix = (0.3, 0.25, 0.15, 0.3)
    years = [2023, 2025]
    if kind == "one wave":
        years = [2025]
    elif kind == "three waves":
        years = [2021, 2023, 2025]
    elif kind == "zero cells":
        rate = 0.02
    elif kind in ("all literate", "nobody literate"):
        rate, spread, tilt = float(kind == "all literate"), 0.0, 0.0
    elif kind == "one group missing":
        mix = (0.4, 0.3, 0.0, 0.3)
    elif kind == "suppressed":
        mix, units = (0.5, 0.05, 0.03, 0.42), 20
    elif kind == "wide intervals":
        units, size = 6, 8
    shift = (
        float(rng.choice([0.0, 0.05, 0.15, -0.05]))
        if kind not in ("all literate", "nobody literate", "no change")
        else 0.0
    )
    return {
        y: random_frame(
            rng, units=units, size=size, rate=float(np.clip(rate + k * shift, 0.01, 0.95)) if 0 < rate < 1 else rate,
            spread=spread, tilt=tilt, mix=mix, year=y,
        )
        for k, y in enumerate(years)
    }  # fmt: skip


def audit(
    count: int, seed: int = 18, read_back: int = READ_BACK, towns: dict[str, Town] | None = None
) -> Tally:
    """Reports of random data sets: claims against a recalculation, numbers against the facts."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        moulds = towns or {
            "": make_town(Path(folder) / "town"),
            "no groups": make_town(Path(folder) / "bare", groups={}),
        }
        for i in range(count):
            rng = np.random.default_rng([seed, i])
            kind = KINDS[i % len(KINDS)]
            waves = draw(kind, rng)
            mould = moulds.get(kind, moulds[""])
            samples = {y: mould.sample(f) for y, f in waves.items()}
            goals = [set_goal(2025, float(rng.uniform(0.05, 0.6)))]
            report = make_report(samples, goals)
            for problem in check(report, waves):
                tally.wrong.append(f"set {i} ({kind}): {problem}")
            tally.sets += 1
            tally.sentences += len(report.sentences)
            tally.claims.update(s.claim for s in report.sentences if s.claim)
            if read_back and i % read_back == 0:
                tally.wrong += [
                    f"set {i} ({kind}): {p}" for p in check_documents(report, Path(folder) / f"out{i}")
                ]
                tally.documents += 8
            if count > 500 and tally.sets % 250 == 0:
                print(
                    f"… {tally.sets} sets, {tally.sentences} sentences, {len(tally.wrong)} wrong", flush=True
                )
    return tally


def check(report: Report, waves: dict[int, pd.DataFrame]) -> Iterator[str]:
    """Problems of one report's sentences."""
    facts, sentences = report.tables["facts"], report.tables["sentences"]
    yield from check_claims(facts, sentences, waves)
    yield from (f"twins differ: {name}" for name in unequal(sentences))
    allowed = printed(facts) | {str(report.study.minimum)}
    for lang in ("zh", "en"):
        yield from stray(sentences[lang], allowed)


def check_documents(report: Report, folder: Path) -> Iterator[str]:
    """Problems of one report's documents, read back from the files."""
    report.write(folder, ("docx", "pdf", "html", "xlsx"), figures=False)
    facts = report.tables["facts"]
    counted = {str(i) for i in range(60)}  # numbers of tables, charts and steps
    labels = (
        {t for text in report.tables["provenance"]["zh"] for t in text.split()}
        if "provenance" in report.tables
        else set()
    )
    allowed = printed(facts) | {str(report.study.minimum)} | counted | labels
    for lang in ("zh", "en"):
        name = folder / f"report.{lang}"
        read = {
            "docx": read_docx(name.with_suffix(f".{lang}.docx").read_bytes()),
            "html": read_html(name.with_suffix(f".{lang}.html").read_bytes()),
            "xlsx": read_xlsx(name.with_suffix(f".{lang}.xlsx")),
            "pdf": read_pdf(name.with_suffix(f".{lang}.pdf")) or [],
        }
        for form, texts in read.items():
            texts = [t for t in texts if "sha256" not in t]
            yield from (f"{form} {lang}: {found}" for found in stray(texts, allowed)[:5])


def claims_without_change(pairs: int, seed: int = 81, units: int = 60) -> dict[str, float]:
    """Pairs of waves from one population: how often a change is stated all the same."""
    total = group = 0
    with tempfile.TemporaryDirectory() as folder:
        town = make_town(Path(folder) / "town")
        for i in range(pairs):
            rng = np.random.default_rng([seed, i])
            rate, spread, tilt = (
                float(rng.uniform(0.1, 0.4)),
                float(rng.uniform(0, 0.5)),
                float(rng.uniform(0, 0.8)),
            )
            n = int(rng.integers(units, units + 30))
            samples = {
                y: town.sample(
                    random_frame(rng, units=n, size=10, rate=rate, spread=spread, tilt=tilt, year=y)
                )
                for y in (2023, 2025)
            }
            study = Study(samples, breakdowns=("residence", "sex"))  # those of two levels: gaps are tested
            claims = [
                f
                for f in list_changes(study)
                if f.verdict in ("rise", "fall", "narrowed", "widened", "reversed")
            ]
            total += any(not f.by for f in claims)
            group += any(f.family == "groups" for f in claims)
    return {"pairs": pairs, "whole": total / pairs, "groups": group / pairs}


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    warnings.simplefilter("ignore")
    found = claims_without_change(count)
    print(
        f"no change, {found['pairs']} pairs: the whole {found['whole']:.2%}, any group {found['groups']:.2%}",
        flush=True,
    )
    tally = audit(count)
    print(f"{tally.sets} data sets, {tally.sentences} sentences, {tally.documents} documents read back")
    print(f"claims: {dict(sorted(tally.claims.items()))}")
    print(f"wrong: {len(tally.wrong)}", *tally.wrong[:40], sep="\n  ")
    return int(bool(tally.wrong) or found["whole"] > 0.06 or found["groups"] > 0.06)


if __name__ == "__main__":
    sys.exit(main())
