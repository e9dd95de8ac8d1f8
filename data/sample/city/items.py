"""Two waves whose item parameters follow from what the items ask, one DIF item, one drifting item: for item tools."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from city.answers import DONT_KNOW, RIGHT, WRONG, choose
from city.dice import dice
from city.draws import draw
from city.interviews import refused_code
from city.waves import Population
from literacy.instrument import Instrument, Item

ITEM_YEARS = (2023, 2025)
MONGOLIAN = 2
DIF_ITEM, DIF = "k21", 1.8
"""Electromagnetic waves: imagined to be rare words in Mongolian, so that the item is so many logits harder there."""
DRIFT_ITEM, DRIFT = "k46", -1.3
"""Greenhouse gases: much spoken of between the waves, so the item is that many logits easier in 2025."""
LEVEL = {"knowledge": -0.6, "method": 0.5, "spirit": 0.1, "application": -0.2}
FORM = {"true_false": -0.5, "single": 0.0, "multiple": 0.6}
SLOPE = {"knowledge": 1.1, "method": 1.4, "spirit": 1.0, "application": 1.2}


def item_truth(items: tuple[Item, ...]) -> pd.DataFrame:
    """One row an item: slope and location from its dimension, its form and its benchmark; DIF and drift."""
    rows = []
    for item in items:
        step = 0.12 * (int(item.benchmark or 0) * 7 % 11 - 5)
        rows.append(
            {
                "item": item.name,
                "dimension": item.dimension,
                "benchmark": item.benchmark,
                "a": SLOPE[item.dimension],
                "b": round(LEVEL[item.dimension] + FORM[item.type] + step, 4),
                "dif_mongolian": DIF if item.name == DIF_ITEM else 0.0,
                "drift_2025": DRIFT if item.name == DRIFT_ITEM else 0.0,
            }
        )
    return pd.DataFrame(rows)


def answer_items(
    table: pd.DataFrame, adults: Population, instrument: Instrument, year: int, truth: pd.DataFrame
) -> pd.DataFrame:
    """Replace the answers to the scored items of a wave's interviews; who answered nothing still does not."""
    rows = draw(dice(year, 5), adults.frame)["row"].to_numpy()  # the draw of the wave, once more
    ability = adults.people["ability"].to_numpy()[rows]
    mongolian = (table["language"] == MONGOLIAN).to_numpy(dtype=bool)
    rng = dice(year, 9)
    location = truth["b"].to_numpy() + (truth["drift_2025"].to_numpy() if year == ITEM_YEARS[-1] else 0.0)
    edge = ability[:, None] - location - mongolian[:, None] * truth["dif_mongolian"].to_numpy()
    knows = expit(truth["a"].to_numpy() * edge)
    admits = expit(-0.75 - 0.70 * ability)[:, None]
    chance = rng.random(knows.shape)
    states: NDArray[np.int8] = np.full(knows.shape, WRONG, dtype=np.int8)
    states[chance < knows + (1.0 - knows) * admits] = DONT_KNOW
    states[chance < knows] = RIGHT
    out = table.copy()
    for j, item in enumerate(instrument.scored_items):
        refused = refused_code(item)
        silent = out[item.name].isna() | out[item.name].astype(str).isin([str(refused), f"{refused}.0"])
        out[item.name] = np.where(
            silent, out[item.name].to_numpy(dtype=object), choose(rng, states[:, j], item)
        )
    return out
