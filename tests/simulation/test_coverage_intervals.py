"""The coverage simulation works with block counts; here one of its samples is written out person by person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.estimation import proportion
from literacy.sampling import Design, Sample
from tests.simulation.coverage_intervals import METHODS, build_city, choose, draw, estimate, run


def test_a_sample_done_by_counts_is_the_package() -> None:
    rng = np.random.default_rng(3)
    d = draw(rng, build_city(rng, 0.12), 300, 5)
    p, se, kish, df = estimate(d)
    for s in range(5):
        rows = [
            (h, b, i < hits, n, d.blocks_in_city[j], d.blocks_in_city[j] / d.blocks_drawn[j] * n / taken)
            for j, (h, b, n, taken, hits) in enumerate(
                zip(d.stratum, d.block[s], d.people[s], d.persons[s], d.literate[s], strict=True)
            )
            for i in range(taken)
        ]
        frame = pd.DataFrame(rows, columns=["stratum", "block", "literate", "people", "blocks", "weight"])
        frame["person"] = np.arange(len(frame))
        design = Design(weight="weight", strata="stratum", psu=("block", "person"), fpc=("blocks", "people"))
        found = proportion(Sample(frame, design), "literate").table.iloc[0]
        assert found["estimate"] == pytest.approx(p[s], rel=1e-12)
        assert found["se"] == pytest.approx(se[s], rel=1e-10)
        assert found["df"] == df == 25
        w = frame.weight
        assert kish[s] == pytest.approx(w.sum() ** 2 / (w**2).sum())


def test_the_city_has_the_share_asked_for() -> None:
    city = build_city(np.random.default_rng(1), 0.02)
    assert city.share == pytest.approx(0.02, abs=1 / city.people.sum())
    assert (city.literate <= city.people).all()


def test_a_short_run_judges_every_method() -> None:
    rows = run(samples=200)
    assert {r.method for r in rows} == set(METHODS) and len(rows) == 54
    assert all(0.8 <= r.coverage <= 1 for r in rows)
    assert choose(rows, floor=0.0) in METHODS
