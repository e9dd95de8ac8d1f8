"""The sentence audit: random data sets, every claim worked out anew, every number traced to its source.

Run ``make audit-report``, or ``python -m tests.simulation.report_audit [SETS] [PROCESSES]``; figures in docs/report.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.projection import set_goal
from literacy.report import Report, make_report
from tests.report.towns import Town, make_town, random_frame
from tests.simulation.report_claims import check_claims
from tests.simulation.report_readback import (
    printed,
    read_docx,
    read_html,
    read_pdf,
    read_xlsx,
    stray,
    unequal,
)

Made = TypeVar("Made")
KINDS = (
    "change", "no change", "zero cells", "one wave", "no groups", "all literate", "nobody literate", "one group missing",
    "suppressed", "wide intervals", "three waves", "small levels", "gaps",
)  # fmt: skip
LONG = 100
"""So many are a long run, which says on stderr how far it is and what it has found."""
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
    rate, apart, tilt = float(rng.uniform(0.05, 0.6)), float(rng.uniform(0, 0.5)), float(rng.uniform(0, 1.2))
    mix = (0.3, 0.25, 0.15, 0.3)
    years = [2023, 2025]
    if kind == "one wave":
        years = [2025]
    elif kind == "three waves":
        years = [2021, 2023, 2025]
    elif kind == "zero cells":
        rate = 0.02
    elif kind in ("all literate", "nobody literate"):
        rate, apart, tilt = float(kind == "all literate"), 0.0, 0.0
    elif kind == "one group missing":
        mix = (0.4, 0.3, 0.0, 0.3)
    elif kind == "suppressed":
        mix, units = (0.5, 0.05, 0.03, 0.42), 20
    elif kind == "wide intervals":
        units, size = 6, 8
    flat = kind in ("all literate", "nobody literate", "no change")
    shift = 0.0 if flat else float(rng.choice([0.0, 0.05, 0.15, -0.05, -0.15]))
    gaps = rng.choice([0.0, 1.2, -1.2], len(years)) if kind == "gaps" else np.zeros(len(years))
    schooling = (0.55, 0.38, 0.07) if kind == "small levels" else ()
    return {
        y: random_frame(
            rng, units=units, size=size, rate=float(np.clip(rate + k * shift, 0.01, 0.95)) if 0 < rate < 1 else rate,
            spread=apart, tilt=tilt, mix=mix, year=y, gap=float(gaps[k]), schooling=schooling,
        )
        for k, y in enumerate(years)
    }  # fmt: skip


def spread(task: Callable[[int], Made], count: int, workers: int, what: str) -> Iterator[Made]:
    """A task for every number below ``count``, on several processes; progress goes to stderr."""
    start, step = time.monotonic(), max(count // 20, 1)
    with get_context("fork").Pool(workers) if workers > 1 else _Alone() as pool:
        for done, made in enumerate(pool.imap(task, range(count), chunksize=4), 1):
            yield made
            if count >= LONG and done % step == 0:
                took = time.monotonic() - start
                print(
                    f"{what}: {done} of {count}, {took:.0f} s, {took / done * (count - done):.0f} s to go",
                    file=sys.stderr,
                    flush=True,
                )


class _Alone:
    """A pool of this process alone."""

    def __enter__(self) -> _Alone:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def imap(self, task: Callable[[int], Made], numbers: range, chunksize: int) -> Iterator[Made]:
        return map(task, numbers)


@dataclass(frozen=True)
class Audit:
    """What every set needs: the moulds, the seed, how many are read back from files."""

    moulds: dict[str, Town]
    folder: Path
    seed: int
    read_back: int

    def __call__(self, i: int) -> tuple[int, Counter[str], list[str], int]:
        """Sentences, claims, problems and documents of one data set."""
        warnings.simplefilter("ignore")
        rng = np.random.default_rng([self.seed, i])
        kind = KINDS[i % len(KINDS)]
        waves = draw(kind, rng)
        mould = self.moulds.get(kind, self.moulds[""])
        goals = [set_goal(2025, round(float(rng.uniform(0.05, 0.6)), 2))]
        try:
            report = make_report({y: mould.sample(f) for y, f in waves.items()}, goals)
        except LiteracyError as error:
            return 0, Counter(), [f"set {i} ({kind}): no report: {error}"], 0
        wrong, documents = list(check(report, waves)), 0
        if self.read_back and i % self.read_back == 0:
            wrong += check_documents(report, self.folder / f"out{i}")
            documents = 8
        claims = Counter(s.claim for s in report.sentences if s.claim)
        return len(report.sentences), claims, [f"set {i} ({kind}): {p}" for p in wrong], documents


def audit(count: int, seed: int = 18, read_back: int = READ_BACK, workers: int = 1) -> Tally:
    """Reports of random data sets: claims against a recalculation, numbers against the facts."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        moulds = {"": make_town(folder / "town"), "no groups": make_town(folder / "bare", groups={})}
        for sentences, claims, wrong, documents in spread(
            Audit(moulds, folder, seed, read_back), count, workers, "audit"
        ):
            tally.sets += 1
            tally.sentences += sentences
            tally.claims.update(claims)
            tally.wrong += wrong
            if wrong and count >= LONG:
                print(*wrong, sep="\n", file=sys.stderr, flush=True)
            tally.documents += documents
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


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    tally = audit(count, workers=workers)
    print(f"{tally.sets} data sets, {tally.sentences} sentences, {tally.documents} documents read back")
    print(f"claims: {dict(sorted(tally.claims.items()))}")
    print(f"wrong: {len(tally.wrong)}", *tally.wrong[:40], sep="\n  ")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main())
