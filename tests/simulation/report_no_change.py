"""Claims where nothing changed: pairs of waves from one population, and how often a report states a change all the same.

Run ``make audit-no-change``, or ``python -m tests.simulation.report_no_change [PAIRS] [PROCESSES]``; figures in
docs/report.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from literacy.report.facts.changes import list_changes
from literacy.report.facts.outcomes import compare_levels
from literacy.report.facts.study import Study
from literacy.sampling import Design, Sample
from tests.report.towns import Town, make_town, random_frame
from tests.simulation.report_audit import spread
from tests.simulation.report_recalculation import ALPHA, Test, Wave, change, welch

CLAIMS = ("rise", "fall", "narrowed", "widened", "reversed")
MOST = 0.06
"""Most reports that may state a change of the whole, or of any group or gap."""


def claims_of(study: Study) -> tuple[bool, bool, float]:
    """Whether a change of the whole is stated, and any of a group or gap; and how many of their tests reject alone."""
    found = list(list_changes(study))
    told = [f for f in found if f.verdict in CLAIMS]
    alone = [f.p_value < ALPHA for f in found if f.family == "groups" and f.p_value == f.p_value]
    single = float(np.mean(alone)) if alone else float("nan")
    return any(not f.by for f in told), any(f.family == "groups" for f in told), single


@dataclass(frozen=True)
class Towns:
    """Two waves of one made-up town, 60 to 90 units of 10; in every other pair the levels of education are alike too."""

    town: Town
    units: int = 60
    seed: int = 81

    def __call__(self, i: int) -> dict[str, Any]:
        warnings.simplefilter("ignore")
        rng = np.random.default_rng([self.seed, i])
        rate, spread_of, tilt = (float(rng.uniform(*r)) for r in ((0.1, 0.4), (0, 0.5), (0, 0.8)))
        alike = i % 2 == 1
        n = int(rng.integers(self.units, self.units + 30))
        frames = {
            y: random_frame(
                rng, units=n, size=10, rate=rate, spread=spread_of, tilt=0.0 if alike else tilt, year=y
            )
            for y in (2023, 2025)
        }
        study = Study({y: self.town.sample(f) for y, f in frames.items()}, breakdowns=("residence", "sex"))
        whole, groups, single = claims_of(study)
        test = change(*(Wave(f) for f in frames.values()))
        levels = (
            any(f.verdict in ("higher", "highest") for f in compare_levels(study, "education"))
            if alike
            else None
        )
        return {"whole": whole, "groups": groups, "test": test.p < ALPHA, "levels": levels, "single": single}


class Erenhot:
    """Two waves of the synthetic city of 2025, drawn and weighted by its own design."""

    def __init__(self) -> None:
        from literacy._resources import sample_data
        from literacy.answers import read
        from literacy.scoring import score
        from tests.simulation.coverage_city import YEAR, City

        self.city = City()
        self.scored = score(read(sample_data(f"erenhot_{YEAR}.sav"), self.city.instrument))

    def sample(self, number: int) -> Sample:
        from literacy.weighting import rake

        drawn = self.city.sample(number)
        d = self.city.instrument.wave(2025).design
        design = Design(weight=d.weight, strata=d.strata, psu=d.psu, fpc=d.fpc)
        made = Sample(replace(self.scored, frame=drawn.frame), design, universe="adults")
        return rake(made, self.city.margins, max_ratio=5)

    def __call__(self, i: int) -> dict[str, Any]:
        warnings.simplefilter("ignore")
        study = Study(
            {2023: self.sample(2 * i), 2025: self.sample(2 * i + 1)}, breakdowns=("residence", "sex")
        )
        whole, groups, single = claims_of(study)
        rows = [study.share(y).table.iloc[0] for y in (2023, 2025)]
        v = [float(r["se"]) ** 2 for r in rows]
        df = welch(*v, *(float(r["df"]) for r in rows))
        test = Test(float(rows[1]["estimate"] - rows[0]["estimate"]), sum(v), df)
        return {"whole": whole, "groups": groups, "test": test.p < ALPHA, "levels": None, "single": single}


def measure(found: Iterator[dict[str, Any]]) -> dict[str, float]:
    """Shares of reports with each kind of claim; ``test``: size of the t test of the whole, worked out anew; ``single``: of
    the tests of groups and gaps, each alone, before Holm."""
    rows = list(found)
    out = {name: float(np.mean([r[name] for r in rows])) for name in ("whole", "groups", "test")}
    alike = [r["levels"] for r in rows if r["levels"] is not None]
    out["single"] = float(np.nanmean([r["single"] for r in rows]))
    return out | {"pairs": len(rows), "levels": float(np.mean(alike)) if alike else float("nan")}


def claims_without_change(pairs: int, workers: int = 1, units: int = 60) -> dict[str, float]:
    """Pairs of waves from one made-up town: how often a change is stated all the same."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(spread(Towns(make_town(Path(folder) / "town"), units), pairs, workers, "no change"))


def main() -> int:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    towns = claims_without_change(pairs, workers)
    print(
        f"{pairs} pairs of a town: whole {towns['whole']:.2%} (the test itself {towns['test']:.2%}), any group or gap "
        f"{towns['groups']:.2%} (a test of one alone {towns['single']:.2%}), any level where none differs {towns['levels']:.2%}", flush=True
    )  # fmt: skip
    city = measure(spread(Erenhot(), pairs, workers, "Erenhot"))
    print(
        f"{pairs} pairs by the design of Erenhot: whole {city['whole']:.2%} (the test itself {city['test']:.2%}), any "
        f"group or gap {city['groups']:.2%} (a test of one alone {city['single']:.2%})"
    )  # fmt: skip
    held = max(towns["whole"], towns["groups"], towns["levels"]) <= MOST
    return int(
        not (held and city["whole"] <= city["test"] + 0.01 and city["groups"] <= city["single"] + 0.01)
    )


if __name__ == "__main__":
    sys.exit(main())
