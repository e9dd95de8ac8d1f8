"""The synthetic item files hold one item that works differently, and one that drifted: they are found, no other."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.psychometrics import dif, fit_irt, item_analysis, link_items
from literacy.scoring import Scored
from tests.conftest import ROOT


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


@pytest.mark.search
def test_the_shipped_bank_is_made_of_the_waves_and_forms_of_it(tmp_path: Path) -> None:
    """The generator gives the shipped bytes; the command enters a wave; four forms come of the result."""
    sys.path.insert(0, str(ROOT / "data" / "sample"))
    try:
        from city.bank import keep_bank
    finally:
        sys.path.pop(0)
    shipped = lit.sample_data("items_bank.csv")
    made = keep_bank(shipped.parent, lit.load_instrument("erenhot"), (2023, 2025))
    assert made.to_csv(index=False, lineterminator="\n").encode() == shipped.read_bytes()
    assert made["synthetic"].eq(1).all() and len(made) == 50
    assert made.set_index("item").loc["k21", "dif"] == "C (2)"  # the item that differs, see items_truth.csv
    bank, rules = tmp_path / "bank.csv", tmp_path / "rules.toml"
    bank.write_bytes(shipped.read_bytes())
    file = str(lit.sample_data("items_2025.sav"))
    words = ["items", file, "-i", "erenhot", "-w", "2025", "--by", "language", "--bank", str(bank)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    table = pd.read_csv(bank)
    assert table["uses"].eq(2).all() and {"a", "b", "synthetic", "dif_2023"} <= set(table.columns)
    rules.write_text(
        'length = 12\n[dimension]\nknowledge = [4, 8]\nmethod = [2, 6]\n[information]\n"0.0" = 2.4\n'
    )
    done = CliRunner().invoke(main, ["form", "assemble", str(bank), "--rules", str(rules), "--forms", "4",
                                     "-o", str(tmp_path / "forms.csv")])  # fmt: skip
    assert done.exit_code == 0, done.output
    forms = pd.read_csv(tmp_path / "forms.csv")
    assert forms.groupby("form").size().tolist() == [12] * 4 and forms["item"].is_unique
