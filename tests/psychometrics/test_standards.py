"""Cuts set by judges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.psychometrics import standard_setting

# Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(2, 1) = 0.29
RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]) / 10


def said(x: np.ndarray = RATINGS, number: int = 1) -> pd.DataFrame:
    rows = [(number, f"j{j}", f"i{i}", v) for i, row in enumerate(x) for j, v in enumerate(row)]
    return pd.DataFrame(rows, columns=["round", "judge", "item", "rating"])


def test_angoff_rounds_agreement_error_and_impact() -> None:
    both = pd.concat([said(), said(0.5 * RATINGS + 0.25, 2)])
    made = standard_setting(both, scores=np.repeat(np.arange(7), 10))
    cuts = RATINGS.sum(axis=0)
    first = made.table.iloc[0]
    assert first["cut"] == pytest.approx(cuts.mean()) and first["se"] == pytest.approx(cuts.std(ddof=1) / 2)
    assert first["agreement"] == pytest.approx(0.29, abs=0.005)
    assert made.table["sd"][1] == pytest.approx(made.table["sd"][0] / 2)
    last = made.table.iloc[1]
    assert made.impact["rate"][0] == pytest.approx((np.arange(7) >= last["cut"]).mean())


def test_bookmark_is_between_two_items_at_two_thirds() -> None:
    bank = pd.DataFrame({"item": list("abc"), "a": 1.0, "b": [0.0, -1.0, 1.0]})
    made = standard_setting(pd.DataFrame({"judge": [1, 2], "item": ["c", "a"]}), "bookmark", bank)
    shift = np.log(0.67 / 0.33)
    assert made.judges["theta"].tolist() == pytest.approx([0.5 + shift, -0.5 + shift])
    expected = (1 / (1 + np.exp(-(0.5 + shift - np.array([0, -1, 1]))))).sum()
    assert made.judges["cut"][0] == pytest.approx(expected)


@pytest.mark.parametrize(
    "table, more",
    [(said(RATINGS * 100), {}), (said()[:-1], {}), (pd.concat([said(), said()]), {}),
     (said().drop(columns="judge"), {}), (said(), {"method": "bookmark"}),
     (said(), {"scores": [70, 80]}), (said(), {"rp": 1.0})],
)  # fmt: skip
def test_bad_input(table: pd.DataFrame, more: dict) -> None:
    with pytest.raises(LiteracyError):
        standard_setting(table, **more)
