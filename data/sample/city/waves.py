"""One wave of the synthetic city: everybody with answers and verdicts, and the sample drawn from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from city.answers import answer, item_parameters, verdict
from city.dice import dice
from city.draws import ADULTS, PUPILS, SCHOOL_STRATA, STRATA, Frame, draw, make_frame
from city.interviews import interview
from city.people import make_adults
from city.pupils import make_pupils
from literacy.instrument import Instrument, Margins, holds

YEARS = (2021, 2023, 2025)
WITH_PUPILS = (2025,)
STANDARDS = ("cast100", "benchmark2016")
ALL, PUPILS_GROUP = "all", "pupils"


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody of a universe: ``people``, ``states`` (n, k) answers, ``literate`` by standard, sampling ``frame``."""

    people: pd.DataFrame
    states: NDArray[np.int8]
    literate: dict[str, NDArray[np.float64]]
    frame: Frame


def adults_of(instrument: Instrument, margins: Margins, year: int) -> Population:
    """Make the adults of a year and let them answer."""
    people = make_adults(margins, year)
    stratum = people["community"].map(STRATA).to_numpy()
    return _settle(people, stratum, instrument, year, 2)


def pupils_of(instrument: Instrument, year: int) -> Population:
    """Make the pupils of a year and let them answer."""
    people = make_pupils(year)
    stratum = people["school"].map(SCHOOL_STRATA).to_numpy()
    return _settle(people, stratum, instrument, year, 4)


def _settle(
    people: pd.DataFrame, stratum: NDArray[np.int64], instrument: Instrument, year: int, key: int
) -> Population:
    items = instrument.scored_items
    herder = people["herder"].to_numpy(dtype=bool)
    states = answer(dice(year, key), people["ability"].to_numpy(), herder, item_parameters(items))
    literate = {s: verdict(states, items, instrument.standard(s)) for s in STANDARDS}
    plan = PUPILS if key == 4 else ADULTS
    return Population(people, states, literate, make_frame(people, stratum, plan))


def members(people: pd.DataFrame, instrument: Instrument, group: str) -> NDArray[np.bool_]:
    """Who of the people belongs to a group by the instrument's definition."""
    return holds(instrument.group(group).any_of, people)


def truths(
    year: int, adults: Population, pupils: Population | None, instrument: Instrument
) -> list[dict[str, object]]:
    """The true rates of a year: one record a group and standard."""
    parts = [(ALL, adults, np.ones(len(adults.people), dtype=bool))]
    parts += [(g.name, adults, members(adults.people, instrument, g.name)) for g in instrument.groups]
    if pupils is not None:
        parts.append((PUPILS_GROUP, pupils, np.ones(len(pupils.people), dtype=bool)))
    return [
        {
            "wave": year,
            "universe": "pupils" if population is pupils else "adults",
            "group": name,
            "standard": standard,
            "truth": round(float(population.literate[standard][who].mean()), 6),
            "population": int(who.sum()),
        }
        for standard in STANDARDS
        for name, population, who in parts
    ]


def field(year: int, adults: Population, pupils: Population | None, instrument: Instrument) -> pd.DataFrame:
    """Draw the sample of a year and interview it: the design columns and every item, a row an interview."""
    parts = []
    for key, population in ((5, adults), (6, pupils)):
        if population is None:
            continue
        rng = dice(year, key)
        drawn = draw(rng, population.frame)
        rows = drawn.pop("row").to_numpy()
        people = population.people.iloc[rows].reset_index(drop=True)
        answers = interview(rng, people, population.states[rows], instrument, instrument.wave(year))
        drawn["psu"] = _number_within(drawn["psu"], drawn["stratum"], population.frame)
        parts.append(pd.concat([drawn, answers], axis=1))
    table = pd.concat(parts, ignore_index=True).copy()
    return table.assign(id=np.arange(1, len(table) + 1), wave=year)


def _number_within(block: pd.Series, stratum: pd.Series, frame: Frame) -> NDArray[np.int64]:
    """Number a block within its stratum, from 1, in the order of the frame."""
    number = np.zeros(len(frame.size), dtype=np.int64)
    for h in np.unique(stratum):
        there = np.flatnonzero(frame.stratum == h)
        number[there] = np.arange(1, len(there) + 1)
    return number[block.to_numpy()]
