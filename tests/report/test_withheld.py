"""No difference, and no sum, of released levels gives a few people away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.kernels.release.derivation import find_derivable
from literacy.report import make_report
from literacy.report.facts import study
from tests.report.towns import Town, make_town, random_frame
from tests.simulation.report_claims import check_claims


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("survey") / "town")


def nested() -> pd.DataFrame:
    """Farmers are the first level of education but for nine of them."""
    frame = random_frame(np.random.default_rng(7), units=20, size=10, rate=0.3)
    low = np.flatnonzero(frame["education"] == 1)
    frame["group_farmers"] = 0
    frame.loc[low[9:], "group_farmers"] = 1
    return frame


def nearly_all() -> pd.DataFrame:
    """All but eleven are workers."""
    frame = random_frame(np.random.default_rng(8), units=20, size=10, rate=0.3)
    frame["group_workers"] = 1
    frame.loc[:10, "group_workers"] = 0
    return frame


def summed() -> pd.DataFrame:
    """Few officials: the second level of education less the workers, and both of these are large."""
    frame = random_frame(np.random.default_rng(9), units=20, size=12, rate=0.3)
    second = np.flatnonzero(frame["education"] == 2)
    for name in ("farmers", "workers", "officials"):
        frame[f"group_{name}"] = 0
    frame.loc[second[:12], "group_officials"] = 1
    frame.loc[second[12:], "group_workers"] = 1
    return frame


CASES = {
    "nested": (nested, "group|farmers"),
    "nearly all": (nearly_all, "group|workers"),
    "summed": (summed, "group|workers"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_would_give_a_few_people_away_is_withheld(case: str, town: Town) -> None:
    draw, name = CASES[case]
    frame = draw()
    report = make_report({2025: town.sample(frame)})
    gone = {f.id for f in report.facts.find(measure="share", status="suppressed")}
    assert f"share|2025|{name}" in gone
    assert not np.isfinite(report.facts[f"share|2025|{name}"].value)


def claims_of(town: Town, frame: pd.DataFrame) -> list[str]:
    report = make_report({2025: town.sample(frame)})
    return list(check_claims(report.tables["facts"], report.tables["sentences"], {2025: frame}))


@pytest.mark.parametrize("case", CASES)
def test_the_audit_sees_what_is_given_away(case: str, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = CASES[case][0]()
    assert claims_of(town, frame) == []
    monkeypatch.setattr(study, "find_derivable", lambda *_: -1)
    assert any("people are in" in s or "is a sum of" in s for s in claims_of(town, frame))


def test_levels_of_a_finer_column_are_protected_by_the_coarser() -> None:
    """Bands 1, 2 and 3 make up everybody, bands 1 and 2 are the young; the few of band 1 would be young less band 2."""
    band = np.repeat([1, 2, 3], [5, 45, 50])
    members = np.array([np.ones(100, bool), band <= 2, band == 3, band == 1, band == 2, band == 3])
    withheld = np.array(
        [False, False, False, True, False, True]
    )  # of the finer column 1, and 3 to protect it
    keep = np.arange(6) == 0
    assert find_derivable(members, withheld, keep, 10) in (1, 4)
    withheld[4] = True
    assert find_derivable(members, withheld, keep, 10) == -1


def test_a_group_that_nobody_belongs_to_is_named_as_absent(town: Town) -> None:
    frame = random_frame(np.random.default_rng(5), units=20, size=10, rate=0.3)
    whole = make_report({2025: town.sample(frame)})
    assert not [s for s in whole.sentences if s.id.startswith("groups.none")]
    report = make_report({2025: town.sample(frame.assign(group_officials=0))})
    (said,) = [s for s in report.sentences if s.id == "groups.none|2025"]
    assert said.zh == "2025年的有效样本中没有下列人群的受访者：干部。"
