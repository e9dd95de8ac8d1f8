"""The synthetic pupils of 14-17 at the city's schools; never part of the indicator."""

from __future__ import annotations

import numpy as np
import pandas as pd

from city.answers import ability_of
from city.dice import dice, draw_codes, spread_counts
from city.people import COMMUNITIES, GACHAS, SUMU, URBAN

JUNIOR, SENIOR, VOCATIONAL = 1, 2, 3
CLASSES = {JUNIOR: {1: 9, 2: 14}, SENIOR: {3: 8, 4: 8, 5: 5}, VOCATIONAL: {3: 3, 4: 3, 5: 2}}
"""Kind of school -> school year -> classes with pupils of 14-17 (synthetic: no school figures are used)."""
AGES = {1: {14: 1.0}, 2: {14: 0.4, 15: 0.6}, 3: {15: 0.4, 16: 0.6}, 4: {16: 0.4, 17: 0.6}, 5: {17: 1.0}}
"""School year -> share of each age among its pupils of 14-17."""
ABILITY = {JUNIOR: -0.25, SENIOR: 0.25, VOCATIONAL: -0.35}
FROM_SUMU = 0.03


def make_pupils(year: int) -> pd.DataFrame:
    """Make the pupils of one year: the columns of the adults, and kind of school and school year; block = class."""
    rng = dice(year, 3)
    rows = []
    for kind, years in CLASSES.items():
        for grade, count in years.items():
            for size in 32 + (rng.random(count) * 16).astype(np.int64):
                rows.append((kind, grade, int(size)))
    kind, grade, size = (np.array(column) for column in zip(*rows, strict=True))
    block = np.repeat(np.arange(len(size)), size)
    people = pd.DataFrame({"block": block, "school": kind[block], "school_grade": grade[block]})
    total = len(people)
    people["age"] = 0
    for year_of_school, shares in AGES.items():
        there = np.flatnonzero(people["school_grade"] == year_of_school)
        ages = np.repeat(list(shares), spread_counts(len(there), np.array(list(shares.values()))))
        people.loc[there[np.argsort(rng.random(len(there)), kind="stable")], "age"] = ages
    people["sex"] = np.where(rng.random(total) < 0.51, 1, 2)
    people["residence"] = np.where(rng.random(total) < FROM_SUMU, SUMU, URBAN)
    people["community"] = 0
    for place, units in ((URBAN, COMMUNITIES), (SUMU, GACHAS)):
        there = np.flatnonzero(people["residence"] == place)
        weights = np.tile(np.array(list(units.values())), (len(there), 1))
        people.loc[there, "community"] = draw_codes(rng, weights, np.array(list(units)))
    people["education"] = np.where(people["school"] == JUNIOR, 2, 3)
    people["occupation"] = 6
    people["herder"] = False
    effects = people["school"].map(ABILITY).to_numpy() + 0.10 * (people["age"].to_numpy() - 15.5)
    people["ability"] = ability_of(rng, effects, block, 0.0, spread=0.65, block_spread=0.20)
    return people
