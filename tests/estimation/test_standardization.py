"""Direct standardisation against R survey's svystandardize."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.models.standardization import standardize
from literacy.estimation.statistics.means import proportion
from literacy.sampling import Sample
from tests.estimation.peers import close, people, reference, sample

SHARES = {"a": 0.3, "b": 0.45, "c": 0.25}


@pytest.mark.reference
@pytest.mark.parametrize("design", ["two", "post", "wr"])
def test_as_in_r(design: str) -> None:
    one, wanted = sample(design), reference()["standardized"][design]
    age = standardize(one, "age", "old", SHARES, by="sex")
    share = standardize(one, "literate", "old", SHARES, by="sex")
    close(np.concatenate([age.estimate, share.estimate]), wanted["by"])
    close(np.concatenate([age.se, share.se]), wanted["se"])
    whole = standardize(one, "literate", "old", SHARES)
    close([whole.estimate[0], whole.se[0]], [wanted["all"], wanted["all_se"]])


@pytest.mark.reference
def test_replicates_as_in_r() -> None:
    found = standardize(sample("boot"), "literate", "old", SHARES)
    wanted = reference()["standardized"]["boot"]
    close([found.estimate[0], found.se[0]], [wanted["all"], wanted["all_se"]])


def test_own_composition_changes_nothing() -> None:
    one = sample("wr")
    own = pd.Series(one.weight).groupby(people().old).sum()
    found, plain = standardize(one, "literate", "old", own), proportion(one, "literate")
    close(found.estimate, plain.estimate)
    assert found.table.crude[0] == pytest.approx(plain.estimate[0])


def test_crossed_columns_and_overlapping_groups() -> None:
    frame = people().assign(
        group_young=(people().age < 45) * 1,
        group_rural=people().stratum.isin([1, 2]) * 1,
        tall=people().age % 2,
    )
    one = Sample(frame, sample("two").design)
    table = pd.DataFrame([(t, s, 0.25) for t in (0, 1) for s in ("f", "m")], columns=["tall", "sex", "share"])
    found = standardize(one, "literate", ["tall", "sex"], table, by="group")
    single = standardize(one, "literate", ["tall", "sex"], table, where="group_young=1")
    assert found.table.group.tolist() == ["young", "rural"]
    close(found.estimate[:1], single.estimate)
    close(found.se[:1], single.se)
    assert found.covariance[0, 1] != 0
    assert ((found.table.ci_low > 0) & (found.table.ci_high < 1)).all()


def test_missing_values_are_counted() -> None:
    found = standardize(sample("two"), "score", "old", SHARES)
    assert any("2 respondents without score" in n for n in found.notes)
    assert found.table.n[0] == len(people()) - 2


@pytest.mark.parametrize(
    ("shares", "where", "word"),
    [
        ({"a": 0.5, "b": 0.5}, None, "c is in the data"),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, None, "d is in the standard"),
        ({"a": 1, "b": -1, "c": 1}, None, "negative"),
        (SHARES, {"old": ["a", "b"]}, "no respondents in c"),
    ],
)
def test_mistakes_are_told(shares: dict[str, float], where: object, word: str) -> None:
    with pytest.raises(LiteracyError, match=word):
        standardize(sample("wr"), "literate", "old", shares, where=where)  # type: ignore[arg-type]
