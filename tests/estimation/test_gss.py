"""The published answer of a real survey: US General Social Survey 2016 (the file is in tests/reference/gss)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.estimation import Estimate, mean, proportion
from literacy.sampling import Design, Sample

pytestmark = pytest.mark.reference
KEYS = {
    "hotcore": 1,
    "radioact": 2,
    "boyorgrl": 1,
    "lasers": 2,
    "electron": 1,
    "viruses": 2,
    "condrift": 1,
    "earthsun": 1,
}
DEGREE = [0.0798395, 0.4047823, 0.5496326, 0.6585136, 0.6882793]
DEGREE_SE = [0.02300849, 0.02241555, 0.05494060, 0.03743495, 0.03569676]


@pytest.fixture(scope="module")
def sample(gss: Path) -> Sample:
    import pyreadstat

    frame, _ = pyreadstat.read_sav(str(gss), user_missing=True)
    frame.columns = frame.columns.str.lower()
    asked = frame["hotcore"].notna() & (frame["hotcore"] != 0)
    right = pd.DataFrame({c: (frame[c] == k).astype(float) for c, k in KEYS.items()})
    score = right.sum(axis=1).where(asked)
    frame = frame.assign(score=score, literate=(score >= 6).astype(float).where(asked))
    return Sample(frame, Design("wtssall", strata="vstrat", psu="vpsu"))


def row(e: Estimate) -> pd.Series:
    return e.table.iloc[0]


def test_published_numbers(sample: Sample) -> None:
    score, share = row(mean(sample, "score")), row(proportion(sample, "literate"))
    assert score["n"] == share["n"] == 1390
    assert [score["estimate"], score["se"]] == pytest.approx([5.145590, 0.066418], abs=1e-6)
    assert [share["estimate"], share["se"]] == pytest.approx([0.453808, 0.018063], abs=1e-6)
    assert [share["ci_low"], share["ci_high"]] == pytest.approx([0.4180365, 0.4900631], abs=1e-6)
    assert share["df"] == 65


def test_published_degrees(sample: Sample) -> None:
    e = proportion(sample, "literate", by="degree")
    e = e.evolve(table=e.table[e.table["degree"] <= 4])
    assert e.estimate == pytest.approx(DEGREE, abs=1e-6)
    assert e.se == pytest.approx(DEGREE_SE, abs=1e-6)


def test_no_invented_design_effect(sample: Sample) -> None:
    """The weights sum to the sample size: a without-replacement design effect does not exist."""
    for by in (None, "degree"):
        e = proportion(sample, "literate", by=by, deff="wor")
        assert np.isnan(e.table["deff"]).all()
        assert any("without-replacement" in n for n in e.notes)
        assert e.table["n_eff"].notna().all()
