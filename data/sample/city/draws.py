"""Drawing a sample: blocks within strata, persons within blocks, and who of them answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

STRATA = {6: 1, 7: 1, 8: 2, 9: 2, 10: 3, 11: 3, 12: 4, 13: 4, 1: 5, 2: 5, 3: 5, 4: 5, 5: 5}
"""Community or gacha -> stratum: four pairs of communities, and the sumu."""
SUMU_STRATUM = 5
SCHOOL_STRATA = {1: 6, 2: 7, 3: 8}
"""Kind of school (junior, senior, vocational) -> stratum of the pupils' sample."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many blocks of a stratum are drawn, and how many persons of a block are approached."""

    blocks: dict[int, int]
    persons: dict[int, int]


ADULTS = Plan(
    blocks={1: 20, 2: 19, 3: 18, 4: 17, 5: 20},
    persons={1: 17, 2: 17, 3: 17, 4: 17, 5: 11},
)
PUPILS = Plan(blocks={6: 4, 7: 4, 8: 3}, persons={6: 20, 7: 20, 8: 20})


@dataclass(frozen=True, slots=True)
class Frame:
    """The sampling frame of a population: people sorted by block.

    ``order`` (N,) people in the order of blocks; ``start`` and ``size`` (B,) place of each block in it;
    ``stratum`` (B,); ``willing`` (N,) chance that a person answers when approached.
    """

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    size: NDArray[np.int64]
    stratum: NDArray[np.int64]
    willing: NDArray[np.float64]
    plan: Plan


def make_frame(people: pd.DataFrame, stratum: NDArray[np.int64], plan: Plan) -> Frame:
    """Set up the frame; ``stratum`` is each person's."""
    block = people["block"].to_numpy()
    order = np.argsort(block, kind="stable")
    size = np.bincount(block)
    start = np.concatenate([[0], np.cumsum(size)[:-1]])
    return Frame(order, start, size, stratum[order[start]], willingness(people), plan)


def willingness(people: pd.DataFrame) -> NDArray[np.float64]:
    """Chance of an interview: it depends on what the margins hold, so that weighting can put it right."""
    edge = (
        1.45
        + 0.20 * (people["sex"] == 2)
        + 0.40 * (people["age"] >= 60)
        - 0.20 * (people["education"] <= 2)
        + 0.25 * (people["education"] >= 4)
        + 0.70 * (people["residence"] == 2)
    )
    return np.asarray(expit(edge.to_numpy(dtype=np.float64)))


COLUMNS = ("row", "stratum", "psu", "base_weight", "fpc_psu", "fpc_person")


def draw(rng: np.random.Generator, frame: Frame) -> pd.DataFrame:
    """Draw one sample: simple random blocks within strata, simple random persons within blocks.

    Returns
    -------
    DataFrame
        ``row`` (place in the population) of those who answered, ``stratum``, ``psu`` (block), ``base_weight`` (one
        over the chance of having been approached), ``fpc_psu`` (blocks of the stratum), ``fpc_person`` (persons of
        the block).
    """
    columns: dict[str, list[NDArray[np.float64]]] = {c: [] for c in COLUMNS}
    for stratum, wanted in frame.plan.blocks.items():
        blocks = np.flatnonzero(frame.stratum == stratum)
        drawn = np.sort(blocks[np.argsort(rng.random(len(blocks)), kind="stable")[:wanted]])
        for block in drawn:
            size = int(frame.size[block])
            approached = min(frame.plan.persons[stratum], size)
            rows = _answering(rng, frame, int(block), approached)
            weight = len(blocks) / len(drawn) * size / approached
            for name, value in zip(COLUMNS, (rows, stratum, block, weight, len(blocks), size), strict=True):
                columns[name].append(np.broadcast_to(np.asarray(value, dtype=np.float64), rows.shape))
    table = pd.DataFrame({name: np.concatenate(parts) for name, parts in columns.items()})
    return table.astype({name: np.int64 for name in COLUMNS if name != "base_weight"})


def _answering(rng: np.random.Generator, frame: Frame, block: int, approached: int) -> NDArray[np.int64]:
    """Approach people of a block at random; return those who answer, at least two (or it is called on again)."""
    size, start = int(frame.size[block]), int(frame.start[block])
    people = frame.order[start : start + size]
    chosen = np.sort(people[np.argsort(rng.random(size), kind="stable")[:approached]])
    answers = rng.random(approached) < frame.willing[chosen]
    while answers.sum() < min(2, approached):
        answers |= rng.random(approached) < frame.willing[chosen]
    return chosen[answers]
