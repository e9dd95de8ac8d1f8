"""The bank of items of the synthetic waves: every item's use, difficulty, DIF by language and parameters, rounded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from literacy.answers import read
from literacy.instrument import Instrument
from literacy.psychometrics import dif, fit_irt, item_analysis, link_items, update_bank
from literacy.sampling import Sample
from literacy.scoring import score

DIGITS = 3
"""Beyond these the estimates say nothing, and programs of linear algebra may differ."""
CHINESE, MONGOLIAN = 1, 2
"""Codes of the language of the interview."""


def keep_bank(folder: Path, instrument: Instrument, years: tuple[int, ...]) -> pd.DataFrame:
    """The bank after the item files of *years*, parameters on the scale of the last."""
    bank: pd.DataFrame | None = None
    fits = {}
    for year in years:
        sample = Sample(score(read(folder / f"items_{year}.sav", instrument, wave=str(year))))
        fits[year] = fit_irt(sample)
        tested = dif(sample, "language", reference=CHINESE, focal=MONGOLIAN, purify=True, adjust="holm")
        about = pd.DataFrame(
            [(i.name, i.dimension, i.benchmark) for i in instrument.scored_items],
            columns=["item", "dimension", "benchmark"],
        )
        bank = update_bank(bank, item_analysis(sample), str(year), about, tested)
    assert bank is not None
    newest = fits[years[-1]].parameters[["item", "a", "b"]].set_index("item")
    for year in reversed(years[:-1]):
        link = link_items(fits[year], fits[years[-1]])
        older = fits[year].parameters[["item", "a", "b"]].set_index("item")
        older = pd.DataFrame({"a": older["a"] / link.slope, "b": link.slope * older["b"] + link.intercept})
        newest = newest.combine_first(older)
    at = list(bank.columns).index("benchmark") + 1
    for name in ("b", "a"):
        bank.insert(at, name, newest[name].reindex(bank["item"]).to_numpy())
    bank.insert(at + 2, "synthetic", 1)
    numbers = bank.select_dtypes("float").columns
    bank[numbers] = bank[numbers].round(DIGITS) + 0.0
    for name in (c for c in bank.columns if c == "benchmark" or c.startswith("n_")):
        bank[name] = bank[name].astype("Int64")
    return bank
