"""The synthetic item files hold one item that works differently, and one that drifted: they are found, no other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.psychometrics import dif, fit_irt, item_analysis, link_items
from literacy.scoring import Scored


@pytest.fixture(scope="module")
def waves() -> dict[int, Scored]:
    files = {year: lit.sample_data(f"items_{year}.sav") for year in (2023, 2025)}
    return {year: lit.score(lit.read(file, "erenhot", wave=str(year))) for year, file in files.items()}


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return pd.read_csv(lit.sample_data("items_truth.csv"))


def test_the_item_that_is_harder_in_mongolian_is_found_and_no_other(
    waves: dict[int, Scored], truth: pd.DataFrame
) -> None:
    found = dif(waves[2025], by="language", focal=2, reference=1, purify=True, adjust="bh").to_frame()
    (name,) = truth.loc[truth["dif_mongolian"] > 0, "item"]
    assert found.loc[found["flagged"], "item"].tolist() == [name]
    row = found.set_index("item").loc[name]
    assert row["class"] == "C" and abs(row["effect"] - 1.8) < 3 * row["se"]


def test_the_item_that_drifted_is_found_and_no_other(waves: dict[int, Scored], truth: pd.DataFrame) -> None:
    some = [f"k{k}" for k in range(35, 51)]
    old, new = (fit_irt(waves[year], some) for year in (2023, 2025))
    link = link_items(new, old)
    (name,) = truth.loc[truth["drift_2025"] != 0, "item"]
    assert link.drift.loc[link.drift["drifting"], "item"].tolist() == [name]
    both = new.parameters.merge(truth, on="item", suffixes=("", "_true"))
    steady = both[both["item"] != name]
    assert np.corrcoef(steady["b"], steady["b_true"])[0, 1] > 0.97


def test_a_reversed_key_is_found_and_no_other(waves: dict[int, Scored]) -> None:
    scored = waves[2025]
    columns = [i.name for i in scored.instrument.scored_items]
    right = scored.frame[[f"{c}_correct" if f"{c}_correct" in scored.frame else c for c in columns]].copy()
    right.columns = columns
    right["k05"] = 1 - right["k05"]
    table = item_analysis(right, items=columns).to_frame()
    assert table.loc[table["flags"].str.contains("reversed key"), "item"].tolist() == ["k05"]
