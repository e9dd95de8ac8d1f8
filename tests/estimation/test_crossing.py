"""Cross-tables agree with the proportions they are made of."""

from __future__ import annotations

import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.statistics.crossing import crosstab
from literacy.estimation.statistics.means import proportion
from tests.estimation.peers import close, people, sample


@pytest.mark.parametrize("share", ["row", "column", "all"])
def test_shares_and_counts(share: str) -> None:
    found = crosstab(sample("two"), "edu", "view", share=share)
    frame = people().dropna(subset="edu")
    counts = pd.crosstab(frame.edu, frame["view"]).stack()
    wanted = counts[counts > 0] if share == "all" else counts  # one cell is empty
    assert found.table["count"].tolist() == wanted.tolist()
    assert found.by == ("edu", "view") and len(set(found.names)) == len(wanted)
    key = {"row": "edu", "column": "view", "all": "variable"}[share]
    assert found.table.groupby(key)["estimate"].sum().tolist() == pytest.approx(
        [1.0] * found.table[key].nunique()
    )
    assert any("Rao-Scott" in n for n in found.notes)
    if share == "row":
        plain = proportion(sample("two"), "view", by="edu")
        close(found.estimate, plain.estimate)
        close(found.covariance, plain.covariance)


def test_prints_in_order_with_flags() -> None:
    found = crosstab(sample("two"), "edu", "sex", where="literate=1")
    assert found.table.edu.tolist() == ["high", "high", "low", "low", "middle", "middle"]
    assert found.table.reliable.notna().all()
    assert "Cross-table" in str(found)


def test_mistakes_are_told() -> None:
    with pytest.raises(LiteracyError, match="twice"):
        crosstab(sample("wr"), "edu", "edu")
    with pytest.raises(LiteracyError, match="did you mean 'edu'"):
        crosstab(sample("wr"), "edy", "sex")
