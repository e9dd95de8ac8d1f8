"""The synthetic adults of the city: where they live, who they are, how able they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from city.answers import ability_of
from city.dice import dice, draw_codes, normal, rank_into, spread_counts
from literacy.instrument import Margins

URBAN, SUMU = 1, 2
HERDER = 5
COMMUNITIES = {6: 0.15, 7: 0.14, 8: 0.13, 9: 0.12, 10: 0.11, 11: 0.14, 12: 0.10, 13: 0.11}
"""Share of the urban adults in each community (synthetic: no sizes are published)."""
GACHAS = {1: 0.24, 2: 0.22, 3: 0.20, 4: 0.18, 5: 0.16}
"""Share of the adults of the sumu in each gacha (synthetic)."""
BLOCK_SIZE = {URBAN: 100, SUMU: 22}
"""Adults in a residential block and in a herding cluster, on average."""

AGE_BANDS = {
    "18-59": ((18, 30, 0.23), (30, 40, 0.25), (40, 50, 0.26), (50, 60, 0.26)),
    "60-69": ((60, 70, 1.0),),
}
"""Ages (from, below) and their share of a level of the margin ``age_two``."""
SCHOOLING = {
    "junior_or_below": ((1, 0.34), (2, 0.66)),
    "senior": ((3, 1.0),),
    "tertiary": ((4, 0.56), (5, 0.44)),
}
"""Codes of education and their share of a level of the margin ``education_three``."""

LEVEL = {2021: -0.573, 2023: -0.479, 2025: -0.395}
"""Level of ability by year, set so that the true rates are near 8.9, 10.6 and 12.6 %."""
BY_EDUCATION = {1: -0.45, 2: -0.20, 3: 0.08, 4: 0.30, 5: 0.50}
BY_OCCUPATION = {1: 0.32, 2: 0.18, 3: 0.12, 4: 0.0, 5: -0.18, 6: 0.25, 7: 0.02, 8: -0.12, 10: -0.08}
BY_DECADE = -0.045
"""What a level of education, an occupation and ten years of age (from 40) add to ability."""


def counts_of(margins: Margins, column: str) -> dict[str, int]:
    """Return the whole counts of a margin table by level (as text), adding up to the population's size."""
    table = margins.table(column)
    names = [str(levels[0]) for levels, _ in table.totals]
    values = np.array([value for _, value in table.totals])
    return dict(zip(names, map(int, spread_counts(round(margins.total), values)), strict=True))


def make_adults(margins: Margins, year: int) -> pd.DataFrame:
    """Make the adults of one year; every margin of the year holds exactly.

    Returns
    -------
    DataFrame
        One row a person: residence, community, block (0.. over the city), sex, age, education, occupation,
        herder (bool), ability.
    """
    rng = dice(year, 1)
    total = round(margins.total)
    age = _ages(rng, counts_of(margins, "age_two"))
    homes = counts_of(margins, "residence")
    residence = rank_into(
        0.02 * (age - 40) + normal(rng, total),
        np.array([homes[str(URBAN)], homes[str(SUMU)]]),
        np.array([URBAN, SUMU]),
    )
    sexes = counts_of(margins, "sex")
    sex = rank_into(rng.random(total), np.array([sexes["1"], sexes["2"]]), np.array([1, 2]))
    education = _education(rng, age, residence, counts_of(margins, "education_three"))
    occupation = _occupation(rng, age, sex, education, residence)
    community, block = _homes(rng, residence, education)
    effects = (
        _look_up(BY_EDUCATION, education)
        + _look_up(BY_OCCUPATION, occupation)
        + BY_DECADE * (age - 40) / 10.0
    )
    people = pd.DataFrame(
        {
            "residence": residence,
            "community": community,
            "block": block,
            "sex": sex,
            "age": age,
            "education": education,
            "occupation": occupation,
            "herder": occupation == HERDER,
            "ability": ability_of(rng, effects, block, LEVEL[year]),
        }
    )
    return people


def _look_up(table: dict[int, float], codes: NDArray[np.int64]) -> NDArray[np.float64]:
    values = np.zeros(max(table) + 1)
    values[list(table)] = list(table.values())
    return values[codes]


def _ages(rng: np.random.Generator, counts: dict[str, int]) -> NDArray[np.int64]:
    """Ages in completed years, in chance order; evenly spread within a band."""
    parts = []
    for level, count in counts.items():
        bands = AGE_BANDS[level]
        for (low, high, _), n in zip(
            bands, spread_counts(count, np.array([b[2] for b in bands])), strict=True
        ):
            parts.append(low + (rng.random(n) * (high - low)).astype(np.int64))
    age = np.concatenate(parts)
    return age[np.argsort(rng.random(len(age)), kind="stable")]


def _education(
    rng: np.random.Generator, age: NDArray[np.int64], residence: NDArray[np.int64], counts: dict[str, int]
) -> NDArray[np.int64]:
    """The young and the townspeople have been to school longer."""
    codes, sizes = [], []
    for level, parts in SCHOOLING.items():
        codes += [code for code, _ in parts]
        sizes += list(spread_counts(counts[level], np.array([share for _, share in parts])))
    latent = -0.045 * (age - 40) - 0.60 * (residence == SUMU) - 0.30 * (age < 20) + normal(rng, len(age))
    return rank_into(latent, np.array(sizes), np.array(codes))


OCCUPATIONS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 10])
AT_WORK = {  # education -> officials, professionals, workers, service, herders, student, retired, not working, other
    1: (0.000, 0.000, 0.24, 0.40, 0.0, 0.0, 0.0, 0.27, 0.08),
    2: (0.002, 0.004, 0.30, 0.42, 0.0, 0.0, 0.0, 0.20, 0.06),
    3: (0.025, 0.030, 0.28, 0.44, 0.0, 0.0, 0.0, 0.16, 0.05),
    4: (0.130, 0.150, 0.20, 0.38, 0.0, 0.0, 0.0, 0.09, 0.04),
    5: (0.250, 0.260, 0.11, 0.28, 0.0, 0.0, 0.0, 0.06, 0.03),
}
"""Chances of the occupations of townspeople of working age; farmers and herders all live in the sumu here."""


def _occupation(
    rng: np.random.Generator,
    age: NDArray[np.int64],
    sex: NDArray[np.int64],
    education: NDArray[np.int64],
    residence: NDArray[np.int64],
) -> NDArray[np.int64]:
    ladder = np.array([AT_WORK[e] for e in range(1, 6)])
    weights = ladder[education - 1].copy()
    weights[sex == 2, 2] *= 0.45  # fewer women in industry
    weights[sex == 2, 7] *= 1.60
    weights[age < 23, 0] = 0.0
    weights[(age <= 22) & (education >= 3), 5] = 1.6 - 0.25 * (age[(age <= 22) & (education >= 3)] - 18)
    ended = age >= np.where(sex == 2, 53, 58)
    weights[ended, :5] *= 0.30
    weights[ended, 6] = 0.95
    weights[(age >= 60) & (education <= 2), 6] = 0.70
    weights[age >= 60, 0] = 0.0
    out = residence == SUMU
    weights[out, 2] *= 0.25
    weights[out, 3] *= 0.20
    weights[out, 4] = 1.40
    weights[out, 6] *= 0.20
    return draw_codes(rng, weights, OCCUPATIONS)


def _homes(
    rng: np.random.Generator, residence: NDArray[np.int64], education: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Communities, and blocks within them; people of like schooling live a little closer together."""
    community = np.zeros(len(residence), dtype=np.int64)
    block = np.zeros(len(residence), dtype=np.int64)
    first = 0
    for place, units in ((SUMU, GACHAS), (URBAN, COMMUNITIES)):
        here = np.flatnonzero(residence == place)
        latent = 0.10 * education[here] + normal(rng, len(here))
        sizes = spread_counts(len(here), np.array(list(units.values())))
        community[here] = rank_into(latent, sizes, np.array(list(units)))
        for unit in units:
            members = np.flatnonzero(community == unit)
            count = max(2, round(len(members) / BLOCK_SIZE[place]))
            shares = 0.55 + 0.90 * rng.random(count)
            near = 0.16 * education[members] + normal(rng, len(members))
            labels = first + np.argsort(rng.random(count), kind="stable")
            block[members] = rank_into(near, spread_counts(len(members), shares), labels)
            first += count
    return community, block
